//! Trees from the values of a host language, and JSON to them.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::reader::Limits;
use super::tree::{Key, Node, NodeValue};
use crate::json::Json;
use crate::order;

/// Nodes without places, at most [`Limits::DEFAULT`] deep. Numbers become their shortest decimal text.
impl<'de> de::Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Node, D::Error> {
        Seed { depth: 0 }.deserialize(deserializer)
    }
}

/// Reads a node inside `depth` lists and mappings.
#[derive(Clone, Copy)]
struct Seed {
    depth: usize,
}

impl Seed {
    fn inner<E: de::Error>(self) -> Result<Seed, E> {
        let depth = self.depth.saturating_add(1);
        let limit = Limits::DEFAULT.depth;
        if depth > limit {
            return Err(E::custom(format!(
                "lists and objects are nested {depth} deep; the limit is {limit}"
            )));
        }
        Ok(Seed { depth })
    }
}

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = Node;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a text, a number, a boolean, nothing, a list or an object")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Node, E> {
        Ok(Node::plain(value.to_string()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Node, E> {
        Ok(Node::plain(value.to_string()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Node, E> {
        Ok(Node::plain(value.to_string()))
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<Node, E> {
        Ok(Node::plain(value.to_string()))
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<Node, E> {
        Ok(Node::plain(value.to_string()))
    }

    #[expect(
        clippy::disallowed_types,
        reason = "JavaScript has no other numbers; the shortest text that reads back as the same float is what was meant"
    )]
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Node, E> {
        if value.is_finite() {
            Ok(Node::plain(value.to_string()))
        } else {
            Err(E::custom(format!("`{value}` is not a finite number")))
        }
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Node, E> {
        Ok(Node::text(value))
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<Node, E> {
        Ok(Node::text(value))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Node, E> {
        Ok(Node::plain(""))
    }

    fn visit_none<E: de::Error>(self) -> Result<Node, E> {
        Ok(Node::plain(""))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let seed = self.inner()?;
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(seed)? {
            items.push(item);
        }
        Ok(Node {
            span: None,
            value: NodeValue::Sequence(items),
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let seed = self.inner()?;
        let mut entries = Vec::new();
        while let Some(text) = access.next_key::<String>()? {
            let value = access.next_value_seed(seed)?;
            entries.push((Key { text, span: None }, value));
        }
        let mut keys: Vec<&str> = entries.iter().map(|(key, _)| key.text.as_str()).collect();
        order::sort(&mut keys);
        let again = keys
            .iter()
            .zip(keys.iter().skip(1))
            .find(|(left, right)| left == right);
        if let Some((key, _)) = again {
            return Err(de::Error::custom(format!("duplicate key `{key}`")));
        }
        Ok(Node {
            span: None,
            value: NodeValue::Mapping(entries),
        })
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null => serializer.serialize_unit(),
            Json::Bool(value) => serializer.serialize_bool(*value),
            Json::Int(value) => serializer.serialize_i64(*value),
            Json::String(text) => serializer.serialize_str(text),
            Json::Array(items) => {
                let mut sequence = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    sequence.serialize_element(item)?;
                }
                sequence.end()
            }
            Json::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Kind;

    #[test]
    fn host_values_become_nodes_without_places() {
        let node: Node =
            serde_json::from_str(r#"{"a":[1,-2,0.1,5e-8,1e21,true,null,"5"],"b":{}}"#).unwrap();
        let Some(Kind::Sequence(items)) = node.get("a").map(Node::kind) else {
            panic!();
        };
        let kinds: Vec<Kind<'_>> = items.iter().map(Node::kind).collect();
        assert_eq!(
            kinds,
            [
                Kind::Number("1"),
                Kind::Number("-2"),
                Kind::Number("0.1"),
                Kind::Number("0.00000005"),
                Kind::Number("1000000000000000000000"),
                Kind::Bool(true),
                Kind::Null,
                Kind::Text("5"),
            ]
        );
        assert_eq!(node.get("b").unwrap().kind(), Kind::Mapping(&[]));
    }

    #[test]
    fn deep_and_duplicate_host_values_are_refused() {
        let nested = |depth: usize| {
            let text = "[".repeat(depth) + &"]".repeat(depth);
            serde_json::from_str::<Node>(&text).map_err(|error| error.to_string())
        };
        assert!(nested(64).is_ok());
        assert!(
            nested(65)
                .unwrap_err()
                .starts_with("lists and objects are nested 65 deep; the limit is 64")
        );
        let error = serde_json::from_str::<Node>(r#"{"a":1,"a":2}"#).unwrap_err();
        assert!(error.to_string().starts_with("duplicate key `a`"));
    }

    #[test]
    fn json_serializes_as_itself() {
        let value = Json::object([
            (
                "b",
                Json::Array(vec![Json::Null, Json::Bool(true), Json::Int(-3)]),
            ),
            ("a", Json::text("é\"\n")),
        ]);
        assert_eq!(
            serde_json::to_string(&value).unwrap(),
            r#"{"b":[null,true,-3],"a":"é\"\n"}"#
        );
    }
}

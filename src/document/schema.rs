//! JSON Schema (2020-12) from the types that decode the document.
//!
//! Only keywords that editors agree on are used: `$defs` and local `$ref`, `type`, `properties`, `required`,
//! `additionalProperties`, `items`, `enum`, `const`, `oneOf`, `anyOf`, `pattern`, `minimum`, `title`, `description`.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::decode::Decode;
use crate::json::Json;
use crate::list::List;

/// Collects the named definitions of a schema.
#[derive(Debug, Default)]
pub struct SchemaBuilder {
    definitions: BTreeMap<String, Json>,
}

/// One key of an object.
#[derive(Clone, Debug)]
pub struct Property {
    /// The key.
    pub key: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// The schema of its value, with its description.
    pub schema: Json,
}

impl Property {
    /// A key with its description.
    #[must_use]
    pub fn new(key: &'static str, required: bool, docs: &str, schema: Json) -> Property {
        Property {
            key,
            required,
            schema: described(schema, docs),
        }
    }
}

impl SchemaBuilder {
    /// No definitions yet.
    #[must_use]
    pub fn new() -> SchemaBuilder {
        SchemaBuilder::default()
    }

    /// A reference to the definition `name`, made by `build` unless it exists; a definition may refer to itself.
    pub fn define(&mut self, name: &str, build: impl FnOnce(&mut SchemaBuilder) -> Json) -> Json {
        if !self.definitions.contains_key(name) {
            self.definitions.insert(name.into(), Json::Null);
            let definition = build(self);
            self.definitions.insert(name.into(), definition);
        }
        Json::object([("$ref", Json::text(format!("#/$defs/{name}")))])
    }

    /// The whole schema of a document of type `T`: `$schema`, `title`, `description`, a `$ref` to the definition of
    /// `T`, and `$defs` in the order of their names. The caller adds `$id`.
    #[must_use]
    pub fn document<T: Decode>(title: &str, description: &str) -> Json {
        let mut builder = SchemaBuilder::new();
        let root = T::schema(&mut builder);
        let mut members = Vec::from([
            (
                Cow::Borrowed("$schema"),
                Json::text("https://json-schema.org/draft/2020-12/schema"),
            ),
            (Cow::Borrowed("title"), Json::text(String::from(title))),
            (
                Cow::Borrowed("description"),
                Json::text(String::from(description)),
            ),
        ]);
        if let Json::Object(root) = root {
            members.extend(root);
        }
        members.push((
            Cow::Borrowed("$defs"),
            Json::Object(
                builder
                    .definitions
                    .into_iter()
                    .map(|(name, definition)| (Cow::Owned(name), definition))
                    .list(),
            ),
        ));
        Json::Object(members)
    }
}

/// An object that has these keys and no others. Of properties with the same key, the last one counts.
#[must_use]
pub fn object(title: &str, docs: &str, properties: Vec<Property>) -> Json {
    let mut known: Vec<Property> = Vec::new();
    for property in properties {
        match known.iter_mut().find(|other| other.key == property.key) {
            Some(other) => *other = property,
            None => known.push(property),
        }
    }
    let mut members = Vec::from([
        (Cow::Borrowed("type"), Json::text("object")),
        (Cow::Borrowed("title"), Json::text(String::from(title))),
    ]);
    let docs = clean(docs);
    if !docs.is_empty() {
        members.push((Cow::Borrowed("description"), Json::text(docs)));
    }
    let required: Vec<Json> = known
        .iter()
        .filter(|property| property.required)
        .map(|property| Json::text(property.key))
        .list();
    members.push((
        Cow::Borrowed("properties"),
        Json::Object(
            known
                .into_iter()
                .map(|property| (Cow::Borrowed(property.key), property.schema))
                .list(),
        ),
    ));
    if !required.is_empty() {
        members.push((Cow::Borrowed("required"), Json::Array(required)));
    }
    members.push((Cow::Borrowed("additionalProperties"), Json::Bool(false)));
    Json::Object(members)
}

/// A string that is one of these words, each with its description.
#[must_use]
pub fn words(title: &str, docs: &str, words: &[(&'static str, &str)]) -> Json {
    described(
        Json::object([
            ("type", Json::text("string")),
            ("title", Json::text(String::from(title))),
            (
                "enum",
                Json::Array(words.iter().map(|(word, _)| Json::text(*word)).list()),
            ),
            (
                "enumDescriptions",
                Json::Array(words.iter().map(|(_, docs)| Json::text(clean(docs))).list()),
            ),
        ]),
        docs,
    )
}

/// The property that tells the alternatives of a tagged object apart.
#[must_use]
pub fn tag(key: &'static str, word: &'static str, docs: &str) -> Property {
    Property::new(key, true, docs, Json::object([("const", Json::text(word))]))
}

/// Exactly one of these.
#[must_use]
pub fn one_of(title: &str, docs: &str, alternatives: Vec<Json>) -> Json {
    described(
        Json::object([
            ("title", Json::text(String::from(title))),
            ("oneOf", Json::Array(alternatives)),
        ]),
        docs,
    )
}

/// At least one of these.
#[must_use]
pub fn any_of(alternatives: Vec<Json>) -> Json {
    Json::object([("anyOf", Json::Array(alternatives))])
}

/// A list.
#[must_use]
pub fn array(items: Json) -> Json {
    Json::object([("type", Json::text("array")), ("items", items)])
}

/// A mapping from any key to values of one type.
#[must_use]
pub fn map(values: Json) -> Json {
    Json::object([
        ("type", Json::text("object")),
        ("additionalProperties", values),
    ])
}

/// A string.
#[must_use]
pub fn string() -> Json {
    Json::object([("type", Json::text("string"))])
}

/// A string of a pattern.
#[must_use]
pub fn pattern(pattern: &'static str) -> Json {
    Json::object([
        ("type", Json::text("string")),
        ("pattern", Json::text(pattern)),
    ])
}

/// A number, or a string of a pattern that holds one.
#[must_use]
pub fn number_or(pattern: &'static str) -> Json {
    Json::object([
        ("type", Json::texts(["number", "string"])),
        ("pattern", Json::text(pattern)),
    ])
}

/// The same schema with a description in place of its own, unless `docs` is empty.
#[must_use]
pub fn described(schema: Json, docs: &str) -> Json {
    let docs = clean(docs);
    match schema {
        Json::Object(mut members) if !docs.is_empty() => {
            members.retain(|(name, _)| name != "description");
            members.push((Cow::Borrowed("description"), Json::text(docs)));
            Json::Object(members)
        }
        other @ (Json::Null
        | Json::Bool(_)
        | Json::Int(_)
        | Json::String(_)
        | Json::Array(_)
        | Json::Object(_)) => other,
    }
}

/// The lines of a doc comment as one text: paragraphs stay apart, lines of a paragraph are joined.
#[must_use]
pub fn clean(docs: &str) -> String {
    let mut out = String::new();
    let mut new_paragraph = false;
    for line in docs.lines().map(str::trim) {
        if line.is_empty() {
            new_paragraph = !out.is_empty();
            continue;
        }
        if new_paragraph {
            out.push_str("\n\n");
        } else if !out.is_empty() {
            out.push(' ');
        }
        new_paragraph = false;
        out.push_str(line);
    }
    out
}

/// `first_refusal` as `FirstRefusal`.
#[must_use]
pub fn pascal(word: &str) -> String {
    let mut out = String::new();
    let mut upper = true;
    for character in word.chars() {
        if !character.is_alphanumeric() {
            upper = true;
        } else if upper {
            out.extend(character.to_uppercase());
            upper = false;
        } else {
            out.push(character);
        }
    }
    out
}

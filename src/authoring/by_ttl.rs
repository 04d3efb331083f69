//! A value, or values by how long a cache keeps what is written to it.

use alloc::format;
use alloc::vec::Vec;

use crate::document::{
    Context, Decode, Diagnostic, Kind, Map, Node, SchemaBuilder, codes, schema, shorten,
};
use crate::json::Json;
use crate::model::meter::{Meter, Ttl};

/// One value for a time that is not stated, or one for each time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByTtl<T>(
    /// Each meter of cache writes with its value; no meter twice.
    pub Vec<(Meter, T)>,
);

impl<T: Decode> Decode for ByTtl<T> {
    fn decode(node: &Node, context: &mut Context) -> Option<Self> {
        match node.kind() {
            Kind::Mapping(_) => Some(by_ttl(Map::decode(node, context)?, context)),
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Sequence(_) => {
                let value = T::decode(node, context)?;
                Some(ByTtl(Vec::from([(Meter::CacheWrite, value)])))
            }
        }
    }

    fn schema(builder: &mut SchemaBuilder) -> Json {
        let one = T::schema(builder);
        let timed = Json::object([
            ("type", Json::text("object")),
            ("propertyNames", schema::pattern("^[1-9][0-9]*[smhd]$")),
            ("additionalProperties", one.clone()),
        ]);
        schema::any_of(Vec::from([one, timed]))
    }
}

fn by_ttl<T>(map: Map<T>, context: &mut Context) -> ByTtl<T> {
    let mut found: Vec<(Meter, T)> = Vec::new();
    for (key, value) in map.0 {
        let Some(ttl) = Ttl::parse(&key.value) else {
            let message = format!(
                "`{}` is no time that a cache keeps what is written to it",
                shorten(&key.value)
            );
            context.report(
                Diagnostic::error(codes::UNKNOWN_KEY, message)
                    .at(key.span)
                    .help("write a whole number and its unit: `5m`, `1h`, `1d`"),
            );
            continue;
        };
        let meter = Meter::CacheWriteFor(ttl);
        if found.iter().any(|(known, _)| *known == meter) {
            let message = format!("`{}` is written twice: it is `{ttl}`", key.value);
            context.report(Diagnostic::error(codes::DUPLICATE_KEY, message).at(key.span));
            continue;
        }
        found.push((meter, value));
    }
    ByTtl(found)
}

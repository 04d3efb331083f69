//! Values of a declared type.

use crate::Fault;
use crate::condition::{Type, Value};
use crate::document::Node;
use crate::money;
use crate::time::Moment;

/// The type that `type` or `one_of` declares.
///
/// # Errors
/// Where neither does.
pub fn kind_of(doc: &Node) -> Result<Type, Fault> {
    if doc.get("one_of").is_some() {
        return Ok(Type::OneOf(doc.texts_of("one_of")));
    }
    Ok(match doc.text_of("type").unwrap_or_default().as_str() {
        "bool" => Type::Bool,
        "int" => Type::Int,
        "decimal" => Type::Decimal,
        "string" => Type::Text,
        "timestamp" => Type::Instant,
        "strings" => Type::Texts,
        other => return Err(Fault::new(format!("no type `{other}`"))),
    })
}

/// Reads a value of a type.
///
/// # Errors
/// Where it is of another.
pub fn value_of(node: &Node, kind: &Type) -> Result<Value, Fault> {
    let value = match (kind, node) {
        (Type::Bool, Node::Bool(truth)) => Some(Value::Bool(*truth)),
        (Type::Int, Node::Number(text)) => money::decimal(text)
            .filter(money::Exact::is_integer)
            .and_then(|number| i64::try_from(number.to_integer()).ok())
            .map(Value::Int),
        (Type::Decimal, Node::Number(text) | Node::Text(text)) => {
            money::decimal(text).map(Value::Decimal)
        }
        (Type::Text | Type::OneOf(_), Node::Text(text)) => Some(Value::Text(text.clone())),
        (Type::Instant, Node::Text(text)) => Some(Value::Instant(Moment::parse(text)?.start())),
        (Type::Texts, Node::List(items)) => {
            let texts = items.iter().map(|item| value_of(item, &Type::Text));
            Some(Value::List(texts.collect::<Result<_, Fault>>()?))
        }
        _ => None,
    };
    value.ok_or_else(|| Fault::new(format!("no value of its type: {node:?}")))
}

//! Another implementation of CEL, given the same world; what a decimal may be here, a double holds exactly.

use super::*;
use cel::{Context, Env, Program, objects};
use std::sync::Arc;

#[expect(
    clippy::disallowed_types,
    clippy::float_arithmetic,
    reason = "the peer has doubles and hash maps; neither leaves this module"
)]
fn value(value: &Value) -> objects::Value {
    match value {
        Value::Bool(value) => objects::Value::Bool(*value),
        Value::Int(value) => objects::Value::Int(*value),
        Value::String(value) => objects::Value::String(Arc::new(value.clone())),
        Value::Decimal(value) => {
            let part = |part: i128| f64::from(i32::try_from(part).unwrap());
            objects::Value::Float(part(value.numerator()) / part(value.denominator()))
        }
        Value::List(values) => {
            objects::Value::List(Arc::new(values.iter().map(self::value).collect()))
        }
        Value::Timestamp(_) | Value::Duration(_) => objects::Value::Null,
    }
}

/// The answer, or `None` where the peer reports an error.
#[expect(
    clippy::disallowed_types,
    reason = "the peer has doubles and hash maps; neither leaves this module"
)]
pub(super) fn evaluate(text: &str, known: &Known) -> Option<bool> {
    let env = Arc::new(Env::stdlib());
    let mut context = Context::with_env(env);
    for root in [Root::Request, Root::Deployment, Root::Fact] {
        let fields: std::collections::HashMap<String, objects::Value> = FIELDS
            .iter()
            .zip(&known.0)
            .filter(|((field_root, _), _)| *field_root == root)
            .filter_map(|((_, field), known)| Some((field.to_string(), value(known.as_ref()?))))
            .collect();
        context.add_variable_from_value(root.name(), fields);
    }
    let within = |zone: Arc<String>, area: Arc<String>| super::within(&zone, &area) == Some(true);
    context.add_function("within", within).unwrap();
    match Program::compile(text).unwrap().execute(&context) {
        Ok(objects::Value::Bool(truth)) => Some(truth),
        _ => None,
    }
}

//! Values whose type the policy declares: attributes of requests, facts.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::authoring::written::TypeWord;
use crate::condition::{Type, Value};
use crate::document::{Context, Diagnostic, Kind, Node, Spanned, codes};
use crate::list::List;
use crate::money::{Ratio, normal_decimal};
use crate::time::At;

/// The type that `type:` and `one_of:` declare together.
pub(crate) fn declared_type(
    word: Option<Spanned<TypeWord>>,
    one_of: Option<&Vec<Spanned<String>>>,
    context: &mut Context,
) -> Option<Type> {
    match (word, one_of) {
        (None, Some(words)) if words.is_empty() => {
            context.report(Diagnostic::error(
                codes::EXCLUDING_KEYS,
                "`one_of` lists no text",
            ));
            None
        }
        (None, Some(words)) => Some(Type::OneOf(
            words.iter().map(|word| word.value.clone()).list(),
        )),
        (Some(word), Some(_)) => {
            context.report(
                Diagnostic::error(
                    codes::EXCLUDING_KEYS,
                    "`type` and `one_of` exclude each other",
                )
                .at(word.span)
                .help("`one_of` already says that the value is a text"),
            );
            None
        }
        (Some(word), None) => Some(match word.value {
            TypeWord::Bool => Type::Bool,
            TypeWord::Int => Type::Int,
            TypeWord::Decimal => Type::Decimal,
            TypeWord::String => Type::String,
            TypeWord::Timestamp => Type::Timestamp,
            TypeWord::Strings => Type::List(Type::String.into()),
        }),
        (None, None) => {
            context.report(Diagnostic::error(
                codes::MISSING_KEY,
                "missing key `type` or `one_of`",
            ));
            None
        }
    }
}

/// Reads a value of a declared type; anything else is reported.
pub(crate) fn typed_value(node: &Node, kind: &Type, context: &mut Context) -> Option<Value> {
    let value = match (kind, node.kind()) {
        (Type::Bool, Kind::Bool(value)) => Some(Value::Bool(value)),
        (Type::Int, Kind::Number(text)) => normal_decimal(text)
            .and_then(|text| text.parse().ok())
            .map(Value::Int),
        (Type::Decimal, Kind::Number(text) | Kind::Text(text)) => {
            Ratio::parse(text).map(Value::Decimal)
        }
        (Type::String, Kind::Text(text)) => Some(Value::String(text.to_string())),
        (Type::OneOf(words), Kind::Text(text)) => words
            .iter()
            .any(|word| word == text)
            .then(|| Value::String(text.to_string())),
        (Type::Timestamp, Kind::Text(text)) => match At::parse(text) {
            Some(At::Instant(instant)) => Some(Value::Timestamp(instant)),
            Some(At::Day(day)) => Some(Value::Timestamp(day.start())),
            None => None,
        },
        (Type::Duration, Kind::Number(text)) => text.parse().ok().map(Value::Duration),
        (Type::List(item), Kind::Sequence(nodes)) => {
            let values: Vec<Option<Value>> = nodes
                .iter()
                .enumerate()
                .map(|(index, node)| {
                    context.in_index(index, |context| typed_value(node, item, context))
                })
                .list();
            // Items of another type have been reported one by one.
            return values
                .into_iter()
                .collect::<Option<Vec<Value>>>()
                .map(Value::List);
        }
        (
            Type::Bool
            | Type::Int
            | Type::Decimal
            | Type::String
            | Type::OneOf(_)
            | Type::Timestamp
            | Type::Duration
            | Type::List(_),
            _,
        ) => None,
    };
    if value.is_none() {
        let message = format!("expected {}, found {}", describe(kind), node.describe());
        let help = match (kind, node.kind()) {
            (Type::OneOf(words), Kind::Text(text)) => context
                .closest(text, words.iter().map(String::as_str))
                .map(|word| format!("did you mean `{word}`?")),
            _ => None,
        };
        let span = context.place(node);
        context.report(
            Diagnostic::error(codes::VALUE_TYPE, message)
                .at(span)
                .maybe_help(help),
        );
    }
    value
}

fn describe(kind: &Type) -> String {
    match kind {
        Type::Bool => "`true` or `false`".to_string(),
        Type::Int => "a whole number".to_string(),
        Type::Decimal => "a decimal number".to_string(),
        Type::String => "a text".to_string(),
        Type::OneOf(words) => {
            let words: Vec<String> = words.iter().take(16).map(|word| format!("`{word}`")).list();
            format!("one of {}", words.join(", "))
        }
        Type::Timestamp => "a date or an instant".to_string(),
        Type::Duration => "a number of milliseconds".to_string(),
        Type::List(_) => "a list".to_string(),
    }
}

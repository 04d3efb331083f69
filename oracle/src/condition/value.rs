//! Values of conditions, and what CEL's operators do to them. What CEL calls an error is `None`.

use crate::money::{self, Exact};
use std::cmp::Ordering;

/// The type of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int,
    /// A decimal number.
    Decimal,
    /// A text.
    Text,
    /// One of these texts.
    OneOf(Vec<String>),
    /// An instant.
    Instant,
    /// A list of texts.
    Texts,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A decimal number.
    Decimal(Exact),
    /// A text.
    Text(String),
    /// An instant.
    Instant(i64),
    /// A length of time in milliseconds.
    Span(i64),
    /// A list.
    List(Vec<Value>),
}

impl Value {
    /// The order of two values of one kind; numbers compare whatever they are.
    #[must_use]
    pub fn order(&self, other: &Value) -> Option<Ordering> {
        match (self, other) {
            (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
            (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
            (Value::Instant(left), Value::Instant(right))
            | (Value::Span(left), Value::Span(right)) => Some(left.cmp(right)),
            _ => Some(self.number()?.cmp(&other.number()?)),
        }
    }

    /// Whether two values are equal.
    #[must_use]
    pub fn same(&self, other: &Value) -> Option<bool> {
        if let (Value::List(left), Value::List(right)) = (self, other) {
            let pairs = left.iter().zip(right).map(|(left, right)| left.same(right));
            let equal: Option<Vec<bool>> = pairs.collect();
            return Some(left.len() == right.len() && equal?.into_iter().all(|equal| equal));
        }
        self.order(other).map(Ordering::is_eq)
    }

    /// The number.
    #[must_use]
    pub fn number(&self) -> Option<Exact> {
        match self {
            Value::Int(number) => Some(Exact::from_integer((*number).into())),
            Value::Decimal(number) => Some(number.clone()),
            Value::Bool(_)
            | Value::Text(_)
            | Value::Instant(_)
            | Value::Span(_)
            | Value::List(_) => None,
        }
    }

    /// The sum, difference or product.
    #[must_use]
    pub fn arithmetic(&self, operator: &str, other: &Value) -> Option<Value> {
        match (self, operator, other) {
            (Value::Int(left), "+", Value::Int(right)) => left.checked_add(*right).map(Value::Int),
            (Value::Int(left), "-", Value::Int(right)) => left.checked_sub(*right).map(Value::Int),
            (Value::Int(left), "*", Value::Int(right)) => left.checked_mul(*right).map(Value::Int),
            (Value::Int(left), "/", Value::Int(right)) => left.checked_div(*right).map(Value::Int),
            (Value::Int(left), "%", Value::Int(right)) => left.checked_rem(*right).map(Value::Int),
            (Value::Decimal(left), "+", Value::Decimal(right)) => {
                Some(Value::Decimal(left + right))
            }
            (Value::Decimal(left), "-", Value::Decimal(right)) => {
                Some(Value::Decimal(left - right))
            }
            (Value::Decimal(left), "*", Value::Decimal(right)) => {
                Some(Value::Decimal(left * right))
            }
            (Value::Decimal(left), "/", Value::Decimal(right)) => {
                (*right != money::whole(0)).then(|| Value::Decimal(left / right))
            }
            (Value::Text(left), "+", Value::Text(right)) => {
                Some(Value::Text(format!("{left}{right}")))
            }
            (Value::Instant(left), "+", Value::Span(right)) => {
                left.checked_add(*right).map(Value::Instant)
            }
            (Value::Instant(left), "-", Value::Span(right)) => {
                left.checked_sub(*right).map(Value::Instant)
            }
            (Value::Span(left), "+", Value::Span(right)) => {
                left.checked_add(*right).map(Value::Span)
            }
            (Value::Span(left), "-", Value::Span(right)) => {
                left.checked_sub(*right).map(Value::Span)
            }
            (Value::Instant(left), "-", Value::Instant(right)) => {
                left.checked_sub(*right).map(Value::Span)
            }
            _ => None,
        }
    }
}

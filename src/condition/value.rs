//! Values and types of conditions, and what CEL's operators do to values.
//!
//! Every function here is total: what CEL calls an error (overflow, division by zero, a time out of range) is `None`.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;

use crate::json::Json;
use crate::money::Ratio;
use crate::time::{Instant, describe_millis};

/// The type of an attribute, as the policy declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// `true` or `false`.
    Bool,
    /// A 64-bit integer.
    Int,
    /// An exact rational number.
    Decimal,
    /// Any string.
    String,
    /// A string that is one of the listed values.
    OneOf(Vec<String>),
    /// An instant.
    Timestamp,
    /// A length of time, in milliseconds.
    Duration,
    /// A list of values of one type.
    List(Box<Type>),
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `true` or `false`.
    Bool(bool),
    /// A 64-bit integer.
    Int(i64),
    /// An exact rational number.
    Decimal(Ratio),
    /// A string.
    String(String),
    /// An instant.
    Timestamp(Instant),
    /// A length of time in milliseconds.
    Duration(i64),
    /// Values of one type.
    List(Vec<Value>),
}

impl Value {
    pub(crate) fn text(&self) -> Option<&str> {
        if let Value::String(text) = self {
            Some(text)
        } else {
            None
        }
    }

    pub(super) fn list(&self) -> Option<&[Value]> {
        if let Value::List(values) = self {
            Some(values)
        } else {
            None
        }
    }

    /// The value as JSON: decimals, instants and texts as strings, durations in milliseconds.
    #[must_use]
    pub fn to_json(&self) -> Json {
        match self {
            Value::Bool(value) => Json::Bool(*value),
            Value::Int(value) | Value::Duration(value) => Json::Int(*value),
            Value::Decimal(value) => Json::text(value.to_string()),
            Value::String(value) => Json::text(value.clone()),
            Value::Timestamp(value) => Json::text(value.to_string()),
            Value::List(values) => Json::Array(values.iter().map(Value::to_json).collect()),
        }
    }

    /// The milliseconds of a timestamp or duration.
    pub(super) fn millis(&self) -> Option<i64> {
        if let Value::Timestamp(instant) = self {
            return Some(instant.millis());
        }
        if let Value::Duration(ms) = self {
            return Some(*ms);
        }
        None
    }
}

/// The three truth values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tri {
    /// Does not hold.
    False,
    /// Cannot be told from what is known.
    Unknown,
    /// Holds.
    True,
}

impl Tri {
    /// True where both are, false where either is, else unknown.
    #[must_use]
    pub fn and(self, other: Tri) -> Tri {
        self.min(other)
    }

    /// True where either is, false where both are, else unknown.
    #[must_use]
    pub fn or(self, other: Tri) -> Tri {
        self.max(other)
    }

    /// The opposite; unknown stays unknown.
    #[must_use]
    #[expect(
        clippy::should_implement_trait,
        reason = "stands beside `and` and `or`, which no operator can spell"
    )]
    pub fn not(self) -> Tri {
        match self {
            Tri::False => Tri::True,
            Tri::Unknown => Tri::Unknown,
            Tri::True => Tri::False,
        }
    }

    /// The truth value as a boolean; `None` where unknown.
    #[must_use]
    pub fn known(self) -> Option<bool> {
        match self {
            Tri::False => Some(false),
            Tri::Unknown => None,
            Tri::True => Some(true),
        }
    }
}

impl From<bool> for Tri {
    fn from(value: bool) -> Tri {
        if value { Tri::True } else { Tri::False }
    }
}

impl From<Option<bool>> for Tri {
    fn from(value: Option<bool>) -> Tri {
        value.map_or(Tri::Unknown, Tri::from)
    }
}

/// The comparing operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    /// Whether the operator asks for an order, not only for equality.
    pub(super) fn orders(self) -> bool {
        match self {
            Comparison::Equal | Comparison::Unequal => false,
            Comparison::Less
            | Comparison::LessOrEqual
            | Comparison::Greater
            | Comparison::GreaterOrEqual => true,
        }
    }

    /// The operator that says the same with the sides exchanged.
    pub(super) fn turned(self) -> Comparison {
        match self {
            Comparison::Equal | Comparison::Unequal => self,
            Comparison::Less => Comparison::Greater,
            Comparison::LessOrEqual => Comparison::GreaterOrEqual,
            Comparison::Greater => Comparison::Less,
            Comparison::GreaterOrEqual => Comparison::LessOrEqual,
        }
    }

    pub(super) fn symbol(self) -> &'static str {
        match self {
            Comparison::Equal => "==",
            Comparison::Unequal => "!=",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        }
    }

    /// The answer for two values; `None` where they have no common order, which typing excludes.
    pub(super) fn holds(self, left: &Value, right: &Value) -> Option<bool> {
        let ordering = if self.orders() {
            order(left, right)?
        } else if same(left, right)? {
            Ordering::Equal
        } else {
            Ordering::Less
        };
        Some(self.admits(ordering))
    }

    /// The answer for a known value and one that may be any instant from the first to the last, where it is the same
    /// for all of them.
    pub(super) fn holds_for_all(self, span: [Instant; 2], right: &Value) -> Option<bool> {
        let Value::Timestamp(right) = right else {
            return None;
        };
        let [first, last] = span.map(|instant| instant.cmp(right));
        let answer = self.admits(first);
        // An order turns once on the way, equality twice.
        let alike = first == last || (self.orders() && answer == self.admits(last));
        alike.then_some(answer)
    }

    fn admits(self, ordering: Ordering) -> bool {
        match self {
            Comparison::Equal => ordering.is_eq(),
            Comparison::Unequal => ordering.is_ne(),
            Comparison::Less => ordering.is_lt(),
            Comparison::LessOrEqual => ordering.is_le(),
            Comparison::Greater => ordering.is_gt(),
            Comparison::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// The arithmetic operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Plus,
    Minus,
    Times,
    Divide,
    Modulo,
}

impl Operator {
    pub(super) fn symbol(self) -> &'static str {
        match self {
            Operator::Plus => "+",
            Operator::Minus => "-",
            Operator::Times => "*",
            Operator::Divide => "/",
            Operator::Modulo => "%",
        }
    }

    pub(super) fn apply(self, left: &Value, right: &Value) -> Option<Value> {
        match (left, right) {
            (Value::Int(left), Value::Int(right)) => match self {
                Operator::Plus => left.checked_add(*right),
                Operator::Minus => left.checked_sub(*right),
                Operator::Times => left.checked_mul(*right),
                Operator::Divide => left.checked_div(*right),
                Operator::Modulo => left.checked_rem(*right),
            }
            .map(Value::Int),
            (Value::Decimal(left), Value::Decimal(right)) => match self {
                Operator::Plus => left.plus(*right),
                Operator::Minus => left.minus(*right),
                Operator::Times => left.times(*right),
                Operator::Divide => left.divided_by(*right),
                Operator::Modulo => None,
            }
            .map(Value::Decimal),
            (Value::String(left), Value::String(right)) => {
                (self == Operator::Plus).then(|| Value::String(format!("{left}{right}")))
            }
            (Value::List(left), Value::List(right)) => (self == Operator::Plus)
                .then(|| Value::List(left.iter().chain(right).cloned().collect())),
            (Value::Duration(left), Value::Duration(right)) => {
                let sum = match self {
                    Operator::Plus => left.checked_add(*right),
                    Operator::Minus => left.checked_sub(*right),
                    Operator::Times | Operator::Divide | Operator::Modulo => None,
                };
                duration(sum?)
            }
            (Value::Timestamp(left), Value::Duration(right)) => match self {
                Operator::Plus => left.plus_millis(*right).map(Value::Timestamp),
                Operator::Minus => left.plus_millis(right.checked_neg()?).map(Value::Timestamp),
                Operator::Times | Operator::Divide | Operator::Modulo => None,
            },
            (Value::Duration(left), Value::Timestamp(right)) => (self == Operator::Plus)
                .then(|| right.plus_millis(*left).map(Value::Timestamp))
                .flatten(),
            (Value::Timestamp(left), Value::Timestamp(right)) => {
                if self != Operator::Minus {
                    return None;
                }
                duration(left.millis().checked_sub(right.millis())?)
            }
            _ => None,
        }
    }
}

/// The value with the opposite sign.
pub(super) fn negate(value: &Value) -> Option<Value> {
    match value {
        Value::Int(value) => value.checked_neg().map(Value::Int),
        Value::Decimal(value) => Ratio::ZERO.minus(*value).map(Value::Decimal),
        Value::Duration(value) => duration(value.checked_neg()?),
        Value::Bool(_) | Value::String(_) | Value::Timestamp(_) | Value::List(_) => None,
    }
}

/// Code points of a string, elements of a list.
pub(super) fn size(value: &Value) -> Option<Value> {
    let size = match value {
        Value::String(text) => text.chars().count(),
        Value::List(values) => values.len(),
        Value::Bool(_)
        | Value::Int(_)
        | Value::Decimal(_)
        | Value::Timestamp(_)
        | Value::Duration(_) => return None,
    };
    i64::try_from(size).ok().map(Value::Int)
}

/// CEL equality: numbers by value whatever their type, lists element by element.
pub(super) fn same(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::List(left), Value::List(right)) => {
            if left.len() != right.len() {
                return Some(false);
            }
            let mut answer = Some(true);
            for (left, right) in left.iter().zip(right) {
                match same(left, right) {
                    Some(true) => {}
                    Some(false) => return Some(false),
                    None => answer = None,
                }
            }
            answer
        }
        (Value::String(left), Value::String(right)) => Some(left == right),
        _ => order(left, right).map(Ordering::is_eq),
    }
}

fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::Timestamp(left), Value::Timestamp(right)) => Some(left.cmp(right)),
        (Value::Duration(left), Value::Duration(right)) => Some(left.cmp(right)),
        _ => Some(order_of_ratios(number(left)?, number(right)?)),
    }
}

/// The number as a rational; `None` for what is no number.
pub(super) fn number(value: &Value) -> Option<Ratio> {
    match value {
        Value::Int(value) => Some(Ratio::whole(i128::from(*value))),
        Value::Decimal(value) => Some(*value),
        Value::Bool(_)
        | Value::String(_)
        | Value::Timestamp(_)
        | Value::Duration(_)
        | Value::List(_) => None,
    }
}

/// Compares two rationals by their continued fractions, so that no product can overflow.
pub(super) fn order_of_ratios(left: Ratio, right: Ratio) -> Ordering {
    let (mut a, mut b) = (left.numerator(), left.denominator());
    let (mut c, mut d) = (right.numerator(), right.denominator());
    let mut flipped = false;
    // Euclid's algorithm on both at once: the denominators shrink, so this ends within 2 × 128 steps.
    loop {
        let floors = (a.checked_div_euclid(b), c.checked_div_euclid(d));
        let rests = (a.checked_rem_euclid(b), c.checked_rem_euclid(d));
        // A zero divisor means the tail is infinite; it is caught before the next turn.
        let ((Some(floor_left), Some(floor_right)), (Some(rest_left), Some(rest_right))) =
            (floors, rests)
        else {
            return Ordering::Equal;
        };
        let ordering = match floor_left.cmp(&floor_right) {
            Ordering::Equal => match (rest_left, rest_right) {
                (0, 0) => Ordering::Equal,
                (0, _) => Ordering::Less,
                (_, 0) => Ordering::Greater,
                _ => {
                    // rest_left / b against rest_right / d is d / rest_right against b / rest_left, the other way.
                    (a, b, c, d) = (b, rest_left, d, rest_right);
                    flipped = !flipped;
                    continue;
                }
            },
            Ordering::Less => Ordering::Less,
            Ordering::Greater => Ordering::Greater,
        };
        return if flipped {
            ordering.reverse()
        } else {
            ordering
        };
    }
}

/// The longest duration, in milliseconds: what 64-bit nanoseconds hold, about 292 years, as in the reference
/// implementation of CEL.
pub(super) const MAX_DURATION_MS: i64 = 9_223_372_036_854;

fn duration(ms: i64) -> Option<Value> {
    (ms.unsigned_abs() <= MAX_DURATION_MS.unsigned_abs()).then_some(Value::Duration(ms))
}

/// Why a text is no timestamp or duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimeFault {
    /// It is spelled wrongly or lies outside the range.
    Malformed,
    /// It has a part below one millisecond.
    TooFine,
}

/// Reads an RFC 3339 timestamp of millisecond resolution.
pub(super) fn parse_timestamp(text: &str) -> Result<Instant, TimeFault> {
    let instant = Instant::parse(text).ok_or(TimeFault::Malformed)?;
    let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction);
    let fine = fraction
        .bytes()
        .take_while(u8::is_ascii_digit)
        .skip(3)
        .any(|digit| digit != b'0');
    if fine {
        Err(TimeFault::TooFine)
    } else {
        Ok(instant)
    }
}

/// Reads a duration as CEL spells it (`90s`, `1h30m`, `-1.5h`, `0`), in milliseconds.
pub(super) fn parse_duration(text: &str) -> Result<i64, TimeFault> {
    let total = nanoseconds(text).ok_or(TimeFault::Malformed)?;
    let ms = total
        .divided_by(Ratio::whole(1_000_000))
        .ok_or(TimeFault::Malformed)?;
    if ms.denominator() != 1 {
        return Err(TimeFault::TooFine);
    }
    match i64::try_from(ms.numerator()).ok().and_then(duration) {
        Some(Value::Duration(ms)) => Ok(ms),
        _ => Err(TimeFault::Malformed),
    }
}

fn nanoseconds(text: &str) -> Option<Ratio> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(Ratio::ZERO);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = Ratio::ZERO;
    while !rest.is_empty() {
        let digits = rest
            .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
            .unwrap_or(rest.len());
        let (count, tail) = rest.split_at_checked(digits)?;
        let letters = tail
            .find(|letter: char| letter.is_ascii_digit() || letter == '.')
            .unwrap_or(tail.len());
        let (unit, tail) = tail.split_at_checked(letters)?;
        let unit = match unit {
            "h" => 3_600_000_000_000,
            "m" => 60_000_000_000,
            "s" => 1_000_000_000,
            "ms" => 1_000_000,
            "us" | "µs" | "μs" => 1_000,
            "ns" => 1,
            _ => return None,
        };
        let count = match count.strip_prefix('.') {
            Some(fraction) => Ratio::parse(&format!("0.{fraction}"))?,
            None => Ratio::parse(count.strip_suffix('.').unwrap_or(count))?,
        };
        total = total.plus(count.times(Ratio::whole(unit))?)?;
        rest = tail;
    }
    if negative {
        Ratio::ZERO.minus(total)
    } else {
        Some(total)
    }
}

/// The value as messages show it: texts in quotes, lists in brackets.
impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Bool(value) => value.fmt(out),
            Value::Int(value) => value.fmt(out),
            Value::Decimal(value) => out.write_str(&value.decimal()),
            Value::String(text) => out.write_str(&Json::text(text.clone()).canonical()),
            Value::Timestamp(instant) => instant.fmt(out),
            Value::Duration(ms) => out.write_str(&describe_millis(*ms)),
            Value::List(values) => {
                out.write_str("[")?;
                for (index, value) in values.iter().enumerate() {
                    out.write_str(if index == 0 { "" } else { ", " })?;
                    value.fmt(out)?;
                }
                out.write_str("]")
            }
        }
    }
}

/// What the type is called in messages.
impl fmt::Display for Type {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Bool => out.write_str("a boolean"),
            Type::Int => out.write_str("an integer"),
            Type::Decimal => out.write_str("a decimal"),
            Type::String | Type::OneOf(_) => out.write_str("a string"),
            Type::Timestamp => out.write_str("a timestamp"),
            Type::Duration => out.write_str("a duration"),
            Type::List(_) => out.write_str("a list"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_cel_spells_them() {
        for (text, expected) in [
            ("90s", Ok(90_000)),
            ("1h30m", Ok(5_400_000)),
            ("-1.5h", Ok(-5_400_000)),
            ("0", Ok(0)),
            ("+1ms", Ok(1)),
            ("1000000ns", Ok(1)),
            (".5s", Ok(500)),
            ("5.s", Ok(5000)),
            ("1000us", Ok(1)),
            ("9223372036854ms", Ok(9_223_372_036_854)),
            ("9223372036855ms", Err(TimeFault::Malformed)),
            ("1ns", Err(TimeFault::TooFine)),
            ("1.5ms", Err(TimeFault::TooFine)),
            ("", Err(TimeFault::Malformed)),
            ("-", Err(TimeFault::Malformed)),
            ("1", Err(TimeFault::Malformed)),
            ("1d", Err(TimeFault::Malformed)),
            ("s", Err(TimeFault::Malformed)),
            ("1.2.3s", Err(TimeFault::Malformed)),
            ("1h 30m", Err(TimeFault::Malformed)),
            ("320000000000s", Err(TimeFault::Malformed)),
        ] {
            assert_eq!(parse_duration(text), expected, "{text}");
        }
    }

    #[test]
    fn timestamps_below_a_millisecond_are_refused_not_rounded() {
        for (text, expected) in [
            ("2026-04-27T00:00:00.123Z", true),
            ("2026-04-27T00:00:00.123000Z", true),
            ("2026-04-27T00:00:00.1234Z", false),
            ("2026-04-27", false),
        ] {
            assert_eq!(parse_timestamp(text).is_ok(), expected, "{text}");
        }
    }

    #[test]
    fn ratios_compare_where_products_overflow() {
        let tiny = Ratio::new(1, i128::MAX).unwrap();
        let tinier = Ratio::new(-1, i128::MAX).unwrap();
        let huge = Ratio::whole(i128::MAX);
        let near = Ratio::new(i128::MAX, i128::MAX.checked_sub(1).unwrap()).unwrap();
        for (left, right, expected) in [
            (tiny, huge, Ordering::Less),
            (tinier, tiny, Ordering::Less),
            (huge, tiny, Ordering::Greater),
            (near, Ratio::ONE, Ordering::Greater),
            (Ratio::ONE, near, Ordering::Less),
            (near, near, Ordering::Equal),
            (Ratio::ZERO, tinier, Ordering::Greater),
        ] {
            assert_eq!(order_of_ratios(left, right), expected, "{left} {right}");
        }
    }

    #[test]
    fn what_cel_calls_an_error_is_none() {
        let int = Value::Int;
        assert_eq!(Operator::Plus.apply(&int(i64::MAX), &int(1)), None);
        assert_eq!(Operator::Divide.apply(&int(1), &int(0)), None);
        assert_eq!(Operator::Modulo.apply(&int(i64::MIN), &int(-1)), None);
        assert_eq!(negate(&int(i64::MIN)), None);
        assert_eq!(
            Operator::Plus.apply(&Value::Timestamp(Instant::MAX), &Value::Duration(1)),
            None
        );
    }
}

//! The truth of a condition, and what is missing where nobody can say.

use super::{Expr, Value, Variable};
use crate::time::{DAY, Moment};
use crate::truth::{Truth, union};

/// What is known of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// Its value.
    Value(Value),
    /// It is nowhere stated; this is what is missing.
    Missing(String),
    /// The moment of the decision, where only the day is known.
    Day(i64),
}

/// What conditions are evaluated in.
pub trait World {
    /// What is known of a variable.
    fn get(&self, variable: &Variable) -> Known;
    /// Whether a zone is an area or lies within it.
    fn within(&self, zone: &str, area: &str) -> bool;
}

/// The value of an expression, or what is missing. An error in CEL's terms is unknown for want of nothing.
fn value(expr: &Expr, world: &dyn World) -> Result<Value, Vec<String>> {
    match expr {
        Expr::Literal(value) => Ok(value.clone()),
        Expr::Variable(variable) => match world.get(variable) {
            Known::Value(value) => Ok(value),
            Known::Missing(what) => Err(vec![what]),
            Known::Day(_) => Err(vec![variable.path()]),
        },
        Expr::List(items) => {
            let items = gather(items, world)?;
            Ok(Value::List(items))
        }
        Expr::Arithmetic(operator, left, right) => {
            let (left, right) = both(left, right, world)?;
            left.arithmetic(operator, &right).ok_or_else(Vec::new)
        }
        Expr::If(condition, yes, no) => match truth(condition, world) {
            Truth::Yes => value(yes, world),
            Truth::No => value(no, world),
            Truth::Open(missing) => Err(missing),
        },
        Expr::Call(name, arguments) if name == "size" => {
            let size = match gather(arguments, world)?.first() {
                Some(Value::Text(text)) => text.chars().count(),
                Some(Value::List(items)) => items.len(),
                _ => return Err(Vec::new()),
            };
            i64::try_from(size).map(Value::Int).map_err(|_| Vec::new())
        }
        Expr::Has(_)
        | Expr::Not(_)
        | Expr::All(_)
        | Expr::Any(_)
        | Expr::Compare(..)
        | Expr::In(..)
        | Expr::Call(..) => match truth(expr, world) {
            Truth::Yes => Ok(Value::Bool(true)),
            Truth::No => Ok(Value::Bool(false)),
            Truth::Open(missing) => Err(missing),
        },
    }
}

fn both(left: &Expr, right: &Expr, world: &dyn World) -> Result<(Value, Value), Vec<String>> {
    match (value(left, world), value(right, world)) {
        (Ok(left), Ok(right)) => Ok((left, right)),
        (Err(left), Err(right)) => Err(union(left, right)),
        (Err(missing), Ok(_)) | (Ok(_), Err(missing)) => Err(missing),
    }
}

fn gather(parts: &[Expr], world: &dyn World) -> Result<Vec<Value>, Vec<String>> {
    let mut values = Vec::new();
    let mut missing: Option<Vec<String>> = None;
    for part in parts {
        match value(part, world) {
            Ok(value) => values.push(value),
            Err(more) => missing = Some(union(missing.unwrap_or_default(), more)),
        }
    }
    missing.map_or(Ok(values), Err)
}

/// The truth of a condition.
#[must_use]
pub fn truth(expr: &Expr, world: &dyn World) -> Truth {
    let known = |truth: Result<Option<bool>, Vec<String>>| match truth {
        Ok(Some(truth)) => Truth::from(truth),
        Ok(None) => Truth::Open(Vec::new()),
        Err(missing) => Truth::Open(missing),
    };
    match expr {
        Expr::Has(variable) => Truth::from(!matches!(world.get(variable), Known::Missing(_))),
        Expr::Not(inner) => truth(inner, world).not(),
        Expr::All(parts) => parts
            .iter()
            .fold(Truth::Yes, |all, part| all.and(truth(part, world))),
        Expr::Any(parts) => parts
            .iter()
            .fold(Truth::No, |any, part| any.or(truth(part, world))),
        Expr::Compare(operator, left, right) => {
            if let Some(truth) = compare_day(operator, left, right, world) {
                return truth;
            }
            known(both(left, right, world).map(|(left, right)| compare(operator, &left, &right)))
        }
        Expr::In(item, list) => {
            known(both(item, list, world).map(|(item, list)| member(&item, &list)))
        }
        Expr::Call(name, arguments) => {
            known(gather(arguments, world).map(|values| call(name, &values, world)))
        }
        Expr::Literal(_)
        | Expr::Variable(_)
        | Expr::List(_)
        | Expr::Arithmetic(..)
        | Expr::If(..) => known(value(expr, world).map(|value| {
            if let Value::Bool(truth) = value {
                Some(truth)
            } else {
                None
            }
        })),
    }
}

fn compare(operator: &str, left: &Value, right: &Value) -> Option<bool> {
    match operator {
        "==" => left.same(right),
        "!=" => Some(!left.same(right)?),
        "<" => Some(left.order(right)?.is_lt()),
        "<=" => Some(left.order(right)?.is_le()),
        ">" => Some(left.order(right)?.is_gt()),
        _ => Some(left.order(right)?.is_ge()),
    }
}

fn member(item: &Value, list: &Value) -> Option<bool> {
    let Value::List(items) = list else {
        return None;
    };
    Some(items.iter().any(|other| item.same(other) == Some(true)))
}

fn call(name: &str, values: &[Value], world: &dyn World) -> Option<bool> {
    let [Value::Text(text), Value::Text(other)] = values else {
        return None;
    };
    match name {
        "within" => Some(world.within(text, other)),
        "startsWith" => Some(text.starts_with(other.as_str())),
        "endsWith" => Some(text.ends_with(other.as_str())),
        "contains" => Some(text.contains(other.as_str())),
        _ => None,
    }
}

/// `at` against a constant on a day without an hour: known where the first and the last instant of the day agree, and
/// for equality where the constant lies outside of the day.
fn compare_day(operator: &str, left: &Expr, right: &Expr, world: &dyn World) -> Option<Truth> {
    let day = |expr: &Expr| {
        if let Expr::Variable(variable) = expr
            && let Known::Day(day) = world.get(variable)
        {
            return Some(day);
        }
        None
    };
    let constant = |expr: &Expr| {
        let constant = expr.variables().is_empty();
        constant.then(|| value(expr, world).ok()).flatten()
    };
    let (day, other, swapped) = match (day(left), day(right)) {
        (Some(day), None) => (day, constant(right)?, false),
        (None, Some(day)) => (day, constant(left)?, true),
        (Some(_), Some(_)) | (None, None) => return None,
    };
    let ask = |instant: i64| {
        let at = Value::Instant(instant);
        if swapped {
            compare(operator, &other, &at)
        } else {
            compare(operator, &at, &other)
        }
    };
    let (first, last) = (Moment::Day(day).start(), (day + 1) * DAY - 1);
    let inside = matches!(other, Value::Instant(instant) if (first..=last).contains(&instant));
    let settled = ask(first) == ask(last) && !(inside && matches!(operator, "==" | "!="));
    Some(if settled {
        Truth::of(ask(first), || "at".to_owned())
    } else {
        Truth::Open(vec!["at".to_owned()])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::parse::parse;

    struct Some_(Vec<(&'static str, Value)>, Option<i64>);

    impl World for Some_ {
        fn get(&self, variable: &Variable) -> Known {
            let path = variable.path();
            if let (true, Some(day)) = (path == "at", self.1) {
                return Known::Day(day);
            }
            let known = self.0.iter().find(|(name, _)| *name == path);
            known.map_or(Known::Missing(path), |(_, value)| {
                Known::Value(value.clone())
            })
        }

        fn within(&self, zone: &str, area: &str) -> bool {
            zone == area || area == "global"
        }
    }

    fn ask(text: &str) -> Truth {
        let text_of = |text: &str| Value::Text(text.to_owned());
        let known = vec![
            ("request.customer", text_of("gov")),
            ("request.tokens", Value::Int(5)),
            ("request.needs", Value::List(vec![text_of("tools")])),
        ];
        truth(&parse(text).unwrap(), &Some_(known, None))
    }

    fn open(names: &[&str]) -> Truth {
        Truth::Open(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn what_is_known_is_answered() {
        for (text, expected) in [
            ("request.customer == \"gov\"", true),
            ("request.customer in [\"com\", 'gov']", true),
            (
                "!(request.customer == \"gov\") || request.tokens > 4.5",
                true,
            ),
            (
                "request.tokens + 1 * 2 == 7 && request.tokens % 2 == 1",
                true,
            ),
            (
                "\"tools\" in request.needs && size(request.needs) < 2",
                true,
            ),
            (
                "request.customer.startsWith(\"go\") && !request.customer.contains(\"x\")",
                true,
            ),
            ("has(request.zone)", false),
            ("within(\"eu\", \"global\")", true),
            (
                "timestamp(\"2026-01-01T00:00:00Z\") + duration(\"24h\") == timestamp(\"2026-01-02T00:00:00Z\")",
                true,
            ),
            ("request.tokens > 4 ? false : fact.x", false),
        ] {
            assert_eq!(ask(text), Truth::from(expected), "{text}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(ask("fact.a && fact.b"), open(&["fact.a", "fact.b"]));
        assert_eq!(
            ask("(fact.a && request.tokens > 9) || !fact.b"),
            open(&["fact.b"])
        );
        assert_eq!(ask("fact.a || request.tokens > 1"), Truth::Yes);
        assert_eq!(ask("fact.a == fact.b"), open(&["fact.a", "fact.b"]));
        assert_eq!(ask("request.tokens / 0 == 1"), open(&[]));
    }

    #[test]
    fn the_instant_of_a_day_is_known_where_every_instant_agrees() {
        let on_the_first = |text: &str| {
            truth(
                &parse(text).unwrap(),
                &Some_(Vec::new(), Some(Moment::parse("2026-06-01").unwrap().day())),
            )
        };
        for (text, expected) in [
            ("at >= timestamp(\"2026-06-01T00:00:00Z\")", Truth::Yes),
            ("at < timestamp(\"2026-06-01T00:00:00Z\")", Truth::No),
            ("at < timestamp(\"2026-06-02T00:00:00Z\")", Truth::Yes),
            ("timestamp(\"2026-06-02T00:00:00Z\") <= at", Truth::No),
            ("at > timestamp(\"2026-06-01T00:00:00Z\")", open(&["at"])),
            ("at < timestamp(\"2026-06-01T12:00:00Z\")", open(&["at"])),
            ("at == timestamp(\"2026-06-01T12:00:00Z\")", open(&["at"])),
            ("at != timestamp(\"2026-06-02T00:00:00Z\")", Truth::Yes),
        ] {
            assert_eq!(on_the_first(text), expected, "{text}");
        }
    }
}

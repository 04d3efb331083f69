//! Whether one condition is narrower than another, by asking both in every world of a finite grid: of each variable all
//! constants of both conditions, a value beside each and between two of them, and its absence where `has` asks for it.

use super::evaluate::{Known, World, truth};
use super::{Expr, Type, Value, Variable};
use crate::money;
use crate::zones::Zones;
use std::cmp::Ordering;

/// The most worlds that are asked; beyond them nothing is proved.
const MAX_WORLDS: usize = 100_000;

/// How two scopes lie to each other: `Less` is narrower; `None` is not proved.
#[must_use]
pub fn relation(
    left: &Expr,
    right: &Expr,
    types: &dyn Fn(&Variable) -> Type,
    zones: &Zones,
) -> Option<Ordering> {
    if left == right {
        return Some(Ordering::Equal);
    }
    if !provable(left) || !provable(right) {
        return None;
    }
    let mut variables = left.variables();
    variables.extend(right.variables());
    variables.sort();
    variables.dedup();
    let axes: Vec<(Variable, Vec<Option<Value>>)> = variables
        .into_iter()
        .map(|variable| {
            let mut constants = Vec::new();
            beside(left, &variable, &mut constants);
            beside(right, &variable, &mut constants);
            let mut values = axis(&types(&variable), &constants, zones);
            if asked(left, &variable) || asked(right, &variable) {
                values.push(None);
            }
            (variable, values)
        })
        .collect();
    let worlds = axes.iter().try_fold(1_usize, |worlds, (_, values)| {
        worlds.checked_mul(values.len())
    })?;
    if worlds > MAX_WORLDS {
        return None;
    }
    // What is unknown in a world may hold there and may not; only what is so either way is claimed.
    let (mut left_in_right, mut right_in_left) = (true, true);
    let (mut only_left, mut only_right, mut both) = (false, false, false);
    for number in 0..worlds {
        let world = Point {
            axes: &axes,
            number,
            zones,
        };
        let (left, right) = (truth(left, &world), truth(right, &world));
        left_in_right &= left.is_no() || right.is_yes();
        right_in_left &= right.is_no() || left.is_yes();
        only_left |= left.is_yes() && right.is_no();
        only_right |= right.is_yes() && left.is_no();
        both |= !left.is_no() && !right.is_no();
    }
    match (left_in_right, right_in_left) {
        // What never holds is narrower than nothing.
        _ if !both => None,
        (true, true) => Some(Ordering::Equal),
        (true, false) => only_right.then_some(Ordering::Less),
        (false, true) => only_left.then_some(Ordering::Greater),
        (false, false) => None,
    }
}

/// Whether `has` asks for a variable.
fn asked(expr: &Expr, variable: &Variable) -> bool {
    matches!(expr, Expr::Has(other) if other == variable)
        || expr.parts().into_iter().any(|part| asked(part, variable))
}

/// Whether a condition is a boolean combination of comparisons of one variable with constants.
fn provable(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(_) | Expr::Variable(_) | Expr::Has(_) => true,
        Expr::Not(_) | Expr::All(_) | Expr::Any(_) => expr.parts().into_iter().all(provable),
        Expr::Compare(_, left, right) | Expr::In(left, right) => {
            let constant = |side: &Expr| side.variables().is_empty();
            let variable = |side: &Expr| matches!(side, Expr::Variable(_));
            (constant(left) || variable(left))
                && (constant(right) || variable(right))
                && (constant(left) || constant(right))
        }
        // What a text ends with or holds orders no scopes.
        Expr::Call(name, arguments) => {
            matches!(name.as_str(), "within" | "startsWith")
                && matches!(arguments.as_slice(), [Expr::Variable(_), Expr::Literal(_)])
        }
        Expr::List(_) | Expr::Arithmetic(..) | Expr::If(..) => expr.variables().is_empty(),
    }
}

/// The constants that a variable is compared with.
fn beside(expr: &Expr, variable: &Variable, found: &mut Vec<Value>) {
    let parts = expr.parts();
    if parts
        .iter()
        .any(|part| matches!(part, Expr::Variable(other) if other == variable))
    {
        for part in &parts {
            literals(part, found);
        }
    }
    for part in parts {
        beside(part, variable, found);
    }
}

fn literals(expr: &Expr, found: &mut Vec<Value>) {
    if let Expr::Literal(value) = expr
        && !found.contains(value)
    {
        found.push(value.clone());
    }
    for part in expr.parts() {
        literals(part, found);
    }
}

fn axis(kind: &Type, constants: &[Value], zones: &Zones) -> Vec<Option<Value>> {
    let texts: Vec<String> = constants
        .iter()
        .filter_map(|value| {
            if let Value::Text(text) = value {
                Some(text.clone())
            } else {
                None
            }
        })
        .collect();
    let mut values: Vec<Value> = match kind {
        Type::Bool => vec![Value::Bool(false), Value::Bool(true)],
        Type::OneOf(words) if words.len() > 40 => representatives(words, &texts, zones),
        Type::OneOf(words) => words.iter().cloned().map(Value::Text).collect(),
        Type::Text => around_texts(&texts),
        Type::Int => whole_numbers(constants)
            .into_iter()
            .map(Value::Int)
            .collect(),
        Type::Instant => whole_numbers(constants)
            .into_iter()
            .map(Value::Instant)
            .collect(),
        Type::Decimal => {
            let mut numbers: Vec<money::Exact> =
                constants.iter().filter_map(Value::number).collect();
            numbers.sort();
            numbers.dedup();
            let between = numbers
                .windows(2)
                .map(|pair| pair.iter().sum::<money::Exact>() / money::whole(2));
            let outside = [
                numbers.first().map(|least| least - money::whole(1)),
                numbers.last().map(|most| most + money::whole(1)),
                numbers.is_empty().then(|| money::whole(0)),
            ];
            let more: Vec<money::Exact> = between.chain(outside.into_iter().flatten()).collect();
            numbers
                .into_iter()
                .chain(more)
                .map(Value::Decimal)
                .collect()
        }
        Type::Texts => subsets(&texts),
    };
    values.dedup();
    values.into_iter().map(Some).collect()
}

/// One zone for every way in which zones differ in the constants.
fn representatives(words: &[String], constants: &[String], zones: &Zones) -> Vec<Value> {
    let mut found: Vec<(Vec<(bool, bool)>, &String)> = Vec::new();
    for word in words {
        let looks: Vec<(bool, bool)> = constants
            .iter()
            .map(|constant| (word == constant, zones.within(word, constant)))
            .collect();
        if !found.iter().any(|(known, _)| *known == looks) {
            found.push((looks, word));
        }
    }
    found
        .into_iter()
        .map(|(_, word)| Value::Text(word.clone()))
        .collect()
}

fn around_texts(constants: &[String]) -> Vec<Value> {
    let mut texts = vec![String::new(), "~".to_owned()];
    for text in constants {
        texts.extend([
            text.clone(),
            format!("{text}~"),
            format!("~{text}"),
            format!("~{text}~"),
            format!("{text}\0"),
        ]);
        for other in constants {
            texts.extend([format!("{text}{other}"), format!("{text}~{other}")]);
        }
    }
    texts.into_iter().map(Value::Text).collect()
}

fn whole_numbers(constants: &[Value]) -> Vec<i64> {
    let mut numbers = vec![0];
    for constant in constants {
        let floor = if let Value::Instant(instant) = constant {
            Some(*instant)
        } else {
            let number = constant.number();
            number.and_then(|number| i64::try_from(number.floor().to_integer()).ok())
        };
        if let Some(number) = floor {
            numbers.extend([number - 1, number, number + 1, number + 2]);
        }
    }
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// Every list of the constants, with and without another text.
fn subsets(constants: &[String]) -> Vec<Value> {
    let mut lists: Vec<Vec<Value>> = vec![Vec::new(), vec![Value::Text("~".to_owned())]];
    for text in constants.iter().take(8) {
        let longer: Vec<Vec<Value>> = lists
            .iter()
            .map(|list| {
                list.iter()
                    .cloned()
                    .chain([Value::Text(text.clone())])
                    .collect()
            })
            .collect();
        lists.extend(longer);
    }
    lists.into_iter().map(Value::List).collect()
}

/// One world of the grid.
struct Point<'a> {
    axes: &'a [(Variable, Vec<Option<Value>>)],
    number: usize,
    zones: &'a Zones,
}

impl World for Point<'_> {
    fn get(&self, variable: &Variable) -> Known {
        let mut rest = self.number;
        for (other, values) in self.axes {
            let value = values.get(rest % values.len()).and_then(Option::as_ref);
            if other == variable {
                return value.map_or_else(
                    || Known::Missing(variable.path()),
                    |value| Known::Value(value.clone()),
                );
            }
            rest /= values.len();
        }
        Known::Missing(variable.path())
    }

    fn within(&self, zone: &str, area: &str) -> bool {
        self.zones.within(zone, area)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::parse::parse;

    fn compare(left: &str, right: &str) -> Option<Ordering> {
        let words =
            |words: &[&str]| Type::OneOf(words.iter().map(|word| (*word).to_owned()).collect());
        let zones = Zones::parse("global global\neu global\nwesteurope eu\nus global\n").unwrap();
        let names: Vec<String> = zones.names().map(str::to_owned).collect();
        let types = move |variable: &Variable| match variable.field.as_str() {
            "customer" => words(&["gov", "com", "edu"]),
            "zone" => Type::OneOf(names.clone()),
            "input_tokens" => Type::Int,
            "share" => Type::Decimal,
            "team" => Type::Text,
            "needs" => Type::Texts,
            _ => Type::Bool,
        };
        relation(
            &parse(left).unwrap(),
            &parse(right).unwrap(),
            &types,
            &zones,
        )
    }

    #[test]
    fn scopes_are_compared_by_what_they_hold() {
        use Ordering::{Equal, Greater, Less};
        for (left, right, expected) in [
            ("request.customer == \"gov\"", "true", Some(Less)),
            (
                "request.customer != \"gov\"",
                "request.customer in [\"com\", \"edu\"]",
                Some(Equal),
            ),
            (
                "request.customer == \"gov\"",
                "request.customer == \"com\"",
                None,
            ),
            (
                "request.input_tokens > 10",
                "request.input_tokens >= 11",
                Some(Equal),
            ),
            (
                "request.input_tokens > 10",
                "request.input_tokens > 20",
                Some(Greater),
            ),
            ("request.share > 0.1", "request.share >= 0.1", Some(Less)),
            (
                "within(request.zone, \"westeurope\")",
                "within(request.zone, \"eu\")",
                Some(Less),
            ),
            (
                "within(request.zone, \"us\")",
                "within(request.zone, \"eu\")",
                None,
            ),
            ("fact.a && fact.b", "fact.a", Some(Less)),
            ("!(fact.a && fact.b)", "!fact.a || !fact.b", Some(Equal)),
            (
                "request.team == \"red\"",
                "request.team.startsWith(\"re\")",
                Some(Less),
            ),
            (
                "\"x\" in request.needs && \"y\" in request.needs",
                "\"x\" in request.needs",
                Some(Less),
            ),
            (
                "request.team == request.customer",
                "request.customer == request.team",
                None,
            ),
            // What compares two variables proves nothing, but what is written alike is alike.
            (
                "request.team == request.customer",
                "request.team == request.customer",
                Some(Equal),
            ),
            // Absent, the team is not `red` and not anything else either.
            ("has(request.team)", "true", Some(Less)),
            (
                "request.team == \"red\" || !has(request.team)",
                "request.team == \"red\"",
                None,
            ),
        ] {
            assert_eq!(compare(left, right), expected, "{left} | {right}");
        }
    }
}

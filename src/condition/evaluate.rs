//! The typed tree and its evaluation. Values are borrowed from the tree and the world; only arithmetic allocates.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::value::{self, Comparison, Operator};
use super::{Slot, Tri, Value, World};
use crate::time::Instant;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Constant(Value),
    /// Unknown in every world: an error in CEL, or an attribute that will never be known.
    Unknown,
    Variable(Slot),
    Has(Slot),
    Not(Box<Node>),
    All(Vec<Node>),
    Any(Vec<Node>),
    If(Box<[Node; 3]>),
    Compare(Comparison, Box<[Node; 2]>),
    In(Box<[Node; 2]>),
    List(Vec<Node>),
    Negate(Box<Node>),
    Arithmetic(Box<Node>, Vec<(Operator, Node)>),
    Text(TextTest, Box<[Node; 2]>),
    Size(Box<Node>),
    Within(Box<Node>, String),
    Timestamp(Box<Node>),
    Duration(Box<Node>),
}

/// The tests of one string against another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextTest {
    StartsWith,
    EndsWith,
    Contains,
}

/// The world in which nothing is known.
pub(super) struct Nowhere;

impl World for Nowhere {
    fn get(&self, _: Slot) -> Option<&Value> {
        None
    }

    fn within(&self, _: &str, _: &str) -> Option<bool> {
        None
    }
}

impl Node {
    /// The truth of a boolean node.
    pub(super) fn truth(&self, world: &dyn World) -> Tri {
        match self {
            Node::Constant(value) => truth_of(Some(value)),
            Node::Variable(slot) => truth_of(world.get(*slot)),
            Node::Has(slot) => Tri::from(world.get(*slot).is_some()),
            Node::Not(operand) => operand.truth(world).not(),
            Node::All(operands) => {
                let mut answer = Tri::True;
                for operand in operands {
                    answer = answer.and(operand.truth(world));
                    if answer == Tri::False {
                        break;
                    }
                }
                answer
            }
            Node::Any(operands) => {
                let mut answer = Tri::False;
                for operand in operands {
                    answer = answer.or(operand.truth(world));
                    if answer == Tri::True {
                        break;
                    }
                }
                answer
            }
            Node::If(branches) => {
                let [condition, then, otherwise] = &**branches;
                match condition.truth(world) {
                    Tri::True => then.truth(world),
                    Tri::False => otherwise.truth(world),
                    Tri::Unknown => Tri::Unknown,
                }
            }
            Node::Compare(comparison, sides) => {
                let [left, right] = &**sides;
                Tri::from(compare(*comparison, left, right, world))
            }
            Node::In(sides) => {
                let [item, list] = &**sides;
                Tri::from(holds(item, list, world))
            }
            Node::Text(test, sides) => {
                let [text, part] = &**sides;
                Tri::from(tests(*test, text, part, world))
            }
            Node::Within(zone, area) => match zone.value(world).as_deref() {
                Some(Value::String(zone)) => Tri::from(world.within(zone, area)),
                _ => Tri::Unknown,
            },
            Node::Unknown
            | Node::List(_)
            | Node::Negate(_)
            | Node::Arithmetic(..)
            | Node::Size(_)
            | Node::Timestamp(_)
            | Node::Duration(_) => Tri::Unknown,
        }
    }

    /// The value of a node; `None` where it is unknown.
    pub(super) fn value<'a>(&'a self, world: &'a dyn World) -> Option<Cow<'a, Value>> {
        match self {
            Node::Constant(value) => Some(Cow::Borrowed(value)),
            Node::Variable(slot) => world.get(*slot).map(Cow::Borrowed),
            Node::If(branches) => {
                let [condition, then, otherwise] = &**branches;
                match condition.truth(world) {
                    Tri::True => then.value(world),
                    Tri::False => otherwise.value(world),
                    Tri::Unknown => None,
                }
            }
            Node::List(items) => {
                let items: Option<Vec<Value>> = items
                    .iter()
                    .map(|item| item.value(world).map(Cow::into_owned))
                    .collect();
                Some(Cow::Owned(Value::List(items?)))
            }
            Node::Negate(operand) => value::negate(&*operand.value(world)?).map(Cow::Owned),
            Node::Arithmetic(first, rest) => {
                let mut answer = first.value(world)?;
                for (operator, operand) in rest {
                    answer = Cow::Owned(operator.apply(&answer, &*operand.value(world)?)?);
                }
                Some(answer)
            }
            Node::Size(operand) => value::size(&*operand.value(world)?).map(Cow::Owned),
            Node::Timestamp(text) => value::parse_timestamp(text.value(world)?.text()?)
                .ok()
                .map(|instant| Cow::Owned(Value::Timestamp(instant))),
            Node::Duration(text) => value::parse_duration(text.value(world)?.text()?)
                .ok()
                .map(|ms| Cow::Owned(Value::Duration(ms))),
            Node::Unknown => None,
            Node::Has(_)
            | Node::Not(_)
            | Node::All(_)
            | Node::Any(_)
            | Node::Compare(..)
            | Node::In(_)
            | Node::Text(..)
            | Node::Within(..) => self
                .truth(world)
                .known()
                .map(|truth| Cow::Owned(Value::Bool(truth))),
        }
    }

    /// The instants that a variable may be where it is unknown.
    fn span(&self, world: &dyn World) -> Option<[Instant; 2]> {
        if let Node::Variable(slot) = self {
            world.span(*slot)
        } else {
            None
        }
    }

    /// Calls `visit` on each direct operand, in the order of the text.
    pub(super) fn each_operand<'a>(&'a self, visit: &mut dyn FnMut(&'a Node)) {
        match self {
            Node::Constant(_) | Node::Unknown | Node::Variable(_) | Node::Has(_) => {}
            Node::Not(operand)
            | Node::Negate(operand)
            | Node::Size(operand)
            | Node::Within(operand, _)
            | Node::Timestamp(operand)
            | Node::Duration(operand) => visit(operand),
            Node::All(operands) | Node::Any(operands) | Node::List(operands) => {
                operands.iter().for_each(visit);
            }
            Node::If(branches) => branches.iter().for_each(visit),
            Node::Compare(_, sides) | Node::In(sides) | Node::Text(_, sides) => {
                sides.iter().for_each(visit);
            }
            Node::Arithmetic(first, rest) => {
                visit(first);
                rest.iter().for_each(|(_, operand)| visit(operand));
            }
        }
    }

    /// Appends every variable, in the order of the text, each once.
    pub(super) fn variables(&self, found: &mut Vec<Slot>) {
        if let Node::Variable(slot) | Node::Has(slot) = self {
            push_new(found, *slot);
        }
        self.each_operand(&mut |operand| operand.variables(found));
    }

    /// Appends the unknown variables that keep this node, which is unknown, from being known.
    pub(super) fn missing(&self, world: &dyn World, found: &mut Vec<Slot>) {
        if let Node::Variable(slot) = self {
            push_new(found, *slot);
        }
        if let Node::If(branches) = self {
            let [condition, then, otherwise] = &**branches;
            return match condition.truth(world) {
                Tri::Unknown => condition.missing(world, found),
                Tri::True => then.missing(world, found),
                Tri::False => otherwise.missing(world, found),
            };
        }
        self.each_operand(&mut |operand| {
            if operand.value(world).is_none() {
                operand.missing(world, found);
            }
        });
    }
}

fn push_new(found: &mut Vec<Slot>, slot: Slot) {
    if !found.contains(&slot) {
        found.push(slot);
    }
}

fn truth_of(value: Option<&Value>) -> Tri {
    match value {
        Some(Value::Bool(truth)) => Tri::from(*truth),
        _ => Tri::Unknown,
    }
}

fn compare(comparison: Comparison, left: &Node, right: &Node, world: &dyn World) -> Option<bool> {
    match (left.value(world), right.value(world)) {
        (Some(left), Some(right)) => comparison.holds(&left, &right),
        (None, Some(right)) => comparison.holds_for_all(left.span(world)?, &right),
        (Some(left), None) => comparison.turned().holds_for_all(right.span(world)?, &left),
        (None, None) => None,
    }
}

fn holds(item: &Node, list: &Node, world: &dyn World) -> Option<bool> {
    let item = item.value(world)?;
    // Like CEL, a list with an unknown element is unknown as a whole, even where another element would match.
    let mut answer = Some(false);
    let mut meet = |element: &Value| {
        answer = match (answer, value::same(&item, element)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (None, _) | (_, None) => None,
            (Some(false), Some(false)) => Some(false),
        };
    };
    if let Node::List(elements) = list {
        for element in elements {
            meet(&*element.value(world)?);
        }
    } else {
        list.value(world)?.list()?.iter().for_each(meet);
    }
    answer
}

fn tests(test: TextTest, text: &Node, part: &Node, world: &dyn World) -> Option<bool> {
    let (text, part) = (text.value(world)?, part.value(world)?);
    let (text, part) = (text.text()?, part.text()?);
    Some(match test {
        TextTest::StartsWith => text.starts_with(part),
        TextTest::EndsWith => text.ends_with(part),
        TextTest::Contains => text.contains(part),
    })
}

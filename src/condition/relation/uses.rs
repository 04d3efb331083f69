//! How conditions use each attribute.

use crate::list::List;
use alloc::string::String;
use alloc::vec::Vec;

use crate::condition::evaluate::{Node, TextTest};
use crate::condition::value::same;
use crate::condition::{Slot, Value};

/// How all conditions together use an attribute.
#[derive(Default)]
pub(super) struct Uses {
    /// Constants it is compared with, by `== != < <= > >=` or `in` a constant list, and the ends of prefixes.
    pub(super) constants: Vec<Value>,
    /// Whether a comparison asks for an order.
    pub(super) ordered: bool,
    /// Constants asked for `in` it; it is a list.
    pub(super) members: Vec<Value>,
    /// Areas that `within` asks of it; it is a zone.
    pub(super) areas: Vec<String>,
    /// Whether `has` asks for it.
    pub(super) presence: bool,
    /// How it stands anywhere else, so that every single value may matter.
    pub(super) free: Option<&'static str>,
    /// How often it does.
    pub(super) loose: usize,
    /// The conditions that ask for it, by position.
    pub(super) askers: Vec<usize>,
}

pub(super) fn add(values: &mut Vec<Value>, value: &Value) {
    if !values.iter().any(|known| same(known, value) == Some(true)) {
        values.push(value.clone());
    }
}

fn of(slot: Slot, asker: usize, uses: &mut Vec<(Slot, Uses)>) -> Option<&mut Uses> {
    let at = match uses.iter().position(|(known, _)| *known == slot) {
        Some(at) => at,
        None => {
            uses.push((slot, Uses::default()));
            uses.len().checked_sub(1)?
        }
    };
    let (_, uses) = uses.get_mut(at)?;
    if uses.askers.last() != Some(&asker) {
        uses.askers.push(asker);
    }
    Some(uses)
}

/// Notes every use of every attribute below the node, which is part of the condition `asker`. `how` says in what a
/// bare attribute stands. The attributes come out in the order in which they are met.
pub(super) fn collect(node: &Node, asker: usize, how: &'static str, uses: &mut Vec<(Slot, Uses)>) {
    let mut note = |slot: Slot, note: &mut dyn FnMut(&mut Uses)| {
        if let Some(uses) = of(slot, asker, uses) {
            note(uses);
        }
    };
    let how = match node {
        Node::Variable(slot) => {
            return note(*slot, &mut |uses| {
                uses.free = uses.free.or(Some(how));
                uses.loose = uses.loose.saturating_add(1);
            });
        }
        Node::Has(slot) => return note(*slot, &mut |uses| uses.presence = true),
        Node::Compare(comparison, sides) => match &**sides {
            [Node::Variable(slot), Node::Constant(value)]
            | [Node::Constant(value), Node::Variable(slot)] => {
                return note(*slot, &mut |uses| {
                    add(&mut uses.constants, value);
                    uses.ordered |= comparison.orders();
                });
            }
            _ => "is compared with what is no constant",
        },
        Node::In(sides) => match &**sides {
            [Node::Variable(slot), Node::Constant(Value::List(values))] => {
                return note(*slot, &mut |uses| {
                    values
                        .iter()
                        .for_each(|value| add(&mut uses.constants, value));
                });
            }
            [Node::Constant(value), Node::Variable(slot)] => {
                return note(*slot, &mut |uses| add(&mut uses.members, value));
            }
            _ => "is asked by `in` for what is no constant",
        },
        Node::Text(TextTest::StartsWith, sides) => match &**sides {
            [Node::Variable(slot), Node::Constant(Value::String(prefix))] => {
                return note(*slot, &mut |uses| {
                    add(&mut uses.constants, &Value::String(prefix.clone()));
                    if let Some(end) = end_of_prefix(prefix) {
                        add(&mut uses.constants, &Value::String(end));
                    }
                    uses.ordered = true;
                });
            }
            _ => "is asked by `startsWith` for what is no constant",
        },
        Node::Within(zone, area) => {
            if let Node::Variable(slot) = **zone {
                return note(slot, &mut |uses| {
                    if !uses.areas.contains(area) {
                        uses.areas.push(area.clone());
                    }
                });
            }
            "is asked by `within` along with others"
        }
        Node::Constant(_) | Node::Unknown => return,
        Node::Not(_) | Node::All(_) | Node::Any(_) => "is used by itself",
        Node::If(_) => "stands in a branch of `?`",
        Node::List(_) => "stands in a list",
        Node::Negate(_) | Node::Arithmetic(..) => "takes part in arithmetic",
        Node::Text(TextTest::EndsWith, _) => "is asked by `endsWith`",
        Node::Text(TextTest::Contains, _) => "is asked by `contains`",
        Node::Size(_) => "is asked by `size`",
        Node::Timestamp(_) | Node::Duration(_) => "is read as a time",
    };
    node.each_operand(&mut |operand| collect(operand, asker, how, uses));
}

/// The constants anywhere below the node.
pub(super) fn constants(node: &Node, found: &mut Vec<Value>) {
    if let Node::Constant(Value::List(values)) = node {
        values.iter().for_each(|value| add(found, value));
    } else if let Node::Constant(value) = node {
        add(found, value);
    }
    node.each_operand(&mut |operand| constants(operand, found));
}

/// The least string above every string that starts with `prefix`, or `None` where there is none.
fn end_of_prefix(prefix: &str) -> Option<String> {
    let mut letters: Vec<char> = prefix.chars().list();
    while let Some(last) = letters.pop() {
        let mut above = (last..=char::MAX).skip(1);
        if let Some(next) = above.next() {
            letters.push(next);
            return Some(letters.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_with_a_prefix_lie_below_its_end() {
        for (prefix, end) in [
            ("eu", Some("ev")),
            ("", None),
            ("a\u{10ffff}", Some("b")),
            ("\u{10ffff}", None),
            ("\u{d7ff}", Some("\u{e000}")),
        ] {
            assert_eq!(end_of_prefix(prefix).as_deref(), end, "{prefix:?}");
        }
    }
}

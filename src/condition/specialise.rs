//! Constructors that fold and simplify, and partial evaluation on top of them.
//!
//! Each rewrite gives the same truth in every world, unknown ones included: `true` leaves `&&` and `false` leaves
//! `||`; `false && …` is `false` and `true || …` is `true`; `!!x` is `x`; a ternary with a known condition is its
//! branch, with one that is never known is never known; a strict operation on constants is its value, on something
//! never known is never known. Nothing is dropped because it is unknown.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::evaluate::{Node, Nowhere};
use super::{Slot, Value, World};

pub(super) fn not(operand: Node) -> Node {
    if let Node::Constant(Value::Bool(truth)) = operand {
        return Node::Constant(Value::Bool(!truth));
    }
    if let Node::Not(inner) = operand {
        return *inner;
    }
    if operand == Node::Unknown {
        return Node::Unknown;
    }
    Node::Not(Box::new(operand))
}

pub(super) fn all(operands: Vec<Node>) -> Node {
    junction(operands, false)
}

pub(super) fn any(operands: Vec<Node>) -> Node {
    junction(operands, true)
}

/// A conjunction (`decisive` is false) or disjunction (`decisive` is true).
fn junction(operands: Vec<Node>, decisive: bool) -> Node {
    let mut kept: Vec<Node> = Vec::with_capacity(operands.len());
    for operand in operands {
        // A junction inside one of the same kind is part of it.
        let mut parts = match (operand, decisive) {
            (Node::All(parts), false) | (Node::Any(parts), true) => parts,
            (other, _) => alloc::vec![other],
        };
        if parts.contains(&Node::Constant(Value::Bool(decisive))) {
            return Node::Constant(Value::Bool(decisive));
        }
        parts.retain(|part| *part != Node::Constant(Value::Bool(!decisive)));
        for part in parts {
            if !kept.contains(&part) {
                kept.push(part);
            }
        }
    }
    match kept.pop() {
        None => Node::Constant(Value::Bool(!decisive)),
        Some(only) if kept.is_empty() => only,
        Some(last) => {
            kept.push(last);
            if decisive {
                Node::Any(kept)
            } else {
                Node::All(kept)
            }
        }
    }
}

pub(super) fn choose(condition: Node, then: Node, otherwise: Node) -> Node {
    if let Node::Constant(Value::Bool(truth)) = condition {
        return if truth { then } else { otherwise };
    }
    if condition == Node::Unknown {
        return Node::Unknown;
    }
    Node::If(Box::new([condition, then, otherwise]))
}

/// Folds a node that needs all its operands and nothing of the world.
pub(super) fn strict(node: Node) -> Node {
    let (mut constant, mut unknown) = (true, false);
    node.each_operand(&mut |operand| {
        constant = constant && matches!(operand, Node::Constant(_));
        unknown = unknown || *operand == Node::Unknown;
    });
    if unknown {
        return Node::Unknown;
    }
    if !constant {
        return node;
    }
    match node.value(&Nowhere) {
        Some(value) => Node::Constant(value.into_owned()),
        None => Node::Unknown,
    }
}

impl Node {
    /// The node with what is known put in its place.
    pub(super) fn specialise(&self, world: &dyn World, settled: &dyn Fn(Slot) -> bool) -> Node {
        let one = |node: &Node| Box::new(node.specialise(world, settled));
        let many = |nodes: &[Node]| -> Vec<Node> {
            nodes
                .iter()
                .map(|node| node.specialise(world, settled))
                .collect()
        };
        let two = |sides: &[Node; 2]| {
            let [left, right] = sides;
            Box::new([
                left.specialise(world, settled),
                right.specialise(world, settled),
            ])
        };
        match self {
            Node::Constant(_) | Node::Unknown => self.clone(),
            Node::Variable(slot) => match world.get(*slot) {
                Some(value) => Node::Constant(value.clone()),
                None if settled(*slot) => Node::Unknown,
                None => Node::Variable(*slot),
            },
            Node::Has(slot) => {
                let known = world.get(*slot).is_some();
                if known || settled(*slot) {
                    Node::Constant(Value::Bool(known))
                } else {
                    Node::Has(*slot)
                }
            }
            Node::Not(operand) => not(operand.specialise(world, settled)),
            Node::All(operands) => all(many(operands)),
            Node::Any(operands) => any(many(operands)),
            Node::If(branches) => {
                let [condition, then, otherwise] = &**branches;
                choose(
                    condition.specialise(world, settled),
                    then.specialise(world, settled),
                    otherwise.specialise(world, settled),
                )
            }
            // Known as it stands, be it by values or by the span of a timestamp.
            Node::Compare(comparison, sides) => match self.truth(world).known() {
                Some(truth) => Node::Constant(Value::Bool(truth)),
                None => strict(Node::Compare(*comparison, two(sides))),
            },
            Node::In(sides) => strict(Node::In(two(sides))),
            Node::List(items) => strict(Node::List(many(items))),
            Node::Negate(operand) => strict(Node::Negate(one(operand))),
            Node::Arithmetic(first, rest) => {
                let rest = rest
                    .iter()
                    .map(|(operator, operand)| (*operator, operand.specialise(world, settled)))
                    .collect();
                strict(Node::Arithmetic(one(first), rest))
            }
            Node::Text(test, sides) => strict(Node::Text(*test, two(sides))),
            Node::Size(operand) => strict(Node::Size(one(operand))),
            Node::Within(zone, area) => {
                let zone = one(zone);
                if *zone == Node::Unknown {
                    return Node::Unknown;
                }
                if let Node::Constant(Value::String(name)) = &*zone
                    && let Some(answer) = world.within(name, area)
                {
                    return Node::Constant(Value::Bool(answer));
                }
                // A zone that this world cannot place may be placed by the next.
                Node::Within(zone, area.clone())
            }
            Node::Timestamp(text) => strict(Node::Timestamp(one(text))),
            Node::Duration(text) => strict(Node::Duration(one(text))),
        }
    }
}

//! The cells of one attribute, everything else being known.

use alloc::vec::Vec;

use super::Space;
use super::uses::{add, collect};
use crate::condition::evaluate::Node;
use crate::condition::value::Operator;
use crate::condition::{Condition, Slot, Value};
use crate::time::Instant;

/// One value of an attribute for each cell in which conditions over it alone have one truth, `None` for its absence; `None`
/// where cells cannot be told. Cells of integers and instants begin with one of the values.
pub(crate) fn cells(
    conditions: &[Condition],
    slot: Slot,
    space: &dyn Space,
) -> Option<Vec<Option<Value>>> {
    let mut uses = Vec::new();
    for condition in conditions {
        collect(&condition.node, 0, "is used by itself", &mut uses);
    }
    let own = uses.into_iter().find(|(used, _)| *used == slot);
    let mut own = own.map(|(_, uses)| uses).unwrap_or_default();
    let mut solved: usize = 0;
    for condition in conditions {
        let of_condition = sums(&condition.node, slot, &mut own.constants);
        solved = solved.saturating_add(of_condition);
    }
    if solved == own.loose {
        own.free = None;
    }
    own.cells(slot, space).ok()
}

/// Solves the comparisons of a constant with the attribute plus or minus constants: adds the values of the attribute itself
/// at which they turn. How many there are.
fn sums(node: &Node, slot: Slot, constants: &mut Vec<Value>) -> usize {
    if let Node::Compare(_, sides) = node
        && let [Node::Arithmetic(first, rest), Node::Constant(value)]
        | [Node::Constant(value), Node::Arithmetic(first, rest)] = &**sides
        && **first == Node::Variable(slot)
        && let Some(turn) = undone(rest, value)
    {
        add(constants, &turn);
        // Beyond what a sum can hold the comparison is unknown.
        let ends = [Instant::MIN, Instant::MAX].map(Value::Timestamp);
        let ends = ends
            .iter()
            .chain(&[Value::Int(i64::MIN), Value::Int(i64::MAX)]);
        for end in ends {
            for count in 1..=rest.len() {
                let end = rest.get(..count).and_then(|first| undone(first, end));
                end.iter().for_each(|end| add(constants, end));
            }
        }
        return 1;
    }
    let mut solved: usize = 0;
    node.each_operand(&mut |operand| {
        solved = solved.saturating_add(sums(operand, slot, constants));
    });
    solved
}

/// What sums and differences with constants lead from to a value; `None` for anything else.
fn undone(rest: &[(Operator, Node)], value: &Value) -> Option<Value> {
    let mut value = value.clone();
    for (operator, operand) in rest.iter().rev() {
        let Node::Constant(constant) = operand else {
            return None;
        };
        let inverse = match operator {
            Operator::Plus => Operator::Minus,
            Operator::Minus => Operator::Plus,
            Operator::Times | Operator::Divide | Operator::Modulo => return None,
        };
        value = inverse.apply(&value, constant)?;
    }
    Some(value)
}

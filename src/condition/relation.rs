//! How the worlds in which one condition holds relate to those in which another does.
//!
//! # Why the answer is exact
//!
//! A world gives each attribute a value of its type. Where an attribute meets only constants, through the
//! comparisons listed at [`Uses`], each such comparison is true on a union of *cells*: the constants themselves and
//! the open intervals between neighbours, for strings in byte order, in which the strings with a given prefix lie
//! between two such constants. Two values of one cell answer every comparison alike, so both conditions, which are
//! boolean combinations of them, have one truth on a product of cells, and one world of it stands for all. Cells
//! that hold no value are left out: integers and instants have none between neighbours, strings none between `s` and
//! `s` followed by NUL, a listed attribute has its listed values and no other. An attribute that is used in any other
//! way must have finitely many values, which are then all tried. The product of the cells is enumerated; every truth
//! found is the truth of real worlds, and no real world is missed.
//!
//! Unknown values: the conditions are compared in worlds where every attribute is known, except that an attribute
//! asked for by `has` is also tried absent. An attribute asked by `within` holds one of the zones. Where a condition
//! is unknown in some cell (an overflow, an absent attribute), it counts as possibly true and possibly false, and only
//! what holds either way is claimed.
//!
//! Whatever does not fit this (two unbounded attributes compared, arithmetic on one, `endsWith`, too many cells) is
//! [`Relation::Unproved`].

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::evaluate::{Node, TextTest};
use super::value::{Operator, number, order_of_ratios, same};
use super::{Condition, Slot, Tri, Type, Value, World};
use crate::money::Ratio;
use crate::order;
use crate::time::Instant;

/// How the worlds of one condition, the left, relate to those of another, the right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The same worlds.
    Equal,
    /// The left holds only where the right does, and not everywhere there.
    Narrower,
    /// The right holds only where the left does, and not everywhere there.
    Wider,
    /// No world has both. A condition that never holds is disjoint from every one that ever does.
    Disjoint,
    /// Some worlds have both, some only the left, some only the right.
    Overlapping,
    /// None of these could be shown.
    Unproved,
}

/// The most cells that are enumerated.
pub const MAX_CELLS: usize = 8_192;

/// The relation of two conditions over all worlds.
///
/// `types` gives the declared types, `within` the tree of zones and `zones` all its names.
#[must_use]
pub fn relation(
    left: &Condition,
    right: &Condition,
    types: &dyn Fn(Slot) -> Option<Type>,
    within: &dyn Fn(&str, &str) -> Option<bool>,
    zones: &[String],
) -> Relation {
    if left.node == right.node {
        return Relation::Equal;
    }
    let mut uses = BTreeMap::new();
    collect(&left.node, &mut uses);
    collect(&right.node, &mut uses);
    let mut cells = Vec::with_capacity(uses.len());
    let mut product: usize = 1;
    for (slot, uses) in uses {
        let Some(values) = types(slot).and_then(|ty| uses.cells(&ty, within, zones)) else {
            return Relation::Unproved;
        };
        match product.checked_mul(values.len()) {
            Some(count) if count <= MAX_CELLS => product = count,
            _ => return Relation::Unproved,
        }
        cells.push((slot, values));
    }
    let mut world = Cell {
        axes: cells,
        at: Vec::new(),
        within,
    };
    world.at = alloc::vec![0; world.axes.len()];
    if product == 0 {
        // An attribute without values: there is no world to compare them in.
        return Relation::Unproved;
    }
    let mut seen = Seen::default();
    loop {
        seen.note(left.node.truth(&world), right.node.truth(&world));
        if !world.advance() {
            return seen.relation();
        }
    }
}

/// One value of an attribute for each cell in which conditions over it alone have one truth, `None` for its absence; `None`
/// where cells cannot be told. Cells of integers and instants begin with one of the values.
pub(crate) fn cells(
    conditions: &[Condition],
    slot: Slot,
    ty: &Type,
    within: &dyn Fn(&str, &str) -> Option<bool>,
    zones: &[String],
) -> Option<Vec<Option<Value>>> {
    let mut uses = BTreeMap::new();
    for condition in conditions {
        collect(&condition.node, &mut uses);
    }
    let own = uses.into_iter().find(|(used, _)| *used == slot);
    let mut own = own.map(|(_, uses)| uses).unwrap_or_default();
    for condition in conditions {
        let solved = sums(&condition.node, slot, &mut own.constants);
        own.free = own.free.saturating_sub(solved);
    }
    own.cells(ty, within, zones)
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

/// How an attribute is used by both conditions together.
#[derive(Default)]
struct Uses {
    /// Constants it is compared with, by `== != < <= > >=` or `in` a constant list, and the ends of prefixes.
    constants: Vec<Value>,
    /// Whether a comparison asks for an order.
    ordered: bool,
    /// Constants asked for `in` it; it is a list.
    members: Vec<Value>,
    /// Areas that `within` asks of it; it is a zone.
    areas: Vec<String>,
    /// Whether `has` asks for it.
    presence: bool,
    /// How often it stands anywhere else, so that every single value may matter.
    free: usize,
}

fn add(values: &mut Vec<Value>, value: &Value) {
    if !values.iter().any(|known| same(known, value) == Some(true)) {
        values.push(value.clone());
    }
}

/// Notes every use of every attribute below the node.
fn collect(node: &Node, uses: &mut BTreeMap<Slot, Uses>) {
    match node {
        Node::Variable(slot) => {
            let uses = uses.entry(*slot).or_default();
            uses.free = uses.free.saturating_add(1);
        }
        Node::Has(slot) => uses.entry(*slot).or_default().presence = true,
        Node::Compare(comparison, sides) => match &**sides {
            [Node::Variable(slot), Node::Constant(value)]
            | [Node::Constant(value), Node::Variable(slot)] => {
                let uses = uses.entry(*slot).or_default();
                add(&mut uses.constants, value);
                uses.ordered |= comparison.orders();
            }
            _ => operands(node, uses),
        },
        Node::In(sides) => match &**sides {
            [Node::Variable(slot), Node::Constant(Value::List(values))] => {
                let uses = uses.entry(*slot).or_default();
                values
                    .iter()
                    .for_each(|value| add(&mut uses.constants, value));
            }
            [Node::Constant(value), Node::Variable(slot)] => {
                add(&mut uses.entry(*slot).or_default().members, value);
            }
            _ => operands(node, uses),
        },
        Node::Text(TextTest::StartsWith, sides) => match &**sides {
            [Node::Variable(slot), Node::Constant(Value::String(prefix))] => {
                let uses = uses.entry(*slot).or_default();
                add(&mut uses.constants, &Value::String(prefix.clone()));
                if let Some(end) = end_of_prefix(prefix) {
                    add(&mut uses.constants, &Value::String(end));
                }
                uses.ordered = true;
            }
            _ => operands(node, uses),
        },
        Node::Within(zone, area) => {
            let Node::Variable(slot) = **zone else {
                return operands(node, uses);
            };
            let uses = uses.entry(slot).or_default();
            if !uses.areas.contains(area) {
                uses.areas.push(area.clone());
            }
        }
        Node::Constant(_)
        | Node::Unknown
        | Node::Not(_)
        | Node::All(_)
        | Node::Any(_)
        | Node::If(_)
        | Node::List(_)
        | Node::Negate(_)
        | Node::Arithmetic(..)
        | Node::Text(TextTest::EndsWith | TextTest::Contains, _)
        | Node::Size(_)
        | Node::Timestamp(_)
        | Node::Duration(_) => operands(node, uses),
    }
}

fn operands(node: &Node, uses: &mut BTreeMap<Slot, Uses>) {
    node.each_operand(&mut |operand| collect(operand, uses));
}

/// The least string above every string that starts with `prefix`, or `None` where there is none.
fn end_of_prefix(prefix: &str) -> Option<String> {
    let mut letters: Vec<char> = prefix.chars().collect();
    while let Some(last) = letters.pop() {
        let mut above = (last..=char::MAX).skip(1);
        if let Some(next) = above.next() {
            letters.push(next);
            return Some(letters.into_iter().collect());
        }
    }
    None
}

impl Uses {
    /// One value for each cell of the attribute, `None` standing for its absence; `None` where cells do not suffice.
    fn cells(
        self,
        ty: &Type,
        within: &dyn Fn(&str, &str) -> Option<bool>,
        zones: &[String],
    ) -> Option<Vec<Option<Value>>> {
        let values = if self.areas.is_empty() {
            self.values(ty)?
        } else {
            self.zones(ty, within, zones)?
        };
        let absent = self.presence.then_some(None);
        Some(values.into_iter().map(Some).chain(absent).collect())
    }

    fn values(&self, ty: &Type) -> Option<Vec<Value>> {
        let millis = |value: &Value| value.millis().map(|ms| Ratio::whole(i128::from(ms)));
        let finite = matches!(ty, Type::Bool | Type::OneOf(_));
        if self.free > 0 && !finite {
            return None;
        }
        if !self.members.is_empty() && !matches!(ty, Type::List(_)) {
            return None;
        }
        match ty {
            Type::Bool => Some(alloc::vec![Value::Bool(false), Value::Bool(true)]),
            Type::OneOf(listed) => Some(self.listed(listed)),
            Type::String => self.strings(),
            Type::Int => {
                let values = self.integers(i64::MIN, i64::MAX, number)?;
                Some(values.into_iter().map(Value::Int).collect())
            }
            Type::Timestamp => {
                let (least, most) = (Instant::MIN.millis(), Instant::MAX.millis());
                let values = self.integers(least, most, millis)?;
                let instants = values.into_iter().map(Instant::from_millis);
                instants
                    .map(|instant| instant.map(Value::Timestamp))
                    .collect()
            }
            Type::Duration => {
                let values = self.integers(i64::MIN, i64::MAX, millis)?;
                Some(values.into_iter().map(Value::Duration).collect())
            }
            Type::Decimal => self.decimals(),
            Type::List(element) => self.lists(element),
        }
    }

    /// The listed values; where only equality is asked, one stands for all that are not named.
    fn listed(&self, listed: &[String]) -> Vec<Value> {
        let mut other = false;
        let mut values = Vec::new();
        for text in listed {
            let value = Value::String(text.clone());
            if values.contains(&value) {
                continue;
            }
            if self.free == 0 && !self.ordered && !self.constants.contains(&value) {
                if other {
                    continue;
                }
                other = true;
            }
            values.push(value);
        }
        values
    }

    /// The zones; where only `within` and equality are asked, one stands for all with the same answers.
    fn zones(
        &self,
        ty: &Type,
        within: &dyn Fn(&str, &str) -> Option<bool>,
        zones: &[String],
    ) -> Option<Vec<Value>> {
        let listed = match ty {
            Type::OneOf(listed) => Some(listed),
            Type::String => None,
            Type::Bool
            | Type::Int
            | Type::Decimal
            | Type::Timestamp
            | Type::Duration
            | Type::List(_) => return None,
        };
        let mut signatures: Vec<Vec<Option<bool>>> = Vec::new();
        let mut values = Vec::new();
        for zone in zones {
            if listed.is_some_and(|listed| !listed.contains(zone)) {
                continue;
            }
            let value = Value::String(zone.clone());
            let single = self.free > 0 || self.ordered || self.constants.contains(&value);
            if !single {
                let signature = self.areas.iter().map(|area| within(zone, area)).collect();
                if signatures.contains(&signature) {
                    continue;
                }
                signatures.push(signature);
            }
            values.push(value);
        }
        Some(values)
    }

    fn strings(&self) -> Option<Vec<Value>> {
        let points: Option<Vec<&str>> = self.constants.iter().map(Value::text).collect();
        let mut points = points?;
        order::sort(&mut points);
        let mut texts: Vec<String> = Vec::new();
        if self.ordered && points.first().is_some_and(|least| !least.is_empty()) {
            texts.push(String::new());
        }
        let last = points.last().copied();
        for (index, point) in points.iter().copied().enumerate() {
            texts.push(String::from(point));
            // The least string above this one; in the last cell it also stands for every other string.
            let mut above = String::from(point);
            above.push('\0');
            let upper = points.get(index.saturating_add(1)).copied();
            let is_last = Some(point) == last;
            if is_last || (self.ordered && upper.is_some_and(|upper| above.as_str() < upper)) {
                texts.push(above);
            }
        }
        if points.is_empty() {
            texts.push(String::new());
        }
        Some(texts.into_iter().map(Value::String).collect())
    }

    /// Integers from `least` to `most` that stand for the cells between the constants.
    fn integers(
        &self,
        least: i64,
        most: i64,
        read: impl Fn(&Value) -> Option<Ratio>,
    ) -> Option<Vec<i64>> {
        let mut values: Vec<i128> = Vec::new();
        for value in &self.constants {
            // Around c the cells are: below, c itself if it is whole, above. The nearest integers stand for them.
            let constant = read(value)?;
            let floor = constant
                .numerator()
                .checked_div_euclid(constant.denominator())?;
            let below = if constant.denominator() == 1 {
                values.push(floor);
                floor.checked_sub(1)?
            } else {
                floor
            };
            values.push(below);
            values.push(floor.checked_add(1)?);
        }
        if values.is_empty() {
            return Some(alloc::vec![0]);
        }
        order::sort(&mut values);
        values.dedup();
        // Constants beyond the range leave the nearest end to stand for the whole of it.
        let (least, most) = (i128::from(least), i128::from(most));
        let mut clamped: Vec<i64> = values
            .into_iter()
            .filter_map(|value| i64::try_from(value.clamp(least, most)).ok())
            .collect();
        clamped.dedup();
        Some(clamped)
    }

    fn decimals(&self) -> Option<Vec<Value>> {
        let mut points: Vec<Ratio> = self.constants.iter().map(number).collect::<Option<_>>()?;
        order::sort_by(&mut points, |left, right| order_of_ratios(*left, *right));
        let (Some(first), Some(last)) = (points.first(), points.last()) else {
            return Some(alloc::vec![Value::Decimal(Ratio::ZERO)]);
        };
        let mut values = alloc::vec![first.minus(Ratio::ONE)?];
        let half = Ratio::new(1, 2)?;
        let mut previous: Option<Ratio> = None;
        for point in &points {
            if let Some(previous) = previous {
                values.push(previous.plus(*point)?.times(half)?);
            }
            values.push(*point);
            previous = Some(*point);
        }
        values.push(last.plus(Ratio::ONE)?);
        Some(values.into_iter().map(Value::Decimal).collect())
    }

    /// Every subset of the constants asked for: a list may hold any of them that its type admits, and what else it
    /// holds is never asked.
    fn lists(&self, element: &Type) -> Option<Vec<Value>> {
        if !self.constants.is_empty() {
            return None;
        }
        let possible = |member: &&Value| match element {
            Type::Int => number(member).is_some_and(|number| number.denominator() == 1),
            Type::OneOf(listed) => listed.iter().any(|text| member.text() == Some(text)),
            Type::Bool
            | Type::Decimal
            | Type::String
            | Type::Timestamp
            | Type::Duration
            | Type::List(_) => true,
        };
        let mut lists = alloc::vec![Vec::new()];
        for member in self.members.iter().filter(possible) {
            if lists.len() >= MAX_CELLS {
                return None;
            }
            let mut with: Vec<Vec<Value>> = lists.clone();
            with.iter_mut().for_each(|list| list.push(member.clone()));
            lists.append(&mut with);
        }
        Some(lists.into_iter().map(Value::List).collect())
    }
}

/// A world of one cell of the product.
struct Cell<'a> {
    axes: Vec<(Slot, Vec<Option<Value>>)>,
    /// The place on each axis.
    at: Vec<usize>,
    within: &'a dyn Fn(&str, &str) -> Option<bool>,
}

impl Cell<'_> {
    /// Goes to the next cell; false after the last.
    fn advance(&mut self) -> bool {
        for (place, (_, values)) in self.at.iter_mut().zip(&self.axes) {
            *place = place.saturating_add(1);
            if *place < values.len() {
                return true;
            }
            *place = 0;
        }
        false
    }
}

impl World for Cell<'_> {
    fn get(&self, slot: Slot) -> Option<&Value> {
        let axis = self
            .axes
            .binary_search_by_key(&slot, |(slot, _)| *slot)
            .ok()?;
        let (_, values) = self.axes.get(axis)?;
        values.get(*self.at.get(axis)?)?.as_ref()
    }

    fn within(&self, zone: &str, area: &str) -> Option<bool> {
        (self.within)(zone, area)
    }
}

/// What the cells have shown so far.
#[derive(Default)]
struct Seen {
    both: bool,
    only_left: bool,
    only_right: bool,
    /// As above, counting unknown as either.
    maybe_both: bool,
    maybe_only_left: bool,
    maybe_only_right: bool,
}

impl Seen {
    fn note(&mut self, left: Tri, right: Tri) {
        let (l, r) = (left == Tri::True, right == Tri::True);
        let (not_l, not_r) = (left == Tri::False, right == Tri::False);
        self.both |= l && r;
        self.only_left |= l && not_r;
        self.only_right |= r && not_l;
        self.maybe_both |= !not_l && !not_r;
        self.maybe_only_left |= !not_l && !r;
        self.maybe_only_right |= !not_r && !l;
    }

    fn relation(&self) -> Relation {
        let (inside, around) = (!self.maybe_only_left, !self.maybe_only_right);
        if inside && around {
            return Relation::Equal;
        }
        if !self.maybe_both {
            return Relation::Disjoint;
        }
        if inside && self.only_right {
            return Relation::Narrower;
        }
        if around && self.only_left {
            return Relation::Wider;
        }
        if self.both && self.only_left && self.only_right {
            return Relation::Overlapping;
        }
        Relation::Unproved
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::iter;

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

    #[test]
    fn no_cell_of_strings_is_missed_and_none_is_empty() {
        let uses = Uses {
            constants: ["b", "b\0", "d"]
                .map(|text| Value::String(text.into()))
                .into(),
            ordered: true,
            ..Uses::default()
        };
        let expected = ["", "b", "b\0", "b\0\0", "d", "d\0"];
        let texts: Vec<Value> = expected.map(|text| Value::String(text.into())).into();
        assert_eq!(uses.strings(), Some(texts));
    }

    #[test]
    fn lists_hold_only_what_their_type_admits() {
        let uses = Uses {
            members: alloc::vec![Value::Int(1), Value::Decimal(Ratio::new(3, 2).unwrap())],
            ..Uses::default()
        };
        let count = |ty: &Type| uses.lists(ty).map(|lists| lists.len());
        assert_eq!(count(&Type::Int), Some(2));
        assert_eq!(count(&Type::Decimal), Some(4));
        assert_eq!(count(&Type::OneOf(Vec::new())), Some(1));
    }

    #[test]
    fn integers_have_nothing_between_neighbours_nor_beyond_the_ends() {
        let read = |constants: &[i64]| {
            let uses = Uses {
                constants: constants.iter().copied().map(Value::Int).collect(),
                ..Uses::default()
            };
            uses.integers(i64::MIN, i64::MAX, number).unwrap()
        };
        assert_eq!(read(&[5, 6]), [4, 5, 6, 7]);
        assert_eq!(read(&[]), [0]);
        assert_eq!(read(&[i64::MAX]), [i64::MAX.saturating_sub(1), i64::MAX]);
        let half = Uses {
            constants: iter::once(Value::Decimal(Ratio::new(3, 2).unwrap())).collect(),
            ..Uses::default()
        };
        assert_eq!(half.integers(0, 10, number), Some(alloc::vec![1, 2]));
    }
}

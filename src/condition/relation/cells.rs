//! The cells of an attribute: a value for each set of values that every comparison answers alike.

use crate::list::List;
use alloc::string::String;
use alloc::vec::Vec;

use super::uses::Uses;
use super::{MAX_CELLS, Space, Unproved};
use crate::condition::value::{number, order_of_ratios};
use crate::condition::{Slot, Type, Value};
use crate::money::Ratio;
use crate::order::{self, insert, sort};
use crate::time::Instant;

impl Uses {
    /// One value for each cell of the attribute, at least one; `None` stands for its absence.
    pub(super) fn cells(
        &self,
        slot: Slot,
        space: &dyn Space,
    ) -> Result<Vec<Option<Value>>, Unproved> {
        let fails = |why| Unproved {
            slot: Some(slot),
            why,
        };
        let kind = space.kind(slot).ok_or(fails("has no type"))?;
        let finite = matches!(kind, Type::Bool | Type::OneOf(_));
        let values = if !self.areas.is_empty() {
            self.zones(kind, space)
        } else if let Some(how) = self.free.filter(|_| !finite) {
            return Err(fails(how));
        } else {
            self.values(kind)
        };
        let values = values.ok_or(fails("is used in ways that cannot be told apart"))?;
        let absent = (self.presence && space.may_be_absent(slot)).then_some(None);
        let cells: Vec<Option<Value>> = values.into_iter().map(Some).chain(absent).list();
        if cells.is_empty() {
            return Err(fails("has no value it could have"));
        }
        Ok(cells)
    }

    fn values(&self, kind: &Type) -> Option<Vec<Value>> {
        let millis = |value: &Value| value.millis().map(|ms| Ratio::whole(i128::from(ms)));
        if !self.members.is_empty() && !matches!(kind, Type::List(_)) {
            return None;
        }
        match kind {
            Type::Bool => Some(alloc::vec![Value::Bool(false), Value::Bool(true)]),
            Type::OneOf(listed) => Some(self.listed(listed)),
            Type::String => self.strings(),
            Type::Int => self.integers([i64::MIN, i64::MAX], &number, &|int| Some(Value::Int(int))),
            Type::Timestamp => {
                let range = [Instant::MIN.millis(), Instant::MAX.millis()];
                self.integers(range, &millis, &|ms| {
                    Instant::from_millis(ms).map(Value::Timestamp)
                })
            }
            Type::Duration => self.integers([i64::MIN, i64::MAX], &millis, &|ms| {
                Some(Value::Duration(ms))
            }),
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
            if self.free.is_none() && !self.ordered && !self.constants.contains(&value) {
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
    fn zones(&self, kind: &Type, space: &dyn Space) -> Option<Vec<Value>> {
        let listed = match kind {
            Type::OneOf(listed) => Some(listed),
            Type::String => None,
            Type::Bool
            | Type::Int
            | Type::Decimal
            | Type::Timestamp
            | Type::Duration
            | Type::List(_) => return None,
        };
        let all = space.zones();
        // A type of as many words with the same ends is that of the zones.
        let ends = |words: &[String]| {
            let (first, last) = (words.first(), words.last());
            (words.len(), first.cloned(), last.cloned())
        };
        let listed = listed.filter(|listed| ends(listed) != ends(all));
        let each = self.free.is_some() || self.ordered;
        // Zones are a tree: one that is outside all areas answers like any other such, and one inside like the
        // smallest area around it. That makes one answer more than there are areas, or none is outside.
        let most = self.areas.len().saturating_add(1);
        let mut signatures: Vec<Vec<Option<bool>>> = Vec::new();
        let mut values: Vec<Value> = Vec::new();
        let named = self.constants.iter().filter_map(Value::text);
        let areas = self.areas.iter().map(String::as_str);
        for zone in named.chain(areas).chain(all.iter().map(String::as_str)) {
            if !each && signatures.len() == most {
                break;
            }
            let value = Value::String(String::from(zone));
            let is_zone = |words: &[String]| words.iter().any(|word| word == zone);
            if values.contains(&value)
                || !is_zone(all)
                || listed.is_some_and(|listed| !is_zone(listed))
            {
                continue;
            }
            if !each && !self.constants.contains(&value) {
                let signature = self
                    .areas
                    .iter()
                    .map(|area| space.within(zone, area))
                    .collect();
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
        sort(&mut points);
        let mut texts: Vec<String> = Vec::new();
        if self.ordered && points.first().is_some_and(|least| !least.is_empty()) {
            texts.push(String::new());
        }
        for (index, point) in points.iter().copied().enumerate() {
            texts.push(String::from(point));
            let upper = points.get(index.saturating_add(1)).copied();
            // Above the last, it also stands for every other string.
            if self.ordered || upper.is_none() {
                texts.extend(between(point, upper));
            }
        }
        if points.is_empty() {
            texts.push(String::new());
        }
        Some(texts.into_iter().map(Value::String).collect())
    }

    /// Integers of a range that stand for the cells between the constants, as values of the type.
    fn integers(
        &self,
        [least, most]: [i64; 2],
        read: &dyn Fn(&Value) -> Option<Ratio>,
        make: &dyn Fn(i64) -> Option<Value>,
    ) -> Option<Vec<Value>> {
        let mut integers: Vec<i64> = Vec::new();
        // Constants beyond the range leave the nearest end to stand for the whole of it.
        let mut note = |integer: Option<i128>| {
            let clamped = integer?.clamp(i128::from(least), i128::from(most));
            insert(&mut integers, i64::try_from(clamped).ok()?);
            Some(())
        };
        for value in &self.constants {
            // Around c the cells are: below, c itself if it is whole, above. The nearest integers stand for them.
            let constant = read(value)?;
            let floor = constant
                .numerator()
                .checked_div_euclid(constant.denominator())?;
            if constant.denominator() == 1 {
                note(floor.checked_sub(1))?;
            }
            note(Some(floor))?;
            note(floor.checked_add(1))?;
        }
        if integers.is_empty() {
            integers.push(0);
        }
        let mut values = Vec::with_capacity(integers.len());
        for integer in integers {
            values.push(make(integer)?);
        }
        Some(values)
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

/// Some values of a type that has too many to try, the constants it may meet among them.
pub(super) fn samples(kind: &Type, constants: &[Value]) -> Vec<Value> {
    let same_kind = |value: &&Value| {
        matches!(
            (kind, value),
            (Type::Int, Value::Int(_))
                | (Type::Decimal, Value::Decimal(_))
                | (Type::String, Value::String(_))
                | (Type::Timestamp, Value::Timestamp(_))
                | (Type::Duration, Value::Duration(_))
        )
    };
    let own = match kind {
        Type::Int => Vec::from([0, 1, 1_000, 1_000_000].map(Value::Int)),
        Type::Decimal => Vec::from([0, 1, 1_000].map(|whole| Value::Decimal(Ratio::whole(whole)))),
        Type::String => Vec::from([Value::String(String::from("other"))]),
        Type::List(element) => {
            let mut lists = Vec::from([Value::List(Vec::new())]);
            let single = |value| Value::List(Vec::from([value]));
            lists.extend(samples(element, constants).into_iter().map(single));
            return lists;
        }
        Type::Bool | Type::OneOf(_) | Type::Timestamp | Type::Duration => Vec::new(),
    };
    own.into_iter()
        .chain(
            constants
                .iter()
                .filter(same_kind)
                .take(MOST_SAMPLES)
                .cloned(),
        )
        .collect()
}

/// The most constants that are tried where not all values can be.
const MOST_SAMPLES: usize = 8;

/// A string above `point` and below `upper`, where there is one: one that people can read, if such a one fits.
fn between(point: &str, upper: Option<&str>) -> Option<String> {
    ["-other", "\0"]
        .into_iter()
        .map(|end| [point, end].concat())
        .find(|text| upper.is_none_or(|upper| text.as_str() < upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_of_strings_is_missed_and_none_is_empty() {
        let uses = Uses {
            constants: ["b", "b\0", "d"]
                .map(|text| Value::String(text.into()))
                .into(),
            ordered: true,
            ..Uses::default()
        };
        // Nothing lies between `b` and `b` followed by NUL.
        let expected = ["", "b", "b\0", "b\0-other", "d", "d-other"];
        let texts: Vec<Value> = expected.map(|text| Value::String(text.into())).into();
        assert_eq!(uses.strings(), Some(texts));
        assert_eq!(between("a", Some("a-")).as_deref(), Some("a\0"));
    }

    #[test]
    fn lists_hold_only_what_their_type_admits() {
        let uses = Uses {
            members: alloc::vec![Value::Int(1), Value::Decimal(Ratio::new(3, 2).unwrap())],
            ..Uses::default()
        };
        let count = |kind: &Type| uses.lists(kind).map(|lists| lists.len());
        assert_eq!(count(&Type::Int), Some(2));
        assert_eq!(count(&Type::Decimal), Some(4));
        assert_eq!(count(&Type::OneOf(Vec::new())), Some(1));
    }

    #[test]
    fn integers_have_nothing_between_neighbours_nor_beyond_the_ends() {
        let read = |constants: &[Value]| {
            let uses = Uses {
                constants: constants.to_vec(),
                ..Uses::default()
            };
            uses.values(&Type::Int).unwrap()
        };
        let ints = |ints: &[i64]| ints.iter().copied().map(Value::Int).list();
        assert_eq!(read(&ints(&[5, 6])), ints(&[4, 5, 6, 7]));
        assert_eq!(read(&[]), ints(&[0]));
        let most = i64::MAX;
        assert_eq!(read(&ints(&[most])), ints(&[most.saturating_sub(1), most]));
        let half = Value::Decimal(Ratio::new(3, 2).unwrap());
        assert_eq!(read(&[half]), ints(&[1, 2]));
        let beyond = Value::Decimal(Ratio::whole(i128::MAX / 2));
        assert_eq!(read(&[beyond]), ints(&[most]));
    }
}

//! The one stable sort of the crate, and looking things up in what is sorted.
//!
//! The sorts of the standard library are compiled anew for every type they sort, 4 kB each in the wasm module; this one
//! sorts positions, and only its shell knows the type. `clippy.toml` bans the others. A `BTreeMap` is as dear for every
//! pair of types, so what is filled once and then read is a list of pairs that is sorted here.

use alloc::vec::Vec;
use core::borrow::Borrow;
use core::cmp::Ordering;

/// Sorts by the order of the type; equals keep their order.
pub(crate) fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, T::cmp);
}

/// Sorts by a key; equals keep their order.
pub(crate) fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(items, |left, right| key(left).cmp(&key(right)));
}

/// Sorts by a comparison, which must be a total order; equals keep their order.
pub(crate) fn sort_by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut places = places(
        items.len(),
        &|left, right| match (items.get(left), items.get(right)) {
            (Some(left), Some(right)) => compare(left, right),
            (None, _) | (_, None) => Ordering::Equal,
        },
    );
    // Every swap brings one item to its place for good.
    for at in 0..places.len() {
        while let Some(place) = places.get(at).copied()
            && place != at
        {
            items.swap(at, place);
            places.swap(at, place);
        }
    }
}

/// Puts an item into a sorted list that does not have it.
pub(crate) fn insert<T: Ord>(sorted: &mut Vec<T>, item: T) {
    if let Err(place) = sorted.binary_search(&item) {
        sorted.insert(place, item);
    }
}

/// The value of a key in a list of pairs that is sorted by keys.
pub(crate) fn find<'a, K: Borrow<Q>, Q: Ord + ?Sized, V>(
    pairs: &'a [(K, V)],
    key: &Q,
) -> Option<&'a V> {
    let at = pairs
        .binary_search_by(|(other, _)| other.borrow().cmp(key))
        .ok()?;
    pairs.get(at).map(|(_, value)| value)
}

/// Where each of `count` items goes; nothing where they are in order. `compare` gets their positions.
#[inline(never)]
fn places(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let in_order = (1..count).all(|at| compare(at.saturating_sub(1), at) != Ordering::Greater);
    if in_order {
        return Vec::new();
    }
    let mut sorted: Vec<usize> = (0..count).collect();
    let mut merged: Vec<usize> = Vec::with_capacity(count);
    let mut width: usize = 1;
    while width < count {
        for pair in sorted.chunks(width.saturating_mul(2)) {
            let (mut left, mut right) = pair.split_at(width.min(pair.len()));
            while let ([first, left_rest @ ..], [second, right_rest @ ..]) = (left, right) {
                if compare(*first, *second) == Ordering::Greater {
                    merged.push(*second);
                    right = right_rest;
                } else {
                    merged.push(*first);
                    left = left_rest;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        core::mem::swap(&mut sorted, &mut merged);
        merged.clear();
        width = width.saturating_mul(2);
    }
    merged.resize(count, 0);
    for (place, item) in sorted.into_iter().enumerate() {
        if let Some(slot) = merged.get_mut(item) {
            *slot = place;
        }
    }
    merged
}

#[cfg(test)]
#[allow(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test compares with the standard library"
)]
mod tests {
    use super::*;

    /// Pairs of a key and the position before, for every list over three keys of up to seven items, and some long ones.
    fn lists() -> impl Iterator<Item = Vec<(usize, usize)>> {
        let short = (0..8_u32).flat_map(|length| {
            (0..3_usize.pow(length)).map(move |number| {
                (0..length)
                    .map(|place| number / 3_usize.pow(place) % 3)
                    .collect::<Vec<usize>>()
            })
        });
        let long = (8..300_usize).map(|length| {
            (0..length)
                .map(|at| at * 7919 % 101)
                .collect::<Vec<usize>>()
        });
        short
            .chain(long)
            .map(|keys| keys.into_iter().zip(0..).collect())
    }

    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "the standard library is the judge"
    )]
    fn sorts_are_stable_and_right() {
        for list in lists() {
            let mut expected = list.clone();
            expected.sort_by_key(|(key, _)| *key);
            let mut sorted = list.clone();
            sort_by_key(&mut sorted, |(key, _)| *key);
            assert_eq!(sorted, expected, "{list:?}");

            expected.sort_by(|left, right| right.cmp(left));
            sort_by(&mut sorted, |left, right| right.cmp(left));
            assert_eq!(sorted, expected, "{list:?}");

            expected.sort();
            sort(&mut sorted);
            assert_eq!(sorted, expected, "{list:?}");
        }
    }
}

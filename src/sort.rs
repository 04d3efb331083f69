//! Sorting with one piece of code for all types. The sort of the standard library is compiled anew for each type and
//! order, and weighs kilobytes every time: only long lists that every request sorts are worth that.

use alloc::vec::Vec;
use core::cmp::Ordering;

/// Sorts by an order; what is equal stays in the order it had.
pub(crate) fn by<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    if items.len() < 2 {
        return;
    }
    let places = order(
        items.len(),
        &|left, right| match (items.get(left), items.get(right)) {
            (Some(left), Some(right)) => compare(left, right),
            (left, right) => left.is_some().cmp(&right.is_some()),
        },
    );
    let mut taken: Vec<Option<T>> = items.drain(..).map(Some).collect();
    for place in places {
        items.extend(taken.get_mut(place).and_then(Option::take));
    }
}

/// Sorts from the least to the greatest.
pub(crate) fn ascending<T: Ord>(items: &mut Vec<T>) {
    by(items, T::cmp);
}

/// Puts an item into a sorted list that does not have it.
pub(crate) fn insert<T: Ord>(sorted: &mut Vec<T>, item: T) {
    if let Err(place) = sorted.binary_search(&item) {
        sorted.insert(place, item);
    }
}

/// The places of `length` items in their order.
fn order(length: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..length).collect();
    places.sort_by(|left, right| compare(*left, *right));
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_items_keep_their_order() {
        let mut items: Vec<(i32, &str)> = [(2, "a"), (1, "b"), (2, "c"), (1, "d"), (0, "e")].into();
        by(&mut items, |left, right| left.0.cmp(&right.0));
        assert_eq!(items, [(0, "e"), (1, "b"), (1, "d"), (2, "a"), (2, "c")]);
        let mut none: Vec<u8> = Vec::new();
        ascending(&mut none);
        assert!(none.is_empty());
    }

    #[test]
    fn an_item_is_inserted_once() {
        let mut items = Vec::new();
        for item in [3, 1, 2, 3, 1] {
            insert(&mut items, item);
        }
        assert_eq!(items, [1, 2, 3]);
    }
}

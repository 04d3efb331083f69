//! Words for people: the candidate a mistyped word was probably meant to be.

use crate::list::List;
use alloc::vec::Vec;
use core::mem;

/// Words longer than this get no suggestion, so that a hostile text costs nothing.
const LONGEST_WORD: usize = 64;

/// The pairs of letters that one search compares, at most: a thousand names of ordinary length.
const WORK: usize = 250_000;

/// The candidate nearest to `word`, for "did you mean"; the first of equals, `None` where none is near.
///
/// Near is one edit for every three letters, one at least: insertion, deletion, substitution, or a swap of neighbours.
pub(crate) fn closest<'a>(
    word: &str,
    mut candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let mut work = WORK;
    closest_within(word, &mut candidates, &mut work)
}

/// The same among the candidates that come before so much work is done, counted in pairs of letters. Not generic: every
/// list of candidates shares it.
pub(crate) fn closest_within<'a>(
    word: &str,
    candidates: &mut dyn Iterator<Item = &'a str>,
    work: &mut usize,
) -> Option<&'a str> {
    let word: Vec<char> = lower(word)?;
    let limit = word.len().div_euclid(3).max(1);
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        let pairs = word.len().max(1).saturating_mul(candidate.len().max(1));
        let Some(left) = work.checked_sub(pairs.min(LONGEST_WORD)) else {
            break;
        };
        *work = left;
        let Some(letters) = lower(candidate) else {
            continue;
        };
        if letters.len().abs_diff(word.len()) > limit {
            continue;
        }
        *work = work.saturating_sub(pairs);
        let distance = edits(&word, &letters);
        if distance <= limit
            && distance < word.len().max(letters.len())
            && best.is_none_or(|(least, _)| distance < least)
        {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn lower(word: &str) -> Option<Vec<char>> {
    (word.len() <= LONGEST_WORD).then(|| word.chars().flat_map(char::to_lowercase).list())
}

/// Damerau-Levenshtein distance in its restricted form: no letter takes part in two edits.
fn edits(left: &[char], right: &[char]) -> usize {
    let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX);
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).list();
    let mut left_previous = None;
    for (row, &a) in left.iter().enumerate() {
        let mut current = Vec::with_capacity(above.len());
        current.push(row.saturating_add(1));
        let mut right_previous = None;
        for (column, &b) in right.iter().enumerate() {
            let substituted = at(&above, column).saturating_add(usize::from(a != b));
            let deleted = at(&above, column.saturating_add(1)).saturating_add(1);
            let inserted = at(&current, column).saturating_add(1);
            let mut least = substituted.min(deleted).min(inserted);
            if left_previous == Some(b) && right_previous == Some(a) {
                least = least.min(at(&before, column.saturating_sub(1)).saturating_add(1));
            }
            current.push(least);
            right_previous = Some(b);
        }
        before = mem::replace(&mut above, current);
        left_previous = Some(a);
    }
    at(&above, right.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: &str, candidates: &[&str], expected: Option<&str>) {
        assert_eq!(closest(word, candidates.iter().copied()), expected);
    }

    #[test]
    fn a_near_word_is_suggested() {
        check("custmer", &["zone", "customer"], Some("customer"));
        check(
            "comercial",
            &["commercial", "us_national_security"],
            Some("commercial"),
        );
        check("ue", &["us", "eu"], Some("us"));
        check("zoen", &["zone", "zones"], Some("zone"));
        check("Zone", &["zone"], Some("zone"));
        check("hsa", &["has"], Some("has"));
    }

    #[test]
    fn a_far_word_is_not() {
        check("banana", &["customer", "zone"], None);
        check("x", &["y"], None);
        check("", &["a"], None);
        check(&"a".repeat(65), &["a"], None);
    }

    #[test]
    fn a_search_ends_where_its_work_does() {
        let names: Vec<String> = (0..10_000)
            .map(|at| format!("deployment-{at:05}"))
            .collect();
        let search = |word: &str, work: usize| {
            let mut left = work;
            let found = closest_within(word, &mut names.iter().map(String::as_str), &mut left);
            (found.map(String::from), left)
        };
        let (found, left) = search("deploymant-00000", 1_000);
        assert_eq!(found.as_deref(), Some("deployment-00000"));
        assert!(left < LONGEST_WORD, "{left}");
        let last = |work| search("deploymant-09999", work).0;
        assert_eq!(last(usize::MAX).as_deref(), Some("deployment-09999"));
        assert_ne!(last(1_000).as_deref(), Some("deployment-09999"));
        // What is too long or too short to be meant costs little, and not nothing.
        let (found, left) = search("x", 100_000);
        assert_eq!(found, None);
        assert!(left < 100_000);
    }

    #[test]
    fn a_swap_of_neighbours_is_one_edit() {
        let letters = |word: &str| word.chars().collect::<Vec<_>>();
        for (left, right, expected) in [
            ("ab", "ba", 1),
            ("abc", "acb", 1),
            ("kitten", "sitting", 3),
            ("", "abc", 3),
            ("abc", "abc", 0),
        ] {
            assert_eq!(
                edits(&letters(left), &letters(right)),
                expected,
                "{left} {right}"
            );
        }
    }
}

//! What an input brought to light. An input that shows something for the first time is worth keeping and changing
//! further; this stands in for the coverage that a stable compiler does not count.

use crate::random::hash;
use std::collections::BTreeSet;

/// Marks of what an input brought to light.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen(BTreeSet<u64>);

impl Seen {
    /// Notes one thing. Digits, and what stands between the first backtick and the last, are the input's own.
    pub fn note(&mut self, what: &str, which: &str) {
        let (before, after) = (which.split('`').next(), which.rsplit_once('`'));
        let mut shape = Vec::from(what);
        for part in [
            before.unwrap_or(which),
            after.map_or("", |(_, after)| after),
        ] {
            shape.push(0);
            shape.extend(part.bytes().filter(|byte| !byte.is_ascii_digit()));
        }
        self.0.insert(hash(&shape));
    }

    /// Notes a number by its order of magnitude.
    pub fn count(&mut self, what: &str, number: usize) {
        const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!?#+-*";
        let magnitude = number
            .checked_ilog2()
            .map_or(0, |bits| bits.saturating_add(1));
        let letter = LETTERS.get(usize::try_from(magnitude).unwrap_or(0));
        let letter = letter.copied().unwrap_or(b'~');
        self.note(what, char::from(letter).to_string().as_str());
    }

    /// Takes over the marks of another, and tells how many are new.
    pub fn add(&mut self, other: &Seen) -> usize {
        let before = self.0.len();
        self.0.extend(&other.0);
        self.0.len().saturating_sub(before)
    }

    /// How many marks there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

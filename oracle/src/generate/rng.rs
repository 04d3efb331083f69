//! SplitMix64: the same seed gives the same numbers for ever, whatever version of whatever crate is installed.

/// A source of chance.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// The source of one case of a run.
    #[must_use]
    pub fn new(seed: u64, case: u64) -> Rng {
        let mut rng = Rng(seed);
        let salt = rng.next();
        Rng(salt ^ case.wrapping_mul(0xd134_2543_de82_ef95))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which is at least 1.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// True in `percent` of a hundred cases.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of the items.
    ///
    /// # Panics
    /// Where there is none.
    #[expect(
        clippy::indexing_slicing,
        reason = "a generator that offers no choice is wrong and should stop"
    )]
    pub fn one<'i, T>(&mut self, items: &'i [T]) -> &'i T {
        let length = u64::try_from(items.len()).unwrap_or(1);
        &items[usize::try_from(self.below(length)).unwrap_or(0)]
    }

    /// One of the words.
    pub fn word(&mut self, words: &[&str]) -> String {
        (*self.one(words)).to_owned()
    }

    /// Each of the items in `percent` of a hundred cases, in their order.
    pub fn some<T: Clone>(&mut self, items: &[T], percent: u64) -> Vec<T> {
        items
            .iter()
            .filter(|_| self.chance(percent))
            .cloned()
            .collect()
    }

    /// An index, drawn by weights.
    pub fn weighted(&mut self, weights: &[u64]) -> usize {
        let mut rest = self.below(weights.iter().sum());
        for (index, weight) in (0..).zip(weights) {
            if rest < *weight {
                return index;
            }
            rest -= weight;
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_numbers_for_ever() {
        let mut rng = Rng::new(1, 2);
        let numbers: Vec<u64> = (0..4).map(|_| rng.below(1000)).collect();
        assert_eq!(numbers, [297, 61, 696, 710]);
    }
}

//! Lists of what iterators give.

use alloc::vec::Vec;

/// What has items that can be listed: every iterator.
pub(crate) trait List: Iterator + Sized {
    /// The items as a list: a loop, where `collect` brings the code for foreseeing the length and for growing by it, anew
    /// for every chain of adapters. Where decisions are made, `collect` saves time.
    fn list(self) -> Vec<Self::Item> {
        let mut items = Vec::new();
        for item in self {
            items.push(item);
        }
        items
    }
}

impl<I: Iterator> List for I {}

//! The product of the cells, gone through attribute by attribute.

use crate::list::List;
use alloc::vec::Vec;

use super::cells::samples;
use super::uses::{Uses, collect, constants};
use super::{Space, Unproved, Witness};
use crate::condition::{Condition, Slot, Value, World};

/// What to do after a world was looked at.
pub(super) enum Step {
    /// Choose a value for one more attribute.
    Deeper,
    /// Go on to the next world that does not follow from this one.
    Next,
    /// It is settled.
    Stop,
}

/// An attribute, and a value for each of its cells.
struct Axis {
    slot: Slot,
    values: Vec<Option<Value>>,
    /// The conditions that ask for it, by position.
    askers: Vec<usize>,
}

/// A world of some cells: the attributes chosen so far have values, the others are unknown.
pub(super) struct Search<'a> {
    axes: Vec<Axis>,
    /// How many attributes `has` asks for. They come first: until they are chosen, an unknown one would be read as
    /// absent.
    first: usize,
    /// The place on each axis, for the axes chosen.
    chosen: Vec<usize>,
    space: &'a dyn Space,
}

/// What becomes of attributes that cannot be cut into cells.
#[derive(Clone, Copy)]
pub(super) enum Beyond {
    /// They stay unknown: what is decided all the same is decided for every value.
    Unknown,
    /// Some values are tried: a world that is found is one, and that none is found says nothing.
    Sampled,
}

fn sampled(slot: Slot, conditions: &[&Condition], space: &dyn Space) -> Vec<Option<Value>> {
    let mut met = Vec::new();
    conditions
        .iter()
        .for_each(|condition| constants(&condition.node, &mut met));
    let values = space.kind(slot).map(|kind| samples(kind, &met));
    values.into_iter().flatten().map(Some).collect()
}

impl<'a> Search<'a> {
    /// Over every attribute of the conditions.
    pub(super) fn strict(
        conditions: &[&Condition],
        space: &'a dyn Space,
    ) -> Result<Search<'a>, Unproved> {
        let (search, left_out) = Search::over(conditions, space, Beyond::Unknown)?;
        match left_out {
            Some(why) => Err(why),
            None => Ok(search),
        }
    }

    /// Over the attributes that can be cut into cells, and why the first of the others cannot. Those are treated as
    /// `beyond` says.
    pub(super) fn over(
        conditions: &[&Condition],
        space: &'a dyn Space,
        beyond: Beyond,
    ) -> Result<(Search<'a>, Option<Unproved>), Unproved> {
        let mut uses: Vec<(Slot, Uses)> = Vec::new();
        for (index, condition) in conditions.iter().enumerate() {
            collect(&condition.node, index, "is used by itself", &mut uses);
        }
        let mut left_out = None;
        let (mut first, mut axes) = (Vec::new(), Vec::new());
        for (slot, mut uses) in uses {
            let askers = core::mem::take(&mut uses.askers);
            let is_presence = uses.presence;
            let values = match uses.cells(slot, space) {
                Ok(values) => values,
                Err(why) => {
                    left_out = left_out.or(Some(why));
                    let tried = match beyond {
                        Beyond::Unknown => Vec::new(),
                        Beyond::Sampled => sampled(slot, conditions, space),
                    };
                    match (tried.is_empty(), is_presence) {
                        (false, _) => tried,
                        // Unchosen, it would be read as absent.
                        (true, true) => return Err(why),
                        (true, false) => continue,
                    }
                }
            };
            let axis = Axis {
                slot,
                values,
                askers,
            };
            if is_presence {
                first.push(axis);
            } else {
                axes.push(axis);
            }
        }
        let count = first.len();
        first.append(&mut axes);
        let search = Search {
            axes: first,
            first: count,
            chosen: Vec::new(),
            space,
        };
        Ok((search, left_out))
    }

    /// How many cells there are; `None` where they cannot be counted.
    pub(super) fn cells(&self) -> Option<usize> {
        self.axes
            .iter()
            .try_fold(1_usize, |cells, axis| cells.checked_mul(axis.values.len()))
    }

    /// How many attributes are chosen.
    pub(super) fn depth(&self) -> usize {
        self.chosen.len()
    }

    /// How many are chosen before a world is looked at.
    pub(super) fn first(&self) -> usize {
        self.first
    }

    /// Whether a condition asks for the attribute that was chosen last.
    pub(super) fn newly_asked(&self, condition: usize) -> bool {
        self.chosen
            .len()
            .checked_sub(1)
            .and_then(|last| self.axes.get(last))
            .is_some_and(|axis| axis.askers.contains(&condition))
    }

    /// Shows `visit` one world after the other, and whether all its attributes are chosen.
    pub(super) fn run(&mut self, visit: &mut dyn FnMut(&Search<'_>, bool) -> Step) {
        loop {
            let complete = self.chosen.len() == self.axes.len();
            let step = if self.chosen.len() < self.first {
                Step::Deeper
            } else {
                visit(self, complete)
            };
            match step {
                Step::Stop => return,
                Step::Deeper if !complete => self.chosen.push(0),
                Step::Deeper | Step::Next => {
                    if !self.advance() {
                        return;
                    }
                }
            }
        }
    }

    /// Goes to the next value of the attribute chosen last, or of the one before it; false after the last world.
    fn advance(&mut self) -> bool {
        while let Some(place) = self.chosen.pop() {
            let next = place.saturating_add(1);
            let axis = self.axes.get(self.chosen.len());
            if axis.is_some_and(|axis| next < axis.values.len()) {
                self.chosen.push(next);
                return true;
            }
        }
        false
    }

    /// The attributes chosen so far, by slot.
    pub(super) fn witness(&self) -> Witness {
        let mut values: Vec<(Slot, Option<Value>)> = self
            .axes
            .iter()
            .zip(&self.chosen)
            .map(|(axis, place)| (axis.slot, axis.values.get(*place).cloned().flatten()))
            .list();
        crate::order::sort_by(&mut values, |left, right| left.0.cmp(&right.0));
        Witness { values }
    }
}

impl World for Search<'_> {
    fn get(&self, slot: Slot) -> Option<&Value> {
        let (axis, place) = self
            .axes
            .iter()
            .zip(&self.chosen)
            .find(|(axis, _)| axis.slot == slot)?;
        axis.values.get(*place)?.as_ref()
    }

    fn within(&self, zone: &str, area: &str) -> Option<bool> {
        self.space.within(zone, area)
    }
}

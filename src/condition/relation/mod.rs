//! How the worlds in which one condition holds relate to those in which another does, with a world to show it by.
//!
//! # Why the answer is exact
//!
//! A world gives each attribute a value of its type. Where an attribute meets only constants, through the
//! comparisons listed at [`uses::Uses`], each such comparison is true on a union of *cells*: the constants themselves
//! and the open intervals between neighbours, for strings in byte order, in which the strings with a given prefix lie
//! between two such constants. Two values of one cell answer every comparison alike, so all conditions, which are
//! boolean combinations of them, have one truth on a product of cells, and one world of it stands for all. Cells
//! that hold no value are left out: integers and instants have none between neighbours, strings none between `s` and
//! `s` followed by NUL, a listed attribute has its listed values and no other. An attribute that is used in any other
//! way must have finitely many values, which are then all tried. The product of the cells is searched; every truth
//! found is the truth of real worlds, and no real world is missed. What is decided by some of the attributes is not
//! asked again for each value of the others: knowing more never flips an answer.
//!
//! Unknown values: the conditions are compared in worlds where every attribute is known, except that an attribute
//! asked for by `has` is also tried absent. An attribute asked by `within` holds one of the zones. Where a condition
//! is unknown in some cell (an overflow, an absent attribute), it counts as possibly true and possibly false, and only
//! what holds either way is claimed.
//!
//! Whatever does not fit this (two unbounded attributes compared, arithmetic on one, `endsWith`, too many cells) is
//! not proved, and [`Unproved`] says why.

mod cells;
mod search;
mod single;
mod uses;

use crate::list::List;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Condition, Slot, Tri, Type, Value};
use search::{Beyond, Search, Step};
pub(crate) use single::cells;

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

/// The most cells in which two conditions are compared.
pub const MAX_CELLS: usize = 8_192;

/// The worlds that conditions are compared in: what each attribute may be.
pub trait Space {
    /// The type of an attribute; nothing is proved about one that has none.
    fn kind(&self, slot: Slot) -> Option<&Type>;
    /// Whether an attribute may be absent; asked where `has` asks for it.
    fn may_be_absent(&self, slot: Slot) -> bool;
    /// Whether a zone lies within an area, itself included.
    fn within(&self, zone: &str, area: &str) -> Option<bool>;
    /// Every zone; they form a tree.
    fn zones(&self) -> &[String];
}

/// A world in which something holds, as far as it matters: whatever is not listed may have any value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Witness {
    /// Each attribute that matters, by its slot, with its value; `None` where it is absent.
    pub values: Vec<(Slot, Option<Value>)>,
}

impl Witness {
    /// The world in words: `request.customer = "alpha", request.zone absent`. `name` spells the attributes.
    #[must_use]
    pub fn text(&self, name: &dyn Fn(Slot) -> String) -> String {
        let parts: Vec<String> = self
            .values
            .iter()
            .map(|(slot, value)| match value {
                Some(value) => format!("{} = {value}", name(*slot)),
                None => format!("{} absent", name(*slot)),
            })
            .collect();
        parts.join(", ")
    }
}

/// Why nothing could be proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unproved {
    /// The attribute that is in the way, where one is.
    pub slot: Option<Slot>,
    /// What is said of it, or of the conditions as a whole.
    pub why: &'static str,
}

impl Unproved {
    /// The reason in words: `request.tokens takes part in arithmetic`. `name` spells the attributes.
    #[must_use]
    pub fn text(&self, name: &dyn Fn(Slot) -> String) -> String {
        match self.slot {
            Some(slot) => format!("{} {}", name(slot), self.why),
            None => String::from(self.why),
        }
    }
}

const TOO_MANY: Unproved = Unproved {
    slot: None,
    why: "too many combinations of values matter",
};

const UNDECIDED: Unproved = Unproved {
    slot: None,
    why: "a condition is unknown even where every attribute is known",
};

/// Two conditions compared, with the worlds that show their relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// How they relate.
    pub relation: Relation,
    /// A world in which both hold, where one was met.
    pub both: Option<Witness>,
    /// A world in which only the left holds, where one was met.
    pub only_left: Option<Witness>,
    /// A world in which only the right holds, where one was met.
    pub only_right: Option<Witness>,
    /// Why nothing could be shown, for [`Relation::Unproved`].
    pub unproved: Option<Unproved>,
}

impl Compared {
    fn unproved(why: Unproved) -> Compared {
        Compared {
            unproved: Some(why),
            ..Compared::of(Relation::Unproved)
        }
    }

    fn of(relation: Relation) -> Compared {
        Compared {
            relation,
            both: None,
            only_left: None,
            only_right: None,
            unproved: None,
        }
    }
}

/// The relation of two conditions over all worlds of a space.
///
/// Where they overlap there is a witness of each kind; where one is narrower, one of the world in which only the
/// wider holds.
#[must_use]
pub fn compare(left: &Condition, right: &Condition, space: &dyn Space) -> Compared {
    if left.node == right.node {
        return Compared::of(Relation::Equal);
    }
    let mut search = match Search::strict(&[left, right], space) {
        Ok(search) => search,
        Err(why) => return Compared::unproved(why),
    };
    if search.cells().is_none_or(|cells| cells > MAX_CELLS) {
        return Compared::unproved(TOO_MANY);
    }
    let mut seen = Seen::default();
    search.run(&mut |world, complete| {
        let (l, r) = (left.node.truth(world), right.node.truth(world));
        if !complete && (l == Tri::Unknown || r == Tri::Unknown) {
            return Step::Deeper;
        }
        seen.note(l, r, world);
        if seen.is_overlap() {
            Step::Stop
        } else {
            Step::Next
        }
    });
    seen.compared()
}

/// What the cells have shown so far.
#[derive(Default)]
struct Seen {
    both: Option<Witness>,
    only_left: Option<Witness>,
    only_right: Option<Witness>,
    /// As above, counting unknown as either.
    maybe_both: bool,
    maybe_only_left: bool,
    maybe_only_right: bool,
}

impl Seen {
    fn note(&mut self, left: Tri, right: Tri, world: &Search<'_>) {
        let (l, r) = (left == Tri::True, right == Tri::True);
        let (not_l, not_r) = (left == Tri::False, right == Tri::False);
        let meet = |first: &mut Option<Witness>, met: bool| {
            if met && first.is_none() {
                *first = Some(world.witness());
            }
        };
        meet(&mut self.both, l && r);
        meet(&mut self.only_left, l && not_r);
        meet(&mut self.only_right, r && not_l);
        self.maybe_both |= !not_l && !not_r;
        self.maybe_only_left |= !not_l && !r;
        self.maybe_only_right |= !not_r && !l;
    }

    /// Whether no further cell can change the relation.
    fn is_overlap(&self) -> bool {
        self.both.is_some() && self.only_left.is_some() && self.only_right.is_some()
    }

    fn relation(&self) -> Relation {
        let (inside, around) = (!self.maybe_only_left, !self.maybe_only_right);
        if inside && around {
            return Relation::Equal;
        }
        if !self.maybe_both {
            return Relation::Disjoint;
        }
        if inside && self.only_right.is_some() {
            return Relation::Narrower;
        }
        if around && self.only_left.is_some() {
            return Relation::Wider;
        }
        if self.is_overlap() {
            return Relation::Overlapping;
        }
        Relation::Unproved
    }

    fn compared(self) -> Compared {
        let relation = self.relation();
        Compared {
            relation,
            both: self.both,
            only_left: self.only_left,
            only_right: self.only_right,
            unproved: (relation == Relation::Unproved).then_some(UNDECIDED),
        }
    }
}

/// Whether there is a world of some kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Satisfiable {
    /// There is this one.
    Yes(Witness),
    /// There is none: in every world some condition is the opposite of what is wanted.
    No,
    /// There is none, but in some worlds a condition that is in the way is unknown, though every attribute is known.
    Undecided,
    /// Neither could be shown.
    Unproved(Unproved),
}

/// Whether a world of the space makes every condition of `all` true and every one of `none` false.
///
/// [`Satisfiable::No`] says that wherever all of `all` hold, one of `none` does: `none` covers `all`. `steps` is the
/// number of evaluations that may be spent, and is lowered by those that were. Attributes that cannot be cut into
/// cells are left unknown, so that what is decided without them is proved all the same; where that leaves the answer
/// open, some of their values are tried.
#[must_use]
pub fn satisfiable(
    all: &[&Condition],
    none: &[&Condition],
    space: &dyn Space,
    steps: &mut u32,
) -> Satisfiable {
    let answer = look(all, none, space, Beyond::Unknown, steps);
    if matches!(answer, Satisfiable::Unproved(why) if why != TOO_MANY) {
        let sampled = look(all, none, space, Beyond::Sampled, steps);
        if matches!(sampled, Satisfiable::Yes(_)) {
            return sampled;
        }
    }
    answer
}

fn look(
    all: &[&Condition],
    none: &[&Condition],
    space: &dyn Space,
    beyond: Beyond,
    steps: &mut u32,
) -> Satisfiable {
    let conditions: Vec<&Condition> = all.iter().chain(none).copied().list();
    let (mut search, left_out) = match Search::over(&conditions, space, beyond) {
        Ok(search) => search,
        Err(why) => return Satisfiable::Unproved(why),
    };
    // Of each condition, whether the worlds that are looked for have it true. What a world settles stays settled in
    // all that follow from it, so that only what is open is asked again, and only when an attribute of it was chosen.
    let wanted = |index: usize| {
        if index < all.len() {
            Tri::True
        } else {
            Tri::False
        }
    };
    let mut open: Vec<Vec<usize>> = Vec::new();
    let mut answer = Satisfiable::No;
    search.run(&mut |world, complete| {
        let depth = world.depth();
        open.truncate(depth.saturating_sub(world.first()));
        let before = open.last().cloned();
        let is_first = before.is_none();
        let mut left = Vec::new();
        for index in before.unwrap_or_else(|| (0..conditions.len()).collect()) {
            let asked = is_first || world.newly_asked(index);
            let truth = match conditions.get(index) {
                Some(condition) if asked => {
                    let Some(rest) = steps.checked_sub(1) else {
                        answer = Satisfiable::Unproved(TOO_MANY);
                        return Step::Stop;
                    };
                    *steps = rest;
                    condition.node.truth(world)
                }
                Some(_) | None => Tri::Unknown,
            };
            if truth == Tri::Unknown {
                left.push(index);
            } else if truth != wanted(index) {
                return Step::Next;
            }
        }
        if left.is_empty() {
            answer = Satisfiable::Yes(world.witness());
            return Step::Stop;
        }
        if complete {
            answer = match left_out {
                Some(why) => Satisfiable::Unproved(why),
                None => Satisfiable::Undecided,
            };
            return Step::Next;
        }
        open.push(left);
        Step::Deeper
    });
    answer
}

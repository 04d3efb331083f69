//! Which of two clauses that can contradict each other gives way. Worked out once, when the policy is read.
//!
//! In order: the higher rank; the scope that is proved narrower; for equal scopes, the later beginning. What is not
//! proved narrower is not narrower, and where none of the three tells, neither gives way.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::condition::{Relation, Slot, Space, Type, compare};
use crate::contract::ClauseKind;
use crate::list::List;
use crate::model::policy::{Clause, ClauseIx, Precedence, Scope, Variables};
use crate::model::zone::Zones;

/// The most pairs of scopes that are compared; a policy with more clauses that contradict each other needs ranks.
const MAX_PROOFS: usize = 2_000;

/// For every pair that can contradict each other, in the order of the pairs.
pub(crate) fn precedence(
    clauses: &[Clause],
    variables: &Variables,
    zones: &Zones,
) -> Vec<((ClauseIx, ClauseIx), Precedence)> {
    let names: Vec<String> = zones.names().map(String::from).list();
    let scopes = Scopes {
        variables,
        zones,
        names: &names,
    };
    let mut found = Vec::new();
    let mut proofs = MAX_PROOFS;
    let indexed = || (0_u32..).map(ClauseIx).zip(clauses);
    for (first_index, first) in indexed() {
        for (second_index, second) in indexed().skip_while(|(index, _)| *index <= first_index) {
            if can_contradict((first_index, first), (second_index, second)) {
                let precedence = between(first, second, &scopes, &mut proofs);
                found.push(((first_index, second_index), precedence));
            }
        }
    }
    found
}

fn can_contradict(first: (ClauseIx, &Clause), second: (ClauseIx, &Clause)) -> bool {
    let same_contract = first.1.contract == second.1.contract;
    if first.1.kind.stratum() != second.1.kind.stratum()
        || first.1.scope.acts.is_disjoint(second.1.scope.acts)
    {
        return false;
    }
    match (&first.1.kind, &second.1.kind) {
        (ClauseKind::Permit(permit), other) if other.is_bar() => {
            same_contract && !permit.carves.contains(&second.0)
        }
        (other, ClauseKind::Permit(permit)) if other.is_bar() => {
            same_contract && !permit.carves.contains(&first.0)
        }
        (ClauseKind::Exclusivity(left), ClauseKind::Exclusivity(right)) => left.contradicts(right),
        (ClauseKind::FirstRefusal(left), ClauseKind::FirstRefusal(right)) => {
            left.holder != right.holder
        }
        (
            ClauseKind::Exclusivity(_)
            | ClauseKind::Permit(_)
            | ClauseKind::License(_)
            | ClauseKind::Residency(_)
            | ClauseKind::Covenant(_)
            | ClauseKind::Suspension(_)
            | ClauseKind::FirstRefusal(_)
            | ClauseKind::ShipFirst(_)
            | ClauseKind::Share(_)
            | ClauseKind::SpendCap(_)
            | ClauseKind::Commitment(_)
            | ClauseKind::Ladder(_)
            | ClauseKind::Discount(_)
            | ClauseKind::PriceMatch(_)
            | ClauseKind::RevenueShare(_)
            | ClauseKind::Recital(_),
            _,
        ) => false,
    }
}

fn between(first: &Clause, second: &Clause, scopes: &Scopes<'_>, proofs: &mut usize) -> Precedence {
    match first.rank.cmp(&second.rank) {
        Ordering::Greater => return Precedence::First,
        Ordering::Less => return Precedence::Second,
        Ordering::Equal => {}
    }
    // What nobody has the time to prove counts as not proved.
    let Some(left) = proofs.checked_sub(1) else {
        return Precedence::Neither;
    };
    *proofs = left;
    match scopes.relation(&first.scope, &second.scope) {
        Relation::Narrower => Precedence::First,
        Relation::Wider => Precedence::Second,
        Relation::Equal => {
            let begins = |clause: &Clause| clause.term.from.map(|edge| edge.instant);
            match begins(first).cmp(&begins(second)) {
                Ordering::Greater => Precedence::First,
                Ordering::Less => Precedence::Second,
                Ordering::Equal => Precedence::Neither,
            }
        }
        Relation::Disjoint | Relation::Overlapping | Relation::Unproved => Precedence::Neither,
    }
}

struct Scopes<'a> {
    variables: &'a Variables,
    zones: &'a Zones,
    names: &'a [String],
}

impl Scopes<'_> {
    /// How two scopes lie to each other: act by act, model by model, and in their conditions.
    fn relation(&self, first: &Scope, second: &Scope) -> Relation {
        let conditions = compare(&first.when, &second.when, self).relation;
        [acts(first, second), models(first, second)]
            .into_iter()
            .fold(conditions, combine)
    }
}

impl Space for Scopes<'_> {
    fn kind(&self, slot: Slot) -> Option<&Type> {
        self.variables.get(slot).map(|variable| &variable.kind)
    }

    fn may_be_absent(&self, _: Slot) -> bool {
        true
    }

    fn within(&self, zone: &str, area: &str) -> Option<bool> {
        Some(
            self.zones
                .within(self.zones.find(zone)?, self.zones.find(area)?),
        )
    }

    fn zones(&self) -> &[String] {
        self.names
    }
}

fn acts(first: &Scope, second: &Scope) -> Relation {
    subset(
        first.acts.is_subset(second.acts),
        second.acts.is_subset(first.acts),
        first.acts.is_disjoint(second.acts),
    )
}

fn models(first: &Scope, second: &Scope) -> Relation {
    match (&first.models, &second.models) {
        (None, None) => Relation::Equal,
        (Some(_), None) => Relation::Narrower,
        (None, Some(_)) => Relation::Wider,
        (Some(left), Some(right)) => {
            let inside = |some: &[_], all: &[_]| some.iter().all(|model| all.contains(model));
            subset(
                inside(left, right),
                inside(right, left),
                left.iter().all(|model| !right.contains(model)),
            )
        }
    }
}

fn subset(first_in_second: bool, second_in_first: bool, disjoint: bool) -> Relation {
    match (first_in_second, second_in_first) {
        (true, true) => Relation::Equal,
        (true, false) => Relation::Narrower,
        (false, true) => Relation::Wider,
        (false, false) if disjoint => Relation::Disjoint,
        (false, false) => Relation::Overlapping,
    }
}

/// The relation of two products from the relations of their sides.
fn combine(left: Relation, right: Relation) -> Relation {
    match (left, right) {
        (Relation::Disjoint, _) | (_, Relation::Disjoint) => Relation::Disjoint,
        (Relation::Unproved, _) | (_, Relation::Unproved) => Relation::Unproved,
        (Relation::Equal, other) | (other, Relation::Equal) => other,
        (Relation::Narrower, Relation::Narrower) => Relation::Narrower,
        (Relation::Wider, Relation::Wider) => Relation::Wider,
        (Relation::Narrower | Relation::Wider | Relation::Overlapping, _) => Relation::Overlapping,
    }
}

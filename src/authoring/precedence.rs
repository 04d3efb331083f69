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

/// The most pairs of clauses that can contradict each other.
pub(crate) const MAX_CONTRADICTIONS: usize = 100_000;

/// The bytes of all conditions that are compared, each as often as it is.
pub(crate) const MAX_COMPARED: usize = 200_000;

/// Which clauses can contradict each other, and which of them gives way.
pub(crate) struct Contradictions {
    /// For each clause its rivals, in document order.
    pub(crate) rivals: Vec<Vec<(ClauseIx, Precedence)>>,
    /// The bytes of the conditions of all pairs whose scopes would have to be compared.
    pub(crate) bytes: usize,
}

/// Compares every two clauses that can contradict each other. `None` where they are too many.
pub(crate) fn precedence(
    clauses: &[Clause],
    variables: &Variables,
    zones: &Zones,
) -> Option<Contradictions> {
    let names: Vec<String> = zones.names().map(String::from).list();
    let scopes = Scopes {
        variables,
        zones,
        names: &names,
    };
    let mut pairs = Vec::new();
    let mut later = (0_u32..).map(ClauseIx).zip(clauses);
    while let Some((first_index, first)) = later.next() {
        for (second_index, second) in later.clone() {
            if can_contradict((first_index, first), (second_index, second)) {
                if pairs.len() == MAX_CONTRADICTIONS {
                    return None;
                }
                pairs.push(((first_index, first), (second_index, second)));
            }
        }
    }
    let mut found = Contradictions {
        rivals: clauses.iter().map(|_| Vec::new()).collect(),
        bytes: 0,
    };
    for ((first_index, first), (second_index, second)) in pairs {
        let (forth, back) = match between(first, second, &scopes, &mut found.bytes) {
            Precedence::First => (Precedence::First, Precedence::Second),
            Precedence::Second => (Precedence::Second, Precedence::First),
            Precedence::Neither => (Precedence::Neither, Precedence::Neither),
        };
        // The pairs are sorted, so the rivals are.
        for (clause, rival, precedence) in [
            (first_index, second_index, forth),
            (second_index, first_index, back),
        ] {
            let rivals = usize::try_from(clause.0)
                .ok()
                .and_then(|at| found.rivals.get_mut(at));
            if let Some(rivals) = rivals {
                rivals.push((rival, precedence));
            }
        }
    }
    Some(found)
}

fn can_contradict(first: (ClauseIx, &Clause), second: (ClauseIx, &Clause)) -> bool {
    let same_contract = first.1.contract == second.1.contract;
    // Clauses that are never about the same work never meet.
    if first.1.kind.stratum() != second.1.kind.stratum()
        || first.1.scope.acts.is_disjoint(second.1.scope.acts)
        || models(&first.1.scope, &second.1.scope) == Relation::Disjoint
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

/// `bytes` is what has been compared so far.
fn between(first: &Clause, second: &Clause, scopes: &Scopes<'_>, bytes: &mut usize) -> Precedence {
    match first.rank.cmp(&second.rank) {
        Ordering::Greater => return Precedence::First,
        Ordering::Less => return Precedence::Second,
        Ordering::Equal => {}
    }
    for clause in [first, second] {
        *bytes = bytes.saturating_add(clause.scope.when.text().len());
    }
    // What nobody has the time to prove counts as not proved.
    if *bytes > MAX_COMPARED {
        return Precedence::Neither;
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Sources;
    use crate::model::policy::Policy;

    /// Which of two clauses gives way, for a pair that is compared.
    fn compare(first: &str, second: &str, same_contract: bool) -> Option<Precedence> {
        let other = if same_contract {
            ""
        } else {
            "  o:\n    clauses:\n"
        };
        let text = format!(
            "wayleave: 1\nattributes: {{ n: {{ type: int }}, s: {{ type: string }} }}\n\
             deployments:\n  \"{{provider}}-{{model}}\": {{ each: {{ provider: [azure, aws, gcp], model: [m1, m2, m3] }} }}\n\
             contracts:\n  k:\n    clauses:\n      - {{ id: a, {first} }}\n{other}      - {{ id: b, {second} }}\n"
        );
        let mut sources = Sources::new();
        sources.add("policy.yaml", text).unwrap();
        let policy = Policy::parse(sources).unwrap_or_else(|found| panic!("{}", found.render()));
        let rival = |of: u32, other: u32| {
            let rivals = policy.rivals(ClauseIx(of));
            assert!(rivals.iter().all(|(rival, _)| *rival == ClauseIx(other)));
            rivals.first().map(|(_, precedence)| *precedence)
        };
        let (forth, back) = (rival(0, 1), rival(1, 0));
        let mirrored = forth.map(|forth| match forth {
            Precedence::First => Precedence::Second,
            Precedence::Second => Precedence::First,
            Precedence::Neither => Precedence::Neither,
        });
        assert_eq!(back, mirrored, "{first} | {second}");
        forth
    }

    /// A clause and one that may contradict it, in one contract, in both orders.
    #[track_caller]
    fn check(first: &str, second: &str, expected: Option<Precedence>) {
        assert_eq!(compare(first, second, true), expected, "{first} | {second}");
        let turned = expected.map(|expected| match expected {
            Precedence::First => Precedence::Second,
            Precedence::Second => Precedence::First,
            Precedence::Neither => Precedence::Neither,
        });
        assert_eq!(compare(second, first, true), turned, "{second} | {first}");
    }

    const AZURE: &str = "kind: exclusivity, only: [azure]";
    const AWS: &str = "kind: exclusivity, only: [aws]";
    const PERMIT: &str = "kind: permit, carves: []";

    #[test]
    fn a_scope_is_narrower_that_asks_for_an_attribute_at_all() {
        let stated = format!("{AWS}, when: 'has(request.n)'");
        check(AZURE, &stated, Some(Precedence::Second));
    }

    #[test]
    fn only_clauses_that_can_meet_are_compared() {
        let neither = Some(Precedence::Neither);
        check(AZURE, AWS, neither);
        check(AZURE, "kind: exclusivity, only: [azure, aws]", None);
        check(AZURE, &format!("{AWS}, acts: [sell]"), None);
        check(
            &format!("{AZURE}, models: [m1, m2]"),
            &format!("{AWS}, models: m3"),
            None,
        );
        let right = "kind: first_refusal, holder: azure";
        check(right, "kind: first_refusal, holder: aws", neither);
        check(right, right, None);
        check(right, AWS, None);
        for other in [right, "kind: recital, states: x", PERMIT] {
            check(PERMIT, other, None);
        }
    }

    #[test]
    fn a_permit_meets_the_bars_of_its_own_contract_and_stratum_that_it_does_not_name() {
        let neither = Some(Precedence::Neither);
        let license = "kind: license, provider: azure";
        for bar in [AZURE, license] {
            check(PERMIT, bar, neither);
            assert_eq!(compare(PERMIT, bar, false), None);
            assert_eq!(compare(bar, PERMIT, false), None);
            assert_eq!(compare("kind: permit, carves: [k/b]", bar, true), None);
            assert_eq!(compare(bar, "kind: permit, carves: [k/a]", true), None);
        }
        for law in [
            "kind: residency, within: eu",
            "kind: covenant, requires: [zdr]",
            "kind: suspension, provider: azure, cause: breach",
        ] {
            check(PERMIT, law, None);
        }
    }

    #[test]
    fn the_rank_tells_before_the_scope_and_the_scope_before_the_date() {
        let scoped = |clause: &str, more: &str| format!("{clause}, {more}");
        let first = Some(Precedence::First);
        let narrow = "when: 'request.n > 1'";
        check(&scoped(AZURE, "rank: 1"), &scoped(AWS, narrow), first);
        check(&scoped(AZURE, narrow), AWS, first);
        check(
            &scoped(AZURE, narrow),
            &scoped(AWS, "term: { from: 2026-01-01 }"),
            first,
        );
        check(
            &scoped(AZURE, "term: { from: 2026-01-02 }"),
            &scoped(AWS, "term: { from: 2026-01-01 }"),
            first,
        );
        // What has no beginning began before everything.
        check(&scoped(AZURE, "term: { from: 0001-01-01 }"), AWS, first);
    }

    #[test]
    fn conditions_are_compared_up_to_a_budget() {
        let mut sources = Sources::new();
        sources
            .add(
                "policy.yaml",
                "wayleave: 1\ndeployments: { d: { provider: azure, model: m }, e: { provider: aws, model: m } }\n\
                 contracts: { k: { clauses: [\n\
                 { id: a, kind: exclusivity, only: [azure], when: 'request.input_tokens > 1' },\n\
                 { id: b, kind: exclusivity, only: [aws] } ] } }\n",
            )
            .unwrap();
        let policy = Policy::parse(sources).unwrap();
        let [narrow, wide] = policy.clauses() else {
            panic!("two clauses");
        };
        let scopes = Scopes {
            variables: &policy.variables,
            zones: &policy.zones,
            names: &[],
        };
        let own = narrow.scope.when.text().len() + wide.scope.when.text().len();
        for (before, expected) in [
            (0, Precedence::First),
            (MAX_COMPARED - own, Precedence::First),
            (MAX_COMPARED - own + 1, Precedence::Neither),
            (MAX_COMPARED * 2, Precedence::Neither),
        ] {
            let mut bytes = before;
            assert_eq!(between(narrow, wide, &scopes, &mut bytes), expected);
            assert_eq!(bytes, before + own);
        }
    }

    #[test]
    fn a_scope_is_narrower_where_no_side_of_it_is_wider() {
        let scoped = |clause: &str, more: &str| format!("{clause}, {more}");
        for (left, right, expected) in [
            ("models: m1", "models: [m1, m2]", Precedence::First),
            ("models: m1", "acts: [serve]", Precedence::First),
            ("models: [m1, m2]", "models: [m2, m1]", Precedence::Neither),
            ("models: [m1, m2]", "models: [m2, m3]", Precedence::Neither),
            ("acts: [serve]", "acts: [serve, sell]", Precedence::First),
            (
                "acts: [serve, sell]",
                "acts: [serve, host]",
                Precedence::Neither,
            ),
            // Narrower on one side and wider on another is neither.
            (
                "models: m1, acts: [serve, sell]",
                "acts: [serve]",
                Precedence::Neither,
            ),
            ("models: m1", "when: 'request.n > 1'", Precedence::Neither),
            (
                "models: m1, when: 'request.n > 1'",
                "models: [m1, m2]",
                Precedence::First,
            ),
            (
                "models: m1, when: 'request.n > 1'",
                "models: [m1, m2], when: 'request.n > 0'",
                Precedence::First,
            ),
            // Conditions that never hold together leave nothing to prevail over.
            (
                "when: 'request.n > 1'",
                "when: 'request.n < 1'",
                Precedence::Neither,
            ),
        ] {
            check(&scoped(AZURE, left), &scoped(AWS, right), Some(expected));
        }
    }
}

//! What a decision turned on: every choice that it made where amounts or counts were compared.
//!
//! Each choice is between amounts that change evenly with any one count or amount that goes in, as long as the choices
//! before it stay the same. So where two values of it have one trace, every value between them has it too, and with it the
//! same answer: a choice whose sides change evenly turns once at most. What does not come about like this — the edges of
//! terms, conditions, the bands of prices, the steps of ladders — divides the values beforehand, in
//! [`what_if`](crate::what_if).

use alloc::vec::Vec;

use crate::decide::cost::Costing;
use crate::decide::finding::{Cite, Passes};
use crate::decide::first::Status;
use crate::decide::itemise::StepKind;
use crate::decide::plan::{Candidate, Evaluation};
use crate::decide::ranking::hash;
use crate::money::Money;

/// Stands between the parts of a trace; no part holds it.
const END: u64 = u64::MAX;

impl Evaluation<'_> {
    /// What the decision turned on. Equal traces mean equal choices.
    pub(crate) fn trace(&self) -> Vec<u64> {
        let mut trace = Vec::new();
        for candidate in &self.candidates {
            choices(candidate, &mut trace);
            trace.push(END);
        }
        self.by_amount(|costing| costing.cost.routing, &mut trace);
        self.by_amount(|costing| costing.price, &mut trace);
        for right in &self.rights {
            trace.push(u64::from(right.too_dear));
            trace.push(match right.status {
                Status::Discharged => 0,
                Status::Offered => 1,
                Status::Stands { .. } => 2,
                Status::Contested { .. } => 3,
            });
            trace.extend(right.awaited().iter().map(|index| u64::from(index.0)));
            trace.push(END);
        }
        let wide = |number: usize| u64::try_from(number).unwrap_or(END);
        let references = self.demands.references();
        trace.extend(references.map(|reference| hash(&[reference])));
        for (candidate, (_, deployment)) in self.candidates.iter().zip(self.ask.deployments()) {
            if candidate.is_eligible() {
                let places = self.demands.places(&self.ask, deployment, candidate.cost());
                places.into_iter().for_each(|place| trace.push(wide(place)));
            }
        }
        trace.push(END);
        trace.extend(self.bands.iter().copied().map(wide));
        trace
    }

    /// The order of the candidates by an amount: for each how many cost less, and how many the same.
    fn by_amount(&self, amount: fn(&Costing) -> Money, trace: &mut Vec<u64>) {
        let costings = self
            .candidates
            .iter()
            .filter_map(|one| one.costing.as_ref());
        let amounts: Vec<Money> = costings.map(amount).collect();
        for own in &amounts {
            let (mut less, mut same) = (0_u64, 0_u64);
            for other in &amounts {
                less = less.wrapping_add(u64::from(other < own));
                same = same.wrapping_add(u64::from(other == own));
            }
            trace.extend([less, same]);
        }
        trace.push(END);
    }
}

/// What was found against a candidate, and what the pipeline of its price did.
fn choices(candidate: &Candidate, trace: &mut Vec<u64>) {
    for finding in candidate.all_findings() {
        trace.push(match &finding.cite {
            Cite::Clause(index) => u64::from(index.0),
            Cite::Rule(index) => hash(&["rule", ""]) ^ u64::from(index.0),
            Cite::Capability(name) => hash(&["capability", name]),
            Cite::Lifecycle(name) => hash(&["lifecycle", name]),
            Cite::Fixed(name) => hash(&["", name]),
        });
        let passes = match finding.passes {
            Passes::Never => 0,
            Passes::Sometime => 1,
            Passes::At(_) => 2,
        };
        let against = u64::from(!finding.against.is_empty());
        trace.push(passes << 2 | against << 1 | u64::from(finding.pending));
    }
    trace.push(END);
    // A list price below nothing is none where bands are measured by it.
    let listed = candidate.costing.as_ref().map(|costing| costing.list);
    trace.extend(listed.map(|list| u64::from(list > Money::ZERO)));
    trace.push(END);
    let Some(effects) = candidate.effects() else {
        return;
    };
    // Whether something was left to round changes from token to token and decides nothing.
    for step in effects
        .steps
        .iter()
        .filter(|step| step.kind != StepKind::Rounding)
    {
        trace.push(hash(&[
            step.kind.name(),
            step.cite.as_deref().unwrap_or_default(),
        ]));
    }
    trace.extend(effects.claims.iter().map(|(clause, _)| u64::from(clause.0)));
    trace.extend(
        effects
            .least
            .iter()
            .map(|least| u64::try_from(*least).unwrap_or(END)),
    );
}

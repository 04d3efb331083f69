//! What clauses count: budgets, commitments, ladders, shares, shares of revenue.
//!
//! A budget holds the estimated cost from admission to settlement, then has drawn the actual. Requests and shares of
//! revenue count when they are admitted; tokens and spend of a share are estimates until they are settled. Commitments and
//! ladders draw what was settled. A window that ends starts what was drawn again from 0, never what is held: the request is
//! paid in the window in which it is settled. What counts when it is admitted counts in that window and in no later one.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::condition::Tri;
use crate::contract::{Bound, ClauseKind, Counted, Counts, Enforcement};
use crate::decide::cost::Costing;
use crate::decide::{Ask, Asking, can, economics};
use crate::ledger::{Admission, Ledger, Refused, Settlement, Spent, entry, find, find_mut};
use crate::model::meter::{Meter, Usage};
use crate::model::policy::{Clause, ClauseIx, Deployment, DeploymentIx, Policy};
use crate::model::request::{Request, Tokens, When};
use crate::model::state::State;
use crate::money::Money;
use crate::order;
use crate::time::{At, Instant};

/// What a clause has counted in its window or term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClauseCounter {
    /// What was drawn: requests, tokens, or pico-USD.
    pub drawn: i128,
    /// All work in scope, in the same unit, for a share.
    pub total: i128,
    /// What is held for requests in flight.
    pub held: Money,
    /// By how much costs were more than their estimates, in all.
    pub overshoot: Money,
    /// When `drawn` and `total` start again from 0.
    pub resets_at: Option<Instant>,
}

/// What a request cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// What is paid.
    pub cash: Money,
    /// The price before shares of revenue and before what a commitment covers.
    pub price: Money,
    /// The price of the lists.
    pub list: Money,
}

/// What a reservation counts for a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Charge {
    pub(crate) clause: String,
    pub(crate) counts: ChargeKind,
    /// Whether it counts to what was drawn, not to the total alone.
    pub(crate) drawn: bool,
    /// What was estimated.
    pub(crate) estimate: i128,
    /// When the window ends in which it was admitted.
    pub(crate) resets_at: Option<Instant>,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChargeKind {
    /// What is paid, held until it is settled: budgets.
    Held,
    /// The price, or the list price: commitments.
    Price,
    List,
    /// Tokens of a meter: ladders.
    Meter(Meter),
    /// The request: shares.
    Request,
    /// Its tokens: shares.
    Tokens,
    /// What is paid: shares.
    Spend,
    /// What is owed of the revenue.
    Owed,
}

impl ChargeKind {
    /// Whether the estimate counts as drawn when the request is admitted.
    const fn draws_at_once(self) -> bool {
        match self {
            ChargeKind::Held | ChargeKind::Price | ChargeKind::List | ChargeKind::Meter(_) => false,
            ChargeKind::Request | ChargeKind::Tokens | ChargeKind::Spend | ChargeKind::Owed => true,
        }
    }

    /// What it came to; `None` where nobody says.
    fn actual(self, came: &Settlement) -> Option<i128> {
        let tokens =
            |usage: &Usage| i128::from(usage.input()).checked_add(i128::from(usage.output()));
        match self {
            ChargeKind::Held | ChargeKind::Spend => Some(came.cost?.cash.pico()),
            ChargeKind::Price => Some(came.cost?.price.pico()),
            ChargeKind::List => Some(came.cost?.list.pico()),
            ChargeKind::Meter(meter) => Some(i128::from(came.usage.as_ref()?.count(meter))),
            ChargeKind::Tokens => tokens(came.usage.as_ref()?),
            ChargeKind::Request | ChargeKind::Owed => None,
        }
    }
}

impl Charge {
    /// Whether it counts in the window of its admission, which is over.
    pub(super) fn is_of_the_past(&self, policy: &Policy, admitted: Instant, at: Instant) -> bool {
        if !self.counts.draws_at_once() {
            return false;
        }
        let mut clauses = policy.clauses.iter();
        let clause = clauses.find(|clause| clause.reference == self.clause);
        let end = clause.and_then(|clause| {
            let contract = policy.contract_of(clause)?;
            clause.window?.end(&contract.zone, admitted)
        });
        end.is_some_and(|end| end <= at)
    }
}

impl ClauseCounter {
    /// Brings it to an instant: what was drawn starts again where its window has ended.
    fn advance(&mut self, policy: &Policy, clause: &Clause, at: Instant) {
        if self.resets_at.is_some_and(|reset| at >= reset) {
            self.drawn = 0;
            self.total = 0;
            self.resets_at = None;
        }
        if self.resets_at.is_none()
            && let (Some(window), Some(contract)) = (clause.window, policy.contract_of(clause))
        {
            self.resets_at = window.end(&contract.zone, at);
        }
    }
}

impl Ledger {
    /// What a request counts for the clauses that count it; a clause without room is an error.
    pub(super) fn charges(
        &mut self,
        policy: &Policy,
        asked: &Admission<'_>,
        index: DeploymentIx,
        deployment: &Deployment,
    ) -> Result<Vec<Charge>, Refused> {
        let mut charges = Vec::new();
        if !policy.clauses.iter().any(counts) {
            return Ok(charges);
        }
        self.advance_clauses(policy, asked.at);
        let state = self.state(policy, asked.world, asked.at);
        let when = When::at(At::Instant(asked.at));
        let ask = Ask::new(policy, asked.request, &state, &when, Asking::default());
        let costing = costing(&ask, index);
        let cash = costing.as_ref().map(|costing| costing.cost.cash);
        for (clause_ix, clause, active) in ask.active_clauses() {
            let truth = ask.applies(clause_ix, clause, active, deployment);
            if truth == Tri::False {
                continue;
            }
            let reference = &clause.reference;
            let counted = ask.clause_state(clause_ix);
            let mut charge = |counts, drawn, estimate| {
                charges.push(Charge {
                    clause: reference.clone(),
                    counts,
                    drawn,
                    estimate,
                    resets_at: counted.resets_at,
                });
            };
            match &clause.kind {
                ClauseKind::SpendCap(cap) => {
                    let target = cap.target.as_ref();
                    let within =
                        target.map_or(Tri::True, |target| ask.evaluate(target, deployment));
                    if truth.and(within) == Tri::False {
                        continue;
                    }
                    // What may be in a budget is held in it.
                    let hard = cap.enforcement == Enforcement::Hard;
                    let Some(cash) = cash else {
                        if hard {
                            let clause = reference.clone();
                            return Err(Refused::Unpriced { clause });
                        }
                        continue;
                    };
                    if hard && cap.is_passed(&counted, cash) {
                        return Err(Refused::Spent(Box::new(Spent {
                            clause: reference.clone(),
                            amount: Some(cap.amount),
                            used: Money::from_pico(counted.drawn).plus(counted.held),
                            needed: Some(cash),
                            until: counted.resets_at.filter(|_| cash <= cap.amount),
                        })));
                    }
                    // A credit that is expected is no room yet.
                    charge(ChargeKind::Held, true, cash.pico().max(0));
                }
                ClauseKind::Commitment(terms)
                    if truth == Tri::True && terms.provider == deployment.provider =>
                {
                    if let Some(costing) = &costing {
                        match terms.counts {
                            Counts::Net => charge(ChargeKind::Price, true, costing.price.pico()),
                            Counts::List => charge(ChargeKind::List, true, costing.list.pico()),
                        }
                    }
                }
                ClauseKind::Ladder(terms)
                    if truth == Tri::True
                        && terms.provider.is_none_or(|of| of == deployment.provider) =>
                {
                    let tokens = asked.request.tokens_for(deployment.model);
                    let count = tokens.priced.count(terms.meter);
                    charge(ChargeKind::Meter(terms.meter), true, i128::from(count));
                }
                ClauseKind::Share(share) => {
                    let within = ask.evaluate(&share.target, deployment) == Tri::True;
                    let of_target = truth.and(ask.evaluate(&share.target, deployment));
                    if matches!(share.bound, Bound::Max(_))
                        && of_target != Tri::False
                        && share.is_reached(&counted)
                    {
                        return Err(Refused::Spent(Box::new(Spent {
                            clause: reference.clone(),
                            amount: None,
                            used: None,
                            needed: None,
                            until: counted.resets_at,
                        })));
                    }
                    let tokens = asked.request.tokens_for(deployment.model);
                    match share.of {
                        Counted::Requests => charge(ChargeKind::Request, within, 1),
                        Counted::Tokens => {
                            let usage = &tokens.priced;
                            let count = i128::from(usage.input())
                                .checked_add(i128::from(usage.output()))
                                .ok_or(Refused::TooLarge)?;
                            charge(ChargeKind::Tokens, within, count);
                        }
                        Counted::Spend => {
                            let cash = cash.map_or(0, Money::pico);
                            charge(ChargeKind::Spend, within, cash);
                        }
                    }
                }
                ClauseKind::RevenueShare(_) => {
                    let owed = costing
                        .as_ref()
                        .and_then(|costing| costing.effects.as_deref())
                        .and_then(|effects| {
                            let mut owed = effects.owed.iter();
                            owed.find(|(of, _)| *of == clause_ix).map(|(_, owed)| *owed)
                        });
                    if let Some(owed) = owed {
                        charge(ChargeKind::Owed, true, owed.pico());
                    }
                }
                ClauseKind::Commitment(_)
                | ClauseKind::Ladder(_)
                | ClauseKind::Exclusivity(_)
                | ClauseKind::Permit(_)
                | ClauseKind::License(_)
                | ClauseKind::Residency(_)
                | ClauseKind::Covenant(_)
                | ClauseKind::Suspension(_)
                | ClauseKind::FirstRefusal(_)
                | ClauseKind::ShipFirst(_)
                | ClauseKind::Discount(_)
                | ClauseKind::PriceMatch(_)
                | ClauseKind::Recital(_) => {}
            }
        }
        Ok(charges)
    }

    /// Brings what every clause has counted to an instant.
    pub(super) fn advance_clauses(&mut self, policy: &Policy, at: Instant) {
        for clause in policy.clauses.iter().filter(|clause| counts(clause)) {
            entry(&mut self.clauses, &clause.reference, ClauseCounter::default)
                .advance(policy, clause, at);
        }
    }

    pub(super) fn hold_charge(&mut self, charge: &Charge) {
        let counter = entry(&mut self.clauses, &charge.clause, ClauseCounter::default);
        match charge.counts {
            ChargeKind::Held => counter.held = shifted(counter.held, charge.estimate),
            ChargeKind::Price
            | ChargeKind::List
            | ChargeKind::Meter(_)
            | ChargeKind::Request
            | ChargeKind::Tokens
            | ChargeKind::Spend
            | ChargeKind::Owed => {
                if charge.counts.draws_at_once() {
                    counter.draw(charge, charge.estimate);
                }
            }
        }
    }

    pub(super) fn settle_charge(
        &mut self,
        policy: &Policy,
        charge: &Charge,
        came: &Settlement,
        at: Instant,
    ) {
        let actual = charge.counts.actual(came).unwrap_or(charge.estimate);
        self.close_charge(policy, charge, actual, at);
    }

    /// The request was never sent: nothing came of it.
    pub(super) fn cancel_charge(&mut self, policy: &Policy, charge: &Charge, at: Instant) {
        self.close_charge(policy, charge, 0, at);
    }

    fn close_charge(&mut self, policy: &Policy, charge: &Charge, actual: i128, at: Instant) {
        let clause = policy
            .clauses
            .iter()
            .find(|clause| clause.reference == charge.clause);
        let Some(counter) = find_mut(&mut self.clauses, &charge.clause) else {
            return;
        };
        if let Some(clause) = clause {
            counter.advance(policy, clause, at);
        }
        if charge.counts == ChargeKind::Held {
            // A document that was restored may hold less than its reservations do.
            counter.held = shifted(counter.held, negated(charge.estimate)).max(Money::ZERO);
            let more = difference(actual, charge.estimate);
            if more > 0 {
                counter.overshoot = shifted(counter.overshoot, more);
            }
        }
        if !charge.counts.draws_at_once() {
            counter.draw(charge, actual);
        } else if counter.resets_at == charge.resets_at {
            counter.draw(charge, difference(actual, charge.estimate));
        }
    }

    /// What a usage of a deployment costs at an instant under the contracts, as far as this ledger has counted; `None`
    /// where a token has no price.
    ///
    /// # Errors
    /// The policy has no such deployment.
    pub fn cost(
        &self,
        policy: &Policy,
        asked: &Admission<'_>,
        usage: &Usage,
    ) -> Result<Option<Settled>, Refused> {
        let (index, _) = find(policy, asked.deployment)?;
        let request = Request {
            tokens: Tokens {
                input: usage.input(),
                max_output: None,
                expected_output: Some(usage.output()),
                priced: usage.clone(),
                stated: true,
            },
            tokens_by_model: Vec::new(),
            ..asked.request.clone()
        };
        let state = self.state(policy, asked.world, asked.at);
        let when = When::at(At::Instant(asked.at));
        let ask = Ask::new(policy, &request, &state, &when, Asking::default());
        Ok(costing(&ask, index).map(|costing| Settled {
            cash: costing.cost.cash,
            price: costing.price,
            list: costing.list,
        }))
    }

    /// What a state says that clauses have counted in windows that have not ended.
    pub(super) fn adopt_clauses(&mut self, policy: &Policy, state: &State, at: Instant) {
        for (index, seen) in &state.clauses {
            let Some(clause) = policy.clause(*index).filter(|clause| counts(clause)) else {
                continue;
            };
            let charges = self.reservations.iter().flat_map(|(_, held)| &held.charges);
            let own = charges.filter(|charge| {
                charge.clause == clause.reference && charge.counts == ChargeKind::Held
            });
            let in_flight = own.fold(0, |held, charge| sum(held, charge.estimate));
            let counter = entry(&mut self.clauses, &clause.reference, ClauseCounter::default);
            counter.drawn = seen.drawn;
            counter.total = seen.total;
            counter.held = seen.held.max(Money::from_pico(in_flight));
            counter.resets_at = seen.resets_at;
            counter.advance(policy, clause, at);
        }
    }

    /// The clause counters of a state: what the ledger has counted replaces what the world says of it.
    pub(super) fn view_clauses(&self, policy: &Policy, state: &mut State, at: Instant) {
        for (position, clause) in (0_u32..).zip(&policy.clauses) {
            let Some(counter) = order::find(&self.clauses, &clause.reference) else {
                continue;
            };
            let mut counter = *counter;
            counter.advance(policy, clause, at);
            if clause.kind.counts_money() == Some(false) {
                // Money has credits; of requests and tokens there are none, whatever a document said that was restored.
                counter.drawn = counter.drawn.max(0);
                counter.total = counter.total.max(counter.drawn);
            }
            let seen = entry(&mut state.clauses, &ClauseIx(position), Default::default);
            seen.drawn = counter.drawn;
            seen.total = counter.total;
            seen.held = counter.held;
            seen.resets_at = counter.resets_at;
        }
    }
}

impl ClauseCounter {
    fn draw(&mut self, charge: &Charge, amount: i128) {
        self.total = sum(self.total, amount);
        if charge.drawn {
            self.drawn = sum(self.drawn, amount);
        }
    }
}

/// Whether a clause counts anything.
pub(crate) const fn counts(clause: &Clause) -> bool {
    clause.kind.counts_money().is_some()
}

fn costing(ask: &Ask<'_>, index: DeploymentIx) -> Option<Costing> {
    let takes_part: Vec<bool> = ask
        .deployments()
        .map(|(other, deployment)| {
            other == index || crate::decide::plan::takes_part(&can::can(ask, other, deployment))
        })
        .collect();
    let place = usize::try_from(index.0).ok()?;
    economics::costs(ask, &takes_part)
        .into_iter()
        .nth(place)
        .flatten()
}

/// A sum that does not fit stays at the bound it would pass, which is beyond every amount.
fn sum(left: i128, right: i128) -> i128 {
    let bound = if right < 0 { i128::MIN } else { i128::MAX };
    left.checked_add(right).unwrap_or(bound)
}

fn difference(left: i128, right: i128) -> i128 {
    sum(left, negated(right))
}

fn negated(value: i128) -> i128 {
    value.checked_neg().unwrap_or(i128::MAX)
}

fn shifted(money: Money, by: i128) -> Money {
    Money::from_pico(sum(money.pico(), by))
}

/// Whether a clause counts all work in scope beside what was drawn.
pub(super) const fn has_total(clause: &Clause) -> bool {
    matches!(&clause.kind, ClauseKind::Share(_))
}

/// What a clause has counted, as a state writes it: a whole number, or decimal USD.
pub(super) fn written(clause: &Clause, value: i128) -> String {
    use alloc::string::ToString;
    if clause.kind.counts_money() == Some(false) {
        value.to_string()
    } else {
        Money::from_pico(value).to_string()
    }
}

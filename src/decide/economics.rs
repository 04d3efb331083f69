//! What clauses make of a price: ladders, discounts, matches, shares of revenue, commitments.
//!
//! The pipeline, exact from end to end: the cells; a ladder in place of a meter's line; discounts; a match; one rounding to
//! whole pico-USD, half to even; what is owed of the revenue; at last what a commitment covers. Cash is what is paid,
//! routing cost what the order is decided by: they differ by what is already committed to be paid.

use alloc::vec::Vec;

use crate::condition::Tri;
use crate::contract::{
    ClauseKind, Commitment, CommitmentModel, Counts, Discount, Effect, Ladder, PriceMatch,
    RevenueShare, Settlement,
};
use crate::decide::Ask;
use crate::decide::cost::{Costing, cost, flat, rate};
use crate::decide::itemise::{Step, StepKind};
use crate::list::List;
use crate::model::decision::Cost;
use crate::model::meter::Meter;
use crate::model::policy::{Clause, ClauseIx, Deployment, DeploymentIx};
use crate::model::vocabulary::NameIx;
use crate::money::{Money, PICO_PER_USD, Ratio, divide_half_even};
use crate::order;

/// What clauses add to the cost of one deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effects {
    /// The steps after the cells, in the order of the pipeline.
    pub(crate) steps: Vec<Step>,
    /// What is owed of the revenue, by clause.
    pub(crate) owed: Vec<(ClauseIx, Money)>,
    /// Matches that have to be claimed, with the difference.
    pub(crate) claims: Vec<(ClauseIx, Money)>,
    /// What projected shortfalls cover of it, by clause.
    pub(crate) covered: Vec<(ClauseIx, Money)>,
    /// Which of several amounts was the least, wherever the pipeline takes one; what limits met.
    pub(crate) least: Vec<usize>,
}

/// A price on its way: what lists say, and what is left of it, in pico-USD.
struct Priced {
    list: Ratio,
    amount: Ratio,
    steps: Vec<Step>,
}

/// The costs of all candidates, in order; `None` where a deployment has no part in the request, or no price.
pub(crate) fn costs(ask: &Ask<'_>, takes_part: &[bool]) -> Vec<Option<Costing>> {
    let parties = || {
        ask.deployments()
            .zip(takes_part)
            .map(|((index, deployment), takes_part)| takes_part.then_some((index, deployment)))
    };
    if ask.asks_for_offers() {
        return parties()
            .map(|party| {
                let (index, deployment) = party?;
                let amount = flat(ask, index, deployment).or(ask.offer(index)?.amount)?;
                Some(Costing::fixed(amount))
            })
            .collect();
    }
    let clauses = Clauses::of(ask);
    if clauses.is_empty() {
        return parties()
            .map(|party| {
                let (index, deployment) = party?;
                cost(ask, index, deployment)
            })
            .collect();
    }
    let priced: Vec<Option<(DeploymentIx, &Deployment, Priced)>> = parties()
        .map(|party| {
            let (index, deployment) = party?;
            Some((index, deployment, clauses.priced(ask, index, deployment)?))
        })
        .collect();
    // Nobody compares with provisioned units a price by the token.
    let mut least: Vec<(Comparable, (DeploymentIx, Ratio))> = priced
        .iter()
        .flatten()
        .filter(|(_, deployment, _)| {
            !clauses.matches.is_empty() && deployment.provisioned.is_none()
        })
        .filter_map(|(index, deployment, priced)| {
            Some((comparable(ask, deployment)?, (*index, priced.amount)))
        })
        .list();
    order::sort_by_key(&mut least, |(comparable, _)| *comparable);
    least.dedup_by(|later, first| {
        let same = later.0 == first.0;
        if same && is_less(later.1.1, first.1.1) {
            first.1 = later.1;
        }
        same
    });
    priced
        .into_iter()
        .map(|item| {
            let (_, deployment, priced) = item?;
            clauses.finish(ask, deployment, priced, &least)
        })
        .collect()
}

type Active<'a, T> = Vec<(ClauseIx, &'a Clause, Tri, &'a T)>;

/// A discount that applies, and its contract.
type Applying<'a> = (ClauseIx, u16, &'a Discount);

/// The clauses about prices that may be in force.
#[derive(Default)]
struct Clauses<'a> {
    ladders: Active<'a, Ladder>,
    discounts: Active<'a, Discount>,
    matches: Active<'a, PriceMatch>,
    shares: Active<'a, RevenueShare>,
    commitments: Active<'a, Commitment>,
}

impl<'a> Clauses<'a> {
    fn of(ask: &Ask<'a>) -> Clauses<'a> {
        let mut clauses = Clauses::default();
        for (index, clause, active) in ask.active_clauses() {
            match &clause.kind {
                ClauseKind::Ladder(terms) => clauses.ladders.push((index, clause, active, terms)),
                ClauseKind::Discount(terms) => {
                    clauses.discounts.push((index, clause, active, terms));
                }
                ClauseKind::PriceMatch(terms) => {
                    clauses.matches.push((index, clause, active, terms));
                }
                ClauseKind::RevenueShare(terms) => {
                    clauses.shares.push((index, clause, active, terms));
                }
                ClauseKind::Commitment(terms) => {
                    clauses.commitments.push((index, clause, active, terms));
                }
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
                | ClauseKind::Recital(_) => {}
            }
        }
        clauses
    }

    fn is_empty(&self) -> bool {
        self.ladders.is_empty()
            && self.discounts.is_empty()
            && self.matches.is_empty()
            && self.shares.is_empty()
            && self.commitments.is_empty()
    }

    /// The price before others are compared with it: cells, ladders, discounts.
    fn priced(
        &self,
        ask: &Ask<'_>,
        index: DeploymentIx,
        deployment: &Deployment,
    ) -> Option<Priced> {
        let tokens = ask.request.tokens_for(deployment.model);
        if !tokens.stated {
            return None;
        }
        let flat = flat(ask, index, deployment);
        let usage = &tokens.priced;
        // No price is not a price of zero.
        if flat.is_none() && deployment.price.is_empty() && usage.counts().next().is_none() {
            return None;
        }
        let mut list = Ratio::whole(flat.unwrap_or_default().pico());
        let mut replaced: Vec<(ClauseIx, &Ladder, Ratio)> = Vec::new();
        let counts = usage.counts().filter(|_| flat.is_none());
        for (meter, count) in counts {
            let cell = cell(ask, deployment, tokens.input, meter, count);
            let (amount, ladder) = self.laddered(ask, deployment, meter, count, cell)?;
            // Where no cell has a price, the ladder's is the list price.
            let listed = cell.unwrap_or(amount);
            list = list.plus(listed)?;
            if let Some((index, terms)) = ladder {
                replaced.push((index, terms, amount.minus(listed)?));
            }
        }
        let mut priced = Priced {
            list,
            amount: list,
            steps: Vec::new(),
        };
        for (index, terms, change) in replaced {
            let kind = StepKind::Ladder {
                mode: terms.mode,
                drawn: drawn(ask, index)?,
            };
            let after = priced.amount.plus(change)?;
            priced.step(ask, kind, index, after)?;
        }
        for (index, rate) in self.discounts(ask, deployment) {
            let factor = Ratio::ONE.minus(rate)?;
            let after = priced.amount.times(factor)?;
            priced.step(ask, StepKind::Discount { by: factor }, index, after)?;
        }
        Some(priced)
    }

    /// What the tokens of a meter cost: by the first ladder that applies, else by the cells; by one before it that merely
    /// may apply where that is dearer. With it the ladder, where it is by one.
    fn laddered<'b>(
        &'b self,
        ask: &Ask<'_>,
        deployment: &Deployment,
        meter: Meter,
        count: u64,
        cell: Option<Ratio>,
    ) -> Option<(Ratio, Option<(ClauseIx, &'b Ladder)>)> {
        let mut dearest: Option<(Ratio, Option<(ClauseIx, &Ladder)>)> = None;
        let is_dearer = |amount: Ratio, than: &Option<(Ratio, _)>| {
            than.as_ref().is_none_or(|(than, _)| is_less(*than, amount))
        };
        for (index, clause, active, terms) in &self.ladders {
            if terms.meter != meter || !is_of(terms.provider, deployment) {
                continue;
            }
            let truth = ask.applies(*index, clause, *active, deployment);
            if truth == Tri::False {
                continue;
            }
            let amount = terms.marginal(drawn(ask, *index)?, count)?;
            let amount = Ratio::whole(amount.pico());
            if is_dearer(amount, &dearest) {
                dearest = Some((amount, Some((*index, terms))));
            }
            if truth == Tri::True {
                return dearest;
            }
        }
        match cell {
            Some(cell) if is_dearer(cell, &dearest) => Some((cell, None)),
            Some(_) | None => dearest,
        }
    }

    /// The discounts that count, in document order: those of the contract that takes most off, and what is joined to them.
    fn discounts(&self, ask: &Ask<'_>, deployment: &Deployment) -> Vec<(ClauseIx, Ratio)> {
        let applying: Vec<Applying<'_>> = self
            .discounts
            .iter()
            .filter(|(index, clause, active, terms)| {
                is_of(terms.provider, deployment)
                    && ask.applies(*index, clause, *active, deployment) == Tri::True
            })
            .map(|(index, clause, _, terms)| (*index, clause.contract, *terms))
            .collect();
        // The clauses of a contract stand together.
        let mut best: Option<(&[Applying<'_>], Ratio)> = None;
        for own in applying.chunk_by(|left, right| left.1 == right.1) {
            let factor = own.iter().try_fold(Ratio::ONE, |product, (_, _, terms)| {
                product.times(Ratio::ONE.minus(terms.rate)?)
            });
            if let Some(factor) = factor
                && best.is_none_or(|(_, least)| is_less(factor, least))
            {
                best = Some((own, factor));
            }
        }
        let own = best.map_or(&[][..], |(own, _)| own);
        let is_own = |index: ClauseIx| own.binary_search_by_key(&index, |item| item.0).is_ok();
        let mut joining: Vec<ClauseIx> = Vec::new();
        for (_, _, terms) in own {
            joining.extend(&terms.stacks_with);
        }
        order::sort(&mut joining);
        let joined = |index: ClauseIx, terms: &Discount| {
            joining.binary_search(&index).is_ok()
                || terms.stacks_with.iter().any(|other| is_own(*other))
        };
        applying
            .iter()
            .filter(|(index, _, terms)| is_own(*index) || joined(*index, terms))
            .map(|(index, _, terms)| (*index, terms.rate))
            .collect()
    }

    /// The cost of a deployment, from its price and those it is compared with.
    fn finish(
        &self,
        ask: &Ask<'_>,
        deployment: &Deployment,
        mut priced: Priced,
        others: &[(Comparable, (DeploymentIx, Ratio))],
    ) -> Option<Costing> {
        let mut effects = Effects::default();
        for (index, clause, active, terms) in &self.matches {
            if terms.provider != deployment.provider
                || ask.applies(*index, clause, *active, deployment) != Tri::True
            {
                continue;
            }
            let Some((cheapest, other)) = cheapest(ask, deployment, terms, others) else {
                continue;
            };
            effects
                .least
                .push(usize::try_from(cheapest.0).unwrap_or(usize::MAX));
            if !is_less(other, priced.amount) {
                continue;
            }
            match terms.settle {
                Settlement::Automatic => {
                    priced.step(ask, StepKind::PriceMatch, *index, other)?;
                }
                Settlement::Claim => {
                    let difference = priced.amount.minus(other)?;
                    effects.claims.push((*index, round(difference)?));
                }
            }
        }
        let rounded = round(priced.amount)?;
        if priced.amount.denominator() != 1 {
            let before = usd(priced.amount)?;
            priced.steps.push(Step {
                kind: StepKind::Rounding,
                cite: None,
                before: Some(before),
                after: usd(Ratio::whole(rounded.pico()))?,
            });
        }
        let (mut cash, mut routing) = (rounded, rounded);
        let mut trail = |kind, cite: &Clause, before: Money, after: Money| {
            priced.steps.push(Step {
                kind,
                cite: Some(cite.reference.clone()),
                before: usd(Ratio::whole(before.pico())),
                after: usd(Ratio::whole(after.pico())).unwrap_or(Ratio::ZERO),
            });
        };
        for (index, clause, active, terms) in &self.shares {
            let Some(revenue) = ask.request.revenue else {
                break;
            };
            // What may be owed counts: it is dearer.
            if !is_of(terms.provider, deployment)
                || ask.applies(*index, clause, *active, deployment) == Tri::False
            {
                continue;
            }
            let owed = terms.owed(revenue, &ask.clause_state(*index))?;
            let after = cash.plus(owed)?;
            trail(StepKind::RevenueShare, clause, cash, after);
            cash = after;
            routing = routing.plus(owed)?;
            effects.owed.push((*index, owed));
            effects.compared(owed, terms.headroom(&ask.clause_state(*index)));
        }
        for (index, clause, active, terms) in &self.commitments {
            if terms.provider != deployment.provider
                || ask.applies(*index, clause, *active, deployment) != Tri::True
            {
                continue;
            }
            let state = ask.clause_state(*index);
            let counted = match terms.counts {
                Counts::Net => rounded,
                Counts::List => round(priced.list)?,
            };
            match (terms.model, terms.effect) {
                (CommitmentModel::Continuous, _) => {
                    let covered = effects.cover(counted, terms.left(&state)?);
                    let after = minus(cash, covered)?;
                    trail(StepKind::Commitment, clause, cash, after);
                    cash = after;
                    routing = minus(routing, covered)?;
                }
                (CommitmentModel::Discontinuous, Effect::Price) => {
                    let Some(shortfall) = terms.shortfall(&state) else {
                        continue;
                    };
                    let covered = effects.cover(counted, shortfall);
                    effects.covered.push((*index, covered));
                    let after = minus(routing, Ratio::ONE.minus(terms.recover)?.of(covered)?)?;
                    let forecast = state.forecast.as_ref();
                    let kind = StepKind::ShadowPrice {
                        shortfall: usd(Ratio::whole(shortfall.pico()))?,
                        recover: terms.recover,
                        source: forecast.and_then(|forecast| forecast.source.clone()),
                        as_of: forecast.and_then(|forecast| forecast.as_of),
                    };
                    trail(kind, clause, routing, after);
                    routing = after;
                }
                (CommitmentModel::Discontinuous, Effect::Precedence(_)) => {}
            }
        }
        effects.steps = priced.steps;
        Some(Costing {
            cost: Cost { cash, routing },
            list: round(priced.list)?,
            price: rounded,
            effects: Some(alloc::boxed::Box::new(effects)),
        })
    }
}

impl Priced {
    /// Takes a step that a clause asks for.
    fn step(&mut self, ask: &Ask<'_>, kind: StepKind, cite: ClauseIx, after: Ratio) -> Option<()> {
        self.steps.push(Step {
            kind,
            cite: ask
                .policy
                .clause(cite)
                .map(|clause| clause.reference.clone()),
            before: Some(usd(self.amount)?),
            after: usd(after)?,
        });
        self.amount = after;
        Some(())
    }
}

/// What the cells say of one meter, in pico-USD, exactly.
fn cell(
    ask: &Ask<'_>,
    deployment: &Deployment,
    input: u64,
    meter: Meter,
    count: u64,
) -> Option<Ratio> {
    let price = &deployment.price;
    let units = rate(price, meter, input, ask.when.at)?.units;
    price.exact(i128::from(units).checked_mul(i128::from(count))?)
}

impl Effects {
    /// What an amount covers of what there is.
    fn cover(&mut self, counted: Money, of: Money) -> Money {
        self.took([counted >= of, counted <= Money::ZERO, of <= Money::ZERO]);
        counted.min(of).max(Money::ZERO)
    }

    /// Notes how what is owed of a revenue compares with what is left of its cap.
    fn compared(&mut self, owed: Money, headroom: Option<Money>) {
        self.took([headroom == Some(owed), owed == Money::ZERO]);
    }

    /// Notes what was compared.
    fn took<const N: usize>(&mut self, compared: [bool; N]) {
        self.least.extend(compared.map(usize::from));
    }
}

/// What makes prices comparable, the model, the tier and the level of the zone; and whose price it is.
type Comparable = (NameIx, NameIx, usize, NameIx);

/// `None` where the zone is not stated: it compares with nothing.
fn comparable(ask: &Ask<'_>, deployment: &Deployment) -> Option<Comparable> {
    let level = ask.policy.zones.level(deployment.zone?);
    Some((
        deployment.model,
        deployment.tier,
        level,
        deployment.provider,
    ))
}

/// The cheapest comparable price of others, with whose it is; of each of them the cheapest is listed, sorted.
fn cheapest(
    ask: &Ask<'_>,
    deployment: &Deployment,
    terms: &PriceMatch,
    others: &[(Comparable, (DeploymentIx, Ratio))],
) -> Option<(DeploymentIx, Ratio)> {
    let (model, tier, level, own) = comparable(ask, deployment)?;
    terms
        .against
        .iter()
        .filter(|provider| **provider != own)
        .filter_map(|provider| order::find(others, &(model, tier, level, *provider)).copied())
        .reduce(|left, right| {
            if is_less(right.1, left.1) {
                right
            } else {
                left
            }
        })
}

pub(crate) fn is_of(provider: Option<NameIx>, deployment: &Deployment) -> bool {
    provider.is_none_or(|provider| provider == deployment.provider)
}

fn drawn(ask: &Ask<'_>, ladder: ClauseIx) -> Option<u64> {
    u64::try_from(ask.clause_state(ladder).drawn).ok()
}

/// Whether one amount is less than another; amounts too fine to be compared are not.
fn is_less(left: Ratio, right: Ratio) -> bool {
    left.compare(right).is_some_and(core::cmp::Ordering::is_lt)
}

fn minus(from: Money, what: Money) -> Option<Money> {
    from.pico().checked_sub(what.pico()).map(Money::from_pico)
}

/// Pico-USD rounded to whole ones, half to even.
fn round(pico: Ratio) -> Option<Money> {
    divide_half_even(pico.numerator(), pico.denominator()).map(Money::from_pico)
}

fn usd(pico: Ratio) -> Option<Ratio> {
    pico.times(Ratio::new(1, PICO_PER_USD)?)
}

//! May it? Law and residency, then contracts, then the operator's rules.
//!
//! Bars add up; what is not mentioned is permitted. Two things set a contract's bar aside: a permit that carves it, and
//! a contradicting clause that beats it. Where neither of two contradicting clauses gives way, both stay on record and
//! the contradiction is reported.

mod blocks;
mod launch;
mod law;
mod shares;

pub(crate) use blocks::{ends, standing};
pub(crate) use launch::opens;

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::condition::Tri;
use crate::contract::{ClauseKind, Exclusivity, Permit, Stratum};
use crate::decide::finding::{Cite, Finding, Reading};
use crate::decide::{Ask, binds_model, clause_indices};
use crate::json::Json;
use crate::model::decision::Question;
use crate::model::policy::{
    Clause, ClauseIx, Deployment, DeploymentIx, Precedence, RuleIx, RuleKind,
};
use crate::order;

/// What the second question found.
pub(crate) struct MayAnswer {
    /// What speaks against the deployment, strongest first.
    pub(crate) findings: Vec<Finding>,
    /// The permits that allow what a clause they carve would bar, and those that carve nothing in particular.
    pub(crate) permits: Vec<ClauseIx>,
    /// The suspensions whose time for cure still runs.
    pub(crate) curing: Vec<ClauseIx>,
}

/// A clause that bars the deployment, or may.
struct Bar<'a> {
    index: ClauseIx,
    clause: &'a Clause,
    truth: Tri,
    /// Clauses whose truth is not settled and would settle this one.
    open: Vec<(ClauseIx, &'a Clause)>,
    /// What else would settle it.
    missing: Vec<String>,
    against: Vec<Cite>,
    values: Vec<(Cow<'static, str>, Json)>,
}

/// A permit in scope.
struct Permitted<'a> {
    index: ClauseIx,
    clause: &'a Clause,
    terms: &'a Permit,
    truth: Tri,
}

/// Asks the second question. On a day on which contracts change it is read for every way in which they may stand: what is
/// barred or free in all of them is so whichever holds.
pub(crate) fn may(ask: &Ask<'_>, index: DeploymentIx, deployment: &Deployment) -> MayAnswer {
    let answer = once(ask, index, deployment);
    let unsettled = !answer.findings.is_empty() && !answer.findings.iter().any(Finding::is_settled);
    if ask.readings.is_empty() || !unsettled {
        return answer;
    }
    let mut readings: Vec<MayAnswer> = ask
        .readings
        .iter()
        .map(|reading| once(reading, index, deployment))
        .collect();
    let all = |test: fn(&MayAnswer) -> bool| readings.iter().all(test);
    if all(|reading| reading.findings.is_empty()) {
        let permits = readings.pop().map(|newest| newest.permits);
        return MayAnswer {
            findings: Vec::new(),
            permits: permits.unwrap_or_default(),
            curing: answer.curing,
        };
    }
    if all(|reading| reading.findings.iter().any(Finding::is_settled)) {
        let settled = readings
            .into_iter()
            .rev()
            .filter_map(|reading| reading.findings.into_iter().find(Finding::is_settled));
        let mut findings: Vec<Finding> = Vec::new();
        for finding in settled.chain(answer.findings) {
            if findings.iter().all(|known| known.cite != finding.cite) {
                findings.push(finding);
            }
        }
        return MayAnswer {
            findings,
            permits: Vec::new(),
            curing: answer.curing,
        };
    }
    answer
}

fn once(ask: &Ask<'_>, index: DeploymentIx, deployment: &Deployment) -> MayAnswer {
    let permits = permits(ask, deployment);
    let mut bars = law::residencies(ask, deployment);
    bars.extend(law::covenants(ask, deployment));
    let mut curing = Vec::new();
    bars.extend(law::suspensions(ask, deployment, &mut curing));
    bars.extend(exclusivities(ask, deployment, &permits));
    let licence = lapsed_licence(ask, deployment);
    let others = licence
        .into_iter()
        .chain(launch::ships_later(ask, deployment))
        .chain(shares::reached(ask, deployment));
    for mut bar in others {
        set_aside(ask, &mut bar, &permits);
        bars.push(bar);
    }
    bars.retain(|bar| bar.truth != Tri::False);
    // Strongest first: what is settled before what is not, then stratum, then rank, then document order.
    order::sort_by_key(&mut bars, |bar| {
        (
            bar.truth != Tri::True || !bar.against.is_empty(),
            Reverse(bar.clause.kind.stratum()),
            Reverse(bar.clause.rank),
            bar.index,
        )
    });
    let mut findings: Vec<Finding> = bars
        .into_iter()
        .map(|bar| bar.into_finding(ask, deployment, &permits))
        .collect();
    findings.extend(blocks::findings(ask, index, deployment));
    findings.extend(barred_by_rules(ask, deployment));
    MayAnswer {
        findings,
        curing,
        permits: permits
            .iter()
            .filter(|permit| permit.truth == Tri::True && allows(ask, permit.terms, deployment))
            .map(|permit| permit.index)
            .collect(),
    }
}

/// Whether a permit matters to a deployment: a clause that it carves would bar it, or it carves none in particular.
fn allows(ask: &Ask<'_>, permit: &Permit, deployment: &Deployment) -> bool {
    permit.carves.is_empty()
        || permit.carves.iter().any(|carved| {
            ask.policy.clause(*carved).is_some_and(|clause| {
                binds_model(clause, deployment)
                    && match &clause.kind {
                        ClauseKind::Exclusivity(terms) => terms.bars(ask.request.act, deployment),
                        ClauseKind::License(terms) => terms.provider == deployment.provider,
                        ClauseKind::ShipFirst(terms) => terms.holder != deployment.provider,
                        ClauseKind::Share(terms) => {
                            ask.evaluate(&terms.target, deployment) == Tri::True
                        }
                        ClauseKind::Permit(_)
                        | ClauseKind::Residency(_)
                        | ClauseKind::Covenant(_)
                        | ClauseKind::Suspension(_)
                        | ClauseKind::FirstRefusal(_)
                        | ClauseKind::SpendCap(_)
                        | ClauseKind::Commitment(_)
                        | ClauseKind::Ladder(_)
                        | ClauseKind::Discount(_)
                        | ClauseKind::PriceMatch(_)
                        | ClauseKind::RevenueShare(_)
                        | ClauseKind::Recital(_) => false,
                    }
            })
        })
}

impl<'a> Bar<'a> {
    fn new(index: ClauseIx, clause: &'a Clause, truth: Tri) -> Bar<'a> {
        let open = if truth == Tri::Unknown {
            Vec::from([(index, clause)])
        } else {
            Vec::new()
        };
        Bar {
            index,
            clause,
            truth,
            open,
            missing: Vec::new(),
            against: Vec::new(),
            values: Vec::new(),
        }
    }

    /// The bar holds only where another clause does not apply.
    fn unless(&mut self, index: ClauseIx, clause: &'a Clause, truth: Tri) {
        self.truth = self.truth.and(truth.not());
        if truth == Tri::Unknown {
            self.open.push((index, clause));
        }
    }

    fn into_finding(
        self,
        ask: &Ask<'_>,
        deployment: &Deployment,
        permits: &[Permitted<'_>],
    ) -> Finding {
        let reading = match self.clause.kind.stratum() {
            Stratum::Law | Stratum::Suspension => Reading::Law,
            Stratum::Contract | Stratum::Rule | Stratum::Price => Reading::Nothing,
        };
        let mut finding = Finding::no(Question::May, Cite::Clause(self.index), reading);
        finding.against = self.against;
        finding.values = self.values;
        if self.truth == Tri::Unknown {
            finding.pending = true;
            finding.reading = Reading::Nothing;
            // What may not bar at all contradicts nobody yet.
            finding.against.clear();
            for (index, clause) in self.open {
                finding.missing.extend(ask.missing_of(clause, deployment));
                if let Some(permit) = permits.iter().find(|permit| permit.index == index) {
                    finding.missing.extend(dispute(ask, permit, deployment));
                }
            }
            finding.missing.extend(self.missing);
        }
        finding
    }
}

/// An exclusivity whose scope holds, or may, with what permits leave of it.
struct Exclusive<'a> {
    bar: Bar<'a>,
    terms: &'a Exclusivity,
}

fn exclusivities<'a>(
    ask: &Ask<'a>,
    deployment: &Deployment,
    permits: &[Permitted<'a>],
) -> Vec<Bar<'a>> {
    let act = ask.request.act;
    let mut scoped = Vec::new();
    for (index, clause, active) in ask.active_clauses() {
        let ClauseKind::Exclusivity(terms) = &clause.kind else {
            continue;
        };
        let truth = ask.applies(index, clause, active, deployment);
        if truth != Tri::False {
            let mut bar = Bar::new(index, clause, truth);
            set_aside(ask, &mut bar, permits);
            scoped.push(Exclusive { bar, terms });
        }
    }
    let mut bars = Vec::new();
    for item in &scoped {
        if item.bar.truth == Tri::False || !item.terms.bars(act, deployment) {
            continue;
        }
        let mut bar = Bar {
            index: item.bar.index,
            clause: item.bar.clause,
            truth: item.bar.truth,
            open: item.bar.open.clone(),
            missing: Vec::new(),
            against: item.bar.against.clone(),
            values: exclusivity_values(ask, item.terms, deployment),
        };
        let rivals = ask
            .policy
            .rivals(bar.index)
            .iter()
            .filter_map(|(index, precedence)| {
                let at = scoped.binary_search_by_key(index, |rival| rival.bar.index);
                Some((scoped.get(at.ok()?)?, *precedence))
            })
            .filter(|(rival, _)| rival.bar.truth != Tri::False);
        for (rival, precedence) in rivals {
            match precedence {
                Precedence::First => {}
                Precedence::Second => {
                    bar.truth = bar.truth.and(rival.bar.truth.not());
                    // What would settle the rival, be it a permit that may carve it, settles this bar.
                    if rival.bar.truth == Tri::Unknown {
                        bar.open.extend(rival.bar.open.iter().cloned());
                    }
                }
                Precedence::Neither => {
                    let both = item.bar.truth == Tri::True && rival.bar.truth == Tri::True;
                    if both && !rival.terms.bars(act, deployment) {
                        bar.against.push(Cite::Clause(rival.bar.index));
                    }
                }
            }
        }
        bars.push(bar);
    }
    bars
}

fn exclusivity_values(
    ask: &Ask<'_>,
    terms: &Exclusivity,
    deployment: &Deployment,
) -> Vec<(Cow<'static, str>, Json)> {
    let name = |provider| ask.policy.provider(provider).to_string();
    let mut values = Vec::from([
        (
            Cow::Borrowed("only"),
            Json::texts(terms.only.iter().map(|provider| name(*provider))),
        ),
        (
            Cow::Borrowed("provider"),
            Json::text(name(deployment.provider)),
        ),
    ]);
    if deployment.hosted_by != deployment.provider {
        values.push((
            Cow::Borrowed("hosted_by"),
            Json::text(name(deployment.hosted_by)),
        ));
    }
    values
}

/// A licence once held and no longer, with no other active.
fn lapsed_licence<'a>(ask: &Ask<'a>, deployment: &Deployment) -> Option<Bar<'a>> {
    let mut active = Vec::new();
    let mut lapsed: Option<Bar<'a>> = None;
    for (index, clause) in clause_indices(ask.policy) {
        let ClauseKind::License(license) = &clause.kind else {
            continue;
        };
        if license.provider != deployment.provider || !binds_model(clause, deployment) {
            continue;
        }
        let condition = ask.applies(index, clause, Tri::True, deployment);
        active.push((index, clause, condition.and(ask.active_of(index))));
        let ended = condition.and(ask.has_ended(index, clause));
        if ended != Tri::False {
            // The last that ended is cited; any that surely ended settles it.
            let mut bar = Bar::new(index, clause, ended);
            if let Some(before) = lapsed {
                bar.truth = bar.truth.or(before.truth);
                bar.open.extend(before.open);
                if bar.truth == Tri::True {
                    bar.open.clear();
                }
            }
            lapsed = Some(bar);
        }
    }
    let mut bar = lapsed?;
    for (index, clause, truth) in active {
        bar.unless(index, clause, truth);
    }
    if let Some(edge) = bar.clause.term.to {
        let ended = Json::text(edge.instant.to_string());
        bar.values.push(("ended".into(), ended));
    }
    Some(bar)
}

fn permits<'a>(ask: &Ask<'a>, deployment: &Deployment) -> Vec<Permitted<'a>> {
    let mut found = Vec::new();
    for (index, clause, active) in ask.active_clauses() {
        let ClauseKind::Permit(terms) = &clause.kind else {
            continue;
        };
        let applies = ask.applies(index, clause, active, deployment);
        if applies == Tri::False {
            continue;
        }
        let disputed = terms
            .disputed
            .as_ref()
            .map_or(Tri::False, |condition| ask.evaluate(condition, deployment));
        let truth = match disputed {
            Tri::False => applies,
            Tri::True | Tri::Unknown => Tri::Unknown,
        };
        found.push(Permitted {
            index,
            clause,
            terms,
            truth,
        });
    }
    found
}

/// What would settle a disputed reading of a permit.
fn dispute(ask: &Ask<'_>, permit: &Permitted<'_>, deployment: &Deployment) -> Vec<String> {
    let Some(condition) = &permit.terms.disputed else {
        return Vec::new();
    };
    match ask.evaluate(condition, deployment) {
        Tri::True => Vec::from([format!("{} (disputed)", permit.clause.reference)]),
        Tri::Unknown => ask.missing_in(condition, deployment),
        Tri::False => Vec::new(),
    }
}

/// Takes from a bar what permits take from it, and then notes the permits that contradict what is left.
fn set_aside<'a>(ask: &Ask<'_>, bar: &mut Bar<'a>, permits: &[Permitted<'a>]) {
    let settles = |permit: &Permitted<'_>| {
        if permit.terms.carves.contains(&bar.index) {
            Precedence::First
        } else if permit.clause.contract != bar.clause.contract {
            // What one contract allows, the parties of another need not: it is silent about their bar.
            Precedence::Second
        } else {
            ask.policy.precedence(permit.index, bar.index)
        }
    };
    let settled: Vec<Precedence> = permits.iter().map(settles).collect();
    for (permit, _) in permits
        .iter()
        .zip(&settled)
        .filter(|(_, precedence)| **precedence == Precedence::First)
    {
        bar.unless(permit.index, permit.clause, permit.truth);
    }
    if bar.truth == Tri::True {
        let rivals = permits.iter().zip(&settled).filter(|(permit, precedence)| {
            **precedence == Precedence::Neither && permit.truth == Tri::True
        });
        bar.against
            .extend(rivals.map(|(permit, _)| Cite::Clause(permit.index)));
    }
}

fn barred_by_rules(ask: &Ask<'_>, deployment: &Deployment) -> Vec<Finding> {
    let mut settled = Vec::new();
    let mut unsettled = Vec::new();
    for (position, rule) in ask.policy.rules.iter().enumerate() {
        if !rule.acts.contains(ask.request.act) {
            continue;
        }
        let (when, wished) = ask.rule_holds(position, rule, deployment, 0);
        let (word, against) = match rule.kind {
            RuleKind::Deny(_) => ("deny", wished),
            RuleKind::Require(_) => ("require", wished.not()),
            RuleKind::Prefer(_) | RuleKind::Split(_) => continue,
        };
        let truth = when.and(against);
        let Some(index) = u32::try_from(position).ok().map(RuleIx) else {
            continue;
        };
        let mut finding = Finding::no(Question::May, Cite::Rule(index), Reading::Rule(index));
        finding
            .values
            .push((word.into(), Json::text(rule.kind.text().to_string())));
        match truth {
            Tri::False => {}
            Tri::True => settled.push(finding),
            Tri::Unknown => {
                finding.pending = true;
                finding.reading = Reading::Nothing;
                finding.missing = ask.missing_in(&rule.when, deployment);
                for condition in rule.kind.conditions() {
                    finding
                        .missing
                        .extend(ask.missing_in(condition, deployment));
                }
                unsettled.push(finding);
            }
        }
    }
    settled.append(&mut unsettled);
    settled
}

//! May it? Law and residency, then contracts, then the operator's rules.
//!
//! Bars add up; what is not mentioned is permitted. Two things set a contract's bar aside: a permit that carves it, and
//! a contradicting clause that beats it. Where neither of two contradicting clauses gives way, both stay on record and
//! the contradiction is reported.

use alloc::string::ToString;
use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::condition::Tri;
use crate::contract::{ClauseKind, Exclusivity, Stratum};
use crate::decide::finding::{Cite, Finding, Reading};
use crate::decide::{Ask, binds_model, clause_indices};
use crate::json::Json;
use crate::model::decision::Question;
use crate::model::policy::{Clause, ClauseIx, Deployment, Precedence, RuleIx, RuleKind};

/// What the second question found.
pub(crate) struct MayAnswer {
    /// What speaks against the deployment, strongest first.
    pub(crate) findings: Vec<Finding>,
    /// The permits that apply to it.
    pub(crate) permits: Vec<ClauseIx>,
}

/// A clause that bars the deployment, or may.
struct Bar<'a> {
    index: ClauseIx,
    clause: &'a Clause,
    truth: Tri,
    missing: Vec<alloc::string::String>,
    against: Vec<Cite>,
    values: Vec<(alloc::borrow::Cow<'static, str>, Json)>,
}

pub(crate) fn may(ask: &Ask<'_>, deployment: &Deployment) -> MayAnswer {
    let mut bars = residencies(ask, deployment);
    bars.extend(exclusivities(ask, deployment));
    bars.extend(lapsed_licence(ask, deployment));
    let permits = permits(ask, deployment);
    for bar in &mut bars {
        if bar.clause.kind.stratum() == Stratum::Contract {
            set_aside(ask, bar, &permits);
        }
    }
    bars.retain(|bar| bar.truth != Tri::False);
    // Strongest first: what is settled before what is not, then stratum, then rank, then document order.
    bars.sort_by_key(|bar| {
        (
            bar.truth != Tri::True || !bar.against.is_empty(),
            Reverse(bar.clause.kind.stratum()),
            Reverse(bar.clause.rank),
            bar.index,
        )
    });
    let mut findings: Vec<Finding> = bars.into_iter().map(Bar::into_finding).collect();
    findings.extend(barred_by_rules(ask, deployment));
    MayAnswer {
        findings,
        permits: permits
            .into_iter()
            .filter(|permit| permit.truth == Tri::True)
            .map(|permit| permit.index)
            .collect(),
    }
}

impl Bar<'_> {
    fn into_finding(self) -> Finding {
        let reading = match self.clause.kind.stratum() {
            Stratum::Law => Reading::Law,
            Stratum::Contract | Stratum::Rule => Reading::Nothing,
        };
        let pending = self.truth == Tri::Unknown;
        Finding {
            pending,
            reading: if pending { Reading::Nothing } else { reading },
            missing: if pending { self.missing } else { Vec::new() },
            against: self.against,
            values: self.values,
            ..Finding::no(Question::May, Cite::Clause(self.index), reading)
        }
    }
}

fn residencies<'a>(ask: &Ask<'a>, deployment: &Deployment) -> Vec<Bar<'a>> {
    let zones = &ask.policy.zones;
    let mut bars = Vec::new();
    for (index, clause, active) in ask.active_clauses() {
        let ClauseKind::Residency(residency) = &clause.kind else {
            continue;
        };
        let outside = residency.satisfied(deployment, zones).not();
        let truth = ask.applies(index, clause, active, deployment).and(outside);
        if truth == Tri::False {
            continue;
        }
        let mut missing = ask.missing_of(index, clause, deployment);
        let mut values = Vec::new();
        values.push((
            "within".into(),
            Json::text(zones.name(residency.within).to_string()),
        ));
        for copies in &residency.of {
            match copies.zone(deployment) {
                Some(zone) => values.push((
                    copies.name().into(),
                    Json::text(zones.name(zone).to_string()),
                )),
                None => missing.push(alloc::format!(
                    "deployments/{}/{}",
                    deployment.id,
                    copies.field()
                )),
            }
        }
        bars.push(Bar {
            index,
            clause,
            truth,
            missing,
            against: Vec::new(),
            values,
        });
    }
    bars
}

fn exclusivities<'a>(ask: &Ask<'a>, deployment: &Deployment) -> Vec<Bar<'a>> {
    let scoped: Vec<(ClauseIx, &Clause, &Exclusivity, Tri)> = ask
        .active_clauses()
        .filter_map(|(index, clause, active)| {
            let ClauseKind::Exclusivity(exclusivity) = &clause.kind else {
                return None;
            };
            let truth = ask.applies(index, clause, active, deployment);
            (truth != Tri::False).then_some((index, clause, exclusivity, truth))
        })
        .collect();
    let contradicting = |first: &(ClauseIx, &Clause, &Exclusivity, Tri),
                         second: &(ClauseIx, &Clause, &Exclusivity, Tri)| {
        first.0 != second.0
            && first.3 == Tri::True
            && second.3 == Tri::True
            && first.2.contradicts(second.2)
    };
    let mut bars = Vec::new();
    for item in &scoped {
        let (index, clause, exclusivity, truth) = *item;
        if !exclusivity.bars(ask.request.act, deployment) {
            continue;
        }
        let rivals = || scoped.iter().filter(|other| contradicting(item, other));
        if rivals().any(|other| ask.policy.precedence(index, other.0) == Precedence::Second) {
            continue;
        }
        let against = rivals()
            .filter(|other| ask.policy.precedence(index, other.0) == Precedence::Neither)
            .filter(|other| !other.2.bars(ask.request.act, deployment))
            .map(|other| Cite::Clause(other.0))
            .collect();
        let names = exclusivity
            .only
            .iter()
            .map(|provider| ask.policy.provider(*provider).to_string());
        let mut values = Vec::new();
        values.push(("only".into(), Json::texts(names)));
        values.push((
            "provider".into(),
            Json::text(ask.policy.provider(deployment.provider).to_string()),
        ));
        if deployment.hosted_by != deployment.provider {
            values.push((
                "hosted_by".into(),
                Json::text(ask.policy.provider(deployment.hosted_by).to_string()),
            ));
        }
        let missing = ask.missing_of(index, clause, deployment);
        bars.push(Bar {
            index,
            clause,
            truth,
            missing,
            against,
            values,
        });
    }
    bars
}

/// A licence once held and no longer, with no other active.
fn lapsed_licence<'a>(ask: &Ask<'a>, deployment: &Deployment) -> Option<Bar<'a>> {
    let mut licensed = Tri::False;
    let mut lapsed: Option<(ClauseIx, &Clause, Tri)> = None;
    for (index, clause) in clause_indices(ask.policy) {
        let ClauseKind::License(license) = &clause.kind else {
            continue;
        };
        if license.provider != deployment.provider || !binds_model(clause, deployment) {
            continue;
        }
        let condition = ask.applies(index, clause, Tri::True, deployment);
        licensed = licensed.or(condition.and(ask.active_of(index)));
        let ended = condition.and(ask.has_ended(index, clause));
        if ended != Tri::False {
            lapsed = Some((
                index,
                clause,
                lapsed.map_or(ended, |(_, _, before)| before.or(ended)),
            ));
        }
    }
    let (index, clause, ended) = lapsed?;
    let truth = ended.and(licensed.not());
    if truth == Tri::False {
        return None;
    }
    let mut values = Vec::new();
    if let Some(edge) = clause.term.to {
        values.push(("ended".into(), Json::text(edge.instant.to_string())));
    }
    Some(Bar {
        index,
        clause,
        truth,
        missing: ask.missing_of(index, clause, deployment),
        against: Vec::new(),
        values,
    })
}

/// A permit in scope.
struct Permitted<'a> {
    index: ClauseIx,
    contract: u16,
    carves: &'a [ClauseIx],
    truth: Tri,
    missing: Vec<alloc::string::String>,
}

fn permits<'a>(ask: &Ask<'a>, deployment: &Deployment) -> Vec<Permitted<'a>> {
    let mut found = Vec::new();
    for (index, clause, active) in ask.active_clauses() {
        let ClauseKind::Permit(permit) = &clause.kind else {
            continue;
        };
        let applies = ask.applies(index, clause, active, deployment);
        if applies == Tri::False {
            continue;
        }
        let disputed = permit
            .disputed
            .as_ref()
            .map_or(Tri::False, |condition| ask.evaluate(condition, deployment));
        let mut missing = ask.missing_of(index, clause, deployment);
        let truth = match disputed {
            Tri::False => applies,
            Tri::True => {
                missing.push(alloc::format!("{} (disputed)", clause.reference));
                Tri::Unknown
            }
            Tri::Unknown => {
                missing.extend(
                    permit
                        .disputed
                        .iter()
                        .flat_map(|condition| ask.missing_in(condition, deployment)),
                );
                Tri::Unknown
            }
        };
        found.push(Permitted {
            index,
            contract: clause.contract,
            carves: &permit.carves,
            truth,
            missing,
        });
    }
    found
}

fn set_aside(ask: &Ask<'_>, bar: &mut Bar<'_>, permits: &[Permitted<'_>]) {
    for permit in permits {
        let sets_aside = if permit.carves.contains(&bar.index) {
            true
        } else if permit.contract != bar.clause.contract {
            // What one contract allows, the parties of another need not: it is silent about their bar.
            false
        } else {
            match ask.policy.precedence(permit.index, bar.index) {
                Precedence::First => true,
                Precedence::Second => false,
                Precedence::Neither => {
                    if permit.truth == Tri::True && bar.truth == Tri::True {
                        bar.against.push(Cite::Clause(permit.index));
                    }
                    false
                }
            }
        };
        if sets_aside {
            bar.truth = bar.truth.and(permit.truth.not());
            if permit.truth == Tri::Unknown {
                bar.missing.extend(permit.missing.iter().cloned());
            }
        }
    }
}

fn barred_by_rules(ask: &Ask<'_>, deployment: &Deployment) -> Vec<Finding> {
    let mut settled = Vec::new();
    let mut unsettled = Vec::new();
    for (position, rule) in ask.policy.rules.iter().enumerate() {
        let Some((when, condition)) = deployment.rule_conditions.get(position) else {
            continue;
        };
        let wished = ask.evaluate(condition, deployment);
        let against = match rule.kind {
            RuleKind::Deny(_) => wished,
            RuleKind::Require(_) => wished.not(),
            RuleKind::Prefer(_) => continue,
        };
        let truth = ask.evaluate(when, deployment).and(against);
        let Some(index) = u32::try_from(position).ok().map(RuleIx) else {
            continue;
        };
        let mut finding = Finding::no(Question::May, Cite::Rule(index), Reading::Rule(index));
        finding.values.push((
            match rule.kind {
                RuleKind::Deny(_) => "deny",
                RuleKind::Require(_) | RuleKind::Prefer(_) => "require",
            }
            .into(),
            Json::text(rule.kind.condition().text().to_string()),
        ));
        match truth {
            Tri::False => {}
            Tri::True => settled.push(finding),
            Tri::Unknown => {
                finding.pending = true;
                finding.reading = Reading::Nothing;
                finding.missing = ask.missing_in(&rule.when, deployment);
                finding
                    .missing
                    .extend(ask.missing_in(rule.kind.condition(), deployment));
                unsettled.push(finding);
            }
        }
    }
    settled.append(&mut unsettled);
    settled
}

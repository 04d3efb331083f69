//! Who is first? First rights, then the operator's preferences.
//!
//! A right is read for each model: the holder's deployments of the model against everybody else's in its scope.

use alloc::string::ToString;
use alloc::vec::Vec;

use crate::condition::Tri;
use crate::contract::{ClauseKind, FirstRefusal};
use crate::decide::finding::{Cite, Finding, Passes, Reading};
use crate::decide::plan::Candidate;
use crate::decide::{Ask, binds_model};
use crate::json::Json;
use crate::model::decision::Question;
use crate::model::policy::{
    Clause, ClauseIx, Deployment, DeploymentIx, Precedence, Rule, RuleKind,
};
use crate::model::vocabulary::{NameIx, Refusal};
use crate::money::Ratio;

/// A first right over the deployments of one model.
pub(crate) struct Right<'a> {
    pub(crate) index: ClauseIx,
    pub(crate) clause: &'a Clause,
    pub(crate) terms: &'a FirstRefusal,
    /// The holder's deployments of the model, at a tier that was asked for.
    pub(crate) holders: Vec<DeploymentIx>,
    /// Everybody else's, in the scope of the right.
    pub(crate) others: Vec<DeploymentIx>,
    pub(crate) status: Status,
}

/// Where a right stands.
pub(crate) enum Status {
    /// Every deployment of the holder is barred by law or has refused.
    Discharged,
    /// The holder is offered first, and others may follow when it refuses.
    Offered,
    /// The right stands, and nobody else may be tried: some deployment of the holder has not refused. `rule` is the
    /// operator's rule that alone keeps the work from the holder.
    Stands {
        rule: Option<Cite>,
        missing: Vec<alloc::string::String>,
        /// Each deployment of the holder that cannot serve and has not refused, with what is in its way.
        unrefused: Vec<alloc::string::String>,
    },
    /// Another first right over the same work contradicts it, and neither gives way.
    Contradicted { by: Vec<ClauseIx> },
}

impl Right<'_> {
    /// Whether it claims the work: a right that is discharged does not.
    pub(crate) fn claims(&self) -> bool {
        !matches!(self.status, Status::Discharged)
    }
}

/// The rights that bear on the request, in the order of precedence: rank, then document order.
pub(crate) fn rights<'a>(ask: &Ask<'a>, candidates: &[Candidate]) -> Vec<Right<'a>> {
    let mut rights = Vec::new();
    let mut clauses: Vec<(ClauseIx, &Clause, Tri)> = ask.active_clauses().collect();
    clauses.sort_by_key(|(index, clause, _)| (core::cmp::Reverse(clause.rank), *index));
    for (index, clause, active) in clauses {
        let ClauseKind::FirstRefusal(terms) = &clause.kind else {
            continue;
        };
        for model in &ask.request.models {
            if let Some(right) = right_over(ask, index, clause, terms, active, *model, candidates) {
                rights.push(right);
            }
        }
    }
    contradictions(ask, &mut rights);
    rights
}

fn right_over<'a>(
    ask: &Ask<'a>,
    index: ClauseIx,
    clause: &'a Clause,
    terms: &'a FirstRefusal,
    active: Tri,
    model: NameIx,
    candidates: &[Candidate],
) -> Option<Right<'a>> {
    let mut holders = Vec::new();
    let mut others = Vec::new();
    for (candidate, (position, deployment)) in candidates.iter().zip(ask.deployments()) {
        if deployment.model != model || !binds_model(clause, deployment) || candidate.is_elsewhere()
        {
            continue;
        }
        if deployment.provider == terms.holder {
            holders.push(position);
        } else if ask.applies(index, clause, active, deployment) != Tri::False {
            // A scope that is not known is honoured.
            others.push(position);
        }
    }
    if others.is_empty() {
        return None;
    }
    let status = status(ask, index, terms, &holders, &others, candidates);
    Some(Right {
        index,
        clause,
        terms,
        holders,
        others,
        status,
    })
}

fn status(
    ask: &Ask<'_>,
    index: ClauseIx,
    terms: &FirstRefusal,
    holders: &[DeploymentIx],
    others: &[DeploymentIx],
    candidates: &[Candidate],
) -> Status {
    let mut offered = false;
    let mut kept_by_rule = None;
    let mut waits = false;
    let mut missing = Vec::new();
    let mut unrefused = Vec::new();
    let too_dear = price_above_match(ask, terms, holders, others, candidates);
    for (deployment, candidate) in holders.iter().filter_map(|holder| {
        Some((
            ask.policy.deployment(*holder)?,
            candidate_at(candidates, *holder)?,
        ))
    }) {
        let (cite, open) = match disposition(ask, index, terms, candidate, too_dear) {
            Disposition::Available => {
                offered = true;
                continue;
            }
            Disposition::Refused => continue,
            Disposition::KeptByRule(cite) => {
                kept_by_rule = kept_by_rule.or(Some(cite.clone()));
                (Some(cite), Vec::new())
            }
            Disposition::Waits(cite, open) => {
                waits = true;
                (cite, open)
            }
        };
        let reason = cite.map(|cite| cite.text(ask.policy)).unwrap_or_default();
        unrefused.push(alloc::format!("{}: {reason}", deployment.id));
        missing.extend(open);
    }
    if unrefused.is_empty() {
        return if offered {
            Status::Offered
        } else {
            Status::Discharged
        };
    }
    Status::Stands {
        // The rule is to blame where nothing else keeps the work from the holder.
        rule: kept_by_rule.filter(|_| !offered && !waits),
        missing,
        unrefused,
    }
}

/// What became of the offer to one deployment of the holder.
enum Disposition {
    Available,
    Refused,
    KeptByRule(Cite),
    Waits(Option<Cite>, Vec<alloc::string::String>),
}

fn disposition(
    ask: &Ask<'_>,
    right: ClauseIx,
    terms: &FirstRefusal,
    candidate: &Candidate,
    too_dear: bool,
) -> Disposition {
    if candidate.findings().next().is_none() {
        return if too_dear {
            Disposition::Refused
        } else {
            Disposition::Available
        };
    }
    let discharges = |finding: &Finding| match finding.reading {
        Reading::Law => true,
        Reading::Refusal(refusal) => terms.accepts(refusal),
        Reading::Rule(rule) => ask
            .policy
            .rule(rule)
            .is_some_and(|rule| rule.overrides.contains(&right)),
        Reading::Elsewhere | Reading::Nothing => false,
    };
    if candidate.findings().any(discharges) {
        return Disposition::Refused;
    }
    let kept = candidate
        .findings()
        .find(|finding| matches!(finding.reading, Reading::Rule(_)));
    match kept {
        Some(finding) => Disposition::KeptByRule(finding.cite.clone()),
        None => Disposition::Waits(
            candidate.decisive().map(|finding| finding.cite.clone()),
            candidate
                .findings()
                .flat_map(|finding| finding.missing.iter().cloned())
                .collect(),
        ),
    }
}

/// Whether the holder's cheapest survivor costs more than the best comparable offer of somebody else, beyond the
/// tolerance. Comparable: the same model, tier and level of zone.
fn price_above_match(
    ask: &Ask<'_>,
    terms: &FirstRefusal,
    holders: &[DeploymentIx],
    others: &[DeploymentIx],
    candidates: &[Candidate],
) -> bool {
    if !terms.accepts(Refusal::PriceAboveMatch) {
        return false;
    }
    let survivor = |index: &DeploymentIx| {
        let candidate = candidate_at(candidates, *index)?;
        let cash = candidate.costing.as_ref()?.cost.cash;
        candidate
            .findings()
            .next()
            .is_none()
            .then_some((cash, *index))
    };
    let Some((own, holder)) = holders.iter().filter_map(survivor).min() else {
        return false;
    };
    let comparable = |index: &&DeploymentIx| {
        let (Some(left), Some(right)) = (
            ask.policy.deployment(holder),
            ask.policy.deployment(**index),
        ) else {
            return false;
        };
        left.tier == right.tier && zone_level(ask, left) == zone_level(ask, right)
    };
    let Some((other, _)) = others.iter().filter(comparable).filter_map(survivor).min() else {
        return false;
    };
    let ceiling = Ratio::ONE
        .plus(terms.tolerance)
        .and_then(|factor| factor.times(Ratio::whole(other.pico())));
    let above = ceiling.and_then(|ceiling| Ratio::whole(own.pico()).compare(ceiling));
    above == Some(core::cmp::Ordering::Greater)
}

/// Global, geography or region; `None` where the zone is not stated.
fn zone_level(ask: &Ask<'_>, deployment: &Deployment) -> Option<usize> {
    deployment.zone.map(|zone| ask.policy.zones.level(zone))
}

/// Two rights contradict each other where each holder's deployments are in the scope of the other's right.
fn contradictions(ask: &Ask<'_>, rights: &mut Vec<Right<'_>>) {
    let clash = |left: &Right<'_>, right: &Right<'_>| {
        left.index != right.index
            && left.claims()
            && right.claims()
            && left
                .holders
                .iter()
                .any(|holder| right.others.contains(holder))
            && right
                .holders
                .iter()
                .any(|holder| left.others.contains(holder))
    };
    let beaten: Vec<bool> = rights
        .iter()
        .map(|right| {
            rights.iter().any(|other| {
                clash(right, other)
                    && ask.policy.precedence(right.index, other.index) == Precedence::Second
            })
        })
        .collect();
    let mut kept = beaten.into_iter();
    rights.retain(|_| !kept.next().unwrap_or(false));
    let rivals: Vec<Vec<ClauseIx>> = rights
        .iter()
        .map(|right| {
            rights
                .iter()
                .filter(|other| clash(right, other))
                .map(|other| other.index)
                .collect()
        })
        .collect();
    for (right, by) in rights.iter_mut().zip(rivals) {
        if !by.is_empty() {
            right.status = Status::Contradicted { by };
        }
    }
}

/// What the rights have against a deployment that passed the first three questions.
pub(crate) fn held(rights: &[Right<'_>], deployment: DeploymentIx) -> Vec<Finding> {
    let mut findings = Vec::new();
    for right in rights {
        let in_scope = right.others.contains(&deployment);
        let holder = right.holders.contains(&deployment);
        let finding = |against: Vec<Cite>, missing: &[alloc::string::String]| Finding {
            pending: true,
            missing: missing.to_vec(),
            passes: Passes::Never,
            against,
            ..Finding::no(Question::First, Cite::Clause(right.index), Reading::Nothing)
        };
        match &right.status {
            Status::Stands {
                rule,
                missing,
                unrefused,
            } if in_scope => {
                let names = Json::texts(unrefused.iter().cloned());
                findings.push(
                    finding(rule.iter().cloned().collect(), missing).with("unrefused", names),
                );
            }
            Status::Contradicted { by } if in_scope || holder => {
                findings.push(finding(
                    by.iter().map(|index| Cite::Clause(*index)).collect(),
                    &[],
                ));
            }
            Status::Stands { .. }
            | Status::Contradicted { .. }
            | Status::Discharged
            | Status::Offered => {}
        }
    }
    findings
}

/// The first component of a deployment's place in the order: for each right that is offered, whether it must wait for
/// the holder.
pub(crate) fn order_key(
    ask: &Ask<'_>,
    rights: &[Right<'_>],
    index: DeploymentIx,
    deployment: &Deployment,
) -> Vec<bool> {
    let mut key: Vec<bool> = rights
        .iter()
        .map(|right| right.claims() && right.others.contains(&index))
        .collect();
    let preferred: Vec<&str> = preferred_by(ask, deployment)
        .map(|rule| rule.reference.as_str())
        .collect();
    for rule in ask
        .policy
        .rules
        .iter()
        .filter(|rule| matches!(rule.kind, RuleKind::Prefer(_)))
    {
        key.push(!preferred.contains(&rule.reference.as_str()));
    }
    key
}

/// The rules that prefer a deployment. A rule whose condition is not known prefers nobody.
pub(crate) fn preferred_by<'b>(
    ask: &'b Ask<'_>,
    deployment: &'b Deployment,
) -> impl Iterator<Item = &'b Rule> {
    ask.policy
        .rules
        .iter()
        .zip(&deployment.rule_conditions)
        .filter(|(rule, _)| matches!(rule.kind, RuleKind::Prefer(_)))
        .filter(move |(_, (when, condition))| {
            ask.evaluate(when, deployment)
                .and(ask.evaluate(condition, deployment))
                == Tri::True
        })
        .map(|(rule, _)| rule)
}

/// How the holder's deployments came to refuse, for readers: `azure-gpt: capability/realtime`.
pub(crate) fn discharged_by(ask: &Ask<'_>, right: &Right<'_>, candidates: &[Candidate]) -> Json {
    let reasons = right.holders.iter().filter_map(|holder| {
        let deployment = ask.policy.deployment(*holder)?;
        let cite = candidate_at(candidates, *holder)?
            .findings()
            .next()
            .map(|finding| finding.cite.text(ask.policy));
        Some(alloc::format!(
            "{}: {}",
            deployment.id,
            cite.unwrap_or_else(|| Refusal::PriceAboveMatch.name().to_string())
        ))
    });
    Json::texts(reasons)
}

pub(crate) fn candidate_at(candidates: &[Candidate], index: DeploymentIx) -> Option<&Candidate> {
    candidates.get(usize::try_from(index.0).ok()?)
}

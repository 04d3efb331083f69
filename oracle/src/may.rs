//! Question 2: may it? Law, suspensions, contracts, rules, in this order of strength.

use crate::blocks::standing;
use crate::case::Case;
use crate::condition::Expr;
use crate::deployment::Deployment;
use crate::finding::{Finding, Frees, Question, Says};
use crate::law::{suspension, violates};
use crate::policy::{Clause, Kind, Wish};
use crate::precedence::{Precedence, precedence};
use crate::time::{Moment, Tie, Written};
use crate::truth::Truth;
use crate::{launch, shares};

/// What speaks against a deployment, and the permits that allow it.
#[derive(Clone, Debug, Default)]
pub struct May {
    /// What speaks against it.
    pub findings: Vec<Finding>,
    /// The permits that allow it.
    pub permits: Vec<String>,
}

/// Reads every clause and every rule. On a day on which contracts change, what is pending is read once for every way in
/// which each of them stands on its old or its new terms.
#[must_use]
pub fn may(case: &Case<'_>, deployment: &Deployment) -> May {
    let plain = read(case, deployment);
    let contracts = changing(case);
    let is_settled = |may: &May| may.findings.iter().any(Finding::is_settled);
    let pending = !plain.findings.is_empty() && !is_settled(&plain);
    if !pending || contracts.is_empty() || contracts.len() > MOST_CHANGES {
        return plain;
    }
    // The newest terms come first.
    let readings: Vec<May> = (0..1_usize << contracts.len())
        .map(|number| {
            let ties = contracts.iter().enumerate().map(|(place, contract)| {
                let old = number >> place & 1 == 1;
                (*contract, if old { Tie::Old } else { Tie::New })
            });
            let ties = ties.collect();
            read(
                &Case {
                    ties,
                    ..case.clone()
                },
                deployment,
            )
        })
        .collect();
    let free = readings.iter().all(|reading| reading.findings.is_empty());
    let barred = readings.iter().all(is_settled);
    if free {
        return readings.into_iter().next().unwrap_or(plain);
    }
    if !barred {
        return plain;
    }
    let bars = readings.into_iter().filter_map(|reading| {
        let mut findings = reading.findings.into_iter();
        findings.find(Finding::is_settled)
    });
    let mut findings: Vec<Finding> = Vec::new();
    for finding in bars.chain(plain.findings) {
        if !findings.iter().any(|known| known.cite == finding.cite) {
            findings.push(finding);
        }
    }
    May {
        findings,
        permits: Vec::new(),
    }
}

/// With more contracts that change on one day no ways are tried.
const MOST_CHANGES: usize = 4;

/// Reads every clause and every rule once.
fn read(case: &Case<'_>, deployment: &Deployment) -> May {
    let clauses = &case.policy.clauses;
    let mut found = May::default();
    let law = clauses
        .iter()
        .map(|clause| (clause, violates(case, clause, deployment)));
    push_all(&mut found.findings, law, &Says::Law);
    let suspended = clauses
        .iter()
        .map(|clause| (clause, suspension(case, clause, deployment).bars));
    push_all(&mut found.findings, suspended, &Says::Suspended);
    contracts(case, deployment, &mut found);
    let place = |cite: &str| clauses.iter().position(|clause| clause.cite == cite);
    let rank = |cite: &str| case.policy.clause(cite).map_or(0, |clause| clause.rank);
    // What nobody doubts comes first; then by strength, rank and place in the document.
    found.findings.sort_by_key(|finding| {
        let strength = match finding.says {
            Says::Law => 0,
            Says::Suspended => 1,
            Says::Refusal(_) | Says::Rule | Says::Nothing => 2,
        };
        let rank = std::cmp::Reverse(rank(&finding.cite));
        (!finding.is_settled(), strength, rank, place(&finding.cite))
    });
    for clause in clauses {
        let Some(standing) = standing(case, clause, deployment) else {
            continue;
        };
        if let Some(mut finding) = finding(&clause.cite, &standing.bars, &Says::Nothing) {
            finding.notice = standing.notice;
            finding.owes_notice = standing.owes_notice;
            if let Some(until) = standing.until {
                finding.frees = Frees::At(until);
            }
            found.findings.push(finding);
        }
    }
    let mut wishes: Vec<Finding> = Vec::new();
    for rule in &case.policy.rules {
        let when = rule.when.as_ref();
        let when = when.map_or(Truth::Yes, |when| case.truth(when, Some(deployment)));
        let condition = |expr: &Expr| case.truth(expr, Some(deployment));
        let bars = match rule.wish {
            Wish::Deny => condition(&rule.condition),
            Wish::Require => condition(&rule.condition).not(),
            Wish::Prefer | Wish::Split => Truth::No,
        };
        if rule.acts.contains(&case.request.act) {
            wishes.extend(finding(&rule.cite, &when.and(bars), &Says::Rule));
        }
    }
    wishes.sort_by_key(|finding| !finding.certain);
    found.findings.extend(wishes);
    found
}

fn push_all<'a>(
    found: &mut Vec<Finding>,
    bars: impl Iterator<Item = (&'a Clause, Truth)>,
    says: &Says,
) {
    for (clause, truth) in bars {
        found.extend(finding(&clause.cite, &truth, says));
    }
}

/// A bar that holds, or may hold.
fn finding(cite: &str, truth: &Truth, says: &Says) -> Option<Finding> {
    (!truth.is_no()).then(|| Finding {
        certain: truth.is_yes(),
        missing: truth.missing().to_vec(),
        ..Finding::new(Question::May, cite).saying(says.clone())
    })
}

/// Whom an exclusivity tests: the seller for `sell` and `launch`, the host for `host` and `train`, both for `serve`.
fn tested<'d>(case: &Case<'_>, deployment: &'d Deployment) -> Vec<&'d String> {
    match case.request.act.as_str() {
        "sell" | "launch" => vec![&deployment.provider],
        "host" | "train" => vec![&deployment.hosted_by],
        _ => vec![&deployment.provider, &deployment.hosted_by],
    }
}

/// Whether a clause of a contract bars the deployment, were it alone.
fn bars(case: &Case<'_>, clause: &Clause, deployment: &Deployment) -> Truth {
    match &clause.kind {
        _ if !excludes(case, clause, deployment) => Truth::No,
        Kind::Exclusivity { .. } => case.applies(clause, deployment),
        Kind::License { provider } => {
            let licences = || {
                case.policy.clauses.iter().filter(|other| {
                matches!(&other.kind, Kind::License { provider: other } if other == provider)
            })
            };
            let ended = |licence: &Clause| {
                let ended = case.term_over(licence).or(case.ended_early(licence));
                let begun = case.term_begun(licence);
                begun.and(ended).and(case.in_scope(licence, deployment))
            };
            let active = licences().fold(Truth::No, |active, other| {
                active.or(case.applies(other, deployment))
            });
            // Of several that have ended, or may have, the last one is cited.
            let mut later = licences()
                .skip_while(|other| other.cite != clause.cite)
                .skip(1);
            if ended(clause).is_no() || later.any(|other| !ended(other).is_no()) {
                return Truth::No;
            }
            let any_ended = licences()
                .rev()
                .fold(Truth::No, |any, other| any.or(ended(other)));
            any_ended.and(active.not())
        }
        Kind::Share(share) => case
            .applies(clause, deployment)
            .and(shares::bars(case, clause, share, deployment)),
        Kind::ShipFirst(terms) => launch::bars(case, clause, terms, deployment),
        Kind::SpendCap(_)
        | Kind::Commitment(_)
        | Kind::Ladder(_)
        | Kind::Discount(_)
        | Kind::PriceMatch(_)
        | Kind::RevenueShare(_)
        | Kind::Permit { .. }
        | Kind::Residency { .. }
        | Kind::Covenant { .. }
        | Kind::Suspension { .. }
        | Kind::FirstRefusal { .. }
        | Kind::Recital => Truth::No,
    }
}

/// Whether a permit applies; open where the parties read it differently.
fn permits(case: &Case<'_>, clause: &Clause, deployment: &Deployment) -> Truth {
    let Kind::Permit { disputed, .. } = &clause.kind else {
        return Truth::No;
    };
    let applies = case.applies(clause, deployment);
    let disputed = disputed.as_ref();
    match disputed.map_or(Truth::No, |disputed| case.truth(disputed, Some(deployment))) {
        Truth::No => applies,
        Truth::Yes => applies.and(Truth::Open(vec![format!("{} (disputed)", clause.cite)])),
        Truth::Open(missing) => applies.and(Truth::Open(missing)),
    }
}

/// Whether a permit sets the clause aside: it names the clause, or it prevails over it. What is set aside beats nobody.
fn set_aside(case: &Case<'_>, clause: &Clause, deployment: &Deployment) -> Truth {
    let setting_aside = case.policy.clauses.iter().filter(|permit| {
        let Kind::Permit { carves, .. } = &permit.kind else {
            return false;
        };
        let prevails = || precedence(case.policy, clause, permit) == Precedence::Second;
        carves.contains(&clause.cite) || (contradict(clause, permit) && prevails())
    });
    setting_aside.fold(Truth::No, |set_aside, permit| {
        set_aside.or(permits(case, permit, deployment))
    })
}

/// Whether two clauses contradict each other where both apply.
fn contradict(clause: &Clause, other: &Clause) -> bool {
    match (&clause.kind, &other.kind) {
        (Kind::Exclusivity { only, .. }, Kind::Exclusivity { only: others, .. }) => {
            let mut named = only.iter().chain(others);
            clause.cite != other.cite
                && !named.any(|provider| !excluded(clause, provider) && !excluded(other, provider))
        }
        (
            Kind::Exclusivity { .. } | Kind::License { .. } | Kind::ShipFirst(_) | Kind::Share(_),
            Kind::Permit { carves, .. },
        ) => clause.contract == other.contract && !carves.contains(&clause.cite),
        _ => false,
    }
}

/// Bars of contracts: those that no permit carves and no contradicting clause beats.
fn contracts(case: &Case<'_>, deployment: &Deployment, found: &mut May) {
    for clause in &case.policy.clauses {
        let barred = bars(case, clause, deployment);
        if barred.is_no() {
            continue;
        }
        // What is missing is listed from the scope of the clause on, what it looks at itself comes last.
        let looks = matches!(clause.kind, Kind::ShipFirst(_) | Kind::Share(_));
        let scope = if looks {
            case.applies(clause, deployment)
        } else {
            barred.clone()
        };
        let mut truth = scope.and(set_aside(case, clause, deployment).not());
        let mut against = Vec::new();
        let is_permit = |other: &Clause| matches!(other.kind, Kind::Permit { .. });
        let (permitting, rivals): (Vec<&Clause>, Vec<&Clause>) = case
            .policy
            .clauses
            .iter()
            .filter(|other| contradict(clause, other))
            .partition(|other| is_permit(other));
        for other in permitting.into_iter().chain(rivals) {
            let is_permit = is_permit(other);
            let stands = if is_permit {
                permits(case, other, deployment)
            } else {
                let set_aside = set_aside(case, other, deployment);
                case.applies(other, deployment).and(set_aside.not())
            };
            match precedence(case.policy, clause, other) {
                Precedence::Second if !is_permit => truth = truth.and(stands.not()),
                Precedence::First | Precedence::Second => {}
                Precedence::Neither => {
                    let allows = bars(case, other, deployment).is_no();
                    if stands.is_yes() && allows {
                        against.push(other.cite.clone());
                    }
                }
            }
        }
        let truth = truth.and(barred);
        if let Some(mut finding) = finding(&clause.cite, &truth, &Says::Nothing) {
            if finding.certain {
                finding.undecided = !against.is_empty();
                finding.with = against;
            }
            found.findings.push(finding);
        }
    }
    for permit in &case.policy.clauses {
        if permits(case, permit, deployment).is_yes() && allows(case, permit, deployment) {
            found.permits.push(permit.cite.clone());
        }
    }
}

/// Whether a permit gives a deployment something: it names no clause, or one that is about the model and excludes the
/// provider, be that in force or not.
fn allows(case: &Case<'_>, permit: &Clause, deployment: &Deployment) -> bool {
    let Kind::Permit { carves, .. } = &permit.kind else {
        return false;
    };
    let mut named = carves.iter().filter_map(|cite| case.policy.clause(cite));
    let surely = |clause: &Clause| {
        let Kind::Share(share) = &clause.kind else {
            return true;
        };
        case.truth(&share.target, Some(deployment)).is_yes()
    };
    carves.is_empty()
        || named.any(|clause| {
            clause.is_about(&deployment.model)
                && excludes(case, clause, deployment)
                && surely(clause)
        })
}

/// Whether a bar of a contract is about the providers of a deployment: an exclusivity about those it tests, a licence
/// about the seller.
fn excludes(case: &Case<'_>, clause: &Clause, deployment: &Deployment) -> bool {
    if let Kind::License { provider } = &clause.kind {
        return *provider == deployment.provider;
    }
    if let Kind::ShipFirst(terms) = &clause.kind {
        return terms.holder != deployment.provider;
    }
    if let Kind::Share(share) = &clause.kind {
        return share.max.is_some() && !case.truth(&share.target, Some(deployment)).is_no();
    }
    let mut tested = tested(case, deployment).into_iter();
    tested.any(|provider| excluded(clause, provider))
}

/// Whether an exclusivity excludes a provider.
fn excluded(clause: &Clause, provider: &String) -> bool {
    if let Kind::Exclusivity { only, against } = &clause.kind {
        let against = against.as_ref();
        return !only.contains(provider)
            && against.is_none_or(|against| against.contains(provider));
    }
    false
}

/// How a contract reads a day of change, in one of the ways in which contracts change.
#[must_use]
pub fn changing(case: &Case<'_>) -> Vec<usize> {
    let Moment::Day(day) = case.at() else {
        return Vec::new();
    };
    let mut contracts = Vec::new();
    for clause in &case.policy.clauses {
        let bare = clause
            .term
            .edges()
            .any(|edge| edge.day == day && edge.written == Written::Day);
        if bare && case.tie(clause) == Tie::Unknown && !contracts.contains(&clause.contract) {
            contracts.push(clause.contract);
        }
    }
    contracts
}

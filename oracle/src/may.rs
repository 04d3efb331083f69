//! Question 2: may it? Law, suspensions, contracts, rules, in this order of strength.

use crate::can::on_day;
use crate::case::Case;
use crate::condition::Expr;
use crate::deployment::Deployment;
use crate::finding::{Finding, Frees, Question, Says};
use crate::policy::{Clause, Kind, Wish};
use crate::precedence::{Precedence, precedence};
use crate::time::{Edge, Moment, Tie, Written, edge};
use crate::truth::Truth;

/// What speaks against a deployment, and the permits that allow it.
#[derive(Clone, Debug, Default)]
pub struct May {
    /// What speaks against it.
    pub findings: Vec<Finding>,
    /// The permits that allow it.
    pub permits: Vec<String>,
}

/// Reads every clause and every rule.
#[must_use]
pub fn may(case: &Case<'_>, deployment: &Deployment) -> May {
    let clauses = &case.policy.clauses;
    let mut found = May::default();
    let law = clauses
        .iter()
        .map(|clause| (clause, violates(case, clause, deployment)));
    push_all(&mut found.findings, law, &Says::Law);
    let suspended = clauses
        .iter()
        .map(|clause| (clause, suspended(case, clause, deployment)));
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
        let doubted = !finding.certain || finding.undecided;
        let rank = std::cmp::Reverse(rank(&finding.cite));
        (doubted, strength, rank, place(&finding.cite))
    });
    let mut wishes: Vec<Finding> = Vec::new();
    for rule in &case.policy.rules {
        let when = rule
            .when
            .as_ref()
            .map_or(Truth::Yes, |when| case.truth(when, Some(deployment)));
        let condition = |expr: &Expr| case.truth(expr, Some(deployment));
        let bars = match rule.wish {
            Wish::Deny => condition(&rule.condition),
            Wish::Require => condition(&rule.condition).not(),
            Wish::Prefer => Truth::No,
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
        question: Question::May,
        cite: cite.to_owned(),
        certain: truth.is_yes(),
        missing: truth.missing().to_vec(),
        with: Vec::new(),
        undecided: false,
        says: says.clone(),
        frees: Frees::Never,
    })
}

/// Whether a clause of law applies and the deployment violates it.
fn violates(case: &Case<'_>, clause: &Clause, deployment: &Deployment) -> Truth {
    let violated = match &clause.kind {
        Kind::Residency { within, of } => of.iter().fold(Truth::No, |violated, copies| {
            let (field, zone) = match copies.as_str() {
                "storage" => ("storage_zone", &deployment.storage_zone),
                "monitoring" => ("monitoring_zone", &deployment.monitoring_zone),
                _ => ("zone", &deployment.zone),
            };
            let inside = zone
                .as_ref()
                .map(|zone| case.policy.zones.within(zone, within));
            violated
                .or(Truth::of(inside, || format!("deployments/{}/{field}", deployment.id)).not())
        }),
        Kind::Covenant { requires } => requires.iter().fold(Truth::No, |violated, name| {
            violated.or(holds(case, deployment, name).not())
        }),
        Kind::Exclusivity { .. }
        | Kind::Permit { .. }
        | Kind::License { .. }
        | Kind::Suspension { .. }
        | Kind::FirstRefusal { .. }
        | Kind::Recital => return Truth::No,
    };
    case.applies(clause, deployment).and(violated)
}

/// Whether a deployment holds a covenant: while one of the terms lasts for which it is said to.
fn holds(case: &Case<'_>, deployment: &Deployment, name: &str) -> Truth {
    let missing = format!("deployments/{}/holds/{name}", deployment.id);
    let mut terms = deployment
        .holds
        .iter()
        .filter(|(held, _)| held == name)
        .peekable();
    if terms.peek().is_some() {
        return terms.fold(Truth::No, |holds, (_, term)| {
            holds.or(case.holds(term, &missing))
        });
    }
    if deployment.lacks.iter().any(|lacking| lacking == name) {
        Truth::No
    } else {
        Truth::Open(vec![missing])
    }
}

/// Where a suspension stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// Whether it bars.
    pub bars: Truth,
    /// Until when it is being cured, where it would bar otherwise.
    pub curing_until: Option<i64>,
}

/// Where a suspension stands for a deployment.
#[must_use]
pub fn suspension(case: &Case<'_>, clause: &Clause, deployment: &Deployment) -> Suspension {
    let nothing = Suspension {
        bars: Truth::No,
        curing_until: None,
    };
    let Kind::Suspension {
        provider,
        noticed,
        cure,
        cured_when,
    } = &clause.kind
    else {
        return nothing;
    };
    if deployment.provider != *provider && deployment.hosted_by != *provider {
        return nothing;
    }
    let Some(contract) = case.policy.contracts.get(clause.contract) else {
        return nothing;
    };
    let applies = case.applies(clause, deployment);
    let passed = |edge: Edge| {
        Truth::of(
            edge.passed(case.at(), case.tie(clause), case.local_days()),
            || on_day(case, &clause.cite),
        )
    };
    let noticed_truth = noticed.map_or(Truth::Yes, |moment| passed(edge(moment, &contract.zone)));
    let cured = cured_when
        .as_ref()
        .map_or(Truth::No, |cured| case.truth(cured, None));
    let in_force = applies.and(noticed_truth);
    let Some(end) = cure
        .as_ref()
        .zip(*noticed)
        .map(|(cure, noticed)| cure.end(noticed, &contract.zone))
    else {
        return Suspension {
            bars: in_force.and(cured.not()),
            curing_until: None,
        };
    };
    let cure_over = passed(edge(Moment::Instant(end), &contract.zone));
    let curing = in_force
        .clone()
        .and(cure_over.clone().not())
        .and(cured.clone().not());
    Suspension {
        bars: in_force.and(cure_over).and(cured.not()),
        curing_until: curing.is_yes().then_some(end),
    }
}

fn suspended(case: &Case<'_>, clause: &Clause, deployment: &Deployment) -> Truth {
    suspension(case, clause, deployment).bars
}

/// Whom an exclusivity or a licence tests: the seller for `sell`, the host for `host` and `train`, else both.
fn tested<'d>(case: &Case<'_>, deployment: &'d Deployment) -> Vec<&'d String> {
    match case.request.act.as_str() {
        "sell" => vec![&deployment.provider],
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
                let ended = case
                    .term_over(licence)
                    .or(case.term_begun(licence).and(case.ended_early(licence)));
                case.in_scope(licence, deployment).and(ended)
            };
            let active = licences().fold(Truth::No, |active, other| {
                active.or(case.applies(other, deployment))
            });
            // Of several that have ended the last one is cited.
            let later = licences()
                .skip_while(|other| other.cite != clause.cite)
                .skip(1);
            if later.into_iter().any(|other| ended(other).is_yes()) {
                return Truth::No;
            }
            ended(clause).and(active.not())
        }
        Kind::Permit { .. }
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
    let disputed = disputed
        .as_ref()
        .map_or(Truth::No, |disputed| case.truth(disputed, Some(deployment)));
    match (case.applies(clause, deployment), disputed) {
        (Truth::Yes, Truth::Yes | Truth::Open(_)) => {
            Truth::Open(vec![format!("{} (disputed)", clause.cite)])
        }
        (applies, _) => applies,
    }
}

/// Whether a permit that names the clause sets it aside.
fn carved(case: &Case<'_>, clause: &Clause, deployment: &Deployment) -> Truth {
    let naming = case.policy.clauses.iter().filter(|permit| {
        matches!(&permit.kind, Kind::Permit { carves, .. } if carves.contains(&clause.cite))
    });
    naming.fold(Truth::No, |carved, permit| {
        carved.or(permits(case, permit, deployment))
    })
}

/// Whether a permit sets the clause aside: it names the clause, or it prevails over it. What is set aside beats nobody.
fn set_aside(case: &Case<'_>, clause: &Clause, deployment: &Deployment) -> Truth {
    let prevailing = case.policy.clauses.iter().filter(|permit| {
        let permitting = matches!(permit.kind, Kind::Permit { .. });
        permitting
            && contradict(clause, permit)
            && precedence(case.policy, clause, permit) == Precedence::Second
    });
    let carved = carved(case, clause, deployment);
    prevailing.fold(carved, |set_aside, permit| {
        set_aside.or(permits(case, permit, deployment))
    })
}

/// Whether two clauses contradict each other where both apply.
fn contradict(clause: &Clause, other: &Clause) -> bool {
    match (&clause.kind, &other.kind) {
        (
            Kind::Exclusivity { only, against },
            Kind::Exclusivity {
                only: other_only,
                against: other_against,
            },
        ) => {
            let allows = |only: &Vec<String>, against: &Option<Vec<String>>, provider: &String| {
                only.contains(provider)
                    || against
                        .as_ref()
                        .is_some_and(|against| !against.contains(provider))
            };
            let somebody = only
                .iter()
                .any(|provider| allows(other_only, other_against, provider))
                || other_only
                    .iter()
                    .any(|provider| allows(only, against, provider))
                || (against.is_some() && other_against.is_some());
            clause.cite != other.cite && !somebody
        }
        (Kind::Exclusivity { .. } | Kind::License { .. }, Kind::Permit { carves, .. }) => {
            clause.contract == other.contract && !carves.contains(&clause.cite)
        }
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
        let carved = carved(case, clause, deployment);
        let mut beaten = Truth::No;
        let mut against = Vec::new();
        for other in &case.policy.clauses {
            if !contradict(clause, other) {
                continue;
            }
            let stands = if matches!(other.kind, Kind::Permit { .. }) {
                permits(case, other, deployment)
            } else {
                let set_aside = set_aside(case, other, deployment);
                case.applies(other, deployment).and(set_aside.not())
            };
            match precedence(case.policy, clause, other) {
                Precedence::Second => beaten = beaten.or(stands.clone()),
                Precedence::First => {}
                Precedence::Neither => {
                    let allows = bars(case, other, deployment).is_no();
                    if stands.is_yes() && allows {
                        against.push(other.cite.clone());
                    }
                }
            }
        }
        let truth = barred.and(carved.not()).and(beaten.not());
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
    carves.is_empty()
        || named
            .any(|clause| clause.is_about(&deployment.model) && excludes(case, clause, deployment))
}

/// Whether a bar of a contract is about the providers of a deployment: an exclusivity about those it tests, a licence
/// about the seller.
fn excludes(case: &Case<'_>, clause: &Clause, deployment: &Deployment) -> bool {
    if let Kind::License { provider } = &clause.kind {
        return *provider == deployment.provider;
    }
    tested(case, deployment)
        .into_iter()
        .any(|tested| match &clause.kind {
            Kind::Exclusivity { only, against } => {
                !only.contains(tested)
                    && against
                        .as_ref()
                        .is_none_or(|against| against.contains(tested))
            }
            Kind::License { .. } => false,
            Kind::Permit { .. }
            | Kind::Residency { .. }
            | Kind::Covenant { .. }
            | Kind::Suspension { .. }
            | Kind::FirstRefusal { .. }
            | Kind::Recital => false,
        })
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

//! Commitments, minimum shares and rights to be first whose deployments are kept from all that they are about.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::bars::{bars, condition_on, unended};
use super::deployments::barred;
use super::period::Period;
use super::places::ClauseView;
use super::study::{Findings, Study, day, list};
use crate::authoring::written::ClauseKindDoc;
use crate::condition::{Condition, Tri};
use crate::contract::{Bound, ClauseKind, Stratum};
use crate::decide::{DeploymentWorld, binds_model};
use crate::document::{Diagnostic, Span, codes};
use crate::list::List;
use crate::model::policy::{Deployment, Source};
use crate::model::vocabulary::{Act, Acts, NameIx, Refusal};
use crate::order::insert;

pub(super) fn find(study: &Study<'_>, found: &mut Findings) {
    for view in &study.clauses {
        let is_idle = found.idle.contains(&Source::Clause(view.index));
        if view.period.is_empty() || is_idle || study.policy.deployments.is_empty() {
            continue;
        }
        let Some(wish) = wish(study, view) else {
            continue;
        };
        if let Some(kept) = kept(study, view, &wish, found) {
            finding(study, view, wish, &kept, found);
        }
    }
}

/// Whom a clause wants to have the work.
enum Who<'a> {
    /// A provider, for work in the scope of the clause.
    Seller(NameIx),
    /// The deployments for which a condition holds, for work in the scope of the clause.
    Target(&'a Condition),
    /// A provider, before others have what is in the scope of the clause.
    Holder(NameIx),
}

/// What a clause wants, as far as it can come to nothing.
struct Wish<'a> {
    who: Who<'a>,
    acts: Acts,
    code: &'static str,
    /// What can never be.
    text: String,
    help: &'static str,
    /// The key that says who, with its value.
    key: &'static str,
    span: Option<Span>,
}

fn wish<'a>(study: &Study<'_>, view: &ClauseView<'a>) -> Option<Wish<'a>> {
    let clause = view.clause;
    let reference = &clause.reference;
    let name = |provider: NameIx| study.policy.provider(provider);
    let wish = match (&clause.kind, &view.written.kind) {
        (ClauseKind::Commitment(terms), ClauseKindDoc::Commitment(written)) => Wish {
            who: Who::Seller(terms.provider),
            acts: clause.scope.acts,
            code: codes::UNFILLABLE_COMMITMENT,
            text: format!("nothing can ever be drawn from `{reference}`"),
            help: "the amount is owed all the same: narrow what keeps the work away, or correct the scope",
            key: "provider",
            span: written.provider.span,
        },
        (ClauseKind::Share(terms), ClauseKindDoc::Share(written)) => {
            if !matches!(terms.bound, Bound::Min(part, _) if part.numerator() > 0) {
                return None;
            }
            Wish {
                who: Who::Target(&terms.target),
                acts: clause.scope.acts,
                code: codes::HOLDER_NEVER_WINS,
                text: format!("`{reference}` can never be met"),
                help: "narrow what keeps the work away, or correct its `for`",
                key: "for",
                span: written.target.span,
            }
        }
        (ClauseKind::FirstRefusal(terms), ClauseKindDoc::FirstRefusal(written)) => Wish {
            who: Who::Holder(terms.holder),
            acts: clause.scope.acts,
            code: codes::HOLDER_NEVER_WINS,
            text: format!(
                "`{}` can never be offered anything by `{reference}`",
                name(terms.holder)
            ),
            help: "others may wait for a holder that can never have the work: narrow what keeps it away, or leave the right out",
            key: "holder",
            span: written.holder.span,
        },
        (ClauseKind::ShipFirst(terms), ClauseKindDoc::ShipFirst(written)) => Wish {
            who: Who::Holder(terms.holder),
            acts: clause.scope.acts.and(Acts::of(&[Act::Launch])),
            code: codes::HOLDER_NEVER_WINS,
            text: format!(
                "`{}` can never ship first by `{reference}`",
                name(terms.holder)
            ),
            help: "others may wait for a launch that can never be: narrow what bars it, or leave the right out",
            key: "holder",
            span: written.holder.span,
        },
        _ => return None,
    };
    // Capacity is offered by whoever has some, be it in the policy or not.
    let offers = Acts::of(&[Act::Host, Act::Train]);
    let none = Acts::of(&[]);
    (wish.acts.is_disjoint(offers) && wish.acts != none).then_some(wish)
}

/// What keeps all those away whom a clause wants.
#[derive(Default)]
struct Kept<'a> {
    barred: Vec<&'a Deployment>,
    causes: Vec<Source>,
    /// Those that do not serve while the clause is in force.
    gone: Vec<&'a Deployment>,
    /// Whether something leaves a right over the work standing.
    stands: bool,
}

/// `None` where one of them may have some of the work, and where a right has no holder.
fn kept<'a>(
    study: &Study<'a>,
    view: &ClauseView<'_>,
    wish: &Wish<'_>,
    found: &mut Findings,
) -> Option<Kept<'a>> {
    let policy = study.policy;
    let mut kept = Kept::default();
    for deployment in &policy.deployments {
        let Some(within) = within(study, view, wish, deployment) else {
            continue;
        };
        for act in Act::ALL.into_iter().filter(|act| wish.acts.contains(*act)) {
            let mut period = view.period;
            if act == Act::Serve {
                period = period.and(Period::of_life(deployment));
            }
            if period.is_empty() {
                kept.stands |= !discharges(study, view, None);
                kept.gone.push(deployment);
                continue;
            }
            let bars = bars(policy, study.barring(act), act, deployment);
            let during = (within.as_deref(), period);
            let causes = barred(study, deployment, act, &bars, during, found)?;
            for cause in causes.iter().copied() {
                let is_sure = bars.iter().any(|bar| bar.source == cause && bar.sure);
                kept.stands |= !is_sure || !discharges(study, view, Some(cause));
                insert(&mut kept.causes, cause);
            }
            // One that no request in scope comes to is none of them. Several acts name it once.
            let last = kept.barred.last();
            if !causes.is_empty() && last.is_none_or(|last| last.id != deployment.id) {
                kept.barred.push(deployment);
            }
        }
    }
    let is_somebody = !kept.barred.is_empty() || !kept.gone.is_empty();
    (is_somebody || !matches!(wish.who, Who::Holder(_))).then_some(kept)
}

/// Under which condition, if any, a request is one that a clause wants a deployment to have; `None` where it wants none.
fn within<'a>(
    study: &Study<'a>,
    view: &ClauseView<'a>,
    wish: &Wish<'_>,
    deployment: &'a Deployment,
) -> Option<Option<Cow<'a, Condition>>> {
    let policy = study.policy;
    let is_wanted = match &wish.who {
        Who::Seller(provider) | Who::Holder(provider) => *provider == deployment.provider,
        // A place that is not stated may be anywhere.
        Who::Target(target) => {
            target.evaluate(&DeploymentWorld::alone(policy, deployment)) != Tri::False
        }
    };
    if !is_wanted || !binds_model(view.clause, deployment) {
        return None;
    }
    let when = &view.clause.scope.when;
    let condition = match &wish.who {
        Who::Seller(_) | Who::Target(_) => condition_on(policy, view.index, deployment)?,
        // The others are in scope. Where that depends on them, anything may be asked of the holder.
        Who::Holder(_) => {
            let of_others = &policy.variables.deployment;
            let mut asked = when.variables().into_iter();
            if asked.any(|slot| of_others.contains(&slot.0)) {
                return Some(None);
            }
            when
        }
    };
    Some(Some(unended(policy, view.index, condition)))
}

/// Whether what keeps its holder away discharges a right; that it does not serve where nothing else is named.
fn discharges(study: &Study<'_>, view: &ClauseView<'_>, cause: Option<Source>) -> bool {
    let policy = study.policy;
    match cause {
        Some(Source::Clause(index)) => policy
            .clause(index)
            .is_some_and(|clause| clause.kind.stratum() == Stratum::Law),
        Some(Source::Rule(index)) => policy
            .rule(index)
            .is_some_and(|rule| rule.overrides.contains(&view.index)),
        None => {
            matches!(&view.clause.kind, ClauseKind::FirstRefusal(terms) if terms.accepts(Refusal::CannotSupport))
        }
    }
}

fn finding(
    study: &Study<'_>,
    view: &ClauseView<'_>,
    wish: Wish<'_>,
    kept: &Kept<'_>,
    found: &mut Findings,
) {
    let ids = |deployments: &[&Deployment]| -> Vec<String> {
        deployments.iter().map(|one| one.id.clone()).list()
    };
    let (barred, gone) = (ids(&kept.barred), ids(&kept.gone));
    let mut reasons: Vec<String> = Vec::new();
    if !barred.is_empty() {
        let cites: Vec<String> = kept.causes.iter().map(|cause| study.cite(*cause)).list();
        let keeps = if cites.len() == 1 {
            "keeps"
        } else {
            "together keep"
        };
        reasons.push(format!(
            "{} {keeps} every such request from {}",
            list(&cites),
            list(&barred)
        ));
    }
    if !gone.is_empty() {
        let verb = if gone.len() == 1 { "serves" } else { "serve" };
        reasons.push(format!("{} {verb} nobody while it lasts", list(&gone)));
    }
    if reasons.is_empty() {
        reasons.push(match wish.who {
            Who::Seller(provider) | Who::Holder(provider) => format!(
                "`{}` sells no deployment in its scope",
                study.policy.provider(provider)
            ),
            Who::Target(_) => String::from("no deployment in its scope is what its `for` asks for"),
        });
    }
    let since = if study.period == Period::ALWAYS {
        String::new()
    } else {
        format!(" from {} on", day(view.period.from))
    };
    let message = format!("{}{since}: {}", wish.text, reasons.join(", and "));
    let is_right = matches!(view.clause.kind, ClauseKind::FirstRefusal(_));
    let help = if is_right && !kept.stands {
        "each time it is discharged, and nobody waits: narrow what keeps the work away, or leave the right out"
    } else {
        wish.help
    };
    let finding = Diagnostic::warning(wish.code, message).help(help);
    let finding = view.place.point(finding, wish.key, Some(wish.span));
    found.report(study.relate(finding, &kept.causes, "barred here"));
}

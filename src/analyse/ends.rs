//! Terms that end with no clause to take over: what changes on the day, and for whom.

use crate::list::List;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::bars::is_against;
use super::period::Period;
use super::places::ClauseView;
use super::study::{Findings, Study, day, list};
use super::worlds::Frame;
use crate::condition::Satisfiable;
use crate::contract::ClauseKind;
use crate::decide::binds_model;
use crate::document::{Diagnostic, Moment, Span, Spanned, codes, shorten};
use crate::model::policy::Deployment;
use crate::model::vocabulary::{Act, Acts, NameIx};
use crate::order::insert;
use crate::time::{At, Instant};

const DAY_MS: i64 = 86_400_000;

/// How many changes are told for one day.
const CHANGES: usize = 4;

pub(super) fn find(study: &Study<'_>, found: &mut Findings) {
    if study.period == Period::ALWAYS {
        return;
    }
    let horizon = horizon(study);
    // What ends in one contract at one instant makes one note.
    let mut ending: Vec<(u16, Instant, Vec<&ClauseView<'_>>)> = Vec::new();
    for view in &study.clauses {
        if view.period.is_empty() || horizon < view.ends || !ends_for_good(study, view, found) {
            continue;
        }
        let contract = view.clause.contract;
        let known = ending
            .iter_mut()
            .find(|(other, at, _)| *other == contract && *at == view.ends);
        match known {
            Some((_, _, views)) => views.push(view),
            None => ending.push((contract, view.ends, Vec::from([view]))),
        }
    }
    for (_, at, views) in ending {
        note(study, at, &views, found);
    }
}

/// The last instant whose changes are worth a note.
pub(super) fn horizon(study: &Study<'_>) -> Instant {
    study.options.horizon_days.map_or(Instant::MAX, |days| {
        i64::from(days)
            .checked_mul(DAY_MS)
            .and_then(|ms| study.period.from.plus_millis(ms))
            .unwrap_or(Instant::MAX)
    })
}

/// Whether the own term of a clause ends, which matters to somebody, and no clause of its kind goes on.
fn ends_for_good(study: &Study<'_>, view: &ClauseView<'_>, found: &mut Findings) -> bool {
    let clause = view.clause;
    let own = clause.term.to.map(|edge| edge.instant);
    // One that is replaced has a successor.
    if own != Some(view.ends) || change(study, view).is_none() {
        return false;
    }
    let goes_on = |other: &&ClauseView<'_>| {
        other.index != view.index
            && other.period.from <= view.ends
            && view.ends < other.ends
            && same_work(view, other)
    };
    for other in study.clauses.iter().filter(goes_on) {
        let frame = Frame::new(study, Acts::of(&Act::ALL), None, None, Period::ALWAYS);
        let (left, right) = (&clause.scope.when, &other.clause.scope.when);
        match frame.meet(&[left, right], &[], found) {
            Satisfiable::No => {}
            Satisfiable::Yes(_) | Satisfiable::Undecided => return false,
            Satisfiable::Unproved(why) => {
                let what = format!("whether anything follows `{}`", clause.reference);
                found.leave(study, &what, why);
                return false;
            }
        }
    }
    true
}

/// Whether two clauses are of one kind and about acts and models in common.
fn same_work(left: &ClauseView<'_>, right: &ClauseView<'_>) -> bool {
    let (one, other) = (&left.clause.scope, &right.clause.scope);
    let models = match (&one.models, &other.models) {
        (Some(left), Some(right)) => left.iter().any(|model| right.contains(model)),
        (Some(_) | None, None) | (None, Some(_)) => true,
    };
    let kinds = match (&left.clause.kind, &right.clause.kind) {
        (ClauseKind::License(left), ClauseKind::License(right)) => left.provider == right.provider,
        (ClauseKind::Permit(left), ClauseKind::Permit(right)) => left
            .carves
            .iter()
            .any(|carved| right.carves.contains(carved)),
        (left, right) => left.name() == right.name(),
    };
    models && kinds && !one.acts.is_disjoint(other.acts)
}

/// What the end of a clause changes, and for whom; `None` where it changes nothing.
fn change(study: &Study<'_>, view: &ClauseView<'_>) -> Option<String> {
    let policy = study.policy;
    let clause = view.clause;
    let names = |providers: &[NameIx]| {
        let names: Vec<String> = providers
            .iter()
            .map(|provider| policy.provider(*provider).to_string())
            .list();
        list(&names)
    };
    let freed = || {
        let mut barred: Vec<NameIx> = Vec::new();
        for deployment in barred_deployments(study, view) {
            insert(&mut barred, deployment.provider);
        }
        match barred.len() {
            0 => String::new(),
            1 => format!("; {} is no longer kept from it", names(&barred)),
            _ => format!("; {} are no longer kept from it", names(&barred)),
        }
    };
    Some(match &clause.kind {
        ClauseKind::Exclusivity(terms) => {
            let have = if terms.only.len() == 1 { "has" } else { "have" };
            let only = names(&terms.only);
            format!("{only} no longer {have} the work alone{}", freed())
        }
        ClauseKind::License(terms) => {
            let count = barred_deployments(study, view).count();
            let provider = policy.provider(terms.provider);
            match count {
                0 => return None,
                1 => format!("`{provider}` loses its licence, which bars 1 deployment"),
                count => format!("`{provider}` loses its licence, which bars {count} deployments"),
            }
        }
        ClauseKind::Residency(terms) => {
            let zone = policy.zones.name(terms.within);
            format!("the work need no longer stay within `{zone}`{}", freed())
        }
        ClauseKind::FirstRefusal(terms) => {
            format!(
                "`{}` is no longer offered the work first",
                policy.provider(terms.holder)
            )
        }
        ClauseKind::Permit(terms) => {
            let again: Vec<String> = terms
                .carves
                .iter()
                .filter_map(|carved| study.clause(*carved))
                .filter(|carved| view.ends < carved.ends)
                .map(|carved| carved.clause.reference.clone())
                .list();
            if again.is_empty() {
                return None;
            }
            let bar = if again.len() == 1 { "bars" } else { "bar" };
            format!("{} {bar} again what it permits", list(&again))
        }
        ClauseKind::Covenant(_) => format!("the covenant need no longer be kept{}", freed()),
        ClauseKind::ShipFirst(terms) => {
            let holder = policy.provider(terms.holder);
            format!("products need no longer ship first with `{holder}`")
        }
        ClauseKind::Ladder(_) | ClauseKind::Discount(_) | ClauseKind::PriceMatch(_) => {
            "prices are again those of the lists".to_string()
        }
        ClauseKind::RevenueShare(_) => "nothing more is owed of the revenue".to_string(),
        // A suspension is meant to end, and so are a budget, a share and a commitment.
        ClauseKind::Suspension(_)
        | ClauseKind::Share(_)
        | ClauseKind::SpendCap(_)
        | ClauseKind::Commitment(_)
        | ClauseKind::Recital(_) => return None,
    })
}

/// The deployments that a clause keeps from one of its acts.
fn barred_deployments<'s>(
    study: &'s Study<'_>,
    view: &'s ClauseView<'_>,
) -> impl Iterator<Item = &'s Deployment> {
    let clause = view.clause;
    let bars = move |deployment: &&Deployment| {
        let is_barred = |act| {
            clause.scope.acts.contains(act) && is_against(study.policy, view.index, act, deployment)
        };
        binds_model(clause, deployment) && Act::ALL.into_iter().any(is_barred)
    };
    study.policy.deployments.iter().filter(bars)
}

fn note(study: &Study<'_>, at: Instant, views: &[&ClauseView<'_>], found: &mut Findings) {
    let Some(first) = views.first() else { return };
    let references: Vec<String> = views
        .iter()
        .map(|view| view.clause.reference.clone())
        .list();
    let (hold, they) = if views.len() == 1 {
        ("no longer holds", "it")
    } else {
        ("no longer hold", "them")
    };
    let mut message = format!(
        "from {} on {} {hold}, and nothing follows {they}",
        written_day(first, at),
        list(&references)
    );
    if let Some(later) = later(study, views) {
        message.push_str(&format!(
            " until `{}` begins on {}",
            later.clause.reference,
            day(later.period.from)
        ));
    }
    let mut changes: Vec<String> = Vec::new();
    for view in views {
        let Some(mut change) = change(study, view) else {
            continue;
        };
        if let Some(when) = &view.written.common.when {
            change.push_str(&format!(", where `{}`", shorten(&when.value)));
        }
        if !changes.contains(&change) {
            changes.push(change);
        }
    }
    let more = changes.len().saturating_sub(CHANGES);
    changes.truncate(CHANGES);
    if more > 0 {
        changes.push(format!("and {more} more"));
    }
    let mut finding = Diagnostic::note(codes::TERM_ENDS, message).help(changes.join("; "));
    let end = end_of(first);
    let shows_clause = views.len() > 1 || !matches!(end, Some((_, true)));
    finding = match end {
        Some((span, true)) => first.place.point(finding, "term", Some(span)),
        // The contract ends, and its path says so by itself.
        Some((span, false)) => finding.at(span).path(first.place.contract_term()),
        None => first.place.point_at_id(finding),
    };
    for view in views.iter().filter(|_| shows_clause).take(CHANGES) {
        finding = finding.related(view.place.id, "it ends");
    }
    found.report(finding);
}

/// The clause of the kind of one of these, over the same work, that begins first after they have ended.
fn later<'s, 'a>(study: &'s Study<'a>, views: &[&ClauseView<'_>]) -> Option<&'s ClauseView<'a>> {
    let follows = |other: &&ClauseView<'_>| {
        views
            .iter()
            .any(|view| view.ends < other.period.from && same_work(view, other))
    };
    study
        .clauses
        .iter()
        .filter(|other| !other.period.is_empty())
        .filter(follows)
        .min_by_key(|other| other.period.from)
}

/// The day as it stands in the document: the first on which the clause is no longer in force.
fn written_day(view: &ClauseView<'_>, at: Instant) -> String {
    match view.clause.term.to.map(|edge| edge.day) {
        Some(day) => format!("{day}"),
        None => day(at),
    }
}

/// Where the end of a clause is written, and whether that is the clause itself rather than its contract.
fn end_of(view: &ClauseView<'_>) -> Option<(Option<Span>, bool)> {
    let end = |through: Option<&Spanned<Moment>>, to: Option<&Spanned<Moment>>| {
        through.or(to).map(|moment| (moment.value.0, moment.span))
    };
    let own = view.written.common.term.as_ref();
    let own = own.and_then(|term| end(term.through.as_ref(), term.to.as_ref()));
    let common = view.contract.term.as_ref();
    let common = common.and_then(|term| end(term.through.as_ref(), term.to.as_ref()));
    let earlier = |one: At, other: At| one.start() <= other.start();
    match (own, common) {
        (Some((one, span)), Some((other, _))) if earlier(one, other) => Some((span, true)),
        (Some((_, span)), None) => Some((span, true)),
        (_, Some((_, span))) => Some((span, false)),
        (None, None) => None,
    }
}

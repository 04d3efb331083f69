//! Ladders that never set a price, because an earlier one does wherever they apply.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::bars::{Bar, condition_on, unended};
use super::deployments::{Requests, always_barred};
use super::places::ClauseView;
use super::study::{Findings, Study, list};
use crate::contract::{ClauseKind, Ladder};
use crate::decide::economics::is_of;
use crate::document::{Diagnostic, codes};
use crate::list::List;
use crate::model::policy::Source;
use crate::order::insert;

pub(super) fn find(study: &Study<'_>, found: &mut Findings) {
    let mut earlier: Vec<(&ClauseView<'_>, &Ladder)> = Vec::new();
    for view in &study.clauses {
        let ClauseKind::Ladder(terms) = &view.clause.kind else {
            continue;
        };
        if !found.idle.contains(&Source::Clause(view.index)) {
            let causes = replaced_by(study, view, terms, &earlier, found);
            if let Some(causes) = causes.filter(|causes| !causes.is_empty()) {
                let cites: Vec<String> = causes.iter().map(|source| study.cite(*source)).list();
                let verb = if cites.len() == 1 { "does" } else { "do" };
                let message = format!(
                    "`{}` never sets a price: wherever it would, {} {verb} already",
                    view.clause.reference,
                    list(&cites)
                );
                let help = "the first ladder of a meter that applies sets its price; put the narrower one first";
                let finding = Diagnostic::warning(codes::LADDER_WITHOUT_EFFECT, message).help(help);
                let finding = view.place.point_at_id(finding);
                found.report(study.relate(finding, &causes, "it comes first here"));
            }
        }
        earlier.push((view, terms));
    }
}

/// The earlier ladders of the same meter that apply to every request to every deployment to which one does.
fn replaced_by(
    study: &Study<'_>,
    view: &ClauseView<'_>,
    terms: &Ladder,
    earlier: &[(&ClauseView<'_>, &Ladder)],
    found: &mut Findings,
) -> Option<Vec<Source>> {
    let policy = study.policy;
    let acts = view.clause.scope.acts;
    let rivals: Vec<&ClauseView<'_>> = earlier
        .iter()
        .filter(|(other, rival)| {
            rival.meter == terms.meter && acts.is_subset(other.clause.scope.acts)
        })
        .map(|(other, _)| *other)
        .list();
    let mut causes = Vec::new();
    if rivals.is_empty() {
        return None;
    }
    for deployment in &policy.deployments {
        let applies = |view: &ClauseView<'_>| {
            let sets = matches!(&view.clause.kind, ClauseKind::Ladder(terms) if is_of(terms.provider, deployment));
            condition_on(policy, view.index, deployment).filter(|_| sets)
        };
        let Some(own) = applies(view) else {
            continue;
        };
        let before: Vec<Bar<'_>> = rivals
            .iter()
            .filter_map(|rival| {
                let holds = unended(policy, rival.index, applies(rival)?);
                Some(Bar::plain(Source::Clause(rival.index), rival.period, holds))
            })
            .list();
        let requests = Requests {
            deployment,
            acts,
            within: Some(&unended(policy, view.index, own)),
            period: view.period,
            or_pending: false,
        };
        let what = || format!("whether `{}` ever sets a price", view.clause.reference);
        for cause in always_barred(study, &requests, &before, &what, found)? {
            insert(&mut causes, cause);
        }
    }
    Some(causes)
}

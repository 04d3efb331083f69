//! First rights whose holder has nothing to be offered.

use alloc::format;

use super::study::{Findings, Study};
use crate::authoring::written::ClauseKindDoc;
use crate::contract::ClauseKind;
use crate::decide::binds_model;
use crate::document::{Diagnostic, codes};
use crate::model::vocabulary::{Act, Acts};

pub(super) fn find(study: &Study<'_>, found: &mut Findings) {
    let policy = study.policy;
    // Capacity is offered by whoever has some, be it in the policy or not.
    let offers = Acts::of(&[Act::Host, Act::Train]);
    for view in &study.clauses {
        let ClauseKind::FirstRefusal(terms) = &view.clause.kind else {
            continue;
        };
        if view.period.is_empty() || view.clause.scope.acts.is_subset(offers) {
            continue;
        }
        let is_held = policy.deployments.iter().any(|deployment| {
            deployment.provider == terms.holder && binds_model(view.clause, deployment)
        });
        if is_held {
            continue;
        }
        let holder = policy.provider(terms.holder);
        let message = format!(
            "`{}` never comes first: `{holder}` sells no deployment in its scope",
            view.clause.reference
        );
        let help = if policy
            .deployments
            .iter()
            .any(|deployment| deployment.provider == terms.holder)
        {
            "widen its `models`, or add the deployment that is to be offered the work"
        } else {
            "add the deployment that is to be offered the work, or name another holder"
        };
        let finding = Diagnostic::warning(codes::RIGHT_WITHOUT_HOLDER, message).help(help);
        let written = if let ClauseKindDoc::FirstRefusal(written) = &view.written.kind {
            Some(written.holder.span)
        } else {
            None
        };
        found.report(view.place.point(finding, "holder", written));
    }
}

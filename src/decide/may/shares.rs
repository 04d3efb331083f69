//! Maximum shares: whether some deployments have had their part of the work.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::Bar;
use crate::condition::Tri;
use crate::contract::{Bound, ClauseKind};
use crate::decide::Ask;
use crate::json::Json;
use crate::model::policy::Deployment;

/// The maximum shares that bar a deployment, or may.
pub(super) fn reached<'a>(ask: &Ask<'a>, deployment: &Deployment) -> Vec<Bar<'a>> {
    let mut bars = Vec::new();
    for (index, clause, active) in ask.active_clauses() {
        let ClauseKind::Share(share) = &clause.kind else {
            continue;
        };
        let state = ask.clause_state(index);
        if !matches!(share.bound, Bound::Max(_)) || !share.is_reached(&state) {
            continue;
        }
        let target = ask.evaluate(&share.target, deployment);
        let truth = ask.applies(index, clause, active, deployment).and(target);
        if truth == Tri::False {
            continue;
        }
        let mut bar = Bar::new(index, clause, truth);
        let count = |count: i128| Json::text(count.to_string());
        bar.values
            .push(("max".into(), Json::text(share.ratio().to_string())));
        bar.values.push(("of".into(), Json::text(share.of.name())));
        bar.values.push(("drawn".into(), count(state.drawn)));
        bar.values.push(("total".into(), count(state.total)));
        if target == Tri::Unknown {
            bar.missing
                .extend(ask.missing_in(&share.target, deployment));
        }
        bars.push(bar);
    }
    bars
}

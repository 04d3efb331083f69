//! Rights to ship first: whether somebody else than the holder may launch.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::Bar;
use crate::condition::{Tri, Value};
use crate::contract::{ClauseKind, Excuse, ShipFirst};
use crate::decide::{Ask, begun};
use crate::json::Json;
use crate::model::policy::Deployment;
use crate::model::vocabulary::Act;
use crate::time::{DAY_MS, Instant};

/// The rights to ship first that bar a launch, or may.
pub(super) fn ships_later<'a>(ask: &Ask<'a>, deployment: &Deployment) -> Vec<Bar<'a>> {
    let mut bars = Vec::new();
    if ask.request.act != Act::Launch {
        return bars;
    }
    for (index, clause, active) in ask.active_clauses() {
        let ClauseKind::ShipFirst(right) = &clause.kind else {
            continue;
        };
        if deployment.provider == right.holder {
            continue;
        }
        let opens = if let Some(Value::Timestamp(shipped)) = ask.value(right.shipped) {
            opens(right, *shipped)
        } else {
            None
        };
        let shipped = opens.map_or(Tri::Unknown, |opens| begun(opens, ask.when.at));
        let excused = excused(ask, right);
        let open = excused.or(shipped);
        let truth = ask
            .applies(index, clause, active, deployment)
            .and(open.not());
        if truth == Tri::False {
            continue;
        }
        let mut bar = Bar::new(index, clause, truth);
        let holder = ask.policy.provider(right.holder).to_string();
        bar.values.push(("holder".into(), Json::text(holder)));
        bar.values
            .push(("milestone".into(), Json::text(right.milestone.name())));
        if let Some(opens) = opens {
            bar.values
                .push(("opens".into(), Json::text(opens.to_string())));
        }
        if open == Tri::Unknown && shipped == Tri::Unknown {
            let fact = ask.policy.variables.path(right.shipped);
            bar.missing.push(opens.map_or(fact, |_| "at").to_string());
        }
        if open == Tri::Unknown && excused == Tri::Unknown {
            for ground in right.excuse.iter().flat_map(Excuse::grounds) {
                bar.missing.extend(ask.missing_facts(ground));
            }
        }
        bars.push(bar);
    }
    bars
}

fn excused(ask: &Ask<'_>, right: &ShipFirst) -> Tri {
    let truths = |grounds: &[_]| -> Vec<Tri> {
        grounds
            .iter()
            .map(|ground| ask.evaluate_facts(ground))
            .collect()
    };
    match &right.excuse {
        None => Tri::False,
        Some(Excuse::AllOf(grounds)) => truths(grounds).into_iter().fold(Tri::True, Tri::and),
        Some(Excuse::AnyOf(grounds)) => truths(grounds).into_iter().fold(Tri::False, Tri::or),
    }
}

/// When the product opens for everybody: when the holder shipped, or the first instant of the day that the lag leads to.
pub(crate) fn opens(right: &ShipFirst, shipped: Instant) -> Option<Instant> {
    if right.lag_days == 0 {
        return Some(shipped);
    }
    let lag = i64::try_from(right.lag_days).ok()?.checked_mul(DAY_MS)?;
    // Beyond the last instant that can be written it never opens.
    Some(
        shipped
            .day()
            .start()
            .plus_millis(lag)
            .unwrap_or(Instant::MAX),
    )
}

//! First refusals over blocks of capacity: what an offer of somebody else waits for.

use crate::case::Case;
use crate::deployment::Deployment;
use crate::policy::{Clause, Kind};
use crate::time::{Tie, Zone, edge};
use crate::truth::Truth;

/// Where a right over a block stands for an offer.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Whether the right bars the offer.
    pub bars: Truth,
    /// Whether a notice or the answer to one would settle it.
    pub waits_for_notice: bool,
    /// Whether the holder has not been told of the block.
    pub owes_notice: bool,
}

/// Where a right stands for an offer; nothing where it is no right over blocks, does not apply, or the offer is the
/// holder's own.
#[must_use]
pub fn standing(case: &Case<'_>, clause: &Clause, offer: &Deployment) -> Option<Standing> {
    let Kind::FirstRefusal { holder, .. } = &clause.kind else {
        return None;
    };
    case.offers()?;
    if offer.provider == *holder || offer.hosted_by == *holder {
        return None;
    }
    let applies = case.applies(clause, offer);
    let about = |what: &str| format!("{what} {} for {}", clause.cite, offer.block);
    let passed = |moment| edge(moment, &Zone::Offset(0)).passed(case.at(), Tie::Unknown);
    // The last notice that may have been received, where it is certain that it was; and its answer where it has come.
    let ours = case.state.notices.iter().filter(|notice| {
        let ours = notice.clause == clause.cite && notice.block == offer.block;
        ours && passed(notice.received) != Some(false)
    });
    let last = ours.max_by_key(|notice| notice.received.start());
    let last = last.filter(|notice| passed(notice.received) == Some(true));
    let answer = last.filter(|notice| passed(notice.answered) == Some(true));
    let exercised = match (last, answer.and_then(|notice| notice.answer.as_deref())) {
        (None, _) => Truth::Open(vec![about("notice of")]),
        (Some(_), None) => Truth::Open(vec![about("answer to")]),
        (Some(_), Some(answer)) => Truth::from(answer == "exercised"),
    };
    // Whether the right binds comes before whether the holder has been told.
    if !applies.is_yes() && !exercised.is_no() {
        let owes_notice = false;
        return (!applies.is_no()).then_some(Standing {
            bars: applies,
            waits_for_notice: false,
            owes_notice,
        });
    }
    let waits_for_notice = !exercised.is_yes();
    let owes_notice = last.is_none();
    let bars = applies.and(exercised);
    (!bars.is_no()).then_some(Standing {
        bars,
        waits_for_notice,
        owes_notice,
    })
}

//! First rights over blocks of capacity, read from the notices that the state reports.
//!
//! Where a block stands at a moment: without notice, noticed until the window ends, taken by the holder, or free — until the
//! free window ends, for an offer that is no piece of what was refused and no better for whom it is with.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::condition::{Condition, Tri};
use crate::contract::{BlockTerms, ClauseKind, Effective, FirstRefusal, Silence};
use crate::decide::finding::{Cite, Finding, Passes, Reading};
use crate::decide::{Ask, begun};
use crate::json::Json;
use crate::model::decision::Question;
use crate::model::policy::{Clause, ClauseIx, Deployment, DeploymentIx};
use crate::model::request::Offer;
use crate::model::state::{BlockOffer, Notice, NoticeAnswer};
use crate::model::term::{Edge, Mark};
use crate::money::Ratio;
use crate::time::{Instant, Period};

/// Where a block stands with the holder of a right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The holder has not been told, or its right is alive again.
    Unnoticed,
    /// What is offered is a piece of the block that was refused, and needs a notice of its own.
    Piece,
    /// The terms are better for whom it is with than those that were refused: a new offer.
    Improved,
    /// The holder has been told and may answer, until an instant where there is a window.
    Noticed(Option<Instant>),
    /// Nothing can be done for now.
    Suspended,
    /// The holder does not want it.
    Free,
    /// The holder takes it.
    Taken,
    /// Whether the holder has a right is not known.
    Open(Vec<String>),
}

impl Standing {
    /// Whether a notice is owed before the block may be taken.
    pub(crate) const fn owes_notice(&self) -> bool {
        match self {
            Standing::Unnoticed | Standing::Piece | Standing::Improved => true,
            Standing::Noticed(_)
            | Standing::Suspended
            | Standing::Free
            | Standing::Taken
            | Standing::Open(_) => false,
        }
    }

    const fn name(&self) -> &'static str {
        match self {
            Standing::Unnoticed => "without notice",
            Standing::Piece => "a piece of what was refused",
            Standing::Improved => "on better terms than were refused",
            Standing::Noticed(_) => "noticed",
            Standing::Suspended => "suspended",
            Standing::Free => "free",
            Standing::Taken => "exercised",
            Standing::Open(_) => "not known",
        }
    }
}

/// Where an offer's block stands at the moment of the decision.
pub(crate) fn standing(
    ask: &Ask<'_>,
    index: ClauseIx,
    right: &FirstRefusal,
    offer: &Offer,
) -> Standing {
    let terms = &right.blocks;
    let holds = |condition: &Option<Condition>| {
        condition
            .as_ref()
            .map_or(Tri::False, |condition| ask.evaluate_facts(condition))
    };
    let (void, suspended) = (holds(&terms.void_when), holds(&terms.suspended_when));
    if void == Tri::True {
        return Standing::Free;
    }
    if void == Tri::Unknown || suspended == Tri::Unknown {
        let conditions = terms.void_when.iter().chain(&terms.suspended_when);
        let missing = conditions.flat_map(|condition| ask.missing_facts(condition));
        return Standing::Open(missing.collect());
    }
    if suspended == Tri::True {
        return Standing::Suspended;
    }
    let Some((notice, effective)) = latest(ask, index, terms, &offer.block) else {
        return Standing::Unnoticed;
    };
    match answered(ask, terms, notice, effective) {
        After::Noticed(until) => Standing::Noticed(until),
        After::Taken => Standing::Taken,
        After::Free(free) => open(ask, right, notice, &free, &offer.terms),
    }
}

/// The last notice of a block whose effective moment has come for certain; none where a later one may have.
fn latest<'a>(
    ask: &Ask<'a>,
    clause: ClauseIx,
    terms: &BlockTerms,
    block: &str,
) -> Option<(&'a Notice, Edge)> {
    let mut latest: Option<(&Notice, Edge, Tri)> = None;
    for notice in &ask.state.notices {
        let effective = match terms.effective {
            Effective::Received => notice.received.or(notice.sent),
            Effective::Sent => notice.sent.or(notice.received),
        };
        let Some(effective) = effective else { continue };
        let come = effective.is_passed(ask.when.at);
        if notice.clause != clause || notice.block != block || come == Tri::False {
            continue;
        }
        if latest.is_none_or(|(_, last, _)| last.instant <= effective.instant) {
            latest = Some((notice, effective, come));
        }
    }
    latest
        .filter(|(_, _, come)| *come == Tri::True)
        .map(|(notice, effective, _)| (notice, effective))
}

/// What came of a notice.
enum After {
    Noticed(Option<Instant>),
    Taken,
    Free(Free),
}

/// The time in which a block is free.
struct Free {
    from: Instant,
    /// The end; none where it is free for good.
    to: Option<Instant>,
}

fn answered(ask: &Ask<'_>, terms: &BlockTerms, notice: &Notice, effective: Edge) -> After {
    let window = terms.window.as_ref().map(|window| end(window, effective));
    // Beyond the last instant that can be written a window never ends.
    let window = window.flatten();
    let free = |from: Edge| {
        After::Free(Free {
            from: from.instant,
            to: terms.free.as_ref().and_then(|free| end(free, from)),
        })
    };
    let answer = notice.answer.filter(|(_, answered)| {
        answered.is_passed(ask.when.at) == Tri::True
            && window.is_none_or(|window| answered.instant < window)
    });
    match answer {
        Some((NoticeAnswer::Refused | NoticeAnswer::Waived, answered)) => return free(answered),
        Some((NoticeAnswer::Exercised, _)) => return taken(ask, notice, free),
        None => {}
    }
    let Some(window) = window.filter(|end| begun(*end, ask.when.at) == Tri::True) else {
        return After::Noticed(window);
    };
    match terms.silence {
        Silence::Acceptance => taken(ask, notice, free),
        Silence::Refusal => After::Free(Free {
            from: window,
            to: silent(terms, window),
        }),
    }
}

/// A block that the holder takes is free again when the holder fails to perform.
fn taken(ask: &Ask<'_>, notice: &Notice, free: impl Fn(Edge) -> After) -> After {
    match notice.failed {
        Some(failed) if failed.is_passed(ask.when.at) == Tri::True => free(failed),
        Some(_) | None => After::Taken,
    }
}

/// Every end of a window or of a free time that a notice may lead to.
pub(crate) fn ends(right: &FirstRefusal, notice: &Notice) -> [Option<Instant>; 6] {
    let terms = &right.blocks;
    let ends = |period: &Option<Period>, from: Option<Edge>| end(period.as_ref()?, from?);
    let (sent, received) = (
        ends(&terms.window, notice.sent),
        ends(&terms.window, notice.received),
    );
    let answered = notice.answer.map(|(_, answered)| answered);
    [
        sent,
        received,
        sent.and_then(|window| silent(terms, window)),
        received.and_then(|window| silent(terms, window)),
        ends(&terms.free, answered),
        ends(&terms.free, notice.failed),
    ]
}

/// The end of the free time after a window that ended in silence: the window ends with its last day, and the free time is
/// counted from that day.
fn silent(terms: &BlockTerms, window: Instant) -> Option<Instant> {
    let last = window.plus_millis(-1)?;
    terms.free.as_ref()?.ends(last)
}

fn end(period: &Period, from: Edge) -> Option<Instant> {
    match from.mark {
        Mark::Day => period.ends_from(from.day),
        Mark::AfterDay | Mark::DayBreak | Mark::Hour => period.ends(from.instant),
    }
}

/// Whether a block that was refused is open for an offer.
fn open(
    ask: &Ask<'_>,
    right: &FirstRefusal,
    notice: &Notice,
    free: &Free,
    offer: &BlockOffer,
) -> Standing {
    let terms = &right.blocks;
    let contracted = notice.contracted.is_some_and(|contracted| {
        contracted.is_passed(ask.when.at) == Tri::True
            && free.from <= contracted.instant
            && free.to.is_none_or(|to| contracted.instant < to)
    });
    let over = free.to.map_or(Tri::False, |to| begun(to, ask.when.at));
    if over != Tri::False && !contracted && !terms.lapses_for_good {
        return Standing::Unnoticed;
    }
    let refused = &notice.terms;
    let less = |offered: Option<u64>, refused: Option<u64>| matches!((offered, refused), (Some(offered), Some(refused)) if offered < refused);
    if less(offer.units, refused.units) && !terms.pieces_are_free {
        return Standing::Piece;
    }
    let price = |terms: &BlockOffer| terms.price.map(|price| price.pico());
    let hours = |terms: &BlockOffer| terms.hours.map(i128::from);
    let better = |offered: Option<i128>, refused: Option<i128>| {
        let (Some(offered), Some(refused)) = (offered, refused) else {
            return false;
        };
        let ceiling = Ratio::ONE
            .plus(right.tolerance)
            .and_then(|factor| factor.times(Ratio::whole(refused)));
        // What cannot be compared may be better.
        ceiling
            .and_then(|ceiling| Ratio::whole(offered).compare(ceiling))
            .is_none_or(core::cmp::Ordering::is_gt)
    };
    if better(price(offer), price(refused)) || better(hours(offer), hours(refused)) {
        return Standing::Improved;
    }
    Standing::Free
}

/// What first rights have against an offer.
pub(super) fn findings(
    ask: &Ask<'_>,
    index: DeploymentIx,
    deployment: &Deployment,
) -> Vec<Finding> {
    let Some(offer) = ask.offer(index) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for (clause_index, clause, active) in ask.active_clauses() {
        let ClauseKind::FirstRefusal(right) = &clause.kind else {
            continue;
        };
        if deployment.provider == right.holder || deployment.hosted_by == right.holder {
            continue;
        }
        let scope = ask.applies(clause_index, clause, active, deployment);
        let standing = standing(ask, clause_index, right, offer);
        if scope == Tri::False || standing == Standing::Free {
            continue;
        }
        let holder = ask.policy.provider(right.holder).to_string();
        let mut finding = Finding::no(Question::May, Cite::Clause(clause_index), Reading::Nothing)
            .with("block", Json::text(offer.block.clone()))
            .with("holder", Json::text(holder))
            .with("standing", Json::text(standing.name()));
        if scope == Tri::Unknown {
            finding.pending = true;
            finding.missing = ask.missing_of(clause, deployment);
        } else {
            pending(&mut finding, clause, offer, standing);
        }
        findings.push(finding);
    }
    findings
}

/// What a block that is not free waits for, unless the holder takes it.
fn pending(finding: &mut Finding, clause: &Clause, offer: &Offer, standing: Standing) {
    let (reference, block) = (&clause.reference, &offer.block);
    let missing = match standing {
        Standing::Free | Standing::Taken => return,
        Standing::Unnoticed | Standing::Improved => {
            alloc::format!("notice of {reference} for {block}")
        }
        Standing::Piece => alloc::format!("notice of {reference} for {}", offer.deployment.id),
        Standing::Noticed(until) => {
            finding.passes = until.map_or(Passes::Never, Passes::At);
            alloc::format!("answer to {reference} for {block}")
        }
        Standing::Suspended => alloc::format!("{reference} is suspended"),
        Standing::Open(missing) => {
            finding.pending = true;
            finding.missing = missing;
            return;
        }
    };
    finding.pending = true;
    finding.notice = true;
    finding.missing.push(missing);
}

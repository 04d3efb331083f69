//! First rights over blocks of capacity, read from the notices that the state reports.
//!
//! Where a block stands at a moment: without notice, noticed until the window ends, taken by the holder, or free — until the
//! free window ends, for an offer that is no piece of what was refused and no better for whom it is with.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::condition::Tri;
use crate::contract::{BlockTerms, ClauseKind, Effective, FirstRefusal, Silence};
use crate::decide::Ask;
use crate::decide::finding::{Cite, Finding, Passes, Reading};
use crate::json::Json;
use crate::model::decision::Question;
use crate::model::policy::{Clause, ClauseIx, Deployment, DeploymentIx};
use crate::model::request::Offer;
use crate::model::state::{BlockOffer, Notice, NoticeAnswer};
use crate::model::term::{Edge, Mark};
use crate::money::Ratio;
use crate::time::{At, Instant, Period};

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

/// Where an offer stands at the moment of the decision, and with which block: a piece of a block that was refused has a
/// notice of its own.
pub(crate) fn standing<'o>(
    ask: &Ask<'_>,
    index: ClauseIx,
    right: &FirstRefusal,
    offer: &'o Offer,
) -> (Standing, &'o str) {
    let terms = &right.blocks;
    let (mut void, mut suspended) = (Tri::False, Tri::False);
    let mut missing = Vec::new();
    for (condition, holds) in [
        (&terms.void_when, &mut void),
        (&terms.suspended_when, &mut suspended),
    ] {
        let Some(condition) = condition else { continue };
        *holds = ask.evaluate_facts(condition);
        if *holds == Tri::Unknown {
            missing.extend(ask.missing_facts(condition));
        }
    }
    let (block, piece) = (offer.block.as_str(), offer.deployment.id.as_str());
    if void == Tri::True {
        return (Standing::Free, block);
    }
    if void == Tri::Unknown || suspended == Tri::Unknown {
        return (Standing::Open(missing), block);
    }
    if suspended == Tri::True {
        return (Standing::Suspended, block);
    }
    let clock = Clock { ask, index, right };
    let whole = clock.read(block, &offer.terms);
    if block == piece || !matches!(whole, Standing::Piece) {
        return (whole, block);
    }
    let own = clock.read(piece, &offer.terms);
    if matches!(own, Standing::Unnoticed) {
        return (whole, piece);
    }
    (own, piece)
}

/// The clock of notices of a right.
struct Clock<'a, 'b> {
    ask: &'b Ask<'a>,
    index: ClauseIx,
    right: &'b FirstRefusal,
}

impl Clock<'_, '_> {
    /// Where a block stands for an offer. On a day that holds one of the moments that count, nobody can say.
    fn read(&self, block: &str, offer: &BlockOffer) -> Standing {
        self.settled(block, offer).unwrap_or_else(|| {
            let clause = self.ask.policy.clause(self.index);
            let reference = clause.map_or("", |clause| &clause.reference);
            let at = self.ask.when.at;
            Standing::Open(Vec::from([alloc::format!("{reference} on {at}")]))
        })
    }

    fn settled(&self, block: &str, offer: &BlockOffer) -> Option<Standing> {
        let terms = &self.right.blocks;
        let Some((notice, told)) = self.latest(block) else {
            return Some(Standing::Unnoticed);
        };
        self.has_come(told)?;
        let window = terms.window.as_ref();
        // Beyond the last instant that can be written a window never ends.
        let window = window.and_then(|window| Some((window, end(window, told)?)));
        let answer = notice
            .answer
            .filter(|(_, answered)| window.is_none_or(|(_, end)| answered.instant < end));
        let answer = match answer {
            Some((answer, answered)) if self.has_come(answered)? => Some((answer, answered)),
            Some(_) | None => None,
        };
        let to = |from: Edge| terms.free.as_ref().and_then(|free| end(free, from));
        let free = match answer {
            Some((NoticeAnswer::Refused | NoticeAnswer::Waived, answered)) => {
                Some((answered.instant, to(answered)))
            }
            Some((NoticeAnswer::Exercised, _)) => None,
            None => match window {
                Some((window, end)) if self.is_over(window, end)? => match terms.silence {
                    Silence::Refusal => Some((end, silent(terms, end))),
                    Silence::Acceptance => None,
                },
                Some(_) | None => return Some(Standing::Noticed(window.map(|(_, end)| end))),
            },
        };
        let (from, to) = match (free, notice.failed) {
            (Some(free), _) => free,
            (None, Some(failed)) if self.has_come(failed)? => (failed.instant, to(failed)),
            (None, _) => return Some(Standing::Taken),
        };
        let contracted = notice.contracted.filter(|contracted| {
            from <= contracted.instant && to.is_none_or(|to| contracted.instant < to)
        });
        let contracted = contracted.map_or(Some(false), |contracted| self.has_come(contracted));
        let over = match (terms.free.as_ref(), to) {
            (Some(free), Some(to)) => self.is_over(free, to),
            (Some(_) | None, _) => Some(false),
        };
        if contracted == Some(true) {
            return Some(Standing::Free);
        }
        if over == Some(false) {
            return Some(self.compared(&notice.terms, offer));
        }
        contracted?;
        Some(if over? && terms.lapses_for_good {
            Standing::Free
        } else {
            Standing::Unnoticed
        })
    }

    /// The last notice of a block whose effective moment has come, or may have.
    fn latest(&self, block: &str) -> Option<(&Notice, Edge)> {
        let ask = self.ask;
        let mut latest: Option<(&Notice, Edge)> = None;
        for notice in &ask.state.notices {
            let effective = match self.right.blocks.effective {
                Effective::Received => notice.received.or(notice.sent),
                Effective::Sent => notice.sent.or(notice.received),
            };
            let Some(effective) = effective else { continue };
            if notice.clause == self.index
                && notice.block == block
                && effective.is_passed(ask.when.at) != Tri::False
                && latest.is_none_or(|(_, last)| last.instant <= effective.instant)
            {
                latest = Some((notice, effective));
            }
        }
        latest
    }

    /// Whether a moment has come, where anybody can say.
    fn has_come(&self, edge: Edge) -> Option<bool> {
        known(edge.is_passed(self.ask.when.at))
    }

    /// Whether a period that ends at an instant is over, by the days that it counts.
    fn is_over(&self, period: &Period, end: Instant) -> Option<bool> {
        let zone = period.zone();
        let day = zone.day_of(end);
        match self.ask.when.at {
            At::Day(asked) if asked == day && zone.start_of(day) != Some(end) => None,
            At::Day(asked) => Some(day <= asked),
            At::Instant(at) => Some(end <= at),
        }
    }

    /// Whether a free block is free for an offer: it is no piece of what was refused, and not on better terms.
    fn compared(&self, refused: &BlockOffer, offer: &BlockOffer) -> Standing {
        let less = |offered: Option<u64>, refused: Option<u64>| matches!((offered, refused), (Some(offered), Some(refused)) if offered < refused);
        if less(offer.units, refused.units) && !self.right.blocks.pieces_are_free {
            return Standing::Piece;
        }
        let price = |terms: &BlockOffer| terms.price.map(|price| price.pico());
        let hours = |terms: &BlockOffer| terms.hours.map(i128::from);
        let better = |offered: Option<i128>, refused: Option<i128>| {
            let (Some(offered), Some(refused)) = (offered, refused) else {
                return false;
            };
            let ceiling = Ratio::ONE
                .plus(self.right.tolerance)
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
}

fn known(truth: Tri) -> Option<bool> {
    match truth {
        Tri::True => Some(true),
        Tri::False => Some(false),
        Tri::Unknown => None,
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
        let (standing, block) = standing(ask, clause_index, right, offer);
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
            pending(&mut finding, clause, block, standing);
        }
        findings.push(finding);
    }
    findings
}

/// What a block that is not free waits for, unless the holder takes it.
fn pending(finding: &mut Finding, clause: &Clause, block: &str, standing: Standing) {
    let reference = &clause.reference;
    let missing = match standing {
        Standing::Free | Standing::Taken => return,
        Standing::Unnoticed | Standing::Improved | Standing::Piece => {
            alloc::format!("notice of {reference} for {block}")
        }
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

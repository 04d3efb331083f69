//! First refusals over blocks of capacity: the clock of notices, and what an offer of somebody else waits for.

use crate::Fault;
use crate::calendar::{Calendar, Period};
use crate::can::on_day;
use crate::case::Case;
use crate::condition::Expr;
use crate::deployment::Deployment;
use crate::document::Node;
use crate::money::{self, Exact};
use crate::policy::{Clause, Contract, Kind, condition};
use crate::time::{Edge, Moment, Tie, Zone, edge};
use crate::truth::Truth;

/// What a first refusal says of blocks.
#[derive(Clone, Debug)]
pub struct Blocks {
    /// How long the holder may answer.
    pub window: Option<Period>,
    /// Whether a notice counts from when it was sent; else from when it was received.
    pub sent: bool,
    /// Whether silence is acceptance.
    pub acceptance: bool,
    /// How long a block stays free.
    pub free: Option<Period>,
    /// Whether the right lives again after that.
    pub revives: bool,
    /// Whether a piece of a free block is free too.
    pub pieces_are_free: bool,
    /// Where it holds, the holder has no right.
    pub void_when: Option<Expr>,
    /// While it holds, nothing can be done.
    pub suspended_when: Option<Expr>,
}

impl Blocks {
    /// Reads what a first refusal says of blocks.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn read(doc: &Node, calendars: &[Calendar]) -> Result<Blocks, Fault> {
        let period = |key: &str| {
            let period = doc.get(key).map(|period| Period::read(period, calendars));
            period.transpose()
        };
        let is = |key: &str, word: &str| doc.text_of(key).as_deref() == Some(word);
        Ok(Blocks {
            window: period("window")?,
            sent: is("notice_effective", "sent"),
            acceptance: is("silence", "acceptance"),
            free: period("free")?,
            revives: doc.flag_of("revives") != Some(false),
            pieces_are_free: is("disaggregation", "ignored"),
            void_when: condition(doc, "void_when")?,
            suspended_when: condition(doc, "suspended_when")?,
        })
    }
}

/// What is offered of a block, as far as it is stated.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// Units.
    pub units: Option<Exact>,
    /// Hours of each unit.
    pub hours: Option<Exact>,
    /// USD for a unit and an hour.
    pub price: Option<Exact>,
}

impl Terms {
    /// Reads what is offered.
    #[must_use]
    pub fn read(doc: &Node) -> Terms {
        let number = |key: &str| doc.text_of(key).and_then(|text| money::decimal(&text));
        Terms {
            units: number("units"),
            hours: number("hours"),
            price: number("usd_per_unit_hour"),
        }
    }

    /// What the offer costs, in pico-USD, where everything is stated.
    #[must_use]
    pub fn cost(&self) -> Option<Exact> {
        let usd = self.units.clone()? * self.hours.clone()? * self.price.clone()?;
        Some(money::pico(&usd))
    }
}

/// A notice of a first refusal over a block.
#[derive(Clone, Debug)]
pub struct Notice {
    /// The clause.
    pub clause: String,
    /// The block.
    pub block: String,
    /// What it offers.
    pub terms: Terms,
    /// When it was sent.
    pub sent: Option<Moment>,
    /// When it was received.
    pub received: Option<Moment>,
    /// `refused`, `waived` or `exercised`, and when.
    pub answer: Option<(String, Moment)>,
    /// When the holder failed to perform what it had taken.
    pub failed: Option<Moment>,
    /// When the block was contracted with somebody else.
    pub contracted: Option<Moment>,
}

impl Notice {
    /// Reads a notice.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn read(doc: &Node) -> Result<Notice, Fault> {
        let (sent, received) = (Moment::of(doc, "sent")?, Moment::of(doc, "received")?);
        let told = received.or(sent);
        let answered = Moment::of(doc, "answered")?.or(told);
        Ok(Notice {
            clause: doc.text_of("clause").unwrap_or_default(),
            block: doc.text_of("block").unwrap_or_default(),
            terms: Terms::read(doc),
            sent,
            received,
            answer: doc.text_of("answer").zip(answered),
            failed: Moment::of(doc, "failed")?,
            contracted: Moment::of(doc, "contracted")?,
        })
    }

    fn effective(&self, terms: &Blocks) -> Moment {
        let (own, other) = if terms.sent {
            (self.sent, self.received)
        } else {
            (self.received, self.sent)
        };
        own.or(other).unwrap_or(Moment::Instant(i64::MIN))
    }
}

/// Where a right over a block stands for an offer.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Whether the right bars the offer.
    pub bars: Truth,
    /// Whether it waits for a notice or the answer to one.
    pub notice: bool,
    /// The block of which the holder has not been told.
    pub owes_notice: Option<String>,
    /// When the holder's time to answer ends.
    pub until: Option<i64>,
}

/// What the clock says of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Status {
    /// Nobody needs to be asked.
    Free,
    /// The holder has it.
    Taken,
    /// The holder has not been told of this block.
    Unnoticed(String),
    /// The holder may still answer for this block, to the end of its window.
    Noticed(String, Option<i64>),
}

/// Where a right stands for an offer; nothing where it is no right over blocks, does not apply, or the offer is the
/// holder's own.
#[must_use]
pub fn standing(case: &Case<'_>, clause: &Clause, offer: &Deployment) -> Option<Standing> {
    let Kind::FirstRefusal { holder, blocks, .. } = &clause.kind else {
        return None;
    };
    case.offers()?;
    if offer.provider == *holder || offer.hosted_by == *holder {
        return None;
    }
    let condition = |condition: &Option<Expr>| {
        let condition = condition.as_ref();
        condition.map_or(Truth::No, |condition| case.truth(condition, None))
    };
    let applies = case
        .applies(clause, offer)
        .and(condition(&blocks.void_when).not());
    let suspended = condition(&blocks.suspended_when);
    let about =
        |what: &str, block: &str| Truth::Open(vec![format!("{what} {} for {block}", clause.cite)]);
    let status = settled(case, clause, offer);
    let (waits, until, owes) = match &status {
        None => (Truth::Open(vec![on_day(case, &clause.cite)]), None, None),
        Some(Status::Free) => (Truth::No, None, None),
        Some(Status::Taken) => (Truth::Yes, None, None),
        Some(Status::Unnoticed(block)) => (about("notice of", block), None, Some(block.clone())),
        Some(Status::Noticed(block, until)) => (about("answer to", block), *until, None),
    };
    // Whether the right binds, and whether anything can be done, come before whether the holder has been told.
    let facts = |bars: Truth| Standing {
        bars,
        notice: false,
        owes_notice: None,
        until: None,
    };
    if suspended.is_no() && waits.is_no() || applies.is_no() {
        return None;
    }
    if !applies.is_yes() {
        return Some(facts(applies));
    }
    if let Truth::Open(missing) = suspended {
        return Some(facts(Truth::Open(missing)));
    }
    let (waits, until, owes) = if suspended.is_yes() {
        let missing = format!("{} is suspended", clause.cite);
        (Truth::Open(vec![missing]), None, None)
    } else {
        (waits, until, owes)
    };
    Some(Standing {
        notice: !waits.is_yes(),
        bars: waits,
        owes_notice: owes,
        until,
    })
}

/// What the clock says, where it says the same at every moment of the day that is asked for.
fn settled(case: &Case<'_>, clause: &Clause, offer: &Deployment) -> Option<Status> {
    let contract = case.policy.contracts.get(clause.contract)?;
    // Edges of which nobody can say whether they have passed: of each reading the earlier ones have, the later have not.
    let mut open: Vec<i64> = Vec::new();
    let mut statuses = Vec::new();
    loop {
        let mut doubtful = Vec::new();
        let horizon = open.last().copied();
        let passed = |edge: Edge| match edge.passed(case.at(), Tie::Unknown) {
            Some(passed) => passed,
            None => horizon.is_some_and(|horizon| edge.instant <= horizon),
        };
        let status = clock(case, clause, contract, &offer.block, offer, &mut |edge| {
            if edge.passed(case.at(), Tie::Unknown).is_none() {
                doubtful.push(edge.instant);
            }
            passed(edge)
        });
        statuses.push(status);
        let next = doubtful
            .into_iter()
            .filter(|instant| horizon.is_none_or(|horizon| *instant > horizon))
            .min();
        match next {
            Some(next) => open.push(next),
            None => break,
        }
    }
    let first = statuses.first().cloned()?;
    statuses
        .iter()
        .all(|status| *status == first)
        .then_some(first)
}

/// The clock of a block.
fn clock(
    case: &Case<'_>,
    clause: &Clause,
    contract: &Contract,
    block: &str,
    offer: &Deployment,
    passed: &mut dyn FnMut(Edge) -> bool,
) -> Status {
    let Kind::FirstRefusal {
        blocks: terms,
        tolerance,
        ..
    } = &clause.kind
    else {
        return Status::Free;
    };
    let utc = |moment: Moment| edge(moment, &Zone::Offset(0));
    let local = |instant: i64| edge(Moment::Instant(instant), &contract.zone);
    let unnoticed = || Status::Unnoticed(block.to_owned());
    let told = case.state.notices.iter().filter(|notice| {
        let ours = notice.clause == clause.cite && notice.block == *block;
        ours && passed(utc(notice.effective(terms)))
    });
    let Some(notice) = told.max_by_key(|notice| notice.effective(terms).start()) else {
        return unnoticed();
    };
    let end = terms
        .window
        .as_ref()
        .map(|window| window.end(notice.effective(terms), &contract.zone));
    let answer = notice.answer.as_ref().filter(|(_, answered)| {
        passed(utc(*answered)) && end.is_none_or(|end| answered.start() < end)
    });
    // Since when the block is free, and the event from which its free time is counted.
    let mut free: Option<(i64, Moment)> = None;
    let mut taken = false;
    match (answer, end) {
        (Some((word, answered)), _) if word != "exercised" => {
            free = Some((answered.start(), *answered));
        }
        (Some(_), _) => taken = true,
        (None, Some(end)) if passed(local(end)) => {
            if terms.acceptance {
                taken = true;
            } else {
                // It is counted from the last day of the window.
                free = Some((end, Moment::Instant(end - 1)));
            }
        }
        (None, _) => return Status::Noticed(block.to_owned(), end),
    }
    if let Some(failed) = notice.failed.filter(|failed| taken && passed(utc(*failed))) {
        free = Some((failed.start(), failed));
    }
    let Some((since, event)) = free else {
        return Status::Taken;
    };
    let over = terms
        .free
        .as_ref()
        .map(|period| period.end(event, &contract.zone));
    let in_time = |instant: i64| instant >= since && over.is_none_or(|over| instant < over);
    if notice
        .contracted
        .is_some_and(|contracted| in_time(contracted.start()) && passed(utc(contracted)))
    {
        return Status::Free;
    }
    if over.is_some_and(|over| passed(local(over))) {
        return if terms.revives {
            unnoticed()
        } else {
            Status::Free
        };
    }
    let both = |own: &Option<Exact>, told: &Option<Exact>| own.clone().zip(told.clone());
    let (own, told) = (&offer.terms, &notice.terms);
    let piece = both(&own.units, &told.units).is_some_and(|(own, told)| own < told);
    if piece && !terms.pieces_are_free {
        return if *block == offer.id {
            unnoticed()
        } else {
            clock(case, clause, contract, &offer.id, offer, passed)
        };
    }
    let better = |own: &Option<Exact>, told: &Option<Exact>| {
        both(own, told).is_some_and(|(own, told)| own > told * (money::whole(1) + tolerance))
    };
    if better(&own.price, &told.price) || better(&own.hours, &told.hours) {
        return unnoticed();
    }
    Status::Free
}

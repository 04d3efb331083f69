//! First refusals over blocks of capacity: the clock of notices, and what an offer of somebody else waits for.

use crate::Fault;
use crate::calendar::{Calendar, Period};
use crate::can::on_day;
use crate::case::Case;
use crate::condition::Expr;
use crate::deployment::Deployment;
use crate::document::Node;
use crate::money::{self, Exact};
use crate::policy::{Clause, Kind, condition};
use crate::time::{Moment, Tie, Zone, edge};
use crate::truth::{Truth, union};

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
    let applies = case.applies(clause, offer);
    let condition = |condition: &Option<Expr>| {
        let condition = condition.as_ref();
        condition.map_or(Truth::No, |condition| case.truth(condition, None))
    };
    let (void, suspended) = (
        condition(&blocks.void_when),
        condition(&blocks.suspended_when),
    );
    if applies.is_no() || void.is_yes() {
        return None;
    }
    let open = |missing: Vec<String>| Standing {
        bars: Truth::Open(missing),
        notice: false,
        owes_notice: None,
        until: None,
    };
    let waits = |missing: String, owes_notice: Option<String>, until: Option<i64>| Standing {
        bars: Truth::Open(vec![missing]),
        notice: true,
        owes_notice,
        until,
    };
    let cite = &clause.cite;
    let standing = if matches!(void, Truth::Open(_)) || matches!(suspended, Truth::Open(_)) {
        open(union(void.missing().to_vec(), suspended.missing().to_vec()))
    } else if suspended.is_yes() {
        waits(format!("{cite} is suspended"), None, None)
    } else {
        match clock(case, clause, &offer.block, offer) {
            None => open(vec![on_day(case, cite)]),
            Some(Status::Free) => return None,
            Some(Status::Taken) => Standing {
                bars: Truth::Yes,
                ..open(Vec::new())
            },
            Some(Status::Unnoticed(block)) => waits(
                format!("notice of {cite} for {block}"),
                Some(block.clone()),
                None,
            ),
            Some(Status::Noticed(block, until)) => {
                waits(format!("answer to {cite} for {block}"), None, until)
            }
        }
    };
    // Whether the right binds comes before whether the holder has been told.
    Some(match applies {
        Truth::Open(missing) => open(missing),
        Truth::Yes | Truth::No => standing,
    })
}

/// The clock of a block; nothing where one of the moments that it goes by falls on the day that is asked for.
fn clock(case: &Case<'_>, clause: &Clause, block: &str, offer: &Deployment) -> Option<Status> {
    let Kind::FirstRefusal {
        blocks: terms,
        tolerance,
        ..
    } = &clause.kind
    else {
        return None;
    };
    let zone = &case.policy.contracts.get(clause.contract)?.zone;
    let happened = |moment: Moment| edge(moment, &Zone::Offset(0)).passed(case.at(), Tie::Unknown);
    // A period ends with a day of the zone whose days it counts.
    let over = |period: &Period, end: i64| {
        edge(Moment::Instant(end), period.zone(zone)).passed(case.at(), Tie::Unknown)
    };
    let unnoticed = || Some(Status::Unnoticed(block.to_owned()));
    let mut notices: Vec<&Notice> = case.state.notices.iter().collect();
    notices.retain(|notice| {
        let ours = notice.clause == clause.cite && notice.block == *block;
        ours && happened(notice.effective(terms)) != Some(false)
    });
    let Some(notice) = notices
        .into_iter()
        .max_by_key(|notice| notice.effective(terms).start())
    else {
        return unnoticed();
    };
    let told = notice.effective(terms);
    happened(told)?;
    let window = terms.window.as_ref();
    let window = window.map(|window| (window, window.end(told, zone)));
    let answer = notice.answer.as_ref();
    let answer = answer.filter(|(_, answered)| {
        window.is_none_or(|(_, end)| answered.start() < end) && happened(*answered) != Some(false)
    });
    // Since when the block is free, and the event from which its free time is counted.
    let free = match answer {
        Some((_, answered)) if happened(*answered).is_none() => return None,
        Some((word, answered)) if word != "exercised" => Some((answered.start(), *answered)),
        Some(_) => None,
        None => {
            let ended = window.map_or(Some(false), |(window, end)| over(window, end))?;
            let Some((_, end)) = window.filter(|_| ended) else {
                let end = window.map(|(_, end)| end);
                return Some(Status::Noticed(block.to_owned(), end));
            };
            // It is counted from the last day of the window.
            (!terms.acceptance).then_some((end, Moment::Instant(end - 1)))
        }
    };
    let (since, event) = match (free, notice.failed) {
        (Some(free), _) => free,
        (None, Some(failed)) if happened(failed)? => (failed.start(), failed),
        (None, _) => return Some(Status::Taken),
    };
    let period = terms.free.as_ref();
    let period = period.map(|period| (period, period.end(event, zone)));
    let ended = period.map_or(Some(false), |(period, end)| over(period, end));
    if ended != Some(false) {
        let contracted = notice.contracted.filter(|contracted| {
            let instant = contracted.start();
            instant >= since && period.is_none_or(|(_, end)| instant < end)
        });
        let contracted = contracted.map_or(Some(false), happened)?;
        if contracted || !terms.revives && ended? {
            return Some(Status::Free);
        }
        ended?;
        return unnoticed();
    }
    let contracted = notice
        .contracted
        .filter(|contracted| contracted.start() >= since);
    if contracted.is_some_and(|contracted| happened(contracted) == Some(true)) {
        return Some(Status::Free);
    }
    let both = |own: &Option<Exact>, told: &Option<Exact>| own.clone().zip(told.clone());
    let (own, told) = (&offer.terms, &notice.terms);
    let piece = both(&own.units, &told.units).is_some_and(|(own, told)| own < told);
    if piece && !terms.pieces_are_free {
        return if *block == offer.id {
            unnoticed()
        } else {
            clock(case, clause, &offer.id, offer)
        };
    }
    let better = |own: &Option<Exact>, told: &Option<Exact>| {
        both(own, told).is_some_and(|(own, told)| own > told * (money::whole(1) + tolerance))
    };
    if better(&own.price, &told.price) || better(&own.hours, &told.hours) {
        return unnoticed();
    }
    Some(Status::Free)
}

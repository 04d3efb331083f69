//! Leases: an authority lends slices of its limits to ledgers elsewhere, which then admit requests by themselves.
//!
//! An [`Edge`] admits out of the slices it holds. When one is used up it [asks]; the [`Ledger`] that is the authority
//! [lends](Ledger::lend), and counts what is lent as if it were used until the edge gives it back or the lease ends.
//! Messages are plain data: they may be lost, come twice, come late, or come from a clock that is off by no more than
//! [`Terms::max_skew_ms`], and no limit is passed:
//!
//! [`Edge`]: crate::ledger::edge::Edge
//! [asks]: crate::ledger::edge::Edge::ask
//!
//! - A lease is named by the ask it answers: the same ask again gets the same answer, and counts once.
//! - A lease ends with the window of its limit at the latest. The edge stops before, by more than clocks differ.
//! - What is given back twice, or after the lease has ended, changes nothing.
//! - A lost edge costs what it held, until the lease ends.
//!
//! Slices of less than a minute and requests at once are not lent: by the time a message has come they are over. Budgets and
//! maximum shares are not lent either. A request they apply to is admitted by the authority itself.
//!
//! What commitments, ladders, minimum shares and soft budgets count of the requests of edges, the authority is
//! [told](Ledger::record).
//!
//! # How much is lent
//! The part of a window that an edge may expect is the limit times its part of the demand that all edges report, and not
//! more than it asks for and a quarter. Small parts are lent at once, large ones in pieces of half of what is left, so that a
//! lost edge takes little with it. An edge that has had its part is quiet until the last fifth of the window, when what
//! nobody has asked for goes to those who still want it.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::contract::{Bound, ClauseKind, Enforcement};
use crate::ledger::counter::{Counter, CounterKey};
use crate::ledger::{Ledger, Refused, entry, find, find_mut, search};
use crate::model::limits::{LimitKind, MINUTE_MS, Pace, Rule};
use crate::model::policy::{Clause, Policy};
use crate::model::vocabulary::Act;
use crate::time::Instant;

/// What authority and edges agree on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The longest that a lease lasts, in milliseconds.
    pub lease_ms: i64,
    /// By how much the clock of an edge may differ from the authority's, in milliseconds.
    pub max_skew_ms: i64,
    /// How long an edge waits for an answer before it sends the same ask again, in milliseconds.
    pub retry_ms: i64,
}

impl Terms {
    /// Whether an ask is so old that its edge no longer waits for an answer.
    pub(super) fn is_stale(&self, asked_at: Instant, at: Instant) -> bool {
        let lasts = self.retry_ms.saturating_mul(ATTEMPTS);
        asked_at.plus_millis(lasts).is_some_and(|end| at > end)
    }

    /// The same by the clock of another, which may be ahead.
    fn is_stale_elsewhere(&self, asked_at: Instant, at: Instant) -> bool {
        let by = self.max_skew_ms.saturating_neg();
        self.is_stale(asked_at, at.plus_millis(by).unwrap_or(at))
    }
}

/// So often an ask is sent before it is given up.
const ATTEMPTS: i64 = 4;

impl Default for Terms {
    /// A minute, a quarter of a second, two seconds.
    fn default() -> Terms {
        Terms {
            lease_ms: MINUTE_MS,
            max_skew_ms: 250,
            retry_ms: 2_000,
        }
    }
}

/// An edge asks for slices, and gives back what it will not use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Unique among the asks of all edges; the same ask sent again has the same id.
    pub id: String,
    /// Who asks.
    pub edge: String,
    /// When it was first sent, by the clock of the edge.
    pub asked_at: Instant,
    /// What for.
    pub wants: Vec<Want>,
}

/// One slice that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Want {
    /// A deployment that has the limit.
    pub deployment: String,
    /// The limit.
    pub kind: LimitKind,
    /// What the request at hand needs.
    pub need: u64,
    /// What all requests of the edge want in a minute, as it has seen.
    pub demand: u64,
}

/// What the authority lends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The ask that it answers.
    pub ask: String,
    /// One slice for every want, in order; of 0 where there is nothing to lend.
    pub slices: Vec<Slice>,
}

/// A part of a limit, lent for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    /// The limit.
    pub key: CounterKey,
    /// How much, in the unit of the limit.
    pub amount: u64,
    /// The edge uses it before this instant of its own clock.
    pub until: Instant,
    /// The edge does not ask again before this instant.
    pub ask_again_at: Instant,
}

/// What an edge gives back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Return {
    /// The ask that the lease is named by.
    pub ask: String,
    /// The limit.
    pub key: CounterKey,
    /// What was used of it.
    pub used: u64,
}

/// What an authority has lent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Granted {
    pub(crate) edge: String,
    pub(crate) lent: Vec<Lent>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lent {
    pub(crate) slice: Slice,
    /// The first instant of the window it counts in.
    pub(crate) window: Instant,
    /// When it ends, by the clock of the authority.
    pub(crate) ends_at: Instant,
    /// Whether it is still out.
    pub(crate) open: bool,
}

impl Granted {
    pub(crate) fn ends_at(&self) -> Instant {
        self.lent
            .iter()
            .map(|lent| lent.ends_at)
            .max()
            .unwrap_or(Instant::MIN)
    }
}

/// Who asks for how much of a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pool {
    /// The first instant of the window in which `lent` counts.
    pub(crate) window: Instant,
    /// What edges were told they may want in the last part of the window.
    pub(crate) promised: u64,
    /// Sorted by edge.
    pub(crate) edges: Vec<(String, Part)>,
}

/// One edge's part of a limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Part {
    /// What it wants in a minute.
    pub(crate) demand: u64,
    /// What was lent to it in the window.
    pub(crate) lent: u64,
    /// Windows since it last asked.
    pub(crate) silent: u64,
}

/// Whether a limit is lent: not requests at once, nor slices of less than a minute.
#[must_use]
pub fn is_leasable(rule: &Rule) -> bool {
    match rule.pace {
        Pace::Window(ms) => ms >= MINUTE_MS,
        Pace::Drain(_) => true,
        Pace::Held => false,
    }
}

/// Whether only the authority can tell whether a clause has room.
pub(super) fn binds_fleet(clause: &Clause) -> bool {
    clause.scope.acts.contains(Act::Serve)
        && match &clause.kind {
            ClauseKind::SpendCap(cap) => cap.enforcement == Enforcement::Hard,
            ClauseKind::Share(share) => matches!(share.bound, Bound::Max(_)),
            ClauseKind::Exclusivity(_)
            | ClauseKind::Permit(_)
            | ClauseKind::License(_)
            | ClauseKind::Residency(_)
            | ClauseKind::Covenant(_)
            | ClauseKind::Suspension(_)
            | ClauseKind::FirstRefusal(_)
            | ClauseKind::ShipFirst(_)
            | ClauseKind::Commitment(_)
            | ClauseKind::Ladder(_)
            | ClauseKind::Discount(_)
            | ClauseKind::PriceMatch(_)
            | ClauseKind::RevenueShare(_)
            | ClauseKind::Recital(_) => false,
        }
}

impl Ledger {
    /// Lends what an edge asks for, as far as there is room. The same ask again gets the same answer.
    ///
    /// # Errors
    /// A want names no deployment of the policy, or no limit of it that is lent. Nothing is lent then.
    pub fn lend(
        &mut self,
        policy: &Policy,
        ask: &Ask,
        terms: &Terms,
        at: Instant,
    ) -> Result<Grant, Refused> {
        self.end_leases(at);
        let place = match search(&self.grants, &ask.id) {
            Ok(place) => {
                let slices = self.grants.get(place).map(|(_, granted)| {
                    let lent = granted.lent.iter();
                    lent.map(|lent| lent.slice.clone()).collect()
                });
                return Ok(Grant {
                    ask: ask.id.clone(),
                    slices: slices.unwrap_or_default(),
                });
            }
            Err(place) => place,
        };
        let mut rules = Vec::new();
        for want in &ask.wants {
            let (_, deployment) = find(policy, &want.deployment)?;
            let rule = deployment
                .rules()
                .find(|rule| rule.kind == want.kind && is_leasable(rule))
                .ok_or(Refused::NotLent {
                    cite: want.kind.cite().to_string(),
                })?;
            rules.push((want, rule, CounterKey::of(deployment, want.kind)));
        }
        let mut lent = Vec::new();
        for (want, rule, key) in rules {
            lent.push(self.lend_one(ask, want, &rule, key, terms, at));
        }
        let slices = lent.iter().map(|lent| lent.slice.clone()).collect();
        let edge = ask.edge.clone();
        self.grants
            .insert(place, (ask.id.clone(), Granted { edge, lent }));
        Ok(Grant {
            ask: ask.id.clone(),
            slices,
        })
    }

    fn lend_one(
        &mut self,
        ask: &Ask,
        want: &Want,
        rule: &Rule,
        key: CounterKey,
        terms: &Terms,
        at: Instant,
    ) -> Lent {
        let counter = self.counter(&key, || Counter::new(rule, at));
        counter.count_for(rule, at);
        let window = counter.as_of;
        let room = rule.amount.saturating_sub(counter.standing());
        let span = Span::of(rule, window, terms, at);
        let pool = entry(&mut self.pools, &key, || Pool {
            window: span.frame,
            promised: 0,
            edges: Vec::new(),
        });
        pool.advance(span.frame);
        // A message that comes so late that nobody waits for an answer gets nothing that would be lost with it.
        let (amount, ask_again_at) = if terms.is_stale_elsewhere(ask.asked_at, at) {
            (0, at)
        } else {
            pool.size(&ask.edge, want, rule.amount, room, &span, at)
        };
        if let Some(counter) = find_mut(&mut self.counters, &key) {
            counter.leased = counter.leased.saturating_add(amount);
        }
        Lent {
            slice: Slice {
                key,
                amount,
                until: span.until,
                ask_again_at,
            },
            window,
            ends_at: span.to,
            open: amount > 0,
        }
    }

    /// Takes back what an edge will not use; what is over or was taken back already changes nothing.
    pub fn take_back(&mut self, returns: &[Return], at: Instant) {
        self.end_leases(at);
        for back in returns {
            let Ok(place) = search(&self.grants, &back.ask) else {
                continue;
            };
            let Some((_, granted)) = self.grants.get_mut(place) else {
                continue;
            };
            let edge = granted.edge.clone();
            let lent = granted
                .lent
                .iter_mut()
                .find(|lent| lent.slice.key == back.key && lent.open);
            let Some(lent) = lent else { continue };
            lent.open = false;
            let lent = lent.clone();
            self.close(&lent, back.used, at);
            if let Some(pool) = find_mut(&mut self.pools, &back.key)
                && let Some(part) = find_mut(&mut pool.edges, &edge)
            {
                let unused = lent.slice.amount.saturating_sub(back.used);
                part.lent = part.lent.saturating_sub(unused);
            }
        }
    }

    /// Counts the leases that have ended as used.
    pub(super) fn end_leases(&mut self, at: Instant) {
        let mut over = Vec::new();
        for (_, granted) in &mut self.grants {
            for lent in &mut granted.lent {
                if lent.open && lent.ends_at <= at {
                    lent.open = false;
                    over.push(lent.clone());
                }
            }
        }
        for lent in over {
            self.close(&lent, lent.slice.amount, lent.ends_at);
        }
        self.grants.retain(|(_, granted)| granted.ends_at() > at);
    }

    fn close(&mut self, lent: &Lent, used: u64, at: Instant) {
        let Some(counter) = find_mut(&mut self.counters, &lent.slice.key) else {
            return;
        };
        counter.advance(at);
        let more = used.saturating_sub(lent.slice.amount);
        counter.overshoot = counter.overshoot.saturating_add(more);
        let lasts = match counter.pace {
            Pace::Window(_) => counter.as_of == lent.window,
            Pace::Drain(_) | Pace::Held => true,
        };
        // What was used of a window that has ended is over with it; what was used beyond the lease counts in the present.
        let count = if lasts {
            counter.leased = counter.leased.saturating_sub(lent.slice.amount);
            used
        } else {
            more
        };
        if counter.add(count).is_none() {
            counter.level = u128::MAX;
        }
    }
}

/// The span that a lease is sized for.
struct Span {
    from: Instant,
    to: Instant,
    /// When edges stop, whose clocks may be behind.
    until: Instant,
    /// The first instant of the window in which what was lent to each edge adds up.
    frame: Instant,
    /// Whether it is a whole window of the limit, which then starts again from 0.
    whole: bool,
}

impl Span {
    fn of(rule: &Rule, window: Instant, terms: &Terms, at: Instant) -> Span {
        // What is lent does not drain: the longer it is out, the less there is for others.
        let lasts = match rule.pace {
            Pace::Drain(_) => terms.lease_ms.min(DRAINING_MS),
            Pace::Window(_) | Pace::Held => terms.lease_ms,
        };
        let longest = at.plus_millis(lasts).unwrap_or(Instant::MAX);
        let into = at.millis().checked_rem_euclid(MINUTE_MS).unwrap_or(0);
        let skew = terms.max_skew_ms.saturating_neg();
        let before = |end: Instant| end.plus_millis(skew).unwrap_or(at);
        let minute = at.plus_millis(into.saturating_neg()).unwrap_or(at);
        if let Pace::Window(ms) = rule.pace {
            let end = window.plus_millis(ms).unwrap_or(Instant::MAX);
            if ms <= terms.lease_ms {
                return Span {
                    from: window,
                    to: end,
                    until: before(end),
                    frame: window,
                    whole: true,
                };
            }
            return Span {
                from: at,
                to: longest.min(end),
                until: before(longest.min(end)),
                frame: minute,
                whole: false,
            };
        }
        Span {
            from: at,
            to: longest,
            until: before(longest),
            frame: minute,
            whole: false,
        }
    }

    fn length(&self) -> u64 {
        between(self.from, self.to)
    }
}

fn between(from: Instant, to: Instant) -> u64 {
    u64::try_from(to.millis().saturating_sub(from.millis())).unwrap_or(0)
}

/// `count × part ÷ whole`, rounded down; 0 for a whole of 0.
fn portion(count: u64, part: u64, whole: u64) -> u64 {
    let product = u128::from(count).saturating_mul(u128::from(part));
    let quotient = product.checked_div(u128::from(whole)).unwrap_or(0);
    u64::try_from(quotient).unwrap_or(u64::MAX)
}

/// The longest lease of what drains evenly, in milliseconds.
const DRAINING_MS: i64 = 10_000;
/// Edges that have been silent for so many windows are left out.
const FORGOTTEN: u64 = 4;
/// A part of up to so many requests is lent at once.
const AT_ONCE: u64 = 14;
/// An edge that wants fewer requests than this in the last part of a window does not ask again.
const LATE: u64 = 2;
/// One of so many parts of a limit is never asked for, of what edges may expect.
const STRANDED: u64 = 50;
/// More than one of so many parts of a limit being nobody's is plenty.
const OPEN: u64 = 8;
/// The last of so many parts of a window is for those who still want something.
const LAST: u64 = 5;

impl Pool {
    /// Begins the window that starts at `from`, where it is a later one.
    fn advance(&mut self, from: Instant) {
        if from <= self.window {
            return;
        }
        self.window = from;
        self.promised = 0;
        for (_, part) in &mut self.edges {
            part.lent = 0;
            part.silent = part.silent.saturating_add(1);
        }
        self.edges.retain(|(_, part)| part.silent < FORGOTTEN);
    }

    /// How much is lent, and when to ask again.
    fn size(
        &mut self,
        edge: &String,
        want: &Want,
        amount: u64,
        room: u64,
        span: &Span,
        at: Instant,
    ) -> (u64, Instant) {
        let need = want.need.max(1);
        let part = entry(&mut self.edges, edge, Part::default);
        part.demand = want.demand.max(need);
        part.silent = 0;
        let own = *part;
        let total = self
            .edges
            .iter()
            .fold(0_u64, |sum, (_, part)| sum.saturating_add(part.demand));
        if !span.whole {
            // No window that all share ends: enough for the lease, and not more than a part of the room.
            let expected = portion(own.demand, span.length(), 60_000);
            let fair = portion(room, own.demand, total).max(portion(room, 1, 4));
            let lent = whole_needs(expected.max(need).min(fair), need, room);
            return self.lend(edge, lent, at.plus_millis(1_000).unwrap_or(span.to));
        }
        let left_ms = between(at, span.until);
        let last_ms = portion(span.length(), 1, LAST);
        if left_ms <= last_ms {
            let expected = portion(own.demand, left_ms, span.length());
            let sure = expected.saturating_sub(deviation(expected, need)).max(need);
            let lent = whole_needs(sure.min(portion(room, 1, 2).max(need)), need, room);
            let again = if lent > 0 && expected >= portion(need, 4, 1) {
                at
            } else {
                span.to
            };
            return self.lend(edge, lent, again);
        }
        let share = |part: &Part| {
            // Of what comes by chance, half comes to less: the deviation is left to those who want more later.
            let sure = part.demand.saturating_sub(deviation(part.demand, need));
            let known = portion(amount, part.demand, total);
            known.min(sure.max(need))
        };
        let assigned = self.edges.iter().fold(0_u64, |sum, (_, part)| {
            sum.saturating_add(share(part).max(part.lent))
        });
        let free = amount.saturating_sub(assigned).min(room);
        let budget = share(&own).saturating_sub(own.lent);
        if budget >= need {
            let piece = if budget <= portion(need, AT_ONCE, 1) {
                budget
            } else {
                portion(budget, 1, 2).max(portion(need, AT_ONCE, 1).min(budget))
            };
            let lent = whole_needs(piece, need, room);
            // A part is no bound while much of the limit is nobody's.
            let open = free > portion(amount, 1, OPEN);
            let again = if lent == 0 {
                // Others hold it: they may give it back.
                at.plus_millis(1_000).unwrap_or(span.to)
            } else if open || budget.saturating_sub(lent) >= need {
                at
            } else {
                self.late(&own, need, amount, free, span)
            };
            return self.lend(edge, lent, again);
        }
        // Beyond its part: what is nobody's part, twice as much each time.
        let wish = own.lent.max(need).min(portion(free, 1, 4).max(need));
        let lent = whole_needs(wish, need, free);
        let again = if lent > 0 {
            at
        } else {
            self.late(&own, need, amount, free, span)
        };
        self.lend(edge, lent, again)
    }

    /// When an edge that has had its part asks again: in the last part of the window, while more is left for it than others
    /// were told.
    fn late(&mut self, own: &Part, need: u64, amount: u64, free: u64, span: &Span) -> Instant {
        let last_ms = portion(span.length(), 1, LAST);
        let wants = portion(own.demand, last_ms, span.length());
        let left = free.saturating_add(portion(amount, 1, STRANDED));
        if wants < portion(need, LATE, 1) || self.promised >= portion(left, 2, 1) {
            return span.to;
        }
        self.promised = self.promised.saturating_add(wants);
        let back = i64::try_from(last_ms).unwrap_or(0).saturating_neg();
        span.to.plus_millis(back).unwrap_or(span.to)
    }

    fn lend(&mut self, edge: &String, lent: u64, again: Instant) -> (u64, Instant) {
        if let Some(part) = find_mut(&mut self.edges, edge) {
            part.lent = part.lent.saturating_add(lent);
        }
        (lent, again)
    }
}

/// The deviation of what comes by chance, in requests of one size: the root of their number.
fn deviation(demand: u64, need: u64) -> u64 {
    let product = u128::from(demand).saturating_mul(u128::from(need));
    u64::try_from(product.isqrt()).unwrap_or(u64::MAX)
}

/// As many whole needs as an amount has, and the room too.
fn whole_needs(amount: u64, need: u64, room: u64) -> u64 {
    let amount = amount.min(room);
    amount.saturating_sub(amount.checked_rem(need).unwrap_or(0))
}

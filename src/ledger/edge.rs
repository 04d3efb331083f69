//! The ledger of an edge: it admits out of what is lent to it.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::ledger::counter::CounterKey;
use crate::ledger::lease::{Ask, Grant, Return, Terms, Want, binds_fleet, is_leasable};
use crate::ledger::{Full, Refused, entry, find, find_mut, search};
use crate::model::limits::{MINUTE_MS, output_estimate};
use crate::model::meter::Usage;
use crate::model::policy::{Deployment, Policy};
use crate::model::request::Request;
use crate::time::Instant;

/// So many requests that were refused are known by their ids.
const REMEMBERED: usize = 64;

/// A ledger that admits out of slices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    name: String,
    terms: Terms,
    /// Sorted by limit.
    stands: Vec<(CounterKey, Stand)>,
    /// Sorted by id.
    reservations: Vec<(String, Held)>,
    /// The ask that is not answered yet, and when it was last sent.
    waiting: Option<(Ask, Instant)>,
    /// Requests that were refused and may be tried again when the answer comes: what they want is counted.
    refused: Vec<String>,
}

/// Where an edge stands with a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stand {
    /// A deployment that has the limit.
    deployment: String,
    /// In the order in which they end.
    slices: Vec<Part>,
    /// The minute that `wanted` counts in, since 1970.
    minute: i64,
    /// What requests have wanted in this minute.
    wanted: u64,
    /// What they want in a minute, smoothed; absent in the first.
    rate: Option<u64>,
    /// What the last request without room needed; 0 where there was room since.
    short: u64,
    /// Nothing is asked for before this instant.
    quiet_until: Instant,
    /// By how much usage was more than its estimates, in all.
    overshoot: u64,
}

/// A slice that is held.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    ask: String,
    amount: u64,
    used: u64,
    until: Instant,
}

/// A request in flight.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Held {
    deployment: String,
    expires_at: Instant,
    /// The limit, the lease, and how much of it.
    holds: Vec<(CounterKey, String, u64)>,
}

impl Edge {
    /// An edge that holds nothing. Names are unique among the edges of an authority.
    #[must_use]
    pub fn new(name: &str, terms: Terms) -> Edge {
        Edge {
            name: name.to_string(),
            terms,
            stands: Vec::new(),
            reservations: Vec::new(),
            waiting: None,
            refused: Vec::new(),
        }
    }

    /// Whether an ask is not answered yet: a request that was refused may be tried again when it is, by the same id.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.waiting.is_some()
    }

    /// Admits a request on a deployment out of what is lent, and holds its estimate.
    ///
    /// # Errors
    /// What is lent of a limit does not suffice: then [`Edge::ask`] may say what to send. A limit that is not lent, or a
    /// clause that binds the fleet: then the authority admits. An id in use; an unknown deployment.
    pub fn admit(
        &mut self,
        policy: &Policy,
        request: &Request,
        deployment: &str,
        id: &str,
        at: Instant,
        expires_at: Instant,
    ) -> Result<(), Refused> {
        let (_, deployment) = find(policy, deployment)?;
        let place = match search(&self.reservations, id) {
            Ok(_) => return Err(Refused::Duplicate),
            Err(place) => place,
        };
        if let Some(clause) = policy.clauses.iter().find(|clause| binds_fleet(clause)) {
            let cite = clause.reference.clone();
            return Err(Refused::NotLent { cite });
        }
        let tokens = request.tokens_for(deployment.model);
        let output = output_estimate(tokens, deployment).tokens;
        let free = deployment.headroom(request.priority.as_deref());
        let mut holds = Vec::new();
        let mut lacking = None;
        let again = self.refused.iter().position(|refused| refused == id);
        for rule in deployment.rules() {
            if !is_leasable(&rule) {
                let cite = rule.kind.cite().to_string();
                return Err(Refused::NotLent { cite });
            }
            let parts = rule.measure.estimate(tokens, output);
            let needed = parts
                .and_then(|(input, output)| input.checked_add(output))
                .ok_or(Refused::TooLarge)?;
            let key = CounterKey::of(deployment, rule.kind);
            let stand = entry(&mut self.stands, &key, || Stand::new(&deployment.id, at));
            stand.advance(at);
            if again.is_none() {
                stand.wanted = stand.wanted.saturating_add(needed);
            }
            match stand.pieces(needed, rule.usable_share(free), at) {
                Some(pieces) => {
                    for (ask, count) in pieces {
                        holds.push((key.clone(), ask, count));
                    }
                }
                None => {
                    stand.short = needed;
                    let full = Full {
                        usable: stand.lent(),
                        used: stand.used(),
                        needed: Some(needed),
                        until: Some(stand.quiet_until).filter(|until| *until > at),
                        key,
                    };
                    lacking = lacking.or(Some(Refused::Full(Box::new(full))));
                }
            }
        }
        if let Some(place) = again {
            self.refused.remove(place);
        } else if lacking.is_some() {
            self.refused.push(id.to_string());
            // Those of long ago are not tried again.
            if self.refused.len() > REMEMBERED {
                self.refused.remove(0);
            }
        }
        if let Some(refused) = lacking {
            return Err(refused);
        }
        for (key, ask, needed) in &holds {
            if let Some(stand) = find_mut(&mut self.stands, key) {
                stand.short = 0;
                stand.shift(ask, *needed, 0);
            }
        }
        let held = Held {
            deployment: deployment.id.clone(),
            expires_at,
            holds,
        };
        self.reservations.insert(place, (id.to_string(), held));
        Ok(())
    }

    /// What to send to the authority, where something is lacking and it is not told to be quiet. While an ask is not
    /// answered the same one is sent again, at intervals, and `id` is not used.
    pub fn ask(&mut self, id: &str, at: Instant) -> Option<Ask> {
        let stale = |(ask, _): &(Ask, Instant)| self.terms.is_stale(ask.asked_at, at);
        if self.waiting.as_ref().is_some_and(stale) {
            self.waiting = None;
        }
        if let Some((ask, sent)) = &mut self.waiting {
            let due = sent
                .plus_millis(self.terms.retry_ms)
                .is_none_or(|due| at >= due);
            if !due {
                return None;
            }
            *sent = at;
            return Some(ask.clone());
        }
        let mut wants = Vec::new();
        for (key, stand) in &self.stands {
            if stand.short > 0 && at >= stand.quiet_until {
                wants.push(Want {
                    deployment: stand.deployment.clone(),
                    kind: key.kind,
                    need: stand.short,
                    demand: stand.rate.unwrap_or(0).max(stand.wanted),
                });
            }
        }
        if wants.is_empty() {
            return None;
        }
        let ask = Ask {
            id: id.to_string(),
            edge: self.name.clone(),
            asked_at: at,
            wants,
        };
        self.waiting = Some((ask.clone(), at));
        Some(ask)
    }

    /// Takes what was lent. An answer to anything but the ask that is waited for changes nothing.
    pub fn receive(&mut self, grant: &Grant) {
        let awaited = self.waiting.as_ref().map(|(ask, _)| &ask.id);
        if awaited != Some(&grant.ask) {
            return;
        }
        self.waiting = None;
        for slice in &grant.slices {
            let Some(stand) = find_mut(&mut self.stands, &slice.key) else {
                continue;
            };
            stand.quiet_until = slice.ask_again_at;
            stand.short = 0;
            if slice.amount > 0 {
                stand.slices.push(Part {
                    ask: grant.ask.clone(),
                    amount: slice.amount,
                    used: 0,
                    until: slice.until,
                });
            }
        }
    }

    /// Replaces what a reservation holds by what was used.
    ///
    /// # Errors
    /// There is no such reservation.
    pub fn settle(
        &mut self,
        policy: &Policy,
        id: &str,
        usage: Option<&Usage>,
    ) -> Result<(), Refused> {
        let held = self.remove(id)?;
        let deployment = find(policy, &held.deployment).ok().map(|(_, found)| found);
        let mut holds = held.holds.iter().peekable();
        while let Some((key, ask, count)) = holds.next() {
            // The pieces of one limit follow each other: the estimate is their sum, and the last takes what is more.
            let mut pieces = Vec::from([(ask, *count)]);
            while let Some((_, ask, count)) = holds.next_if(|(of, ..)| of == key) {
                pieces.push((ask, *count));
            }
            let sum = |sum: u64, (_, count): &(&String, u64)| sum.saturating_add(*count);
            let estimate = pieces.iter().fold(0, sum);
            let mut left = deployment
                .into_iter()
                .flat_map(Deployment::rules)
                .find(|rule| rule.kind == key.kind)
                .zip(usage)
                .map_or(Some(estimate), |(rule, usage)| {
                    rule.measure.actual(usage, estimate)
                })
                .unwrap_or(u64::MAX);
            let Some(stand) = find_mut(&mut self.stands, key) else {
                continue;
            };
            stand.overshoot = stand
                .overshoot
                .saturating_add(left.saturating_sub(estimate));
            let last = pieces.len().saturating_sub(1);
            for (place, (ask, count)) in pieces.into_iter().enumerate() {
                let used = if place == last { left } else { left.min(count) };
                left = left.saturating_sub(used);
                stand.shift(ask, used, count);
            }
        }
        Ok(())
    }

    /// Gives a reservation's estimate back to the slices: the request was never sent.
    ///
    /// # Errors
    /// There is no such reservation.
    pub fn cancel(&mut self, id: &str) -> Result<(), Refused> {
        for (key, ask, estimate) in self.remove(id)?.holds {
            if let Some(stand) = find_mut(&mut self.stands, &key) {
                stand.shift(&ask, 0, estimate);
            }
        }
        Ok(())
    }

    /// Settles forgotten reservations at their estimates; returns their ids.
    pub fn expire(&mut self, at: Instant) -> Vec<String> {
        let mut gone = Vec::new();
        self.reservations.retain(|(id, held)| {
            let lasts = held.expires_at > at;
            if !lasts {
                gone.push(id.clone());
            }
            lasts
        });
        gone
    }

    /// Gives up what is lent and not in use: what to send to the authority. Slices with requests in flight are kept, and so
    /// are those that are used up. A slice of which more was used than was lent is reported, even when it is over.
    pub fn give_back(&mut self, at: Instant) -> Vec<Return> {
        let mut returns = Vec::new();
        for (key, stand) in &mut self.stands {
            let in_flight = |part: &Part| {
                self.reservations.iter().any(|(_, held)| {
                    let mut holds = held.holds.iter();
                    holds.any(|(of, ask, _)| of == key && *ask == part.ask)
                })
            };
            stand.slices.retain(|part| {
                let unused = part.until > at && part.used < part.amount;
                let idle = (unused || part.used > part.amount) && !in_flight(part);
                if idle {
                    returns.push(Return {
                        ask: part.ask.clone(),
                        key: key.clone(),
                        used: part.used,
                    });
                }
                !idle
            });
        }
        returns
    }

    /// By how much usage of a limit was more than its estimates, in all.
    #[must_use]
    pub fn overshoot(&self, key: &CounterKey) -> u64 {
        let stand = self.stands.iter().find(|(of, _)| of == key);
        stand.map_or(0, |(_, stand)| stand.overshoot)
    }

    /// What is lent and not used of a limit at an instant.
    #[must_use]
    pub fn left(&self, key: &CounterKey, at: Instant) -> u64 {
        let stand = self.stands.iter().find(|(of, _)| of == key);
        stand.map_or(0, |(_, stand)| {
            let parts = stand.slices.iter().filter(|part| part.until > at);
            parts.fold(0_u64, |sum, part| {
                sum.saturating_add(part.amount.saturating_sub(part.used))
            })
        })
    }

    fn remove(&mut self, id: &str) -> Result<Held, Refused> {
        let place = search(&self.reservations, id).map_err(|_| Refused::UnknownReservation)?;
        Ok(self.reservations.remove(place).1)
    }
}

impl Stand {
    fn new(deployment: &str, at: Instant) -> Stand {
        Stand {
            deployment: deployment.to_string(),
            slices: Vec::new(),
            minute: at.millis().div_euclid(MINUTE_MS),
            wanted: 0,
            rate: None,
            short: 0,
            quiet_until: Instant::MIN,
            overshoot: 0,
        }
    }

    /// Leaves out the slices that are over, and begins the next minute where it has come.
    fn advance(&mut self, at: Instant) {
        self.slices
            .retain(|part| part.until > at || part.used > part.amount);
        let minute = at.millis().div_euclid(MINUTE_MS);
        if minute <= self.minute {
            return;
        }
        let smoothed = |rate: u64| {
            let weighed = u128::from(rate)
                .saturating_mul(3)
                .saturating_add(u128::from(self.wanted));
            u64::try_from(weighed.div_ceil(4)).unwrap_or(u64::MAX)
        };
        self.rate = Some(self.rate.map_or(self.wanted, smoothed));
        self.wanted = 0;
        self.minute = minute;
    }

    /// So much of the slices, the first to end first, with the leases they are of; nothing where they have less in all than
    /// that beside what a priority leaves free of them.
    fn pieces(
        &self,
        needed: u64,
        usable: impl Fn(u64) -> u64,
        at: Instant,
    ) -> Option<Vec<(String, u64)>> {
        let live = || self.slices.iter().filter(|part| part.until > at);
        let sum = |count: fn(&Part) -> u64| {
            live().fold(0_u64, |sum, part| sum.saturating_add(count(part)))
        };
        let (lent, used) = (sum(|part| part.amount), sum(|part| part.used));
        if used.checked_add(needed)? > usable(lent) {
            return None;
        }
        let mut left = needed;
        let mut pieces = Vec::new();
        for part in live() {
            let count = part.amount.saturating_sub(part.used).min(left);
            if count > 0 {
                pieces.push((part.ask.clone(), count));
                left = left.saturating_sub(count);
            }
        }
        // What needs nothing is held of nothing.
        (left == 0).then_some(pieces)
    }

    fn lent(&self) -> u64 {
        let parts = self.slices.iter();
        parts.fold(0, |sum, part| sum.saturating_add(part.amount))
    }

    fn used(&self) -> u64 {
        let parts = self.slices.iter();
        parts.fold(0, |sum, part| sum.saturating_add(part.used))
    }

    /// Counts `more` in place of `less` in the slice of a lease, where it is still held.
    fn shift(&mut self, ask: &str, more: u64, less: u64) {
        if let Some(part) = self.slices.iter_mut().find(|part| part.ask == ask) {
            part.used = part.used.saturating_sub(less).saturating_add(more);
        }
    }
}

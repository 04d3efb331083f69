//! The ledger: what was admitted, what is held for it, and what it came to.
//!
//! A [`Ledger`] is plain data and a function of what it is given: ids and instants are arguments, nothing is drawn or read
//! from a clock. A request is [admitted](Ledger::admit) on a deployment, which holds its estimate in every limit of the
//! deployment and in every clause that counts it, or it is refused, naming the limit. When the usage is known it is
//! [settled](Ledger::settle), when it was never sent [cancelled](Ledger::cancel), and when nobody says it
//! [expires](Ledger::expire), at its estimate.
//!
//! # Invariants
//! - What reservations hold never exceeds a limit. A `post_check` limit admits while its counter is below the limit.
//! - Usage beyond an estimate is recorded: the `overshoot` of a counter is the exact sum of it.
//! - An instant that lies before an earlier one changes no window: clocks that go back give nothing back.
//!
//! In reading order: [`counter`] counts, [`clauses`] counts for contracts, [`lease`] lends capacity to ledgers elsewhere,
//! [`edge`] is such a ledger, [`snapshot`] keeps it all.

pub mod clauses;
pub mod counter;
#[cfg(feature = "authoring")]
pub mod documents;
pub mod edge;
pub mod lease;
pub mod snapshot;
mod view;
mod wire;

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::json::Json;
use crate::ledger::clauses::{Charge, ClauseCounter, Settled};
use crate::ledger::counter::{Counter, CounterKey};
use crate::ledger::lease::{Granted, Pool};
use crate::model::limits::output_estimate;
use crate::model::meter::Usage;
use crate::model::policy::{Deployment, Policy};
use crate::model::request::{Request, Tokens};
use crate::model::state::State;
use crate::money::Money;
use crate::time::Instant;

/// Counters, clauses and reservations.
///
/// ```
/// # #[cfg(feature = "authoring")] {
/// use wayleave::document::Sources;
/// use wayleave::ledger::{Admission, Ledger, Settlement};
/// use wayleave::model::{Meter, Policy, State, Usage};
/// use wayleave::time::Instant;
///
/// let mut sources = Sources::new();
/// sources.add("policy.yaml", "
/// wayleave: 1
/// deployments:
///   bedrock: { provider: aws, model: claude, limits: { tokens_per_minute: 30000, cached_input: held, output_burn: 5 } }
/// ");
/// let policy = Policy::parse(sources).expect("the policy is sound");
/// let request = policy.request("{ model: claude, input_tokens: 12000, max_output_tokens: 16000 }").expect("the request is sound");
/// let at = Instant::parse("2026-11-22T10:00:00Z").expect("an instant");
/// let mut ledger = Ledger::new();
/// let mut asked = Admission {
///     deployment: "bedrock",
///     request: &request,
///     world: &State::default(),
///     id: "first",
///     at,
///     expires_at: at.plus_millis(600_000).expect("an instant"),
/// };
/// ledger.admit(&policy, &asked).expect("28,000 of 30,000");
/// asked.id = "second";
/// let refused = ledger.admit(&policy, &asked).expect_err("56,000 of 30,000");
/// assert_eq!(refused.cite(), "limit/tokens_per_minute");
///
/// let usage = Usage::new([(Meter::Input, 4_000), (Meter::CachedInput, 8_000), (Meter::Output, 1_000)]);
/// ledger.settle(&policy, "first", &Settlement { usage, cost: None }, at).expect("it is in flight");
/// assert_eq!(ledger.counters().next().map(|(_, counter)| counter.standing()), Some(9_000)); // 4,000 + 5 × 1,000
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Sorted by key.
    counters: Vec<(CounterKey, Counter)>,
    /// Sorted by reference.
    clauses: Vec<(String, ClauseCounter)>,
    /// Sorted by id.
    reservations: Vec<(String, Reservation)>,
    /// What is lent, sorted by the id of what asked for it.
    grants: Vec<(String, Granted)>,
    /// Who asks for how much, sorted by key.
    pools: Vec<(CounterKey, Pool)>,
    /// The last message of records of each edge, sorted by the names of the edges.
    heard: Vec<(String, Heard)>,
}

/// The last message of records that an edge has sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Heard {
    number: u64,
    at: Instant,
}

/// So long after its last message an edge that has fallen silent is forgotten, in milliseconds. It must not send that
/// message again any more.
pub const HEARD_MS: i64 = 3_600_000;

/// What is asked of a ledger.
#[derive(Clone, Copy, Debug)]
pub struct Admission<'a> {
    /// The deployment that the request is to be sent to; as decided.
    pub deployment: &'a str,
    /// The request.
    pub request: &'a Request,
    /// The world beside the ledger: facts, forecasts, health.
    pub world: &'a State,
    /// The id of the reservation: unique while it lasts.
    pub id: &'a str,
    /// When.
    pub at: Instant,
    /// When the reservation counts as forgotten.
    pub expires_at: Instant,
}

/// A request in flight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// Where it was sent.
    pub deployment: String,
    /// When it counts as forgotten.
    pub expires_at: Instant,
    /// What it holds of limits.
    pub(crate) holds: Vec<Hold>,
    /// What it counts for clauses.
    pub(crate) charges: Vec<Charge>,
}

/// What a reservation holds of a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hold {
    pub(crate) key: CounterKey,
    pub(crate) amount: u64,
    /// The first instant of the window it counts in.
    pub(crate) window: Instant,
}

/// What came of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settlement {
    /// What it used; as estimated where absent.
    pub usage: Option<Usage>,
    /// What it cost; as estimated where absent. [`Ledger::cost`] prices a usage.
    pub cost: Option<Settled>,
}

/// Why a ledger does not do what it is asked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// A limit has no room.
    Full(Box<Full>),
    /// A budget or a maximum share has no room.
    Spent(Box<Spent>),
    /// A budget applies, or may, and nobody has stated a price.
    Unpriced {
        /// The budget, as `contract/clause`.
        clause: String,
    },
    /// The policy has no such deployment.
    UnknownDeployment,
    /// There is no such reservation: it is settled, cancelled or expired, or never was.
    UnknownReservation,
    /// Only the authority can tell: the limit is not lent, or a clause binds the whole fleet.
    NotLent {
        /// The limit or the clause.
        cite: String,
    },
    /// There is a reservation of this id.
    Duplicate,
    /// A sum does not fit.
    TooLarge,
    /// A record that cannot be read: what is wrong with it, for readers.
    Unreadable {
        /// The findings.
        why: String,
    },
}

/// A limit without room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Full {
    /// Whose limit.
    pub key: CounterKey,
    /// The limit, less what the priority of the request leaves free.
    pub usable: u64,
    /// What its counter stands at.
    pub used: u64,
    /// What the request needs; absent where that does not fit 64 bits.
    pub needed: Option<u64>,
    /// When it fits in, where time alone brings that about; never where the request exceeds the whole limit.
    pub until: Option<Instant>,
}

/// A clause without room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spent {
    /// The clause, as `contract/clause`.
    pub clause: String,
    /// A budget's amount; absent for a share.
    pub amount: Option<Money>,
    /// What was drawn and is held; absent for a share.
    pub used: Option<Money>,
    /// What the request would cost; absent for a share.
    pub needed: Option<Money>,
    /// When the clause starts again from 0.
    pub until: Option<Instant>,
}

impl Refused {
    /// What it names: `limit/name`, `contract/clause`, or a word.
    #[must_use]
    pub fn cite(&self) -> &str {
        match self {
            Refused::Full(full) => full.key.kind.cite(),
            Refused::Spent(spent) => &spent.clause,
            Refused::Unpriced { clause } => clause,
            Refused::NotLent { cite } => cite,
            Refused::UnknownDeployment => "unknown_deployment",
            Refused::UnknownReservation => "unknown_reservation",
            Refused::Duplicate => "duplicate",
            Refused::TooLarge => "too_large",
            Refused::Unreadable { .. } => "unreadable",
        }
    }

    /// When it may be tried again, as far as time alone brings that about.
    #[must_use]
    pub fn until(&self) -> Option<Instant> {
        match self {
            Refused::Full(full) => full.until,
            Refused::Spent(spent) => spent.until,
            Refused::Unpriced { .. }
            | Refused::NotLent { .. }
            | Refused::UnknownDeployment
            | Refused::UnknownReservation
            | Refused::Duplicate
            | Refused::TooLarge
            | Refused::Unreadable { .. } => None,
        }
    }

    /// As JSON: `refused` names the kind, `cite` what is cited, and the figures that were compared.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let mut members: Vec<(&'static str, Json)> = Vec::new();
        let word = match self {
            Refused::Full(full) => {
                members.push((scope_name(&full.key), Json::text(full.key.name.clone())));
                members.push(("usable", Json::count(full.usable)));
                members.push(("used", Json::count(full.used)));
                if let Some(needed) = full.needed {
                    members.push(("needed", Json::count(needed)));
                }
                "full"
            }
            Refused::Spent(spent) => {
                for (name, money) in [
                    ("amount", spent.amount),
                    ("used", spent.used),
                    ("needed", spent.needed),
                ] {
                    if let Some(money) = money {
                        members.push((name, Json::text(money.to_string())));
                    }
                }
                "spent"
            }
            Refused::Unpriced { .. } => "unpriced",
            Refused::NotLent { .. } => "not_lent",
            Refused::UnknownDeployment => "unknown_deployment",
            Refused::UnknownReservation => "unknown_reservation",
            Refused::Duplicate => "duplicate",
            Refused::TooLarge => "too_large",
            Refused::Unreadable { why } => {
                members.push(("why", Json::text(why.clone())));
                "unreadable"
            }
        };
        members.push(("refused", Json::text(word)));
        members.push(("cite", Json::text(self.cite().to_string())));
        if let Some(until) = self.until() {
            members.push(("until", Json::text(until.to_string())));
        }
        Json::Object(
            members
                .into_iter()
                .map(|(name, value)| (name.into(), value))
                .collect(),
        )
    }
}

pub(crate) const fn scope_name(key: &CounterKey) -> &'static str {
    if key.shared { "counter" } else { "deployment" }
}

impl Ledger {
    /// A ledger that has counted nothing.
    #[must_use]
    pub fn new() -> Ledger {
        Ledger::default()
    }

    /// Admits a request on a deployment and holds its estimate in every limit and every clause that counts it. Nothing is
    /// held where it is refused.
    ///
    /// # Errors
    /// The first limit or clause that has no room, in the order in which a decision cites them; an id in use; an unknown
    /// deployment.
    pub fn admit(&mut self, policy: &Policy, asked: &Admission<'_>) -> Result<(), Refused> {
        let (index, deployment) = find(policy, asked.deployment)?;
        let place = match search(&self.reservations, asked.id) {
            Ok(_) => return Err(Refused::Duplicate),
            Err(place) => place,
        };
        let tokens = asked.request.tokens_for(deployment.model);
        let priority = asked.request.priority.as_deref();
        let holds = self.holds(deployment, tokens, priority, asked.at)?;
        let charges = self.charges(policy, asked, index, deployment)?;
        for hold in &holds {
            if let Some(counter) = find_mut(&mut self.counters, &hold.key) {
                counter.add(hold.amount).ok_or(Refused::TooLarge)?;
            }
        }
        for charge in &charges {
            self.hold_charge(charge);
        }
        let reservation = Reservation {
            deployment: deployment.id.clone(),
            expires_at: asked.expires_at,
            holds,
            charges,
        };
        self.reservations
            .insert(place, (asked.id.to_string(), reservation));
        Ok(())
    }

    /// What a request would hold of every limit of a deployment; the first limit without room is an error.
    fn holds(
        &mut self,
        deployment: &Deployment,
        tokens: &Tokens,
        priority: Option<&str>,
        at: Instant,
    ) -> Result<Vec<Hold>, Refused> {
        let output = output_estimate(tokens, deployment).tokens;
        let free = deployment.headroom(priority);
        let mut holds = Vec::new();
        for rule in deployment.rules() {
            let key = CounterKey::of(deployment, rule.kind);
            let counter = self.counter(&key, || Counter::new(&rule, at));
            counter.count_for(&rule, at);
            let counter = *counter;
            let needed = rule
                .measure
                .estimate(tokens, output)
                .and_then(|(input, output)| input.checked_add(output));
            let usable = rule.usable(free);
            let used = counter.standing();
            if !rule.fits(usable, used, needed) {
                let until = counter.free_at(&rule, usable, needed);
                return Err(Refused::Full(Box::new(Full {
                    until: until.filter(|_| rule.ever_fits(usable, needed)),
                    key,
                    usable,
                    used,
                    needed,
                })));
            }
            holds.push(Hold {
                key,
                amount: needed.ok_or(Refused::TooLarge)?,
                window: counter.as_of,
            });
        }
        Ok(holds)
    }

    /// Replaces what a reservation holds by what came of it.
    ///
    /// # Errors
    /// There is no such reservation: a second message of the same id changes nothing.
    pub fn settle(
        &mut self,
        policy: &Policy,
        id: &str,
        came: &Settlement,
        at: Instant,
    ) -> Result<(), Refused> {
        let reservation = self.remove(id)?;
        let deployment = policy
            .find_deployment(&reservation.deployment)
            .and_then(|index| policy.deployment(index));
        for hold in &reservation.holds {
            // Where the policy has lost the limit, or nobody says what was used, the estimate stands.
            let actual = deployment
                .into_iter()
                .flat_map(Deployment::rules)
                .find(|rule| rule.kind == hold.key.kind)
                .zip(came.usage.as_ref())
                .map_or(Some(hold.amount), |(rule, usage)| {
                    rule.measure.actual(usage, hold.amount)
                })
                // More than can be counted is beyond every limit.
                .unwrap_or(u64::MAX);
            if let Some(counter) = find_mut(&mut self.counters, &hold.key) {
                counter.settle(hold.amount, actual, hold.window, at);
            }
        }
        for charge in &reservation.charges {
            self.settle_charge(policy, charge, came, at);
        }
        Ok(())
    }

    /// Counts for clauses what an edge has admitted and settled by itself; its limits are counted by its leases. To be told
    /// once of each request: [`Ledger::hears`]. `asked.at` is when it was admitted: by it the clauses and the price are those
    /// of that instant. It is settled at `at`, when the ledger is told; what counts from admission on, as a share of requests
    /// does, counts nothing where the window of its admission is over by then.
    ///
    /// # Errors
    /// An unknown deployment; a budget or a maximum share that has no room, which edges do not admit for.
    pub fn record(
        &mut self,
        policy: &Policy,
        asked: &Admission<'_>,
        came: &Settlement,
        at: Instant,
    ) -> Result<(), Refused> {
        let (index, deployment) = find(policy, asked.deployment)?;
        self.advance_clauses(policy, at);
        for charge in self.charges(policy, asked, index, deployment)? {
            if !charge.is_of_the_past(policy, asked.at, at) {
                self.hold_charge(&charge);
                self.settle_charge(policy, &charge, came, at);
            }
        }
        Ok(())
    }

    /// Whether a message of records is news: an edge numbers its messages upwards and sends the next one when it knows that
    /// the last one has arrived, so that the same message twice is counted once. An edge that has been silent for
    /// [`HEARD_MS`] is forgotten.
    pub fn hears(&mut self, edge: &str, number: u64, at: Instant) -> bool {
        let heard = Heard { number, at };
        match search(&self.heard, edge) {
            Ok(place) => match self.heard.get_mut(place) {
                Some((_, last)) if last.number < number => *last = heard,
                Some(_) | None => return false,
            },
            Err(place) => self.heard.insert(place, (edge.to_string(), heard)),
        }
        true
    }

    /// Gives back all that a reservation holds: the request was never sent.
    ///
    /// # Errors
    /// There is no such reservation.
    pub fn cancel(&mut self, policy: &Policy, id: &str, at: Instant) -> Result<(), Refused> {
        let reservation = self.remove(id)?;
        for hold in &reservation.holds {
            if let Some(counter) = find_mut(&mut self.counters, &hold.key) {
                counter.settle(hold.amount, 0, hold.window, at);
            }
        }
        for charge in &reservation.charges {
            self.cancel_charge(policy, charge, at);
        }
        Ok(())
    }

    /// Settles every reservation that counts as forgotten at its estimate, and ends leases that have run out; returns the
    /// ids of the reservations.
    pub fn expire(&mut self, policy: &Policy, at: Instant) -> Vec<String> {
        self.end_leases(at);
        self.heard.retain(|(_, last)| {
            let forgotten = last.at.plus_millis(HEARD_MS);
            forgotten.is_none_or(|forgotten| at < forgotten)
        });
        let mut gone = Vec::new();
        for (id, reservation) in &self.reservations {
            if reservation.expires_at <= at {
                gone.push(id.clone());
            }
        }
        gone.retain(|id| self.settle(policy, id, &Settlement::default(), at).is_ok());
        gone
    }

    /// When the next reservation or lease counts as forgotten.
    #[must_use]
    pub fn next_expiry(&self) -> Option<Instant> {
        let reservations = self.reservations.iter().map(|(_, held)| held.expires_at);
        let grants = self.grants.iter().map(|(_, granted)| granted.ends_at());
        reservations.chain(grants).min()
    }

    /// The requests in flight, by id.
    pub fn reservations(&self) -> impl Iterator<Item = (&str, &Reservation)> {
        self.reservations
            .iter()
            .map(|(id, reservation)| (id.as_str(), reservation))
    }

    /// The counters.
    pub fn counters(&self) -> impl Iterator<Item = (&CounterKey, &Counter)> {
        self.counters.iter().map(|(key, counter)| (key, counter))
    }

    /// What clauses have counted, by reference.
    pub fn clauses(&self) -> impl Iterator<Item = (&str, &ClauseCounter)> {
        self.clauses
            .iter()
            .map(|(reference, counter)| (reference.as_str(), counter))
    }

    fn remove(&mut self, id: &str) -> Result<Reservation, Refused> {
        let place = search(&self.reservations, id).map_err(|_| Refused::UnknownReservation)?;
        Ok(self.reservations.remove(place).1)
    }

    /// The counter of a key, made where there is none.
    pub(crate) fn counter(
        &mut self,
        key: &CounterKey,
        make: impl FnOnce() -> Counter,
    ) -> &mut Counter {
        entry(&mut self.counters, key, make)
    }
}

pub(crate) fn find<'a>(
    policy: &'a Policy,
    deployment: &str,
) -> Result<(crate::model::policy::DeploymentIx, &'a Deployment), Refused> {
    let index = policy.find_deployment(deployment);
    index
        .and_then(|index| Some((index, policy.deployment(index)?)))
        .ok_or(Refused::UnknownDeployment)
}

fn search<V>(pairs: &[(String, V)], id: &str) -> Result<usize, usize> {
    pairs.binary_search_by(|(other, _)| other.as_str().cmp(id))
}

pub(crate) fn find_mut<'a, K: Ord, V>(pairs: &'a mut [(K, V)], key: &K) -> Option<&'a mut V> {
    let place = pairs.binary_search_by(|(other, _)| other.cmp(key)).ok()?;
    pairs.get_mut(place).map(|(_, value)| value)
}

/// The value of a key in a sorted list of pairs, made where there is none.
#[expect(
    clippy::indexing_slicing,
    reason = "the place was found or filled on the line before"
)]
pub(crate) fn entry<'a, K: Ord + Clone, V>(
    pairs: &'a mut Vec<(K, V)>,
    key: &K,
    make: impl FnOnce() -> V,
) -> &'a mut V {
    let place = match pairs.binary_search_by(|(other, _)| other.cmp(key)) {
        Ok(place) => place,
        Err(place) => {
            pairs.insert(place, (key.clone(), make()));
            place
        }
    };
    &mut pairs[place].1
}

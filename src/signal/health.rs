//! What is known of one deployment's health from its answers: cooldowns, and probes after them.
//!
//! **Invariant**: a pure state machine. The instant is an argument, nothing is drawn, and between two calls nothing
//! happens; the same calls with the same instants give the same state everywhere.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::{Meaning, Reading};
use crate::json::Json;
use crate::model::state::{DeploymentState, Signal, SignalKind};
use crate::model::vocabulary::Refusal;
use crate::time::Instant;

/// How long a deployment is left alone, in milliseconds. A wait that the provider states comes before these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cooldowns {
    /// After [`SignalKind::OwnQuota`].
    pub own_quota_ms: u64,
    /// After [`SignalKind::SharedCapacity`].
    pub shared_capacity_ms: u64,
    /// After [`SignalKind::TemporaryCut`].
    pub temporary_cut_ms: u64,
    /// After [`SignalKind::SpendLimit`]: how often somebody's raising it is looked for.
    pub spend_limit_ms: u64,
    /// After [`SignalKind::NotReady`].
    pub not_ready_ms: u64,
    /// After [`SignalKind::Overloaded`].
    pub overloaded_ms: u64,
    /// After so many failures that are no signal, one behind the other.
    pub down_ms: u64,
    /// How many those are; 0 counts as 1.
    pub failures: u64,
    /// Each failed probe doubles the cooldown, up to this or to its own length where that is more.
    pub longest_ms: u64,
    /// The longest wait that a provider is believed.
    pub longest_stated_ms: u64,
    /// How long a probe may take; then another is let through.
    pub probe_ms: u64,
}

impl Cooldowns {
    /// What holds where nothing else is said.
    pub const DEFAULT: Cooldowns = Cooldowns {
        own_quota_ms: 10_000,
        shared_capacity_ms: 15_000,
        temporary_cut_ms: 60_000,
        spend_limit_ms: 3_600_000,
        not_ready_ms: 30_000,
        overloaded_ms: 15_000,
        down_ms: 15_000,
        failures: 3,
        longest_ms: 300_000,
        longest_stated_ms: 86_400_000,
        probe_ms: 60_000,
    };

    fn of(&self, cause: Cause) -> u64 {
        match cause {
            Cause::Signal(SignalKind::OwnQuota) => self.own_quota_ms,
            Cause::Signal(SignalKind::SharedCapacity) => self.shared_capacity_ms,
            Cause::Signal(SignalKind::TemporaryCut) => self.temporary_cut_ms,
            Cause::Signal(SignalKind::SpendLimit) => self.spend_limit_ms,
            Cause::Signal(SignalKind::NotReady) => self.not_ready_ms,
            Cause::Signal(SignalKind::Overloaded) => self.overloaded_ms,
            Cause::Down => self.down_ms,
        }
    }

    /// The instant until which a cause keeps a deployment out.
    fn until(&self, cause: Cause, stated: Option<Instant>, reopened: u32, at: Instant) -> Instant {
        let after = |ms: u64| {
            let ms = i64::try_from(ms).ok();
            ms.and_then(|ms| at.plus_millis(ms)).unwrap_or(Instant::MAX)
        };
        if let Some(stated) = stated {
            return stated.clamp(at, after(self.longest_stated_ms).max(at));
        }
        let own = self.of(cause);
        let grown = 2_u64
            .checked_pow(reopened)
            .and_then(|factor| own.checked_mul(factor));
        let longest = self.longest_ms.max(own);
        after(grown.map_or(longest, |grown| grown.min(longest)))
    }
}

impl Default for Cooldowns {
    fn default() -> Cooldowns {
        Cooldowns::DEFAULT
    }
}

/// Why a deployment is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Its provider signalled it.
    Signal(SignalKind),
    /// It failed, or did not answer.
    Down,
}

impl Cause {
    /// The refusal it is.
    #[must_use]
    pub const fn refusal(self) -> Refusal {
        match self {
            Cause::Signal(kind) => kind.refusal(),
            Cause::Down => Refusal::Down,
        }
    }

    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Cause::Signal(kind) => kind.name(),
            Cause::Down => "down",
        }
    }
}

/// A cause and how long it lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Why.
    pub cause: Cause,
    /// The first instant at which it lasts no longer.
    pub until: Instant,
}

/// The one request that finds out whether a deployment is well again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Its number, by which its answer is known.
    pub number: u64,
    /// When another is let through if it has not answered.
    pub until: Instant,
}

/// The health of one deployment. The whole of it is plain data: copy it to keep it, put it back to go on.
///
/// Without stops everything is let through. While a stop lasts nothing is. After the last, one probe is: its success
/// clears everything, its failure starts a longer stop.
///
/// ```
/// use wayleave::signal::{Breaker, Cooldowns, Dialect, Entry, Known, Reply, read};
/// use wayleave::time::Instant;
///
/// let at = |text: &str| Instant::parse(text).expect("an instant");
/// let rules = Cooldowns::DEFAULT;
/// let mut breaker = Breaker::default();
/// let began = at("2026-11-22T10:00:00Z");
/// assert_eq!(breaker.enter(began, &rules), Entry::Free);
///
/// let busy = Reply { status: 429, headers: &[("retry-after", "7")], body: "at capacity", at: began };
/// breaker.record(None, &read(Dialect::Azure, &busy, &Known::default()), began, &rules);
/// assert!(matches!(breaker.enter(at("2026-11-22T10:00:06.999Z"), &rules), Entry::Wait { .. }));
///
/// let later = at("2026-11-22T10:00:07Z");
/// assert_eq!(breaker.enter(later, &rules), Entry::Probe(1));
/// assert!(matches!(breaker.enter(later, &rules), Entry::Wait { .. })); // one probe at a time
///
/// let well = Reply { status: 200, headers: &[], body: "", at: later };
/// breaker.record(Some(1), &read(Dialect::Azure, &well, &Known::default()), later, &rules);
/// assert_eq!(breaker.enter(later, &rules), Entry::Free);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Breaker {
    /// What keeps it out, at most one for a cause. They stay when they are over, until a probe has succeeded.
    pub stops: Vec<Stop>,
    /// Failures without a signal, one behind the other, while nothing keeps it out.
    pub failures: u64,
    /// Probes that failed since it was last well.
    pub reopened: u32,
    /// The probe that is out.
    pub probe: Option<Probe>,
    /// How many probes were let through.
    pub probes: u64,
}

/// Whether a request may go to a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// It may.
    Free,
    /// It may, as the probe of this number.
    Probe(u64),
    /// It may not. It counts as one that came back with the refusal.
    Wait {
        /// Until when at least.
        until: Instant,
        /// Why.
        refusal: Refusal,
    },
}

/// What a state says of a deployment: `cooldown_until` where it is down, else `signal`; both where both are so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reported {
    /// Down until then.
    pub cooldown_until: Option<Instant>,
    /// What the provider signalled, and until when it counts: of several what lasts longest.
    pub signal: Option<Signal>,
}

/// What an answer is to a breaker.
enum Effect {
    /// The deployment is well.
    Well,
    /// It says nothing of the deployment's health.
    Nothing,
    /// The deployment is not well.
    Ill(Cause),
}

fn effect(reading: &Reading) -> Effect {
    match (reading.meaning, reading.signal) {
        (Meaning::Served, _) => Effect::Well,
        // One request that never fits is no reason to keep others out.
        (Meaning::Refused(_), Some(kind)) if !reading.too_large => Effect::Ill(Cause::Signal(kind)),
        (Meaning::Refused(Refusal::Down), None) => Effect::Ill(Cause::Down),
        // A key that is not accepted is the gateway's affair: were it a failure, a slip of the operator would discharge
        // a right.
        (Meaning::Client | Meaning::Credentials, _) | (Meaning::Refused(_), _) => Effect::Nothing,
    }
}

impl Breaker {
    /// Asks to send a request, and counts it where it is a probe.
    pub fn enter(&mut self, at: Instant, rules: &Cooldowns) -> Entry {
        let Some(last) = self.last() else {
            return Entry::Free;
        };
        if let Some(until) = self.shut_until(at) {
            let refusal = last.cause.refusal();
            return Entry::Wait { until, refusal };
        }
        self.probes = self.probes.wrapping_add(1);
        let ms = i64::try_from(rules.probe_ms).ok();
        let until = ms.and_then(|ms| at.plus_millis(ms)).unwrap_or(Instant::MAX);
        let number = self.probes;
        self.probe = Some(Probe { number, until });
        Entry::Probe(number)
    }

    /// Records what came of a request that was let through; `probe` is its number where it was one.
    ///
    /// A success clears everything if it is the probe's, and the count of failures if nothing keeps the deployment out;
    /// the success of a request that was sent before says nothing of how it is. A failure of another request than the
    /// probe makes the cooldown last, never shorter, and takes the probe's place.
    pub fn record(
        &mut self,
        probe: Option<u64>,
        reading: &Reading,
        at: Instant,
        rules: &Cooldowns,
    ) {
        let is_probe = probe.is_some() && probe == self.probe.map(|probe| probe.number);
        let was_well = self.stops.is_empty();
        match effect(reading) {
            Effect::Well if is_probe => self.clear(),
            Effect::Well if was_well => self.failures = 0,
            Effect::Nothing if is_probe => self.probe = None,
            Effect::Well | Effect::Nothing => {}
            Effect::Ill(cause) => {
                let stated = reading.retry_at(at);
                if was_well && cause == Cause::Down && stated.is_none() {
                    self.failures = self.failures.saturating_add(1);
                    if self.failures < rules.failures {
                        return;
                    }
                }
                if is_probe {
                    self.reopened = self.reopened.saturating_add(1);
                    self.stops.clear();
                }
                self.failures = 0;
                self.probe = None;
                let until = rules.until(cause, stated, self.reopened, at);
                self.stop(Stop { cause, until });
            }
        }
    }

    /// Keeps the deployment out for a cause, no shorter than it is already.
    pub(super) fn stop(&mut self, stop: Stop) {
        let same = |known: &&mut Stop| known.cause == stop.cause;
        match self.stops.iter_mut().find(same) {
            Some(known) => known.until = known.until.max(stop.until),
            None => self.stops.push(stop),
        }
    }

    /// Forgets everything but the numbers of probes, as somebody does who knows better: a spend limit was raised.
    pub fn clear(&mut self) {
        *self = Breaker {
            probes: self.probes,
            ..Breaker::default()
        };
    }

    /// What the state says of the deployment at an instant. `enter` waits exactly while it says anything.
    #[must_use]
    pub fn report(&self, at: Instant) -> Reported {
        let mut reported = Reported::default();
        let mut say = |cause: Cause, until: Instant| match cause {
            Cause::Down => reported.cooldown_until = Some(until),
            Cause::Signal(kind) => {
                let until = Some(until);
                if reported.signal.is_none_or(|signal| signal.until < until) {
                    reported.signal = Some(Signal { kind, until });
                }
            }
        };
        let lasting = self.stops.iter().filter(|stop| at < stop.until);
        lasting.for_each(|stop| say(stop.cause, stop.until));
        // While a probe is out the others are kept out by what the probe is about.
        if let (Some(until), Some(last)) = (self.shut_until(at), self.last())
            && last.until <= at
        {
            say(last.cause, until);
        }
        reported
    }

    /// Puts what it reports into a state, in place of what stood there.
    pub fn apply(&self, at: Instant, state: &mut DeploymentState) {
        let Reported {
            cooldown_until,
            signal,
        } = self.report(at);
        state.cooldown_until = cooldown_until;
        state.signal = signal;
    }

    /// The stop that lasts longest, of equals the first.
    fn last(&self) -> Option<&Stop> {
        self.stops
            .iter()
            .reduce(|one, other| if other.until > one.until { other } else { one })
    }

    /// Until when nothing is let through: while a stop lasts, and while a probe is out.
    fn shut_until(&self, at: Instant) -> Option<Instant> {
        let stop = self.last()?.until;
        let until = if at < stop { stop } else { self.probe?.until };
        (at < until).then_some(until)
    }

    /// The breaker as JSON: what [`Breaker`] has, by the same names, as far as it is not empty or 0.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let mut members = Vec::new();
        if !self.stops.is_empty() {
            let stops = self.stops.iter().map(|stop| {
                Json::object([
                    ("cause", Json::text(stop.cause.name())),
                    ("until", Json::text(stop.until.to_string())),
                ])
            });
            members.push(("stops".into(), Json::Array(stops.collect())));
        }
        let counts = [
            ("failures", self.failures),
            ("reopened", u64::from(self.reopened)),
            ("probes", self.probes),
        ];
        for (name, count) in counts {
            if count != 0 {
                members.push((name.into(), Json::count(count)));
            }
        }
        if let Some(probe) = self.probe {
            let value = Json::object([
                ("number", Json::count(probe.number)),
                ("until", Json::text(probe.until.to_string())),
            ]);
            members.push(("probe".into(), value));
        }
        Json::Object(members)
    }
}

impl Reported {
    /// What a state has under `deployments.<id>`, as JSON.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let mut members = Vec::new();
        if let Some(until) = self.cooldown_until {
            members.push(("cooldown_until".into(), Json::text(until.to_string())));
        }
        if let Some(signal) = self.signal {
            let mut inner = Vec::from([("kind".into(), Json::text(signal.kind.name()))]);
            if let Some(until) = signal.until {
                inner.push(("until".into(), Json::text(until.to_string())));
            }
            members.push(("signal".into(), Json::Object(inner)));
        }
        Json::Object(members)
    }
}

#[cfg(test)]
mod tests;

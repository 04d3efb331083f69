//! The breaker against a model that keeps everything that happened and looks it up anew each time.
#![allow(
    clippy::arithmetic_side_effects,
    reason = "a test that goes wrong should stop"
)]

use super::*;
use crate::signal::Retry;
use alloc::format;

const RULES: Cooldowns = Cooldowns {
    own_quota_ms: 4_000,
    shared_capacity_ms: 5_000,
    temporary_cut_ms: 6_000,
    spend_limit_ms: 90_000,
    not_ready_ms: 7_000,
    overloaded_ms: 3_000,
    down_ms: 2_000,
    failures: 3,
    longest_ms: 20_000,
    longest_stated_ms: 40_000,
    probe_ms: 9_000,
};

fn instant(ms: i64) -> Instant {
    Instant::from_millis(1_800_000_000_000 + ms).unwrap()
}

fn reading(meaning: Meaning, signal: Option<SignalKind>, retry_after_ms: Option<u64>) -> Reading {
    Reading {
        meaning,
        signal,
        stated: true,
        too_large: false,
        retry: Retry::Later,
        retry_after_ms,
        requests: None,
        tokens: None,
        input_tokens: None,
        output_tokens: None,
        spilled_over: None,
        spilled_from: None,
    }
}

fn served() -> Reading {
    reading(Meaning::Served, None, None)
}

fn ill(cause: Cause, retry_after_ms: Option<u64>) -> Reading {
    let signal = match cause {
        Cause::Signal(kind) => Some(kind),
        Cause::Down => None,
    };
    reading(Meaning::Refused(cause.refusal()), signal, retry_after_ms)
}

fn causes() -> impl Iterator<Item = Cause> {
    SignalKind::ALL
        .into_iter()
        .map(Cause::Signal)
        .chain([Cause::Down])
}

#[derive(Clone, Copy, Debug)]
enum Event {
    /// A probe was let through.
    Sent(u64, i64),
    /// A probe's answer said nothing.
    Unclear,
    /// A failure that keeps the deployment out: why and until when.
    Ill(Cause, i64),
    /// A failure without a signal that does not yet.
    Failed,
}

/// What happened since the deployment was last well.
#[derive(Default)]
struct Model {
    events: Vec<Event>,
    sent: u64,
    /// Failed probes.
    reopened: u32,
}

impl Model {
    /// The failures of the present episode: those behind the last probe that failed, itself included.
    fn stops(&self) -> Vec<(Cause, i64)> {
        self.events
            .iter()
            .filter_map(|event| match event {
                Event::Ill(cause, until) => Some((*cause, *until)),
                Event::Sent(..) | Event::Unclear | Event::Failed => None,
            })
            .collect()
    }

    fn probe(&self) -> Option<(u64, i64)> {
        let last = self
            .events
            .iter()
            .rev()
            .find(|event| !matches!(event, Event::Failed))?;
        match last {
            Event::Sent(number, until) => Some((*number, *until)),
            Event::Unclear | Event::Ill(..) | Event::Failed => None,
        }
    }

    fn enter(&mut self, at: i64) -> Result<Option<u64>, i64> {
        let Some(end) = self.stops().iter().map(|(_, until)| *until).max() else {
            return Ok(None);
        };
        if at < end {
            return Err(end);
        }
        if let Some((_, until)) = self.probe()
            && at < until
        {
            return Err(until);
        }
        self.sent += 1;
        self.events
            .push(Event::Sent(self.sent, at + RULES.probe_ms as i64));
        Ok(Some(self.sent))
    }

    fn record(&mut self, probe: Option<u64>, reading: &Reading, at: i64) {
        let is_probe = probe.is_some() && probe == self.probe().map(|(number, _)| number);
        let is_well = self.stops().is_empty();
        let cause = match reading.meaning {
            Meaning::Served => {
                if is_probe || is_well {
                    *self = Model {
                        sent: self.sent,
                        ..Model::default()
                    };
                }
                return;
            }
            Meaning::Refused(refusal) if !reading.too_large => match reading.signal {
                Some(kind) => Some(Cause::Signal(kind)),
                None if refusal == Refusal::Down => Some(Cause::Down),
                None => None,
            },
            Meaning::Refused(_) | Meaning::Client | Meaning::Credentials => None,
        };
        let Some(cause) = cause else {
            if is_probe {
                self.events.push(Event::Unclear);
            }
            return;
        };
        let wait = reading.retry_after_ms.map(|ms| ms as i64);
        if is_well && cause == Cause::Down && wait.is_none() {
            let failed = self.events.len() as u64 + 1;
            if failed < RULES.failures {
                self.events.push(Event::Failed);
                return;
            }
        }
        if is_probe {
            self.reopened += 1;
            self.events.clear();
        }
        let wait = match wait {
            Some(wait) => wait.min(40_000),
            None => {
                let own = match cause {
                    Cause::Signal(SignalKind::OwnQuota) => 4_000,
                    Cause::Signal(SignalKind::SharedCapacity) => 5_000,
                    Cause::Signal(SignalKind::TemporaryCut) => 6_000,
                    Cause::Signal(SignalKind::SpendLimit) => 90_000,
                    Cause::Signal(SignalKind::NotReady) => 7_000,
                    Cause::Signal(SignalKind::Overloaded) => 3_000,
                    Cause::Down => 2_000,
                };
                let mut wait: i64 = own;
                for _ in 0..self.reopened {
                    wait = (wait * 2).min(20_000.max(own));
                }
                wait
            }
        };
        self.events.retain(|event| !matches!(event, Event::Failed));
        self.events.push(Event::Ill(cause, at + wait));
    }

    /// What counts at an instant, and until when; and whether that is because a stop lasts.
    fn report(&self, at: i64) -> (Vec<(Cause, i64)>, bool) {
        let ends: Vec<(Cause, i64)> = causes()
            .filter_map(|cause| {
                let of = self
                    .stops()
                    .into_iter()
                    .filter(|(other, _)| *other == cause);
                of.map(|(_, until)| until).max().map(|until| (cause, until))
            })
            .collect();
        let lasting: Vec<(Cause, i64)> = ends
            .iter()
            .copied()
            .filter(|(_, until)| at < *until)
            .collect();
        let probe = self.probe().filter(|(_, until)| at < *until);
        match probe {
            Some((_, until)) if lasting.is_empty() => {
                let last = ends.iter().map(|(_, until)| *until).max().unwrap();
                let of_last = ends.into_iter().filter(|(_, end)| *end == last);
                (of_last.map(|(cause, _)| (cause, until)).collect(), false)
            }
            Some(_) | None => (lasting, true),
        }
    }
}

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut hash = self.0;
        hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (hash ^ (hash >> 31)) % limit
    }
}

#[test]
fn a_breaker_does_what_the_model_does() {
    let (mut probes, mut waits, mut closed) = (0, 0, 0);
    for seed in 0..3_000 {
        let mut chance = Chance(seed);
        let (mut breaker, mut model) = (Breaker::default(), Model::default());
        let mut at = 0;
        let mut out: Vec<Option<u64>> = Vec::new();
        for step in 0..60 {
            let place = format!("seed {seed} step {step}");
            at += [0, 1, 999, 1_000, 2_500, 8_000][chance.below(6) as usize];
            if chance.below(2) == 0 {
                let expected = model.enter(at);
                let found = match breaker.enter(instant(at), &RULES) {
                    Entry::Free => Ok(None),
                    Entry::Probe(number) => Ok(Some(number)),
                    Entry::Wait { until, .. } => Err(until.millis() - instant(0).millis()),
                };
                assert_eq!(found, expected, "{place}");
                match found {
                    Ok(number) => {
                        probes += u32::from(number.is_some());
                        out.push(number);
                    }
                    Err(_) => waits += 1,
                }
            } else if !out.is_empty() {
                let number = out.remove(chance.below(out.len() as u64) as usize);
                let retry = [None, None, Some(0), Some(1_000), Some(3_000), Some(50_000)]
                    [chance.below(6) as usize];
                let answer = match chance.below(14) {
                    0..=3 => served(),
                    4 => reading(Meaning::Client, None, retry),
                    5 => reading(Meaning::Credentials, None, None),
                    6 => reading(Meaning::Refused(Refusal::CannotSupport), None, None),
                    7 => Reading {
                        too_large: true,
                        ..ill(Cause::Signal(SignalKind::OwnQuota), retry)
                    },
                    8 | 9 => ill(Cause::Down, None),
                    kind => {
                        let kind = SignalKind::ALL[(kind as usize + step) % 6];
                        ill(Cause::Signal(kind), retry)
                    }
                };
                let was_shut = !breaker.stops.is_empty();
                model.record(number, &answer, at);
                breaker.record(number, &answer, instant(at), &RULES);
                closed += u32::from(was_shut && breaker.stops.is_empty());
            }
            for later in [0, 1, 1_000, 4_321, 30_000] {
                let (expected, lasts) = model.report(at + later);
                let found = breaker.report(instant(at + later));
                let says = |cause: Cause, until: Instant| {
                    expected
                        .iter()
                        .any(|(other, end)| *other == cause && instant(*end) == until)
                };
                let signalled = expected.iter().any(|(cause, _)| *cause != Cause::Down);
                let down = expected.iter().any(|(cause, _)| *cause == Cause::Down);
                let said = (found.signal.is_some(), found.cooldown_until.is_some());
                if lasts {
                    assert_eq!(said, (signalled, down), "{place}");
                } else {
                    // While a probe is out, one of what ended last.
                    assert_eq!(said.0 || said.1, signalled || down, "{place}");
                    assert!(!(said.0 && said.1), "{place}");
                }
                if let Some(until) = found.cooldown_until {
                    assert!(says(Cause::Down, until), "{place}");
                }
                if let Some(signal) = found.signal {
                    assert!(
                        says(Cause::Signal(signal.kind), signal.until.unwrap()),
                        "{place}"
                    );
                }
                // What is said keeps the deployment out exactly as long as nothing is let through.
                let mut copy = breaker.clone();
                let waits = matches!(copy.enter(instant(at + later), &RULES), Entry::Wait { .. });
                assert_eq!(waits, found != Reported::default(), "{place}");
                if let Entry::Wait { until, .. } =
                    breaker.clone().enter(instant(at + later), &RULES)
                {
                    let said = found
                        .cooldown_until
                        .max(found.signal.and_then(|signal| signal.until));
                    assert_eq!(said, Some(until), "{place}");
                }
            }
        }
    }
    assert!(
        probes > 5_000 && waits > 10_000 && closed > 1_000,
        "{probes} {waits} {closed}"
    );
}

#[test]
fn one_probe_is_out_at_a_time() {
    let mut breaker = Breaker::default();
    breaker.record(
        None,
        &ill(Cause::Signal(SignalKind::SharedCapacity), Some(7_000)),
        instant(0),
        &RULES,
    );
    let wait = |until| Entry::Wait {
        until: instant(until),
        refusal: Refusal::NoCapacity,
    };
    assert_eq!(breaker.enter(instant(6_999), &RULES), wait(7_000));
    assert_eq!(breaker.enter(instant(7_000), &RULES), Entry::Probe(1));
    // The others are kept out by the same signal, and a right is discharged by it as before.
    assert_eq!(breaker.enter(instant(7_000), &RULES), wait(16_000));
    let signal = breaker.report(instant(15_999)).signal.unwrap();
    assert_eq!(
        (signal.kind, signal.until),
        (SignalKind::SharedCapacity, Some(instant(16_000)))
    );
    assert_eq!(breaker.report(instant(16_000)), Reported::default());
    assert_eq!(breaker.enter(instant(16_000), &RULES), Entry::Probe(2));
    // The first probe is no probe any more.
    breaker.record(Some(1), &served(), instant(17_000), &RULES);
    assert_eq!(breaker.enter(instant(17_000), &RULES), wait(25_000));
    // What says nothing of its health lets another through.
    breaker.record(
        Some(2),
        &reading(Meaning::Client, None, None),
        instant(18_000),
        &RULES,
    );
    assert_eq!(breaker.enter(instant(18_000), &RULES), Entry::Probe(3));
    breaker.record(Some(3), &served(), instant(19_000), &RULES);
    assert_eq!(
        breaker,
        Breaker {
            probes: 3,
            ..Breaker::default()
        }
    );
}

#[test]
fn failed_probes_double_the_cooldown_up_to_the_longest() {
    let mut breaker = Breaker::default();
    let cause = Cause::Signal(SignalKind::Overloaded);
    breaker.record(None, &ill(cause, None), instant(0), &RULES);
    let mut at = 0;
    let mut waits = Vec::new();
    for _ in 0..70 {
        let until = breaker.stops[0].until.millis() - instant(0).millis();
        waits.push(until - at);
        at = until;
        let Entry::Probe(number) = breaker.enter(instant(at), &RULES) else {
            panic!("a probe is due at {at}");
        };
        breaker.record(Some(number), &ill(cause, None), instant(at), &RULES);
    }
    assert_eq!(waits[..5], [3_000, 6_000, 12_000, 20_000, 20_000]);
    assert_eq!(waits[69], 20_000);
    // What is longer from the beginning does not grow, and a stated wait is kept as it is.
    let Entry::Probe(number) = breaker.enter(breaker.stops[0].until, &RULES) else {
        panic!("a probe is due");
    };
    breaker.record(
        Some(number),
        &ill(Cause::Signal(SignalKind::SpendLimit), None),
        instant(0),
        &RULES,
    );
    assert_eq!(breaker.stops[0].until, instant(90_000));
    let Entry::Probe(number) = breaker.enter(instant(90_000), &RULES) else {
        panic!("a probe is due");
    };
    breaker.record(
        Some(number),
        &ill(cause, Some(500)),
        instant(90_000),
        &RULES,
    );
    assert_eq!(breaker.stops[0].until, instant(90_500));
}

#[test]
fn a_cooldown_never_becomes_shorter_and_causes_stay_apart() {
    let mut breaker = Breaker::default();
    let quota = Cause::Signal(SignalKind::OwnQuota);
    let shared = Cause::Signal(SignalKind::SharedCapacity);
    breaker.record(None, &ill(quota, Some(30_000)), instant(0), &RULES);
    breaker.record(None, &ill(quota, Some(1_000)), instant(0), &RULES);
    breaker.record(None, &ill(shared, Some(1_000)), instant(0), &RULES);
    breaker.record(None, &ill(Cause::Down, Some(2_000)), instant(0), &RULES);
    // Shared exhaustion of a second discharges no right for half a minute.
    let reported = breaker.report(instant(0));
    assert_eq!(
        reported.signal.map(|signal| (signal.kind, signal.until)),
        Some((SignalKind::OwnQuota, Some(instant(30_000))))
    );
    assert_eq!(reported.cooldown_until, Some(instant(2_000)));
    assert_eq!(breaker.report(instant(2_000)).cooldown_until, None);
    // The success of what was sent before clears nothing.
    breaker.record(None, &served(), instant(5_000), &RULES);
    assert!(matches!(
        breaker.enter(instant(29_999), &RULES),
        Entry::Wait { .. }
    ));
    // Nor is a wait believed beyond the longest.
    breaker.record(None, &ill(quota, Some(u64::MAX)), instant(5_000), &RULES);
    assert_eq!(breaker.stops[0].until, instant(45_000));
}

#[test]
fn single_failures_without_a_signal_keep_nobody_out() {
    let mut breaker = Breaker::default();
    let fail = ill(Cause::Down, None);
    for answer in [&fail, &fail, &served(), &fail, &fail] {
        breaker.record(None, answer, instant(0), &RULES);
        assert_eq!(breaker.enter(instant(0), &RULES), Entry::Free);
    }
    breaker.record(None, &fail, instant(0), &RULES);
    assert_eq!(
        breaker.enter(instant(0), &RULES),
        Entry::Wait {
            until: instant(2_000),
            refusal: Refusal::Down
        }
    );
    assert_eq!(
        breaker.report(instant(0)).cooldown_until,
        Some(instant(2_000))
    );
    // A key that is not accepted never does.
    let mut breaker = Breaker::default();
    for _ in 0..9 {
        breaker.record(
            None,
            &reading(Meaning::Credentials, None, None),
            instant(0),
            &RULES,
        );
    }
    assert_eq!(breaker, Breaker::default());
}

#[test]
fn the_ends_of_time_are_instants() {
    let mut breaker = Breaker::default();
    let fail = ill(Cause::Signal(SignalKind::NotReady), None);
    breaker.record(None, &fail, Instant::MAX, &RULES);
    assert_eq!(breaker.stops[0].until, Instant::MAX);
    assert_eq!(breaker.enter(Instant::MAX, &RULES), Entry::Probe(1));
    breaker.reopened = u32::MAX;
    breaker.record(
        Some(1),
        &fail,
        Instant::MIN,
        &Cooldowns {
            longest_ms: u64::MAX,
            not_ready_ms: u64::MAX,
            ..RULES
        },
    );
    assert_eq!(breaker.stops[0].until, Instant::MAX);
}

#[test]
fn a_breaker_is_written_as_it_is() {
    let mut breaker = Breaker::default();
    assert_eq!(breaker.to_json().canonical(), "{}");
    assert_eq!(breaker.report(instant(0)).to_json().canonical(), "{}");
    breaker.record(
        None,
        &ill(Cause::Signal(SignalKind::OwnQuota), Some(1_000)),
        instant(0),
        &RULES,
    );
    breaker.record(None, &ill(Cause::Down, Some(1_000)), instant(0), &RULES);
    assert_eq!(
        breaker.report(instant(0)).to_json().canonical(),
        r#"{"cooldown_until":"2027-01-15T08:00:01Z","signal":{"kind":"own_quota","until":"2027-01-15T08:00:01Z"}}"#
    );
    breaker.enter(instant(1_000), &RULES);
    assert_eq!(
        breaker.to_json().canonical(),
        r#"{"probe":{"number":1,"until":"2027-01-15T08:00:10Z"},"probes":1,"stops":[{"cause":"own_quota","until":"2027-01-15T08:00:01Z"},{"cause":"down","until":"2027-01-15T08:00:01Z"}]}"#
    );
    let mut state = DeploymentState {
        in_flight: 4,
        ..DeploymentState::default()
    };
    breaker.apply(instant(1_000), &mut state);
    assert_eq!(state.in_flight, 4);
    assert_eq!(
        state.signal.map(|signal| signal.kind),
        Some(SignalKind::OwnQuota)
    );
}

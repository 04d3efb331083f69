//! Signals and decisions together: what a breaker says of the holder of a right, and what becomes of the right.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "a test that goes wrong should stop"
)]

use wayleave::authoring::load;
use wayleave::document::{Limits, Sources};
use wayleave::json::Json;
use wayleave::model::vocabulary::Refusal;
use wayleave::model::{Decision, Outcome, Policy, When};
use wayleave::signal::{
    Breaker, Cooldowns, Dialect, End, Entry, Known, Meaning, Next, Reply, read, step_from,
};
use wayleave::time::{At, Instant};

fn parse(text: &str) -> Policy {
    let mut sources = Sources::new();
    sources.add("policy.yaml", text);
    let loaded = load(sources, &Limits::DEFAULT);
    loaded
        .policy
        .unwrap_or_else(|| panic!("{}", loaded.diagnostics.render()))
}

fn policy(refuses_by: &str) -> Policy {
    parse(&format!(
        "wayleave: 1
deployments:
  azure: {{ provider: azure, model: gpt, lacks: [audio] }}
  aws: {{ provider: aws, model: gpt }}
contracts: {{ deal: {{ clauses: [ {{ id: first, kind: first_refusal, holder: azure, refuses_by: [{refuses_by}] }} ] }} }}
"
    ))
}

fn decide(policy: &Policy, state: &str, at: Instant) -> Decision {
    let request = policy.request("{ model: gpt }").unwrap();
    let state = policy
        .state(state)
        .unwrap_or_else(|found| panic!("{}", found.render()));
    policy.decide(&request, &state, &When::at(At::Instant(at)))
}

fn order(decision: &Decision) -> Vec<&str> {
    decision
        .attempts
        .iter()
        .map(|attempt| attempt.deployment.as_str())
        .collect()
}

/// Answers of Azure: status, the wait in seconds where it is not empty, body.
const ANSWERS: [(u16, &str, &str); 9] = [
    (200, "", ""),
    (
        429,
        "7",
        r#"{"error":{"message":"Rate limit is exceeded"}}"#,
    ),
    (
        429,
        "",
        r#"{"error":{"message":"System is experiencing high demand"}}"#,
    ),
    (
        429,
        "20",
        r#"{"error":{"message":"System is experiencing high demand"}}"#,
    ),
    (429, "", r#"{"error":{"code":"insufficient_quota"}}"#),
    (503, "", ""),
    (503, "4", ""),
    (401, "", ""),
    (400, "", r#"{"error":{"code":"content_filter"}}"#),
];

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut hash = self.0;
        hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((hash ^ (hash >> 31)) % limit as u64) as usize
    }
}

/// The holder is attempted exactly while its breaker lets requests through, and passed over exactly where what the
/// breaker reports is a refusal that the right counts.
#[test]
fn a_breaker_discharges_a_right_by_what_it_reports() {
    let rights = [
        ("cannot_support", &[Refusal::CannotSupport][..]),
        ("no_capacity", &[Refusal::NoCapacity]),
        ("quota", &[Refusal::Quota]),
        ("down", &[Refusal::Down]),
        ("quota, down", &[Refusal::Quota, Refusal::Down]),
    ];
    let rules = Cooldowns::DEFAULT;
    let (mut passed, mut held, mut offered) = (0, 0, 0);
    for (number, (words, counted)) in rights.into_iter().enumerate() {
        let policy = policy(words);
        for seed in 0..40 {
            let mut chance = Chance(seed * 10 + number as u64);
            let mut breaker = Breaker::default();
            let mut at = Instant::parse("2026-11-22T10:00:00Z").unwrap();
            for step in 0..40 {
                at = at
                    .plus_millis([1, 2_000, 5_000, 11_000, 60_000][chance.below(5)])
                    .unwrap();
                let reported = breaker.report(at);
                let state = format!(
                    r#"{{"deployments":{{"azure":{}}}}}"#,
                    reported.to_json().canonical()
                );
                let decision = decide(&policy, &state, at);
                let place = format!("refuses_by [{words}] seed {seed} step {step} {state}");
                let down = reported.cooldown_until.map(|_| Refusal::Down);
                let signalled = reported.signal.map(|signal| signal.kind.refusal());
                let counts = [down, signalled]
                    .into_iter()
                    .flatten()
                    .any(|refusal| counted.contains(&refusal));
                match breaker.enter(at, &rules) {
                    Entry::Wait { until, .. } => {
                        assert!(until > at, "{place}");
                        if counts {
                            passed += 1;
                            assert_eq!(order(&decision), ["aws"], "{place}");
                        } else {
                            held += 1;
                            assert_eq!(decision.outcome, Outcome::Hold, "{place}");
                        }
                    }
                    entry @ (Entry::Free | Entry::Probe(_)) => {
                        offered += 1;
                        assert_eq!(order(&decision), ["azure", "aws"], "{place}");
                        let (status, wait, body) = ANSWERS[chance.below(ANSWERS.len())];
                        let headers = [("retry-after", wait)];
                        let headers = if wait.is_empty() { &[][..] } else { &headers };
                        let reply = Reply {
                            status,
                            headers,
                            body,
                            at,
                        };
                        let reading = read(Dialect::Azure, &reply, &Known::default());
                        let probe = if let Entry::Probe(number) = entry {
                            Some(number)
                        } else {
                            None
                        };
                        breaker.record(probe, &reading, at, &rules);
                        // The other is asked at once exactly where the answer is a refusal that the right counts.
                        let follows = match decision.follow(0, reading.meaning) {
                            Next::Attempt { position, attempt } => {
                                assert_eq!((position, attempt.deployment.as_str()), (1, "aws"));
                                true
                            }
                            Next::End(_) => false,
                        };
                        let may = matches!(reading.meaning, Meaning::Refused(refusal) if counted.contains(&refusal));
                        assert_eq!(follows, may, "{place} {reading:?}");
                    }
                }
            }
        }
    }
    assert!(
        passed > 300 && held > 300 && offered > 300,
        "{passed} {held} {offered}"
    );
}

#[test]
fn why_nothing_follows_is_said() {
    let at = Instant::parse("2026-11-22T10:00:00Z").unwrap();
    let decision = decide(&policy("no_capacity"), "{}", at);
    let end = |attempted, meaning| match decision.follow(attempted, meaning) {
        Next::End(end) => Some(end),
        Next::Attempt { .. } => None,
    };
    let quota = Meaning::Refused(Refusal::Quota);
    let shared = Meaning::Refused(Refusal::NoCapacity);
    assert_eq!(end(0, shared), None);
    assert_eq!(end(0, quota), Some(End::NotListed(Refusal::Quota)));
    assert_eq!(end(1, quota), Some(End::Last(Refusal::Quota)));
    assert_eq!(end(2, quota), Some(End::NoAttempt));
    assert_eq!(end(usize::MAX, shared), Some(End::NoAttempt));
    for (meaning, expected) in [
        (Meaning::Served, End::Served),
        (Meaning::Client, End::Client),
        (Meaning::Credentials, End::Credentials),
    ] {
        assert_eq!(end(0, meaning), Some(expected));
    }
}

#[test]
fn steps_in_data_are_the_calls() {
    let value =
        |json: &Json| -> serde_json::Value { serde_json::from_str(&json.canonical()).unwrap() };
    let rules = Cooldowns::DEFAULT;
    let mut breaker = Breaker::default();
    let mut data = serde_json::json!({});
    let mut entry = Entry::Free;
    let mut probes = 0;
    for turn in 0..600_i64 {
        let began = Instant::parse("2026-11-22T10:00:00Z").unwrap();
        let at = began.plus_millis(turn * 20_000).unwrap();
        let mut step = serde_json::json!({ "breaker": data, "at": at.to_string(), "enter": true });
        let probe = match entry {
            Entry::Probe(number) => Some(number),
            Entry::Free | Entry::Wait { .. } => None,
        };
        probes += u32::from(probe.is_some());
        // What was let through is answered.
        if !matches!(entry, Entry::Wait { .. }) {
            let (status, wait, body) = ANSWERS[(turn * 7 % 9) as usize];
            let retry = [("retry-after", wait)];
            let headers: &[(&str, &str)] = if wait.is_empty() { &[] } else { &retry };
            let reply = Reply {
                status,
                headers,
                body,
                at,
            };
            let reading = read(Dialect::Azure, &reply, &Known::default());
            breaker.record(probe, &reading, at, &rules);
            let headers: serde_json::Map<_, _> = headers
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect();
            step["probe"] = serde_json::json!(probe);
            step["reply"] = serde_json::json!({
                "dialect": "azure", "status": status, "headers": headers, "body": body, "at": at.to_string()
            });
        }
        entry = breaker.enter(at, &rules);
        let stepped = value(&step_from(&serde_json::from_value(step).unwrap()).unwrap());
        assert_eq!(stepped["breaker"], value(&breaker.to_json()), "{turn}");
        assert_eq!(stepped["entry"], value(&entry.to_json()), "{turn}");
        let reported = value(&breaker.report(at).to_json());
        assert_eq!(stepped["state"], reported, "{turn}");
        data = stepped["breaker"].clone();
    }
    assert!(probes > 20, "{probes}");
}

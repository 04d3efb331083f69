//! Authority and edges under random operations, with messages that are lost, come twice, late and out of order, edges that
//! are lost, and clocks that are off: a provider who counts by itself never sees more than its limits.

use std::collections::BTreeMap;

use wayleave::ledger::edge::Edge;
use wayleave::ledger::lease::{Ask, Grant, Return, Terms};
use wayleave::ledger::{Admission, Ledger, Settlement};
use wayleave::model::{Policy, Request, State};

use crate::support::{Chance, at, policy, request, usage};

const POLICY: &str = "
wayleave: 1
deployments:
  minute: { provider: a, model: m, limits: { tokens_per_minute: 9000, requests_per_minute: 30 } }
  pool-a: { provider: a, model: m, limits: { tokens_per_minute: 6000, counter: pool } }
  pool-b: { provider: a, model: m, limits: { tokens_per_minute: 6000, counter: pool, tokens_per_day: 60000 } }
  bucket: { provider: a, model: m, limits: { tokens_per_minute: 8000, refill: continuous } }
";

const DEPLOYMENTS: [&str; 4] = ["minute", "pool-a", "pool-b", "bucket"];
const EDGES: usize = 4;
const SKEW: u64 = 200;

/// The limits of a deployment as the provider counts them: name, amount, milliseconds (negative drains), whether requests.
fn limits(deployment: &str) -> &'static [(&'static str, i128, i128, bool)] {
    match deployment {
        "minute" => &[
            ("minute tokens", 9_000, 60_000, false),
            ("minute requests", 30, 60_000, true),
        ],
        "pool-a" => &[("pool", 6_000, 60_000, false)],
        "pool-b" => &[
            ("pool", 6_000, 60_000, false),
            ("pool day", 60_000, 86_400_000, false),
        ],
        _ => &[("bucket", 8_000, -60_000, false)],
    }
}

#[derive(Default)]
struct Provider {
    windows: BTreeMap<(&'static str, i128), i128>,
    levels: BTreeMap<&'static str, (i128, i128)>,
    peak: BTreeMap<&'static str, i128>,
}

impl Provider {
    /// Counts a request, or what is to be given back of one that was counted at `then`.
    fn count(&mut self, deployment: &str, tokens: i128, requests: i128, now: i128, then: i128) {
        for (name, amount, pace, of_requests) in limits(deployment) {
            let more = if *of_requests { requests } else { tokens };
            let standing = if *pace < 0 {
                let (level, since) = self.levels.get(name).copied().unwrap_or((0, now));
                let drained = (level - (now - since) * amount).max(0);
                let level = (drained + more * 60_000).max(0);
                self.levels.insert(name, (level, now));
                level.div_euclid(60_000)
            } else if now / pace == then / pace {
                let count = self.windows.entry((name, now / pace)).or_default();
                *count += more;
                *count
            } else {
                0
            };
            assert!(standing <= *amount, "{name}: {standing} of {amount}");
            let peak = self.peak.entry(name).or_default();
            *peak = standing.max(*peak);
        }
    }
}

enum Message {
    Ask(usize, Ask),
    Grant(usize, Grant),
    Return(Vec<Return>),
}

/// A request in flight: who admitted it, where it went, when, with how many tokens.
struct Flying {
    edge: Option<usize>,
    id: String,
    deployment: &'static str,
    then: i128,
    tokens: u64,
}

fn run(seed: u64, operations: u64, peaks: &mut BTreeMap<&'static str, i128>) -> (u64, u64) {
    let policy: Policy = policy(POLICY);
    let requests: Vec<(u64, Request)> = [100, 250, 400, 700]
        .iter()
        .map(|tokens| {
            let text = format!(
                "{{ model: m, input_tokens: 50, max_output_tokens: {} }}",
                tokens - 50
            );
            (*tokens, request(&policy, &text))
        })
        .collect();
    let terms = Terms {
        max_skew_ms: 200,
        ..Terms::default()
    };
    let world = State::default();
    let mut chance = Chance(seed);
    let mut authority = Ledger::new();
    let mut edges: Vec<Edge> = (0..EDGES)
        .map(|edge| Edge::new(&format!("{edge}"), terms))
        .collect();
    let offsets: Vec<u64> = (0..EDGES).map(|_| chance.below(2 * SKEW + 1)).collect();
    let mut provider = Provider::default();
    let mut flying: Vec<Flying> = Vec::new();
    let mut messages: Vec<Message> = Vec::new();
    let (mut now, mut admitted, mut refused) = (60_000, 0, 0);
    for operation in 0..operations {
        now += match chance.below(200) {
            0 => chance.below(30_000),
            1..=80 => 0,
            _ => chance.below(90),
        };
        let time = i128::from(at(now).millis());
        let edge = usize::try_from(chance.below(4)).unwrap();
        let local = at(now + offsets[edge] - SKEW);
        match chance.below(20) {
            0..=7 => {
                let deployment = DEPLOYMENTS[usize::try_from(chance.below(4)).unwrap()];
                let (tokens, request) = &requests[usize::try_from(chance.below(4)).unwrap()];
                let id = operation.to_string();
                let by_edge = chance.below(6) > 0;
                let done = if by_edge {
                    edges[edge]
                        .admit(&policy, request, deployment, &id, local, at(now + 40_000))
                        .is_ok()
                } else {
                    let asked = Admission {
                        deployment,
                        request,
                        world: &world,
                        id: &id,
                        at: at(now),
                        expires_at: at(now + 40_000),
                    };
                    authority.admit(&policy, &asked).is_ok()
                };
                if done {
                    admitted += 1;
                    provider.count(deployment, i128::from(*tokens), 1, time, time);
                    flying.push(Flying {
                        edge: by_edge.then_some(edge),
                        id,
                        deployment,
                        then: time,
                        tokens: *tokens,
                    });
                } else {
                    refused += 1;
                    if let Some(ask) = edges[edge].ask(&format!("ask-{operation}"), local) {
                        assert_eq!(Ask::from_json(&ask.to_json()), Ok(ask.clone()));
                        messages.push(Message::Ask(edge, ask));
                    }
                }
            }
            8..=11 => {
                if flying.is_empty() {
                    continue;
                }
                let place = chance.below(u64::try_from(flying.len()).unwrap());
                let one = flying.swap_remove(usize::try_from(place).unwrap());
                let used = 50 + chance.below(one.tokens - 49);
                let cancels = chance.below(8) == 0;
                let came = Settlement {
                    usage: Some(usage(50, 0, used - 50)),
                    cost: None,
                };
                // What has been forgotten is gone, and counts as estimated.
                let done = match (one.edge, cancels) {
                    (Some(edge), false) => {
                        edges[edge].settle(&policy, &one.id, came.usage.as_ref())
                    }
                    (Some(edge), true) => edges[edge].cancel(&one.id),
                    (None, false) => authority.settle(&policy, &one.id, &came, at(now)),
                    (None, true) => authority.cancel(&policy, &one.id, at(now)),
                };
                if done.is_ok() {
                    let less = if cancels {
                        one.tokens
                    } else {
                        one.tokens - used
                    };
                    let requests = if cancels { -1 } else { 0 };
                    provider.count(one.deployment, -i128::from(less), requests, time, one.then);
                }
            }
            12..=17 => {
                if messages.is_empty() {
                    continue;
                }
                let place = chance.below(u64::try_from(messages.len()).unwrap());
                let place = usize::try_from(place).unwrap();
                // Lost, delivered and kept to come again, or delivered.
                let fate = chance.below(12);
                let answer = match &messages[place] {
                    _ if fate == 0 => None,
                    Message::Ask(edge, ask) => {
                        let grant = authority.lend(&policy, ask, &terms, at(now)).unwrap();
                        assert_eq!(Grant::from_json(&grant.to_json()), Ok(grant.clone()));
                        Some(Message::Grant(*edge, grant))
                    }
                    Message::Grant(edge, grant) => {
                        edges[*edge].receive(grant);
                        None
                    }
                    Message::Return(back) => {
                        authority.take_back(back, at(now));
                        None
                    }
                };
                if fate != 1 {
                    messages.swap_remove(place);
                }
                messages.extend(answer);
                // The oldest are lost at last.
                if messages.len() > 10 {
                    messages.remove(0);
                }
            }
            18 => {
                if chance.below(12) == 0 {
                    edges[edge] = Edge::new(&format!("{edge}"), terms);
                    flying.retain(|one| one.edge != Some(edge));
                } else {
                    let back = edges[edge].give_back(local);
                    for one in &back {
                        assert_eq!(Return::from_json(&one.to_json()), Ok(one.clone()));
                    }
                    if !back.is_empty() {
                        messages.push(Message::Return(back));
                    }
                }
            }
            _ => {
                authority.expire(&policy, at(now));
                edges[edge].expire(local);
            }
        }
        for (key, counter) in authority.counters() {
            let standing = counter.standing_at(at(now));
            assert!(standing <= counter.amount, "{key:?}: {standing}");
        }
    }
    let text = authority.snapshot().canonical();
    assert_eq!(Ledger::restore_text(&text).unwrap(), authority);
    for (name, peak) in provider.peak {
        let known = peaks.entry(name).or_default();
        *known = peak.max(*known);
    }
    (admitted, refused)
}

/// `WAYLEAVE_LEDGER_OPERATIONS` sets how many.
#[test]
fn no_provider_sees_more_than_its_limits() {
    let operations = std::env::var("WAYLEAVE_LEDGER_OPERATIONS")
        .ok()
        .and_then(|text| text.parse::<u64>().ok())
        .unwrap_or(40_000);
    let (mut admitted, mut refused, mut peaks) = (0, 0, BTreeMap::new());
    for seed in 0..4 {
        let (more, less) = run(seed, operations / 4, &mut peaks);
        admitted += more;
        refused += less;
    }
    println!(
        "{operations} operations of a fleet: {admitted} admitted, {refused} refused, at most {peaks:?}"
    );
    // The limits were nearly reached: this is no test of an idle fleet.
    for (name, least) in [("minute requests", 27), ("pool", 5_400), ("bucket", 4_000)] {
        assert!(peaks[name] >= least, "{name}: {peaks:?}");
    }
}

#[test]
fn an_edge_that_others_have_left_nothing_for_is_told_to_wait() {
    let policy = policy(
        "wayleave: 1\ndeployments: { d: { provider: a, model: m, limits: { requests_per_minute: 60 } } }\n",
    );
    let request = request(&policy, "{ model: m }");
    let terms = Terms::default();
    let mut authority = Ledger::new();
    let now = at(0);
    // Without this, every request that is refused costs a message.
    let mut ask = |edge: &mut Edge, id: &str| {
        let admitted = edge.admit(&policy, &request, "d", id, now, at(60_000));
        let ask = edge.ask(&format!("ask-{id}"), now);
        if let Some(ask) = &ask {
            edge.receive(&authority.lend(&policy, ask, &terms, now).unwrap());
        }
        (admitted.is_ok(), ask.is_some())
    };
    let mut turns = |name: &str, requests: u32| {
        let mut edge = Edge::new(name, terms);
        let (mut admitted, mut messages) = (0, 0);
        for number in 0..requests {
            // A request that was refused is tried again when its ask is answered.
            for _ in 0..2 {
                let (fits, asked) = ask(&mut edge, &format!("{name}-{number}"));
                messages += u32::from(asked);
                if fits {
                    admitted += 1;
                    break;
                }
            }
        }
        (admitted, messages)
    };
    let mut sum = 0;
    for name in ["a", "b", "c"] {
        sum += turns(name, 10).0;
    }
    sum += turns("d", 70).0;
    let (admitted, messages) = turns("e", 70);
    assert!(sum + admitted <= 60 && sum >= 40, "{sum} {admitted}");
    assert!(messages <= 3, "{messages}");
}

//! The ledger against a naive model: the same operations, and after each of them the same answer and the same counters.

use std::collections::BTreeMap;

use wayleave::ledger::{Admission, Ledger, Refused, Settlement};
use wayleave::model::{Policy, Request, State, When};
use wayleave::time::At;

use crate::support::{Chance, at, policy, request, state, usage};

const POLICY: &str = "
wayleave: 1
deployments:
  fixed: { provider: a, model: m, limits: { tokens_per_minute: 20000, requests_per_minute: 30, in_flight: 6 } }
  post: { provider: a, model: m, limits: { tokens_per_minute: 20000, admission: post_check } }
  bucket: { provider: a, model: m, limits: { tokens_per_minute: 20000, refill: continuous } }
  burn: { provider: a, model: m, limits: { tokens_per_minute: 20000, cached_input: held, output_burn: 5 } }
  split: { provider: a, model: m, limits: { input_tokens_per_minute: 9000, output_tokens_per_minute: 5000, cached_input: free, output: actual } }
  units: { provider: a, model: m, provisioned: { units: 10, tokens_per_unit_minute: 1200, output_weight: 1.5 } }
  one: { provider: a, model: m, limits: { tokens_per_minute: 15000, counter: pool, requests_per_day: 900 } }
  two: { provider: a, model: m, limits: { tokens_per_minute: 20000, counter: pool, request_slice_seconds: 10, requests_per_minute: 60 } }
";

#[derive(Clone, Copy)]
struct Sizes {
    input: i128,
    cached: i128,
    max: i128,
}

/// How one limit is written down once more: what it starts again after, what it counts, how it is checked.
struct Line {
    name: &'static str,
    counter: &'static str,
    amount: i128,
    /// Milliseconds of the window; negative drains; 0 is in flight.
    pace: i128,
    post: bool,
    estimate: fn(Sizes) -> i128,
    /// Of input, cached and output.
    actual: fn(i128, i128, i128) -> i128,
}

fn lines(deployment: &str) -> Vec<Line> {
    let line = |name, counter, amount, pace, post, estimate, actual| Line {
        name,
        counter,
        amount,
        pace,
        post,
        estimate,
        actual,
    };
    let whole = |s: Sizes| s.input + s.max;
    let one = |_: Sizes| 1;
    match deployment {
        "fixed" => vec![
            line("limit/in_flight", "fixed f", 6, 0, false, one, |_, _, _| 0),
            line(
                "limit/tokens_per_minute",
                "fixed t",
                20_000,
                60_000,
                false,
                whole,
                |i, _, o| i + o,
            ),
            line(
                "limit/requests_per_minute",
                "fixed r",
                30,
                60_000,
                false,
                one,
                |_, _, _| 1,
            ),
        ],
        "post" => vec![line(
            "limit/tokens_per_minute",
            "post t",
            20_000,
            60_000,
            true,
            whole,
            |i, _, o| i + o,
        )],
        "bucket" => vec![line(
            "limit/tokens_per_minute",
            "bucket t",
            20_000,
            -60_000,
            false,
            whole,
            |i, _, o| i + o,
        )],
        "burn" => vec![line(
            "limit/tokens_per_minute",
            "burn t",
            20_000,
            60_000,
            false,
            whole,
            |i, c, o| i - c + 5 * o,
        )],
        "split" => vec![
            line(
                "limit/input_tokens_per_minute",
                "split i",
                9_000,
                60_000,
                false,
                |s| s.input - s.cached,
                |i, c, _| i - c,
            ),
            line(
                "limit/output_tokens_per_minute",
                "split o",
                5_000,
                60_000,
                false,
                |_| 0,
                |_, _, o| o,
            ),
        ],
        "units" => vec![line(
            "limit/provisioned",
            "units",
            12_000,
            -60_000,
            true,
            |s| s.input - s.cached + (s.max * 3 + 1) / 2,
            |i, c, o| i - c + (o * 3 + 1) / 2,
        )],
        "one" => vec![
            line(
                "limit/tokens_per_minute",
                "pool t",
                15_000,
                60_000,
                false,
                whole,
                |i, _, o| i + o,
            ),
            line(
                "limit/requests_per_day",
                "pool d",
                900,
                86_400_000,
                false,
                one,
                |_, _, _| 1,
            ),
        ],
        _ => vec![
            line(
                "limit/tokens_per_minute",
                "pool t",
                20_000,
                60_000,
                false,
                whole,
                |i, _, o| i + o,
            ),
            line(
                "limit/requests_per_minute",
                "pool r",
                60,
                60_000,
                false,
                one,
                |_, _, _| 1,
            ),
            line(
                "limit/requests_per_slice",
                "pool s",
                10,
                10_000,
                false,
                one,
                |_, _, _| 1,
            ),
        ],
    }
}

const DEPLOYMENTS: [&str; 8] = [
    "fixed", "post", "bucket", "burn", "split", "units", "one", "two",
];

/// What is counted in each window, by its number; for what drains, a level and when it was so.
#[derive(Default)]
struct Model {
    windows: BTreeMap<(&'static str, i128), i128>,
    levels: BTreeMap<&'static str, (i128, i128)>,
    flying: BTreeMap<&'static str, i128>,
    open: BTreeMap<String, (&'static str, Sizes, i128)>,
    over: BTreeMap<&'static str, i128>,
}

impl Model {
    /// In sixty-thousandths where it drains.
    fn level(&self, line: &Line, now: i128) -> i128 {
        let (level, then) = self.levels.get(line.counter).copied().unwrap_or((0, now));
        (level - (now - then) * line.amount).max(0)
    }

    fn standing(&self, line: &Line, now: i128) -> i128 {
        if line.pace == 0 {
            return self.flying.get(line.counter).copied().unwrap_or(0);
        }
        if line.pace < 0 {
            return (self.level(line, now) + 59_999) / 60_000;
        }
        let window = (line.counter, now / line.pace);
        self.windows.get(&window).copied().unwrap_or(0)
    }

    fn admit(
        &mut self,
        id: &str,
        deployment: &'static str,
        sizes: Sizes,
        now: i128,
    ) -> Result<(), &'static str> {
        if self.open.contains_key(id) {
            return Err("duplicate");
        }
        for line in lines(deployment) {
            let standing = self.standing(&line, now);
            let fits = if line.post {
                standing < line.amount
            } else {
                standing + (line.estimate)(sizes) <= line.amount
            };
            if !fits {
                return Err(line.name);
            }
        }
        for line in lines(deployment) {
            self.count(&line, (line.estimate)(sizes), now);
        }
        self.open.insert(id.to_string(), (deployment, sizes, now));
        Ok(())
    }

    fn count(&mut self, line: &Line, more: i128, now: i128) {
        if line.pace == 0 {
            *self.flying.entry(line.counter).or_default() += more;
        } else if line.pace < 0 {
            let level = (self.level(line, now) + more * 60_000).max(0);
            self.levels.insert(line.counter, (level, now));
        } else {
            *self
                .windows
                .entry((line.counter, now / line.pace))
                .or_default() += more;
        }
    }

    /// `came` is the input, the cached part of it and the output; nothing where the request was never sent.
    fn close(&mut self, id: &str, came: Option<(i128, i128, i128)>, now: i128) -> bool {
        let Some((deployment, sizes, then)) = self.open.remove(id) else {
            return false;
        };
        for line in lines(deployment) {
            let estimate = (line.estimate)(sizes);
            let actual = came.map_or(0, |(input, cached, output)| {
                (line.actual)(input, cached, output)
            });
            let more = if line.pace == 0 {
                -estimate
            } else {
                actual - estimate
            };
            let same = line.pace <= 0 || now / line.pace == then / line.pace;
            if more > 0 {
                *self.over.entry(line.counter).or_default() += more;
            }
            if more > 0 || same {
                self.count(&line, more, now);
            }
        }
        true
    }

    /// A forgotten request counts as estimated.
    fn forget(&mut self, id: &str) {
        let (deployment, sizes, now) = self.open.remove(id).unwrap();
        for line in lines(deployment).iter().filter(|line| line.pace == 0) {
            self.count(line, -(line.estimate)(sizes), now);
        }
    }
}

struct Run {
    policy: Policy,
    ledger: Ledger,
    model: Model,
    chance: Chance,
    now: u64,
    forgotten_at: BTreeMap<String, u64>,
}

fn run(seed: u64, operations: u64, check_every: u64) -> (u64, u64) {
    let mut run = Run {
        policy: policy(POLICY),
        ledger: Ledger::new(),
        model: Model::default(),
        chance: Chance(seed),
        now: 0,
        forgotten_at: BTreeMap::new(),
    };
    let world = State::default();
    let requests: Vec<(Sizes, Request)> = (0..64)
        .map(|_| {
            let input = run.chance.below(3_000);
            let sizes = Sizes {
                input: i128::from(input),
                cached: i128::from(run.chance.below(input + 1)),
                max: i128::from(run.chance.below(2_000)),
            };
            let text = format!(
                "{{ model: m, input_tokens: {}, cached_input_tokens: {}, max_output_tokens: {} }}",
                sizes.input, sizes.cached, sizes.max
            );
            (sizes, request(&run.policy, &text))
        })
        .collect();
    let (mut admitted, mut refused) = (0, 0);
    for operation in 0..operations {
        // Mostly a little later, at times the same instant, at times much later.
        run.now += match run.chance.below(40) {
            0 => run.chance.below(90_000),
            1..=9 => 0,
            _ => run.chance.below(160),
        };
        let now = i128::from(at(run.now).millis());
        let pick = run.chance.below(64);
        let (sizes, request) = &requests[usize::try_from(pick).unwrap()];
        match run.chance.below(10) {
            0..=4 => {
                let place = usize::try_from(run.chance.below(8)).unwrap();
                let deployment = DEPLOYMENTS[place];
                let id = run.chance.below(operations).to_string();
                let expires = run.now + 30_000 + run.chance.below(90_000);
                let asked = Admission {
                    deployment,
                    request,
                    world: &world,
                    id: &id,
                    at: at(run.now),
                    expires_at: at(expires),
                };
                if operation % 16 == 0 && !run.model.open.contains_key(&id) {
                    agree(&run, request, deployment);
                }
                let answer = run.ledger.admit(&run.policy, &asked);
                let expected = run.model.admit(&id, deployment, *sizes, now);
                match &answer {
                    Ok(()) => {
                        assert_eq!(expected, Ok(()));
                        run.forgotten_at.insert(id, expires);
                        admitted += 1;
                    }
                    Err(found) => {
                        assert_eq!(expected, Err(found.cite()), "{deployment} at {}", run.now);
                        refused += 1;
                        if let (Refused::Full(full), Some(until)) = (found, found.until()) {
                            // No instant before it has room for this request alone.
                            let line = lines(deployment);
                            let line = line.iter().find(|line| line.name == found.cite()).unwrap();
                            let before = i128::from(until.millis()) - 1;
                            let standing = run.model.standing(line, before.max(now));
                            let needed = i128::from(full.needed.unwrap());
                            let fits = if line.post {
                                standing < line.amount
                            } else {
                                standing + needed <= line.amount
                            };
                            assert!(!fits, "{found:?} at {}", run.now);
                        }
                    }
                }
            }
            5..=7 => {
                let Some(id) = nth(&run.model.open, &mut run.chance) else {
                    continue;
                };
                // Less than the most that was asked for, and now and then more.
                let (_, sizes, _) = run.model.open[&id];
                let most = u64::try_from(sizes.max).unwrap() + 1;
                let output = run.chance.below(most * 6 / 5 + 1);
                let (input, cached) = (sizes.input, sizes.cached);
                let came = Settlement {
                    usage: Some(usage(
                        u64::try_from(input).unwrap(),
                        u64::try_from(cached).unwrap(),
                        output,
                    )),
                    cost: None,
                };
                run.ledger
                    .settle(&run.policy, &id, &came, at(run.now))
                    .unwrap();
                assert!(
                    run.model
                        .close(&id, Some((input, cached, i128::from(output))), now)
                );
                run.forgotten_at.remove(&id);
            }
            8 => {
                let Some(id) = nth(&run.model.open, &mut run.chance) else {
                    continue;
                };
                run.ledger.cancel(&run.policy, &id, at(run.now)).unwrap();
                assert!(run.model.close(&id, None, now));
                run.forgotten_at.remove(&id);
                let again = run.ledger.cancel(&run.policy, &id, at(run.now));
                assert_eq!(again, Err(Refused::UnknownReservation));
            }
            _ => {
                let mut gone = run.ledger.expire(&run.policy, at(run.now));
                gone.sort();
                let due: Vec<String> = run
                    .forgotten_at
                    .iter()
                    .filter(|(_, due)| **due <= run.now)
                    .map(|(id, _)| id.clone())
                    .collect();
                assert_eq!(gone, due);
                for id in due {
                    run.model.forget(&id);
                    run.forgotten_at.remove(&id);
                }
            }
        }
        if operation % check_every == 0 {
            compare(&run, now);
        }
    }
    // When all is settled, counters are what was used.
    let now = i128::from(at(run.now).millis());
    let open: Vec<String> = run.model.open.keys().cloned().collect();
    for id in open {
        run.ledger
            .settle(
                &run.policy,
                &id,
                &Settlement {
                    usage: Some(usage(1, 0, 1)),
                    cost: None,
                },
                at(run.now),
            )
            .unwrap();
        assert!(run.model.close(&id, Some((1, 0, 1)), now));
    }
    compare(&run, now);
    let text = run.ledger.snapshot().canonical();
    let restored = Ledger::restore_text(&text).unwrap();
    assert_eq!(restored, run.ledger);
    assert_eq!(restored.snapshot().canonical(), text);
    (admitted, refused)
}

/// A decision that reads the ledger's state, or its document, finds room exactly where the ledger does.
fn agree(run: &Run, request: &Request, deployment: &str) {
    let now = at(run.now);
    let world = State::default();
    let seen = run.ledger.state(&run.policy, &world, now);
    let document = run.ledger.state_document(&run.policy, now).canonical();
    let read = state(&run.policy, &document);
    let mut copy = run.ledger.clone();
    let asked = Admission {
        deployment,
        request,
        world: &world,
        id: "asked",
        at: now,
        expires_at: now,
    };
    let refused = copy.admit(&run.policy, &asked).err();
    let when = When::at(At::Instant(now));
    for state in [seen, read] {
        let decision = run.policy.decide(request, &state, &when);
        let verdict = decision.verdict(deployment).unwrap();
        let cite = refused.as_ref().map(Refused::cite);
        assert_eq!(verdict.cite.as_deref(), cite, "{deployment} at {}", run.now);
    }
}

fn nth(
    open: &BTreeMap<String, (&'static str, Sizes, i128)>,
    chance: &mut Chance,
) -> Option<String> {
    let count = u64::try_from(open.len()).unwrap();
    if count == 0 {
        return None;
    }
    let place = usize::try_from(chance.below(count)).unwrap();
    open.keys().nth(place).cloned()
}

/// Every counter is what the model says, and no limit is passed by more than usage was over its estimates.
fn compare(run: &Run, now: i128) {
    for id in DEPLOYMENTS {
        let deployment = run
            .policy
            .deployments()
            .iter()
            .find(|found| found.id == id)
            .unwrap();
        for (line, rule) in lines(id).iter().zip(deployment.rules()) {
            assert_eq!(line.name, rule.kind.cite());
            let key = wayleave::ledger::counter::CounterKey::of(deployment, rule.kind);
            let Some((_, counter)) = run.ledger.counters().find(|(of, _)| **of == key) else {
                continue;
            };
            let standing = run.model.standing(line, now);
            assert_eq!(
                i128::from(counter.standing_at(at(run.now))),
                standing,
                "{key:?} at {}",
                run.now
            );
            let over = run.model.over.get(line.counter).copied().unwrap_or(0);
            assert_eq!(i128::from(counter.overshoot), over, "{key:?}");
            let pool = if line.counter == "pool t" {
                20_000
            } else {
                line.amount
            };
            if !line.post {
                assert!(
                    standing <= pool + over,
                    "{key:?}: {standing} of {pool}, {over} over"
                );
            }
        }
    }
}

/// `WAYLEAVE_LEDGER_OPERATIONS` sets how many; a million take a minute without optimisation, seconds with it.
#[test]
fn the_ledger_is_what_a_naive_model_says() {
    let operations = std::env::var("WAYLEAVE_LEDGER_OPERATIONS")
        .ok()
        .and_then(|text| text.parse::<u64>().ok())
        .unwrap_or(40_000);
    let (mut admitted, mut refused) = (0, 0);
    for seed in 0..10 {
        let (more, less) = run(seed, operations / 10, 7);
        admitted += more;
        refused += less;
    }
    println!("{operations} operations: {admitted} admitted, {refused} refused");
    assert!(admitted * 20 > operations && refused * 20 > operations);
}

//! What clauses count against a naive model: the list of all that has happened, summed up anew for every window.

use wayleave::ledger::clauses::Settled;
use wayleave::ledger::{Admission, Ledger, Refused, Settlement};
use wayleave::model::State;
use wayleave::money::Money;
use wayleave::time::Instant;

use crate::support::{Chance, at, policy, request, usage};

const POLICY: &str = "
wayleave: 1
deployments:
  a: { provider: azure, model: m, price: { input: 1, output: 2 } }
  b: { provider: aws, model: m, price: { input: 3, output: 4 } }
contracts:
  ours:
    clauses:
      - { id: budget, kind: spend_cap, for: 'deployment.provider == \"aws\"', amount: 0.5, window: hour }
      - { id: soft, kind: spend_cap, amount: 1, window: day, enforcement: soft }
      - { id: requests, kind: share, for: 'deployment.provider == \"aws\"', max: 60%, window: hour }
      - { id: tokens, kind: share, for: 'deployment.provider == \"aws\"', min: 10%, of: tokens, window: minute }
      - { id: spend, kind: share, for: 'deployment.provider == \"azure\"', min: 10%, of: spend, window: hour }
      - { id: macc, kind: commitment, provider: azure, amount: 1000, due: 2027-12-31, interval: day }
      - { id: whole, kind: commitment, provider: aws, amount: 1000, due: 2027-12-31 }
      - { id: volume, kind: ladder, provider: azure, meter: output, mode: graduated, steps: [ { up_to_mtok: 1, usd_per_mtok: 2 }, { usd_per_mtok: 2 } ], window: hour }
      - { id: owed, kind: revenue_share, provider: azure, rate: 20%, cap: 1000000 }
";

/// What is counted: of what, how, and in windows of so many milliseconds; the whole term where that is 0.
const CLAUSES: [(&str, Kind, i128); 9] = [
    ("ours/budget", Kind::Budget, HOUR),
    ("ours/soft", Kind::Budget, 24 * HOUR),
    ("ours/requests", Kind::Share(|_, _, _| 1), HOUR),
    (
        "ours/tokens",
        Kind::Share(|_, input, output| input + output),
        HOUR / 60,
    ),
    ("ours/spend", Kind::Share(cash), HOUR),
    ("ours/macc", Kind::Settled(price), 24 * HOUR),
    ("ours/whole", Kind::Settled(price), 0),
    ("ours/volume", Kind::Settled(|_, _, output| output), HOUR),
    ("ours/owed", Kind::Owed, 0),
];

const HOUR: i128 = 3_600_000;
const REVENUE: i128 = 1_000_000_000_000;

/// In pico-USD, or tokens; of the deployment, the input and the output.
type Amount = fn(char, i128, i128) -> i128;

#[derive(Clone, Copy)]
enum Kind {
    Budget,
    Share(Amount),
    Settled(Amount),
    Owed,
}

fn price(deployment: char, input: i128, output: i128) -> i128 {
    let (of_input, of_output) = if deployment == 'a' { (1, 2) } else { (3, 4) };
    (input * of_input + output * of_output) * 1_000_000
}

/// With a fifth of the revenue on Azure.
fn cash(deployment: char, input: i128, output: i128) -> i128 {
    price(deployment, input, output) + if deployment == 'a' { REVENUE / 5 } else { 0 }
}

/// A request and what became of it.
struct Event {
    id: String,
    deployment: char,
    estimate: (i128, i128),
    admitted: i128,
    /// When it ended, and with what; nothing where it was never sent.
    ended: Option<(i128, Option<(i128, i128)>)>,
}

impl Event {
    fn of(&self, amount: Amount, (input, output): (i128, i128)) -> i128 {
        amount(self.deployment, input, output)
    }

    /// Whether a clause of one provider counts it.
    fn counts(&self, clause: &str) -> bool {
        match clause {
            "ours/budget" | "ours/whole" => self.deployment == 'b',
            "ours/macc" | "ours/volume" | "ours/owed" => self.deployment == 'a',
            _ => true,
        }
    }

    /// Whether it goes to the target of a share.
    fn is_target(&self, clause: &str) -> bool {
        self.deployment == if clause == "ours/spend" { 'a' } else { 'b' }
    }
}

/// What was drawn, all in scope, and what is held, at a moment.
fn counted(events: &[Event], (clause, kind, window): (&str, Kind, i128), now: i128) -> [i128; 3] {
    let same = |then: i128| window == 0 || then.div_euclid(window) == now.div_euclid(window);
    let (mut drawn, mut total, mut held) = (0, 0, 0);
    for event in events.iter().filter(|event| event.counts(clause)) {
        let settled = |amount| match event.ended {
            Some((ended, Some(came))) if same(ended) => event.of(amount, came),
            _ => 0,
        };
        match kind {
            Kind::Budget => {
                drawn += settled(cash);
                if event.ended.is_none() {
                    held += event.of(cash, event.estimate);
                }
            }
            Kind::Settled(amount) => drawn += settled(amount),
            Kind::Owed => {
                if !matches!(event.ended, Some((_, None))) {
                    drawn += REVENUE / 5;
                }
            }
            Kind::Share(amount) if same(event.admitted) => {
                let counts = match event.ended {
                    // What becomes of it in a later window is no matter of this one.
                    Some((ended, came)) if same(ended) => {
                        came.map_or(0, |came| event.of(amount, came))
                    }
                    Some(_) | None => event.of(amount, event.estimate),
                };
                total += counts;
                if event.is_target(clause) {
                    drawn += counts;
                }
            }
            Kind::Share(_) => {}
        }
    }
    [drawn, total, held]
}

struct Run {
    policy: wayleave::model::Policy,
    ledger: Ledger,
    events: Vec<Event>,
    chance: Chance,
    now: u64,
    refused: u64,
}

impl Run {
    fn instant(&self) -> Instant {
        at(self.now)
    }

    fn moment(&self) -> i128 {
        i128::from(at(self.now).millis())
    }

    fn admit(&mut self, number: u64) {
        let (input, output) = (self.chance.below(20_000), self.chance.below(10_000));
        let deployment = if self.chance.below(2) == 0 { 'a' } else { 'b' };
        let text = format!(
            "{{ model: m, input_tokens: {input}, max_output_tokens: {output}, revenue_usd: 1 }}"
        );
        let asked = request(&self.policy, &text);
        let id = number.to_string();
        let estimate = (i128::from(input), i128::from(output));
        let event = Event {
            id: id.clone(),
            deployment,
            estimate,
            admitted: self.moment(),
            ended: None,
        };
        let cost = event.of(cash, estimate);
        let now = self.moment();
        let [drawn, _, held] = counted(&self.events, CLAUSES[0], now);
        let [to_aws, all, _] = counted(&self.events, CLAUSES[2], now);
        let spent = deployment == 'b' && drawn + held + cost > 500_000_000_000;
        // One more than ⌈60 % of (all + 1)⌉.
        let reached = deployment == 'b' && to_aws + 1 > (3 * (all + 1) + 4) / 5;
        let name = deployment.to_string();
        let admitted = self.ledger.admit(
            &self.policy,
            &Admission {
                deployment: &name,
                request: &asked,
                world: &State::default(),
                id: &id,
                at: self.instant(),
                expires_at: at(self.now + 7_200_000),
            },
        );
        match admitted {
            Ok(()) => {
                assert!(!spent && !reached, "{id} was to be refused");
                self.events.push(event);
            }
            Err(Refused::Spent(refused)) => {
                let clause = if spent {
                    "ours/budget"
                } else {
                    "ours/requests"
                };
                assert!(spent || reached, "{id} was to be admitted: {refused:?}");
                assert_eq!(refused.clause, clause);
                self.refused += 1;
            }
            Err(other) => panic!("{other:?}"),
        }
    }

    /// Ends one of those in flight.
    fn end(&mut self) {
        let now = self.moment();
        let open = self.events.iter().filter(|event| event.ended.is_none());
        let count = open.count() as u64;
        if count == 0 {
            return;
        }
        let place = self.chance.below(count) as usize;
        let cancelled = self.chance.below(5) == 0;
        let unsaid = self.chance.below(5) == 0;
        let at_now = at(self.now);
        let mut open = self.events.iter_mut().filter(|event| event.ended.is_none());
        let event = open.nth(place).unwrap();
        if cancelled {
            self.ledger.cancel(&self.policy, &event.id, at_now).unwrap();
            event.ended = Some((now, None));
            return;
        }
        let (input, output) = event.estimate;
        // A tenth more than was estimated, at most.
        let came = if unsaid {
            event.estimate
        } else {
            (
                input * i128::from(self.chance.below(12)) / 10,
                output * i128::from(self.chance.below(12)) / 10,
            )
        };
        let settled = |amount: i128| Money::from_pico(amount);
        let (cash, price) = (event.of(cash, came), event.of(price, came));
        let settlement = Settlement {
            usage: Some(usage(came.0 as u64, 0, came.1 as u64)),
            cost: Some(Settled {
                cash: settled(cash),
                price: settled(price),
                list: settled(price),
            }),
        };
        let settlement = if unsaid {
            Settlement::default()
        } else {
            settlement
        };
        self.ledger
            .settle(&self.policy, &event.id, &settlement, at_now)
            .unwrap();
        event.ended = Some((now, Some(came)));
    }

    fn expire(&mut self) {
        let now = self.moment();
        for id in self.ledger.expire(&self.policy, at(self.now)) {
            let event = self.events.iter_mut().find(|event| event.id == id).unwrap();
            assert!(event.admitted + 7_200_000 <= now);
            event.ended = Some((now, Some(event.estimate)));
        }
    }

    fn check(&self) {
        let document = self.ledger.state_document(&self.policy, self.instant());
        let text = document.canonical();
        let state = self.policy.state(&text);
        assert!(state.is_ok(), "{text}");
        let clauses = document.get("clauses").unwrap();
        for clause in CLAUSES {
            let [drawn, total, held] = counted(&self.events, clause, self.moment());
            let (_, counter) = self
                .ledger
                .clauses()
                .find(|(of, _)| *of == clause.0)
                .unwrap();
            // The document is of the moment; the counter is of the last change.
            let told = clauses.get(clause.0).unwrap();
            let told = |member: &str| {
                told.get(member)
                    .and_then(|value| value.as_str())
                    .unwrap()
                    .to_string()
            };
            let money = !matches!(clause.0, "ours/requests" | "ours/tokens" | "ours/volume");
            let written = |amount: i128| {
                if money {
                    Money::from_pico(amount).to_string()
                } else {
                    amount.to_string()
                }
            };
            assert_eq!(
                told("drawn"),
                written(drawn),
                "{} at {}",
                clause.0,
                self.instant()
            );
            if matches!(clause.1, Kind::Share(_)) {
                assert_eq!(
                    told("total"),
                    written(total),
                    "{} at {}",
                    clause.0,
                    self.instant()
                );
            }
            assert_eq!(counter.held.pico(), held, "{}", clause.0);
        }
    }
}

fn run(seed: u64, operations: u64) -> (usize, u64) {
    let mut run = Run {
        policy: policy(POLICY),
        ledger: Ledger::new(),
        events: Vec::new(),
        chance: Chance(seed),
        now: 0,
        refused: 0,
    };
    let mut admitted = 0;
    for number in 0..operations {
        // Within a minute mostly, over the end of an hour now and then, and over that of a day.
        let pace = [1_000, 20_000, 600_000, 20_000_000];
        let pace = pace[[0, 0, 0, 1, 1, 1, 2, 3][run.chance.below(8) as usize]];
        run.now += run.chance.below(pace);
        match run.chance.below(10) {
            0..=5 => run.admit(number),
            6..=8 => run.end(),
            _ => run.expire(),
        }
        if run.ledger.clauses().next().is_some() {
            run.check();
        }
        // What is long over counts for clauses without a window only.
        if run.events.len() > 400 {
            let restored = Ledger::restore(&run.ledger.snapshot()).unwrap();
            assert_eq!(restored, run.ledger);
            run.ledger = Ledger::new();
            admitted += run.events.len();
            run.events.clear();
        }
    }
    (admitted + run.events.len(), run.refused)
}

#[test]
fn clauses_count_what_a_naive_model_says() {
    let operations = std::env::var("WAYLEAVE_LEDGER_OPERATIONS");
    let operations = operations.map_or(20_000, |text| text.parse().unwrap());
    let (admitted, refused) = run(20_261_124, operations);
    println!("clauses: {operations} operations, {admitted} admitted, {refused} refused");
    assert!(admitted > 1_000 && refused > 500);
}

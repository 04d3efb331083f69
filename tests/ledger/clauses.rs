//! What clauses count: budgets, shares, commitments, ladders, shares of revenue, by calendar window in the contract's zone.

use wayleave::ledger::clauses::ClauseCounter;
use wayleave::ledger::{Admission, Ledger, Refused, Settlement};
use wayleave::model::{Policy, State, When};
use wayleave::money::Money;
use wayleave::time::{At, Instant};

use crate::support::{policy, request, state, usage};

const POLICY: &str = "
wayleave: 1
deployments:
  azure: { provider: azure, model: gpt, price: { input: 5, output: 30 } }
  aws: { provider: aws, model: gpt, price: { input: 4, output: 20 } }
contracts:
  ours:
    time_zone: Etc/GMT+8
    clauses:
      - { id: budget, kind: spend_cap, for: 'deployment.provider == \"aws\"', amount: 50, window: month }
      - { id: most, kind: share, for: 'deployment.provider == \"aws\"', max: 60%, of: requests, window: day }
      - { id: least, kind: share, for: 'deployment.provider == \"azure\"', min: 40%, of: tokens }
      - { id: macc, kind: commitment, provider: azure, amount: 1000, due: 2027-12-31 }
      - { id: steps, kind: ladder, provider: azure, meter: input, mode: graduated, steps: [ { up_to_mtok: 2, usd_per_mtok: 5 }, { usd_per_mtok: 4 } ], window: quarter }
      - { id: revenue, kind: revenue_share, provider: azure, rate: 20%, cap: 3 }
";

struct Bench {
    policy: Policy,
    ledger: Ledger,
    world: State,
}

fn instant(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

impl Bench {
    fn new(text: &str) -> Bench {
        Bench {
            policy: policy(text),
            ledger: Ledger::new(),
            world: State::default(),
        }
    }

    fn admit(&mut self, deployment: &str, id: &str, text: &str, at: &str) -> Result<(), Refused> {
        let request = request(&self.policy, text);
        self.ledger.admit(
            &self.policy,
            &Admission {
                deployment,
                request: &request,
                world: &self.world,
                id,
                at: instant(at),
                expires_at: instant("2030-01-01T00:00:00Z"),
            },
        )
    }

    /// Settles a usage at what it costs under the contracts.
    fn settle(&mut self, deployment: &str, id: &str, text: &str, counts: (u64, u64), at: &str) {
        let request = request(&self.policy, text);
        let usage = usage(counts.0, 0, counts.1);
        let asked = Admission {
            deployment,
            request: &request,
            world: &self.world,
            id,
            at: instant(at),
            expires_at: instant(at),
        };
        let cost = self.ledger.cost(&self.policy, &asked, &usage).unwrap();
        assert!(cost.is_some());
        let came = Settlement {
            usage: Some(usage),
            cost,
        };
        self.ledger
            .settle(&self.policy, id, &came, instant(at))
            .unwrap();
    }

    fn clause(&self, reference: &str) -> ClauseCounter {
        let mut clauses = self.ledger.clauses();
        *clauses.find(|(of, _)| *of == reference).unwrap().1
    }
}

fn usd(text: &str) -> Money {
    Money::from_pico(Money::parse_usd(text).unwrap().value)
}

/// 2 million tokens in, at most 1 million out.
const BIG: &str =
    "{ model: gpt, input_tokens: 2000000, max_output_tokens: 1000000, revenue_usd: 10 }";
const DAY: &str = "2026-11-30T20:00:00Z";

#[test]
fn a_budget_holds_the_estimate_and_draws_the_actual() {
    let mut bench = Bench::new(POLICY);
    bench.admit("azure", "0", BIG, DAY).unwrap();
    bench.admit("aws", "a", BIG, DAY).unwrap();
    assert_eq!(bench.clause("ours/budget").held, usd("28"));
    bench.admit("azure", "1", BIG, DAY).unwrap();
    // 28 held and 28 more are more than 50.
    let refused = bench.admit("aws", "b", BIG, DAY).unwrap_err();
    assert_eq!(
        refused.to_json().canonical(),
        r#"{"amount":"50","cite":"ours/budget","needed":"28","refused":"spent","until":"2026-12-01T08:00:00Z","used":"28"}"#
    );
    bench.settle("aws", "a", BIG, (2_000_000, 100_000), DAY);
    let counted = bench.clause("ours/budget");
    assert_eq!(
        (Money::from_pico(counted.drawn), counted.held),
        (usd("10"), Money::ZERO)
    );
    bench.admit("aws", "b", BIG, DAY).unwrap();
    bench
        .ledger
        .cancel(&bench.policy, "b", instant(DAY))
        .unwrap();
    assert_eq!(bench.clause("ours/budget").held, Money::ZERO);
    // The month ends by the clocks of the contract, eight hours after that of UTC.
    bench
        .admit("azure", "2", BIG, "2026-12-01T07:59:59Z")
        .unwrap();
    assert_eq!(
        Money::from_pico(bench.clause("ours/budget").drawn),
        usd("10")
    );
    bench
        .admit("azure", "3", BIG, "2026-12-01T08:00:00Z")
        .unwrap();
    assert_eq!(bench.clause("ours/budget").drawn, 0);
}

#[test]
fn more_than_the_estimate_is_recorded() {
    let mut bench = Bench::new(POLICY);
    bench.admit("azure", "0", BIG, DAY).unwrap();
    bench.admit("aws", "a", BIG, DAY).unwrap();
    bench.settle("aws", "a", BIG, (2_000_000, 1_200_000), DAY);
    let counted = bench.clause("ours/budget");
    assert_eq!(Money::from_pico(counted.drawn), usd("32"));
    assert_eq!(counted.overshoot, usd("4"));
}

#[test]
fn a_maximum_share_is_tested_when_a_request_is_admitted() {
    let mut bench = Bench::new(POLICY);
    let small = "{ model: gpt, input_tokens: 1000, max_output_tokens: 10 }";
    bench.admit("aws", "1", small, DAY).unwrap();
    // One of one: 2 > ⌈0.6 × 2⌉ = 2 does not hold, then 3 > ⌈0.6 × 3⌉ = 2 does.
    bench.admit("aws", "2", small, DAY).unwrap();
    let refused = bench.admit("aws", "3", small, DAY).unwrap_err();
    assert_eq!(refused.cite(), "ours/most");
    assert_eq!(refused.until(), Some(instant("2026-12-01T08:00:00Z")));
    bench.admit("azure", "4", small, DAY).unwrap();
    bench.admit("azure", "5", small, DAY).unwrap();
    bench.admit("aws", "3", small, DAY).unwrap();
    let counted = bench.clause("ours/most");
    assert_eq!((counted.drawn, counted.total), (3, 5));
    // What was never sent is not counted.
    bench
        .ledger
        .cancel(&bench.policy, "3", instant(DAY))
        .unwrap();
    let counted = bench.clause("ours/most");
    assert_eq!((counted.drawn, counted.total), (2, 4));
}

#[test]
fn commitments_ladders_and_shares_draw_what_was_used() {
    let mut bench = Bench::new(POLICY);
    bench.admit("azure", "a", BIG, DAY).unwrap();
    let owed = bench.clause("ours/revenue");
    assert_eq!(Money::from_pico(owed.drawn), usd("2"));
    bench.settle("azure", "a", BIG, (2_000_000, 500_000), DAY);
    assert_eq!(bench.clause("ours/steps").drawn, 2_000_000);
    // 2 million at $5 and half a million at $30; what is owed of the revenue is no spend with Azure.
    assert_eq!(Money::from_pico(bench.clause("ours/macc").drawn), usd("25"));
    let tokens = bench.clause("ours/least");
    assert_eq!((tokens.drawn, tokens.total), (2_500_000, 2_500_000));
    // The cap leaves $1 of the $2 that the next would owe, and the next million costs the second step.
    bench.admit("azure", "b", BIG, DAY).unwrap();
    assert_eq!(
        Money::from_pico(bench.clause("ours/revenue").drawn),
        usd("3")
    );
    bench.settle("azure", "b", BIG, (1_000_000, 0), DAY);
    assert_eq!(Money::from_pico(bench.clause("ours/macc").drawn), usd("29"));
    // The quarter ends on 1 January at 08:00 UTC; the commitment lasts.
    bench
        .admit("azure", "c", BIG, "2027-01-01T08:00:00Z")
        .unwrap();
    assert_eq!(bench.clause("ours/steps").drawn, 0);
    assert_eq!(Money::from_pico(bench.clause("ours/macc").drawn), usd("29"));
}

#[test]
fn a_decision_reads_what_the_ledger_has_counted_and_so_does_its_document() {
    let mut bench = Bench::new(POLICY);
    bench.admit("azure", "0", BIG, DAY).unwrap();
    bench.admit("aws", "a", BIG, DAY).unwrap();
    let request = request(&bench.policy, BIG);
    let when = When::at(At::Instant(instant(DAY)));
    let seen = bench
        .ledger
        .state(&bench.policy, &bench.world, instant(DAY));
    let decision = bench.policy.decide(&request, &seen, &when);
    let verdict = decision.verdict("aws").unwrap();
    assert_eq!(verdict.cite.as_deref(), Some("ours/budget"));
    let document = bench.ledger.state_document(&bench.policy, instant(DAY));
    let read = state(&bench.policy, &document.canonical());
    let again = bench.policy.decide(&request, &read, &when);
    assert_eq!(again.to_json().canonical(), decision.to_json().canonical());
}

const S10: &str = "
wayleave: 1
deployments:
  azure: { provider: azure, model: gpt, price: { input: 1.2 } }
  aws: { provider: aws, model: gpt, price: { input: 1.2 } }
contracts:
  ours:
    clauses:
      - { id: budget, kind: spend_cap, for: 'deployment.provider == \"aws\"', amount: 50000, window: month }
      - { id: azure-60, kind: share, for: 'deployment.provider == \"azure\"', min: 60%, of: requests, window: month }
";

#[test]
fn s10_the_budget_lacks_two_dollars_and_the_share_is_in_deficit() {
    let mut bench = Bench::new(S10);
    bench.world = state(
        &bench.policy,
        "{ clauses: { ours/budget: { drawn: 49990 }, ours/azure-60: { drawn: 5980, total: 10000 } } }",
    );
    let at = "2026-03-10T10:00:00Z";
    bench.ledger.adopt(&bench.policy, &bench.world, instant(at));
    let twelve = "{ model: gpt, input_tokens: 10000000 }";
    let refused = bench.admit("aws", "a", twelve, at).unwrap_err();
    assert_eq!(
        refused.to_json().canonical(),
        r#"{"amount":"50000","cite":"ours/budget","needed":"12","refused":"spent","until":"2026-04-01T00:00:00Z","used":"49990"}"#
    );
    let request = request(&bench.policy, twelve);
    let seen = bench.ledger.state(&bench.policy, &bench.world, instant(at));
    let when = When::at(At::Instant(instant(at)));
    let decision = bench.policy.decide(&request, &seen, &when);
    assert_eq!(decision.attempts[0].deployment, "azure");
    assert_eq!(decision.attempts[0].because, ["ours/azure-60"]);
    bench.admit("azure", "b", twelve, at).unwrap();
    let counted = bench.clause("ours/azure-60");
    assert_eq!((counted.drawn, counted.total), (5_981, 10_001));
    // Ten dollars fit to the last.
    let ten = "{ model: gpt, input_tokens: 8333333 }";
    bench.admit("aws", "c", ten, at).unwrap();
}

#[test]
fn a_budget_of_nothing_admits_nothing_and_one_without_a_price_says_so() {
    let text = "
wayleave: 1
deployments:
  free: { provider: a, model: gpt, price: { input: 0, output: 0 } }
  paid: { provider: b, model: gpt, price: { input: 1 } }
  bare: { provider: c, model: gpt }
contracts:
  ours:
    clauses:
      - { id: none, kind: spend_cap, amount: 0 }
";
    let mut bench = Bench::new(text);
    let one = "{ model: gpt, input_tokens: 1 }";
    bench.admit("free", "a", one, DAY).unwrap();
    assert_eq!(
        bench.admit("paid", "b", one, DAY).unwrap_err().cite(),
        "ours/none"
    );
    let unpriced = Refused::Unpriced {
        clause: "ours/none".to_string(),
    };
    assert_eq!(bench.admit("bare", "c", one, DAY), Err(unpriced));
}

#[test]
fn what_edges_have_admitted_is_counted_for_clauses_alone() {
    let text = "
wayleave: 1
deployments:
  azure: { provider: azure, model: gpt, price: { input: 5, output: 30 }, limits: { tokens_per_minute: 1 } }
contracts:
  ours:
    clauses:
      - { id: macc, kind: commitment, provider: azure, amount: 1000, due: 2027-12-31 }
      - { id: least, kind: share, for: 'deployment.provider == \"azure\"', min: 40%, of: tokens }
";
    let mut bench = Bench::new(text);
    let request = request(&bench.policy, BIG);
    let asked = Admission {
        deployment: "azure",
        request: &request,
        world: &bench.world,
        id: "a",
        at: instant(DAY),
        expires_at: instant(DAY),
    };
    let used = usage(1_000_000, 0, 0);
    let cost = bench.ledger.cost(&bench.policy, &asked, &used).unwrap();
    let came = Settlement {
        usage: Some(used),
        cost,
    };
    bench
        .ledger
        .record(&bench.policy, &asked, &came, instant(DAY))
        .unwrap();
    assert_eq!(Money::from_pico(bench.clause("ours/macc").drawn), usd("5"));
    let tokens = bench.clause("ours/least");
    assert_eq!((tokens.drawn, tokens.total), (1_000_000, 1_000_000));
    assert_eq!(bench.ledger.counters().count(), 0);
    assert_eq!(bench.ledger.reservations().count(), 0);
}

const CREDIT: &str = "
wayleave: 1
deployments:
  azure: { provider: azure, model: gpt, price: { input: 5 } }
  aws: { provider: aws, model: gpt, price: { input: 5 } }
contracts:
  ours:
    clauses:
      - { id: units, kind: ladder, models: gpt, meter: input, mode: all_units, steps: [ { up_to_mtok: 1000, usd_per_mtok: 5 }, { usd_per_mtok: 4 } ] }
      - { id: budget, kind: spend_cap, amount: 5000, window: day }
      - { id: macc, kind: commitment, provider: azure, amount: 1000000, due: 2026-12-31, interval: month }
      - { id: spend, kind: share, for: 'deployment.provider == \"azure\"', min: 10%, of: spend, window: day }
      - { id: requests, kind: share, for: 'deployment.provider == \"azure\"', min: 10%, window: day }
      - { id: tokens, kind: share, for: 'deployment.provider == \"azure\"', min: 10%, of: tokens, window: day }
";

impl Bench {
    /// What a clause has drawn, all in scope, and what it holds, as it tells a decision.
    fn told(&self, clause: &str, at: &str) -> [String; 3] {
        let document = self.ledger.state_document(&self.policy, instant(at));
        let text = document.canonical();
        self.policy
            .state(&text)
            .unwrap_or_else(|found| panic!("{text}: {}", found.render()));
        let clauses = document.get("clauses").unwrap();
        let own = clauses.get(clause).unwrap();
        ["drawn", "total", "held"].map(|member| {
            let value = own.get(member).and_then(|value| value.as_str());
            value.unwrap_or_default().to_string()
        })
    }
}

/// A request counts in the window in which it was admitted; what it came to later is no matter of the next one.
#[test]
fn what_comes_of_a_request_in_the_next_window_takes_nothing_from_it() {
    let mut bench = Bench::new(CREDIT);
    let million = "{ model: gpt, input_tokens: 1000000 }";
    let (evening, morning) = ("2026-11-22T23:59:59Z", "2026-11-23T00:00:01Z");
    for id in ["cancelled", "settled"] {
        bench.admit("azure", id, million, evening).unwrap();
    }
    assert_eq!(bench.told("ours/requests", evening), ["2", "2", "0"]);
    assert_eq!(bench.told("ours/spend", evening), ["10", "10", "0"]);
    bench
        .ledger
        .cancel(&bench.policy, "cancelled", instant(morning))
        .unwrap();
    bench.settle("azure", "settled", million, (10, 0), morning);
    for clause in ["ours/requests", "ours/tokens", "ours/spend"] {
        assert_eq!(bench.told(clause, morning), ["0", "0", "0"], "{clause}");
    }
    // Paid in the window in which it is settled.
    assert_eq!(bench.told("ours/budget", morning)[0], "0.00005");
    // In its own window it is given back.
    bench.admit("azure", "again", million, morning).unwrap();
    assert_eq!(bench.told("ours/requests", morning), ["1", "1", "0"]);
    bench
        .ledger
        .cancel(&bench.policy, "again", instant(morning))
        .unwrap();
    assert_eq!(bench.told("ours/requests", morning), ["0", "0", "0"]);
    assert_eq!(bench.told("ours/spend", morning), ["0", "0", "0"]);
}

/// The 1,001st million of a ladder of all units makes the thousand before it cheaper: 4,004 against 4,995 USD.
#[test]
fn a_credit_that_is_expected_is_no_room_and_one_that_has_come_is() {
    let mut bench = Bench::new(CREDIT);
    let begun = "{ clauses: { ours/units: { drawn: 999000000 } } }";
    let begun = state(&bench.policy, begun);
    let at = "2026-12-01T00:00:00Z";
    bench.ledger.adopt(&bench.policy, &begun, instant(at));
    let two = "{ model: gpt, input_tokens: 2000000 }";
    bench.admit("azure", "one", two, at).unwrap();
    bench.admit("azure", "two", two, at).unwrap();
    assert_eq!(bench.told("ours/budget", at), ["0", "", "0"]);
    bench.settle("azure", "one", two, (2_000_000, 0), at);
    assert_eq!(bench.told("ours/budget", at), ["-991", "", "0"]);
    assert_eq!(bench.told("ours/macc", at), ["-991", "", "0"]);
    assert_eq!(bench.told("ours/units", at), ["1001000000", "", "0"]);
    bench.settle("azure", "two", two, (2_000_000, 0), at);
    assert_eq!(bench.told("ours/budget", at), ["-983", "", "0"]);
    // 5,000 and 983 are 1,495.75 million at 4.
    let all = "{ model: gpt, input_tokens: 1495750000 }";
    bench.admit("aws", "three", all, at).unwrap();
    let one = "{ model: gpt, input_tokens: 1 }";
    let refused = bench.admit("aws", "four", one, at).unwrap_err();
    assert_eq!(refused.cite(), "ours/budget");
}

/// A commitment that ends with the year counts what was admitted in it, told when it may be; a share of a day that is over
/// counts nothing of it.
#[test]
fn a_record_is_of_the_instant_of_its_admission() {
    let mut bench = Bench::new(
        "
wayleave: 1
deployments: { azure: { provider: azure, model: gpt, price: [ { input: 5, to: 2027-01-01 }, { input: 6, from: 2027-01-01 } ] } }
contracts:
  ours:
    clauses:
      - { id: macc, kind: commitment, provider: azure, amount: 1000, due: 2026-12-31, term: { through: 2026-12-31 } }
      - { id: next, kind: commitment, provider: azure, amount: 1000, due: 2027-12-31, term: { from: 2027-01-01 } }
      - { id: requests, kind: share, for: 'deployment.provider == \"azure\"', min: 10%, window: day }
      - { id: all, kind: share, for: 'deployment.provider == \"azure\"', min: 10% }
",
    );
    let mut record = |admitted: &str, told: &str| {
        let request = request(&bench.policy, "{ model: gpt, input_tokens: 1000000 }");
        let asked = Admission {
            deployment: "azure",
            request: &request,
            world: &State::default(),
            id: "",
            at: instant(admitted),
            expires_at: instant(told),
        };
        let used = usage(1_000_000, 0, 0);
        let cost = bench.ledger.cost(&bench.policy, &asked, &used).unwrap();
        let came = Settlement {
            usage: Some(used),
            cost,
        };
        let (policy, ledger) = (&bench.policy, &mut bench.ledger);
        ledger.record(policy, &asked, &came, instant(told)).unwrap();
        ["macc", "next", "requests", "all"].map(|clause| {
            let counter = bench.clause(&format!("ours/{clause}")).drawn;
            if counter > 1_000 {
                Money::from_pico(counter).to_string()
            } else {
                counter.to_string()
            }
        })
    };
    let (evening, night) = ("2026-12-31T23:59:59.95Z", "2027-01-01T00:00:00.05Z");
    assert_eq!(record(evening, evening), ["5", "0", "1", "1"]);
    assert_eq!(record(evening, night), ["10", "0", "0", "2"]);
    assert_eq!(record(night, night), ["10", "6", "1", "3"]);
}

/// What a state says is held is not less than what is held here.
#[test]
fn what_is_adopted_holds_what_is_in_flight() {
    let mut bench = Bench::new(POLICY);
    bench.admit("azure", "0", BIG, DAY).unwrap();
    bench.admit("aws", "a", BIG, DAY).unwrap();
    let said = state(&bench.policy, "{ clauses: { ours/budget: { drawn: 7 } } }");
    bench.ledger.adopt(&bench.policy, &said, instant(DAY));
    assert_eq!(bench.told("ours/budget", DAY), ["7", "", "28"]);
    bench
        .ledger
        .cancel(&bench.policy, "a", instant(DAY))
        .unwrap();
    assert_eq!(bench.told("ours/budget", DAY), ["7", "", "0"]);
    assert_eq!(
        Ledger::restore(&bench.ledger.snapshot()).as_ref(),
        Ok(&bench.ledger)
    );
}

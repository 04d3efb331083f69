//! Every order in which three parties can do four things each: 34,650 of them.

use wayleave::ledger::edge::Edge;
use wayleave::ledger::lease::{Ask, Grant, Terms};
use wayleave::ledger::{Admission, Ledger, Settlement};
use wayleave::model::{Policy, Request, State};

use crate::support::{at, policy, request, usage};

const PARTIES: usize = 3;
const STEPS: usize = 4;

/// Calls `visit` with every order: each party's number four times, in a list of twelve.
fn each_order(visit: &mut impl FnMut(&[usize])) -> u64 {
    fn extend(order: &mut Vec<usize>, left: &mut [usize], visit: &mut impl FnMut(&[usize])) -> u64 {
        if order.len() == PARTIES * STEPS {
            visit(order);
            return 1;
        }
        let mut orders = 0;
        for party in 0..PARTIES {
            if left[party] > 0 {
                left[party] -= 1;
                order.push(party);
                orders += extend(order, left, visit);
                order.pop();
                left[party] += 1;
            }
        }
        orders
    }
    extend(&mut Vec::new(), &mut [STEPS; PARTIES], visit)
}

/// A limit on requests of 30 tokens.
fn limited(limit: u64, more: &str) -> (Policy, Request) {
    let policy = policy(&format!(
        "wayleave: 1\ndeployments:\n  gpt: {{ provider: azure, model: gpt, limits: {{ tokens_per_minute: {limit}{more} }} }}\n"
    ));
    let request = request(
        &policy,
        "{ model: gpt, input_tokens: 10, max_output_tokens: 20 }",
    );
    (policy, request)
}

/// Each client admits, settles below or above its estimate, admits again and cancels, on one ledger.
#[test]
fn clients_of_one_ledger_never_hold_more_than_the_limit() {
    let (policy, request) = limited(100, ", in_flight: 2");
    let world = State::default();
    let orders = each_order(&mut |order| {
        let mut ledger = Ledger::new();
        let mut done = [0; PARTIES];
        let mut open = [false; PARTIES];
        // What the limit must hold: settled in full, in flight as estimated.
        let (mut settled, mut flying, mut over) = (0, 0, 0);
        for (step, party) in order.iter().enumerate() {
            let now = at(u64::try_from(step).unwrap());
            let id = format!("{party}-{}", done[*party] / 2);
            match done[*party] {
                0 | 2 => {
                    let asked = Admission {
                        deployment: "gpt",
                        request: &request,
                        world: &world,
                        id: &id,
                        at: now,
                        expires_at: at(1_000),
                    };
                    let fits = settled + 30 * flying + 30 <= 100 && flying < 2;
                    open[*party] = ledger.admit(&policy, &asked).is_ok();
                    assert_eq!(open[*party], fits, "{order:?} at {step}");
                    flying += i32::from(fits);
                }
                1 if open[*party] => {
                    // 20, 30 and 40 tokens.
                    let output = 10 * (u64::try_from(*party).unwrap() + 1);
                    let came = Settlement {
                        usage: Some(usage(10, 0, output)),
                        cost: None,
                    };
                    ledger.settle(&policy, &id, &came, now).unwrap();
                    flying -= 1;
                    settled += 10 + i32::try_from(output).unwrap();
                    over += (i32::try_from(output).unwrap() - 20).max(0);
                }
                3 if open[*party] => {
                    ledger.cancel(&policy, &id, now).unwrap();
                    flying -= 1;
                }
                _ => assert!(ledger.cancel(&policy, &id, now).is_err()),
            }
            done[*party] += 1;
            for (key, counter) in ledger.counters() {
                let (expected, limit) = match key.kind.name() {
                    "in_flight" => (flying, 2),
                    _ => (settled + 30 * flying, 100 + over),
                };
                assert_eq!(counter.standing(), u64::try_from(expected).unwrap());
                assert!(
                    expected <= limit,
                    "{order:?} at {step}: {expected} of {limit}"
                );
            }
        }
        assert_eq!(ledger.reservations().count(), 0);
    });
    assert_eq!(orders, 34_650);
}

/// Two requests fit, and a third does not.
const LENT: u64 = 70;

/// Each edge asks, is lent something (the message comes twice), admits what it can (the first edge
/// nothing), and gives the rest back (twice), or is
/// lost. Every step takes `step_ms`, so that a window may end in the middle.
fn edges(more: &str, step_ms: u64, loses: usize) {
    let (policy, request) = limited(LENT, more);
    let terms = Terms {
        max_skew_ms: 0,
        retry_ms: 60_000,
        ..Terms::default()
    };
    let mut restored = 0_u64;
    let orders = each_order(&mut |order| {
        restored += 1;
        let mut authority = Ledger::new();
        let names = ["a", "b", "c"];
        let mut edges = names.map(|name| Edge::new(name, terms));
        let mut asks: [Option<Ask>; PARTIES] = [None, None, None];
        let mut grants: [Option<Grant>; PARTIES] = [None, None, None];
        let mut done = [0; PARTIES];
        let mut sent = [0_u64; 4];
        for (step, party) in order.iter().enumerate() {
            let ms = u64::try_from(step).unwrap() * step_ms;
            let (now, party) = (at(ms), *party);
            let minute = usize::try_from(ms / 60_000).unwrap();
            match done[party] {
                0 => {
                    let refused =
                        edges[party].admit(&policy, &request, "gpt", "r", now, at(ms + 1));
                    assert!(refused.is_err());
                    asks[party] = edges[party].ask(names[party], now);
                    assert!(asks[party].is_some());
                }
                1 => {
                    let ask = asks[party].as_ref().unwrap();
                    let grant = authority.lend(&policy, ask, &terms, now).unwrap();
                    assert_eq!(authority.lend(&policy, ask, &terms, now).unwrap(), grant);
                    grants[party] = Some(grant);
                }
                2 => {
                    let grant = grants[party].as_ref().unwrap();
                    edges[party].receive(grant);
                    edges[party].receive(grant);
                    for number in 0..party {
                        let id = format!("{number}");
                        let admitted =
                            edges[party].admit(&policy, &request, "gpt", &id, now, at(ms + 1));
                        if admitted.is_ok() {
                            sent[minute] += 30;
                            edges[party].settle(&policy, &id, None).unwrap();
                        }
                    }
                }
                _ if party == loses => {}
                _ => {
                    let back = edges[party].give_back(now);
                    authority.take_back(&back, now);
                    let after = authority.clone();
                    authority.take_back(&back, now);
                    assert_eq!(authority, after);
                }
            }
            done[party] += 1;
            for (_, counter) in authority.counters() {
                assert!(counter.standing_at(now) <= LENT);
            }
            if step == 6 && restored.is_multiple_of(500) {
                let text = authority.snapshot().canonical();
                assert_eq!(Ledger::restore_text(&text).unwrap(), authority);
            }
        }
        assert!(sent.iter().all(|sent| *sent <= LENT), "{order:?}: {sent:?}");
        // When the leases are over, nothing is out any more.
        authority.expire(&policy, at(10_000_000));
        assert!(authority.counters().all(|(_, counter)| counter.leased == 0));
    });
    assert_eq!(orders, 34_650);
}

#[test]
fn edges_of_one_authority_never_use_more_than_the_limit() {
    edges("", 1, 1);
}

#[test]
fn nor_where_a_window_ends_in_the_middle() {
    edges("", 11_000, 2);
}

#[test]
fn nor_where_a_bucket_drains() {
    edges(", refill: continuous", 1, 0);
}

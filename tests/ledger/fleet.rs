//! A fleet of edges on leases: how much of a limit they use, and how many messages that takes.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use wayleave::ledger::Ledger;
use wayleave::ledger::edge::Edge;
use wayleave::ledger::lease::{Ask, Grant, Terms};

use crate::support::{Chance, at, policy, request};

const TOKENS: u64 = 500;
const MINUTE: u64 = 60_000;
/// One message in so many is lost, and one comes twice.
const FAULTY: u64 = 200;

#[derive(Clone, Copy)]
struct Fleet {
    edges: u64,
    /// Requests an edge and minute sees, on average.
    requests: u64,
    /// The demand in hundredths of the limit.
    demand: u64,
    /// The exponent of the skew, in halves: 0 even, 2 Zipf's law.
    skew: u32,
    minutes: u64,
    seed: u64,
}

#[derive(Debug, Default, Clone, Copy)]
struct Figures {
    decisions: u64,
    admitted: u64,
    messages: u64,
    lost: u64,
    /// In ten-thousandths.
    utilisation: u64,
    /// For 1,000 decisions.
    messages_per_thousand: u64,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Request(usize),
    Lost(usize),
    ToAuthority(usize, usize),
    ToEdge(usize, usize),
}

/// Whole numbers that fall with the rank as 1/rank^(skew/2) does.
fn weights(edges: u64, skew: u32) -> Vec<u64> {
    (1..=edges)
        .map(|rank| {
            let square = 1_000_000_000_000 / rank.pow(skew);
            square.isqrt()
        })
        .collect()
}

/// The provider counts by the clock of the authority.
fn sent(figures: &mut Figures, used: &mut [u64], now: u64) {
    figures.admitted += 1;
    used[usize::try_from((now + 1_000) / MINUTE).unwrap()] += TOKENS;
}

fn simulate(fleet: Fleet) -> Figures {
    let per_minute = fleet.edges * fleet.requests;
    let limit = per_minute * TOKENS * 100 / fleet.demand;
    let policy = policy(&format!(
        "wayleave: 1\ndeployments:\n  gpt: {{ provider: azure, model: gpt, limits: {{ tokens_per_minute: {limit} }} }}\n"
    ));
    let wanted = request(
        &policy,
        "{ model: gpt, input_tokens: 400, max_output_tokens: 100 }",
    );
    let mut chance = Chance(fleet.seed);
    let weights = weights(fleet.edges, fleet.skew);
    let all: u64 = weights.iter().sum();
    let terms = Terms::default();
    let skews: Vec<u64> = (0..fleet.edges).map(|_| chance.below(501)).collect();
    // Clocks are off by up to 250 ms; 250 is right.
    let clock = |edge: usize, now: u64| at(now + skews[edge] + 1_000 - 250);
    let authority_clock = |now: u64| at(now + 1_000);
    let mut edges: Vec<Edge> = (0..fleet.edges)
        .map(|edge| Edge::new(&format!("edge-{edge}"), terms))
        .collect();
    let mut lost_until = vec![0; edges.len()];
    // Requests that wait for the answer to an ask; each is tried once more.
    let mut waiting: Vec<Vec<String>> = vec![Vec::new(); edges.len()];
    let mut authority = Ledger::new();
    let mut asks: Vec<Ask> = Vec::new();
    let mut grants: Vec<Grant> = Vec::new();
    let mut queue: BinaryHeap<Reverse<(u64, u64, Event)>> = BinaryHeap::new();
    let mut number = 0;
    let mut push = |queue: &mut BinaryHeap<_>, time: u64, event: Event| {
        number += 1;
        queue.push(Reverse((time, number, event)));
    };
    for minute in 0..fleet.minutes {
        for _ in 0..per_minute {
            let mut pick = chance.below(all);
            let edge = weights
                .iter()
                .position(|weight| {
                    let found = pick < *weight;
                    pick = pick.wrapping_sub(*weight);
                    found
                })
                .unwrap();
            let time = minute * MINUTE + chance.below(MINUTE);
            push(&mut queue, time, Event::Request(edge));
        }
        for edge in 0..edges.len() {
            if chance.below(100) == 0 {
                let time = minute * MINUTE + chance.below(MINUTE);
                push(&mut queue, time, Event::Lost(edge));
            }
        }
    }
    let mut figures = Figures::default();
    let mut used = vec![0_u64; usize::try_from(fleet.minutes).unwrap() + 1];
    let mut ids = 0_u64;
    while let Some(Reverse((now, _, event))) = queue.pop() {
        match event {
            Event::Request(edge) => {
                if now < lost_until[edge] {
                    continue;
                }
                figures.decisions += 1;
                ids += 1;
                let (id, local) = (ids.to_string(), clock(edge, now));
                let admitted = edges[edge].admit(&policy, &wanted, "gpt", &id, local, local);
                if admitted.is_ok() {
                    sent(&mut figures, &mut used, now);
                    edges[edge].settle(&policy, &id, None).unwrap();
                }
                let ask = edges[edge].ask(&format!("ask-{ids}"), local);
                if admitted.is_err() && edges[edge].is_waiting() {
                    waiting[edge].push(id);
                }
                if let Some(ask) = ask {
                    figures.messages += 1;
                    asks.push(ask);
                    let (draw, delay) = (chance.below(FAULTY), 5 + chance.below(60));
                    if draw != 0 {
                        push(
                            &mut queue,
                            now + delay,
                            Event::ToAuthority(edge, asks.len() - 1),
                        );
                    }
                    if draw == 1 {
                        let later = now + delay + chance.below(MINUTE);
                        push(&mut queue, later, Event::ToAuthority(edge, asks.len() - 1));
                    }
                }
            }
            Event::Lost(edge) => {
                waiting[edge].clear();
                figures.lost += 1;
                edges[edge] = Edge::new(&format!("edge-{edge}"), terms);
                lost_until[edge] = (now / MINUTE + 1) * MINUTE;
            }
            Event::ToAuthority(edge, ask) => {
                let local = authority_clock(now);
                let grant = authority.lend(&policy, &asks[ask], &terms, local).unwrap();
                figures.messages += 1;
                grants.push(grant);
                let (draw, delay) = (chance.below(FAULTY), 5 + chance.below(60));
                if draw != 0 {
                    push(
                        &mut queue,
                        now + delay,
                        Event::ToEdge(edge, grants.len() - 1),
                    );
                }
                if draw == 1 {
                    let later = now + delay + chance.below(MINUTE);
                    push(&mut queue, later, Event::ToEdge(edge, grants.len() - 1));
                }
            }
            Event::ToEdge(edge, grant) => {
                if now >= lost_until[edge] {
                    edges[edge].receive(&grants[grant]);
                    let local = clock(edge, now);
                    for id in std::mem::take(&mut waiting[edge]) {
                        let again = edges[edge].admit(&policy, &wanted, "gpt", &id, local, local);
                        if again.is_ok() {
                            sent(&mut figures, &mut used, now);
                            edges[edge].settle(&policy, &id, None).unwrap();
                        }
                    }
                }
            }
        }
    }
    for (minute, used) in used.iter().enumerate() {
        assert!(*used <= limit, "minute {minute}: {used} of {limit}");
    }
    figures.utilisation = figures.admitted * TOKENS * 10_000 / (limit * fleet.minutes);
    figures.messages_per_thousand = figures.messages * 1_000 / figures.decisions;
    figures
}

fn print(fleet: Fleet, figures: Figures) {
    println!(
        "{} edges, skew {}/2, demand {} %, {} minutes: {} of {} decisions admitted, {} edges lost, utilisation {}.{:02} %, {} messages, {} for 1,000 decisions",
        fleet.edges,
        fleet.skew,
        fleet.demand,
        fleet.minutes,
        figures.admitted,
        figures.decisions,
        figures.lost,
        figures.utilisation / 100,
        figures.utilisation % 100,
        figures.messages,
        figures.messages_per_thousand,
    );
}

const ZIPF: Fleet = Fleet {
    edges: 100,
    requests: 26,
    demand: 130,
    skew: 2,
    minutes: 30,
    seed: 1,
};

/// Counted from a cold start: in the first minute nobody knows what anybody wants. `simulate` asserts that no minute passes
/// the limit.
#[test]
fn a_skewed_fleet_uses_its_limit_with_few_messages() {
    for fleet in [
        ZIPF,
        Fleet { seed: 2, ..ZIPF },
        Fleet {
            edges: 300,
            minutes: 10,
            ..ZIPF
        },
        Fleet {
            demand: 150,
            ..ZIPF
        },
    ] {
        let figures = simulate(fleet);
        print(fleet, figures);
        assert!(figures.utilisation >= 9_700, "{figures:?}");
        assert!(figures.messages_per_thousand <= 200, "{figures:?}");
    }
}

/// Other skews and demands: no minute passes the limit, and most of what is wanted is had.
#[test]
fn other_fleets_never_pass_their_limit() {
    let base = Fleet {
        minutes: 10,
        ..ZIPF
    };
    for fleet in [
        Fleet { skew: 3, ..base },
        Fleet { skew: 1, ..base },
        Fleet { skew: 0, ..base },
        Fleet { edges: 30, ..base },
        Fleet {
            demand: 115,
            ..base
        },
        Fleet { demand: 60, ..base },
    ] {
        let figures = simulate(fleet);
        print(fleet, figures);
        let wanted = fleet.demand.min(100) * 100;
        assert!(figures.utilisation * 10 >= wanted * 9, "{figures:?}");
    }
}

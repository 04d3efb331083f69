//! What is asked: requests, states and moments.

use super::conditions::{CUSTOMERS, PRODUCTS, TEAMS, ZONES, evidence};
use super::deployments::{CAPABILITIES, COVENANTS};
use super::theme::ease;
use super::{Ask, PROVIDERS, World, economics, map, number, optional, text, texts};
use crate::document::Node;
use crate::generate::feature::Feature;
use crate::time::{DAY, Moment, write_instant};

pub(super) fn ask(world: &mut World<'_>) -> Ask {
    let at = at(world);
    let mut request = request(world);
    ease(world, &mut request);
    let mut state = state(world, &at);
    let known_at = world.rng.chance(20).then(|| text(world.day()));
    let mut keys = vec![("at", text(at)), ("known_at", optional(known_at))];
    if world.has(Feature::Economics) {
        let seed = world.rng.chance(50).then(|| number(world.rng.below(50)));
        keys.push(("seed", optional(seed)));
    }
    let when = map(keys);
    if world.has(Feature::Economics) {
        let counted = economics::counted(world, &request, &state, &when);
        if let (Node::Map(entries), true) = (&mut state, counted != Node::Null) {
            entries.push(("clauses".to_owned(), counted));
        }
    }
    Ask {
        request,
        state,
        when,
    }
}

/// A moment at, before or after something changes.
fn at(world: &mut World<'_>) -> String {
    let day = world.day();
    let start = Moment::parse(&day).map_or(0, Moment::start);
    match world.rng.weighted(&[22, 18, 10, 10, 10, 15, 15]) {
        0 => day,
        1 => write_instant(start),
        2 => write_instant(start - 1),
        3 => write_instant(start + 12 * 3_600_000),
        4 => write_instant(start - 2 * 3_600_000),
        5 => write_instant(start + 20 * DAY),
        _ => write_instant(start - 20 * DAY),
    }
}

/// An instant within a minute of a moment.
fn about(world: &mut World<'_>, at: &str) -> Node {
    let start = Moment::parse(at).map_or(0, Moment::start);
    let seconds = *world.rng.one(&[-60_i64, -1, 0, 17, 30, 60]);
    text(write_instant(start + seconds * 1000))
}

fn act(world: &mut World<'_>) -> &'static str {
    let meant = world.theme.acts();
    if !meant.is_empty() && world.rng.chance(75) {
        let act: &'static &'static str = world.rng.one(meant);
        return act;
    }
    match world.rng.weighted(&[70, 14, 5, 6, 5]) {
        0 => "serve",
        1 => "sell",
        2 if world.has(Feature::Launch) => "launch",
        3 if world.has(Feature::Offers) => "host",
        4 if world.has(Feature::Offers) => "train",
        _ => "serve",
    }
}

fn request(world: &mut World<'_>) -> Node {
    let act = act(world);
    let capacity = matches!(act, "host" | "train");
    let mut names = world.models.clone();
    names.push("m1".to_owned());
    if !capacity {
        names.push("any".to_owned());
    }
    let model = if world.rng.chance(2) && !capacity {
        "m9".to_owned()
    } else {
        world.rng.one(&names).clone()
    };
    let mut entries = vec![
        (
            "act",
            if act == "serve" {
                Node::Null
            } else {
                text(act)
            },
        ),
        ("model", text(model)),
    ];
    if world.has(Feature::Economics) {
        let revenue = world.rng.chance(45).then(|| {
            number(
                world
                    .rng
                    .word(&["0", "0.01", "0.02", "0.0333333333333", "1", "50"]),
            )
        });
        entries.push(("revenue_usd", optional(revenue)));
    }
    if capacity {
        entries.push(("offers", offers(world)));
    } else {
        entries.extend(counts(world));
        let by_model = world.rng.chance(6).then(|| {
            let counts = map(counts(world));
            map(vec![("m1", counts)])
        });
        entries.push(("tokens_by_model", optional(by_model)));
    }
    let tiers = world.tiers.clone();
    let tier = if world.rng.chance(80) {
        Node::Null
    } else {
        texts(&world.rng.some(&tiers, 70))
    };
    let needs = world.rng.some(&CAPABILITIES.map(str::to_owned), 16);
    let maybe = |world: &mut World<'_>, percent, words: &[&str]| {
        optional(
            world
                .rng
                .chance(percent)
                .then(|| text(world.rng.word(words))),
        )
    };
    let ids: Vec<String> = world.deployments.iter().map(|(id, _)| id.clone()).collect();
    let pin = world
        .rng
        .chance(6)
        .then(|| text(world.rng.one(&ids).clone()));
    entries.extend([
        ("zone", maybe(world, 45, &ZONES)),
        ("tier", tier),
        (
            "needs",
            if needs.is_empty() {
                Node::Null
            } else {
                texts(&needs)
            },
        ),
        ("provider", maybe(world, 9, &PROVIDERS)),
        ("deployment", optional(pin)),
        ("key", maybe(world, 30, &["alice", "bob", "carol"])),
        ("priority", maybe(world, 25, &["batch", "interactive"])),
        ("customer", maybe(world, 65, &CUSTOMERS)),
        ("product", maybe(world, 60, &PRODUCTS)),
        ("team", maybe(world, 60, &TEAMS)),
        (
            "share",
            optional(
                world
                    .rng
                    .chance(50)
                    .then(|| number(world.rng.word(&["0.1", "0.2", "0.25", "1"]))),
            ),
        ),
        (
            "seats",
            optional(
                world
                    .rng
                    .chance(50)
                    .then(|| number(world.rng.between(0, 5))),
            ),
        ),
        ("since", maybe(world, 50, &super::DAYS)),
        (
            "urgent",
            optional(
                world
                    .rng
                    .chance(60)
                    .then(|| Node::Bool(world.rng.chance(50))),
            ),
        ),
    ]);
    let tags = world
        .rng
        .chance(50)
        .then(|| texts(&world.rng.some(&["x".to_owned(), "y".to_owned()], 50)));
    entries.push(("tags", optional(tags)));
    if world.has(Feature::Lifecycles) {
        entries.push((
            "new_customer",
            optional(
                world
                    .rng
                    .chance(50)
                    .then(|| Node::Bool(world.rng.chance(60))),
            ),
        ));
    }
    map(entries)
}

/// Token counts.
fn counts(world: &mut World<'_>) -> Vec<(&'static str, Node)> {
    let mut entries = Vec::new();
    let mut most = 0;
    if world.rng.chance(80) {
        let input = *world
            .rng
            .one(&[0_u64, 1, 400, 500, 501, 999, 1000, 1001, 1999, 2000, 2001]);
        entries.push(("input_tokens", number(input)));
        let mut left = input;
        if world.rng.chance(35) {
            let cached = world.rng.between(0, left);
            entries.push(("cached_input_tokens", number(cached)));
            left -= cached;
        }
        if world.rng.chance(25) {
            let written = world.rng.between(0, left);
            let by_ttl = world.has(Feature::Meters) && world.rng.chance(60);
            let written = if by_ttl {
                let short = world.rng.between(0, written);
                map(vec![("5m", number(short)), ("1h", number(written - short))])
            } else {
                number(written)
            };
            entries.push(("cache_write_tokens", written));
        }
    }
    if world.rng.chance(60) {
        most = *world.rng.one(&[0_u64, 1, 200, 201, 500]);
        entries.push(("max_output_tokens", number(most)));
    }
    if world.rng.chance(25) {
        most = world.rng.between(0, 300);
        entries.push(("expected_output_tokens", number(most)));
    }
    if world.has(Feature::Meters) && world.rng.chance(30) {
        entries.push((
            "expected_reasoning_tokens",
            number(world.rng.between(0, most)),
        ));
    }
    entries
}

/// Offers of capacity.
fn offers(world: &mut World<'_>) -> Node {
    let mut offers = Vec::new();
    for place in 0..world.rng.between(1, 4) {
        let maybe = |world: &mut World<'_>, percent, words: &[&str]| {
            optional(
                world
                    .rng
                    .chance(percent)
                    .then(|| text(world.rng.word(words))),
            )
        };
        let count = |world: &mut World<'_>| {
            optional(
                world
                    .rng
                    .chance(75)
                    .then(|| number(world.rng.between(1, 9))),
            )
        };
        let mut holds = Vec::new();
        let mut lacks = Vec::new();
        for covenant in COVENANTS {
            match world.rng.weighted(&[50, 25, 25]) {
                0 => holds.push(covenant.to_owned()),
                1 => lacks.push(covenant.to_owned()),
                _ => {}
            }
        }
        let mut keys = vec![
            ("id", text(format!("o{place}"))),
            ("provider", text(world.rng.word(&PROVIDERS))),
            ("hosted_by", maybe(world, 25, &PROVIDERS)),
            ("zone", maybe(world, 70, &ZONES)),
            ("holds", texts(&holds)),
            ("lacks", texts(&lacks)),
            ("block", maybe(world, 60, &["b0", "b1"])),
        ];
        if world.has(Feature::Economics) {
            keys.extend(economics::offered(world));
        } else {
            keys.extend([
                ("units", count(world)),
                ("hours", count(world)),
                (
                    "usd_per_unit_hour",
                    optional(
                        world
                            .rng
                            .chance(80)
                            .then(|| number(world.rng.word(&["2.10", "1.99", "3"]))),
                    ),
                ),
            ]);
        }
        offers.push(map(keys));
    }
    Node::List(offers)
}

fn state(world: &mut World<'_>, at: &str) -> Node {
    let mut deployments = Vec::new();
    for (id, _) in world.deployments.clone() {
        if world.rng.chance(35) {
            deployments.push((id, health(world, at)));
        }
    }
    let mut counters = Vec::new();
    for counter in world.counters.clone() {
        if world.rng.chance(60) {
            counters.push((counter, used(world, at)));
        }
    }
    let mut facts = Vec::new();
    for (name, percent) in [
        ("settled", 60),
        ("waived", 25),
        ("grade", 40),
        ("count", 30),
        (
            "shipped",
            if world.has(Feature::Economics) { 70 } else { 0 },
        ),
    ] {
        if !world.rng.chance(percent) {
            continue;
        }
        let value = match name {
            "grade" => text(world.rng.word(&["low", "high"])),
            "count" => number(world.rng.between(0, 5)),
            "shipped" => text(economics::shipped(world, at)),
            _ => Node::Bool(world.rng.chance(50)),
        };
        let as_of = world.rng.chance(30).then(|| text(world.moment()));
        let evidence = world.rng.chance(50).then(|| text(evidence(world)));
        let fact = map(vec![
            ("value", value),
            ("as_of", optional(as_of)),
            ("evidence", optional(evidence)),
        ]);
        facts.push((name.to_owned(), fact));
    }
    let notices = if world.has(Feature::Economics) {
        economics::notices(world, at)
    } else if world.has(Feature::Offers) {
        notices(world)
    } else {
        Node::Null
    };
    map(vec![
        ("deployments", Node::Map(deployments)),
        (
            "counters",
            if counters.is_empty() {
                Node::Null
            } else {
                Node::Map(counters)
            },
        ),
        (
            "facts",
            if facts.is_empty() {
                Node::Null
            } else {
                Node::Map(facts)
            },
        ),
        ("notices", notices),
    ])
}

fn used(world: &mut World<'_>, at: &str) -> Node {
    let tokens = *world.rng.one(&COUNTED);
    let requests = world
        .rng
        .chance(50)
        .then(|| number(world.rng.between(0, 3)));
    let resets_at = world.rng.chance(60).then(|| about(world, at));
    let limits = world.rng.chance(30).then(|| limits_used(world, at));
    map(vec![
        ("tokens", number(tokens)),
        ("requests", optional(requests)),
        ("resets_at", optional(resets_at)),
        ("limits", optional(limits)),
    ])
}

/// Counts near what limits are drawn to be.
const COUNTED: [u64; 7] = [0, 499, 500, 999, 1000, 1500, 2000];

/// What single limits have counted.
fn limits_used(world: &mut World<'_>, at: &str) -> Node {
    let mut entries = Vec::new();
    for name in [
        "tokens_per_minute",
        "input_tokens_per_minute",
        "output_tokens_per_minute",
        "requests_per_minute",
        "requests_per_slice",
        "tokens_per_day",
        "requests_per_day",
        "provisioned",
    ] {
        if !world.rng.chance(40) {
            continue;
        }
        let used = if name.starts_with("requests") {
            world.rng.between(0, 3)
        } else {
            *world.rng.one(&COUNTED)
        };
        let resets_at = world.rng.chance(40).then(|| about(world, at));
        let as_of = world.rng.chance(50).then(|| about(world, at));
        let own = map(vec![
            ("used", number(used)),
            ("resets_at", optional(resets_at)),
            ("as_of", optional(as_of)),
        ]);
        entries.push((name, own));
    }
    map(entries)
}

fn health(world: &mut World<'_>, at: &str) -> Node {
    let used = world.rng.chance(55).then(|| used(world, at));
    let cooldown = world.rng.chance(15).then(|| about(world, at));
    let signal = world.rng.chance(20).then(|| {
        let kinds = [
            "own_quota",
            "shared_capacity",
            "temporary_cut",
            "spend_limit",
            "not_ready",
            "overloaded",
        ];
        let kind = text(world.rng.word(&kinds));
        let until = world.rng.chance(60).then(|| about(world, at));
        map(vec![("kind", kind), ("until", optional(until))])
    });
    let rng = &mut world.rng;
    map(vec![
        ("used", optional(used)),
        (
            "in_flight",
            optional(rng.chance(30).then(|| number(rng.below(3)))),
        ),
        ("health", optional(rng.chance(15).then(|| text("down")))),
        ("cooldown_until", optional(cooldown)),
        ("signal", optional(signal)),
        (
            "latency_ms",
            optional(
                rng.chance(55)
                    .then(|| number(*rng.one(&[100, 200, 210, 900]))),
            ),
        ),
    ])
}

/// Notices of first refusals over blocks.
fn notices(world: &mut World<'_>) -> Node {
    let rights = world
        .clauses
        .iter()
        .filter(|(_, kind)| *kind == "first_refusal");
    let rights: Vec<String> = rights.map(|(cite, _)| cite.clone()).collect();
    let mut notices = Vec::new();
    for clause in rights {
        for block in ["b0", "b1", "o0", "o1", "o2"] {
            if !world.rng.chance(35) {
                continue;
            }
            let mut moments = [world.moment(), world.moment()];
            moments.sort_by_key(|moment| Moment::parse(moment).map_or(0, Moment::start));
            let [received, answered] = moments;
            let answer = world
                .rng
                .chance(65)
                .then(|| text(world.rng.word(&["refused", "waived", "exercised"])));
            let answered = (answer.is_some() && world.rng.chance(40)).then(|| text(answered));
            notices.push(map(vec![
                ("clause", text(clause.clone())),
                ("block", text(block)),
                ("received", text(received)),
                ("answer", optional(answer)),
                ("answered", optional(answered)),
            ]));
        }
    }
    if notices.is_empty() {
        Node::Null
    } else {
        Node::List(notices)
    }
}

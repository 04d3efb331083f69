//! Deployments with capabilities, limits and prices.

use super::conditions::ZONES;
use super::theme::{Theme, comparable};
use super::{PROVIDERS, Rng, World, map, number, optional, text, texts};
use crate::document::Node;
use crate::generate::feature::Feature;

pub(super) const CAPABILITIES: [&str; 3] = ["tools", "vision", "realtime"];
pub(super) const COVENANTS: [&str; 3] = ["zdr", "baa", "no_training"];

/// The deployments, and the texts of the price sheets that they name.
pub(super) fn deployments(world: &mut World<'_>) -> (Node, Vec<(String, String)>) {
    let count = world.rng.between(2, 5);
    let sheet = world.rng.chance(12);
    let mut entries: Vec<(String, Node)> = Vec::new();
    for place in 0..count {
        let (id, mut node) = deployment(world, place, sheet);
        if world.theme == Theme::Price && world.rng.chance(85) {
            comparable(world, &mut node);
        }
        if world.theme != Theme::Price && world.rng.chance(10) {
            provisioned(world, &mut node);
        }
        entries.push((id, node));
    }
    if world.has(Feature::Spills) && world.rng.chance(35) {
        spill(world, &mut entries);
    }
    let sheets = if sheet {
        vec![("list.csv".to_owned(), list(world))]
    } else {
        Vec::new()
    };
    (Node::Map(entries), sheets)
}

fn deployment(world: &mut World<'_>, place: u64, sheet: bool) -> (String, Node) {
    // Ids whose order is not that of the document.
    let id = format!("{}{place}", world.rng.word(&["a", "b", "c", "d"]));
    let provider = world.rng.word(&PROVIDERS);
    // Both models are served by somebody: conditions may name them.
    let model = match place {
        0 => "m1".to_owned(),
        1 => "m2".to_owned(),
        _ => world.rng.word(&["m1", "m1", "m2"]),
    };
    let model = if place == 1 && world.rng.chance(60) {
        world.models.truncate(1);
        "m1".to_owned()
    } else {
        model
    };
    let model = if world.models.contains(&model) {
        model
    } else {
        "m1".to_owned()
    };
    let tier = world
        .rng
        .chance(15)
        .then(|| world.rng.word(&["batch", "priority"]));
    if let Some(tier) = tier.clone().filter(|tier| !world.tiers.contains(tier)) {
        world.tiers.push(tier);
    }
    let mut supports: Vec<String> = Vec::new();
    let mut lacks: Vec<String> = Vec::new();
    for capability in CAPABILITIES {
        match world.rng.weighted(&[50, 25, 25]) {
            0 => supports.push(capability.to_owned()),
            1 => lacks.push(capability.to_owned()),
            _ => {}
        }
    }
    let mut holds = Vec::new();
    if world.has(Feature::Covenants) {
        for covenant in COVENANTS {
            match world.rng.weighted(&[40, 15, 20, 25]) {
                0 => holds.push(text(covenant)),
                1 => holds.push(term(world, vec![("name", text(covenant))])),
                2 => lacks.push(covenant.to_owned()),
                _ => {}
            }
        }
    }
    let zone = |world: &mut World<'_>, percent| {
        optional(
            world
                .rng
                .chance(percent)
                .then(|| text(world.rng.word(&ZONES))),
        )
    };
    let count = |world: &mut World<'_>, percent, counts: &[u64]| {
        optional(
            world
                .rng
                .chance(percent)
                .then(|| number(*world.rng.one(counts))),
        )
    };
    let hosted_by = world
        .rng
        .chance(12)
        .then(|| text(world.rng.word(&PROVIDERS)));
    let price = price(world, sheet);
    let node = map(vec![
        ("provider", text(provider.clone())),
        ("hosted_by", optional(hosted_by)),
        ("model", text(model)),
        ("zone", zone(world, 75)),
        ("storage_zone", zone(world, 35)),
        ("monitoring_zone", zone(world, 25)),
        ("tier", optional(tier.map(text))),
        ("supports", texts(&supports)),
        ("lacks", texts(&lacks)),
        (
            "holds",
            if holds.is_empty() {
                Node::Null
            } else {
                Node::List(holds)
            },
        ),
        ("context_tokens", count(world, 12, &[1000, 1500, 3000])),
        ("max_input_tokens", count(world, 15, &[999, 1000, 2000])),
        ("max_output_tokens", count(world, 18, &[200, 500, 4000])),
        ("limits", limits(world)),
        ("price", price),
        ("price_multiplier", multiplier(world)),
        ("lifecycle", lifecycle(world)),
    ]);
    world.deployments.push((id.clone(), provider));
    (id, node)
}

/// A mapping with the keys of a term.
pub(super) fn term(world: &mut World<'_>, mut entries: Vec<(&str, Node)>) -> Node {
    let mut days = [world.day(), world.day()];
    days.sort();
    let [first, last] = days;
    let hour = |world: &mut World<'_>, day: &str| match world.rng.weighted(&[62, 13, 15, 10]) {
        0 => text(day),
        1 => text(format!("{day}T00:00:00Z")),
        2 => text(format!("{day}T09:30:00Z")),
        _ => text(format!("{day}T22:00:00Z")),
    };
    let both = first != last;
    match world.rng.weighted(&[40, 20, 15, 25]) {
        0 => entries.push(("from", hour(world, &first))),
        1 => entries.push(("to", hour(world, &last))),
        2 => entries.push(("through", text(last))),
        _ => {
            let from = hour(world, &first);
            // A bare day may begin in its zone before the evening before it in UTC.
            let evening = matches!(&from, Node::Text(text) if text.ends_with("22:00:00Z"));
            let both = both && !evening;
            entries.push(("from", from));
            if both && world.rng.chance(50) {
                let to = hour(world, &last);
                entries.push(("to", to));
            } else if both {
                entries.push(("through", text(last)));
            }
        }
    }
    map(entries)
}

/// Units in place of a price.
fn provisioned(world: &mut World<'_>, node: &mut Node) {
    let rng = &mut world.rng;
    let units = map(vec![
        ("units", number(rng.between(1, 3))),
        (
            "tokens_per_unit_minute",
            number(*rng.one(&[600, 1000, 1200])),
        ),
        ("output_weight", text(rng.word(&["1", "1.5", "6"]))),
        (
            "window_seconds",
            optional(rng.chance(25).then(|| number(*rng.one(&[7, 30])))),
        ),
    ]);
    if let Node::Map(entries) = node {
        entries.retain(|(key, _)| !["price", "price_multiplier"].contains(&key.as_str()));
        entries.push(("provisioned".to_owned(), units));
    }
}

fn limits(world: &mut World<'_>) -> Node {
    if !world.rng.chance(40) {
        return Node::Null;
    }
    let counter = world.rng.chance(30).then(|| "pool".to_owned());
    if let Some(counter) = counter
        .clone()
        .filter(|counter| !world.counters.contains(counter))
    {
        world.counters.push(counter);
    }
    // Who shares a counter counts in the same way.
    let alone = counter.is_none();
    let rng = &mut world.rng;
    let some = |rng: &mut Rng, percent, amounts: &[u64]| {
        optional(rng.chance(percent).then(|| number(*rng.one(amounts))))
    };
    let word = |rng: &mut Rng, percent, words: &[&str]| {
        optional(rng.chance(percent).then(|| text(rng.word(words))))
    };
    let mut entries = vec![
        (
            "tokens_per_minute",
            some(rng, 60, &[1000, 1500, 2000, 5000]),
        ),
        ("in_flight", some(rng, 25, &[1, 2])),
        ("counter", optional(counter.map(text))),
        ("admission", word(rng, 30, &["post_check", "pre_check"])),
    ];
    let requests = some(rng, 30, &[1, 2, 3, 45]);
    if alone && requests != Node::Null {
        entries.push(("request_slice_seconds", some(rng, 25, &[1, 20, 45])));
    }
    entries.push(("requests_per_minute", requests));
    if rng.chance(50) {
        entries.extend([
            ("input_tokens_per_minute", some(rng, 25, &[999, 1000, 2000])),
            ("output_tokens_per_minute", some(rng, 25, &[199, 500, 4000])),
            ("tokens_per_day", some(rng, 20, &[1000, 2000])),
            ("requests_per_day", some(rng, 20, &[1, 3])),
            (
                "refill",
                word(rng, if alone { 35 } else { 0 }, &["continuous", "fixed"]),
            ),
            ("cached_input", word(rng, 40, &["counted", "held", "free"])),
            ("output", word(rng, 30, &["actual", "maximum"])),
            (
                "headroom",
                if rng.chance(30) {
                    map(vec![("batch", text(rng.word(&["50%", "33.3%", "100%"])))])
                } else {
                    Node::Null
                },
            ),
        ]);
    }
    map(entries)
}

fn price(world: &mut World<'_>, sheet: bool) -> Node {
    match world.rng.weighted(&[15, 45, 30, 10]) {
        0 => Node::Null,
        1 => cell(world, None),
        2 => {
            let above = *world.rng.one(&[500_u64, 1000, 1999]);
            let first = cell(world, None);
            let mut cells = vec![first, cell(world, Some(above))];
            if world.rng.chance(40) {
                cells.push(cell(world, None));
            }
            if world.rng.chance(20) {
                cells.push(cell(world, Some(above)));
            }
            Node::List(cells)
        }
        _ if sheet => text("sheet.list"),
        _ => cell(world, None),
    }
}

pub(super) const RATES: [&str; 9] = ["0", "1", "2", "4", "5", "5.1", "10", "0.05", "7.123456"];

fn cell(world: &mut World<'_>, above: Option<u64>) -> Node {
    let first = above.is_none();
    let rate = |world: &mut World<'_>, percent| {
        optional(
            world
                .rng
                .chance(percent)
                .then(|| number(world.rng.word(&RATES))),
        )
    };
    let mut entries = vec![
        ("above_input_tokens", optional(above.map(number))),
        ("input", rate(world, if first { 92 } else { 70 })),
        ("cached_input", rate(world, 30)),
        ("cache_write", cache_write(world)),
        ("output", rate(world, if first { 92 } else { 60 })),
    ];
    if world.has(Feature::Meters) {
        entries.push(("reasoning", rate(world, 25)));
    }
    let as_of = world.rng.chance(40).then(|| text("2026-02-01"));
    entries.push(("as_of", optional(as_of)));
    if world.rng.chance(25) {
        term(world, entries)
    } else {
        map(entries)
    }
}

fn cache_write(world: &mut World<'_>) -> Node {
    if !world.rng.chance(25) {
        return Node::Null;
    }
    if world.has(Feature::Meters) && world.rng.chance(50) {
        let mut rates = vec![("5m", number(world.rng.word(&RATES)))];
        if world.rng.chance(60) {
            rates.push(("1h", number(world.rng.word(&RATES))));
        }
        return map(rates);
    }
    number(world.rng.word(&RATES))
}

fn multiplier(world: &mut World<'_>) -> Node {
    if !world.has(Feature::Multipliers) || !world.rng.chance(25) {
        return Node::Null;
    }
    match world.rng.below(3) {
        0 => number("1.1"),
        1 => text("110%"),
        _ => number("0.333333"),
    }
}

fn lifecycle(world: &mut World<'_>) -> Node {
    if !world.has(Feature::Lifecycles) || !world.rng.chance(30) {
        return Node::Null;
    }
    let mut days = [world.day(), world.day(), world.day()];
    days.sort();
    let [launched, deprecated, retired] = days;
    let mut some = |moment: String| optional(world.rng.chance(50).then(|| text(moment)));
    map(vec![
        ("launched", some(launched)),
        ("deprecated", some(deprecated)),
        ("retired", some(retired)),
    ])
}

/// Lets one deployment spill to another of its model that is like it where that matters.
fn spill(world: &mut World<'_>, entries: &mut [(String, Node)]) {
    let model = |node: &Node| node.text_of("model");
    let mut pairs = Vec::new();
    for (from, source) in entries.iter() {
        for (to, target) in entries.iter() {
            let alike = ["zone", "storage_zone", "monitoring_zone", "holds"]
                .iter()
                .all(|key| source.get(key).is_none() || source.get(key) == target.get(key));
            if from != to && model(source) == model(target) && alike {
                pairs.push((from.clone(), to.clone()));
            }
        }
    }
    if pairs.is_empty() {
        return;
    }
    let (from, to) = world.rng.one(&pairs).clone();
    for (id, node) in entries {
        if let (true, Node::Map(entries)) = (*id == from, node) {
            entries.push(("spills_to".to_owned(), text(to.clone())));
            if world.rng.chance(60) {
                let all = ["cannot_support", "no_capacity", "quota", "down"];
                let some = all.into_iter().filter(|_| world.rng.chance(50));
                let some: Vec<String> = some.map(str::to_owned).collect();
                entries.push(("spills_on".to_owned(), texts(&some)));
            }
        }
    }
}

/// A price sheet.
fn list(world: &mut World<'_>) -> String {
    let mut lines = vec![
        "# Prices by chance.".to_owned(),
        "model,zone,tier,meter,above,from,usd_per_mtok".to_owned(),
    ];
    for model in ["m1", "m2"] {
        for meter in ["input", "output", "cached_input"] {
            for above in ["", "1000"] {
                if world.rng.chance(65) {
                    let (zone, tier) = (
                        world.rng.word(&["", "", "eu"]),
                        world.rng.word(&["", "standard"]),
                    );
                    let from = if world.rng.chance(25) {
                        world.day()
                    } else {
                        String::new()
                    };
                    lines.push(format!(
                        "{model},{zone},{tier},{meter},{above},{from},{}",
                        world.rng.word(&RATES)
                    ));
                }
            }
        }
    }
    lines.join("\n") + "\n"
}

//! Attributes, facts, and conditions over them.

use super::{PROVIDERS, World, map, number, optional, text, texts};
use crate::document::Node;
use crate::generate::feature::Feature;

pub(super) const CUSTOMERS: [&str; 3] = ["gov", "com", "edu"];
pub(super) const PRODUCTS: [&str; 3] = ["chat", "voice", "video"];
pub(super) const TEAMS: [&str; 3] = ["red", "redder", "blue"];
pub(super) const ZONES: [&str; 7] = [
    "eu",
    "us",
    "westeurope",
    "eastus",
    "our-cage",
    "uk",
    "global",
];

fn words(words: &[&str]) -> Node {
    texts(
        &words
            .iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<String>>(),
    )
}

/// The attributes of requests.
pub(super) fn attributes(world: &mut World<'_>) -> Node {
    let default = world.rng.chance(30).then(|| text("com"));
    map(vec![
        (
            "customer",
            map(vec![
                ("one_of", words(&CUSTOMERS)),
                ("default", optional(default)),
            ]),
        ),
        (
            "product",
            map(vec![
                ("one_of", words(&PRODUCTS)),
                ("default", text("chat")),
            ]),
        ),
        ("urgent", map(vec![("type", text("bool"))])),
        ("share", map(vec![("type", text("decimal"))])),
        ("seats", map(vec![("type", text("int"))])),
        ("team", map(vec![("type", text("string"))])),
        ("since", map(vec![("type", text("timestamp"))])),
        ("tags", map(vec![("type", text("strings"))])),
    ])
}

/// The facts.
pub(super) fn facts(world: &mut World<'_>) -> Node {
    let mut dated = Vec::new();
    for _ in 0..world.rng.below(3) {
        let value = Node::Bool(world.rng.chance(70));
        let from = world.rng.chance(70).then(|| text(world.moment()));
        let known_from = world.rng.chance(30).then(|| text(world.day()));
        let evidence = world
            .rng
            .chance(60)
            .then(|| map(vec![("evidence", text(evidence(world)))]));
        dated.push(map(vec![
            ("value", value),
            ("from", optional(from)),
            ("known_from", optional(known_from)),
            ("source", optional(evidence)),
        ]));
    }
    let values = if dated.is_empty() {
        Node::Null
    } else {
        Node::List(dated)
    };
    map(vec![
        ("settled", map(vec![("type", text("bool"))])),
        (
            "waived",
            map(vec![
                ("type", text("bool")),
                ("default", Node::Bool(false)),
                ("values", values),
            ]),
        ),
        ("grade", map(vec![("one_of", words(&["low", "high"]))])),
        ("shipped", map(vec![("type", text("timestamp"))])),
        (
            "count",
            map(vec![("type", text("int")), ("default", number(3))]),
        ),
    ])
}

/// A grade of evidence.
pub(super) fn evidence(world: &mut World<'_>) -> String {
    world.rng.word(&[
        "press_report",
        "summary",
        "paraphrase",
        "verbatim",
        "stated",
    ])
}

fn quoted(word: impl Into<String>) -> String {
    format!("\"{}\"", word.into())
}

/// A condition over facts.
pub(super) fn over_facts(world: &mut World<'_>) -> String {
    let atom = |world: &mut World<'_>| match world.rng.weighted(&[35, 35, 10, 10]) {
        0 => "fact.settled".to_owned(),
        1 => "fact.waived".to_owned(),
        2 => "fact.grade == \"high\"".to_owned(),
        _ => format!("fact.count > {}", world.rng.between(1, 5)),
    };
    let first = atom(world);
    match world.rng.weighted(&[60, 15, 13, 12]) {
        0 => first,
        1 => format!("!({first})"),
        2 => format!("{first} && {}", atom(world)),
        _ => format!("{first} || {}", atom(world)),
    }
}

/// A condition over the request alone.
pub(super) fn over_request(world: &mut World<'_>) -> String {
    let atom = atom_of_request(world);
    combined(world, atom, atom_of_request)
}

/// A condition over request, deployment, facts and the moment.
pub(super) fn over_all(world: &mut World<'_>) -> String {
    let atom = atom_of_all(world);
    combined(world, atom, atom_of_all)
}

/// A condition that tells deployments apart.
pub(super) fn over_deployment(world: &mut World<'_>) -> String {
    let atom = atom_of_deployment(world);
    combined(world, atom, atom_of_deployment)
}

fn combined(world: &mut World<'_>, first: String, atom: fn(&mut World<'_>) -> String) -> String {
    match world.rng.weighted(&[62, 14, 12, 9, 3]) {
        0 => first,
        1 => format!("{first} && {}", atom(world)),
        2 => format!("{first} || {}", atom(world)),
        3 => format!("!({first})"),
        _ => format!("({first} || {}) && !({})", atom(world), atom(world)),
    }
}

fn atom_of_all(world: &mut World<'_>) -> String {
    match world.rng.weighted(&[55, 30, 12, 3]) {
        0 => atom_of_request(world),
        1 => atom_of_deployment(world),
        2 => over_facts(world),
        _ => atom_of_moment(world),
    }
}

fn atom_of_moment(world: &mut World<'_>) -> String {
    let operator = world.rng.word(&["<", "<=", ">", ">="]);
    let day = world.day();
    let hour = world.rng.word(&["00:00:00", "12:00:00"]);
    format!("at {operator} timestamp(\"{day}T{hour}Z\")")
}

fn atom_of_request(world: &mut World<'_>) -> String {
    match world.rng.weighted(&[26, 22, 8, 8, 6, 6, 5, 5, 4, 4, 3, 3]) {
        0 => one_of(world, "request.customer", &CUSTOMERS),
        1 => one_of(world, "request.product", &PRODUCTS),
        2 => format!(
            "request.input_tokens {} {}",
            world.rng.word(&["<", "<=", ">", ">="]),
            world.rng.one(&[500, 1000, 1001, 2000])
        ),
        3 => "request.urgent".to_owned(),
        4 => zone(world, "request.zone"),
        5 => format!(
            "request.share {} {}",
            world.rng.word(&["<", "<=", ">", ">=", "=="]),
            world.rng.word(&["0.1", "0.25", "1"])
        ),
        6 => format!(
            "request.seats {} {}",
            world.rng.word(&["<", ">=", "=="]),
            world.rng.between(1, 4)
        ),
        7 => match world.rng.below(4) {
            0 => format!("request.team.startsWith({})", quoted("red")),
            1 => format!("request.team.contains({})", quoted("d")),
            2 => format!("request.team.endsWith({})", quoted("er")),
            _ => format!("request.team == {}", quoted(world.rng.word(&TEAMS))),
        },
        8 => format!(
            "{} in request.needs",
            quoted(world.rng.word(&["tools", "vision"]))
        ),
        9 => format!("{} in request.tags", quoted(world.rng.word(&["x", "y"]))),
        10 => {
            let day = world.day();
            format!(
                "request.since {} timestamp(\"{day}T00:00:00Z\")",
                world.rng.word(&["<", ">="])
            )
        }
        _ if world.has(Feature::Lifecycles) && world.rng.chance(50) => {
            "request.new_customer".to_owned()
        }
        _ => match world.rng.below(5) {
            0 => "has(request.zone)".to_owned(),
            1 => "has(request.customer)".to_owned(),
            2 => format!(
                "request.model == {}",
                quoted(world.rng.word(&["m1", "any"]))
            ),
            3 => format!(
                "request.act == {}",
                quoted(world.rng.word(&["serve", "sell"]))
            ),
            _ => format!(
                "request.max_output_tokens + 1 > {}",
                world.rng.one(&[200, 500])
            ),
        },
    }
}

fn one_of(world: &mut World<'_>, variable: &str, words: &[&str; 3]) -> String {
    let (first, second) = (world.rng.word(words), world.rng.word(words));
    match world.rng.weighted(&[60, 20, 20]) {
        0 => format!("{variable} == {}", quoted(first)),
        1 => format!("{variable} != {}", quoted(first)),
        _ => format!("{variable} in [{}, {}]", quoted(first), quoted(second)),
    }
}

fn zone(world: &mut World<'_>, variable: &str) -> String {
    match world.rng.weighted(&[70, 30]) {
        0 => format!(
            "within({variable}, {})",
            quoted(world.rng.word(&["eu", "us", "westeurope"]))
        ),
        _ => format!("{variable} == {}", quoted(world.rng.word(&ZONES))),
    }
}

fn atom_of_deployment(world: &mut World<'_>) -> String {
    match world.rng.weighted(&[40, 22, 10, 8, 6, 6, 4, 4]) {
        0 => {
            let operator = world.rng.word(&["==", "==", "!="]);
            format!(
                "deployment.provider {operator} {}",
                quoted(world.rng.word(&PROVIDERS))
            )
        }
        1 => zone(world, "deployment.zone"),
        2 => format!(
            "deployment.hosted_by == {}",
            quoted(world.rng.word(&PROVIDERS))
        ),
        3 => {
            let models = world.models.clone();
            format!(
                "deployment.model == {}",
                quoted(world.rng.one(&models).clone())
            )
        }
        4 => {
            let tiers = world.tiers.clone();
            format!(
                "deployment.tier == {}",
                quoted(world.rng.one(&tiers).clone())
            )
        }
        5 => {
            let list = world.rng.word(&["supports", "lacks"]);
            format!(
                "{} in deployment.{list}",
                quoted(world.rng.word(&["tools", "vision"]))
            )
        }
        6 if world.has(Feature::Covenants) => format!(
            "{} in deployment.holds",
            quoted(world.rng.word(&["zdr", "baa"]))
        ),
        6 => zone(world, "deployment.storage_zone"),
        _ => {
            let ids: Vec<String> = world.deployments.iter().map(|(id, _)| id.clone()).collect();
            format!("deployment.id == {}", quoted(world.rng.one(&ids).clone()))
        }
    }
}

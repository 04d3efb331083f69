//! Contracts with clauses of every kind, and rules.

use super::conditions::{evidence, over_all, over_deployment, over_facts, over_request};
use super::deployments::{COVENANTS, term};
use super::theme::{Theme, narrowed};
use super::{DAYS, PROVIDERS, World, economics, map, number, optional, text, texts};
use crate::document::Node;
use crate::generate::feature::Feature;

/// A calendar of business days.
pub(super) fn calendar(world: &mut World<'_>) -> Node {
    let holidays = world.rng.some(&DAYS.map(str::to_owned), 30);
    let day_ends = world.rng.chance(40).then(|| text("17:00"));
    let zone = world.rng.chance(40).then(|| text(place(world)));
    map(vec![
        ("holidays", texts(&holidays)),
        ("day_ends", optional(day_ends)),
        ("time_zone", optional(zone)),
    ])
}

/// Where days begin.
fn place(world: &mut World<'_>) -> String {
    if world.has(Feature::Places) && world.rng.chance(50) {
        return world.rng.word(&[
            "Europe/London",
            "America/New_York",
            "Asia/Kolkata",
            "Pacific/Auckland",
        ]);
    }
    world.rng.word(&["UTC", "+02:00", "-05:00"])
}

/// One to three contracts.
pub(super) fn contracts(world: &mut World<'_>) -> Node {
    let count = world.rng.between(1, 3);
    let mut entries = Vec::new();
    for place in 0..count {
        let id = format!("k{place}");
        entries.push((id.clone(), contract(world, &id)));
    }
    Node::Map(entries)
}

fn contract(world: &mut World<'_>, id: &str) -> Node {
    let grantor = world.rng.word(&PROVIDERS);
    let time_zone = world.rng.chance(45).then(|| place(world));
    let tie = world.rng.chance(25).then(|| text("new_terms"));
    let rank = world
        .rng
        .chance(12)
        .then(|| number(world.rng.between(0, 2)));
    let own_term = world.rng.chance(25);
    world.dated = own_term;
    let own_term = if own_term {
        term(world, Vec::new())
    } else {
        Node::Null
    };
    let source = source(world, 30);
    let mut clauses = Vec::new();
    for number in 0..world.rng.between(1, 4) {
        let clause = clause(world, id, number);
        clauses.push(clause);
    }
    if world.rng.chance(40) {
        clauses.extend(twin(world, id, &clauses));
    }
    map(vec![
        ("grantor", text(grantor)),
        ("time_zone", optional(time_zone.map(text))),
        ("day_of_change", optional(tie)),
        ("rank", optional(rank)),
        ("term", own_term),
        ("source", source),
        ("clauses", Node::List(clauses)),
    ])
}

/// A clause that says of other providers what one of these says: neither of them gives way.
fn twin(world: &mut World<'_>, contract: &str, clauses: &[Node]) -> Option<Node> {
    let (kind, key) = *world
        .rng
        .one(&[("exclusivity", "only"), ("first_refusal", "holder")]);
    let is_kind = |clause: &&Node| clause.get("kind").and_then(Node::text) == Some(kind);
    let Node::Map(entries) = clauses.iter().find(is_kind)? else {
        return None;
    };
    let other = match kind {
        "exclusivity" => texts(&[provider_name(world)]),
        _ => provider(world),
    };
    let changed = entries.iter().map(|(name, value)| match name.as_str() {
        "id" => (name.clone(), text("twin")),
        _ if name == key => (name.clone(), other.clone()),
        _ => (name.clone(), value.clone()),
    });
    world.clauses.push((format!("{contract}/twin"), kind));
    let kept = |(name, _): &(String, Node)| name != "supersedes";
    Some(Node::Map(changed.filter(kept).collect()))
}

fn source(world: &mut World<'_>, percent: u64) -> Node {
    if world.rng.chance(percent) {
        map(vec![("evidence", text(evidence(world)))])
    } else {
        Node::Null
    }
}

/// The kinds, each with its weight.
fn kinds(world: &World<'_>) -> Vec<(&'static str, u64)> {
    let mut kinds = vec![
        ("exclusivity", 30),
        ("permit", 22),
        ("license", 14),
        ("residency", 15),
        ("first_refusal", 26),
        ("recital", 3),
    ];
    if world.has(Feature::Covenants) {
        kinds.push(("covenant", 16));
    }
    if world.has(Feature::Suspensions) {
        kinds.push(("suspension", 21));
    }
    if world.has(Feature::Economics) {
        kinds.extend(economics::KINDS);
    }
    for (kind, weight) in &mut kinds {
        *weight *= world.theme.weight(kind);
    }
    kinds
}

fn clause(world: &mut World<'_>, contract: &str, place: u64) -> Node {
    let kinds = kinds(world);
    let weights: Vec<u64> = kinds.iter().map(|(_, weight)| *weight).collect();
    let (kind, _) = kinds
        .get(world.rng.weighted(&weights))
        .copied()
        .unwrap_or(("recital", 1));
    let id = format!("c{place}");
    let cite = format!("{contract}/{id}");
    let mut entries = vec![("id", text(id)), ("kind", text(kind))];
    let economic = economics::is_economic(kind);
    if economic {
        let keys = economics::own_keys(world, kind);
        let key = |key: &str| keys.iter().find(|(known, _)| *known == key);
        if let (Some((_, term)), Some((_, amount))) = (key("term"), key("amount")) {
            let amount = amount.text().unwrap_or_default();
            if !world.dated {
                entries.extend(economics::plan(world, term, amount));
            }
        }
        entries.extend(keys);
        entries.push(("acts", economics::own_acts(world, kind)));
    } else {
        entries.extend(own_keys(world, kind));
        entries.push(("acts", acts(world)));
    }
    let has_term = entries.iter().any(|(key, _)| *key == "term");
    let models = world.rng.chance(20).then(|| {
        let mut names = world.models.clone();
        names.push("any".to_owned());
        world.rng.one(&names).clone()
    });
    entries.push(("models", optional(models.map(text))));
    let narrowed = narrowed(world.theme, kind);
    let conditional = match narrowed {
        Some((conditional, _)) => conditional,
        None if economic => 30,
        None => 55,
    };
    let when = world.rng.chance(conditional);
    let when = when.then(|| over_all(world));
    entries.push(("when", optional(when.map(text))));
    // A licence decides most once it has ended.
    let dated = match kind {
        _ if narrowed.is_some() => narrowed.map_or(0, |(_, dated)| dated),
        "license" => 85,
        _ if economic => 30,
        _ => 45,
    };
    if !has_term && world.rng.chance(dated) {
        let term = term(world, Vec::new());
        entries.push(("term", term));
    }
    let ends_when = world.rng.chance(8).then(|| over_facts(world));
    entries.push(("ends_when", optional(ends_when.map(text))));
    entries.push(("supersedes", supersedes(world, kind)));
    let rank = world
        .rng
        .chance(15)
        .then(|| number(world.rng.between(0, 2)));
    entries.push(("rank", optional(rank)));
    entries.push(("source", source(world, 35)));
    let known_from = world.rng.chance(20).then(|| text(world.day()));
    entries.push(("known_from", optional(known_from)));
    // A permit may set a maximum share aside, not a minimum.
    let max = entries
        .iter()
        .any(|(key, node)| *key == "max" && *node != Node::Null);
    world.clauses.push((cite, if max { "max" } else { kind }));
    map(entries)
}

/// Clauses that this one replaces: earlier ones, of its own stratum or a lower one.
fn supersedes(world: &mut World<'_>, kind: &str) -> Node {
    let strength = |kind: &str| match kind {
        "residency" | "covenant" => 3,
        "suspension" => 2,
        "spend_cap" | "commitment" | "ladder" | "discount" | "price_match" | "revenue_share" => 0,
        _ => 1,
    };
    let known = world
        .clauses
        .iter()
        .filter(|(_, other)| strength(other) <= strength(kind));
    let known: Vec<String> = known.map(|(cite, _)| cite.clone()).collect();
    if known.is_empty() || !world.rng.chance(12) {
        return Node::Null;
    }
    texts(&[world.rng.one(&known).clone()])
}

pub(super) fn acts(world: &mut World<'_>) -> Node {
    let acts: &[&[&str]] = if world.has(Feature::Offers) {
        &[
            &["serve"],
            &["serve", "sell"],
            &["host", "train"],
            &["serve", "sell", "host", "train", "launch"],
            &["host"],
        ]
    } else {
        &[&["serve"], &["serve", "sell"], &["sell"]]
    };
    let meant = world.theme.acts();
    if meant.iter().any(|act| *act != "serve") && world.rng.chance(70) {
        let meant: Vec<String> = meant.iter().map(|act| (*act).to_owned()).collect();
        return texts(&meant);
    }
    if world.rng.chance(if world.theme == Theme::Contest {
        80
    } else {
        45
    }) {
        return Node::Null;
    }
    let acts = *world.rng.one(acts);
    texts(
        &acts
            .iter()
            .map(|act| (*act).to_owned())
            .collect::<Vec<String>>(),
    )
}

fn providers(world: &mut World<'_>) -> Node {
    // Mostly providers that sell something here.
    let mut names: Vec<String> = world
        .deployments
        .iter()
        .map(|(_, provider)| provider.clone())
        .collect();
    names.extend(PROVIDERS.map(str::to_owned));
    let mut chosen = vec![world.rng.one(&names).clone()];
    if world.rng.chance(30) {
        chosen.push(world.rng.one(&names).clone());
    }
    chosen.sort();
    chosen.dedup();
    texts(&chosen)
}

fn provider(world: &mut World<'_>) -> Node {
    text(provider_name(world))
}

/// A provider, mostly one that sells something here.
fn provider_name(world: &mut World<'_>) -> String {
    let mut names: Vec<String> = world
        .deployments
        .iter()
        .map(|(_, provider)| provider.clone())
        .collect();
    names.extend(PROVIDERS.map(str::to_owned));
    world.rng.one(&names).clone()
}

fn own_keys(world: &mut World<'_>, kind: &str) -> Vec<(&'static str, Node)> {
    match kind {
        "exclusivity" => {
            let only = providers(world);
            let against = world.rng.chance(20).then(|| providers(world));
            let sole = world.rng.chance(20).then_some(Node::Bool(true));
            vec![
                ("only", only),
                ("against", optional(against)),
                ("sole", optional(sole)),
            ]
        }
        "permit" => {
            let bars = world.clauses.iter().filter(|(_, kind)| {
                matches!(*kind, "exclusivity" | "license" | "ship_first" | "max")
            });
            let bars: Vec<String> = bars.map(|(cite, _)| cite.clone()).collect();
            let carves = if world.rng.chance(25) {
                Vec::new()
            } else {
                world.rng.some(&bars, 75)
            };
            let disputed = world
                .rng
                .chance(25)
                .then(|| map(vec![("when", text(over_all(world)))]));
            vec![("carves", texts(&carves)), ("disputed", optional(disputed))]
        }
        "license" => vec![("provider", provider(world))],
        "residency" => {
            let of = ["processing", "storage", "monitoring"].map(str::to_owned);
            let of = world.rng.some(&of, 50);
            let of = if of.is_empty() {
                Node::Null
            } else {
                texts(&of)
            };
            vec![
                (
                    "within",
                    text(world.rng.word(&["eu", "us", "westeurope", "global"])),
                ),
                ("of", of),
            ]
        }
        "covenant" => {
            let names = world.rng.some(&COVENANTS.map(str::to_owned), 50);
            let names = if names.is_empty() {
                vec!["zdr".to_owned()]
            } else {
                names
            };
            vec![("requires", texts(&names))]
        }
        "suspension" => suspension(world),
        "first_refusal" => {
            let reasons = [
                "cannot_support",
                "no_capacity",
                "quota",
                "down",
                "price_above_match",
            ]
            .map(str::to_owned);
            let reasons = world
                .rng
                .chance(50)
                .then(|| world.rng.some(&reasons, 50))
                .filter(|reasons| !reasons.is_empty());
            let tolerance = world
                .rng
                .chance(25)
                .then(|| text(world.rng.word(&["5%", "10%", "0.5"])));
            let mut keys = vec![
                ("holder", provider(world)),
                (
                    "refuses_by",
                    optional(reasons.map(|reasons| texts(&reasons))),
                ),
                ("tolerance", optional(tolerance)),
            ];
            if world.has(Feature::Economics) {
                let offer = world
                    .rng
                    .chance(30)
                    .then(|| number(world.rng.between(1, 2)));
                keys.push(("offer", optional(offer)));
                keys.extend(economics::block_keys(world));
            }
            keys
        }
        _ => vec![("states", text("What is on record."))],
    }
}

fn suspension(world: &mut World<'_>) -> Vec<(&'static str, Node)> {
    let cause = world.rng.word(&[
        "force_majeure",
        "breach",
        "non_payment",
        "acceptable_use",
        "security",
        "other",
    ]);
    let cure = world.rng.chance(50).then(|| {
        if world.rng.chance(50) {
            map(vec![("days", number(world.rng.between(1, 70)))])
        } else {
            map(vec![
                ("business_days", number(world.rng.between(1, 40))),
                ("calendar", text("office")),
            ])
        }
    });
    let noticed = (cure.is_some() || world.rng.chance(30)).then(|| text(world.moment()));
    let cured_when = world.rng.chance(25).then(|| text(over_facts(world)));
    vec![
        ("provider", provider(world)),
        ("cause", text(cause)),
        ("noticed", optional(noticed)),
        ("cure", optional(cure)),
        ("cured_when", optional(cured_when)),
    ]
}

/// The operator's rules.
pub(super) fn rules(world: &mut World<'_>) -> Node {
    let mut rules = Vec::new();
    let rights = world
        .clauses
        .iter()
        .filter(|(_, kind)| *kind == "first_refusal");
    let rights: Vec<String> = rights.map(|(cite, _)| cite.clone()).collect();
    for place in 0..world.rng.below(4) {
        let splits = if world.has(Feature::Economics) { 35 } else { 0 };
        let wish = match world.rng.weighted(&[30, 25, 45, splits]) {
            0 => "deny",
            1 => "require",
            2 => "prefer",
            _ => "split",
        };
        let about = if wish == "split" {
            economics::split(world)
        } else {
            text(over_deployment(world))
        };
        let when = world.rng.chance(60).then(|| {
            if world.rng.chance(25) {
                over_facts(world)
            } else {
                over_request(world)
            }
        });
        let overrides =
            matches!(wish, "deny" | "require") && !rights.is_empty() && world.rng.chance(40);
        let overrides = overrides.then(|| texts(&[world.rng.one(&rights).clone()]));
        rules.push(map(vec![
            ("id", text(format!("r{place}"))),
            (wish, about),
            ("when", optional(when.map(text))),
            ("acts", acts(world)),
            ("overrides", optional(overrides)),
        ]));
    }
    if rules.is_empty() {
        Node::Null
    } else {
        Node::List(rules)
    }
}

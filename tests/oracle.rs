//! The engine against the oracle: a second, naive reading of SPEC.md.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test reads files, and stops when something goes wrong"
)]

use std::fs;
use std::path::Path;

#[path = "oracle/engine.rs"]
mod engine;

use engine::Wayleave;
use wayleave::model::zone::{ZoneIx, Zones};
use wayleave_oracle::compare::{Coverage, Run};
use wayleave_oracle::generate::feature::Features;

/// The places that every policy knows, each with the place around it, as the oracle reads them.
fn zone_table() -> String {
    let zones = Zones::default();
    let all: Vec<(&str, ZoneIx)> = zones
        .names()
        .map(|name| (name, zones.find(name).unwrap()))
        .collect();
    let mut table = String::from(
        "# The places that every policy knows, each with the place around it; written by tests/oracle.rs.\n",
    );
    for (name, zone) in &all {
        let around = all
            .iter()
            .filter(|(other, area)| other != name && zones.within(*zone, *area))
            .max_by_key(|(_, area)| zones.level(*area));
        let parent = around.map_or(*name, |(parent, _)| *parent);
        table.push_str(&format!("{name} {parent}\n"));
    }
    table
}

/// `WAYLEAVE_GOLDEN=write cargo test --test oracle` writes the table anew.
#[test]
fn the_oracle_knows_the_same_places() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle/zones.tsv");
    let table = zone_table();
    if std::env::var("WAYLEAVE_GOLDEN").is_ok_and(|word| word == "write") {
        fs::write(&file, &table).unwrap();
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), table);
}

/// Ten thousand decisions; `cargo xtask oracle` makes as many as one likes.
#[test]
fn the_engine_decides_as_the_oracle() {
    let run = Run {
        seed: 1,
        zones: wayleave_oracle::zones::Zones::parse(&zone_table()).unwrap(),
        features: Features::of_engine(),
    };
    let mut coverage = Coverage::default();
    for case in 0..1250 {
        if let Err(found) = run.case(&Wayleave, case, &mut coverage) {
            panic!("seed {}, {found}", run.seed);
        }
    }
    println!("{}", coverage.report());
    assert!(
        coverage.decisions >= 10_000,
        "only {} decisions were compared",
        coverage.decisions
    );
    // What hardly ever decides is hardly compared. Of a million decisions each is more than a hundredth; of so few, whose
    // policies are asked eight times each, half of that is near enough.
    for kind in DECIDING {
        assert!(coverage.decisive(kind) >= 50, "{kind} decides too seldom");
    }
    for outcome in ["route", "hold", "conflict", "refuse"] {
        assert!(coverage.outcome(outcome) >= 50, "{outcome} is too rare");
    }
}

/// The kinds of clauses and rules that decide.
const DECIDING: [&str; 19] = [
    "commitment",
    "covenant",
    "discount",
    "exclusivity",
    "first_refusal",
    "ladder",
    "license",
    "permit",
    "price_match",
    "residency",
    "revenue_share",
    "share",
    "ship_first",
    "spend_cap",
    "suspension",
    "rule: deny",
    "rule: prefer",
    "rule: require",
    "rule: split",
];

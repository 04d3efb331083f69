//! Every check, in an order that fails early and cheaply.

use crate::targets::{BARE, WASM};
use crate::{Profile, fuzz, licences, pkg, sabotage, schema, shell, size, targets, timezones};
use anyhow::{Context, Result};
use std::process::Command;
use std::time::{Duration, Instant};

/// A check: what it is called, and how it runs. It prints what it likes; an error means red.
struct Check {
    name: &'static str,
    run: fn() -> Result<()>,
}

const CHECKS: &[Check] = &[
    Check {
        name: "format",
        run: || cargo(["fmt", "--all", "--check"]),
    },
    Check {
        name: "wasm targets",
        run: targets::add,
    },
    Check {
        name: "clippy",
        run: || cargo(["clippy", "--workspace", "--all-targets", "--", "-Dwarnings"]),
    },
    Check {
        name: "clippy, wasm",
        run: || {
            cargo([
                "clippy",
                "--package=wayleave",
                "--features=wasm",
                "--target",
                WASM,
                "--lib",
                "--test=wasm",
                "--",
                "-Dwarnings",
            ])
        },
    },
    Check {
        name: "the core is pure",
        run: || {
            cargo([
                "check",
                "--package=wayleave",
                "--lib",
                "--no-default-features",
                "--target",
                BARE,
            ])
        },
    },
    Check {
        name: "licences",
        run: licences::check,
    },
    Check {
        name: "tests, native",
        run: || cargo(["test", "--workspace"]),
    },
    Check {
        name: "hostile input, briefly",
        run: || fuzz::seeded(&["--seconds".to_owned(), "3".to_owned()]),
    },
    Check {
        name: "documentation",
        run: documentation,
    },
    Check {
        name: "schema and types",
        run: || schema::schema(true),
    },
    Check {
        name: "time zones",
        run: || timezones::timezones(true),
    },
    Check {
        name: "tests, wasm in Node",
        run: || {
            cargo([
                "test",
                "--package=wayleave",
                "--features=wasm",
                "--target",
                WASM,
                "--test=wasm",
            ])
        },
    },
    Check {
        name: "npm package",
        run: || pkg::build(Profile::Release),
    },
    Check {
        name: "size",
        run: size::check,
    },
    Check {
        name: "tests, npm package",
        run: || npm("pkg", ["test"]),
    },
    Check {
        name: "npm package, packed",
        run: || npm("pkg", ["run", "pack:check"]),
    },
    Check {
        name: "npm package, in every runtime",
        run: || npm("pkg", ["run", "matrix"]),
    },
    Check {
        name: "Worker",
        run: || {
            pkg::install("worker")?;
            npm("worker", ["run", "check"])?;
            npm("worker", ["test"])
        },
    },
    Check {
        name: "playground",
        run: || {
            pkg::install("www")?;
            npm("www", ["test"])
        },
    },
    Check {
        name: "sabotage",
        run: || sabotage::sabotage(&[]),
    },
];

/// Runs the checks one after another and stops at the first that fails.
pub(crate) fn test() -> Result<()> {
    let start = Instant::now();
    let mut passed: Vec<(&str, Duration)> = Vec::new();
    for check in CHECKS {
        println!("\n=== {}", check.name);
        let began = Instant::now();
        let result = (check.run)();
        let took = began.elapsed();
        if result.is_err() {
            summary(&passed);
            println!("  RED     {:>6.1?}  {}", took, check.name);
        }
        result.with_context(|| {
            format!(
                "the check `{}` failed; {} of {} passed",
                check.name,
                passed.len(),
                CHECKS.len()
            )
        })?;
        println!("=== {}: passed in {took:.1?}", check.name);
        passed.push((check.name, took));
    }
    summary(&passed);
    println!(
        "all {} checks passed in {:.1?}",
        passed.len(),
        start.elapsed()
    );
    Ok(())
}

fn summary(passed: &[(&str, Duration)]) {
    println!("\n=== summary");
    for (name, took) in passed {
        println!("  passed  {took:>6.1?}  {name}");
    }
}

fn cargo<const N: usize>(args: [&str; N]) -> Result<()> {
    shell::run(&mut shell::cargo(args))
}

fn npm<const N: usize>(folder: &str, args: [&str; N]) -> Result<()> {
    shell::run(&mut shell::npm(folder, args))
}

fn documentation() -> Result<()> {
    let mut command: Command = shell::cargo(["doc", "--no-deps", "--package=wayleave"]);
    shell::run(command.env("RUSTDOCFLAGS", "-Dwarnings"))
}

//! The engine against the oracle, on as many generated cases as one likes. `cargo xtask oracle` runs it.

#[path = "../../../tests/oracle/engine.rs"]
mod engine;

use engine::Wayleave;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use wayleave_oracle::Fault;
use wayleave_oracle::compare::{Coverage, Run};
use wayleave_oracle::generate::ASKS;
use wayleave_oracle::generate::feature::Features;
use wayleave_oracle::zones::Zones;

/// What may follow the command, each with a number, and the number where it is left out.
const OPTIONS: [(&str, u64); 5] = [
    ("--cases", 10_000),
    ("--seed", 1),
    ("--threads", 2),
    ("--first", 0),
    ("--faults", 1),
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match options(&words).and_then(compare) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(fault) => {
            eprintln!("error: {fault}");
            ExitCode::FAILURE
        }
    }
}

/// The numbers of the options, in their order.
fn options(words: &[String]) -> Result<[u64; 5], Fault> {
    let mut numbers = OPTIONS.map(|(_, number)| number);
    for pair in words.chunks(2) {
        let [name, number] = pair else {
            return Err(Fault::new(format!("`{}` needs a number", pair.join(" "))));
        };
        let option = OPTIONS
            .iter()
            .zip(&mut numbers)
            .find(|((known, _), _)| known == name);
        let (_, place) =
            option.ok_or_else(|| Fault::new(format!("there is no option `{name}`")))?;
        *place = number
            .parse()
            .map_err(|_| Fault::new(format!("`{number}` is no number")))?;
    }
    Ok(numbers)
}

/// Compares, prints what the cases were about, and tells whether both agreed on all of them.
fn compare([decisions, seed, threads, first, most_faults]: [u64; 5]) -> Result<bool, Fault> {
    let run = Run {
        seed,
        zones: Zones::parse(include_str!("../../zones.tsv"))?,
        features: Features::of_engine(),
    };
    let asks = u64::try_from(ASKS).unwrap_or(1);
    let last = first.saturating_add(decisions.div_ceil(asks));
    let (next, faults) = (AtomicU64::new(first), AtomicU64::new(0));
    let coverage = Mutex::new(Coverage::default());
    let began = Instant::now();
    let work = || {
        let mut own = Coverage::default();
        while faults.load(Ordering::Relaxed) < most_faults {
            let case = next.fetch_add(1, Ordering::Relaxed);
            if case >= last {
                break;
            }
            if let Err(found) = run.case(&Wayleave, case, &mut own)
                && faults.fetch_add(1, Ordering::Relaxed) < most_faults
            {
                println!("seed {seed}, {found}\n");
            }
        }
        if let Ok(mut coverage) = coverage.lock() {
            coverage.merge(&own);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let took = began.elapsed().as_millis();
    let coverage = coverage.into_inner().unwrap_or_default();
    println!("{}", coverage.report());
    let rate = u128::from(coverage.decisions)
        .saturating_mul(1000)
        .checked_div(took)
        .unwrap_or(0);
    println!("{rate} decisions a second on {threads} threads");
    let faults = faults.into_inner();
    if faults > 0 {
        println!("{faults} cases on which engine and oracle disagree");
    }
    Ok(faults == 0)
}

//! Hostile input: the seeded loop of `fuzz/`, or libFuzzer with the coverage that the pinned compiler counts.

use crate::{Options, shell};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

/// What makes the compiler count edges and comparisons; all of it is stable.
const COVERAGE: &str = "-Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// How long libFuzzer runs on each target.
const SECONDS: u64 = 60;

/// Runs what the words ask for.
pub(crate) fn fuzz(mut options: Options) -> Result<()> {
    if options.flag("--guided") {
        let seconds = options.number("--seconds")?.unwrap_or(SECONDS);
        return guided(seconds, &options.names());
    }
    seeded(&options.names())
}

/// The loop on stable: the same seed tries the same inputs. What the words mean it says itself.
pub(crate) fn seeded(words: &[String]) -> Result<()> {
    shell::run(loop_command().args(words))
}

fn loop_command() -> Command {
    let mut command = shell::cargo([
        "run",
        "--quiet",
        "--profile=fuzz",
        "--package=wayleave-fuzz",
        "--",
    ]);
    command.env_remove("RUSTFLAGS");
    command
}

/// libFuzzer, which keeps the inputs that reach something new in `target/guided/corpus`.
fn guided(seconds: u64, targets: &[String]) -> Result<()> {
    if targets.is_empty() {
        bail!("name the targets: `cargo xtask fuzz --guided text`");
    }
    let version = shell::read(Command::new("rustc").arg("-vV").current_dir(shell::root()))?;
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("rustc names no host")?;
    let folder = shell::target_dir().join("guided");
    for target in targets {
        let corpus = folder.join("corpus").join(target);
        let longest = shell::read(loop_command().args(["seeds", target]).arg(&corpus))?;
        // With a target named, the flags are not for build scripts.
        shell::run(
            shell::cargo([
                "build",
                "--profile=fuzz",
                "--package=wayleave-fuzz",
                "--features=libfuzzer",
            ])
            .args(["--bin", target, "--target", host])
            .env("CARGO_TARGET_DIR", &folder)
            .env("RUSTFLAGS", COVERAGE),
        )?;
        let crashes = shell::root().join("fuzz/crashes").join(target);
        std::fs::create_dir_all(&crashes)
            .with_context(|| format!("cannot make {}", crashes.display()))?;
        let flag = |name: &str, path: &Path| format!("-{name}={}", path.display());
        shell::run(
            Command::new(folder.join(host).join("fuzz").join(target))
                .arg(&corpus)
                .arg(flag("dict", &corpus.with_extension("dict")))
                .arg(format!("{}/", flag("artifact_prefix", &crashes)))
                .arg(format!("-max_total_time={seconds}"))
                .arg(format!("-max_len={}", longest.trim())),
        )?;
    }
    Ok(())
}

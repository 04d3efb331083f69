//! From a fresh machine to a first explained decision and a running playground.

use crate::{Options, Profile, pkg, serve, shell, targets};
use anyhow::Result;
use std::time::Duration;

/// What follows `wayleave` for the first decision.
const FIRST_DECISION: [&str; 6] = [
    "explain",
    "policies/first-refusal",
    "--request",
    "{ model: gpt-5.5, input_tokens: 12000, max_output_tokens: 1000 }",
    "--at",
    "2026-11-22T10:00:00Z",
];

/// The playground; served once it is part of the tree.
const PLAYGROUND: &str = "www";

const IDLE: Duration = Duration::from_secs(30 * 60);

/// Sets everything up, explains one decision, and serves the playground until it is idle.
pub(crate) fn play(options: &mut Options) -> Result<()> {
    let port = options.number("--port")?;
    let seconds = options.number("--seconds")?;
    options.none()?;

    targets::add()?;
    pkg::build(Profile::Trial)?;
    let mut explain = shell::cargo(["run", "--quiet", "--package=wayleave-cli", "--"]);
    explain.args(FIRST_DECISION);
    println!("\n$ wayleave {}\n", FIRST_DECISION.map(quoted).join(" "));
    shell::run(&mut explain)?;

    let folder = shell::root().join(PLAYGROUND);
    if !folder.is_dir() {
        return Ok(());
    }
    pkg::install(PLAYGROUND)?;
    shell::run(&mut shell::npm(PLAYGROUND, ["run", "build"]))?;
    serve::serve(
        &folder.join("dist"),
        port,
        match seconds {
            Some(seconds) => serve::Until::After(Duration::from_secs(seconds)),
            None => serve::Until::IdleFor(IDLE),
        },
    )
}

/// A word as a shell would have it.
fn quoted(word: &str) -> String {
    if word.contains(' ') {
        format!("'{word}'")
    } else {
        word.to_string()
    }
}

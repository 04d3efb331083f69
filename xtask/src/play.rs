//! From a fresh machine to a first explained decision and a running playground.

use crate::{Options, Profile, pkg, serve, shell, targets};
use anyhow::Result;
use std::time::Duration;

/// What follows `wayleave` for the first decision.
const FIRST_DECISION: [&str; 4] = [
    "explain",
    "policies/first-refusal/policy.yaml",
    "--request",
    "policies/first-refusal/request.json",
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
    println!("\n$ wayleave {}\n", FIRST_DECISION.join(" "));
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

//! The two wasm targets, for toolchains that do not fetch them by themselves.

use crate::shell;
use anyhow::{Context, Result};
use std::process::Command;

/// The wasm module is built for this one.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";
/// The core is checked for this one: there is no clock, environment, file or thread on it.
pub(crate) const BARE: &str = "wasm32v1-none";

/// Adds what is missing; quick and harmless where nothing is.
pub(crate) fn add() -> Result<()> {
    let mut rustup = Command::new("rustup");
    rustup
        .args(["target", "add", WASM, BARE])
        .current_dir(shell::root());
    shell::run(&mut rustup).context("the wasm targets are added with rustup")
}

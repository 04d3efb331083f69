//! `cargo xtask oracle`: the engine against the oracle, on as many generated cases as one likes.

use crate::shell;
use anyhow::{Result, bail};

/// Builds the comparison with optimisation and runs it; it reads its options itself.
pub(crate) fn oracle(options: &[String]) -> Result<()> {
    let mut command = shell::cargo([
        "run",
        "--quiet",
        "--profile",
        "compare",
        "--package",
        "wayleave-compare",
        "--",
    ]);
    if command.args(options).status()?.success() {
        Ok(())
    } else {
        bail!("the engine and the oracle have not been found to agree")
    }
}

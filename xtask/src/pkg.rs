//! The npm packages of this tree.

use crate::{Profile, shell, wasm};
use anyhow::{Context, Result};
use std::path::PathBuf;

/// Builds the npm package `wayleave`, module included.
pub(crate) fn build(profile: Profile) -> Result<()> {
    wasm::build(profile)?;
    install("pkg")?;
    shell::run(&mut shell::npm("pkg", ["run", "build"]))
}

/// Installs what the lock file of `folder` names, unless that very lock file is installed already.
pub(crate) fn install(folder: &str) -> Result<()> {
    let lock = shell::read_file(&shell::root().join(folder).join("package-lock.json"))?;
    let stamp = stamp(folder);
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    shell::run(&mut shell::npm(folder, ["ci", "--no-fund", "--no-audit"]))
        .with_context(|| format!("the dependencies of `{folder}`"))?;
    shell::write_file(&stamp, lock.as_bytes())
}

/// A copy of the lock file that is installed; it lies inside `node_modules`, so it goes when that goes.
fn stamp(folder: &str) -> PathBuf {
    shell::root()
        .join(folder)
        .join("node_modules")
        .join(".installed-lock.json")
}

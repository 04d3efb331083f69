//! The wasm module and its glue.

use crate::shell;
use crate::targets::WASM;
use crate::{Profile, pkg};
use anyhow::{Result, anyhow};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

/// Where the module lies, with `glue.js` and `glue.d.ts` beside it.
pub(crate) fn module() -> PathBuf {
    folder().join("glue_bg.wasm")
}

fn folder() -> PathBuf {
    shell::root().join("pkg").join("wasm")
}

/// Compiles the engine, writes the glue and, for a release, shrinks the module.
pub(crate) fn build(profile: Profile) -> Result<()> {
    shell::run(&mut shell::cargo([
        "rustc",
        "--package=wayleave",
        "--lib",
        "--profile=wasm",
        "--features=wasm",
        "--target",
        WASM,
        "--crate-type=cdylib",
    ]))?;
    bindgen()?;
    match profile {
        Profile::Trial => Ok(()),
        Profile::Release => optimise(),
    }
}

fn bindgen() -> Result<()> {
    let compiled = shell::target_dir()
        .join(WASM)
        .join("wasm")
        .join("wayleave.wasm");
    let mut args: Vec<OsString> = [
        "wasm-bindgen",
        "--target=web",
        "--out-name=glue",
        // The entry of each platform says where its module comes from.
        "--omit-default-module-path",
        // After a trap the facade continues on a fresh instance of the same module.
        "--experimental-reset-state-function",
        "--remove-name-section",
        "--remove-producers-section",
        "--out-dir",
    ]
    .iter()
    .map(OsString::from)
    .collect();
    args.push(folder().into_os_string());
    args.push(compiled.into_os_string());
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(args)
}

/// No feature flags: the module declares its own, and `--all-features` emits what browsers do not read yet.
///
/// The lowest kilobyte is the end of the stack, so an address that comes out there is the sum of a stack that has run over
/// and an offset; with the offset in the instruction it traps.
fn optimise() -> Result<()> {
    pkg::install("pkg")?;
    let module = module();
    let smaller = module.with_extension("wasm.opt");
    let tool = shell::root()
        .join("pkg")
        .join("node_modules")
        .join("binaryen")
        .join("bin")
        .join("wasm-opt");
    let mut wasm_opt = Command::new("node");
    wasm_opt
        .arg(tool)
        .args(["-Oz", "--low-memory-unused"])
        .arg(&module)
        .arg("-o")
        .arg(&smaller);
    shell::run(&mut wasm_opt)?;
    std::fs::rename(&smaller, &module)
        .map_err(|error| anyhow!("cannot replace {}: {error}", module.display()))
}

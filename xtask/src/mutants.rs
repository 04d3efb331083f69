//! Changes the code in every small way that cargo-mutants knows, and looks whether a test notices.
//!
//! `xtask/mutants.toml` lists the shards: files, and the tests that are asked. The changes are made in a copy of the tree.

use crate::sabotage::Copy;
use crate::shell;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;

struct Shard {
    name: String,
    files: Vec<String>,
    tests: Vec<String>,
}

fn shards() -> Result<Vec<Shard>> {
    let path = shell::root().join("xtask/mutants.toml");
    let file: toml::Table = shell::read_file(&path)?.parse()?;
    let list = file.get("shard").and_then(toml::Value::as_array);
    list.context("xtask/mutants.toml has no shard")?
        .iter()
        .map(|shard| {
            let strings = |key: &str| -> Result<Vec<String>> {
                let list = shard.get(key).and_then(toml::Value::as_array);
                list.with_context(|| format!("a shard has no `{key}`"))?
                    .iter()
                    .map(|text| {
                        let text = text.as_str().map(str::to_owned);
                        text.with_context(|| format!("`{key}` lists something else than texts"))
                    })
                    .collect()
            };
            let name = shard.get("name").and_then(toml::Value::as_str);
            let files = strings("files")?;
            // A file that is not there has no mutants, and none would be missed.
            for file in &files {
                let path = match file.split_once('*') {
                    Some((folder, _)) => folder,
                    None => file.as_str(),
                };
                if !shell::root().join(path).exists() {
                    bail!("xtask/mutants.toml names `{file}`, which is not there");
                }
            }
            Ok(Shard {
                name: name.context("a shard has no `name`")?.to_owned(),
                files,
                tests: strings("tests")?,
            })
        })
        .collect()
}

/// Runs the shards with these names; without one, lists them all.
pub(crate) fn mutants(names: &[String]) -> Result<()> {
    let shards = shards()?;
    if names.is_empty() {
        for shard in &shards {
            println!("{:12} {}", shard.name, shard.files.join(" "));
        }
        return Ok(());
    }
    let copy = Copy::make("mutants")?;
    let mut missed = Vec::new();
    for name in names {
        let shard = shards
            .iter()
            .find(|shard| shard.name == *name)
            .with_context(|| format!("there is no shard `{name}`"))?;
        let outcomes = shell::target_dir().join("mutants").join(name);
        let mut command = copy.cargo(["mutants", "--in-place", "--package=wayleave"]);
        command.arg("--output").arg(&outcomes);
        // Whoever fails is named by the test; nobody looks at a backtrace.
        command.env("CARGO_PROFILE_DEV_DEBUG", "none");
        for file in &shard.files {
            command.args(["--file", file]);
        }
        for test in &shard.tests {
            command.arg(format!("--cargo-arg={test}"));
        }
        std::fs::create_dir_all(&outcomes)
            .with_context(|| format!("cannot make {}", outcomes.display()))?;
        // It fails where a mutant is missed; what was found is in its files.
        let ran = shell::run(&mut command);
        let found = outcomes.join("mutants.out");
        let mut counts = BTreeMap::new();
        for kind in ["caught", "missed", "timeout", "unviable"] {
            let lines = shell::read_file(&found.join(format!("{kind}.txt")));
            let lines = match (&ran, lines) {
                (_, Ok(lines)) => lines,
                (Err(_), Err(_)) => return ran,
                (Ok(()), Err(error)) => return Err(error),
            };
            counts.insert(kind, lines.lines().count());
            if kind == "missed" {
                missed.extend(lines.lines().map(|line| format!("{name}: {line}")));
            }
        }
        println!("{name}: {counts:?}");
    }
    copy.restore()?;
    if !missed.is_empty() {
        bail!(
            "{} mutants are missed:\n  {}",
            missed.len(),
            missed.join("\n  ")
        );
    }
    Ok(())
}

//! Patches that a lint must catch: all of a package at once, each looked for in its own lines.

use super::Outcome;
use super::copy::Copy;
use super::list::{Entry, Expected};
use crate::shell;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::process::Stdio;
use toml::Table;

/// The packages whose lints are tried, with their folder and their clippy.toml.
const PACKAGES: [(&str, &str, &str); 2] = [
    ("wayleave", "src/", "clippy.toml"),
    ("wayleave-cli", "cli/", "cli/clippy.toml"),
];

/// Fails where a denied lint or a banned path has no patch.
pub(crate) fn complete(entries: &[Entry]) -> Result<()> {
    let manifest: Table = shell::read_file(&shell::root().join("Cargo.toml"))?.parse()?;
    let lints = manifest
        .get("workspace")
        .and_then(|workspace| workspace.get("lints"));
    let mut untried = Vec::new();
    for (tool, prefix) in [("rust", ""), ("clippy", "clippy::")] {
        let names = lints
            .and_then(|lints| lints.get(tool))
            .and_then(toml::Value::as_table);
        for name in names
            .with_context(|| format!("Cargo.toml has no workspace.lints.{tool}"))?
            .keys()
        {
            let name = format!("{prefix}{name}");
            if !entries.iter().any(
                |entry| matches!(&entry.expected, Expected::Lint { lint, .. } if *lint == name),
            ) {
                untried.push(name);
            }
        }
    }
    for (_, folder, file) in PACKAGES {
        let rules: Table = shell::read_file(&shell::root().join(file))?.parse()?;
        for (kind, lint) in [
            ("disallowed-types", "clippy::disallowed_types"),
            ("disallowed-methods", "clippy::disallowed_methods"),
        ] {
            for banned in rules
                .get(kind)
                .and_then(toml::Value::as_array)
                .into_iter()
                .flatten()
            {
                let path = banned.get("path").and_then(toml::Value::as_str);
                let path = path.with_context(|| format!("{file}: `{banned}` has no path"))?;
                let tried = entries.iter().any(|entry| {
                    entry.file.starts_with(folder)
                        && matches!(&entry.expected, Expected::Lint { lint: expected, says }
                                    if expected == lint && *says == format!("`{path}`"))
                });
                if !tried {
                    untried.push(format!("{lint} `{path}` in {folder}"));
                }
            }
        }
    }
    if !untried.is_empty() {
        bail!("no patch in xtask/sabotage tries: {}", untried.join(", "));
    }
    Ok(())
}

pub(crate) fn run<'a>(copy: &Copy, entries: &[&'a Entry]) -> Result<Vec<(&'a Entry, Outcome)>> {
    let mut groups: BTreeMap<&str, Vec<&'a Entry>> = BTreeMap::new();
    for entry in entries {
        let package = PACKAGES
            .iter()
            .find(|(_, folder, _)| entry.file.starts_with(folder));
        let (package, ..) =
            package.with_context(|| format!("the lints of {} are not tried", entry.file))?;
        groups.entry(package).or_default().push(entry);
    }

    let mut outcomes = Vec::new();
    for (package, entries) in groups {
        copy.restore()?;
        println!("sabotage: {package}: clippy on the tree as it is");
        let green = clippy(copy, package)?;
        if let Some(found) = green.first() {
            bail!(
                "{package} is not green before it is broken: {} in {}: {}",
                found.lint,
                found.file,
                found.message
            );
        }
        println!("sabotage: {package}: clippy with {} patches", entries.len());
        let mut patched: Vec<(&Entry, RangeInclusive<u64>)> = Vec::new();
        for entry in entries {
            patched.push((entry, copy.apply(entry)?));
        }
        let found = clippy(copy, package)?;
        for (entry, lines) in patched {
            outcomes.push((entry, judge(entry, &lines, &found)));
        }
    }
    Ok(outcomes)
}

fn judge(entry: &Entry, lines: &RangeInclusive<u64>, found: &[Found]) -> Outcome {
    let Expected::Lint {
        lint: expected,
        says,
    } = &entry.expected
    else {
        return Outcome::Missed("it expects no lint".to_owned());
    };
    let here: Vec<&Found> = found
        .iter()
        .filter(|found| found.file == entry.file && lines.contains(&found.line))
        .collect();
    if here
        .iter()
        .any(|found| found.lint == *expected && found.message.contains(says))
    {
        return Outcome::Caught;
    }
    match here.first() {
        Some(other) => Outcome::Missed(format!("{}: {}", other.lint, other.message)),
        None => Outcome::Missed("nothing is reported in its lines".to_owned()),
    }
}

/// An error in one place of one file.
struct Found {
    lint: String,
    message: String,
    file: String,
    line: u64,
}

/// The errors clippy reports for a package; a copy that does not compile at all is a failure.
fn clippy(copy: &Copy, package: &str) -> Result<Vec<Found>> {
    let mut command = copy.cargo([
        "clippy",
        "--quiet",
        "--message-format=json",
        "--no-deps",
        "--package",
        package,
    ]);
    command
        .args(["--", "-Dwarnings"])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit());
    let line = shell::shown(&command);
    let output = command
        .output()
        .with_context(|| format!("cannot start `{line}`"))?;
    let mut found = Vec::new();
    for message in String::from_utf8_lossy(&output.stdout).lines() {
        let message: Value =
            serde_json::from_str(message).with_context(|| format!("`{line}` wrote no JSON"))?;
        let Some(message) = message.get("message") else {
            continue;
        };
        let text = |value: &Value, key: &str| {
            value
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        if text(message, "level") != "error" {
            continue;
        }
        let said = text(message, "message");
        let lint = message
            .get("code")
            .map(|code| text(code, "code"))
            .unwrap_or_default();
        let spans = message.get("spans").and_then(Value::as_array);
        let Some(span) = spans
            .into_iter()
            .flatten()
            .find(|span| span.get("is_primary") == Some(&Value::Bool(true)))
        else {
            // The closing "could not compile" has no place.
            continue;
        };
        if lint.is_empty() || lint.starts_with("E0") {
            bail!(
                "{package} does not compile: {lint} {said} ({})",
                text(span, "file_name")
            );
        }
        found.push(Found {
            lint,
            message: said,
            file: text(span, "file_name"),
            line: span
                .get("line_start")
                .and_then(Value::as_u64)
                .unwrap_or_default(),
        });
    }
    if output.status.success() != found.is_empty() {
        bail!(
            "`{line}` ended with {} and {} errors",
            output.status,
            found.len()
        );
    }
    Ok(found)
}

//! Patches that a test must catch: one after another, each with the one test it names.

use super::Outcome;
use super::copy::Copy;
use super::list::{Entry, Expected, Target};
use crate::shell;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::process::{Command, Stdio};

pub(crate) fn run<'a>(copy: &Copy, entries: &[&'a Entry]) -> Result<Vec<(&'a Entry, Outcome)>> {
    green(copy, entries)?;
    let mut outcomes = Vec::new();
    for entry in entries {
        let Expected::Test {
            package,
            target,
            test,
        } = &entry.expected
        else {
            continue;
        };
        println!("sabotage: {}", entry.name);
        copy.restore()?;
        copy.apply(entry)?;
        let ran = ran(&mut command(copy, package, target, &[test]))?;
        outcomes.push((*entry, judge(&ran, test)));
    }
    Ok(outcomes)
}

/// Every test that a patch names must exist, and pass on the tree as it is.
fn green(copy: &Copy, entries: &[&Entry]) -> Result<()> {
    let mut places: BTreeMap<(&str, &Target), Vec<&str>> = BTreeMap::new();
    for entry in entries {
        if let Expected::Test {
            package,
            target,
            test,
        } = &entry.expected
        {
            places.entry((package, target)).or_default().push(test);
        }
    }
    copy.restore()?;
    for ((package, target), tests) in places {
        println!(
            "sabotage: {package}: {} tests on the tree as it is",
            tests.len()
        );
        let ran = ran(&mut command(copy, package, target, &tests))?;
        for test in tests {
            if !ran.says(test, "ok") {
                bail!(
                    "test `{test}` is not green before the code is broken:\n{}",
                    ran.end()
                );
            }
        }
    }
    Ok(())
}

fn judge(ran: &Ran, test: &str) -> Outcome {
    if ran.says(test, "FAILED") && !ran.success {
        Outcome::Caught
    } else if ran.says(test, "ok") {
        Outcome::Missed("the test stays green".to_owned())
    } else {
        Outcome::Missed(format!("the test did not run:\n{}", ran.end()))
    }
}

fn command(copy: &Copy, package: &str, target: &Target, tests: &[&str]) -> Command {
    let mut command = copy.cargo(["test", "--quiet", "--package", package]);
    match target {
        Target::Library => command.arg("--lib"),
        Target::Integration(name) => command.args(["--test", name]),
    };
    // The usual format of the test harness: one line for each test.
    command
        .args(["--", "--exact", "--format=pretty"])
        .args(tests);
    command
}

struct Ran {
    success: bool,
    output: String,
}

impl Ran {
    fn says(&self, test: &str, result: &str) -> bool {
        let said = format!("test {test} ... {result}");
        self.output.lines().any(|line| line.trim_end() == said)
    }

    /// The last lines, where the reason stands.
    fn end(&self) -> String {
        let lines: Vec<&str> = self.output.lines().collect();
        let skipped = lines.len().saturating_sub(30);
        lines
            .into_iter()
            .skip(skipped)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

fn ran(command: &mut Command) -> Result<Ran> {
    let line = shell::shown(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start `{line}`"))?;
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    Ok(Ran {
        success: output.status.success(),
        output: text,
    })
}

//! Breaks the code on purpose and looks whether anything notices.
//!
//! `xtask/sabotage/*.toml` lists the patches, each with the lint or the test that must turn red. They are applied to a
//! copy of the tree. A patch that leaves everything green shows a rule that nothing guards; so does one that turns
//! something else red, or that no longer compiles.

mod copy;
mod lints;
mod list;
mod tests;

use anyhow::{Result, bail};
pub(crate) use copy::Copy;
use list::{Entry, Expected};

/// How a patch fared.
enum Outcome {
    /// What was expected turned red.
    Caught,
    /// It did not, and this is what happened instead.
    Missed(String),
}

/// Applies the patches with these names, or all of them.
pub(crate) fn sabotage(names: &[String]) -> Result<()> {
    let all = list::read()?;
    if names.is_empty() {
        lints::complete(&all)?;
    }
    if let Some(unknown) = names
        .iter()
        .find(|name| all.iter().all(|entry| &entry.name != *name))
    {
        bail!("there is no sabotage `{unknown}`");
    }
    let chosen: Vec<&Entry> = all
        .iter()
        .filter(|entry| names.is_empty() || names.contains(&entry.name))
        .collect();

    let copy = Copy::make("sabotage")?;
    let (lints, tests): (Vec<&Entry>, Vec<&Entry>) = chosen
        .iter()
        .copied()
        .partition(|entry| matches!(entry.expected, Expected::Lint { .. }));
    let mut outcomes = lints::run(&copy, &lints)?;
    outcomes.extend(tests::run(&copy, &tests)?);
    copy.restore()?;

    let width = chosen
        .iter()
        .map(|entry| entry.name.len())
        .max()
        .unwrap_or_default();
    let mut missed: usize = 0;
    println!();
    for (entry, outcome) in &outcomes {
        let result = match outcome {
            Outcome::Caught => "red, as it must be".to_owned(),
            Outcome::Missed(why) => {
                missed = missed.saturating_add(1);
                format!("MISSED: {why}")
            }
        };
        println!("{:width$}  {}  {result}", entry.name, entry.expected);
    }
    println!(
        "\n{} patches, {} caught, {missed} missed",
        outcomes.len(),
        outcomes.len().saturating_sub(missed)
    );
    if missed > 0 {
        bail!("{missed} patches turned nothing red, or the wrong thing");
    }
    Ok(())
}

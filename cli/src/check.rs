//! `check`: what is wrong with a policy, and what it probably does not mean.

use clap::Args;
use wayleave::analyse::CheckOptions;
use wayleave::document::{OffsetEncoding, Severity};
use wayleave::time::At;

use crate::{Ending, PolicyFiles, clock, input, print, text, unreadable};

/// How a policy is checked.
#[derive(Args)]
pub(crate) struct Options {
    /// The day or instant from which on the policy is looked at; today where absent.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    as_of: Option<At>,
    /// Warn of prices that were read more days ago than this.
    #[arg(long, value_name = "DAYS", default_value_t = CheckOptions::default().price_days)]
    price_days: u32,
    /// Note terms that end within so many days; any that ends where absent.
    #[arg(long, value_name = "DAYS")]
    horizon_days: Option<u32>,
    /// Fail on warnings too.
    #[arg(long)]
    strict: bool,
    /// Print the findings as JSON.
    #[arg(long)]
    json: bool,
}

fn moment(text: &str) -> Result<At, &'static str> {
    At::parse(text).ok_or("write `2026-04-27`, or `2026-04-27T10:00:00Z` with its offset from UTC")
}

pub(crate) fn check(files: &PolicyFiles, options: &Options) -> Ending {
    let loaded = match input::policy(&files.policy) {
        Ok(loaded) => loaded,
        Err(message) => return unreadable(&message),
    };
    let findings = loaded.check(&CheckOptions {
        as_of: options.as_of.or_else(clock::today),
        price_days: options.price_days,
        horizon_days: options.horizon_days,
    });
    let is_sound = findings
        .items
        .iter()
        .all(|item| item.severity == Severity::Note);
    if options.json {
        let json = findings.to_json(OffsetEncoding::Utf8).pretty();
        print(&format!("{json}\n"));
    } else {
        if let Some(policy) = loaded.policy.as_ref().filter(|_| is_sound) {
            print(&format!(
                "{}: sound ({}, {}, {})\n",
                files.policy.display(),
                text::count(policy.deployments().len(), "deployment"),
                text::count(policy.clauses().len(), "clause"),
                text::count(loaded.tests.len(), "test"),
            ));
        }
        print(&findings.render());
    }
    if findings.has_errors() {
        Ending::Faulty
    } else if options.strict && !is_sound {
        Ending::Failed
    } else {
        Ending::Done
    }
}

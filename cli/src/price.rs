//! `price`: what tokens that were used cost on a deployment.

use std::path::Path;

use clap::{Args, ValueEnum};
use wayleave::time::At;
use wayleave::usage::{Format, Options, normalise};

use crate::{Ending, PolicyFiles, ask, input, print, print_error, text, unreadable};

/// What was used, where and when.
#[derive(Args)]
pub(crate) struct Used {
    /// The deployment.
    #[arg(long, short, value_name = "ID")]
    deployment: String,
    /// The provider's report: YAML or JSON, a file or `@file`, or `-` for standard input.
    #[arg(long, short, value_name = "USAGE")]
    usage: String,
    /// How the report counts.
    #[arg(long, short, value_enum, default_value_t = Counts::Meters)]
    format: Counts,
    /// The instant, such as 2026-11-22T10:00:00Z, or a day; now where absent.
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// For bedrock: whether `inputTokens` include what caches have a part in; settled by the report's total where absent.
    #[arg(long, value_name = "BOOL")]
    input_includes_cached: Option<bool>,
}

/// The formats of reports.
#[derive(Clone, Copy, ValueEnum)]
enum Counts {
    /// `{ input, cached_input, cache_write, cache_write_5m, output, reasoning }`.
    Meters,
    /// The member `usage` of chat completions or responses.
    Openai,
    /// The same of Azure OpenAI.
    Azure,
    /// The member `usage` of messages.
    Anthropic,
    /// The member `usage` of Converse.
    Bedrock,
    /// The member `usageMetadata`.
    Gemini,
}

impl From<Counts> for Format {
    fn from(counts: Counts) -> Format {
        match counts {
            Counts::Meters => Format::Meters,
            Counts::Openai => Format::OpenAi,
            Counts::Azure => Format::Azure,
            Counts::Anthropic => Format::Anthropic,
            Counts::Bedrock => Format::Bedrock,
            Counts::Gemini => Format::Gemini,
        }
    }
}

pub(crate) fn price(files: &PolicyFiles, used: &Used, json: bool) -> Ending {
    match explain(files, used, json) {
        Ok(text) => {
            print(&text);
            Ending::Done
        }
        Err(ending) => ending,
    }
}

fn explain(files: &PolicyFiles, used: &Used, json: bool) -> Result<String, Ending> {
    let policy = ask::policy(files)?;
    let faulty = |message: &str| {
        print_error(message);
        Ending::Faulty
    };
    if policy.deployment_ids().all(|id| id != used.deployment) {
        let message = format!(
            "wayleave: `{}` is no deployment of the policy\n",
            used.deployment
        );
        return Err(faulty(&message));
    }
    let report = if Path::new(&used.usage).is_file() {
        input::argument(&format!("@{}", used.usage))
    } else {
        input::argument(&used.usage)
    };
    let options = Options {
        input_includes_cached: used.input_includes_cached,
    };
    let report = report.map_err(|message| unreadable(&message))?;
    let usage = normalise(&report, used.format.into(), options)
        .map_err(|findings| faulty(&findings.render()))?;
    let at = used.at.clone().unwrap_or_else(crate::clock::now);
    let at = At::parse(&at)
        .ok_or_else(|| faulty(&format!("wayleave: `{at}` is not a date or an instant\n")))?;
    let Some(explained) = policy.price(&used.deployment, &usage, at) else {
        print_error(&format!(
            "wayleave: `{}` has no price for what was used: {}\n",
            used.deployment,
            usage.to_json().canonical()
        ));
        return Err(Ending::Failed);
    };
    Ok(if json {
        format!("{}\n", explained.to_json().canonical())
    } else {
        text::priced(&used.deployment, &explained)
    })
}

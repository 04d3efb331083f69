//! `decide` and `explain`: one request, put to a policy.

use clap::Args;
use wayleave::decide::explain::AnswerVerdict;
use wayleave::document::Diagnostics;
use wayleave::model::{Outcome, Policy, Request, State, When};

use crate::{Ending, PolicyFiles, clock, input, print, print_error, text, unreadable};

/// What is asked.
#[derive(Args)]
pub(crate) struct Question {
    /// The request: YAML or JSON, `@file`, or `-` for standard input.
    #[arg(long, short, value_name = "REQUEST")]
    request: String,
    /// The state of the world, in the same ways; idle and up where absent.
    #[arg(long, short, value_name = "STATE")]
    state: Option<String>,
    /// The instant, such as 2026-11-22T10:00:00Z, or a day; now where absent.
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Leaves out what became known later.
    #[arg(long, value_name = "TIME")]
    known_at: Option<String>,
    /// Settles what chance decides; 0 where absent.
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
}

pub(crate) struct Asked {
    pub(crate) policy: Policy,
    pub(crate) request: Request,
    pub(crate) state: State,
    pub(crate) when: When,
}

/// The policy; what is wrong with it is printed.
pub(crate) fn policy(files: &PolicyFiles) -> Result<Policy, Ending> {
    let loaded = input::policy(&files.policy).map_err(|message| unreadable(&message))?;
    loaded.policy.ok_or_else(|| {
        print_error(&loaded.diagnostics.render());
        Ending::Faulty
    })
}

pub(crate) fn read(files: &PolicyFiles, question: &Question) -> Result<Asked, Ending> {
    let policy = policy(files)?;
    let faulty = |findings: Diagnostics| {
        print_error(&findings.render());
        Ending::Faulty
    };
    let argument = |text: &str| input::argument(text).map_err(|message| unreadable(&message));
    let request = policy
        .request(&argument(&question.request)?)
        .map_err(faulty)?;
    let state = match &question.state {
        Some(text) => policy.state(&argument(text)?).map_err(faulty)?,
        None => State::default(),
    };
    let mut moment = format!("{{ at: {}", question.at.clone().unwrap_or_else(clock::now));
    if let Some(known_at) = &question.known_at {
        moment.push_str(&format!(", known_at: {known_at}"));
    }
    if let Some(seed) = question.seed {
        moment.push_str(&format!(", seed: {seed}"));
    }
    moment.push_str(" }");
    let when = policy.when(&moment).map_err(faulty)?;
    Ok(Asked {
        policy,
        request,
        state,
        when,
    })
}

pub(crate) fn decide(files: &PolicyFiles, question: &Question, json: bool) -> Ending {
    let asked = match read(files, question) {
        Ok(asked) => asked,
        Err(ending) => return ending,
    };
    let decision = asked
        .policy
        .decide(&asked.request, &asked.state, &asked.when);
    if json {
        print(&format!("{}\n", decision.canonical()));
    } else {
        print(&text::decision(&decision));
    }
    ending(decision.outcome)
}

pub(crate) fn explain(
    files: &PolicyFiles,
    question: &Question,
    why: Option<&str>,
    json: bool,
) -> Ending {
    let asked = match read(files, question) {
        Ok(asked) => asked,
        Err(ending) => return ending,
    };
    let explanation = asked
        .policy
        .explain(&asked.request, &asked.state, &asked.when);
    let chosen: Vec<&str> = match why {
        None => explanation
            .deployments
            .iter()
            .map(|explained| explained.deployment.as_str())
            .collect(),
        Some(name) => asked
            .policy
            .deployments()
            .iter()
            .filter(|deployment| {
                deployment.id == name || asked.policy.provider(deployment.provider) == name
            })
            .map(|deployment| deployment.id.as_str())
            .collect(),
    };
    // Of a provider, the deployments that have a part in the request, where there are any.
    let has_part = |id: &&str| {
        explanation.deployment(id).is_some_and(|explained| {
            explained
                .answers
                .iter()
                .all(|answer| answer.verdict != AnswerVerdict::NotAsked)
        })
    };
    let taking_part: Vec<&str> = chosen.iter().copied().filter(has_part).collect();
    let chosen = if taking_part.is_empty() {
        chosen
    } else {
        taking_part
    };
    if chosen.is_empty() {
        let name = why.unwrap_or_default();
        print_error(&format!(
            "wayleave: `{name}` is neither a deployment nor a provider of the policy\n"
        ));
        return Ending::Faulty;
    }
    if json {
        print(&format!("{}\n", explanation.to_json().canonical()));
    } else {
        print(&text::explanation(&explanation, &chosen));
    }
    ending(explanation.decision.outcome)
}

pub(crate) fn ending(outcome: Outcome) -> Ending {
    match outcome {
        Outcome::Route => Ending::Done,
        Outcome::Hold => Ending::Hold,
        Outcome::Refuse => Ending::Refuse,
        Outcome::Conflict => Ending::Conflict,
    }
}

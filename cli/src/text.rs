//! What people read: aligned columns, one fact a line.

use wayleave::authoring::Report;
use wayleave::decide::explain::{
    Answer, AnswerVerdict, DeploymentExplanation, Explanation, Reason,
};
use wayleave::decide::itemise::{CostExplanation, CostLine, Step, StepKind};
use wayleave::json::Json;
use wayleave::model::decision::VerdictKind;
use wayleave::model::{Decision, Outcome};

/// `1 clause`, `2 clauses`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// The sentence, then a line for every deployment that has a part in the request.
pub(crate) fn decision(decision: &Decision) -> String {
    let mut out = format!("{}\n\n", decision.sentence());
    let rank = |id: &str| {
        decision
            .attempts
            .iter()
            .position(|attempt| attempt.deployment == id)
    };
    // Deployments of other models and tiers have no part in the request; their number says enough.
    let (elsewhere, mut verdicts): (Vec<_>, Vec<_>) =
        decision.verdicts.iter().partition(|verdict| {
            matches!(
                verdict.cite.as_deref(),
                Some("request/model" | "request/tier")
            )
        });
    verdicts.sort_by_key(|verdict| rank(&verdict.deployment).unwrap_or(usize::MAX));
    let width = verdicts
        .iter()
        .map(|verdict| verdict.deployment.chars().count())
        .max()
        .unwrap_or(0);
    for verdict in verdicts {
        let place = rank(&verdict.deployment);
        let number = place
            .and_then(|place| place.checked_add(1))
            .map_or(String::new(), |place| format!("{place}."));
        let attempt = place.and_then(|place| decision.attempts.get(place));
        let mut line = format!(
            "{number:>3} {:width$}  {:8}",
            verdict.deployment,
            verdict.kind.name()
        );
        if let Some(attempt) = attempt {
            let cost = attempt.cost.map_or_else(
                || "not priced".to_string(),
                |cost| format!("{} USD", cost.cash),
            );
            line.push_str(&format!("  {cost}"));
            if !attempt.because.is_empty() {
                line.push_str(&format!("  because of {}", attempt.because.join(", ")));
            }
        } else if let Some(cite) = &verdict.cite {
            line.push_str(&format!("  by {cite}"));
            if !verdict.also.is_empty() {
                line.push_str(&format!(", also {}", verdict.also.join(", ")));
            }
        }
        let compared = values(&verdict.values);
        if verdict.kind != VerdictKind::Eligible && !compared.is_empty() {
            line.push_str(&format!("  ({compared})"));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    if !elsewhere.is_empty() {
        out.push_str(&format!(
            "    {} of another model or tier\n",
            count(elsewhere.len(), "deployment")
        ));
    }
    if decision.outcome == Outcome::Route {
        out.push_str(&format!("\nconfidence: {}\n", decision.confidence.name()));
    }
    if !decision.assumed.is_empty() {
        out.push_str(&format!(
            "assumed: dates read as 00:00 UTC for {}\n",
            decision.assumed.join(", ")
        ));
    }
    out
}

/// The sentence, then the five answers for each chosen deployment.
pub(crate) fn explanation(explanation: &Explanation, chosen: &[&str]) -> String {
    let mut out = format!("{}\n", explanation.decision.sentence());
    for id in chosen {
        if let Some(explained) = explanation.deployment(id) {
            out.push_str(&deployment(explained));
        }
    }
    out
}

fn deployment(explained: &DeploymentExplanation) -> String {
    let place = explained.rank.map_or_else(
        || "not attempted".to_string(),
        |rank| format!("attempt {rank}"),
    );
    let mut out = format!("\n{} ({place})\n", explained.deployment);
    for answer in &explained.answers {
        out.push_str(&format!("  {:<22} {}\n", question(answer), verdict(answer)));
        for reason in &answer.reasons {
            out.push_str(&format!("      {}\n", self::reason(reason)));
        }
    }
    out.push_str(&cost(&explained.lines, &explained.steps));
    out
}

/// What is cited, with what was compared, contradicted and missed.
pub(crate) fn reason(reason: &Reason) -> String {
    let mut line = reason.cite.clone();
    let compared = values(&reason.values);
    if !compared.is_empty() {
        line.push_str(&format!(": {compared}"));
    }
    if !reason.against.is_empty() {
        line.push_str(&format!("; contradicts {}", reason.against.join(", ")));
    }
    if !reason.missing.is_empty() {
        line.push_str(&format!("; missing {}", reason.missing.join(", ")));
    }
    line
}

/// What was used on a deployment, priced.
pub(crate) fn priced(id: &str, explained: &CostExplanation) -> String {
    format!(
        "{id}: {} USD\n{}",
        explained.cost.cash,
        cost(&explained.lines, &explained.steps)
    )
}

/// A line for each meter, where the rates are from, then the steps to what is paid.
fn cost(lines: &[CostLine], steps: &[Step]) -> String {
    let mut rows: Vec<(String, String)> = Vec::new();
    let origins: Vec<String> = lines.iter().map(origin).collect();
    let shared = origins
        .first()
        .filter(|first| origins.iter().all(|origin| origin == *first));
    for (line, origin) in lines.iter().zip(&origins) {
        rows.push((line.meter.to_string(), meter(line)));
        if shared.is_none() && !origin.is_empty() {
            rows.push((String::new(), origin.clone()));
        }
    }
    if let Some(origin) = shared.filter(|origin| !origin.is_empty()) {
        rows.push(("rates".to_string(), origin.clone()));
    }
    // The sum of the cells is what is paid where nothing else is done.
    let cells_only = matches!(steps, [step] if step.kind == StepKind::Cell);
    if !cells_only {
        rows.extend(
            steps
                .iter()
                .map(|step| (step.kind.name().to_string(), done(step))),
        );
    }
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    rows.iter()
        .map(|(name, text)| format!("      {name:width$}  {text}\n"))
        .collect()
}

fn meter(line: &CostLine) -> String {
    let tokens = match line.tokens {
        1 => "1 token".to_string(),
        tokens => format!("{tokens} tokens"),
    };
    let rate = line.rate.decimal();
    let mut facts = Vec::new();
    if line.rate_of != line.meter {
        facts.push(format!("the rate of {}", line.rate_of));
    }
    let listed = line.cell_rate.to_string();
    if listed != rate {
        facts.push(format!("listed at {listed}"));
    }
    if line.above > 0 {
        facts.push(format!("above {} input tokens", line.above));
    }
    let facts = match facts.as_slice() {
        [] => String::new(),
        facts => format!(" ({})", facts.join(", ")),
    };
    format!(
        "{tokens} at {rate} USD per million = {} USD{facts}",
        line.amount.decimal()
    )
}

/// When a rate is in force, and where it was read.
fn origin(line: &CostLine) -> String {
    let day = |edge: wayleave::model::term::Edge| {
        let text = edge.instant.to_string();
        text.strip_suffix("T00:00:00Z")
            .map_or(text.clone(), str::to_string)
    };
    let mut facts = Vec::new();
    if let Some(from) = line.term.from {
        facts.push(format!("from {}", day(from)));
    }
    if let Some(to) = line.term.to {
        facts.push(format!("before {}", day(to)));
    }
    match (&line.source, line.as_of) {
        (Some(source), Some(as_of)) => facts.push(format!("read in {source} on {as_of}")),
        (Some(source), None) => facts.push(format!("read in {source}")),
        (None, Some(as_of)) => facts.push(format!("read on {as_of}")),
        (None, None) => {}
    }
    facts.join(", ")
}

fn done(step: &Step) -> String {
    let done = match &step.kind {
        StepKind::Provisioned => "units that are paid by the hour".to_string(),
        StepKind::Cell => "as listed".to_string(),
        StepKind::Multiplier { by } | StepKind::Discount { by } => {
            format!("times {}", by.decimal())
        }
        StepKind::Ladder { mode, drawn } => {
            format!("a ladder of {} after {drawn} tokens", mode.name())
        }
        StepKind::PriceMatch => "matched".to_string(),
        StepKind::Rounding => "to whole pico-USD, half to even".to_string(),
        StepKind::RevenueShare => "with the share of revenue".to_string(),
        StepKind::Commitment => "less what is committed".to_string(),
        StepKind::ShadowPrice {
            shortfall,
            recover,
            source,
            as_of,
        } => {
            let source = source.as_deref().unwrap_or("nobody named");
            let as_of = as_of.map_or_else(String::new, |as_of| format!(" as of {as_of}"));
            format!(
                "to decide the order, with a shortfall of {} USD projected by {source}{as_of}, of which {} comes back",
                shortfall.decimal(),
                recover.decimal()
            )
        }
    };
    let cited = step
        .cite
        .as_ref()
        .map_or(String::new(), |cite| format!(" by {cite}"));
    format!("{done}{cited}: {} USD", step.after.decimal())
}

fn question(answer: &Answer) -> &'static str {
    use wayleave::model::Question;
    match answer.question {
        Question::Can => "Can it?",
        Question::May => "May it?",
        Question::Room => "Has it room?",
        Question::First => "Who is first?",
        Question::Cost => "What does it cost?",
    }
}

fn verdict(answer: &Answer) -> &'static str {
    use wayleave::model::Question;
    match (answer.question, answer.verdict) {
        (_, AnswerVerdict::NotAsked) => "not asked",
        (Question::First, AnswerVerdict::Yes) => "nothing in its way",
        (Question::Cost, AnswerVerdict::Yes) if answer.reasons.is_empty() => "not priced",
        (Question::Cost, AnswerVerdict::Yes) => "priced",
        (_, AnswerVerdict::Yes) => "yes",
        (_, AnswerVerdict::No) => "no",
        (_, AnswerVerdict::Pending) => "not settled",
    }
}

fn values<N: AsRef<str>>(values: &[(N, Json)]) -> String {
    let plain = |value: &Json| match value {
        Json::String(text) => text.to_string(),
        Json::Array(items) => {
            let items: Vec<String> = items
                .iter()
                .map(|item| {
                    item.as_str()
                        .map_or_else(|| item.canonical(), str::to_string)
                })
                .collect();
            items.join(" and ")
        }
        Json::Null | Json::Bool(_) | Json::Int(_) | Json::Object(_) => value.canonical(),
    };
    let parts: Vec<String> = values
        .iter()
        .map(|(name, value)| format!("{} {}", name.as_ref().replace('_', " "), plain(value)))
        .collect();
    parts.join(", ")
}

/// A line for each test, the failures in full, then the count.
pub(crate) fn report(name: &str, report: &Report) -> String {
    let mut out = format!("{name}\n");
    for test in &report.tests {
        let mark = if test.failures.is_empty() {
            "ok    "
        } else {
            "FAILED"
        };
        out.push_str(&format!("  {mark} {}\n", test.name));
        for failure in &test.failures {
            for line in failure.lines() {
                out.push_str(&format!("           {line}\n"));
            }
        }
    }
    out.push_str(&format!(
        "{} passed, {} failed, decisions {}\n",
        report.passed(),
        report.failed(),
        report.digest(),
    ));
    out
}

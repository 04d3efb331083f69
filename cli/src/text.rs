//! What people read: aligned columns, one fact a line.

use wayleave::authoring::Report;
use wayleave::decide::explain::{Answer, AnswerVerdict, DeploymentExplanation, Explanation};
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
            let mut line = format!("      {}", reason.cite);
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
            out.push_str(&line);
            out.push('\n');
        }
    }
    for line in &explained.lines {
        let band = if line.above == 0 {
            String::new()
        } else {
            format!(", above {} input tokens", line.above)
        };
        out.push_str(&format!(
            "      {}: {} tokens at {} USD per million{band} = {} USD\n",
            line.meter.name(),
            line.tokens,
            line.rate,
            line.amount,
        ));
    }
    out
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

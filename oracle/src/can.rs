//! Question 1: can it serve this?

use crate::case::Case;
use crate::deployment::Deployment;
use crate::finding::{Finding, Question, Says};
use crate::time::{Tie, write_day};

fn no(cite: impl Into<String>) -> Finding {
    Finding::new(Question::Can, cite)
}

fn cannot(cite: impl Into<String>) -> Finding {
    no(cite).saying(Says::Refusal("cannot_support"))
}

/// What keeps the deployment from having a part in the request at all: it does not serve the model, or at no tier that was
/// asked for.
#[must_use]
pub fn no_part(case: &Case<'_>, deployment: &Deployment) -> Option<Finding> {
    let request = case.request;
    if matches!(request.act.as_str(), "host" | "train") {
        return None;
    }
    if !request.models.contains(&deployment.model) {
        return Some(no("request/model"));
    }
    if request.act == "serve" && !request.tiers.contains(&deployment.tier) {
        return Some(no("request/tier"));
    }
    None
}

/// What speaks against a deployment that has a part in the request.
#[must_use]
pub fn can(case: &Case<'_>, deployment: &Deployment) -> Vec<Finding> {
    let request = case.request;
    let mut found = Vec::new();
    if request
        .deployment
        .as_ref()
        .is_some_and(|pin| *pin != deployment.id)
    {
        found.push(no("request/deployment"));
    }
    if request
        .provider
        .as_ref()
        .is_some_and(|pin| *pin != deployment.provider)
    {
        found.push(no("request/provider"));
    }
    if request.act != "serve" {
        return found;
    }
    found.extend(lifecycle(case, deployment));
    for need in &request.needs {
        let cite = format!("capability/{need}");
        if deployment.lacks.contains(need) {
            found.push(cannot(cite));
        } else if !deployment.supports.contains(need) && !case.policy.unknown_is_allowed {
            let mut unknown = no(cite);
            unknown
                .missing
                .push(format!("{}/supports/{need}", deployment.path));
            found.push(unknown);
        }
    }
    let tokens = request.tokens_for(&deployment.model);
    let (input, output) = (tokens.input.unwrap_or(0), tokens.max_output.unwrap_or(0));
    for (name, limit, needed) in [
        ("max_input_tokens", deployment.max_input_tokens, input),
        ("max_output_tokens", deployment.max_output_tokens, output),
        (
            "context_tokens",
            deployment.context_tokens,
            input.saturating_add(output),
        ),
    ] {
        if limit.is_some_and(|limit| needed > limit) {
            found.push(cannot(format!("limit/{name}")));
        }
    }
    found
}

/// Not launched yet, closed to new customers, or retired.
fn lifecycle(case: &Case<'_>, deployment: &Deployment) -> Vec<Finding> {
    let mut found = Vec::new();
    for (field, edge) in deployment.lifecycle {
        let Some(edge) = edge else { continue };
        let passed = edge.passed(case.at(), Tie::Unknown);
        let bars = match field {
            "launched" => passed.map(|passed| !passed),
            "deprecated" if case.request.new_customer != Some(true) => Some(false),
            _ => passed,
        };
        let mut finding = cannot(format!("lifecycle/{field}"));
        match bars {
            Some(true) => found.push(finding),
            Some(false) => {}
            None => {
                finding.certain = false;
                finding
                    .missing
                    .push(format!("{}/lifecycle/{field}", deployment.path));
                found.push(finding);
            }
        }
    }
    found
}

/// The day of the decision, for what is missing on it.
#[must_use]
pub fn on_day(case: &Case<'_>, cite: &str) -> String {
    format!("{cite} on {}", write_day(case.at().day()))
}

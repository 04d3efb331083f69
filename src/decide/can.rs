//! Can it? The model, the tier, the pin, every need, and a context that is long enough.

use alloc::string::ToString;
use alloc::vec::Vec;

use crate::condition::Tri;
use crate::decide::Ask;
use crate::decide::finding::{Cite, Finding, Reading};
use crate::json::Json;
use crate::model::decision::Question;
use crate::model::policy::{Deployment, DeploymentIx, Settle};
use crate::model::request::Need;
use crate::model::term::Edge;
use crate::model::vocabulary::{Act, Refusal};

/// What keeps `deployment` from serving the request at all.
pub(crate) fn can(ask: &Ask<'_>, index: DeploymentIx, deployment: &Deployment) -> Vec<Finding> {
    let policy = ask.policy;
    let mut findings = Vec::new();
    if !ask.request.models.contains(&deployment.model) {
        findings.push(no("request/model", Reading::Elsewhere).with(
            "serves",
            Json::text(policy.model(deployment.model).to_string()),
        ));
        return findings;
    }
    if ask.request.act == Act::Serve && !ask.request.tiers.contains(&deployment.tier) {
        findings.push(no("request/tier", Reading::Elsewhere).with(
            "tier",
            Json::text(policy.tiers.name(deployment.tier).to_string()),
        ));
        return findings;
    }
    if ask
        .request
        .deployment
        .is_some_and(|pinned| pinned != Some(index))
    {
        findings.push(no("request/deployment", Reading::Nothing));
    }
    if ask
        .request
        .provider
        .is_some_and(|pinned| pinned != Some(deployment.provider))
    {
        findings.push(no("request/provider", Reading::Nothing).with(
            "provider",
            Json::text(policy.provider(deployment.provider).to_string()),
        ));
    }
    if ask.request.act == Act::Serve {
        findings.extend(stage(ask, deployment));
        findings.extend(
            ask.request
                .needs
                .iter()
                .filter_map(|need| lacking(policy.unknown_capability, need, deployment)),
        );
        findings.extend(too_long(ask, deployment));
    }
    findings
}

/// The stage of its life at which a deployment does not serve.
fn stage(ask: &Ask<'_>, deployment: &Deployment) -> Vec<Finding> {
    let life = &deployment.lifecycle;
    let passed = |edge: Edge| edge.is_passed(ask.when.at);
    let anew = Tri::from(ask.request.new_customer == Some(true));
    let stages = [
        (
            "launched",
            life.launched,
            life.launched.map_or(Tri::False, |edge| passed(edge).not()),
        ),
        (
            "retired",
            life.retired,
            life.retired.map_or(Tri::False, passed),
        ),
        (
            "deprecated",
            life.deprecated,
            life.deprecated.map_or(Tri::False, passed).and(anew),
        ),
    ];
    let mut findings = Vec::new();
    for (field, edge, truth) in stages {
        if truth == Tri::False {
            continue;
        }
        let mut finding = Finding::no(
            Question::Can,
            Cite::Lifecycle(field),
            Reading::Refusal(Refusal::CannotSupport),
        );
        if let Some(edge) = edge {
            finding = finding.with(field, Json::text(edge.instant.to_string()));
        }
        if truth == Tri::Unknown {
            finding.pending = true;
            finding.reading = Reading::Nothing;
            let name = alloc::format!("lifecycle/{field}");
            finding.missing.push(ask.field(deployment, &name));
        }
        findings.push(finding);
    }
    findings
}

fn lacking(unknown: Settle, need: &Need, deployment: &Deployment) -> Option<Finding> {
    let listed = |list: &[_]| {
        need.capability
            .is_some_and(|capability| list.binary_search(&capability).is_ok())
    };
    let cite = Cite::Capability(need.name.clone());
    if listed(&deployment.supports) {
        None
    } else if listed(&deployment.lacks) {
        let finding = Finding::no(
            Question::Can,
            cite,
            Reading::Refusal(Refusal::CannotSupport),
        );
        Some(finding.with("capability", Json::text("lacks")))
    } else {
        match unknown {
            Settle::Allow => None,
            Settle::Deny => {
                // A flag that is missing says nothing about the holder of a right.
                let mut finding = Finding::no(Question::Can, cite, Reading::Nothing)
                    .with("capability", Json::text("unknown"));
                finding.missing.push(alloc::format!(
                    "deployments/{}/supports/{}",
                    deployment.id,
                    need.name
                ));
                Some(finding)
            }
        }
    }
}

fn too_long(ask: &Ask<'_>, deployment: &Deployment) -> Vec<Finding> {
    let tokens = ask.request.tokens_for(deployment.model);
    let output = tokens.max_output.unwrap_or(0);
    let checks = [
        (
            "limit/max_input_tokens",
            Some(tokens.input),
            deployment.max_input_tokens,
        ),
        (
            "limit/max_output_tokens",
            Some(output),
            deployment.max_output_tokens,
        ),
        (
            "limit/context_tokens",
            tokens.input.checked_add(output),
            deployment.context_tokens,
        ),
    ];
    checks
        .into_iter()
        .filter_map(|(cite, needed, limit)| {
            let limit = limit?;
            // A sum beyond 64 bits is beyond every limit.
            if needed.is_some_and(|needed| needed <= limit) {
                return None;
            }
            let mut finding = no(cite, Reading::Refusal(Refusal::CannotSupport))
                .with("limit", Json::count(limit));
            if let Some(needed) = needed {
                finding = finding.with("needed", Json::count(needed));
            }
            Some(finding)
        })
        .collect()
}

fn no(cite: &'static str, reading: Reading) -> Finding {
    Finding::no(Question::Can, Cite::Fixed(cite), reading)
}

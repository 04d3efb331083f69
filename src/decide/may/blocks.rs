//! First rights over blocks of capacity, read from the notices that the state reports.
//!
//! A block that somebody else offers is open once the holder has refused or waived; it is the holder's once the right is
//! exercised; until then it waits for the notice or for the answer.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::condition::Tri;
use crate::contract::ClauseKind;
use crate::decide::Ask;
use crate::decide::finding::{Cite, Finding, Reading};
use crate::json::Json;
use crate::model::decision::Question;
use crate::model::policy::{ClauseIx, Deployment, DeploymentIx};
use crate::model::state::{Notice, NoticeAnswer};

/// Where a block stands with the holder of a right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nobody has told the holder, or it is not certain that somebody has.
    Unnoticed,
    /// The holder has been told and has not answered.
    Noticed,
    /// The holder does not want it.
    Open,
    /// The holder takes it.
    Taken,
}

/// Where a block stands at the moment of the decision: by the last notice that may have been received.
pub(crate) fn standing(ask: &Ask<'_>, clause: ClauseIx, block: &str) -> Standing {
    let mut latest: Option<(&Notice, Tri)> = None;
    for notice in &ask.state.notices {
        let received = notice.received.is_passed(ask.when.at);
        if notice.clause != clause || notice.block != block || received == Tri::False {
            continue;
        }
        if latest.is_none_or(|(last, _)| last.received.instant <= notice.received.instant) {
            latest = Some((notice, received));
        }
    }
    let Some((notice, Tri::True)) = latest else {
        return Standing::Unnoticed;
    };
    match notice.answer {
        Some((answer, answered)) if answered.is_passed(ask.when.at) == Tri::True => match answer {
            NoticeAnswer::Refused | NoticeAnswer::Waived => Standing::Open,
            NoticeAnswer::Exercised => Standing::Taken,
        },
        Some(_) | None => Standing::Noticed,
    }
}

/// What first rights have against an offer.
pub(super) fn findings(
    ask: &Ask<'_>,
    index: DeploymentIx,
    deployment: &Deployment,
) -> Vec<Finding> {
    let Some(offer) = ask.offer(index) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for (clause_index, clause, active) in ask.active_clauses() {
        let ClauseKind::FirstRefusal(right) = &clause.kind else {
            continue;
        };
        if deployment.provider == right.holder || deployment.hosted_by == right.holder {
            continue;
        }
        let scope = ask.applies(clause_index, clause, active, deployment);
        let standing = standing(ask, clause_index, &offer.block);
        if scope == Tri::False || standing == Standing::Open {
            continue;
        }
        let mut finding = Finding::no(Question::May, Cite::Clause(clause_index), Reading::Nothing)
            .with("block", Json::text(offer.block.clone()))
            .with(
                "holder",
                Json::text(ask.policy.provider(right.holder).to_string()),
            )
            .with("standing", Json::text(describe(standing)));
        if scope == Tri::Unknown {
            finding.pending = true;
            finding.missing = ask.missing_of(clause, deployment);
        } else if standing != Standing::Taken {
            finding.pending = true;
            finding.notice = true;
            finding
                .missing
                .push(missing(&clause.reference, &offer.block, standing));
        }
        findings.push(finding);
    }
    findings
}

fn missing(clause: &str, block: &str, standing: Standing) -> String {
    match standing {
        Standing::Unnoticed | Standing::Open | Standing::Taken => {
            alloc::format!("notice of {clause} for {block}")
        }
        Standing::Noticed => alloc::format!("answer to {clause} for {block}"),
    }
}

fn describe(standing: Standing) -> &'static str {
    match standing {
        Standing::Unnoticed => "without notice",
        Standing::Noticed => "noticed",
        Standing::Open => "open",
        Standing::Taken => "exercised",
    }
}

//! Clauses, rules and deployments with the place where they are written.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::period::Period;
use crate::authoring::written::{ClauseDoc, ContractDoc, PolicyDoc, RuleDoc};
use crate::decide::clause_indices;
use crate::document::{Diagnostic, Span, escape_pointer};
use crate::model::policy::{Clause, ClauseIx, Place, Policy, Rule, RuleIx, RuleKind};
use crate::time::Instant;

/// Where something stands in the document.
pub(super) struct Written {
    /// As a JSON pointer.
    path: String,
    /// The text of its id.
    pub(super) id: Option<Span>,
}

impl Written {
    /// Puts a finding at the value of a key, or at the id where the key is not written.
    pub(super) fn point(
        &self,
        finding: Diagnostic,
        key: &str,
        value: Option<Option<Span>>,
    ) -> Diagnostic {
        match value {
            Some(span) => finding.at(span).path(format!("{}/{key}", self.path)),
            None => finding.at(self.id).path(self.path.as_str()),
        }
    }

    /// Where the term of the contract stands that a clause is of.
    pub(super) fn contract_term(&self) -> String {
        let contract = self.path.split("/clauses").next().unwrap_or_default();
        format!("{contract}/term")
    }

    /// Puts a finding at the id.
    pub(super) fn point_at_id(&self, finding: Diagnostic) -> Diagnostic {
        self.point(finding, "", None)
    }
}

/// A clause, as checked and as written.
pub(super) struct ClauseView<'a> {
    pub(super) index: ClauseIx,
    pub(super) clause: &'a Clause,
    pub(super) written: &'a ClauseDoc,
    pub(super) contract: &'a ContractDoc,
    pub(super) place: Written,
    /// When it is in force, at or after the day of the check: until its term ends or a clause that replaces it begins.
    pub(super) period: Period,
    /// When its term ends or a clause that replaces it begins, be that before the day of the check.
    pub(super) ends: Instant,
}

/// A rule, as checked and as written.
pub(super) struct RuleView<'a> {
    pub(super) index: RuleIx,
    pub(super) rule: &'a Rule,
    pub(super) written: &'a RuleDoc,
    pub(super) place: Written,
}

impl RuleView<'_> {
    /// Puts a finding at what the rule denies, requires or prefers.
    pub(super) fn point_at_wish(&self, finding: Diagnostic) -> Diagnostic {
        let (key, wish) = match self.rule.kind {
            RuleKind::Deny(_) => ("deny", self.written.deny.as_ref()),
            RuleKind::Require(_) => ("require", self.written.require.as_ref()),
            RuleKind::Prefer(_) => ("prefer", self.written.prefer.as_ref()),
            RuleKind::Split(_) => ("split", None),
        };
        let span = wish.map(|wish| wish.span);
        self.place.point(finding, key, span)
    }
}

/// Every clause, in document order.
pub(super) fn clauses<'a>(
    policy: &'a Policy,
    document: &'a PolicyDoc,
    looked_at: Period,
) -> Vec<ClauseView<'a>> {
    let mut found = Vec::with_capacity(policy.clauses.len());
    let mut clauses = clause_indices(policy);
    for (id, contract) in document.contracts.iter() {
        let id = escape_pointer(&id.value);
        for (position, written) in contract.clauses.iter().enumerate() {
            let Some((index, clause)) = clauses.next() else {
                break;
            };
            let period = in_force(policy, clause);
            found.push(ClauseView {
                index,
                clause,
                written,
                contract,
                place: Written {
                    path: format!("/contracts/{id}/clauses/{position}"),
                    id: written.common.id.span,
                },
                period: period.and(looked_at),
                ends: period.to,
            });
        }
    }
    found
}

/// From its beginning until its term ends or a clause that replaces it begins.
fn in_force(policy: &Policy, clause: &Clause) -> Period {
    clause
        .superseded_by
        .iter()
        .filter_map(|index| policy.clause(*index))
        .fold(Period::of(&clause.term), |period, successor| Period {
            to: period.to.min(Period::of(&successor.term).from),
            ..period
        })
}

/// Every rule, in document order.
pub(super) fn rules<'a>(policy: &'a Policy, document: &'a PolicyDoc) -> Vec<RuleView<'a>> {
    (0_u32..)
        .map(RuleIx)
        .zip(&policy.rules)
        .zip(&document.rules)
        .map(|((index, rule), written)| RuleView {
            index,
            rule,
            written,
            place: Written {
                path: format!("/rules/{}", index.0),
                id: written.id.span,
            },
        })
        .collect()
}

/// A place of the checked policy as a span.
pub(super) fn span(place: Option<Place>) -> Option<Span> {
    place.map(|place| Span {
        source: place.source,
        start: place.start,
        end: place.end,
    })
}

//! Rules as written to rules of a policy.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::authoring::contracts::{ClauseIndex, Lookup, optional_condition};
use crate::authoring::deployments::place;
use crate::authoring::variables::Sight;
use crate::authoring::words::acts;
use crate::authoring::written::{ArmDoc, ClauseKindDoc, RuleDoc};
use crate::document::{Context, Diagnostic, Span, Spanned, codes};
use crate::model::policy::{Arm, ClauseIx, Rule, RuleKind};
use crate::model::vocabulary::Names;

/// The most arms of a split: each request draws them all.
const MAX_ARMS: usize = 100;

/// The greatest weight of an arm.
const MAX_WEIGHT: u64 = 1_000_000;

fn arm(doc: &ArmDoc, lookup: &Lookup<'_>, context: &mut Context) -> Arm {
    let weight = u32::try_from(doc.weight.value)
        .ok()
        .filter(|weight| u64::from(*weight) <= MAX_WEIGHT);
    if weight.is_none() {
        let message = format!("the weight {} exceeds {MAX_WEIGHT}", doc.weight.value);
        context.report(Diagnostic::error(codes::BAD_NUMBER, message).at(doc.weight.span));
    }
    Arm {
        weight: weight.unwrap_or(0),
        when: optional_condition(Some(&doc.when), lookup, Sight::Deployment, context),
    }
}

/// Every rule, in document order.
pub(crate) fn rules(
    docs: &[RuleDoc],
    clauses: &ClauseIndex<'_>,
    lookup: &Lookup<'_>,
    context: &mut Context,
) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    let mut ids = Names::default();
    for doc in docs {
        let reference = format!("rules/{}", doc.id.value);
        let known = ids.len();
        ids.intern(doc.id.value.as_str());
        if ids.len() == known {
            let message = format!("a second rule `{reference}`");
            context.report(Diagnostic::error(codes::DUPLICATE_ID, message).at(doc.id.span));
        }
        let overrides = doc
            .overrides
            .iter()
            .flat_map(|references| references.iter())
            .filter_map(|reference| overridden(reference, clauses, context))
            .collect();
        let when = optional_condition(doc.when.as_ref(), lookup, Sight::All, context);
        let Some(kind) = rule_kind(doc, lookup, context) else {
            continue;
        };
        rules.push(Rule {
            reference,
            acts: acts(doc.acts.as_ref()),
            when,
            kind,
            overrides,
            place: place(doc.id.span),
        });
    }
    rules
}

fn overridden(
    reference: &Spanned<String>,
    clauses: &ClauseIndex<'_>,
    context: &mut Context,
) -> Option<ClauseIx> {
    let (index, clause) = clauses.find(reference, context)?;
    if matches!(clause.kind, ClauseKindDoc::FirstRefusal(_)) {
        return Some(index);
    }
    context.report(
        Diagnostic::error(
            codes::STRATUM,
            format!("a rule cannot override `{}`", reference.value),
        )
        .at(reference.span)
        .help("a rule may set aside a first right of its own side, nothing else"),
    );
    None
}

fn rule_kind(doc: &RuleDoc, lookup: &Lookup<'_>, context: &mut Context) -> Option<RuleKind> {
    let wishes = [doc.deny.as_ref(), doc.require.as_ref(), doc.prefer.as_ref()];
    let count = wishes.iter().flatten().count();
    if count.saturating_add(usize::from(!doc.split.is_empty())) != 1 {
        let span: Option<Span> = doc.id.span;
        context.report(
            Diagnostic::error(
                codes::RULE_SHAPE,
                format!("rule `{}` has not exactly one wish", doc.id.value),
            )
            .at(span)
            .help("write one of `deny`, `require`, `prefer` and `split`"),
        );
        return None;
    }
    if !doc.split.is_empty() {
        if doc.split.len() > MAX_ARMS {
            let message = format!("{} arms; the limit is {MAX_ARMS}", doc.split.len());
            context.report(Diagnostic::error(codes::LIMIT, message).at(doc.id.span));
            return None;
        }
        let arms = doc.split.iter().map(|doc| arm(doc, lookup, context));
        return Some(RuleKind::Split(arms.collect()));
    }
    let mut read =
        |text: &Spanned<String>| optional_condition(Some(text), lookup, Sight::All, context);
    match wishes {
        [Some(deny), _, _] => Some(RuleKind::Deny(read(deny))),
        [_, Some(require), _] => Some(RuleKind::Require(read(require))),
        [_, _, Some(prefer)] => Some(RuleKind::Prefer(read(prefer))),
        [None, None, None] => None,
    }
}

//! What a state reports of clauses: counters, accruals, forecasts.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use crate::authoring::written::{ClauseStateDoc, ForecastDoc};
use crate::document::{Context, Decimal, Diagnostic, Map, Spanned, Usd, codes};
use crate::model::policy::{Clause, ClauseIx, Policy};
use crate::model::state::{ClauseState, Forecast};
use crate::money::{Money, scale_decimal};
use crate::order;

/// The counters of a state, by clause.
pub(crate) fn clauses(
    policy: &Policy,
    docs: &Map<ClauseStateDoc>,
    context: &mut Context,
) -> Vec<(ClauseIx, ClauseState)> {
    let mut found = Vec::new();
    let counting = || {
        (0_u32..)
            .map(ClauseIx)
            .zip(&policy.clauses)
            .filter_map(|(index, clause)| {
                Some((clause.reference.as_str(), (index, places(clause)?)))
            })
    };
    let mut known: Vec<(&str, (ClauseIx, u32))> = Vec::new();
    if !docs.is_empty() {
        known.extend(counting());
        order::sort_by_key(&mut known, |(name, _)| *name);
    }
    for (name, doc) in docs.iter() {
        let clause = order::find(&known, name.value.as_str());
        let path = ["clauses", name.value.as_str()];
        context.in_path(&path, |context| match clause {
            Some((index, places)) => {
                found.push((*index, state(doc, *places, context)));
            }
            None => {
                let names = counting().map(|(name, _)| name);
                let help = context.closest(&name.value, names).map_or_else(
                    || "shares, budgets, commitments, ladders and revenue shares count".to_string(),
                    |name| format!("did you mean `{name}`?"),
                );
                let message = format!("no clause `{}` counts anything", name.value);
                context.report(
                    Diagnostic::error(codes::UNKNOWN_CLAUSE, message)
                        .at(name.span)
                        .help(help),
                );
            }
        });
    }
    order::sort_by_key(&mut found, |(index, _)| *index);
    found
}

/// Decimal places of the unit that a clause counts in: whole requests and tokens, pico-USD; `None` where it counts
/// nothing.
fn places(clause: &Clause) -> Option<u32> {
    let money = clause.kind.counts_money()?;
    Some(if money { 12 } else { 0 })
}

fn state(doc: &ClauseStateDoc, places: u32, context: &mut Context) -> ClauseState {
    let ClauseStateDoc {
        span: _,
        drawn,
        total,
        accrued,
        held,
        forecast,
        resets_at,
    } = doc;
    let (drawn_count, total_count) = (
        counted(drawn.as_ref(), places, context),
        counted(total.as_ref(), places, context),
    );
    if let Some(drawn) = drawn
        .as_ref()
        // Where credits are counted, what went elsewhere may be less than nothing.
        .filter(|_| places == 0 && total.is_some() && drawn_count > total_count)
    {
        let message = "more was drawn than the total";
        context.report(Diagnostic::error(codes::BAD_NUMBER, message).at(drawn.span));
    }
    ClauseState {
        drawn: drawn_count,
        total: total_count,
        accrued: usd(accrued.as_ref(), context),
        held: usd(held.as_ref(), context),
        forecast: forecast.as_ref().map(|doc| projection(doc, context)),
        resets_at: resets_at.as_ref().map(|moment| moment.value.0.start()),
    }
}

fn projection(doc: &ForecastDoc, context: &mut Context) -> Forecast {
    Forecast {
        amount: usd(Some(&doc.amount), context),
        source: doc.source.clone(),
        as_of: doc.as_of.map(|moment| moment.0.start()),
    }
}

fn counted(number: Option<&Spanned<Decimal>>, places: u32, context: &mut Context) -> i128 {
    let Some(number) = number else { return 0 };
    match scale_decimal(&number.value.text, places) {
        Some(scaled) if !scaled.lossy && (scaled.value >= 0 || places > 0) => scaled.value,
        Some(_) | None => {
            let what = if places == 0 {
                "a whole number of 0 or more"
            } else {
                "an amount of USD"
            };
            let message = format!("`{}` is not {what}", number.value.text);
            context.report(Diagnostic::error(codes::BAD_NUMBER, message).at(number.span));
            0
        }
    }
}

fn usd(amount: Option<&Spanned<Usd>>, context: &mut Context) -> Money {
    let Some(amount) = amount else {
        return Money::ZERO;
    };
    if amount.value.amount.pico() < 0 {
        let message = "what was counted is not negative";
        context.report(Diagnostic::error(codes::BAD_MONEY, message).at(amount.span));
    }
    amount.value.amount
}

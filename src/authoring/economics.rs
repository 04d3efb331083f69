//! Shares, budgets, commitments, ladders, discounts, matches and rights to ship first, as written to clauses.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::authoring::contracts::{ClauseIndex, Lookup, optional_condition};
use crate::authoring::terms::DateZone;
use crate::authoring::variables::Sight;
use crate::authoring::written::{
    ClauseKindDoc, CommitmentDoc, CommitmentModelWord, CountedWord, CountsWord, DiscountDoc,
    EffectWord, EnforcementWord, ExcuseDoc, LadderDoc, LadderModeWord, MilestoneWord,
    PriceMatchDoc, RevenueShareDoc, SettlementWord, ShareDoc, ShipFirstDoc, SpendCapDoc,
    WindowWord,
};
use crate::condition::{Condition, Slot, Type};
use crate::contract::{
    Bound, Commitment, CommitmentModel, Counted, Counts, Discount, Effect, Enforcement, Excuse,
    Ladder, LadderMode, LadderStep, Milestone, PriceMatch, RevenueShare, Settlement, Share,
    ShipFirst, SpendCap,
};
use crate::document::{Context, Diagnostic, Span, Spanned, codes};
use crate::model::meter::Meter;
use crate::model::policy::ClauseIx;
use crate::model::term::Term;
use crate::model::vocabulary::NameIx;
use crate::money::{Money, Ratio, scale_decimal};
use crate::order;
use crate::time::{Instant, Window};

fn report(
    context: &mut Context,
    code: &'static str,
    message: &str,
    span: Option<Span>,
    help: &str,
) {
    let diagnostic = Diagnostic::error(code, message.to_string()).at(span);
    context.report(if help.is_empty() {
        diagnostic
    } else {
        diagnostic.help(help.to_string())
    });
}

/// A share of the whole: 0 to 1.
fn part(share: &Spanned<crate::document::Share>, what: &str, context: &mut Context) -> Ratio {
    let ratio = share.value.0;
    let within = ratio.numerator() >= 0 && ratio.numerator() <= ratio.denominator();
    if !within {
        let message = format!("{what} lies between 0 and 100%");
        report(context, codes::BAD_NUMBER, &message, share.span, "");
    }
    ratio
}

fn positive(amount: &Spanned<crate::document::Usd>, context: &mut Context) -> Money {
    if amount.value.amount.pico() < 0 {
        let message = "an amount to be spent is not negative";
        report(context, codes::BAD_MONEY, message, amount.span, "");
    }
    amount.value.amount
}

fn provider(
    name: Option<&Spanned<crate::document::Name>>,
    lookup: &Lookup<'_>,
    context: &mut Context,
) -> Option<NameIx> {
    name.and_then(|name| lookup.provider(name, context))
}

fn enforcement(word: Option<EnforcementWord>) -> Enforcement {
    match word {
        None | Some(EnforcementWord::Hard) => Enforcement::Hard,
        Some(EnforcementWord::Soft) => Enforcement::Soft,
    }
}

fn target(text: &Spanned<String>, lookup: &Lookup<'_>, context: &mut Context) -> Condition {
    optional_condition(Some(text), lookup, Sight::Deployment, context)
}

pub(crate) fn ship_first(
    doc: &ShipFirstDoc,
    lookup: &Lookup<'_>,
    context: &mut Context,
) -> Option<ShipFirst> {
    let facts = &lookup.variables.facts;
    let slot = facts.clone().map(Slot).find(|slot| {
        let variable = lookup.variables.get(*slot);
        variable.is_some_and(|variable| {
            variable.name == doc.shipped.value && variable.kind == Type::Timestamp
        })
    });
    if slot.is_none() {
        let message = format!("`{}` is no fact of type timestamp", doc.shipped.value);
        let help = "declare the fact that says when the holder shipped: `{ type: timestamp }`";
        report(
            context,
            codes::UNKNOWN_FACT,
            &message,
            doc.shipped.span,
            help,
        );
    }
    let excuse = doc
        .excuse
        .as_ref()
        .and_then(|doc| excuse(doc, lookup, context));
    Some(ShipFirst {
        holder: lookup.provider(&doc.holder, context)?,
        milestone: match doc.milestone {
            MilestoneWord::Announce => Milestone::Announce,
            MilestoneWord::Preview => Milestone::Preview,
            MilestoneWord::Ga => Milestone::Ga,
            MilestoneWord::RegionGa => Milestone::RegionGa,
        },
        shipped: slot?,
        lag_days: doc.lag_days.as_ref().map_or(0, |days| days.value),
        excuse,
    })
}

fn excuse(doc: &ExcuseDoc, lookup: &Lookup<'_>, context: &mut Context) -> Option<Excuse> {
    let mut grounds = |texts: &[Spanned<String>]| -> Vec<Condition> {
        texts
            .iter()
            .map(|text| optional_condition(Some(text), lookup, Sight::Facts, context))
            .collect()
    };
    match (&doc.all_of, &doc.any_of) {
        (Some(all), None) if !all.is_empty() => Some(Excuse::AllOf(grounds(all))),
        (None, Some(any)) if !any.is_empty() => Some(Excuse::AnyOf(grounds(any))),
        (Some(_) | None, Some(_) | None) => {
            let message = "an excuse needs one of `all_of` and `any_of`, with its grounds";
            let help =
                "whether all grounds are needed or any is enough decides differently; write which";
            report(context, codes::EXCLUDING_KEYS, message, doc.span, help);
            None
        }
    }
}

pub(crate) fn share(doc: &ShareDoc, lookup: &Lookup<'_>, context: &mut Context) -> Option<Share> {
    let soft = doc
        .enforcement
        .as_ref()
        .filter(|word| word.value == EnforcementWord::Soft);
    let bound = match (&doc.min, &doc.max) {
        (Some(min), None) => Bound::Min(
            part(min, "a share", context),
            enforcement(doc.enforcement.as_ref().map(|word| word.value)),
        ),
        (None, Some(max)) => {
            if let Some(word) = soft {
                let message = "a maximum is hard";
                let help = "a soft wish is a rule with `prefer`";
                report(context, codes::EXCLUDING_KEYS, message, word.span, help);
            }
            Bound::Max(part(max, "a share", context))
        }
        (Some(_), Some(_)) | (None, None) => {
            let message = "a share needs one of `min` and `max`";
            report(context, codes::MISSING_KEY, message, doc.span, "");
            return None;
        }
    };
    Some(Share {
        target: target(&doc.target, lookup, context),
        bound,
        of: match doc.of {
            None | Some(CountedWord::Requests) => Counted::Requests,
            Some(CountedWord::Tokens) => Counted::Tokens,
            Some(CountedWord::Spend) => Counted::Spend,
        },
    })
}

/// The calendar window after which what a clause counts starts again.
pub(crate) fn window(kind: &ClauseKindDoc) -> Option<Window> {
    let word = match kind {
        ClauseKindDoc::Share(doc) => doc.window,
        ClauseKindDoc::SpendCap(doc) => doc.window,
        ClauseKindDoc::Commitment(doc) => doc.interval,
        ClauseKindDoc::Ladder(doc) => doc.window,
        ClauseKindDoc::Exclusivity(_)
        | ClauseKindDoc::Permit(_)
        | ClauseKindDoc::License(_)
        | ClauseKindDoc::Residency(_)
        | ClauseKindDoc::Covenant(_)
        | ClauseKindDoc::Suspension(_)
        | ClauseKindDoc::FirstRefusal(_)
        | ClauseKindDoc::ShipFirst(_)
        | ClauseKindDoc::Discount(_)
        | ClauseKindDoc::PriceMatch(_)
        | ClauseKindDoc::RevenueShare(_)
        | ClauseKindDoc::Recital(_) => None,
    };
    word.map(|word| match word {
        WindowWord::Minute => Window::Minute,
        WindowWord::Hour => Window::Hour,
        WindowWord::Day => Window::Day,
        WindowWord::Week => Window::Week,
        WindowWord::Month => Window::Month,
        WindowWord::Quarter => Window::Quarter,
        WindowWord::Year => Window::Year,
    })
}

pub(crate) fn spend_cap(doc: &SpendCapDoc, lookup: &Lookup<'_>, context: &mut Context) -> SpendCap {
    SpendCap {
        amount: positive(&doc.amount, context),
        enforcement: enforcement(doc.enforcement),
        target: doc
            .target
            .as_ref()
            .map(|text| target(text, lookup, context)),
    }
}

pub(crate) fn commitment(
    doc: &CommitmentDoc,
    term: Term,
    zone: DateZone<'_>,
    lookup: &Lookup<'_>,
    context: &mut Context,
) -> Option<Commitment> {
    let amount = positive(&doc.amount, context);
    let recover = doc
        .shortfall
        .as_ref()
        .and_then(|shortfall| shortfall.recover.as_ref())
        .map_or(Ratio::ZERO, |share| {
            part(share, "what is recovered", context)
        });
    let premium = doc.max_premium.as_ref().map(|share| {
        if share.value.0.numerator() < 0 {
            report(
                context,
                codes::BAD_NUMBER,
                "a premium is not negative",
                share.span,
                "",
            );
        }
        share.value.0
    });
    let precedence = doc
        .effect
        .as_ref()
        .filter(|word| word.value == EffectWord::Precedence);
    if let (Some(share), None) = (&doc.max_premium, precedence) {
        let message = "`max_premium` is for the effect `precedence`";
        report(context, codes::EXCLUDING_KEYS, message, share.span, "");
    }
    let begins = term.from.map(|edge| edge.instant);
    let due = match &doc.due {
        Some(due) => zone.after(due.value.0).map(|edge| edge.instant),
        None => term.to.map(|edge| edge.instant),
    };
    if let Some(word) = precedence.filter(|_| begins.is_none() || due.is_none()) {
        let message = "a commitment that takes precedence needs a term and a day it is due";
        let help =
            "whether the spend is behind plan is measured from the first day of the term to `due`";
        report(context, codes::MISSING_KEY, message, word.span, help);
    }
    let plan = plan(doc, amount, begins, due, zone, context);
    Some(Commitment {
        provider: lookup.provider(&doc.provider, context)?,
        amount,
        model: match doc.model {
            None | Some(CommitmentModelWord::Discontinuous) => CommitmentModel::Discontinuous,
            Some(CommitmentModelWord::Continuous) => CommitmentModel::Continuous,
        },
        counts: match doc.counts {
            None | Some(CountsWord::Net) => Counts::Net,
            Some(CountsWord::List) => Counts::List,
        },
        effect: match precedence {
            Some(_) => Effect::Precedence(premium),
            None => Effect::Price,
        },
        recover,
        plan,
        begins,
    })
}

fn plan(
    doc: &CommitmentDoc,
    amount: Money,
    begins: Option<Instant>,
    due: Option<Instant>,
    zone: DateZone<'_>,
    context: &mut Context,
) -> Vec<(Instant, Money)> {
    let mut steps: Vec<(Instant, Money)> = Vec::new();
    let mut last = (begins.unwrap_or(Instant::MIN), Money::ZERO);
    for milestone in &doc.milestones {
        let Some(by) = zone.after(milestone.by.value.0).map(|edge| edge.instant) else {
            continue;
        };
        let step = (by, milestone.amount.value.amount);
        if step.0 <= last.0 || step.1 < last.1 || step.1 > amount {
            let message =
                "milestones ascend, in day and amount, up to the amount of the commitment";
            report(context, codes::BAD_NUMBER, message, milestone.span, "");
        }
        last = step;
        steps.push(step);
    }
    if let Some(due) = due {
        // Where nothing is written about its plan, it is merely never in force.
        let planned = doc.due.is_some() || !doc.milestones.is_empty();
        if due < last.0 && planned {
            let message = if doc.milestones.is_empty() {
                "the commitment is due before it begins"
            } else {
                "a milestone lies after the day the commitment is due"
            };
            report(
                context,
                codes::EMPTY_TERM,
                message,
                doc.due.as_ref().and_then(|due| due.span),
                "",
            );
        }
        steps.push((due, amount));
    }
    steps
}

pub(crate) fn ladder(
    doc: &LadderDoc,
    lookup: &Lookup<'_>,
    context: &mut Context,
) -> Option<Ladder> {
    let meter = Meter::parse(&doc.meter.value);
    if meter.is_none() {
        let message = format!("unknown meter `{}`", doc.meter.value);
        report(context, codes::UNKNOWN_WORD, &message, doc.meter.span, "");
    }
    let mut steps: Vec<LadderStep> = Vec::new();
    let count = doc.steps.len();
    for (position, step) in doc.steps.iter().enumerate() {
        let last = position.checked_add(1) == Some(count);
        let end = step.up_to_mtok.as_ref().map(|end| {
            let tokens = scale_decimal(&end.value.text, 6)
                .filter(|tokens| !tokens.lossy)
                .and_then(|tokens| u64::try_from(tokens.value).ok());
            (tokens, end.span)
        });
        let (up_to, sound) = match end {
            None => (None, last),
            Some((tokens, _)) => {
                let before = steps.last().and_then(|step| step.up_to);
                let ascends = tokens.is_some_and(|tokens| tokens > before.unwrap_or(0));
                (tokens, !last && ascends)
            }
        };
        if !sound {
            let message =
                "the steps of a ladder ascend in whole tokens, and only the last has no end";
            let span = end.and_then(|(_, span)| span).or(step.span);
            report(context, codes::LADDER, message, span, "");
        }
        steps.push(LadderStep {
            up_to,
            rate: step.usd_per_mtok.rate,
        });
    }
    if steps.is_empty() {
        report(
            context,
            codes::LADDER,
            "a ladder has no steps",
            doc.span,
            "",
        );
    }
    Some(Ladder {
        provider: provider(doc.provider.as_ref(), lookup, context),
        meter: meter?,
        mode: match doc.mode {
            LadderModeWord::Graduated => LadderMode::Graduated,
            LadderModeWord::AllUnits => LadderMode::AllUnits,
        },
        steps,
    })
}

pub(crate) fn discount(
    doc: &DiscountDoc,
    clauses: &ClauseIndex<'_>,
    lookup: &Lookup<'_>,
    context: &mut Context,
) -> Discount {
    let stacks_with: Vec<ClauseIx> = doc
        .stacks_with
        .iter()
        .filter_map(|reference| {
            let (index, clause) = clauses.find(reference, context)?;
            if matches!(clause.kind, ClauseKindDoc::Discount(_)) {
                return Some(index);
            }
            let message = format!("`{}` is no discount", reference.value);
            report(context, codes::STRATUM, &message, reference.span, "");
            None
        })
        .collect();
    Discount {
        provider: provider(doc.provider.as_ref(), lookup, context),
        rate: part(&doc.rate, "a discount", context),
        stacks_with,
    }
}

pub(crate) fn price_match(
    doc: &PriceMatchDoc,
    lookup: &Lookup<'_>,
    context: &mut Context,
) -> Option<PriceMatch> {
    let mut against = lookup.providers(&doc.against, context);
    order::sort(&mut against);
    against.dedup();
    Some(PriceMatch {
        provider: lookup.provider(&doc.provider, context)?,
        against: Box::from(against),
        settle: match doc.settle {
            None | Some(SettlementWord::Claim) => Settlement::Claim,
            Some(SettlementWord::Automatic) => Settlement::Automatic,
        },
    })
}

pub(crate) fn revenue_share(
    doc: &RevenueShareDoc,
    lookup: &Lookup<'_>,
    context: &mut Context,
) -> RevenueShare {
    RevenueShare {
        provider: provider(doc.provider.as_ref(), lookup, context),
        rate: part(&doc.rate, "a share of revenue", context),
        cap: doc.cap.as_ref().map(|cap| positive(cap, context)),
    }
}

//! Offers of capacity in a request, and notices of them in a state.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use crate::authoring::deployments::{find_zone, held_term};
use crate::authoring::terms::DateZone;
use crate::authoring::variables::{Known, deployment_values};
use crate::authoring::written::{NoticeAnswerWord, NoticeDoc, OfferDoc, RequestDoc};
use crate::contract::ClauseKind;
use crate::document::{Context, Diagnostic, Moment, Name, Spanned, codes};
use crate::list::List;
use crate::model::policy::{ClauseIx, Deployment, DeploymentIx, Held, Policy};
use crate::model::request::Offer;
use crate::model::state::{BlockOffer, Notice, NoticeAnswer};
use crate::model::vocabulary::{Act, NameIx, Names};
use crate::money::Money;
use crate::order;

/// The most offers of a request: every clause may be about each of them.
const MAX_OFFERS: usize = 1_000;

/// The most notices of a state: each may be about each offer.
const MAX_NOTICES: usize = 10_000;

/// What a request offers, sorted by the bytes of the ids.
pub(crate) fn offers(
    policy: &Policy,
    doc: &RequestDoc,
    act: Act,
    context: &mut Context,
) -> Vec<Offer> {
    let wanted = match act {
        Act::Host | Act::Train => true,
        Act::Serve | Act::Sell | Act::Launch => false,
    };
    if wanted == doc.offers.is_empty() {
        let (message, help) = if wanted {
            (
                format!("a request to {} has no `offers`", act.name()),
                "list the capacity that is offered: `[{ id: a, provider: azure }]`",
            )
        } else {
            (
                format!("a request to {} has `offers`", act.name()),
                "offers of capacity are for the acts `host` and `train`",
            )
        };
        let span = doc.offers.first().and_then(|offer| offer.span).or(doc.span);
        let report = Diagnostic::error(codes::OFFERS, message)
            .at(span)
            .help(help);
        context.in_path(&["offers"], |context| context.report(report));
        return Vec::new();
    }
    if !wanted {
        return Vec::new();
    }
    if doc.offers.len() > MAX_OFFERS {
        let message = format!("{} offers; the limit is {MAX_OFFERS}", doc.offers.len());
        let report = Diagnostic::error(codes::LIMIT, message)
            .at(doc.offers.first().and_then(|offer| offer.span));
        context.in_path(&["offers"], |context| context.report(report));
        return Vec::new();
    }
    let models = policy.models_named(doc.model.value.as_str());
    let [model] = models.as_slice() else {
        let message = format!(
            "`{}` is not one model that the policy knows",
            doc.model.value
        );
        let report = Diagnostic::error(codes::UNKNOWN_MODEL, message)
            .at(doc.model.span)
            .help("clauses over capacity name models, so the request names one");
        context.in_path(&["model"], |context| context.report(report));
        return Vec::new();
    };
    let mut found: Vec<Offer> = Vec::new();
    let mut ids = Names::default();
    for (position, offer) in doc.offers.iter().enumerate() {
        context.in_path(&["offers"], |context| {
            context.in_index(position, |context| {
                let known = ids.len();
                ids.intern(offer.id.value.as_str());
                if ids.len() == known {
                    let message = format!("a second offer `{}`", offer.id.value);
                    context
                        .report(Diagnostic::error(codes::DUPLICATE_ID, message).at(offer.id.span));
                    return;
                }
                found.extend(lower(policy, offer, *model, context));
            });
        });
    }
    order::sort_by(&mut found, |left, right| {
        left.deployment.id.cmp(&right.deployment.id)
    });
    found
}

/// The offer of an id.
pub(crate) fn find(offers: &[Offer], id: &str) -> Option<DeploymentIx> {
    let position = offers
        .binary_search_by(|offer| offer.deployment.id.as_str().cmp(id))
        .ok()?;
    u32::try_from(position).ok().map(DeploymentIx)
}

fn provider(policy: &Policy, name: &Spanned<Name>, context: &mut Context) -> Option<NameIx> {
    let found = policy.providers.find(name.value.as_str());
    if found.is_none() {
        let help = context
            .closest(name.value.as_str(), policy.providers.iter())
            .map_or_else(
                || "list it under the policy's `providers`".to_string(),
                |known| format!("did you mean `{known}`?"),
            );
        let message = format!("unknown provider `{}`", name.value);
        context.report(
            Diagnostic::error(codes::UNKNOWN_PROVIDER, message)
                .at(name.span)
                .help(help),
        );
    }
    found
}

fn lower(policy: &Policy, doc: &OfferDoc, model: NameIx, context: &mut Context) -> Option<Offer> {
    let zone = |name: &Option<Spanned<Name>>, context: &mut Context| {
        find_zone(name.as_ref(), &policy.zones, context)
    };
    let seller = provider(policy, &doc.provider, context);
    let hosted_by = match &doc.hosted_by {
        Some(host) => provider(policy, host, context),
        None => seller,
    };
    // A covenant that the policy does not know binds nobody.
    let covenant = |name: &Spanned<Name>| policy.covenants.find(name.value.as_str());
    let holds = doc
        .holds
        .iter()
        .filter_map(|held| {
            Some(Held {
                covenant: covenant(held.name())?,
                term: held_term(held, context),
            })
        })
        .list();
    let mut breaks: Vec<NameIx> = doc.lacks.iter().filter_map(covenant).list();
    order::sort(&mut breaks);
    let mut deployment = Deployment {
        holds,
        breaks,
        zone: zone(&doc.zone, context),
        storage_zone: zone(&doc.storage_zone, context),
        monitoring_zone: zone(&doc.monitoring_zone, context),
        ..Deployment::bare(
            doc.id.value.to_string(),
            seller?,
            hosted_by?,
            model,
            policy.tiers.find(super::deployments::STANDARD)?,
        )
    };
    let known = Known {
        providers: &policy.providers,
        models: &policy.models,
        tiers: &policy.tiers,
        zones: &policy.zones,
    };
    let held: Vec<&str> = doc
        .holds
        .iter()
        .map(|held| held.name().value.as_str())
        .collect();
    deployment.values = deployment_values(&deployment, &known, &policy.capabilities, &held);
    let block = doc.block.as_ref().unwrap_or(&doc.id).value.to_string();
    Some(Offer {
        deployment,
        block,
        terms: BlockOffer {
            units: doc.units,
            hours: doc.hours,
            price: doc.usd_per_unit_hour.as_ref().map(|usd| usd.value.amount),
        },
        amount: amount(doc, context),
    })
}

/// Units times hours times price; absent where one of them is not stated.
fn amount(doc: &OfferDoc, context: &mut Context) -> Option<Money> {
    let price = doc.usd_per_unit_hour.as_ref()?;
    let (units, hours) = (doc.units?, doc.hours?);
    let amount = i128::from(units)
        .checked_mul(i128::from(hours))
        .and_then(|quantity| quantity.checked_mul(price.value.amount.pico()));
    if amount.is_none() || price.value.amount.pico() < 0 {
        let message =
            format!("{units} units for {hours} hours at this price cannot be held exactly");
        context.report(Diagnostic::error(codes::BAD_MONEY, message).at(price.span));
    }
    amount.map(Money::from_pico)
}

/// The notices of a state, in document order.
pub(crate) fn notices(policy: &Policy, docs: &[NoticeDoc], context: &mut Context) -> Vec<Notice> {
    let mut found = Vec::new();
    if docs.len() > MAX_NOTICES {
        let message = format!("{} notices; the limit is {MAX_NOTICES}", docs.len());
        let report = Diagnostic::error(codes::LIMIT, message)
            .at(docs.first().and_then(|notice| notice.span));
        context.in_path(&["notices"], |context| context.report(report));
        return found;
    }
    for (position, doc) in docs.iter().enumerate() {
        context.in_path(&["notices"], |context| {
            context.in_index(position, |context| {
                found.extend(notice(policy, doc, context))
            });
        });
    }
    found
}

fn notice(policy: &Policy, doc: &NoticeDoc, context: &mut Context) -> Option<Notice> {
    let rights = || {
        (0_u32..)
            .map(ClauseIx)
            .zip(&policy.clauses)
            .filter(|(_, clause)| matches!(clause.kind, ClauseKind::FirstRefusal(_)))
    };
    let Some((clause, _)) = rights().find(|(_, clause)| clause.reference == doc.clause.value)
    else {
        let names = rights().map(|(_, clause)| clause.reference.as_str());
        let help = context.closest(&doc.clause.value, names).map_or_else(
            || "a notice names a first right as `contract/clause`".to_string(),
            |name| format!("did you mean `{name}`?"),
        );
        let message = format!("there is no first right `{}`", doc.clause.value);
        context.report(
            Diagnostic::error(codes::UNKNOWN_CLAUSE, message)
                .at(doc.clause.span)
                .help(help),
        );
        return None;
    };
    let edge = |moment: Option<&Spanned<Moment>>| {
        moment.and_then(|moment| DateZone::default().edge(moment.value.0))
    };
    let (sent, received) = (edge(doc.sent.as_ref()), edge(doc.received.as_ref()));
    let Some(told) = received.or(sent) else {
        let message = "a notice is `sent` or `received`";
        context.report(Diagnostic::error(codes::MISSING_KEY, message).at(doc.span));
        return None;
    };
    let answered = edge(doc.answered.as_ref()).unwrap_or(told);
    let first = sent.unwrap_or(told).instant.min(told.instant);
    let moments = [
        ("answered", &doc.answered, doc.answer.is_some()),
        ("failed", &doc.failed, true),
        ("contracted", &doc.contracted, true),
        ("received", &doc.received, true),
    ];
    for (name, moment, meant) in moments {
        let early = edge(moment.as_ref()).is_some_and(|edge| edge.instant < first);
        if let Some(moment) = moment.as_ref().filter(|_| early || !meant) {
            let message = format!("`{name}` lies before the notice, or without an `answer`");
            context.report(Diagnostic::error(codes::EMPTY_TERM, message).at(moment.span));
        }
    }
    Some(Notice {
        clause,
        block: doc.block.value.to_string(),
        sent,
        received,
        terms: BlockOffer {
            units: doc.units,
            hours: doc.hours,
            price: doc.usd_per_unit_hour.as_ref().map(|usd| usd.value.amount),
        },
        answer: doc.answer.map(|word| {
            let answer = match word {
                NoticeAnswerWord::Refused => NoticeAnswer::Refused,
                NoticeAnswerWord::Waived => NoticeAnswer::Waived,
                NoticeAnswerWord::Exercised => NoticeAnswer::Exercised,
            };
            (answer, answered)
        }),
        failed: edge(doc.failed.as_ref()),
        contracted: edge(doc.contracted.as_ref()),
    })
}

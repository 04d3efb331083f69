//! Clauses of law and rights as written to clauses of a policy; [`economics`] has those of money.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::authoring::contracts::{ClauseIndex, Lookup, optional_condition};
use crate::authoring::deployments::{Interned, find_zone};
use crate::authoring::economics;
use crate::authoring::terms::DateZone;
use crate::authoring::variables::Sight;
use crate::authoring::words::refusal;
use crate::authoring::written::{
    CauseWord, ClauseDoc, ClauseKindDoc, ContractDoc, CopiesWord, CovenantDoc, DisaggregationWord,
    EffectiveWord, ExclusivityDoc, FirstRefusalDoc, PeriodDoc, PermitDoc, ResidencyDoc,
    SilenceWord, SuspensionDoc,
};
use crate::contract::{
    BlockTerms, Cause, ClauseKind, Copies, Covenant, Effective, Exclusivity, FirstRefusal, License,
    Permit, Recital, Residency, Silence, Suspension,
};
use crate::document::{Context, Diagnostic, Spanned, codes};
use crate::list::List;
use crate::model::term::{Edge, Mark, Term};
use crate::model::vocabulary::{NameIx, Refusal};
use crate::money::Ratio;
use crate::order;

/// What a clause stands in.
pub(super) struct Frame<'a> {
    pub(super) contract: &'a ContractDoc,
    /// When the clause is in force.
    pub(super) term: Term,
    pub(super) zone: DateZone<'a>,
}

pub(super) fn kind(
    clause: &ClauseDoc,
    frame: &Frame<'_>,
    clauses: &ClauseIndex<'_>,
    lookup: &Lookup<'_>,
    context: &mut Context,
) -> Option<ClauseKind> {
    Some(match &clause.kind {
        ClauseKindDoc::Exclusivity(doc) => {
            ClauseKind::Exclusivity(exclusivity(doc, frame.contract, lookup, context)?)
        }
        ClauseKindDoc::Permit(doc) => ClauseKind::Permit(permit(doc, clauses, lookup, context)),
        ClauseKindDoc::License(doc) => ClauseKind::License(License {
            provider: lookup.provider(&doc.provider, context)?,
        }),
        ClauseKindDoc::Residency(doc) => ClauseKind::Residency(residency(doc, lookup, context)?),
        ClauseKindDoc::Covenant(doc) => ClauseKind::Covenant(covenant(doc, lookup)),
        ClauseKindDoc::Suspension(doc) => {
            ClauseKind::Suspension(suspension(doc, frame.zone, lookup, context)?)
        }
        ClauseKindDoc::FirstRefusal(doc) => {
            ClauseKind::FirstRefusal(first_refusal(doc, frame.zone, lookup, context)?)
        }
        ClauseKindDoc::ShipFirst(doc) => {
            ClauseKind::ShipFirst(economics::ship_first(doc, lookup, context)?)
        }
        ClauseKindDoc::Share(doc) => ClauseKind::Share(economics::share(doc, lookup, context)?),
        ClauseKindDoc::SpendCap(doc) => {
            ClauseKind::SpendCap(economics::spend_cap(doc, lookup, context))
        }
        ClauseKindDoc::Commitment(doc) => {
            let (term, zone) = (frame.term, frame.zone);
            ClauseKind::Commitment(economics::commitment(doc, term, zone, lookup, context)?)
        }
        ClauseKindDoc::Ladder(doc) => ClauseKind::Ladder(economics::ladder(doc, lookup, context)?),
        ClauseKindDoc::Discount(doc) => {
            ClauseKind::Discount(economics::discount(doc, clauses, lookup, context))
        }
        ClauseKindDoc::PriceMatch(doc) => {
            ClauseKind::PriceMatch(economics::price_match(doc, lookup, context)?)
        }
        ClauseKindDoc::RevenueShare(doc) => {
            ClauseKind::RevenueShare(economics::revenue_share(doc, lookup, context))
        }
        ClauseKindDoc::Recital(doc) => ClauseKind::Recital(Recital {
            states: doc.states.clone(),
        }),
    })
}

fn exclusivity(
    doc: &ExclusivityDoc,
    contract: &ContractDoc,
    lookup: &Lookup<'_>,
    context: &mut Context,
) -> Option<Exclusivity> {
    let mut only = lookup.providers(&doc.only, context);
    if let Some(sole) = doc.sole.as_ref().filter(|sole| sole.value) {
        match &contract.grantor {
            Some(grantor) => only.extend(lookup.provider(grantor, context)),
            None => context.report(
                Diagnostic::error(
                    codes::MISSING_KEY,
                    "a sole right needs the contract's `grantor`",
                )
                .at(sole.span)
                .help("under a sole right the grantor may still compete; say who that is"),
            ),
        }
    }
    order::sort(&mut only);
    only.dedup();
    let against = doc.against.as_ref().map(|against| {
        let mut against = lookup.providers(against, context);
        order::sort(&mut against);
        against.dedup();
        Box::from(against)
    });
    Some(Exclusivity {
        only: Box::from(only),
        against,
    })
}

fn permit(
    doc: &PermitDoc,
    clauses: &ClauseIndex<'_>,
    lookup: &Lookup<'_>,
    context: &mut Context,
) -> Permit {
    let mut carves = Vec::new();
    for reference in &doc.carves {
        let Some((index, carved)) = clauses.find(reference, context) else {
            continue;
        };
        let (message, help) = match &carved.kind {
            ClauseKindDoc::Exclusivity(_)
            | ClauseKindDoc::License(_)
            | ClauseKindDoc::ShipFirst(_) => {
                carves.push(index);
                continue;
            }
            ClauseKindDoc::Share(share) if share.max.is_some() => {
                carves.push(index);
                continue;
            }
            ClauseKindDoc::Residency(_) | ClauseKindDoc::Covenant(_) => (
                format!("a permit cannot set aside `{}`", reference.value),
                "residency and covenants rank above contracts",
            ),
            ClauseKindDoc::Suspension(_) => (
                format!("a permit cannot set aside `{}`", reference.value),
                "a suspension ranks above what contracts allow; say how it is cured",
            ),
            ClauseKindDoc::Permit(_)
            | ClauseKindDoc::FirstRefusal(_)
            | ClauseKindDoc::Share(_)
            | ClauseKindDoc::SpendCap(_)
            | ClauseKindDoc::Commitment(_)
            | ClauseKindDoc::Ladder(_)
            | ClauseKindDoc::Discount(_)
            | ClauseKindDoc::PriceMatch(_)
            | ClauseKindDoc::RevenueShare(_)
            | ClauseKindDoc::Recital(_) => (
                format!("`{}` bars nothing that could be permitted", reference.value),
                "a permit carves clauses that bar, such as `exclusivity`",
            ),
        };
        context.report(
            Diagnostic::error(codes::STRATUM, message)
                .at(reference.span)
                .help(help),
        );
    }
    let disputed = doc
        .disputed
        .as_ref()
        .map(|disputed| optional_condition(Some(&disputed.when), lookup, Sight::All, context));
    Permit { carves, disputed }
}

fn residency(doc: &ResidencyDoc, lookup: &Lookup<'_>, context: &mut Context) -> Option<Residency> {
    let mut of = Vec::new();
    for word in doc.of.iter().flat_map(|of| of.iter()) {
        let copies = match word {
            CopiesWord::Processing => Copies::Processing,
            CopiesWord::Storage => Copies::Storage,
            CopiesWord::Monitoring => Copies::Monitoring,
        };
        if !of.contains(&copies) {
            of.push(copies);
        }
    }
    if doc.of.is_none() {
        of.push(Copies::Processing);
    }
    Some(Residency {
        within: find_zone(Some(&doc.within), lookup.zones, context)?,
        of,
    })
}

/// Interns the covenants that a contract requires.
pub(crate) fn covenants(contract: &ContractDoc, names: &mut Interned) -> Option<()> {
    for clause in &contract.clauses {
        if let ClauseKindDoc::Covenant(doc) = &clause.kind {
            for name in doc.requires.iter() {
                names.covenants.intern(name.value.as_str())?;
            }
        }
    }
    Some(())
}

fn covenant(doc: &CovenantDoc, lookup: &Lookup<'_>) -> Covenant {
    // As written: what is missing is named in this order.
    let mut requires: Vec<NameIx> = Vec::new();
    for name in doc.requires.iter() {
        let covenant = lookup.names.covenants.find(name.value.as_str());
        requires.extend(covenant.filter(|covenant| !requires.contains(covenant)));
    }
    Covenant {
        requires: Box::from(requires),
    }
}

fn suspension(
    doc: &SuspensionDoc,
    zone: DateZone<'_>,
    lookup: &Lookup<'_>,
    context: &mut Context,
) -> Option<Suspension> {
    let noticed = doc
        .noticed
        .as_ref()
        .and_then(|moment| zone.edge(moment.value.0));
    let cure_ends = match (&doc.cure, noticed) {
        (None, _) => None,
        (Some(cure), None) => {
            context.report(
                Diagnostic::error(codes::MISSING_KEY, "a time to cure needs `noticed`")
                    .at(cure.span)
                    .help("the time to cure begins with the notice"),
            );
            None
        }
        (Some(cure), Some(noticed)) => cure_end(cure, noticed, zone, lookup, context),
    };
    Some(Suspension {
        provider: lookup.provider(&doc.provider, context)?,
        cause: match doc.cause {
            CauseWord::ForceMajeure => Cause::ForceMajeure,
            CauseWord::Breach => Cause::Breach,
            CauseWord::NonPayment => Cause::NonPayment,
            CauseWord::AcceptableUse => Cause::AcceptableUse,
            CauseWord::Security => Cause::Security,
            CauseWord::Other => Cause::Other,
        },
        noticed,
        cure_ends,
        cured_when: doc
            .cured_when
            .as_ref()
            .map(|text| optional_condition(Some(text), lookup, Sight::Facts, context)),
    })
}

fn first_refusal(
    doc: &FirstRefusalDoc,
    zone: DateZone<'_>,
    lookup: &Lookup<'_>,
    context: &mut Context,
) -> Option<FirstRefusal> {
    let mut refuses_by: Vec<Refusal> = doc.refuses_by.as_ref().map_or_else(
        || Refusal::DEFAULT.to_vec(),
        |words| words.iter().map(|word| refusal(*word)).list(),
    );
    order::sort(&mut refuses_by);
    refuses_by.dedup();
    let tolerance = doc
        .tolerance
        .as_ref()
        .map_or(Ratio::ZERO, |share| share.value.0);
    if tolerance.numerator() < 0 {
        let span = doc.tolerance.as_ref().and_then(|share| share.span);
        context
            .report(Diagnostic::error(codes::BAD_NUMBER, "a tolerance is not negative").at(span));
    }
    let offer = doc.offer.as_ref().and_then(|count| {
        if count.value == 0 {
            let message = "an offer to no deployment is none";
            context.report(Diagnostic::error(codes::BAD_NUMBER, message).at(count.span));
        }
        usize::try_from(count.value).ok()
    });
    Some(FirstRefusal {
        holder: lookup.provider(&doc.holder, context)?,
        refuses_by,
        offer,
        blocks: block_terms(doc, zone, lookup, context),
        tolerance,
    })
}

fn block_terms(
    doc: &FirstRefusalDoc,
    zone: DateZone<'_>,
    lookup: &Lookup<'_>,
    context: &mut Context,
) -> BlockTerms {
    let period = |doc: &Option<PeriodDoc>, context: &mut Context| {
        doc.as_ref()
            .and_then(|doc| lookup.period(doc, zone, context))
    };
    let (window, free) = (period(&doc.window, context), period(&doc.free, context));
    let facts = |text: &Option<Spanned<String>>, context: &mut Context| {
        text.as_ref()
            .map(|text| optional_condition(Some(text), lookup, Sight::Facts, context))
    };
    BlockTerms {
        window,
        effective: match doc.notice_effective {
            None | Some(EffectiveWord::Received) => Effective::Received,
            Some(EffectiveWord::Sent) => Effective::Sent,
        },
        silence: match doc.silence {
            None | Some(SilenceWord::Refusal) => Silence::Refusal,
            Some(SilenceWord::Acceptance) => Silence::Acceptance,
        },
        free,
        lapses_for_good: doc.revives == Some(false),
        pieces_are_free: doc.disaggregation == Some(DisaggregationWord::Ignored),
        void_when: facts(&doc.void_when, context),
        suspended_when: facts(&doc.suspended_when, context),
    }
}

/// The first moment at which a breach can no longer be cured.
fn cure_end(
    cure: &PeriodDoc,
    noticed: Edge,
    zone: DateZone<'_>,
    lookup: &Lookup<'_>,
    context: &mut Context,
) -> Option<Edge> {
    let period = lookup.period(cure, zone, context)?;
    let end = match noticed.mark {
        Mark::Day => period.ends_from(noticed.day),
        Mark::AfterDay | Mark::DayBreak | Mark::Hour => period.ends(noticed.instant),
    };
    Some(zone.end(end?))
}

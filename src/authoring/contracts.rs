//! Contracts and rules as written to clauses and rules.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::authoring::calendars::Calendars;
use crate::authoring::deployments::{Interned, find_zone, place};
use crate::authoring::economics;
use crate::authoring::terms::{DateZone, term_of, time_zone};
use crate::authoring::variables::{Scope, Sight, condition};
use crate::authoring::written::{
    ActWord, ArmDoc, CauseWord, ClauseCommon, ClauseDoc, ClauseKindDoc, ContractDoc, CopiesWord,
    CovenantDoc, DayOfChangeWord, DisaggregationWord, EffectiveWord, EvidenceWord, ExclusivityDoc,
    FirstRefusalDoc, PeriodDoc, PermitDoc, RefusalWord, ResidencyDoc, RuleDoc, SilenceWord,
    SourceDoc, SuspensionDoc,
};
use crate::condition::{Condition, always};
use crate::contract::{
    BlockTerms, Cause, ClauseKind, Copies, Covenant, Effective, Exclusivity, FirstRefusal, License,
    Permit, Recital, Residency, Silence, Suspension,
};
use crate::document::{
    Context, Diagnostic, Map, Moment, Name, OneOrMany, Sources, Span, Spanned, codes,
};
use crate::list::List;
use crate::model::policy::Scope as ClauseScope;
use crate::model::policy::{
    Arm, Clause, ClauseIx, Contract, Provenance, Rule, RuleKind, Variables,
};
use crate::model::term::{DayOfChange, Edge, Mark, Term};
use crate::model::vocabulary::{Act, Acts, Evidence, NameIx, Names, Refusal};
use crate::model::zone::Zones;
use crate::money::Ratio;
use crate::order;

/// Names that citations use for other things than contracts.
const RESERVED: [&str; 7] = [
    "rules",
    "capability",
    "lifecycle",
    "limit",
    "price",
    "state",
    "request",
];

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

/// What lowering a clause looks things up in.
pub(crate) struct Lookup<'a> {
    pub(crate) sources: &'a Sources,
    pub(crate) names: &'a Interned,
    pub(crate) aliases: &'a [(String, Vec<NameIx>)],
    pub(crate) zones: &'a Zones,
    pub(crate) calendars: &'a Calendars,
    pub(crate) variables: &'a Variables,
}

/// The position of every clause, sorted by its citation.
pub(crate) struct ClauseIndex<'a>(Vec<(String, (ClauseIx, &'a ClauseDoc))>);

pub(crate) fn index<'a>(docs: &'a Map<ContractDoc>, context: &mut Context) -> ClauseIndex<'a> {
    let mut found: Vec<(String, (ClauseIx, &ClauseDoc))> = Vec::new();
    let clauses = docs
        .iter()
        .flat_map(|(id, doc)| doc.clauses.iter().map(move |clause| (id, clause)));
    for (position, (contract, clause)) in (0_u32..).map(ClauseIx).zip(clauses) {
        let reference = format!("{}/{}", contract.value, clause.common.id.value);
        found.push((reference, (position, clause)));
    }
    order::sort_by(&mut found, |(left, _), (right, _)| left.cmp(right));
    let mut again = Vec::new();
    found.dedup_by(|(reference, clause), (before, first)| {
        let same = reference == before;
        if same {
            again.push((reference.clone(), *clause, *first));
        }
        same
    });
    order::sort_by_key(&mut again, |(_, (position, _), _)| *position);
    for (reference, (_, clause), (_, first)) in again {
        let diagnostic = Diagnostic::error(
            codes::DUPLICATE_ID,
            format!("a second clause `{reference}`"),
        )
        .at(clause.common.id.span);
        context.report(match first.common.id.span {
            Some(span) => diagnostic.related(span, "the first is here"),
            None => diagnostic,
        });
    }
    ClauseIndex(found)
}

impl ClauseIndex<'_> {
    pub(crate) fn find(
        &self,
        reference: &Spanned<String>,
        context: &mut Context,
    ) -> Option<(ClauseIx, &ClauseDoc)> {
        let found = order::find(&self.0, reference.value.as_str()).copied();
        if found.is_none() {
            let help = context
                .closest(
                    &reference.value,
                    self.0.iter().map(|(name, _)| name.as_str()),
                )
                .map_or_else(
                    || "clauses are named `contract/clause`".to_string(),
                    |name| format!("did you mean `{name}`?"),
                );
            context.report(
                Diagnostic::error(
                    codes::UNKNOWN_CLAUSE,
                    format!("unknown clause `{}`", reference.value),
                )
                .at(reference.span)
                .help(help),
            );
        }
        found
    }
}

/// Every contract and every clause, in document order.
pub(crate) fn contracts(
    docs: &Map<ContractDoc>,
    clauses_by_name: &ClauseIndex<'_>,
    lookup: &Lookup<'_>,
    context: &mut Context,
) -> (Vec<Contract>, Vec<Clause>) {
    let mut contracts = Vec::new();
    let mut clauses = Vec::new();
    for (position, (id, doc)) in docs.iter().enumerate() {
        check_contract_id(id, context);
        let zone = time_zone(doc.time_zone.as_ref(), context);
        contracts.push(Contract {
            id: id.value.clone(),
            day_of_change: match doc.day_of_change {
                None | Some(DayOfChangeWord::Unknown) => DayOfChange::Unknown,
                Some(DayOfChangeWord::NewTerms) => DayOfChange::NewTerms,
            },
            zone_assumed: doc.time_zone.is_none(),
            grantor: doc
                .grantor
                .as_ref()
                .map(|grantor| grantor.value.to_string()),
            zone: zone.clone(),
        });
        let Ok(contract) = u16::try_from(position) else {
            let message = format!("{} contracts; the limit is {}", docs.len(), u16::MAX);
            context.report(Diagnostic::error(codes::LIMIT, message).at(id.span));
            break;
        };
        let zone = DateZone(&zone);
        let contract_term = term_of(doc.term.as_ref(), zone, context);
        for clause in &doc.clauses {
            let common = &clause.common;
            let term = term_of(common.term.as_ref(), zone, context).intersect(contract_term);
            let frame = Frame {
                contract: doc,
                term,
                zone,
            };
            let kind = kind(clause, &frame, clauses_by_name, lookup, context);
            let scope = ClauseScope {
                acts: acts(common.acts.as_ref()),
                models: common
                    .models
                    .as_ref()
                    .map(|models| lookup.models(models, context)),
                when: optional_condition(common.when.as_ref(), lookup, Sight::All, context),
            };
            let Some(kind) = kind else { continue };
            clauses.push(Clause {
                contract,
                reference: format!("{}/{}", id.value, common.id.value),
                scope,
                term,
                ends_when: common
                    .ends_when
                    .as_ref()
                    .map(|text| optional_condition(Some(text), lookup, Sight::Facts, context)),
                superseded_by: Vec::new(),
                rank: rank(common, doc, context),
                provenance: provenance(
                    common.source.as_ref().or(doc.source.as_ref()),
                    common.known_from.as_ref(),
                ),
                window: economics::window(&clause.kind),
                kind,
                place: place(common.id.span),
            });
        }
    }
    (contracts, clauses)
}

/// The highest rank. A few thousand amendments of amendments are more than anybody keeps apart.
const MAX_RANK: u64 = 1_000_000;

fn rank(common: &ClauseCommon, contract: &ContractDoc, context: &mut Context) -> i64 {
    let rank = common.rank.or(contract.rank).unwrap_or(0);
    if rank > MAX_RANK {
        context.report(
            Diagnostic::error(
                codes::BAD_NUMBER,
                format!("the rank {rank} exceeds {MAX_RANK}"),
            )
            .at(common.id.span),
        );
    }
    i64::try_from(rank.min(MAX_RANK)).unwrap_or(0)
}

/// Notes at each clause which clauses replace it. A clause replaces others of its own stratum only, and none that
/// replaces it in turn.
pub(crate) fn supersede(
    docs: &Map<ContractDoc>,
    by_name: &ClauseIndex<'_>,
    clauses: &mut [Clause],
    context: &mut Context,
) {
    let written = docs.iter().flat_map(|(_, doc)| doc.clauses.iter());
    let references: Vec<(ClauseIx, ClauseIx, &Spanned<String>)> = (0_u32..)
        .map(ClauseIx)
        .zip(written)
        .flat_map(|(index, doc)| {
            doc.common
                .supersedes
                .iter()
                .map(move |reference| (index, reference))
        })
        .filter_map(|(index, reference)| {
            Some((index, by_name.find(reference, context)?.0, reference))
        })
        .list();
    for (index, target, reference) in &references {
        let stratum = |at: ClauseIx| {
            clauses
                .get(position(at)?)
                .map(|clause| clause.kind.stratum())
        };
        if stratum(*index) < stratum(*target) {
            let message = format!("a contract's clause cannot replace `{}`", reference.value);
            context.report(
                Diagnostic::error(codes::STRATUM, message)
                    .at(reference.span)
                    .help("residency ranks above contracts; end it by its own term"),
            );
        } else if let Some(clause) = position(*target).and_then(|at| clauses.get_mut(at)) {
            clause.superseded_by.push(*index);
        }
    }
    let rings = in_rings(clauses);
    let in_ring = |index| position(index).and_then(|at| rings.get(at)) == Some(&true);
    for (index, target, reference) in &references {
        if in_ring(*index) && in_ring(*target) {
            let message = format!("`{}` replaces this clause in turn", reference.value);
            context.report(
                Diagnostic::error(codes::STRATUM, message)
                    .at(reference.span)
                    .help("of clauses that replace each other none would be left"),
            );
        }
    }
}

fn position(index: ClauseIx) -> Option<usize> {
    usize::try_from(index.0).ok()
}

/// For every clause, whether it is left when those that nothing replaces are taken away again and again: whether it is
/// one of those that replace each other, or only they replace it.
fn in_rings(clauses: &[Clause]) -> Vec<bool> {
    let mut open: Vec<usize> = clauses
        .iter()
        .map(|clause| clause.superseded_by.len())
        .list();
    let mut replaces: Vec<Vec<ClauseIx>> = clauses.iter().map(|_| Vec::new()).list();
    let indexed = || (0_u32..).map(ClauseIx).zip(clauses);
    for (index, clause) in indexed() {
        for successor in &clause.superseded_by {
            if let Some(targets) = position(*successor).and_then(|at| replaces.get_mut(at)) {
                targets.push(index);
            }
        }
    }
    let mut left: Vec<bool> = clauses.iter().map(|_| true).list();
    let mut free: Vec<ClauseIx> = indexed()
        .filter(|(_, clause)| clause.superseded_by.is_empty())
        .map(|(index, _)| index)
        .list();
    while let Some(clause) = free.pop() {
        if let Some(left) = position(clause).and_then(|at| left.get_mut(at)) {
            *left = false;
        }
        for target in position(clause)
            .and_then(|at| replaces.get(at))
            .into_iter()
            .flatten()
        {
            if let Some(count) = position(*target).and_then(|at| open.get_mut(at)) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    free.push(*target);
                }
            }
        }
    }
    left
}

fn check_contract_id(id: &Spanned<String>, context: &mut Context) {
    if RESERVED.contains(&id.value.as_str()) {
        let diagnostic = Diagnostic::error(
            codes::RESERVED,
            format!("`{}` cannot name a contract", id.value),
        )
        .at(id.span);
        context.report(diagnostic.help("citations use the word for something else"));
    } else if crate::document::Id::parse(&id.value).is_none() {
        context.report(
            Diagnostic::error(codes::BAD_NAME, format!("`{}` is not an id", id.value))
                .at(id.span)
                .help("start with a letter or digit, then use letters, digits and `._@:+-`"),
        );
    }
}

/// What a clause stands in.
struct Frame<'a> {
    contract: &'a ContractDoc,
    /// When the clause is in force.
    term: Term,
    zone: DateZone<'a>,
}

fn kind(
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

pub(crate) fn refusal(word: RefusalWord) -> Refusal {
    match word {
        RefusalWord::CannotSupport => Refusal::CannotSupport,
        RefusalWord::NoCapacity => Refusal::NoCapacity,
        RefusalWord::Quota => Refusal::Quota,
        RefusalWord::Down => Refusal::Down,
        RefusalWord::PriceAboveMatch => Refusal::PriceAboveMatch,
    }
}

pub(crate) fn act(word: ActWord) -> Act {
    match word {
        ActWord::Serve => Act::Serve,
        ActWord::Launch => Act::Launch,
        ActWord::Host => Act::Host,
        ActWord::Train => Act::Train,
        ActWord::Sell => Act::Sell,
    }
}

fn acts(words: Option<&OneOrMany<ActWord>>) -> Acts {
    words.map_or_else(
        || Acts::of(&[Act::Serve]),
        |words| Acts::of(&words.iter().map(|word| act(*word)).list()),
    )
}

pub(crate) fn evidence(word: EvidenceWord) -> Evidence {
    match word {
        EvidenceWord::PressReport => Evidence::PressReport,
        EvidenceWord::Recollection => Evidence::Recollection,
        EvidenceWord::Inference => Evidence::Inference,
        EvidenceWord::Summary => Evidence::Summary,
        EvidenceWord::Paraphrase => Evidence::Paraphrase,
        EvidenceWord::Verbatim => Evidence::Verbatim,
        EvidenceWord::Stated => Evidence::Stated,
    }
}

pub(crate) fn provenance(
    source: Option<&SourceDoc>,
    known_from: Option<&Spanned<Moment>>,
) -> Provenance {
    Provenance {
        source: source.and_then(|source| source.title.clone().or_else(|| source.url.clone())),
        evidence: source
            .and_then(|source| source.evidence)
            .map_or(Evidence::Stated, evidence),
        known_from: known_from.map(|moment| moment.value.0.start()),
    }
}

/// A condition, or always where there is none; a faulty one has been reported.
pub(crate) fn optional_condition(
    text: Option<&Spanned<String>>,
    lookup: &Lookup<'_>,
    sight: Sight,
    context: &mut Context,
) -> Condition {
    let scope = Scope {
        variables: lookup.variables,
        zones: lookup.zones,
        sight,
    };
    text.and_then(|text| condition(text, &scope, lookup.sources, context))
        .unwrap_or_else(always)
}

impl Lookup<'_> {
    pub(crate) fn provider(&self, name: &Spanned<Name>, context: &mut Context) -> Option<NameIx> {
        let found = self.names.providers.find(name.value.as_str());
        if found.is_none() {
            let help = context.closest(name.value.as_str(), self.names.providers.iter()).map_or_else(
                || "no deployment is sold or hosted by it; list it under `providers` if that is so".to_string(),
                |known| format!("did you mean `{known}`?"),
            );
            context.report(
                Diagnostic::error(
                    codes::UNKNOWN_PROVIDER,
                    format!("unknown provider `{}`", name.value),
                )
                .at(name.span)
                .help(help),
            );
        }
        found
    }

    pub(crate) fn providers(&self, names: &[Spanned<Name>], context: &mut Context) -> Vec<NameIx> {
        names
            .iter()
            .filter_map(|name| self.provider(name, context))
            .list()
    }

    /// The models of names and aliases, sorted.
    fn models(&self, names: &[Spanned<Name>], context: &mut Context) -> Vec<NameIx> {
        let mut found: Vec<NameIx> = names
            .iter()
            .flat_map(|name| self.model(name, context))
            .list();
        order::sort(&mut found);
        found.dedup();
        found
    }

    fn model(&self, name: &Spanned<Name>, context: &mut Context) -> Vec<NameIx> {
        let text = name.value.as_str();
        if let Some(model) = self.names.models.find(text) {
            return Vec::from([model]);
        }
        if let Some(models) = order::find(self.aliases, text) {
            return models.clone();
        }
        unknown_model(
            name,
            self.names
                .models
                .iter()
                .chain(self.aliases.iter().map(|(alias, _)| alias.as_str())),
            context,
        );
        Vec::new()
    }
}

pub(crate) fn unknown_model<'a>(
    name: &Spanned<Name>,
    known: impl Iterator<Item = &'a str>,
    context: &mut Context,
) {
    let help = context.closest(name.value.as_str(), known).map_or_else(
        || "no deployment serves it, and no alias has the name".to_string(),
        |known| format!("did you mean `{known}`?"),
    );
    context.report(
        Diagnostic::error(
            codes::UNKNOWN_MODEL,
            format!("unknown model `{}`", name.value),
        )
        .at(name.span)
        .help(help),
    );
}

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

//! Contracts as written to contracts of a policy, and their clauses in order.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::authoring::calendars::Calendars;
use crate::authoring::clauses::{Frame, kind};
use crate::authoring::deployments::{Interned, place};
use crate::authoring::economics;
use crate::authoring::terms::{DateZone, term_of, time_zone};
use crate::authoring::variables::{Scope, Sight, condition};
use crate::authoring::words::{acts, evidence};
use crate::authoring::written::{ClauseCommon, ClauseDoc, ContractDoc, DayOfChangeWord, SourceDoc};
use crate::condition::{Condition, always};
use crate::document::{Context, Diagnostic, Map, Moment, Name, Sources, Spanned, codes};
use crate::list::List;
use crate::model::policy::Scope as ClauseScope;
use crate::model::policy::{Clause, ClauseIx, Contract, Provenance, Variables};
use crate::model::term::DayOfChange;
use crate::model::vocabulary::{Evidence, NameIx};
use crate::model::zone::Zones;
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

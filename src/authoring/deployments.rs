//! Deployments as written to deployments: templates are filled in, names are interned.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::authoring::limits::{limits, refusals, shared};
use crate::authoring::prices::{self, Key, Sheets};
use crate::authoring::spills;
use crate::authoring::terms::{DateZone, term};
use crate::authoring::written::{DeploymentDoc, HeldDoc, LifecycleDoc, ProvisionedDoc, Written};
use crate::document::{Context, Diagnostic, Map, Moment, Name, Span, Spanned, codes};
use crate::list::List;
use crate::model::policy::{Deployment, Held, Lifecycle, Place};
use crate::model::provisioned::{Provisioned, UnitTerms};
use crate::model::term::Term;
use crate::model::vocabulary::{NameIx, Names};
use crate::model::zone::{ZoneIx, Zones};
use crate::money::Money;
use crate::order;
use crate::time::Instant;

/// The tier of a deployment or request that names none.
pub(crate) const STANDARD: &str = "standard";

/// The names that deployments introduce.
#[derive(Default)]
pub(crate) struct Interned {
    pub(crate) providers: Names,
    pub(crate) models: Names,
    pub(crate) capabilities: Names,
    pub(crate) covenants: Names,
    pub(crate) tiers: Names,
    /// Where prices were read.
    pub(crate) price_sources: Names,
}

/// One deployment to be, with the names that its template's binding fills in.
struct Bound<'a> {
    id: String,
    key: Option<Span>,
    doc: &'a DeploymentDoc,
    provider: Option<Spanned<Name>>,
    model: Option<Spanned<Name>>,
    zone: Option<Spanned<Name>>,
    tier: Option<Spanned<Name>>,
}

/// Every deployment, sorted by the bytes of the id.
pub(crate) fn deployments(
    docs: &Map<DeploymentDoc>,
    zones: &Zones,
    sheets: &Sheets,
    names: &mut Interned,
    context: &mut Context,
) -> Vec<Deployment> {
    let mut found: Vec<Made> = Vec::new();
    let total = docs.iter().fold(0_usize, |total, (_, doc)| {
        total.saturating_add(combinations(doc))
    });
    if total > MAX_DEPLOYMENTS {
        context.report(Diagnostic::error(
            codes::LIMIT,
            format!("{total} deployments; the limit is {MAX_DEPLOYMENTS}"),
        ));
        return Vec::new();
    }
    for (key, doc) in docs.iter() {
        for bound in expand(key, doc, context) {
            let from_template = bound.doc.each.is_some();
            let spill = bound.spill();
            if let Some(deployment) = lower(bound, zones, sheets, names, context) {
                found.push(Made {
                    position: found.len(),
                    key: key.span,
                    from_template,
                    deployment,
                    spill,
                });
            }
        }
    }
    order::sort_by(&mut found, |left, right| {
        left.deployment.id.cmp(&right.deployment.id)
    });
    let mut again = Vec::new();
    found.dedup_by(|later, earlier| {
        let same = later.deployment.id == earlier.deployment.id;
        if same && later.from_template {
            again.push((later.position, later.key, later.deployment.id.clone()));
        } else if same {
            core::mem::swap(later, earlier);
        }
        same
    });
    order::sort_by_key(&mut again, |(position, ..)| *position);
    for (_, key, id) in again {
        context.report(
            Diagnostic::error(codes::DUPLICATE_ID, format!("a second deployment `{id}`"))
                .at(key)
                .help("a template may not make what is there already; a plain key below it may override one"),
        );
    }
    let (mut deployments, spills): (Vec<Deployment>, Vec<_>) = found
        .into_iter()
        .map(|made| (made.deployment, made.spill))
        .unzip();
    spills::resolve(&mut deployments, &spills, zones, context);
    shared(&deployments, context);
    deployments
}

/// A deployment, and how it came to be there.
struct Made {
    /// How many were made before it.
    position: usize,
    key: Option<Span>,
    from_template: bool,
    deployment: Deployment,
    spill: Option<Spanned<String>>,
}

/// The most deployments, templates filled in.
const MAX_DEPLOYMENTS: usize = 50_000;

/// How many deployments a key makes.
fn combinations(doc: &DeploymentDoc) -> usize {
    let Some(each) = &doc.each else { return 1 };
    [&each.provider, &each.model, &each.zone, &each.tier]
        .into_iter()
        .flatten()
        .fold(1, |count, values| values.len().saturating_mul(count))
}

/// A field that a template may vary: its name, the values listed for it, and the value it is fixed to.
type Varying<'a> = (
    &'a str,
    &'a Option<Vec<Spanned<Name>>>,
    &'a Option<Spanned<Name>>,
);

/// The combinations of a template, or the deployment itself.
fn expand<'a>(
    key: &Spanned<String>,
    doc: &'a DeploymentDoc,
    context: &mut Context,
) -> Vec<Bound<'a>> {
    let plain = Bound {
        id: key.value.clone(),
        key: key.span,
        doc,
        provider: written(doc.provider.as_ref()),
        model: written(doc.model.as_ref()),
        zone: doc.zone.clone(),
        tier: doc.tier.clone(),
    };
    let Some(each) = &doc.each else {
        if key.value.contains(['{', '}']) {
            report_template(
                context,
                key,
                "the key is a template, but there is no `each`".to_string(),
                "list the values under `each`",
            );
            return Vec::new();
        }
        return Vec::from([plain]);
    };
    let mut bounds = Vec::from([plain]);
    let (fixed_provider, fixed_model) =
        (written(doc.provider.as_ref()), written(doc.model.as_ref()));
    let lists: [Varying<'_>; 4] = [
        ("provider", &each.provider, &fixed_provider),
        ("model", &each.model, &fixed_model),
        ("zone", &each.zone, &doc.zone),
        ("tier", &each.tier, &doc.tier),
    ];
    for (name, values, fixed) in lists {
        let hole = format!("{{{name}}}");
        let Some(values) = values else {
            if key.value.contains(&hole) {
                let message = format!("the key names `{hole}`, but `each` does not list `{name}`");
                report_template(
                    context,
                    key,
                    message,
                    "add the list, or write the value into the key",
                );
                return Vec::new();
            }
            continue;
        };
        if !key.value.contains(&hole) {
            let message = format!("`each` lists `{name}`, but the key does not name `{hole}`");
            report_template(
                context,
                key,
                message,
                "the ids of the deployments would not differ",
            );
            return Vec::new();
        }
        if let Some(fixed) = fixed {
            context.report(
                Diagnostic::error(
                    codes::EXCLUDING_KEYS,
                    format!("`{name}` and `each.{name}` exclude each other"),
                )
                .at(fixed.span),
            );
        }
        bounds = bounds
            .iter()
            .flat_map(|bound| {
                values.iter().map(|value| {
                    let mut next = bound.rebind();
                    next.id = next.id.replace(&hole, value.value.as_str());
                    match name {
                        "provider" => next.provider = Some(value.clone()),
                        "model" => next.model = Some(value.clone()),
                        "zone" => next.zone = Some(value.clone()),
                        _ => next.tier = Some(value.clone()),
                    }
                    next
                })
            })
            .list();
    }
    if let Some(bound) = bounds.first()
        && bound.id.contains(['{', '}'])
    {
        let message = format!(
            "`{}` has a part in braces that is neither provider, model, zone nor tier",
            key.value
        );
        report_template(context, key, message, "only these four can vary");
        return Vec::new();
    }
    bounds
}

fn written(value: Option<&Written<Spanned<Name>>>) -> Option<Spanned<Name>> {
    value.and_then(|value| value.0.clone())
}

impl<'a> Bound<'a> {
    /// What it spills to, with the names that the template's binding fills in.
    fn spill(&self) -> Option<Spanned<String>> {
        let target = self.doc.spills_to.as_ref()?;
        let bound = [
            ("{provider}", &self.provider),
            ("{model}", &self.model),
            ("{zone}", &self.zone),
            ("{tier}", &self.tier),
        ];
        let text = bound
            .into_iter()
            .filter(|_| self.doc.each.is_some())
            .filter_map(|(hole, value)| Some((hole, value.as_ref()?)))
            .fold(target.value.clone(), |text, (hole, value)| {
                text.replace(hole, value.value.as_str())
            });
        Some(Spanned::new(text, target.span))
    }

    fn rebind(&self) -> Bound<'a> {
        Bound {
            id: self.id.clone(),
            key: self.key,
            doc: self.doc,
            provider: self.provider.clone(),
            model: self.model.clone(),
            zone: self.zone.clone(),
            tier: self.tier.clone(),
        }
    }
}

fn report_template(context: &mut Context, key: &Spanned<String>, message: String, help: &str) {
    context.report(
        Diagnostic::error(codes::TEMPLATE, message)
            .at(key.span)
            .help(help.to_string()),
    );
}

fn lower(
    bound: Bound<'_>,
    zones: &Zones,
    sheets: &Sheets,
    names: &mut Interned,
    context: &mut Context,
) -> Option<Deployment> {
    let Bound {
        id,
        key,
        doc,
        provider,
        model,
        zone,
        tier,
    } = bound;
    if Name::parse(&id).is_none() {
        context.report(
            Diagnostic::error(codes::BAD_NAME, format!("`{id}` is not an id"))
                .at(key)
                .help("start with a letter or digit, then use letters, digits and `._@:/+-`"),
        );
    }
    for (name, absent) in [
        ("provider", provider.is_none() && doc.provider.is_none()),
        ("model", model.is_none() && doc.model.is_none()),
    ] {
        if absent {
            context.report(
                Diagnostic::error(codes::MISSING_KEY, format!("missing key `{name}`")).at(key),
            );
        }
    }
    let (provider, model) = (provider?, model?);
    let zone_name = zone.as_ref().map(|zone| zone.value.to_string());
    let zone = find_zone(zone.as_ref(), zones, context);
    let storage_zone = find_zone(doc.storage_zone.as_ref(), zones, context);
    let monitoring_zone = find_zone(doc.monitoring_zone.as_ref(), zones, context);
    let tier = tier.map_or_else(|| STANDARD.to_string(), |tier| tier.value.to_string());
    let supported = doc.supports.iter().map(|name| (name, "supported"));
    let held_names = doc.holds.iter().map(|held| (held.name(), "held"));
    for (capability, listed) in supported.chain(held_names) {
        if doc
            .lacks
            .iter()
            .any(|lacking| lacking.value == capability.value)
        {
            context.report(
                Diagnostic::error(
                    codes::EXCLUDING_KEYS,
                    format!("`{}` is both {listed} and lacking", capability.value),
                )
                .at(capability.span),
            );
        }
    }
    let price_key = Key {
        id: &id,
        model: model.value.as_str(),
        zone: zone_name.as_deref(),
        tier: &tier,
    };
    let price = prices::price(doc, &price_key, sheets, &mut names.price_sources, context);
    let provisioned = provisioned(doc, context);
    let holds = held(&doc.holds, names, context)?;
    let provider_ix = names.providers.intern(provider.value.as_str())?;
    let hosted_by = match &doc.hosted_by {
        Some(host) => names.providers.intern(host.value.as_str())?,
        None => provider_ix,
    };
    Some(Deployment {
        provider: provider_ix,
        hosted_by,
        model: names.models.intern(model.value.as_str())?,
        zone,
        storage_zone,
        monitoring_zone,
        tier: names.tiers.intern(&tier)?,
        supports: capabilities(&doc.supports, names)?,
        lacks: capabilities(&doc.lacks, names)?,
        holds,
        breaks: Vec::new(),
        lifecycle: doc
            .lifecycle
            .as_ref()
            .map(|doc| lifecycle(doc, context))
            .unwrap_or_default(),
        spills_to: None,
        spills_on: refusals(doc.spills_on.as_ref()),
        context_tokens: doc.context_tokens,
        max_input_tokens: doc.max_input_tokens,
        max_output_tokens: doc.max_output_tokens,
        limits: doc
            .limits
            .as_ref()
            .map(|doc| limits(doc, context))
            .unwrap_or_default(),
        price,
        provisioned,
        values: Vec::new(),
        clause_conditions: Vec::new(),
        rule_conditions: Vec::new(),
        place: place(key),
        id,
    })
}

/// The units of a deployment that is paid by the hour.
fn provisioned(doc: &DeploymentDoc, context: &mut Context) -> Option<Provisioned> {
    let ProvisionedDoc {
        span,
        units,
        tokens_per_unit_minute,
        output_weight,
        minimum,
        increment,
        window_seconds,
        usd_per_unit_hour,
    } = doc.provisioned.as_ref()?;
    if doc.price.is_some() {
        let message = "`price` and `provisioned` exclude each other";
        let diagnostic = Diagnostic::error(codes::EXCLUDING_KEYS, message).at(*span);
        context.report(diagnostic.help(
            "units are paid by the hour: state `usd_per_unit_hour`, and what they spill to as a deployment of its own",
        ));
    }
    let mut bad = |message: String, span| {
        context.report(Diagnostic::error(codes::BAD_NUMBER, message).at(span));
    };
    let one = Spanned::new(1, None);
    let (minimum, increment) = (
        minimum.as_ref().unwrap_or(&one),
        increment.as_ref().unwrap_or(&one),
    );
    for (name, count) in [
        ("units", units),
        ("tokens_per_unit_minute", tokens_per_unit_minute),
        ("minimum", minimum),
        ("increment", increment),
        ("window_seconds", window_seconds.as_ref().unwrap_or(&one)),
    ] {
        if count.value == 0 {
            bad(format!("`{name}` is at least 1"), count.span);
        }
    }
    if output_weight.value.0.numerator() < 0 {
        bad("a weight is not negative".to_string(), output_weight.span);
    }
    if usd_per_unit_hour
        .as_ref()
        .is_some_and(|usd| usd.value.amount < Money::ZERO)
    {
        let span = usd_per_unit_hour.as_ref().and_then(|usd| usd.span);
        bad("a price is not negative".to_string(), span);
    }
    let comes = units.value == 0
        || units.value >= minimum.value
            && units
                .value
                .checked_rem(increment.value)
                .is_none_or(|rest| rest == 0);
    if !comes {
        let message = format!(
            "{} units cannot be had: they come from {} on, in multiples of {}",
            units.value, minimum.value, increment.value
        );
        bad(message, units.span);
    }
    Some(Provisioned {
        units: units.value,
        terms: UnitTerms {
            tokens_per_unit_minute: tokens_per_unit_minute.value,
            output_weight: output_weight.value.0,
            minimum: minimum.value,
            increment: increment.value,
        },
        window_seconds: window_seconds.as_ref().map(|seconds| seconds.value),
        usd_per_unit_hour: usd_per_unit_hour.as_ref().map(|usd| usd.value.amount),
    })
}

/// The covenants that are kept, each with its term.
pub(crate) fn held(
    docs: &[HeldDoc],
    names: &mut Interned,
    context: &mut Context,
) -> Option<Vec<Held>> {
    docs.iter()
        .map(|doc| {
            Some(Held {
                covenant: names.covenants.intern(doc.name().value.as_str())?,
                term: held_term(doc, context),
            })
        })
        .collect()
}

/// The term of an attestation; its dates are read in UTC.
pub(crate) fn held_term(doc: &HeldDoc, context: &mut Context) -> Term {
    match doc {
        HeldDoc::Name(_) => Term::default(),
        HeldDoc::Term(held) => term(
            held.from.as_ref(),
            held.through.as_ref(),
            held.to.as_ref(),
            DateZone::default(),
            context,
        ),
    }
}

fn lifecycle(doc: &LifecycleDoc, context: &mut Context) -> Lifecycle {
    let edge = |moment: &Option<Spanned<Moment>>| {
        let moment = moment.as_ref()?;
        DateZone::default().edge(moment.value.0)
    };
    let stages = [
        ("launched", &doc.launched),
        ("deprecated", &doc.deprecated),
        ("retired", &doc.retired),
    ];
    let mut last: Option<(&str, Instant)> = None;
    for (name, moment) in stages {
        let Some((found, edge)) = moment.as_ref().zip(edge(moment)) else {
            continue;
        };
        if let Some((before, _)) = last.filter(|(_, instant)| edge.instant < *instant) {
            let message = format!("`{name}` lies before `{before}`");
            context.report(Diagnostic::error(codes::EMPTY_TERM, message).at(found.span));
        }
        last = Some((name, edge.instant));
    }
    Lifecycle {
        launched: edge(&doc.launched),
        deprecated: edge(&doc.deprecated),
        retired: edge(&doc.retired),
    }
}

fn capabilities(list: &[Spanned<Name>], names: &mut Interned) -> Option<Vec<NameIx>> {
    let mut found = list
        .iter()
        .map(|name| names.capabilities.intern(name.value.as_str()))
        .collect::<Option<Vec<NameIx>>>()?;
    order::sort(&mut found);
    found.dedup();
    Some(found)
}

/// The zone of a name; an unknown one is reported.
pub(crate) fn find_zone(
    name: Option<&Spanned<Name>>,
    zones: &Zones,
    context: &mut Context,
) -> Option<ZoneIx> {
    let name = name?;
    let found = zones.find(name.value.as_str());
    if found.is_none() {
        let help = context
            .closest(name.value.as_str(), zones.names())
            .map_or_else(
                || {
                    format!(
                        "add it under `zones`, with the place that holds it: `{}: eu`",
                        name.value
                    )
                },
                |zone| format!("did you mean `{zone}`?"),
            );
        context.report(
            Diagnostic::error(
                codes::UNKNOWN_ZONE,
                format!("unknown zone `{}`", name.value),
            )
            .at(name.span)
            .help(help),
        );
    }
    found
}

/// Where something is written, for the checked policy.
pub(crate) fn place(span: Option<Span>) -> Option<Place> {
    span.map(|span| Place {
        source: span.source,
        start: span.start,
        end: span.end,
    })
}

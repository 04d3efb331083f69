//! Reads the sources together and lowers them to a checked policy.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::authoring::calendars::Calendars;
use crate::authoring::clauses;
use crate::authoring::contracts::{self, Lookup};
use crate::authoring::deployments::{self, Interned, STANDARD};
use crate::authoring::prices::Sheets;
use crate::authoring::rules;
use crate::authoring::suite::Test;
use crate::authoring::terms::{DateZone, term};
use crate::authoring::values::{declared_type, typed_value};
use crate::authoring::variables::{self, Known, REQUEST_FIELDS};
use crate::authoring::written::{
    FactDoc, MeasureWord, ObjectiveDoc, PolicyDoc, SettleWord, TestsDoc, TypedDoc, WarnDoc,
};
use crate::authoring::{digest, precedence};
use crate::condition::{Slot, Value, World};
use crate::document::{
    Context, Decode, Diagnostic, Diagnostics, Limits, Map, Name, Sources, Spanned, codes, read,
};
use crate::list::List;
use crate::model::policy::{
    Clause, ClauseIx, Deployment, Fact, FactValue, Measure, Objective, Policy, Precedence, Rule,
    Settle, Variable, Variables, Warn,
};
use crate::model::vocabulary::NameIx;
use crate::model::zone::{MAX_LEVEL, MAX_ZONES, ZoneFault, Zones};
use crate::money::Ratio;
use crate::order;

/// The version of the policy language that this engine speaks.
pub const LANGUAGE_VERSION: u64 = 1;

/// The most attributes and facts.
const MAX_VARIABLES: usize = 10_000;

/// The most clauses: any two of them may have to be compared.
const MAX_CLAUSES: usize = 10_000;

/// The most objectives; there are two things to minimise.
const MAX_OBJECTIVES: usize = 16;

/// The most pairs of a deployment and a clause or rule: each costs memory before any request.
const MAX_PAIRS: usize = 10_000_000;

/// The most verdicts that the tests of a policy may come to.
const MAX_TESTED: usize = 250_000;

/// What came of reading the sources.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The policy; absent where there is an error.
    pub policy: Option<Policy>,
    /// The policy as written, without its tests; absent where it could not be read.
    pub document: Option<PolicyDoc>,
    /// The tests of all sources, in order.
    pub tests: Vec<Test>,
    /// Errors and warnings, with the sources they point into.
    pub diagnostics: Diagnostics,
}

/// Reads and checks sources.
#[must_use]
pub fn load(sources: Sources, limits: &Limits) -> Loaded {
    let mut context = Context::new();
    let mut tests = Vec::new();
    let mut policy = None;
    let mut document = None;
    let main = sources
        .iter()
        .find(|(_, source)| is_policy(source.name()))
        .map(|(index, _)| index);
    match main {
        None => context.report(
            Diagnostic::error(codes::MISSING_SOURCE, "no source holds the policy")
                .help("name it `policy.yaml` or the like; `.csv` and `.test.yaml` are price sheets and tests"),
        ),
        Some(main) => {
            if let Some(node) = read(&sources, main, limits, &mut context)
                && let Some(mut doc) = PolicyDoc::decode(&node, &mut context)
            {
                policy = lower(&doc, &node, &sources, limits, &mut context);
                context.fill_paths(&node, main);
                let written = core::mem::take(&mut doc.tests).into_iter();
                tests.extend(written.map(|doc| Test { source: main, doc }));
                document = Some(doc);
            }
        }
    }
    for (index, source) in sources.iter() {
        if is_tests(source.name())
            && let Some(node) = read(&sources, index, limits, &mut context)
            && let Some(doc) = TestsDoc::decode(&node, &mut context)
        {
            tests.extend(doc.tests.into_iter().map(|doc| Test { source: index, doc }));
        } else if Some(index) != main && is_policy(source.name()) {
            context.report(
                Diagnostic::error(
                    codes::MISSING_SOURCE,
                    format!("`{}` is a second policy", source.name()),
                )
                .help(
                    "sources beside the policy are price sheets (`.csv`) and tests (`.test.yaml`)",
                ),
            );
        }
    }
    let deployments = policy
        .as_ref()
        .map_or(0, |policy| policy.deployments().len());
    if deployments.saturating_mul(tests.len()) > MAX_TESTED {
        context.report(Diagnostic::error(
            codes::LIMIT,
            format!(
                "{} tests of {deployments} deployments; their product may be {MAX_TESTED}",
                tests.len()
            ),
        ));
    }
    let policy = policy.filter(|_| !context.has_errors());
    Loaded {
        policy,
        document,
        tests,
        diagnostics: context.finish(sources),
    }
}

/// The names of the price sheets' sources that a policy asks for; nothing where it cannot be read.
#[must_use]
pub fn sheet_sources(text: &str) -> Vec<String> {
    let mut sources = Sources::new();
    let mut context = Context::new();
    let Some(index) = sources.add("policy", text) else {
        return Vec::new();
    };
    let Some(node) = read(&sources, index, &Limits::DEFAULT, &mut context) else {
        return Vec::new();
    };
    let Some(sheets) = node.get("sheets") else {
        return Vec::new();
    };
    let sheets = Map::<crate::authoring::written::SheetDoc>::decode(sheets, &mut context)
        .unwrap_or_default();
    sheets
        .iter()
        .map(|(_, sheet)| sheet.from.value.clone())
        .list()
}

fn is_tests(name: &str) -> bool {
    [".test.yaml", ".test.yml", ".test.json"]
        .iter()
        .any(|ending| name.ends_with(ending))
}

fn is_policy(name: &str) -> bool {
    !name.ends_with(".csv") && !is_tests(name)
}

fn lower(
    doc: &PolicyDoc,
    node: &crate::document::Node,
    sources: &Sources,
    limits: &Limits,
    context: &mut Context,
) -> Option<Policy> {
    if doc.version.value != LANGUAGE_VERSION {
        context.report(
            Diagnostic::error(
                codes::LANGUAGE_VERSION,
                format!("unknown version {} of the language", doc.version.value),
            )
            .at(doc.version.span)
            .help(format!("this engine speaks version {LANGUAGE_VERSION}")),
        );
    }
    let zones = zones(&doc.zones, context);
    let calendars = Calendars::read(&doc.calendars, context);
    let sheets = Sheets::read(&doc.sheets, sources, limits, context);
    let mut names = Interned::default();
    names.tiers.intern(STANDARD)?;
    let mut deployments =
        deployments::deployments(&doc.deployments, &zones, &sheets, &mut names, context);
    if doc.deployments.is_empty() {
        context.report(Diagnostic::warning(
            codes::NO_DEPLOYMENTS,
            "the policy has no deployments",
        ));
    }
    for provider in &doc.providers {
        names.providers.intern(provider.value.as_str())?;
    }
    for (_, contract) in doc.contracts.iter() {
        clauses::covenants(contract, &mut names)?;
    }
    for deployment in &mut deployments {
        deployment.breaks = deployment
            .lacks
            .iter()
            .filter_map(|lacking| names.covenants.find(names.capabilities.name(*lacking)))
            .list();
        order::sort(&mut deployment.breaks);
    }
    let aliases = aliases(&doc.models, &names, context);
    let attributes = attributes(&doc.attributes, context);
    let (fact_variables, facts) = facts(&doc.facts, context);
    let known = Known {
        providers: &names.providers,
        models: &names.models,
        tiers: &names.tiers,
        zones: &zones,
    };
    let declared = attributes.len().saturating_add(facts.len());
    if declared > MAX_VARIABLES {
        let message = format!("{declared} attributes and facts; the limit is {MAX_VARIABLES}");
        context.report(Diagnostic::error(codes::LIMIT, message));
        return None;
    }
    let variables = variables::variables(&known, attributes, fact_variables)?;
    for deployment in &mut deployments {
        let held: Vec<&str> = deployment
            .holds
            .iter()
            .map(|held| names.covenants.name(held.covenant))
            .collect();
        deployment.values =
            variables::deployment_values(deployment, &known, &names.capabilities, &held);
    }
    let lookup = Lookup {
        sources,
        names: &names,
        aliases: &aliases,
        zones: &zones,
        calendars: &calendars,
        variables: &variables,
    };
    let written = doc.contracts.iter().fold(0_usize, |sum, (_, contract)| {
        sum.saturating_add(contract.clauses.len())
    });
    if written > MAX_CLAUSES {
        let message = format!("{written} clauses; the limit is {MAX_CLAUSES}");
        context.report(Diagnostic::error(codes::LIMIT, message));
        return None;
    }
    let index = contracts::index(&doc.contracts, context);
    let (contracts, mut clauses) = contracts::contracts(&doc.contracts, &index, &lookup, context);
    let rules = rules::rules(&doc.rules, &index, &lookup, context);
    let objective = objective(&doc.objective, context);
    let affinity = doc
        .affinity
        .as_ref()
        .and_then(|named| affinity(named, &variables, context));
    let pairs = deployments
        .len()
        .saturating_mul(clauses.len().saturating_add(rules.len()));
    if pairs > MAX_PAIRS {
        context.report(Diagnostic::error(
            codes::LIMIT,
            format!(
                "{} deployments times {} clauses and rules; the limit is {MAX_PAIRS}",
                deployments.len(),
                clauses.len().saturating_add(rules.len())
            ),
        ));
    }
    if context.has_errors() {
        return None;
    }
    contracts::supersede(&doc.contracts, &index, &mut clauses, context);
    if context.has_errors() {
        return None;
    }
    specialise(&mut deployments, &clauses, &rules, &variables, &zones);
    let precedence = contradictions(&clauses, &variables, &zones, context)?;
    let settle = doc.unknown.as_ref().and_then(|unknown| unknown.capability);
    Some(Policy {
        providers: names.providers,
        models: names.models,
        capabilities: names.capabilities,
        covenants: names.covenants,
        tiers: names.tiers,
        zones,
        price_sources: names.price_sources,
        aliases,
        variables,
        facts,
        deployments,
        contracts,
        clauses,
        rules,
        objective,
        affinity,
        unknown_capability: match settle {
            None | Some(SettleWord::Deny) => Settle::Deny,
            Some(SettleWord::Allow) => Settle::Allow,
        },
        warn: doc.warn.as_ref().map(warn).unwrap_or_default(),
        precedence,
        digest: digest::digest(node, &sheets),
    })
}

/// Which clauses give way to which; too many that contradict each other are reported.
fn contradictions(
    clauses: &[Clause],
    variables: &Variables,
    zones: &Zones,
    context: &mut Context,
) -> Option<Vec<Vec<(ClauseIx, Precedence)>>> {
    use precedence::{MAX_COMPARED, MAX_CONTRADICTIONS};
    let Some(found) = precedence::precedence(clauses, variables, zones) else {
        let message = format!(
            "at least {} pairs of clauses contradict each other; the limit is {MAX_CONTRADICTIONS}",
            MAX_CONTRADICTIONS.saturating_add(1)
        );
        context.report(
            Diagnostic::error(codes::LIMIT, message).help("say by `models` what each is about"),
        );
        return None;
    };
    if found.bytes > MAX_COMPARED {
        let message = format!(
            "the conditions of clauses that contradict each other come to {} bytes; those beyond {MAX_COMPARED} are not compared",
            found.bytes
        );
        context.report(
            Diagnostic::warning(codes::LIMIT, message)
                .help("a `rank` says which of two clauses prevails without comparing them"),
        );
    }
    Some(found.rivals)
}

fn zones(docs: &Map<Spanned<Name>>, context: &mut Context) -> Zones {
    let pairs = docs
        .iter()
        .map(|(zone, parent)| (zone.value.clone(), parent.value.to_string()));
    let fault = match Zones::with(pairs) {
        Ok(zones) => return zones,
        Err(fault) => fault,
    };
    let (zone, message, help) = match fault {
        ZoneFault::UnknownParent { zone, parent } => {
            let default = Zones::default();
            let known = default
                .names()
                .chain(docs.iter().map(|(zone, _)| zone.value.as_str()));
            let help = context
                .closest(&parent, known)
                .map(|name| format!("did you mean `{name}`?"));
            (zone, format!("`{parent}` is no zone"), help)
        }
        ZoneFault::Cycle { zone } => (zone.clone(), format!("`{zone}` lies within itself"), None),
        ZoneFault::TooDeep { zone, level } => {
            let message =
                format!("`{zone}` lies within {level} other places; the limit is {MAX_LEVEL}");
            (zone, message, None)
        }
        ZoneFault::TooMany { zones } => {
            let message = format!("{zones} zones; the limit is {MAX_ZONES}");
            (String::new(), message, None)
        }
    };
    let span = docs
        .iter()
        .find(|(name, _)| name.value == zone)
        .and_then(|(name, _)| name.span);
    context.report(
        Diagnostic::error(codes::ZONE_TREE, message)
            .at(span)
            .maybe_help(help),
    );
    Zones::default()
}

fn aliases(
    docs: &Map<Vec<Spanned<Name>>>,
    names: &Interned,
    context: &mut Context,
) -> Vec<(String, Vec<NameIx>)> {
    let mut aliases = Vec::new();
    for (alias, models) in docs.iter() {
        let fault = if names.models.find(&alias.value).is_some() {
            Some(format!(
                "alias `{}` hides the model of its name",
                alias.value
            ))
        } else if models.is_empty() {
            Some(format!("alias `{}` stands for no model", alias.value))
        } else {
            None
        };
        if let Some(fault) = fault {
            context.report(Diagnostic::error(codes::ALIAS, fault).at(alias.span));
        }
        let mut found: Vec<NameIx> = Vec::new();
        for model in models {
            match names.models.find(model.value.as_str()) {
                Some(model) => found.push(model),
                None => contracts::unknown_model(model, names.models.iter(), context),
            }
        }
        order::sort(&mut found);
        found.dedup();
        aliases.push((alias.value.clone(), found));
    }
    order::sort_by(&mut aliases, |(left, _), (right, _)| left.cmp(right));
    aliases
}

fn attributes(docs: &Map<TypedDoc>, context: &mut Context) -> Vec<Variable> {
    let mut variables = Vec::new();
    for (name, doc) in docs.iter() {
        check_field_name(name, context);
        if let Some(kind) = declared_type(doc.word, doc.one_of.as_ref(), context) {
            let default = doc
                .default_value
                .as_ref()
                .and_then(|raw| typed_value(&raw.0, &kind, context));
            variables.push(Variable {
                path: format!("request.{}", name.value),
                name: name.value.clone(),
                kind,
                default,
            });
        }
    }
    variables
}

/// Attributes stand beside the request's own fields, and conditions must be able to spell them.
fn check_field_name(name: &Spanned<String>, context: &mut Context) {
    let taken = REQUEST_FIELDS.contains(&name.value.as_str())
        || [
            "provider",
            "deployment",
            "key",
            "priority",
            "tokens_by_model",
        ]
        .contains(&name.value.as_str());
    if taken {
        context.report(
            Diagnostic::error(
                codes::RESERVED,
                format!("`{}` is a field that every request has", name.value),
            )
            .at(name.span)
            .help("choose another name"),
        );
    }
    check_identifier(name, context);
}

fn check_identifier(name: &Spanned<String>, context: &mut Context) {
    let good = name
        .value
        .starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name
            .value
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || character == '_')
        // Names that JavaScript gives a meaning of its own.
        && !name.value.starts_with("__");
    if !good {
        context.report(
            Diagnostic::error(
                codes::BAD_NAME,
                format!("conditions cannot spell `{}`", name.value),
            )
            .at(name.span)
            .help("start with a letter, then use letters, digits and `_`"),
        );
    }
}

fn facts(docs: &Map<FactDoc>, context: &mut Context) -> (Vec<Variable>, Vec<Fact>) {
    let mut variables = Vec::new();
    let mut facts = Vec::new();
    for (name, doc) in docs.iter() {
        check_identifier(name, context);
        let Some(kind) = declared_type(doc.word, doc.one_of.as_ref(), context) else {
            continue;
        };
        let default = doc
            .default_value
            .as_ref()
            .and_then(|raw| typed_value(&raw.0, &kind, context));
        let values = doc
            .values
            .iter()
            .filter_map(|dated| {
                let term = term(
                    dated.from.as_ref(),
                    dated.through.as_ref(),
                    dated.to.as_ref(),
                    DateZone::default(),
                    context,
                );
                let value = typed_value(&dated.value.0, &kind, context)?;
                let provenance =
                    contracts::provenance(dated.source.as_ref(), dated.known_from.as_ref());
                Some(FactValue {
                    term,
                    value,
                    provenance,
                })
            })
            .list();
        variables.push(Variable {
            path: format!("fact.{}", name.value),
            name: name.value.clone(),
            kind,
            default: default.clone(),
        });
        facts.push(Fact {
            name: name.value.clone(),
            values,
            default,
        });
    }
    (variables, facts)
}

fn warn(doc: &WarnDoc) -> Warn {
    let WarnDoc {
        span: _,
        retiring_within_days,
        price_older_than_days,
    } = doc;
    Warn {
        retiring_within_days: *retiring_within_days,
        price_older_than_days: *price_older_than_days,
    }
}

/// The attribute that affinity goes by; nothing for the key of requests.
fn affinity(named: &Spanned<String>, variables: &Variables, context: &mut Context) -> Option<Slot> {
    const KEY: &str = "request.key";
    if named.value == KEY {
        return None;
    }
    let attributes = || {
        let slots = variables.attributes.clone().map(Slot);
        slots.filter_map(|slot| Some((slot, variables.get(slot)?.path.as_str())))
    };
    let found = attributes().find(|(_, path)| *path == named.value);
    if found.is_none() {
        let known = attributes().map(|(_, path)| path).chain([KEY]);
        let help = crate::text::closest(&named.value, known);
        context.report(
            Diagnostic::error(
                codes::UNKNOWN_ATTRIBUTE,
                format!("`{}` is no attribute of requests", named.value),
            )
            .at(named.span)
            .maybe_help(help.map(|path| format!("did you mean `{path}`?"))),
        );
    }
    found.map(|(slot, _)| slot)
}

fn objective(docs: &[ObjectiveDoc], context: &mut Context) -> Vec<Objective> {
    if docs.is_empty() {
        return Vec::from([Objective {
            measure: Measure::Cost,
            within: Ratio::ZERO,
        }]);
    }
    if docs.len() > MAX_OBJECTIVES {
        let message = format!("{} objectives; the limit is {MAX_OBJECTIVES}", docs.len());
        let first = docs.first().and_then(|doc| doc.span);
        context.report(Diagnostic::error(codes::LIMIT, message).at(first));
    }
    docs.iter()
        .map(|doc| {
            let within = doc
                .within
                .as_ref()
                .map_or(Ratio::ZERO, |share| share.value.0);
            if within.numerator() < 0 {
                let span = doc.within.as_ref().and_then(|share| share.span);
                context.report(
                    Diagnostic::error(codes::BAD_NUMBER, "a band is not negative").at(span),
                );
            }
            Objective {
                measure: match doc.minimise {
                    MeasureWord::Cost => Measure::Cost,
                    MeasureWord::Latency => Measure::Latency,
                },
                within,
            }
        })
        .list()
}

/// Fills each deployment's own values into the conditions once, so that a decision evaluates what is left.
fn specialise(
    deployments: &mut [Deployment],
    clauses: &[Clause],
    rules: &[Rule],
    variables: &Variables,
    zones: &Zones,
) {
    let settled = |slot: Slot| variables.deployment.contains(&slot.0);
    for deployment in deployments {
        let world = Settled {
            values: &deployment.values,
            variables,
            zones,
        };
        let clause_conditions = clauses
            .iter()
            .map(|clause| {
                let when = &clause.scope.when;
                when.variables()
                    .into_iter()
                    .any(settled)
                    .then(|| Box::new(when.specialise(&world, &settled)))
            })
            .list();
        let rule_conditions = rules
            .iter()
            .map(|rule| {
                (
                    rule.when.specialise(&world, &settled),
                    rule.kind
                        .conditions()
                        .map(|wish| wish.specialise(&world, &settled))
                        .collect(),
                )
            })
            .list();
        deployment.clause_conditions = clause_conditions;
        deployment.rule_conditions = rule_conditions;
    }
}

/// What is known of a deployment before any request.
struct Settled<'a> {
    values: &'a [Option<Value>],
    variables: &'a Variables,
    zones: &'a Zones,
}

impl World for Settled<'_> {
    fn get(&self, slot: Slot) -> Option<&Value> {
        let position = slot.0.checked_sub(self.variables.deployment.start)?;
        self.values.get(usize::from(position))?.as_ref()
    }

    fn within(&self, zone: &str, area: &str) -> Option<bool> {
        Some(
            self.zones
                .within(self.zones.find(zone)?, self.zones.find(area)?),
        )
    }
}

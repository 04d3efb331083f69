//! Requests, states and moments, read against a policy.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::authoring::deployments::{STANDARD, find_zone};
use crate::authoring::digest::json;
use crate::authoring::tokens::tokens;
use crate::authoring::values::typed_value;
use crate::authoring::variables::REQUEST_FIELDS;
use crate::authoring::words::{act, evidence};
use crate::authoring::written::{
    DeploymentStateDoc, HealthWord, RequestDoc, SignalDoc, SignalWord, StateDoc, TokensDoc, WhenDoc,
};
use crate::authoring::{counted, limits, offers};
use crate::condition::Value;
use crate::document::{
    Context, Decode, Diagnostic, Diagnostics, Fields, Key, Kind, Limits, Node, Record, Sources,
    Spanned, codes, read,
};
use crate::json::MAX_SAFE_INTEGER;
use crate::ledger::Ledger;
use crate::list::List;
use crate::model::meter::Meter;
use crate::model::policy::Policy;
use crate::model::request::{Need, Request, When};
use crate::model::state::{DeploymentState, FactState, Health, Signal, SignalKind, State};
use crate::model::vocabulary::{Act, Evidence, NameIx};
use crate::order;

/// The most capabilities that a request may need: each may be missing from every deployment.
const MAX_NEEDS: usize = 100;

impl Policy {
    /// Reads a request from YAML or JSON.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn request(&self, text: &str) -> Result<Request, Diagnostics> {
        read_text("request", text, |node, context| {
            self.request_in(node, context)
        })
    }

    /// Reads a state of the world from YAML or JSON.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn state(&self, text: &str) -> Result<State, Diagnostics> {
        read_text("state", text, |node, context| self.state_in(node, context))
    }

    /// Reads a moment from YAML or JSON: `{ at: 2026-11-22T10:00:00Z, known_at: …, seed: … }`.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn when(&self, text: &str) -> Result<When, Diagnostics> {
        read_text("when", text, when_in)
    }

    /// Reads a request that is a tree of values already.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn request_from(&self, node: &Node) -> Result<Request, Diagnostics> {
        read_node(node, |node, context| self.request_in(node, context))
    }

    /// Reads a state that is a tree of values already.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn state_from(&self, node: &Node) -> Result<State, Diagnostics> {
        if node.is_null() {
            return Ok(State::default());
        }
        read_node(node, |node, context| self.state_in(node, context))
    }

    /// Reads a moment that is a tree of values already.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn when_from(&self, node: &Node) -> Result<When, Diagnostics> {
        read_node(node, when_in)
    }

    pub(crate) fn request_in(&self, node: &Node, context: &mut Context) -> Option<Request> {
        let fields = Fields::of(node, context)?;
        let attributes = self.attribute_values(node, context);
        let doc = RequestDoc::decode_fields(&fields, context)?;
        let act = doc.act.as_ref().map_or(Act::Serve, |word| act(word.value));
        let offers = offers::offers(self, &doc, act, context);
        let tokens = tokens(
            &TokensDoc {
                span: doc.span,
                input_tokens: doc.input_tokens,
                cached_input_tokens: doc.cached_input_tokens,
                cache_write_tokens: doc.cache_write_tokens.clone(),
                max_output_tokens: doc.max_output_tokens,
                expected_output_tokens: doc.expected_output_tokens,
                expected_reasoning_tokens: doc.expected_reasoning_tokens,
            },
            context,
        );
        let mut tokens_by_model = Vec::new();
        for (model, counts) in doc.tokens_by_model.iter() {
            match self.models.find(&model.value) {
                Some(index) => tokens_by_model.push((index, self::tokens(counts, context))),
                None => {
                    let help = context
                        .closest(&model.value, self.models.iter())
                        .map(|name| format!("did you mean `{name}`?"));
                    let message = format!("unknown model `{}`", model.value);
                    let diagnostic = Diagnostic::error(codes::UNKNOWN_MODEL, message)
                        .at(model.span)
                        .maybe_help(help);
                    let path = ["tokens_by_model", model.value.as_str()];
                    context.in_path(&path, |context| context.report(diagnostic));
                }
            }
        }
        let zone = doc.zone.as_ref().filter(|zone| {
            context.in_path(&["zone"], |context| {
                find_zone(Some(zone), &self.zones, context).is_some()
            })
        });
        let tier_names: Vec<String> = match &doc.tier {
            Some(tiers) => tiers.iter().map(|tier| tier.value.to_string()).list(),
            None => Vec::from([STANDARD.to_string()]),
        };
        let text = |text: &str| Some(Value::String(text.to_string()));
        let count = |count: u64| i64::try_from(count).ok().map(Value::Int);
        let list =
            |items: &[String]| Some(Value::List(items.iter().cloned().map(Value::String).list()));
        if doc.needs.len() > MAX_NEEDS {
            let message = format!("{} needs; the limit is {MAX_NEEDS}", doc.needs.len());
            let span = doc.needs.first().and_then(|need| need.span);
            let diagnostic = Diagnostic::error(codes::LIMIT, message).at(span);
            context.in_path(&["needs"], |context| context.report(diagnostic));
            return None;
        }
        let needs: Vec<String> = doc.needs.iter().map(|need| need.value.to_string()).list();
        let mut values: Vec<Option<Value>> = REQUEST_FIELDS
            .iter()
            .map(|field| match *field {
                "act" => text(act.name()),
                "model" => text(doc.model.value.as_str()),
                "zone" => zone.and_then(|zone| text(zone.value.as_str())),
                "tier" => list(&tier_names),
                "needs" => list(&needs),
                // Counts that are not stated are unknown to conditions, though nothing is charged for them.
                "input_tokens" => doc
                    .input_tokens
                    .as_ref()
                    .and_then(|tokens| count(tokens.value)),
                "cached_input_tokens" => count(tokens.priced.count(Meter::CachedInput)),
                "cache_write_tokens" => tokens
                    .priced
                    .counts()
                    .filter(|(meter, _)| meter.is_cache_write())
                    .try_fold(0_u64, |sum, (_, tokens)| sum.checked_add(tokens))
                    .and_then(count),
                "max_output_tokens" => doc.max_output_tokens.and_then(count),
                "new_customer" => doc.new_customer.map(Value::Bool),
                "expected_output_tokens" => doc.expected_output_tokens.and_then(count),
                _ => doc
                    .expected_reasoning_tokens
                    .as_ref()
                    .and_then(|tokens| count(tokens.value)),
            })
            .list();
        values.extend(attributes);
        Some(Request {
            act,
            models: self.models_named(doc.model.value.as_str()),
            needs: needs
                .into_iter()
                .map(|name| Need {
                    capability: self.capabilities.find(&name),
                    name,
                })
                .list(),
            tiers: tier_names
                .iter()
                .filter_map(|tier| self.tiers.find(tier))
                .list(),
            provider: doc
                .provider
                .as_ref()
                .map(|provider| self.providers.find(provider.value.as_str())),
            deployment: doc.deployment.as_ref().map(|pinned| {
                let pinned = pinned.value.as_str();
                match act {
                    Act::Host | Act::Train => offers::find(&offers, pinned),
                    Act::Serve | Act::Sell | Act::Launch => self.find_deployment(pinned),
                }
            }),
            offers: offers.into(),
            new_customer: doc.new_customer,
            revenue: doc.revenue_usd.as_ref().map(|usd| usd.value.amount),
            tokens,
            tokens_by_model,
            key: doc.key.clone(),
            priority: doc.priority.as_ref().map(ToString::to_string),
            values,
        })
    }

    pub(crate) fn models_named(&self, name: &str) -> Vec<NameIx> {
        match self.models.find(name) {
            Some(model) => Vec::from([model]),
            None => order::find(&self.aliases, name)
                .cloned()
                .unwrap_or_default(),
        }
    }

    /// The values of the declared attributes, in the order of their slots; keys that are neither are reported.
    fn attribute_values(&self, node: &Node, context: &mut Context) -> Vec<Option<Value>> {
        let Kind::Mapping(entries) = node.kind() else {
            return Vec::new();
        };
        let own = <RequestDoc as Record>::KEYS;
        let first = self.variables.attributes.start;
        let mut given: Vec<Option<(&Key, &Node)>> = self.attributes().map(|_| None).collect();
        for (key, value) in entries {
            let slot = self.variables.slot("request", &key.text);
            let position = slot.and_then(|slot| slot.0.checked_sub(first));
            if let Some(given) = position.and_then(|at| given.get_mut(usize::from(at))) {
                // A key that is written twice has been reported.
                if !value.is_null() && given.is_none() {
                    *given = Some((key, value));
                }
                continue;
            }
            if own.contains(&key.text.as_str()) {
                continue;
            }
            let known = own
                .iter()
                .copied()
                .chain(self.attributes().map(|attribute| attribute.name.as_str()));
            let help = context.closest(&key.text, known).map_or_else(
                || "declare it under the policy's `attributes`".to_string(),
                |name| format!("did you mean `{name}`?"),
            );
            let message = format!("unknown attribute `{}`", key.text);
            context.in_key(key, |context| {
                context.report(
                    Diagnostic::error(codes::UNKNOWN_ATTRIBUTE, message)
                        .at(key.span)
                        .help(help),
                );
            });
        }
        self.attributes()
            .zip(given)
            .map(|(attribute, given)| match given {
                Some((key, value)) => {
                    context.in_key(key, |context| typed_value(value, &attribute.kind, context))
                }
                None => attribute.default.clone(),
            })
            .list()
    }

    pub(crate) fn state_in(&self, node: &Node, context: &mut Context) -> Option<State> {
        let StateDoc {
            span: _,
            deployments,
            counters,
            facts,
            clauses,
            notices,
        } = StateDoc::decode(node, context)?;
        let mut state = State {
            deployments: self
                .deployments
                .iter()
                .map(|_| DeploymentState::default())
                .list(),
            counters: counters
                .iter()
                .map(|(name, used)| {
                    let path = ["counters", name.value.as_str()];
                    let used = context.in_path(&path, |context| limits::used(used, context));
                    (name.value.clone(), used)
                })
                .collect(),
            facts: self.facts.iter().map(|_| None).collect(),
            clauses: counted::clauses(self, &clauses, context),
            notices: offers::notices(self, &notices, context),
        };
        order::sort_by(&mut state.counters, |(left, _), (right, _)| left.cmp(right));
        for (id, doc) in deployments.iter() {
            let index = self
                .find_deployment(&id.value)
                .and_then(|index| usize::try_from(index.0).ok());
            match index.and_then(|index| state.deployments.get_mut(index)) {
                Some(cell) => {
                    let path = ["deployments", id.value.as_str()];
                    *cell = context.in_path(&path, |context| deployment_state(doc, context));
                }
                None => self.report_unknown_deployment(id, context),
            }
        }
        let first = self.variables.facts.start;
        for (name, doc) in facts.iter() {
            let slot = self.variables.slot("fact", &name.value);
            let position = slot.and_then(|slot| slot.0.checked_sub(first));
            let Some((slot, position)) = slot.zip(position) else {
                let help = context
                    .closest(
                        &name.value,
                        self.facts.iter().map(|fact| fact.name.as_str()),
                    )
                    .map_or_else(
                        || "declare it under the policy's `facts`".to_string(),
                        |fact| format!("did you mean `{fact}`?"),
                    );
                let message = format!("unknown fact `{}`", name.value);
                let diagnostic = Diagnostic::error(codes::UNKNOWN_FACT, message)
                    .at(name.span)
                    .help(help);
                context.in_path(&["facts", &name.value], |context| {
                    context.report(diagnostic);
                });
                continue;
            };
            let Some(variable) = self.variables.get(slot) else {
                continue;
            };
            let path = ["facts", name.value.as_str(), "value"];
            if let (Some(value), Some(cell)) = (
                context.in_path(&path, |context| {
                    typed_value(&doc.value.0, &variable.kind, context)
                }),
                state.facts.get_mut(usize::from(position)),
            ) {
                *cell = Some(FactState {
                    value,
                    as_of: doc.as_of.as_ref().map(|moment| moment.value.0.start()),
                    evidence: doc.evidence.map_or(Evidence::Stated, evidence),
                });
            }
        }
        Some(state)
    }

    /// What is wrong with the id of a deployment that the policy does not have.
    pub(crate) fn unknown_deployment(
        &self,
        id: &Spanned<String>,
        context: &mut Context,
    ) -> Diagnostic {
        let help = context
            .closest(&id.value, self.deployment_ids())
            .map(|name| format!("did you mean `{name}`?"));
        let message = format!("unknown deployment `{}`", id.value);
        Diagnostic::error(codes::UNKNOWN_DEPLOYMENT, message)
            .at(id.span)
            .maybe_help(help)
    }

    fn report_unknown_deployment(&self, id: &Spanned<String>, context: &mut Context) {
        let diagnostic = self.unknown_deployment(id, context);
        context.in_path(&["deployments", &id.value], |context| {
            context.report(diagnostic);
        });
    }
}

pub(crate) fn when_in(node: &Node, context: &mut Context) -> Option<When> {
    let doc = WhenDoc::decode(node, context)?;
    let seed = doc.seed.as_ref().map_or(0, |seed| seed.value);
    if i64::try_from(seed).map_or(true, |seed| seed > MAX_SAFE_INTEGER) {
        let span = doc.seed.as_ref().and_then(|seed| seed.span);
        let message = format!("the seed {seed} exceeds {MAX_SAFE_INTEGER}");
        let diagnostic = Diagnostic::error(codes::BAD_NUMBER, message).at(span);
        context.in_path(&["seed"], |context| context.report(diagnostic));
        return None;
    }
    Some(When {
        at: doc.at.value.0,
        known_at: doc.known_at.map(|known_at| known_at.value.0.start()),
        seed,
    })
}

impl Ledger {
    /// Reads a ledger from the JSON that [`Ledger::snapshot`] writes.
    ///
    /// # Errors
    /// What is no ledger, or one of a later version.
    pub fn restore_text(text: &str) -> Result<Ledger, Diagnostics> {
        read_text("ledger", text, restored)
    }

    /// Reads a ledger that is a tree of values already.
    ///
    /// # Errors
    /// What is no ledger, or one of a later version.
    pub fn restore_from(node: &Node) -> Result<Ledger, Diagnostics> {
        read_node(node, restored)
    }
}

fn restored(node: &Node, context: &mut Context) -> Option<Ledger> {
    match Ledger::restore(&json(node)) {
        Ok(ledger) => Some(ledger),
        Err(fault) => {
            let diagnostic = Diagnostic::error(codes::LEDGER, fault.to_string());
            context.report(diagnostic.at(node.span));
            None
        }
    }
}

pub(crate) fn read_text<T>(
    name: &str,
    text: &str,
    decode: impl FnOnce(&Node, &mut Context) -> Option<T>,
) -> Result<T, Diagnostics> {
    let mut sources = Sources::new();
    let mut context = Context::new();
    let value = sources
        .add(name, text)
        .and_then(|source| read(&sources, source, &Limits::DEFAULT, &mut context))
        .and_then(|node| decode(&node, &mut context));
    settle(value, context, sources)
}

pub(crate) fn read_node<T>(
    node: &Node,
    decode: impl FnOnce(&Node, &mut Context) -> Option<T>,
) -> Result<T, Diagnostics> {
    let mut context = Context::new();
    let value = decode(node, &mut context);
    settle(value, context, Sources::new())
}

fn settle<T>(value: Option<T>, context: Context, sources: Sources) -> Result<T, Diagnostics> {
    match value {
        Some(value) if !context.has_errors() => Ok(value),
        Some(_) | None => Err(context.finish(sources)),
    }
}

fn deployment_state(doc: &DeploymentStateDoc, context: &mut Context) -> DeploymentState {
    let DeploymentStateDoc {
        span: _,
        used,
        in_flight,
        health,
        cooldown_until,
        signal,
        latency_ms,
    } = doc;
    DeploymentState {
        used: used
            .as_ref()
            .map(|used| context.in_path(&["used"], |context| limits::used(used, context)))
            .unwrap_or_default(),
        in_flight: in_flight.unwrap_or(0),
        health: match health {
            None | Some(HealthWord::Up) => Health::Up,
            Some(HealthWord::Down) => Health::Down,
        },
        cooldown_until: cooldown_until.as_ref().map(|moment| moment.value.0.start()),
        signal: signal.as_ref().map(self::signal),
        latency_ms: *latency_ms,
    }
}

fn signal(doc: &SignalDoc) -> Signal {
    Signal {
        kind: match doc.kind {
            SignalWord::OwnQuota => SignalKind::OwnQuota,
            SignalWord::SharedCapacity => SignalKind::SharedCapacity,
            SignalWord::TemporaryCut => SignalKind::TemporaryCut,
            SignalWord::SpendLimit => SignalKind::SpendLimit,
            SignalWord::NotReady => SignalKind::NotReady,
            SignalWord::Overloaded => SignalKind::Overloaded,
        },
        until: doc.until.as_ref().map(|moment| moment.value.0.start()),
    }
}

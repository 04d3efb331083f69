//! What is asked: a request, the state of the world and a moment.

use crate::Fault;
use crate::blocks::Notice;
use crate::condition::Value;
use crate::counted::Counted;
use crate::deployment::{Deployment, deployment};
use crate::document::Node;
use crate::money::{self, Exact};
use crate::policy::{Evidence, Policy, evidence};
use crate::time::Moment;
use crate::values::value_of;

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is decided.
    pub act: String,
    /// The model or alias as asked for.
    pub model: String,
    /// The models that will do.
    pub models: Vec<String>,
    /// The zone the work belongs to.
    pub zone: Option<String>,
    /// The tiers that will do.
    pub tiers: Vec<String>,
    /// Capabilities that are needed.
    pub needs: Vec<String>,
    /// A pin to a provider.
    pub provider: Option<String>,
    /// A pin to a deployment.
    pub deployment: Option<String>,
    /// Who asks.
    pub key: Option<String>,
    /// How pressing it is.
    pub priority: Option<String>,
    /// Whether who asks is a new customer.
    pub new_customer: Option<bool>,
    /// Token counts, and those of models that count otherwise.
    pub tokens: Tokens,
    /// By model.
    pub tokens_by_model: Vec<(String, Tokens)>,
    /// Declared attributes that are given or have a default.
    pub attributes: Vec<(String, Value)>,
    /// What it earns, in pico-USD.
    pub revenue: Option<Exact>,
    /// Offers of capacity.
    pub offers: Option<Vec<Deployment>>,
}

/// Token counts.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    /// The whole input.
    pub input: Option<u64>,
    /// Of it, read from a cache.
    pub cached_input: u64,
    /// Of it, written to a cache, by the meter.
    pub cache_write: Vec<(String, u64)>,
    /// The most output.
    pub max_output: Option<u64>,
    /// The output that is expected.
    pub expected_output: Option<u64>,
    /// Of the priced output, reasoning.
    pub reasoning: Option<u64>,
}

impl Tokens {
    fn read(node: &Node) -> Result<Tokens, Fault> {
        let cache_write = match node.get("cache_write_tokens") {
            None => Vec::new(),
            Some(Node::Map(by_ttl)) => {
                let counts = by_ttl.iter().map(|(ttl, _)| {
                    let count = node
                        .get("cache_write_tokens")
                        .map_or(Ok(None), |map| map.count_of(ttl))?;
                    Ok((
                        format!("cache_write_{}", crate::money::time_to_live(ttl)),
                        count.unwrap_or(0),
                    ))
                });
                counts.collect::<Result<_, Fault>>()?
            }
            Some(_) => vec![(
                "cache_write".to_owned(),
                node.count_of("cache_write_tokens")?.unwrap_or(0),
            )],
        };
        Ok(Tokens {
            input: node.count_of("input_tokens")?,
            cached_input: node.count_of("cached_input_tokens")?.unwrap_or(0),
            cache_write,
            max_output: node.count_of("max_output_tokens")?,
            expected_output: node.count_of("expected_output_tokens")?,
            reasoning: node.count_of("expected_reasoning_tokens")?,
        })
    }

    /// Whether a count is stated.
    #[must_use]
    pub fn stated(&self) -> bool {
        self.input.is_some() || self.max_output.is_some() || self.expected_output.is_some()
    }

    /// All tokens that are written to caches.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.cache_write.iter().map(|(_, count)| count).sum()
    }

    /// The output that is priced.
    #[must_use]
    pub fn priced_output(&self) -> u64 {
        self.expected_output.or(self.max_output).unwrap_or(0)
    }
}

impl Request {
    /// Reads a request to a policy.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn read(node: &Node, policy: &Policy) -> Result<Request, Fault> {
        let model = node.text_of("model").unwrap_or_default();
        let attributes =
            policy
                .attributes
                .iter()
                .filter_map(|attribute| match node.get(&attribute.name) {
                    Some(given) => Some(
                        value_of(given, &attribute.kind)
                            .map(|value| (attribute.name.clone(), value)),
                    ),
                    None => attribute
                        .default
                        .clone()
                        .map(|value| Ok((attribute.name.clone(), value))),
                });
        let tiers = node.texts_of("tier");
        let by_model = node
            .get("tokens_by_model")
            .map(Node::entries)
            .unwrap_or_default()
            .iter();
        let by_model = by_model.map(|(model, counts)| Ok((model.clone(), Tokens::read(counts)?)));
        let offers = node.get("offers").map(|offers| {
            let offers = offers.items().into_iter().map(|offer| {
                let id = offer.text_of("id").unwrap_or_default();
                let mut offer = deployment(&id, offer, &[])?;
                offer.model.clone_from(&model);
                offer.path = format!("offers/{id}");
                Ok(offer)
            });
            let mut offers = offers.collect::<Result<Vec<_>, Fault>>()?;
            offers.sort_by(|left, right| left.id.cmp(&right.id));
            Ok::<_, Fault>(offers)
        });
        Ok(Request {
            act: node.text_of("act").unwrap_or_else(|| "serve".to_owned()),
            models: policy.models_named(&model),
            model,
            zone: node.text_of("zone"),
            tiers: if node.get("tier").is_none() {
                vec!["standard".to_owned()]
            } else {
                tiers
            },
            needs: node.texts_of("needs"),
            provider: node.text_of("provider"),
            deployment: node.text_of("deployment"),
            key: node.text_of("key"),
            priority: node.text_of("priority"),
            new_customer: node.flag_of("new_customer"),
            tokens: Tokens::read(node)?,
            tokens_by_model: by_model.collect::<Result<_, Fault>>()?,
            attributes: attributes.collect::<Result<_, Fault>>()?,
            revenue: money::amount(node, "revenue_usd")?,
            offers: offers.transpose()?,
        })
    }

    /// The token counts that hold for a model.
    #[must_use]
    pub fn tokens_for(&self, model: &str) -> &Tokens {
        let own = self
            .tokens_by_model
            .iter()
            .find(|(known, _)| known == model);
        own.map_or(&self.tokens, |(_, tokens)| tokens)
    }
}

/// The state of the world.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// By deployment.
    pub deployments: Vec<(String, Health)>,
    /// By counter.
    pub counters: Vec<(String, Used)>,
    /// By fact.
    pub facts: Vec<(String, Reported)>,
    /// What is counted for clauses.
    pub clauses: Vec<(String, Counted)>,
    /// Notices of first refusals over blocks.
    pub notices: Vec<Notice>,
}

/// What is known of a deployment.
#[derive(Clone, Debug, Default)]
pub struct Health {
    /// What its own counter has counted.
    pub used: Used,
    /// Requests it is answering.
    pub in_flight: u64,
    /// Whether it is down.
    pub down: bool,
    /// Not to be tried before.
    pub cooldown_until: Option<i64>,
    /// What the provider signals, and until when.
    pub signal: Option<(String, Option<i64>)>,
    /// Milliseconds.
    pub latency_ms: Option<u64>,
}

/// What has been counted.
#[derive(Clone, Debug, Default)]
pub struct Used {
    /// Tokens counted.
    pub tokens: u64,
    /// Requests counted.
    pub requests: u64,
    /// When it starts again from 0.
    pub resets_at: Option<i64>,
    /// What single limits have counted.
    pub limits: Vec<(String, LimitUsed)>,
}

/// What a limit has counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct LimitUsed {
    /// How much.
    pub used: u64,
    /// When it starts again from 0.
    pub resets_at: Option<i64>,
    /// As of when, where it drains.
    pub as_of: Option<i64>,
}

impl Used {
    /// What a limit has counted: by its own entry, else by those of the minute.
    #[must_use]
    pub fn of(&self, name: &str) -> LimitUsed {
        let own = self.limits.iter().find(|(known, _)| known == name);
        let used = match name {
            "tokens_per_minute" => self.tokens,
            "requests_per_minute" => self.requests,
            _ => 0,
        };
        own.map_or(
            LimitUsed {
                used,
                resets_at: self.resets_at,
                as_of: None,
            },
            |(_, own)| *own,
        )
    }
}

/// A fact as the state reports it.
#[derive(Clone, Debug)]
pub struct Reported {
    /// The value.
    pub value: Value,
    /// Since when.
    pub as_of: Option<i64>,
    /// How well it is attested.
    pub evidence: Evidence,
}

impl State {
    /// Reads a state.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn read(node: &Node, policy: &Policy) -> Result<State, Fault> {
        let entries = |key: &str| node.get(key).map(Node::entries).unwrap_or_default().iter();
        let deployments = entries("deployments").map(|(id, doc)| Ok((id.clone(), health(doc)?)));
        let counters = entries("counters").map(|(name, doc)| Ok((name.clone(), used(doc)?)));
        let facts = entries("facts").map(|(name, doc)| {
            let fact = policy.facts.iter().find(|fact| fact.declared.name == *name);
            let fact = fact.ok_or_else(|| Fault::new(format!("no fact `{name}`")))?;
            let reported = Reported {
                value: value_of(doc.get("value").unwrap_or(&Node::Null), &fact.declared.kind)?,
                as_of: Moment::of(doc, "as_of")?.map(Moment::start),
                evidence: evidence(doc.text_of("evidence"))?,
            };
            Ok((name.clone(), reported))
        });
        let clauses = entries("clauses").map(|(cite, doc)| Ok((cite.clone(), Counted::read(doc)?)));
        let notices = node.get("notices").map(Node::items).unwrap_or_default();
        let notices = notices.into_iter().map(Notice::read);
        Ok(State {
            deployments: deployments.collect::<Result<_, Fault>>()?,
            counters: counters.collect::<Result<_, Fault>>()?,
            facts: facts.collect::<Result<_, Fault>>()?,
            clauses: clauses.collect::<Result<_, Fault>>()?,
            notices: notices.collect::<Result<_, Fault>>()?,
        })
    }
}

fn health(doc: &Node) -> Result<Health, Fault> {
    let signal = doc.get("signal").map(|signal| {
        let until = Moment::of(signal, "until")?.map(Moment::start);
        Ok::<_, Fault>((signal.text_of("kind").unwrap_or_default(), until))
    });
    Ok(Health {
        used: doc.get("used").map_or(Ok(Used::default()), used)?,
        in_flight: doc.count_of("in_flight")?.unwrap_or(0),
        down: doc.text_of("health").as_deref() == Some("down"),
        cooldown_until: Moment::of(doc, "cooldown_until")?.map(Moment::start),
        signal: signal.transpose()?,
        latency_ms: doc.count_of("latency_ms")?,
    })
}

fn used(doc: &Node) -> Result<Used, Fault> {
    let limits = doc.get("limits").map(Node::entries).unwrap_or_default();
    let limits = limits.iter().map(|(name, own)| {
        let moment = |key| Ok::<_, Fault>(Moment::of(own, key)?.map(Moment::start));
        let own = LimitUsed {
            used: own.count_of("used")?.unwrap_or(0),
            resets_at: moment("resets_at")?,
            as_of: moment("as_of")?,
        };
        Ok((name.clone(), own))
    });
    Ok(Used {
        tokens: doc.count_of("tokens")?.unwrap_or(0),
        requests: doc.count_of("requests")?.unwrap_or(0),
        resets_at: Moment::of(doc, "resets_at")?.map(Moment::start),
        limits: limits.collect::<Result<_, Fault>>()?,
    })
}

/// The moment of a decision.
#[derive(Clone, Copy, Debug)]
pub struct When {
    /// The instant or day.
    pub at: Moment,
    /// Leaves out what became known later.
    pub known_at: Option<i64>,
    /// Settles what chance decides.
    pub seed: u64,
}

impl When {
    /// Reads a moment.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn read(node: &Node) -> Result<When, Fault> {
        Ok(When {
            at: Moment::of(node, "at")?.ok_or_else(|| Fault::new("no `at`".to_owned()))?,
            known_at: Moment::of(node, "known_at")?.map(Moment::start),
            seed: node.count_of("seed")?.unwrap_or(0),
        })
    }

    /// Whether something that is known since then counts.
    #[must_use]
    pub fn knows(&self, since: Option<i64>) -> bool {
        match (since, self.known_at) {
            (Some(since), Some(known_at)) => since <= known_at,
            (None, _) | (_, None) => true,
        }
    }
}

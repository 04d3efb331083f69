//! The policy as plain data, everything by the names it is written with.

use crate::Fault;
use crate::blocks::Blocks;
use crate::budgets::Budget;
use crate::calendar::{Calendar, Period};
use crate::commitments::Commitment;
use crate::condition::parse::parse;
use crate::condition::{Expr, Type, Value};
use crate::deployment::{Deployment, deployments};
use crate::discounts::Discount;
use crate::document::Node;
use crate::ladders::Ladder;
use crate::launch::ShipFirst;
use crate::matches::Match;
use crate::money::{self, Exact};
use crate::revenue::RevenueShare;
use crate::shares::Share;
use crate::split::Arm;
use crate::time::{Moment, Term, Tie, Zone};
use crate::values::{self, value_of};
use crate::zones::Zones;

/// A policy.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Places.
    pub zones: Zones,
    /// Every provider that sells, hosts or is listed.
    pub providers: Vec<String>,
    /// Names for any of several models.
    pub aliases: Vec<(String, Vec<String>)>,
    /// Attributes of requests.
    pub attributes: Vec<Declared>,
    /// Facts.
    pub facts: Vec<Fact>,
    /// Places that can serve, by the bytes of their ids.
    pub deployments: Vec<Deployment>,
    /// Agreements.
    pub contracts: Vec<Contract>,
    /// The clauses of all contracts, in document order.
    pub clauses: Vec<Clause>,
    /// The operator's wishes.
    pub rules: Vec<Rule>,
    /// What is minimised, in turn.
    pub objective: Vec<Objective>,
    /// The attribute that affinity goes by; the key of requests where none is named.
    pub affinity: Option<String>,
    /// Whether an unknown capability counts as there.
    pub unknown_is_allowed: bool,
    /// Decisions warn of retirements within so many days.
    pub retiring_within_days: Option<u64>,
    /// Decisions warn of prices that were read more than so many days ago.
    pub price_older_than_days: Option<u64>,
}

/// A name with a type and perhaps a default.
#[derive(Clone, Debug)]
pub struct Declared {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: Type,
    /// The value where none is given.
    pub default: Option<Value>,
}

/// Something true of the world.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Its name, type and default.
    pub declared: Declared,
    /// Dated values, in document order.
    pub values: Vec<Dated>,
}

/// A value while a term lasts.
#[derive(Clone, Debug)]
pub struct Dated {
    /// The value.
    pub value: Value,
    /// When it holds.
    pub term: Term,
    /// Since when it is known.
    pub known_from: Option<i64>,
    /// How well it is attested.
    pub evidence: Evidence,
}

/// How well something is attested: the position among these words, weakest first.
pub type Evidence = usize;

/// The words, weakest first.
pub const EVIDENCE: [&str; 7] = [
    "press_report",
    "recollection",
    "inference",
    "summary",
    "paraphrase",
    "verbatim",
    "stated",
];

/// Where no evidence is named, the author states it.
pub const STATED: Evidence = 6;

/// Reads a word of evidence.
///
/// # Errors
/// Where it is none.
pub fn evidence(word: Option<String>) -> Result<Evidence, Fault> {
    let Some(word) = word else { return Ok(STATED) };
    let position = EVIDENCE.iter().position(|known| *known == word);
    position.ok_or_else(|| Fault::new(format!("`{word}` is no evidence")))
}

/// An agreement.
#[derive(Clone, Debug)]
pub struct Contract {
    /// Its id.
    pub id: String,
    /// Who grants.
    pub grantor: Option<String>,
    /// Where its days begin.
    pub zone: Zone,
    /// Whether that is assumed because none is written.
    pub zone_assumed: bool,
    /// What holds on a day of change.
    pub tie: Tie,
}

/// One right or duty.
#[derive(Clone, Debug)]
pub struct Clause {
    /// `contract/clause`.
    pub cite: String,
    /// The contract, by position.
    pub contract: usize,
    /// The acts it binds.
    pub acts: Vec<String>,
    /// The models it is about; all where absent.
    pub models: Option<Vec<String>>,
    /// Under which condition it applies; always where absent.
    pub when: Option<Expr>,
    /// When it is in force, within the term of the contract.
    pub term: Term,
    /// A condition over facts that ends it.
    pub ends_when: Option<Expr>,
    /// Clauses that it replaces.
    pub supersedes: Vec<String>,
    /// The higher beats the lower.
    pub rank: u64,
    /// How well it is attested.
    pub evidence: Evidence,
    /// Since when it is known.
    pub known_from: Option<i64>,
    /// What it says.
    pub kind: Kind,
}

impl Clause {
    /// Whether the clause is about a model.
    #[must_use]
    pub fn is_about(&self, model: &str) -> bool {
        let models = self.models.as_ref();
        models.is_none_or(|models| models.iter().any(|known| known == model))
    }
}

/// What a clause says.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Only these providers; `against` names whom it excludes, everybody else where absent.
    Exclusivity {
        /// Who is allowed.
        only: Vec<String>,
        /// Who is excluded.
        against: Option<Vec<String>>,
    },
    /// Sets clauses aside.
    Permit {
        /// The clauses.
        carves: Vec<String>,
        /// Where the parties read it differently.
        disputed: Option<Expr>,
    },
    /// Only while a licence is active.
    License {
        /// Who needs it.
        provider: String,
    },
    /// Only within an area.
    Residency {
        /// The area.
        within: String,
        /// What must lie in it: `processing`, `storage`, `monitoring`.
        of: Vec<String>,
    },
    /// Deployments must hold these.
    Covenant {
        /// What they must hold.
        requires: Vec<String>,
    },
    /// A provider is barred.
    Suspension {
        /// The provider.
        provider: String,
        /// Since when it has notice.
        noticed: Option<Moment>,
        /// The time to cure that begins with the notice.
        cure: Option<Period>,
        /// A condition over facts under which it is cured.
        cured_when: Option<Expr>,
    },
    /// With whom a product ships first.
    ShipFirst(ShipFirst),
    /// A part of the work for some deployments.
    Share(Share),
    /// A budget.
    SpendCap(Budget),
    /// An amount to be spent with a provider.
    Commitment(Commitment),
    /// Prices by volume.
    Ladder(Ladder),
    /// A share off the price.
    Discount(Discount),
    /// No more than the best comparable price of others.
    PriceMatch(Match),
    /// A share of revenue is owed.
    RevenueShare(RevenueShare),
    /// Whom to offer first.
    FirstRefusal {
        /// Who is offered first.
        holder: String,
        /// What counts as a refusal.
        refuses_by: Vec<String>,
        /// How much dearer the holder may be; of blocks, how much better the terms may be than those of the notice.
        tolerance: Exact,
        /// How many of the holder's deployments must be offered; all where absent.
        offer: Option<usize>,
        /// What it says of blocks.
        blocks: Box<Blocks>,
    },
    /// On record, decides nothing.
    Recital,
}

impl Kind {
    /// The word in documents.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Kind::Exclusivity { .. } => "exclusivity",
            Kind::Permit { .. } => "permit",
            Kind::License { .. } => "license",
            Kind::Residency { .. } => "residency",
            Kind::Covenant { .. } => "covenant",
            Kind::Suspension { .. } => "suspension",
            Kind::FirstRefusal { .. } => "first_refusal",
            Kind::ShipFirst(_) => "ship_first",
            Kind::Share(_) => "share",
            Kind::SpendCap(_) => "spend_cap",
            Kind::Commitment(_) => "commitment",
            Kind::Ladder(_) => "ladder",
            Kind::Discount(_) => "discount",
            Kind::PriceMatch(_) => "price_match",
            Kind::RevenueShare(_) => "revenue_share",
            Kind::Recital => "recital",
        }
    }
}

/// The operator's own wish.
#[derive(Clone, Debug)]
pub struct Rule {
    /// `rules/id`.
    pub cite: String,
    /// The acts it is about.
    pub acts: Vec<String>,
    /// Under which condition it applies.
    pub when: Option<Expr>,
    /// What it wishes.
    pub wish: Wish,
    /// What the wish is about.
    pub condition: Expr,
    /// The arms of a split.
    pub arms: Vec<Arm>,
    /// First rights that it sets aside.
    pub overrides: Vec<String>,
}

/// What a rule wishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Bars where the condition holds.
    Deny,
    /// Bars where it does not.
    Require,
    /// Puts first where it holds.
    Prefer,
    /// Spreads work over arms.
    Split,
}

/// One thing to minimise.
#[derive(Clone, Debug)]
pub struct Objective {
    /// Latency, else cost.
    pub latency: bool,
    /// The band.
    pub within: Exact,
}

impl Policy {
    /// Reads a policy. `sheet` gives the text of a price sheet by the name of its source, `zones` are the places that
    /// every policy knows.
    ///
    /// # Errors
    /// Where something cannot be read; a policy that the engine accepts can.
    pub fn read(
        text: &str,
        sheet: &dyn Fn(&str) -> Option<String>,
        zones: &Zones,
    ) -> Result<Policy, Fault> {
        let node = Node::parse(text)?;
        let entries = |key: &str| node.get(key).map(Node::entries).unwrap_or_default().iter();
        let zones = entries("zones").fold(zones.clone(), |zones, (zone, parent)| {
            zones.with(zone, parent.text().unwrap_or_default())
        });
        let sheets = entries("sheets").map(|(name, doc)| {
            let source = doc.text_of("from").unwrap_or_default();
            let text = sheet(&source).ok_or_else(|| Fault::new(format!("no source `{source}`")))?;
            Ok((name.clone(), doc.clone(), text))
        });
        let sheets = sheets.collect::<Result<Vec<_>, Fault>>()?;
        let deployments = deployments(node.get("deployments"), &sheets)?;
        let mut providers: Vec<String> = deployments
            .iter()
            .flat_map(|deployment| [deployment.provider.clone(), deployment.hosted_by.clone()])
            .chain(node.texts_of("providers"))
            .collect();
        providers.sort();
        providers.dedup();
        let aliases: Vec<(String, Vec<String>)> = entries("models")
            .map(|(name, _)| {
                (
                    name.clone(),
                    node.get("models")
                        .map(|models| models.texts_of(name))
                        .unwrap_or_default(),
                )
            })
            .collect();
        let calendars = entries("calendars").map(|(name, doc)| Calendar::read(name, doc));
        let calendars = calendars.collect::<Result<Vec<_>, Fault>>()?;
        let attributes = entries("attributes").map(|(name, doc)| declared(name, doc));
        let facts = entries("facts").map(|(name, doc)| fact(name, doc));
        let mut contracts = Vec::new();
        let mut clauses = Vec::new();
        for (position, (id, doc)) in entries("contracts").enumerate() {
            let zone = doc.text_of("time_zone");
            let contract = Contract {
                id: id.clone(),
                grantor: doc.text_of("grantor"),
                zone: Zone::parse(zone.as_deref().unwrap_or("UTC"))?,
                zone_assumed: zone.is_none(),
                tie: if doc.text_of("day_of_change").as_deref() == Some("new_terms") {
                    Tie::New
                } else {
                    Tie::Unknown
                },
            };
            for clause in doc.get("clauses").map(Node::items).unwrap_or_default() {
                clauses.push(self::clause(
                    clause, doc, position, &contract, &aliases, &calendars,
                )?);
            }
            contracts.push(contract);
        }
        let rules = node
            .get("rules")
            .map(Node::items)
            .unwrap_or_default()
            .into_iter()
            .map(rule);
        let objective = node
            .get("objective")
            .map(Node::items)
            .unwrap_or_default()
            .into_iter()
            .map(|doc| {
                let within = doc.text_of("within");
                let within = within.map_or(Some(money::whole(0)), |text| money::share(&text));
                Ok(Objective {
                    latency: doc.text_of("minimise").as_deref() == Some("latency"),
                    within: within.ok_or_else(|| Fault::new("no share".to_owned()))?,
                })
            });
        let mut objective = objective.collect::<Result<Vec<_>, Fault>>()?;
        if objective.is_empty() {
            objective.push(Objective {
                latency: false,
                within: money::whole(0),
            });
        }
        let warn = node.get("warn").cloned().unwrap_or(Node::Null);
        let unknown = node
            .get("unknown")
            .and_then(|unknown| unknown.text_of("capability"));
        Ok(Policy {
            zones,
            providers,
            aliases,
            attributes: attributes.collect::<Result<Vec<_>, Fault>>()?,
            facts: facts.collect::<Result<Vec<_>, Fault>>()?,
            deployments,
            contracts,
            clauses,
            rules: rules.collect::<Result<Vec<_>, Fault>>()?,
            objective,
            affinity: node
                .text_of("affinity")
                .and_then(|path| path.strip_prefix("request.").map(str::to_owned))
                .filter(|name| name != "key"),
            unknown_is_allowed: unknown.as_deref() == Some("allow"),
            retiring_within_days: warn.count_of("retiring_within_days")?,
            price_older_than_days: warn.count_of("price_older_than_days")?,
        })
    }

    /// The models that a name stands for.
    #[must_use]
    pub fn models_named(&self, name: &str) -> Vec<String> {
        if self
            .deployments
            .iter()
            .any(|deployment| deployment.model == name)
        {
            return vec![name.to_owned()];
        }
        let alias = self.aliases.iter().find(|(alias, _)| alias == name);
        alias.map(|(_, models)| models.clone()).unwrap_or_default()
    }

    /// The clause of a citation.
    #[must_use]
    pub fn clause(&self, cite: &str) -> Option<&Clause> {
        self.clauses.iter().find(|clause| clause.cite == cite)
    }

    /// The policy as if a clause had never been written.
    #[must_use]
    pub fn without(&self, cite: &str) -> Policy {
        let mut policy = self.clone();
        policy.clauses.retain(|clause| clause.cite != cite);
        policy
    }
}

fn declared(name: &str, doc: &Node) -> Result<Declared, Fault> {
    let kind = values::kind_of(doc)?;
    let default = doc
        .get("default")
        .map(|default| value_of(default, &kind))
        .transpose()?;
    Ok(Declared {
        name: name.to_owned(),
        kind,
        default,
    })
}

fn fact(name: &str, doc: &Node) -> Result<Fact, Fault> {
    let declared = declared(name, doc)?;
    let values = doc
        .get("values")
        .map(Node::items)
        .unwrap_or_default()
        .into_iter()
        .map(|dated| {
            Ok(Dated {
                value: value_of(dated.get("value").unwrap_or(&Node::Null), &declared.kind)?,
                term: Term::of(Some(dated), &Zone::Offset(0))?,
                known_from: Moment::of(dated, "known_from")?.map(Moment::start),
                evidence: evidence(
                    dated
                        .get("source")
                        .and_then(|source| source.text_of("evidence")),
                )?,
            })
        });
    let values = values.collect::<Result<Vec<_>, Fault>>()?;
    Ok(Fact { declared, values })
}

/// The conditions of a list under a key.
///
/// # Errors
/// Where one is none.
pub fn conditions(doc: &Node, key: &str) -> Result<Vec<Expr>, Fault> {
    let items = doc.get(key).map(Node::items).unwrap_or_default();
    let items = items.into_iter().map(|item| match item {
        Node::Bool(truth) => Ok(Expr::Literal(Value::Bool(*truth))),
        Node::Null | Node::Number(_) | Node::Text(_) | Node::List(_) | Node::Map(_) => {
            parse(item.text().unwrap_or_default())
        }
    });
    items.collect()
}

/// The condition under a key.
///
/// # Errors
/// Where it is none.
pub fn condition(doc: &Node, key: &str) -> Result<Option<Expr>, Fault> {
    match doc.get(key) {
        None => Ok(None),
        Some(Node::Bool(truth)) => Ok(Some(Expr::Literal(Value::Bool(*truth)))),
        Some(node) => parse(node.text().unwrap_or_default()).map(Some),
    }
}

fn acts(doc: &Node) -> Vec<String> {
    let acts = doc.texts_of("acts");
    if acts.is_empty() {
        vec!["serve".to_owned()]
    } else {
        acts
    }
}

fn clause(
    doc: &Node,
    agreement: &Node,
    position: usize,
    contract: &Contract,
    aliases: &[(String, Vec<String>)],
    calendars: &[Calendar],
) -> Result<Clause, Fault> {
    let models = doc.get("models").map(|_| {
        let names = doc.texts_of("models");
        let models = names.into_iter().flat_map(|name| {
            let alias = aliases.iter().find(|(alias, _)| *alias == name);
            alias.map_or_else(|| vec![name.clone()], |(_, models)| models.clone())
        });
        models.collect()
    });
    let term = Term::of(doc.get("term"), &contract.zone)?;
    let source = doc.get("source").or(agreement.get("source"));
    let rank = match doc.count_of("rank")? {
        Some(rank) => rank,
        None => agreement.count_of("rank")?.unwrap_or(0),
    };
    Ok(Clause {
        cite: format!("{}/{}", contract.id, doc.text_of("id").unwrap_or_default()),
        contract: position,
        acts: acts(doc),
        models,
        when: condition(doc, "when")?,
        term: term.within(Term::of(agreement.get("term"), &contract.zone)?),
        ends_when: condition(doc, "ends_when")?,
        supersedes: doc.texts_of("supersedes"),
        rank,
        evidence: evidence(source.and_then(|source| source.text_of("evidence")))?,
        known_from: Moment::of(doc, "known_from")?.map(Moment::start),
        kind: kind(doc, contract, calendars)?,
    })
}

fn kind(doc: &Node, contract: &Contract, calendars: &[Calendar]) -> Result<Kind, Fault> {
    let list = |key: &str, default: &[&str]| match doc.get(key) {
        Some(_) => doc.texts_of(key),
        None => default.iter().map(|word| (*word).to_owned()).collect(),
    };
    Ok(match doc.text_of("kind").unwrap_or_default().as_str() {
        "exclusivity" => {
            let sole = doc.flag_of("sole") == Some(true);
            let grantor = contract.grantor.clone().filter(|_| sole);
            Kind::Exclusivity {
                only: doc.texts_of("only").into_iter().chain(grantor).collect(),
                against: doc.get("against").map(|_| doc.texts_of("against")),
            }
        }
        "permit" => Kind::Permit {
            carves: doc.texts_of("carves"),
            disputed: doc
                .get("disputed")
                .map_or(Ok(None), |disputed| condition(disputed, "when"))?,
        },
        "license" => Kind::License {
            provider: doc.text_of("provider").unwrap_or_default(),
        },
        "residency" => Kind::Residency {
            within: doc.text_of("within").unwrap_or_default(),
            of: list("of", &["processing"]),
        },
        "covenant" => {
            let requires = doc.texts_of("requires");
            Kind::Covenant { requires }
        }
        "suspension" => Kind::Suspension {
            provider: doc.text_of("provider").unwrap_or_default(),
            noticed: Moment::of(doc, "noticed")?,
            cure: doc
                .get("cure")
                .map(|period| Period::read(period, calendars))
                .transpose()?,
            cured_when: condition(doc, "cured_when")?,
        },
        "first_refusal" => {
            let tolerance = doc
                .text_of("tolerance")
                .map_or(Some(money::whole(0)), |text| money::share(&text));
            Kind::FirstRefusal {
                holder: doc.text_of("holder").unwrap_or_default(),
                refuses_by: list(
                    "refuses_by",
                    &["cannot_support", "no_capacity", "quota", "down"],
                ),
                tolerance: tolerance.ok_or_else(|| Fault::new("no share".to_owned()))?,
                offer: doc
                    .count_of("offer")?
                    .and_then(|count| usize::try_from(count).ok()),
                blocks: Box::new(Blocks::read(doc, calendars)?),
            }
        }
        "ship_first" => Kind::ShipFirst(ShipFirst::read(doc)?),
        "share" => Kind::Share(Share::read(doc)?),
        "spend_cap" => Kind::SpendCap(Budget::read(doc)?),
        "commitment" => Kind::Commitment(Commitment::read(doc, &contract.zone)?),
        "ladder" => Kind::Ladder(Ladder::read(doc)?),
        "discount" => Kind::Discount(Discount::read(doc)?),
        "price_match" => Kind::PriceMatch(Match::read(doc)),
        "revenue_share" => Kind::RevenueShare(RevenueShare::read(doc)?),
        "recital" => Kind::Recital,
        other => return Err(Fault::new(format!("no clause kind `{other}`"))),
    })
}

fn rule(doc: &Node) -> Result<Rule, Fault> {
    let arms = doc.get("split").map(Node::items).unwrap_or_default();
    let arms = arms.into_iter().map(Arm::read);
    let arms = arms.collect::<Result<Vec<_>, Fault>>()?;
    let always = Expr::Literal(Value::Bool(true));
    for (key, wish) in [
        ("deny", Wish::Deny),
        ("require", Wish::Require),
        ("prefer", Wish::Prefer),
        ("split", Wish::Split),
    ] {
        let about = if wish == Wish::Split {
            (!arms.is_empty()).then_some(always.clone())
        } else {
            condition(doc, key)?
        };
        if let Some(about) = about {
            return Ok(Rule {
                arms,
                cite: format!("rules/{}", doc.text_of("id").unwrap_or_default()),
                acts: acts(doc),
                when: condition(doc, "when")?,
                wish,
                condition: about,
                overrides: doc.texts_of("overrides"),
            });
        }
    }
    Err(Fault::new("a rule without a wish".to_owned()))
}

//! How a cost comes about: a line for each meter, and every step from the cells to what is paid.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::contract::LadderMode;
use crate::decide::cost::{cash, rate};
use crate::json::Json;
use crate::model::decision::Cost;
use crate::model::meter::{Meter, Usage};
use crate::model::policy::Policy;
use crate::model::price::{CompiledRow, Price};
use crate::model::term::Term;
use crate::money::{Money, PICO_PER_USD, Rate, Ratio};
use crate::time::{At, Instant};

/// A cost and how it comes about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostExplanation {
    /// The total.
    pub cost: Cost,
    /// One for each meter that counts a token, in the order of [`Meter`].
    pub lines: Vec<CostLine>,
    /// What makes the price, in the order of the pipeline; what changes nothing is left out, but for the cells.
    pub steps: Vec<Step>,
}

/// What one meter adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostLine {
    /// The meter.
    pub meter: Meter,
    /// The meter whose rate it has: another one where the meter has none of its own.
    pub rate_of: Meter,
    /// Tokens counted.
    pub tokens: u64,
    /// What is paid, in USD per million tokens.
    pub rate: Ratio,
    /// What the cell says, before it is multiplied.
    pub cell_rate: Rate,
    /// The band the rate is of: requests with more input tokens than this.
    pub above: u64,
    /// When the rate is in force.
    pub term: Term,
    /// Where it was read.
    pub source: Option<String>,
    /// When it was read.
    pub as_of: Option<At>,
    /// Tokens times rate in USD, not rounded.
    pub amount: Ratio,
}

/// One step on the way to the price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is done.
    pub kind: StepKind,
    /// The clause that asks for it; absent where the deployment's own price does.
    pub cite: Option<String>,
    /// USD before it; absent for the first.
    pub before: Option<Ratio>,
    /// USD after it.
    pub after: Ratio,
}

/// What a step does. The order is that of the pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// Costs nothing at the margin: its units are paid by the hour.
    Provisioned,
    /// Sums tokens times the rates of the cells.
    Cell,
    /// Multiplies by the deployment's `price_multiplier`.
    Multiplier {
        /// The factor.
        by: Ratio,
    },
    /// Puts the price of a ladder in the place of a meter's line.
    Ladder {
        /// How its steps price.
        mode: LadderMode,
        /// Tokens of the period so far.
        drawn: u64,
    },
    /// Takes a discount off.
    Discount {
        /// What is left of one.
        by: Ratio,
    },
    /// Follows the best comparable price of others.
    PriceMatch,
    /// Rounds to whole pico-USD, half to even.
    Rounding,
    /// Adds what is owed of the revenue.
    RevenueShare,
    /// Takes off what has been paid for already: a commitment that is used or lost.
    Commitment,
    /// Takes off the routing cost what a projected shortfall would be paid for anyway. Cash stays.
    ShadowPrice {
        /// The projected shortfall in USD.
        shortfall: Ratio,
        /// The share of a shortfall that comes back as credit.
        recover: Ratio,
        /// Who projects it.
        source: Option<String>,
        /// As of when.
        as_of: Option<Instant>,
    },
}

impl StepKind {
    /// The name in documents.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            StepKind::Provisioned => "provisioned",
            StepKind::Cell => "cell",
            StepKind::Multiplier { .. } => "multiplier",
            StepKind::Ladder { .. } => "ladder",
            StepKind::Discount { .. } => "discount",
            StepKind::PriceMatch => "price_match",
            StepKind::Rounding => "rounding",
            StepKind::RevenueShare => "revenue_share",
            StepKind::Commitment => "commitment",
            StepKind::ShadowPrice { .. } => "shadow_price",
        }
    }
}

impl Policy {
    /// What tokens that were used cost on a deployment at a moment, by the same rules as the cost of a request. `None`
    /// where the policy has no such deployment, or where one of the meters has no price.
    ///
    /// ```
    /// # use wayleave::{document::Sources, model::{Meter, Policy, Usage}, time::At};
    /// # let mut sources = Sources::new();
    /// # sources.add("policy.yaml", "
    /// # wayleave: 1
    /// # deployments: { opus-us: { provider: anthropic, model: opus, price: { input: 4, output: 20 }, price_multiplier: 1.1 } }
    /// # ");
    /// # let policy = Policy::parse(sources).expect("the policy is sound");
    /// let usage = Usage::new([(Meter::Input, 1_000_000), (Meter::Output, 1_000_000)]).expect("counts that fit");
    /// let at = At::parse("2026-11-22T10:00:00Z").expect("an instant");
    /// let cost = policy.price("opus-us", &usage, at).expect("a price");
    /// assert_eq!(cost.cost.cash.to_string(), "26.4"); // 1.1 × (4 + 20)
    /// ```
    #[must_use]
    pub fn price(&self, deployment: &str, usage: &Usage, at: At) -> Option<CostExplanation> {
        let index = self.find_deployment(deployment)?;
        itemise(
            self,
            usage,
            usage.input(),
            &self.deployment(index)?.price,
            at,
        )
    }
}

/// The cost of tokens at a price with every line and step; `input` is the size of the request.
pub(crate) fn itemise(
    policy: &Policy,
    usage: &Usage,
    input: u64,
    price: &Price,
    at: At,
) -> Option<CostExplanation> {
    let cash = cash(usage, input, price, at)?;
    let mut lines = Vec::new();
    let (mut cells, mut multiplied) = (Ratio::ZERO, Ratio::ZERO);
    for (meter, tokens) in usage.counts() {
        let compiled = rate(price, meter, input, at)?;
        let line = line(policy, price, compiled, meter, tokens)?;
        cells = cells.plus(usd(compiled.row.rate.times(tokens)?)?)?;
        multiplied = multiplied.plus(line.amount)?;
        lines.push(line);
    }
    let mut steps = Vec::from([Step {
        kind: StepKind::Cell,
        cite: None,
        before: None,
        after: cells,
    }]);
    if price.multiplier() != Ratio::ONE {
        steps.push(Step {
            kind: StepKind::Multiplier {
                by: price.multiplier(),
            },
            cite: None,
            before: Some(cells),
            after: multiplied,
        });
    }
    if price.is_rounded() {
        steps.push(Step {
            kind: StepKind::Rounding,
            cite: None,
            before: Some(multiplied),
            after: usd(cash)?,
        });
    }
    Some(CostExplanation {
        cost: Cost {
            cash,
            routing: cash,
        },
        lines,
        steps,
    })
}

fn line(
    policy: &Policy,
    price: &Price,
    compiled: &CompiledRow,
    meter: Meter,
    tokens: u64,
) -> Option<CostLine> {
    let row = &compiled.row;
    let units = i128::from(compiled.units);
    let per_token = |units: i128, per: i128| price.exact(units)?.times(Ratio::new(1, per)?);
    Some(CostLine {
        meter,
        rate_of: row.meter,
        tokens,
        // Pico-USD per token are millionths of USD per million tokens.
        rate: per_token(units, 1_000_000)?,
        cell_rate: row.rate,
        above: row.above,
        term: row.term,
        source: row
            .source
            .map(|source| policy.price_source(source).to_string()),
        as_of: row.as_of,
        amount: per_token(units.checked_mul(i128::from(tokens))?, PICO_PER_USD)?,
    })
}

fn usd(amount: Money) -> Option<Ratio> {
    Ratio::new(amount.pico(), PICO_PER_USD)
}

impl CostExplanation {
    /// When the oldest of the prices was read, as far as it is stated.
    #[must_use]
    pub fn oldest(&self) -> Option<At> {
        self.lines
            .iter()
            .filter_map(|line| line.as_of)
            .min_by_key(|as_of| as_of.start())
    }

    /// The explanation as JSON: `{ cost, lines, steps }`.
    #[must_use]
    pub fn to_json(&self) -> Json {
        Json::object([
            ("cost", self.cost.to_json()),
            ("lines", lines_json(&self.lines)),
            ("steps", steps_json(&self.steps)),
        ])
    }
}

pub(crate) fn lines_json(lines: &[CostLine]) -> Json {
    Json::Array(lines.iter().map(CostLine::to_json).collect())
}

pub(crate) fn steps_json(steps: &[Step]) -> Json {
    Json::Array(steps.iter().map(Step::to_json).collect())
}

impl CostLine {
    fn to_json(&self) -> Json {
        let text = |text: Option<String>| text.map(Json::text);
        let edge = |edge: Option<crate::model::term::Edge>| {
            text(edge.map(|edge| edge.instant.to_string()))
        };
        members(Vec::from([
            ("meter", text(Some(self.meter.to_string()))),
            ("rate_of", text(Some(self.rate_of.to_string()))),
            ("tokens", Some(Json::count(self.tokens))),
            ("usd_per_mtok", text(Some(self.rate.decimal()))),
            ("cell_usd_per_mtok", text(Some(self.cell_rate.to_string()))),
            ("above_input_tokens", Some(Json::count(self.above))),
            ("from", edge(self.term.from)),
            ("to", edge(self.term.to)),
            ("source", text(self.source.clone())),
            ("as_of", text(self.as_of.map(|as_of| as_of.to_string()))),
            ("usd", text(Some(self.amount.decimal()))),
        ]))
    }
}

impl Step {
    fn to_json(&self) -> Json {
        let text = |ratio: Option<Ratio>| ratio.map(|ratio| Json::text(ratio.decimal()));
        let mut own = Vec::from([
            ("step", Some(Json::text(self.kind.name()))),
            ("cite", self.cite.clone().map(Json::text)),
            ("before", text(self.before)),
            ("after", text(Some(self.after))),
        ]);
        match &self.kind {
            StepKind::Multiplier { by } | StepKind::Discount { by } => {
                own.push(("by", text(Some(*by))));
            }
            StepKind::Ladder { mode, drawn } => {
                own.push(("mode", Some(Json::text(mode.name()))));
                own.push(("drawn_tokens", Some(Json::count(*drawn))));
            }
            StepKind::ShadowPrice {
                shortfall,
                recover,
                source,
                as_of,
            } => {
                own.push(("shortfall", text(Some(*shortfall))));
                own.push(("recover", text(Some(*recover))));
                own.push(("source", source.clone().map(Json::text)));
                own.push(("as_of", as_of.map(|as_of| Json::text(as_of.to_string()))));
            }
            StepKind::Provisioned
            | StepKind::Cell
            | StepKind::PriceMatch
            | StepKind::Rounding
            | StepKind::RevenueShare
            | StepKind::Commitment => {}
        }
        members(own)
    }
}

/// An object of the members that are there.
fn members(members: Vec<(&'static str, Option<Json>)>) -> Json {
    let mut there = Vec::with_capacity(members.len());
    for (name, value) in members {
        there.extend(value.map(|value| (Cow::Borrowed(name), value)));
    }
    Json::Object(there)
}

//! Deployments as written: what they can do, hold and carry, and what they cost.

use alloc::string::String;
use alloc::vec::Vec;

use crate::authoring::by_ttl::ByTtl;
use crate::authoring::written::RefusalWord;
use crate::document::{
    Context, Decode, Kind, Map, Moment, Name, Node, OneOrMany, SchemaBuilder, Share, Spanned, Usd,
    UsdPerMtok, schema,
};
use crate::json::Json;

record! {
    /// One place that can serve: a provider's model in a zone, at a service tier.
    pub struct DeploymentDoc as "Deployment" {
        /// The values that fill the template in the key: one deployment for every combination.
        optional each: EachDoc,
        /// Who sells it.
        optional provider: Written<Spanned<Name>>,
        /// Who runs it; the provider where absent.
        optional hosted_by: Spanned<Name>,
        /// The model it serves.
        optional model: Written<Spanned<Name>>,
        /// Where requests are processed; unknown where absent.
        optional zone: Spanned<Name>,
        /// Where data rests; unknown where absent.
        optional storage_zone: Spanned<Name>,
        /// Where copies for abuse monitoring lie; unknown where absent.
        optional monitoring_zone: Spanned<Name>,
        /// The service tier; `standard` where absent.
        optional tier: Spanned<Name>,
        /// Capabilities it has.
        default supports: Vec<Spanned<Name>>,
        /// Capabilities it is known not to have, and covenants it is known not to keep. A capability in neither list is
        /// unknown.
        default lacks: Vec<Spanned<Name>>,
        /// Covenants it keeps, such as `zdr` or `baa`. A covenant in neither list is unknown, and unknown is not kept.
        default holds: Vec<HeldDoc>,
        /// When it opens, closes to those who come anew, and ends. Bare dates are read in UTC.
        optional lifecycle: LifecycleDoc,
        /// The deployment of the same model that follows it directly where nothing else puts one before the other.
        optional spills_to: Spanned<String>,
        /// The failures of an attempt after which the request spills; `no_capacity`, `quota` and `down` where absent.
        optional spills_on: OneOrMany<RefusalWord>,
        /// The longest input plus output, in tokens.
        optional context_tokens: u64,
        /// The longest input, in tokens.
        optional max_input_tokens: u64,
        /// The longest output, in tokens.
        optional max_output_tokens: u64,
        /// What it may carry.
        optional limits: LimitsDoc,
        /// `sheet.name`, a price cell, or a list of cells. A deployment without a price is never taken for free.
        optional price: PriceDoc,
        /// What every rate of the price is multiplied by: a positive decimal such as `1.1`, or a percentage such as
        /// `110%`; 1 where absent.
        optional price_multiplier: Spanned<Share>,
        /// Provisioned throughput, paid by the hour: one more request costs nothing. Excludes a price. It is a limit of its
        /// own, `limit/provisioned`, beside those of `limits`.
        optional provisioned: ProvisionedDoc,
        /// Anything a reader should know.
        optional note: String,
    }
}

record! {
    /// Units of provisioned throughput. A unit carries normalised tokens: input that no cache has a part in, plus output
    /// times a weight.
    pub struct ProvisionedDoc as "Provisioned" {
        /// How many units.
        required units: Spanned<u64>,
        /// Normalised tokens that a unit carries in a minute.
        required tokens_per_unit_minute: Spanned<u64>,
        /// Normalised tokens that a token of output counts for.
        required output_weight: Spanned<Share>,
        /// The least number of units that can be had; 1 where absent.
        optional minimum: Spanned<u64>,
        /// Units come in multiples of this; 1 where absent.
        optional increment: Spanned<u64>,
        /// Normalised tokens are counted in windows of so many seconds; in a bucket that drains evenly where absent.
        optional window_seconds: Spanned<u64>,
        /// The price of one unit for one hour, in USD.
        optional usd_per_unit_hour: Spanned<Usd>,
    }
}

record! {
    /// A covenant that a deployment keeps while a term lasts.
    pub struct HeldTermDoc as "HeldTerm" {
        /// The covenant.
        required name: Spanned<Name>,
        /// The first day or instant of the attestation.
        optional from: Spanned<Moment>,
        /// The last day, itself included.
        optional through: Spanned<Moment>,
        /// The first day or instant no longer.
        optional to: Spanned<Moment>,
        /// Where it is attested, for readers.
        optional source: String,
    }
}

/// A covenant that a deployment keeps: its name, or the name with the term of the attestation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeldDoc {
    /// Kept at all times.
    Name(Spanned<Name>),
    /// Kept while a term lasts.
    Term(HeldTermDoc),
}

impl HeldDoc {
    /// The covenant.
    #[must_use]
    pub fn name(&self) -> &Spanned<Name> {
        match self {
            HeldDoc::Name(name) => name,
            HeldDoc::Term(held) => &held.name,
        }
    }
}

impl Decode for HeldDoc {
    fn decode(node: &Node, context: &mut Context) -> Option<Self> {
        match node.kind() {
            Kind::Mapping(_) => HeldTermDoc::decode(node, context).map(HeldDoc::Term),
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Sequence(_) => {
                Spanned::decode(node, context).map(HeldDoc::Name)
            }
        }
    }

    fn schema(builder: &mut SchemaBuilder) -> Json {
        let alternatives = Vec::from([Name::schema(builder), HeldTermDoc::schema(builder)]);
        Json::object([("oneOf", Json::Array(alternatives))])
    }
}

record! {
    /// The stages of a deployment's life.
    pub struct LifecycleDoc as "Lifecycle" {
        /// The first day or instant it serves.
        optional launched: Spanned<Moment>,
        /// From then on it serves nobody who comes anew.
        optional deprecated: Spanned<Moment>,
        /// From then on it serves nobody.
        optional retired: Spanned<Moment>,
        /// The model or deployment that takes its place, for readers.
        optional replacement: String,
        /// Where the dates were read, for readers.
        optional source: String,
    }
}

record! {
    /// When a decision warns.
    pub struct WarnDoc as "Warn" {
        /// About an attempted deployment that retires within so many days.
        optional retiring_within_days: u64,
        /// About a price that was read more than so many days ago.
        optional price_older_than_days: u64,
    }
}

record! {
    /// The values that fill a template.
    pub struct EachDoc as "Each" {
        /// Providers.
        optional provider: Vec<Spanned<Name>>,
        /// Models.
        optional model: Vec<Spanned<Name>>,
        /// Zones.
        optional zone: Vec<Spanned<Name>>,
        /// Service tiers.
        optional tier: Vec<Spanned<Name>>,
    }
}

closed_enum! {
    /// How a limit counts the request that reaches it.
    pub enum AdmissionWord as "Admission" {
        /// Refused where the counter would pass the limit.
        PreCheck => "pre_check",
        /// Admitted while the counter is below the limit.
        PostCheck => "post_check",
    }
}

closed_enum! {
    /// How the counters of a minute come back to 0.
    pub enum RefillWord as "Refill" {
        /// At once, when the next minute begins.
        Fixed => "fixed",
        /// Evenly, as much in a minute as the limit: a token bucket.
        Continuous => "continuous",
    }
}

closed_enum! {
    /// What becomes of input read from a cache.
    pub enum CachedInputWord as "CachedInput" {
        /// It counts like other input.
        Counted => "counted",
        /// It counts when the request is admitted, and not when the usage is known.
        Held => "held",
        /// It does not count.
        Free => "free",
    }
}

closed_enum! {
    /// What is counted of the output when a request is admitted.
    pub enum OutputCountWord as "OutputCount" {
        /// The most that is asked for.
        Maximum => "maximum",
        /// Nothing: it counts when it is there.
        Actual => "actual",
    }
}

closed_enum! {
    /// What a counter holds of a request whose usage is known.
    pub enum SettlesWord as "Settles" {
        /// What was used.
        Actual => "actual",
        /// What was estimated.
        Estimate => "estimate",
    }
}

record! {
    /// What a deployment may carry.
    pub struct LimitsDoc as "Limits" {
        /// Input plus output tokens in a minute.
        optional tokens_per_minute: u64,
        /// Input tokens in a minute.
        optional input_tokens_per_minute: u64,
        /// Output tokens in a minute.
        optional output_tokens_per_minute: u64,
        /// Requests in a minute.
        optional requests_per_minute: u64,
        /// The requests of a minute are spread over slices of so many seconds, 1 to 59: 600 a minute are 10 in each second.
        optional request_slice_seconds: Spanned<u64>,
        /// Input plus output tokens in a day of UTC.
        optional tokens_per_day: u64,
        /// Requests in a day of UTC.
        optional requests_per_day: u64,
        /// Requests at once.
        optional in_flight: u64,
        /// The name of a counter that several deployments share.
        optional counter: Name,
        /// How the limit counts the request that reaches it; `pre_check` where absent, for provisioned units `post_check`.
        optional admission: AdmissionWord,
        /// How the counters of a minute come back to 0; `fixed` where absent.
        optional refill: RefillWord,
        /// What becomes of input read from a cache; `counted` where absent.
        optional cached_input: CachedInputWord,
        /// What is counted of the output when a request is admitted; `maximum` where absent.
        optional output: OutputCountWord,
        /// Tokens of the limit that a token of output counts for when the usage is known; 1 where absent.
        optional output_burn: Spanned<Share>,
        /// What the counter holds of a request whose usage is known; `actual` where absent.
        optional settles: SettlesWord,
        /// The share of every limit that requests of a `priority` leave free: `{ batch: 30% }`.
        default headroom: Map<Spanned<Share>>,
    }
}

record! {
    /// Prices in USD per million tokens, for requests of a size while a term lasts.
    pub struct CellDoc as "PriceCell" {
        /// The cell prices whole requests with more input tokens than this, cached tokens included; 0 where absent.
        optional above_input_tokens: u64,
        /// Input that no cache has a part in.
        optional input: UsdPerMtok,
        /// Input read from a cache; the input price where absent.
        optional cached_input: UsdPerMtok,
        /// Input written to a cache: a price, or prices by how long the cache keeps it, such as `{ 5m: 6.25, 1h: 10 }`;
        /// the input price where absent.
        optional cache_write: ByTtl<UsdPerMtok>,
        /// Output.
        optional output: UsdPerMtok,
        /// Output of reasoning; the output price where absent.
        optional reasoning: UsdPerMtok,
        /// The first day or instant of the price.
        optional from: Spanned<Moment>,
        /// The last day, itself included.
        optional through: Spanned<Moment>,
        /// The first day or instant no longer.
        optional to: Spanned<Moment>,
        /// Where the price was read.
        optional source: String,
        /// The day it was read.
        optional as_of: Moment,
    }
}

/// A value that was written, be it faulty: a key that is there is not reported as missing too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written<T>(
    /// The value; absent where it is faulty, which has been reported.
    pub Option<T>,
);

impl<T: Decode> Decode for Written<T> {
    fn decode(node: &Node, context: &mut Context) -> Option<Self> {
        Some(Written(T::decode(node, context)))
    }

    fn schema(builder: &mut SchemaBuilder) -> Json {
        T::schema(builder)
    }
}

/// A price: a sheet, one cell, or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PriceDoc {
    /// The rows of a sheet that are about the deployment's model, zone and tier.
    Sheet(Spanned<String>),
    /// Cells.
    Cells(Vec<CellDoc>),
}

impl Decode for PriceDoc {
    fn decode(node: &Node, context: &mut Context) -> Option<Self> {
        match node.kind() {
            Kind::Text(_) => Spanned::decode(node, context).map(PriceDoc::Sheet),
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Sequence(_) | Kind::Mapping(_) => {
                OneOrMany::<CellDoc>::decode(node, context).map(|cells| PriceDoc::Cells(cells.0))
            }
        }
    }

    fn schema(builder: &mut SchemaBuilder) -> Json {
        let Json::Object(mut alternatives) = OneOrMany::<CellDoc>::schema(builder) else {
            return Json::Null;
        };
        for (key, value) in &mut alternatives {
            if let ("oneOf" | "anyOf", Json::Array(list)) = (key.as_ref(), value) {
                list.insert(0, schema::pattern("^sheet\\..+$"));
            }
        }
        Json::Object(alternatives)
    }
}

//! The policy as written: what may stand in a document, key by key. The JSON Schema and the TypeScript types are made
//! from these declarations.

use alloc::string::String;
use alloc::vec::Vec;

use crate::authoring::by_ttl::ByTtl;
use crate::document::{
    Context, Date, Decimal, Decode, Id, Kind, Map, Moment, Name, Node, OneOrMany, Raw,
    SchemaBuilder, Share, Spanned, TimeOfDay, Usd, UsdPerMtok, schema,
};
use crate::json::Json;

record! {
    /// A routing policy: deployments, the contracts that bind them, the operator's rules, and tests.
    pub struct PolicyDoc as "Policy" {
        /// The version of the policy language: 1.
        required version as "wayleave": Spanned<u64>,
        /// A name for readers.
        optional title: String,
        /// What the policy is about, for readers.
        optional description: String,
        /// Providers that are named in contracts but sell no deployment here.
        default providers: Vec<Spanned<Name>>,
        /// Attributes that a request may carry beside its own fields, with their types.
        default attributes: Map<TypedDoc>,
        /// Facts about the world that conditions may name, with their types.
        default facts: Map<FactDoc>,
        /// Places beside the clouds' own regions, each with the place that holds it.
        default zones: Map<Spanned<Name>>,
        /// Calendars of business days, which periods name.
        default calendars: Map<CalendarDoc>,
        /// Aliases: a name for any of several models.
        default models: Map<Vec<Spanned<Name>>>,
        /// Price sheets: CSV sources with the columns model, zone, tier, meter, above, from, through, source, as_of,
        /// usd_per_mtok.
        default sheets: Map<SheetDoc>,
        /// The places that can serve. A key with `{model}`, `{zone}` … is a template for `each`; a later key overrides an
        /// earlier deployment of the same id.
        default deployments: Map<DeploymentDoc>,
        /// Agreements, each an ordered list of clauses.
        default contracts: Map<ContractDoc>,
        /// The operator's own wishes, below law and contract.
        default rules: Vec<RuleDoc>,
        /// What decides among deployments that are otherwise equal; the cheapest where absent.
        default objective: Vec<ObjectiveDoc>,
        /// What keeps its place among deployments that are equal by all of this: `request.key` where absent, or an attribute,
        /// such as `request.session`. A request without it takes them in the order of their ids.
        optional affinity: Spanned<String>,
        /// How unknown things are read.
        optional unknown: UnknownDoc,
        /// When a decision warns.
        optional warn: WarnDoc,
        /// Requests with the decisions they must get.
        default tests: Vec<TestDoc>,
    }
}

record! {
    /// Tests in a source of their own.
    pub struct TestsDoc as "Tests" {
        /// Requests with the decisions they must get.
        required tests: Vec<TestDoc>,
    }
}

closed_enum! {
    /// The type of an attribute or a fact.
    pub enum TypeWord as "Type" {
        /// `true` or `false`.
        Bool => "bool",
        /// A whole number.
        Int => "int",
        /// A decimal number, exact.
        Decimal => "decimal",
        /// A text.
        String => "string",
        /// An instant.
        Timestamp => "timestamp",
        /// A list of texts.
        Strings => "strings",
    }
}

record! {
    /// A typed value that a request may carry.
    pub struct TypedDoc as "Attribute" {
        /// Its type; `one_of` says it for texts from a fixed set.
        optional word as "type": Spanned<TypeWord>,
        /// The texts it may be.
        optional one_of: Vec<Spanned<String>>,
        /// The value where a request gives none; unknown where absent.
        optional default_value as "default": Raw,
        /// What it means, for readers.
        optional description: String,
    }
}

record! {
    /// Something true of the world, not of a request.
    pub struct FactDoc as "Fact" {
        /// Its type; `one_of` says it for texts from a fixed set.
        optional word as "type": Spanned<TypeWord>,
        /// The texts it may be.
        optional one_of: Vec<Spanned<String>>,
        /// The value where nothing else is known; unknown where absent.
        optional default_value as "default": Raw,
        /// Dated values; of those that hold, the last counts.
        default values: Vec<FactValueDoc>,
        /// What it means, for readers.
        optional description: String,
    }
}

record! {
    /// A value of a fact while a term lasts.
    pub struct FactValueDoc as "FactValue" {
        /// The value.
        required value: Raw,
        /// The first day or instant.
        optional from: Spanned<Moment>,
        /// The last day, itself included.
        optional through: Spanned<Moment>,
        /// The first day or instant no longer.
        optional to: Spanned<Moment>,
        /// Since when it is known.
        optional known_from: Spanned<Moment>,
        /// Who says so.
        optional source: SourceDoc,
    }
}

record! {
    /// A price sheet.
    pub struct SheetDoc as "Sheet" {
        /// The name of the CSV source.
        required from: Spanned<String>,
        /// The day the prices were read.
        optional as_of: Moment,
        /// Where they were read.
        optional source: String,
    }
}

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

closed_enum! {
    /// How well something is attested.
    pub enum EvidenceWord as "Evidence" {
        /// A press report of a leak, not confirmed by the parties.
        PressReport => "press_report",
        /// Somebody's memory, not confirmed again.
        Recollection => "recollection",
        /// An inference from other facts.
        Inference => "inference",
        /// A summary in the news.
        Summary => "summary",
        /// A page that paraphrases the text.
        Paraphrase => "paraphrase",
        /// The text itself.
        Verbatim => "verbatim",
        /// The author of the policy states it and names no source.
        Stated => "stated",
    }
}

record! {
    /// Who says so.
    pub struct SourceDoc as "Source" {
        /// The title of the document.
        optional title: String,
        /// Its address.
        optional url: String,
        /// The day it was read.
        optional as_of: Moment,
        /// How well the statement is attested; `stated` where absent.
        optional evidence: EvidenceWord,
    }
}

record! {
    /// When something is in force. A bare date is the first instant of that day in the contract's time zone.
    pub struct TermDoc as "Term" {
        /// The first day or instant.
        optional from: Spanned<Moment>,
        /// The last day, itself included.
        optional through: Spanned<Moment>,
        /// The first day or instant no longer.
        optional to: Spanned<Moment>,
    }
}

closed_enum! {
    /// A day of the week.
    pub enum WeekdayWord as "Weekday" {
        /// The first day of the week.
        Monday => "monday",
        /// The day after Monday.
        Tuesday => "tuesday",
        /// The day after Tuesday.
        Wednesday => "wednesday",
        /// The day after Wednesday.
        Thursday => "thursday",
        /// The day after Thursday.
        Friday => "friday",
        /// The day after Friday.
        Saturday => "saturday",
        /// The day after Saturday.
        Sunday => "sunday",
    }
}

record! {
    /// Which days are business days.
    pub struct CalendarDoc as "Calendar" {
        /// The days of the week that are none; `[saturday, sunday]` where absent.
        optional weekend: OneOrMany<WeekdayWord>,
        /// Other days that are none, in order.
        default holidays: Vec<Spanned<Date>>,
        /// The time zone of its days: a name of the IANA database such as `Europe/London`, `UTC`, or an offset such as
        /// `+01:00`; UTC where absent.
        optional time_zone: Spanned<String>,
        /// The time, such as `17:00`, from which on an event counts as of the next business day, and at which periods
        /// end; midnight at the end of the day where absent.
        optional day_ends: Spanned<TimeOfDay>,
    }
}

record! {
    /// A length of time, counted from the day after an event to the end of its last day: `days`, or `business_days`
    /// and `calendar`.
    pub struct PeriodDoc as "Period" {
        /// Days of the contract's time zone, from 1 to 10,000.
        optional days: Spanned<u64>,
        /// Business days, from 1 to 10,000.
        optional business_days: Spanned<u64>,
        /// The calendar that says which days are business days.
        optional calendar: Spanned<String>,
    }
}

closed_enum! {
    /// What is in force on a day of change when only the day is known.
    pub enum DayOfChangeWord as "DayOfChange" {
        /// Nobody can say.
        Unknown => "unknown",
        /// The terms that begin that day.
        NewTerms => "new_terms",
    }
}

record! {
    /// An agreement.
    pub struct ContractDoc as "Contract" {
        /// A name for readers.
        optional title: String,
        /// The other party.
        optional with: Spanned<Name>,
        /// The party that grants the rights; under a sole right it may still compete.
        optional grantor: Spanned<Name>,
        /// Who says so; clauses may name their own source.
        optional source: SourceDoc,
        /// When it is in force; clauses may narrow it.
        optional term: TermDoc,
        /// The time zone in which bare dates are read: a name of the IANA database such as `Europe/London`, `UTC`, or an
        /// offset such as `+01:00`; UTC, flagged as assumed, where absent.
        optional time_zone: Spanned<String>,
        /// What is in force on a day of change when only the day is known; `unknown` where absent.
        optional day_of_change: DayOfChangeWord,
        /// The rank of its clauses: of contradicting clauses the higher prevails. 0 where absent.
        optional rank: u64,
        /// Its clauses.
        required clauses: Vec<ClauseDoc>,
    }
}

closed_enum! {
    /// What is decided.
    pub enum ActWord as "Act" {
        /// Answering a request.
        Serve => "serve",
        /// Making a product available for the first time.
        Launch => "launch",
        /// Running a product on capacity.
        Host => "host",
        /// Training on capacity.
        Train => "train",
        /// Offering a product to a customer.
        Sell => "sell",
    }
}

record! {
    /// What all clauses have.
    pub struct ClauseCommon {
        /// Its id, unique in the contract; it is cited as `contract/id`.
        required id: Spanned<Id>,
        /// The acts it binds; `[serve]` where absent.
        optional acts: OneOrMany<ActWord>,
        /// The models or aliases it is about; all where absent.
        optional models: OneOrMany<Spanned<Name>>,
        /// A condition under which it applies.
        optional when: Spanned<String>,
        /// When it is in force, within the term of the contract.
        optional term: TermDoc,
        /// A condition over facts that ends it.
        optional ends_when: Spanned<String>,
        /// Clauses that it replaces from its first instant, each as `contract/clause`.
        default supersedes: Vec<Spanned<String>>,
        /// Its rank, where it differs from the contract's.
        optional rank: u64,
        /// Who says so, where it is not the contract's source.
        optional source: SourceDoc,
        /// Since when it is known; a decision as of an earlier knowledge leaves it out.
        optional known_from: Spanned<Moment>,
        /// The wording, for readers.
        optional text: String,
    }
}

tagged! {
    /// One right or duty.
    pub struct ClauseDoc as "Clause" by "kind" {
        common: ClauseCommon,
        /// What a clause says.
        kind: enum ClauseKindDoc {
            /// Only these providers.
            Exclusivity(ExclusivityDoc) => "exclusivity",
            /// Sets named clauses aside.
            Permit(PermitDoc) => "permit",
            /// Only while a licence is active; the term of the clause is the term of the licence.
            License(LicenseDoc) => "license",
            /// Only within an area.
            Residency(ResidencyDoc) => "residency",
            /// Only where covenants are kept.
            Covenant(CovenantDoc) => "covenant",
            /// A provider is not to be used for a while.
            Suspension(SuspensionDoc) => "suspension",
            /// Whom to offer first.
            FirstRefusal(FirstRefusalDoc) => "first_refusal",
            /// With whom a product ships first.
            ShipFirst(ShipFirstDoc) => "ship_first",
            /// A part of the work for some deployments, at least or at most.
            Share(ShareDoc) => "share",
            /// A budget for a window of time.
            SpendCap(SpendCapDoc) => "spend_cap",
            /// An amount to be spent with a provider by a day.
            Commitment(CommitmentDoc) => "commitment",
            /// A price that falls with the volume of a period.
            Ladder(LadderDoc) => "ladder",
            /// A share off the price.
            Discount(DiscountDoc) => "discount",
            /// A provider charges no more than the best comparable offer of others.
            PriceMatch(PriceMatchDoc) => "price_match",
            /// A share of revenue is owed.
            RevenueShare(RevenueShareDoc) => "revenue_share",
            /// A term on record that decides nothing by itself.
            Recital(RecitalDoc) => "recital",
        }
    }
}

record! {
    /// Only these providers. `sell` tests the seller, `host` and `train` the host, `serve` both.
    pub struct ExclusivityDoc as "ExclusivityTerms" {
        /// Who is allowed.
        required only: OneOrMany<Spanned<Name>>,
        /// The class that is excluded; everybody else where absent.
        optional against: OneOrMany<Spanned<Name>>,
        /// Whether the contract's grantor may still compete.
        optional sole: Spanned<bool>,
    }
}

record! {
    /// Sets named clauses aside.
    pub struct PermitDoc as "PermitTerms" {
        /// The clauses it sets aside where it applies, each as `contract/clause`.
        default carves: Vec<Spanned<String>>,
        /// Where the parties read it differently.
        optional disputed: DisputedDoc,
    }
}

record! {
    /// Where the parties read a clause differently: whether it applies is unknown.
    pub struct DisputedDoc as "Disputed" {
        /// The condition.
        required when: Spanned<String>,
        /// What is disputed, for readers.
        optional note: String,
    }
}

record! {
    /// Only while a licence is active.
    pub struct LicenseDoc as "LicenseTerms" {
        /// The licensee.
        required provider: Spanned<Name>,
    }
}

closed_enum! {
    /// A place where data is.
    pub enum CopiesWord as "Copies" {
        /// Where the request is processed.
        Processing => "processing",
        /// Where data rests.
        Storage => "storage",
        /// Where copies for abuse monitoring lie.
        Monitoring => "monitoring",
    }
}

record! {
    /// Only within an area.
    pub struct ResidencyDoc as "ResidencyTerms" {
        /// The zone.
        required within: Spanned<Name>,
        /// What must lie in it; `[processing]` where absent.
        optional of: OneOrMany<CopiesWord>,
    }
}

record! {
    /// Only where covenants are kept.
    pub struct CovenantDoc as "CovenantTerms" {
        /// The covenants, such as `zdr`, `baa` or `no_training`.
        required requires: OneOrMany<Spanned<Name>>,
    }
}

closed_enum! {
    /// Why a provider is suspended.
    pub enum CauseWord as "Cause" {
        /// An event beyond the control of the parties.
        ForceMajeure => "force_majeure",
        /// A breach.
        Breach => "breach",
        /// Bills that were not paid.
        NonPayment => "non_payment",
        /// A use that the terms do not allow.
        AcceptableUse => "acceptable_use",
        /// A danger to security.
        Security => "security",
        /// Something else.
        Other => "other",
    }
}

record! {
    /// A provider is not to be used for a while.
    pub struct SuspensionDoc as "SuspensionTerms" {
        /// Whose deployments are barred, sold or hosted.
        required provider: Spanned<Name>,
        /// Why.
        required cause: CauseWord,
        /// When notice was given; nothing is barred before.
        optional noticed: Spanned<Moment>,
        /// The time to cure, from the notice on; until it is over a decision only warns.
        optional cure: PeriodDoc,
        /// A condition over facts: where it holds, it is cured.
        optional cured_when: Spanned<String>,
    }
}

closed_enum! {
    /// What counts as a refusal by the holder.
    pub enum RefusalWord as "Refusal" {
        /// An explicit no to a need.
        CannotSupport => "cannot_support",
        /// The provider's signal that its shared capacity is exhausted.
        NoCapacity => "no_capacity",
        /// Its own limit is full.
        Quota => "quota",
        /// It is down, or cooling down after failures.
        Down => "down",
        /// Its price is above the best comparable offer.
        PriceAboveMatch => "price_above_match",
    }
}

closed_enum! {
    /// Which moment of a notice counts.
    pub enum EffectiveWord as "NoticeEffective" {
        /// When it was received.
        Received => "received",
        /// When it was sent.
        Sent => "sent",
    }
}

closed_enum! {
    /// What silence at the end of a window means.
    pub enum SilenceWord as "Silence" {
        /// The holder does not want the block.
        Refusal => "refusal",
        /// The holder takes it.
        Acceptance => "acceptance",
    }
}

closed_enum! {
    /// Whether a part of a refused block needs a notice of its own.
    pub enum DisaggregationWord as "Disaggregation" {
        /// It does.
        Reopens => "reopens",
        /// It does not.
        Ignored => "ignored",
    }
}

record! {
    /// Whom to offer first. For `host` and `train` the right is over blocks of capacity: see `notices` of the state.
    pub struct FirstRefusalDoc as "FirstRefusalTerms" {
        /// Who is offered first.
        required holder: Spanned<Name>,
        /// What counts as a refusal; all but `price_above_match` where absent.
        optional refuses_by: OneOrMany<RefusalWord>,
        /// How many of the holder's deployments must be offered before anybody else; all where absent.
        optional offer: Spanned<u64>,
        /// Of blocks: how long the holder has to answer a notice; for ever where absent.
        optional window: PeriodDoc,
        /// Of blocks: which moment of a notice counts; `received` where absent.
        optional notice_effective: EffectiveWord,
        /// Of blocks: what silence at the end of the window means; `refusal` where absent.
        optional silence: SilenceWord,
        /// Of blocks: how long a refused block may be contracted with somebody else; for ever where absent.
        optional free: PeriodDoc,
        /// Of blocks: whether the right lives again when the free time ends; `true` where absent.
        optional revives: bool,
        /// Of blocks: whether a part of a refused block needs a notice of its own; `reopens` where absent.
        optional disaggregation: DisaggregationWord,
        /// Of blocks: a condition over facts under which the holder has no right.
        optional void_when: Spanned<String>,
        /// Of blocks: a condition over facts under which nothing can be done.
        optional suspended_when: Spanned<String>,
        /// How much dearer than the best comparable offer the holder may be; of blocks, how much better for whom it is
        /// with the terms may be than those that were refused. 0 where absent.
        optional tolerance: Spanned<Share>,
    }
}

closed_enum! {
    /// A step of a launch.
    pub enum MilestoneWord as "Milestone" {
        /// It is announced.
        Announce => "announce",
        /// Some may try it.
        Preview => "preview",
        /// Everybody may use it.
        Ga => "ga",
        /// Everybody in a region may use it.
        RegionGa => "region_ga",
    }
}

record! {
    /// With whom a product ships first. It binds launches.
    pub struct ShipFirstDoc as "ShipFirstTerms" {
        /// With whom.
        required holder: Spanned<Name>,
        /// Which step of a launch is meant.
        required milestone: MilestoneWord,
        /// The name of the fact, a timestamp, that says when the holder shipped.
        required shipped: Spanned<String>,
        /// Days between the holder's launch and anybody else's; 0, together, where absent.
        optional lag_days: Spanned<u64>,
        /// What excuses the holder.
        optional excuse: ExcuseDoc,
    }
}

record! {
    /// Grounds for an excuse, conditions over facts: either all are needed or any is enough.
    pub struct ExcuseDoc as "Excuse" {
        /// All of these together.
        optional all_of: Vec<Spanned<String>>,
        /// Any of these.
        optional any_of: Vec<Spanned<String>>,
    }
}

closed_enum! {
    /// How strictly something is meant.
    pub enum EnforcementWord as "Enforcement" {
        /// Before all that is soft.
        Hard => "hard",
        /// As far as what is hard allows.
        Soft => "soft",
    }
}

closed_enum! {
    /// What a share counts.
    pub enum CountedWord as "Counted" {
        /// Requests.
        Requests => "requests",
        /// Tokens.
        Tokens => "tokens",
        /// Spend in USD.
        Spend => "spend",
    }
}

closed_enum! {
    /// A calendar window, by the clocks of the contract's zone; minutes and hours are those of UTC.
    pub enum WindowWord as "Window" {
        /// A minute.
        Minute => "minute",
        /// An hour.
        Hour => "hour",
        /// A day.
        Day => "day",
        /// A week, from Monday on.
        Week => "week",
        /// A month.
        Month => "month",
        /// Three months, from January, April, July or October on.
        Quarter => "quarter",
        /// A year, from January on.
        Year => "year",
    }
}

record! {
    /// A part of the work for some deployments: one of `min` and `max`.
    pub struct ShareDoc as "ShareTerms" {
        /// The deployments: a condition on `deployment`.
        required target as "for": Spanned<String>,
        /// At least this part.
        optional min: Spanned<Share>,
        /// At most this part.
        optional max: Spanned<Share>,
        /// What is counted; requests where absent.
        optional of: CountedWord,
        /// How strictly a minimum is meant; `hard` where absent.
        optional enforcement: Spanned<EnforcementWord>,
        /// The calendar window in which it is counted, in the contract's zone; the whole term where absent.
        optional window: WindowWord,
    }
}

record! {
    /// A budget for a window of time.
    pub struct SpendCapDoc as "SpendCapTerms" {
        /// How much may be spent in a window, in USD.
        required amount: Spanned<Usd>,
        /// The deployments: a condition on `deployment`; all where absent.
        optional target as "for": Spanned<String>,
        /// A hard cap takes the room, a soft one puts behind; `hard` where absent.
        optional enforcement: EnforcementWord,
        /// The calendar window, in the contract's zone; the whole term where absent.
        optional window: WindowWord,
    }
}

closed_enum! {
    /// Over the whole term or in each interval, as FOCUS 1.3 names it.
    pub enum CommitmentModelWord as "CommitmentModel" {
        /// A pool over the whole term.
        Discontinuous => "discontinuous",
        /// Used or lost in each interval.
        Continuous => "continuous",
    }
}

closed_enum! {
    /// What counts towards a commitment.
    pub enum CountsWord as "Counts" {
        /// What is paid.
        Net => "net",
        /// List prices.
        List => "list",
    }
}

closed_enum! {
    /// What a commitment does to a decision.
    pub enum EffectWord as "Effect" {
        /// It changes what the order is decided by.
        Price => "price",
        /// It puts eligible deployments first while the spend is behind plan.
        Precedence => "precedence",
    }
}

record! {
    /// An amount to be spent with a provider by a day.
    pub struct CommitmentDoc as "CommitmentTerms" {
        /// With whom.
        required provider: Spanned<Name>,
        /// How much, in USD: for the whole term, or in each interval.
        required amount: Spanned<Usd>,
        /// Over the whole term or in each interval; `discontinuous` where absent.
        optional model: CommitmentModelWord,
        /// The interval of a continuous commitment: a calendar window in the contract's zone.
        optional interval: WindowWord,
        /// The last day on which spend counts; the end of the term where absent.
        optional due: Spanned<Moment>,
        /// What counts towards it; `net` where absent.
        optional counts: CountsWord,
        /// What it does to a decision; `price` where absent.
        optional effect: Spanned<EffectWord>,
        /// With effect `precedence`: how much dearer than the cheapest an eligible deployment may be, to come first.
        optional max_premium: Spanned<Share>,
        /// What becomes of a shortfall.
        optional shortfall: ShortfallDoc,
        /// How much must have been spent by when, ascending; a straight line where absent.
        default milestones: Vec<MilestoneAmountDoc>,
    }
}

record! {
    /// What becomes of a shortfall.
    pub struct ShortfallDoc as "Shortfall" {
        /// The share of it that comes back as credit; 0 where absent.
        optional recover: Spanned<Share>,
    }
}

record! {
    /// A step of a plan.
    pub struct MilestoneAmountDoc as "MilestoneAmount" {
        /// How much in all, in USD.
        required amount: Spanned<Usd>,
        /// The last day for it.
        required by: Spanned<Moment>,
    }
}

closed_enum! {
    /// How the steps of a ladder price.
    pub enum LadderModeWord as "LadderMode" {
        /// Each step prices the units within it.
        Graduated => "graduated",
        /// The step that the total reaches prices every unit.
        AllUnits => "all_units",
    }
}

record! {
    /// A price that falls with the volume of a period.
    pub struct LadderDoc as "LadderTerms" {
        /// Whose deployments; all where absent.
        optional provider: Spanned<Name>,
        /// The meter it counts and prices.
        required meter: Spanned<String>,
        /// How the steps price.
        required mode: LadderModeWord,
        /// The steps, ascending; the last has no end.
        required steps: Vec<LadderStepDoc>,
        /// The period: a calendar window in the contract's zone; the whole term where absent.
        optional window: WindowWord,
    }
}

record! {
    /// One step of a ladder.
    pub struct LadderStepDoc as "LadderStep" {
        /// The end of the step in millions of tokens, itself included; none for the last.
        optional up_to_mtok: Spanned<Decimal>,
        /// The price in USD per million tokens.
        required usd_per_mtok: UsdPerMtok,
    }
}

record! {
    /// A share off the price.
    pub struct DiscountDoc as "DiscountTerms" {
        /// Whose deployments; all where absent.
        optional provider: Spanned<Name>,
        /// The share.
        required rate: Spanned<Share>,
        /// Discounts of other contracts that it adds to, each as `contract/clause`.
        default stacks_with: Vec<Spanned<String>>,
    }
}

closed_enum! {
    /// How a better price of somebody else comes to count.
    pub enum SettlementWord as "Settlement" {
        /// Somebody claims the difference.
        Claim => "claim",
        /// The price follows by itself.
        Automatic => "automatic",
    }
}

record! {
    /// A provider charges no more than the best comparable offer of others.
    pub struct PriceMatchDoc as "PriceMatchTerms" {
        /// Who matches.
        required provider: Spanned<Name>,
        /// Whose prices are compared.
        required against: OneOrMany<Spanned<Name>>,
        /// How a better price comes to count; `claim` where absent.
        optional settle: SettlementWord,
    }
}

record! {
    /// A share of revenue is owed.
    pub struct RevenueShareDoc as "RevenueShareTerms" {
        /// Whose deployments bear it; all where absent.
        optional provider: Spanned<Name>,
        /// The share.
        required rate: Spanned<Share>,
        /// The most that is owed in all, in USD.
        optional cap: Spanned<Usd>,
    }
}

record! {
    /// A term on record that decides nothing by itself.
    pub struct RecitalDoc as "RecitalTerms" {
        /// What is stated.
        required states: String,
    }
}

record! {
    /// The operator's own wish: one of `deny`, `require`, `prefer` and `split`.
    pub struct RuleDoc as "Rule" {
        /// Its id; it is cited as `rules/id`.
        required id: Spanned<Id>,
        /// The acts it is about; `[serve]` where absent.
        optional acts: OneOrMany<ActWord>,
        /// A condition under which it applies; always where absent.
        optional when: Spanned<String>,
        /// Bars every deployment for which this holds.
        optional deny: Spanned<String>,
        /// Bars every deployment for which this does not hold.
        optional require: Spanned<String>,
        /// Puts deployments for which this holds before others that are equal so far.
        optional prefer: Spanned<String>,
        /// Spreads work over arms by weight, the same for the same key of the request.
        default split: Vec<ArmDoc>,
        /// First rights that it sets aside, each as `contract/clause`. Without it, a rule that keeps work from the
        /// holder of a right is a conflict.
        optional overrides: OneOrMany<Spanned<String>>,
        /// What it is for, for readers.
        optional note: String,
    }
}

record! {
    /// One arm of a split.
    pub struct ArmDoc as "Arm" {
        /// How often it comes first, against the sum of the weights; at most 1,000,000.
        required weight: Spanned<u64>,
        /// The deployments of the arm: a condition on `deployment`.
        required when: Spanned<String>,
    }
}

closed_enum! {
    /// What is minimised.
    pub enum MeasureWord as "Measure" {
        /// The cost of the request.
        Cost => "cost",
        /// Latency as the state reports it, in milliseconds.
        Latency => "latency",
    }
}

record! {
    /// One thing to minimise.
    pub struct ObjectiveDoc as "Objective" {
        /// What is minimised.
        required minimise: MeasureWord,
        /// What lies above the least by at most this share of its own list cost counts as equal; 0 where absent.
        optional within: Spanned<Share>,
    }
}

closed_enum! {
    /// How an unknown is read.
    pub enum SettleWord as "Settle" {
        /// As a no.
        Deny => "deny",
        /// As a yes.
        Allow => "allow",
    }
}

record! {
    /// How unknown things are read.
    pub struct UnknownDoc as "Unknown" {
        /// A capability that a deployment lists neither as supported nor as lacking; `deny` where absent.
        optional capability: SettleWord,
    }
}

record! {
    /// A request with the decision it must get.
    pub struct TestDoc as "Test" {
        /// What it shows.
        required name: Spanned<String>,
        /// The instant, or a day whose hour is not known.
        required at: Spanned<Moment>,
        /// Leaves out what became known later.
        optional known_at: Spanned<Moment>,
        /// Settles what chance decides; 0 where absent.
        optional seed: u64,
        /// The request.
        required request: Raw,
        /// The state of the world; idle and up where absent.
        optional state: Raw,
        /// The request is a quantity over a period: what is tested is the plan for it.
        optional plan: PlanOptionsDoc,
        /// What the decision must be.
        required expect: ExpectDoc,
    }
}

closed_enum! {
    /// What comes of a request.
    pub enum OutcomeWord as "Outcome" {
        /// Try the attempts, in order.
        Route => "route",
        /// Wait.
        Hold => "hold",
        /// Nowhere to go.
        Refuse => "refuse",
        /// Clauses contradict each other.
        Conflict => "conflict",
    }
}

record! {
    /// What a decision must be; what is not mentioned is not tested.
    pub struct ExpectDoc as "Expect" {
        /// What comes of the request.
        optional outcome: OutcomeWord,
        /// The first attempts, in order.
        optional route: OneOrMany<Spanned<Name>>,
        /// All attempts, in order.
        optional attempts: Vec<Spanned<Name>>,
        /// Citations that the first attempt rests on.
        optional because: OneOrMany<Spanned<String>>,
        /// Deployments that are eligible.
        optional eligible: OneOrMany<Spanned<Name>>,
        /// Deployments that are barred, each with what is cited: one citation is the decisive one, a list is cited
        /// in any order.
        default barred: Map<OneOrMany<Spanned<String>>>,
        /// Deployments that are pending, in the same way.
        default pending: Map<OneOrMany<Spanned<String>>>,
        /// Deployments with what they would cost in USD.
        default cost: Map<Spanned<Decimal>>,
        /// Deployments with the routing cost in USD that the order is decided by.
        default routing: Map<Spanned<Decimal>>,
        /// Attempts with the failures after which the next may be tried.
        default next_if: Map<OneOrMany<RefusalWord>>,
        /// Why the request waits.
        optional hold: HoldExpectDoc,
        /// What is owed: `send_notice`, each with the clause it follows from.
        default duties: Map<OneOrMany<Spanned<String>>>,
        /// What is warned of: `curing`, `retiring`, each with what is cited or the deployment it concerns.
        default warnings: Map<OneOrMany<Spanned<String>>>,
        /// The clauses that contradict each other.
        optional conflict: OneOrMany<Spanned<String>>,
        /// Clauses whose day of change was read by an assumption.
        optional assumed: OneOrMany<Spanned<String>>,
        /// The weakest evidence that matters.
        optional confidence: EvidenceWord,
        /// Of a plan, variables with the exact value at which the best route changes: a decimal number, a fraction such as
        /// `10/11`, or `none`.
        default break_evens: Map<Spanned<String>>,
    }
}

closed_enum! {
    /// What would free a deployment.
    pub enum HoldReasonWord as "HoldReason" {
        /// Room.
        Room => "room",
        /// A fact, an attribute or a date.
        Fact => "fact",
        /// A first right that its holder has not given up.
        Right => "right",
        /// A notice to the holder of a first right over capacity, or the holder's answer to it.
        Notice => "notice",
    }
}

record! {
    /// Why a request waits.
    pub struct HoldExpectDoc as "HoldExpect" {
        /// What would free a deployment.
        optional reason: HoldReasonWord,
        /// What holds it, each cited.
        optional cites: OneOrMany<Spanned<String>>,
        /// When time alone frees a deployment.
        optional until: Moment,
        /// What is missing.
        optional missing: OneOrMany<Spanned<String>>,
    }
}

record! {
    /// What a plan for a quantity over a period is for.
    pub struct PlanOptionsDoc as "PlanOptions" {
        /// The length of the period; what is paid by the hour is compared where it is stated.
        optional hours: u64,
        /// The input of each of the requests that make up the quantity, which bands of prices and limits of a context are
        /// asked with; where absent the lowest band holds and no context is too short.
        optional request_input_tokens: u64,
    }
}

record! {
    /// What is varied to see where the answer changes, and how far.
    pub struct SweepDoc as "Sweep" {
        /// `at`, `request/<field>`, `fact/<name>`, `deployments/<id>/price`, `deployments/<id>/used/tokens` and other parts of
        /// its state, `counters/<name>/tokens`, `clauses/<contract>/<clause>/drawn` and other parts of its state.
        required variable: Spanned<String>,
        /// The first value: an instant, a whole number, or an amount in USD; the least where absent.
        optional from: Raw,
        /// The last value, itself included; the largest where absent.
        optional to: Raw,
    }
}

record! {
    /// A request, beside the attributes that the policy declares.
    pub struct RequestDoc as "RoutingRequest" {
        /// What is decided; `serve` where absent.
        optional act: Spanned<ActWord>,
        /// The model or alias that is asked for.
        required model: Spanned<Name>,
        /// The zone the work belongs to; conditions read it, by itself it binds nothing.
        optional zone: Spanned<Name>,
        /// Service tiers that will do; `standard` where absent.
        optional tier: OneOrMany<Spanned<Name>>,
        /// Capabilities that are needed.
        default needs: Vec<Spanned<Name>>,
        /// Pins the request to a provider.
        optional provider: Spanned<Name>,
        /// Pins the request to a deployment, or for `host` and `train` to an offer.
        optional deployment: Spanned<Name>,
        /// Who asks: choices by hash stay the same for the same key.
        optional key: String,
        /// How pressing it is: limits may keep some of their room free of requests of a priority, see `headroom`.
        optional priority: Name,
        /// Whether who asks comes anew: a deprecated deployment does not serve those.
        optional new_customer: bool,
        /// What is offered, for the acts `host` and `train`.
        default offers: Vec<OfferDoc>,
        /// Input tokens, cached ones included.
        optional input_tokens: Spanned<u64>,
        /// Of these, tokens expected to be read from a cache.
        optional cached_input_tokens: Spanned<u64>,
        /// Of these, tokens expected to be written to a cache: a number, or numbers by how long the cache keeps them,
        /// such as `{ 5m: 1000, 1h: 200 }`.
        optional cache_write_tokens: ByTtl<Spanned<u64>>,
        /// The most output that is asked for; decides whether there is room.
        optional max_output_tokens: u64,
        /// The output that is expected; decides what it costs.
        optional expected_output_tokens: u64,
        /// What the request earns, in USD; revenue shares are owed on it.
        optional revenue_usd: Spanned<Usd>,
        /// Of the output that is priced, tokens expected to be reasoning.
        optional expected_reasoning_tokens: Spanned<u64>,
        /// Token counts for models whose tokenizer differs.
        default tokens_by_model: Map<TokensDoc>,
    }
}

record! {
    /// Capacity that somebody offers.
    pub struct OfferDoc as "Offer" {
        /// Its id, unique in the request.
        required id: Spanned<Name>,
        /// Who sells it.
        required provider: Spanned<Name>,
        /// Who runs it; the provider where absent.
        optional hosted_by: Spanned<Name>,
        /// Where work is processed; unknown where absent.
        optional zone: Spanned<Name>,
        /// Where data rests; unknown where absent.
        optional storage_zone: Spanned<Name>,
        /// Where copies for abuse monitoring lie; unknown where absent.
        optional monitoring_zone: Spanned<Name>,
        /// Covenants it keeps.
        default holds: Vec<HeldDoc>,
        /// Covenants it is known not to keep.
        default lacks: Vec<Spanned<Name>>,
        /// The block of capacity that first rights are over; the id where absent.
        optional block: Spanned<Name>,
        /// Units, such as GPUs.
        optional units: u64,
        /// Hours of each unit.
        optional hours: u64,
        /// The price of one unit for one hour, in USD.
        optional usd_per_unit_hour: Spanned<Usd>,
    }
}

record! {
    /// Token counts.
    pub struct TokensDoc as "Tokens" {
        /// Input tokens, cached ones included.
        optional input_tokens: Spanned<u64>,
        /// Of these, tokens expected to be read from a cache.
        optional cached_input_tokens: Spanned<u64>,
        /// Of these, tokens expected to be written to a cache: a number, or numbers by how long the cache keeps them,
        /// such as `{ 5m: 1000, 1h: 200 }`.
        optional cache_write_tokens: ByTtl<Spanned<u64>>,
        /// The most output that is asked for.
        optional max_output_tokens: u64,
        /// The output that is expected.
        optional expected_output_tokens: u64,
        /// Of the output that is priced, tokens expected to be reasoning.
        optional expected_reasoning_tokens: Spanned<u64>,
    }
}

record! {
    /// The state of the world.
    pub struct StateDoc as "State" {
        /// What is known of deployments, by id.
        default deployments: Map<DeploymentStateDoc>,
        /// Usage of counters that deployments share, by name.
        default counters: Map<UsedDoc>,
        /// Facts, by name.
        default facts: Map<FactStateDoc>,
        /// What the world has counted for clauses, by `contract/clause`.
        default clauses: Map<ClauseStateDoc>,
        /// Notices to holders of first rights over capacity.
        default notices: Vec<NoticeDoc>,
    }
}

record! {
    /// What the world has counted for a clause in its window, interval or term.
    pub struct ClauseStateDoc as "ClauseState" {
        /// What was drawn: requests, tokens or USD, as the clause counts.
        optional drawn: Spanned<Decimal>,
        /// All work in scope, in the same unit, for a share.
        optional total: Spanned<Decimal>,
        /// What has accrued and is not invoiced, in USD.
        optional accrued: Spanned<Usd>,
        /// What is held for requests in flight, in USD.
        optional held: Spanned<Usd>,
        /// What is expected for the rest of the term.
        optional forecast: ForecastDoc,
        /// When the counters start again from 0.
        optional resets_at: Spanned<Moment>,
    }
}

record! {
    /// A projection of spend.
    pub struct ForecastDoc as "Forecast" {
        /// How much, in USD.
        required amount: Spanned<Usd>,
        /// Who projects it.
        optional source: String,
        /// As of which day.
        optional as_of: Moment,
    }
}

closed_enum! {
    /// What the holder of a first right answers to a notice.
    pub enum NoticeAnswerWord as "NoticeAnswer" {
        /// It does not want the block.
        Refused => "refused",
        /// It waives the right for the block.
        Waived => "waived",
        /// It takes the block.
        Exercised => "exercised",
    }
}

record! {
    /// A notice to the holder of a first right that a block of capacity is to be had.
    pub struct NoticeDoc as "Notice" {
        /// The right, as `contract/clause`.
        required clause: Spanned<String>,
        /// The block.
        required block: Spanned<Name>,
        /// When it was sent. A bare date is read in UTC.
        optional sent: Spanned<Moment>,
        /// When the holder received it. A bare date is read in UTC.
        optional received: Spanned<Moment>,
        /// Units that it offers.
        optional units: u64,
        /// Hours of each unit.
        optional hours: u64,
        /// The price of one unit for one hour, in USD.
        optional usd_per_unit_hour: Spanned<Usd>,
        /// What the holder answered.
        optional answer: NoticeAnswerWord,
        /// When it answered; when it received the notice where absent.
        optional answered: Spanned<Moment>,
        /// When the holder failed to perform what it had taken.
        optional failed: Spanned<Moment>,
        /// When the block was contracted with somebody else.
        optional contracted: Spanned<Moment>,
    }
}

closed_enum! {
    /// Whether a deployment answers.
    pub enum HealthWord as "Health" {
        /// It answers.
        Up => "up",
        /// It does not.
        Down => "down",
    }
}

record! {
    /// What is known of a deployment.
    pub struct DeploymentStateDoc as "DeploymentState" {
        /// What its own counter has counted this minute.
        optional used: UsedDoc,
        /// Requests it is answering.
        optional in_flight: u64,
        /// Whether it answers; `up` where absent.
        optional health: HealthWord,
        /// Not to be tried before this instant.
        optional cooldown_until: Spanned<Moment>,
        /// What the provider last signalled.
        optional signal: SignalDoc,
        /// Latency in milliseconds.
        optional latency_ms: u64,
    }
}

record! {
    /// The counters of a deployment, or those that several share.
    pub struct UsedDoc as "Used" {
        /// Tokens counted this minute.
        optional tokens: u64,
        /// Requests counted this minute.
        optional requests: u64,
        /// When these two start again from 0.
        optional resets_at: Spanned<Moment>,
        /// What single limits have counted, by their names, such as `provisioned`; for these the two above do not count.
        default limits: Map<LimitUsedDoc>,
    }
}

record! {
    /// What a limit has counted.
    pub struct LimitUsedDoc as "LimitUsed" {
        /// How much, in the unit of the limit.
        required used: u64,
        /// When it starts again from 0.
        optional resets_at: Spanned<Moment>,
        /// As of when: a limit that drains evenly has drained since.
        optional as_of: Spanned<Moment>,
    }
}

closed_enum! {
    /// What a provider signals.
    pub enum SignalWord as "SignalKind" {
        /// The buyer's own limit is full.
        OwnQuota => "own_quota",
        /// The capacity that all buyers share is exhausted.
        SharedCapacity => "shared_capacity",
        /// The provider lowered the limit for a while.
        TemporaryCut => "temporary_cut",
        /// The buyer's spend limit with the provider is reached.
        SpendLimit => "spend_limit",
        /// The model is not loaded yet.
        NotReady => "not_ready",
        /// The service is overloaded.
        Overloaded => "overloaded",
    }
}

record! {
    /// A provider's signal.
    pub struct SignalDoc as "Signal" {
        /// What it says.
        required kind: SignalWord,
        /// Until when; until the state no longer says so where absent.
        optional until: Spanned<Moment>,
    }
}

record! {
    /// A fact as the state reports it.
    pub struct FactStateDoc as "FactState" {
        /// The value.
        required value: Raw,
        /// Since when it is so; a decision for an earlier instant leaves it out.
        optional as_of: Spanned<Moment>,
        /// How well it is attested.
        optional evidence: EvidenceWord,
    }
}

record! {
    /// The moment of a decision.
    pub struct WhenDoc as "When" {
        /// The instant, or a day whose hour is not known.
        required at: Spanned<Moment>,
        /// Leaves out what became known later.
        optional known_at: Spanned<Moment>,
        /// Settles what chance decides; a whole number below 2⁵³.
        optional seed: Spanned<u64>,
    }
}

//! What is asked of a policy, as written: requests, states, moments, and the options of what-if questions.

use alloc::string::String;
use alloc::vec::Vec;

use crate::authoring::by_ttl::ByTtl;
use crate::authoring::written::{ActWord, EvidenceWord, HeldDoc};
use crate::document::{Decimal, Map, Moment, Name, OneOrMany, Raw, Spanned, Usd};

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
        /// What was drawn: requests, tokens or USD, as the clause counts; in USD less than 0 where credits exceed costs.
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

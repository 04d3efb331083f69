//! The state of the world that a decision takes into account: usage, health and facts.

use alloc::string::String;
use alloc::vec::Vec;

use crate::condition::Value;
use crate::model::limits::LimitKind;
use crate::model::policy::ClauseIx;
use crate::model::term::Edge;
use crate::model::vocabulary::{Evidence, Refusal};
use crate::money::Money;
use crate::time::Instant;

/// The state of the world, checked against the policy.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// By deployment, in the policy's order; what is not stated is idle and up.
    pub(crate) deployments: Vec<DeploymentState>,
    /// Usage of counters that deployments share, sorted by name.
    pub(crate) counters: Vec<(String, Used)>,
    /// Facts, by position in the policy; absent where the state says nothing.
    pub(crate) facts: Vec<Option<FactState>>,
    /// What the world has counted for clauses; sorted by clause.
    pub(crate) clauses: Vec<(ClauseIx, ClauseState)>,
    /// Notices to holders of first rights over capacity, in document order.
    pub(crate) notices: Vec<Notice>,
}

/// What is known of a deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeploymentState {
    /// What its own counter has counted.
    pub used: Used,
    /// Requests it is answering.
    pub in_flight: u64,
    /// Whether it answers.
    pub health: Health,
    /// Not to be tried before this instant.
    pub cooldown_until: Option<Instant>,
    /// What the provider last signalled.
    pub signal: Option<Signal>,
    /// Latency in milliseconds.
    pub latency_ms: Option<u64>,
}

/// The counters of a deployment, or those that several share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Tokens counted this minute.
    pub tokens: u64,
    /// Requests counted this minute.
    pub requests: u64,
    /// When these two start again from 0.
    pub resets_at: Option<Instant>,
    /// What single limits have counted, sorted; for a limit that is here the two above do not count.
    pub limits: Vec<(LimitKind, LimitUsed)>,
}

/// What a limit has counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LimitUsed {
    /// How much.
    pub used: u64,
    /// When it starts again from 0.
    pub resets_at: Option<Instant>,
    /// As of when; a limit that drains evenly has drained since.
    pub as_of: Option<Instant>,
}

/// Whether a deployment answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Health {
    /// It answers.
    #[default]
    Up,
    /// It does not.
    Down,
}

/// A provider's signal, which lasts until an instant or until the state no longer says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal {
    /// What it says.
    pub kind: SignalKind,
    /// Until when.
    pub until: Option<Instant>,
}

/// What a provider signals. They mean different things to a contract: exhausted shared capacity is the provider's own
/// refusal, a full quota is the buyer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignalKind {
    /// The buyer's own limit is full.
    OwnQuota,
    /// The capacity that all buyers share is exhausted.
    SharedCapacity,
    /// The provider lowered the limit for a while.
    TemporaryCut,
    /// The buyer's spend limit with the provider is reached; retrying does not help.
    SpendLimit,
    /// The model is not loaded yet.
    NotReady,
    /// The service is overloaded.
    Overloaded,
}

impl SignalKind {
    /// Every signal.
    pub const ALL: [SignalKind; 6] = [
        SignalKind::OwnQuota,
        SignalKind::SharedCapacity,
        SignalKind::TemporaryCut,
        SignalKind::SpendLimit,
        SignalKind::NotReady,
        SignalKind::Overloaded,
    ];

    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            SignalKind::OwnQuota => "own_quota",
            SignalKind::SharedCapacity => "shared_capacity",
            SignalKind::TemporaryCut => "temporary_cut",
            SignalKind::SpendLimit => "spend_limit",
            SignalKind::NotReady => "not_ready",
            SignalKind::Overloaded => "overloaded",
        }
    }

    /// The refusal it is, by which a first right is discharged or an attempt followed by the next.
    #[must_use]
    pub const fn refusal(self) -> Refusal {
        match self {
            SignalKind::OwnQuota | SignalKind::TemporaryCut | SignalKind::SpendLimit => {
                Refusal::Quota
            }
            SignalKind::SharedCapacity | SignalKind::Overloaded => Refusal::NoCapacity,
            SignalKind::NotReady => Refusal::Down,
        }
    }
}

/// What the world has counted for a clause in its window, interval or term.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClauseState {
    /// What was drawn, in the unit of the clause: requests, tokens, or pico-USD.
    pub drawn: i128,
    /// All work in scope, in the same unit, for a share.
    pub total: i128,
    /// What has accrued and is not invoiced.
    pub accrued: Money,
    /// What is held for requests in flight.
    pub held: Money,
    /// What is expected for the rest of the term.
    pub forecast: Option<Forecast>,
    /// When the counters start again from 0.
    pub resets_at: Option<Instant>,
}

/// A projection of spend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// How much.
    pub amount: Money,
    /// Who projects it.
    pub source: Option<String>,
    /// As of which day.
    pub as_of: Option<Instant>,
}

/// A notice to the holder of a first right that a block of capacity is to be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The right.
    pub clause: ClauseIx,
    /// The block.
    pub block: String,
    /// When it was sent.
    pub sent: Option<Edge>,
    /// When the holder received it.
    pub received: Option<Edge>,
    /// What it offers, as far as it says.
    pub terms: BlockOffer,
    /// What the holder answered, and when.
    pub answer: Option<(NoticeAnswer, Edge)>,
    /// When the holder failed to perform what it had taken.
    pub failed: Option<Edge>,
    /// When the block was contracted with somebody else.
    pub contracted: Option<Edge>,
}

/// What is offered of a block, as far as it is stated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BlockOffer {
    /// Units, such as GPUs.
    pub units: Option<u64>,
    /// Hours of each unit.
    pub hours: Option<u64>,
    /// The price of a unit for an hour.
    pub price: Option<Money>,
}

/// What the holder of a first right answers to a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeAnswer {
    /// It does not want the block.
    Refused,
    /// It waives the right for the block.
    Waived,
    /// It takes the block.
    Exercised,
}

impl NoticeAnswer {
    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            NoticeAnswer::Refused => "refused",
            NoticeAnswer::Waived => "waived",
            NoticeAnswer::Exercised => "exercised",
        }
    }
}

/// A fact as the state reports it.
#[derive(Clone, Debug)]
pub struct FactState {
    /// The value.
    pub value: Value,
    /// When it was so; a decision for an earlier instant leaves it out.
    pub as_of: Option<Instant>,
    /// How well it is attested.
    pub evidence: Evidence,
}

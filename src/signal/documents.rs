//! Answers, cooldowns and breakers as documents: what hosts pass in and put back.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Breaker, Cause, Cooldowns, Dialect, Known, Probe, Reading, Reply, Stop, read};
use crate::document::{Context, Decode, Diagnostics, Map, Moment, Node, Sources};
use crate::list::List;
use crate::model::state::SignalKind;

closed_enum! {
    /// Whose answers are read.
    pub enum DialectWord as "Dialect" {
        /// OpenAI.
        OpenAi => "openai",
        /// Azure OpenAI.
        Azure => "azure",
        /// Anthropic.
        Anthropic => "anthropic",
        /// Amazon Bedrock.
        Bedrock => "bedrock",
        /// Google Vertex AI, and the Gemini API.
        Vertex => "vertex",
        /// Somebody else, or nobody knows.
        Other => "other",
    }
}

record! {
    /// An upstream's answer, to be read for what it signals.
    pub struct ReplyDoc as "ReplyData" {
        /// Whose it is; `other` where absent.
        optional dialect: DialectWord,
        /// The status; 0 where nothing was answered, in time or at all.
        required status: u64,
        /// Its headers.
        default headers: Map<String>,
        /// The beginning of its body; 65,536 bytes of it are read.
        optional body: String,
        /// When it came.
        required at: Moment,
        /// The limit of tokens in a minute that the deployment is configured with.
        optional tokens_per_minute: u64,
        /// The tokens that the request was estimated at.
        optional needed_tokens: u64,
    }
}

record! {
    /// How long a deployment is left alone after a signal or failures.
    pub struct CooldownsDoc as "Cooldowns" {
        /// After `own_quota`, in milliseconds; 10,000 where absent.
        optional own_quota_ms: u64,
        /// After `shared_capacity`, in milliseconds; 15,000 where absent.
        optional shared_capacity_ms: u64,
        /// After `temporary_cut`, in milliseconds; 60,000 where absent.
        optional temporary_cut_ms: u64,
        /// After `spend_limit`, in milliseconds; an hour where absent.
        optional spend_limit_ms: u64,
        /// After `not_ready`, in milliseconds; 30,000 where absent.
        optional not_ready_ms: u64,
        /// After `overloaded`, in milliseconds; 15,000 where absent.
        optional overloaded_ms: u64,
        /// After `failures` without a signal, in milliseconds; 15,000 where absent.
        optional down_ms: u64,
        /// How many failures without a signal, one behind the other, count; 3 where absent.
        optional failures: u64,
        /// What failed probes lengthen a cooldown to at most, in milliseconds; 300,000 where absent.
        optional longest_ms: u64,
        /// The longest wait that a provider is believed, in milliseconds; a day where absent.
        optional longest_stated_ms: u64,
        /// How long a probe may take, in milliseconds; 60,000 where absent.
        optional probe_ms: u64,
    }
}

closed_enum! {
    /// Why a deployment is left alone.
    pub enum CauseWord as "StopCause" {
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
        /// It failed, or did not answer.
        Down => "down",
    }
}

record! {
    /// A cause and how long it lasts.
    pub struct StopDoc as "Stop" {
        /// Why.
        required cause: CauseWord,
        /// The first instant at which it lasts no longer.
        required until: Moment,
    }
}

record! {
    /// The one request that finds out whether a deployment is well again.
    pub struct ProbeDoc as "Probe" {
        /// Its number.
        required number: u64,
        /// When another is let through if it has not answered.
        required until: Moment,
    }
}

record! {
    /// The health of one deployment.
    pub struct BreakerDoc as "BreakerData" {
        /// What keeps it out; of one cause the longest counts.
        default stops: Vec<StopDoc>,
        /// Failures without a signal, one behind the other.
        optional failures: u64,
        /// Probes that failed since it was last well.
        optional reopened: u64,
        /// The probe that is out.
        optional probe: ProbeDoc,
        /// How many probes were let through.
        optional probes: u64,
    }
}

impl From<DialectWord> for Dialect {
    fn from(word: DialectWord) -> Dialect {
        match word {
            DialectWord::OpenAi => Dialect::OpenAi,
            DialectWord::Azure => Dialect::Azure,
            DialectWord::Anthropic => Dialect::Anthropic,
            DialectWord::Bedrock => Dialect::Bedrock,
            DialectWord::Vertex => Dialect::Vertex,
            DialectWord::Other => Dialect::Other,
        }
    }
}

impl From<CauseWord> for Cause {
    fn from(word: CauseWord) -> Cause {
        Cause::Signal(match word {
            CauseWord::OwnQuota => SignalKind::OwnQuota,
            CauseWord::SharedCapacity => SignalKind::SharedCapacity,
            CauseWord::TemporaryCut => SignalKind::TemporaryCut,
            CauseWord::SpendLimit => SignalKind::SpendLimit,
            CauseWord::NotReady => SignalKind::NotReady,
            CauseWord::Overloaded => SignalKind::Overloaded,
            CauseWord::Down => return Cause::Down,
        })
    }
}

/// Reads an answer that is a tree of values: `{ dialect?, status, headers?, body?, at, tokens_per_minute?,
/// needed_tokens? }`.
///
/// # Errors
/// Everything that is wrong with the tree. Whatever the answer itself holds is none.
pub fn read_from(node: &Node) -> Result<Reading, Diagnostics> {
    decoded(node, |doc: ReplyDoc| doc.reading())
}

pub(super) fn decoded<D: Decode, T>(
    node: &Node,
    convert: impl FnOnce(D) -> T,
) -> Result<T, Diagnostics> {
    let mut context = Context::new();
    match D::decode(node, &mut context) {
        Some(doc) if !context.has_errors() => Ok(convert(doc)),
        Some(_) | None => Err(context.finish(Sources::new())),
    }
}

impl ReplyDoc {
    /// What it says.
    #[must_use]
    pub fn reading(&self) -> Reading {
        let headers = self
            .headers
            .iter()
            .map(|(name, value)| (name.value.as_str(), value.as_str()))
            .list();
        let reply = Reply {
            status: u16::try_from(self.status).unwrap_or(u16::MAX),
            headers: &headers,
            body: self.body.as_deref().unwrap_or_default(),
            at: self.at.0.start(),
        };
        let known = Known {
            tokens_per_minute: self.tokens_per_minute,
            needed_tokens: self.needed_tokens,
        };
        read(
            self.dialect.map(Dialect::from).unwrap_or_default(),
            &reply,
            &known,
        )
    }
}

impl From<&CooldownsDoc> for Cooldowns {
    fn from(doc: &CooldownsDoc) -> Cooldowns {
        let CooldownsDoc {
            span: _,
            own_quota_ms,
            shared_capacity_ms,
            temporary_cut_ms,
            spend_limit_ms,
            not_ready_ms,
            overloaded_ms,
            down_ms,
            failures,
            longest_ms,
            longest_stated_ms,
            probe_ms,
        } = doc;
        let rules = Cooldowns::DEFAULT;
        Cooldowns {
            own_quota_ms: own_quota_ms.unwrap_or(rules.own_quota_ms),
            shared_capacity_ms: shared_capacity_ms.unwrap_or(rules.shared_capacity_ms),
            temporary_cut_ms: temporary_cut_ms.unwrap_or(rules.temporary_cut_ms),
            spend_limit_ms: spend_limit_ms.unwrap_or(rules.spend_limit_ms),
            not_ready_ms: not_ready_ms.unwrap_or(rules.not_ready_ms),
            overloaded_ms: overloaded_ms.unwrap_or(rules.overloaded_ms),
            down_ms: down_ms.unwrap_or(rules.down_ms),
            failures: failures.unwrap_or(rules.failures),
            longest_ms: longest_ms.unwrap_or(rules.longest_ms),
            longest_stated_ms: longest_stated_ms.unwrap_or(rules.longest_stated_ms),
            probe_ms: probe_ms.unwrap_or(rules.probe_ms),
        }
    }
}

impl From<&BreakerDoc> for Breaker {
    fn from(doc: &BreakerDoc) -> Breaker {
        let mut breaker = Breaker {
            stops: Vec::new(),
            failures: doc.failures.unwrap_or(0),
            reopened: u32::try_from(doc.reopened.unwrap_or(0)).unwrap_or(u32::MAX),
            probe: doc.probe.as_ref().map(|probe| Probe {
                number: probe.number,
                until: probe.until.0.start(),
            }),
            probes: doc.probes.unwrap_or(0),
        };
        for stop in &doc.stops {
            breaker.stop(Stop {
                cause: stop.cause.into(),
                until: stop.until.0.start(),
            });
        }
        // A number is given once.
        let number = breaker.probe.map_or(0, |probe| probe.number);
        breaker.probes = breaker.probes.max(number);
        breaker
    }
}

impl Cooldowns {
    /// Reads cooldowns that are a tree of values; what is absent is as in [`Cooldowns::DEFAULT`].
    ///
    /// # Errors
    /// Everything that is wrong with the tree.
    pub fn from_node(node: &Node) -> Result<Cooldowns, Diagnostics> {
        decoded(node, |doc: CooldownsDoc| Cooldowns::from(&doc))
    }
}

impl Breaker {
    /// Reads a breaker as [`Breaker::to_json`] writes it.
    ///
    /// # Errors
    /// Everything that is wrong with the tree.
    pub fn from_node(node: &Node) -> Result<Breaker, Diagnostics> {
        decoded(node, |doc: BreakerDoc| Breaker::from(&doc))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::Meaning;
    use crate::time::Instant;

    fn node(text: &str) -> Node {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn words_are_those_of_the_core() {
        for word in DialectWord::ALL {
            let text = alloc::format!("{word}");
            assert_eq!(Dialect::from(*word).name(), text);
        }
        assert_eq!(DialectWord::ALL.len(), Dialect::ALL.len());
        for word in CauseWord::ALL {
            assert_eq!(Cause::from(*word).name(), alloc::format!("{word}"));
        }
    }

    #[test]
    fn an_answer_is_read_from_a_tree() {
        let reading = read_from(&node(
            r#"{ "dialect": "azure", "status": 429, "headers": { "retry-after": "3", "x-ratelimit-limit-tokens": "10" },
                 "body": "", "at": "2026-11-22T10:00:00Z", "tokens_per_minute": 20 }"#,
        ))
        .unwrap();
        assert_eq!(reading.signal, Some(SignalKind::TemporaryCut));
        assert_eq!(reading.retry_after_ms, Some(3_000));
        let least = read_from(&node(r#"{ "status": 99999, "at": "2026-11-22" }"#)).unwrap();
        assert_eq!(least.meaning.name(), "down");
        let least = read_from(&node(r#"{ "status": 200, "at": "2026-11-22" }"#)).unwrap();
        assert_eq!(least.meaning, Meaning::Served);
        for wrong in [
            "{}",
            "[]",
            r#"{ "status": 200 }"#,
            r#"{ "status": -1, "at": "2026-11-22" }"#,
            r#"{ "status": 200, "at": "2026-11-22", "dialect": "klingon" }"#,
            r#"{ "status": 200, "at": "2026-11-22", "headers": [] }"#,
            r#"{ "status": 200, "at": "2026-11-22", "header": {} }"#,
        ] {
            assert!(read_from(&node(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn cooldowns_that_are_not_stated_are_the_default() {
        assert_eq!(
            Cooldowns::from_node(&node("{}")).unwrap(),
            Cooldowns::DEFAULT
        );
        let own = Cooldowns::from_node(&node(r#"{ "own_quota_ms": 1, "failures": 9 }"#)).unwrap();
        assert_eq!(
            own,
            Cooldowns {
                own_quota_ms: 1,
                failures: 9,
                ..Cooldowns::DEFAULT
            }
        );
        assert!(Cooldowns::from_node(&node(r#"{ "own_quota": 1 }"#)).is_err());
    }

    #[test]
    fn a_breaker_that_was_kept_goes_on() {
        let until = |text: &str| Instant::parse(text).unwrap();
        let breaker = Breaker {
            stops: Vec::from([
                Stop {
                    cause: Cause::Down,
                    until: until("2026-11-22T10:00:00.250Z"),
                },
                Stop {
                    cause: Cause::Signal(SignalKind::NotReady),
                    until: until("2026-11-22T10:00:01Z"),
                },
            ]),
            failures: 2,
            reopened: 4,
            probe: Some(Probe {
                number: 7,
                until: until("2026-11-22T10:01:00Z"),
            }),
            probes: 7,
        };
        for breaker in [breaker, Breaker::default()] {
            let kept = node(&breaker.to_json().canonical());
            assert_eq!(Breaker::from_node(&kept).unwrap(), breaker);
        }
        let odd = Breaker::from_node(&node(
            r#"{ "stops": [ { "cause": "down", "until": "2026-11-23" }, { "cause": "down", "until": "2026-11-22" } ],
                 "probe": { "number": 9, "until": "2026-11-22" }, "reopened": 9007199254740991 }"#,
        ))
        .unwrap();
        assert_eq!(odd.stops.len(), 1);
        assert_eq!(odd.stops[0].until, until("2026-11-23T00:00:00Z"));
        assert_eq!((odd.probes, odd.reopened), (9, u32::MAX));
        assert!(
            Breaker::from_node(&node(
                r#"{ "stops": [ { "cause": "bored", "until": "2026-11-22" } ] }"#
            ))
            .is_err()
        );
    }
}

//! What providers' answers signal, and what follows from it: a cooldown, a probe, the next attempt.
//!
//! [`read`] makes typed facts of an answer. The same status means different things to a contract: shared capacity that
//! is exhausted is the provider's own refusal, a full quota is the buyer's, and a spend limit is raised by somebody, not
//! by waiting. A [`Breaker`] keeps what was signalled of one deployment and says what a state says of it, and
//! [`Decision::follow`](crate::model::Decision::follow) which attempt may come next.
//!
//! The module is part of the core: who decides without feature `authoring` has answers to read as well.
//!
//! **Invariant**: nothing here makes anything eligible. A signal puts a deployment out of room for a while, by the
//! reasons that question 3 reads, and what follows an attempt is the next attempt of the same decision or nothing.

mod body;
#[cfg(feature = "authoring")]
mod documents;
#[cfg(feature = "authoring")]
mod exchange;
mod headers;
mod health;
mod meaning;
mod next;
#[cfg(test)]
mod tests;

use alloc::string::{String, ToString};
use alloc::vec::Vec;

#[cfg(feature = "authoring")]
pub use documents::{
    BreakerDoc, CauseWord, CooldownsDoc, DialectWord, ProbeDoc, ReplyDoc, StopDoc, read_from,
};
#[cfg(feature = "authoring")]
pub use exchange::{
    BreakerStepDoc, BreakerSteppedDoc, EntryDoc, EntryWord, MeaningWord, ReadingDoc, ReportedDoc,
    RetryWord, WindowDoc, step_from,
};
pub use health::{Breaker, Cause, Cooldowns, Entry, Probe, Reported, Stop};
pub use next::{End, Next};

use crate::json::Json;
use crate::model::state::SignalKind;
use crate::model::vocabulary::Refusal;
use crate::time::Instant;
use body::Body;

/// Whose answers are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// OpenAI.
    OpenAi,
    /// Azure OpenAI.
    Azure,
    /// Anthropic.
    Anthropic,
    /// Amazon Bedrock.
    Bedrock,
    /// Google Vertex AI, and the Gemini API.
    Vertex,
    /// Somebody else, or nobody knows: what any of them says is understood, as far as it has one meaning.
    #[default]
    Other,
}

impl Dialect {
    /// Every dialect.
    pub const ALL: [Dialect; 6] = [
        Dialect::OpenAi,
        Dialect::Azure,
        Dialect::Anthropic,
        Dialect::Bedrock,
        Dialect::Vertex,
        Dialect::Other,
    ];

    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Dialect::OpenAi => "openai",
            Dialect::Azure => "azure",
            Dialect::Anthropic => "anthropic",
            Dialect::Bedrock => "bedrock",
            Dialect::Vertex => "vertex",
            Dialect::Other => "other",
        }
    }

    /// The dialect of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Dialect> {
        Dialect::ALL
            .into_iter()
            .find(|dialect| dialect.name() == name)
    }
}

/// An upstream's answer.
#[derive(Clone, Copy, Debug)]
pub struct Reply<'a> {
    /// The status; 0 where nothing was answered, in time or at all.
    pub status: u16,
    /// Names, in any case of letters, and values.
    pub headers: &'a [(&'a str, &'a str)],
    /// The beginning of the body; 65,536 bytes of it are read. Statuses for which [`body_matters`] is false need none.
    pub body: &'a str,
    /// When it came.
    pub at: Instant,
}

/// What the caller knows that an answer is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The limit of tokens in a minute that the deployment is configured with: one that is signalled below it was cut.
    pub tokens_per_minute: Option<u64>,
    /// The tokens that the request was estimated at, as the provider estimates: what exceeds the whole limit never fits.
    pub needed_tokens: Option<u64>,
}

/// What an answer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What it means to the policy.
    pub meaning: Meaning,
    /// The signal, where it is one.
    pub signal: Option<SignalKind>,
    /// Whether the provider said which signal it is; where false, the status alone speaks, and is read as what gives away
    /// least: a full quota of the buyer.
    pub stated: bool,
    /// Whether the request alone is more than the whole limit: others may still fit.
    pub too_large: bool,
    /// Where the same request may be tried again.
    pub retry: Retry,
    /// How long to wait as the provider says, in milliseconds.
    pub retry_after_ms: Option<u64>,
    /// What is left of requests.
    pub requests: Option<Window>,
    /// What is left of tokens, input and output together.
    pub tokens: Option<Window>,
    /// What is left of input tokens, where they have a limit of their own.
    pub input_tokens: Option<Window>,
    /// What is left of output tokens, where they have a limit of their own.
    pub output_tokens: Option<Window>,
    /// Whether the provider served it elsewhere than asked; `None` where it does not say.
    pub spilled_over: Option<bool>,
    /// The provider's name of the deployment that it spilled over from.
    pub spilled_from: Option<String>,
}

/// What an answer means to the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// It was served.
    Served,
    /// The client's request is at fault, or its content is refused: it would be so anywhere.
    Client,
    /// The gateway's key, account or address is not accepted. It tells nothing of the provider, and discharges no right.
    Credentials,
    /// A failure that an attempt may list in `next_if`.
    Refused(Refusal),
}

impl Meaning {
    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Meaning::Served => "served",
            Meaning::Client => "client",
            Meaning::Credentials => "credentials",
            Meaning::Refused(refusal) => refusal.name(),
        }
    }
}

/// Where a request may be tried again, as far as the provider's answer goes; whether it may go elsewhere is the policy's
/// to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Nowhere: the answer would be the same.
    Never,
    /// Elsewhere only: time does not help here.
    Elsewhere,
    /// Here after a while, or elsewhere.
    Later,
}

impl Retry {
    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Retry::Never => "never",
            Retry::Elsewhere => "elsewhere",
            Retry::Later => "later",
        }
    }
}

/// What a provider tells of one of its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The limit.
    pub limit: Option<u64>,
    /// What is left of it.
    pub remaining: Option<u64>,
    /// When it is whole again.
    pub resets_at: Option<Instant>,
    /// What `remaining` is rounded to; 1 where it is exact.
    pub rounded_to: u64,
}

/// Whether the body of an answer with this status can change what it means.
#[must_use]
pub const fn body_matters(status: u16) -> bool {
    status >= 400
}

/// Reads an answer. Whatever it holds is read as far as it is understood; nothing of it is an error.
///
/// ```
/// use wayleave::model::state::SignalKind;
/// use wayleave::signal::{Dialect, Known, Reply, read};
/// use wayleave::time::Instant;
///
/// let reply = Reply {
///     status: 429,
///     headers: &[("retry-after-ms", "1200"), ("retry-after", "2")],
///     body: r#"{"error":{"code":"429","message":"The system is currently experiencing high demand."}}"#,
///     at: Instant::parse("2026-11-22T10:00:00Z").expect("an instant"),
/// };
/// let reading = read(Dialect::Azure, &reply, &Known::default());
/// assert_eq!(reading.signal, Some(SignalKind::SharedCapacity)); // not the buyer's quota
/// assert_eq!(reading.retry_after_ms, Some(1_200));
/// ```
#[must_use]
pub fn read(dialect: Dialect, reply: &Reply<'_>, known: &Known) -> Reading {
    let body = if body_matters(reply.status) {
        Body::read(reply.body)
    } else {
        Body::default()
    };
    let window = |name| headers::window(dialect, reply, name);
    let tokens = [window("tokens"), window("tokens_usage_based")];
    let spill = |name| headers::header(reply.headers, &["x-ms-", name]);
    let spilled_from = spill("spillover-from-deployment").map(String::from);
    let told = body.retry_delay.as_deref();
    let mut reading = Reading {
        meaning: Meaning::Served,
        signal: None,
        stated: false,
        too_large: false,
        retry: Retry::Never,
        retry_after_ms: headers::retry_after_ms(reply)
            .or_else(|| told.and_then(headers::duration_ms)),
        requests: window("requests"),
        // Of two counters of tokens the one counts that has less left.
        tokens: tokens
            .into_iter()
            .flatten()
            .reduce(|one, other| if other.is_tighter(&one) { other } else { one }),
        input_tokens: window("input-tokens"),
        output_tokens: window("output-tokens"),
        spilled_over: match spill("is-spilled-over") {
            Some(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Some(text) if text.eq_ignore_ascii_case("false") => Some(false),
            Some(_) | None => spilled_from.is_some().then_some(true),
        },
        spilled_from,
    };
    meaning::judge(dialect, reply, known, &body, &mut reading);
    reading
}

impl Window {
    fn is_tighter(&self, other: &Window) -> bool {
        match (self.remaining, other.remaining) {
            (Some(own), Some(other)) => own < other,
            (own, None) => own.is_some(),
            (None, Some(_)) => false,
        }
    }

    fn to_json(self) -> Json {
        let mut members = Vec::new();
        let counts = [("limit", self.limit), ("remaining", self.remaining)];
        for (name, count) in counts {
            if let Some(count) = count {
                members.push((name.into(), Json::count(count)));
            }
        }
        if let Some(at) = self.resets_at {
            members.push(("resets_at".into(), Json::text(at.to_string())));
        }
        if self.rounded_to != 1 {
            members.push(("rounded_to".into(), Json::count(self.rounded_to)));
        }
        Json::Object(members)
    }
}

impl Reading {
    /// The limits it tells of, by name.
    pub fn windows(&self) -> impl Iterator<Item = (&'static str, Window)> {
        [
            ("requests", self.requests),
            ("tokens", self.tokens),
            ("input_tokens", self.input_tokens),
            ("output_tokens", self.output_tokens),
        ]
        .into_iter()
        .filter_map(|(name, window)| Some((name, window?)))
    }

    /// When to try again as the provider says: after the wait it states, else when the limits are whole again of which
    /// nothing is left.
    #[must_use]
    pub fn retry_at(&self, at: Instant) -> Option<Instant> {
        if let Some(ms) = self.retry_after_ms {
            let at = i64::try_from(ms).ok().and_then(|ms| at.plus_millis(ms));
            return Some(at.unwrap_or(Instant::MAX));
        }
        let is_limit = self
            .signal
            .is_some_and(|signal| signal.refusal() == Refusal::Quota);
        self.windows()
            .filter(|(_, window)| is_limit && window.remaining == Some(0))
            .filter_map(|(_, window)| window.resets_at)
            .max()
    }

    /// The reading as JSON. What is not said is left out.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let mut members = Vec::from([("meaning".into(), Json::text(self.meaning.name()))]);
        let mut put = |name: &'static str, value: Json| members.push((name.into(), value));
        if let Some(signal) = self.signal {
            put("signal", Json::text(signal.name()));
            put("stated", Json::Bool(self.stated));
        }
        if self.too_large {
            put("too_large", Json::Bool(true));
        }
        put("retry", Json::text(self.retry.name()));
        if let Some(ms) = self.retry_after_ms {
            put("retry_after_ms", Json::count(ms));
        }
        for (name, window) in self.windows() {
            put(name, window.to_json());
        }
        if let Some(spilled) = self.spilled_over {
            put("spilled_over", Json::Bool(spilled));
        }
        if let Some(from) = &self.spilled_from {
            put("spilled_from", Json::text(from.clone()));
        }
        Json::Object(members)
    }
}

//! What an answer means: by its status, and by its words where one status means several things.
//!
//! A provider's own limit and its shared capacity come with the same status and much the same words, and a contract
//! tells them apart: so each word counts only as far as providers document it.

use alloc::string::String;

use super::body::Body;
use super::headers::header;
use super::{Dialect, Known, Meaning, Reading, Reply, Retry};
use crate::model::state::SignalKind;
use crate::model::vocabulary::Refusal;

/// A phrase in lower case: alternatives, one behind the other.
type Phrase = &'static [&'static [&'static str]];

/// The capacity that all buyers share, whatever else is said.
const PLAINLY_SHARED: &[Phrase] = &[
    &[&["high demand"]],
    &[&["temporarily unable to process your request"]],
];

/// The buyer's own limit, worded much like shared exhaustion.
const OWN_LIMIT: &[Phrase] = &[
    &[&["exceeded "], &["", "the ", "your "], &["provisioned"]],
    &[&["", "service"], &["quota"]],
];

const SPEND_LIMIT: &[Phrase] = &[
    &[&["spend"], &["_", " "], &["limit"]],
    &[&["insufficient_quota"]],
    &[
        &["billing"],
        &["_", " "],
        &["hard"],
        &["_", " "],
        &["limit"],
    ],
];

const SHARED: &[Phrase] = &[
    &[
        &["resource"],
        &["", "s"],
        &[" "],
        &["", "has been ", "have been ", "is ", "are "],
        &["exhausted"],
    ],
    &[
        &[
            "no ",
            "out of ",
            "at ",
            "over ",
            "insufficient ",
            "limited ",
            "not enough ",
        ],
        &["capacity"],
    ],
    &[
        &["capacity "],
        &["", "is "],
        &["constrain", "exceed", "exhaust", "limit", "unavailable"],
    ],
];

const OVERLOADED: &[Phrase] = &[&[&["overloaded"]], &[&["too busy"]]];

const NOT_READY: &[Phrase] = &[&[
    &["model"],
    &["", "_", " "],
    &["not"],
    &["", "_", " "],
    &["ready"],
]];

/// The provider asks for fewer requests than the limits allow.
const SLOW_DOWN: &[Phrase] = &[&[&["slow"], &["_", " "], &["down"]]];

/// One request is more than the whole limit.
const TOO_LARGE: &[Phrase] = &[&[&["request too large"]]];

/// That a limit of the buyer is full, without a word about whose capacity is short.
const RATE_LIMIT: &[Phrase] = &[
    &[&["rate"], &["_", " ", ""], &["limit"]],
    &[&["throttling"]],
    &[&["too many "], &["requests", "tokens"]],
];

const UNSUPPORTED_START: &[Phrase] = &[&[
    &["unsupported "],
    &["parameter", "value", "field", "name", "request argument"],
]];

const UNSUPPORTED: &[Phrase] = &[
    &[
        &["is", "are"],
        &[" not supported "],
        &["with ", "by ", "for ", "in ", "on "],
    ],
    &[&["does not support"]],
    &[&["maximum", "max"], &[" context length"]],
    &[
        &["exceed"],
        &["", "s"],
        &[" "],
        &["", "the "],
        &["", "model's ", "maximum "],
        &["context"],
    ],
    &[
        &["context "],
        &["length", "window"],
        &["", " is", " was"],
        &[" exceeded"],
    ],
    &[&["prompt", "input"], &[" is too long"]],
];

/// Codes that say no to what the request needs. A parameter that nobody knows is a slip of the client.
const UNSUPPORTED_CODES: &[&str] = &[
    "unsupported_parameter",
    "unsupported_value",
    "unsupported_model",
    "unsupported_feature",
    "context_length_exceeded",
];

/// Codes that say no more than the status does.
const GENERAL_CODES: &[&str] = &[
    "",
    "400",
    "badrequest",
    "bad_request",
    "invalid_request",
    "invalid_request_error",
    "validationerror",
    "validation_error",
    "validationexception",
    "validation_exception",
];

/// Codes by which a provider refuses the content itself.
const FILTER_CODES: &[&str] = &[
    "content_filter",
    "content_filtered",
    "content_policy_violation",
    "responsibleaipolicyviolation",
    "responsible_ai_policy_violation",
];

/// Puts into `reading` what the answer means.
pub(super) fn judge(
    dialect: Dialect,
    reply: &Reply<'_>,
    known: &Known,
    body: &Body,
    reading: &mut Reading,
) {
    let exception = exception(dialect, reply, body);
    let words = Words::of(body, exception);
    let status = status(dialect, reply.status, body, exception);
    let meaning = match status {
        429 => return limited(dialect, reply, known, &words, reading),
        529 => return signals(SignalKind::Overloaded, true, reading),
        503 => {
            if let Some(shared) = words.shared(reply) {
                return signals(shared, true, reading);
            }
            if words.say(SLOW_DOWN) {
                return signals(SignalKind::TemporaryCut, true, reading);
            }
            Meaning::Refused(Refusal::Down)
        }
        200..=299 => Meaning::Served,
        // What concerns the gateway's key, account, address or proxy, none of which is the client's.
        403 if words.has_code(FILTER_CODES) => Meaning::Client,
        401 | 402 | 403 | 404 | 407 => Meaning::Credentials,
        400 if words.say_unsupported() => Meaning::Refused(Refusal::CannotSupport),
        // A redirect leads somewhere that nobody named; it is not followed.
        0 | 300..=399 | 500.. => Meaning::Refused(Refusal::Down),
        1..=199 | 400..=499 => Meaning::Client,
    };
    reading.meaning = meaning;
    reading.retry = match meaning {
        Meaning::Served | Meaning::Client | Meaning::Credentials => Retry::Never,
        Meaning::Refused(Refusal::CannotSupport | Refusal::PriceAboveMatch) => Retry::Elsewhere,
        Meaning::Refused(Refusal::NoCapacity | Refusal::Quota | Refusal::Down) => Retry::Later,
    };
}

/// The status that says what the error's own name says, where that is more than the status does.
fn status(dialect: Dialect, status: u16, body: &Body, exception: &str) -> u16 {
    let is_anthropic = matches!(dialect, Dialect::Anthropic | Dialect::Other);
    match exception {
        _ if status < 400 => status,
        "ThrottlingException" | "ServiceQuotaExceededException" | "ModelNotReadyException" => 429,
        "ModelTimeoutException" | "ModelErrorException" => 500,
        _ if is_anthropic && body.kind == "overloaded_error" => 529,
        _ => status,
    }
}

/// The name of AWS's exception: of `com.amazon#ThrottlingException:http://…` what stands between.
fn exception<'a>(dialect: Dialect, reply: &Reply<'a>, body: &'a Body) -> &'a str {
    if !matches!(dialect, Dialect::Bedrock | Dialect::Other) {
        return "";
    }
    let text = header(reply.headers, &["x-amzn-errortype"]).unwrap_or(&body.exception);
    let text = text.split(':').next().unwrap_or_default();
    text.rsplit('#').next().unwrap_or_default()
}

/// Which of the limits an answer is about that says no more than "too many".
fn limited(
    dialect: Dialect,
    reply: &Reply<'_>,
    known: &Known,
    words: &Words,
    reading: &mut Reading,
) {
    if words.say(NOT_READY) {
        return signals(SignalKind::NotReady, true, reading);
    }
    if words.say(SPEND_LIMIT) {
        return signals(SignalKind::SpendLimit, true, reading);
    }
    if let Some(shared) = words.shared(reply) {
        return signals(shared, true, reading);
    }
    let limit = reading.tokens.and_then(|window| window.limit);
    let exceeds = |more: Option<u64>| match (limit, more) {
        (Some(limit), Some(more)) => limit < more,
        (None, _) | (_, None) => false,
    };
    // Azure lowers limits for hours while much is asked of it; the header has what is left of the configured one.
    let is_cut = dialect == Dialect::Azure && exceeds(known.tokens_per_minute);
    let is_spent = reading
        .windows()
        .any(|(_, window)| window.remaining == Some(0));
    let says_so = [OWN_LIMIT, RATE_LIMIT, SLOW_DOWN]
        .iter()
        .any(|phrases| words.say(phrases));
    reading.too_large = exceeds(known.needed_tokens) || words.say(TOO_LARGE);
    if is_cut || words.say(SLOW_DOWN) {
        signals(SignalKind::TemporaryCut, true, reading);
    } else {
        signals(
            SignalKind::OwnQuota,
            says_so || is_spent || reading.too_large,
            reading,
        );
    }
}

fn signals(kind: SignalKind, stated: bool, reading: &mut Reading) {
    reading.signal = Some(kind);
    reading.stated = stated;
    reading.meaning = Meaning::Refused(kind.refusal());
    reading.retry = if kind == SignalKind::SpendLimit || reading.too_large {
        Retry::Elsewhere
    } else {
        Retry::Later
    };
}

/// What an error says, in lower case.
struct Words {
    code: String,
    message: String,
    /// Everything.
    all: String,
}

impl Words {
    fn of(body: &Body, exception: &str) -> Words {
        let lower = |text: &str| text.to_ascii_lowercase();
        let mut all = lower(&body.message);
        for text in [&body.code, &body.kind, exception] {
            all.push('\n');
            all.push_str(&lower(text));
        }
        Words {
            code: lower(&body.code),
            message: lower(&body.message),
            all,
        }
    }

    fn say(&self, phrases: &[Phrase]) -> bool {
        says(&self.all, phrases)
    }

    fn has_code(&self, codes: &[&str]) -> bool {
        codes.contains(&self.code.as_str())
    }

    /// The provider's own shortage, as far as it is plainly said: own limits have much the same words.
    fn shared(&self, reply: &Reply<'_>) -> Option<SignalKind> {
        if self.say(PLAINLY_SHARED) {
            return Some(SignalKind::SharedCapacity);
        }
        if self.say(OWN_LIMIT) {
            return None;
        }
        if self.say(OVERLOADED) || header(reply.headers, &["x-envoy-overloaded"]) == Some("true") {
            return Some(SignalKind::Overloaded);
        }
        self.say(SHARED).then_some(SignalKind::SharedCapacity)
    }

    fn say_unsupported(&self) -> bool {
        // A message may quote what the client wrote, so it counts only where no code speaks.
        if !self.has_code(GENERAL_CODES) {
            return self.has_code(UNSUPPORTED_CODES);
        }
        UNSUPPORTED_START
            .iter()
            .any(|phrase| follows(&self.message, phrase))
            || says(&self.message, UNSUPPORTED)
    }
}

/// Whether a text has one of the phrases, each from the beginning of a word.
fn says(text: &str, phrases: &[Phrase]) -> bool {
    let mut before = ' ';
    text.char_indices().any(|(at, letter)| {
        let begins = !before.is_ascii_alphanumeric();
        before = letter;
        begins
            && text
                .get(at..)
                .is_some_and(|rest| phrases.iter().any(|phrase| follows(rest, phrase)))
    })
}

fn follows(rest: &str, phrase: &[&[&str]]) -> bool {
    match phrase.split_first() {
        None => true,
        Some((words, next)) => words
            .iter()
            .filter_map(|word| rest.strip_prefix(word))
            .any(|rest| follows(rest, next)),
    }
}

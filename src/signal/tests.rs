//! Tables of answers as providers send them, and of what they mean.

use super::*;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

fn at() -> Instant {
    Instant::parse("2026-11-22T10:00:00Z").unwrap()
}

fn reading(dialect: Dialect, status: u16, headers: &[(&str, &str)], body: &str) -> Reading {
    let reply = Reply {
        status,
        headers,
        body,
        at: at(),
    };
    read(dialect, &reply, &Known::default())
}

fn json(message: &str, code: Option<&str>) -> String {
    let code = code.map_or("null".into(), |code| format!("\"{code}\""));
    format!(
        r#"{{"error":{{"message":{},"code":{code}}}}}"#,
        Json::text(String::from(message)).canonical()
    )
}

/// Whose answer, status, body; meaning, signal, whether it is stated, where to try again.
type Row = (
    Dialect,
    u16,
    String,
    &'static str,
    Option<SignalKind>,
    bool,
    &'static str,
);

fn rows() -> Vec<Row> {
    use Dialect::{Anthropic, Azure, Bedrock, OpenAi, Vertex};
    use SignalKind::{NotReady, Overloaded, OwnQuota, SharedCapacity, SpendLimit, TemporaryCut};
    let anthropic = |kind: &str, message: &str| {
        format!(r#"{{"type":"error","error":{{"type":"{kind}","message":"{message}"}}}}"#)
    };
    let aws = |name: &str, message: &str| format!(r#"{{"message":"{message}","__type":"{name}"}}"#);
    let google = |code: u16, message: &str, status: &str| {
        format!(r#"{{"error":{{"code":{code},"message":"{message}","status":"{status}"}}}}"#)
    };
    Vec::from([
        // OpenAI: a rate, a spend limit, one request too large, the service.
        (
            OpenAi,
            429,
            json(
                "Rate limit reached for gpt-5.5 on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000. Please try again in 2s.",
                Some("rate_limit_exceeded"),
            ),
            "quota",
            Some(OwnQuota),
            true,
            "later",
        ),
        (
            OpenAi,
            429,
            json(
                "You exceeded your current quota, please check your plan and billing details.",
                Some("insufficient_quota"),
            ),
            "quota",
            Some(SpendLimit),
            true,
            "elsewhere",
        ),
        (
            OpenAi,
            429,
            json(
                "Request too large for gpt-5.5 on tokens per min (TPM): Limit 30000, Requested 40000.",
                Some("rate_limit_exceeded"),
            ),
            "quota",
            Some(OwnQuota),
            true,
            "elsewhere",
        ),
        (
            OpenAi,
            503,
            json(
                "The engine is currently overloaded, please try again later",
                None,
            ),
            "no_capacity",
            Some(Overloaded),
            true,
            "later",
        ),
        (
            OpenAi,
            503,
            json("Slow down", Some("slow_down")),
            "quota",
            Some(TemporaryCut),
            true,
            "later",
        ),
        (
            OpenAi,
            500,
            json(
                "The server had an error while processing your request",
                None,
            ),
            "down",
            None,
            false,
            "later",
        ),
        // Azure: the own limit by tokens and by requests, the service's capacity. The cut has a test of its own.
        (
            Azure,
            429,
            json(
                "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-10-01-preview have exceeded token rate limit of your current AIServices S0 pricing tier. Please retry after 37 seconds.",
                Some("429"),
            ),
            "quota",
            Some(OwnQuota),
            true,
            "later",
        ),
        (
            Azure,
            429,
            json(
                "Rate limit is exceeded. Try again in 7 seconds.",
                Some("429"),
            ),
            "quota",
            Some(OwnQuota),
            true,
            "later",
        ),
        (
            Azure,
            429,
            json(
                "The system is currently experiencing high demand and cannot process your request. For improved capacity reliability, consider switching to Provisioned Throughput.",
                None,
            ),
            "no_capacity",
            Some(SharedCapacity),
            true,
            "later",
        ),
        (
            Azure,
            429,
            json(
                "The service is temporarily unable to process your request. Please try again later. This is no quota issue.",
                None,
            ),
            "no_capacity",
            Some(SharedCapacity),
            true,
            "later",
        ),
        (
            Azure,
            400,
            json("The response was filtered", Some("content_filter")),
            "client",
            None,
            false,
            "never",
        ),
        // Anthropic.
        (
            Anthropic,
            429,
            anthropic(
                "rate_limit_error",
                "This request would exceed your organization's rate limit",
            ),
            "quota",
            Some(OwnQuota),
            true,
            "later",
        ),
        (
            Anthropic,
            429,
            anthropic("enforced_spend_limit_reached", "…"),
            "quota",
            Some(SpendLimit),
            true,
            "elsewhere",
        ),
        (
            Anthropic,
            429,
            anthropic(
                "rate_limit_error",
                "enforced_spend_limit_reached: raise the limit",
            ),
            "quota",
            Some(SpendLimit),
            true,
            "elsewhere",
        ),
        (
            Anthropic,
            529,
            anthropic("overloaded_error", "Overloaded"),
            "no_capacity",
            Some(Overloaded),
            true,
            "later",
        ),
        (
            Anthropic,
            500,
            anthropic("overloaded_error", "Overloaded"),
            "no_capacity",
            Some(Overloaded),
            true,
            "later",
        ),
        (
            Anthropic,
            500,
            anthropic("api_error", "Internal server error"),
            "down",
            None,
            false,
            "later",
        ),
        (
            Anthropic,
            400,
            anthropic(
                "invalid_request_error",
                "prompt is too long: 300000 tokens > 200000 maximum",
            ),
            "cannot_support",
            None,
            false,
            "elsewhere",
        ),
        (
            Anthropic,
            401,
            anthropic("authentication_error", "invalid x-api-key"),
            "credentials",
            None,
            false,
            "never",
        ),
        // Bedrock names its exceptions, whatever the status.
        (
            Bedrock,
            429,
            aws(
                "ThrottlingException",
                "Too many requests, please wait before trying again.",
            ),
            "quota",
            Some(OwnQuota),
            true,
            "later",
        ),
        (
            Bedrock,
            400,
            aws(
                "com.amazon.coral.service#ThrottlingException",
                "Too many tokens, please wait before trying again.",
            ),
            "quota",
            Some(OwnQuota),
            true,
            "later",
        ),
        (
            Bedrock,
            400,
            aws("ServiceQuotaExceededException", "…"),
            "quota",
            Some(OwnQuota),
            true,
            "later",
        ),
        (
            Bedrock,
            429,
            aws(
                "ModelNotReadyException",
                "The model is not ready for inference.",
            ),
            "down",
            Some(NotReady),
            true,
            "later",
        ),
        (
            Bedrock,
            408,
            aws(
                "ModelTimeoutException",
                "The request took too long to process.",
            ),
            "down",
            None,
            false,
            "later",
        ),
        (
            Bedrock,
            424,
            aws("ModelErrorException", "…"),
            "down",
            None,
            false,
            "later",
        ),
        (
            Bedrock,
            503,
            aws(
                "ServiceUnavailableException",
                "The service isn't currently available.",
            ),
            "down",
            None,
            false,
            "later",
        ),
        (
            Bedrock,
            400,
            aws(
                "ValidationException",
                "Input is too long for requested model.",
            ),
            "cannot_support",
            None,
            false,
            "elsewhere",
        ),
        (
            Bedrock,
            400,
            aws("ValidationException", "Malformed input request"),
            "client",
            None,
            false,
            "never",
        ),
        // Vertex: the shared pool, the own throughput, a quota of the project.
        (
            Vertex,
            429,
            google(
                429,
                "Resource exhausted, please try again later.",
                "RESOURCE_EXHAUSTED",
            ),
            "no_capacity",
            Some(SharedCapacity),
            true,
            "later",
        ),
        (
            Vertex,
            429,
            google(
                429,
                "Too many requests. Exceeded the Provisioned Throughput.",
                "RESOURCE_EXHAUSTED",
            ),
            "quota",
            Some(OwnQuota),
            true,
            "later",
        ),
        (
            Vertex,
            429,
            google(
                429,
                "Quota exceeded for aiplatform.googleapis.com/online_prediction_requests_per_base_model",
                "RESOURCE_EXHAUSTED",
            ),
            "quota",
            Some(OwnQuota),
            true,
            "later",
        ),
        (
            Vertex,
            429,
            google(
                429,
                "You exceeded your current quota, please check your plan and billing details.",
                "RESOURCE_EXHAUSTED",
            ),
            "quota",
            Some(OwnQuota),
            true,
            "later",
        ),
        (
            Vertex,
            503,
            google(
                503,
                "The model is overloaded. Please try again later.",
                "UNAVAILABLE",
            ),
            "no_capacity",
            Some(Overloaded),
            true,
            "later",
        ),
        // A status alone: what gives least away, and said to be so.
        (
            Vertex,
            429,
            google(429, "…", "RESOURCE_EXHAUSTED"),
            "quota",
            Some(OwnQuota),
            false,
            "later",
        ),
        (
            OpenAi,
            429,
            String::new(),
            "quota",
            Some(OwnQuota),
            false,
            "later",
        ),
    ])
}

#[test]
fn every_dialect_is_read_as_its_provider_means_it() {
    for (dialect, status, body, meaning, signal, stated, retry) in rows() {
        let found = reading(dialect, status, &[], &body);
        assert_eq!(
            (
                found.meaning.name(),
                found.signal,
                found.stated,
                found.retry.name()
            ),
            (meaning, signal, stated, retry),
            "{} {status} {body}",
            dialect.name()
        );
    }
}

#[test]
fn whoever_answers_the_meaning_is_the_same_where_it_has_one() {
    for (dialect, status, body, meaning, ..) in rows() {
        let found = reading(Dialect::Other, status, &[], &body);
        assert_eq!(
            found.meaning.name(),
            meaning,
            "{} {status} {body}",
            dialect.name()
        );
    }
}

#[test]
fn statuses_and_words_mean_to_anybody_what_they_say() {
    let rows = [
        (
            429,
            json("Resource has been exhausted (e.g. check quota).", None),
            "quota",
        ),
        (
            429,
            json("Not enough capacity for the model", None),
            "no_capacity",
        ),
        (429, json("capacity is exceeded", None), "no_capacity"),
        (
            429,
            json("The resources are exhausted", None),
            "no_capacity",
        ),
        (429, json("resources exhausting", None), "quota"),
        (429, String::new(), "quota"),
        (529, String::new(), "no_capacity"),
        (500, json("at capacity", None), "down"),
        (502, String::new(), "down"),
        (503, String::new(), "down"),
        (504, String::new(), "down"),
        (302, String::new(), "down"),
        (0, String::new(), "down"),
        (999, String::new(), "down"),
        (200, json("high demand", None), "served"),
        (206, String::new(), "served"),
        (
            400,
            json(
                "Unsupported parameter: 'max_tokens'",
                Some("unsupported_parameter"),
            ),
            "cannot_support",
        ),
        (
            400,
            json("Unsupported parameter: 'max_tokens'", None),
            "cannot_support",
        ),
        (
            400,
            json("Say why 'unsupported parameter' was sent", None),
            "client",
        ),
        (
            400,
            json("'tools' is not supported with this model.", None),
            "cannot_support",
        ),
        (400, json("This is not supported", None), "client"),
        (
            400,
            json("Unknown parameter: 'reasoning'.", Some("unknown_parameter")),
            "client",
        ),
        (
            400,
            json(
                "Unrecognized request argument supplied: reasoning_effort",
                None,
            ),
            "client",
        ),
        (
            400,
            json(
                "This model's maximum context length is 8192 tokens.",
                Some("context_length_exceeded"),
            ),
            "cannot_support",
        ),
        (
            400,
            json("It exceeds the model's context window", None),
            "cannot_support",
        ),
        (
            400,
            json(
                "The context window was exceeded",
                Some("invalid_request_error"),
            ),
            "cannot_support",
        ),
        (
            400,
            r#"{"message":"Input is too long for requested model."}"#.into(),
            "cannot_support",
        ),
        (
            400,
            r#"{"message":"Malformed input request: #: extraneous key [foo] is not permitted"}"#
                .into(),
            "client",
        ),
        (
            400,
            "prompt is too long: 300000 tokens > 200000 maximum".into(),
            "cannot_support",
        ),
        (
            400,
            json(
                "Invalid 'user': string too long. Expected at most 64 characters.",
                Some("string_above_max_length"),
            ),
            "client",
        ),
        (
            400,
            json("Unrecognized parameter: 'temprature'", None),
            "client",
        ),
        (
            400,
            json("The value is not one of ours", Some("unsupported_value")),
            "cannot_support",
        ),
        // What the client wrote may be quoted; it does not decide who is asked.
        (
            400,
            json(
                "Invalid value: 'Unsupported parameter'. Supported values are: 'user'.",
                Some("invalid_value"),
            ),
            "client",
        ),
        (
            400,
            json("The response was filtered", Some("content_filter")),
            "client",
        ),
        (400, String::new(), "client"),
        (401, String::new(), "credentials"),
        (402, String::new(), "credentials"),
        (403, String::new(), "credentials"),
        (403, json("…", Some("content_filter")), "client"),
        (404, json("unsupported_parameter", None), "credentials"),
        (407, String::new(), "credentials"),
        (413, String::new(), "client"),
        (422, String::new(), "client"),
    ];
    for (status, body, meaning) in rows {
        let found = reading(Dialect::Other, status, &[], &body);
        assert_eq!(found.meaning.name(), meaning, "{status} {body}");
    }
}

#[test]
fn only_the_beginning_of_what_is_said_is_judged() {
    for (status, near, far, words) in [
        (429, "no_capacity", "quota", ["", "high demand"]),
        (503, "no_capacity", "down", ["", "high demand"]),
        (
            400,
            "cannot_support",
            "client",
            ["", "it does not support that"],
        ),
    ] {
        let text = |pad: usize| json(&words.join(&" ".repeat(pad)), None);
        assert_eq!(
            reading(Dialect::Other, status, &[], &text(100))
                .meaning
                .name(),
            near
        );
        assert_eq!(
            reading(Dialect::Other, status, &[], &text(5_000))
                .meaning
                .name(),
            far
        );
    }
}

#[test]
fn what_headers_alone_say_counts() {
    let proxy = [("X-Envoy-Overloaded", "true")];
    let found = reading(Dialect::Other, 503, &proxy, "");
    assert_eq!(found.signal, Some(SignalKind::Overloaded));
    let aws = [(
        "x-amzn-ErrorType",
        "ModelNotReadyException:http://internal.amazon.com/coral/",
    )];
    let found = reading(Dialect::Bedrock, 429, &aws, "{}");
    assert_eq!(found.signal, Some(SignalKind::NotReady));
    // An exception that nobody else than AWS names is none.
    let found = reading(Dialect::OpenAi, 400, &aws, "{}");
    assert_eq!(found.meaning, Meaning::Client);
    // Nor does it make a failure of a success.
    let found = reading(Dialect::Bedrock, 200, &aws, "{}");
    assert_eq!(found.meaning, Meaning::Served);
}

#[test]
fn azure_cuts_limits_for_a_while() {
    let limited = json("Rate limit is exceeded", Some("429"));
    let signal = |dialect, limit, configured, body: &str| {
        let headers = [("x-ratelimit-limit-tokens", limit)];
        let reply = Reply {
            status: 429,
            headers: &headers,
            body,
            at: at(),
        };
        let known = Known {
            tokens_per_minute: configured,
            needed_tokens: None,
        };
        read(dialect, &reply, &known).signal.unwrap()
    };
    let azure = Dialect::Azure;
    assert_eq!(
        signal(azure, "30000", Some(50_000), &limited),
        SignalKind::TemporaryCut
    );
    assert_eq!(
        signal(azure, "50000", Some(50_000), &limited),
        SignalKind::OwnQuota
    );
    assert_eq!(signal(azure, "30000", None, &limited), SignalKind::OwnQuota);
    assert_eq!(
        signal(azure, "-1", Some(50_000), &limited),
        SignalKind::OwnQuota
    );
    assert_eq!(
        signal(Dialect::OpenAi, "30000", Some(50_000), &limited),
        SignalKind::OwnQuota
    );
    // Whose capacity is short is said, and counts before what the header shows.
    let demand = json("System is experiencing high demand", None);
    assert_eq!(
        signal(azure, "30000", Some(50_000), &demand),
        SignalKind::SharedCapacity
    );
}

#[test]
fn what_exceeds_a_whole_limit_is_tried_elsewhere() {
    let headers = [("x-ratelimit-limit-tokens", "20000"), ("retry-after", "5")];
    let reply = Reply {
        status: 429,
        headers: &headers,
        body: "",
        at: at(),
    };
    let large = |needed| {
        let known = Known {
            needed_tokens: Some(needed),
            ..Known::default()
        };
        read(Dialect::Azure, &reply, &known)
    };
    assert_eq!(
        (large(20_000).too_large, large(20_000).retry),
        (false, Retry::Later)
    );
    assert_eq!(
        (large(20_001).too_large, large(20_001).retry),
        (true, Retry::Elsewhere)
    );
}

#[test]
fn what_is_left_is_read_by_the_headers_of_each() {
    let window = |limit, remaining, resets_at: &str, rounded_to| {
        Some(Window {
            limit: Some(limit),
            remaining: Some(remaining),
            resets_at: Instant::parse(resets_at),
            rounded_to,
        })
    };
    let headers = [
        ("x-ratelimit-limit-requests", "60"),
        ("x-ratelimit-remaining-requests", "59"),
        ("x-ratelimit-reset-requests", "1s"),
        ("x-ratelimit-limit-tokens", "150000"),
        ("x-ratelimit-remaining-tokens", "149984"),
        ("x-ratelimit-reset-tokens", "6m0s"),
        ("anthropic-ratelimit-requests-limit", "7"),
    ];
    for dialect in [Dialect::OpenAi, Dialect::Azure, Dialect::Other] {
        let found = reading(dialect, 200, &headers, "");
        assert_eq!(found.requests, window(60, 59, "2026-11-22T10:00:01Z", 1));
        assert_eq!(
            found.tokens,
            window(150_000, 149_984, "2026-11-22T10:06:00Z", 1)
        );
        assert_eq!((found.input_tokens, found.output_tokens), (None, None));
    }
    let headers = [
        ("Anthropic-RateLimit-Requests-Limit", "50"),
        ("anthropic-ratelimit-requests-remaining", "49"),
        ("anthropic-ratelimit-requests-reset", "2026-11-22T10:00:30Z"),
        ("anthropic-ratelimit-tokens-limit", "48000"),
        ("anthropic-ratelimit-tokens-remaining", "48000"),
        ("anthropic-ratelimit-tokens-reset", "2026-11-22T10:00:31Z"),
        ("anthropic-ratelimit-input-tokens-limit", "40000"),
        ("anthropic-ratelimit-input-tokens-remaining", "39000"),
        (
            "anthropic-ratelimit-input-tokens-reset",
            "2026-11-22T12:00:32+02:00",
        ),
        ("anthropic-ratelimit-output-tokens-limit", "8000"),
        ("anthropic-ratelimit-output-tokens-remaining", "8000"),
        (
            "anthropic-ratelimit-output-tokens-reset",
            "2026-11-22T10:00:33.250Z",
        ),
        ("x-ratelimit-limit-tokens", "1"),
    ];
    let found = reading(Dialect::Anthropic, 200, &headers, "");
    assert_eq!(found.requests, window(50, 49, "2026-11-22T10:00:30Z", 1));
    assert_eq!(
        found.tokens,
        window(48_000, 48_000, "2026-11-22T10:00:31Z", 1_000)
    );
    assert_eq!(
        found.input_tokens,
        window(40_000, 39_000, "2026-11-22T10:00:32Z", 1_000)
    );
    assert_eq!(
        found.output_tokens,
        window(8_000, 8_000, "2026-11-22T10:00:33.250Z", 1_000)
    );
    for dialect in [Dialect::Bedrock, Dialect::Vertex] {
        let found = reading(dialect, 200, &headers, "");
        assert_eq!(found.windows().count(), 0);
    }
}

#[test]
fn of_two_counters_of_tokens_the_tighter_counts() {
    let tokens = |headers: &[(&str, &str)]| {
        let found = reading(Dialect::OpenAi, 200, headers, "").tokens.unwrap();
        (found.limit, found.remaining)
    };
    let plain = ("x-ratelimit-remaining-tokens", "500");
    assert_eq!(
        tokens(&[
            plain,
            ("x-ratelimit-remaining-tokens_usage_based", "400"),
            ("x-ratelimit-limit-tokens_usage_based", "9")
        ]),
        (Some(9), Some(400))
    );
    assert_eq!(
        tokens(&[plain, ("x-ratelimit-remaining-tokens_usage_based", "600")]),
        (None, Some(500))
    );
    assert_eq!(
        tokens(&[plain, ("x-ratelimit-limit-tokens_usage_based", "9")]),
        (None, Some(500))
    );
    assert_eq!(
        tokens(&[
            ("x-ratelimit-limit-tokens", "8"),
            ("x-ratelimit-remaining-tokens_usage_based", "3")
        ]),
        (None, Some(3))
    );
}

#[test]
fn when_to_try_again_is_said_by_a_wait_or_by_what_is_spent() {
    let when = |status, headers: &[(&str, &str)], body: &str| {
        let retry = reading(Dialect::Other, status, headers, body).retry_at(at());
        retry.map(|at| at.to_string())
    };
    let spent = [
        ("x-ratelimit-remaining-requests", "0"),
        ("x-ratelimit-reset-requests", "10s"),
        ("x-ratelimit-remaining-tokens", "0"),
        ("x-ratelimit-reset-tokens", "20s"),
        ("anthropic-ratelimit-input-tokens-remaining", "1000"),
        (
            "anthropic-ratelimit-input-tokens-reset",
            "2026-11-22T11:00:00Z",
        ),
    ];
    assert_eq!(when(429, &spent, ""), Some("2026-11-22T10:00:20Z".into()));
    // A limit of the buyer's tells nothing of when shared capacity comes back.
    assert_eq!(when(429, &spent, "at capacity"), None);
    assert_eq!(when(200, &spent, ""), None);
    let stated = [spent[0], spent[1], ("retry-after", "3")];
    assert_eq!(when(429, &stated, ""), Some("2026-11-22T10:00:03Z".into()));
    let delayed = r#"{"error":{"code":429,"details":[{"retryDelay":"34.5s"}]}}"#;
    assert_eq!(
        when(429, &[], delayed),
        Some("2026-11-22T10:00:34.500Z".into())
    );
    let forever = [("retry-after", "9999999999")];
    assert_eq!(when(429, &forever, ""), Some("2343-10-13T03:46:39Z".into()));
}

#[test]
fn azure_says_where_it_spilled() {
    let spilled = |headers: &[(&str, &str)]| {
        let found = reading(Dialect::Azure, 200, headers, "");
        (found.spilled_over, found.spilled_from)
    };
    let from = ("x-ms-spillover-from-deployment", "gpt-ptu");
    assert_eq!(
        spilled(&[("x-ms-is-spilled-over", "True"), from]),
        (Some(true), Some("gpt-ptu".into()))
    );
    assert_eq!(spilled(&[from]).0, Some(true));
    assert_eq!(
        spilled(&[("x-ms-is-spilled-over", "false")]),
        (Some(false), None)
    );
    assert_eq!(
        spilled(&[("x-ms-is-spilled-over", "perhaps")]),
        (None, None)
    );
    assert_eq!(spilled(&[]), (None, None));
}

#[test]
fn no_answer_panics() {
    let texts = [
        "",
        "\0",
        "{",
        "[[[",
        "{\"error\":",
        "{\"error\":\"",
        "\"\\u",
        "{\"a\\",
        "}}}]]]",
        "{\"error\":{\"error\":{}}}",
        "ä",
        "{\"error\":{\"message\":\"\\ud800\\u12\u{1f600}",
        "-1",
        "99999999999999999999",
        "1e9",
        "NaN",
        ".",
        "2026-02-30T00:00:00Z",
        "Thu, 1 Jan 99999 00:00:00 GMT",
        "Thu, 01 Jan",
        "0.000000000000000000000000000000001",
        "1h1h",
        "9999999999999h",
        "µs",
        "1µ",
    ];
    let names = [
        "retry-after",
        "retry-after-ms",
        "x-ratelimit-reset-tokens",
        "x-ratelimit-limit-tokens",
        "x-ms-is-spilled-over",
        "anthropic-ratelimit-tokens-reset",
        "x-amzn-errortype",
        "",
        "ä-ratelimit",
    ];
    for dialect in Dialect::ALL {
        for status in [0, 1, 200, 301, 400, 403, 429, 503, 529, u16::MAX] {
            for text in texts {
                let headers: Vec<(&str, &str)> = names.iter().map(|name| (*name, text)).collect();
                let found = reading(dialect, status, &headers, text);
                assert!(found.to_json().canonical().starts_with('{'));
                let _ = found.retry_at(Instant::MAX);
            }
        }
    }
}

#[test]
fn a_reading_is_written_by_the_names_of_documents() {
    let headers = [
        ("retry-after-ms", "1200"),
        ("x-ratelimit-limit-tokens", "50000"),
        ("x-ratelimit-remaining-tokens", "0"),
        ("x-ratelimit-reset-tokens", "9s"),
        ("x-ms-is-spilled-over", "true"),
        ("x-ms-spillover-from-deployment", "ptu"),
    ];
    assert_eq!(
        reading(Dialect::Azure, 429, &headers, "")
            .to_json()
            .canonical(),
        r#"{"meaning":"quota","retry":"later","retry_after_ms":1200,"signal":"own_quota","spilled_from":"ptu","spilled_over":true,"stated":true,"tokens":{"limit":50000,"remaining":0,"resets_at":"2026-11-22T10:00:09Z"}}"#
    );
    assert_eq!(
        reading(Dialect::Azure, 200, &[], "").to_json().canonical(),
        r#"{"meaning":"served","retry":"never"}"#
    );
    for dialect in Dialect::ALL {
        assert_eq!(Dialect::parse(dialect.name()), Some(dialect));
    }
    assert_eq!(Dialect::parse("gemini"), None);
}

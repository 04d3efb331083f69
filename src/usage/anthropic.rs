//! Anthropic's messages.
//!
//! `input_tokens` leave out what was read from a cache (`cache_read_input_tokens`) and written to one
//! (`cache_creation_input_tokens`): the whole input is the sum of the three (Anthropic, API reference, "Messages",
//! member `usage`). `cache_creation` breaks the writes down by time to live, as `ephemeral_5m_input_tokens` and
//! `ephemeral_1h_input_tokens`, and adds up to them. `output_tokens` include thinking;
//! `output_tokens_details.thinking_tokens` say how much of it.
//!
//! In a stream the counts of `message_delta` are cumulative. The last one is the usage where it has `input_tokens`; else
//! those of `message_start` belong to it. It has no breakdown, so what it wrote to a cache has no known time to live.
//!
//! `iterations` of another type than `message`, such as `compaction`, are billed beside the counts and may be another
//! model's: they are refused.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::report::Report;
use crate::document::codes;
use crate::list::List;
use crate::model::meter::{Meter, Ttl};

pub(crate) fn read(report: &mut Report<'_, '_>) {
    let streamed = "in a stream take `input_tokens` and the cache counts from `message_start`, and `output_tokens` from the last `message_delta`";
    let input = report.required("input_tokens", Some(streamed));
    let output = report.required("output_tokens", None);
    let cached = report.optional("cache_read_input_tokens");
    let written = report.optional("cache_creation_input_tokens");
    let mut by_ttl: Vec<(String, u64)> = Vec::new();
    let mut writes = Vec::new();
    report.inner("cache_creation", &mut |creation| {
        // `ephemeral_5m_input_tokens` and the like, whatever the time.
        for key in creation.keys() {
            let ttl = key
                .strip_prefix("ephemeral_")
                .and_then(|rest| rest.strip_suffix("_input_tokens"))
                .and_then(Ttl::parse);
            if let Some(ttl) = ttl {
                let count = creation.optional(key);
                by_ttl.push((key.into(), count));
                writes.push((Meter::CacheWriteFor(ttl), count));
            }
        }
    });
    if by_ttl.is_empty() {
        writes.push((Meter::CacheWrite, written));
    } else {
        let parts: Vec<(&str, u64)> = by_ttl
            .iter()
            .map(|(key, count)| (key.as_str(), *count))
            .list();
        report.check(("cache_creation_input_tokens", written), &parts);
    }
    let mut thinking = 0;
    report.inner("output_tokens_details", &mut |details| {
        thinking = details.optional("thinking_tokens");
    });
    report.each("iterations", &mut |iteration| {
        iteration.pass(&[
            "input_tokens",
            "output_tokens",
            "cache_read_input_tokens",
            "cache_creation_input_tokens",
            "output_tokens_details",
        ]);
        let kind = iteration.text("type");
        if kind != "message" && !kind.is_empty() {
            iteration.wrong(
                codes::USAGE_OTHER_TOKENS,
                format!(
                    "an iteration of type `{kind}` is not in the counts, and billed beside them"
                ),
                Some("price each iteration as a usage of its own"),
            );
        }
    });
    report.count(Meter::Input, input);
    report.count(Meter::CachedInput, cached);
    report.counts.append(&mut writes);
    let parts = [("thinking_tokens", thinking)];
    report.count_rest(Meter::Output, ("output_tokens", output), &parts);
    report.count(Meter::Reasoning, thinking);
}

#[cfg(test)]
mod tests {
    use crate::usage::Format;
    use crate::usage::tests::{is, refuses};

    #[test]
    fn the_input_is_beside_what_caches_have_a_part_in() {
        is(
            Format::Anthropic,
            r#"{ "input_tokens": 337, "output_tokens": 342, "cache_read_input_tokens": 22383, "cache_creation_input_tokens": 46209,
                 "cache_creation": { "ephemeral_1h_input_tokens": 209, "ephemeral_5m_input_tokens": 46000 },
                 "service_tier": "standard", "inference_geo": "us", "server_tool_use": { "web_search_requests": 2 } }"#,
            &[
                ("input", 337),
                ("cached_input", 22383),
                ("cache_write_5m", 46000),
                ("cache_write_1h", 209),
                ("output", 342),
            ],
        );
    }

    #[test]
    fn thinking_is_part_of_the_output() {
        is(
            Format::Anthropic,
            r#"{ "input_tokens": 10, "cache_creation_input_tokens": 10238, "cache_read_input_tokens": 22383,
                 "output_tokens": 41, "output_tokens_details": { "thinking_tokens": 34 } }"#,
            &[
                ("input", 10),
                ("cached_input", 22383),
                ("cache_write", 10238),
                ("output", 7),
                ("reasoning", 34),
            ],
        );
    }

    #[test]
    fn a_time_to_live_of_any_length_is_a_meter() {
        is(
            Format::Anthropic,
            "{ input_tokens: 0, output_tokens: 1, cache_creation_input_tokens: 9, cache_creation: { ephemeral_24h_input_tokens: 9 } }",
            &[("cache_write_1d", 9), ("output", 1)],
        );
    }

    #[test]
    fn caches_that_are_absent_or_null_have_no_part() {
        is(
            Format::Anthropic,
            "{ input_tokens: 5, output_tokens: 1, cache_read_input_tokens: null, cache_creation_input_tokens: null, cache_creation: null, output_tokens_details: null, iterations: null }",
            &[("input", 5), ("output", 1)],
        );
    }

    #[test]
    fn the_end_of_a_stream_is_cumulative_and_may_lack_the_input() {
        // Two forms of `message_delta`.
        is(
            Format::Anthropic,
            "{ input_tokens: 472, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 89 }",
            &[("input", 472), ("output", 89)],
        );
        refuses(
            Format::Anthropic,
            "{ output_tokens: 15 }",
            &["W0402 the report has no `input_tokens`"],
        );
        refuses(
            Format::Anthropic,
            "{}",
            &[
                "W0402 the report has no `input_tokens`",
                "W0402 the report has no `output_tokens`",
            ],
        );
    }

    #[test]
    fn a_breakdown_adds_up() {
        refuses(
            Format::Anthropic,
            "{ input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 10, cache_creation: { ephemeral_5m_input_tokens: 5, ephemeral_1h_input_tokens: 4 } }",
            &[
                "W0401 `cache_creation_input_tokens` 10 is not `ephemeral_5m_input_tokens` 5 + `ephemeral_1h_input_tokens` 4",
            ],
        );
        refuses(
            Format::Anthropic,
            "{ input_tokens: 1, output_tokens: 1, cache_creation: { ephemeral_5m_input_tokens: 5 } }",
            &["W0401 `cache_creation_input_tokens` 0 is not `ephemeral_5m_input_tokens` 5"],
        );
        refuses(
            Format::Anthropic,
            "{ input_tokens: 1, output_tokens: 5, output_tokens_details: { thinking_tokens: 6 } }",
            &["W0401 `thinking_tokens` 6 is more than `output_tokens` 5"],
        );
    }

    #[test]
    fn what_is_billed_beside_the_counts_is_refused() {
        is(
            Format::Anthropic,
            "{ input_tokens: 1, output_tokens: 1, iterations: [ { type: message, input_tokens: 1, output_tokens: 1 } ] }",
            &[("input", 1), ("output", 1)],
        );
        refuses(
            Format::Anthropic,
            "{ input_tokens: 1, output_tokens: 1, iterations: [ { type: compaction, input_tokens: 9, output_tokens: 1 } ] }",
            &[
                "W0403 an iteration of type `compaction` is not in the counts, and billed beside them",
            ],
        );
        refuses(
            Format::Anthropic,
            "{ input_tokens: 1, output_tokens: 1, image_tokens: 7, cache_creation: { forever_tokens: 1 } }",
            &[
                "W0403 `image_tokens` counts tokens that no meter is for",
                "W0403 `forever_tokens` counts tokens that no meter is for",
            ],
        );
    }
}

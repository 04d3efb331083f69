//! Amazon Bedrock's Converse.
//!
//! `cacheReadInputTokens` and `cacheWriteInputTokens` are beside `inputTokens` for most models (Amazon, "Prompt caching
//! for faster model inference": the total input is the sum of the three) and part of them for some, among them OpenAI's.
//! `totalTokens` settle it: they are input and output, or input, output, reads and writes. Where there is no total, or a
//! model's total cannot be trusted, the caller says which it is. Streams of `openai.gpt-5.6` are known for counting
//! cached tokens as part of the input *and* once more in the total; by their total alone they would be read wrongly.
//!
//! `cacheDetails` break the writes down by time to live (Amazon, API reference, `TokenUsage` and `CacheDetail`).
//! Reasoning is part of `outputTokens`, and not told apart.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::report::{Report, add, sum};
use crate::document::codes;
use crate::list::List;
use crate::model::meter::{Meter, Ttl};

pub(crate) fn read(report: &mut Report<'_, '_>, input_includes_cached: Option<bool>) {
    // The same counts under the names of an older interface.
    report.pass(&["cacheReadInputTokenCount", "cacheWriteInputTokenCount"]);
    let [input, output] =
        ["inputTokens", "outputTokens"].map(|key| (key, report.required(key, None)));
    let [cached, written] =
        ["cacheReadInputTokens", "cacheWriteInputTokens"].map(|key| (key, report.optional(key)));
    let total = report
        .has("totalTokens")
        .then(|| report.optional("totalTokens"));
    let mut by_ttl: Vec<(String, u64)> = Vec::new();
    let mut writes = Vec::new();
    report.each("cacheDetails", &mut |detail| {
        let ttl = detail.text("ttl");
        let count = detail.required("inputTokens", None);
        match Ttl::parse(&ttl) {
            Some(time) => writes.push((Meter::CacheWriteFor(time), count)),
            None => detail.contradiction(format!(
                "`{ttl}` is no time that a cache keeps what is written to it"
            )),
        }
        by_ttl.push((ttl, count));
    });
    if by_ttl.is_empty() {
        writes.push((Meter::CacheWrite, written.1));
    } else {
        let parts: Vec<(&str, u64)> = by_ttl
            .iter()
            .map(|(ttl, count)| (ttl.as_str(), *count))
            .list();
        report.check(written, &parts);
    }
    let (inside, beside) = ([input, output], [input, output, cached, written]);
    let by_total = match total {
        None => None,
        Some(total) if add(&inside) == Some(total) => Some(true),
        Some(total) if add(&beside) == Some(total) => Some(false),
        Some(total) => {
            report.contradiction(format!(
                "{} is neither {} nor {}",
                sum(&[("totalTokens", total)]),
                sum(&inside),
                sum(&beside)
            ));
            return;
        }
    };
    let cached_or_written = cached.1 > 0 || written.1 > 0;
    match input_includes_cached.or(by_total) {
        Some(true) => report.count_rest(Meter::Input, input, &[cached, written]),
        None if cached_or_written => report.wrong(
            codes::USAGE_INCOMPLETE,
            "without `totalTokens` nobody can say whether `inputTokens` include what caches have a part in".into(),
            Some("say it with `input_includes_cached`: false for most models, true for OpenAI's"),
        ),
        Some(false) | None => report.count(Meter::Input, input.1),
    }
    report.count(Meter::CachedInput, cached.1);
    report.counts.append(&mut writes);
    report.count(Meter::Output, output.1);
}

#[cfg(test)]
mod tests {
    use crate::usage::tests::{is, is_with, refuses, refuses_with};
    use crate::usage::{Format, Options};

    fn includes(cached: bool) -> Options {
        Options {
            input_includes_cached: Some(cached),
        }
    }

    #[test]
    fn a_total_with_the_cache_says_that_the_input_is_without() {
        // An event of Claude's in a stream.
        is(
            Format::Bedrock,
            r#"{ "cacheReadInputTokenCount": 1490, "cacheReadInputTokens": 1490, "cacheWriteInputTokenCount": 0,
                 "cacheWriteInputTokens": 0, "inputTokens": 4, "outputTokens": 832, "totalTokens": 2326 }"#,
            &[("input", 4), ("cached_input", 1490), ("output", 832)],
        );
    }

    #[test]
    fn a_total_without_the_cache_says_that_the_input_is_with() {
        is(
            Format::Bedrock,
            "{ inputTokens: 152000, outputTokens: 50, totalTokens: 152050, cacheReadInputTokens: 151409 }",
            &[("input", 591), ("cached_input", 151409), ("output", 50)],
        );
    }

    #[test]
    fn no_cache_leaves_nothing_to_settle() {
        for total in ["", ", totalTokens: 12"] {
            let report = alloc::format!("{{ inputTokens: 10, outputTokens: 2{total} }}");
            is(Format::Bedrock, &report, &[("input", 10), ("output", 2)]);
        }
    }

    #[test]
    fn without_a_total_the_caller_says_which_it_is() {
        let report = "{ inputTokens: 100, outputTokens: 2, cacheReadInputTokens: 60, cacheWriteInputTokens: 30 }";
        refuses(
            Format::Bedrock,
            report,
            &[
                "W0402 without `totalTokens` nobody can say whether `inputTokens` include what caches have a part in",
            ],
        );
        is_with(
            Format::Bedrock,
            includes(true),
            report,
            &[
                ("input", 10),
                ("cached_input", 60),
                ("cache_write", 30),
                ("output", 2),
            ],
        );
        is_with(
            Format::Bedrock,
            includes(false),
            report,
            &[
                ("input", 100),
                ("cached_input", 60),
                ("cache_write", 30),
                ("output", 2),
            ],
        );
    }

    #[test]
    fn the_caller_knows_better_than_a_total_that_counts_twice() {
        // Measured in a stream of openai.gpt-5.6: the prompt has 4,995 tokens, of which 4,993 were written.
        let report = "{ inputTokens: 4995, outputTokens: 19, totalTokens: 10007, cacheReadInputTokens: 0, cacheWriteInputTokens: 4993 }";
        is_with(
            Format::Bedrock,
            includes(true),
            report,
            &[("input", 2), ("cache_write", 4993), ("output", 19)],
        );
    }

    #[test]
    fn a_total_that_is_no_sum_is_no_guess() {
        for options in [Options::default(), includes(true), includes(false)] {
            refuses_with(
                Format::Bedrock,
                options,
                "{ inputTokens: 100, outputTokens: 2, totalTokens: 150, cacheReadInputTokens: 60 }",
                &[
                    "W0401 `totalTokens` 150 is neither `inputTokens` 100 + `outputTokens` 2 nor `inputTokens` 100 + `outputTokens` 2 + `cacheReadInputTokens` 60 + `cacheWriteInputTokens` 0",
                ],
            );
        }
        refuses_with(
            Format::Bedrock,
            includes(true),
            "{ inputTokens: 4, outputTokens: 832, totalTokens: 2326, cacheReadInputTokens: 1490 }",
            &[
                "W0401 `cacheReadInputTokens` 1490 + `cacheWriteInputTokens` 0 is more than `inputTokens` 4",
            ],
        );
    }

    #[test]
    fn writes_are_broken_down_by_time_to_live() {
        is(
            Format::Bedrock,
            "{ inputTokens: 5, outputTokens: 1, totalTokens: 36, cacheWriteInputTokens: 30, cacheDetails: [ { ttl: 1h, inputTokens: 10 }, { ttl: 5m, inputTokens: 20 } ] }",
            &[
                ("input", 5),
                ("cache_write_5m", 20),
                ("cache_write_1h", 10),
                ("output", 1),
            ],
        );
        refuses(
            Format::Bedrock,
            "{ inputTokens: 5, outputTokens: 1, totalTokens: 36, cacheWriteInputTokens: 30, cacheDetails: [ { ttl: 1h, inputTokens: 10 } ] }",
            &["W0401 `cacheWriteInputTokens` 30 is not `1h` 10"],
        );
        refuses(
            Format::Bedrock,
            "{ inputTokens: 5, outputTokens: 1, cacheWriteInputTokens: 0, cacheDetails: [ { ttl: soon, inputTokens: 0 } ] }",
            &["W0401 `soon` is no time that a cache keeps what is written to it"],
        );
    }

    #[test]
    fn a_report_without_its_counts_is_incomplete() {
        refuses(
            Format::Bedrock,
            "{ totalTokens: 5, outputTokens: -1 }",
            &[
                "W0402 the report has no `inputTokens`",
                "W0106 `-1` is negative",
            ],
        );
    }

    #[test]
    fn the_option_is_about_this_format_only() {
        refuses_with(
            Format::Anthropic,
            includes(true),
            "{ input_tokens: 5, output_tokens: 1 }",
            &["W0214 `input_includes_cached` says nothing about the format `anthropic`"],
        );
    }
}

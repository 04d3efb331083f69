//! OpenAI's chat completions and responses, and the same of Azure OpenAI.
//!
//! `prompt_tokens` (`input_tokens` of responses) count the whole input; `cached_tokens` and `cache_write_tokens` of its
//! details are parts of it (OpenAI, guide "Prompt caching": of 2,600 input tokens 2,000 were read, 400 written, 200
//! neither). `completion_tokens` (`output_tokens`) count the whole output, `reasoning_tokens` and rejected predictions
//! included (OpenAI, API reference, "The chat completion object"). Azure reports the same members (Microsoft, how-to "Prompt
//! caching"). In a stream the last chunk carries the usage; in the chunks before it is null.
//!
//! `audio_tokens` and every other detail that is not text have rates of their own, and are refused.

use super::report::Report;
use crate::document::codes;
use crate::model::meter::Meter;

/// The keys of chat completions and of responses: input, its details, output, its details.
const CHAT: [&str; 4] = [
    "prompt_tokens",
    "prompt_tokens_details",
    "completion_tokens",
    "completion_tokens_details",
];
const RESPONSES: [&str; 4] = [
    "input_tokens",
    "input_tokens_details",
    "output_tokens",
    "output_tokens_details",
];

pub(crate) fn read(report: &mut Report<'_, '_>) {
    let (is_chat, is_response) = (report.has(CHAT[0]), report.has(RESPONSES[0]));
    if is_chat == is_response {
        report.pass(&CHAT);
        report.pass(&RESPONSES);
        report.pass(&["total_tokens"]);
        if is_chat {
            report.contradiction(
                "the report counts as chat completions do and as responses do".into(),
            );
        } else {
            report.wrong(
                codes::USAGE_INCOMPLETE,
                "the report has neither `prompt_tokens` nor `input_tokens`".into(),
                Some("in a stream the last chunk has them, where `stream_options` asks for the usage"),
            );
        }
        return;
    }
    let [input_key, input_details, output_key, output_details] =
        if is_chat { CHAT } else { RESPONSES };
    let input = (input_key, report.required(input_key, None));
    let output = (output_key, report.required(output_key, None));
    let (mut cached, mut written, mut reasoning) = (0, 0, 0);
    report.inner(input_details, &mut |details| {
        details.pass(&["text_tokens"]);
        cached = details.optional("cached_tokens");
        written = details.optional("cache_write_tokens");
    });
    report.inner(output_details, &mut |details| {
        // Predictions are output like any other, accepted or not.
        details.pass(&[
            "text_tokens",
            "accepted_prediction_tokens",
            "rejected_prediction_tokens",
        ]);
        reasoning = details.optional("reasoning_tokens");
    });
    if report.has("total_tokens") {
        let total = report.optional("total_tokens");
        report.check(("total_tokens", total), &[input, output]);
    }
    let parts = [("cached_tokens", cached), ("cache_write_tokens", written)];
    report.count_rest(Meter::Input, input, &parts);
    report.count(Meter::CachedInput, cached);
    report.count(Meter::CacheWrite, written);
    report.count_rest(Meter::Output, output, &[("reasoning_tokens", reasoning)]);
    report.count(Meter::Reasoning, reasoning);
}

#[cfg(test)]
mod tests {
    use crate::usage::Format;
    use crate::usage::tests::{is, refuses};

    #[test]
    fn cached_tokens_are_part_of_the_prompt() {
        is(
            Format::OpenAi,
            r#"{ "prompt_tokens": 2006, "completion_tokens": 300, "total_tokens": 2306,
                 "prompt_tokens_details": { "cached_tokens": 1920, "audio_tokens": 0 },
                 "completion_tokens_details": { "reasoning_tokens": 0, "audio_tokens": 0,
                   "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0 } }"#,
            &[("input", 86), ("cached_input", 1920), ("output", 300)],
        );
    }

    #[test]
    fn reasoning_and_rejected_predictions_are_part_of_the_completion() {
        is(
            Format::Azure,
            r#"{ "prompt_tokens": 10, "completion_tokens": 500, "total_tokens": 510,
                 "completion_tokens_details": { "reasoning_tokens": 448, "rejected_prediction_tokens": 20 } }"#,
            &[("input", 10), ("output", 52), ("reasoning", 448)],
        );
    }

    #[test]
    fn what_a_response_wrote_to_the_cache_is_part_of_its_input() {
        // The example of OpenAI's guide on prompt caching.
        is(
            Format::OpenAi,
            r#"{ "input_tokens": 2600, "input_tokens_details": { "cached_tokens": 2000, "cache_write_tokens": 400 },
                 "output_tokens": 44, "output_tokens_details": { "reasoning_tokens": 0 }, "total_tokens": 2644 }"#,
            &[
                ("input", 200),
                ("cached_input", 2000),
                ("cache_write", 400),
                ("output", 44),
            ],
        );
    }

    #[test]
    fn details_that_are_absent_or_null_count_nothing() {
        for details in [
            "",
            r#", "prompt_tokens_details": null"#,
            r#", "prompt_tokens_details": {}"#,
        ] {
            let report =
                alloc::format!(r#"{{ "prompt_tokens": 7, "completion_tokens": 0{details} }}"#);
            is(Format::OpenAi, &report, &[("input", 7)]);
        }
    }

    #[test]
    fn the_last_chunk_of_a_stream_counts_and_those_before_do_not() {
        is(
            Format::OpenAi,
            r#"{ "prompt_tokens": 19, "completion_tokens": 10, "total_tokens": 29, "prompt_tokens_details": { "cached_tokens": 0 } }"#,
            &[("input", 19), ("output", 10)],
        );
        refuses(
            Format::OpenAi,
            "null",
            &["W0101 expected a mapping, found nothing"],
        );
        refuses(
            Format::OpenAi,
            "{ completion_tokens: 10 }",
            &["W0402 the report has neither `prompt_tokens` nor `input_tokens`"],
        );
    }

    #[test]
    fn parts_beyond_their_whole_are_no_guess() {
        refuses(
            Format::OpenAi,
            "{ prompt_tokens: 10, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 8, cache_write_tokens: 3 } }",
            &["W0401 `cached_tokens` 8 + `cache_write_tokens` 3 is more than `prompt_tokens` 10"],
        );
        // Some providers that speak this format count reasoning beside the completion: their total says so.
        refuses(
            Format::OpenAi,
            "{ prompt_tokens: 10, completion_tokens: 5, total_tokens: 22, completion_tokens_details: { reasoning_tokens: 7 } }",
            &[
                "W0401 `total_tokens` 22 is not `prompt_tokens` 10 + `completion_tokens` 5",
                "W0401 `reasoning_tokens` 7 is more than `completion_tokens` 5",
            ],
        );
        refuses(
            Format::OpenAi,
            "{ prompt_tokens: 10, input_tokens: 10, completion_tokens: 5 }",
            &["W0401 the report counts as chat completions do and as responses do"],
        );
    }

    #[test]
    fn audio_is_not_charged_as_text() {
        refuses(
            Format::OpenAi,
            "{ prompt_tokens: 10, completion_tokens: 5, prompt_tokens_details: { audio_tokens: 3 }, completion_tokens_details: { audio_tokens: 2, image_tokens: 1 } }",
            &[
                "W0403 `audio_tokens` counts tokens that no meter is for",
                "W0403 `audio_tokens` counts tokens that no meter is for",
                "W0403 `image_tokens` counts tokens that no meter is for",
            ],
        );
    }

    #[test]
    fn what_is_no_count_is_refused() {
        refuses(
            Format::OpenAi,
            "{ prompt_tokens: -1, completion_tokens: 1.5 }",
            &[
                "W0106 `-1` is negative",
                "W0106 `1.5` is not a whole number",
            ],
        );
        refuses(
            Format::OpenAi,
            "{ prompt_tokens: 1 }",
            &["W0402 the report has no `completion_tokens`"],
        );
    }
}

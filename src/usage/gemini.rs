//! Google's Gemini, by its own interface and by Vertex.
//!
//! `promptTokenCount` is the whole prompt, `cachedContentTokenCount` of it included; `toolUsePromptTokenCount`, the
//! results of tools that went back to the model as input, is beside it. `candidatesTokenCount` is the visible output;
//! `thoughtsTokenCount` is beside it (Google, Gemini API reference, `UsageMetadata`). `totalTokenCount` is the sum of
//! prompt, tool results, candidates and thoughts. Counts of 0 are left out, as JSON of protocol buffers does, so candidates
//! that are absent are 0 where the total says so. In a stream the last chunk counts.
//!
//! Prices are for text, images and video on the way in, and for text on the way out; audio has rates of its own
//! (Google, "Gemini Developer API pricing"), so the details by modality are looked through, and other tokens refused.

use alloc::format;

use super::report::Report;
use crate::document::codes;
use crate::model::meter::Meter;

/// The breakdowns by modality, and whether they are of the output.
const DETAILS: [(&str, bool); 4] = [
    ("promptTokensDetails", false),
    ("cacheTokensDetails", false),
    ("toolUsePromptTokensDetails", false),
    ("candidatesTokensDetails", true),
];

pub(crate) fn read(report: &mut Report<'_, '_>) {
    let prompt = (
        "promptTokenCount",
        report.required("promptTokenCount", None),
    );
    let has_total = report.has("totalTokenCount");
    let candidates = if has_total {
        report.optional("candidatesTokenCount")
    } else {
        report.required("candidatesTokenCount", None)
    };
    let cached = report.optional("cachedContentTokenCount");
    let tools = report.optional("toolUsePromptTokenCount");
    let thoughts = report.optional("thoughtsTokenCount");
    if has_total {
        let total = ("totalTokenCount", report.optional("totalTokenCount"));
        let parts = [
            prompt,
            ("toolUsePromptTokenCount", tools),
            ("candidatesTokenCount", candidates),
            ("thoughtsTokenCount", thoughts),
        ];
        report.check(total, &parts);
    }
    for (key, is_output) in DETAILS {
        report.each(key, &mut |detail| {
            let modality = detail.text("modality");
            let priced = match modality.as_str() {
                "TEXT" | "MODALITY_UNSPECIFIED" | "" => true,
                "IMAGE" | "VIDEO" | "DOCUMENT" => !is_output,
                _ => false,
            };
            if detail.optional("tokenCount") > 0 && !priced {
                detail.wrong(
                    codes::USAGE_OTHER_TOKENS,
                    format!("`{key}` counts tokens of `{modality}`, which no meter is for"),
                    Some("where they cost what text does, leave the details out"),
                );
            }
        });
    }
    report.count_rest(Meter::Input, prompt, &[("cachedContentTokenCount", cached)]);
    report.count(Meter::Input, tools);
    report.count(Meter::CachedInput, cached);
    report.count(Meter::Output, candidates);
    report.count(Meter::Reasoning, thoughts);
}

#[cfg(test)]
mod tests {
    use crate::usage::Format;
    use crate::usage::tests::{is, refuses};

    #[test]
    fn thoughts_and_tool_results_are_beside_what_is_counted() {
        // A run of code: 74 + 155 + 103 + 293 = 625.
        is(
            Format::Gemini,
            r#"{ "promptTokenCount": 74, "candidatesTokenCount": 103, "thoughtsTokenCount": 293,
                 "toolUsePromptTokenCount": 155, "totalTokenCount": 625, "trafficType": "ON_DEMAND" }"#,
            &[("input", 229), ("output", 103), ("reasoning", 293)],
        );
    }

    #[test]
    fn cached_content_is_part_of_the_prompt() {
        is(
            Format::Gemini,
            r#"{ "promptTokenCount": 5105, "candidatesTokenCount": 16, "totalTokenCount": 5121, "cachedContentTokenCount": 5100,
                 "promptTokensDetails": [ { "modality": "TEXT", "tokenCount": 5105 } ],
                 "cacheTokensDetails": [ { "modality": "TEXT", "tokenCount": 5100 } ],
                 "candidatesTokensDetails": [ { "modality": "TEXT", "tokenCount": 16 } ] }"#,
            &[("input", 5), ("cached_input", 5100), ("output", 16)],
        );
    }

    #[test]
    fn candidates_that_are_left_out_are_none_where_the_total_says_so() {
        is(
            Format::Gemini,
            "{ promptTokenCount: 15, thoughtsTokenCount: 661, totalTokenCount: 676 }",
            &[("input", 15), ("reasoning", 661)],
        );
        refuses(
            Format::Gemini,
            "{ promptTokenCount: 15, thoughtsTokenCount: 661 }",
            &["W0402 the report has no `candidatesTokenCount`"],
        );
        refuses(
            Format::Gemini,
            "{ promptTokenCount: 15, totalTokenCount: 20 }",
            &[
                "W0401 `totalTokenCount` 20 is not `promptTokenCount` 15 + `toolUsePromptTokenCount` 0 + `candidatesTokenCount` 0 + `thoughtsTokenCount` 0",
            ],
        );
    }

    #[test]
    fn the_last_chunk_of_a_stream_counts_and_those_before_do_not() {
        refuses(
            Format::Gemini,
            "{ cachedContentTokenCount: 5100, trafficType: ON_DEMAND }",
            &[
                "W0402 the report has no `promptTokenCount`",
                "W0402 the report has no `candidatesTokenCount`",
            ],
        );
    }

    #[test]
    fn parts_beyond_their_whole_are_no_guess() {
        refuses(
            Format::Gemini,
            "{ promptTokenCount: 20, candidatesTokenCount: 1, cachedContentTokenCount: 21 }",
            &["W0401 `cachedContentTokenCount` 21 is more than `promptTokenCount` 20"],
        );
    }

    #[test]
    fn images_on_the_way_in_are_priced_and_audio_is_not() {
        is(
            Format::Gemini,
            "{ promptTokenCount: 300, candidatesTokenCount: 1, promptTokensDetails: [ { modality: IMAGE, tokenCount: 258 }, { modality: TEXT, tokenCount: 42 }, { modality: AUDIO } ] }",
            &[("input", 300), ("output", 1)],
        );
        refuses(
            Format::Gemini,
            "{ promptTokenCount: 300, candidatesTokenCount: 1, promptTokensDetails: [ { modality: AUDIO, tokenCount: 258 } ] }",
            &["W0403 `promptTokensDetails` counts tokens of `AUDIO`, which no meter is for"],
        );
        refuses(
            Format::Gemini,
            "{ promptTokenCount: 3, candidatesTokenCount: 1290, candidatesTokensDetails: [ { modality: IMAGE, tokenCount: 1290 } ] }",
            &["W0403 `candidatesTokensDetails` counts tokens of `IMAGE`, which no meter is for"],
        );
        refuses(
            Format::Gemini,
            "{ promptTokenCount: 3, responseTokenCount: 5, candidatesTokenCount: 0 }",
            &["W0403 `responseTokenCount` counts tokens that no meter is for"],
        );
    }
}

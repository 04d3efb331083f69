//! Token counts of a request: parts are checked against their whole, and meters are kept apart.

use alloc::format;
use alloc::string::String;

use crate::authoring::written::TokensDoc;
use crate::document::{Context, Diagnostic, Span, codes};
use crate::model::meter::{Meter, Usage};
use crate::model::request::Tokens;

/// The counts; faulty ones are reported.
pub(crate) fn tokens(doc: &TokensDoc, context: &mut Context) -> Tokens {
    let TokensDoc {
        span: _,
        input_tokens,
        cached_input_tokens,
        cache_write_tokens,
        max_output_tokens,
        expected_output_tokens,
        expected_reasoning_tokens,
    } = doc;
    let input = input_tokens.as_ref().map_or(0, |count| count.value);
    let cached = cached_input_tokens.as_ref().map_or(0, |count| count.value);
    let writes = cache_write_tokens
        .as_ref()
        .map(|writes| writes.0.as_slice())
        .unwrap_or_default();
    let written = writes
        .iter()
        .try_fold(0_u64, |sum, (_, count)| sum.checked_add(count.value));
    let uncached = written
        .and_then(|written| written.checked_add(cached))
        .and_then(|part| input.checked_sub(part));
    if uncached.is_none() {
        let at = cached_input_tokens
            .as_ref()
            .and_then(|count| count.span)
            .or_else(|| writes.first().and_then(|(_, count)| count.span));
        let written = written.map_or_else(|| "too many".into(), |written| format!("{written}"));
        let message = format!(
            "{cached} cached and {written} written tokens are more than the input of {input}"
        );
        let help = "`input_tokens` counts the whole input, cached tokens included";
        report(context, "input_tokens", at, message, help);
    }
    let output = expected_output_tokens.or(*max_output_tokens).unwrap_or(0);
    let reasoning = expected_reasoning_tokens
        .as_ref()
        .map_or(0, |count| count.value);
    let visible = output.checked_sub(reasoning);
    if visible.is_none() {
        let at = expected_reasoning_tokens
            .as_ref()
            .and_then(|count| count.span);
        let message =
            format!("{reasoning} tokens of reasoning are more than the output of {output}");
        let help = "`expected_output_tokens`, else `max_output_tokens`, counts the whole output, reasoning included";
        report(context, "expected_reasoning_tokens", at, message, help);
    }
    let counts = [
        (Meter::Input, uncached.unwrap_or(0)),
        (Meter::CachedInput, cached),
        (Meter::Output, visible.unwrap_or(0)),
        (Meter::Reasoning, reasoning),
    ];
    let writes = writes.iter().map(|(meter, count)| (*meter, count.value));
    Tokens {
        input,
        max_output: *max_output_tokens,
        expected_output: *expected_output_tokens,
        // What does not fit was more than the whole, which has been reported.
        priced: Usage::new(counts.into_iter().chain(writes)).unwrap_or_default(),
        stated: input_tokens.is_some()
            || max_output_tokens.is_some()
            || expected_output_tokens.is_some(),
    }
}

fn report(context: &mut Context, key: &str, at: Option<Span>, message: String, help: &'static str) {
    let diagnostic = Diagnostic::error(codes::TOKEN_COUNTS, message)
        .at(at)
        .help(help);
    context.in_path(&[key], |context| context.report(diagnostic));
}

//! Sheets: CSV by RFC 4180, with comment lines.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::codes;
use super::super::context::Context;
use super::super::diagnostic::Diagnostic;
use super::super::source::{Sources, Span};
use super::{BYTE_ORDER_MARK, Limits, checked_text};

/// A field of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The text, without quotes.
    pub text: String,
    /// Where it stands, with its quotes.
    pub span: Span,
}

/// Reads a sheet: a row for each line that is neither empty nor starts with `#`. Faults are reported and reading goes
/// on with the next line.
pub fn read_csv(
    sources: &Sources,
    source: u16,
    limits: &Limits,
    context: &mut Context,
) -> Vec<Vec<Field>> {
    let Some(text) = checked_text(sources, source, limits, context) else {
        return Vec::new();
    };
    let mut at = if text.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len_utf8()
    } else {
        0
    };
    let mut rows = Vec::new();
    let mut fields = 0_usize;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let line = rest.split('\n').next().unwrap_or_default();
        if rest.starts_with('#') || line.trim().is_empty() {
            at = at.saturating_add(line.len()).saturating_add(1);
            continue;
        }
        let mut row = Vec::new();
        let more = loop {
            let (field, end) = read_field(text, source, at, context);
            row.push(field);
            at = end.saturating_add(1);
            if text.as_bytes().get(end) != Some(&b',') {
                break end < text.len();
            }
        };
        fields = fields.saturating_add(row.len());
        if fields > limits.nodes {
            context.report(
                Diagnostic::error(
                    codes::LIMIT_NODES,
                    format!(
                        "the sheet has at least {fields} fields; the limit is {}",
                        limits.nodes
                    ),
                )
                .at(row.first().map(|field| field.span)),
            );
            break;
        }
        rows.push(row);
        if !more {
            break;
        }
    }
    rows
}

/// Reads the field at a byte, and gives the byte of the `,` or line feed after it, or the end of the text.
fn read_field(text: &str, source: u16, start: usize, context: &mut Context) -> (Field, usize) {
    let rest = text.get(start..).unwrap_or_default();
    let bare_end = |rest: &str| rest.find([',', '\n']).unwrap_or(rest.len());
    let Some(quoted) = rest.strip_prefix('"') else {
        let end = bare_end(rest);
        let field = rest.get(..end).unwrap_or_default();
        let field = field.strip_suffix('\r').unwrap_or(field);
        let span = Span::new(source, start, start.saturating_add(field.len()));
        if field.contains('"') {
            context.report(
                Diagnostic::error(codes::CSV, "a quote stands inside a field without quotes")
                    .at(span)
                    .help("put the whole field in quotes and double the quotes inside"),
            );
        }
        let text = field.to_owned();
        return (Field { text, span }, start.saturating_add(end));
    };
    let mut value = String::new();
    let mut left = quoted;
    let closed = loop {
        let Some((before, after)) = left.split_once('"') else {
            break false;
        };
        value.push_str(before);
        left = after;
        match after.strip_prefix('"') {
            Some(after) => {
                value.push('"');
                left = after;
            }
            None => break true,
        }
    };
    if !closed {
        context.report(
            Diagnostic::error(codes::CSV, "this quote is never closed").at(Span::new(
                source,
                start,
                start.saturating_add(1),
            )),
        );
        let span = Span::new(source, start, text.len());
        return (Field { text: value, span }, text.len());
    }
    let end = text.len().saturating_sub(left.len());
    let tail = left.get(..bare_end(left)).unwrap_or_default();
    let after = end.saturating_add(tail.len());
    let span = Span::new(source, start, end);
    if !tail.trim_end_matches('\r').is_empty() {
        context.report(
            Diagnostic::error(codes::CSV, "text follows the closing quote")
                .at(Span::new(source, end, after))
                .help("a quote inside a field is written twice"),
        );
    }
    (Field { text: value, span }, after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, rows: &[&[(&str, &str)]], faults: &[&str]) {
        let mut sources = Sources::new();
        let source = sources.add("sheet.csv", text).unwrap();
        let mut context = Context::new();
        let read = read_csv(&sources, source, &Limits::DEFAULT, &mut context);
        let read: Vec<Vec<(&str, &str)>> = read
            .iter()
            .map(|row| {
                row.iter()
                    .map(|field| (field.text.as_str(), sources.text(field.span).unwrap()))
                    .collect()
            })
            .collect();
        assert_eq!(read, rows);
        let findings = context.finish(sources.clone());
        let found: Vec<&str> = findings
            .items
            .iter()
            .map(|item| item.message.as_str())
            .collect();
        assert_eq!(found, faults);
    }

    #[test]
    fn fields_keep_their_places() {
        check(
            "\u{feff}# prices\r\nmodel,\"a \"\"b\"\"\nc\",\r\n\r\né,2",
            &[
                &[
                    ("model", "model"),
                    ("a \"b\"\nc", "\"a \"\"b\"\"\nc\""),
                    ("", ""),
                ],
                &[("é", "é"), ("2", "2")],
            ],
            &[],
        );
        check("", &[], &[]);
        check("a,\n", &[&[("a", "a"), ("", "")]], &[]);
        check("a,", &[&[("a", "a"), ("", "")]], &[]);
    }

    #[test]
    fn broken_quotes_are_reported_and_reading_goes_on() {
        check(
            "a\"b,1\n\"x\"y,2\n\"z",
            &[
                &[("a\"b", "a\"b"), ("1", "1")],
                &[("x", "\"x\""), ("2", "2")],
                &[("", "\"z")],
            ],
            &[
                "a quote stands inside a field without quotes",
                "text follows the closing quote",
                "this quote is never closed",
            ],
        );
    }
}

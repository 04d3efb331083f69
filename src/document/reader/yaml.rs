//! YAML, by the events of `saphyr-parser`.

use crate::list::List;
use alloc::format;
use alloc::vec::Vec;
use core::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};

use super::super::codes;
use super::super::diagnostic::Diagnostic;
use super::builder::{Builder, Properties};
use super::{BYTE_ORDER_MARK, Limits, Stop, Syntax};

pub(super) fn read(text: &str, builder: &mut Builder<'_>, limits: &Limits) -> Result<(), Stop> {
    let body = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let offsets = Offsets::new(body, text.len().saturating_sub(body.len()));
    let mut parser = Parser::new_from_str(body);
    let mut documents = 0_usize;
    while let Some(event) = parser.next_event() {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) if error.info() == "recursion limit exceeded" => {
                // The parser's own limit on brackets, 255, is met before its events arrive.
                let at = offsets.byte(error.marker().index());
                let depth = limits.depth.saturating_add(1).max(255);
                return Err(builder.too_deep(depth, at..at.saturating_add(1)));
            }
            Err(error) => return Err(Stop::Syntax(translate(&error, text, &offsets))),
        };
        let range = offsets.byte(span.start.index())..offsets.byte(span.end.index());
        match event {
            Event::DocumentStart(_) => {
                documents = documents.saturating_add(1);
                if documents > 1 {
                    let span = builder.span(range);
                    builder.report(
                        Diagnostic::error(codes::MANY_DOCUMENTS, "a second document starts here")
                            .at(span)
                            .help("a source holds one document; pass several sources instead"),
                    );
                    return Ok(());
                }
            }
            Event::Scalar(value, style, anchor, tag) => {
                let properties = Properties {
                    anchor,
                    tagged: tag.is_some(),
                };
                let range = trim(text, range, properties);
                let plain = style == ScalarStyle::Plain;
                builder.scalar(value.into_owned(), plain, range, properties)?;
            }
            Event::SequenceStart(anchor, tag) => {
                let properties = Properties {
                    anchor,
                    tagged: tag.is_some(),
                };
                builder.begin(false, trim(text, range, properties), properties)?;
            }
            Event::MappingStart(anchor, tag) => {
                let properties = Properties {
                    anchor,
                    tagged: tag.is_some(),
                };
                builder.begin(true, trim(text, range, properties), properties)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let bracket = text.get(range.clone());
                builder.end(matches!(bracket, Some("]" | "}")).then_some(range.end));
            }
            Event::Alias(anchor) => builder.alias(anchor, range)?,
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
    }
    Ok(())
}

/// What YAML 1.2 separates values by; Unicode has more, which belong to the text.
const WHITE_SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

/// The range of a value without the anchor and tag before it and the white space after it.
fn trim(text: &str, range: Range<usize>, properties: Properties) -> Range<usize> {
    let mut written = text.get(range.clone()).unwrap_or_default();
    let mut start = range.start;
    let marked = properties.anchor > 0 || properties.tagged;
    while let Some(rest) = written.strip_prefix(['&', '!']).filter(|_| marked) {
        let rest = rest.trim_start_matches(|character| !WHITE_SPACE.contains(&character));
        let mut rest = rest.trim_start_matches(WHITE_SPACE);
        while rest.starts_with('#') {
            rest = rest
                .trim_start_matches(|character| !matches!(character, '\n' | '\r'))
                .trim_start_matches(WHITE_SPACE);
        }
        start = start.saturating_add(written.len().saturating_sub(rest.len()));
        written = rest;
    }
    start..start.saturating_add(written.trim_end_matches(WHITE_SPACE).len())
}

/// From characters, which the parser counts, to bytes.
struct Offsets<'a> {
    body: &'a str,
    /// The bytes before the body.
    shift: usize,
    /// The byte of every [`Offsets::STEP`]th character; empty where characters are bytes.
    marks: Vec<usize>,
}

impl Offsets<'_> {
    const STEP: usize = 64;

    fn new(body: &str, shift: usize) -> Offsets<'_> {
        let marks = if body.is_ascii() {
            Vec::new()
        } else {
            body.char_indices()
                .step_by(Self::STEP)
                .map(|(byte, _)| byte)
                .list()
        };
        Offsets { body, shift, marks }
    }

    fn byte(&self, character: usize) -> usize {
        let in_body = if self.marks.is_empty() {
            character.min(self.body.len())
        } else {
            let mark = self
                .marks
                .get(character.div_euclid(Self::STEP))
                .copied()
                .unwrap_or(self.body.len());
            let rest = self.body.get(mark..).unwrap_or_default();
            let within = rest
                .char_indices()
                .nth(character.rem_euclid(Self::STEP))
                .map_or(rest.len(), |(byte, _)| byte);
            mark.saturating_add(within)
        };
        self.shift.saturating_add(in_body)
    }
}

/// The parser's messages by a part of each, and what they mean to an author.
const MESSAGES: &[(&str, &str, Option<&str>)] = &[
    (
        "did not find expected key",
        "expected a key at this indentation",
        Some("keys of one mapping start in the same column"),
    ),
    (
        "mapping values are not allowed",
        "`:` is not allowed here",
        Some("put a text that holds `: ` in quotes, or check the indentation"),
    ),
    (
        "did not find expected ',' or '}'",
        "expected `,` or `}`",
        None,
    ),
    ("expected ',' or ']'", "expected `,` or `]`", None),
    (
        "did not find expected '-' indicator",
        "expected `-` at this indentation",
        Some("items of one list start in the same column"),
    ),
    (
        "unexpected end of stream",
        "this quote is never closed",
        None,
    ),
    ("simple key expect", "expected `:` after this key", None),
    (
        "simple key expected",
        "expected `:` after the key before this",
        None,
    ),
    (
        "tab",
        "a tab cannot indent YAML",
        Some("indent with spaces"),
    ),
    (
        "found unknown anchor",
        "this alias repeats an anchor that does not exist",
        Some("a text that starts with `*` needs quotes"),
    ),
    (
        "unknown escape character",
        "unknown escape in these quotes",
        Some("single quotes take `\\` as it is"),
    ),
    (
        "did not find expected hexadecimal number",
        "an escape in these quotes lacks hexadecimal digits",
        None,
    ),
    (
        "invalid Unicode character escape code",
        "an escape in these quotes is no Unicode character",
        None,
    ),
    (
        "did not find expected node content",
        "expected a value",
        None,
    ),
    ("misplaced bracket", "this bracket closes nothing", None),
    (
        "invalid trailing content after double-quoted",
        "unexpected text after the closing quote",
        None,
    ),
    (
        "invalid indentation in quoted scalar",
        "this quote is never closed",
        Some("all lines of a quoted text are indented further than its key"),
    ),
    (
        "illegal placement of ':'",
        "`:` is not allowed here",
        Some("perhaps a bracket before it is not closed"),
    ),
    (
        "block sequence entries are not allowed",
        "`-` is not allowed here",
        Some("start the list on a line of its own"),
    ),
    (
        "mapping keys are not allowed",
        "`?` is not allowed here",
        None,
    ),
    (
        "invalid indentation",
        "unexpected indentation",
        Some("what is inside brackets is indented further than its key"),
    ),
    (
        "handle wasn't declared",
        "tags are not allowed",
        Some("a text that starts with `!` needs quotes"),
    ),
    (
        "unexpected character: `@'",
        "a text cannot start with `@`",
        Some("put it in quotes"),
    ),
    (
        "unexpected character: ``'",
        "a text cannot start with a backtick",
        Some("put it in quotes"),
    ),
    (
        "unexpected character: `%'",
        "a text cannot start with `%`",
        Some("put it in quotes"),
    ),
];

fn translate(error: &ScanError, text: &str, offsets: &Offsets<'_>) -> Syntax {
    let at = offsets.byte(error.marker().index());
    let info = error.info();
    if info.contains("byte order mark") {
        let mut syntax = Syntax::new(at, "a byte order mark stands in the middle of the source");
        syntax.code = codes::BYTE_ORDER_MARK;
        syntax.help = Some("remove the invisible character U+FEFF");
        return syntax;
    }
    let known = MESSAGES.iter().find(|(part, _, _)| info.contains(part));
    let (message, help) = match known {
        Some((_, message, help)) => ((*message).into(), *help),
        None => (format!("this is not YAML: {}", reword(info)), None),
    };
    // The parser points at the value before the tab.
    let tab = text
        .get(at..)
        .and_then(|rest| rest.find('\t'))
        .filter(|_| info.contains("tab"));
    let mut syntax = Syntax::new(at.saturating_add(tab.unwrap_or(0)), message);
    syntax.help = help;
    if text.get(at..).is_none_or(|rest| rest.trim().is_empty()) && syntax.help.is_none() {
        syntax.help = Some("the source ends here");
    }
    syntax
}

/// A message of the parser in our style.
fn reword(info: &str) -> alloc::string::String {
    let info = info.split_once(", ").map_or(info, |(_, rest)| rest);
    info.replace('\'', "`").replace("``", "`")
}

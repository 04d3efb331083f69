//! From text to a tree. YAML comes from the events of `saphyr-parser`, strict JSON from a small scanner; both feed one
//! builder, which knows the limits and the rules that YAML leaves open.

mod builder;
mod csv;
mod json;
mod yaml;

use alloc::format;
use alloc::string::String;

use super::codes;
use super::context::Context;
use super::diagnostic::Diagnostic;
use super::source::{Sources, Span};
use super::tree::Node;
use builder::Builder;
pub use csv::{Field, read_csv};

/// What a source may cost. Each is checked before the memory is spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a source.
    pub source_bytes: usize,
    /// Lists and mappings inside each other. What walks a tree recurses this deep.
    pub depth: usize,
    /// Values of a source, keys not counted; in a sheet, fields.
    pub nodes: usize,
    /// Values repeated through aliases.
    pub alias_nodes: usize,
    /// Anchors.
    pub anchors: usize,
}

impl Limits {
    /// 4 MiB, 64 levels, a million values, 10,000 repeated values, 1,000 anchors.
    pub const DEFAULT: Limits = Limits {
        source_bytes: 4_194_304,
        depth: 64,
        nodes: 1_000_000,
        alias_nodes: 10_000,
        anchors: 1000,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Limits::DEFAULT
    }
}

/// Why reading ended early.
enum Stop {
    /// The text breaks the grammar.
    Syntax(Syntax),
    /// The builder has reported why.
    Reported,
}

/// A breach of the grammar, at a byte of the source.
struct Syntax {
    code: &'static str,
    at: usize,
    message: String,
    help: Option<&'static str>,
}

impl Syntax {
    fn new(at: usize, message: impl Into<String>) -> Syntax {
        Syntax {
            code: codes::SYNTAX,
            at,
            message: message.into(),
            help: None,
        }
    }
}

/// Reads a source as YAML 1.2 or JSON. Faults are reported; the tree is there where decoding can go on in spite of them.
pub fn read(
    sources: &Sources,
    source: u16,
    limits: &Limits,
    context: &mut Context,
) -> Option<Node> {
    let text = checked_text(sources, source, limits, context)?;
    let begins_like_json = text
        .trim_start_matches(BYTE_ORDER_MARK)
        .trim_start()
        .starts_with(['{', '[']);
    let mut json_fault = None;
    if begins_like_json {
        let mut builder = Builder::new(text, source, limits);
        match json::read(text, &mut builder) {
            Ok(()) => return builder.finish(context),
            Err(Stop::Reported) => return builder.fail(context),
            // YAML has braces and brackets too.
            Err(Stop::Syntax(fault)) => json_fault = Some(fault),
        }
    }
    let mut builder = Builder::new(text, source, limits);
    let yaml_fault = match yaml::read(text, &mut builder, limits) {
        Ok(()) => return builder.finish(context),
        Err(Stop::Reported) => return builder.fail(context),
        Err(Stop::Syntax(fault)) => fault,
    };
    // The reading that got further is the one that was meant.
    let fault = match json_fault {
        Some(json_fault) if json_fault.at >= yaml_fault.at => json_fault,
        Some(_) | None => yaml_fault,
    };
    builder.report(
        Diagnostic::error(fault.code, fault.message)
            .at(character_at(text, source, fault.at))
            .maybe_help(fault.help.map(String::from)),
    );
    builder.fail(context)
}

const BYTE_ORDER_MARK: char = '\u{feff}';

/// The text of a source, unless it is too long or holds what no source may hold.
fn checked_text<'a>(
    sources: &'a Sources,
    source: u16,
    limits: &Limits,
    context: &mut Context,
) -> Option<&'a str> {
    let text = sources.get(source)?.text();
    if text.len() > limits.source_bytes {
        context.report(
            Diagnostic::error(
                codes::LIMIT_BYTES,
                format!(
                    "the source has {} bytes; the limit is {}",
                    text.len(),
                    limits.source_bytes
                ),
            )
            .at(Span::new(source, 0, 0)),
        );
        return None;
    }
    // The parser would take a zero byte for the end of the text and ignore what follows.
    let control = text
        .bytes()
        .position(|byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r'));
    if let Some(at) = control {
        let byte = text.as_bytes().get(at).copied().unwrap_or_default();
        context.report(
            Diagnostic::error(
                codes::SYNTAX,
                format!("the control character U+{byte:04X} is not allowed"),
            )
            .at(Span::new(source, at, at.saturating_add(1)))
            .help("in quotes, write it as an escape such as `\\u0000`"),
        );
        return None;
    }
    Some(text)
}

/// The span of the character at a byte, or of the end of the text.
fn character_at(text: &str, source: u16, at: usize) -> Span {
    let start = text.floor_char_boundary(at);
    let width = text
        .get(start..)
        .and_then(|rest| rest.chars().next())
        .filter(|character| !matches!(character, '\n' | '\r'))
        .map_or(0, char::len_utf8);
    Span::new(source, start, start.saturating_add(width))
}

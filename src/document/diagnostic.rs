//! What is wrong with a document, and where.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::codes;
use super::source::{OffsetEncoding, Sources, Span};
use crate::json::Json;
use crate::list::List;
use crate::order;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The document cannot be used.
    Error,
    /// The document can be used, and probably says something its author did not mean.
    Warning,
    /// Nothing is wrong; something will change, or was not looked at.
    Note,
}

impl Severity {
    /// The lower-case word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// One finding.
///
/// The message starts in lower case, has no final period, and quotes what the author wrote in backticks; advice goes
/// into `help`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// One of [`codes`].
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Where it is; absent for values that came from a program instead of a text.
    pub span: Option<Span>,
    /// The JSON pointer (RFC 6901) of the value in the document; empty for the whole document.
    pub path: String,
    /// Other places that explain it.
    pub related: Vec<(Span, String)>,
}

impl Diagnostic {
    // The parts that are not generic are functions of their own: hundreds of places report something.
    #[inline(never)]
    fn new(code: &'static str, severity: Severity, message: String) -> Diagnostic {
        Diagnostic {
            code,
            severity,
            message,
            help: None,
            span: None,
            path: String::new(),
            related: Vec::new(),
        }
    }

    /// An error without a place.
    pub fn error(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, Severity::Error, message.into())
    }

    /// A warning without a place.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, Severity::Warning, message.into())
    }

    /// A note without a place.
    pub fn note(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, Severity::Note, message.into())
    }

    /// The same, at a place.
    #[must_use]
    pub fn at(self, span: impl Into<Option<Span>>) -> Diagnostic {
        self.maybe_at(span.into())
    }

    #[inline(never)]
    fn maybe_at(mut self, span: Option<Span>) -> Diagnostic {
        self.span = span;
        self
    }

    /// The same, with advice.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Diagnostic {
        self.maybe_help(Some(help.into()))
    }

    /// The same, with advice if there is any.
    #[must_use]
    #[inline(never)]
    pub fn maybe_help(mut self, help: Option<String>) -> Diagnostic {
        self.help = help;
        self
    }

    /// The same, at a JSON pointer.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Diagnostic {
        self.path = path.into();
        self
    }

    /// The same, with another place that explains it; nothing changes where that place is unknown.
    #[must_use]
    pub fn related(
        mut self,
        span: impl Into<Option<Span>>,
        message: impl Into<String>,
    ) -> Diagnostic {
        if let Some(span) = span.into() {
            self.related.push((span, message.into()));
        }
        self
    }
}

/// The most diagnostics that are shown.
pub const SHOWN: usize = 100;

/// Findings in the order of the sources, with the texts they point into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    /// The findings.
    pub items: Vec<Diagnostic>,
    /// The texts.
    pub sources: Sources,
    /// How many findings the last item counts.
    omitted: usize,
}

impl Diagnostics {
    /// Sorts the findings by place and keeps the first [`SHOWN`], errors before warnings; one last item counts
    /// `omitted` and whatever else is left out.
    #[must_use]
    pub fn new(mut items: Vec<Diagnostic>, omitted: usize, sources: Sources) -> Diagnostics {
        // Findings without a place come last; the sort is stable, so equal places keep the order of discovery.
        let place = |item: &Diagnostic| match item.span {
            Some(span) => (span.source, span.start, span.end),
            None => (u16::MAX, u32::MAX, u32::MAX),
        };
        let mut left_out = omitted;
        if items.len() > SHOWN {
            order::sort_by_key(&mut items, |item| (item.severity, place(item)));
            left_out = left_out.saturating_add(items.len().saturating_sub(SHOWN));
            items.truncate(SHOWN);
        }
        order::sort_by_key(&mut items, place);
        if left_out > 0 {
            items.push(Diagnostic::warning(
                codes::TOO_MANY,
                format!("… and {left_out} more"),
            ));
        }
        Diagnostics {
            items,
            sources,
            omitted: left_out,
        }
    }

    /// The same with more findings about the same texts.
    #[must_use]
    pub fn with(&self, more: Vec<Diagnostic>) -> Diagnostics {
        let counted = usize::from(self.omitted > 0);
        let kept = self.items.len().saturating_sub(counted);
        let items = self.items.iter().take(kept).cloned().chain(more).collect();
        Diagnostics::new(items, self.omitted, self.sources.clone())
    }

    /// Whether the document cannot be used.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.items
            .iter()
            .any(|item| item.severity == Severity::Error)
    }

    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// An array of plain objects; offsets and columns count in `encoding`, lines and columns from 1.
    #[must_use]
    pub fn to_json(&self, encoding: OffsetEncoding) -> Json {
        Json::Array(
            self.items
                .iter()
                .map(|item| self.item_to_json(item, encoding))
                .list(),
        )
    }

    fn item_to_json(&self, item: &Diagnostic, encoding: OffsetEncoding) -> Json {
        let mut members = Vec::from([
            ("code".into(), Json::text(item.code)),
            ("severity".into(), Json::text(item.severity.as_str())),
            ("message".into(), Json::text(item.message.clone())),
            (
                "help".into(),
                item.help.clone().map_or(Json::Null, Json::text),
            ),
            ("path".into(), Json::text(item.path.clone())),
        ]);
        members.extend(self.place_members(item.span, encoding));
        let related = item
            .related
            .iter()
            .map(|(span, message)| {
                let mut members = Vec::from([("message".into(), Json::text(message.clone()))]);
                members.extend(self.place_members(Some(*span), encoding));
                Json::Object(members)
            })
            .list();
        members.push(("related".into(), Json::Array(related)));
        Json::Object(members)
    }

    /// The members that tell a place; each is `null` where there is none, so that every item has the same shape.
    fn place_members(
        &self,
        span: Option<Span>,
        encoding: OffsetEncoding,
    ) -> Vec<(alloc::borrow::Cow<'static, str>, Json)> {
        let count = |value: usize| Json::count(u64::try_from(value).unwrap_or(u64::MAX));
        let place = span.and_then(|span| {
            let source = self.sources.get(span.source)?;
            Some((
                source.name().to_string(),
                source.position(span.start, encoding),
                source.position(span.end, encoding),
            ))
        });
        let Some((name, start, end)) = place else {
            return [
                "source",
                "start",
                "end",
                "line",
                "column",
                "end_line",
                "end_column",
            ]
            .map(|name| (name.into(), Json::Null))
            .into();
        };
        Vec::from([
            ("source".into(), Json::text(name)),
            ("start".into(), count(start.offset)),
            ("end".into(), count(end.offset)),
            ("line".into(), count(start.line)),
            ("column".into(), count(start.column)),
            ("end_line".into(), count(end.line)),
            ("end_column".into(), count(end.column)),
        ])
    }
}

//! Terms as written to terms: `through` includes its day, a bare date is read in the contract's zone.

use alloc::format;
use alloc::string::ToString;

use crate::authoring::written::TermDoc;
use crate::document::{Context, Diagnostic, Moment, Spanned, codes};
use crate::model::term::{Edge, Term};
use crate::time::{At, Instant};

/// The offset from UTC of bare dates, in milliseconds east.
#[derive(Clone, Copy, Default)]
pub(crate) struct DateZone(pub(crate) i64);

impl DateZone {
    pub(crate) fn edge(self, at: At) -> Option<Edge> {
        match at {
            At::Instant(instant) => Some(Edge {
                instant,
                day: None,
                certain: true,
            }),
            At::Day(day) => Some(Edge {
                instant: self.start_of(day)?,
                day: Some(day),
                certain: false,
            }),
        }
    }

    fn start_of(self, day: crate::time::Day) -> Option<Instant> {
        day.start().plus_millis(self.0.checked_neg()?)
    }

    /// The first instant after a moment: after its day where it is a day.
    pub(crate) fn after(self, at: At) -> Option<Edge> {
        match at {
            At::Instant(instant) => Some(Edge {
                instant: instant.plus_millis(1)?,
                day: None,
                certain: true,
            }),
            At::Day(day) => {
                let next = day.next()?;
                Some(Edge {
                    instant: self.start_of(next)?,
                    day: Some(next),
                    certain: true,
                })
            }
        }
    }
}

/// Reads the keys `from`, `through` and `to`.
pub(crate) fn term(
    from: Option<&Spanned<Moment>>,
    through: Option<&Spanned<Moment>>,
    to: Option<&Spanned<Moment>>,
    zone: DateZone,
    context: &mut Context,
) -> Term {
    if let (Some(through), Some(_)) = (through, to) {
        context.report(
            Diagnostic::error(
                codes::EXCLUDING_KEYS,
                "`through` and `to` exclude each other",
            )
            .at(through.span)
            .help("`through` includes its day, `to` is the first moment no longer in force"),
        );
    }
    let term = Term {
        from: from.and_then(|from| zone.edge(from.value.0)),
        to: match (through, to) {
            // The last day that can be written has no day after it: the term is open.
            (Some(through), _) => zone.after(through.value.0),
            (None, to) => to.and_then(|to| zone.edge(to.value.0)),
        },
    };
    if let (Some(first), Some(last)) = (term.from, term.to)
        && last.instant <= first.instant
    {
        let span = through.or(to).and_then(|end| end.span);
        context.report(
            Diagnostic::error(codes::EMPTY_TERM, "the term ends before it begins")
                .at(span)
                .help(format!(
                    "it begins at {} and ends at {}",
                    first.instant, last.instant
                )),
        );
    }
    term
}

pub(crate) fn term_of(doc: Option<&TermDoc>, zone: DateZone, context: &mut Context) -> Term {
    doc.map_or_else(Term::default, |doc| {
        term(
            doc.from.as_ref(),
            doc.through.as_ref(),
            doc.to.as_ref(),
            zone,
            context,
        )
    })
}

/// Reads a contract's time zone.
pub(crate) fn date_zone(
    text: Option<&Spanned<alloc::string::String>>,
    context: &mut Context,
) -> DateZone {
    let Some(text) = text else {
        return DateZone::default();
    };
    let offset = if text.value == "UTC" {
        "Z"
    } else {
        &text.value
    };
    match crate::time::parse_offset(offset) {
        Some(offset) => DateZone(offset),
        None => {
            context.report(
                Diagnostic::error(
                    codes::TIME_ZONE,
                    format!("`{}` is not an offset from UTC", text.value),
                )
                .at(text.span)
                .help("write `UTC`, `+01:00` or `-05:00`".to_string()),
            );
            DateZone::default()
        }
    }
}

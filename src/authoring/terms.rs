//! Terms as written to terms: `through` includes its day, a bare date is read in the contract's zone.

use alloc::format;
use alloc::string::String;

use crate::authoring::written::TermDoc;
use crate::document::{Context, Diagnostic, Moment, Spanned, codes, shorten};
use crate::model::term::{Edge, Mark, Term};
use crate::time::{At, Day, Instant, TimeZone};

/// The zone that bare dates are read in; UTC where none is named.
#[derive(Clone, Copy)]
pub(crate) struct DateZone<'a>(pub(crate) &'a TimeZone);

impl Default for DateZone<'_> {
    fn default() -> Self {
        static UTC: TimeZone = TimeZone::UTC;
        DateZone(&UTC)
    }
}

impl DateZone<'_> {
    pub(crate) fn edge(self, at: At) -> Option<Edge> {
        match at {
            At::Instant(instant) => Some(self.hour(instant)),
            At::Day(day) => self.start_of(day, Mark::Day),
        }
    }

    /// The first instant after a moment: after its day where it is a day.
    pub(crate) fn after(self, at: At) -> Option<Edge> {
        match at {
            At::Instant(instant) => Some(self.hour(instant.plus_millis(1)?)),
            At::Day(day) => self.start_of(day.next()?, Mark::AfterDay),
        }
    }

    /// The end of a period: all of a day that begins with it lies beyond it.
    pub(crate) fn end(self, instant: Instant) -> Edge {
        self.hour(instant)
    }

    fn hour(self, instant: Instant) -> Edge {
        let day = self.0.day_of(instant);
        let mark = if self.0.start_of(day) == Some(instant) {
            Mark::DayBreak
        } else {
            Mark::Hour
        };
        Edge { instant, day, mark }
    }

    /// The start of a day; where the zone skips the day, that of the next one there is.
    fn start_of(self, day: Day, mark: Mark) -> Option<Edge> {
        let instant = self.0.start_of(day)?;
        let day = self.0.day_of(instant);
        Some(Edge { instant, day, mark })
    }
}

/// Reads the keys `from`, `through` and `to`.
pub(crate) fn term(
    from: Option<&Spanned<Moment>>,
    through: Option<&Spanned<Moment>>,
    to: Option<&Spanned<Moment>>,
    zone: DateZone<'_>,
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

pub(crate) fn term_of(doc: Option<&TermDoc>, zone: DateZone<'_>, context: &mut Context) -> Term {
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

/// Reads the name of a time zone; UTC where there is none, and where it is faulty, which has been reported.
pub(crate) fn time_zone(text: Option<&Spanned<String>>, context: &mut Context) -> TimeZone {
    let Some(text) = text else {
        return TimeZone::UTC;
    };
    TimeZone::parse(&text.value).unwrap_or_else(|| {
        let help = context.closest(&text.value, TimeZone::names()).map_or_else(
            || "write `UTC`, a name such as `Europe/London`, or an offset such as `+01:00`".into(),
            |name| format!("did you mean `{name}`?"),
        );
        context.report(
            Diagnostic::error(
                codes::TIME_ZONE,
                format!("unknown time zone `{}`", shorten(&text.value)),
            )
            .at(text.span)
            .help(help),
        );
        TimeZone::UTC
    })
}

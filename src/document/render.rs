//! Findings as text: the line, and carets under the fault.

use crate::list::List;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

use super::diagnostic::{Diagnostic, Diagnostics};
use super::source::{OffsetEncoding, Source, Span};

/// The most columns of a source line that are shown.
const WIDTH: usize = 120;
/// The columns shown before a fault where its line is cut.
const BEFORE: usize = 40;

impl Diagnostics {
    /// All findings as text for a terminal or a page, each with its line and carets under the fault. Columns count
    /// characters from 1.
    #[must_use]
    pub fn render(&self) -> String {
        let mut out = String::new();
        for (index, item) in self.items.iter().enumerate() {
            if index > 0 {
                out.push('\n');
            }
            self.render_item(item, &mut out);
        }
        out
    }

    // Writing to a String cannot fail.
    fn render_item(&self, item: &Diagnostic, out: &mut String) {
        let _ = writeln!(
            out,
            "{}[{}]: {}",
            item.severity.as_str(),
            item.code,
            item.message
        );
        let places: Vec<(Span, &str, &Source)> = item
            .span
            .iter()
            .map(|span| (*span, ""))
            .chain(
                item.related
                    .iter()
                    .map(|(span, message)| (*span, message.as_str())),
            )
            .filter_map(|(span, message)| Some((span, message, self.sources.get(span.source)?)))
            .list();
        let gutter = places
            .iter()
            .map(|(span, _, source)| source.line(span.start).0)
            .max()
            .map_or(2, |line| decimal_digits(line).saturating_add(1));
        for (index, (span, message, source)) in places.iter().enumerate() {
            let arrow = if index == 0 { "-->" } else { ":::" };
            render_place(*span, message, source, arrow, gutter, out);
        }
        if places.is_empty() && !item.path.is_empty() {
            let _ = writeln!(out, "{:gutter$}--> {}", "", item.path);
        }
        if let Some(help) = &item.help {
            let _ = writeln!(out, "{:gutter$} = help: {help}", "");
        }
    }
}

fn decimal_digits(number: usize) -> usize {
    number
        .checked_ilog10()
        .and_then(|digits| usize::try_from(digits).ok())
        .unwrap_or(0)
        .saturating_add(1)
}

fn render_place(
    span: Span,
    message: &str,
    source: &Source,
    arrow: &str,
    gutter: usize,
    out: &mut String,
) {
    let place = source.position(span.start, OffsetEncoding::Utf32);
    let (number, line_start, line) = source.line(span.start);
    let fault = span.range().start.saturating_sub(line_start)
        ..span.range().end.saturating_sub(line_start).min(line.len());
    let (text, before, under) = excerpt(line, fault);
    let _ = writeln!(
        out,
        "{:gutter$}{arrow} {}:{number}:{}",
        "",
        source.name(),
        place.column
    );
    let _ = writeln!(out, "{:gutter$} |", "");
    let _ = writeln!(out, "{number:>gutter$} | {text}");
    let _ = write!(out, "{:gutter$} | {:before$}{:^<under$}", "", "", "");
    if !message.is_empty() {
        let _ = write!(out, " {message}");
    }
    out.push('\n');
}

/// The bytes on either side of a fault in which its excerpt is found.
const BYTES: usize = 1000;

/// A character as it is shown, and the bytes of the line it stands for.
struct Cell {
    shown: char,
    repeat: usize,
    width: usize,
    start: usize,
}

/// The part of a line around a fault, the columns before the fault, and the columns under it, at least one.
fn excerpt(line: &str, fault: core::ops::Range<usize>) -> (String, usize, usize) {
    // A line may be megabytes long; what could be shown of it is not.
    let from = line.floor_char_boundary(fault.start.saturating_sub(BYTES));
    let to = line.floor_char_boundary(fault.start.saturating_add(BYTES));
    let cells: Vec<Cell> = line
        .get(from..to)
        .unwrap_or_default()
        .char_indices()
        .map(|(at, character)| cell((at.saturating_add(from), character)))
        .list();
    let total: usize = cells.iter().map(|cell| cell.width).sum();
    let before: usize = cells
        .iter()
        .filter(|cell| cell.start < fault.start)
        .map(|cell| cell.width)
        .sum();
    let is_cut = total > WIDTH || from > 0 || to < line.len();
    let first = if is_cut {
        before.saturating_sub(BEFORE)
    } else {
        0
    };
    let mut text = String::new();
    let (mut caret_before, mut caret_under) = (0_usize, 0_usize);
    if first > 0 || from > 0 {
        text.push('…');
        caret_before = 1;
    }
    let mut column = 0_usize;
    let mut is_complete = to == line.len();
    for cell in cells {
        let here = column;
        column = column.saturating_add(cell.width);
        if here < first {
            continue;
        }
        if is_cut && column > first.saturating_add(WIDTH) {
            is_complete = false;
            break;
        }
        for _ in 0..cell.repeat {
            text.push(cell.shown);
        }
        if cell.start < fault.start {
            caret_before = caret_before.saturating_add(cell.width);
        } else if cell.start < fault.end {
            caret_under = caret_under.saturating_add(cell.width);
        }
    }
    if !is_complete {
        text.push('…');
    }
    (text, caret_before, caret_under.max(1))
}

fn cell((start, character): (usize, char)) -> Cell {
    let (shown, repeat, width) = match character {
        '\t' => (' ', 4, 4),
        hidden if hidden.is_control() || is_deceptive(hidden) => ('\u{fffd}', 1, 1),
        other => (other, 1, columns(other)),
    };
    Cell {
        shown,
        repeat,
        width,
        start,
    }
}

/// Characters that show nothing, or turn the rest of the line around so that it reads as something else.
fn is_deceptive(character: char) -> bool {
    matches!(
        character,
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

/// The columns of a terminal that a character takes: none for marks on the letter before, two for East Asian wide
/// characters and emoji.
fn columns(character: char) -> usize {
    match u32::from(character) {
        0x300..=0x36f
        | 0x483..=0x489
        | 0x591..=0x5bd
        | 0x610..=0x61a
        | 0x64b..=0x65f
        | 0x1ab0..=0x1aff
        | 0x1dc0..=0x1dff
        | 0x200c..=0x200d
        | 0x20d0..=0x20ff
        | 0xfe00..=0xfe0f
        | 0xfe20..=0xfe2f
        | 0xe0100..=0xe01ef => 0,
        0x1100..=0x115f
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xa960..=0xa97f
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f
        | 0x1f680..=0x1f6ff
        | 0x1f900..=0x1f9ff
        | 0x1fa70..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Diagnostic, Diagnostics, OffsetEncoding, Sources, Span};

    fn render(text: &str, fault: &str, help: Option<&str>) -> String {
        let mut sources = Sources::new();
        sources.add("policy.yaml", text).unwrap();
        let start = text.find(fault).unwrap();
        let span = Span::new(0, start, start.saturating_add(fault.len()));
        let item = Diagnostic::error("W0103", "unknown key")
            .at(span)
            .maybe_help(help.map(String::from));
        Diagnostics::new(vec![item], 0, sources).render()
    }

    #[test]
    fn carets_stand_under_the_fault() {
        assert_eq!(
            render(
                "a:\n  b:\n    providr: azure\n",
                "providr",
                Some("did you mean `provider`?")
            ),
            "\
error[W0103]: unknown key
  --> policy.yaml:3:5
   |
 3 |     providr: azure
   |     ^^^^^^^
   = help: did you mean `provider`?
"
        );
    }

    #[test]
    fn tabs_and_wide_characters_take_their_columns() {
        let text = render("\t日本: e\u{301}x", "x", None);
        assert!(
            text.contains("   |     日本: e\u{301}x\n")
                || text.contains(" 1 |     日本: e\u{301}x\n")
        );
        assert!(text.contains("\n   |            ^\n"), "{text}");
    }

    #[test]
    fn long_lines_are_cut_around_the_fault() {
        let line = format!("{}fault{}", "é".repeat(500), "z".repeat(500));
        let text = render(&line, "fault", None);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[3].starts_with(" 1 | …éé") && lines[3].ends_with("z…"));
        assert_eq!(lines[3].chars().count(), 5 + 1 + 120 + 1);
        assert_eq!(
            lines[3].chars().position(|character| character == 'f'),
            lines[4].find('^')
        );
        assert!(lines[4].ends_with(" ^^^^^"));
    }

    #[test]
    fn related_places_and_missing_places_are_shown() {
        let mut sources = Sources::new();
        sources.add("p.yaml", "a: 1\na: 2").unwrap();
        let items = vec![
            Diagnostic::error("W0004", "duplicate key `a`")
                .at(Span::new(0, 5, 6))
                .related(Span::new(0, 0, 1), "first written here"),
            Diagnostic::warning("W0101", "no place").path("/a/b"),
        ];
        assert_eq!(
            Diagnostics::new(items, 0, sources).render(),
            "\
error[W0004]: duplicate key `a`
  --> p.yaml:2:1
   |
 2 | a: 2
   | ^
  ::: p.yaml:1:1
   |
 1 | a: 1
   | ^ first written here

warning[W0101]: no place
  --> /a/b
"
        );
    }

    #[test]
    fn beyond_a_hundred_the_rest_are_counted_and_errors_come_first() {
        let mut sources = Sources::new();
        sources.add("p.yaml", "x".repeat(200)).unwrap();
        let mut items: Vec<Diagnostic> = (0..150)
            .map(|at| Diagnostic::warning("W0109", "w").at(Span::new(0, at, at + 1)))
            .collect();
        items.push(Diagnostic::error("W0101", "e").at(Span::new(0, 199, 200)));
        let shown = Diagnostics::new(items, 9, sources);
        assert_eq!(shown.items.len(), 101);
        assert!(shown.has_errors());
        assert_eq!(shown.items[99].message, "e");
        assert_eq!(shown.items[100].message, "… and 60 more");
        let json = shown.to_json(OffsetEncoding::Utf16).canonical();
        assert!(json.ends_with(r#"{"code":"W0000","column":null,"end":null,"end_column":null,"end_line":null,"help":null,"line":null,"message":"… and 60 more","path":"","related":[],"severity":"warning","source":null,"start":null}]"#));
    }
}

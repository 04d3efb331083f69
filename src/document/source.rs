//! Source texts, and places in them.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

/// A piece of a source text, in bytes, half-open; both ends lie on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The index of the source in [`Sources`].
    pub source: u16,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// A span of a source.
    #[must_use]
    pub fn new(source: u16, start: usize, end: usize) -> Span {
        Span {
            source,
            start: u32::try_from(start).unwrap_or(u32::MAX),
            end: u32::try_from(end).unwrap_or(u32::MAX),
        }
    }

    /// The bytes in the source text.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        index(self.start)..index(self.end)
    }
}

/// Every target of this crate has at least 32 address bits.
fn index(offset: u32) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

/// The unit in which offsets and columns are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffsetEncoding {
    /// Bytes of UTF-8: Rust, command lines.
    Utf8,
    /// UTF-16 code units: JavaScript strings, editors.
    Utf16,
    /// Unicode scalar values: Python, people.
    Utf32,
}

impl OffsetEncoding {
    /// Counts bytes, which is fast for the long texts before a place: every character has one first byte, and those of
    /// four bytes take two units of UTF-16.
    fn length(self, text: &str) -> usize {
        let characters = || text.bytes().filter(|byte| (byte & 0xc0) != 0x80).count();
        let astral = || text.bytes().filter(|byte| *byte >= 0xf0).count();
        match self {
            OffsetEncoding::Utf8 => text.len(),
            OffsetEncoding::Utf16 => characters().saturating_add(astral()),
            OffsetEncoding::Utf32 => characters(),
        }
    }
}

/// A place in a source, in some [`OffsetEncoding`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// From the start of the text, from 0.
    pub offset: usize,
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
}

/// A named text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    name: String,
    text: String,
    /// The byte at which each line starts.
    lines: Vec<usize>,
}

impl Source {
    /// The name it was given, such as `policy.yaml`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line that holds the byte at `offset`: its number from 1, the offset of its first byte, and its text without
    /// the line break.
    #[must_use]
    pub fn line(&self, offset: u32) -> (usize, usize, &str) {
        let number = self
            .lines
            .partition_point(|start| *start <= index(offset))
            .max(1);
        let start = self
            .lines
            .get(number.saturating_sub(1))
            .copied()
            .unwrap_or(0);
        let rest = self.text.get(start..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        (number, start, line.strip_suffix('\r').unwrap_or(line))
    }

    /// The place of the byte at `offset`; an offset inside a character counts as the start of it.
    #[must_use]
    pub fn position(&self, offset: u32, encoding: OffsetEncoding) -> Position {
        let end = self.text.floor_char_boundary(index(offset));
        let (line, start, _) = self.line(u32::try_from(end).unwrap_or(u32::MAX));
        let before = self.text.get(..start).unwrap_or_default();
        let within = encoding.length(self.text.get(start..end).unwrap_or_default());
        Position {
            offset: encoding.length(before).saturating_add(within),
            line,
            column: within.saturating_add(1),
        }
    }
}

/// The texts that are read together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    items: Vec<Source>,
}

impl Sources {
    /// No sources.
    #[must_use]
    pub fn new() -> Sources {
        Sources::default()
    }

    /// Adds a text and gives its index, or `None` where there are 65,535 already.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> Option<u16> {
        let position = u16::try_from(self.items.len()).ok()?;
        let text = text.into();
        let mut lines = Vec::from([0]);
        lines.extend(
            text.bytes()
                .enumerate()
                .filter(|(_, byte)| *byte == b'\n')
                .map(|(at, _)| at.saturating_add(1)),
        );
        self.items.push(Source {
            name: name.into(),
            text,
            lines,
        });
        // The last index stays free for findings without a place.
        (position < u16::MAX).then_some(position)
    }

    /// The source at an index.
    #[must_use]
    pub fn get(&self, source: u16) -> Option<&Source> {
        self.items.get(usize::from(source))
    }

    /// The sources with their indexes.
    pub fn iter(&self) -> impl Iterator<Item = (u16, &Source)> {
        (0..u16::MAX).zip(&self.items)
    }

    /// The text of a span.
    #[must_use]
    pub fn text(&self, span: Span) -> Option<&str> {
        self.get(span.source)?.text.get(span.range())
    }

    /// The span of a part of a scalar: `range` counts bytes in `value`, the text read from `span`.
    ///
    /// Exact where the source holds the value as it is, in quotes or without; the whole span where escapes or folded
    /// lines come between.
    #[must_use]
    pub fn narrow(&self, span: Span, value: &str, range: Range<usize>) -> Span {
        let written = self.text(span).unwrap_or_default();
        let quoted = written
            .strip_prefix(['"', '\''])
            .and_then(|rest| rest.strip_suffix(['"', '\'']));
        let shift = if written == value {
            0
        } else if quoted == Some(value) {
            1
        } else {
            return span;
        };
        if value.get(range.clone()).is_none() {
            return span;
        }
        let base = index(span.start).saturating_add(shift);
        Span::new(
            span.source,
            base.saturating_add(range.start),
            base.saturating_add(range.end),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_in_the_unit_asked_for() {
        let mut sources = Sources::new();
        sources.add("a", "x\né😀y\r\nz").unwrap();
        let source = sources.get(0).unwrap();
        let y = 8;
        for (encoding, offset, column) in [
            (OffsetEncoding::Utf8, 8, 7),
            (OffsetEncoding::Utf16, 5, 4),
            (OffsetEncoding::Utf32, 4, 3),
        ] {
            assert_eq!(
                source.position(y, encoding),
                Position {
                    offset,
                    line: 2,
                    column
                }
            );
        }
        assert_eq!(source.line(y), (2, 2, "é😀y"));
        assert_eq!(source.line(u32::MAX), (3, 11, "z"));
    }

    #[test]
    fn parts_of_scalars_are_narrowed_where_the_text_is_verbatim() {
        let mut sources = Sources::new();
        sources.add("a", "when: 'x == y'  \"a\\tb\"").unwrap();
        let part = |start, end, value: &str, range| {
            let span = sources.narrow(Span::new(0, start, end), value, range);
            sources.text(span).unwrap()
        };
        assert_eq!(part(6, 14, "x == y", 2..4), "==");
        assert_eq!(part(16, 22, "a\tb", 2..3), "\"a\\tb\"");
        assert_eq!(part(0, 4, "when", 0..2), "wh");
        assert_eq!(part(0, 4, "when", 0..9), "when");
    }
}

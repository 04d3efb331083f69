//! What decoding carries along: the path to the value at hand and the findings so far.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::diagnostic::{Diagnostic, Diagnostics, Severity};
use super::source::{Sources, Span};
use super::tree::{Key, Node};

/// The most findings that are kept; the rest are counted. More than are shown, so that the shown ones are the first
/// in the source and not the first found.
const KEPT: usize = 1000;

/// The work of all searches for good advice, in pairs of letters that are compared: some hundred thousand names.
const ADVICE: usize = 20_000_000;

/// Collects findings while a document is read, decoded and checked.
#[derive(Debug)]
pub struct Context {
    items: Vec<Diagnostic>,
    omitted: usize,
    errors: usize,
    path: String,
    /// The key whose value is at hand.
    key: Option<Span>,
    /// What is left of [`ADVICE`].
    advice: usize,
}

impl Default for Context {
    fn default() -> Context {
        Context {
            items: Vec::new(),
            omitted: 0,
            errors: 0,
            path: String::new(),
            key: None,
            advice: ADVICE,
        }
    }
}

/// Where the decoder was before it entered a value.
pub(super) struct Outside {
    length: usize,
    key: Option<Span>,
}

impl Context {
    /// Nothing found yet, at the root of a document.
    #[must_use]
    pub fn new() -> Context {
        Context::default()
    }

    /// Keeps a finding; one without a path gets the path at hand.
    #[inline(never)]
    pub fn report(&mut self, mut diagnostic: Diagnostic) {
        if diagnostic.severity == Severity::Error {
            self.errors = self.errors.saturating_add(1);
        }
        if self.is_full() {
            self.omitted = self.omitted.saturating_add(1);
            return;
        }
        if diagnostic.path.is_empty() {
            diagnostic.path.clone_from(&self.path);
        }
        self.items.push(diagnostic);
    }

    /// Takes over the findings of another context.
    pub(super) fn absorb(&mut self, other: Context) {
        self.omitted = self.omitted.saturating_add(other.omitted);
        // Those that were kept are counted again below.
        let kept_errors = other
            .items
            .iter()
            .filter(|item| item.severity == Severity::Error)
            .count();
        self.errors = self
            .errors
            .saturating_add(other.errors.saturating_sub(kept_errors));
        for item in other.items {
            self.report(item);
        }
    }

    /// Reports an error about a node and gives `None`, so that a decoder can end with it.
    pub fn wrong<T>(
        &mut self,
        node: &Node,
        code: &'static str,
        message: impl Into<String>,
    ) -> Option<T> {
        self.report_wrong(node, code, message.into());
        None
    }

    #[inline(never)]
    fn report_wrong(&mut self, node: &Node, code: &'static str, message: String) {
        let span = self.place(node);
        self.report(Diagnostic::error(code, message).at(span));
    }

    /// The number of errors so far.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// Whether the document cannot be used.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Whether further findings are only counted, so that searching for good advice is wasted work.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.items.len() >= KEPT
    }

    /// The candidate that a mistyped word was probably meant to be, as long as findings are kept and searching has not
    /// cost too much.
    pub(crate) fn closest<'a>(
        &mut self,
        word: &str,
        mut candidates: impl Iterator<Item = &'a str>,
    ) -> Option<&'a str> {
        if self.is_full() {
            return None;
        }
        crate::text::closest_within(word, &mut candidates, &mut self.advice)
    }

    /// The JSON pointer to the value at hand.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Does something with the value of a key.
    pub fn in_key<T>(&mut self, key: &Key, work: impl FnOnce(&mut Context) -> T) -> T {
        let outside = self.enter_key(key);
        let result = work(self);
        self.leave(outside);
        result
    }

    #[inline(never)]
    pub(super) fn enter_key(&mut self, key: &Key) -> Outside {
        self.enter(&escape_pointer(&key.text), key.span)
    }

    #[inline(never)]
    pub(super) fn enter_index(&mut self, index: usize) -> Outside {
        self.enter(&alloc::format!("{index}"), None)
    }

    /// Does something with an item of a list, counted from 0.
    pub fn in_index<T>(&mut self, index: usize, work: impl FnOnce(&mut Context) -> T) -> T {
        let outside = self.enter_index(index);
        let result = work(self);
        self.leave(outside);
        result
    }

    /// Goes down to a value. Not generic: every kind of value shares it.
    fn enter(&mut self, segment: &str, key: Option<Span>) -> Outside {
        let length = self.path.len();
        self.path.push('/');
        self.path.push_str(segment);
        Outside {
            length,
            key: core::mem::replace(&mut self.key, key),
        }
    }

    /// Comes back to where [`Context::enter`] was called.
    #[inline(never)]
    pub(super) fn leave(&mut self, Outside { length, key }: Outside) {
        self.key = key;
        self.path.truncate(length);
    }

    /// Does something with the value under several keys, from the root of the document.
    pub fn in_path<T>(&mut self, keys: &[&str], work: impl FnOnce(&mut Context) -> T) -> T {
        let outer = self.go_to(keys);
        let result = work(self);
        self.path = outer;
        result
    }

    #[inline(never)]
    fn go_to(&mut self, keys: &[&str]) -> String {
        let outer = core::mem::take(&mut self.path);
        for key in keys {
            self.path.push('/');
            self.path.push_str(&escape_pointer(key));
        }
        outer
    }

    /// Gives findings that have a place in `source` but no path the path of the value or key at that place.
    pub fn fill_paths(&mut self, root: &Node, source: u16) {
        for item in &mut self.items {
            if let (true, Some(span)) = (item.path.is_empty(), item.span)
                && span.source == source
            {
                item.path = root.path_of(span);
            }
        }
    }

    /// Where to point for a fault of the value as a whole: the value, or its key where the value is absent or starts
    /// on a later line.
    #[must_use]
    #[inline(never)]
    pub fn place(&self, node: &Node) -> Option<Span> {
        match (self.key, node.span) {
            (Some(key), Some(span)) if span.start == span.end || node.is_block_mapping() => {
                Some(key)
            }
            (_, span) => span,
        }
    }

    /// The findings with the texts they point into.
    #[must_use]
    pub fn finish(self, sources: Sources) -> Diagnostics {
        Diagnostics::new(self.items, self.omitted, sources)
    }
}

/// A key as a segment of a JSON pointer (RFC 6901).
#[must_use]
pub fn escape_pointer(key: &str) -> Cow<'_, str> {
    if key.contains(['~', '/']) {
        Cow::Owned(key.replace('~', "~0").replace('/', "~1"))
    } else {
        Cow::Borrowed(key)
    }
}

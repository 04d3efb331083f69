//! Builds the tree, within limits.

use crate::list::List;
use crate::order;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::super::codes;
use super::super::context::Context;
use super::super::diagnostic::Diagnostic;
use super::super::source::Span;
use super::super::tree::{Key, Node, NodeValue, shorten};
use super::{Limits, Stop};

/// What the parser says beside a value.
#[derive(Clone, Copy, Default)]
pub(super) struct Properties {
    /// The number of its anchor; 0 for none.
    pub(super) anchor: usize,
    /// Whether it has a tag.
    pub(super) tagged: bool,
}

/// A list or mapping that is not complete.
struct Frame {
    start: usize,
    /// The end of what has been read of it.
    end: usize,
    children: Children,
}

enum Children {
    Sequence(Vec<Node>),
    Mapping {
        entries: Vec<(Key, Node)>,
        /// A key that waits for its value.
        key: Option<Key>,
    },
}

impl Frame {
    fn len(&self) -> usize {
        match &self.children {
            Children::Sequence(items) => items.len(),
            Children::Mapping { entries, .. } => entries.len(),
        }
    }

    fn child(&self, index: usize) -> Option<&Node> {
        match &self.children {
            Children::Sequence(items) => items.get(index),
            Children::Mapping { entries, .. } => entries.get(index).map(|(_, node)| node),
        }
    }
}

/// What the innermost unfinished value waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The value of the whole document.
    Root,
    /// An item.
    Item,
    /// A key.
    Key,
    /// The value of a key.
    Value,
}

pub(super) struct Builder<'a> {
    text: &'a str,
    source: u16,
    limits: &'a Limits,
    /// Kept apart until it is clear which reading counts.
    findings: Context,
    stack: Vec<Frame>,
    root: Option<Node>,
    nodes: usize,
    alias_nodes: usize,
    /// For each anchor, in ascending order, which child to follow at each level from the root. No copy is kept.
    anchors: Vec<(usize, Vec<usize>)>,
    merge_keys: bool,
}

impl<'a> Builder<'a> {
    pub(super) fn new(text: &'a str, source: u16, limits: &'a Limits) -> Builder<'a> {
        Builder {
            text,
            source,
            limits,
            findings: Context::new(),
            stack: Vec::new(),
            root: None,
            nodes: 0,
            alias_nodes: 0,
            anchors: Vec::new(),
            merge_keys: false,
        }
    }

    pub(super) fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.source, range.start, range.end)
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        let pointer = self.pointer();
        self.findings.report(diagnostic.path(pointer));
    }

    fn stop(
        &mut self,
        code: &'static str,
        range: Range<usize>,
        message: impl Into<String>,
        help: Option<&str>,
    ) -> Stop {
        let span = self.span(range);
        self.report(
            Diagnostic::error(code, message)
                .at(span)
                .maybe_help(help.map(String::from)),
        );
        Stop::Reported
    }

    /// The JSON pointer of the value that is being read.
    fn pointer(&self) -> String {
        let mut pointer = String::new();
        for frame in &self.stack {
            match &frame.children {
                Children::Sequence(items) => {
                    pointer.push('/');
                    pointer.push_str(&format!("{}", items.len()));
                }
                Children::Mapping { key: Some(key), .. } => {
                    pointer.push('/');
                    pointer.push_str(&super::super::escape_pointer(&key.text));
                }
                Children::Mapping { key: None, .. } => {}
            }
        }
        pointer
    }

    pub(super) fn place(&self) -> Place {
        match self.stack.last().map(|frame| &frame.children) {
            None => Place::Root,
            Some(Children::Sequence(_)) => Place::Item,
            Some(Children::Mapping { key: None, .. }) => Place::Key,
            Some(Children::Mapping { key: Some(_), .. }) => Place::Value,
        }
    }

    pub(super) fn is_mapping(&self) -> bool {
        matches!(self.place(), Place::Key | Place::Value)
    }

    /// Notes tags and anchors of the value that comes next.
    fn properties(&mut self, properties: Properties, range: &Range<usize>) -> Result<(), Stop> {
        if properties.tagged {
            let span = self.span(range.clone());
            self.report(
                Diagnostic::error(codes::TAG, "tags are not allowed")
                    .at(span)
                    .help("quotes make a text; everything else follows from the key"),
            );
        }
        if properties.anchor > 0 {
            if self.anchors.len() >= self.limits.anchors {
                let message = format!(
                    "the source has more than {} anchors; the limit is {}",
                    self.anchors.len(),
                    self.limits.anchors
                );
                return Err(self.stop(codes::LIMIT_ANCHORS, range.clone(), message, None));
            }
            let path = self.stack.iter().map(Frame::len).list();
            self.anchors.push((properties.anchor, path));
        }
        Ok(())
    }

    fn count(&mut self, nodes: usize, range: &Range<usize>) -> Result<(), Stop> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > self.limits.nodes {
            let message = format!(
                "the source has at least {} values; the limit is {}",
                self.nodes, self.limits.nodes
            );
            return Err(self.stop(codes::LIMIT_NODES, range.clone(), message, None));
        }
        Ok(())
    }

    /// A scalar, which may be a key.
    pub(super) fn scalar(
        &mut self,
        text: String,
        plain: bool,
        range: Range<usize>,
        properties: Properties,
    ) -> Result<(), Stop> {
        let span = self.span(range.clone());
        if self.place() == Place::Key {
            return self.key(text, plain, range, properties);
        }
        self.properties(properties, &range)?;
        self.count(1, &range)?;
        let node = if plain {
            Node::plain(text)
        } else {
            Node::text(text)
        };
        self.attach(node.at(span), range.end);
        Ok(())
    }

    fn key(
        &mut self,
        text: String,
        plain: bool,
        range: Range<usize>,
        properties: Properties,
    ) -> Result<(), Stop> {
        if plain && text.is_empty() {
            return Err(self.stop(codes::KEY_NOT_TEXT, range, "a key is missing here", None));
        }
        if properties.anchor > 0 {
            return Err(self.stop(
                codes::KEY_NOT_TEXT,
                range,
                "a key cannot have an anchor",
                Some("put the anchor after the colon"),
            ));
        }
        self.properties(properties, &range)?;
        let span = self.span(range.clone());
        if text == "<<" {
            self.merge_keys = true;
            self.report(
                Diagnostic::error(codes::MERGE_KEY, "merge keys are not allowed")
                    .at(span)
                    .help("repeat a whole value with an alias, or write its keys out"),
            );
        }
        if let Some(Frame {
            end,
            children: Children::Mapping { key, .. },
            ..
        }) = self.stack.last_mut()
        {
            *end = range.end;
            *key = Some(Key {
                text,
                span: Some(span),
            });
        }
        Ok(())
    }

    /// The start of a list or mapping.
    pub(super) fn begin(
        &mut self,
        is_mapping: bool,
        range: Range<usize>,
        properties: Properties,
    ) -> Result<(), Stop> {
        if self.place() == Place::Key {
            let (what, help) = if is_mapping {
                ("a mapping", "quote a key that starts with `{`")
            } else {
                ("a list", "quote a key that starts with `[`")
            };
            let message = format!("{what} cannot be a key");
            return Err(self.stop(codes::KEY_NOT_TEXT, range, message, Some(help)));
        }
        if self.stack.len() >= self.limits.depth {
            return Err(self.too_deep(self.stack.len().saturating_add(1), range));
        }
        self.properties(properties, &range)?;
        self.count(1, &range)?;
        let children = if is_mapping {
            Children::Mapping {
                entries: Vec::new(),
                key: None,
            }
        } else {
            Children::Sequence(Vec::new())
        };
        self.stack.push(Frame {
            start: range.start,
            end: range.start,
            children,
        });
        Ok(())
    }

    pub(super) fn too_deep(&mut self, depth: usize, range: Range<usize>) -> Stop {
        let message = format!(
            "lists and mappings are nested {depth} deep; the limit is {}",
            self.limits.depth
        );
        self.stop(codes::LIMIT_DEPTH, range, message, None)
    }

    /// The end of the innermost list or mapping; `end` is the byte after its bracket, if it has one.
    pub(super) fn end(&mut self, end: Option<usize>) {
        let Some(frame) = self.stack.pop() else {
            return;
        };
        let end = end.unwrap_or(frame.end);
        let value = match frame.children {
            Children::Sequence(items) => NodeValue::Sequence(items),
            Children::Mapping { entries, .. } => {
                self.report_duplicates(&entries);
                NodeValue::Mapping(entries)
            }
        };
        let span = Some(self.span(frame.start..end));
        self.attach(Node { span, value }, end);
    }

    fn report_duplicates(&mut self, entries: &[(Key, Node)]) {
        let mut keys: Vec<&Key> = entries.iter().map(|(key, _)| key).list();
        // Stable, so the first of equal keys stays the first written.
        order::sort_by(&mut keys, |left, right| left.text.cmp(&right.text));
        for group in keys.chunk_by(|left, right| left.text == right.text) {
            let [first, again @ ..] = group else {
                continue;
            };
            for key in again {
                let path = format!(
                    "{}/{}",
                    self.pointer(),
                    super::super::escape_pointer(&key.text)
                );
                self.findings.report(
                    Diagnostic::error(
                        codes::DUPLICATE_KEY,
                        format!("duplicate key `{}`", shorten(&key.text)),
                    )
                    .at(key.span)
                    .path(path)
                    .related(first.span, "first written here"),
                );
            }
        }
    }

    fn attach(&mut self, node: Node, end: usize) {
        match self.stack.last_mut() {
            None => self.root = Some(node),
            Some(frame) => {
                frame.end = end;
                match &mut frame.children {
                    Children::Sequence(items) => items.push(node),
                    Children::Mapping { entries, key } => {
                        if let Some(key) = key.take() {
                            entries.push((key, node));
                        }
                    }
                }
            }
        }
    }

    /// A repetition of the value with an anchor.
    pub(super) fn alias(&mut self, anchor: usize, range: Range<usize>) -> Result<(), Stop> {
        if self.place() == Place::Key {
            return Err(self.stop(codes::KEY_NOT_TEXT, range, "an alias cannot be a key", None));
        }
        let Some(target) = self.anchored(anchor) else {
            return Err(self.stop(
                codes::RECURSIVE_ALIAS,
                range,
                "this alias stands inside the value it repeats",
                None,
            ));
        };
        let left = self.limits.alias_nodes.saturating_sub(self.alias_nodes);
        let mut size = 0;
        let Some(depth) = measure(target, left, &mut size) else {
            let message = format!(
                "aliases repeat at least {} values; the limit is {}",
                self.alias_nodes.saturating_add(size),
                self.limits.alias_nodes
            );
            return Err(self.stop(codes::LIMIT_ALIASES, range, message, None));
        };
        let depth = depth.saturating_add(self.stack.len());
        if depth > self.limits.depth {
            return Err(self.too_deep(depth, range));
        }
        let node = target.clone().at(self.span(range.clone()));
        self.alias_nodes = self.alias_nodes.saturating_add(size);
        self.count(size, &range)?;
        self.attach(node, range.end);
        Ok(())
    }

    /// The value with an anchor, if it is complete.
    fn anchored(&self, anchor: usize) -> Option<&Node> {
        let mut steps = order::find(&self.anchors, &anchor)?.iter();
        for frame in &self.stack {
            let step = *steps.next()?;
            if step < frame.len() {
                // Complete: from here on the path leads through finished values.
                return steps.try_fold(frame.child(step)?, |node, step| match &node.value {
                    NodeValue::Sequence(items) => items.get(*step),
                    NodeValue::Mapping(entries) => entries.get(*step).map(|(_, node)| node),
                    NodeValue::Null | NodeValue::Scalar { .. } => None,
                });
            }
        }
        None
    }

    /// Hands over the findings and the tree of a document that was read to its end.
    pub(super) fn finish(mut self, context: &mut Context) -> Option<Node> {
        let root = self.root.take().filter(|root| {
            let written = root.span.and_then(|span| self.text.get(span.range()));
            !(root.is_null() && written.is_none_or(str::is_empty))
        });
        let Some(mut root) = root else {
            if !self.findings.has_errors() {
                self.findings.report(
                    Diagnostic::error(codes::EMPTY, "the source is empty").at(self.span(0..0)),
                );
            }
            return self.fail(context);
        };
        if self.merge_keys {
            remove_merge_keys(&mut root);
        }
        self.fail::<()>(context);
        Some(root)
    }

    /// Hands over the findings alone.
    pub(super) fn fail<T>(self, context: &mut Context) -> Option<T> {
        context.absorb(self.findings);
        None
    }
}

/// Counts the values of a tree up to `most`, and gives the levels of lists and mappings; `None` where there are more.
fn measure(node: &Node, most: usize, size: &mut usize) -> Option<usize> {
    *size = size.saturating_add(1);
    if *size > most {
        return None;
    }
    let mut depth = 0;
    match &node.value {
        NodeValue::Null | NodeValue::Scalar { .. } => return Some(0),
        NodeValue::Sequence(items) => {
            for item in items {
                depth = depth.max(measure(item, most, size)?);
            }
        }
        NodeValue::Mapping(entries) => {
            for (_, item) in entries {
                depth = depth.max(measure(item, most, size)?);
            }
        }
    }
    Some(depth.saturating_add(1))
}

/// Merge keys have been reported; as keys they would be reported again.
fn remove_merge_keys(node: &mut Node) {
    match &mut node.value {
        NodeValue::Null | NodeValue::Scalar { .. } => {}
        NodeValue::Sequence(items) => items.iter_mut().for_each(remove_merge_keys),
        NodeValue::Mapping(entries) => {
            entries.retain(|(key, _)| key.text != "<<");
            for (_, item) in entries {
                remove_merge_keys(item);
            }
        }
    }
}

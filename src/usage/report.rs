//! A report while it is read: what it counts, which keys mean something, and what is wrong with it.
//!
//! A count that cannot be read is reported and read on as 0, and then sums are no longer checked. Of a report with a fault
//! nothing is kept, because the context has its errors.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::document::{Context, Diagnostic, Fields, Key, Kind, Node, codes};
use crate::model::meter::Meter;

/// An object of counts.
pub(crate) struct Report<'a, 'c> {
    fields: Fields<'a>,
    /// The keys that mean something.
    known: Vec<String>,
    /// What is counted so far.
    pub(crate) counts: Vec<(Meter, u64)>,
    /// Whether some count could not be read.
    unread: bool,
    context: &'c mut Context,
}

impl<'a, 'c> Report<'a, 'c> {
    /// Anything but an object is reported.
    pub(crate) fn of(node: &'a Node, context: &'c mut Context) -> Option<Report<'a, 'c>> {
        Some(Report {
            fields: Fields::of(node, context)?,
            known: Vec::new(),
            counts: Vec::new(),
            unread: false,
            context,
        })
    }

    /// Whether a key is there and is not null.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.fields
            .node
            .get(key)
            .is_some_and(|node| !node.is_null())
    }

    /// A count that must be there.
    pub(crate) fn required(&mut self, key: &str, help: Option<&'static str>) -> u64 {
        if !self.has(key) {
            self.unread = true;
            let message = format!("the report has no `{key}`");
            self.wrong(codes::USAGE_INCOMPLETE, message, help);
        }
        self.optional(key)
    }

    /// A count that is 0 where it is absent.
    pub(crate) fn optional(&mut self, key: &str) -> u64 {
        self.known.push(key.into());
        let count = self.fields.optional(key, self.context);
        self.unread |= count.is_none() && self.has(key);
        count.unwrap_or(0)
    }

    /// Keys that are known and count nothing that is paid for.
    pub(crate) fn pass(&mut self, keys: &[&str]) {
        self.known.extend(keys.iter().map(|key| String::from(*key)));
    }

    /// Reads an object inside this one, which may be absent.
    pub(crate) fn inner(&mut self, key: &str, work: &mut dyn FnMut(&mut Report<'_, '_>)) {
        if let Some((key, node)) = self.entry(key) {
            let context = &mut *self.context;
            self.unread |= context.in_key(key, |context| whole(node, context, work));
        }
    }

    /// Reads the objects of a list, which may be absent.
    pub(crate) fn each(&mut self, key: &str, work: &mut dyn FnMut(&mut Report<'_, '_>)) {
        let Some((key, node)) = self.entry(key) else {
            return;
        };
        let context = &mut *self.context;
        self.unread |= context.in_key(key, |context| {
            let Kind::Sequence(items) = node.kind() else {
                return crate::document::expected::<()>(node, context, "a list").is_none();
            };
            let mut unread = false;
            for (index, item) in items.iter().enumerate() {
                unread |= context.in_index(index, |context| whole(item, context, work));
            }
            unread
        });
    }

    /// A text that must be there; empty where it is faulty.
    pub(crate) fn text(&mut self, key: &str) -> String {
        self.known.push(key.into());
        let text = self.fields.required(key, self.context);
        self.unread |= text.is_none();
        text.unwrap_or_default()
    }

    /// A key that is there and is not null.
    fn entry(&mut self, key: &str) -> Option<(&'a Key, &'a Node)> {
        self.known.push(key.into());
        self.entries()
            .iter()
            .find(|(name, node)| name.text == key && !node.is_null())
            .map(|(key, node)| (key, node))
    }

    fn entries(&self) -> &'a [(Key, Node)] {
        match self.fields.node.kind() {
            Kind::Mapping(entries) => entries,
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Sequence(_) => &[],
        }
    }

    /// The keys in their order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.entries().iter().map(|(key, _)| key.text.as_str())
    }

    /// Counts by a meter.
    pub(crate) fn count(&mut self, meter: Meter, count: u64) {
        self.counts.push((meter, count));
    }

    /// Counts by a meter what is left of a whole; parts that are more than their whole are reported.
    pub(crate) fn count_rest(&mut self, meter: Meter, whole: (&str, u64), parts: &[(&str, u64)]) {
        match add(parts).and_then(|parts| whole.1.checked_sub(parts)) {
            Some(rest) => self.count(meter, rest),
            None => self.contradiction(format!("{} is more than {}", sum(parts), sum(&[whole]))),
        }
    }

    /// Reports a total that is not the sum of its parts.
    pub(crate) fn check(&mut self, total: (&str, u64), parts: &[(&str, u64)]) {
        if add(parts) != Some(total.1) {
            self.contradiction(format!("{} is not {}", sum(&[total]), sum(parts)));
        }
    }

    /// Reports counts that contradict each other, unless one of them was not read.
    pub(crate) fn contradiction(&mut self, message: String) {
        if !self.unread {
            self.wrong(codes::USAGE_CONTRADICTION, message, None);
        }
    }

    /// Reports what is wrong with the report as a whole.
    pub(crate) fn wrong(
        &mut self,
        code: &'static str,
        message: String,
        help: Option<&'static str>,
    ) {
        let diagnostic = Diagnostic::error(code, message)
            .at(self.context.place(self.fields.node))
            .maybe_help(help.map(String::from));
        self.context.report(diagnostic);
    }

    /// Reports counts of tokens under keys that mean nothing here: they would be charged at a rate that is not theirs, or
    /// not at all.
    pub(crate) fn refuse_other_tokens(&mut self) {
        for (key, node) in self.entries() {
            if self.known.contains(&key.text)
                || !key.text.to_ascii_lowercase().contains("token")
                || is_nothing(node)
            {
                continue;
            }
            let message = format!("`{}` counts tokens that no meter is for", key.text);
            let diagnostic = Diagnostic::error(codes::USAGE_OTHER_TOKENS, message)
                .at(key.span)
                .help("name the format it is of, or price these tokens yourself and leave the key out");
            self.context
                .in_key(key, |context| context.report(diagnostic));
        }
    }
}

/// Reads an object inside a report to its end; whether some count could not be read.
fn whole(node: &Node, context: &mut Context, work: &mut dyn FnMut(&mut Report<'_, '_>)) -> bool {
    let Some(mut report) = Report::of(node, context) else {
        return true;
    };
    work(&mut report);
    report.refuse_other_tokens();
    report.unread
}

/// Whether a value counts nothing, all the way down.
fn is_nothing(node: &Node) -> bool {
    match node.kind() {
        Kind::Null | Kind::Bool(_) => true,
        Kind::Text(text) => text.bytes().any(|byte| !byte.is_ascii_digit()),
        Kind::Number(text) => crate::money::normal_decimal(text).as_deref() == Some("0"),
        Kind::Sequence(items) => items.iter().all(is_nothing),
        Kind::Mapping(entries) => entries.iter().all(|(_, value)| is_nothing(value)),
    }
}

/// The sum of counts; `None` where it does not fit.
pub(crate) fn add(parts: &[(&str, u64)]) -> Option<u64> {
    parts
        .iter()
        .try_fold(0_u64, |sum, (_, part)| sum.checked_add(*part))
}

/// `` `a` 5 + `b` 7 ``.
pub(crate) fn sum(parts: &[(&str, u64)]) -> String {
    let mut text = String::new();
    for (name, count) in parts {
        let plus = if text.is_empty() { "" } else { " + " };
        text.push_str(&format!("{plus}`{name}` {count}"));
    }
    text
}

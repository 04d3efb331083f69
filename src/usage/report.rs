//! A report while it is read: which keys were asked for, and what is wrong with it.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::document::{Context, Diagnostic, Fields, Key, Kind, Node, codes};

/// An object of counts.
pub(crate) struct Report<'a, 'c> {
    fields: Fields<'a>,
    /// The keys that mean something.
    asked: Vec<String>,
    context: &'c mut Context,
}

impl<'a, 'c> Report<'a, 'c> {
    /// Anything but an object is reported.
    pub(crate) fn of(node: &'a Node, context: &'c mut Context) -> Option<Report<'a, 'c>> {
        Some(Report {
            fields: Fields::of(node, context)?,
            asked: Vec::new(),
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
    pub(crate) fn required(&mut self, key: &'static str) -> Option<u64> {
        self.required_or(key, None)
    }

    /// A count that must be there, with advice for where it is not.
    pub(crate) fn required_or(&mut self, key: &'static str, help: Option<&str>) -> Option<u64> {
        if self.has(key) {
            return self.read(key);
        }
        self.asked.push(key.into());
        let message = format!("the report has no `{key}`");
        self.wrong(codes::USAGE_INCOMPLETE, message, help);
        None
    }

    /// A count that is 0 where it is absent.
    pub(crate) fn optional(&mut self, key: &'static str) -> Option<u64> {
        if self.has(key) {
            self.read(key)
        } else {
            self.asked.push(key.into());
            Some(0)
        }
    }

    /// A count that may be absent, which is not 0.
    pub(crate) fn stated(&mut self, key: &'static str) -> Option<Option<u64>> {
        if self.has(key) {
            self.read(key).map(Some)
        } else {
            self.asked.push(key.into());
            Some(None)
        }
    }

    /// `None` for a faulty count, which is reported.
    fn read(&mut self, key: &'static str) -> Option<u64> {
        self.asked.push(key.into());
        self.fields.optional(key, self.context)
    }

    /// A key that is known and says nothing about what is paid for.
    pub(crate) fn pass(&mut self, keys: &[&'static str]) {
        self.asked.extend(keys.iter().map(|key| String::from(*key)));
    }

    /// An object of counts inside this one, which may be absent; its unknown counts are refused too.
    pub(crate) fn inner<T>(
        &mut self,
        key: &'static str,
        work: impl FnOnce(&mut Report<'_, '_>) -> Option<T>,
    ) -> Option<Option<T>> {
        let Some((key, node)) = self.entry(key) else {
            return Some(None);
        };
        self.context
            .in_key(key, |context| whole(node, context, work))
            .map(Some)
    }

    /// The items of a list of objects, which may be absent.
    pub(crate) fn items<T>(
        &mut self,
        key: &'static str,
        mut work: impl FnMut(&mut Report<'_, '_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Some((key, node)) = self.entry(key) else {
            return Some(Vec::new());
        };
        self.context.in_key(key, |context| {
            let Kind::Sequence(items) = node.kind() else {
                return crate::document::expected(node, context, "a list");
            };
            let items = items.iter().enumerate().map(|(index, item)| {
                context.in_index(index, |context| whole(item, context, &mut work))
            });
            items.collect()
        })
    }

    /// A key that is there and is not null.
    fn entry(&mut self, key: &'static str) -> Option<(&'a Key, &'a Node)> {
        self.asked.push(key.into());
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

    /// A text that must be there.
    pub(crate) fn text(&mut self, key: &'static str) -> Option<String> {
        self.asked.push(key.into());
        self.fields.required(key, self.context)
    }

    /// The keys in their order.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.entries()
            .iter()
            .map(|(key, _)| key.text.clone())
            .collect()
    }

    /// The count under any key; 0 for null.
    pub(crate) fn count_of(&mut self, key: &str) -> Option<u64> {
        self.asked.push(key.into());
        let node = self.fields.node.get(key)?;
        if node.is_null() {
            return Some(0);
        }
        self.fields.optional(key, self.context)
    }

    /// `whole` less `parts`; parts that are more than their whole are reported.
    pub(crate) fn rest(&mut self, whole: (&str, u64), parts: &[(&str, u64)]) -> Option<u64> {
        let rest = parts
            .iter()
            .try_fold(whole.1, |rest, (_, part)| rest.checked_sub(*part));
        if rest.is_none() {
            let message = format!("{} is more than {}", sum(parts), sum(&[whole]));
            self.contradiction(message);
        }
        rest
    }

    /// Reports a total that is not the sum of its parts, where there is one.
    pub(crate) fn check_total(&mut self, key: &'static str, parts: &[(&str, u64)]) -> Option<()> {
        let Some(total) = self.stated(key)? else {
            return Some(());
        };
        if add(parts) == Some(total) {
            return Some(());
        }
        let message = format!("{} is not {}", sum(&[(key, total)]), sum(parts));
        self.contradiction(message);
        None
    }

    /// Reports counts that contradict each other.
    pub(crate) fn contradiction(&mut self, message: String) {
        self.wrong(codes::USAGE_CONTRADICTION, message, None);
    }

    /// Reports what is wrong with the report as a whole.
    pub(crate) fn wrong(&mut self, code: &'static str, message: String, help: Option<&str>) {
        let span = self.context.place(self.fields.node);
        self.context.report(
            Diagnostic::error(code, message)
                .at(span)
                .maybe_help(help.map(String::from)),
        );
    }

    /// Reports counts of tokens that nobody asked for: they would be charged at a rate that is not theirs, or not at all.
    pub(crate) fn refuse_other_tokens(&mut self) {
        for (key, node) in self.entries() {
            let known = self.asked.contains(&key.text);
            if known || !key.text.to_ascii_lowercase().contains("token") || is_nothing(node) {
                continue;
            }
            let message = format!("`{}` counts tokens that no meter is for", key.text);
            self.context.in_key(key, |context| {
                context.report(
                    Diagnostic::error(codes::USAGE_OTHER_TOKENS, message)
                        .at(key.span)
                        .help("name the format it is of, or price these tokens yourself and leave the key out"),
                );
            });
        }
    }
}

/// An object inside a report, read to its end.
fn whole<T>(
    node: &Node,
    context: &mut Context,
    work: impl FnOnce(&mut Report<'_, '_>) -> Option<T>,
) -> Option<T> {
    let mut report = Report::of(node, context)?;
    let found = work(&mut report);
    report.refuse_other_tokens();
    found
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
    let terms: Vec<String> = parts
        .iter()
        .map(|(name, count)| format!("`{name}` {count}"))
        .collect();
    terms.join(" + ")
}

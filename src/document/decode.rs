//! From trees to values: the trait, and the shapes that hold other values.
//!
//! A wrong value is reported and decoding goes on, so that one pass finds everything.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::codes;
use super::context::Context;
use super::diagnostic::Diagnostic;
use super::schema::{self, Property, SchemaBuilder};
use super::source::Span;
use super::tree::{Key, Kind, Node};
use crate::json::Json;
use crate::list::List;

/// A type that can be read from a document.
pub trait Decode: Sized {
    /// Reads a node. `None` only after at least one error was reported.
    fn decode(node: &Node, context: &mut Context) -> Option<Self>;

    /// The schema of what [`Decode::decode`] accepts; named types define themselves in the builder and give a
    /// reference.
    fn schema(builder: &mut SchemaBuilder) -> Json;
}

/// A type with a fixed set of keys; `record!` writes it.
pub trait Record: Sized {
    /// The name in the schema.
    const NAME: &'static str;
    /// The description in the schema, as written in the doc comment.
    const DOCS: &'static str;
    /// The keys in the order of their declaration.
    const KEYS: &'static [&'static str];

    /// Reads the known keys; does not look for unknown ones.
    fn decode_fields(fields: &Fields<'_>, context: &mut Context) -> Option<Self>;

    /// The keys with their schemas.
    fn properties(builder: &mut SchemaBuilder) -> Vec<Property>;
}

/// No keys at all.
impl Record for () {
    const NAME: &'static str = "Nothing";
    const DOCS: &'static str = "";
    const KEYS: &'static [&'static str] = &[];

    fn decode_fields(_: &Fields<'_>, _: &mut Context) -> Option<()> {
        Some(())
    }

    fn properties(_: &mut SchemaBuilder) -> Vec<Property> {
        Vec::new()
    }
}

/// Where the value of a field is put. It is what one function that reads the fields of every record knows of them.
pub(crate) trait Slot {
    /// Reads a node; nothing is put where that fails.
    fn read(&mut self, node: &Node, context: &mut Context);
}

impl<T: Decode> Slot for Option<T> {
    fn read(&mut self, node: &Node, context: &mut Context) {
        *self = T::decode(node, context);
    }
}

/// A mapping whose keys are being read.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a> {
    /// The mapping.
    pub node: &'a Node,
    entries: &'a [(Key, Node)],
}

impl<'a> Fields<'a> {
    /// The keys of a mapping; anything else is reported.
    pub fn of(node: &'a Node, context: &mut Context) -> Option<Fields<'a>> {
        match node.kind() {
            Kind::Mapping(entries) => Some(Fields { node, entries }),
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Sequence(_) => {
                expected(node, context, "a mapping")
            }
        }
    }

    /// The keys of a mapping that has no others than `keys`; any other is reported.
    #[inline(never)]
    fn known(node: &'a Node, keys: &[&'static str], context: &mut Context) -> Option<Fields<'a>> {
        let fields = Fields::of(node, context)?;
        fields.refuse_unknown(&[keys], context);
        Some(fields)
    }

    /// Whether a key is written, even if its value is nothing.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// The value of a key that may be absent, which a value of nothing is too.
    pub fn optional<T: Decode>(&self, key: &str, context: &mut Context) -> Option<T> {
        let (key, node) = self.written(key)?;
        context.in_key(key, |context| T::decode(node, context))
    }

    /// A key that has a value.
    #[inline(never)]
    fn written(&self, key: &str) -> Option<&'a (Key, Node)> {
        self.find(key).filter(|(_, node)| !node.is_null())
    }

    #[inline(never)]
    fn find(&self, key: &str) -> Option<&'a (Key, Node)> {
        self.entries.iter().find(|(name, _)| name.text == key)
    }

    /// A key that must be there; its absence is reported.
    #[inline(never)]
    fn needed(&self, key: &str, context: &mut Context) -> Option<&'a (Key, Node)> {
        let found = self.find(key);
        if found.is_none() {
            let message = format!("missing key `{key}`");
            return context.wrong(self.node, codes::MISSING_KEY, message);
        }
        found
    }

    /// The value of a key that must be there; its absence is reported.
    pub fn required<T: Decode>(&self, key: &str, context: &mut Context) -> Option<T> {
        let (key, node) = self.needed(key, context)?;
        context.in_key(key, |context| T::decode(node, context))
    }

    /// The values of several keys, in their order; the absence of required ones is reported.
    pub(crate) fn read(
        &self,
        keys: &[&str],
        required: &[bool],
        slots: &mut [&mut dyn Slot],
        context: &mut Context,
    ) {
        for ((key, required), slot) in keys.iter().zip(required).zip(slots) {
            let found = if *required {
                self.needed(key, context)
            } else {
                self.written(key)
            };
            if let Some((key, node)) = found {
                context.in_key(key, |context| slot.read(node, context));
            }
        }
    }

    /// The position of the kind that the word under `tag` names; a word that names none, or a key that is neither
    /// `common` to all kinds nor among the keys of this one, is reported.
    pub(crate) fn kind(
        &self,
        tag: &'static str,
        word: &str,
        words: &'static [&'static str],
        common: &[&'static str],
        keys: &[&[&'static str]],
        context: &mut Context,
    ) -> Option<usize> {
        let found = words.iter().position(|other| *other == word);
        match found.and_then(|kind| keys.get(kind)) {
            Some(own) => self.refuse_unknown(&[&[tag], common, own], context),
            None => self.unknown_tag(tag, word, words, context),
        }
        found
    }

    /// Reports the word under `tag`, which names no kind.
    pub fn unknown_tag(
        &self,
        tag: &str,
        word: &str,
        words: &'static [&'static str],
        context: &mut Context,
    ) {
        if let Some((key, node)) = self.find(tag) {
            context.in_key(key, |context| {
                unknown_word::<(), _>(node, context, word, || words.iter().copied())
            });
        }
    }

    /// Reports every key that is not among `known`.
    pub fn refuse_unknown(&self, known: &[&[&'static str]], context: &mut Context) {
        let mut unused: Option<Vec<&'static str>> = None;
        for (key, _) in self.entries {
            if known.iter().any(|keys| keys.contains(&key.text.as_str())) {
                continue;
            }
            // A key that is written already is no likely meaning of another one.
            let unused = unused.get_or_insert_with(|| {
                known
                    .iter()
                    .flat_map(|keys| keys.iter().copied())
                    .filter(|word| !self.has(word))
                    .list()
            });
            let help = suggest(&key.text, || unused.iter().copied(), "keys", context);
            let message = format!("unknown key `{}`", super::tree::shorten(&key.text));
            context.in_key(key, |context| {
                context.report(
                    Diagnostic::error(codes::UNKNOWN_KEY, message)
                        .at(key.span)
                        .maybe_help(help),
                );
            });
        }
    }
}

/// Advice for an unknown word: the nearest candidate, or all of them where they are few.
pub(crate) fn suggest<'a, I: Iterator<Item = &'a str>>(
    word: &str,
    candidates: impl Fn() -> I,
    what: &str,
    context: &mut Context,
) -> Option<String> {
    if context.is_full() {
        return None;
    }
    if let Some(candidate) = context.closest(word, candidates()) {
        return Some(format!("did you mean `{candidate}`?"));
    }
    few(&candidates().take(17).list(), what)
}

/// Not generic: every list of candidates shares it.
#[inline(never)]
fn few(candidates: &[&str], what: &str) -> Option<String> {
    (1..=16)
        .contains(&candidates.len())
        .then(|| format!("the {what} here are {}", quoted(candidates)))
}

/// Words in backticks, with commas between them.
fn quoted(words: &[&str]) -> String {
    let list: Vec<String> = words.iter().map(|word| format!("`{word}`")).list();
    list.join(", ")
}

/// Decodes a whole record: known keys, then a complaint about every other.
pub fn decode_record<T: Record>(node: &Node, context: &mut Context) -> Option<T> {
    let fields = Fields::known(node, T::KEYS, context)?;
    T::decode_fields(&fields, context)
}

/// The schema of a record, as a named definition.
pub fn record_schema<T: Record>(builder: &mut SchemaBuilder) -> Json {
    builder.define(T::NAME, |builder| {
        schema::object(T::NAME, T::DOCS, T::properties(builder))
    })
}

/// The position of one of a fixed set of words; `closed_enum!` makes a variant of it. Not generic: every enum shares it.
pub fn decode_word(node: &Node, context: &mut Context, words: &[&'static str]) -> Option<usize> {
    let Kind::Text(text) = node.kind() else {
        return expected(node, context, &format!("one of {}", quoted(words)));
    };
    let found = words.iter().position(|word| *word == text);
    if found.is_none() {
        unknown_word::<(), _>(node, context, text, || words.iter().copied());
    }
    found
}

/// Reports a word that is not among the candidates.
pub fn unknown_word<'a, T, I: Iterator<Item = &'a str>>(
    node: &Node,
    context: &mut Context,
    word: &str,
    candidates: impl Fn() -> I,
) -> Option<T> {
    let help = suggest(word, candidates, "words", context);
    report_unknown_word(node, context, word, help);
    None
}

#[inline(never)]
fn report_unknown_word(node: &Node, context: &mut Context, word: &str, help: Option<String>) {
    let message = format!("unknown word `{}`", super::tree::shorten(word));
    let span = context.place(node);
    context.report(
        Diagnostic::error(codes::UNKNOWN_WORD, message)
            .at(span)
            .maybe_help(help),
    );
}

/// Reports a value of the wrong type.
pub fn expected<T>(node: &Node, context: &mut Context, what: &str) -> Option<T> {
    report_expected(node, context, what);
    None
}

#[inline(never)]
fn report_expected(node: &Node, context: &mut Context, what: &str) {
    let message = format!("expected {what}, found {}", node.describe());
    context.wrong::<()>(node, codes::WRONG_TYPE, message);
}

/// A value and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Option<Span>,
}

impl<T> Spanned<T> {
    /// A value at a place.
    pub fn new(value: T, span: Option<Span>) -> Spanned<T> {
        Spanned { value, span }
    }

    /// The value changed, the place kept.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned {
            value: change(self.value),
            span: self.span,
        }
    }

    /// A borrowed value at the same place.
    pub fn as_ref(&self) -> Spanned<&T> {
        Spanned {
            value: &self.value,
            span: self.span,
        }
    }
}

impl<T> core::ops::Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Decode> Decode for Spanned<T> {
    fn decode(node: &Node, context: &mut Context) -> Option<Self> {
        Some(Spanned::new(T::decode(node, context)?, node.span))
    }

    fn schema(builder: &mut SchemaBuilder) -> Json {
        T::schema(builder)
    }
}

impl<T: Decode> Decode for Box<T> {
    fn decode(node: &Node, context: &mut Context) -> Option<Self> {
        T::decode(node, context).map(Box::new)
    }

    fn schema(builder: &mut SchemaBuilder) -> Json {
        T::schema(builder)
    }
}

impl<T: Decode> Decode for Option<T> {
    fn decode(node: &Node, context: &mut Context) -> Option<Self> {
        if node.is_null() {
            return Some(None);
        }
        T::decode(node, context).map(Some)
    }

    fn schema(builder: &mut SchemaBuilder) -> Json {
        T::schema(builder)
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(node: &Node, context: &mut Context) -> Option<Self> {
        match node.kind() {
            Kind::Sequence(items) => Some(decode_items(items, context)),
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Mapping(_) => {
                expected(node, context, "a list")
            }
        }
    }

    fn schema(builder: &mut SchemaBuilder) -> Json {
        schema::array(T::schema(builder))
    }
}

/// The items that can be read; the others have been reported.
fn decode_items<T: Decode>(items: &[Node], context: &mut Context) -> Vec<T> {
    let mut decoded = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let outside = context.enter_index(index);
        if let Some(item) = T::decode(item, context) {
            decoded.push(item);
        }
        context.leave(outside);
    }
    decoded
}

/// A list, or one value that stands for a list of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneOrMany<T>(pub Vec<T>);

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        OneOrMany(Vec::new())
    }
}

impl<T> core::ops::Deref for OneOrMany<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Decode> Decode for OneOrMany<T> {
    fn decode(node: &Node, context: &mut Context) -> Option<Self> {
        match node.kind() {
            Kind::Sequence(items) => Some(OneOrMany(decode_items(items, context))),
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Mapping(_) => {
                T::decode(node, context).map(|item| OneOrMany(Vec::from([item])))
            }
        }
    }

    fn schema(builder: &mut SchemaBuilder) -> Json {
        let one = T::schema(builder);
        schema::any_of(Vec::from([one.clone(), schema::array(one)]))
    }
}

/// Any keys, each with a value of one type, in the order of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map<T>(pub Vec<(Spanned<String>, T)>);

impl<T> Default for Map<T> {
    fn default() -> Self {
        Map(Vec::new())
    }
}

impl<T> Map<T> {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&T> {
        self.0
            .iter()
            .find(|(name, _)| name.value == key)
            .map(|(_, value)| value)
    }
}

impl<T> core::ops::Deref for Map<T> {
    type Target = [(Spanned<String>, T)];

    fn deref(&self) -> &[(Spanned<String>, T)] {
        &self.0
    }
}

impl<T: Decode> Decode for Map<T> {
    fn decode(node: &Node, context: &mut Context) -> Option<Self> {
        let mut decoded = Vec::new();
        for (key, node) in Fields::of(node, context)?.entries {
            let outside = context.enter_key(key);
            if let Some(value) = T::decode(node, context) {
                decoded.push((Spanned::new(key.text.clone(), key.span), value));
            }
            context.leave(outside);
        }
        Some(Map(decoded))
    }

    fn schema(builder: &mut SchemaBuilder) -> Json {
        schema::map(T::schema(builder))
    }
}

/// A value that is kept as written, to be read later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw(pub Node);

impl Decode for Raw {
    fn decode(node: &Node, _: &mut Context) -> Option<Self> {
        Some(Raw(node.clone()))
    }

    fn schema(_: &mut SchemaBuilder) -> Json {
        Json::Object(Vec::new())
    }
}

//! A document as written: nothing is interpreted but its structure.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::source::Span;

/// A value and where it stands.
///
/// Trees from [`read`](super::read) and from serde are at most [`Limits::depth`](super::Limits::depth) deep, so that
/// walking and dropping them may recurse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The text it was read from; absent for values that came from a program.
    pub span: Option<Span>,
    /// The value.
    pub value: NodeValue,
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeValue {
    /// Nothing: `null`, `~` or an empty place.
    Null,
    /// One text.
    Scalar {
        /// The text, without quotes and escapes. Numbers keep the digits they were written with.
        text: String,
        /// Whether it was written without quotes, so that it may be a number or a boolean.
        plain: bool,
    },
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and their values, in the order of the source. A key that was written twice is here twice, after an error.
    Mapping(Vec<(Key, Node)>),
}

/// The key of a mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The text of the key.
    pub text: String,
    /// Where it stands.
    pub span: Option<Span>,
}

/// What a value is in the core schema of YAML 1.2, which for JSON is what it is in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind<'a> {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as written.
    Number(&'a str),
    /// Any other text.
    Text(&'a str),
    /// A list.
    Sequence(&'a [Node]),
    /// Keys and their values.
    Mapping(&'a [(Key, Node)]),
}

impl Node {
    /// A text in quotes.
    pub fn text(text: impl Into<String>) -> Node {
        Node {
            span: None,
            value: NodeValue::Scalar {
                text: text.into(),
                plain: false,
            },
        }
    }

    /// What is written without quotes: a number, a boolean, nothing or a text.
    pub fn plain(text: impl Into<String>) -> Node {
        let text = text.into();
        let value = if is_null(&text) {
            NodeValue::Null
        } else {
            NodeValue::Scalar { text, plain: true }
        };
        Node { span: None, value }
    }

    /// The same value, at a place.
    #[must_use]
    pub fn at(self, span: impl Into<Option<Span>>) -> Node {
        Node {
            span: span.into(),
            value: self.value,
        }
    }

    /// What the value is.
    #[must_use]
    pub fn kind(&self) -> Kind<'_> {
        match &self.value {
            NodeValue::Null => Kind::Null,
            NodeValue::Scalar { text, plain: false } => Kind::Text(text),
            NodeValue::Scalar { text, plain: true } => match text.as_str() {
                "true" | "True" | "TRUE" => Kind::Bool(true),
                "false" | "False" | "FALSE" => Kind::Bool(false),
                number if is_number(number) => Kind::Number(number),
                text => Kind::Text(text),
            },
            NodeValue::Sequence(items) => Kind::Sequence(items),
            NodeValue::Mapping(entries) => Kind::Mapping(entries),
        }
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.value == NodeValue::Null
    }

    /// The value of a key, where this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            NodeValue::Mapping(entries) => entries
                .iter()
                .find(|(name, _)| name.text == key)
                .map(|(_, node)| node),
            NodeValue::Null | NodeValue::Scalar { .. } | NodeValue::Sequence(_) => None,
        }
    }

    /// The JSON pointer to the innermost value whose text, or whose key, holds a place.
    #[must_use]
    pub fn path_of(&self, place: super::Span) -> String {
        let holds = |span: Option<super::Span>| {
            span.is_some_and(|span| {
                span.source == place.source && span.start <= place.start && place.end <= span.end
            })
        };
        let mut path = String::new();
        let mut node = self;
        loop {
            let inner = match node.kind() {
                Kind::Mapping(entries) => entries
                    .iter()
                    .find(|(key, value)| holds(key.span) || holds(value.span))
                    .map(|(key, value)| (super::escape_pointer(&key.text).into_owned(), value)),
                Kind::Sequence(items) => items
                    .iter()
                    .enumerate()
                    .find(|(_, item)| holds(item.span))
                    .map(|(index, item)| (alloc::format!("{index}"), item)),
                Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => None,
            };
            let Some((segment, next)) = inner else {
                return path;
            };
            path.push('/');
            path.push_str(&segment);
            node = next;
        }
    }

    /// Whether this is a mapping without braces: it starts where its first key does.
    #[must_use]
    pub fn is_block_mapping(&self) -> bool {
        match self.kind() {
            Kind::Mapping([(key, _), ..]) => match (key.span, self.span) {
                (Some(key), Some(whole)) => (key.source, key.start) == (whole.source, whole.start),
                (None, _) | (_, None) => false,
            },
            Kind::Mapping([])
            | Kind::Null
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::Text(_)
            | Kind::Sequence(_) => false,
        }
    }

    /// The value in a few words, as messages name it: ``the number `5` ``, `a list`.
    #[must_use]
    pub fn describe(&self) -> String {
        match self.kind() {
            Kind::Null => String::from("nothing"),
            Kind::Bool(value) => format!("`{value}`"),
            Kind::Number(text) => format!("the number `{}`", shorten(text)),
            Kind::Text(text) => format!("the text `{}`", shorten(text)),
            Kind::Sequence(_) => String::from("a list"),
            Kind::Mapping(_) => String::from("a mapping"),
        }
    }
}

/// A text as messages quote it: one line, at most 40 characters.
#[must_use]
pub fn shorten(text: &str) -> String {
    let mut short: String = text
        .chars()
        .take(40)
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect();
    if text.chars().nth(40).is_some() {
        short.push('…');
    }
    short
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// Whether the core schema of YAML 1.2 reads a plain scalar as a number.
fn is_number(text: &str) -> bool {
    let digits = |text: &str, is_digit: fn(&char) -> bool| {
        !text.is_empty() && text.chars().all(|character| is_digit(&character))
    };
    if let Some(octal) = text.strip_prefix("0o") {
        return digits(octal, |digit| digit.is_digit(8));
    }
    if let Some(hexadecimal) = text.strip_prefix("0x") {
        return digits(hexadecimal, char::is_ascii_hexdigit);
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(
        unsigned,
        ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN"
    ) {
        return true;
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let none_or_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    none_or_digits(whole)
        && none_or_digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| {
            digits(
                exponent.strip_prefix(['+', '-']).unwrap_or(exponent),
                char::is_ascii_digit,
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_are_what_the_core_schema_says() {
        for number in [
            "0", "-1", "+12", "1.", ".5", "1e3", "1.5E-10", "0x1F", "0o17", ".inf", "-.INF", ".nan",
        ] {
            assert_eq!(Node::plain(number).kind(), Kind::Number(number));
        }
        for text in [
            "2%",
            ".",
            "e3",
            "1e",
            "1_000",
            "0x",
            "0o8",
            "1.2.3",
            "2026-04-27",
            "yes",
            "no",
            "-",
            "+",
            "1e+",
            "gpt-5.5",
            "٣",
        ] {
            assert_eq!(Node::plain(text).kind(), Kind::Text(text));
        }
        for null in ["", "~", "null", "Null", "NULL"] {
            assert_eq!(Node::plain(null).kind(), Kind::Null);
            assert_eq!(Node::text(null).kind(), Kind::Text(null));
        }
        assert_eq!(Node::plain("True").kind(), Kind::Bool(true));
        assert_eq!(Node::text("true").kind(), Kind::Text("true"));
    }
}

//! JSON values and their canonical text (RFC 8785), the form in which decisions are compared and digested.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt::Write;

use crate::order;

/// A JSON value without fractions: money and shares are written as decimal strings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number; at most 2⁵³ − 1 in magnitude, which every JSON reader holds exactly.
    Int(i64),
    /// A string.
    String(Cow<'static, str>),
    /// An array.
    Array(Vec<Json>),
    /// An object; names are unique, in any order.
    Object(Vec<(Cow<'static, str>, Json)>),
}

/// The largest whole number that every JSON reader holds exactly.
pub const MAX_SAFE_INTEGER: i64 = 9_007_199_254_740_991;

impl Json {
    /// A string value.
    pub fn text(text: impl Into<Cow<'static, str>>) -> Json {
        Json::String(text.into())
    }

    /// A count: a number where every reader holds it exactly, else a decimal string.
    #[must_use]
    pub fn count(value: u64) -> Json {
        match i64::try_from(value) {
            Ok(value) if value <= MAX_SAFE_INTEGER => Json::Int(value),
            Ok(_) | Err(_) => Json::text(alloc::format!("{value}")),
        }
    }

    /// An object from its members.
    pub fn object<const N: usize>(mut members: [(&'static str, Json); N]) -> Json {
        Json::object_of(&mut members)
    }

    /// Takes the members, whose values are null afterwards. Not generic: objects of all sizes share it.
    #[inline(never)]
    fn object_of(members: &mut [(&'static str, Json)]) -> Json {
        let take = |(name, value): &mut (&'static str, Json)| {
            (Cow::Borrowed(*name), core::mem::replace(value, Json::Null))
        };
        Json::Object(members.iter_mut().map(take).collect())
    }

    /// An array of strings.
    pub fn texts<S: Into<String>>(items: impl IntoIterator<Item = S>) -> Json {
        Json::Array(
            items
                .into_iter()
                .map(|item| Json::text(item.into()))
                .collect(),
        )
    }

    /// The member `name` of an object.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json> {
        match self {
            Json::Object(members) => members
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value),
            Json::Null | Json::Bool(_) | Json::Int(_) | Json::String(_) | Json::Array(_) => None,
        }
    }

    /// The text of a string value.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Json::String(text) => Some(text),
            Json::Null | Json::Bool(_) | Json::Int(_) | Json::Array(_) | Json::Object(_) => None,
        }
    }

    /// The canonical text of RFC 8785: no white space, members sorted by the UTF-16 code units of their names.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, true);
        out
    }

    fn write(&self, out: &mut String, sorted: bool) {
        match self {
            Json::Null => out.push_str("null"),
            Json::Bool(true) => out.push_str("true"),
            Json::Bool(false) => out.push_str("false"),
            Json::Int(value) => {
                // Writing to a String cannot fail.
                let _ = write!(out, "{value}");
            }
            Json::String(text) => write_string(text, out),
            Json::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    item.write(out, sorted);
                }
                out.push(']');
            }
            Json::Object(members) => {
                let mut members: Vec<&(Cow<'static, str>, Json)> = members.iter().collect();
                if sorted {
                    order::sort_by(&mut members, |left, right| in_utf16(&left.0, &right.0));
                }
                out.push('{');
                for (index, (name, value)) in members.into_iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    write_string(name, out);
                    out.push(':');
                    value.write(out, sorted);
                }
                out.push('}');
            }
        }
    }

    /// The text with two spaces of indentation, members in their own order; for people.
    #[must_use]
    pub fn pretty(&self) -> String {
        let mut out = String::new();
        self.write_pretty(&mut out, 0);
        out
    }

    fn write_pretty(&self, out: &mut String, depth: usize) {
        let inner = depth.checked_add(1).unwrap_or(depth);
        match self {
            Json::Array(items) if !items.is_empty() => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    new_line(out, index, inner);
                    item.write_pretty(out, inner);
                }
                new_line(out, 0, depth);
                out.push(']');
            }
            Json::Object(members) if !members.is_empty() => {
                out.push('{');
                for (index, (name, value)) in members.iter().enumerate() {
                    new_line(out, index, inner);
                    write_string(name, out);
                    out.push_str(": ");
                    value.write_pretty(out, inner);
                }
                new_line(out, 0, depth);
                out.push('}');
            }
            Json::Null
            | Json::Bool(_)
            | Json::Int(_)
            | Json::String(_)
            | Json::Array(_)
            | Json::Object(_) => {
                self.write(out, false);
            }
        }
    }
}

/// The order of the UTF-16 code units of two texts.
fn in_utf16(left: &str, right: &str) -> Ordering {
    // It is the order of the bytes up to U+E000, which starts with 0xEE.
    let is_plain = |text: &str| text.bytes().all(|byte| byte < 0xEE);
    if is_plain(left) && is_plain(right) {
        left.cmp(right)
    } else {
        left.encode_utf16().cmp(right.encode_utf16())
    }
}

fn new_line(out: &mut String, index: usize, depth: usize) {
    if index > 0 {
        out.push(',');
    }
    out.push('\n');
    for _ in 0..depth {
        out.push_str("  ");
    }
}

/// Escapes as RFC 8785 section 3.2.2.2 says: the short escapes, `\u00xx` for other controls, nothing else.
fn write_string(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(is_escaped)
        && let Some((plain, special)) = rest.split_at_checked(at)
    {
        out.push_str(plain);
        let mut characters = special.chars();
        match characters.next().unwrap_or_default() {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            control => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

fn is_escaped(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_sorted_by_utf_16_code_units() {
        // The example of RFC 8785 section 3.2.3.
        let names = [
            "\u{20ac}",
            "\r",
            "\u{fb33}",
            "1",
            "\u{1f600}",
            "\u{80}",
            "\u{f6}",
        ];
        let object = Json::Object(
            names
                .iter()
                .map(|name| (Cow::Borrowed(*name), Json::Null))
                .collect(),
        );
        assert_eq!(
            object.canonical(),
            "{\"\\r\":null,\"1\":null,\"\u{80}\":null,\"\u{f6}\":null,\"\u{20ac}\":null,\"\u{1f600}\":null,\"\u{fb33}\":null}"
        );
    }

    #[test]
    fn controls_are_escaped_and_nothing_else() {
        assert_eq!(
            Json::text("\u{1}\u{1f}\"\\/é\u{7f}").canonical(),
            "\"\\u0001\\u001f\\\"\\\\/é\u{7f}\""
        );
    }

    #[test]
    fn counts_beyond_two_to_the_53_are_strings() {
        assert_eq!(
            Json::count(9_007_199_254_740_991).canonical(),
            "9007199254740991"
        );
        assert_eq!(
            Json::count(9_007_199_254_740_992).canonical(),
            "\"9007199254740992\""
        );
    }

    #[test]
    fn empty_containers_stay_on_one_line() {
        let value = Json::object([
            ("a", Json::Array(Vec::new())),
            ("b", Json::Array(vec![Json::Int(1)])),
        ]);
        assert_eq!(value.pretty(), "{\n  \"a\": [],\n  \"b\": [\n    1\n  ]\n}");
    }
}

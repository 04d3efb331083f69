//! What the body of an error says: the few texts that are judged, found without building a tree.
//!
//! The reader of documents makes trees with places and needs feature `authoring`; this is run in gateways that only
//! decide, on bodies that may be cut off anywhere. It reads what stands before the cut, and judges no syntax.

use alloc::string::String;
use alloc::vec::Vec;

/// As much of a body as is read, in bytes.
const READ: usize = 65_536;

/// As much of a text as is judged, in bytes.
const JUDGED: usize = 4_096;

/// The most containers inside each other; what lies deeper is not read.
const DEPTH: usize = 64;

/// What is judged of a body.
#[derive(Default)]
pub(super) struct Body {
    /// The error's code.
    pub(super) code: String,
    /// The error's type, such as `rate_limit_error`, or its status, such as `RESOURCE_EXHAUSTED`.
    pub(super) kind: String,
    /// What it says to people; the whole body where that is no JSON.
    pub(super) message: String,
    /// The name of the exception, as AWS gives it.
    pub(super) exception: String,
    /// How long to wait, as Google writes it: `34s`.
    pub(super) retry_delay: Option<String>,
}

/// Where a value stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In the body itself.
    Root,
    /// In its member `error`.
    Error,
    /// In the `details` of the error.
    Details,
    /// Where nothing is judged.
    Elsewhere,
}

/// A container that is open.
struct Open {
    is_object: bool,
    place: Place,
    /// In an object: the last key.
    key: String,
}

impl Body {
    pub(super) fn read(text: &str) -> Body {
        let text = prefix(text, READ);
        if !text.trim_start().starts_with(['{', '[']) {
            return Body {
                message: prefix(text, JUDGED).into(),
                ..Body::default()
            };
        }
        let (mut root, mut error) = (Body::default(), None);
        let mut open: Vec<Open> = Vec::new();
        let mut key_is_due = false;
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            match first {
                '{' | '[' => {
                    if open.len() >= DEPTH {
                        break;
                    }
                    let place = inner(open.last());
                    if place == Place::Error {
                        error.get_or_insert_with(Body::default);
                    }
                    key_is_due = first == '{';
                    open.push(Open {
                        is_object: key_is_due,
                        place,
                        key: String::new(),
                    });
                }
                '}' | ']' => {
                    open.pop();
                    key_is_due = false;
                }
                ',' => key_is_due = open.last().is_some_and(|open| open.is_object),
                '"' => {
                    let text = string(&mut rest);
                    let Some(open) = open.last_mut() else {
                        continue;
                    };
                    if key_is_due {
                        open.key = text;
                        key_is_due = false;
                        continue;
                    }
                    match open.place {
                        Place::Root => root.put(&open.key, text),
                        Place::Error => {
                            error.get_or_insert_with(Body::default).put(&open.key, text)
                        }
                        Place::Details if open.key == "retryDelay" => root.retry_delay = Some(text),
                        Place::Details | Place::Elsewhere => {}
                    }
                }
                _ => {}
            }
        }
        match error {
            None => root,
            Some(error) => Body {
                exception: root.exception,
                retry_delay: root.retry_delay,
                ..error
            },
        }
    }

    fn put(&mut self, key: &str, text: String) {
        match key {
            "code" => self.code = text,
            "type" | "status" => self.kind = text,
            "message" | "error" => self.message = text,
            "__type" => self.exception = text,
            _ => {}
        }
    }
}

/// Where a container stands that opens here. A list is where it lies.
fn inner(outer: Option<&Open>) -> Place {
    match outer {
        None => Place::Root,
        Some(outer) if !outer.is_object => outer.place,
        Some(outer) => match (outer.place, outer.key.as_str()) {
            (Place::Root, "error") => Place::Error,
            (Place::Error, "details") => Place::Details,
            (Place::Root | Place::Error | Place::Details | Place::Elsewhere, _) => Place::Elsewhere,
        },
    }
}

/// The rest of a string whose quote is open, as much of it as is judged.
fn string(rest: &mut &str) -> String {
    let mut out = String::new();
    let mut characters = rest.chars();
    while let Some(character) = characters.next() {
        let character = match character {
            '"' => break,
            '\\' => match characters.next() {
                Some('b' | 'f' | 'n' | 'r' | 't') => ' ',
                Some('u') => {
                    let left = characters.as_str();
                    let hex = left.bytes().take(4).take_while(u8::is_ascii_hexdigit);
                    let (digits, others) = left.split_at_checked(hex.count()).unwrap_or((left, ""));
                    characters = others.chars();
                    let code = u32::from_str_radix(digits, 16).ok();
                    code.and_then(char::from_u32)
                        .unwrap_or(char::REPLACEMENT_CHARACTER)
                }
                Some(other) => other,
                None => break,
            },
            other => other,
        };
        if out.len() < JUDGED {
            out.push(character);
        }
    }
    *rest = characters.as_str();
    out
}

/// The beginning of a text: at most so many bytes, whole characters.
fn prefix(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[track_caller]
    fn reads(text: &str, code: &str, kind: &str, message: &str) {
        let body = Body::read(text);
        assert_eq!(
            (
                body.code.as_str(),
                body.kind.as_str(),
                body.message.as_str()
            ),
            (code, kind, message),
            "{text}"
        );
    }

    #[test]
    fn the_error_is_read_wherever_a_provider_puts_it() {
        reads(
            r#"{"error":{"message":"m","type":"t","param":null,"code":"c"}}"#,
            "c",
            "t",
            "m",
        );
        reads(
            r#"{"type":"error","error":{"type":"t","message":"m"}}"#,
            "",
            "t",
            "m",
        );
        reads(r#"{"message":"m","__type":"X"}"#, "", "", "m");
        reads(
            r#"[{"error":{"code":429,"message":"m","status":"S"}}]"#,
            "",
            "S",
            "m",
        );
        reads(r#"{"error":"m"}"#, "", "", "m");
        reads("plain words", "", "", "plain words");
        reads("", "", "", "");
    }

    #[test]
    fn what_lies_elsewhere_is_not_the_error() {
        reads(
            r#"{"error":{"innererror":{"code":"other","message":"no"},"message":"m"},"choices":[{"message":"no"}]}"#,
            "",
            "",
            "m",
        );
        // Without an error the body itself is read, but nothing inside it.
        reads(
            r#"{"choices":[{"code":"no"}],"meta":{"message":"no"}}"#,
            "",
            "",
            "",
        );
    }

    #[test]
    fn what_stands_before_the_cut_is_read() {
        reads(
            r#"{"error":{"code":"c","message":"begins and"#,
            "c",
            "",
            "begins and",
        );
        reads(r#"{"error":{"code":"c","mess"#, "c", "", "");
        reads(r#"{"message":"\u12ä","code":"c"}"#, "c", "", "\u{12}ä");
        reads(
            r#"{"error":{"message":"\"quoted\" \u0041\ud83d\n\u00"#,
            "",
            "",
            "\"quoted\" A\u{fffd} \0",
        );
    }

    #[test]
    fn a_delay_is_read_from_the_details() {
        let text = r#"{"error":{"code":429,"details":[{"@type":"RetryInfo","retryDelay":"34s"}],"message":"m"}}"#;
        let body = Body::read(text);
        assert_eq!(body.retry_delay.as_deref(), Some("34s"));
        assert_eq!(body.message, "m");
    }

    #[test]
    fn only_the_beginning_is_read_and_judged() {
        let long = format!(
            r#"{{"error":{{"message":"{}end","code":"c"}}}}"#,
            "ä".repeat(5_000)
        );
        let body = Body::read(&long);
        assert_eq!(body.message, "ä".repeat(JUDGED / 2));
        assert_eq!(body.code, "c");
        let body = Body::read(&format!(r#"{{"pad":"{}","code":"c"}}"#, "x".repeat(READ)));
        assert_eq!(body.code, "");
        // Whatever lies deep is not followed.
        let deep = format!("{}{}", "[".repeat(100_000), r#"{"code":"c"}"#);
        assert_eq!(Body::read(&deep).code, "");
    }
}

//! Strict JSON (RFC 8259). YAML contains it in principle; this scanner reads what YAML readers stumble over (pairs of
//! surrogates, keys longer than 1,024 characters) and does so in one pass without a stack of its own.

use alloc::format;
use alloc::string::String;

use super::builder::{Builder, Place, Properties};
use super::{BYTE_ORDER_MARK, Stop, Syntax};

pub(super) fn read(text: &str, builder: &mut Builder<'_>) -> Result<(), Stop> {
    let mut scanner = Scanner { text, at: 0 };
    scanner.skip(BYTE_ORDER_MARK);
    loop {
        // Here a value or key is due.
        scanner.white_space();
        let start = scanner.at;
        match scanner.peek() {
            Some(open @ ('{' | '[')) => {
                scanner.skip(open);
                builder.begin(open == '{', start..scanner.at, Properties::default())?;
                scanner.white_space();
                let close = if open == '{' { '}' } else { ']' };
                if !scanner.skip(close) {
                    continue;
                }
                builder.end(Some(scanner.at));
            }
            Some('"') => {
                let is_key = builder.place() == Place::Key;
                let string = scanner.string()?;
                builder.scalar(string, false, start..scanner.at, Properties::default())?;
                if is_key {
                    scanner.white_space();
                    scanner.expect(':', "expected `:` after this key")?;
                    continue;
                }
            }
            _ if builder.place() == Place::Key => {
                return Err(scanner.fault("expected a key"));
            }
            _ => {
                let word = scanner.word();
                if !matches!(word, "true" | "false" | "null") && !is_number(word) {
                    return Err(Stop::Syntax(Syntax::new(start, "expected a value")));
                }
                builder.scalar(word.into(), true, start..scanner.at, Properties::default())?;
            }
        }
        // Here a value is complete.
        loop {
            scanner.white_space();
            if builder.place() == Place::Root {
                return match scanner.peek() {
                    None => Ok(()),
                    Some(_) => Err(scanner.fault("expected the end of the source")),
                };
            }
            if scanner.skip(',') {
                break;
            }
            let (close, message) = if builder.is_mapping() {
                ('}', "expected `,` or `}`")
            } else {
                (']', "expected `,` or `]`")
            };
            scanner.expect(close, message)?;
            builder.end(Some(scanner.at));
        }
    }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn advance(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes);
    }

    fn skip(&mut self, character: char) -> bool {
        let there = self.peek() == Some(character);
        if there {
            self.advance(character.len_utf8());
        }
        there
    }

    fn white_space(&mut self) {
        let rest = self.rest();
        let trimmed = rest.trim_start_matches([' ', '\t', '\n', '\r']);
        self.advance(rest.len().saturating_sub(trimmed.len()));
    }

    fn fault(&self, message: impl Into<String>) -> Stop {
        Stop::Syntax(Syntax::new(self.at, message))
    }

    fn expect(&mut self, character: char, message: &str) -> Result<(), Stop> {
        if self.skip(character) {
            Ok(())
        } else {
            Err(self.fault(message))
        }
    }

    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest
            .find(|character: char| {
                !character.is_ascii_alphanumeric() && !matches!(character, '+' | '-' | '.')
            })
            .unwrap_or(rest.len());
        self.advance(end);
        rest.get(..end).unwrap_or_default()
    }

    fn string(&mut self) -> Result<String, Stop> {
        let start = self.at;
        self.skip('"');
        let mut out = String::new();
        loop {
            let rest = self.rest();
            let verbatim = rest
                .find(['"', '\\', '\n', '\r', '\t'])
                .unwrap_or(rest.len());
            out.push_str(rest.get(..verbatim).unwrap_or_default());
            self.advance(verbatim);
            if self.skip('"') {
                return Ok(out);
            }
            match self.peek() {
                None => {
                    return Err(Stop::Syntax(Syntax::new(
                        start,
                        "this quote is never closed",
                    )));
                }
                Some('\\') => out.push(self.escape()?),
                Some(_) => return Err(self.fault("a line ends or a tab stands inside quotes")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Stop> {
        let start = self.at;
        self.skip('\\');
        let unknown = || Stop::Syntax(Syntax::new(start, "unknown escape"));
        let letter = self.peek().ok_or_else(unknown)?;
        self.advance(letter.len_utf8());
        Ok(match letter {
            '"' | '\\' | '/' => letter,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let first = self.hex().ok_or_else(unknown)?;
                let mut units = [first, 0];
                let mut count = 1;
                if (0xd800..0xdc00).contains(&first) && self.rest().starts_with("\\u") {
                    self.advance(2);
                    units = [first, self.hex().ok_or_else(unknown)?];
                    count = 2;
                }
                match char::decode_utf16(units.into_iter().take(count)).next() {
                    Some(Ok(character)) => character,
                    Some(Err(_)) | None => {
                        let message = format!("`\\u{first:04x}` is half of a surrogate pair");
                        return Err(Stop::Syntax(Syntax::new(start, message)));
                    }
                }
            }
            _ => return Err(unknown()),
        })
    }

    fn hex(&mut self) -> Option<u16> {
        let digits = self.rest().get(..4)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.advance(4);
        u16::from_str_radix(digits, 16).ok()
    }
}

fn is_number(word: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|text| digits(text.strip_prefix(['+', '-']).unwrap_or(text)))
}

#[cfg(test)]
mod tests {
    use super::is_number;

    #[test]
    fn numbers_are_those_of_the_grammar() {
        for number in ["0", "-0", "10", "1.5", "1e9", "-1.25E-3", "0.0e+0"] {
            assert!(is_number(number), "{number}");
        }
        for other in [
            "", "-", "01", "1.", ".5", "+1", "1e", "1e+", "0x1", "1.e1", "--1", "inf",
        ] {
            assert!(!is_number(other), "{other}");
        }
    }
}

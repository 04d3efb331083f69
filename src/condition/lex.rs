//! Text to tokens. Literals are read here; what is no token of the language is a fault, and reading goes on.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::Range;

use super::Fault;
use crate::money::Ratio;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind<'t> {
    Name(&'t str),
    /// The magnitude; a sign is an operator.
    Int(u64),
    Decimal(Ratio),
    Text(String),
    Symbol(&'static str),
    /// A literal that a fault has already been reported for.
    Bad,
}

#[derive(Clone, Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind<'t>,
    pub(super) range: Range<usize>,
}

const SYMBOLS: [&str; 26] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "/", "%", "?", ":", "(", ")",
    "[", "]", "{", "}", ",", ".", "&", "|",
];

pub(super) fn lex<'t>(text: &'t str, faults: &mut Vec<Fault>) -> Vec<Token<'t>> {
    let mut lexer = Lexer {
        text,
        rest: text,
        faults,
    };
    let mut tokens: Vec<Token<'t>> = Vec::new();
    loop {
        lexer.skip_blanks();
        if lexer.rest.is_empty() {
            return tokens;
        }
        let start = lexer.position();
        let after_operand = tokens.last().is_some_and(|token| match &token.kind {
            Kind::Name(_) | Kind::Int(_) | Kind::Decimal(_) | Kind::Text(_) | Kind::Bad => true,
            Kind::Symbol(symbol) => matches!(*symbol, ")" | "]" | "}"),
        });
        if let Some(kind) = lexer.token(after_operand) {
            let range = start..lexer.position();
            tokens.push(Token { kind, range });
        }
    }
}

struct Lexer<'t, 'f> {
    text: &'t str,
    rest: &'t str,
    faults: &'f mut Vec<Fault>,
}

impl<'t> Lexer<'t, '_> {
    fn position(&self) -> usize {
        self.text.len().saturating_sub(self.rest.len())
    }

    /// Takes `bytes` bytes, which end on a character boundary.
    fn take(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> &'t str {
        let end = self
            .rest
            .find(|letter| !keep(letter))
            .unwrap_or(self.rest.len());
        self.take(end)
    }

    fn fault(&mut self, start: usize, message: String, help: Option<&str>) {
        self.faults.push(Fault {
            range: start..self.position(),
            message,
            help: help.map(ToString::to_string),
        });
    }

    fn skip_blanks(&mut self) {
        loop {
            self.take_while(|letter| matches!(letter, ' ' | '\t' | '\n' | '\r' | '\x0C'));
            if !self.rest.starts_with("//") {
                return;
            }
            self.take_while(|letter| letter != '\n');
        }
    }

    /// The token at the front; `None` after a fault that leaves nothing to stand in for it.
    fn token(&mut self, after_operand: bool) -> Option<Kind<'t>> {
        let start = self.position();
        let mut letters = self.rest.chars();
        let first = letters.next()?;
        let second = letters.next();
        if let Some(kind) = self.string(start) {
            return Some(kind);
        }
        let fraction = first == '.' && second.is_some_and(|letter| letter.is_ascii_digit());
        if first.is_ascii_digit() || (fraction && !after_operand) {
            return Some(self.number(start));
        }
        if first == '_' || first.is_ascii_alphabetic() {
            return Some(Kind::Name(self.take_while(is_word)));
        }
        for symbol in SYMBOLS {
            if !self.rest.starts_with(symbol) {
                continue;
            }
            self.take(symbol.len());
            return match symbol {
                "&" => self.almost(start, "&", "&&"),
                "|" => self.almost(start, "|", "||"),
                _ => Some(Kind::Symbol(symbol)),
            };
        }
        self.take(first.len_utf8());
        if first == '=' {
            return self.almost(start, "=", "==");
        }
        if first == '`' {
            self.take_while(|letter| letter != '`');
            self.take(1);
            let message = "quoted field names are not part of conditions";
            self.fault(start, message.to_string(), None);
            return Some(Kind::Bad);
        }
        let help = (!first.is_ascii()).then_some("text goes between quotes");
        self.fault(start, format!("`{first}` has no meaning here"), help);
        None
    }

    /// Reports a doubled operator written once, and reads it as meant.
    fn almost(&mut self, start: usize, written: &str, meant: &'static str) -> Option<Kind<'t>> {
        let help = format!("did you mean `{meant}`?");
        self.fault(start, format!("`{written}` is no operator"), Some(&help));
        Some(Kind::Symbol(meant))
    }

    fn number(&mut self, start: usize) -> Kind<'t> {
        let hexadecimal = self
            .rest
            .strip_prefix("0x")
            .or_else(|| self.rest.strip_prefix("0X"));
        let is_hexadecimal = hexadecimal.is_some();
        if is_hexadecimal {
            self.take(2);
            self.take_while(|letter| letter.is_ascii_hexdigit());
        } else {
            self.take_while(|letter| letter.is_ascii_digit());
        }
        let mut decimal = false;
        if !is_hexadecimal {
            let mut ahead = self.rest.chars();
            if ahead.next() == Some('.') && ahead.next().is_some_and(|next| next.is_ascii_digit()) {
                decimal = true;
                self.take(1);
                self.take_while(|letter| letter.is_ascii_digit());
            }
            let exponent = self.rest.strip_prefix(['e', 'E']);
            let digits = exponent.map(|tail| tail.strip_prefix(['+', '-']).unwrap_or(tail));
            if digits.is_some_and(|tail| tail.starts_with(|next: char| next.is_ascii_digit())) {
                decimal = true;
                self.take(1);
                if self.rest.starts_with(['+', '-']) {
                    self.take(1);
                }
                self.take_while(|letter| letter.is_ascii_digit());
            }
        }
        let written = self.text.get(start..self.position()).unwrap_or("");
        let suffix = self.take_while(is_word);
        if matches!(suffix, "u" | "U") {
            let help = format!("write `{written}`");
            let message =
                format!("`{written}{suffix}`: unsigned integers are not part of conditions");
            self.fault(start, message, Some(&help));
            return Kind::Bad;
        }
        if !suffix.is_empty() {
            self.fault(start, format!("`{written}{suffix}` is no number"), None);
            return Kind::Bad;
        }
        if decimal {
            let padded = if written.starts_with('.') {
                format!("0{written}")
            } else {
                written.to_string()
            };
            return match Ratio::parse(&padded) {
                Some(ratio) => Kind::Decimal(ratio),
                None => {
                    let help = "a decimal has at most 38 digits, exponent included";
                    self.fault(start, format!("`{written}` is out of range"), Some(help));
                    Kind::Bad
                }
            };
        }
        let magnitude = match written.get(2..).filter(|_| is_hexadecimal) {
            Some(digits) => u64::from_str_radix(digits, 16).ok(),
            None => written.parse::<u64>().ok(),
        };
        // One more than the largest integer, since the smallest one is written with a sign.
        match magnitude.filter(|magnitude| *magnitude <= i64::MIN.unsigned_abs()) {
            Some(magnitude) => Kind::Int(magnitude),
            None => {
                let help = "integers are from -9223372036854775808 to 9223372036854775807";
                self.fault(start, format!("`{written}` is out of range"), Some(help));
                Kind::Bad
            }
        }
    }

    /// A string literal with its prefix, or `None` where none starts here.
    fn string(&mut self, start: usize) -> Option<Kind<'t>> {
        let mut head = self.rest.bytes().take(3);
        let prefix = head.position(|byte| matches!(byte, b'"' | b'\''))?;
        let prefix = self.rest.get(..prefix)?;
        let (raw, bytes) = match prefix {
            "" => (false, false),
            "r" | "R" => (true, false),
            "b" | "B" => (false, true),
            "br" | "bR" | "Br" | "BR" | "rb" | "rB" | "Rb" | "RB" => (true, true),
            _ => return None,
        };
        self.take(prefix.len());
        let quote = ["\"\"\"", "'''", "\"", "'"]
            .into_iter()
            .find(|quote| self.rest.starts_with(quote))?;
        self.take(quote.len());
        let content = self.string_content(start, quote, raw);
        if bytes {
            let message = "bytes literals are not part of conditions";
            self.fault(start, message.to_string(), Some("drop the `b`"));
            return Some(Kind::Bad);
        }
        Some(content.map_or(Kind::Bad, Kind::Text))
    }

    fn string_content(&mut self, start: usize, quote: &str, raw: bool) -> Option<String> {
        let mut content = String::new();
        let mut sound = true;
        loop {
            if self.rest.starts_with(quote) {
                self.take(quote.len());
                return sound.then_some(content);
            }
            let letter = self.rest.chars().next();
            let line_end = quote.len() == 1 && matches!(letter, Some('\n' | '\r'));
            let Some(letter) = letter.filter(|_| !line_end) else {
                let help = format!("close it with `{quote}`");
                self.fault(start, "the string does not end".to_string(), Some(&help));
                return None;
            };
            let position = self.position();
            self.take(letter.len_utf8());
            if letter != '\\' || raw {
                content.push(letter);
                continue;
            }
            match self.escape() {
                Some(letter) => content.push(letter),
                None => {
                    sound = false;
                    let written = self.text.get(position..self.position()).unwrap_or("\\");
                    let message = format!("`{written}` is no escape sequence");
                    self.fault(position, message, Some("write `\\\\` for a backslash"));
                }
            }
        }
    }

    /// The character an escape sequence stands for; the backslash is taken already.
    fn escape(&mut self) -> Option<char> {
        let letter = self.rest.chars().next()?;
        if letter.is_digit(8) {
            return self.code_point(3, 8).filter(|letter| *letter <= '\u{ff}');
        }
        self.take(letter.len_utf8());
        match letter {
            'a' => Some('\x07'),
            'b' => Some('\x08'),
            'f' => Some('\x0C'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'v' => Some('\x0B'),
            '\\' | '?' | '"' | '\'' | '`' => Some(letter),
            'x' | 'X' => self.code_point(2, 16),
            'u' => self.code_point(4, 16),
            'U' => self.code_point(8, 16),
            _ => None,
        }
    }

    fn code_point(&mut self, digits: usize, radix: u32) -> Option<char> {
        let written = self.rest.get(..digits)?;
        if !written.chars().all(|letter| letter.is_digit(radix)) {
            return None;
        }
        let number = u32::from_str_radix(written, radix).ok()?;
        self.take(digits);
        char::from_u32(number)
    }
}

fn is_word(letter: char) -> bool {
    letter == '_' || letter.is_ascii_alphanumeric()
}

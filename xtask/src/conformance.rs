//! Picks the tests of CEL's conformance suite that a condition can express.
//!
//! A test is left out for a feature of its text or of its bindings, never for its name. The features are looked for
//! in the order of [`EXCLUSIONS`]; the first one found is counted.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use flate2::read::GzDecoder;
use serde_json::{Map, Value, json};

/// A feature that conditions leave out, and whether a test uses it.
type Exclusion = (&'static str, fn(&Test) -> bool);

const EXCLUSIONS: [Exclusion; 22] = [
    ("deduced type only: nothing is evaluated", |test| {
        test.row.get("checkOnly").is_some()
    }),
    ("protobuf message, enum or container", Test::uses_protobuf),
    (
        "unchecked: the test evaluates what CEL's checker refuses",
        |test| test.row.get("disableCheck").is_some(),
    ),
    ("unsigned integer literal", |test| {
        test.any(|token| matches!(token, Token::Number(text) if text.ends_with(['u', 'U'])))
    }),
    ("bytes literal", |test| {
        test.any(|token| matches!(token, Token::Bytes))
    }),
    ("dyn()", |test| test.calls(&["dyn"])),
    ("null", |test| test.names(&["null"])),
    (
        "optional value: `?.`, `[?` or `optional`",
        Test::uses_optionals,
    ),
    ("map or message literal", |test| test.marks("{")),
    ("indexing", Test::indexes),
    ("quoted field name", |test| test.marks("`")),
    ("macro with a variable", |test| {
        test.calls(&[
            "all",
            "exists",
            "exists_one",
            "existsOne",
            "map",
            "filter",
            "transformList",
            "transformMap",
        ])
    }),
    ("type()", |test| {
        test.calls(&["type"])
            || test.names(&[
                "type",
                "int",
                "uint",
                "double",
                "string",
                "bytes",
                "bool",
                "list",
                "map",
                "null_type",
            ])
    }),
    ("conversion", |test| {
        test.calls(&["int", "uint", "double", "string", "bytes", "bool"])
    }),
    (
        "timestamp() or duration() of something other than a string literal",
        Test::converts_time,
    ),
    ("time below a millisecond", Test::is_fine),
    (
        "function of an extension, of the calendar or of regular expressions",
        Test::calls_others,
    ),
    ("field of a variable", Test::selects_fields),
    ("list of mixed types", Test::mixes_list),
    (
        "binary float: division by 0.0, or an exponent beyond 38 digits",
        Test::is_float,
    ),
    ("variable of another type", |test| test.bindings().is_none()),
    ("expected value of another type", |test| {
        test.expected().is_none()
    }),
];

/// Writes the tests that are left to `dest` as JSON lines and prints how many were left out, by feature.
///
/// `source` is the suite as JSON lines, gzipped or not.
pub(crate) fn run(source: &Path, dest: &Path) -> Result<()> {
    let file = File::open(source).with_context(|| format!("cannot open {}", source.display()))?;
    let text: Box<dyn Read> = if source.extension().is_some_and(|end| end == "gz") {
        Box::new(GzDecoder::new(file))
    } else {
        Box::new(file)
    };
    let mut left_out: BTreeMap<&str, usize> = BTreeMap::new();
    let mut lines = String::new();
    let (mut total, mut kept) = (0_usize, 0_usize);
    for line in BufReader::new(text).lines() {
        let Value::Object(row) = serde_json::from_str(&line?)? else {
            bail!("a line of {} is no object", source.display());
        };
        total = total.saturating_add(1);
        let test = Test::new(row)?;
        match EXCLUSIONS.iter().find(|(_, uses)| uses(&test)) {
            Some((feature, _)) => {
                let count = left_out.entry(feature).or_default();
                *count = count.saturating_add(1);
            }
            None => {
                kept = kept.saturating_add(1);
                lines.push_str(&test.line()?.to_string());
                lines.push('\n');
            }
        }
    }
    File::create(dest)
        .and_then(|mut file| file.write_all(lines.as_bytes()))
        .with_context(|| format!("cannot write {}", dest.display()))?;
    println!("{total} tests, {kept} kept");
    for (feature, _) in EXCLUSIONS {
        println!(
            "{:6} {feature}",
            left_out.get(feature).copied().unwrap_or(0)
        );
    }
    Ok(())
}

/// As much of CEL's lexis as the features need.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    Name(String),
    Number(String),
    Text(String),
    Bytes,
    Mark(char),
}

struct Test {
    row: Map<String, Value>,
    expr: String,
    /// The tokens and where each starts.
    tokens: Vec<(Token, usize)>,
}

impl Test {
    fn new(row: Map<String, Value>) -> Result<Test> {
        let expr = row.get("expr").and_then(Value::as_str);
        let expr = expr.context("a test without an expression")?.to_string();
        let tokens = tokens(&expr);
        Ok(Test { row, expr, tokens })
    }

    fn any(&self, found: impl Fn(&Token) -> bool) -> bool {
        self.tokens.iter().any(|(token, _)| found(token))
    }

    fn pairs(&self) -> impl Iterator<Item = (&Token, &Token)> {
        let tokens = self.tokens.iter().map(|(token, _)| token);
        tokens.clone().zip(tokens.skip(1))
    }

    fn marks(&self, marks: &str) -> bool {
        self.any(|token| matches!(token, Token::Mark(mark) if marks.contains(*mark)))
    }

    fn names(&self, names: &[&str]) -> bool {
        let names_one =
            |token: &Token| matches!(token, Token::Name(name) if names.contains(&name.as_str()));
        let called = |token: Option<&Token>| token == Some(&Token::Mark('('));
        let mut tokens = self.tokens.iter().map(|(token, _)| token).peekable();
        while let Some(token) = tokens.next() {
            if names_one(token) && !called(tokens.peek().copied()) {
                return true;
            }
        }
        false
    }

    fn called(&self) -> impl Iterator<Item = &str> {
        self.pairs().filter_map(|pair| match pair {
            (Token::Name(name), Token::Mark('(')) if name != "in" => Some(name.as_str()),
            _ => None,
        })
    }

    fn calls(&self, names: &[&str]) -> bool {
        self.called().any(|name| names.contains(&name))
    }

    fn calls_others(&self) -> bool {
        const OURS: [&str; 7] = [
            "startsWith",
            "endsWith",
            "contains",
            "size",
            "has",
            "timestamp",
            "duration",
        ];
        self.called().any(|name| !OURS.contains(&name))
    }

    fn uses_protobuf(&self) -> bool {
        self.row.get("proto") == Some(&Value::Bool(true))
            || self
                .any(|token| matches!(token, Token::Name(name) if name.starts_with("TestAllTypes")))
            || self.row.get("value").is_some_and(|value| {
                value.get("objectValue").is_some() || value.get("enumValue").is_some()
            })
    }

    fn uses_optionals(&self) -> bool {
        self.names(&["optional"])
            || self.pairs().any(|pair| {
                matches!(
                    pair,
                    (Token::Mark('?'), Token::Mark('.' | '['))
                        | (Token::Mark('[' | ','), Token::Mark('?'))
                )
            })
    }

    fn indexes(&self) -> bool {
        self.pairs().any(|(before, after)| {
            let operand = match before {
                Token::Name(name) => name != "in",
                Token::Number(_) | Token::Text(_) | Token::Bytes => true,
                Token::Mark(mark) => matches!(mark, ')' | ']' | '}'),
            };
            operand && *after == Token::Mark('[')
        })
    }

    fn selects_fields(&self) -> bool {
        let tokens: Vec<&Token> = self.tokens.iter().map(|(token, _)| token).collect();
        tokens.windows(3).any(|window| {
            matches!(window, [Token::Mark('.'), Token::Name(_), after] if **after != Token::Mark('('))
        }) || matches!(tokens.as_slice(), [.., Token::Mark('.'), Token::Name(_)])
            || tokens.first() == Some(&&Token::Mark('.'))
    }

    fn converts_time(&self) -> bool {
        let tokens: Vec<&Token> = self.tokens.iter().map(|(token, _)| token).collect();
        tokens.windows(3).any(|window| match window {
            [Token::Name(name), Token::Mark('('), argument] => {
                matches!(name.as_str(), "timestamp" | "duration")
                    && !matches!(argument, Token::Text(_))
            }
            _ => false,
        })
    }

    fn is_fine(&self) -> bool {
        let tokens: Vec<&Token> = self.tokens.iter().map(|(token, _)| token).collect();
        tokens.windows(3).any(|window| match window {
            [Token::Name(name), Token::Mark('('), Token::Text(text)] => {
                let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction);
                let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
                match name.as_str() {
                    "timestamp" => digits > 3,
                    "duration" => text.ends_with("ns") || text.ends_with("us"),
                    _ => false,
                }
            }
            _ => false,
        })
    }

    /// Whether the elements of some list are literals of different kinds.
    fn mixes_list(&self) -> bool {
        let mut open: Vec<Vec<&str>> = Vec::new();
        for (token, _) in &self.tokens {
            let kind = match token {
                Token::Mark('[' | '(') => {
                    if let Some(kinds) = open.last_mut() {
                        kinds.push("nested");
                    }
                    open.push(Vec::new());
                    continue;
                }
                Token::Mark(']' | ')') => {
                    let mut kinds = open.pop().unwrap_or_default();
                    kinds.sort_unstable();
                    kinds.dedup();
                    if *token == Token::Mark(']') && kinds.len() > 1 {
                        return true;
                    }
                    continue;
                }
                Token::Number(_) => "number",
                Token::Text(_) => "text",
                Token::Bytes => "bytes",
                Token::Name(name) if matches!(name.as_str(), "true" | "false") => "truth",
                Token::Name(_) | Token::Mark(_) => continue,
            };
            if let Some(kinds) = open.last_mut() {
                kinds.push(kind);
            }
        }
        false
    }

    fn is_float(&self) -> bool {
        let zero = |text: &str| {
            text.contains('.') && text.chars().all(|letter| matches!(letter, '0' | '.'))
        };
        let exponent = |text: &str| {
            let (_, exponent) = text.split_once(['e', 'E']).unwrap_or_default();
            !text.starts_with("0x")
                && exponent
                    .parse::<i32>()
                    .is_ok_and(|exponent| exponent.abs() > 38)
        };
        self.any(|token| matches!(token, Token::Number(text) if exponent(text)))
            || self
                .pairs()
                .any(|pair| matches!(pair, (Token::Mark('/'), Token::Number(text)) if zero(text)))
    }

    /// The variables that the text uses, with our spelling of their values; `None` where one has another type.
    fn bindings(&self) -> Option<Map<String, Value>> {
        let mut variables = Map::new();
        let Some(bound) = self.row.get("bindings").and_then(Value::as_object) else {
            return Some(variables);
        };
        for (name, value) in bound {
            if self.names(&[name.as_str()]) && !matches!(name.as_str(), "true" | "false") {
                variables.insert(name.clone(), ours(value.get("value")?)?);
            }
        }
        Some(variables)
    }

    /// The expected value in our spelling, or `"unknown"` where CEL reports an error.
    fn expected(&self) -> Option<Value> {
        if self.row.contains_key("evalError") {
            return Some(json!({ "unknown": true }));
        }
        let typed = self
            .row
            .get("typedResult")
            .and_then(|typed| typed.get("result"));
        ours(self.row.get("value").or(typed)?)
    }

    fn line(&self) -> Result<Value> {
        let bindings = self.bindings().context("the bindings were tested")?;
        let mut line = Map::new();
        for key in ["file", "section", "name"] {
            if let Some(value) = self.row.get(key) {
                line.insert(key.to_string(), value.clone());
            }
        }
        line.insert(
            "expr".to_string(),
            Value::String(self.expr_with_roots(&bindings)),
        );
        if !bindings.is_empty() {
            line.insert("bindings".to_string(), Value::Object(bindings));
        }
        line.insert(
            "expected".to_string(),
            self.expected().context("the value was tested")?,
        );
        Ok(Value::Object(line))
    }

    /// The text with `request.` before each variable: conditions have no bare names.
    fn expr_with_roots(&self, bindings: &Map<String, Value>) -> String {
        let mut expr = self.expr.clone();
        for (token, start) in self.tokens.iter().rev() {
            if let Token::Name(name) = token
                && bindings.contains_key(name)
            {
                expr.insert_str(*start, "request.");
            }
        }
        expr
    }
}

/// A value as conditions have it: `{"int": "1"}`, `{"decimal": "1.5"}`, `{"list": […]}` and so on.
fn ours(value: &Value) -> Option<Value> {
    let (kind, value) = value.as_object()?.iter().next()?;
    Some(match kind.as_str() {
        "boolValue" => json!({ "bool": value }),
        "int64Value" => json!({ "int": value }),
        "stringValue" => json!({ "string": value }),
        "doubleValue" => {
            let Value::Number(number) = value else {
                return None;
            };
            json!({ "decimal": number.to_string() })
        }
        "listValue" => {
            let values = value.get("values").and_then(Value::as_array);
            let values: Option<Vec<Value>> = values.into_iter().flatten().map(ours).collect();
            json!({ "list": values? })
        }
        _ => return None,
    })
}

fn tokens(text: &str) -> Vec<(Token, usize)> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let start = text.len().saturating_sub(rest.len());
        let word = |letter: char| letter == '_' || letter.is_ascii_alphanumeric();
        if first.is_whitespace() {
            rest = rest.trim_start();
            continue;
        }
        if rest.starts_with("//") {
            rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
            continue;
        }
        if let Some((token, tail)) = string(rest) {
            tokens.push((token, start));
            rest = tail;
            continue;
        }
        let fraction = first == '.'
            && rest
                .chars()
                .nth(1)
                .is_some_and(|next| next.is_ascii_digit());
        let mut end = if first.is_ascii_digit() || fraction {
            let exponent_sign = |before: &str, letter: char| {
                matches!(letter, '+' | '-')
                    && before.ends_with(['e', 'E'])
                    && !before.starts_with("0x")
            };
            let number = rest.char_indices().find(|(index, letter)| {
                let before = rest.get(..*index).unwrap_or("");
                !(word(*letter) || *letter == '.' || exponent_sign(before, *letter))
            });
            number.map_or(rest.len(), |(index, _)| index)
        } else {
            rest.find(|letter| !word(letter)).unwrap_or(rest.len())
        };
        end = end.max(first.len_utf8());
        let (taken, tail) = rest.split_at(end);
        rest = tail;
        let token = if first.is_ascii_digit() || fraction {
            Token::Number(taken.to_string())
        } else if word(first) {
            Token::Name(taken.to_string())
        } else {
            Token::Mark(first)
        };
        tokens.push((token, start));
    }
    tokens
}

/// A string literal at the front, with what follows it.
fn string(text: &str) -> Option<(Token, &str)> {
    let quote = text.find(['"', '\''])?;
    let (prefix, rest) = text.split_at(quote);
    let prefix = prefix.to_ascii_lowercase();
    if !matches!(prefix.as_str(), "" | "r" | "b" | "br" | "rb") {
        return None;
    }
    let quotes = ["\"\"\"", "'''", "\"", "'"];
    let quote = quotes.into_iter().find(|quote| rest.starts_with(quote))?;
    let body = rest.strip_prefix(quote)?;
    let mut escaped = false;
    for (index, letter) in body.char_indices() {
        let tail = body.get(index..)?;
        if !escaped && tail.starts_with(quote) {
            let token = if prefix.contains('b') {
                Token::Bytes
            } else {
                Token::Text(body.get(..index)?.to_string())
            };
            return Some((token, tail.strip_prefix(quote)?));
        }
        escaped = letter == '\\' && !escaped && !prefix.contains('r');
    }
    None
}

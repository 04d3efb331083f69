//! Text to conditions.

use super::{Expr, Value, Variable};
use crate::{Fault, money};

/// Reads a condition.
///
/// # Errors
/// Where the text is none.
pub fn parse(text: &str) -> Result<Expr, Fault> {
    let mut parser = Parser { text, rest: text };
    let expr = parser.either()?;
    parser.blanks();
    if parser.rest.is_empty() {
        Ok(expr)
    } else {
        Err(parser.fault())
    }
}

struct Parser<'t> {
    text: &'t str,
    rest: &'t str,
}

impl<'t> Parser<'t> {
    fn fault(&self) -> Fault {
        Fault::new(format!("cannot read `{}` at `{}`", self.text, self.rest))
    }

    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes a symbol that no longer one continues.
    fn take(&mut self, symbol: &str) -> bool {
        self.blanks();
        let Some(rest) = self.rest.strip_prefix(symbol) else {
            return false;
        };
        if matches!(symbol, "<" | ">" | "!") && rest.starts_with('=') {
            return false;
        }
        if symbol.ends_with(|last: char| last.is_alphabetic()) && rest.starts_with(is_word) {
            return false;
        }
        self.rest = rest;
        true
    }

    fn need(&mut self, symbol: &str) -> Result<(), Fault> {
        if self.take(symbol) {
            Ok(())
        } else {
            Err(self.fault())
        }
    }

    fn one_of(&mut self, symbols: &[&'static str]) -> Option<&'static str> {
        symbols.iter().copied().find(|symbol| self.take(symbol))
    }

    fn either(&mut self) -> Result<Expr, Fault> {
        let condition = self.any()?;
        if !self.take("?") {
            return Ok(condition);
        }
        let yes = self.any()?;
        self.need(":")?;
        Ok(Expr::If(
            Box::new(condition),
            Box::new(yes),
            Box::new(self.either()?),
        ))
    }

    fn any(&mut self) -> Result<Expr, Fault> {
        let mut parts = vec![self.all()?];
        while self.take("||") {
            parts.push(self.all()?);
        }
        Ok(single(parts, Expr::Any))
    }

    fn all(&mut self) -> Result<Expr, Fault> {
        let mut parts = vec![self.relation()?];
        while self.take("&&") {
            parts.push(self.relation()?);
        }
        Ok(single(parts, Expr::All))
    }

    fn relation(&mut self) -> Result<Expr, Fault> {
        let mut left = self.sum()?;
        loop {
            if let Some(symbol) = self.one_of(&["==", "!=", "<=", ">=", "<", ">"]) {
                left = Expr::Compare(symbol, Box::new(left), Box::new(self.sum()?));
            } else if self.take("in") {
                left = Expr::In(Box::new(left), Box::new(self.sum()?));
            } else {
                return Ok(left);
            }
        }
    }

    fn sum(&mut self) -> Result<Expr, Fault> {
        let mut left = self.product()?;
        while let Some(symbol) = self.one_of(&["+", "-"]) {
            left = Expr::Arithmetic(symbol, Box::new(left), Box::new(self.product()?));
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Expr, Fault> {
        let mut left = self.unary()?;
        while let Some(symbol) = self.one_of(&["*", "/", "%"]) {
            left = Expr::Arithmetic(symbol, Box::new(left), Box::new(self.unary()?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expr, Fault> {
        if self.take("!") {
            return Ok(Expr::Not(Box::new(self.unary()?)));
        }
        if self.take("-") {
            return self.negative();
        }
        let mut expr = self.primary()?;
        while self.take(".") {
            let name = self.name().ok_or_else(|| self.fault())?;
            self.need("(")?;
            let mut arguments = vec![expr];
            arguments.extend(self.list(")")?);
            expr = Expr::Call(name, arguments);
        }
        Ok(expr)
    }

    /// A number below 0.
    fn negative(&mut self) -> Result<Expr, Fault> {
        if let Expr::Literal(value) = self.unary()? {
            if let Value::Int(value) = value {
                return Ok(Expr::Literal(Value::Int(-value)));
            }
            if let Value::Decimal(value) = value {
                return Ok(Expr::Literal(Value::Decimal(-value)));
            }
        }
        Err(self.fault())
    }

    fn list(&mut self, close: &str) -> Result<Vec<Expr>, Fault> {
        let mut items = Vec::new();
        while !self.take(close) {
            items.push(self.either()?);
            if !self.take(",") {
                self.need(close)?;
                break;
            }
        }
        Ok(items)
    }

    fn name(&mut self) -> Option<String> {
        self.blanks();
        let end = self
            .rest
            .find(|letter| !is_word(letter))
            .unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at_checked(end)?;
        if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
            return None;
        }
        self.rest = rest;
        Some(name.to_owned())
    }

    fn primary(&mut self) -> Result<Expr, Fault> {
        if self.take("(") {
            let inner = self.either()?;
            self.need(")")?;
            return Ok(inner);
        }
        if self.take("[") {
            return self.list("]").map(Expr::List);
        }
        for quote in ['"', '\''] {
            if let Some(rest) = self.rest.strip_prefix(quote) {
                let (content, rest) = rest.split_once(quote).ok_or_else(|| self.fault())?;
                if content.contains('\\') {
                    return Err(self.fault());
                }
                self.rest = rest;
                return Ok(Expr::Literal(Value::Text(content.to_owned())));
            }
        }
        if self.rest.starts_with(|first: char| first.is_ascii_digit()) {
            return self.number();
        }
        let name = self.name().ok_or_else(|| self.fault())?;
        match name.as_str() {
            "true" | "false" => Ok(Expr::Literal(Value::Bool(name == "true"))),
            "at" => Ok(Expr::Variable(Variable {
                root: name,
                field: String::new(),
            })),
            "request" | "deployment" | "fact" => {
                self.need(".")?;
                let field = self.name().ok_or_else(|| self.fault())?;
                Ok(Expr::Variable(Variable { root: name, field }))
            }
            _ => {
                self.need("(")?;
                let arguments = self.list(")")?;
                self.call(name, arguments)
            }
        }
    }

    fn call(&self, name: String, arguments: Vec<Expr>) -> Result<Expr, Fault> {
        match (name.as_str(), arguments.as_slice()) {
            ("has", [Expr::Variable(variable)]) => Ok(Expr::Has(variable.clone())),
            ("timestamp", [Expr::Literal(Value::Text(text))]) => crate::time::Moment::parse(text)
                .map(|moment| Expr::Literal(Value::Instant(moment.start()))),
            ("duration", [Expr::Literal(Value::Text(text))]) => span(text)
                .map(|span| Expr::Literal(Value::Span(span)))
                .ok_or_else(|| self.fault()),
            ("within" | "size", _) => Ok(Expr::Call(name, arguments)),
            _ => Err(self.fault()),
        }
    }

    fn number(&mut self) -> Result<Expr, Fault> {
        let end = self
            .rest
            .find(|letter| !(is_word(letter) || letter == '.'))
            .unwrap_or(self.rest.len());
        let (text, rest) = self
            .rest
            .split_at_checked(end)
            .ok_or_else(|| self.fault())?;
        let value = match text.parse() {
            Ok(value) => Value::Int(value),
            Err(_) => Value::Decimal(money::decimal(text).ok_or_else(|| self.fault())?),
        };
        self.rest = rest;
        Ok(Expr::Literal(value))
    }
}

/// A duration of one unit: `24h`, `30m`, `90s`.
fn span(text: &str) -> Option<i64> {
    let unit = [("ms", 1), ("h", 3_600_000), ("m", 60_000), ("s", 1000)];
    let (number, factor) = unit
        .iter()
        .find_map(|(name, factor)| Some((text.strip_suffix(name)?, factor)))?;
    number.parse::<i64>().ok()?.checked_mul(*factor)
}

fn single(mut parts: Vec<Expr>, many: fn(Vec<Expr>) -> Expr) -> Expr {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            many(parts)
        }
        None => many(parts),
    }
}

fn is_word(letter: char) -> bool {
    letter == '_' || letter.is_ascii_alphanumeric()
}

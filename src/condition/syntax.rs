//! Tokens to a syntax tree. Depth is bounded before anything recurses over the tree, so no text can exhaust the stack.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::Range;

use super::lex::{Kind, Token};
use super::value::{Comparison, Operator};
use super::{Fault, MAX_DEPTH, MAX_NODES};
use crate::money::Ratio;

#[derive(Debug)]
pub(super) struct Expr {
    pub(super) kind: ExprKind,
    pub(super) range: Range<usize>,
    /// Operations between this node and the farthest leaf below it.
    depth: usize,
}

#[derive(Debug)]
pub(super) enum ExprKind {
    /// Something that a fault has already been reported for.
    Bad,
    Bool(bool),
    Int(i64),
    Decimal(Ratio),
    Text(String),
    List(Vec<Expr>),
    Name(String),
    Select(Box<Expr>, String),
    Call(Box<Call>),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    All(Vec<Expr>),
    Any(Vec<Expr>),
    Compare(Comparison, Box<[Expr; 2]>),
    In(Box<[Expr; 2]>),
    /// A chain of operators of one rank, applied from the left.
    Arithmetic(Box<Expr>, Vec<(Operator, Expr)>),
    If(Box<[Expr; 3]>),
}

#[derive(Debug)]
pub(super) struct Call {
    pub(super) target: Option<Expr>,
    pub(super) name: String,
    pub(super) name_range: Range<usize>,
    pub(super) arguments: Vec<Expr>,
}

/// The fault is in the list already; parsing cannot go on.
struct Stop;

type Parsed = Result<Expr, Stop>;

pub(super) fn parse(text: &str, tokens: Vec<Token<'_>>, faults: &mut Vec<Fault>) -> Option<Expr> {
    let mut parser = Parser {
        end: text.len(),
        tokens: tokens.into_iter().peekable(),
        faults,
        nested: 0,
        nodes: 0,
    };
    let expr = parser.whole().ok()?;
    let nodes = parser.nodes;
    if nodes > MAX_NODES {
        faults.push(Fault {
            range: expr.range,
            message: format!("the condition has {nodes} parts; the limit is {MAX_NODES}"),
            help: Some("declare an attribute that says it in one word".to_string()),
        });
        return None;
    }
    Some(expr)
}

struct Parser<'t, 'f> {
    end: usize,
    tokens: core::iter::Peekable<alloc::vec::IntoIter<Token<'t>>>,
    faults: &'f mut Vec<Fault>,
    nested: usize,
    nodes: usize,
}

impl Parser<'_, '_> {
    fn whole(&mut self) -> Parsed {
        let expr = self.expression()?;
        match self.tokens.next() {
            None => Ok(expr),
            Some(token) => {
                let help = match token.kind {
                    Kind::Symbol("{") => return Err(self.map(token.range)),
                    Kind::Name("and") => Some("write `&&`"),
                    Kind::Name("or") => Some("write `||`"),
                    Kind::Name(_)
                    | Kind::Int(_)
                    | Kind::Decimal(_)
                    | Kind::Text(_)
                    | Kind::Symbol(_)
                    | Kind::Bad => None,
                };
                Err(self.stop(token.range, "expected an operator or the end", help))
            }
        }
    }

    fn stop(&mut self, range: Range<usize>, message: &str, help: Option<&str>) -> Stop {
        self.fault(range, message.to_string(), help);
        Stop
    }

    fn fault(&mut self, range: Range<usize>, message: String, help: Option<&str>) {
        self.faults.push(Fault {
            range,
            message,
            help: help.map(ToString::to_string),
        });
    }

    fn map(&mut self, range: Range<usize>) -> Stop {
        self.stop(range, "maps and messages are not part of conditions", None)
    }

    fn at(&mut self, symbol: &str) -> bool {
        matches!(self.tokens.peek(), Some(Token { kind: Kind::Symbol(next), .. }) if *next == symbol)
    }

    fn accept(&mut self, symbol: &str) -> Option<Range<usize>> {
        if self.at(symbol) {
            self.tokens.next().map(|token| token.range)
        } else {
            None
        }
    }

    /// Takes one of the operators, which are spelled like symbols.
    fn operator<T: Copy>(&mut self, operators: &[T], symbol: fn(T) -> &'static str) -> Option<T> {
        let found = operators
            .iter()
            .copied()
            .find(|&operator| self.at(symbol(operator)))?;
        self.tokens.next();
        Some(found)
    }

    fn here(&mut self) -> Range<usize> {
        self.tokens
            .peek()
            .map_or(self.end..self.end, |token| token.range.clone())
    }

    fn expect(&mut self, symbol: &str) -> Result<Range<usize>, Stop> {
        match self.accept(symbol) {
            Some(range) => Ok(range),
            None => {
                let here = self.here();
                Err(self.stop(here, &format!("expected `{symbol}`"), None))
            }
        }
    }

    /// Enters one level of nesting of the text, which is one level of recursion here.
    fn enter(&mut self) -> Result<(), Stop> {
        self.nested = self.nested.saturating_add(1);
        if self.nested > MAX_DEPTH {
            let here = self.here();
            return Err(self.too_deep(here, self.nested));
        }
        Ok(())
    }

    fn leave(&mut self) {
        self.nested = self.nested.saturating_sub(1);
    }

    fn too_deep(&mut self, range: Range<usize>, depth: usize) -> Stop {
        let message =
            format!("the condition is nested {depth} levels deep; the limit is {MAX_DEPTH}");
        self.fault(range, message, None);
        Stop
    }

    fn leaf(&mut self, kind: ExprKind, range: Range<usize>) -> Expr {
        self.nodes = self.nodes.saturating_add(1);
        Expr {
            kind,
            range,
            depth: 0,
        }
    }

    fn node(&mut self, kind: ExprKind, range: Range<usize>, below: usize) -> Parsed {
        self.nodes = self.nodes.saturating_add(1);
        let depth = below.saturating_add(1);
        if depth > MAX_DEPTH {
            return Err(self.too_deep(range, depth));
        }
        Ok(Expr { kind, range, depth })
    }

    fn expression(&mut self) -> Parsed {
        let condition = self.any()?;
        if self.accept("?").is_none() {
            return Ok(condition);
        }
        if self.at(".") {
            let here = self.here();
            let message = "optional values are not part of conditions";
            return Err(self.stop(here, message, Some("ask `has(…)` first")));
        }
        self.enter()?;
        let then = self.any()?;
        self.expect(":")?;
        let otherwise = self.expression()?;
        self.leave();
        let range = condition.range.start..otherwise.range.end;
        let below = condition.depth.max(then.depth).max(otherwise.depth);
        let branches = Box::new([condition, then, otherwise]);
        self.node(ExprKind::If(branches), range, below)
    }

    fn any(&mut self) -> Parsed {
        self.junction("||", Self::all, ExprKind::Any)
    }

    fn all(&mut self) -> Parsed {
        self.junction("&&", Self::relation, ExprKind::All)
    }

    fn junction(
        &mut self,
        symbol: &str,
        operand: fn(&mut Self) -> Parsed,
        kind: fn(Vec<Expr>) -> ExprKind,
    ) -> Parsed {
        let first = operand(self)?;
        if !self.at(symbol) {
            return Ok(first);
        }
        let (mut range, mut below) = (first.range.clone(), first.depth);
        let mut operands = alloc::vec![first];
        while self.accept(symbol).is_some() {
            let next = operand(self)?;
            range.end = next.range.end;
            below = below.max(next.depth);
            operands.push(next);
        }
        self.node(kind(operands), range, below)
    }

    fn relation(&mut self) -> Parsed {
        let mut left = self.sum()?;
        loop {
            let comparison = self.operator(
                &[
                    Comparison::Equal,
                    Comparison::Unequal,
                    Comparison::LessOrEqual,
                    Comparison::GreaterOrEqual,
                    Comparison::Less,
                    Comparison::Greater,
                ],
                Comparison::symbol,
            );
            let is_in = matches!(
                self.tokens.peek(),
                Some(Token {
                    kind: Kind::Name("in"),
                    ..
                })
            );
            if comparison.is_none() {
                if !is_in {
                    return Ok(left);
                }
                self.tokens.next();
            }
            let right = self.sum()?;
            let range = left.range.start..right.range.end;
            let below = left.depth.max(right.depth);
            let sides = Box::new([left, right]);
            let kind = match comparison {
                Some(comparison) => ExprKind::Compare(comparison, sides),
                None => ExprKind::In(sides),
            };
            left = self.node(kind, range, below)?;
        }
    }

    fn sum(&mut self) -> Parsed {
        self.chain(&[Operator::Plus, Operator::Minus], Self::product)
    }

    fn product(&mut self) -> Parsed {
        self.chain(
            &[Operator::Times, Operator::Divide, Operator::Modulo],
            Self::unary,
        )
    }

    fn chain(&mut self, operators: &[Operator], operand: fn(&mut Self) -> Parsed) -> Parsed {
        let first = operand(self)?;
        let (mut range, mut below) = (first.range.clone(), first.depth);
        let mut rest = Vec::new();
        while let Some(operator) = self.operator(operators, Operator::symbol) {
            let next = operand(self)?;
            range.end = next.range.end;
            below = below.max(next.depth);
            rest.push((operator, next));
        }
        if rest.is_empty() {
            return Ok(first);
        }
        self.node(ExprKind::Arithmetic(Box::new(first), rest), range, below)
    }

    /// Signs in a row cancel in pairs; two are kept where an even number stands, so that `!!1` is still a fault.
    fn unary(&mut self) -> Parsed {
        let start = self.here().start;
        let symbol = match self.operator(&["!", "-"], |symbol| symbol) {
            Some(symbol) => symbol,
            None => return self.member(),
        };
        let mut odd = true;
        while self.accept(symbol).is_some() {
            odd = !odd;
        }
        if symbol == "-"
            && let Some(number) = self.number(start, odd)
        {
            return self.postfix(number);
        }
        let operand = self.member()?;
        let (range, below) = (start..operand.range.end, operand.depth);
        let kind = |operand: Expr| match symbol {
            "!" => ExprKind::Not(Box::new(operand)),
            _ => ExprKind::Negate(Box::new(operand)),
        };
        let once = self.node(kind(operand), range.clone(), below)?;
        if odd {
            return Ok(once);
        }
        let below = once.depth;
        self.node(kind(once), range, below)
    }

    /// A number with its sign: -9223372036854775808 has no positive counterpart.
    fn number(&mut self, start: usize, negative: bool) -> Option<Expr> {
        let token = self.tokens.peek()?;
        let end = token.range.end;
        let kind = match (&token.kind, negative) {
            (Kind::Int(magnitude), true) => ExprKind::Int(0_i64.checked_sub_unsigned(*magnitude)?),
            (Kind::Int(magnitude), false) => ExprKind::Int(i64::try_from(*magnitude).ok()?),
            (Kind::Decimal(ratio), true) => ExprKind::Decimal(Ratio::ZERO.minus(*ratio)?),
            (Kind::Decimal(ratio), false) => ExprKind::Decimal(*ratio),
            _ => return None,
        };
        self.tokens.next();
        Some(self.leaf(kind, start..end))
    }

    fn member(&mut self) -> Parsed {
        let primary = self.primary()?;
        self.postfix(primary)
    }

    fn postfix(&mut self, mut expr: Expr) -> Parsed {
        loop {
            if self.accept(".").is_some() {
                let Some(Token {
                    kind: Kind::Name(name),
                    range: name_range,
                }) = self.tokens.next()
                else {
                    let here = self.here();
                    return Err(self.stop(here, "expected a field name after `.`", None));
                };
                let name = name.to_string();
                let (start, mut end) = (expr.range.start, name_range.end);
                let mut below = expr.depth;
                let kind = if self.at("(") {
                    let (arguments, close) = self.arguments("(", ")")?;
                    end = close.end;
                    below = below.max(deepest(&arguments));
                    ExprKind::Call(Box::new(Call {
                        target: Some(expr),
                        name,
                        name_range,
                        arguments,
                    }))
                } else {
                    ExprKind::Select(Box::new(expr), name)
                };
                expr = self.node(kind, start..end, below)?;
            } else if self.at("[") {
                let (_, close) = self.arguments("[", "]")?;
                let range = expr.range.start..close.end;
                let message = "indexing is not part of conditions".to_string();
                let help = "ask `… in list` whether a list holds a value";
                self.fault(range.clone(), message, Some(help));
                expr = self.leaf(ExprKind::Bad, range);
            } else if self.at("{") {
                let here = self.here();
                return Err(self.map(here));
            } else {
                return Ok(expr);
            }
        }
    }

    /// The expressions between brackets, and where the closing one stands.
    fn arguments(&mut self, open: &str, close: &str) -> Result<(Vec<Expr>, Range<usize>), Stop> {
        self.expect(open)?;
        self.enter()?;
        let mut arguments = Vec::new();
        let end = loop {
            if let Some(end) = self.accept(close) {
                break end;
            }
            if self.at("?") {
                let here = self.here();
                return Err(self.stop(here, "optional values are not part of conditions", None));
            }
            arguments.push(self.expression()?);
            if self.accept(",").is_none() {
                break self.expect(close)?;
            }
        };
        self.leave();
        Ok((arguments, end))
    }

    fn primary(&mut self) -> Parsed {
        if self.at("[") {
            let start = self.here().start;
            let (items, close) = self.arguments("[", "]")?;
            let below = deepest(&items);
            return self.node(ExprKind::List(items), start..close.end, below);
        }
        if let Some(range) = self.accept("{") {
            return Err(self.map(range));
        }
        if let Some(open) = self.accept("(") {
            self.enter()?;
            let mut inner = self.expression()?;
            self.leave();
            inner.range = open.start..self.expect(")")?.end;
            return Ok(inner);
        }
        let Some(Token { kind, range }) = self.tokens.next() else {
            let end = self.end..self.end;
            let message = if self.nodes == 0 {
                "the condition is empty"
            } else {
                "the condition ends where a value is expected"
            };
            return Err(self.stop(end, message, None));
        };
        let kind = match kind {
            Kind::Name("true") => ExprKind::Bool(true),
            Kind::Name("false") => ExprKind::Bool(false),
            Kind::Name("null") => {
                let help = "ask `has(…)` whether a value is known";
                let message = "`null` is not part of conditions".to_string();
                self.fault(range.clone(), message, Some(help));
                ExprKind::Bad
            }
            Kind::Name("in") => return Err(self.stop(range, "expected a value before `in`", None)),
            Kind::Name("not") => {
                return Err(self.stop(range, "`not` is no operator", Some("write `!`")));
            }
            Kind::Name(name) if self.at("(") => {
                let (arguments, close) = self.arguments("(", ")")?;
                let below = deepest(&arguments);
                let whole = range.start..close.end;
                let call = Call {
                    target: None,
                    name: name.to_string(),
                    name_range: range,
                    arguments,
                };
                return self.node(ExprKind::Call(Box::new(call)), whole, below);
            }
            Kind::Name(name) => ExprKind::Name(name.to_string()),
            Kind::Int(magnitude) => match i64::try_from(magnitude) {
                Ok(value) => ExprKind::Int(value),
                Err(_) => {
                    let message = format!("`{magnitude}` is out of range");
                    let help = "the largest integer is 9223372036854775807";
                    self.fault(range.clone(), message, Some(help));
                    ExprKind::Bad
                }
            },
            Kind::Decimal(ratio) => ExprKind::Decimal(ratio),
            Kind::Text(text) => ExprKind::Text(text),
            Kind::Bad => ExprKind::Bad,
            Kind::Symbol(symbol) => {
                let message = format!("expected a value, not `{symbol}`");
                return Err(self.stop(range, &message, None));
            }
        };
        Ok(self.leaf(kind, range))
    }
}

fn deepest(exprs: &[Expr]) -> usize {
    exprs.iter().map(|expr| expr.depth).max().unwrap_or(0)
}

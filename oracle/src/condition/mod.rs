//! Conditions: the part of CEL that policies are written in, read and evaluated on every use.

pub mod evaluate;
pub mod inclusion;
pub mod parse;
pub mod value;

pub use value::{Type, Value};

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    /// A literal.
    Literal(Value),
    /// `request.zone`, `fact.waived`, `at` (whose field is empty).
    Variable(Variable),
    /// `has(request.zone)`.
    Has(Variable),
    /// A list of expressions.
    List(Vec<Expr>),
    /// `!a`.
    Not(Box<Expr>),
    /// `a && b && c`.
    All(Vec<Expr>),
    /// `a || b || c`.
    Any(Vec<Expr>),
    /// `a < b`.
    Compare(&'static str, Box<Expr>, Box<Expr>),
    /// `a in b`.
    In(Box<Expr>, Box<Expr>),
    /// `a + b`.
    Arithmetic(&'static str, Box<Expr>, Box<Expr>),
    /// `c ? a : b`.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `a.startsWith(b)`, `size(a)`, `within(a, b)`.
    Call(String, Vec<Expr>),
}

/// A variable of conditions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Variable {
    /// `request`, `deployment`, `fact` or `at`.
    pub root: String,
    /// The field; empty for `at`.
    pub field: String,
}

impl Variable {
    /// As conditions spell it.
    #[must_use]
    pub fn path(&self) -> String {
        if self.field.is_empty() {
            self.root.clone()
        } else {
            format!("{}.{}", self.root, self.field)
        }
    }
}

impl Expr {
    /// The expressions directly inside.
    #[must_use]
    pub fn parts(&self) -> Vec<&Expr> {
        match self {
            Expr::Literal(_) | Expr::Variable(_) | Expr::Has(_) => Vec::new(),
            Expr::Not(inner) => vec![inner],
            Expr::List(parts) | Expr::All(parts) | Expr::Any(parts) | Expr::Call(_, parts) => {
                parts.iter().collect()
            }
            Expr::Compare(_, left, right)
            | Expr::In(left, right)
            | Expr::Arithmetic(_, left, right) => vec![left, right],
            Expr::If(condition, yes, no) => vec![condition, yes, no],
        }
    }

    /// Every variable, each once, in the order of the text.
    #[must_use]
    pub fn variables(&self) -> Vec<Variable> {
        let mut found = Vec::new();
        self.collect(&mut found);
        found
    }

    fn collect(&self, found: &mut Vec<Variable>) {
        if let Expr::Variable(variable) | Expr::Has(variable) = self
            && !found.contains(variable)
        {
            found.push(variable.clone());
        }
        for part in self.parts() {
            part.collect(found);
        }
    }
}

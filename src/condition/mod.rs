//! Conditions: a typed, total, loop-free subset of CEL over `request.*`, `deployment.*`, `fact.*` and `at`.
//!
//! [`parse`] checks names and types against [`Declarations`] and reports every fault with its place. What is left
//! cannot fail: where CEL has an error (overflow, division by zero, a time out of range) or a value is not known, the
//! answer is [`Tri::Unknown`], and `&&` and `||` are true or false as soon as one side decides. A condition is
//! specialised in stages ([`Condition::specialise`]) and compared with others ([`compare`], [`satisfiable`]).
//!
//! In the language: booleans, strings, 64-bit integers, decimals read as exact rationals, lists, `timestamp("…")`,
//! `duration("…")`; `== != < <= > >= in && || ! ?:`, `+ - * / %`; `startsWith`, `endsWith`, `contains`, `size`,
//! `has(root.field)`, `within(zone, "area")`. Numbers compare across types by value; arithmetic does not mix them.
//!
//! Not in the language: doubles (a decimal is exact, has no infinity, no NaN and no negative zero), unsigned
//! integers, bytes, `null`, maps, messages, indexing, macros, `dyn`, `type`, conversions, regular expressions,
//! calendar functions, optional values, extensions, times below a millisecond.
//!
//! **Invariant:** no text, value or world makes anything here panic, loop or overflow the stack: texts, nesting and
//! parts are limited before anything recurses.

mod check;
mod evaluate;
mod excluded;
mod lex;
mod relation;
mod specialise;
mod syntax;
mod value;

use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

pub(crate) use relation::cells;
pub use relation::{
    Compared, MAX_CELLS, Relation, Satisfiable, Space, Unproved, Witness, compare, satisfiable,
};
pub use value::{Tri, Type, Value};

use crate::order;
use crate::time::Instant;
use evaluate::Node;

/// The longest text of a condition, in bytes.
pub const MAX_BYTES: usize = 4096;

/// The deepest nesting of a condition: operations inside operations, or brackets inside brackets.
pub const MAX_DEPTH: usize = 32;

/// The most parts of a condition: operations, names and literals.
pub const MAX_NODES: usize = 1024;

/// Where a name is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Root {
    /// `request.field`: what is asked.
    Request,
    /// `deployment.field`: what may serve it.
    Deployment,
    /// `fact.field`: what is true of the world.
    Fact,
    /// `at`: the instant of the decision; it has no fields, its field name is empty.
    At,
}

impl Root {
    /// The name as written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Root::Request => "request",
            Root::Deployment => "deployment",
            Root::Fact => "fact",
            Root::At => "at",
        }
    }

    fn named(name: &str) -> Option<Root> {
        [Root::Request, Root::Deployment, Root::Fact, Root::At]
            .into_iter()
            .find(|root| root.name() == name)
    }
}

/// The index of a variable, given by the declarations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub u16);

/// What may be named in a condition.
pub trait Declarations {
    /// The slot and type of a field; the field of [`Root::At`] is empty.
    fn resolve(&self, root: Root, field: &str) -> Option<(Slot, Type)>;
    /// The fields of a root, for suggestions.
    fn fields(&self, root: Root) -> Vec<String>;
    /// Whether a zone of this name exists.
    fn is_zone(&self, name: &str) -> bool;
    /// The zones, for suggestions.
    fn zones(&self) -> Vec<String>;
}

/// What is known when a condition is evaluated.
pub trait World {
    /// The value of a variable, or `None` where it is unknown.
    fn get(&self, slot: Slot) -> Option<&Value>;
    /// The first and the last instant that an unknown timestamp may be; `None` where nothing is known of it.
    ///
    /// A comparison with a known instant is known where it has one answer for all of them. In every other use the
    /// timestamp is unknown.
    fn span(&self, slot: Slot) -> Option<[Instant; 2]> {
        let _ = slot;
        None
    }
    /// Whether a zone lies within an area, itself included; `None` where the zone is not known.
    fn within(&self, zone: &str, area: &str) -> Option<bool>;
}

/// What is wrong with the text of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where, in bytes of the text.
    pub range: core::ops::Range<usize>,
    /// What.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

/// A checked condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    node: Node,
    text: Arc<str>,
}

/// Reads and checks a condition; the whole must be a boolean.
///
/// # Errors
/// Every fault found, in the order of the text; at least one.
pub fn parse(text: &str, declarations: &dyn Declarations) -> Result<Condition, Vec<Fault>> {
    if text.len() > MAX_BYTES {
        return Err(alloc::vec![Fault {
            range: 0..text.len(),
            message: format!(
                "the condition is {} bytes long; the limit is {MAX_BYTES}",
                text.len()
            ),
            help: None,
        }]);
    }
    let mut faults = Vec::new();
    let tokens = lex::lex(text, &mut faults);
    let expr = syntax::parse(text, tokens, &mut faults);
    let mut checker = check::Checker {
        declarations,
        faults,
    };
    let node = expr.map(|expr| checker.condition(&expr));
    let mut faults = checker.faults;
    match node {
        Some(node) if faults.is_empty() => Ok(Condition {
            node,
            text: Arc::from(text),
        }),
        _ => {
            order::sort_by_key(&mut faults, |fault| fault.range.start);
            Err(faults)
        }
    }
}

/// The condition `true`.
#[must_use]
pub fn always() -> Condition {
    Condition {
        node: Node::Constant(Value::Bool(true)),
        text: Arc::from("true"),
    }
}

/// The condition that holds where all of these do.
#[must_use]
pub fn all_of(conditions: &[&Condition]) -> Condition {
    let texts: Vec<String> = conditions
        .iter()
        .map(|condition| format!("({})", condition.text))
        .collect();
    Condition {
        node: specialise::all(conditions.iter().map(|part| part.node.clone()).collect()),
        text: Arc::from(texts.join(" && ")),
    }
}

impl Condition {
    /// The condition that holds where this one does not.
    #[must_use]
    pub fn negated(&self) -> Condition {
        Condition {
            node: specialise::not(self.node.clone()),
            text: Arc::from(format!("!({})", self.text)),
        }
    }

    /// The truth of the condition in a world.
    #[must_use]
    pub fn evaluate(&self, world: &dyn World) -> Tri {
        self.node.truth(world)
    }

    /// The unknown variables that keep the answer unknown, in the order of the text.
    ///
    /// Empty where the answer is known, and where it is unknown for another reason: an error in CEL's terms, a zone
    /// that the world does not know.
    #[must_use]
    pub fn missing(&self, world: &dyn World) -> Vec<Slot> {
        let mut found = Vec::new();
        if self.evaluate(world) == Tri::Unknown {
            self.node.missing(world, &mut found);
        }
        found
    }

    /// The condition with what is known put in its place, simplified.
    ///
    /// A variable that `world` does not know stays a variable, unless it is `settled`: then it is unknown for good,
    /// and `has` of it is false. For worlds that agree with this one on what it knows (where it knows a span, with a
    /// value or a span within it) and know nothing more of what is settled, the result has the truth of the original.
    #[must_use]
    pub fn specialise(&self, world: &dyn World, settled: &dyn Fn(Slot) -> bool) -> Condition {
        Condition {
            node: self.node.specialise(world, settled),
            text: Arc::clone(&self.text),
        }
    }

    /// The truth that the condition has in every world, if it is evident after simplification.
    #[must_use]
    pub fn constant(&self) -> Option<Tri> {
        if let Node::Constant(Value::Bool(truth)) = self.node {
            return Some(Tri::from(truth));
        }
        (self.node == Node::Unknown).then_some(Tri::Unknown)
    }

    /// The variables that are left, in the order of the text, each once.
    #[must_use]
    pub fn variables(&self) -> Vec<Slot> {
        let mut found = Vec::new();
        self.node.variables(&mut found);
        found
    }

    /// The text as written, also after [`Condition::specialise`].
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Writes the text as written.
impl core::fmt::Display for Condition {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        out.write_str(&self.text)
    }
}

/// Writes the message; the help stands apart.
impl core::fmt::Display for Fault {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        out.write_str(&self.message)
    }
}

impl core::error::Error for Fault {}

//! What if: a quantity over a period, why a deployment is not chosen and what would change it, and where an answer changes.
//!
//! All three put the five questions to the policy again with one thing changed. They are exact: an answer is constant
//! between finitely many values of the thing, those values are collected (`edges`), and between two of them whatever else
//! the answer turns on changes evenly, so that halving finds where (`runs`). Work is bounded by [`Effort`]; what was not
//! looked at is named, never passed over.

mod bench;
mod breakpoints;
mod edges;
mod plan;
mod runs;
mod variable;
mod why_not;

pub use breakpoints::{Breakpoint, Breakpoints, Sweep};
pub use plan::{BreakEven, Plan, PlanOptions, Sizing};
pub use runs::{Answer, Effort};
pub use variable::{Point, Variable};
pub use why_not::{Change, ChangeKind, WhyNot, WhyNotReason};

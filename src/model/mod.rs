//! The checked policy and what is asked of it: plain data, interned and immutable, without a word of text or JSON in.
//!
//! Reading order: [`zone`], [`term`], [`meter`], [`price`],
//! [`provisioned`], [`limits`], [`policy`], [`request`], [`state`], [`decision`].

pub mod decision;
pub mod limits;
pub mod meter;
pub mod policy;
pub mod price;
pub mod provisioned;
pub mod request;
pub mod state;
pub mod term;
pub mod vocabulary;
pub mod zone;

pub use decision::{
    Attempt, Conflict, Cost, Decision, Hold, HoldReason, Outcome, Question, Verdict, VerdictKind,
};
pub use meter::{Meter, Usage};
pub use policy::Policy;
pub use provisioned::{Load, Provisioned, UnitTerms, provisioned_units, units_beyond};
pub use request::{Request, When};
pub use state::State;

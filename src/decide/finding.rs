//! What a question found against a deployment.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::json::Json;
use crate::model::decision::Question;
use crate::model::policy::{ClauseIx, Policy, RuleIx};
use crate::model::vocabulary::Refusal;
use crate::time::Instant;

/// One thing that speaks against a deployment.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    /// The question that found it.
    pub(crate) question: Question,
    /// What it rests on.
    pub(crate) cite: Cite,
    /// Whether it is unsettled rather than a no.
    pub(crate) pending: bool,
    /// Whether the holder of a right is to be given notice, or to answer it.
    pub(crate) notice: bool,
    /// How a first right would read it, were the deployment the holder's.
    pub(crate) reading: Reading,
    /// What would settle it.
    pub(crate) missing: Vec<String>,
    /// Whether time alone may end it, and when as far as the state tells.
    pub(crate) passes: Passes,
    /// The clauses or rules it contradicts, where precedence settles nothing.
    pub(crate) against: Vec<Cite>,
    /// What was compared.
    pub(crate) values: Vec<(Cow<'static, str>, Json)>,
}

/// How a first right reads a failure of its holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// The deployment has no part in this request: another model, or a tier that was not asked for.
    Elsewhere,
    /// The holder has refused, where the right counts this reason.
    Refusal(Refusal),
    /// Law or a suspension bars the holder: the right is discharged.
    Law,
    /// The operator's own rule keeps the work from the holder.
    Rule(RuleIx),
    /// None of these: the right stands.
    Nothing,
}

/// Whether a failure ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passes {
    /// Not by time.
    Never,
    /// At an unknown instant.
    Sometime,
    /// At this instant.
    At(Instant),
}

impl Finding {
    /// A plain no that no time will change.
    pub(crate) fn no(question: Question, cite: Cite, reading: Reading) -> Finding {
        Finding {
            question,
            cite,
            pending: false,
            notice: false,
            reading,
            missing: Vec::new(),
            passes: Passes::Never,
            against: Vec::new(),
            values: Vec::new(),
        }
    }

    /// Whether it is a plain no that nothing contradicts.
    pub(crate) fn is_settled(&self) -> bool {
        !self.pending && self.against.is_empty()
    }

    /// Adds something that was compared.
    pub(crate) fn with(mut self, name: &'static str, value: Json) -> Finding {
        self.values.push((Cow::Borrowed(name), value));
        self
    }
}

/// What a finding rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cite {
    Clause(ClauseIx),
    Rule(RuleIx),
    /// `capability/name`.
    Capability(String),
    /// `lifecycle/stage`.
    Lifecycle(&'static str),
    /// `limit/name`, `state/name` or `request/field`.
    Fixed(&'static str),
}

impl Cite {
    pub(crate) fn text(&self, policy: &Policy) -> String {
        match self {
            Cite::Clause(index) => policy
                .clause(*index)
                .map(|clause| clause.reference.clone())
                .unwrap_or_default(),
            Cite::Rule(index) => policy
                .rule(*index)
                .map(|rule| rule.reference.clone())
                .unwrap_or_default(),
            Cite::Capability(name) => alloc::format!("capability/{name}"),
            Cite::Lifecycle(stage) => alloc::format!("lifecycle/{stage}"),
            Cite::Fixed(text) => (*text).to_string(),
        }
    }
}

//! What a policy says and its author probably does not mean: a file for each family of findings.
//!
//! Reading a policy finds what is wrong with it; this finds what is allowed and odd, and shows it by a request where
//! one is at issue. Nothing here is on the way to a decision.
//!
//! Every finding is proved: what could not be shown, or would take too long, is counted as not examined
//! ([`NOT_EXAMINED`](crate::document::codes::NOT_EXAMINED)). Clauses that were over before the day of the check are
//! not looked at.
//!
//! A family is a function from the study of a policy to diagnostics, and one entry of the list below.

mod bars;
mod conflicts;
mod deployments;
mod ends;
mod holders;
mod ladders;
mod lifecycle;
mod period;
mod places;
mod prices;
mod rights;
mod rules;
mod scopes;
mod shares;
mod study;
mod worlds;

use alloc::vec::Vec;

use crate::authoring::Loaded;
use crate::document::{Context, Decode, Diagnostic, Diagnostics, Moment, Node, Sources};
use crate::time::At;
use study::{Findings, Study};

/// How a policy is checked.
#[derive(Clone, Copy, Debug)]
pub struct CheckOptions {
    /// The day or instant from which on the policy is looked at. Where absent, all of time is, and nothing is said of
    /// the age of prices and of terms that end.
    pub as_of: Option<At>,
    /// How many days before `as_of` a price may have been read.
    pub price_days: u32,
    /// How many days after `as_of` the end of a term is worth a note; any end is where absent.
    pub horizon_days: Option<u32>,
}

impl Default for CheckOptions {
    /// All of time, and 90 days for prices.
    fn default() -> CheckOptions {
        CheckOptions {
            as_of: None,
            price_days: 90,
            horizon_days: None,
        }
    }
}

record! {
    /// How a policy is checked, as a document.
    pub struct CheckDoc as "CheckOptions" {
        /// The day or instant from which on the policy is looked at.
        optional as_of: Moment,
        /// How many days before it a price may have been read.
        optional price_days: u64,
        /// How many days after it the end of a term is worth a note.
        optional horizon_days: u64,
    }
}

impl CheckOptions {
    /// Reads options that are a tree of values: `{ as_of: 2026-11-22, price_days: 90, horizon_days: 365 }`; nothing
    /// need be given.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn from_node(node: &Node) -> Result<CheckOptions, Diagnostics> {
        let mut context = Context::new();
        let doc = CheckDoc::decode(node, &mut context);
        let Some(doc) = doc.filter(|_| !context.has_errors()) else {
            return Err(context.finish(Sources::new()));
        };
        // More days than there are is all of them.
        let days = |days: u64| u32::try_from(days).unwrap_or(u32::MAX);
        let default = CheckOptions::default();
        Ok(CheckOptions {
            as_of: doc.as_of.map(|as_of| as_of.0),
            price_days: doc.price_days.map_or(default.price_days, days),
            horizon_days: doc.horizon_days.map(days),
        })
    }
}

/// The families of findings, in the order in which they are looked for.
const FAMILIES: &[fn(&Study<'_>, &mut Findings)] = &[
    conflicts::find,
    scopes::find,
    rules::find,
    deployments::find,
    rights::find,
    holders::find,
    shares::find,
    ladders::find,
    prices::find,
    ends::find,
    lifecycle::find,
];

/// What a policy that was read without errors says and probably does not mean; nothing where it has errors.
///
/// Every finding is a warning or a note: whoever wrote it may have meant it.
///
/// ```
/// use wayleave::{analyse::{CheckOptions, check}, authoring::load, document::{Limits, Sources}};
///
/// let mut sources = Sources::new();
/// sources.add("policy.yaml", r#"
/// wayleave: 1
/// attributes: { product: { one_of: [chat, voice, code] } }
/// deployments:
///   azure-gpt: { provider: azure, model: gpt-5.5 }
///   aws-gpt: { provider: aws, model: gpt-5.5 }
/// contracts:
///   microsoft: { clauses: [ { id: a, kind: exclusivity, only: [azure], when: 'request.product != "code"' } ] }
///   amazon: { clauses: [ { id: b, kind: exclusivity, only: [aws], when: 'request.product != "chat"' } ] }
/// "#);
/// let found = check(&load(sources, &Limits::DEFAULT), &CheckOptions::default());
/// assert_eq!(found.len(), 1);
/// assert_eq!(found[0].code, "W0301");
/// assert!(found[0].help.as_ref().is_some_and(|help| help.starts_with("where request.product = \"voice\"")));
/// ```
#[must_use]
pub fn check(loaded: &Loaded, options: &CheckOptions) -> Vec<Diagnostic> {
    let (Some(policy), Some(document)) = (&loaded.policy, &loaded.document) else {
        return Vec::new();
    };
    let study = Study::new(policy, document, &loaded.diagnostics.sources, options);
    let mut found = Findings::new();
    for family in FAMILIES {
        found.refresh();
        family(&study, &mut found);
    }
    found.finish()
}

impl Loaded {
    /// What reading the sources found, and what [`check`] finds.
    #[must_use]
    pub fn check(&self, options: &CheckOptions) -> Diagnostics {
        self.diagnostics.with(check(self, options))
    }
}

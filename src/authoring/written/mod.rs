//! The policy as written: what may stand in a document, key by key. The JSON Schema and the TypeScript types are made
//! from these declarations.

mod clauses;
mod contracts;
mod deployments;
mod policy_tests;
mod questions;
mod rules;

use alloc::string::String;
use alloc::vec::Vec;

use crate::document::{Map, Moment, Name, Raw, Spanned};

pub use clauses::*;
pub use contracts::*;
pub use deployments::*;
pub use policy_tests::*;
pub use questions::*;
pub use rules::*;

record! {
    /// A routing policy: deployments, the contracts that bind them, the operator's rules, and tests.
    pub struct PolicyDoc as "Policy" {
        /// The version of the policy language: 1.
        required version as "wayleave": Spanned<u64>,
        /// A name for readers.
        optional title: String,
        /// What the policy is about, for readers.
        optional description: String,
        /// Providers that are named in contracts but sell no deployment here.
        default providers: Vec<Spanned<Name>>,
        /// Attributes that a request may carry beside its own fields, with their types.
        default attributes: Map<TypedDoc>,
        /// Facts about the world that conditions may name, with their types.
        default facts: Map<FactDoc>,
        /// Places beside the clouds' own regions, each with the place that holds it.
        default zones: Map<Spanned<Name>>,
        /// Calendars of business days, which periods name.
        default calendars: Map<CalendarDoc>,
        /// Aliases: a name for any of several models.
        default models: Map<Vec<Spanned<Name>>>,
        /// Price sheets: CSV sources with the columns model, zone, tier, meter, above, from, through, source, as_of,
        /// usd_per_mtok.
        default sheets: Map<SheetDoc>,
        /// The places that can serve. A key with `{model}`, `{zone}` … is a template for `each`; a later key overrides an
        /// earlier deployment of the same id.
        default deployments: Map<DeploymentDoc>,
        /// Agreements, each an ordered list of clauses.
        default contracts: Map<ContractDoc>,
        /// The operator's own wishes, below law and contract.
        default rules: Vec<RuleDoc>,
        /// What decides among deployments that are otherwise equal; the cheapest where absent.
        default objective: Vec<ObjectiveDoc>,
        /// What keeps its place among deployments that are equal by all of this: `request.key` where absent, or an attribute,
        /// such as `request.session`. A request without it takes them in the order of their ids.
        optional affinity: Spanned<String>,
        /// How unknown things are read.
        optional unknown: UnknownDoc,
        /// When a decision warns.
        optional warn: WarnDoc,
        /// Requests with the decisions they must get.
        default tests: Vec<TestDoc>,
    }
}

record! {
    /// Tests in a source of their own.
    pub struct TestsDoc as "Tests" {
        /// Requests with the decisions they must get.
        required tests: Vec<TestDoc>,
    }
}

closed_enum! {
    /// The type of an attribute or a fact.
    pub enum TypeWord as "Type" {
        /// `true` or `false`.
        Bool => "bool",
        /// A whole number.
        Int => "int",
        /// A decimal number, exact.
        Decimal => "decimal",
        /// A text.
        String => "string",
        /// An instant.
        Timestamp => "timestamp",
        /// A list of texts.
        Strings => "strings",
    }
}

record! {
    /// A typed value that a request may carry.
    pub struct TypedDoc as "Attribute" {
        /// Its type; `one_of` says it for texts from a fixed set.
        optional word as "type": Spanned<TypeWord>,
        /// The texts it may be.
        optional one_of: Vec<Spanned<String>>,
        /// The value where a request gives none; unknown where absent.
        optional default_value as "default": Raw,
        /// What it means, for readers.
        optional description: String,
    }
}

record! {
    /// Something true of the world, not of a request.
    pub struct FactDoc as "Fact" {
        /// Its type; `one_of` says it for texts from a fixed set.
        optional word as "type": Spanned<TypeWord>,
        /// The texts it may be.
        optional one_of: Vec<Spanned<String>>,
        /// The value where nothing else is known; unknown where absent.
        optional default_value as "default": Raw,
        /// Dated values; of those that hold, the last counts.
        default values: Vec<FactValueDoc>,
        /// What it means, for readers.
        optional description: String,
    }
}

record! {
    /// A value of a fact while a term lasts.
    pub struct FactValueDoc as "FactValue" {
        /// The value.
        required value: Raw,
        /// The first day or instant.
        optional from: Spanned<Moment>,
        /// The last day, itself included.
        optional through: Spanned<Moment>,
        /// The first day or instant no longer.
        optional to: Spanned<Moment>,
        /// Since when it is known.
        optional known_from: Spanned<Moment>,
        /// Who says so.
        optional source: SourceDoc,
    }
}

record! {
    /// A price sheet.
    pub struct SheetDoc as "Sheet" {
        /// The name of the CSV source.
        required from: Spanned<String>,
        /// The day the prices were read.
        optional as_of: Moment,
        /// Where they were read.
        optional source: String,
    }
}

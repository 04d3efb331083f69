//! The JSON Schema of policy documents and the TypeScript types of everything that is exchanged, from the declarations
//! in [`written`](super::written) and [`answers`](super::answers).

use alloc::string::String;

use crate::authoring::answers::ExchangedDoc;
use crate::authoring::written::PolicyDoc;
use crate::document::{SchemaBuilder, typescript};
use crate::json::Json;

/// The JSON Schema (2020-12) of a policy document.
#[must_use]
pub fn policy_schema() -> Json {
    SchemaBuilder::document::<PolicyDoc>(
        "wayleave policy",
        "A routing policy for AI traffic bound by contracts.",
    )
}

/// The TypeScript declarations of everything that is exchanged with the engine.
#[must_use]
pub fn typescript_types() -> String {
    typescript(&SchemaBuilder::document::<ExchangedDoc>(
        "wayleave",
        "Everything that is exchanged.",
    ))
}

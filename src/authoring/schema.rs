//! The JSON Schema and the TypeScript types of everything that is exchanged, from the declarations in
//! [`written`](super::written).

use alloc::string::String;
use alloc::vec::Vec;

use crate::authoring::written::{PolicyDoc, RequestDoc, StateDoc, TestsDoc, WhenDoc};
use crate::document::{Decode, SchemaBuilder, typescript};
use crate::json::Json;

/// Where the schema is known by editors.
const ID: &str = "https://wayleave.dev/policy.schema.json";

/// The JSON Schema (2020-12) of a policy document.
#[must_use]
pub fn policy_schema() -> Json {
    let mut builder = SchemaBuilder::new();
    let root = PolicyDoc::schema(&mut builder);
    with_id(builder.document(root))
}

fn with_id(schema: Json) -> Json {
    match schema {
        Json::Object(mut members) => {
            members.insert(1.min(members.len()), ("$id".into(), Json::text(ID)));
            Json::Object(members)
        }
        other => other,
    }
}

/// The TypeScript declarations of policies, tests, requests, states and moments.
#[must_use]
pub fn typescript_types() -> String {
    let mut builder = SchemaBuilder::new();
    let _ = Vec::from([
        PolicyDoc::schema(&mut builder),
        TestsDoc::schema(&mut builder),
        RequestDoc::schema(&mut builder),
        StateDoc::schema(&mut builder),
        WhenDoc::schema(&mut builder),
    ]);
    let root = PolicyDoc::schema(&mut builder);
    typescript(&builder.document(root))
}

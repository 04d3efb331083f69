//! The digest of a policy: SHA-256 over its canonical JSON (RFC 8785).
//!
//! Equal policies have equal digests, be they written in YAML or JSON: numbers are digested by their shortest decimal
//! text, as strings. Contracts and deployments are digested in the order they are written, which decisions depend on.
//! Tests and text for readers decide nothing and are left out.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use sha2::{Digest, Sha256};

use crate::authoring::prices::Sheets;
use crate::document::{Kind, Node};
use crate::json::Json;
use crate::list::List;
use crate::money::normal_decimal;

/// Keys of the policy that decide nothing.
const FOR_READERS: [&str; 4] = ["tests", "title", "description", "sheets"];

pub(crate) fn digest(policy: &Node, sheets: &Sheets) -> String {
    let mut members: Vec<(Cow<'static, str>, Json)> = match policy.kind() {
        Kind::Mapping(entries) => entries
            .iter()
            .filter(|(key, _)| !FOR_READERS.contains(&key.text.as_str()))
            .map(|(key, value)| {
                let ordered = matches!(key.text.as_str(), "contracts" | "deployments");
                (
                    Cow::Owned(key.text.clone()),
                    if ordered { pairs(value) } else { json(value) },
                )
            })
            .list(),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Sequence(_) => {
            Vec::new()
        }
    };
    let sheets = sheets.rows().map(|(name, rows)| {
        let rows = rows.into_iter().map(Json::texts).list();
        (Cow::Owned(String::from(name)), Json::Array(rows))
    });
    members.push((Cow::Borrowed("sheets"), Json::Object(sheets.list())));
    hexadecimal(&Sha256::digest(
        Json::Object(members).canonical().as_bytes(),
    ))
}

/// SHA-256 of a text, in lower-case hexadecimal.
#[must_use]
pub(crate) fn sha256(text: &str) -> String {
    hexadecimal(&Sha256::digest(text.as_bytes()))
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

fn pairs(node: &Node) -> Json {
    match node.kind() {
        Kind::Mapping(entries) => Json::Array(
            entries
                .iter()
                .map(|(key, value)| {
                    Json::Array(Vec::from([Json::text(key.text.clone()), json(value)]))
                })
                .list(),
        ),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Sequence(_) => {
            json(node)
        }
    }
}

/// A tree of values as JSON; numbers become texts.
pub(crate) fn json(node: &Node) -> Json {
    match node.kind() {
        Kind::Null => Json::Null,
        Kind::Bool(value) => Json::Bool(value),
        Kind::Number(text) => {
            Json::text(normal_decimal(text).unwrap_or_else(|| String::from(text)))
        }
        Kind::Text(text) => Json::text(String::from(text)),
        Kind::Sequence(items) => Json::Array(items.iter().map(json).list()),
        Kind::Mapping(entries) => Json::Object(
            entries
                .iter()
                .map(|(key, value)| (Cow::Owned(key.text.clone()), json(value)))
                .list(),
        ),
    }
}

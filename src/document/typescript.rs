//! TypeScript declarations from a JSON Schema of ours, so that the two never differ.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::json::Json;
use crate::list::List;

/// A `.d.ts` text with one exported type for each definition of a schema built by
/// [`SchemaBuilder::document`](super::SchemaBuilder::document), in the order of `$defs`.
#[must_use]
pub fn typescript(schema: &Json) -> String {
    let mut out = String::new();
    for (name, definition) in members(schema.get("$defs")) {
        if !out.is_empty() {
            out.push('\n');
        }
        doc_comment(definition, "", &mut out);
        if definition.get("properties").is_some() {
            out.push_str(&format!("export interface {name} "));
            out.push_str(&object_type(definition, ""));
            out.push('\n');
        } else {
            out.push_str(&format!(
                "export type {name} = {};\n",
                type_of(definition, "")
            ));
        }
    }
    out
}

fn members(value: Option<&Json>) -> &[(alloc::borrow::Cow<'static, str>, Json)] {
    match value {
        Some(Json::Object(members)) => members,
        Some(Json::Null | Json::Bool(_) | Json::Int(_) | Json::String(_) | Json::Array(_))
        | None => &[],
    }
}

fn items(value: Option<&Json>) -> &[Json] {
    match value {
        Some(Json::Array(items)) => items,
        Some(Json::Null | Json::Bool(_) | Json::Int(_) | Json::String(_) | Json::Object(_))
        | None => &[],
    }
}

fn type_of(schema: &Json, indent: &str) -> String {
    if let Some(reference) = schema.get("$ref").and_then(Json::as_str) {
        return reference.trim_start_matches("#/$defs/").into();
    }
    if let Some(constant) = schema.get("const") {
        return constant.canonical();
    }
    for alternatives in ["enum", "oneOf", "anyOf"] {
        if let Some(list) = schema.get(alternatives) {
            let each = items(Some(list)).iter().map(|item| match alternatives {
                "enum" => item.canonical(),
                _ => type_of(item, indent),
            });
            return union(each);
        }
    }
    match schema.get("type") {
        Some(Json::Array(types)) => union(
            types
                .iter()
                .filter_map(Json::as_str)
                .map(|name| primitive(name, schema, indent)),
        ),
        Some(Json::String(name)) => primitive(name, schema, indent),
        Some(Json::Null | Json::Bool(_) | Json::Int(_) | Json::Object(_)) | None => {
            "unknown".into()
        }
    }
}

fn union(each: impl Iterator<Item = String>) -> String {
    let mut distinct: Vec<String> = Vec::new();
    for alternative in each {
        if !distinct.contains(&alternative) {
            distinct.push(alternative);
        }
    }
    distinct.join(" | ")
}

fn primitive(name: &str, schema: &Json, indent: &str) -> String {
    match name {
        "string" | "boolean" | "null" => name.into(),
        "number" | "integer" => "number".into(),
        "array" => {
            let item = schema
                .get("items")
                .map_or_else(|| "unknown".into(), |item| type_of(item, indent));
            if item.contains([' ', '{']) {
                format!("({item})[]")
            } else {
                format!("{item}[]")
            }
        }
        "object" if schema.get("properties").is_some() => object_type(schema, indent),
        "object" => {
            let value = match schema.get("additionalProperties") {
                Some(values @ Json::Object(_)) => type_of(values, indent),
                Some(
                    Json::Null | Json::Bool(_) | Json::Int(_) | Json::String(_) | Json::Array(_),
                )
                | None => "unknown".into(),
            };
            format!("{{ [key: string]: {value} }}")
        }
        _ => "unknown".into(),
    }
}

fn object_type(schema: &Json, indent: &str) -> String {
    let inner = format!("{indent}  ");
    let required: Vec<&str> = items(schema.get("required"))
        .iter()
        .filter_map(Json::as_str)
        .list();
    let mut out = String::from("{\n");
    for (key, property) in members(schema.get("properties")) {
        doc_comment(property, &inner, &mut out);
        // What may be absent may also be null, and the engine's answers write null.
        let (optional, or_null) = if required.contains(&key.as_ref()) {
            ("", "")
        } else {
            ("?", " | null")
        };
        out.push_str(&format!(
            "{inner}{}{optional}: {}{or_null};\n",
            property_name(key),
            type_of(property, &inner)
        ));
    }
    out.push_str(indent);
    out.push('}');
    out
}

/// Any identifier may be a property name, reserved words too.
fn property_name(key: &str) -> String {
    let is_identifier = key.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && key
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || character == '_');
    if is_identifier {
        key.into()
    } else {
        Json::text(String::from(key)).canonical()
    }
}

fn doc_comment(schema: &Json, indent: &str, out: &mut String) {
    let mut text = String::from(
        schema
            .get("description")
            .and_then(Json::as_str)
            .unwrap_or_default(),
    );
    let words = items(schema.get("enum")).iter().filter_map(Json::as_str);
    let meanings = items(schema.get("enumDescriptions"))
        .iter()
        .filter_map(Json::as_str);
    for (index, (word, meaning)) in words.zip(meanings).enumerate() {
        if index == 0 && !text.is_empty() {
            text.push_str("\n\n");
        } else if index > 0 {
            text.push('\n');
        }
        text.push_str(&format!("- `{word}`: {meaning}"));
    }
    if text.is_empty() {
        return;
    }
    // A comment must not end inside its text.
    let text = text.replace("*/", "*\u{200b}/");
    if text.contains('\n') {
        out.push_str(&format!("{indent}/**\n"));
        for line in text.lines() {
            out.push_str(format!("{indent} * {line}").trim_end());
            out.push('\n');
        }
        out.push_str(&format!("{indent} */\n"));
    } else {
        out.push_str(&format!("{indent}/** {text} */\n"));
    }
}

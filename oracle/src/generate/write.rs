//! Trees to text, as a user would write them: JSON, or YAML with one thing to a line.

use crate::document::Node;

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// JSON.
    Json,
    /// YAML.
    Yaml,
}

/// The text of a document.
#[must_use]
pub fn write(node: &Node, style: Style) -> String {
    let mut text = String::new();
    match style {
        Style::Json => flow(node, style, &mut text),
        Style::Yaml => block(node, 0, &mut text),
    }
    text.push('\n');
    text
}

/// The text of a document on one line.
#[must_use]
pub fn line(node: &Node, style: Style) -> String {
    let mut text = String::new();
    flow(node, style, &mut text);
    text
}

/// How deep mappings and lists stand on lines of their own.
const BLOCK_DEPTH: usize = 4;

fn block(node: &Node, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    match node {
        Node::Map(entries) if depth < BLOCK_DEPTH && !entries.is_empty() && depth != 2 => {
            for (key, value) in entries {
                text.push_str(&format!("\n{indent}"));
                scalar(key, text);
                text.push(':');
                inner(value, depth, text);
            }
        }
        Node::Map(entries) if depth == 2 && entries.iter().any(|(key, _)| key == "clauses") => {
            for (key, value) in entries {
                text.push_str(&format!("\n{indent}{key}:"));
                inner(value, depth, text);
            }
        }
        Node::List(items)
            if depth < BLOCK_DEPTH && items.iter().any(|item| matches!(item, Node::Map(_))) =>
        {
            for item in items {
                text.push_str(&format!("\n{indent}- "));
                flow(item, Style::Yaml, text);
            }
        }
        Node::Null
        | Node::Bool(_)
        | Node::Number(_)
        | Node::Text(_)
        | Node::List(_)
        | Node::Map(_) => {
            text.push(' ');
            flow(node, Style::Yaml, text);
        }
    }
}

fn inner(value: &Node, depth: usize, text: &mut String) {
    block(value, depth + 1, text);
}

fn flow(node: &Node, style: Style, text: &mut String) {
    match node {
        Node::Null => text.push_str("null"),
        Node::Bool(truth) => text.push_str(if *truth { "true" } else { "false" }),
        Node::Number(number) => text.push_str(number),
        Node::Text(word) if style == Style::Yaml => scalar(word, text),
        Node::Text(word) => quoted(word, text),
        Node::List(items) => {
            text.push('[');
            for (place, item) in (0..).zip(items) {
                text.push_str(if place == 0 { "" } else { ", " });
                flow(item, style, text);
            }
            text.push(']');
        }
        Node::Map(entries) => {
            text.push('{');
            for (place, (key, value)) in (0..).zip(entries) {
                text.push_str(if place == 0 { " " } else { ", " });
                match style {
                    Style::Json => quoted(key, text),
                    Style::Yaml => scalar(key, text),
                }
                text.push_str(": ");
                flow(value, style, text);
            }
            text.push_str(if entries.is_empty() { "}" } else { " }" });
        }
    }
}

/// A text without quotes where YAML reads it as one.
fn scalar(word: &str, text: &mut String) {
    let plain = word.starts_with(|first: char| first.is_ascii_alphanumeric())
        && word.ends_with(|last: char| last.is_ascii_alphanumeric())
        && word
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || "._:/-".contains(letter))
        && Node::parse(word) == Ok(Node::Text(word.to_owned()));
    if plain {
        text.push_str(word)
    } else {
        quoted(word, text)
    }
}

fn quoted(word: &str, text: &mut String) {
    text.push_str(&serde_json::Value::from(word).to_string());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let text = "{ wayleave: 1, deployments: { d0: { provider: azure, price: [{ input: 5.00 }] } }, contracts: { k: \
                    { time_zone: \"+02:00\", clauses: [{ id: a, when: 'request.x == \"y\"', on: [1, \"1\"] }] } }, \
                    rules: [{ id: r, deny: \"true\" }], none: {}, empty: [] }";
        let node = Node::parse(text).unwrap();
        for style in [Style::Json, Style::Yaml] {
            assert_eq!(
                Node::parse(&write(&node, style)).unwrap(),
                node,
                "{}",
                write(&node, style)
            );
        }
    }
}

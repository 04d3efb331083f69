//! YAML 1.2 and JSON as trees whose numbers are text: a decimal is never read through a float.

use crate::Fault;
use saphyr_parser::{Event, Parser, ScalarStyle};

/// A node of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the order in which it is written.
    Map(Vec<(String, Node)>),
}

impl Node {
    /// Reads a document; YAML holds JSON.
    ///
    /// # Errors
    /// Where the text is not YAML.
    pub fn parse(text: &str) -> Result<Node, Fault> {
        let mut events = Parser::new_from_str(text);
        let mut anchors: Vec<(usize, Node)> = Vec::new();
        while let Some(event) = events.next_event() {
            let (event, _) = event.map_err(|error| Fault::new(error.to_string()))?;
            match event {
                Event::Nothing
                | Event::StreamStart
                | Event::DocumentStart(_)
                | Event::DocumentEnd => {}
                Event::StreamEnd => return Ok(Node::Null),
                Event::Alias(_)
                | Event::Scalar(..)
                | Event::SequenceStart(..)
                | Event::SequenceEnd
                | Event::MappingStart(..)
                | Event::MappingEnd => return node(event, &mut events, &mut anchors),
            }
        }
        Ok(Node::Null)
    }

    /// The value of a key; nothing for null.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        let (_, value) = self.entries().iter().find(|(name, _)| name == key)?;
        (*value != Node::Null).then_some(value)
    }

    /// The entries of a mapping; none for anything else.
    #[must_use]
    pub fn entries(&self) -> &[(String, Node)] {
        if let Node::Map(entries) = self {
            entries
        } else {
            &[]
        }
    }

    /// The items of a list, or the one item itself.
    #[must_use]
    pub fn items(&self) -> Vec<&Node> {
        match self {
            Node::List(items) => items.iter().collect(),
            Node::Null => Vec::new(),
            Node::Bool(_) | Node::Number(_) | Node::Text(_) | Node::Map(_) => vec![self],
        }
    }

    /// The text of a text or a number.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Node::Number(text) | Node::Text(text) => Some(text),
            Node::Null | Node::Bool(_) | Node::List(_) | Node::Map(_) => None,
        }
    }

    /// The text under a key.
    #[must_use]
    pub fn text_of(&self, key: &str) -> Option<String> {
        self.get(key)?.text().map(str::to_owned)
    }

    /// The texts under a key, be it one or a list; none where the key is absent.
    #[must_use]
    pub fn texts_of(&self, key: &str) -> Vec<String> {
        let items = self.get(key).map(Node::items).unwrap_or_default();
        items
            .into_iter()
            .filter_map(Node::text)
            .map(str::to_owned)
            .collect()
    }

    /// The truth under a key.
    #[must_use]
    pub fn flag_of(&self, key: &str) -> Option<bool> {
        if let Some(Node::Bool(flag)) = self.get(key) {
            Some(*flag)
        } else {
            None
        }
    }

    /// The whole number under a key.
    ///
    /// # Errors
    /// Where there is something else.
    pub fn count_of(&self, key: &str) -> Result<Option<u64>, Fault> {
        let Some(node) = self.get(key) else {
            return Ok(None);
        };
        let text = node.text().unwrap_or_default();
        let number = crate::money::decimal(text).filter(num_rational::BigRational::is_integer);
        let count = number.and_then(|number| u64::try_from(number.to_integer()).ok());
        count
            .map(Some)
            .ok_or_else(|| Fault::new(format!("`{key}` is no count: {text}")))
    }
}

type Anchors = Vec<(usize, Node)>;

fn node(
    event: Event<'_>,
    events: &mut Parser<'_, impl saphyr_parser::Input>,
    anchors: &mut Anchors,
) -> Result<Node, Fault> {
    let (node, anchor) = match event {
        Event::Scalar(text, style, anchor, _) => {
            let plain = style == ScalarStyle::Plain;
            (
                if plain {
                    plain_scalar(&text)
                } else {
                    Node::Text(text.into_owned())
                },
                anchor,
            )
        }
        Event::SequenceStart(anchor, _) => {
            let mut items = Vec::new();
            loop {
                let event = next(events)?;
                if event == Event::SequenceEnd {
                    break;
                }
                items.push(node(event, events, anchors)?);
            }
            (Node::List(items), anchor)
        }
        Event::MappingStart(anchor, _) => {
            let mut entries = Vec::new();
            loop {
                let event = next(events)?;
                if event == Event::MappingEnd {
                    break;
                }
                let Event::Scalar(key, ..) = event else {
                    return Err(Fault::new("a key is no text"));
                };
                let value = next(events)?;
                entries.push((key.into_owned(), node(value, events, anchors)?));
            }
            (Node::Map(entries), anchor)
        }
        Event::Alias(anchor) => {
            let known = anchors.iter().rev().find(|(id, _)| *id == anchor);
            let (_, node) = known.ok_or_else(|| Fault::new("an alias of nothing".to_owned()))?;
            return Ok(node.clone());
        }
        Event::Nothing
        | Event::StreamStart
        | Event::StreamEnd
        | Event::DocumentStart(_)
        | Event::DocumentEnd
        | Event::SequenceEnd
        | Event::MappingEnd => return Err(Fault::new("a value is missing".to_owned())),
    };
    if anchor > 0 {
        anchors.push((anchor, node.clone()));
    }
    Ok(node)
}

fn next<'t>(events: &mut Parser<'t, impl saphyr_parser::Input>) -> Result<Event<'t>, Fault> {
    match events.next_event() {
        Some(Ok((event, _))) => Ok(event),
        Some(Err(error)) => Err(Fault::new(error.to_string())),
        None => Err(Fault::new("the text ends early".to_owned())),
    }
}

/// The core schema of YAML 1.2.
fn plain_scalar(text: &str) -> Node {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Node::Null,
        "true" | "True" | "TRUE" => Node::Bool(true),
        "false" | "False" | "FALSE" => Node::Bool(false),
        _ if crate::money::decimal(text).is_some() => Node::Number(text.to_owned()),
        _ => Node::Text(text.to_owned()),
    }
}

/// The rows of comma-separated values, each with the names of the columns; lines that begin with `#` are comments.
#[must_use]
pub fn rows(text: &str) -> Vec<Vec<(String, String)>> {
    let mut lines = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let header: Vec<String> = fields(lines.next().unwrap_or_default());
    lines
        .map(|line| header.iter().cloned().zip(fields(line)).collect())
        .collect()
}

fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for character in line.chars() {
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            _ => {
                if let Some(field) = fields.last_mut() {
                    field.push(character);
                }
            }
        }
    }
    fields
        .into_iter()
        .map(|field| field.trim().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_text() {
        let node =
            Node::parse("{ a: 5.00, b: \"5.00\", c: 2026-04-27, d: [1e-3, x], e: ~ }").unwrap();
        assert_eq!(node.get("a"), Some(&Node::Number("5.00".to_owned())));
        assert_eq!(node.get("b"), Some(&Node::Text("5.00".to_owned())));
        assert_eq!(node.get("c"), Some(&Node::Text("2026-04-27".to_owned())));
        assert_eq!(node.texts_of("d"), ["1e-3", "x"]);
        assert_eq!(node.get("e"), None);
    }

    #[test]
    fn json_is_read_too() {
        let node = Node::parse(r#"{"a": {"b": [1, true, null]}}"#).unwrap();
        let list = node.get("a").unwrap().get("b").unwrap();
        assert_eq!(
            *list,
            Node::List(vec![
                Node::Number("1".to_owned()),
                Node::Bool(true),
                Node::Null
            ])
        );
    }

    #[test]
    fn sheets_have_a_header_and_comments() {
        let rows = rows("# a comment\nmodel,meter\ngpt,input\n");
        assert_eq!(
            rows,
            [[
                ("model".to_owned(), "gpt".to_owned()),
                ("meter".to_owned(), "input".to_owned())
            ]]
        );
    }
}

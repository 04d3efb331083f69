//! What must hold of any reading of any text.

use crate::decisions::canonical_is_read_back;
use crate::seen::Seen;
use wayleave::document::{Diagnostics, Kind, Node, OffsetEncoding, SHOWN, Span};
use wayleave::json::Json;
use wayleave::model::policy::{Place, Policy};

/// Findings can be shown, and point into the sources.
pub(crate) fn check_findings(findings: &Diagnostics, seen: &mut Seen) {
    assert!(
        findings.items.len() <= SHOWN.saturating_add(1),
        "{} findings are shown",
        findings.items.len()
    );
    for item in &findings.items {
        seen.note(item.code, &item.message);
        assert!(!item.message.is_empty(), "{item:?}");
        let related = item.related.iter().map(|(span, _)| *span);
        for span in item.span.into_iter().chain(related) {
            check_span(findings, span);
        }
    }
    let text = findings.render();
    assert!(findings.is_empty() == text.is_empty(), "{text}");
    for encoding in [
        OffsetEncoding::Utf8,
        OffsetEncoding::Utf16,
        OffsetEncoding::Utf32,
    ] {
        let json = findings.to_json(encoding);
        canonical_is_read_back(&json.canonical());
        let Json::Array(items) = &json else {
            unreachable_shape(&json);
            continue;
        };
        assert!(items.len() == findings.items.len(), "an item is missing");
    }
}

fn unreachable_shape(json: &Json) {
    assert!(matches!(json, Json::Array(_)), "{json:?} is no array");
}

fn check_span(findings: &Diagnostics, span: Span) {
    assert!(
        findings.sources.text(span).is_some(),
        "{span:?} is no part of its source"
    );
    let Some(source) = findings.sources.get(span.source) else {
        return;
    };
    let start = source.position(span.start, OffsetEncoding::Utf8);
    let end = source.position(span.end, OffsetEncoding::Utf8);
    assert!(
        start.offset == span.range().start && end.offset == span.range().end,
        "{span:?} moves to {start:?} and {end:?}"
    );
    assert!(
        (start.line, start.column) <= (end.line, end.column),
        "{span:?} is {start:?} to {end:?}"
    );
}

/// Everything that a policy remembers the place of stands there.
pub(crate) fn check_places(policy: &Policy, findings: &Diagnostics) {
    let check = |place: Option<Place>| {
        assert!(place.is_some(), "something has no place");
        if let Some(Place { source, start, end }) = place {
            check_span(findings, Span { source, start, end });
        }
    };
    policy
        .deployments()
        .iter()
        .for_each(|deployment| check(deployment.place));
    policy
        .clauses()
        .iter()
        .for_each(|clause| check(clause.place));
    policy.rules().iter().for_each(|rule| check(rule.place));
}

/// A tree as JSON. `None` where it holds a number that JSON does not spell so.
pub(crate) fn to_json(node: &Node) -> Option<String> {
    let mut out = String::new();
    write(node, &mut out)?;
    Some(out)
}

fn write(node: &Node, out: &mut String) -> Option<()> {
    let string = |text: &str| Json::text(text.to_owned()).canonical();
    match node.kind() {
        Kind::Null => out.push_str("null"),
        Kind::Bool(value) => out.push_str(if value { "true" } else { "false" }),
        Kind::Number(number) => {
            is_json_number(number).then_some(())?;
            out.push_str(number);
        }
        Kind::Text(text) => out.push_str(&string(text)),
        Kind::Sequence(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out)?;
            }
            out.push(']');
        }
        Kind::Mapping(entries) => {
            out.push('{');
            for (index, (key, value)) in entries.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&string(&key.text));
                out.push(':');
                write(value, out)?;
            }
            out.push('}');
        }
    }
    Some(())
}

/// Whether JSON spells a number so; YAML has more spellings.
fn is_json_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = unsigned
        .split_once(['e', 'E'])
        .map_or((unsigned, None), |(mantissa, exponent)| {
            (mantissa, Some(exponent))
        });
    let (whole, fraction) = mantissa
        .split_once('.')
        .map_or((mantissa, None), |(whole, fraction)| {
            (whole, Some(fraction))
        });
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|text| digits(text.strip_prefix(['+', '-']).unwrap_or(text)))
}

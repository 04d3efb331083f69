//! Any bytes as what is asked of a policy: a request, a state and a moment, parted by lines of `---`.

use crate::decisions::check_decision;
use crate::findings::{check_findings, to_json};
use crate::seen::Seen;
use std::sync::LazyLock;
use wayleave::document::{Context, Diagnostics, Limits, Sources, read};
use wayleave::model::Policy;

/// One of everything: each kind of clause and rule, each act, each way in which something is unknown.
pub(crate) const POLICY: &str = include_str!("../policy.yaml");

/// [`POLICY`], read.
pub(crate) static READ: LazyLock<Option<Policy>> = LazyLock::new(|| {
    let mut sources = Sources::new();
    let _ = sources.add("policy.yaml", POLICY);
    let read = Policy::parse(sources).map_err(|findings| findings.render());
    assert!(read.is_ok(), "{}", read.err().unwrap_or_default());
    read.ok()
});

/// What stands between the parts of an input.
pub(crate) const PARTING: &str = "\n---\n";

/// What a part is that is left empty.
const DEFAULTS: [&str; 3] = ["{ model: gpt }", "{}", "{ at: 2026-06-01T12:00:00Z }"];

/// The longest part.
const BYTES: usize = 16_384;

/// Reads any bytes as request, state and moment, and decides.
pub(crate) fn asks(input: &[u8]) -> Seen {
    let mut seen = Seen::default();
    let text = String::from_utf8_lossy(input);
    let mut parts = text.splitn(3, PARTING);
    let [request, state, when] = DEFAULTS.map(|default| {
        let part = parts.next().unwrap_or_default();
        if part.trim().is_empty() {
            default
        } else {
            part
        }
    });
    let Some(policy) = &*READ else { return seen };
    if [request, state, when].iter().any(|part| part.len() > BYTES) {
        return seen;
    }
    let request = twice("request", request, &mut seen, |text| policy.request(text));
    let state = twice("state", state, &mut seen, |text| policy.state(text));
    let when = twice("when", when, &mut seen, |text| policy.when(text));
    if let (Some(request), Some(state), Some(when)) = (request, state, when) {
        let bytes = check_decision(policy, &request[0], &state[0], &when[0], &mut seen);
        let again = policy.decide(&request[1], &state[1], &when[1]);
        assert!(
            again.canonical() == bytes,
            "asked in JSON, the answer is another: {bytes}"
        );
    }
    seen
}

/// Reads a text, and the same as JSON: neither is faulty, or both are.
fn twice<T: Clone>(
    what: &str,
    text: &str,
    seen: &mut Seen,
    parse: impl Fn(&str) -> Result<T, Diagnostics>,
) -> Option<[T; 2]> {
    let first = parse(text);
    if let Err(findings) = &first {
        seen.note(what, "unread");
        assert!(findings.has_errors(), "refused without a reason: {text}");
        check_findings(findings, seen);
    }
    let Some(json) = as_json(text) else {
        return first.ok().map(|value| [value.clone(), value]);
    };
    let second = parse(&json);
    assert!(
        first.is_ok() == second.is_ok(),
        "{text} is read otherwise as JSON: {json}"
    );
    Some([first.ok()?, second.ok()?])
}

/// The same document as JSON, where it has no fault that JSON cannot have.
pub(crate) fn as_json(text: &str) -> Option<String> {
    let mut sources = Sources::new();
    let source = sources.add("part", text)?;
    let mut context = Context::new();
    let node = read(&sources, source, &Limits::DEFAULT, &mut context)?;
    if context.has_errors() {
        return None;
    }
    to_json(&node).filter(|json| json.starts_with(['{', '[']))
}

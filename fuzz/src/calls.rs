//! Any bytes as what is asked of a ledger and of an edge: calls, parted by lines of `---`. A part that is a ledger as a document
//! takes the ledger's place.

use crate::asks::PARTING;
use crate::findings::to_json;
use crate::seen::Seen;
use std::sync::LazyLock;
use wayleave::document::{Context, Diagnostics, Limits, Node, Sources, read};
use wayleave::json::Json;
use wayleave::ledger::Ledger;
use wayleave::ledger::edge::Edge;
use wayleave::ledger::lease::Terms;
use wayleave::model::Policy;

/// Every kind of limit, and every kind of clause that a ledger counts.
const POLICY: &str = "
wayleave: 1
deployments:
  minute: { provider: azure, model: gpt, price: { input: 1, output: 2 }, limits: { tokens_per_minute: 1000, requests_per_minute: 60, request_slice_seconds: 10, headroom: { batch: 50% }, counter: shared } }
  twin: { provider: azure, model: gpt, price: { input: 1, output: 2 }, limits: { tokens_per_minute: 1000, requests_per_minute: 60, request_slice_seconds: 10, counter: shared } }
  apart: { provider: anthropic, model: claude, max_output_tokens: 500, price: { input: 3, output: 15 }, limits: { input_tokens_per_minute: 500, output_tokens_per_minute: 200, cached_input: free, output: actual, refill: continuous } }
  burn: { provider: aws, model: claude, price: { input: 3, output: 15 }, limits: { tokens_per_minute: 1000, cached_input: held, output_burn: 5, in_flight: 3, admission: post_check } }
  daily: { provider: aws, model: gpt, limits: { tokens_per_day: 1000, requests_per_day: 5, settles: estimate } }
  units: { provider: azure, model: gpt, provisioned: { units: 1, tokens_per_unit_minute: 1200, output_weight: 6 } }
  window: { provider: gcp, model: gemini, provisioned: { units: 1, tokens_per_unit_minute: 1200, output_weight: 1, window_seconds: 30 } }
contracts:
  ours:
    time_zone: Europe/London
    term: { from: 2026-01-01, through: 2026-12-31 }
    clauses:
      - { id: macc, kind: commitment, provider: azure, amount: 10, due: 2026-12-31 }
      - { id: cap, kind: spend_cap, for: 'deployment.provider == \"aws\"', models: claude, amount: 0.01, window: day }
      - { id: soft, kind: spend_cap, models: gpt, amount: 1, window: month, enforcement: soft }
      - { id: least, kind: share, for: 'deployment.provider == \"azure\"', min: 60% }
      - { id: most, kind: share, models: gpt, for: 'deployment.id == \"daily\"', max: 40%, of: tokens }
      - { id: owed, kind: revenue_share, provider: anthropic, rate: 20%, cap: 5 }
      - { id: volume, kind: ladder, models: gemini, meter: input, mode: graduated, steps: [ { up_to_mtok: 1000, usd_per_mtok: 2 }, { usd_per_mtok: 1 } ] }
";

static READ: LazyLock<Option<Policy>> = LazyLock::new(|| {
    let mut sources = Sources::new();
    let _ = sources.add("policy.yaml", POLICY);
    let read = Policy::parse(sources).map_err(|findings| findings.render());
    assert!(read.is_ok(), "{}", read.err().unwrap_or_default());
    read.ok()
});

/// The most calls of one input.
const CALLS: usize = 64;

/// Asks a ledger, and an edge that borrows of it, for whatever the bytes say.
pub(crate) fn calls(input: &[u8]) -> Seen {
    let mut seen = Seen::default();
    let Some(policy) = &*READ else { return seen };
    let text = String::from_utf8_lossy(input);
    let mut ledger = Ledger::new();
    let mut edge = Edge::new("e", Terms::default());
    for part in text.split(PARTING).take(CALLS) {
        let Some(node) = node(part) else { continue };
        if node.get("ledger").is_some() {
            match Ledger::restore_from(&node) {
                Ok(restored) => {
                    seen.note("ledger", "restored");
                    check_ledger(policy, &restored, None);
                    ledger = restored;
                }
                Err(findings) => refused(&findings, &mut seen),
            }
            continue;
        }
        match ledger.call_from(policy, &node) {
            Ok(answer) => answered("ledger", &answer, &mut seen),
            Err(findings) => refused(&findings, &mut seen),
        }
        check_ledger(policy, &ledger, node.get("at"));
        match edge.call_from(policy, &node) {
            Ok(answer) => {
                answered("edge", &answer, &mut seen);
                borrow(policy, &mut ledger, &mut edge, &node, &answer);
                check_ledger(policy, &ledger, node.get("at"));
            }
            Err(findings) => refused(&findings, &mut seen),
        }
    }
    seen
}

/// What an edge asks for it gets, and what it gives back is taken.
fn borrow(policy: &Policy, ledger: &mut Ledger, edge: &mut Edge, asked: &Node, answer: &Json) {
    let Some(at) = asked.get("at").and_then(to_json) else {
        return;
    };
    if let Some(ask) = answer.get("ask") {
        let lend = format!("{{ \"at\": {at}, \"lend\": {} }}", ask.canonical());
        let lent = tell(&lend, |node| ledger.call_from(policy, node));
        if let Some(grant) = lent.get("grant") {
            let receive = format!("{{ \"at\": {at}, \"receive\": {} }}", grant.canonical());
            tell(&receive, |node| edge.call_from(policy, node));
        }
    }
    if let Some(returns) = answer.get("returns") {
        let back = format!("{{ \"at\": {at}, \"take_back\": {} }}", returns.canonical());
        tell(&back, |node| ledger.call_from(policy, node));
    }
}

/// A message of the engine's own, which it reads.
fn tell(message: &str, call: impl FnOnce(&Node) -> Result<Json, Diagnostics>) -> Json {
    let answer = node(message).map(|node| call(&node).map_err(|findings| findings.render()));
    assert!(
        matches!(answer, Some(Ok(_))),
        "the engine does not read {message}: {answer:?}"
    );
    answer.and_then(Result::ok).unwrap_or(Json::Null)
}

fn answered(who: &str, answer: &Json, seen: &mut Seen) {
    for member in [
        "refused", "expired", "grant", "ask", "returns", "state", "record",
    ] {
        if answer.get(member).is_some() {
            seen.note(who, member);
        }
    }
    if let Some(refused) = answer.get("refused") {
        let cite = refused.get("cite").and_then(Json::as_str);
        assert!(cite.is_some_and(|cite| !cite.is_empty()), "{refused:?}");
        seen.note("refused", cite.unwrap_or_default());
    }
}

fn refused(findings: &Diagnostics, seen: &mut Seen) {
    assert!(findings.has_errors(), "refused without a reason");
    for finding in &findings.items {
        seen.note(finding.code, &finding.message);
    }
    // A tree of values has no text that places could be in.
    assert!(!findings.render().is_empty(), "refused without a word");
}

/// A ledger is its document, and what it tells a decision is a state.
fn check_ledger(policy: &Policy, ledger: &Ledger, at: Option<&Node>) {
    let document = ledger.snapshot();
    let again = Ledger::restore(&document);
    assert!(
        again.as_ref() == Ok(ledger),
        "{} restores as {again:?}",
        document.canonical()
    );
    let Some(at) = at.and_then(to_json) else {
        return;
    };
    // Asked again, so that nothing else has changed.
    let asked = format!("{{ \"at\": {at}, \"state\": true }}");
    let Some(asked) = node(&asked) else { return };
    let mut copy = ledger.clone();
    if let Ok(answer) = copy.call_from(policy, &asked) {
        let state = answer.get("state").map(Json::canonical).unwrap_or_default();
        let read = policy.state(&state).map_err(|findings| findings.render());
        assert!(read.is_ok(), "{state}: {}", read.err().unwrap_or_default());
    }
}

fn node(text: &str) -> Option<Node> {
    let mut sources = Sources::new();
    let source = sources.add("part", text)?;
    let mut context = Context::new();
    let node = read(&sources, source, &Limits::DEFAULT, &mut context)?;
    (!context.has_errors()).then_some(node)
}

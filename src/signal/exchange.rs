//! Readings and breakers as hosts in other languages exchange them.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::documents::{BreakerDoc, CooldownsDoc, ReplyDoc, decoded};
use super::{Breaker, Cooldowns, Entry};
use crate::authoring::written::{RefusalWord, SignalDoc, SignalWord};
use crate::document::{Diagnostics, Moment, Node};
use crate::json::Json;

closed_enum! {
    /// What an answer means to the policy.
    pub enum MeaningWord as "Meaning" {
        /// It was served.
        Served => "served",
        /// The client's request is at fault, or its content is refused: it would be so anywhere.
        Client => "client",
        /// The gateway's key, account or address is not accepted. It tells nothing of the provider.
        Credentials => "credentials",
        /// What the request needs is not supported.
        CannotSupport => "cannot_support",
        /// The provider's shared capacity is exhausted.
        NoCapacity => "no_capacity",
        /// The buyer's own limit is full.
        Quota => "quota",
        /// It failed, or did not answer.
        Down => "down",
    }
}

closed_enum! {
    /// Where a request may be tried again, as far as the provider's answer goes.
    pub enum RetryWord as "Retry" {
        /// Nowhere: the answer would be the same.
        Never => "never",
        /// Elsewhere only: time does not help here.
        Elsewhere => "elsewhere",
        /// Here after a while, or elsewhere.
        Later => "later",
    }
}

record! {
    /// What a provider tells of one of its limits.
    pub struct WindowDoc as "LimitLeft" {
        /// The limit.
        optional limit: u64,
        /// What is left of it.
        optional remaining: u64,
        /// When it is whole again.
        optional resets_at: Moment,
        /// What `remaining` is rounded to; exact where absent.
        optional rounded_to: u64,
    }
}

record! {
    /// What an upstream's answer says. What it does not say is absent.
    pub struct ReadingDoc as "Reading" {
        /// What it means to the policy.
        required meaning: MeaningWord,
        /// The signal, where it is one.
        optional signal: SignalWord,
        /// Whether the provider said which signal it is; where false, the status alone speaks.
        optional stated: bool,
        /// Whether the request alone is more than the whole limit: others may still fit.
        optional too_large: bool,
        /// Where the same request may be tried again.
        required retry: RetryWord,
        /// How long to wait as the provider says, in milliseconds.
        optional retry_after_ms: u64,
        /// What is left of requests.
        optional requests: WindowDoc,
        /// What is left of tokens, input and output together.
        optional tokens: WindowDoc,
        /// What is left of input tokens, where they have a limit of their own.
        optional input_tokens: WindowDoc,
        /// What is left of output tokens, where they have a limit of their own.
        optional output_tokens: WindowDoc,
        /// Whether the provider served it elsewhere than asked.
        optional spilled_over: bool,
        /// The provider's name of the deployment that it spilled over from.
        optional spilled_from: String,
    }
}

closed_enum! {
    /// Whether a request may go to a deployment.
    pub enum EntryWord as "EntryKind" {
        /// It may.
        Free => "free",
        /// It may, as a probe.
        Probe => "probe",
        /// It may not.
        Wait => "wait",
    }
}

record! {
    /// Whether a request may go to a deployment.
    pub struct EntryDoc as "BreakerEntry" {
        /// Whether it may.
        required entry: EntryWord,
        /// The number of the probe that it is.
        optional probe: u64,
        /// Until when it may not, at least.
        optional until: Moment,
        /// What it counts as where it may not: a deployment that came back with this.
        optional refusal: RefusalWord,
    }
}

record! {
    /// What a state says of a deployment under `deployments.<id>`.
    pub struct ReportedDoc as "Reported" {
        /// Down until then.
        optional cooldown_until: Moment,
        /// What the provider signalled, and until when it counts.
        optional signal: SignalDoc,
    }
}

record! {
    /// One step of a breaker: it records an answer, then lets a request in, each where asked.
    pub struct BreakerStepDoc as "BreakerStep" {
        /// The breaker as it was; well where absent.
        optional breaker: BreakerDoc,
        /// How long deployments are left alone; as usual where absent.
        optional cooldowns: CooldownsDoc,
        /// When.
        required at: Moment,
        /// The answer that came of a request that was let in.
        optional reply: ReplyDoc,
        /// The number of the probe that the request was.
        optional probe: u64,
        /// Whether a request asks to be sent.
        optional enter: bool,
    }
}

record! {
    /// A breaker after a step.
    pub struct BreakerSteppedDoc as "BreakerStepped" {
        /// The breaker: keep it for the next step.
        required breaker: BreakerDoc,
        /// What a state says of the deployment at the instant of the step.
        required state: ReportedDoc,
        /// What the answer says, where one was recorded.
        optional reading: ReadingDoc,
        /// Whether the request may be sent, where one asks.
        optional entry: EntryDoc,
    }
}

/// One step of a breaker that is a tree of values, `{ breaker?, cooldowns?, at, reply?, probe?, enter? }`: what becomes of
/// it, `{ breaker, state, reading?, entry? }`.
///
/// # Errors
/// Everything that is wrong with the tree.
pub fn step_from(node: &Node) -> Result<Json, Diagnostics> {
    decoded(node, |doc: BreakerStepDoc| doc.step())
}

impl BreakerStepDoc {
    fn step(&self) -> Json {
        let mut breaker = self.breaker.as_ref().map(Breaker::from).unwrap_or_default();
        let rules = self.cooldowns.as_ref().map(Cooldowns::from);
        let rules = rules.unwrap_or_default();
        let at = self.at.0.start();
        let mut members = Vec::new();
        if let Some(reply) = &self.reply {
            let reading = reply.reading();
            breaker.record(self.probe, &reading, at, &rules);
            members.push(("reading".into(), reading.to_json()));
        }
        if self.enter == Some(true) {
            let entry = breaker.enter(at, &rules);
            members.push(("entry".into(), entry.to_json()));
        }
        members.push(("breaker".into(), breaker.to_json()));
        members.push(("state".into(), breaker.report(at).to_json()));
        Json::Object(members)
    }
}

impl Entry {
    /// The entry as JSON.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let word = |word| ("entry", Json::text(word));
        match self {
            Entry::Free => Json::object([word("free")]),
            Entry::Probe(number) => Json::object([word("probe"), ("probe", Json::count(*number))]),
            Entry::Wait { until, refusal } => Json::object([
                word("wait"),
                ("until", Json::text(until.to_string())),
                ("refusal", Json::text(refusal.name())),
            ]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Context, Decode};

    fn node(text: &str) -> Node {
        serde_json::from_str(text).unwrap()
    }

    /// What is answered, and that it is of the shape that is declared.
    fn step(text: &str) -> String {
        let canonical = step_from(&node(text)).unwrap().canonical();
        let mut context = Context::new();
        let declared = BreakerSteppedDoc::decode(&node(&canonical), &mut context);
        assert!(declared.is_some() && !context.has_errors(), "{canonical}");
        canonical
    }

    #[test]
    fn a_step_records_then_lets_in_then_says() {
        assert_eq!(
            step(r#"{ "at": "2026-11-22T10:00:00Z", "enter": true }"#),
            r#"{"breaker":{},"entry":{"entry":"free"},"state":{}}"#
        );
        let limited = r#"{ "status": 429, "headers": { "retry-after": "7", "x-ratelimit-remaining-requests": "0" },
            "body": "at capacity", "at": "2026-11-22T10:00:00Z" }"#;
        assert_eq!(
            step(&alloc::format!(
                r#"{{ "at": "2026-11-22T10:00:00Z", "reply": {limited}, "enter": true }}"#
            )),
            concat!(
                r#"{"breaker":{"stops":[{"cause":"shared_capacity","until":"2026-11-22T10:00:07Z"}]},"#,
                r#""entry":{"entry":"wait","refusal":"no_capacity","until":"2026-11-22T10:00:07Z"},"#,
                r#""reading":{"meaning":"no_capacity","requests":{"remaining":0},"retry":"later","retry_after_ms":7000,"#,
                r#""signal":"shared_capacity","stated":true},"#,
                r#""state":{"signal":{"kind":"shared_capacity","until":"2026-11-22T10:00:07Z"}}}"#
            )
        );
    }

    #[test]
    fn a_probe_goes_by_its_number_and_the_cooldowns_that_are_given() {
        let shut = r#""breaker": { "stops": [ { "cause": "down", "until": "2026-11-22T10:00:00Z" } ], "probes": 4 }"#;
        let probing = concat!(
            r#"{"breaker":{"probe":{"number":5,"until":"2026-11-22T10:00:02Z"},"probes":5,"#,
            r#""stops":[{"cause":"down","until":"2026-11-22T10:00:00Z"}]},"#,
            r#""entry":{"entry":"probe","probe":5},"state":{"cooldown_until":"2026-11-22T10:00:02Z"}}"#
        );
        assert_eq!(
            step(&alloc::format!(
                r#"{{ {shut}, "at": "2026-11-22T10:00:00Z", "enter": true, "cooldowns": {{ "probe_ms": 2000 }} }}"#
            )),
            probing
        );
        let (breaker, _) = probing.split_once(r#","entry""#).unwrap();
        let answer = |probe: u64| {
            step(&alloc::format!(
                r#"{breaker}, "at": "2026-11-22T10:00:01Z", "probe": {probe}, "reply": {{ "status": 200, "at": "2026-11-22T10:00:01Z" }} }}"#
            ))
        };
        assert!(answer(5).starts_with(r#"{"breaker":{"probes":5},"#));
        assert!(answer(4).contains(r#""stops":[{"cause":"down""#));
    }

    #[test]
    fn what_is_no_step_is_an_error() {
        for wrong in [
            "{}",
            r#"{ "at": "soon" }"#,
            r#"{ "at": "2026-11-22", "reply": {} }"#,
            r#"{ "at": "2026-11-22", "breaker": { "stop": [] } }"#,
            r#"{ "at": "2026-11-22", "enter": "yes" }"#,
        ] {
            assert!(step_from(&node(wrong)).is_err(), "{wrong}");
        }
    }
}

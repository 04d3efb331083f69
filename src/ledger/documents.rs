//! Ledgers and edges as hosts in other languages call them: one tree of values in, one out.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::authoring::digest::json;
use crate::authoring::written::StateDoc;
use crate::document::{
    Context, Decimal, Decode, Diagnostic, Diagnostics, Moment, Node, OneOrMany, Raw, Sources, codes,
};
use crate::json::Json;
use crate::ledger::clauses::counts;
use crate::ledger::edge::Edge;
use crate::ledger::lease::{Ask, Grant, Return, Terms};
use crate::ledger::snapshot::Unreadable;
use crate::ledger::{Admission, Ledger, Refused, Settlement};
use crate::model::meter::Usage;
use crate::model::policy::Policy;
use crate::model::request::Request;
use crate::model::state::State;
use crate::time::Instant;
use crate::usage::ReportDoc;

record! {
    /// A request that is to be sent.
    pub struct AdmitDoc as "AdmissionData" {
        /// The id of the reservation: unique while it lasts.
        required id: String,
        /// Where it is to be sent.
        required deployment: String,
        /// The request.
        required request: Raw,
        /// The world beside the ledger: facts, forecasts, health.
        optional world: Raw,
        /// When the reservation counts as forgotten.
        required expires_at: Moment,
    }
}

record! {
    /// What came of a request.
    pub struct SettleDoc as "SettlementData" {
        /// The reservation.
        required id: String,
        /// What it used; as estimated where absent.
        optional used: ReportDoc,
        /// The request, by which what it used is priced; it costs as estimated where absent.
        optional request: Raw,
        /// The world beside the ledger.
        optional world: Raw,
    }
}

record! {
    /// What an edge has admitted and settled by itself.
    pub struct RecordDoc as "RecordData" {
        /// Where it was sent.
        required deployment: String,
        /// The request.
        required request: Raw,
        /// The world beside the ledger.
        optional world: Raw,
        /// When the edge admitted it; the instant of the call where absent.
        optional admitted_at: Moment,
        /// What it used; as estimated where absent.
        optional used: ReportDoc,
    }
}

record! {
    /// One of the messages in which an edge has its records counted.
    pub struct MessageDoc as "EdgeMessage" {
        /// The edge, by its name.
        required edge: String,
        /// Its number: 1 for the first of an edge, then upwards. The next is sent when the last is known to have arrived. An edge
        /// that starts again goes on with its numbers, or takes another name.
        required number: u64,
    }
}

record! {
    /// What is asked of a ledger or an edge at an instant: what is there is done, in this order, up to the first refusal.
    pub struct CallDoc as "LedgerCall" {
        /// When.
        required at: Moment,
        /// Forgotten reservations are settled at their estimates, and leases that are over end.
        optional expire: bool,
        /// Of an edge: what the authority has lent.
        optional receive: Raw,
        /// A request that is to be sent.
        optional admit: AdmitDoc,
        /// What came of a request.
        optional settle: SettleDoc,
        /// The id of a reservation whose request was never sent.
        optional cancel: String,
        /// Of the authority: what an edge has admitted and settled by itself. What is refused or cannot be read is left out, and
        /// the first of these refusals is told.
        optional record: OneOrMany<RecordDoc>,
        /// Which message `record` is: the same one twice is counted once.
        optional message: MessageDoc,
        /// Of the authority: what an edge asks for.
        optional lend: Raw,
        /// Of the authority: what an edge gives back.
        optional take_back: OneOrMany<Raw>,
        /// Of an edge: the id of what it asks the authority for, where something is lacking.
        optional ask: String,
        /// Of an edge: to give up what is lent and not in use.
        optional give_back: bool,
        /// What the ledger tells a decision.
        optional state: bool,
        /// The ledger as a document.
        optional snapshot: bool,
    }
}

closed_enum! {
    /// Why a ledger does not do what it is asked to.
    pub enum RefusedWord as "LedgerRefusalKind" {
        /// A limit has no room.
        Full => "full",
        /// A budget or a maximum share has no room.
        Spent => "spent",
        /// A budget applies, or may, and nobody has stated a price.
        Unpriced => "unpriced",
        /// Only the authority can tell.
        NotLent => "not_lent",
        /// The policy has no such deployment.
        UnknownDeployment => "unknown_deployment",
        /// There is no such reservation: it is settled, cancelled or expired, or never was.
        UnknownReservation => "unknown_reservation",
        /// There is a reservation of this id.
        Duplicate => "duplicate",
        /// A sum does not fit.
        TooLarge => "too_large",
        /// A record that cannot be read.
        Unreadable => "unreadable",
    }
}

record! {
    /// Why a ledger does not do what it is asked to.
    pub struct RefusedDoc as "LedgerRefusal" {
        /// Why.
        required refused: RefusedWord,
        /// What it names: `limit/name`, `contract/clause`, or a word.
        required cite: String,
        /// When it may be tried again, as far as time alone brings that about.
        optional until: Moment,
        /// Whose limit.
        optional deployment: String,
        /// Whose limit, where deployments share it.
        optional counter: String,
        /// The limit, less what the priority of the request leaves free.
        optional usable: Decimal,
        /// The budget, in USD.
        optional amount: Decimal,
        /// What counts so far.
        optional used: Decimal,
        /// What the request needs.
        optional needed: Decimal,
        /// What is wrong with a record that cannot be read.
        optional why: String,
    }
}

record! {
    /// What a ledger or an edge answers.
    pub struct AnswerDoc as "LedgerAnswer" {
        /// What was refused.
        optional refused: RefusedDoc,
        /// The ids of the reservations that were forgotten.
        optional expired: Vec<String>,
        /// What is lent, for the edge.
        optional grant: Raw,
        /// What an edge asks for, for the authority.
        optional ask: Raw,
        /// What an edge gives back, for the authority.
        optional returns: Vec<Raw>,
        /// Of an edge: whether an ask is not answered yet.
        optional waiting: bool,
        /// Of an edge that has settled or forgotten something: whether clauses count requests, so that the authority is to record
        /// it.
        optional record: bool,
        /// Of the authority: the message has come before, and nothing of it was counted.
        optional repeated: bool,
        /// What the ledger tells a decision.
        optional state: StateDoc,
        /// The ledger as a document.
        optional snapshot: Raw,
        /// When the next reservation or lease counts as forgotten.
        optional next: Moment,
    }
}

type Members = Vec<(Cow<'static, str>, Json)>;

/// Why a call came to nothing: it cannot be read, or it is refused.
enum Fault {
    Wrong(Diagnostics),
    Refused(Refused),
}

impl From<Diagnostics> for Fault {
    fn from(findings: Diagnostics) -> Fault {
        Fault::Wrong(findings)
    }
}

impl From<Refused> for Fault {
    fn from(refused: Refused) -> Fault {
        Fault::Refused(refused)
    }
}

impl From<Unreadable> for Fault {
    fn from(fault: Unreadable) -> Fault {
        let mut context = Context::new();
        context.report(Diagnostic::error(codes::LEDGER, fault.to_string()));
        Fault::Wrong(context.finish(Sources::new()))
    }
}

impl Ledger {
    /// Does what a tree of values asks for: `{ at, expire?, admit?, settle?, cancel?, record?, lend?, take_back?, state?,
    /// snapshot? }`. The answer has what was asked for, `refused` where something was, and `next`, when the next reservation
    /// or lease counts as forgotten.
    ///
    /// # Errors
    /// Everything that is wrong with the tree; what stands before that is done.
    pub fn call_from(&mut self, policy: &Policy, node: &Node) -> Result<Json, Diagnostics> {
        let call = read(node)?;
        let mut members = Members::new();
        let done = self.call(policy, &call, &mut members);
        if let Some(next) = self.next_expiry() {
            members.push(("next".into(), Json::text(next.to_string())));
        }
        answer(done, members)
    }

    fn call(
        &mut self,
        policy: &Policy,
        call: &CallDoc,
        members: &mut Members,
    ) -> Result<(), Fault> {
        let at = call.at.0.start();
        if call.expire == Some(true) {
            put(members, "expired", ids(self.expire(policy, at)));
        }
        if let Some(asked) = &call.admit {
            let (request, world) = asked.read(policy)?;
            self.admit(policy, &asked.admission(&request, &world, at))?;
        }
        if let Some(came) = &call.settle {
            let settlement = self.settlement(policy, came, at)?;
            self.settle(policy, &came.id, &settlement, at)?;
        }
        if let Some(id) = &call.cancel {
            self.cancel(policy, id, at)?;
        }
        if let Some(records) = &call.record {
            let message = call.message.as_ref();
            if message.is_some_and(|message| !self.hears(&message.edge, message.number, at)) {
                put(members, "repeated", Json::Bool(true));
            } else {
                self.record_all(policy, records, at)?;
            }
        }
        if let Some(message) = &call.lend {
            let ask = Ask::from_json(&json(&message.0))?;
            let grant = self.lend(policy, &ask, &Terms::default(), at)?;
            put(members, "grant", grant.to_json());
        }
        if let Some(messages) = &call.take_back {
            let mut returns = Vec::new();
            for message in messages.iter() {
                returns.push(Return::from_json(&json(&message.0))?);
            }
            self.take_back(&returns, at);
        }
        if call.state == Some(true) {
            put(members, "state", self.state_document(policy, at));
        }
        if call.snapshot == Some(true) {
            put(members, "snapshot", self.snapshot());
        }
        Ok(())
    }

    /// Counts records, each by itself.
    fn record_all(
        &mut self,
        policy: &Policy,
        records: &[RecordDoc],
        at: Instant,
    ) -> Result<(), Refused> {
        let mut done = Ok(());
        for record in records {
            let counted = match record.read(policy) {
                Ok(read) => self.record_one(policy, record, read, at),
                Err(findings) => Err(Refused::Unreadable {
                    why: findings.render(),
                }),
            };
            done = done.and(counted);
        }
        done
    }

    fn record_one(
        &mut self,
        policy: &Policy,
        record: &RecordDoc,
        (request, world, usage): (Request, State, Option<Usage>),
        at: Instant,
    ) -> Result<(), Refused> {
        let admitted_at = record.admitted_at.as_ref().map(|moment| moment.0.start());
        let asked = Admission {
            deployment: &record.deployment,
            request: &request,
            world: &world,
            id: "",
            at: admitted_at.unwrap_or(at),
            expires_at: at,
        };
        let cost = match &usage {
            Some(usage) => self.cost(policy, &asked, usage)?,
            None => None,
        };
        self.record(policy, &asked, &Settlement { usage, cost }, at)
    }

    /// What came of a reservation, priced where its request is told.
    fn settlement(
        &self,
        policy: &Policy,
        came: &SettleDoc,
        at: Instant,
    ) -> Result<Settlement, Fault> {
        let Some(used) = &came.used else {
            return Ok(Settlement::default());
        };
        let usage = used.read()?;
        let mut cost = None;
        if let Some(request) = &came.request {
            let reservation = self.reservations().find(|(id, _)| *id == came.id);
            let (_, reservation) = reservation.ok_or(Refused::UnknownReservation)?;
            let request = policy.request_from(&request.0)?;
            let world = world(policy, came.world.as_ref())?;
            let asked = Admission {
                deployment: &reservation.deployment,
                request: &request,
                world: &world,
                id: &came.id,
                at,
                expires_at: at,
            };
            cost = self.cost(policy, &asked, &usage)?;
        }
        Ok(Settlement {
            usage: Some(usage),
            cost,
        })
    }
}

impl Edge {
    /// Does what a tree of values asks for: `{ at, expire?, receive?, admit?, settle?, cancel?, ask?, give_back? }`. The
    /// answer has what was asked for, `refused` where something was, and `waiting` while an ask is not answered.
    ///
    /// # Errors
    /// Everything that is wrong with the tree; what stands before that is done.
    pub fn call_from(&mut self, policy: &Policy, node: &Node) -> Result<Json, Diagnostics> {
        let call = read(node)?;
        let mut members = Members::new();
        let done = self.call(policy, &call, &mut members);
        let at = call.at.0.start();
        // What is lacking is asked for, not least where something was refused for the lack of it.
        if let Some(ask) = call.ask.as_ref().and_then(|id| self.ask(id, at)) {
            put(&mut members, "ask", ask.to_json());
        }
        if call.give_back == Some(true) {
            let returns = self.give_back(at);
            let returns = returns.iter().map(Return::to_json).collect();
            put(&mut members, "returns", Json::Array(returns));
        }
        put(&mut members, "waiting", Json::Bool(self.is_waiting()));
        answer(done, members)
    }

    fn call(
        &mut self,
        policy: &Policy,
        call: &CallDoc,
        members: &mut Members,
    ) -> Result<(), Fault> {
        let at = call.at.0.start();
        let mut ended = false;
        if call.expire == Some(true) {
            let expired = self.expire(at);
            ended = !expired.is_empty();
            put(members, "expired", ids(expired));
        }
        if let Some(message) = &call.receive {
            self.receive(&Grant::from_json(&json(&message.0))?);
        }
        if let Some(asked) = &call.admit {
            let request = policy.request_from(&asked.request.0)?;
            let expires_at = asked.expires_at.0.start();
            self.admit(
                policy,
                &request,
                &asked.deployment,
                &asked.id,
                at,
                expires_at,
            )?;
        }
        if let Some(came) = &call.settle {
            let usage = came.used.as_ref().map(ReportDoc::read).transpose()?;
            self.settle(policy, &came.id, usage.as_ref())?;
            ended = true;
        }
        if ended {
            let counts = policy.clauses.iter().any(counts);
            put(members, "record", Json::Bool(counts));
        }
        if let Some(id) = &call.cancel {
            self.cancel(id)?;
        }
        Ok(())
    }
}

impl RecordDoc {
    fn read(&self, policy: &Policy) -> Result<(Request, State, Option<Usage>), Diagnostics> {
        let usage = self.used.as_ref().map(ReportDoc::read).transpose()?;
        let request = policy.request_from(&self.request.0)?;
        Ok((request, world(policy, self.world.as_ref())?, usage))
    }
}

impl AdmitDoc {
    fn read(&self, policy: &Policy) -> Result<(Request, State), Diagnostics> {
        let request = policy.request_from(&self.request.0)?;
        Ok((request, world(policy, self.world.as_ref())?))
    }

    fn admission<'a>(
        &'a self,
        request: &'a Request,
        world: &'a State,
        at: Instant,
    ) -> Admission<'a> {
        Admission {
            deployment: &self.deployment,
            request,
            world,
            id: &self.id,
            at,
            expires_at: self.expires_at.0.start(),
        }
    }
}

fn world(policy: &Policy, world: Option<&Raw>) -> Result<State, Diagnostics> {
    world.map_or_else(|| Ok(State::default()), |raw| policy.state_from(&raw.0))
}

fn read(node: &Node) -> Result<CallDoc, Diagnostics> {
    let mut context = Context::new();
    match CallDoc::decode(node, &mut context) {
        Some(call) if !context.has_errors() => Ok(call),
        Some(_) | None => Err(context.finish(Sources::new())),
    }
}

fn answer(done: Result<(), Fault>, mut members: Members) -> Result<Json, Diagnostics> {
    match done {
        Ok(()) => {}
        Err(Fault::Refused(refused)) => put(&mut members, "refused", refused.to_json()),
        Err(Fault::Wrong(findings)) => return Err(findings),
    }
    Ok(Json::Object(members))
}

fn put(members: &mut Members, name: &'static str, value: Json) {
    members.push((name.into(), value));
}

fn ids(ids: Vec<String>) -> Json {
    Json::Array(ids.into_iter().map(Json::text).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authoring::load;
    use crate::document::Limits;

    const POLICY: &str = "wayleave: 1
deployments:
  a: { provider: azure, model: m, price: { input: 1, output: 2 }, limits: { requests_per_minute: 3, tokens_per_minute: 100 } }
contracts:
  deal: { clauses: [ { id: macc, kind: commitment, provider: azure, amount: 10, due: 2026-12-31 } ] }
";
    const REQUEST: &str = r#"{ "model": "m", "input_tokens": 30, "max_output_tokens": 10 }"#;

    fn policy() -> Policy {
        let mut sources = Sources::new();
        sources.add("policy.yaml", POLICY);
        load(sources, &Limits::DEFAULT).policy.unwrap()
    }

    fn node(text: &str) -> Node {
        serde_json::from_str(text).unwrap()
    }

    /// The answer, which is of the shape that is declared.
    fn declared(answer: &Json) -> String {
        let canonical = answer.canonical();
        let mut context = Context::new();
        let doc = AnswerDoc::decode(&node(&canonical), &mut context);
        assert!(doc.is_some() && !context.has_errors(), "{canonical}");
        canonical
    }

    fn call(ledger: &mut Ledger, second: u32, text: &str) -> String {
        let call = alloc::format!(r#"{{ "at": "2026-11-22T10:00:{second:02}Z", {text} }}"#);
        declared(&ledger.call_from(&policy(), &node(&call)).unwrap())
    }

    fn admit(id: &str) -> String {
        alloc::format!(
            r#""admit": {{ "id": "{id}", "deployment": "a", "request": {REQUEST}, "expires_at": "2026-11-22T10:00:30Z" }}"#
        )
    }

    #[test]
    fn a_request_is_admitted_settled_and_drawn() {
        let mut ledger = Ledger::new();
        let next = r#"{"next":"2026-11-22T10:00:30Z"}"#;
        assert_eq!(call(&mut ledger, 0, &admit("one")), next);
        assert_eq!(call(&mut ledger, 0, &admit("two")), next);
        let full = call(&mut ledger, 1, &admit("three"));
        assert!(
            full.contains(r#""cite":"limit/tokens_per_minute""#) && full.contains(r#""used":80"#),
            "{full}"
        );
        let settle = alloc::format!(
            r#""settle": {{ "id": "one", "request": {REQUEST},
                "used": {{ "format": "openai", "report": {{ "prompt_tokens": 20, "completion_tokens": 5 }} }} }}, "state": true"#
        );
        let settled = call(&mut ledger, 2, &settle);
        assert!(
            settled
                .contains(r#""tokens_per_minute":{"resets_at":"2026-11-22T10:01:00Z","used":65}"#),
            "{settled}"
        );
        assert!(settled.contains(r#""drawn":"0.00003""#), "{settled}");
        // Once.
        let again = call(&mut ledger, 2, &settle);
        assert!(again.contains("unknown_reservation"), "{again}");
        let kept = call(&mut ledger, 3, r#""cancel": "two", "snapshot": true"#);
        let Json::Object(members) = ledger
            .call_from(
                &policy(),
                &node(r#"{ "at": "2026-11-22T10:00:03Z", "snapshot": true }"#),
            )
            .unwrap()
        else {
            panic!("{kept}")
        };
        let snapshot = &members
            .iter()
            .find(|(name, _)| name == "snapshot")
            .unwrap()
            .1;
        assert_eq!(Ledger::restore(snapshot).unwrap(), ledger);
    }

    fn drawn(ledger: &mut Ledger, second: u32) -> String {
        let told = call(ledger, second, r#""state": true"#);
        let rest = told.split_once(r#""drawn":""#).map_or("", |(_, rest)| rest);
        rest.split('"').next().unwrap_or_default().to_string()
    }

    fn record(deployment: &str) -> String {
        alloc::format!(
            r#"{{ "deployment": "{deployment}", "request": {REQUEST}, "used": {{ "report": {{ "input": 20, "output": 5 }} }} }}"#
        )
    }

    fn message(number: u64, records: &[String]) -> String {
        alloc::format!(
            r#""message": {{ "edge": "e", "number": {number} }}, "record": [{}]"#,
            records.join(",")
        )
    }

    #[test]
    fn a_message_of_records_counts_once_and_whole() {
        let mut ledger = Ledger::new();
        let first = message(1, &[record("a"), record("a")]);
        assert_eq!(call(&mut ledger, 0, &first), "{}");
        assert_eq!(drawn(&mut ledger, 0), "0.00006");
        // It comes again, from an edge that did not hear that it had arrived.
        let repeated = r#"{"repeated":true}"#;
        assert_eq!(call(&mut ledger, 1, &first), repeated);
        assert_eq!(drawn(&mut ledger, 1), "0.00006");
        // What is refused is left out, and the rest counts.
        let second = message(2, &[record("nowhere"), record("a")]);
        let refused = call(&mut ledger, 2, &second);
        assert!(
            refused.contains(r#""refused":"unknown_deployment""#),
            "{refused}"
        );
        assert_eq!(drawn(&mut ledger, 2), "0.00009");
        // So is what cannot be read.
        let broken = record("a").replace("output", "outputs");
        let broken = call(&mut ledger, 3, &message(3, &[broken, record("a")]));
        assert!(
            broken.contains(r#""refused":"unreadable""#) && broken.contains("outputs"),
            "{broken}"
        );
        assert_eq!(drawn(&mut ledger, 3), "0.00012");
        let restored = Ledger::restore(&ledger.snapshot()).unwrap();
        assert_eq!(restored, ledger);
        let mut ledger = restored;
        assert_eq!(call(&mut ledger, 4, &message(3, &[record("a")])), repeated);
        assert_eq!(call(&mut ledger, 4, &message(4, &[record("a")])), "{}");
        assert_eq!(drawn(&mut ledger, 4), "0.00015");
        assert_eq!(call(&mut ledger, 5, &second), repeated);
        // One record alone needs no message.
        let alone = alloc::format!(r#""record": {}"#, record("a"));
        assert_eq!(call(&mut ledger, 6, &alone), "{}");
        assert_eq!(drawn(&mut ledger, 6), "0.00018");
    }

    #[test]
    fn an_edge_that_has_fallen_silent_is_forgotten() {
        let mut ledger = Ledger::new();
        let at = |text: &str| Instant::parse(text).unwrap();
        let began = at("2026-11-22T10:00:00Z");
        assert!(ledger.hears("e", 7, began));
        assert!(ledger.hears("f", 7, at("2026-11-22T10:00:00.001Z")));
        ledger.expire(&policy(), at("2026-11-22T10:59:59.999Z"));
        assert!(!ledger.hears("e", 7, began));
        assert!(!ledger.hears("e", 6, began));
        ledger.expire(&policy(), at("2026-11-22T11:00:00Z"));
        assert!(ledger.hears("e", 7, began));
        assert!(!ledger.hears("f", 7, began));
    }

    #[test]
    fn forgotten_reservations_count_as_estimated() {
        let mut ledger = Ledger::new();
        call(&mut ledger, 0, &admit("one"));
        let expired = call(&mut ledger, 30, r#""expire": true, "state": true"#);
        assert!(expired.contains(r#""expired":["one"]"#), "{expired}");
        assert!(expired.contains(r#""used":40"#), "{expired}");
        assert!(!expired.contains("next"), "{expired}");
    }

    #[test]
    fn an_edge_and_its_authority_speak_in_trees() {
        let policy = policy();
        let mut edge = Edge::new("e", Terms::default());
        let mut ledger = Ledger::new();
        let at = r#""at": "2026-11-22T10:00:00Z""#;
        let mut ask = |text: &str| {
            let call = alloc::format!("{{ {at}, {text} }}");
            edge.call_from(&policy, &node(&call)).unwrap()
        };
        let member = |answer: &Json, name: &str| {
            let Json::Object(members) = answer else {
                panic!("an object")
            };
            let found = members.iter().find(|(key, _)| key == name);
            found
                .unwrap_or_else(|| panic!("{name} in {}", answer.canonical()))
                .1
                .canonical()
        };
        let lacking = ask(&alloc::format!(r#"{}, "ask": "ask-1""#, admit("one")));
        assert!(declared(&lacking).contains(r#""refused":"full""#));
        let lend = alloc::format!(r#""lend": {}"#, member(&lacking, "ask"));
        let lent = ledger
            .call_from(&policy, &node(&alloc::format!("{{ {at}, {lend} }}")))
            .unwrap();
        declared(&lent);
        let receive = alloc::format!(r#""receive": {}, {}"#, member(&lent, "grant"), admit("one"));
        assert_eq!(declared(&ask(&receive)), r#"{"waiting":false}"#);
        let settled = ask(
            r#""settle": { "id": "one", "used": { "report": { "input": 1, "output": 1 } } }, "give_back": true"#,
        );
        let back = alloc::format!(
            r#""take_back": {}, "state": true"#,
            member(&settled, "returns")
        );
        assert!(declared(&settled).contains(r#""record":true"#));
        let state = ledger
            .call_from(&policy, &node(&alloc::format!("{{ {at}, {back} }}")))
            .unwrap();
        let state = declared(&state);
        assert!(
            state.contains(r#""tokens_per_minute":{"resets_at":"2026-11-22T10:01:00Z","used":2}"#),
            "{state}"
        );
        let record = alloc::format!(
            r#""record": {{ "deployment": "a", "request": {REQUEST},
                "used": {{ "report": {{ "input": 20, "output": 5 }} }} }}, "state": true"#
        );
        let drawn = ledger
            .call_from(&policy, &node(&alloc::format!("{{ {at}, {record} }}")))
            .unwrap();
        assert!(
            declared(&drawn).contains(r#""drawn":"0.00003""#),
            "{}",
            drawn.canonical()
        );
    }

    #[test]
    fn what_is_no_call_is_an_error_and_changes_nothing() {
        let mut ledger = Ledger::new();
        for wrong in [
            "{}",
            r#"{ "at": "2026-11-22", "admit": {} }"#,
            r#"{ "at": "2026-11-22", "admit": { "id": "x", "deployment": "a", "request": {}, "expires_at": "2026-11-23" } }"#,
            r#"{ "at": "2026-11-22", "lend": { "ask": 1 } }"#,
            r#"{ "at": "2026-11-22", "settel": {} }"#,
        ] {
            assert!(
                ledger.call_from(&policy(), &node(wrong)).is_err(),
                "{wrong}"
            );
        }
        assert_eq!(ledger, Ledger::new());
    }
}

//! Runs the tests of a policy: requests with the decisions they must get.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::authoring::words::{evidence, refusal};
use crate::authoring::written::{ExpectDoc, HoldExpectDoc, HoldReasonWord, OutcomeWord, TestDoc};
use crate::authoring::{Loaded, digest, what_if};
use crate::decide::explain::Explanation;
use crate::document::{Context, Diagnostics, Node, NodeValue, Sources, Spanned};
use crate::json::{Json, MAX_SAFE_INTEGER};
use crate::list::List;
use crate::model::decision::{Cost, Decision, Verdict, VerdictKind};
use crate::model::policy::Policy;
use crate::model::request::When;
use crate::money::Money;
use crate::what_if::{BreakEven, Sizing};

/// A test and the source it stands in.
#[derive(Clone, Debug)]
pub struct Test {
    /// The source, by position.
    pub source: u16,
    /// The test.
    pub doc: TestDoc,
}

/// What came of one test.
#[derive(Clone, Debug)]
pub struct TestReport {
    /// What it shows.
    pub name: String,
    /// The name of its source.
    pub source: String,
    /// What was expected and did not come; empty where the test passed.
    pub failures: Vec<String>,
    /// The canonical decision; absent where the request or the state could not be read.
    pub decision: Option<String>,
    /// What is wrong with the request or the state.
    pub diagnostics: Option<Diagnostics>,
}

/// What came of the tests of a policy.
#[derive(Clone, Debug)]
pub struct Report {
    /// One for each test, in order.
    pub tests: Vec<TestReport>,
}

impl Report {
    /// How many tests passed.
    #[must_use]
    pub fn passed(&self) -> usize {
        self.tests
            .iter()
            .filter(|test| test.failures.is_empty())
            .count()
    }

    /// How many tests failed.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.tests.len().saturating_sub(self.passed())
    }

    /// The canonical decisions, one a line; an empty line where there is none.
    #[must_use]
    pub fn decisions(&self) -> String {
        self.tests
            .iter()
            .map(|test| format!("{}\n", test.decision.as_deref().unwrap_or_default()))
            .collect()
    }

    /// SHA-256 over [`Report::decisions`]: equal in every runtime.
    #[must_use]
    pub fn digest(&self) -> String {
        digest::sha256(&self.decisions())
    }

    /// The report as JSON.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let count = |count: usize| Json::count(u64::try_from(count).unwrap_or(u64::MAX));
        let tests = self.tests.iter().map(|test| {
            Json::object([
                ("name", Json::text(test.name.clone())),
                ("source", Json::text(test.source.clone())),
                ("passed", Json::Bool(test.failures.is_empty())),
                ("failures", Json::texts(test.failures.iter().cloned())),
                (
                    "decision",
                    test.decision.clone().map_or(Json::Null, Json::text),
                ),
            ])
        });
        Json::object([
            ("passed", count(self.passed())),
            ("failed", count(self.failed())),
            ("digest", Json::text(self.digest())),
            ("tests", Json::Array(tests.list())),
        ])
    }
}

impl Loaded {
    /// Runs every test; `None` where the policy has errors.
    #[must_use]
    pub fn test(&self) -> Option<Report> {
        let policy = self.policy.as_ref()?;
        let sources = &self.diagnostics.sources;
        Some(Report {
            tests: self
                .tests
                .iter()
                .map(|test| run(policy, test, sources))
                .collect(),
        })
    }
}

fn run(policy: &Policy, test: &Test, sources: &Sources) -> TestReport {
    let doc = &test.doc;
    let mut context = Context::new();
    let request = policy.request_in(&doc.request.0, &mut context);
    let idle = Node {
        span: None,
        value: NodeValue::Mapping(Vec::new()),
    };
    let state = policy.state_in(doc.state.as_ref().map_or(&idle, |raw| &raw.0), &mut context);
    let mut report = TestReport {
        name: doc.name.value.clone(),
        source: sources
            .get(test.source)
            .map(|source| source.name().to_string())
            .unwrap_or_default(),
        failures: Vec::new(),
        decision: None,
        diagnostics: None,
    };
    let seed = doc.seed.unwrap_or(0);
    if i64::try_from(seed).map_or(true, |seed| seed > MAX_SAFE_INTEGER) {
        report
            .failures
            .push(format!("the seed {seed} exceeds {MAX_SAFE_INTEGER}"));
        return report;
    }
    let (Some(request), Some(state), false) = (request, state, context.has_errors()) else {
        let diagnostics = context.finish(sources.clone());
        report.failures.push(diagnostics.render());
        report.diagnostics = Some(diagnostics);
        return report;
    };
    let when = When {
        at: doc.at.value.0,
        known_at: doc.known_at.as_ref().map(|moment| moment.value.0.start()),
        seed,
    };
    let (explanation, break_evens, sizings) = match &doc.plan {
        Some(options) => {
            let plan = policy.plan(&request, &state, &when, &what_if::plan_options(options));
            (plan.explanation, plan.break_evens, plan.sizings)
        }
        None => (
            policy.explain(&request, &state, &when),
            Vec::new(),
            Vec::new(),
        ),
    };
    report.failures = compare(&doc.expect, &explanation, &break_evens, &sizings);
    report.decision = Some(explanation.decision.canonical());
    report
}

/// What was expected and did not come.
fn compare(
    expect: &ExpectDoc,
    explanation: &Explanation,
    break_evens: &[BreakEven],
    sizings: &[Sizing],
) -> Vec<String> {
    let ExpectDoc {
        span: _,
        outcome,
        route,
        attempts,
        because,
        eligible,
        barred,
        pending,
        cost,
        routing,
        next_if,
        hold,
        duties,
        warnings,
        conflict,
        assumed,
        confidence,
        break_evens: expected_break_evens,
        units: expected_units,
    } = expect;
    let decision = &explanation.decision;
    let mut check = Check {
        decision,
        failures: Vec::new(),
    };
    let routed: Vec<String> = decision
        .attempts
        .iter()
        .map(|attempt| attempt.deployment.clone())
        .list();
    let expected_outcome = outcome
        .map(OutcomeWord::as_str)
        .or_else(|| implied_outcome(expect));
    if let Some(outcome) = expected_outcome {
        check.equal("outcome", outcome, decision.outcome.name());
    }
    if let Some(route) = route {
        let wanted: Vec<&str> = route.iter().map(|name| name.value.as_str()).list();
        let found: Vec<&str> = routed.iter().map(String::as_str).take(wanted.len()).list();
        check.equal("route", &wanted.join(", "), &found.join(", "));
    }
    if let Some(attempts) = attempts {
        let wanted: Vec<&str> = attempts.iter().map(|name| name.value.as_str()).list();
        check.equal("attempts", &wanted.join(", "), &routed.join(", "));
    }
    if let Some(because) = because {
        let found: &[String] = decision
            .attempts
            .first()
            .map_or(&[], |attempt| &attempt.because);
        check.contains("because", because, found);
    }
    for name in eligible.iter().flat_map(|names| names.iter()) {
        check.verdict(name.value.as_str(), VerdictKind::Eligible, &[]);
    }
    for (kind, expected) in [
        (VerdictKind::Barred, barred),
        (VerdictKind::Pending, pending),
    ] {
        for (name, cites) in expected.iter() {
            check.verdict(&name.value, kind, cites);
        }
    }
    let amounts = [
        ("cost", cost, (|cost| cost.cash) as fn(Cost) -> Money),
        ("routing cost", routing, |cost| cost.routing),
    ];
    for (what, expected, read) in amounts {
        for (name, amount) in expected.iter() {
            let found = explanation
                .deployment(&name.value)
                .and_then(|explained| explained.cost)
                .map_or_else(|| "no price".to_string(), |cost| read(cost).to_string());
            check.equal(
                &format!("{what} of {}", name.value),
                &amount.value.normal,
                &found,
            );
        }
    }
    for (name, refusals) in next_if.iter() {
        let wanted: Vec<&str> = refusals.iter().map(|word| refusal(*word).name()).list();
        let found = decision
            .attempts
            .iter()
            .find(|attempt| attempt.deployment == name.value)
            .map(|attempt| {
                attempt
                    .next_if
                    .iter()
                    .map(|refusal| refusal.name())
                    .list()
                    .join(", ")
            });
        check.equal(
            &format!("next_if of {}", name.value),
            &wanted.join(", "),
            &found.unwrap_or_else(|| "no attempt".into()),
        );
    }
    if let Some(hold) = hold {
        check.hold(hold);
    }
    let owed: Vec<(&str, &str)> = decision
        .duties
        .iter()
        .map(|duty| (duty.kind.name(), duty.clause.as_str()))
        .list();
    let warned: Vec<(&str, &str)> = decision
        .warnings
        .iter()
        .map(|warning| {
            let about = warning.deployment.as_ref().unwrap_or(&warning.cite);
            (warning.kind.name(), about.as_str())
        })
        .list();
    for (what, expected, found) in [("duties", duties, owed), ("warnings", warnings, warned)] {
        for (kind, wanted) in expected.iter() {
            let of_kind = found.iter().filter(|(known, _)| *known == kind.value);
            let found: Vec<String> = of_kind.map(|(_, about)| (*about).to_string()).list();
            check.contains(&format!("{what}: {}", kind.value), wanted, &found);
        }
    }
    if let Some(conflict) = conflict {
        let found: &[String] = decision
            .conflict
            .as_ref()
            .map_or(&[], |conflict| &conflict.between);
        check.contains("conflict", conflict, found);
    }
    if let Some(assumed) = assumed {
        check.contains("assumed", assumed, &decision.assumed);
    }
    if let Some(confidence) = confidence {
        check.equal(
            "confidence",
            evidence(*confidence).name(),
            decision.confidence.name(),
        );
    }
    for (variable, wanted) in expected_break_evens.iter() {
        let found = break_evens
            .iter()
            .find(|found| found.variable == variable.value)
            .map_or_else(|| "none".to_string(), |found| found.at.to_string());
        let what = format!("break-even of {}", variable.value);
        check.equal(&what, &wanted.value, &found);
    }
    for (name, wanted) in expected_units.iter() {
        let found = sizings
            .iter()
            .find(|sizing| sizing.deployment == name.value)
            .map_or_else(|| "none".to_string(), |sizing| sizing.units.to_string());
        let what = format!("units of {}", name.value);
        check.equal(&what, &wanted.value.to_string(), &found);
    }
    if expects_nothing(expect) {
        check
            .failures
            .push("the test expects nothing, so it could not fail".to_string());
    }
    check.failures
}

fn expects_nothing(expect: &ExpectDoc) -> bool {
    let ExpectDoc {
        span: _,
        outcome,
        route,
        attempts,
        because,
        eligible,
        barred,
        pending,
        cost,
        routing,
        next_if,
        hold,
        duties,
        warnings,
        conflict,
        assumed,
        confidence,
        break_evens,
        units,
    } = expect;
    let lists = [
        route.is_some(),
        attempts.is_some(),
        because.is_some(),
        conflict.is_some(),
        assumed.is_some(),
    ];
    outcome.is_none()
        && lists.iter().all(|given| !given)
        && eligible.as_ref().is_none_or(|names| names.is_empty())
        && [barred, pending].iter().all(|verdicts| verdicts.is_empty())
        && cost.is_empty()
        && routing.is_empty()
        && next_if.is_empty()
        && duties.is_empty()
        && warnings.is_empty()
        && hold.is_none()
        && confidence.is_none()
        && break_evens.is_empty()
        && units.is_empty()
}

/// A test that says where the request goes, what holds it or what contradicts says what comes of it.
fn implied_outcome(expect: &ExpectDoc) -> Option<&'static str> {
    if expect.route.is_some()
        || expect
            .attempts
            .as_ref()
            .is_some_and(|attempts| !attempts.is_empty())
    {
        Some("route")
    } else if expect.hold.is_some() {
        Some("hold")
    } else if expect.conflict.is_some() {
        Some("conflict")
    } else {
        None
    }
}

struct Check<'a> {
    decision: &'a Decision,
    failures: Vec<String>,
}

impl Check<'_> {
    fn equal(&mut self, what: &str, expected: &str, found: &str) {
        if expected != found {
            self.failures
                .push(format!("{what}: expected {expected}, found {found}"));
        }
    }

    /// Everything expected is found; an empty list expects nothing at all.
    fn contains(&mut self, what: &str, expected: &[Spanned<String>], found: &[String]) {
        if expected.is_empty() && !found.is_empty() {
            self.failures.push(format!(
                "{what}: expected nothing, found {}",
                found.join(", ")
            ));
        }
        for wanted in expected {
            if !found.contains(&wanted.value) {
                let found = if found.is_empty() {
                    "nothing".to_string()
                } else {
                    found.join(", ")
                };
                self.failures
                    .push(format!("{what}: expected {}, found {found}", wanted.value));
            }
        }
    }

    fn verdict(&mut self, name: &str, kind: VerdictKind, cites: &[Spanned<String>]) {
        let Some(verdict) = self.decision.verdict(name) else {
            self.failures
                .push(format!("{name}: there is no such deployment"));
            return;
        };
        let found = describe(verdict);
        if verdict.kind != kind {
            self.failures
                .push(format!("{name}: expected {}, found {found}", kind.name()));
            return;
        }
        let met = match cites {
            [] => true,
            [only] => verdict.cite.as_ref() == Some(&only.value),
            all => all.iter().all(|wanted| {
                verdict.cite.as_ref() == Some(&wanted.value) || verdict.also.contains(&wanted.value)
            }),
        };
        if !met {
            let wanted: Vec<&str> = cites.iter().map(|cite| cite.value.as_str()).list();
            self.failures.push(format!(
                "{name}: expected {} by {}, found {found}",
                kind.name(),
                wanted.join(", ")
            ));
        }
    }

    fn hold(&mut self, expected: &HoldExpectDoc) {
        let Some(hold) = &self.decision.hold else {
            return;
        };
        let HoldExpectDoc {
            span: _,
            reason,
            cites,
            until,
            missing,
        } = expected;
        if let Some(reason) = reason {
            self.equal(
                "hold reason",
                HoldReasonWord::as_str(*reason),
                hold.reason.name(),
            );
        }
        if let Some(until) = until {
            let found = hold
                .until
                .map_or_else(|| "no instant".to_string(), |until| until.to_string());
            self.equal("hold until", &until.0.start().to_string(), &found);
        }
        if let Some(cites) = cites {
            self.contains("hold cites", cites, &hold.cites);
        }
        if let Some(missing) = missing {
            self.contains("hold missing", missing, &hold.missing);
        }
    }
}

fn describe(verdict: &Verdict) -> String {
    let mut text = verdict.kind.name().to_string();
    if let Some(cite) = &verdict.cite {
        text.push_str(&format!(" by {cite}"));
    }
    if !verdict.also.is_empty() {
        text.push_str(&format!(" (also {})", verdict.also.join(", ")));
    }
    text
}

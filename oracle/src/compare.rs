//! The engine and the oracle put to the same cases, and what the cases were about.

use crate::document::Node;
use crate::generate::feature::Features;
use crate::generate::{Draft, draft, shrink};
use crate::policy::{Policy, Wish};
use crate::zones::Zones;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The engine, as the comparison needs it. This crate knows no engine: who compares brings it along.
pub trait Engine: Sync {
    /// The canonical decisions on what is asked, as JSON; each ask is a request, a state and a moment.
    ///
    /// # Errors
    /// Where the engine refuses one of the documents.
    fn decide(
        &self,
        policy: &str,
        sheets: &[(String, String)],
        asks: &[[String; 3]],
    ) -> Result<Vec<String>, String>;
}

/// What is compared.
#[derive(Clone, Debug)]
pub struct Run {
    /// The seed of all cases.
    pub seed: u64,
    /// The places that every policy knows.
    pub zones: Zones,
    /// The parts of the language that are compared.
    pub features: Features,
}

/// A case on which the two do not agree.
#[derive(Clone, Debug)]
pub struct Disagreement {
    /// The number of the case.
    pub case: u64,
    /// The case, made as small as it goes.
    pub draft: Draft,
    /// What is wrong, with both decisions.
    pub what: String,
}

impl Run {
    /// Puts one case to both; counts what it was about.
    ///
    /// # Errors
    /// The smallest case on which they still do not agree.
    pub fn case(
        &self,
        engine: &dyn Engine,
        case: u64,
        coverage: &mut Coverage,
    ) -> Result<(), Box<Disagreement>> {
        let draft = draft(self.seed, case, &self.features);
        let answers = self.ask(engine, &draft);
        match answers {
            Ok(answers) => {
                for (decision, about) in answers {
                    coverage.add(&decision, &about);
                }
                Ok(())
            }
            Err(found) => {
                if found.kind != Kind::Different {
                    let what = found.what;
                    return Err(Box::new(Disagreement { case, draft, what }));
                }
                let kind = found.kind;
                let mut shows = |smaller: &Draft| {
                    self.ask(engine, smaller)
                        .is_err_and(|other| other.kind == kind)
                };
                let draft = shrink(&draft, &mut shows);
                let what = self
                    .ask(engine, &draft)
                    .err()
                    .map_or(found.what, |found| found.what);
                Err(Box::new(Disagreement { case, draft, what }))
            }
        }
    }

    /// The decisions on a case, each with what it was about, where both agree.
    fn ask(&self, engine: &dyn Engine, draft: &Draft) -> Result<Vec<(Value, About)>, Found> {
        let text = draft.policy_text();
        let texts: Vec<[String; 3]> = draft
            .asks
            .iter()
            .map(|ask| ask.texts(draft.style))
            .collect();
        let theirs = engine.decide(&text, &draft.sheets, &texts);
        let theirs = theirs.map_err(|what| Found {
            kind: Kind::Refused,
            what,
        })?;
        let sheet = |name: &str| {
            draft
                .sheets
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, text)| text.clone())
        };
        let fault = |fault: crate::Fault| Found {
            kind: Kind::Unread,
            what: fault.to_string(),
        };
        let policy = Policy::read(&text, &sheet, &self.zones).map_err(fault)?;
        let mut decisions = Vec::new();
        for ([request, state, when], theirs) in texts.iter().zip(theirs) {
            let node = |text: &String| Node::parse(text).map_err(fault);
            let ours = crate::answer(&policy, &node(request)?, &node(state)?, &node(when)?)
                .map_err(fault)?;
            let priced_by = ours.priced_by;
            let ours = ours.decision;
            let theirs: Value = serde_json::from_str(&theirs).map_err(|error| Found {
                kind: Kind::Unread,
                what: error.to_string(),
            })?;
            let differences = differences(&comparable(theirs.clone()), &ours);
            if !differences.is_empty() {
                let what = format!(
                    "{}\nengine: {theirs}\noracle: {ours}",
                    differences.join("\n")
                );
                return Err(Found {
                    kind: Kind::Different,
                    what,
                });
            }
            decisions.push((ours, About::of(&policy, priced_by)));
        }
        Ok(decisions)
    }
}

struct Found {
    kind: Kind,
    what: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The engine refuses a document.
    Refused,
    /// The oracle cannot read one.
    Unread,
    /// The decisions differ.
    Different,
}

/// A decision of the engine without what the oracle does not say.
#[must_use]
pub fn comparable(mut decision: Value) -> Value {
    if let Value::Object(members) = &mut decision {
        members.remove("engine");
        members.remove("policy_digest");
    }
    if let Some(Value::Object(verdicts)) = decision.get_mut("verdicts") {
        for verdict in verdicts.values_mut() {
            if let Value::Object(members) = verdict {
                members.remove("values");
            }
        }
    }
    decision
}

/// The places at which two decisions differ.
#[must_use]
pub fn differences(engine: &Value, oracle: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect("", engine, oracle, &mut found);
    found
}

fn collect(path: &str, engine: &Value, oracle: &Value, found: &mut Vec<String>) {
    match (engine, oracle) {
        (Value::Object(engine), Value::Object(oracle)) => {
            let keys: BTreeSet<&String> = engine.keys().chain(oracle.keys()).collect();
            for key in keys {
                let of = |members: &serde_json::Map<String, Value>| {
                    members.get(key).cloned().unwrap_or(Value::Null)
                };
                collect(&format!("{path}/{key}"), &of(engine), &of(oracle), found);
            }
        }
        (Value::Array(engine), Value::Array(oracle)) if engine.len() == oracle.len() => {
            for (place, (engine, oracle)) in engine.iter().zip(oracle).enumerate() {
                collect(&format!("{path}/{place}"), engine, oracle, found);
            }
        }
        _ if engine == oracle => {}
        _ => found.push(format!("{path}: engine {engine}, oracle {oracle}")),
    }
}

/// What a policy holds: the kind of every citation.
#[derive(Clone, Debug)]
struct About {
    kinds: BTreeMap<String, &'static str>,
    /// The clauses without which the first attempt would cost something else.
    priced_by: Vec<String>,
}

impl About {
    fn of(policy: &Policy, priced_by: Vec<String>) -> About {
        let clauses = policy
            .clauses
            .iter()
            .map(|clause| (clause.cite.clone(), clause.kind.name()));
        let rules = policy.rules.iter().map(|rule| {
            let word = match rule.wish {
                Wish::Deny => "rule: deny",
                Wish::Require => "rule: require",
                Wish::Prefer => "rule: prefer",
                Wish::Split => "rule: split",
            };
            (rule.cite.clone(), word)
        });
        About {
            kinds: clauses.chain(rules).collect(),
            priced_by,
        }
    }

    /// The kind of a citation; what is no clause and no rule is its own kind: `limit`, `state`, `capability`.
    fn kind<'a>(&self, cite: &'a str) -> &'a str {
        let own = cite.split_once('/').map_or(cite, |(first, _)| first);
        self.kinds.get(cite).copied().unwrap_or(own)
    }
}

/// What cases were about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// How many decisions were compared.
    pub decisions: u64,
    outcomes: BTreeMap<String, u64>,
    holds: BTreeMap<String, u64>,
    /// By kind: decisions on policies that have one, and decisions in which one is decisive.
    kinds: BTreeMap<String, (u64, u64)>,
    /// By pair of kinds: decisions on policies that have both, and decisions in which both are cited.
    pairs: BTreeMap<(String, String), (u64, u64)>,
    warnings: BTreeMap<String, u64>,
}

impl Coverage {
    fn add(&mut self, decision: &Value, about: &About) {
        self.decisions += 1;
        let word = |path: &str| {
            decision
                .pointer(path)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        if let Some(outcome) = word("/outcome") {
            *self.outcomes.entry(outcome).or_default() += 1;
        }
        if let Some(reason) = word("/hold/reason") {
            *self.holds.entry(reason).or_default() += 1;
        }
        for warning in decision
            .get("warnings")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let kind = warning
                .get("kind")
                .and_then(Value::as_str)
                .unwrap_or_default();
            *self.warnings.entry(kind.to_owned()).or_default() += 1;
        }
        let present: BTreeSet<&str> = about.kinds.values().copied().collect();
        let mut decisive = decisive(decision);
        decisive.extend(about.priced_by.iter().cloned());
        let decisive: BTreeSet<&str> = decisive.iter().map(|cite| about.kind(cite)).collect();
        for kind in present.union(&decisive) {
            let (has, decides) = self.kinds.entry((*kind).to_owned()).or_default();
            *has += 1;
            *decides += u64::from(decisive.contains(kind));
        }
        let mut cited = BTreeSet::new();
        citations(decision, about, &mut cited);
        for first in &present {
            for second in present.iter().filter(|second| first < *second) {
                let (has, cites) = self
                    .pairs
                    .entry(((*first).to_owned(), (*second).to_owned()))
                    .or_default();
                *has += 1;
                *cites += u64::from(cited.contains(first) && cited.contains(second));
            }
        }
    }

    /// Adds what other cases were about.
    pub fn merge(&mut self, other: &Coverage) {
        fn sum<K: Clone + Ord>(own: &mut BTreeMap<K, u64>, other: &BTreeMap<K, u64>) {
            for (key, count) in other {
                *own.entry(key.clone()).or_default() += count;
            }
        }
        fn both<K: Clone + Ord>(
            own: &mut BTreeMap<K, (u64, u64)>,
            other: &BTreeMap<K, (u64, u64)>,
        ) {
            for (key, (first, second)) in other {
                let entry = own.entry(key.clone()).or_default();
                entry.0 += first;
                entry.1 += second;
            }
        }
        self.decisions += other.decisions;
        sum(&mut self.outcomes, &other.outcomes);
        sum(&mut self.holds, &other.holds);
        sum(&mut self.warnings, &other.warnings);
        both(&mut self.kinds, &other.kinds);
        both(&mut self.pairs, &other.pairs);
    }

    /// Decisions in which a clause or rule of a kind is decisive, in hundredths of a per cent.
    #[must_use]
    pub fn decisive(&self, kind: &str) -> u64 {
        self.share(self.kinds.get(kind).map_or(0, |(_, decides)| *decides))
    }

    /// Decisions with an outcome, in hundredths of a per cent.
    #[must_use]
    pub fn outcome(&self, outcome: &str) -> u64 {
        self.share(self.outcomes.get(outcome).copied().unwrap_or(0))
    }

    fn share(&self, count: u64) -> u64 {
        count * 10_000 / self.decisions.max(1)
    }

    /// A table of all of it.
    #[must_use]
    pub fn report(&self) -> String {
        let mut text = format!("{} decisions\n", self.decisions);
        let percent = |count: u64| {
            let share = self.share(count);
            format!("{:>3}.{:02} %", share / 100, share % 100)
        };
        let mut line = |words: std::fmt::Arguments<'_>| {
            let _ = writeln!(text, "{words}");
        };
        line(format_args!(
            "\n{:<28}{:>10}  {:>8}",
            "outcome", "decisions", ""
        ));
        for (outcome, count) in &self.outcomes {
            line(format_args!(
                "{outcome:<28}{count:>10}  {}",
                percent(*count)
            ));
        }
        for (reason, count) in &self.holds {
            line(format_args!(
                "{:<28}{count:>10}  {}",
                format!("hold: {reason}"),
                percent(*count)
            ));
        }
        for (kind, count) in &self.warnings {
            line(format_args!(
                "{:<28}{count:>10}  {}",
                format!("warning: {kind}"),
                percent(*count)
            ));
        }
        line(format_args!("\n{DECISIVE}"));
        line(format_args!(
            "{:<28}{:>10}{:>10}  {:>8}  {:>8}",
            "kind", "present", "decisive", "of all", "of these"
        ));
        for (kind, (has, decides)) in &self.kinds {
            let share = decides * 10_000 / (*has).max(1);
            line(format_args!(
                "{kind:<28}{has:>10}{decides:>10}  {}  {:>3}.{:02} %",
                percent(*decides),
                share / 100,
                share % 100,
            ));
        }
        line(format_args!(
            "\n{:<44}{:>10}  {:>8}",
            "pair of kinds, the rarest first", "present", "cited"
        ));
        let mut pairs: Vec<_> = self
            .pairs
            .iter()
            .filter(|(pair, _)| !is_recital(pair))
            .collect();
        pairs.sort_by_key(|(_, (has, cited))| (*cited, *has));
        for ((first, second), (has, cited)) in pairs {
            line(format_args!(
                "{:<44}{has:>10}  {}",
                format!("{first} + {second}"),
                percent(*cited)
            ));
        }
        text
    }
}

fn is_recital(pair: &(String, String)) -> bool {
    pair.0 == "recital" || pair.1 == "recital"
}

/// What it means that a clause or rule is decisive.
const DECISIVE: &str = "\
Decisive is what settles the verdict of a deployment, what comes first among the reasons for the first attempt, what
holds or contradicts, what is warned of, what something is owed by, and what is cited by a step of the price of the first
attempt where without it that attempt or its cost would be another.";

/// What is decisive, but for what the price of the first attempt is made by: see [`DECISIVE`].
fn decisive(decision: &Value) -> Vec<String> {
    let mut cites = Vec::new();
    let mut put =
        |value: Option<&Value>| cites.extend(value.and_then(Value::as_str).map(str::to_owned));
    if let Some(Value::Object(verdicts)) = decision.get("verdicts") {
        for verdict in verdicts.values() {
            put(verdict.get("cite"));
        }
    }
    put(decision.pointer("/attempts/0/because/0"));
    for (list, key) in [("warnings", "cite"), ("duties", "clause")] {
        let items = decision.get(list).and_then(Value::as_array);
        for item in items.into_iter().flatten() {
            put(item.get(key));
        }
    }
    for path in ["/hold/cites", "/conflict/between"] {
        for cite in decision
            .pointer(path)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            put(Some(cite));
        }
    }
    cites
}

/// The kinds of everything that is cited anywhere.
fn citations<'a>(value: &Value, about: &'a About, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::String(text) => found.extend(about.kinds.get(text).copied()),
        Value::Array(items) => items.iter().for_each(|item| citations(item, about, found)),
        Value::Object(members) => members
            .values()
            .for_each(|item| citations(item, about, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

impl std::fmt::Display for Disagreement {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(out, "case {}\n{}", self.case, self.draft.policy_text())?;
        for (name, text) in &self.draft.sheets {
            writeln!(out, "# {name}\n{text}")?;
        }
        for ask in &self.draft.asks {
            let [request, state, when] = ask.texts(self.draft.style);
            writeln!(out, "request: {request}\nstate:   {state}\nwhen:    {when}")?;
        }
        write!(out, "{}", self.what)
    }
}

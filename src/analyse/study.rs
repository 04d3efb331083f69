//! What is known of the policy under check, and what was found so far.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::CheckOptions;
use super::bars::{Barring, Group, barring, groups};
use super::period::Period;
use super::places::{ClauseView, RuleView, clauses, rules, span};
use super::worlds::Known;
use crate::authoring::written::PolicyDoc;
use crate::condition::{Slot, Unproved, Witness};
use crate::document::{Diagnostic, Sources, codes, escape_pointer};
use crate::model::policy::{ClauseIx, Deployment, Policy, RuleIx, Source};
use crate::model::vocabulary::{Act, Acts};
use crate::time::Instant;

/// The evaluations of conditions that a family of findings may spend: a few milliseconds.
const STEPS: u32 = 100_000;

/// How many reasons for what was left out are told.
const REASONS: usize = 3;

/// The policy, as checked and as written, with what several families ask of it.
pub(super) struct Study<'a> {
    pub(super) policy: &'a Policy,
    pub(super) document: &'a PolicyDoc,
    pub(super) sources: &'a Sources,
    pub(super) options: &'a CheckOptions,
    /// From when on the policy is looked at.
    pub(super) period: Period,
    pub(super) known: Known,
    pub(super) clauses: Vec<ClauseView<'a>>,
    pub(super) rules: Vec<RuleView<'a>>,
    /// What may bar each act.
    pub(super) barring: [(Act, Vec<Barring>); 5],
    /// The deployments by what keeps them from serving.
    pub(super) serving: Vec<Group<'a>>,
    /// The deployments by what keeps them from being sold; none where no clause and no rule is about selling.
    pub(super) selling: Vec<Group<'a>>,
}

impl<'a> Study<'a> {
    pub(super) fn new(
        policy: &'a Policy,
        document: &'a PolicyDoc,
        sources: &'a Sources,
        options: &'a CheckOptions,
    ) -> Study<'a> {
        let period = options
            .as_of
            .map_or(Period::ALWAYS, |as_of| Period::from(as_of.start()));
        let known = Known::of(policy);
        let clauses = clauses(policy, document, period);
        let barring = Act::ALL.map(|act| (act, barring(policy, &clauses, act, period)));
        let sells = |acts: Acts| acts.contains(Act::Sell);
        let is_sold = clauses.iter().any(|view| sells(view.clause.scope.acts))
            || policy.rules.iter().any(|rule| sells(rule.acts));
        let (mut serving, mut selling) = (Vec::new(), Vec::new());
        for (act, barring) in &barring {
            match act {
                Act::Serve => serving = groups(policy, barring, &known, *act),
                Act::Sell if is_sold => selling = groups(policy, barring, &known, *act),
                Act::Sell | Act::Launch | Act::Host | Act::Train => {}
            }
        }
        Study {
            policy,
            document,
            sources,
            options,
            period,
            known,
            rules: rules(policy, document),
            clauses,
            barring,
            serving,
            selling,
        }
    }

    /// A clause as it is written.
    pub(super) fn clause(&self, index: ClauseIx) -> Option<&ClauseView<'a>> {
        self.clauses.get(usize::try_from(index.0).ok()?)
    }

    /// A rule as it is written.
    pub(super) fn rule(&self, index: RuleIx) -> Option<&RuleView<'a>> {
        self.rules.get(usize::try_from(index.0).ok()?)
    }

    /// How a clause or rule is cited.
    pub(super) fn cite(&self, source: Source) -> String {
        match source {
            Source::Clause(index) => self.policy.clause(index).map(|clause| &clause.reference),
            Source::Rule(index) => self.policy.rule(index).map(|rule| &rule.reference),
        }
        .cloned()
        .unwrap_or_default()
    }

    /// Adds the places of clauses and rules to a finding.
    pub(super) fn relate(&self, finding: Diagnostic, sources: &[Source], why: &str) -> Diagnostic {
        sources.iter().fold(finding, |finding, source| {
            let span = match source {
                Source::Clause(index) => self.clause(*index).and_then(|view| view.place.id),
                Source::Rule(index) => self.rule(*index).and_then(|view| view.place.id),
            };
            finding.related(span, why)
        })
    }

    /// Puts a finding at the key of a deployment, which may be a template.
    pub(super) fn point_at_deployment(
        &self,
        finding: Diagnostic,
        deployment: &Deployment,
    ) -> Diagnostic {
        let place = span(deployment.place);
        let key = self
            .document
            .deployments
            .iter()
            .find(|(key, _)| key.span == place)
            .map(|(key, _)| format!("/deployments/{}", escape_pointer(&key.value)));
        finding.at(place).path(key.unwrap_or_default())
    }

    /// What may bar an act.
    pub(super) fn barring(&self, act: Act) -> &[Barring] {
        let of_act = self.barring.iter().find(|(other, _)| *other == act);
        of_act.map_or(&[], |(_, barring)| barring)
    }

    /// Where a witness is met, and for which model where that matters, as the beginning of a help: `where request.product = "voice", until 2027-01-01`.
    pub(super) fn met_where(
        &self,
        witness: &Witness,
        model: Option<&str>,
        during: Period,
    ) -> String {
        let when = witness.text(&|slot| self.path(slot));
        let mut text = match when.as_str() {
            "" => String::from("whatever is asked"),
            when => format!("where {when}"),
        };
        if let Some(model) = model {
            text.push_str(&format!(" of model `{model}`"));
        }
        if during.from != Instant::MIN {
            text.push_str(&format!(", from {} on", day(during.from)));
        }
        if during.to != Instant::MAX {
            text.push_str(&format!(", until {}", day(during.to)));
        }
        text
    }

    /// How an attribute is spelled.
    pub(super) fn path(&self, slot: Slot) -> String {
        String::from(self.policy.variables.path(slot))
    }
}

/// What was found so far.
pub(super) struct Findings {
    items: Vec<Diagnostic>,
    /// How many questions were left open, and why the first of them.
    left_out: usize,
    reasons: Vec<String>,
    /// Clauses and rules that are known to do nothing, of which no more need be said.
    pub(super) idle: Vec<Source>,
    /// The evaluations that are left.
    pub(super) steps: u32,
}

impl Findings {
    pub(super) fn new() -> Findings {
        Findings {
            items: Vec::new(),
            left_out: 0,
            reasons: Vec::new(),
            idle: Vec::new(),
            steps: STEPS,
        }
    }

    pub(super) fn report(&mut self, finding: Diagnostic) {
        self.items.push(finding);
    }

    /// Gives the next family its steps.
    pub(super) fn refresh(&mut self) {
        self.steps = STEPS;
    }

    /// Whether nothing more can be asked.
    pub(super) fn is_spent(&self) -> bool {
        self.steps == 0
    }

    /// Counts a question that was left open. `what` is asked about, as readers know it.
    pub(super) fn leave(&mut self, study: &Study<'_>, what: &str, why: Unproved) {
        let why = why.text(&|slot| study.path(slot));
        self.leave_out(1, || format!("{what}: {why}"));
    }

    /// Counts questions that were left open.
    pub(super) fn leave_out(&mut self, count: usize, why: impl Fn() -> String) {
        self.left_out = self.left_out.saturating_add(count);
        if count > 0 && self.reasons.len() < REASONS {
            self.reasons.push(why());
        }
    }

    /// What was found, with a note on what was left out.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        let noun = match self.left_out {
            0 => return self.items,
            1 => "question was",
            _ => "questions were",
        };
        let message = format!("{} {noun} not examined", self.left_out);
        let more = self.left_out.saturating_sub(self.reasons.len());
        let mut help = self.reasons.join("; ");
        if more > 0 {
            help.push_str(&format!("; and {more} more"));
        }
        self.items
            .push(Diagnostic::note(codes::NOT_EXAMINED, message).help(help));
        self.items
    }
}

/// `a`, `b` and 3 others: each in backticks, at most four named.
pub(super) fn list(items: &[String]) -> String {
    const NAMED: usize = 4;
    let mut parts: Vec<String> = items.iter().map(|item| format!("`{item}`")).collect();
    let more = parts.len().saturating_sub(NAMED);
    if more > 0 {
        // Two that are not named take no more room than the words that count them.
        parts.truncate(NAMED.saturating_sub(1));
        parts.push(format!("{} others", more.saturating_add(1)));
    }
    match parts.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// An instant as readers write it: its day, where it is the first of one.
pub(super) fn day(instant: Instant) -> String {
    let day = instant.day();
    if day.start() == instant {
        format!("{day}")
    } else {
        format!("{instant}")
    }
}

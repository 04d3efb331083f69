//! Where an answer changes when one thing does.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::json::Json;
use crate::list::List;
use crate::model::policy::Policy;
use crate::model::request::{Request, When};
use crate::model::state::State;
use crate::what_if::bench::Bench;
use crate::what_if::runs::{Answer, Budget, Effort, HASHED, SPENT, listed, runs};
use crate::what_if::variable::{Domain, Point, Variable, read};

/// What is varied, and how far.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// What is varied.
    pub variable: Variable,
    /// The first value; the least that the variable can have where absent.
    pub from: Option<Point>,
    /// The last value, itself included; the largest that the variable can have where absent.
    pub to: Option<Point>,
    /// How much work it may take.
    pub effort: Effort,
}

impl Sweep {
    /// Over all values.
    #[must_use]
    pub fn over(variable: Variable) -> Sweep {
        Sweep {
            variable,
            from: None,
            to: None,
            effort: Effort::default(),
        }
    }
}

/// Where an answer changes when one thing does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breakpoints {
    /// The path of what is varied.
    pub variable: String,
    /// The first value that was looked at; absent where the values have no order.
    pub from: Option<Point>,
    /// The last value that was looked at.
    pub to: Option<Point>,
    /// The answer at the first value.
    pub first: Option<Answer>,
    /// Where the answer changes, ascending.
    pub points: Vec<Breakpoint>,
    /// The answer for each value, where the values have no order. Of texts and decimals that no condition tells apart one
    /// stands for all.
    pub values: Vec<(Point, Answer)>,
    /// What was not looked at, and why; empty where nothing was left out.
    pub incomplete: Vec<String>,
}

/// A value at which the answer changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breakpoint {
    /// The first value with the new answer, exactly: the value before it has the old one.
    pub at: Point,
    /// The answer up to here.
    pub before: Answer,
    /// The answer from here on.
    pub after: Answer,
}

impl Policy {
    /// Where the answer changes when one thing does and everything else stays: exactly, and all of them within the sweep.
    ///
    /// Counts of tokens are varied as far as they leave the request sound: no less input than what caches have a part in.
    ///
    /// ```
    /// # use wayleave::{what_if::Sweep, document::Sources, model::{Policy, State}};
    /// # let mut sources = Sources::new();
    /// # sources.add("policy.yaml", "
    /// # wayleave: 1
    /// # deployments:
    /// #   flat: { provider: azure, model: gpt, price: { input: 6 } }
    /// #   long: { provider: openai, model: gpt, price: [ { input: 5 }, { above_input_tokens: 272000, input: 10 } ] }
    /// # ");
    /// # let policy = Policy::parse(sources).expect("the policy is sound");
    /// let request = policy.request("{ model: gpt, input_tokens: 1000 }").expect("the request is sound");
    /// let when = policy.when("{ at: 2026-11-22T10:00:00Z }").expect("an instant");
    /// let sweep = Sweep::over(policy.variable("request/input_tokens").expect("a variable"));
    /// let found = policy.breakpoints(&request, &State::default(), &when, &sweep);
    /// // None costs anything; then `long` costs less, up to the end of its band.
    /// let at: Vec<String> = found.points.iter().map(|point| point.at.to_json().canonical()).collect();
    /// assert_eq!(at, ["1", "272001"]);
    /// assert_eq!(found.points[1].after.attempts, ["flat", "long"]);
    /// assert!(found.incomplete.is_empty());
    /// ```
    #[must_use]
    pub fn breakpoints(
        &self,
        request: &Request,
        state: &State,
        when: &When,
        sweep: &Sweep,
    ) -> Breakpoints {
        let mut bench = Bench::new(self, request, state, when);
        let mut budget = Budget::new(sweep.effort);
        let (what, path) = (&sweep.variable.what, sweep.variable.path());
        let mut found = Breakpoints {
            variable: String::from(path),
            from: None,
            to: None,
            first: None,
            points: Vec::new(),
            values: Vec::new(),
            incomplete: Vec::new(),
        };
        if bench.is_affine(what) {
            budget.miss(path, HASHED);
        }
        match bench.domain(what) {
            None => budget.miss(path, what.obstacle()),
            Some(Domain::Listed(points)) => {
                for point in points {
                    match listed(&mut bench, what, &point, &mut budget) {
                        Some(seen) => found.values.push((point, seen.answer(&bench))),
                        None => budget.miss(path, SPENT),
                    }
                }
            }
            Some(Domain::Ordered(unit, least, most)) => {
                let bound = |point: &Option<Point>| point.as_ref().and_then(Point::number);
                let first = bound(&sweep.from).map_or(least, |from| from.max(least));
                let last = bound(&sweep.to).map_or(most, |to| to.min(most));
                let span = (unit, first, last);
                let runs = if first <= last {
                    runs(&mut bench, &sweep.variable, span, &mut budget)
                } else {
                    Vec::new()
                };
                found.from = runs.first().map(|run| unit.point(run.from));
                found.to = runs.last().map(|run| unit.point(run.to));
                let mut before: Option<Answer> = None;
                for run in &runs {
                    let after = run.seen.answer(&bench);
                    match before {
                        None => found.first = Some(after.clone()),
                        Some(before) => found.points.push(Breakpoint {
                            at: unit.point(run.from),
                            before,
                            after: after.clone(),
                        }),
                    }
                    before = Some(after);
                }
            }
        }
        found.incomplete = budget.incomplete;
        found
    }

    /// Reads a value of an ordered variable as it is written: an instant or a day (its first instant), a whole number, an
    /// amount in USD. `None` for anything else, and where the variable has no order.
    #[must_use]
    pub fn point(&self, variable: &Variable, text: &str) -> Option<Point> {
        let unit = self.unit(&variable.what)?;
        Some(unit.point(read(unit, text)?))
    }
}

impl Breakpoints {
    /// The breakpoints as JSON: `{ variable, from, to, first, points: [{ at, before, after }], values: [{ value, answer }],
    /// incomplete }`.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let point = |point: &Option<Point>| point.as_ref().map_or(Json::Null, Point::to_json);
        let points = self.points.iter().map(|point| {
            Json::object([
                ("at", point.at.to_json()),
                ("before", point.before.to_json()),
                ("after", point.after.to_json()),
            ])
        });
        let values = self.values.iter().map(|(value, answer)| {
            Json::object([("value", value.to_json()), ("answer", answer.to_json())])
        });
        let first = self.first.as_ref().map_or(Json::Null, Answer::to_json);
        Json::Object(Vec::from([
            (Cow::Borrowed("variable"), Json::text(self.variable.clone())),
            (Cow::Borrowed("from"), point(&self.from)),
            (Cow::Borrowed("to"), point(&self.to)),
            (Cow::Borrowed("first"), first),
            (Cow::Borrowed("points"), Json::Array(points.list())),
            (Cow::Borrowed("values"), Json::Array(values.list())),
            (
                Cow::Borrowed("incomplete"),
                Json::texts(self.incomplete.iter().cloned()),
            ),
        ]))
    }
}

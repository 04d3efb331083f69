//! The answer: an outcome, the ordered attempts, and a verdict for every deployment.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::json::Json;
use crate::model::vocabulary::{Evidence, Refusal};
use crate::money::Money;
use crate::time::{At, Instant};

/// The engine and its version, as every decision carries it.
pub const ENGINE: &str = concat!("wayleave ", env!("CARGO_PKG_VERSION"));

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What comes of the request.
    pub outcome: Outcome,
    /// The moment it was decided for.
    pub at: At,
    /// The seed that settled what chance decides.
    pub seed: u64,
    /// Where to try, in order.
    pub attempts: Vec<Attempt>,
    /// One for every deployment, in the order of their ids.
    pub verdicts: Vec<Verdict>,
    /// Why the request waits, for [`Outcome::Hold`].
    pub hold: Option<Hold>,
    /// What contradicts, for [`Outcome::Conflict`].
    pub conflict: Option<Conflict>,
    /// What somebody owes because of the decision.
    pub duties: Vec<Duty>,
    /// What somebody should know who relies on it; sorted.
    pub warnings: Vec<Warning>,
    /// Clauses whose day of change was read by an assumption: the contract names no zone, or a tie rule settled the day.
    pub assumed: Vec<String>,
    /// The weakest evidence among the cited clauses without which the first attempt would be another.
    pub confidence: Evidence,
    /// The digest of the policy.
    pub policy_digest: String,
}

/// What comes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Try the attempts, in order.
    Route,
    /// Wait: time or a named fact would free a deployment.
    Hold,
    /// Nowhere to go.
    Refuse,
    /// Clauses contradict each other and neither gives way.
    Conflict,
}

impl Outcome {
    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::Route => "route",
            Outcome::Hold => "hold",
            Outcome::Refuse => "refuse",
            Outcome::Conflict => "conflict",
        }
    }
}

/// One place to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The deployment.
    pub deployment: String,
    /// The clauses and rules that put it here.
    pub because: Vec<String>,
    /// What it costs; absent where no price is stated.
    pub cost: Option<Cost>,
    /// The failures after which the next attempt may be tried; after any other, none may.
    pub next_if: Vec<Refusal>,
}

/// What an attempt costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// What is paid.
    pub cash: Money,
    /// What the order is decided by.
    pub routing: Money,
}

/// What is said of one deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The deployment.
    pub deployment: String,
    /// Eligible, barred or pending.
    pub kind: VerdictKind,
    /// The first question that failed.
    pub question: Option<Question>,
    /// What settled it: `contract/clause`, `rules/id`, `capability/name`, `limit/name`, `state/name` or
    /// `request/field`. For an eligible deployment, the permit that allows it, where one does.
    pub cite: Option<String>,
    /// What else speaks against it, in the order of the questions.
    pub also: Vec<String>,
    /// The figures and words that were compared.
    pub values: Vec<(Cow<'static, str>, Json)>,
}

/// Whether a deployment may be attempted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerdictKind {
    /// It may.
    Eligible,
    /// It may not.
    Barred,
    /// Nobody can say yet; it is never attempted.
    Pending,
}

impl VerdictKind {
    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            VerdictKind::Eligible => "eligible",
            VerdictKind::Barred => "barred",
            VerdictKind::Pending => "pending",
        }
    }
}

/// The questions asked of every deployment, in order. A later one never overrides an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// Can it serve this?
    Can,
    /// May it?
    May,
    /// Has it room?
    Room,
    /// Who is first?
    First,
    /// What does it cost?
    Cost,
}

impl Question {
    /// The five, in order.
    pub const ALL: [Question; 5] = [
        Question::Can,
        Question::May,
        Question::Room,
        Question::First,
        Question::Cost,
    ];

    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Question::Can => "can",
            Question::May => "may",
            Question::Room => "room",
            Question::First => "first",
            Question::Cost => "cost",
        }
    }
}

/// Why a request waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// What would free a deployment.
    pub reason: HoldReason,
    /// The clauses, limits or states that hold it.
    pub cites: Vec<String>,
    /// When time alone frees one, as far as the state tells.
    pub until: Option<Instant>,
    /// The facts and attributes that are missing, as conditions spell them, and the clauses whose day or reading is
    /// not settled.
    pub missing: Vec<String>,
}

/// What would free a deployment that is not eligible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldReason {
    /// Room: a limit resets, a cooldown ends, a deployment comes back.
    Room,
    /// A fact, an attribute or a date that nobody has stated.
    Fact,
    /// A first right that its holder has not given up.
    Right,
    /// A notice to the holder of a first right over capacity, or the holder's answer to it.
    Notice,
}

impl HoldReason {
    /// Every reason; of several the first counts.
    pub const ALL: [HoldReason; 4] = [
        HoldReason::Right,
        HoldReason::Notice,
        HoldReason::Room,
        HoldReason::Fact,
    ];

    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            HoldReason::Room => "room",
            HoldReason::Fact => "fact",
            HoldReason::Right => "right",
            HoldReason::Notice => "notice",
        }
    }
}

/// What somebody owes because of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// What is owed.
    pub kind: DutyKind,
    /// The clause it follows from.
    pub clause: String,
    /// Who owes it: a provider, or `grantor` where the contract names none.
    pub by: String,
    /// The block of capacity it is about.
    pub block: Option<String>,
    /// How much it is about.
    pub amount: Option<Money>,
}

/// What is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DutyKind {
    /// Telling the holder of a first right of a block of capacity.
    SendNotice,
    /// Claiming that a provider match a better price of somebody else.
    ClaimMatch,
}

impl DutyKind {
    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            DutyKind::SendNotice => "send_notice",
            DutyKind::ClaimMatch => "claim_match",
        }
    }
}

/// What somebody should know who relies on a decision, though it changes nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    /// What it is about.
    pub kind: WarningKind,
    /// The clause, or the stage of life.
    pub cite: String,
    /// The deployment it concerns, where it is one.
    pub deployment: Option<String>,
    /// When it comes true.
    pub until: Option<Instant>,
    /// Since when it is so.
    pub since: Option<Instant>,
    /// From which amount on it is so.
    pub above: Option<Money>,
}

/// What a warning is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WarningKind {
    /// The time to cure a breach still runs; then the provider is suspended.
    Curing,
    /// The choice is the best for this request alone: for a revenue above an amount, using up the cap of a share first
    /// would cost less.
    LocallyOptimal,
    /// The request leaves open how much output it wants, so limits hold the most that the deployment can give: stating
    /// `max_output_tokens` frees the rest.
    OpenOutput,
    /// An attempted deployment retires soon.
    Retiring,
    /// A minimum share is in deficit, and no eligible deployment could make it up.
    ShareInfeasible,
    /// A price of an attempted deployment was read long ago.
    StalePrice,
}

impl WarningKind {
    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            WarningKind::Curing => "curing",
            WarningKind::Retiring => "retiring",
            WarningKind::ShareInfeasible => "share_infeasible",
            WarningKind::StalePrice => "stale_price",
            WarningKind::LocallyOptimal => "locally_optimal",
            WarningKind::OpenOutput => "open_output",
        }
    }
}

/// A contradiction that no rule of precedence settles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The clauses and rules that contradict each other; at least two.
    pub between: Vec<String>,
    /// The deployments it concerns.
    pub deployments: Vec<String>,
}

impl Decision {
    /// The verdict on a deployment.
    #[must_use]
    pub fn verdict(&self, deployment: &str) -> Option<&Verdict> {
        self.verdicts
            .iter()
            .find(|verdict| verdict.deployment == deployment)
    }

    /// The attempt that may follow when attempt number `failed` (from 0) came back with `refusal`.
    #[must_use]
    pub fn next(&self, failed: usize, refusal: Refusal) -> Option<&Attempt> {
        let attempt = self.attempts.get(failed)?;
        if !attempt.next_if.contains(&refusal) {
            return None;
        }
        self.attempts.get(failed.checked_add(1)?)
    }

    /// The decision as JSON, in the shape that every language shares.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let mut members: Vec<(Cow<'static, str>, Json)> = Vec::new();
        let mut put = |name: &'static str, value: Json| members.push((Cow::Borrowed(name), value));
        put("outcome", Json::text(self.outcome.name()));
        put("at", Json::text(self.at.to_string()));
        put("seed", Json::count(self.seed));
        put(
            "attempts",
            Json::Array(self.attempts.iter().map(Attempt::to_json).collect()),
        );
        put(
            "verdicts",
            Json::Object(
                self.verdicts
                    .iter()
                    .map(|verdict| (Cow::Owned(verdict.deployment.clone()), verdict.to_json()))
                    .collect(),
            ),
        );
        if let Some(hold) = &self.hold {
            put("hold", hold.to_json());
        }
        if let Some(conflict) = &self.conflict {
            put(
                "conflict",
                Json::object([
                    ("between", Json::texts(conflict.between.iter().cloned())),
                    (
                        "deployments",
                        Json::texts(conflict.deployments.iter().cloned()),
                    ),
                ]),
            );
        }
        put(
            "duties",
            Json::Array(self.duties.iter().map(Duty::to_json).collect()),
        );
        if !self.warnings.is_empty() {
            put(
                "warnings",
                Json::Array(self.warnings.iter().map(Warning::to_json).collect()),
            );
        }
        if !self.assumed.is_empty() {
            put("assumed", Json::texts(self.assumed.iter().cloned()));
        }
        put("confidence", Json::text(self.confidence.name()));
        put("engine", Json::text(ENGINE));
        put("policy_digest", Json::text(self.policy_digest.clone()));
        Json::Object(members)
    }

    /// The canonical bytes of the decision: RFC 8785, the same in every runtime.
    #[must_use]
    pub fn canonical(&self) -> String {
        self.to_json().canonical()
    }

    /// The decision in one sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        match (&self.outcome, self.attempts.first()) {
            (Outcome::Route, Some(attempt)) => {
                let mut text = format!("Route to {}", attempt.deployment);
                if let Some(cost) = attempt.cost {
                    text.push_str(&format!(" at {} USD", cost.cash));
                }
                if !attempt.because.is_empty() {
                    text.push_str(&format!(", because of {}", attempt.because.join(" and ")));
                }
                let then: Vec<&str> = self
                    .attempts
                    .iter()
                    .skip(1)
                    .map(|attempt| attempt.deployment.as_str())
                    .collect();
                match then.as_slice() {
                    [] => {}
                    [one] => text.push_str(&format!("; then {one}")),
                    [one, other] => text.push_str(&format!("; then {one} and {other}")),
                    [one, others @ ..] => {
                        text.push_str(&format!("; then {one} and {} others", others.len()));
                    }
                }
                text.push('.');
                text
            }
            (Outcome::Hold, _) => match &self.hold {
                Some(hold) => {
                    let mut text = format!("Hold: {} stands in the way", list(&hold.cites));
                    match hold.reason {
                        HoldReason::Room => text = format!("Hold: no room ({})", list(&hold.cites)),
                        HoldReason::Fact => {
                            text = format!("Hold: {} cannot be settled", list(&hold.cites))
                        }
                        HoldReason::Right | HoldReason::Notice => {}
                    }
                    if !hold.missing.is_empty() {
                        text.push_str(&format!("; missing: {}", list(&hold.missing)));
                    }
                    if let Some(until) = hold.until {
                        text.push_str(&format!("; until {until}"));
                    }
                    text.push('.');
                    text
                }
                None => "Hold.".to_string(),
            },
            (Outcome::Conflict, _) => match &self.conflict {
                Some(conflict) => format!(
                    "Conflict: {} contradict each other.",
                    list(&conflict.between)
                ),
                None => "Conflict.".to_string(),
            },
            (Outcome::Refuse | Outcome::Route, _) => {
                // What the request itself leaves out is no reason that a reader needs, unless it is the only one.
                let cited = |own: bool| {
                    let mut cites: Vec<String> = Vec::new();
                    for cite in self
                        .verdicts
                        .iter()
                        .filter_map(|verdict| verdict.cite.clone())
                    {
                        if cite.starts_with("request/") == own
                            && cite != "request/model"
                            && !cites.contains(&cite)
                        {
                            cites.push(cite);
                        }
                    }
                    cites
                };
                let mut cites = cited(false);
                if cites.is_empty() {
                    cites = cited(true);
                }
                if cites.is_empty() {
                    "Refuse: no deployment serves this model.".to_string()
                } else {
                    format!("Refuse: barred by {}.", list(&cites))
                }
            }
        }
    }
}

fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

impl Duty {
    fn to_json(&self) -> Json {
        let mut members = Vec::from([
            (Cow::Borrowed("kind"), Json::text(self.kind.name())),
            (Cow::Borrowed("clause"), Json::text(self.clause.clone())),
            (Cow::Borrowed("by"), Json::text(self.by.clone())),
        ]);
        if let Some(block) = &self.block {
            members.push((Cow::Borrowed("block"), Json::text(block.clone())));
        }
        if let Some(amount) = self.amount {
            members.push((Cow::Borrowed("amount"), Json::text(amount.to_string())));
        }
        Json::Object(members)
    }
}

impl Warning {
    fn to_json(&self) -> Json {
        let mut members = Vec::from([
            (Cow::Borrowed("kind"), Json::text(self.kind.name())),
            (Cow::Borrowed("cite"), Json::text(self.cite.clone())),
        ]);
        if let Some(deployment) = &self.deployment {
            members.push((Cow::Borrowed("deployment"), Json::text(deployment.clone())));
        }
        if let Some(until) = self.until {
            members.push((Cow::Borrowed("until"), Json::text(until.to_string())));
        }
        if let Some(since) = self.since {
            members.push((Cow::Borrowed("since"), Json::text(since.to_string())));
        }
        if let Some(above) = self.above {
            members.push((Cow::Borrowed("above"), Json::text(above.to_string())));
        }
        Json::Object(members)
    }
}

impl Attempt {
    fn to_json(&self) -> Json {
        Json::object([
            ("deployment", Json::text(self.deployment.clone())),
            ("because", Json::texts(self.because.iter().cloned())),
            ("cost", self.cost.map_or(Json::Null, Cost::to_json)),
            (
                "next_if",
                Json::texts(self.next_if.iter().map(|refusal| refusal.name())),
            ),
        ])
    }
}

impl Cost {
    /// Decimal strings of USD.
    #[must_use]
    pub fn to_json(self) -> Json {
        Json::object([
            ("cash", Json::text(self.cash.to_string())),
            ("routing", Json::text(self.routing.to_string())),
        ])
    }
}

impl Verdict {
    fn to_json(&self) -> Json {
        let optional =
            |text: Option<&str>| text.map_or(Json::Null, |text| Json::text(text.to_string()));
        Json::object([
            ("verdict", Json::text(self.kind.name())),
            ("question", optional(self.question.map(Question::name))),
            ("cite", optional(self.cite.as_deref())),
            ("also", Json::texts(self.also.iter().cloned())),
            ("values", Json::Object(self.values.clone())),
        ])
    }
}

impl Hold {
    fn to_json(&self) -> Json {
        let mut members: Vec<(Cow<'static, str>, Json)> = Vec::new();
        members.push((Cow::Borrowed("reason"), Json::text(self.reason.name())));
        members.push((
            Cow::Borrowed("cites"),
            Json::texts(self.cites.iter().cloned()),
        ));
        if let Some(until) = self.until {
            members.push((Cow::Borrowed("until"), Json::text(until.to_string())));
        }
        if !self.missing.is_empty() {
            members.push((
                Cow::Borrowed("missing"),
                Json::texts(self.missing.iter().cloned()),
            ));
        }
        Json::Object(members)
    }
}

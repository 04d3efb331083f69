//! The shapes of what the engine answers, declared for schema and types. A test reads real answers with them.

use alloc::string::String;
use alloc::vec::Vec;

use crate::authoring::written::{
    EvidenceWord, HoldReasonWord, LadderModeWord, OutcomeWord, PlanOptionsDoc, PolicyDoc,
    RefusalWord, RequestDoc, StateDoc, SweepDoc, TestsDoc, WhenDoc,
};
use crate::document::{Context, Decode, Map, Node, Raw, SchemaBuilder, schema};
use crate::json::Json;
use crate::ledger::documents::{AnswerDoc as LedgerAnswerDoc, CallDoc};
use crate::signal::{BreakerStepDoc, BreakerSteppedDoc, ReadingDoc, ReplyDoc};
use crate::usage::{PricingDoc, ReportDoc as ReportOfUsageDoc};

record! {
    /// Where a request may go, who comes first, what it costs, and why.
    pub struct DecisionDoc as "Decision" {
        /// What comes of the request.
        required outcome: OutcomeWord,
        /// The instant or day it was decided for.
        required at: String,
        /// What settled the choices of chance.
        required seed: u64,
        /// Where to try, in order.
        required attempts: Vec<AttemptDoc>,
        /// One for every deployment, by id.
        required verdicts: Map<VerdictDoc>,
        /// Why the request waits, for the outcome `hold`.
        optional hold: HoldDoc,
        /// What contradicts, for the outcome `conflict`.
        optional conflict: ConflictDoc,
        /// What somebody owes because of the decision.
        required duties: Vec<DutyDoc>,
        /// What somebody should know who relies on the decision.
        optional warnings: Vec<WarningDoc>,
        /// Clauses whose day of change was read by an assumption.
        optional assumed: Vec<String>,
        /// The weakest evidence among the cited clauses without which the first attempt would be another.
        required confidence: EvidenceWord,
        /// The engine and its version.
        required engine: String,
        /// SHA-256 of the policy's canonical form.
        required policy_digest: String,
    }
}

record! {
    /// One place to try.
    pub struct AttemptDoc as "Attempt" {
        /// The deployment.
        required deployment: String,
        /// The clauses and rules that put it here.
        required because: Vec<String>,
        /// What it costs; null where no price is stated.
        optional cost: CostDoc,
        /// The failures after which the next attempt may be tried; after any other, none may.
        required next_if: Vec<RefusalWord>,
    }
}

record! {
    /// A cost in decimal USD.
    pub struct CostDoc as "Cost" {
        /// What is paid.
        required cash: String,
        /// What the order is decided by.
        required routing: String,
    }
}

closed_enum! {
    /// Whether a deployment may be attempted.
    pub enum VerdictWord as "VerdictKind" {
        /// It may.
        Eligible => "eligible",
        /// It may not.
        Barred => "barred",
        /// Nobody can say yet; it is never attempted.
        Pending => "pending",
    }
}

closed_enum! {
    /// The questions asked of every deployment, in order.
    pub enum QuestionWord as "Question" {
        /// Can it serve this?
        Can => "can",
        /// May it?
        May => "may",
        /// Has it room?
        Room => "room",
        /// Who is first?
        First => "first",
        /// What does it cost?
        Cost => "cost",
    }
}

record! {
    /// What is said of one deployment.
    pub struct VerdictDoc as "Verdict" {
        /// Eligible, barred or pending.
        required verdict: VerdictWord,
        /// The first question that failed.
        optional question: QuestionWord,
        /// What settled it: `contract/clause`, `rules/id`, `capability/name`, `limit/name`, `state/name` or
        /// `request/field`.
        optional cite: String,
        /// What else speaks against it.
        required also: Vec<String>,
        /// What was compared.
        required values: Map<Raw>,
    }
}

record! {
    /// Why a request waits.
    pub struct HoldDoc as "Hold" {
        /// What would free a deployment.
        required reason: HoldReasonWord,
        /// What holds it.
        required cites: Vec<String>,
        /// When time alone frees a deployment.
        optional until: String,
        /// What is missing.
        optional missing: Vec<String>,
    }
}

record! {
    /// A contradiction that no precedence settles.
    pub struct ConflictDoc as "Conflict" {
        /// The clauses and rules.
        required between: Vec<String>,
        /// The deployments it concerns.
        required deployments: Vec<String>,
    }
}

closed_enum! {
    /// What is owed.
    pub enum DutyWord as "DutyKind" {
        /// Telling the holder of a first right of a block of capacity.
        SendNotice => "send_notice",
        /// Claiming that a provider match a better price of somebody else.
        ClaimMatch => "claim_match",
    }
}

record! {
    /// What somebody owes because of a decision.
    pub struct DutyDoc as "Duty" {
        /// What is owed.
        required kind: DutyWord,
        /// The clause it follows from.
        required clause: String,
        /// Who owes it: a provider, or `grantor` where the contract names none.
        required by: String,
        /// The block of capacity it is about.
        optional block: String,
        /// How much it is about, in decimal USD.
        optional amount: String,
    }
}

closed_enum! {
    /// What a warning is about.
    pub enum WarningWord as "WarningKind" {
        /// The time to cure a breach still runs; then the provider is suspended.
        Curing => "curing",
        /// An attempted deployment retires soon.
        Retiring => "retiring",
        /// A minimum share is in deficit, and no eligible deployment could make it up.
        ShareInfeasible => "share_infeasible",
        /// A price of an attempted deployment was read long ago.
        StalePrice => "stale_price",
        /// The choice is the best for this request alone: for a revenue above an amount, using up the cap of a share
        /// first would cost less.
        LocallyOptimal => "locally_optimal",
        /// The request leaves open how much output it wants, so limits hold the most that the deployment can give: stating
        /// `max_output_tokens` frees the rest.
        OpenOutput => "open_output",
    }
}

record! {
    /// What somebody should know who relies on a decision, though it changes nothing of it.
    pub struct WarningDoc as "Warning" {
        /// What it is about.
        required kind: WarningWord,
        /// What is cited.
        required cite: String,
        /// The deployment it concerns, where it is one.
        optional deployment: String,
        /// When it comes true.
        optional until: String,
        /// Since when it is so.
        optional since: String,
        /// From which amount on it is so, in decimal USD.
        optional above: String,
    }
}

record! {
    /// A decision with the five answers for every deployment.
    pub struct ExplanationDoc as "Explanation" {
        /// The decision in one sentence.
        required sentence: String,
        /// The decision.
        required decision: DecisionDoc,
        /// The answers, by deployment.
        required deployments: Map<DeploymentExplanationDoc>,
    }
}

record! {
    /// The five answers for one deployment.
    pub struct DeploymentExplanationDoc as "DeploymentExplanation" {
        /// Its place among the attempts, from 1; null where it is not attempted.
        optional rank: u64,
        /// One for each question.
        required answers: AnswersDoc,
        /// What it would cost, eligible or not; null where no price is stated.
        optional cost: CostDoc,
        /// What each meter adds to the cost.
        required lines: Vec<CostLineDoc>,
        /// What makes the price, in the order of the pipeline.
        required steps: Vec<StepDoc>,
    }
}

record! {
    /// The answers to the five questions.
    pub struct AnswersDoc as "Answers" {
        /// Can it serve this?
        required can: AnswerDoc,
        /// May it?
        required may: AnswerDoc,
        /// Has it room?
        required room: AnswerDoc,
        /// Who is first?
        required first: AnswerDoc,
        /// What does it cost?
        required cost: AnswerDoc,
    }
}

closed_enum! {
    /// How a question was answered.
    pub enum AnswerWord as "AnswerVerdict" {
        /// Nothing speaks against it.
        Yes => "yes",
        /// Something does.
        No => "no",
        /// Something is not settled.
        Pending => "pending",
        /// The deployment has no part in this request.
        NotAsked => "not_asked",
    }
}

record! {
    /// The answer to one question.
    pub struct AnswerDoc as "Answer" {
        /// How it was answered.
        required answer: AnswerWord,
        /// What the answer rests on.
        required reasons: Vec<ReasonDoc>,
    }
}

record! {
    /// One thing an answer rests on.
    pub struct ReasonDoc as "Reason" {
        /// What is cited.
        required cite: String,
        /// What contradicts it.
        required against: Vec<String>,
        /// What would settle it.
        required missing: Vec<String>,
        /// What was compared.
        required values: Map<Raw>,
    }
}

record! {
    /// What tokens cost on a deployment, and how the cost comes about.
    pub struct CostExplanationDoc as "CostExplanation" {
        /// The total.
        required cost: CostDoc,
        /// What each meter adds.
        required lines: Vec<CostLineDoc>,
        /// What makes the price, in the order of the pipeline.
        required steps: Vec<StepDoc>,
    }
}

record! {
    /// What one meter adds to a cost.
    pub struct CostLineDoc as "CostLine" {
        /// The meter: `input`, `cached_input`, `cache_write`, `cache_write_5m` and the like, `output` or `reasoning`.
        required meter: String,
        /// The meter whose rate it has; another one where the meter has none of its own.
        required rate_of: String,
        /// Tokens counted.
        required tokens: u64,
        /// What is paid, in USD per million tokens: decimal text, or `numerator/denominator` where no decimal is exact.
        required usd_per_mtok: String,
        /// What the price cell says, before it is multiplied.
        required cell_usd_per_mtok: String,
        /// The band of the rate: requests with more input tokens than this.
        required above_input_tokens: u64,
        /// The first instant of the rate.
        optional from: String,
        /// The first instant no longer.
        optional to: String,
        /// Where the rate was read.
        optional source: String,
        /// When it was read.
        optional as_of: String,
        /// Tokens times rate in USD, not rounded: decimal text, or `numerator/denominator`.
        required usd: String,
    }
}

closed_enum! {
    /// What a step on the way to a price does, in the order of the pipeline.
    pub enum StepWord as "StepKind" {
        /// Costs nothing at the margin: its units are paid by the hour.
        Provisioned => "provisioned",
        /// Sums tokens times the rates of the cells.
        Cell => "cell",
        /// Multiplies by the deployment's `price_multiplier`.
        Multiplier => "multiplier",
        /// Puts the price of a ladder in the place of a meter's line.
        Ladder => "ladder",
        /// Takes a discount off.
        Discount => "discount",
        /// Follows the best comparable price of others.
        PriceMatch => "price_match",
        /// Rounds to whole pico-USD, half to even.
        Rounding => "rounding",
        /// Adds what is owed of the revenue.
        RevenueShare => "revenue_share",
        /// Takes off what has been paid for already: a commitment that is used or lost.
        Commitment => "commitment",
        /// Takes off the routing cost what a projected shortfall would be paid for anyway.
        ShadowPrice => "shadow_price",
    }
}

record! {
    /// One step on the way to a price. Amounts are decimal USD, or `numerator/denominator` where no decimal is exact.
    pub struct StepDoc as "Step" {
        /// What is done.
        required step: StepWord,
        /// The clause that asks for it; absent where the deployment's own price does.
        optional cite: String,
        /// What is multiplied by.
        optional by: String,
        /// USD before it; absent for the first. Of a shadow price the routing cost, else what is paid.
        optional before: String,
        /// USD after it.
        required after: String,
        /// How the steps of a ladder price.
        optional mode: LadderModeWord,
        /// Tokens of a ladder's period so far.
        optional drawn_tokens: u64,
        /// The projected shortfall of a commitment.
        optional shortfall: String,
        /// The share of a shortfall that comes back as credit.
        optional recover: String,
        /// Who projects the shortfall.
        optional source: String,
        /// As of when it is projected.
        optional as_of: String,
    }
}

record! {
    /// A plan for a quantity over a period: what comes of it, the five answers for every deployment that takes part, the
    /// provisioned units it needs, and where the best route changes.
    pub struct PlanDoc as "Plan" {
        /// The decision in one sentence.
        required sentence: String,
        /// The decision; room was not asked, but for hard budgets.
        required decision: DecisionDoc,
        /// One for every deployment that takes part, by id.
        required deployments: Map<DeploymentExplanationDoc>,
        /// The units that the quantity needs of each provisioned deployment that takes part, by id; none where the length of the
        /// period is not stated.
        required sizings: Vec<SizingDoc>,
        /// Where the best route changes.
        required break_evens: Vec<BreakEvenDoc>,
    }
}

record! {
    /// The units that a quantity needs where it comes evenly over its period.
    pub struct SizingDoc as "Sizing" {
        /// The deployment.
        required deployment: String,
        /// Input that no cache has a part in, plus output by its weight, a minute: a whole number or a fraction.
        required normalised_tokens_per_minute: String,
        /// The units that carry them, exactly: a whole number or a fraction such as `1800/17`.
        required needed: String,
        /// The units that can be had and carry them: at least the minimum, in multiples of the increment.
        required units: u64,
        /// What these cost for the period in USD, where the price of a unit is stated.
        optional cost: String,
    }
}

record! {
    /// A value at which two deployments cost the same.
    pub struct BreakEvenDoc as "BreakEven" {
        /// What it is a value of: `clauses/<contract>/<clause>/recover`, `request/revenue_usd`,
        /// `deployments/<id>/usd_per_unit_hour`.
        required variable: String,
        /// The deployment that is better below the value, and the one that is better above it.
        required between: Vec<String>,
        /// The value, exactly: a whole number or a fraction such as `10/11`. Amounts in USD.
        required at: String,
        /// The same as a decimal number, rounded to twelve places.
        required decimal: String,
    }
}

record! {
    /// Why a deployment is not the first attempt, and what would change it.
    pub struct WhyNotDoc as "WhyNot" {
        /// The deployment.
        required deployment: String,
        /// Its place among the attempts, from 1; null where it is not attempted.
        optional attempted: u64,
        /// What speaks against it, in the order of the questions; for an attempt that is not the first, what puts the first
        /// before it.
        required reasons: Vec<WhyNotReasonDoc>,
        /// The nearest single changes that make it eligible, or, where it is, the first attempt.
        required changes: Vec<ChangeDoc>,
        /// What was not looked at, and why.
        required incomplete: Vec<String>,
    }
}

record! {
    /// One thing that speaks against a deployment.
    pub struct WhyNotReasonDoc as "WhyNotReason" {
        /// The question that found it.
        required question: QuestionWord,
        /// What is cited; `price`, `state/latency_ms`, `request/key`, `id` or `spills_to` where it puts another attempt first.
        required cite: String,
        /// What contradicts it.
        required against: Vec<String>,
        /// What would settle it.
        required missing: Vec<String>,
        /// What was compared.
        required values: Map<Raw>,
    }
}

closed_enum! {
    /// What is changed.
    pub enum ChangeWord as "ChangeKind" {
        /// The moment.
        Instant => "instant",
        /// One counter, health, cooldown or signal of the state.
        Capacity => "capacity",
        /// What the price list asks in all.
        Price => "price",
        /// One attribute or field of the request.
        Attribute => "attribute",
        /// One fact.
        Fact => "fact",
    }
}

record! {
    /// One thing that, changed alone, makes a deployment eligible, or the first attempt.
    pub struct ChangeDoc as "Change" {
        /// What is changed.
        required kind: ChangeWord,
        /// The path of what is changed.
        required variable: String,
        /// What it is; null where it is not stated.
        optional from: Raw,
        /// The nearest value that does; null for no pin, no signal, no cooldown.
        optional to: Raw,
        /// What is cited against the deployment and holds no longer.
        required removes: String,
    }
}

record! {
    /// Where an answer changes when one thing does.
    pub struct BreakpointsDoc as "Breakpoints" {
        /// The path of what is varied.
        required variable: String,
        /// The first value that was looked at; null where the values have no order.
        optional from: Raw,
        /// The last value that was looked at.
        optional to: Raw,
        /// The answer at the first value.
        optional first: AnswerAtDoc,
        /// Where the answer changes, ascending.
        required points: Vec<BreakpointDoc>,
        /// The answer for each value, where the values have no order.
        required values: Vec<ValueAnswerDoc>,
        /// What was not looked at, and why.
        required incomplete: Vec<String>,
    }
}

record! {
    /// A value at which the answer changes.
    pub struct BreakpointDoc as "Breakpoint" {
        /// The first value with the new answer.
        required at: Raw,
        /// The answer up to here.
        required before: AnswerAtDoc,
        /// The answer from here on.
        required after: AnswerAtDoc,
    }
}

record! {
    /// A value and its answer.
    pub struct ValueAnswerDoc as "ValueAnswer" {
        /// The value; null where nothing is stated.
        optional value: Raw,
        /// What comes of it.
        required answer: AnswerAtDoc,
    }
}

record! {
    /// What comes of a request, in short.
    pub struct AnswerAtDoc as "AnswerAt" {
        /// What comes of it.
        required outcome: OutcomeWord,
        /// Where to try, in order.
        required attempts: Vec<String>,
    }
}

closed_enum! {
    /// How bad a finding is.
    pub enum SeverityWord as "Severity" {
        /// The policy cannot be used.
        Error => "error",
        /// It can, but something is probably not meant.
        Warning => "warning",
        /// Nothing is wrong; something will change, or was not looked at.
        Note => "note",
    }
}

record! {
    /// A finding about a source.
    pub struct DiagnosticDoc as "Diagnostic" {
        /// A stable code, such as `W0103`.
        required code: String,
        /// How bad it is.
        required severity: SeverityWord,
        /// What is wrong.
        required message: String,
        /// What to do about it.
        optional help: String,
        /// Where in the document, as a JSON pointer.
        required path: String,
        /// The name of the source; null where there is no place.
        optional source: String,
        /// The first code unit of the place.
        optional start: u64,
        /// The code unit after the last.
        optional end: u64,
        /// The line, from 1.
        optional line: u64,
        /// The column, from 1.
        optional column: u64,
        /// The line of the end.
        optional end_line: u64,
        /// The column of the end.
        optional end_column: u64,
        /// Other places that belong to it.
        required related: Vec<RelatedDoc>,
    }
}

record! {
    /// Another place that belongs to a finding.
    pub struct RelatedDoc as "Related" {
        /// What is there.
        required message: String,
        /// The name of the source.
        optional source: String,
        /// The first code unit of the place.
        optional start: u64,
        /// The code unit after the last.
        optional end: u64,
        /// The line, from 1.
        optional line: u64,
        /// The column, from 1.
        optional column: u64,
        /// The line of the end.
        optional end_line: u64,
        /// The column of the end.
        optional end_column: u64,
    }
}

record! {
    /// What came of a policy's tests.
    pub struct ReportDoc as "TestReport" {
        /// How many passed.
        required passed: u64,
        /// How many failed.
        required failed: u64,
        /// SHA-256 over the canonical decisions, one a line.
        required digest: String,
        /// One for each test.
        required tests: Vec<TestResultDoc>,
    }
}

record! {
    /// What came of one test.
    pub struct TestResultDoc as "TestResult" {
        /// What it shows.
        required name: String,
        /// The name of its source.
        required source: String,
        /// Whether every expectation was met.
        required passed: bool,
        /// The expectations that were not met.
        required failures: Vec<String>,
        /// The canonical decision; null where the request or state could not be read.
        optional decision: String,
    }
}

record! {
    /// A deployment as the policy describes it.
    pub struct DeploymentSummaryDoc as "DeploymentSummary" {
        /// Its id.
        required id: String,
        /// Who sells it.
        required provider: String,
        /// Who runs it.
        required hosted_by: String,
        /// The model it serves.
        required model: String,
        /// Where requests are processed; null where it is not known.
        optional zone: String,
        /// The service tier.
        required tier: String,
        /// The tokens, input and output together, that its limits allow in a minute; null where they do not say.
        optional tokens_per_minute: u64,
    }
}

record! {
    /// The words that a request to a policy may use: what a form offers.
    pub struct VocabularyDoc as "Vocabulary" {
        /// Models and aliases.
        required models: Vec<String>,
        /// Zones.
        required zones: Vec<String>,
        /// Service tiers.
        required tiers: Vec<String>,
        /// Capabilities that some deployment mentions.
        required capabilities: Vec<String>,
        /// Attributes of requests.
        required attributes: Map<DeclaredDoc>,
        /// Facts.
        required facts: Map<DeclaredDoc>,
    }
}

record! {
    /// A declared attribute or fact.
    pub struct DeclaredDoc as "Declared" {
        /// Its type.
        required word as "type": String,
        /// The texts it may be; null where it may be any.
        optional one_of: Vec<String>,
        /// The value where none is given; null where it is then unknown.
        optional default_value as "default": Raw,
    }
}

/// How many tokens each meter counts, by the meter's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageDoc(
    /// The counts.
    pub Map<u64>,
);

impl Decode for UsageDoc {
    fn decode(node: &Node, context: &mut Context) -> Option<Self> {
        Map::decode(node, context).map(UsageDoc)
    }

    fn schema(builder: &mut SchemaBuilder) -> Json {
        builder.define("Usage", |builder| {
            schema::described(
                Map::<u64>::schema(builder),
                "How many tokens each meter counts: `input`, `cached_input`, `cache_write`, `cache_write_5m` and the like, `output`, `reasoning`. Meters are disjoint.",
            )
        })
    }
}

record! {
    /// Everything that is exchanged with the engine.
    pub struct ExchangedDoc as "Exchanged" {
        /// The policy document.
        required policy: PolicyDoc,
        /// Tests in a source of their own.
        required tests: TestsDoc,
        /// A request.
        required request: RequestDoc,
        /// A state of the world.
        required state: StateDoc,
        /// The moment of a decision.
        required when: WhenDoc,
        /// A decision.
        required decision: DecisionDoc,
        /// An explanation.
        required explanation: ExplanationDoc,
        /// A cost and how it comes about.
        required cost: CostExplanationDoc,
        /// What a plan is for.
        required plan_options: PlanOptionsDoc,
        /// A plan.
        required plan: PlanDoc,
        /// Why not.
        required why_not: WhyNotDoc,
        /// What is varied.
        required sweep: SweepDoc,
        /// Where answers change.
        required breakpoints: BreakpointsDoc,
        /// How many tokens each meter counts: `input`, `cached_input`, `cache_write`, `cache_write_5m` and the like,
        /// `output`, `reasoning`.
        required usage: UsageDoc,
        /// Tokens that were used on a deployment, to be priced.
        required pricing: PricingDoc,
        /// A report of a provider, to be made into meters.
        required usage_report: ReportOfUsageDoc,
        /// An upstream's answer.
        required reply: ReplyDoc,
        /// What it says.
        required reading: ReadingDoc,
        /// What is asked of a breaker.
        required step: BreakerStepDoc,
        /// What a breaker answers.
        required stepped: BreakerSteppedDoc,
        /// What is asked of a ledger or an edge.
        required ledger_call: CallDoc,
        /// What it answers.
        required ledger_answer: LedgerAnswerDoc,
        /// A finding about a source.
        required diagnostic: DiagnosticDoc,
        /// What came of a policy's tests.
        required report: ReportDoc,
        /// A deployment.
        required deployment: DeploymentSummaryDoc,
        /// The words that a request may use.
        required vocabulary: VocabularyDoc,
    }
}

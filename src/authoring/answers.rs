//! The shapes of what the engine answers, declared for schema and types. A test reads real answers with them.

use alloc::string::String;
use alloc::vec::Vec;

use crate::authoring::written::{
    EvidenceWord, HoldReasonWord, OutcomeWord, PolicyDoc, RefusalWord, RequestDoc, StateDoc,
    TestsDoc, WhenDoc,
};
use crate::document::{Map, Raw};

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

record! {
    /// What somebody owes because of a decision.
    pub struct DutyDoc as "Duty" {
        /// What kind of duty.
        required kind: String,
        /// The clause it follows from.
        required clause: String,
        /// Who owes it.
        required by: String,
        /// How much, in decimal USD.
        optional amount: String,
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
        /// How the cost comes about.
        required lines: Vec<CostLineDoc>,
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
    /// What one meter adds to a cost.
    pub struct CostLineDoc as "CostLine" {
        /// The meter: `input`, `cached_input`, `cache_write` or `output`.
        required meter: String,
        /// Tokens counted.
        required tokens: u64,
        /// The rate.
        required usd_per_mtok: String,
        /// The band of the rate: requests with more input tokens than this.
        required above_input_tokens: u64,
        /// Tokens times rate.
        required usd: String,
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

/**
 * What is decided.
 *
 * - `serve`: Answering a request.
 * - `launch`: Making a product available for the first time.
 * - `host`: Running a product on capacity.
 * - `train`: Training on capacity.
 * - `sell`: Offering a product to a customer.
 */
export type Act = "serve" | "launch" | "host" | "train" | "sell";

/**
 * How a limit counts the request that reaches it.
 *
 * - `pre_check`: Refused where the counter would pass the limit.
 * - `post_check`: Admitted while the counter is below the limit.
 */
export type Admission = "pre_check" | "post_check";

/** A request that is to be sent. */
export interface AdmissionData {
  /** The id of the reservation: unique while it lasts. */
  id: string;
  /** Where it is to be sent. */
  deployment: string;
  /** The request. */
  request: unknown;
  /** The world beside the ledger: facts, forecasts, health. */
  world?: unknown | null;
  /** When the reservation counts as forgotten. */
  expires_at: string;
}

/** The answer to one question. */
export interface Answer {
  /** How it was answered. */
  answer: AnswerVerdict;
  /** What the answer rests on. */
  reasons: Reason[];
}

/** What comes of a request, in short. */
export interface AnswerAt {
  /** What comes of it. */
  outcome: Outcome;
  /** Where to try, in order. */
  attempts: string[];
}

/**
 * How a question was answered.
 *
 * - `yes`: Nothing speaks against it.
 * - `no`: Something does.
 * - `pending`: Something is not settled.
 * - `not_asked`: The deployment has no part in this request.
 */
export type AnswerVerdict = "yes" | "no" | "pending" | "not_asked";

/** The answers to the five questions. */
export interface Answers {
  /** Can it serve this? */
  can: Answer;
  /** May it? */
  may: Answer;
  /** Has it room? */
  room: Answer;
  /** Who is first? */
  first: Answer;
  /** What does it cost? */
  cost: Answer;
}

/** One arm of a split. */
export interface Arm {
  /** How often it comes first, against the sum of the weights; at most 1,000,000. */
  weight: number;
  /** The deployments of the arm: a condition on `deployment`. */
  when: string;
}

/** One place to try. */
export interface Attempt {
  /** The deployment. */
  deployment: string;
  /** The clauses and rules that put it here. */
  because: string[];
  /** What it costs; null where no price is stated. */
  cost?: Cost | null;
  /** The failures after which the next attempt may be tried; after any other, none may. */
  next_if: Refusal[];
}

/** A typed value that a request may carry. */
export interface Attribute {
  /** Its type; `one_of` says it for texts from a fixed set. */
  type?: Type | null;
  /** The texts it may be. */
  one_of?: string[] | null;
  /** The value where a request gives none; unknown where absent. */
  default?: unknown | null;
  /** What it means, for readers. */
  description?: string | null;
}

/** A value at which two deployments cost the same. */
export interface BreakEven {
  /** What it is a value of: `clauses/<contract>/<clause>/recover`, `request/revenue_usd`, `deployments/<id>/usd_per_unit_hour`. */
  variable: string;
  /** The deployment that is better below the value, and the one that is better above it. */
  between: string[];
  /** The value, exactly: a whole number or a fraction such as `10/11`. Amounts in USD. */
  at: string;
  /** The same as a decimal number, rounded to twelve places. */
  decimal: string;
}

/** The health of one deployment. */
export interface BreakerData {
  /** What keeps it out; of one cause the longest counts. */
  stops?: Stop[] | null;
  /** Failures without a signal, one behind the other. */
  failures?: number | null;
  /** Probes that failed since it was last well. */
  reopened?: number | null;
  /** The probe that is out. */
  probe?: Probe | null;
  /** How many probes were let through. */
  probes?: number | null;
}

/** Whether a request may go to a deployment. */
export interface BreakerEntry {
  /** Whether it may. */
  entry: EntryKind;
  /** The number of the probe that it is. */
  probe?: number | null;
  /** Until when it may not, at least. */
  until?: string | null;
  /** What it counts as where it may not: a deployment that came back with this. */
  refusal?: Refusal | null;
}

/** One step of a breaker: it records an answer, then lets a request in, each where asked. */
export interface BreakerStep {
  /** The breaker as it was; well where absent. */
  breaker?: BreakerData | null;
  /** How long deployments are left alone; as usual where absent. */
  cooldowns?: Cooldowns | null;
  /** When. */
  at: string;
  /** The answer that came of a request that was let in. */
  reply?: ReplyData | null;
  /** The number of the probe that the request was. */
  probe?: number | null;
  /** Whether a request asks to be sent. */
  enter?: boolean | null;
}

/** A breaker after a step. */
export interface BreakerStepped {
  /** The breaker: keep it for the next step. */
  breaker: BreakerData;
  /** What a state says of the deployment at the instant of the step. */
  state: Reported;
  /** What the answer says, where one was recorded. */
  reading?: Reading | null;
  /** Whether the request may be sent, where one asks. */
  entry?: BreakerEntry | null;
}

/** A value at which the answer changes. */
export interface Breakpoint {
  /** The first value with the new answer. */
  at: unknown;
  /** The answer up to here. */
  before: AnswerAt;
  /** The answer from here on. */
  after: AnswerAt;
}

/** Where an answer changes when one thing does. */
export interface Breakpoints {
  /** The path of what is varied. */
  variable: string;
  /** The first value that was looked at; null where the values have no order. */
  from?: unknown | null;
  /** The last value that was looked at. */
  to?: unknown | null;
  /** The answer at the first value. */
  first?: AnswerAt | null;
  /** Where the answer changes, ascending. */
  points: Breakpoint[];
  /** The answer for each value, where the values have no order. */
  values: ValueAnswer[];
  /** What was not looked at, and why. */
  incomplete: string[];
}

/**
 * What becomes of input read from a cache.
 *
 * - `counted`: It counts like other input.
 * - `held`: It counts when the request is admitted, and not when the usage is known.
 * - `free`: It does not count.
 */
export type CachedInput = "counted" | "held" | "free";

/** Which days are business days. */
export interface Calendar {
  /** The days of the week that are none; `[saturday, sunday]` where absent. */
  weekend?: Weekday | Weekday[] | null;
  /** Other days that are none, in order. */
  holidays?: string[] | null;
  /** The time zone of its days: a name of the IANA database such as `Europe/London`, `UTC`, or an offset such as `+01:00`; UTC where absent. */
  time_zone?: string | null;
  /** The time, such as `17:00`, from which on an event counts as of the next business day, and at which periods end; midnight at the end of the day where absent. */
  day_ends?: string | null;
}

/**
 * Why a provider is suspended.
 *
 * - `force_majeure`: An event beyond the control of the parties.
 * - `breach`: A breach.
 * - `non_payment`: Bills that were not paid.
 * - `acceptable_use`: A use that the terms do not allow.
 * - `security`: A danger to security.
 * - `other`: Something else.
 */
export type Cause = "force_majeure" | "breach" | "non_payment" | "acceptable_use" | "security" | "other";

/** One thing that, changed alone, makes a deployment eligible, or the first attempt. */
export interface Change {
  /** What is changed. */
  kind: ChangeKind;
  /** The path of what is changed. */
  variable: string;
  /** What it is; null where it is not stated. */
  from?: unknown | null;
  /** The nearest value that does; null for no pin, no signal, no cooldown. */
  to?: unknown | null;
  /** What is cited against the deployment and holds no longer. */
  removes: string;
}

/**
 * What is changed.
 *
 * - `instant`: The moment.
 * - `capacity`: One counter, health, cooldown or signal of the state.
 * - `price`: What the price list asks in all.
 * - `attribute`: One attribute or field of the request.
 * - `fact`: One fact.
 */
export type ChangeKind = "instant" | "capacity" | "price" | "attribute" | "fact";

/** One right or duty. */
export type Clause = ExclusivityClause | PermitClause | LicenseClause | ResidencyClause | CovenantClause | SuspensionClause | FirstRefusalClause | ShipFirstClause | ShareClause | SpendCapClause | CommitmentClause | LadderClause | DiscountClause | PriceMatchClause | RevenueShareClause | RecitalClause;

/** What the world has counted for a clause in its window, interval or term. */
export interface ClauseState {
  /** What was drawn: requests, tokens or USD, as the clause counts; in USD less than 0 where credits exceed costs. */
  drawn?: number | string | null;
  /** All work in scope, in the same unit, for a share. */
  total?: number | string | null;
  /** What has accrued and is not invoiced, in USD. */
  accrued?: number | string | null;
  /** What is held for requests in flight, in USD. */
  held?: number | string | null;
  /** What is expected for the rest of the term. */
  forecast?: Forecast | null;
  /** When the counters start again from 0. */
  resets_at?: string | null;
}

/** An amount to be spent with a provider by a day. */
export interface CommitmentClause {
  /** An amount to be spent with a provider by a day. */
  kind: "commitment";
  /** Its id, unique in the contract; it is cited as `contract/id`. */
  id: string;
  /** The acts it binds; `[serve]` where absent. */
  acts?: Act | Act[] | null;
  /** The models or aliases it is about; all where absent. */
  models?: string | string[] | null;
  /** A condition under which it applies. */
  when?: string | null;
  /** When it is in force, within the term of the contract. */
  term?: Term | null;
  /** A condition over facts that ends it. */
  ends_when?: string | null;
  /** Clauses that it replaces from its first instant, each as `contract/clause`. */
  supersedes?: string[] | null;
  /** Its rank, where it differs from the contract's. */
  rank?: number | null;
  /** Who says so, where it is not the contract's source. */
  source?: Source | null;
  /** Since when it is known; a decision as of an earlier knowledge leaves it out. */
  known_from?: string | null;
  /** The wording, for readers. */
  text?: string | null;
  /** With whom. */
  provider: string;
  /** How much, in USD: for the whole term, or in each interval. */
  amount: number | string;
  /** Over the whole term or in each interval; `discontinuous` where absent. */
  model?: CommitmentModel | null;
  /** The interval of a continuous commitment: a calendar window in the contract's zone. */
  interval?: Window | null;
  /** The last day on which spend counts; the end of the term where absent. */
  due?: string | null;
  /** What counts towards it; `net` where absent. */
  counts?: Counts | null;
  /** What it does to a decision; `price` where absent. */
  effect?: Effect | null;
  /** With effect `precedence`: how much dearer than the cheapest an eligible deployment may be, to come first. */
  max_premium?: number | string | null;
  /** What becomes of a shortfall. */
  shortfall?: Shortfall | null;
  /** How much must have been spent by when, ascending; a straight line where absent. */
  milestones?: MilestoneAmount[] | null;
}

/**
 * Over the whole term or in each interval, as FOCUS 1.3 names it.
 *
 * - `discontinuous`: A pool over the whole term.
 * - `continuous`: Used or lost in each interval.
 */
export type CommitmentModel = "discontinuous" | "continuous";

/** A contradiction that no precedence settles. */
export interface Conflict {
  /** The clauses and rules. */
  between: string[];
  /** The deployments it concerns. */
  deployments: string[];
}

/** An agreement. */
export interface Contract {
  /** A name for readers. */
  title?: string | null;
  /** The other party. */
  with?: string | null;
  /** The party that grants the rights; under a sole right it may still compete. */
  grantor?: string | null;
  /** Who says so; clauses may name their own source. */
  source?: Source | null;
  /** When it is in force; clauses may narrow it. */
  term?: Term | null;
  /** The time zone in which bare dates are read: a name of the IANA database such as `Europe/London`, `UTC`, or an offset such as `+01:00`; UTC, flagged as assumed, where absent. */
  time_zone?: string | null;
  /** What is in force on a day of change when only the day is known; `unknown` where absent. */
  day_of_change?: DayOfChange | null;
  /** The rank of its clauses: of contradicting clauses the higher prevails. 0 where absent. */
  rank?: number | null;
  /** Its clauses. */
  clauses: Clause[];
}

/** How long a deployment is left alone after a signal or failures. */
export interface Cooldowns {
  /** After `own_quota`, in milliseconds; 10,000 where absent. */
  own_quota_ms?: number | null;
  /** After `shared_capacity`, in milliseconds; 15,000 where absent. */
  shared_capacity_ms?: number | null;
  /** After `temporary_cut`, in milliseconds; 60,000 where absent. */
  temporary_cut_ms?: number | null;
  /** After `spend_limit`, in milliseconds; an hour where absent. */
  spend_limit_ms?: number | null;
  /** After `not_ready`, in milliseconds; 30,000 where absent. */
  not_ready_ms?: number | null;
  /** After `overloaded`, in milliseconds; 15,000 where absent. */
  overloaded_ms?: number | null;
  /** After `failures` without a signal, in milliseconds; 15,000 where absent. */
  down_ms?: number | null;
  /** How many failures without a signal, one behind the other, count; 3 where absent. */
  failures?: number | null;
  /** What failed probes lengthen a cooldown to at most, in milliseconds; 300,000 where absent. */
  longest_ms?: number | null;
  /** The longest wait that a provider is believed, in milliseconds; a day where absent. */
  longest_stated_ms?: number | null;
  /** How long a probe may take, in milliseconds; 60,000 where absent. */
  probe_ms?: number | null;
}

/**
 * A place where data is.
 *
 * - `processing`: Where the request is processed.
 * - `storage`: Where data rests.
 * - `monitoring`: Where copies for abuse monitoring lie.
 */
export type Copies = "processing" | "storage" | "monitoring";

/** A cost in decimal USD. */
export interface Cost {
  /** What is paid. */
  cash: string;
  /** What the order is decided by. */
  routing: string;
}

/** What tokens cost on a deployment, and how the cost comes about. */
export interface CostExplanation {
  /** The total. */
  cost: Cost;
  /** What each meter adds. */
  lines: CostLine[];
  /** What makes the price, in the order of the pipeline. */
  steps: Step[];
}

/** What one meter adds to a cost. */
export interface CostLine {
  /** The meter: `input`, `cached_input`, `cache_write`, `cache_write_5m` and the like, `output` or `reasoning`. */
  meter: string;
  /** The meter whose rate it has; another one where the meter has none of its own. */
  rate_of: string;
  /** Tokens counted. */
  tokens: number;
  /** What is paid, in USD per million tokens: decimal text, or `numerator/denominator` where no decimal is exact. */
  usd_per_mtok: string;
  /** What the price cell says, before it is multiplied. */
  cell_usd_per_mtok: string;
  /** The band of the rate: requests with more input tokens than this. */
  above_input_tokens: number;
  /** The first instant of the rate. */
  from?: string | null;
  /** The first instant no longer. */
  to?: string | null;
  /** Where the rate was read. */
  source?: string | null;
  /** When it was read. */
  as_of?: string | null;
  /** Tokens times rate in USD, not rounded: decimal text, or `numerator/denominator`. */
  usd: string;
}

/**
 * What a share counts.
 *
 * - `requests`: Requests.
 * - `tokens`: Tokens.
 * - `spend`: Spend in USD.
 */
export type Counted = "requests" | "tokens" | "spend";

/**
 * What counts towards a commitment.
 *
 * - `net`: What is paid.
 * - `list`: List prices.
 */
export type Counts = "net" | "list";

/** Only where covenants are kept. */
export interface CovenantClause {
  /** Only where covenants are kept. */
  kind: "covenant";
  /** Its id, unique in the contract; it is cited as `contract/id`. */
  id: string;
  /** The acts it binds; `[serve]` where absent. */
  acts?: Act | Act[] | null;
  /** The models or aliases it is about; all where absent. */
  models?: string | string[] | null;
  /** A condition under which it applies. */
  when?: string | null;
  /** When it is in force, within the term of the contract. */
  term?: Term | null;
  /** A condition over facts that ends it. */
  ends_when?: string | null;
  /** Clauses that it replaces from its first instant, each as `contract/clause`. */
  supersedes?: string[] | null;
  /** Its rank, where it differs from the contract's. */
  rank?: number | null;
  /** Who says so, where it is not the contract's source. */
  source?: Source | null;
  /** Since when it is known; a decision as of an earlier knowledge leaves it out. */
  known_from?: string | null;
  /** The wording, for readers. */
  text?: string | null;
  /** The covenants, such as `zdr`, `baa` or `no_training`. */
  requires: string | string[];
}

/**
 * What is in force on a day of change when only the day is known.
 *
 * - `unknown`: Nobody can say.
 * - `new_terms`: The terms that begin that day.
 */
export type DayOfChange = "unknown" | "new_terms";

/** Where a request may go, who comes first, what it costs, and why. */
export interface Decision {
  /** What comes of the request. */
  outcome: Outcome;
  /** The instant or day it was decided for. */
  at: string;
  /** What settled the choices of chance. */
  seed: number;
  /** Where to try, in order. */
  attempts: Attempt[];
  /** One for every deployment, by id. */
  verdicts: { [key: string]: Verdict };
  /** Why the request waits, for the outcome `hold`. */
  hold?: Hold | null;
  /** What contradicts, for the outcome `conflict`. */
  conflict?: Conflict | null;
  /** What somebody owes because of the decision. */
  duties: Duty[];
  /** What somebody should know who relies on the decision. */
  warnings?: Warning[] | null;
  /** Clauses whose day of change was read by an assumption. */
  assumed?: string[] | null;
  /** The weakest evidence among the cited clauses without which the first attempt would be another. */
  confidence: Evidence;
  /** The engine and its version. */
  engine: string;
  /** SHA-256 of the policy's canonical form. */
  policy_digest: string;
}

/** A declared attribute or fact. */
export interface Declared {
  /** Its type. */
  type: string;
  /** The texts it may be; null where it may be any. */
  one_of?: string[] | null;
  /** The value where none is given; null where it is then unknown. */
  default?: unknown | null;
}

/** One place that can serve: a provider's model in a zone, at a service tier. */
export interface Deployment {
  /** The values that fill the template in the key: one deployment for every combination. */
  each?: Each | null;
  /** Who sells it. */
  provider?: string | null;
  /** Who runs it; the provider where absent. */
  hosted_by?: string | null;
  /** The model it serves. */
  model?: string | null;
  /** Where requests are processed; unknown where absent. */
  zone?: string | null;
  /** Where data rests; unknown where absent. */
  storage_zone?: string | null;
  /** Where copies for abuse monitoring lie; unknown where absent. */
  monitoring_zone?: string | null;
  /** The service tier; `standard` where absent. */
  tier?: string | null;
  /** Capabilities it has. */
  supports?: string[] | null;
  /** Capabilities it is known not to have, and covenants it is known not to keep. A capability in neither list is unknown. */
  lacks?: string[] | null;
  /** Covenants it keeps, such as `zdr` or `baa`. A covenant in neither list is unknown, and unknown is not kept. */
  holds?: (string | HeldTerm)[] | null;
  /** When it opens, closes to those who come anew, and ends. Bare dates are read in UTC. */
  lifecycle?: Lifecycle | null;
  /** The deployment of the same model that follows it directly where nothing else puts one before the other. */
  spills_to?: string | null;
  /** The failures of an attempt after which the request spills; `no_capacity`, `quota` and `down` where absent. */
  spills_on?: Refusal | Refusal[] | null;
  /** The longest input plus output, in tokens. */
  context_tokens?: number | null;
  /** The longest input, in tokens. */
  max_input_tokens?: number | null;
  /** The longest output, in tokens. */
  max_output_tokens?: number | null;
  /** What it may carry. */
  limits?: Limits | null;
  /** `sheet.name`, a price cell, or a list of cells. A deployment without a price is never taken for free. */
  price?: string | PriceCell | PriceCell[] | null;
  /** What every rate of the price is multiplied by: a positive decimal such as `1.1`, or a percentage such as `110%`; 1 where absent. */
  price_multiplier?: number | string | null;
  /** Provisioned throughput, paid by the hour: one more request costs nothing. Excludes a price. It is a limit of its own, `limit/provisioned`, beside those of `limits`. */
  provisioned?: Provisioned | null;
  /** Anything a reader should know. */
  note?: string | null;
}

/** The five answers for one deployment. */
export interface DeploymentExplanation {
  /** Its place among the attempts, from 1; null where it is not attempted. */
  rank?: number | null;
  /** One for each question. */
  answers: Answers;
  /** What it would cost, eligible or not; null where no price is stated. */
  cost?: Cost | null;
  /** What each meter adds to the cost. */
  lines: CostLine[];
  /** What makes the price, in the order of the pipeline. */
  steps: Step[];
}

/** What is known of a deployment. */
export interface DeploymentState {
  /** What its own counter has counted this minute. */
  used?: Used | null;
  /** Requests it is answering. */
  in_flight?: number | null;
  /** Whether it answers; `up` where absent. */
  health?: Health | null;
  /** Not to be tried before this instant. */
  cooldown_until?: string | null;
  /** What the provider last signalled. */
  signal?: Signal | null;
  /** Latency in milliseconds. */
  latency_ms?: number | null;
}

/** A deployment as the policy describes it. */
export interface DeploymentSummary {
  /** Its id. */
  id: string;
  /** Who sells it. */
  provider: string;
  /** Who runs it. */
  hosted_by: string;
  /** The model it serves. */
  model: string;
  /** Where requests are processed; null where it is not known. */
  zone?: string | null;
  /** The service tier. */
  tier: string;
  /** The tokens, input and output together, that its limits allow in a minute; null where they do not say. */
  tokens_per_minute?: number | null;
}

/** A finding about a source. */
export interface Diagnostic {
  /** A stable code, such as `W0103`. */
  code: string;
  /** How bad it is. */
  severity: Severity;
  /** What is wrong. */
  message: string;
  /** What to do about it. */
  help?: string | null;
  /** Where in the document, as a JSON pointer. */
  path: string;
  /** The name of the source; null where there is no place. */
  source?: string | null;
  /** The first code unit of the place. */
  start?: number | null;
  /** The code unit after the last. */
  end?: number | null;
  /** The line, from 1. */
  line?: number | null;
  /** The column, from 1. */
  column?: number | null;
  /** The line of the end. */
  end_line?: number | null;
  /** The column of the end. */
  end_column?: number | null;
  /** Other places that belong to it. */
  related: Related[];
}

/**
 * Whose answers are read.
 *
 * - `openai`: OpenAI.
 * - `azure`: Azure OpenAI.
 * - `anthropic`: Anthropic.
 * - `bedrock`: Amazon Bedrock.
 * - `vertex`: Google Vertex AI, and the Gemini API.
 * - `other`: Somebody else, or nobody knows.
 */
export type Dialect = "openai" | "azure" | "anthropic" | "bedrock" | "vertex" | "other";

/**
 * Whether a part of a refused block needs a notice of its own.
 *
 * - `reopens`: It does.
 * - `ignored`: It does not.
 */
export type Disaggregation = "reopens" | "ignored";

/** A share off the price. */
export interface DiscountClause {
  /** A share off the price. */
  kind: "discount";
  /** Its id, unique in the contract; it is cited as `contract/id`. */
  id: string;
  /** The acts it binds; `[serve]` where absent. */
  acts?: Act | Act[] | null;
  /** The models or aliases it is about; all where absent. */
  models?: string | string[] | null;
  /** A condition under which it applies. */
  when?: string | null;
  /** When it is in force, within the term of the contract. */
  term?: Term | null;
  /** A condition over facts that ends it. */
  ends_when?: string | null;
  /** Clauses that it replaces from its first instant, each as `contract/clause`. */
  supersedes?: string[] | null;
  /** Its rank, where it differs from the contract's. */
  rank?: number | null;
  /** Who says so, where it is not the contract's source. */
  source?: Source | null;
  /** Since when it is known; a decision as of an earlier knowledge leaves it out. */
  known_from?: string | null;
  /** The wording, for readers. */
  text?: string | null;
  /** Whose deployments; all where absent. */
  provider?: string | null;
  /** The share. */
  rate: number | string;
  /** Discounts of other contracts that it adds to, each as `contract/clause`. */
  stacks_with?: string[] | null;
}

/** Where the parties read a clause differently: whether it applies is unknown. */
export interface Disputed {
  /** The condition. */
  when: string;
  /** What is disputed, for readers. */
  note?: string | null;
}

/** What somebody owes because of a decision. */
export interface Duty {
  /** What is owed. */
  kind: DutyKind;
  /** The clause it follows from. */
  clause: string;
  /** Who owes it: a provider, or `grantor` where the contract names none. */
  by: string;
  /** The block of capacity it is about. */
  block?: string | null;
  /** How much it is about, in decimal USD. */
  amount?: string | null;
}

/**
 * What is owed.
 *
 * - `send_notice`: Telling the holder of a first right of a block of capacity.
 * - `claim_match`: Claiming that a provider match a better price of somebody else.
 */
export type DutyKind = "send_notice" | "claim_match";

/** The values that fill a template. */
export interface Each {
  /** Providers. */
  provider?: string[] | null;
  /** Models. */
  model?: string[] | null;
  /** Zones. */
  zone?: string[] | null;
  /** Service tiers. */
  tier?: string[] | null;
}

/** One of the messages in which an edge has its records counted. */
export interface EdgeMessage {
  /** The edge, by its name. */
  edge: string;
  /** Its number: 1 for the first of an edge, then upwards. The next is sent when the last is known to have arrived. An edge that starts again goes on with its numbers, or takes another name. */
  number: number;
}

/**
 * What a commitment does to a decision.
 *
 * - `price`: It changes what the order is decided by.
 * - `precedence`: It puts eligible deployments first while the spend is behind plan.
 */
export type Effect = "price" | "precedence";

/**
 * How strictly something is meant.
 *
 * - `hard`: Before all that is soft.
 * - `soft`: As far as what is hard allows.
 */
export type Enforcement = "hard" | "soft";

/**
 * Whether a request may go to a deployment.
 *
 * - `free`: It may.
 * - `probe`: It may, as a probe.
 * - `wait`: It may not.
 */
export type EntryKind = "free" | "probe" | "wait";

/**
 * How well something is attested.
 *
 * - `press_report`: A press report of a leak, not confirmed by the parties.
 * - `recollection`: Somebody's memory, not confirmed again.
 * - `inference`: An inference from other facts.
 * - `summary`: A summary in the news.
 * - `paraphrase`: A page that paraphrases the text.
 * - `verbatim`: The text itself.
 * - `stated`: The author of the policy states it and names no source.
 */
export type Evidence = "press_report" | "recollection" | "inference" | "summary" | "paraphrase" | "verbatim" | "stated";

/** Everything that is exchanged with the engine. */
export interface Exchanged {
  /** The policy document. */
  policy: Policy;
  /** Tests in a source of their own. */
  tests: Tests;
  /** A request. */
  request: RoutingRequest;
  /** A state of the world. */
  state: State;
  /** The moment of a decision. */
  when: When;
  /** A decision. */
  decision: Decision;
  /** An explanation. */
  explanation: Explanation;
  /** A cost and how it comes about. */
  cost: CostExplanation;
  /** What a plan is for. */
  plan_options: PlanOptions;
  /** A plan. */
  plan: Plan;
  /** Why not. */
  why_not: WhyNot;
  /** What is varied. */
  sweep: Sweep;
  /** Where answers change. */
  breakpoints: Breakpoints;
  /** How many tokens each meter counts: `input`, `cached_input`, `cache_write`, `cache_write_5m` and the like, `output`, `reasoning`. */
  usage: Usage;
  /** Tokens that were used on a deployment, to be priced. */
  pricing: Pricing;
  /** A report of a provider, to be made into meters. */
  usage_report: UsageReport;
  /** An upstream's answer. */
  reply: ReplyData;
  /** What it says. */
  reading: Reading;
  /** What is asked of a breaker. */
  step: BreakerStep;
  /** What a breaker answers. */
  stepped: BreakerStepped;
  /** What is asked of a ledger or an edge. */
  ledger_call: LedgerCall;
  /** What it answers. */
  ledger_answer: LedgerAnswer;
  /** A finding about a source. */
  diagnostic: Diagnostic;
  /** What came of a policy's tests. */
  report: TestReport;
  /** A deployment. */
  deployment: DeploymentSummary;
  /** The words that a request may use. */
  vocabulary: Vocabulary;
}

/** Only these providers. */
export interface ExclusivityClause {
  /** Only these providers. */
  kind: "exclusivity";
  /** Its id, unique in the contract; it is cited as `contract/id`. */
  id: string;
  /** The acts it binds; `[serve]` where absent. */
  acts?: Act | Act[] | null;
  /** The models or aliases it is about; all where absent. */
  models?: string | string[] | null;
  /** A condition under which it applies. */
  when?: string | null;
  /** When it is in force, within the term of the contract. */
  term?: Term | null;
  /** A condition over facts that ends it. */
  ends_when?: string | null;
  /** Clauses that it replaces from its first instant, each as `contract/clause`. */
  supersedes?: string[] | null;
  /** Its rank, where it differs from the contract's. */
  rank?: number | null;
  /** Who says so, where it is not the contract's source. */
  source?: Source | null;
  /** Since when it is known; a decision as of an earlier knowledge leaves it out. */
  known_from?: string | null;
  /** The wording, for readers. */
  text?: string | null;
  /** Who is allowed. */
  only: string | string[];
  /** The class that is excluded; everybody else where absent. */
  against?: string | string[] | null;
  /** Whether the contract's grantor may still compete. */
  sole?: boolean | null;
}

/** Grounds for an excuse, conditions over facts: either all are needed or any is enough. */
export interface Excuse {
  /** All of these together. */
  all_of?: string[] | null;
  /** Any of these. */
  any_of?: string[] | null;
}

/** What a decision must be; what is not mentioned is not tested. */
export interface Expect {
  /** What comes of the request. */
  outcome?: Outcome | null;
  /** The first attempts, in order. */
  route?: string | string[] | null;
  /** All attempts, in order. */
  attempts?: string[] | null;
  /** Citations that the first attempt rests on. */
  because?: string | string[] | null;
  /** Deployments that are eligible. */
  eligible?: string | string[] | null;
  /** Deployments that are barred, each with what is cited: one citation is the decisive one, a list is cited in any order. */
  barred?: { [key: string]: string | string[] } | null;
  /** Deployments that are pending, in the same way. */
  pending?: { [key: string]: string | string[] } | null;
  /** Deployments with what they would cost in USD. */
  cost?: { [key: string]: number | string } | null;
  /** Deployments with the routing cost in USD that the order is decided by. */
  routing?: { [key: string]: number | string } | null;
  /** Attempts with the failures after which the next may be tried. */
  next_if?: { [key: string]: Refusal | Refusal[] } | null;
  /** Why the request waits. */
  hold?: HoldExpect | null;
  /** What is owed: `send_notice`, each with the clause it follows from. */
  duties?: { [key: string]: string | string[] } | null;
  /** What is warned of: `curing`, `retiring`, each with what is cited or the deployment it concerns. */
  warnings?: { [key: string]: string | string[] } | null;
  /** The clauses that contradict each other. */
  conflict?: string | string[] | null;
  /** Clauses whose day of change was read by an assumption. */
  assumed?: string | string[] | null;
  /** The weakest evidence that matters. */
  confidence?: Evidence | null;
  /** Of a plan, variables with the exact value at which the best route changes: a decimal number, a fraction such as `10/11`, or `none`. */
  break_evens?: { [key: string]: string } | null;
  /** Of a plan, provisioned deployments with the units that the quantity needs. */
  units?: { [key: string]: number } | null;
}

/** A decision with the five answers for every deployment. */
export interface Explanation {
  /** The decision in one sentence. */
  sentence: string;
  /** The decision. */
  decision: Decision;
  /** The answers, by deployment. */
  deployments: { [key: string]: DeploymentExplanation };
}

/** Something true of the world, not of a request. */
export interface Fact {
  /** Its type; `one_of` says it for texts from a fixed set. */
  type?: Type | null;
  /** The texts it may be. */
  one_of?: string[] | null;
  /** The value where nothing else is known; unknown where absent. */
  default?: unknown | null;
  /** Dated values; of those that hold, the last counts. */
  values?: FactValue[] | null;
  /** What it means, for readers. */
  description?: string | null;
}

/** A fact as the state reports it. */
export interface FactState {
  /** The value. */
  value: unknown;
  /** Since when it is so; a decision for an earlier instant leaves it out. */
  as_of?: string | null;
  /** How well it is attested. */
  evidence?: Evidence | null;
}

/** A value of a fact while a term lasts. */
export interface FactValue {
  /** The value. */
  value: unknown;
  /** The first day or instant. */
  from?: string | null;
  /** The last day, itself included. */
  through?: string | null;
  /** The first day or instant no longer. */
  to?: string | null;
  /** Since when it is known. */
  known_from?: string | null;
  /** Who says so. */
  source?: Source | null;
}

/** Whom to offer first. */
export interface FirstRefusalClause {
  /** Whom to offer first. */
  kind: "first_refusal";
  /** Its id, unique in the contract; it is cited as `contract/id`. */
  id: string;
  /** The acts it binds; `[serve]` where absent. */
  acts?: Act | Act[] | null;
  /** The models or aliases it is about; all where absent. */
  models?: string | string[] | null;
  /** A condition under which it applies. */
  when?: string | null;
  /** When it is in force, within the term of the contract. */
  term?: Term | null;
  /** A condition over facts that ends it. */
  ends_when?: string | null;
  /** Clauses that it replaces from its first instant, each as `contract/clause`. */
  supersedes?: string[] | null;
  /** Its rank, where it differs from the contract's. */
  rank?: number | null;
  /** Who says so, where it is not the contract's source. */
  source?: Source | null;
  /** Since when it is known; a decision as of an earlier knowledge leaves it out. */
  known_from?: string | null;
  /** The wording, for readers. */
  text?: string | null;
  /** Who is offered first. */
  holder: string;
  /** What counts as a refusal; all but `price_above_match` where absent. */
  refuses_by?: Refusal | Refusal[] | null;
  /** How many of the holder's deployments must be offered before anybody else; all where absent. */
  offer?: number | null;
  /** Of blocks: how long the holder has to answer a notice; for ever where absent. */
  window?: Period | null;
  /** Of blocks: which moment of a notice counts; `received` where absent. */
  notice_effective?: NoticeEffective | null;
  /** Of blocks: what silence at the end of the window means; `refusal` where absent. */
  silence?: Silence | null;
  /** Of blocks: how long a refused block may be contracted with somebody else; for ever where absent. */
  free?: Period | null;
  /** Of blocks: whether the right lives again when the free time ends; `true` where absent. */
  revives?: boolean | null;
  /** Of blocks: whether a part of a refused block needs a notice of its own; `reopens` where absent. */
  disaggregation?: Disaggregation | null;
  /** Of blocks: a condition over facts under which the holder has no right. */
  void_when?: string | null;
  /** Of blocks: a condition over facts under which nothing can be done. */
  suspended_when?: string | null;
  /** How much dearer than the best comparable offer the holder may be; of blocks, how much better for whom it is with the terms may be than those that were refused. 0 where absent. */
  tolerance?: number | string | null;
}

/** A projection of spend. */
export interface Forecast {
  /** How much, in USD. */
  amount: number | string;
  /** Who projects it. */
  source?: string | null;
  /** As of which day. */
  as_of?: string | null;
}

/**
 * Whether a deployment answers.
 *
 * - `up`: It answers.
 * - `down`: It does not.
 */
export type Health = "up" | "down";

/** A covenant that a deployment keeps while a term lasts. */
export interface HeldTerm {
  /** The covenant. */
  name: string;
  /** The first day or instant of the attestation. */
  from?: string | null;
  /** The last day, itself included. */
  through?: string | null;
  /** The first day or instant no longer. */
  to?: string | null;
  /** Where it is attested, for readers. */
  source?: string | null;
}

/** Why a request waits. */
export interface Hold {
  /** What would free a deployment. */
  reason: HoldReason;
  /** What holds it. */
  cites: string[];
  /** When time alone frees a deployment. */
  until?: string | null;
  /** What is missing. */
  missing?: string[] | null;
}

/** Why a request waits. */
export interface HoldExpect {
  /** What would free a deployment. */
  reason?: HoldReason | null;
  /** What holds it, each cited. */
  cites?: string | string[] | null;
  /** When time alone frees a deployment. */
  until?: string | null;
  /** What is missing. */
  missing?: string | string[] | null;
}

/**
 * What would free a deployment.
 *
 * - `room`: Room.
 * - `fact`: A fact, an attribute or a date.
 * - `right`: A first right that its holder has not given up.
 * - `notice`: A notice to the holder of a first right over capacity, or the holder's answer to it.
 */
export type HoldReason = "room" | "fact" | "right" | "notice";

/** A price that falls with the volume of a period. */
export interface LadderClause {
  /** A price that falls with the volume of a period. */
  kind: "ladder";
  /** Its id, unique in the contract; it is cited as `contract/id`. */
  id: string;
  /** The acts it binds; `[serve]` where absent. */
  acts?: Act | Act[] | null;
  /** The models or aliases it is about; all where absent. */
  models?: string | string[] | null;
  /** A condition under which it applies. */
  when?: string | null;
  /** When it is in force, within the term of the contract. */
  term?: Term | null;
  /** A condition over facts that ends it. */
  ends_when?: string | null;
  /** Clauses that it replaces from its first instant, each as `contract/clause`. */
  supersedes?: string[] | null;
  /** Its rank, where it differs from the contract's. */
  rank?: number | null;
  /** Who says so, where it is not the contract's source. */
  source?: Source | null;
  /** Since when it is known; a decision as of an earlier knowledge leaves it out. */
  known_from?: string | null;
  /** The wording, for readers. */
  text?: string | null;
  /** Whose deployments; all where absent. */
  provider?: string | null;
  /** The meter it counts and prices. */
  meter: string;
  /** How the steps price. */
  mode: LadderMode;
  /** The steps, ascending; the last has no end. */
  steps: LadderStep[];
  /** The period: a calendar window in the contract's zone; the whole term where absent. */
  window?: Window | null;
}

/**
 * How the steps of a ladder price.
 *
 * - `graduated`: Each step prices the units within it.
 * - `all_units`: The step that the total reaches prices every unit.
 */
export type LadderMode = "graduated" | "all_units";

/** One step of a ladder. */
export interface LadderStep {
  /** The end of the step in millions of tokens, itself included; none for the last. */
  up_to_mtok?: number | string | null;
  /** The price in USD per million tokens. */
  usd_per_mtok: number | string;
}

/** What a ledger or an edge answers. */
export interface LedgerAnswer {
  /** What was refused. */
  refused?: LedgerRefusal | null;
  /** The ids of the reservations that were forgotten. */
  expired?: string[] | null;
  /** What is lent, for the edge. */
  grant?: unknown | null;
  /** What an edge asks for, for the authority. */
  ask?: unknown | null;
  /** What an edge gives back, for the authority. */
  returns?: unknown[] | null;
  /** Of an edge: whether an ask is not answered yet. */
  waiting?: boolean | null;
  /** Of an edge that has settled or forgotten something: whether clauses count requests, so that the authority is to record it. */
  record?: boolean | null;
  /** Of the authority: the message has come before, and nothing of it was counted. */
  repeated?: boolean | null;
  /** What the ledger tells a decision. */
  state?: State | null;
  /** The ledger as a document. */
  snapshot?: unknown | null;
  /** When the next reservation or lease counts as forgotten. */
  next?: string | null;
}

/** What is asked of a ledger or an edge at an instant: what is there is done, in this order, up to the first refusal. */
export interface LedgerCall {
  /** When. */
  at: string;
  /** Forgotten reservations are settled at their estimates, and leases that are over end. */
  expire?: boolean | null;
  /** Of an edge: what the authority has lent. */
  receive?: unknown | null;
  /** A request that is to be sent. */
  admit?: AdmissionData | null;
  /** What came of a request. */
  settle?: SettlementData | null;
  /** The id of a reservation whose request was never sent. */
  cancel?: string | null;
  /** Of the authority: what an edge has admitted and settled by itself. What is refused or cannot be read is left out, and the first of these refusals is told. */
  record?: RecordData | RecordData[] | null;
  /** Which message `record` is: the same one twice is counted once. */
  message?: EdgeMessage | null;
  /** Of the authority: what an edge asks for. */
  lend?: unknown | null;
  /** Of the authority: what an edge gives back. */
  take_back?: unknown | unknown[] | null;
  /** Of an edge: the id of what it asks the authority for, where something is lacking. */
  ask?: string | null;
  /** Of an edge: to give up what is lent and not in use. */
  give_back?: boolean | null;
  /** What the ledger tells a decision. */
  state?: boolean | null;
  /** The ledger as a document. */
  snapshot?: boolean | null;
}

/** Why a ledger does not do what it is asked to. */
export interface LedgerRefusal {
  /** Why. */
  refused: LedgerRefusalKind;
  /** What it names: `limit/name`, `contract/clause`, or a word. */
  cite: string;
  /** When it may be tried again, as far as time alone brings that about. */
  until?: string | null;
  /** Whose limit. */
  deployment?: string | null;
  /** Whose limit, where deployments share it. */
  counter?: string | null;
  /** The limit, less what the priority of the request leaves free. */
  usable?: number | string | null;
  /** The budget, in USD. */
  amount?: number | string | null;
  /** What counts so far. */
  used?: number | string | null;
  /** What the request needs. */
  needed?: number | string | null;
  /** What is wrong with a record that cannot be read. */
  why?: string | null;
}

/**
 * Why a ledger does not do what it is asked to.
 *
 * - `full`: A limit has no room.
 * - `spent`: A budget or a maximum share has no room.
 * - `unpriced`: A budget applies, or may, and nobody has stated a price.
 * - `not_lent`: Only the authority can tell.
 * - `unknown_deployment`: The policy has no such deployment.
 * - `unknown_reservation`: There is no such reservation: it is settled, cancelled or expired, or never was.
 * - `duplicate`: There is a reservation of this id.
 * - `too_large`: A sum does not fit.
 * - `unreadable`: A record that cannot be read.
 */
export type LedgerRefusalKind = "full" | "spent" | "unpriced" | "not_lent" | "unknown_deployment" | "unknown_reservation" | "duplicate" | "too_large" | "unreadable";

/** Only while a licence is active; the term of the clause is the term of the licence. */
export interface LicenseClause {
  /** Only while a licence is active; the term of the clause is the term of the licence. */
  kind: "license";
  /** Its id, unique in the contract; it is cited as `contract/id`. */
  id: string;
  /** The acts it binds; `[serve]` where absent. */
  acts?: Act | Act[] | null;
  /** The models or aliases it is about; all where absent. */
  models?: string | string[] | null;
  /** A condition under which it applies. */
  when?: string | null;
  /** When it is in force, within the term of the contract. */
  term?: Term | null;
  /** A condition over facts that ends it. */
  ends_when?: string | null;
  /** Clauses that it replaces from its first instant, each as `contract/clause`. */
  supersedes?: string[] | null;
  /** Its rank, where it differs from the contract's. */
  rank?: number | null;
  /** Who says so, where it is not the contract's source. */
  source?: Source | null;
  /** Since when it is known; a decision as of an earlier knowledge leaves it out. */
  known_from?: string | null;
  /** The wording, for readers. */
  text?: string | null;
  /** The licensee. */
  provider: string;
}

/** The stages of a deployment's life. */
export interface Lifecycle {
  /** The first day or instant it serves. */
  launched?: string | null;
  /** From then on it serves nobody who comes anew. */
  deprecated?: string | null;
  /** From then on it serves nobody. */
  retired?: string | null;
  /** The model or deployment that takes its place, for readers. */
  replacement?: string | null;
  /** Where the dates were read, for readers. */
  source?: string | null;
}

/** What a provider tells of one of its limits. */
export interface LimitLeft {
  /** The limit. */
  limit?: number | null;
  /** What is left of it. */
  remaining?: number | null;
  /** When it is whole again. */
  resets_at?: string | null;
  /** What `remaining` is rounded to; exact where absent. */
  rounded_to?: number | null;
}

/** What a limit has counted. */
export interface LimitUsed {
  /** How much, in the unit of the limit. */
  used: number;
  /** When it starts again from 0. */
  resets_at?: string | null;
  /** As of when: a limit that drains evenly has drained since. */
  as_of?: string | null;
}

/** What a deployment may carry. */
export interface Limits {
  /** Input plus output tokens in a minute. */
  tokens_per_minute?: number | null;
  /** Input tokens in a minute. */
  input_tokens_per_minute?: number | null;
  /** Output tokens in a minute. */
  output_tokens_per_minute?: number | null;
  /** Requests in a minute. */
  requests_per_minute?: number | null;
  /** The requests of a minute are spread over slices of so many seconds, 1 to 59: 600 a minute are 10 in each second. */
  request_slice_seconds?: number | null;
  /** Input plus output tokens in a day of UTC. */
  tokens_per_day?: number | null;
  /** Requests in a day of UTC. */
  requests_per_day?: number | null;
  /** Requests at once. */
  in_flight?: number | null;
  /** The name of a counter that several deployments share. */
  counter?: string | null;
  /** How the limit counts the request that reaches it; `pre_check` where absent, for provisioned units `post_check`. */
  admission?: Admission | null;
  /** How the counters of a minute come back to 0; `fixed` where absent. */
  refill?: Refill | null;
  /** What becomes of input read from a cache; `counted` where absent. */
  cached_input?: CachedInput | null;
  /** What is counted of the output when a request is admitted; `maximum` where absent. */
  output?: OutputCount | null;
  /** Tokens of the limit that a token of output counts for when the usage is known; 1 where absent. */
  output_burn?: number | string | null;
  /** What the counter holds of a request whose usage is known; `actual` where absent. */
  settles?: Settles | null;
  /** The share of every limit that requests of a `priority` leave free: `{ batch: 30% }`. */
  headroom?: { [key: string]: number | string } | null;
}

/**
 * What an answer means to the policy.
 *
 * - `served`: It was served.
 * - `client`: The client's request is at fault, or its content is refused: it would be so anywhere.
 * - `credentials`: The gateway's key, account or address is not accepted. It tells nothing of the provider.
 * - `cannot_support`: What the request needs is not supported.
 * - `no_capacity`: The provider's shared capacity is exhausted.
 * - `quota`: The buyer's own limit is full.
 * - `down`: It failed, or did not answer.
 */
export type Meaning = "served" | "client" | "credentials" | "cannot_support" | "no_capacity" | "quota" | "down";

/**
 * What is minimised.
 *
 * - `cost`: The cost of the request.
 * - `latency`: Latency as the state reports it, in milliseconds.
 */
export type Measure = "cost" | "latency";

/**
 * A step of a launch.
 *
 * - `announce`: It is announced.
 * - `preview`: Some may try it.
 * - `ga`: Everybody may use it.
 * - `region_ga`: Everybody in a region may use it.
 */
export type Milestone = "announce" | "preview" | "ga" | "region_ga";

/** A step of a plan. */
export interface MilestoneAmount {
  /** How much in all, in USD. */
  amount: number | string;
  /** The last day for it. */
  by: string;
}

/** A notice to the holder of a first right that a block of capacity is to be had. */
export interface Notice {
  /** The right, as `contract/clause`. */
  clause: string;
  /** The block. */
  block: string;
  /** When it was sent. A bare date is read in UTC. */
  sent?: string | null;
  /** When the holder received it. A bare date is read in UTC. */
  received?: string | null;
  /** Units that it offers. */
  units?: number | null;
  /** Hours of each unit. */
  hours?: number | null;
  /** The price of one unit for one hour, in USD. */
  usd_per_unit_hour?: number | string | null;
  /** What the holder answered. */
  answer?: NoticeAnswer | null;
  /** When it answered; when it received the notice where absent. */
  answered?: string | null;
  /** When the holder failed to perform what it had taken. */
  failed?: string | null;
  /** When the block was contracted with somebody else. */
  contracted?: string | null;
}

/**
 * What the holder of a first right answers to a notice.
 *
 * - `refused`: It does not want the block.
 * - `waived`: It waives the right for the block.
 * - `exercised`: It takes the block.
 */
export type NoticeAnswer = "refused" | "waived" | "exercised";

/**
 * Which moment of a notice counts.
 *
 * - `received`: When it was received.
 * - `sent`: When it was sent.
 */
export type NoticeEffective = "received" | "sent";

/** One thing to minimise. */
export interface Objective {
  /** What is minimised. */
  minimise: Measure;
  /** What lies above the least by at most this share of its own list cost counts as equal; 0 where absent. */
  within?: number | string | null;
}

/** Capacity that somebody offers. */
export interface Offer {
  /** Its id, unique in the request. */
  id: string;
  /** Who sells it. */
  provider: string;
  /** Who runs it; the provider where absent. */
  hosted_by?: string | null;
  /** Where work is processed; unknown where absent. */
  zone?: string | null;
  /** Where data rests; unknown where absent. */
  storage_zone?: string | null;
  /** Where copies for abuse monitoring lie; unknown where absent. */
  monitoring_zone?: string | null;
  /** Covenants it keeps. */
  holds?: (string | HeldTerm)[] | null;
  /** Covenants it is known not to keep. */
  lacks?: string[] | null;
  /** The block of capacity that first rights are over; the id where absent. */
  block?: string | null;
  /** Units, such as GPUs. */
  units?: number | null;
  /** Hours of each unit. */
  hours?: number | null;
  /** The price of one unit for one hour, in USD. */
  usd_per_unit_hour?: number | string | null;
}

/**
 * What comes of a request.
 *
 * - `route`: Try the attempts, in order.
 * - `hold`: Wait.
 * - `refuse`: Nowhere to go.
 * - `conflict`: Clauses contradict each other.
 */
export type Outcome = "route" | "hold" | "refuse" | "conflict";

/**
 * What is counted of the output when a request is admitted.
 *
 * - `maximum`: The most that is asked for.
 * - `actual`: Nothing: it counts when it is there.
 */
export type OutputCount = "maximum" | "actual";

/** A length of time, counted from the day after an event to the end of its last day: `days`, or `business_days` and `calendar`. */
export interface Period {
  /** Days of the contract's time zone, from 1 to 10,000. */
  days?: number | null;
  /** Business days, from 1 to 10,000. */
  business_days?: number | null;
  /** The calendar that says which days are business days. */
  calendar?: string | null;
}

/** Sets named clauses aside. */
export interface PermitClause {
  /** Sets named clauses aside. */
  kind: "permit";
  /** Its id, unique in the contract; it is cited as `contract/id`. */
  id: string;
  /** The acts it binds; `[serve]` where absent. */
  acts?: Act | Act[] | null;
  /** The models or aliases it is about; all where absent. */
  models?: string | string[] | null;
  /** A condition under which it applies. */
  when?: string | null;
  /** When it is in force, within the term of the contract. */
  term?: Term | null;
  /** A condition over facts that ends it. */
  ends_when?: string | null;
  /** Clauses that it replaces from its first instant, each as `contract/clause`. */
  supersedes?: string[] | null;
  /** Its rank, where it differs from the contract's. */
  rank?: number | null;
  /** Who says so, where it is not the contract's source. */
  source?: Source | null;
  /** Since when it is known; a decision as of an earlier knowledge leaves it out. */
  known_from?: string | null;
  /** The wording, for readers. */
  text?: string | null;
  /** The clauses it sets aside where it applies, each as `contract/clause`. */
  carves?: string[] | null;
  /** Where the parties read it differently. */
  disputed?: Disputed | null;
}

/** A plan for a quantity over a period: what comes of it, the five answers for every deployment that takes part, the provisioned units it needs, and where the best route changes. */
export interface Plan {
  /** The decision in one sentence. */
  sentence: string;
  /** The decision; room was not asked, but for hard budgets. */
  decision: Decision;
  /** One for every deployment that takes part, by id. */
  deployments: { [key: string]: DeploymentExplanation };
  /** The units that the quantity needs of each provisioned deployment that takes part, by id; none where the length of the period is not stated. */
  sizings: Sizing[];
  /** Where the best route changes. */
  break_evens: BreakEven[];
}

/** What a plan for a quantity over a period is for. */
export interface PlanOptions {
  /** The length of the period; what is paid by the hour is compared where it is stated. */
  hours?: number | null;
  /** The input of each of the requests that make up the quantity, which bands of prices and limits of a context are asked with; where absent the lowest band holds and no context is too short. */
  request_input_tokens?: number | null;
}

/** A routing policy: deployments, the contracts that bind them, the operator's rules, and tests. */
export interface Policy {
  /** The version of the policy language: 1. */
  wayleave: number;
  /** A name for readers. */
  title?: string | null;
  /** What the policy is about, for readers. */
  description?: string | null;
  /** Providers that are named in contracts but sell no deployment here. */
  providers?: string[] | null;
  /** Attributes that a request may carry beside its own fields, with their types. */
  attributes?: { [key: string]: Attribute } | null;
  /** Facts about the world that conditions may name, with their types. */
  facts?: { [key: string]: Fact } | null;
  /** Places beside the clouds' own regions, each with the place that holds it. */
  zones?: { [key: string]: string } | null;
  /** Calendars of business days, which periods name. */
  calendars?: { [key: string]: Calendar } | null;
  /** Aliases: a name for any of several models. */
  models?: { [key: string]: string[] } | null;
  /** Price sheets: CSV sources with the columns model, zone, tier, meter, above, from, through, source, as_of, usd_per_mtok. */
  sheets?: { [key: string]: Sheet } | null;
  /** The places that can serve. A key with `{model}`, `{zone}` … is a template for `each`; a later key overrides an earlier deployment of the same id. */
  deployments?: { [key: string]: Deployment } | null;
  /** Agreements, each an ordered list of clauses. */
  contracts?: { [key: string]: Contract } | null;
  /** The operator's own wishes, below law and contract. */
  rules?: Rule[] | null;
  /** What decides among deployments that are otherwise equal; the cheapest where absent. */
  objective?: Objective[] | null;
  /** What keeps its place among deployments that are equal by all of this: `request.key` where absent, or an attribute, such as `request.session`. A request without it takes them in the order of their ids. */
  affinity?: string | null;
  /** How unknown things are read. */
  unknown?: Unknown | null;
  /** When a decision warns. */
  warn?: Warn | null;
  /** Requests with the decisions they must get. */
  tests?: Test[] | null;
}

/** Prices in USD per million tokens, for requests of a size while a term lasts. */
export interface PriceCell {
  /** The cell prices whole requests with more input tokens than this, cached tokens included; 0 where absent. */
  above_input_tokens?: number | null;
  /** Input that no cache has a part in. */
  input?: number | string | null;
  /** Input read from a cache; the input price where absent. */
  cached_input?: number | string | null;
  /** Input written to a cache: a price, or prices by how long the cache keeps it, such as `{ 5m: 6.25, 1h: 10 }`; the input price where absent. */
  cache_write?: number | string | { [key: string]: number | string } | null;
  /** Output. */
  output?: number | string | null;
  /** Output of reasoning; the output price where absent. */
  reasoning?: number | string | null;
  /** The first day or instant of the price. */
  from?: string | null;
  /** The last day, itself included. */
  through?: string | null;
  /** The first day or instant no longer. */
  to?: string | null;
  /** Where the price was read. */
  source?: string | null;
  /** The day it was read. */
  as_of?: string | null;
}

/** A provider charges no more than the best comparable offer of others. */
export interface PriceMatchClause {
  /** A provider charges no more than the best comparable offer of others. */
  kind: "price_match";
  /** Its id, unique in the contract; it is cited as `contract/id`. */
  id: string;
  /** The acts it binds; `[serve]` where absent. */
  acts?: Act | Act[] | null;
  /** The models or aliases it is about; all where absent. */
  models?: string | string[] | null;
  /** A condition under which it applies. */
  when?: string | null;
  /** When it is in force, within the term of the contract. */
  term?: Term | null;
  /** A condition over facts that ends it. */
  ends_when?: string | null;
  /** Clauses that it replaces from its first instant, each as `contract/clause`. */
  supersedes?: string[] | null;
  /** Its rank, where it differs from the contract's. */
  rank?: number | null;
  /** Who says so, where it is not the contract's source. */
  source?: Source | null;
  /** Since when it is known; a decision as of an earlier knowledge leaves it out. */
  known_from?: string | null;
  /** The wording, for readers. */
  text?: string | null;
  /** Who matches. */
  provider: string;
  /** Whose prices are compared. */
  against: string | string[];
  /** How a better price comes to count; `claim` where absent. */
  settle?: Settlement | null;
}

/** Tokens that were used on a deployment, to be priced. */
export interface Pricing {
  /** The deployment. */
  deployment: string;
  /** The moment they were used. */
  at: string;
  /** What was used. */
  used: UsageReport;
}

/** The one request that finds out whether a deployment is well again. */
export interface Probe {
  /** Its number. */
  number: number;
  /** When another is let through if it has not answered. */
  until: string;
}

/** Units of provisioned throughput. A unit carries normalised tokens: input that no cache has a part in, plus output times a weight. */
export interface Provisioned {
  /** How many units. */
  units: number;
  /** Normalised tokens that a unit carries in a minute. */
  tokens_per_unit_minute: number;
  /** Normalised tokens that a token of output counts for. */
  output_weight: number | string;
  /** The least number of units that can be had; 1 where absent. */
  minimum?: number | null;
  /** Units come in multiples of this; 1 where absent. */
  increment?: number | null;
  /** Normalised tokens are counted in windows of so many seconds; in a bucket that drains evenly where absent. */
  window_seconds?: number | null;
  /** The price of one unit for one hour, in USD. */
  usd_per_unit_hour?: number | string | null;
}

/**
 * The questions asked of every deployment, in order.
 *
 * - `can`: Can it serve this?
 * - `may`: May it?
 * - `room`: Has it room?
 * - `first`: Who is first?
 * - `cost`: What does it cost?
 */
export type Question = "can" | "may" | "room" | "first" | "cost";

/** What an upstream's answer says. What it does not say is absent. */
export interface Reading {
  /** What it means to the policy. */
  meaning: Meaning;
  /** The signal, where it is one. */
  signal?: SignalKind | null;
  /** Whether the provider said which signal it is; where false, the status alone speaks. */
  stated?: boolean | null;
  /** Whether the request alone is more than the whole limit: others may still fit. */
  too_large?: boolean | null;
  /** Where the same request may be tried again. */
  retry: Retry;
  /** How long to wait as the provider says, in milliseconds. */
  retry_after_ms?: number | null;
  /** What is left of requests. */
  requests?: LimitLeft | null;
  /** What is left of tokens, input and output together. */
  tokens?: LimitLeft | null;
  /** What is left of input tokens, where they have a limit of their own. */
  input_tokens?: LimitLeft | null;
  /** What is left of output tokens, where they have a limit of their own. */
  output_tokens?: LimitLeft | null;
  /** Whether the provider served it elsewhere than asked. */
  spilled_over?: boolean | null;
  /** The provider's name of the deployment that it spilled over from. */
  spilled_from?: string | null;
}

/** One thing an answer rests on. */
export interface Reason {
  /** What is cited. */
  cite: string;
  /** What contradicts it. */
  against: string[];
  /** What would settle it. */
  missing: string[];
  /** What was compared. */
  values: { [key: string]: unknown };
}

/** A term on record that decides nothing by itself. */
export interface RecitalClause {
  /** A term on record that decides nothing by itself. */
  kind: "recital";
  /** Its id, unique in the contract; it is cited as `contract/id`. */
  id: string;
  /** The acts it binds; `[serve]` where absent. */
  acts?: Act | Act[] | null;
  /** The models or aliases it is about; all where absent. */
  models?: string | string[] | null;
  /** A condition under which it applies. */
  when?: string | null;
  /** When it is in force, within the term of the contract. */
  term?: Term | null;
  /** A condition over facts that ends it. */
  ends_when?: string | null;
  /** Clauses that it replaces from its first instant, each as `contract/clause`. */
  supersedes?: string[] | null;
  /** Its rank, where it differs from the contract's. */
  rank?: number | null;
  /** Who says so, where it is not the contract's source. */
  source?: Source | null;
  /** Since when it is known; a decision as of an earlier knowledge leaves it out. */
  known_from?: string | null;
  /** The wording, for readers. */
  text?: string | null;
  /** What is stated. */
  states: string;
}

/** What an edge has admitted and settled by itself. */
export interface RecordData {
  /** Where it was sent. */
  deployment: string;
  /** The request. */
  request: unknown;
  /** The world beside the ledger. */
  world?: unknown | null;
  /** When the edge admitted it; the instant of the call where absent. */
  admitted_at?: string | null;
  /** What it used; as estimated where absent. */
  used?: UsageReport | null;
}

/**
 * How the counters of a minute come back to 0.
 *
 * - `fixed`: At once, when the next minute begins.
 * - `continuous`: Evenly, as much in a minute as the limit: a token bucket.
 */
export type Refill = "fixed" | "continuous";

/**
 * What counts as a refusal by the holder.
 *
 * - `cannot_support`: An explicit no to a need.
 * - `no_capacity`: The provider's signal that its shared capacity is exhausted.
 * - `quota`: Its own limit is full.
 * - `down`: It is down, or cooling down after failures.
 * - `price_above_match`: Its price is above the best comparable offer.
 */
export type Refusal = "cannot_support" | "no_capacity" | "quota" | "down" | "price_above_match";

/** Another place that belongs to a finding. */
export interface Related {
  /** What is there. */
  message: string;
  /** The name of the source. */
  source?: string | null;
  /** The first code unit of the place. */
  start?: number | null;
  /** The code unit after the last. */
  end?: number | null;
  /** The line, from 1. */
  line?: number | null;
  /** The column, from 1. */
  column?: number | null;
  /** The line of the end. */
  end_line?: number | null;
  /** The column of the end. */
  end_column?: number | null;
}

/** An upstream's answer, to be read for what it signals. */
export interface ReplyData {
  /** Whose it is; `other` where absent. */
  dialect?: Dialect | null;
  /** The status; 0 where nothing was answered, in time or at all. */
  status: number;
  /** Its headers. */
  headers?: { [key: string]: string } | null;
  /** The beginning of its body; 65,536 bytes of it are read. */
  body?: string | null;
  /** When it came. */
  at: string;
  /** The limit of tokens in a minute that the deployment is configured with. */
  tokens_per_minute?: number | null;
  /** The tokens that the request was estimated at. */
  needed_tokens?: number | null;
}

/** What a state says of a deployment under `deployments.<id>`. */
export interface Reported {
  /** Down until then. */
  cooldown_until?: string | null;
  /** What the provider signalled, and until when it counts. */
  signal?: Signal | null;
}

/** Only within an area. */
export interface ResidencyClause {
  /** Only within an area. */
  kind: "residency";
  /** Its id, unique in the contract; it is cited as `contract/id`. */
  id: string;
  /** The acts it binds; `[serve]` where absent. */
  acts?: Act | Act[] | null;
  /** The models or aliases it is about; all where absent. */
  models?: string | string[] | null;
  /** A condition under which it applies. */
  when?: string | null;
  /** When it is in force, within the term of the contract. */
  term?: Term | null;
  /** A condition over facts that ends it. */
  ends_when?: string | null;
  /** Clauses that it replaces from its first instant, each as `contract/clause`. */
  supersedes?: string[] | null;
  /** Its rank, where it differs from the contract's. */
  rank?: number | null;
  /** Who says so, where it is not the contract's source. */
  source?: Source | null;
  /** Since when it is known; a decision as of an earlier knowledge leaves it out. */
  known_from?: string | null;
  /** The wording, for readers. */
  text?: string | null;
  /** The zone. */
  within: string;
  /** What must lie in it; `[processing]` where absent. */
  of?: Copies | Copies[] | null;
}

/**
 * Where a request may be tried again, as far as the provider's answer goes.
 *
 * - `never`: Nowhere: the answer would be the same.
 * - `elsewhere`: Elsewhere only: time does not help here.
 * - `later`: Here after a while, or elsewhere.
 */
export type Retry = "never" | "elsewhere" | "later";

/** A share of revenue is owed. */
export interface RevenueShareClause {
  /** A share of revenue is owed. */
  kind: "revenue_share";
  /** Its id, unique in the contract; it is cited as `contract/id`. */
  id: string;
  /** The acts it binds; `[serve]` where absent. */
  acts?: Act | Act[] | null;
  /** The models or aliases it is about; all where absent. */
  models?: string | string[] | null;
  /** A condition under which it applies. */
  when?: string | null;
  /** When it is in force, within the term of the contract. */
  term?: Term | null;
  /** A condition over facts that ends it. */
  ends_when?: string | null;
  /** Clauses that it replaces from its first instant, each as `contract/clause`. */
  supersedes?: string[] | null;
  /** Its rank, where it differs from the contract's. */
  rank?: number | null;
  /** Who says so, where it is not the contract's source. */
  source?: Source | null;
  /** Since when it is known; a decision as of an earlier knowledge leaves it out. */
  known_from?: string | null;
  /** The wording, for readers. */
  text?: string | null;
  /** Whose deployments bear it; all where absent. */
  provider?: string | null;
  /** The share. */
  rate: number | string;
  /** The most that is owed in all, in USD. */
  cap?: number | string | null;
}

/** A request, beside the attributes that the policy declares. */
export interface RoutingRequest {
  /** What is decided; `serve` where absent. */
  act?: Act | null;
  /** The model or alias that is asked for. */
  model: string;
  /** The zone the work belongs to; conditions read it, by itself it binds nothing. */
  zone?: string | null;
  /** Service tiers that will do; `standard` where absent. */
  tier?: string | string[] | null;
  /** Capabilities that are needed. */
  needs?: string[] | null;
  /** Pins the request to a provider. */
  provider?: string | null;
  /** Pins the request to a deployment, or for `host` and `train` to an offer. */
  deployment?: string | null;
  /** Who asks: choices by hash stay the same for the same key. */
  key?: string | null;
  /** How pressing it is: limits may keep some of their room free of requests of a priority, see `headroom`. */
  priority?: string | null;
  /** Whether who asks comes anew: a deprecated deployment does not serve those. */
  new_customer?: boolean | null;
  /** What is offered, for the acts `host` and `train`. */
  offers?: Offer[] | null;
  /** Input tokens, cached ones included. */
  input_tokens?: number | null;
  /** Of these, tokens expected to be read from a cache. */
  cached_input_tokens?: number | null;
  /** Of these, tokens expected to be written to a cache: a number, or numbers by how long the cache keeps them, such as `{ 5m: 1000, 1h: 200 }`. */
  cache_write_tokens?: number | { [key: string]: number } | null;
  /** The most output that is asked for; decides whether there is room. */
  max_output_tokens?: number | null;
  /** The output that is expected; decides what it costs. */
  expected_output_tokens?: number | null;
  /** What the request earns, in USD; revenue shares are owed on it. */
  revenue_usd?: number | string | null;
  /** Of the output that is priced, tokens expected to be reasoning. */
  expected_reasoning_tokens?: number | null;
  /** Token counts for models whose tokenizer differs. */
  tokens_by_model?: { [key: string]: Tokens } | null;
}

/** The operator's own wish: one of `deny`, `require`, `prefer` and `split`. */
export interface Rule {
  /** Its id; it is cited as `rules/id`. */
  id: string;
  /** The acts it is about; `[serve]` where absent. */
  acts?: Act | Act[] | null;
  /** A condition under which it applies; always where absent. */
  when?: string | null;
  /** Bars every deployment for which this holds. */
  deny?: string | null;
  /** Bars every deployment for which this does not hold. */
  require?: string | null;
  /** Puts deployments for which this holds before others that are equal so far. */
  prefer?: string | null;
  /** Spreads work over arms by weight, the same for the same key of the request. */
  split?: Arm[] | null;
  /** First rights that it sets aside, each as `contract/clause`. Without it, a rule that keeps work from the holder of a right is a conflict. */
  overrides?: string | string[] | null;
  /** What it is for, for readers. */
  note?: string | null;
}

/**
 * How an unknown is read.
 *
 * - `deny`: As a no.
 * - `allow`: As a yes.
 */
export type Settle = "deny" | "allow";

/**
 * How a better price of somebody else comes to count.
 *
 * - `claim`: Somebody claims the difference.
 * - `automatic`: The price follows by itself.
 */
export type Settlement = "claim" | "automatic";

/** What came of a request. */
export interface SettlementData {
  /** The reservation. */
  id: string;
  /** What it used; as estimated where absent. */
  used?: UsageReport | null;
  /** The request, by which what it used is priced; it costs as estimated where absent. */
  request?: unknown | null;
  /** The world beside the ledger. */
  world?: unknown | null;
}

/**
 * What a counter holds of a request whose usage is known.
 *
 * - `actual`: What was used.
 * - `estimate`: What was estimated.
 */
export type Settles = "actual" | "estimate";

/**
 * How bad a finding is.
 *
 * - `error`: The policy cannot be used.
 * - `warning`: It can, but something is probably not meant.
 * - `note`: Nothing is wrong; something will change, or was not looked at.
 */
export type Severity = "error" | "warning" | "note";

/** A part of the work for some deployments, at least or at most. */
export interface ShareClause {
  /** A part of the work for some deployments, at least or at most. */
  kind: "share";
  /** Its id, unique in the contract; it is cited as `contract/id`. */
  id: string;
  /** The acts it binds; `[serve]` where absent. */
  acts?: Act | Act[] | null;
  /** The models or aliases it is about; all where absent. */
  models?: string | string[] | null;
  /** A condition under which it applies. */
  when?: string | null;
  /** When it is in force, within the term of the contract. */
  term?: Term | null;
  /** A condition over facts that ends it. */
  ends_when?: string | null;
  /** Clauses that it replaces from its first instant, each as `contract/clause`. */
  supersedes?: string[] | null;
  /** Its rank, where it differs from the contract's. */
  rank?: number | null;
  /** Who says so, where it is not the contract's source. */
  source?: Source | null;
  /** Since when it is known; a decision as of an earlier knowledge leaves it out. */
  known_from?: string | null;
  /** The wording, for readers. */
  text?: string | null;
  /** The deployments: a condition on `deployment`. */
  for: string;
  /** At least this part. */
  min?: number | string | null;
  /** At most this part. */
  max?: number | string | null;
  /** What is counted; requests where absent. */
  of?: Counted | null;
  /** How strictly a minimum is meant; `hard` where absent. */
  enforcement?: Enforcement | null;
  /** The calendar window in which it is counted, in the contract's zone; the whole term where absent. */
  window?: Window | null;
}

/** A price sheet. */
export interface Sheet {
  /** The name of the CSV source. */
  from: string;
  /** The day the prices were read. */
  as_of?: string | null;
  /** Where they were read. */
  source?: string | null;
}

/** With whom a product ships first. */
export interface ShipFirstClause {
  /** With whom a product ships first. */
  kind: "ship_first";
  /** Its id, unique in the contract; it is cited as `contract/id`. */
  id: string;
  /** The acts it binds; `[serve]` where absent. */
  acts?: Act | Act[] | null;
  /** The models or aliases it is about; all where absent. */
  models?: string | string[] | null;
  /** A condition under which it applies. */
  when?: string | null;
  /** When it is in force, within the term of the contract. */
  term?: Term | null;
  /** A condition over facts that ends it. */
  ends_when?: string | null;
  /** Clauses that it replaces from its first instant, each as `contract/clause`. */
  supersedes?: string[] | null;
  /** Its rank, where it differs from the contract's. */
  rank?: number | null;
  /** Who says so, where it is not the contract's source. */
  source?: Source | null;
  /** Since when it is known; a decision as of an earlier knowledge leaves it out. */
  known_from?: string | null;
  /** The wording, for readers. */
  text?: string | null;
  /** With whom. */
  holder: string;
  /** Which step of a launch is meant. */
  milestone: Milestone;
  /** The name of the fact, a timestamp, that says when the holder shipped. */
  shipped: string;
  /** Days between the holder's launch and anybody else's; 0, together, where absent. */
  lag_days?: number | null;
  /** What excuses the holder. */
  excuse?: Excuse | null;
}

/** What becomes of a shortfall. */
export interface Shortfall {
  /** The share of it that comes back as credit; 0 where absent. */
  recover?: number | string | null;
}

/** A provider's signal. */
export interface Signal {
  /** What it says. */
  kind: SignalKind;
  /** Until when; until the state no longer says so where absent. */
  until?: string | null;
}

/**
 * What a provider signals.
 *
 * - `own_quota`: The buyer's own limit is full.
 * - `shared_capacity`: The capacity that all buyers share is exhausted.
 * - `temporary_cut`: The provider lowered the limit for a while.
 * - `spend_limit`: The buyer's spend limit with the provider is reached.
 * - `not_ready`: The model is not loaded yet.
 * - `overloaded`: The service is overloaded.
 */
export type SignalKind = "own_quota" | "shared_capacity" | "temporary_cut" | "spend_limit" | "not_ready" | "overloaded";

/**
 * What silence at the end of a window means.
 *
 * - `refusal`: The holder does not want the block.
 * - `acceptance`: The holder takes it.
 */
export type Silence = "refusal" | "acceptance";

/** The units that a quantity needs where it comes evenly over its period. */
export interface Sizing {
  /** The deployment. */
  deployment: string;
  /** Input that no cache has a part in, plus output by its weight, a minute: a whole number or a fraction. */
  normalised_tokens_per_minute: string;
  /** The units that carry them, exactly: a whole number or a fraction such as `1800/17`. */
  needed: string;
  /** The units that can be had and carry them: at least the minimum, in multiples of the increment. */
  units: number;
  /** What these cost for the period in USD, where the price of a unit is stated. */
  cost?: string | null;
}

/** Who says so. */
export interface Source {
  /** The title of the document. */
  title?: string | null;
  /** Its address. */
  url?: string | null;
  /** The day it was read. */
  as_of?: string | null;
  /** How well the statement is attested; `stated` where absent. */
  evidence?: Evidence | null;
}

/** A budget for a window of time. */
export interface SpendCapClause {
  /** A budget for a window of time. */
  kind: "spend_cap";
  /** Its id, unique in the contract; it is cited as `contract/id`. */
  id: string;
  /** The acts it binds; `[serve]` where absent. */
  acts?: Act | Act[] | null;
  /** The models or aliases it is about; all where absent. */
  models?: string | string[] | null;
  /** A condition under which it applies. */
  when?: string | null;
  /** When it is in force, within the term of the contract. */
  term?: Term | null;
  /** A condition over facts that ends it. */
  ends_when?: string | null;
  /** Clauses that it replaces from its first instant, each as `contract/clause`. */
  supersedes?: string[] | null;
  /** Its rank, where it differs from the contract's. */
  rank?: number | null;
  /** Who says so, where it is not the contract's source. */
  source?: Source | null;
  /** Since when it is known; a decision as of an earlier knowledge leaves it out. */
  known_from?: string | null;
  /** The wording, for readers. */
  text?: string | null;
  /** How much may be spent in a window, in USD. */
  amount: number | string;
  /** The deployments: a condition on `deployment`; all where absent. */
  for?: string | null;
  /** A hard cap takes the room, a soft one puts behind; `hard` where absent. */
  enforcement?: Enforcement | null;
  /** The calendar window, in the contract's zone; the whole term where absent. */
  window?: Window | null;
}

/** The state of the world. */
export interface State {
  /** What is known of deployments, by id. */
  deployments?: { [key: string]: DeploymentState } | null;
  /** Usage of counters that deployments share, by name. */
  counters?: { [key: string]: Used } | null;
  /** Facts, by name. */
  facts?: { [key: string]: FactState } | null;
  /** What the world has counted for clauses, by `contract/clause`. */
  clauses?: { [key: string]: ClauseState } | null;
  /** Notices to holders of first rights over capacity. */
  notices?: Notice[] | null;
}

/** One step on the way to a price. Amounts are decimal USD, or `numerator/denominator` where no decimal is exact. */
export interface Step {
  /** What is done. */
  step: StepKind;
  /** The clause that asks for it; absent where the deployment's own price does. */
  cite?: string | null;
  /** What is multiplied by. */
  by?: string | null;
  /** USD before it; absent for the first. Of a shadow price the routing cost, else what is paid. */
  before?: string | null;
  /** USD after it. */
  after: string;
  /** How the steps of a ladder price. */
  mode?: LadderMode | null;
  /** Tokens of a ladder's period so far. */
  drawn_tokens?: number | null;
  /** The projected shortfall of a commitment. */
  shortfall?: string | null;
  /** The share of a shortfall that comes back as credit. */
  recover?: string | null;
  /** Who projects the shortfall. */
  source?: string | null;
  /** As of when it is projected. */
  as_of?: string | null;
}

/**
 * What a step on the way to a price does, in the order of the pipeline.
 *
 * - `provisioned`: Costs nothing at the margin: its units are paid by the hour.
 * - `cell`: Sums tokens times the rates of the cells.
 * - `multiplier`: Multiplies by the deployment's `price_multiplier`.
 * - `ladder`: Puts the price of a ladder in the place of a meter's line.
 * - `discount`: Takes a discount off.
 * - `price_match`: Follows the best comparable price of others.
 * - `rounding`: Rounds to whole pico-USD, half to even.
 * - `revenue_share`: Adds what is owed of the revenue.
 * - `commitment`: Takes off what has been paid for already: a commitment that is used or lost.
 * - `shadow_price`: Takes off the routing cost what a projected shortfall would be paid for anyway.
 */
export type StepKind = "provisioned" | "cell" | "multiplier" | "ladder" | "discount" | "price_match" | "rounding" | "revenue_share" | "commitment" | "shadow_price";

/** A cause and how long it lasts. */
export interface Stop {
  /** Why. */
  cause: StopCause;
  /** The first instant at which it lasts no longer. */
  until: string;
}

/**
 * Why a deployment is left alone.
 *
 * - `own_quota`: The buyer's own limit is full.
 * - `shared_capacity`: The capacity that all buyers share is exhausted.
 * - `temporary_cut`: The provider lowered the limit for a while.
 * - `spend_limit`: The buyer's spend limit with the provider is reached.
 * - `not_ready`: The model is not loaded yet.
 * - `overloaded`: The service is overloaded.
 * - `down`: It failed, or did not answer.
 */
export type StopCause = "own_quota" | "shared_capacity" | "temporary_cut" | "spend_limit" | "not_ready" | "overloaded" | "down";

/** A provider is not to be used for a while. */
export interface SuspensionClause {
  /** A provider is not to be used for a while. */
  kind: "suspension";
  /** Its id, unique in the contract; it is cited as `contract/id`. */
  id: string;
  /** The acts it binds; `[serve]` where absent. */
  acts?: Act | Act[] | null;
  /** The models or aliases it is about; all where absent. */
  models?: string | string[] | null;
  /** A condition under which it applies. */
  when?: string | null;
  /** When it is in force, within the term of the contract. */
  term?: Term | null;
  /** A condition over facts that ends it. */
  ends_when?: string | null;
  /** Clauses that it replaces from its first instant, each as `contract/clause`. */
  supersedes?: string[] | null;
  /** Its rank, where it differs from the contract's. */
  rank?: number | null;
  /** Who says so, where it is not the contract's source. */
  source?: Source | null;
  /** Since when it is known; a decision as of an earlier knowledge leaves it out. */
  known_from?: string | null;
  /** The wording, for readers. */
  text?: string | null;
  /** Whose deployments are barred, sold or hosted. */
  provider: string;
  /** Why. */
  cause: Cause;
  /** When notice was given; nothing is barred before. */
  noticed?: string | null;
  /** The time to cure, from the notice on; until it is over a decision only warns. */
  cure?: Period | null;
  /** A condition over facts: where it holds, it is cured. */
  cured_when?: string | null;
}

/** What is varied to see where the answer changes, and how far. */
export interface Sweep {
  /** `at`, `request/<field>`, `fact/<name>`, `deployments/<id>/price`, `deployments/<id>/used/tokens` and other parts of its state, `counters/<name>/tokens`, `clauses/<contract>/<clause>/drawn` and other parts of its state. */
  variable: string;
  /** The first value: an instant, a whole number, or an amount in USD; the least where absent. */
  from?: unknown | null;
  /** The last value, itself included; the largest where absent. */
  to?: unknown | null;
}

/** When something is in force. A bare date is the first instant of that day in the contract's time zone. */
export interface Term {
  /** The first day or instant. */
  from?: string | null;
  /** The last day, itself included. */
  through?: string | null;
  /** The first day or instant no longer. */
  to?: string | null;
}

/** A request with the decision it must get. */
export interface Test {
  /** What it shows. */
  name: string;
  /** The instant, or a day whose hour is not known. */
  at: string;
  /** Leaves out what became known later. */
  known_at?: string | null;
  /** Settles what chance decides; 0 where absent. */
  seed?: number | null;
  /** The request. */
  request: unknown;
  /** The state of the world; idle and up where absent. */
  state?: unknown | null;
  /** The request is a quantity over a period: what is tested is the plan for it. */
  plan?: PlanOptions | null;
  /** What the decision must be. */
  expect: Expect;
}

/** What came of a policy's tests. */
export interface TestReport {
  /** How many passed. */
  passed: number;
  /** How many failed. */
  failed: number;
  /** SHA-256 over the canonical decisions, one a line. */
  digest: string;
  /** One for each test. */
  tests: TestResult[];
}

/** What came of one test. */
export interface TestResult {
  /** What it shows. */
  name: string;
  /** The name of its source. */
  source: string;
  /** Whether every expectation was met. */
  passed: boolean;
  /** The expectations that were not met. */
  failures: string[];
  /** The canonical decision; null where the request or state could not be read. */
  decision?: string | null;
}

/** Tests in a source of their own. */
export interface Tests {
  /** Requests with the decisions they must get. */
  tests: Test[];
}

/** Token counts. */
export interface Tokens {
  /** Input tokens, cached ones included. */
  input_tokens?: number | null;
  /** Of these, tokens expected to be read from a cache. */
  cached_input_tokens?: number | null;
  /** Of these, tokens expected to be written to a cache: a number, or numbers by how long the cache keeps them, such as `{ 5m: 1000, 1h: 200 }`. */
  cache_write_tokens?: number | { [key: string]: number } | null;
  /** The most output that is asked for. */
  max_output_tokens?: number | null;
  /** The output that is expected. */
  expected_output_tokens?: number | null;
  /** Of the output that is priced, tokens expected to be reasoning. */
  expected_reasoning_tokens?: number | null;
}

/**
 * The type of an attribute or a fact.
 *
 * - `bool`: `true` or `false`.
 * - `int`: A whole number.
 * - `decimal`: A decimal number, exact.
 * - `string`: A text.
 * - `timestamp`: An instant.
 * - `strings`: A list of texts.
 */
export type Type = "bool" | "int" | "decimal" | "string" | "timestamp" | "strings";

/** How unknown things are read. */
export interface Unknown {
  /** A capability that a deployment lists neither as supported nor as lacking; `deny` where absent. */
  capability?: Settle | null;
}

/** How many tokens each meter counts: `input`, `cached_input`, `cache_write`, `cache_write_5m` and the like, `output`, `reasoning`. Meters are disjoint. */
export type Usage = { [key: string]: number };

/**
 * How a report counts.
 *
 * - `meters`: By wayleave's own meters: `{ input, cached_input, cache_write, cache_write_5m, output, reasoning }`.
 * - `openai`: The member `usage` of OpenAI's chat completions or responses.
 * - `azure`: The same of Azure OpenAI.
 * - `anthropic`: The member `usage` of Anthropic's messages.
 * - `bedrock`: The member `usage` of Amazon Bedrock's Converse.
 * - `gemini`: The member `usageMetadata` of Google's Gemini.
 */
export type UsageFormat = "meters" | "openai" | "azure" | "anthropic" | "bedrock" | "gemini";

/** A report of a provider, to be made into meters. */
export interface UsageReport {
  /** How it counts; by meters where absent. */
  format?: UsageFormat | null;
  /** What the provider reported. */
  report: unknown;
  /** For `bedrock`: whether `inputTokens` include what was read from and written to caches. */
  input_includes_cached?: boolean | null;
}

/** The counters of a deployment, or those that several share. */
export interface Used {
  /** Tokens counted this minute. */
  tokens?: number | null;
  /** Requests counted this minute. */
  requests?: number | null;
  /** When these two start again from 0. */
  resets_at?: string | null;
  /** What single limits have counted, by their names, such as `provisioned`; for these the two above do not count. */
  limits?: { [key: string]: LimitUsed } | null;
}

/** A value and its answer. */
export interface ValueAnswer {
  /** The value; null where nothing is stated. */
  value?: unknown | null;
  /** What comes of it. */
  answer: AnswerAt;
}

/** What is said of one deployment. */
export interface Verdict {
  /** Eligible, barred or pending. */
  verdict: VerdictKind;
  /** The first question that failed. */
  question?: Question | null;
  /** What settled it: `contract/clause`, `rules/id`, `capability/name`, `limit/name`, `state/name` or `request/field`. */
  cite?: string | null;
  /** What else speaks against it. */
  also: string[];
  /** What was compared. */
  values: { [key: string]: unknown };
}

/**
 * Whether a deployment may be attempted.
 *
 * - `eligible`: It may.
 * - `barred`: It may not.
 * - `pending`: Nobody can say yet; it is never attempted.
 */
export type VerdictKind = "eligible" | "barred" | "pending";

/** The words that a request to a policy may use: what a form offers. */
export interface Vocabulary {
  /** Models and aliases. */
  models: string[];
  /** Zones. */
  zones: string[];
  /** Service tiers. */
  tiers: string[];
  /** Capabilities that some deployment mentions. */
  capabilities: string[];
  /** Attributes of requests. */
  attributes: { [key: string]: Declared };
  /** Facts. */
  facts: { [key: string]: Declared };
}

/** When a decision warns. */
export interface Warn {
  /** About an attempted deployment that retires within so many days. */
  retiring_within_days?: number | null;
  /** About a price that was read more than so many days ago. */
  price_older_than_days?: number | null;
}

/** What somebody should know who relies on a decision, though it changes nothing of it. */
export interface Warning {
  /** What it is about. */
  kind: WarningKind;
  /** What is cited. */
  cite: string;
  /** The deployment it concerns, where it is one. */
  deployment?: string | null;
  /** When it comes true. */
  until?: string | null;
  /** Since when it is so. */
  since?: string | null;
  /** From which amount on it is so, in decimal USD. */
  above?: string | null;
}

/**
 * What a warning is about.
 *
 * - `curing`: The time to cure a breach still runs; then the provider is suspended.
 * - `retiring`: An attempted deployment retires soon.
 * - `share_infeasible`: A minimum share is in deficit, and no eligible deployment could make it up.
 * - `stale_price`: A price of an attempted deployment was read long ago.
 * - `locally_optimal`: The choice is the best for this request alone: for a revenue above an amount, using up the cap of a share first would cost less.
 * - `open_output`: The request leaves open how much output it wants, so limits hold the most that the deployment can give: stating `max_output_tokens` frees the rest.
 */
export type WarningKind = "curing" | "retiring" | "share_infeasible" | "stale_price" | "locally_optimal" | "open_output";

/**
 * A day of the week.
 *
 * - `monday`: The first day of the week.
 * - `tuesday`: The day after Monday.
 * - `wednesday`: The day after Tuesday.
 * - `thursday`: The day after Wednesday.
 * - `friday`: The day after Thursday.
 * - `saturday`: The day after Friday.
 * - `sunday`: The day after Saturday.
 */
export type Weekday = "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";

/** The moment of a decision. */
export interface When {
  /** The instant, or a day whose hour is not known. */
  at: string;
  /** Leaves out what became known later. */
  known_at?: string | null;
  /** Settles what chance decides; a whole number below 2⁵³. */
  seed?: number | null;
}

/** Why a deployment is not the first attempt, and what would change it. */
export interface WhyNot {
  /** The deployment. */
  deployment: string;
  /** Its place among the attempts, from 1; null where it is not attempted. */
  attempted?: number | null;
  /** What speaks against it, in the order of the questions; for an attempt that is not the first, what puts the first before it. */
  reasons: WhyNotReason[];
  /** The nearest single changes that make it eligible, or, where it is, the first attempt. */
  changes: Change[];
  /** What was not looked at, and why. */
  incomplete: string[];
}

/** One thing that speaks against a deployment. */
export interface WhyNotReason {
  /** The question that found it. */
  question: Question;
  /** What is cited; `price`, `state/latency_ms`, `request/key`, `id` or `spills_to` where it puts another attempt first. */
  cite: string;
  /** What contradicts it. */
  against: string[];
  /** What would settle it. */
  missing: string[];
  /** What was compared. */
  values: { [key: string]: unknown };
}

/**
 * A calendar window, by the clocks of the contract's zone; minutes and hours are those of UTC.
 *
 * - `minute`: A minute.
 * - `hour`: An hour.
 * - `day`: A day.
 * - `week`: A week, from Monday on.
 * - `month`: A month.
 * - `quarter`: Three months, from January, April, July or October on.
 * - `year`: A year, from January on.
 */
export type Window = "minute" | "hour" | "day" | "week" | "month" | "quarter" | "year";

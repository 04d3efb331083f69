/// <reference lib="esnext.disposable" preserve="true" />
import { call, running } from "./engine.js";
import * as glue from "./glue.js";
import { handlesBy } from "./handles.js";
import { text } from "./instant.js";
import type {
  Breakpoints,
  CostExplanation,
  Decision,
  DeploymentSummary,
  Diagnostic,
  Explanation,
  Plan,
  PlanOptions,
  RoutingRequest,
  State,
  Sweep,
  TestReport,
  Usage,
  UsageFormat,
  Vocabulary,
  WhyNot,
} from "./types.js";

export * from "./errors.js";
export * from "./ledger.js";
export * from "./signal.js";
export type * from "./types.js";

/** A policy's text, or several sources by name: `{ "policy.yaml": "…", "prices/azure.csv": "…" }`. */
export type Sources = string | Readonly<Record<string, string>>;

/** A request, with the attributes that the policy declares beside its own fields. */
export type AttributedRequest = RoutingRequest & { readonly [attribute: string]: unknown };

/** When a decision is made, and on what knowledge. */
export interface When {
  /** The instant, as RFC 3339 text or a `Date`; on a day of change a bare date can leave clauses unknown. */
  at: string | Date;
  /** Decide as one could have at this instant; everything the policy says where it is left out. */
  known_at?: string | Date;
  /** A whole number; the same seed gives the same decision. Drawn, and returned in the decision, where it is left out. */
  seed?: number;
}

/** What a provider's report does not say about itself. */
export interface UsageOptions {
  /** For `bedrock`: whether `inputTokens` include what caches have a part in; settled by the report's total where left out. */
  input_includes_cached?: boolean;
}

/** When tokens were used, and how they are counted. */
export interface PriceOptions extends UsageOptions {
  /** The instant, as RFC 3339 text or a `Date`. */
  at: string | Date;
  /** The format of the report; `meters` where it is left out. */
  format?: UsageFormat;
}

/** How a policy is checked. */
export interface CheckOptions {
  /**
   * The day or instant from which on the policy is looked at: `2026-11-22`, or a `Date`. Where it is left out, all of
   * time is, and nothing is said of the age of prices and of terms that end.
   */
  as_of?: string | Date;
  /** How many days before `as_of` a price may have been read; 90 where it is left out. */
  price_days?: number;
  /** How many days after `as_of` the end of a term is worth a note; any end is where it is left out. */
  horizon_days?: number;
}

/** A policy that was read and checked. */
export class Policy {
  readonly #sources: Sources;
  #handle: glue.PolicyHandle | undefined;
  #instance = 0;
  #freed = false;

  static {
    handlesBy((policy) => (policy as Policy).#live());
  }

  private constructor(sources: Sources) {
    this.#sources = typeof sources === "object" && sources !== null ? { ...sources } : sources;
  }

  /** Reads and checks a policy; throws a `PolicyError` with everything that is wrong. */
  static parse(sources: Sources): Policy {
    const policy = new Policy(sources);
    policy.#live();
    return policy;
  }

  /** Where the request may go, who comes first, what it costs, and why. */
  decide(request: RoutingRequest | AttributedRequest, state: State | undefined, when: When): Decision {
    const handle = this.#live();
    const instant = written(when);
    return call(() => handle.decide(request, state ?? {}, instant)) as Decision;
  }

  /** The same decision as canonical JSON (RFC 8785): the bytes every runtime agrees on. */
  decideCanonical(request: RoutingRequest | AttributedRequest, state: State | undefined, when: When): string {
    const handle = this.#live();
    const instant = written(when);
    return call(() => handle.decideCanonical(request, state ?? {}, instant));
  }

  /** The decision with the five answers for every deployment: why this one, and why not the others. */
  explain(request: RoutingRequest | AttributedRequest, state: State | undefined, when: When): Explanation {
    const handle = this.#live();
    const instant = written(when);
    return call(() => handle.explain(request, state ?? {}, instant)) as Explanation;
  }

  /**
   * The decision for a quantity over a period, which the request states as its counts of tokens; room is not asked. With
   * the values at which the best route changes.
   */
  plan(
    request: RoutingRequest | AttributedRequest,
    state: State | undefined,
    when: When,
    options: PlanOptions = {},
  ): Plan {
    const handle = this.#live();
    const instant = written(when);
    return call(() => handle.plan(request, state ?? {}, instant, options)) as Plan;
  }

  /** Why a deployment is not the first attempt, and the nearest single changes that would make it so. */
  whyNot(
    request: RoutingRequest | AttributedRequest,
    state: State | undefined,
    when: When,
    deployment: string,
  ): WhyNot {
    const handle = this.#live();
    const instant = written(when);
    return call(() => handle.whyNot(request, state ?? {}, instant, deployment)) as WhyNot;
  }

  /** Where the answer changes when one thing does: `{ variable: "request/input_tokens", from: 0, to: 400000 }`. */
  breakpoints(
    request: RoutingRequest | AttributedRequest,
    state: State | undefined,
    when: When,
    sweep: Sweep,
  ): Breakpoints {
    const handle = this.#live();
    const instant = written(when);
    return call(() => handle.breakpoints(request, state ?? {}, instant, sweep)) as Breakpoints;
  }

  /**
   * What tokens that were used cost on a deployment, by the same rules as the cost of a request, and how the cost comes
   * about. `usage` is a provider's own report where `format` names it. Null where one of the meters has no price.
   */
  price(deployment: string, usage: Usage | object, options: PriceOptions): CostExplanation | null {
    const handle = this.#live();
    const { at, ...rest } = options;
    const used = { ...rest, report: usage };
    return call(() => handle.price({ deployment, at: text(at), used })) as CostExplanation | null;
  }

  /** What is allowed but probably not meant. */
  check(options: CheckOptions = {}): Diagnostic[] {
    const handle = this.#live();
    const { as_of, ...rest } = options;
    const from = as_of === undefined ? {} : { as_of: text(as_of) };
    return call(() => handle.check({ ...rest, ...from })) as Diagnostic[];
  }

  /** Runs the policy's own tests. */
  test(): TestReport {
    const handle = this.#live();
    return call(() => handle.test()) as TestReport;
  }

  /** The deployments as the policy describes them. */
  deployments(): DeploymentSummary[] {
    const handle = this.#live();
    return call(() => handle.deployments()) as DeploymentSummary[];
  }

  /** The words that a request to this policy may use: what a form offers. */
  vocabulary(): Vocabulary {
    const handle = this.#live();
    return call(() => handle.vocabulary()) as Vocabulary;
  }

  /** The digest of the policy's canonical form; a receipt names it. */
  get digest(): string {
    const handle = this.#live();
    return call(() => handle.digest());
  }

  /** Gives back the policy's memory at once; the garbage collector does so later. */
  free(): void {
    // A handle of an instance that failed went with that instance.
    if (this.#handle !== undefined && this.#instance === running()) {
      this.#handle.free();
    }
    this.#handle = undefined;
    this.#freed = true;
  }

  /** The handle on the running instance; after a failure the sources are read again. */
  #live(): glue.PolicyHandle {
    if (this.#freed) {
      throw new TypeError("this policy was freed");
    }
    const instance = running();
    if (this.#handle === undefined || this.#instance !== instance) {
      this.#handle = call(() => glue.PolicyHandle.parse(this.#sources));
      this.#instance = instance;
    }
    return this.#handle;
  }
}

export interface Policy extends Disposable {}

// For `using`. Where the platform has no such symbol, nothing can ask for it.
if (Symbol.dispose !== undefined) {
  Object.defineProperty(Policy.prototype, Symbol.dispose, {
    value: Policy.prototype.free,
    configurable: true,
    writable: true,
  });
}

/** The version of the engine, as decisions carry it. */
export function engineVersion(): string {
  running();
  return call(() => glue.engineVersion());
}

/** The disjoint meters of a provider's report; throws a `PolicyError` where the report contradicts itself or lacks a count. */
export function normaliseUsage(format: UsageFormat, report: object, options: UsageOptions = {}): Usage {
  running();
  return call(() => glue.normaliseUsage({ ...options, format, report })) as Usage;
}

/** The instant as the engine reads it, with a seed. Another member is left for the engine to refuse. */
function written(when: When): object {
  const { at, known_at, seed, ...rest } = when;
  return {
    ...rest,
    at: text(at),
    ...(known_at === undefined ? {} : { known_at: text(known_at) }),
    seed: seed ?? Number(call(() => glue.drawSeed())),
  };
}

// What was admitted, what is held for it, and what it came to; and the ledgers of edges, which admit out of what is lent.
import { call, running } from "./engine.js";
import * as glue from "./glue.js";
import { handleOf } from "./handles.js";
import { text } from "./instant.js";
import type { AttributedRequest, Policy, UsageOptions } from "./policy.js";
import { Breaker, type Reply } from "./signal.js";
import type { BreakerData, EdgeMessage, LedgerAnswer, LedgerCall, LedgerRefusal, Reading, Refusal, RoutingRequest, State, UsageFormat } from "./types.js";

/** A request that is to be sent. */
export interface LedgerAdmission {
  /** Where it is to be sent; as decided. */
  deployment: string;
  request: RoutingRequest | AttributedRequest;
  /** When, as RFC 3339 text or a `Date`. */
  at: string | Date;
  /** When the reservation counts as forgotten; ten minutes later where it is left out. */
  expires_at?: string | Date;
  /** The id of the reservation, unique while it lasts; drawn where it is left out. */
  id?: string;
  /** The world beside the ledger: facts, forecasts, health. */
  world?: State;
}

/** What a request used. */
export interface LedgerSettlement extends UsageOptions {
  /** When, as RFC 3339 text or a `Date`. */
  at: string | Date;
  /** The provider's report, or meters; the estimate stands where it is left out. */
  usage?: object;
  /** The format of the report; `meters` where it is left out. */
  format?: UsageFormat;
  /** The request, by which what it used is priced for budgets and commitments; they count the estimate where it is left out. */
  request?: RoutingRequest | AttributedRequest;
  /** The world beside the ledger. */
  world?: State;
}

/** What an edge has admitted and settled by itself. */
export interface EdgeRecord extends UsageOptions {
  /** Where it was sent. */
  readonly deployment: string;
  readonly request: RoutingRequest | AttributedRequest;
  /** When the edge admitted it, as RFC 3339 text or a `Date`: clauses and prices are those of that instant. */
  readonly admitted_at: string | Date;
  /** The provider's report, or meters; the estimate stands where it is left out. */
  readonly usage?: object;
  /** The format of the report; `meters` where it is left out. */
  readonly format?: UsageFormat;
  /** The world beside the ledger. */
  readonly world?: State;
}

/** A deployment is left alone because of what it signalled. */
export interface HeldBack {
  readonly refused: "held_back";
  readonly cite: "state/signal";
  readonly until: string;
  /** What it counts as for `follow`. */
  readonly refusal: Refusal;
}

/** A reservation, or why there is none. */
export type Admitted<Why = LedgerRefusal | HeldBack> =
  | {
      readonly id: string;
      /** The number of the probe that the request is; `signal` is told. */
      readonly probe?: number;
      readonly refused?: undefined;
    }
  | { readonly refused: Why };

/** Whether it was done. */
export interface Done {
  /** Why not: there is no such reservation, or not any more. */
  readonly refused?: LedgerRefusal;
}

/** A ledger as data, to keep. */
export interface LedgerSnapshot {
  /** The counters, clauses, reservations and leases, in a document of a version that later engines read. */
  readonly ledger: object;
  /** What deployments have signalled. */
  readonly breakers: { readonly [deployment: string]: BreakerData };
}

/** A message between an edge and its authority: plain data, which may be lost, come twice or come late. */
export type LeaseMessage = object;

/** How long a reservation lasts where nobody says. */
const FORGOTTEN_MS = 600_000;
/** So many calls are made again after a failure of the engine before there is a snapshot of them. */
const MOST_REPEATED = 256;

/**
 * Counters, clauses and reservations under a policy. A request is admitted on a deployment, which holds its estimate, or
 * refused, naming the limit; then it is settled with what it used, or cancelled where it was never sent.
 *
 * No clock is read, and ids are drawn only where none is given.
 */
export class Ledger {
  readonly #policy: Policy;
  readonly #breakers: Map<string, Breaker>;
  /** Where the calls that follow began. */
  #begun: object | undefined;
  #calls: LedgerCall[] = [];
  #handle: glue.LedgerHandle | undefined;
  #instance = 0;
  #freed = false;
  #next: string | undefined;

  constructor(policy: Policy) {
    this.#policy = policy;
    this.#breakers = new Map();
    this.#live();
  }

  /** A ledger that goes on from a snapshot; throws a `PolicyError` where it is none. */
  static restore(policy: Policy, snapshot: LedgerSnapshot): Ledger {
    const ledger = new Ledger(policy);
    ledger.#release();
    ledger.#begun = structuredClone(snapshot.ledger ?? null);
    for (const [deployment, breaker] of Object.entries(snapshot.breakers ?? {})) {
      ledger.#breakers.set(deployment, new Breaker(breaker));
    }
    ledger.#live();
    return ledger;
  }

  /** Holds the estimate of a request, or says which limit or clause has no room, or that the deployment is left alone. */
  admit(admission: LedgerAdmission): Admitted {
    const { id, data } = admissionData(admission);
    const at = text(admission.at);
    const { refused } = this.#call({ at, admit: data });
    if (refused != null) {
      return { refused };
    }
    const entry = this.#breakers.get(admission.deployment)?.enter(at);
    if (entry?.entry === "wait") {
      this.#call({ at, cancel: id });
      const { until, refusal } = entry;
      return { refused: { refused: "held_back", cite: "state/signal", until, refusal } };
    }
    return { id, ...(entry?.entry === "probe" && { probe: entry.probe }) };
  }

  /** Replaces what a reservation holds by what the request used, once. */
  settle(id: string, settlement: LedgerSettlement): Done {
    const { at, request, world } = settlement;
    const rest = { ...used(settlement), ...(request && { request }), ...(world && { world }) };
    return done(this.#call({ at: text(at), settle: { id, ...rest } }));
  }

  /** Gives back all that a reservation holds: the request was never sent. */
  cancel(id: string, at: string | Date): Done {
    return done(this.#call({ at: text(at), cancel: id }));
  }

  /** Settles forgotten reservations at their estimates and ends leases that are over; the ids of the reservations. */
  expire(at: string | Date): string[] {
    return this.#call({ at: text(at), expire: true }).expired ?? [];
  }

  /** Takes in what a deployment answered; `probe` is the number that `admit` gave. */
  signal(deployment: string, reply: Reply, probe?: number): Reading {
    const breaker = this.#breakers.get(deployment) ?? new Breaker();
    const reading = breaker.record(reply, probe);
    this.#breakers.set(deployment, breaker);
    return reading;
  }

  /** What the ledger tells a decision at an instant: counters, clauses, signals. Put it over what else is known of the world. */
  state(at: string | Date): State {
    const state = this.#call({ at: text(at), state: true }, false).state ?? {};
    const deployments = { ...state.deployments };
    for (const [deployment, breaker] of this.#breakers) {
      deployments[deployment] = { ...deployments[deployment], ...breaker.report(at) };
    }
    return { ...state, deployments };
  }

  /** When the next reservation or lease counts as forgotten, as of the last call; `undefined` where none will. */
  get next(): string | undefined {
    return this.#next;
  }

  /** Lends an edge what it asks for, as far as there is room: what `Edge.receive` takes. The same ask gets the same answer. */
  lend(ask: LeaseMessage, at: string | Date): { readonly grant: LeaseMessage; readonly refused?: undefined } | { readonly refused: LedgerRefusal } {
    const { grant, refused } = this.#call({ at: text(at), lend: ask });
    return refused == null ? { grant: grant as LeaseMessage } : { refused };
  }

  /** Takes back what an edge will not use. */
  takeBack(returns: readonly LeaseMessage[], at: string | Date): void {
    this.#call({ at: text(at), take_back: [...returns] });
  }

  /** Counts for clauses what an edge has admitted and settled by itself; to be told once of each request. */
  record(record: EdgeRecord, at: string | Date): Done {
    return done(this.#call({ at: text(at), record: recordData(record) }));
  }

  /**
   * The same for many at once, in a message that may come twice: an edge numbers its messages upwards and sends the next one
   * when it knows that the last one has arrived; where a message has come before, up to an hour ago, nothing of it is counted
   * and `repeated` is true. An edge that starts again goes on with its numbers, or takes another name. What is refused or cannot
   * be read is left out, and the first of these refusals is told.
   */
  recordAll(records: readonly EdgeRecord[], message: EdgeMessage, at: string | Date): Done & { readonly repeated: boolean } {
    const answer = this.#call({ at: text(at), record: records.map(recordData), message });
    return { ...done(answer), repeated: answer.repeated === true };
  }

  /** The ledger as data. */
  snapshot(): LedgerSnapshot {
    const breakers = Object.fromEntries([...this.#breakers].map(([id, breaker]) => [id, breaker.toJSON()]));
    return { ledger: structuredClone(this.#keep()), breakers };
  }

  /** Gives back the ledger's memory at once; the garbage collector does so later. */
  free(): void {
    this.#release();
    this.#freed = true;
  }

  #call(asked: LedgerCall, changes = true): LedgerAnswer {
    const handle = this.#live();
    const policy = handleOf(this.#policy);
    try {
      const answer = call(() => handle.call(policy, asked)) as LedgerAnswer;
      this.#next = answer.next ?? undefined;
      if (changes) {
        this.#calls.push(structuredClone(asked));
      }
      return answer;
    } finally {
      if (this.#calls.length >= MOST_REPEATED) {
        this.#keep();
      }
    }
  }

  #keep(): object {
    if (this.#begun === undefined || this.#calls.length > 0) {
      const handle = this.#live();
      const policy = handleOf(this.#policy);
      const answer = call(() => handle.call(policy, { at: "1970-01-01", snapshot: true })) as LedgerAnswer;
      this.#begun = answer.snapshot as object;
      this.#calls = [];
    }
    return this.#begun;
  }

  /** The handle on the running instance; after a failure the same calls lead to the same ledger. */
  #live(): glue.LedgerHandle {
    if (this.#freed) {
      throw new TypeError("this ledger was freed");
    }
    const policy = handleOf(this.#policy);
    const instance = running();
    if (this.#handle === undefined || this.#instance !== instance) {
      const handle = call(() => glue.LedgerHandle.restore(this.#begun));
      for (const asked of this.#calls) {
        call(() => handle.call(policy, asked));
      }
      this.#handle = handle;
      this.#instance = instance;
    }
    return this.#handle;
  }

  #release(): void {
    // A handle of an instance that failed went with that instance.
    if (this.#handle !== undefined && this.#instance === running()) {
      this.#handle.free();
    }
    this.#handle = undefined;
  }
}

/**
 * A ledger that admits out of slices of limits which an authority lends it, without asking for each request. An edge that
 * is lost costs what it held, until its leases end.
 */
export class Edge {
  readonly #policy: Policy;
  readonly #name: string;
  #handle: glue.EdgeHandle | undefined;
  #instance = 0;
  #freed = false;

  /** An edge that holds nothing. Names are unique among the edges of an authority; drawn where it is left out. */
  constructor(policy: Policy, name: string = identifier()) {
    this.#policy = policy;
    this.#name = name;
    this.#live();
  }

  /** The name, by which an authority knows the edge. */
  get name(): string {
    return this.#name;
  }

  /**
   * Holds the estimate of a request out of what is lent. Where that does not suffice, `ask` is what to send to the
   * authority; while `waiting`, an ask is under way, and the same request may be tried again, by the same id, when it is
   * answered. What is refused as `not_lent`, the authority admits.
   */
  admit(admission: LedgerAdmission): Admitted<LedgerRefusal> & { readonly ask?: LeaseMessage; readonly waiting: boolean } {
    const { id, data } = admissionData(admission);
    const { refused, ask, waiting } = this.#call({ at: text(admission.at), admit: data, ask: identifier() });
    const rest = { ...(ask != null && { ask: ask as LeaseMessage }), waiting: waiting === true };
    return refused == null ? { id, ...rest } : { refused, ...rest };
  }

  /**
   * Takes what was lent. An answer to anything but the ask that is waited for changes nothing. Where `lent` is false, there
   * is nothing of some limit that was asked for, and requests that need it had better be refused than tried again before
   * `until`.
   */
  receive(grant: LeaseMessage, at: string | Date): { readonly lent: boolean; readonly until?: string } {
    this.#call({ at: text(at), receive: grant });
    const { slices } = grant as { slices: { amount: number | string; until: string }[] };
    const lacking = slices.filter(({ amount }) => Number(amount) === 0).map(({ until }) => until);
    const [until] = lacking.sort((one, other) => Date.parse(other) - Date.parse(one));
    return until === undefined ? { lent: true } : { lent: false, until };
  }

  /**
   * Replaces what a reservation holds by what the request used, once. Where `record` is true, clauses count the request, and
   * the authority is to be told: `Ledger.record`, or `Ledger.recordAll`.
   */
  settle(id: string, settlement: LedgerSettlement): Done & { readonly record: boolean } {
    const answer = this.#call({ at: text(settlement.at), settle: { id, ...used(settlement) } });
    return { ...done(answer), record: answer.record === true };
  }

  /** Gives a reservation's estimate back to what is lent: the request was never sent. */
  cancel(id: string, at: string | Date): Done {
    return done(this.#call({ at: text(at), cancel: id }));
  }

  /**
   * Settles forgotten reservations at their estimates; their ids. Where `record` is true, clauses count them, and the authority
   * is to be told.
   */
  expire(at: string | Date): { readonly expired: string[]; readonly record: boolean } {
    const { expired, record } = this.#call({ at: text(at), expire: true });
    return { expired: expired ?? [], record: record === true };
  }

  /** Gives up what is lent and not in use: what to send to the authority. */
  giveBack(at: string | Date): LeaseMessage[] {
    return (this.#call({ at: text(at), give_back: true }).returns ?? []) as LeaseMessage[];
  }

  /** Gives back the edge's memory at once; the garbage collector does so later. */
  free(): void {
    if (this.#handle !== undefined && this.#instance === running()) {
      this.#handle.free();
    }
    this.#handle = undefined;
    this.#freed = true;
  }

  #call(asked: LedgerCall): LedgerAnswer {
    const handle = this.#live();
    const policy = handleOf(this.#policy);
    return call(() => handle.call(policy, asked)) as LedgerAnswer;
  }

  /** The handle on the running instance; what an instance held that failed is lost, as an edge may be. */
  #live(): glue.EdgeHandle {
    if (this.#freed) {
      throw new TypeError("this edge was freed");
    }
    handleOf(this.#policy);
    const instance = running();
    if (this.#handle === undefined || this.#instance !== instance) {
      this.#handle = call(() => new glue.EdgeHandle(this.#name));
      this.#instance = instance;
    }
    return this.#handle;
  }
}

export interface Ledger extends Disposable {}
export interface Edge extends Disposable {}

// For `using`. Where the platform has no such symbol, nothing can ask for it.
if (Symbol.dispose !== undefined) {
  for (const { prototype } of [Ledger, Edge]) {
    Object.defineProperty(prototype, Symbol.dispose, { value: prototype.free, configurable: true, writable: true });
  }
}

/** 106 bits, as text. */
function identifier(): string {
  running();
  const draw = () => Number(call(() => glue.drawSeed())).toString(36);
  return `${draw()}-${draw()}`;
}

function admissionData({ deployment, request, at, expires_at, id = identifier(), world }: LedgerAdmission) {
  const expires = expires_at ?? new Date(new Date(at).getTime() + FORGOTTEN_MS);
  return { id, data: { id, deployment, request, expires_at: text(expires), ...(world && { world }) } };
}

function recordData(record: EdgeRecord) {
  const { deployment, request, admitted_at, world } = record;
  return { deployment, request, admitted_at: text(admitted_at), ...used(record), ...(world && { world }) };
}

function used({ usage, format, input_includes_cached }: Pick<LedgerSettlement, "usage" | "format" | "input_includes_cached">) {
  if (usage === undefined) {
    return {};
  }
  const rest = { ...(format !== undefined && { format }), ...(input_includes_cached !== undefined && { input_includes_cached }) };
  return { used: { ...rest, report: usage } };
}

function done({ refused }: LedgerAnswer): Done {
  return refused == null ? {} : { refused };
}

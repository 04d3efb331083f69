// What upstreams' answers say, and what follows from them: a cooldown, a probe, the next attempt.
import { call, running } from "./engine.js";
import * as glue from "./glue.js";
import { text } from "./instant.js";
import type {
  Attempt,
  BreakerData,
  BreakerStepped,
  Cooldowns,
  Decision,
  Dialect,
  Meaning,
  Reading,
  Refusal,
  Reported,
} from "./types.js";

/** An upstream's answer. */
export interface Reply {
  /** Whose it is; `other` where it is left out: whatever any of them says is then understood, as far as it has one meaning. */
  dialect?: Dialect;
  /** The status; 0 where nothing was answered, in time or at all. */
  status: number;
  /** Names, in any case of letters, and values. */
  headers?: Headers | Readonly<Record<string, string>>;
  /** The beginning of the body, of which 65,536 bytes are read. Statuses below 400 need none. */
  body?: string;
  /** When it came. */
  at: string | Date;
  /** The limit of tokens in a minute that the deployment is configured with: one that is signalled below it was cut. */
  tokens_per_minute?: number;
  /** The tokens that the request was estimated at: what exceeds a whole limit never fits, and is no reason to keep others out. */
  needed_tokens?: number;
}

/** Whether a request may be sent. */
export type Entry =
  | { readonly entry: "free" }
  /** It may, as the probe of this number, which `record` is told. */
  | { readonly entry: "probe"; readonly probe: number }
  /** It may not, until then at least. It counts as one that came back with the refusal, for `follow` too. */
  | { readonly entry: "wait"; readonly until: string; readonly refusal: Refusal };

/** What an answer says. Whatever it holds is read as far as it is understood; nothing of it is an error. */
export function readSignal(reply: Reply): Reading {
  running();
  return call(() => glue.readSignal(written(reply))) as Reading;
}

/**
 * The health of one deployment. Without stops everything is let through; while a stop lasts nothing is; after the last,
 * one probe is: its success clears everything, its failure starts a longer stop.
 *
 * All of it is plain data, and no clock is read: `new Breaker(JSON.parse(JSON.stringify(breaker)))` goes on as it was.
 */
export class Breaker {
  readonly #cooldowns: Cooldowns;
  #data: BreakerData;

  /** A breaker that was kept, or a well one; `cooldowns` in place of the usual ones. */
  constructor(data?: BreakerData, cooldowns: Cooldowns = {}) {
    this.#data = structuredClone(data ?? {});
    this.#cooldowns = { ...cooldowns };
    // What is no breaker is refused here.
    this.#step({ at: "1970-01-01" });
  }

  /** Asks to send a request, directly before it is sent. */
  enter(at: string | Date): Entry {
    return this.#step({ at: text(at), enter: true }).entry as Entry;
  }

  /** Records what came of a request that was let through; `probe` is its number where it was one. */
  record(reply: Reply, probe?: number): Reading {
    return this.#step({ at: text(reply.at), reply: written(reply), ...(probe !== undefined && { probe }) }).reading as Reading;
  }

  /** What a state says of the deployment, under `deployments.<id>`; `enter` waits exactly while it says anything. */
  report(at: string | Date): Reported {
    return this.#step({ at: text(at) }).state;
  }

  /** Forgets everything but the numbers of probes, as somebody does who knows better: a spend limit was raised. */
  clear(): void {
    const { probes } = this.#data;
    this.#data = probes == null ? {} : { probes };
  }

  /** The breaker as data, to keep. */
  toJSON(): BreakerData {
    return structuredClone(this.#data);
  }

  #step(step: object): BreakerStepped {
    running();
    const asked = { ...step, breaker: this.#data, cooldowns: this.#cooldowns };
    const stepped = call(() => glue.stepBreaker(asked)) as BreakerStepped;
    this.#data = stepped.breaker;
    return stepped;
  }
}

/** What follows an attempt. */
export type Next =
  | { readonly attempt: Attempt; readonly position: number; readonly end?: undefined }
  /** Nothing: it was served, the client or the gateway is at fault, `next_if` does not list the failure, or none is left. */
  | {
      readonly end: "served" | "client" | "credentials" | "not_listed" | "last" | "no_attempt";
      readonly attempt?: undefined;
    };

/**
 * What follows attempt number `attempted` (from 0) by what came of it: the attempt behind it, where its `next_if` lists the
 * failure, and nothing else. What was not among the attempts never comes to be by failures.
 *
 * `came` is a reading, or the entry of a deployment that `enter` holds back.
 */
export function follow(
  decision: Pick<Decision, "attempts">,
  attempted: number,
  came: { readonly meaning: Meaning } | { readonly refusal: Refusal },
): Next {
  const attempt = decision.attempts[attempted];
  if (attempt === undefined) {
    return { end: "no_attempt" };
  }
  const meaning = "refusal" in came ? came.refusal : came.meaning;
  if (meaning === "served" || meaning === "client" || meaning === "credentials") {
    return { end: meaning };
  }
  const position = attempted + 1;
  const next = decision.attempts[position];
  if (next === undefined) {
    return { end: "last" };
  }
  return attempt.next_if.includes(meaning) ? { attempt: next, position } : { end: "not_listed" };
}

/** The answer as the engine reads it. Another member is left for the engine to refuse. */
function written({ headers, at, ...rest }: Reply): object {
  const pairs = headers !== undefined && typeof headers.entries === "function" ? Object.fromEntries(headers as Iterable<[string, string]>) : headers;
  return { ...rest, at: text(at), ...(pairs !== undefined && { headers: pairs }) };
}

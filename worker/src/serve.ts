// An answer for the client: the attempts of a decision in order, each only as far as the decision lets it come.
import { type AttributedRequest, type Decision, type DeploymentSummary, type Next, type Policy, type Reading, type State, follow, normaliseUsage } from "wayleave";
import type { Connection, Connections } from "./connections.js";
import { type Env, secret } from "./env.js";
import type { AuthorityRpc, Came as Used } from "./authority.js";
import { type Health, dialect } from "./health.js";
import { type ProblemName, type Tried, problem } from "./problem.js";
import { type Json, unnamed } from "./request.js";
import type { Held, Later, NoRoom, Room } from "./room.js";
import { call } from "./upstream.js";
import { metered } from "./usage.js";

/** What a client gets of an upstream's headers; the rest may tell of the gateway's account, or is ours to say. */
const PASSED =
  /^(content-type|retry-after(-ms)?|(x-|apim-)?request-id|x-ratelimit-.*|anthropic-ratelimit-.*|openai-processing-ms|x-ms-region|cache-control|date)$/;

export interface Asked {
  readonly policy: Policy;
  /** By their ids. */
  readonly deployments: ReadonlyMap<string, DeploymentSummary>;
  readonly connections: Connections;
  readonly health: Health;
  readonly room: Room;
  /** The ledger that all isolates share; where it is absent, no room is held. */
  readonly authority: AuthorityRpc | undefined;
  readonly question: AttributedRequest;
  readonly body: Json;
  readonly client: AbortSignal;
  readonly env: Env;
  readonly now: () => Date;
  readonly later: Later;
}

/** What came of an attempt: an answer and what it says, or that the deployment may not be asked now. */
type Came = (Reading & { readonly response?: Response }) | NoRoom;

export async function serve(asked: Asked): Promise<Response> {
  const { policy, question, now } = asked;
  const body = unnamed(asked.body);
  const at = now();
  const state = await world(asked, at);
  const decision = policy.decide(question, state, { at });
  if (decision.outcome !== "route") {
    const { sentence } = policy.explain(question, state, { at, seed: decision.seed });
    return refusal(decision, sentence, at);
  }
  return attempt(decision, asked, state, body);
}

/**
 * What upstreams have signalled, and what clauses have counted. A deployment that cannot be called is down, and is so before
 * anything is decided: rights over it count as ever.
 */
async function world({ deployments, connections, health, room, authority, later }: Asked, at: Date): Promise<State> {
  const unreachable = [...deployments.keys()].filter((id) => !connections.has(id));
  const down = unreachable.map((id) => [id, { health: "down" }] as const);
  const clauses = authority && (await room.clauses(authority, later));
  return { deployments: { ...health.report(at), ...Object.fromEntries(down) }, ...(clauses && { clauses }) };
}

async function attempt(decision: Decision, asked: Asked, state: State, body: string): Promise<Response> {
  const tried: Tried[] = [];
  const [first] = decision.attempts;
  let because: string[] = [];
  let last: Came | undefined;
  for (let next: Next = first ? { attempt: first, position: 0 } : { end: "no_attempt" }; next.attempt; ) {
    drop(last);
    const { deployment, because: clauses } = next.attempt;
    because = clauses;
    last = await attemptOne(deployment, asked, state, body);
    next = follow(decision, next.position, last);
    const response = answer(last);
    const status = response && { status: response.status };
    if (response !== undefined && (next.end === "served" || next.end === "client")) {
      tried.push({ deployment, outcome: response.ok ? "ok" : String(response.status), ...status });
      return passed(response, about(decision, because, tried));
    }
    tried.push({ deployment, outcome: "meaning" in last ? last.meaning : last.refusal, ...status });
    if (next.end === "credentials") {
      // The upstream means the gateway, not the client, and may quote the key that it was shown.
      drop(last);
      const detail = `the upstream of \`${deployment}\` does not accept the gateway's credentials or address`;
      return failed("upstream-credentials", detail, decision, because, tried);
    }
  }
  const response = answer(last);
  if (response !== undefined && tried.every(({ outcome }) => outcome === "cannot_support")) {
    // Nobody can serve it as it is, and the last upstream says what is amiss with it.
    return passed(response, about(decision, because, tried));
  }
  drop(last);
  const detail = `no upstream served it: ${tried.map(({ deployment, outcome }) => `${deployment} (${outcome})`).join(", ")}`;
  const limited = last !== undefined && ("refusal" in last ? last.refusal !== "down" : response?.status === 429);
  return limited
    ? failed("attempts-limited", detail, decision, because, tried, again(last, asked.now()))
    : failed("attempts-failed", detail, decision, because, tried);
}

/** What a client is told of trying again after a limit: when, or that time does not help, as with a limit of spend. */
function again(last: Came | undefined, at: Date): Record<string, string> {
  if (last !== undefined && "refusal" in last) {
    return { "retry-after": String(seconds(last.until, at)) };
  }
  const wait = last?.response?.headers.get("retry-after");
  return { ...(last?.retry === "elsewhere" && NO_RETRY), ...(wait != null && { "retry-after": wait }) };
}

/** Asks one upstream, where there is room and its breaker lets the request through, and records what came of it. */
async function attemptOne(deployment: string, asked: Asked, state: State, body: string): Promise<Came> {
  const { connections, env, client, health, room, authority, question, now, later } = asked;
  const connection = connections.get(deployment);
  if (connection === undefined) {
    throw new Error(`\`${deployment}\` was to be attempted and has no connection`);
  }
  const key = secret(env, connection.auth.binding, deployment);
  const held = authority && (await room.hold(authority, deployment, question, state, later));
  if (held !== undefined && "refusal" in held) {
    return held;
  }
  const breaker = health.of(deployment);
  const entry = breaker.enter(now());
  if (entry.entry === "wait") {
    later(held?.cancel() ?? Promise.resolve());
    return entry;
  }
  const probe = entry.entry === "probe" ? entry.probe : undefined;
  // A client that has gone says nothing of the deployment: another may find out. Nothing behind the call need run then.
  const gone = () => {
    breaker.record({ status: 499, at: now() }, probe);
    // It was sent, and nobody knows what it used.
    later(held?.settle({}) ?? Promise.resolve());
  };
  client.addEventListener("abort", gone, { once: true });
  try {
    const { response, ...said } = await call(connection, key, body, client);
    const reading = breaker.record({ ...said, ...known(asked, connection), at: now() }, probe);
    return { ...reading, ...accounted(response, held, later) };
  } finally {
    client.removeEventListener("abort", gone);
  }
}

/** What was served counts as it says; what was refused counts as a request and uses nothing; else the estimate stands. */
function accounted(response: Response | undefined, held: Held | undefined, later: Later): { response?: Response } {
  if (held === undefined || response === undefined) {
    later(held?.settle({}) ?? Promise.resolve());
    return response === undefined ? {} : { response };
  }
  if (!response.ok) {
    later(held.settle({ usage: {} }));
    return { response };
  }
  const { response: passing, usage } = metered(response);
  later(usage.then((used) => settled(held, used)));
  return { response: passing };
}

/** A report that contradicts itself is none. */
async function settled(held: Held, usage: object | undefined): Promise<void> {
  let used: Used = {};
  try {
    used = usage === undefined ? {} : { usage: normaliseUsage("openai", usage) };
  } catch (error) {
    console.warn("a report of usage is left out:", error instanceof Error ? error.message : error);
  }
  await held.settle(used);
}

/** What an answer is read with. */
function known({ question, deployments }: Asked, connection: Connection) {
  const { input_tokens: input, max_output_tokens: output } = question;
  const { provider, tokens_per_minute: limit } = deployments.get(connection.deployment) ?? {};
  return {
    dialect: dialect(connection, provider),
    ...(limit != null && { tokens_per_minute: limit }),
    ...(typeof input === "number" && { needed_tokens: input + (typeof output === "number" ? output : 0) }),
  };
}

function answer(came: Came | undefined): Response | undefined {
  return came !== undefined && "response" in came ? came.response : undefined;
}

/** Leaves an answer unread; that it may have broken off by now is no matter. */
function drop(came: Came | undefined): void {
  answer(came)?.body?.cancel().catch(() => {});
}

/** The upstream's answer: its status, its body, and of its headers what a client may see. */
function passed(upstream: Response, told: Record<string, string>): Response {
  const response = new Response(upstream.body, upstream);
  for (const name of [...response.headers.keys()]) {
    if (!PASSED.test(name)) {
      response.headers.delete(name);
    }
  }
  for (const [name, value] of Object.entries(told)) {
    response.headers.set(name, value);
  }
  return response;
}

function failed(
  name: ProblemName,
  detail: string,
  decision: Decision,
  because: string[],
  tried: Tried[],
  headers: Record<string, string> = {},
): Response {
  const told = { ...about(decision, because, tried), ...headers };
  return problem(name, detail, { decision, attempts: tried, headers: told });
}

/** What a client gets for a decision that leads nowhere. */
export function refusal(decision: Decision, sentence: string, at: Date): Response {
  const { hold, conflict } = decision;
  const [name, cites, headers] = ((): [ProblemName, string[], Record<string, string>] => {
    if (hold) {
      return hold.reason === "room"
        ? ["hold-room", hold.cites, { "retry-after": String(seconds(hold.until, at)) }]
        : ["hold", hold.cites, hold.until == null ? NO_RETRY : { "retry-after": String(seconds(hold.until, at)) }];
    }
    if (conflict) {
      return ["conflict", conflict.between, NO_RETRY];
    }
    return ["refuse", Object.values(decision.verdicts).flatMap(({ cite }) => cite ?? []), NO_RETRY];
  })();
  const told = { ...about(decision, [...new Set(cites)], []), ...headers };
  return problem(name, sentence, { decision, headers: told });
}

/** OpenAI's clients try some statuses again by themselves; here nothing would change by it. */
const NO_RETRY = { "x-should-retry": "false" };

/** Whole seconds until time frees a deployment; 1 where nobody can say. */
function seconds(until: string | null | undefined, at: Date): number {
  const wait = Math.ceil((Date.parse(until ?? "") - at.getTime()) / 1000);
  return wait >= 1 ? wait : 1;
}

/** Citations in a header; a policy may have thousands. */
const MOST_CITED = 16;

const named = (words: readonly string[]) => [...new Set(words)].slice(0, MOST_CITED).join(", ");

function about(decision: Decision, because: string[], tried: Tried[]): Record<string, string> {
  const last = tried.at(-1);
  const served = last !== undefined && (last.outcome === "ok" || last.outcome === String(last.status));
  const warnings = (decision.warnings ?? []).map(({ kind, cite, deployment }) => `${kind}=${deployment ?? cite}`);
  const duties = decision.duties.map(({ kind, clause }) => `${kind}=${clause}`);
  return {
    "x-wayleave-decision": decision.outcome,
    "x-wayleave-policy": decision.policy_digest,
    ...(because.length > 0 && { "x-wayleave-because": named(because) }),
    ...(warnings.length > 0 && { "x-wayleave-warnings": named(warnings) }),
    ...(duties.length > 0 && { "x-wayleave-duties": named(duties) }),
    ...(tried.length > 0 && {
      "x-wayleave-attempts": tried.map(({ deployment, outcome }) => `${deployment}=${outcome}`).join(", "),
    }),
    ...(served && { "x-wayleave-deployment": last.deployment }),
  };
}

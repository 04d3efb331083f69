// An answer for the client: the attempts of a decision in order, each only as far as the decision lets it come.
import type { Decision, Hold, Policy, AttributedRequest, State } from "wayleave";
import type { Connections } from "./connections.js";
import { type Env, secret } from "./env.js";
import { type ProblemName, type Tried, problem } from "./problem.js";
import { type Json, unnamed } from "./request.js";
import { type Called, call } from "./upstream.js";

/** What a client gets of an upstream's headers; the rest may tell of the gateway's account, or is ours to say. */
const PASSED =
  /^(content-type|retry-after(-ms)?|(x-|apim-)?request-id|x-ratelimit-.*|anthropic-ratelimit-.*|openai-processing-ms|x-ms-region|cache-control|date)$/;

export interface Asked {
  readonly policy: Policy;
  readonly deployments: readonly string[];
  readonly connections: Connections;
  readonly question: AttributedRequest;
  readonly body: Json;
  readonly client: AbortSignal;
  readonly env: Env;
}

export async function serve(asked: Asked): Promise<Response> {
  const { policy, question } = asked;
  const body = unnamed(asked.body);
  const at = new Date();
  const state = reachable(asked);
  const decision = policy.decide(question, state, { at });
  if (decision.outcome !== "route") {
    const { sentence } = policy.explain(question, state, { at, seed: decision.seed });
    return refusal(decision, sentence, at);
  }
  return attempt(decision, asked, body);
}

/** A deployment that cannot be called is down, and is so before anything is decided: rights over it count as ever. */
function reachable({ deployments, connections }: Asked): State {
  const unreachable = deployments.filter((id) => !connections.has(id));
  return { deployments: Object.fromEntries(unreachable.map((id) => [id, { health: "down" }])) };
}

async function attempt(decision: Decision, asked: Asked, body: string): Promise<Response> {
  const tried: Tried[] = [];
  let because: string[] = [];
  let last: Response | undefined;
  for (const { deployment, because: clauses, next_if } of decision.attempts) {
    drop(last);
    because = clauses;
    const { outcome, response } = await attemptOne(deployment, asked, body);
    const status = response && { status: response.status };
    if (outcome === "answer") {
      tried.push({ deployment, outcome: response.ok ? "ok" : String(response.status), ...status });
      return passed(response, about(decision, because, tried));
    }
    tried.push({ deployment, outcome, ...status });
    if (outcome === "credentials") {
      // The upstream means the gateway, not the client, and may quote the key that it was shown.
      drop(response);
      const detail = `the upstream of \`${deployment}\` does not accept the gateway's credentials or address`;
      return failed("upstream-credentials", detail, decision, because, tried);
    }
    last = response;
    if (!next_if.includes(outcome)) {
      break;
    }
  }
  if (last !== undefined && tried.every(({ outcome }) => outcome === "cannot_support")) {
    // Nobody can serve it as it is, and the last upstream says what is amiss with it.
    return passed(last, about(decision, because, tried));
  }
  drop(last);
  const detail = `no upstream served it: ${tried.map(({ deployment, outcome }) => `${deployment} (${outcome})`).join(", ")}`;
  const wait = last?.headers.get("retry-after");
  return last?.status === 429
    ? failed("attempts-limited", detail, decision, because, tried, wait == null ? {} : { "retry-after": wait })
    : failed("attempts-failed", detail, decision, because, tried);
}

function attemptOne(deployment: string, { connections, env, client }: Asked, body: string): Promise<Called> {
  const connection = connections.get(deployment);
  if (connection === undefined) {
    throw new Error(`\`${deployment}\` was to be attempted and has no connection`);
  }
  return call(connection, secret(env, connection.auth.binding, deployment), body, client);
}

/** Leaves an answer unread; that it may have broken off by now is no matter. */
function drop(response: Response | undefined): void {
  response?.body?.cancel().catch(() => {});
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
        ? ["hold-room", hold.cites, { "retry-after": String(seconds(hold, at)) }]
        : ["hold", hold.cites, NO_RETRY];
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
function seconds(hold: Hold, at: Date): number {
  const wait = Math.ceil((Date.parse(hold.until ?? "") - at.getTime()) / 1000);
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

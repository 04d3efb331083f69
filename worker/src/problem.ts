// Refusals as RFC 9457 problems that OpenAI clients understand too.
import type { Decision, Diagnostic } from "wayleave";

/** What can be wrong: the status, the name that OpenAI clients know the sort by, and a title. */
const PROBLEMS = {
  "bad-request": [400, "invalid_request_error", "The request cannot be read"],
  unauthorized: [401, "authentication_error", "The client must present the gateway's token"],
  refuse: [403, "permission_error", "No deployment may serve this request"],
  "not-found": [404, "invalid_request_error", "There is nothing here"],
  "method-not-allowed": [405, "invalid_request_error", "This takes another method"],
  conflict: [409, "conflict_error", "The policy contradicts itself about this request"],
  "content-too-large": [413, "invalid_request_error", "The body is too long"],
  "unsupported-media-type": [415, "invalid_request_error", "The body is not of a type that is read"],
  "hold-room": [429, "rate_limit_error", "No deployment has room now"],
  "attempts-limited": [429, "rate_limit_error", "No upstream had room"],
  configuration: [500, "server_error", "The gateway is not set up"],
  failure: [500, "server_error", "The gateway failed"],
  "attempts-failed": [502, "server_error", "No upstream answered"],
  "upstream-credentials": [502, "server_error", "An upstream does not accept the gateway's credentials or address"],
  hold: [503, "server_error", "The request waits for something to be settled"],
  ledger: [503, "server_error", "Whether there is room cannot be told"],
} as const satisfies Record<string, readonly [status: number, type: string, title: string]>;

export type ProblemName = keyof typeof PROBLEMS;

/** What became of one attempt. */
export interface Tried {
  deployment: string;
  /** `ok`, a class of refusal, or the status of an answer that was passed on. */
  outcome: string;
  /** What the upstream answered, where it answered. */
  status?: number;
}

export interface ProblemOptions {
  /** The field of the request that is meant. */
  param?: string;
  diagnostics?: readonly Diagnostic[];
  decision?: Decision;
  attempts?: readonly Tried[];
  headers?: Record<string, string>;
}

export function problem(name: ProblemName, detail: string, options: ProblemOptions = {}): Response {
  const [status, type, title] = PROBLEMS[name];
  const { param = null, diagnostics, decision, attempts, headers } = options;
  const body = {
    type: `/problems/${name}`,
    title,
    status,
    detail,
    instance: `urn:uuid:${crypto.randomUUID()}`,
    error: { message: detail, type, code: name.replaceAll("-", "_"), param },
    ...(diagnostics && { diagnostics }),
    ...(decision && { wayleave: { decision, ...(attempts && { attempts }) } }),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, "content-type": "application/problem+json", "cache-control": "no-store" },
  });
}

/** What a problem's `type` leads to. */
export function describe(path: string): Response | undefined {
  const prefix = "/problems/";
  const name = path.slice(prefix.length);
  if (!path.startsWith(prefix) || !Object.hasOwn(PROBLEMS, name)) {
    return undefined;
  }
  const [status, , title] = PROBLEMS[name as ProblemName];
  return new Response(`${title}.\nThe status is ${status}; \`detail\` says more about the one request.\n`);
}

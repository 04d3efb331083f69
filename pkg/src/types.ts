// Written by `cargo xtask schema` from the engine's own types. Do not edit.

/** Something wrong, or probably not meant. */
export interface Diagnostic {
  code: string;
  severity: "error" | "warning";
  message: string;
  help?: string;
  span?: Span;
  related?: { message: string; span: Span }[];
}

/** A place in a source; lines and columns count from 1, columns in UTF-16 code units. */
export interface Span {
  source: string;
  line: number;
  column: number;
  end_line: number;
  end_column: number;
}

/** What is to be decided. */
export interface RoutingRequest {
  act?: "serve" | "launch" | "host" | "train" | "sell";
  model?: string;
  input_tokens?: number;
  max_output_tokens?: number;
  expected_output_tokens?: number;
  needs?: string[];
  zone?: string;
  key?: string;
  [attribute: string]: unknown;
}

/** What is true of the world now. */
export interface State {
  deployments?: Record<string, unknown>;
  clauses?: Record<string, unknown>;
  notices?: unknown[];
  facts?: Record<string, unknown>;
}

/** The answer. Money is decimal text in USD. */
export interface Decision {
  outcome: "route" | "hold" | "refuse" | "conflict";
  at: string;
  seed: number;
  attempts: Attempt[];
  verdicts: Record<string, Verdict>;
  hold?: { reason: "room" | "notice" | "fact" | "right"; until?: string; missing?: string[] };
  conflict?: unknown;
  duties: { kind: string; clause: string; by?: string; amount?: string }[];
  confidence?: string;
  engine: string;
  policy_digest: string;
}

/** A deployment to try, in its turn. */
export interface Attempt {
  deployment: string;
  because: string[];
  cost: { cash: string; routing: string };
  next_if: string[];
}

/** What became of a deployment, and at which of the five questions. */
export interface Verdict {
  verdict: "eligible" | "barred" | "pending";
  question?: number;
  cite?: string;
  also?: string[];
  values?: Record<string, unknown>;
}

/** A deployment as the policy describes it. */
export interface Deployment {
  id: string;
  provider: string;
  model: string;
  zone?: string;
}

/** How a policy's own tests went. */
export interface TestReport {
  passed: number;
  failed: number;
  tests: { name: string; passed: boolean; message?: string }[];
}

// What the page and the Worker say to each other.
import type { DeploymentSummary, Diagnostic, Explanation, State, TestReport, Vocabulary, WhyNot } from "wayleave/slim";

/** The sources of a policy by name. */
export type Files = Readonly<Record<string, string>>;

/** Asks for a decision. `files` comes along only where they changed since the last ask. */
export interface DecideAsk {
  kind: "decide";
  seq: number;
  /** Counts the changes of the sources: an answer about older ones has offsets that no longer hold. */
  version: number;
  files?: Files;
  request: unknown;
  state: State;
  at: string;
}

/** Asks for the tests of sources; goes to a Worker of its own. */
export interface TestAsk {
  kind: "test";
  seq: number;
  files: Files;
}

/** Asks why a deployment is not chosen, and what would change it; goes to a Worker of its own. */
export interface WhyNotAsk {
  kind: "why_not";
  seq: number;
  files: Files;
  request: unknown;
  state: State;
  at: string;
  deployment: string;
}

/** What goes to a Worker that no decision waits for. */
export type SideAsk = TestAsk | WhyNotAsk;

export type Ask = DecideAsk | SideAsk;

/** A policy that could be read. */
export interface Read {
  ok: true;
  findings: Diagnostic[];
  vocabulary: Vocabulary;
  deployments: DeploymentSummary[];
}

/** What was refused, and why. */
export interface Refused {
  ok: false;
  findings: readonly Diagnostic[];
}

export interface DecideAnswer {
  kind: "decide";
  seq: number;
  version: number;
  engine: string;
  /** Present where the ask brought sources. */
  policy?: Read | Refused;
  /** Absent where the policy could not be read. */
  decision?: { ok: true; explanation: Explanation } | Refused;
}

export interface TestAnswer {
  kind: "test";
  seq: number;
  result: { ok: true; report: TestReport } | Refused;
}

export interface WhyNotAnswer {
  kind: "why_not";
  seq: number;
  result: { ok: true; why: WhyNot } | Refused;
}

/** The engine itself failed; the next ask runs on a fresh one. */
export interface Failure {
  kind: "failure";
  seq: number;
  message: string;
}

export type SideAnswer = TestAnswer | WhyNotAnswer;

export type Answer = DecideAnswer | SideAnswer | Failure;

import type { Diagnostic } from "./types.js";

/** What was handed in is wrong: a policy, a request, a state or an instant. */
export class PolicyError extends Error {
  /** Each thing that is wrong, with its place where it has one. */
  readonly diagnostics: readonly Diagnostic[];
  /** The same for people, with the lines it is about. */
  readonly rendered: string;

  constructor(diagnostics: readonly Diagnostic[], rendered: string) {
    super(rendered);
    this.name = "PolicyError";
    this.diagnostics = diagnostics;
    this.rendered = rendered;
  }
}

/**
 * The engine itself failed. The instance that failed is gone; the next call runs on a fresh one.
 * `cause` is what the runtime threw.
 */
export class EngineError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "EngineError";
  }
}

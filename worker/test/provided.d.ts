// What the set-up hands to the tests.
import "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** The addresses of the upstreams. No connection names the stranger. */
    upstreams: { azure: string; bedrock: string; stranger: string };
    connections: string;
    /** What the package decides in Node, for the questions in decisions.ts. */
    decisions: string[];
    suites: { name: string; sources: Record<string, string> }[];
    vectors: import("../../tests/suite/vectors.mjs").VectorFile[];
    /** The number and the digest that every runtime must come to. */
    committed: { decisions: string; answers: string };
  }
}

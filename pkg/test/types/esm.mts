import { EngineError, Policy, PolicyError, type Decision, type State, type When } from "wayleave";
import * as slim from "wayleave/slim";
import wasm from "wayleave/wayleave.wasm";

const when: When = { at: new Date(0) };
const state: State | undefined = undefined;

export function route(text: string): string | undefined {
  using policy = Policy.parse({ "policy.yaml": text });
  try {
    const decision: Decision = policy.decide({ model: "gpt-5.5" }, state, when);
    return decision.attempts[0]?.deployment;
  } catch (error) {
    if (error instanceof PolicyError) return error.diagnostics.map((diagnostic) => diagnostic.code).join();
    if (error instanceof EngineError) return String(error.cause);
    throw error;
  }
}

slim.initSync(wasm);
await slim.init(fetch("https://example.com/wayleave.wasm"));

// @ts-expect-error: an instant is never left out
Policy.parse("").decide({}, {}, {});
// @ts-expect-error: a policy is read with `parse`
new Policy("");

import { Breaker, Edge, EngineError, Ledger, Policy, PolicyError, follow, readSignal, type Decision, type State, type When } from "wayleave";
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

export function send(policy: Policy, decision: Decision, response: Response): string | undefined {
  const at = new Date();
  using ledger = new Ledger(policy);
  const request = { model: "gpt-5.5", session: "s" };
  const came = ledger.admit({ deployment: "a", request, at });
  if (came.refused !== undefined) {
    return came.refused.refused === "held_back" ? came.refused.refusal : came.refused.cite;
  }
  const breaker = new Breaker(new Breaker().toJSON());
  const entry = breaker.enter(at);
  const reading = breaker.record({ status: response.status, headers: response.headers, at }, entry.entry === "probe" ? entry.probe : undefined);
  ledger.settle(came.id, { at, usage: { input: 1 }, request });
  const edge = new Edge(policy, "edge");
  const { ask } = edge.admit({ deployment: "a", request, at });
  const lent = ask && ledger.lend(ask, at);
  const left: number | null | undefined = readSignal({ dialect: "azure", status: 0, at }).requests?.remaining;
  return lent?.refused?.cite ?? follow(decision, 0, entry.entry === "wait" ? entry : reading).attempt?.deployment ?? String(left);
}

slim.initSync(wasm);
await slim.init(fetch("https://example.com/wayleave.wasm"));

// @ts-expect-error: an instant is never left out
Policy.parse("").decide({}, {}, {});
// @ts-expect-error: a policy is read with `parse`
new Policy("");

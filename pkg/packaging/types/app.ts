// What a user of the package writes, with types.
import { EngineError, Policy, PolicyError, type Decision, type Diagnostic, type RoutingRequest, type When } from "wayleave";

export { Policy, PolicyError };

export function decide(text: string, request: RoutingRequest, when: When): Decision {
  using policy = Policy.parse(text);
  return policy.decide(request, undefined, when);
}

export function complaints(text: string): readonly Diagnostic[] {
  try {
    return Policy.parse(text).check();
  } catch (error) {
    if (error instanceof PolicyError) return error.diagnostics;
    if (error instanceof EngineError) throw error.cause;
    throw error;
  }
}

// @ts-expect-error: an instant is never left out
export const never = (policy: Policy) => policy.decide({ model: "gpt-5.5" }, undefined, {});

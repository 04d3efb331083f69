// What a user of the package writes.
import { Policy, PolicyError } from "wayleave";

export { Policy, PolicyError };

export function decide(policy, request, when) {
  return Policy.parse(policy).decide(request, undefined, when);
}

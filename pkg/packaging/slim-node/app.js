// What a user of the package writes in Node to save the text in memory.
import { readFileSync } from "node:fs";
import { initSync, Policy, PolicyError } from "wayleave/slim";

initSync(readFileSync(new URL(import.meta.resolve("wayleave/wayleave.wasm"))));

export { Policy, PolicyError };

export function decide(policy, request, when) {
  return Policy.parse(policy).decide(request, undefined, when);
}

// What a user of the package writes where the bundler is to find the module.
import { init, Policy, PolicyError } from "wayleave/slim";

await init(new URL("wayleave/wayleave.wasm", import.meta.url));

export { Policy, PolicyError };

export function decide(policy, request, when) {
  return Policy.parse(policy).decide(request, undefined, when);
}

// What a user of the package writes where no bundler is: the import map finds the module.
import { init, Policy, PolicyError } from "wayleave/slim";

await init(import.meta.resolve("wayleave/wayleave.wasm"));

export { Policy, PolicyError };

export function decide(policy, request, when) {
  return Policy.parse(policy).decide(request, undefined, when);
}

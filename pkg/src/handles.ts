// How the classes of this package reach the handle of a policy, which is nobody else's to have.
import type { PolicyHandle } from "./glue.js";

let read: ((policy: object) => PolicyHandle) | undefined;

/** Says how the handle of a policy is found. */
export function handlesBy(reader: (policy: object) => PolicyHandle): void {
  read = reader;
}

/** The handle of a policy on the running instance. */
export function handleOf(policy: object): PolicyHandle {
  if (read === undefined) {
    throw new TypeError("there is no policy yet");
  }
  return read(policy);
}

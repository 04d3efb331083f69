import type { AuthorityRpc } from "./authority.js";

/** The bindings. Secrets are found under the names that the connections give. */
export interface Env {
  /** Clients must present it. */
  readonly CLIENT_TOKEN?: string;
  /** `1` lets everybody ask where no token is set. */
  readonly OPEN?: string;
  /** Where set, it is read in place of the bundled `connections.yaml`. */
  readonly CONNECTIONS?: string;
  /** Where set, its one object keeps the ledger that all isolates share. */
  readonly LEDGER?: { getByName(name: string): AuthorityRpc };
  readonly [binding: string]: unknown;
}

/** The gateway is set up wrongly: nothing that a client could mend. Its text names no secret. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

/** The value of a secret binding. A line break at its end, as a pipe leaves it, does not count. */
export function secret(env: Env, name: string, deployment: string): string {
  const value = env[name];
  const text = typeof value === "string" ? value.trim() : "";
  if (text === "") {
    throw new ConfigurationError(`the secret that connections name for \`${deployment}\` is not set`);
  }
  if (!/^[\x21-\x7e]+$/.test(text)) {
    throw new ConfigurationError(`the secret that connections name for \`${deployment}\` cannot stand in a header`);
  }
  return text;
}

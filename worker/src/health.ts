// What upstreams' answers say of deployments: whether one may be asked, and what the next decision goes by. It is known
// for as long as the isolate lives; another isolate finds out by itself.
import { Breaker, type Dialect, type Reported } from "wayleave";
import type { Connection } from "./connections.js";

export class Health {
  readonly #breakers = new Map<string, Breaker>();

  of(deployment: string): Breaker {
    const known = this.#breakers.get(deployment);
    if (known !== undefined) {
      return known;
    }
    const breaker = new Breaker();
    this.#breakers.set(deployment, breaker);
    return breaker;
  }

  /** What a state says of every deployment that has answered. */
  report(at: Date): Record<string, Reported> {
    return Object.fromEntries([...this.#breakers].map(([deployment, breaker]) => [deployment, breaker.report(at)]));
  }
}

const DIALECTS: Readonly<Record<string, Dialect>> = {
  openai: "openai",
  azure: "azure",
  anthropic: "anthropic",
  aws: "bedrock",
  gcp: "vertex",
};

/** Whose manner of answering it is: by the interface that is called, else by who sells the deployment. */
export function dialect({ kind }: Connection, provider: string | undefined): Dialect {
  return kind === "azure" ? "azure" : (DIALECTS[provider ?? ""] ?? "other");
}

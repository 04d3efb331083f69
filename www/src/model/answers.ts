// What the engine last said. A decision stays until there is a better one; it is stale while the policy or the request
// that asks for the next one cannot be read.
import { batch, computed, effect, signal } from "@preact/signals";
import type { DeploymentSummary, Diagnostic, Explanation } from "wayleave/slim";
import { Client } from "../engine/client.ts";
import type { DecideAnswer, Read } from "../engine/protocol.ts";
import { at, files, request, state, version } from "./session.ts";
import { renew } from "./trial.ts";

/** The last policy that could be read: what the forms offer. */
export const policy = signal<Read | undefined>(undefined);
/** Its deployments by id. */
export const deployments = computed(
  (): ReadonlyMap<string, DeploymentSummary> =>
    new Map((policy.value?.deployments ?? []).map((deployment) => [deployment.id, deployment])),
);
/** What is wrong with the sources as they stand, or could be. */
export const findings = signal<readonly Diagnostic[]>([]);
/** What is wrong with the request, the state or the instant. */
export const refusals = signal<readonly Diagnostic[]>([]);
/** The last decision. */
export const explanation = signal<Explanation | undefined>(undefined);
export const broken = signal(false);
export const failure = signal<string | undefined>(undefined);
export const engine = signal("");

/** Why the decision shown is not about what stands in the page; undefined while it is. */
export const stale = computed(() => {
  if (failure.value !== undefined) {
    return failure.value;
  }
  if (broken.value) {
    const errors = findings.value.filter((finding) => finding.severity === "error").length;
    return `The policy has ${errors === 1 ? "an error" : `${errors} errors`}`;
  }
  return refusals.value.length > 0 ? "The request cannot be decided" : undefined;
});

/** The deployments that serve the model asked for, and those that do not. */
export const candidates = computed(() => {
  const serving: string[] = [];
  const others: string[] = [];
  for (const [id, found] of Object.entries(explanation.value?.deployments ?? {})) {
    const serves = !found.answers.can.reasons.some((reason) => reason.cite === "request/model");
    (serves ? serving : others).push(id);
  }
  return { serving: serving.sort(byRank), others: others.sort() };
});

const ORDER = { eligible: 0, pending: 1, barred: 2 };
const QUESTIONS = ["can", "may", "room", "first", "cost"];

/** By rank; of those that are not attempted, the one that failed latest is the nearest. */
function byRank(a: string, b: string): number {
  const known = explanation.value;
  const rank = (id: string) => known?.deployments[id]?.rank ?? Number.MAX_SAFE_INTEGER;
  const verdict = (id: string) => ORDER[known?.decision.verdicts[id]?.verdict ?? "barred"];
  const reached = (id: string) => QUESTIONS.indexOf(known?.decision.verdicts[id]?.question ?? "");
  return rank(a) - rank(b) || verdict(a) - verdict(b) || reached(b) - reached(a) || (a < b ? -1 : 1);
}

export const client = new Client(take, (message) => {
  failure.value = message;
});

function take(answer: DecideAnswer): void {
  batch(() => {
    failure.value = undefined;
    engine.value = answer.engine;
    if (answer.policy !== undefined) {
      findings.value = answer.policy.findings;
      broken.value = !answer.policy.ok;
      renew(answer.policy.ok ? files.peek() : undefined);
      if (answer.policy.ok) {
        policy.value = answer.policy;
      }
    }
    if (answer.decision?.ok === true) {
      explanation.value = answer.decision.explanation;
      refusals.value = [];
    } else {
      refusals.value = answer.decision?.findings ?? [];
    }
  });
}

/** Keeps asking: every change of the policy, the request, the state or the instant is a new ask. */
export function follow(): void {
  effect(() => {
    if (Object.keys(files.value).length > 0) {
      client.decide({
        version: version.value,
        files: files.value,
        request: request.value,
        state: state.value,
        at: at.value,
      });
    }
  });
}

// Why a deployment is not chosen, and the nearest single changes that would make it so: asked for one at a time, and asked
// again for as long as it is shown and anything that it depends on changes.
import { batch, effect, signal } from "@preact/signals";
import type { Change, Diagnostic, WhyNot } from "wayleave/slim";
import { Bench } from "../engine/bench.ts";
import { explanation, stale } from "./answers.ts";
import { plainly } from "./dates.ts";
import { notice } from "./opening.ts";
import { ask, at, counted, establish, files, report, request, row, state } from "./session.ts";

/** The search is stopped after this long. */
const PATIENCE_MS = 10_000;
/** It waits until nothing has changed for so long. */
const REST_MS = 60;

/** The deployment that was asked about. */
export const asked = signal<string | undefined>(undefined);
/** What came of it; undefined while it is under way. */
export const told = signal<WhyNot | undefined>(undefined);
/** Why nothing came of it. */
export const untold = signal<string | undefined>(undefined);

const bench = new Bench();

/** Keeps what is told about the deployment asked for; closing its row ends it. */
effect(() => {
  const deployment = asked.value;
  if (deployment !== undefined && deployment !== row.value) {
    asked.value = undefined;
    return;
  }
  // What is told is about the decision that is shown.
  const known = explanation.value;
  bench.stop("something changed");
  if (deployment === undefined || known === undefined || stale.value !== undefined) {
    return;
  }
  const resting = setTimeout(() => void find(deployment), REST_MS);
  return () => clearTimeout(resting);
});

async function find(deployment: string): Promise<void> {
  const question = { files: files.value, request: request.value, state: state.value, at: at.value };
  const timer = setTimeout(() => bench.stop("It took too long and was stopped."), PATIENCE_MS);
  let found: { ok: true; why: WhyNot } | { ok: false; findings: readonly Diagnostic[] };
  try {
    found = await bench.ask<"why_not">({ kind: "why_not", ...question, deployment });
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    found = { ok: false, findings: [{ message: why } as Diagnostic] };
  } finally {
    clearTimeout(timer);
  }
  const same = question.files === files.value && question.request === request.value && question.state === state.value;
  if (asked.value === deployment && same && question.at === at.value) {
    const result = found;
    batch(() => {
      told.value = result.ok ? result.why : undefined;
      untold.value = result.ok ? undefined : (result.findings[0]?.message ?? "It was refused.");
    });
  }
}

const OF_DEPLOYMENT = /^deployments\/(.+)\/(used\/tokens|used\/requests|in_flight|health|cooldown_until|signal)$/;
const OF_COUNTER = /^counters\/(.+)\/(tokens|requests)$/;
const OF_CLAUSE = /^clauses\/(.+)\/(drawn|total|accrued|held)$/;

/** How a change is made to the inputs of the page; undefined where it is one of the policy’s text, such as a price. */
export function way({ variable, to }: Change): (() => void) | undefined {
  const value = to ?? undefined;
  if (variable === "at") {
    return () => {
      at.value = String(to);
    };
  }
  if (variable.startsWith("request/")) return () => ask({ [variable.slice("request/".length)]: value });
  if (variable.startsWith("fact/")) return () => establish(variable.slice("fact/".length), value);
  const [, id = "", part = ""] = OF_DEPLOYMENT.exec(variable) ?? [];
  if (part.startsWith("used/")) {
    return () => report(id, { used: { ...state.value.deployments?.[id]?.used, [part.slice("used/".length)]: value } });
  }
  if (part === "signal") return () => report(id, { signal: value === undefined ? undefined : { kind: value } });
  if (part !== "") return () => report(id, { [part]: value });
  const [, counter = "", of] = OF_COUNTER.exec(variable) ?? [];
  if (of !== undefined) {
    return () => {
      const { counters } = state.value;
      state.value = { ...state.value, counters: { ...counters, [counter]: { ...counters?.[counter], [of]: value as number } } };
    };
  }
  const [, clause = "", count] = OF_CLAUSE.exec(variable) ?? [];
  return count === undefined ? undefined : () => counted(clause, { [count]: value });
}

/** Makes a change; it can be taken back. */
export function apply(change: Change, make: () => void): void {
  const before = { request: request.value, state: state.value, at: at.value };
  batch(() => {
    make();
    notice.value = {
      text: `${names(change.variable)}: ${point(change.to)} instead of ${point(change.from)}.`,
      undo: () =>
        batch(() => {
          request.value = before.request;
          state.value = before.state;
          at.value = before.at;
          notice.value = undefined;
        }),
    };
  });
}

/** What is changed, in words. */
export function names(variable: string): string {
  return variable === "at" ? "As of" : variable;
}

/** A value as the page writes it. */
export function point(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (typeof value === "string") return /^\d{4}-\d\d-\d\dT/.test(value) ? plainly(value) : value;
  return Array.isArray(value) ? `[${value.map(point).join(", ")}]` : String(value);
}

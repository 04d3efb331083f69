// The tests of the policy shown. They run at every change, unless there are too many to run unasked.
import { batch, signal } from "@preact/signals";
import type { TestReport } from "wayleave/slim";
import { Bench } from "../engine/bench.ts";
import type { Files } from "../engine/protocol.ts";

/** More tests than this run only when somebody asks: a link may bring any number. */
const MOST_UNASKED = 300;
/** Tests that nobody asked for are stopped after this long. */
const PATIENCE_MS = 10_000;
/** Tests wait until the sources have not changed for so long. */
const REST_MS = 60;

/** What came of the tests. */
export const report = signal<TestReport | undefined>(undefined);
/** Tests that wait for somebody to run them, and why they did not come to an end. */
export const held = signal<{ count: number; why?: string } | undefined>(undefined);
export const running = signal(false);

const bench = new Bench();
let sources: Files | undefined;
let resting: ReturnType<typeof setTimeout> | undefined;

/** Takes other sources; none where they cannot be read. */
export function renew(files: Files | undefined): void {
  sources = files;
  clearTimeout(resting);
  bench.stop("the policy changed");
  running.value = false;
  if (files === undefined) {
    return;
  }
  const count = counted(files);
  if (count > MOST_UNASKED) {
    batch(() => {
      report.value = undefined;
      held.value = { count };
    });
  } else {
    resting = setTimeout(() => void run(PATIENCE_MS), REST_MS);
  }
}

/** Runs the tests; as long as they take where no limit is given. */
export async function run(limit?: number): Promise<void> {
  const files = sources;
  if (files === undefined) {
    return;
  }
  running.value = true;
  const timer = limit === undefined ? undefined : setTimeout(() => stop("They took too long and were stopped."), limit);
  try {
    const result = await bench.ask<"test">({ kind: "test", files });
    if (files === sources) {
      batch(() => {
        report.value = result.ok ? result.report : undefined;
        held.value = result.ok ? undefined : { count: counted(files), why: result.findings[0]?.message ?? "They were refused." };
      });
    }
  } catch (thrown) {
    if (files === sources) {
      batch(() => {
        report.value = undefined;
        held.value = { count: counted(files), why: thrown instanceof Error ? thrown.message : String(thrown) };
      });
    }
  } finally {
    clearTimeout(timer);
    if (files === sources) {
      running.value = false;
    }
  }
}

export function stop(why = "They were stopped."): void {
  bench.stop(why);
}

/** About how many tests there are, without reading them. */
function counted(files: Files): number {
  return Object.entries(files)
    .filter(([name]) => !name.endsWith(".csv"))
    .reduce((sum, [, text]) => sum + (text.match(/(?<![\w.])expect["']?\s*:/g)?.length ?? 0), 0);
}

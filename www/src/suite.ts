// The tests of policies in this browser's Worker, for the comparison of runtimes.
import { digest, line, type Suite } from "../../tests/suite/digest.mjs";
import { Bench } from "./engine/bench.ts";
import { cards, load } from "./model/examples.ts";

declare global {
  interface Window {
    /** Runs the tests of each suite; what the stories call. */
    runSuites(runtime: string, suites: readonly Suite[]): Promise<string>;
  }
}

const status = document.getElementById("line");
const bench = new Bench();

window.runSuites = async (runtime, suites) => {
  const reports = [];
  for (const { name, sources } of suites) {
    const result = await bench.ask<"test">({ kind: "test", files: sources });
    if (!result.ok) {
      throw new Error(`${name} cannot be read: ${result.findings.map((finding) => finding.message).join("; ")}`);
    }
    reports.push({ name, report: result.report });
  }
  const failed = reports.flatMap(({ name, report }) =>
    report.tests.filter((test) => !test.passed).map((test) => `${name}: ${test.name}`),
  );
  if (failed.length > 0) {
    throw new Error(`failed: ${failed.join("; ")}`);
  }
  return line(runtime, await digest(reports));
};

function say(text: string): void {
  if (status !== null) {
    status.textContent = text;
  }
}

try {
  const suites = await Promise.all(
    cards.map(async ({ name }) => ({ name: `policies/${name}`, sources: (await load(name)).files })),
  );
  say(await window.runSuites("this browser", suites));
} catch (thrown) {
  say(thrown instanceof Error ? thrown.message : String(thrown));
}

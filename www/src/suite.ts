// The tests of policies in this browser's Worker, and the vectors of ledgers beside it, for the comparison of runtimes.
import { init, Ledger, Policy } from "wayleave/slim";
import address from "wayleave/wayleave.wasm?url";
import { digest, line, type Suite } from "../../tests/suite/digest.mjs";
import { runVectors, type VectorFile, vectorsLine } from "../../tests/suite/vectors.mjs";
import { Bench } from "./engine/bench.ts";
import { cards, load } from "./model/examples.ts";

declare global {
  interface Window {
    /** Runs the tests of each suite; what the stories call. */
    runSuites(runtime: string, suites: readonly Suite[]): Promise<string>;
    /** Puts the steps of each file to a ledger. */
    runLedgers(runtime: string, files: readonly VectorFile[]): Promise<string>;
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

window.runLedgers = async (runtime, files) => {
  await init(new URL(address, import.meta.url));
  const sum = await runVectors({ Policy, Ledger }, files);
  if (sum.failures.length > 0) {
    throw new Error(`failed: ${sum.failures.join("; ")}`);
  }
  return vectorsLine(runtime, sum);
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

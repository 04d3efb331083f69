// The tests of policies in this browser's Worker, for the comparison of runtimes.
import { digest } from "../../tests/suite/digest.mjs";
import { Client } from "./engine/client.ts";
import type { Files } from "./engine/protocol.ts";
import { cards, load } from "./model/examples.ts";

export interface Member {
  name: string;
  sources: Files;
}

declare global {
  interface Window {
    /** Runs the tests of each member; what the stories call. */
    runSuite(members: readonly Member[]): Promise<string>;
  }
}

const line = document.getElementById("line");
const client = new Client(
  () => undefined,
  (message) => say(`The engine failed: ${message}`),
);

window.runSuite = async (members) => {
  const reports = [];
  for (const { name, sources } of members) {
    const { result } = await client.test(sources);
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
  const { count, sha256 } = await digest(reports);
  return `chromium: ${count} decisions, sha256 ${sha256}`;
};

function say(text: string): void {
  if (line !== null) {
    line.textContent = text;
  }
}

try {
  const members = await Promise.all(
    cards.map(async ({ name }) => ({ name: `policies/${name}`, sources: (await load(name)).files })),
  );
  say((await window.runSuite(members)).replace(/^chromium/, "this browser"));
} catch (thrown) {
  say(thrown instanceof Error ? thrown.message : String(thrown));
}

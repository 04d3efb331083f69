import assert from "node:assert/strict";
import fs from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Ledger, Policy } from "wayleave";
import { digest, gather, line, run } from "../../tests/suite/digest.mjs";
import { gatherVectors, runVectors, vectorsLine } from "../../tests/suite/vectors.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

test("every policy decides as in every other runtime", async () => {
  const reports = run(Policy, gather(fs, root));
  const sum = await digest(reports);
  console.log(line("node", sum));
  for (const { name, report } of reports) {
    const failed = report.tests.filter(({ passed }) => !passed);
    assert.deepEqual(failed.map((one) => [one.name, one.failures]), [], name);
  }
  const committed = fs.readFileSync(join(root, "tests", "golden.sha256"), "utf8").trim();
  assert.equal(`${sum.decisions} ${sum.sha256}`, committed);
});

test("every ledger answers as in every other runtime", async () => {
  const sum = await runVectors({ Policy, Ledger }, gatherVectors(fs, root));
  console.log(vectorsLine("node", sum));
  assert.deepEqual(sum.failures, []);
  const committed = fs.readFileSync(join(root, "tests", "vectors.sha256"), "utf8").trim();
  assert.equal(`${sum.answers} ${sum.sha256}`, committed);
});

// Who may sell OpenAI's models through Amazon, by date: the deal desk's question, asked as a dashboard asks it.
test("the deal desk's question by date", () => {
  const folder = join(root, "policies", "openai-clouds");
  const names = ["policy.yaml", "prices/openai.csv", "prices/azure.csv", "prices/aws.csv"];
  const policy = Policy.parse(Object.fromEntries(names.map((name) => [name, fs.readFileSync(join(folder, name), "utf8")])));
  const ask = (at, more = {}) =>
    policy.decide({ act: "sell", model: "gpt-5.5", provider: "aws", product: "api_stateless", ...more }, {}, { at, seed: 0 });
  const cites = ({ verdicts }) => {
    const { verdict, cite, also } = verdicts["aws-gpt-5.5-global-standard"];
    return [verdict, cite, ...also];
  };
  assert.deepEqual(cites(ask("2024-12-15")).slice(0, 2), ["barred", "openai/C1"]);
  assert.deepEqual(cites(ask("2025-06-01")), ["barred", "openai/C3"]);
  const november = ask("2025-11-10");
  assert.equal(november.outcome, "refuse");
  assert.ok(["openai/C3", "openai/C5"].every((clause) => cites(november).includes(clause)));
  const agency = ask("2025-11-10", { customer: "us_national_security" });
  assert.equal(agency.outcome, "route");
  assert.deepEqual(agency.attempts[0].because, ["openai/C5a"]);
  const march = ask("2026-03-10");
  assert.equal(march.outcome, "refuse");
  assert.ok(["openai/C3", "openai/C8"].every((clause) => cites(march).includes(clause)));
  const stateful = ask("2026-03-10", { product: "api_stateful" });
  assert.equal(stateful.outcome, "hold");
  assert.ok(["openai/C3", "openai/C8"].every((clause) => cites(stateful).includes(clause)));
  assert.deepEqual(stateful.hold.missing, ["openai/C8-stateful (disputed)"]);
  const change = ask("2026-04-27");
  assert.equal(change.outcome, "hold");
  assert.ok(change.hold.missing.some((missing) => missing.endsWith("on 2026-04-27")));
  const tie = ask("2026-04-27T00:00:00Z");
  assert.equal(tie.outcome, "route");
  assert.ok(tie.assumed.includes("openai/C9"));
  const after = ask("2026-04-28");
  assert.equal(after.outcome, "route");
  assert.deepEqual(after.attempts[0].because, ["openai/C9"]);
  assert.equal(after.confidence, "verbatim");
});

// The policies' own tests, decided in workerd, and the ledgers' vectors.
import { expect, inject, test } from "vitest";
import { Ledger, Policy } from "wayleave";
import { digest, line, run } from "../../tests/suite/digest.mjs";
import { runVectors, vectorsLine } from "../../tests/suite/vectors.mjs";

test("every policy of the tree passes its tests", async () => {
  const reports = run(Policy, inject("suites"));
  const result = await digest(reports);
  console.log(line("workerd", result));
  const failures = reports.flatMap(({ name, report }) =>
    report.tests.flatMap((result) => result.failures.map((failure) => `${name}: ${result.name}: ${failure}`)),
  );
  expect(failures).toEqual([]);
  expect(`${result.decisions} ${result.sha256}`).toBe(inject("committed").decisions);
});

test("every ledger answers to the digit", async () => {
  const sum = await runVectors({ Policy, Ledger }, inject("vectors"));
  console.log(vectorsLine("workerd", sum));
  expect(sum.failures).toEqual([]);
  expect(`${sum.answers} ${sum.sha256}`).toBe(inject("committed").answers);
});

// The policies' own tests, decided in workerd.
import { expect, inject, test } from "vitest";
import { Policy } from "wayleave";
import { digest, line, run } from "../../tests/suite/digest.mjs";

test("every policy of the tree passes its tests", async () => {
  const reports = run(Policy, inject("suites"));
  const result = await digest(reports);
  console.log(line("workerd", result));
  const failures = reports.flatMap(({ name, report }) =>
    report.tests.flatMap((result) => result.failures.map((failure) => `${name}: ${result.name}: ${failure}`)),
  );
  expect(failures).toEqual([]);
  expect(result.decisions).toBeGreaterThan(0);
});

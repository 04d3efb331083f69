import assert from "node:assert/strict";
import { test } from "node:test";
import { Policy, PolicyError } from "wayleave";
import { POLICY, REQUEST, WHEN } from "./example.mjs";

const PLANS = `wayleave: 1
deployments:
  ptu: { provider: azure, model: gpt-5.2, provisioned: { units: 110, tokens_per_unit_minute: 3400, output_weight: 8, minimum: 15, increment: 5 } }
  paygo: { provider: azure, model: gpt-5.2, price: { input: 1.75, output: 14 } }
`;

test("a month of tokens against units that are paid by the hour", () => {
  const policy = Policy.parse(PLANS);
  const month = { model: "gpt-5.2", input_tokens: 8_760_000_000, expected_output_tokens: 876_000_000 };
  const plan = policy.plan(month, undefined, { at: "2026-11-01", seed: 0 }, { hours: 730 });
  assert.equal(plan.decision.attempts[0].deployment, "ptu");
  assert.equal(plan.deployments.ptu.steps[0].step, "provisioned");
  assert.equal(plan.deployments.paygo.cost.cash, "27594");
  const even = { at: "189/550", between: ["ptu", "paygo"], decimal: "0.343636363636" };
  assert.deepEqual(plan.break_evens, [{ ...even, variable: "deployments/ptu/usd_per_unit_hour" }]);
  assert.deepEqual(policy.plan(month, {}, { at: "2026-11-01", seed: 0 }).break_evens, []);
  assert.throws(() => policy.plan(month, {}, WHEN, { hours: -1 }), PolicyError);
});

test("why not, and what alone would change it", () => {
  const policy = Policy.parse(POLICY);
  const why = policy.whyNot(REQUEST, {}, WHEN, "bedrock-gpt");
  assert.equal(why.attempted, 2);
  assert.deepEqual(why.reasons.map(({ question, cite }) => [question, cite]), [["first", "microsoft/azure-first"]]);
  assert.deepEqual(why.incomplete, []);
  // The right must go, or the holder refuse; at equal prices the id decides for the holder even then.
  assert.deepEqual(
    why.changes.map(({ kind, variable, to }) => [kind, variable, to]),
    [
      ["capacity", "deployments/azure-gpt/health", "down"],
      ["capacity", "deployments/azure-gpt/cooldown_until", "2026-11-23T10:00:00Z"],
      ["capacity", "deployments/azure-gpt/signal", "own_quota"],
    ],
  );
  const [change] = why.changes;
  assert.equal(change.from, "up");
  const changed = policy.decide(REQUEST, { deployments: { "azure-gpt": { health: change.to } } }, WHEN);
  assert.equal(changed.attempts[0].deployment, "bedrock-gpt");
  assert.throws(() => policy.whyNot(REQUEST, {}, WHEN, "bedrock-gtp"), /did you mean `bedrock-gpt`/);
});

test("where the answer changes", () => {
  const policy = Policy.parse(POLICY.replace("{ input: 5.00, output: 30.00 } }\n  bedrock", "{ input: 5.00, output: 31.00 } }\n  bedrock"));
  const sweep = { variable: "at", from: "2026-01-01", to: "2040-01-01" };
  const { first, points, to } = policy.breakpoints(REQUEST, {}, WHEN, sweep);
  assert.deepEqual(first, { outcome: "route", attempts: ["bedrock-gpt", "azure-gpt"] });
  assert.deepEqual(points.map(({ at, after }) => [at, after.attempts[0]]), [
    ["2026-04-27T00:00:00Z", "azure-gpt"],
    ["2033-01-01T00:00:00Z", "bedrock-gpt"],
  ]);
  assert.equal(to, "2040-01-01T00:00:00Z");
  const priced = policy.breakpoints(REQUEST, {}, { ...WHEN, at: "2034-01-01" }, { variable: "deployments/azure-gpt/price", to: "1" });
  assert.deepEqual(priced.points.map(({ at }) => at), ["0.090000000001"]);
  const { values } = policy.breakpoints(REQUEST, {}, WHEN, { variable: "deployments/azure-gpt/health" });
  assert.deepEqual(values.map(({ value, answer }) => [value, answer.attempts.length]), [["up", 2], ["down", 1]]);
  assert.throws(() => policy.breakpoints(REQUEST, {}, WHEN, { variable: "request/tokens" }), /there is no variable/);
});

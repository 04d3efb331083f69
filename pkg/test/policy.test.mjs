import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { engineVersion, normaliseUsage, Policy, PolicyError } from "wayleave";
import { POLICY, REQUEST, WHEN } from "./example.mjs";

test("the holder of the first refusal is attempted first", () => {
  const decision = Policy.parse(POLICY).decide(REQUEST, undefined, WHEN);
  assert.equal(decision.outcome, "route");
  assert.equal(decision.attempts[0].deployment, "azure-gpt");
  assert.deepEqual(Object.keys(decision.verdicts).sort(), ["azure-gpt", "bedrock-gpt"]);
  assert.deepEqual(decision.attempts[0].because, ["microsoft/azure-first"]);
  assert.equal(decision.attempts[1].deployment, "bedrock-gpt");
});

test("several sources make one policy", () => {
  const one = Policy.parse(POLICY);
  const named = Policy.parse({ "policy.yaml": POLICY });
  assert.equal(named.digest, one.digest);
});

test("a decision names the policy and the engine that made it", () => {
  const policy = Policy.parse(POLICY);
  const decision = policy.decide(REQUEST, {}, WHEN);
  assert.equal(decision.policy_digest, policy.digest);
  assert.equal(decision.engine, engineVersion());
});

test("the canonical text is the decision, and the same every time", () => {
  const policy = Policy.parse(POLICY);
  const text = policy.decideCanonical(REQUEST, {}, WHEN);
  assert.deepEqual(JSON.parse(text), policy.decide(REQUEST, {}, WHEN));
  assert.equal(Policy.parse(POLICY).decideCanonical(REQUEST, undefined, { ...WHEN }), text);
});

test("a seed is drawn where none is given, and returned", () => {
  const policy = Policy.parse(POLICY);
  const { at } = WHEN;
  const seeds = [1, 2, 3].map(() => policy.decide(REQUEST, {}, { at }).seed);
  assert.ok(seeds.every((seed) => Number.isSafeInteger(seed) && seed >= 0), String(seeds));
  assert.ok(new Set(seeds).size > 1, String(seeds));
  const [seed] = seeds;
  assert.equal(policy.decide(REQUEST, {}, { at, seed }).seed, seed);
});

test("an instant is text or a Date", () => {
  const policy = Policy.parse(POLICY);
  const text = policy.decideCanonical(REQUEST, {}, { ...WHEN, at: "2026-11-22T10:00:00.000Z" });
  assert.equal(policy.decideCanonical(REQUEST, {}, { ...WHEN, at: new Date("2026-11-22T10:00:00Z") }), text);
});

test("an explanation answers the five questions for every deployment", () => {
  const policy = Policy.parse(POLICY);
  const { sentence, decision, deployments } = policy.explain(REQUEST, { deployments: { "azure-gpt": { health: "down" } } }, WHEN);
  assert.equal(decision.attempts[0].deployment, "bedrock-gpt");
  assert.match(sentence, /bedrock-gpt/);
  const { answers, rank, lines } = deployments["azure-gpt"];
  assert.deepEqual(Object.keys(answers), ["can", "may", "room", "first", "cost"]);
  assert.equal(answers.room.answer, "no");
  assert.equal(answers.room.reasons[0].cite, "state/health");
  assert.equal(rank, null);
  assert.deepEqual(lines.map((line) => line.usd), ["0.06", "0.03"]);
});

test("money given as a number is read by its shortest text, never as a float", () => {
  const policy = Policy.parse(POLICY.replaceAll("5.00", "0.1").replaceAll("30.00", "0.2"));
  const [first] = policy.decide({ ...REQUEST, input_tokens: 3, max_output_tokens: 1 }, {}, WHEN).attempts;
  assert.equal(first.cost.cash, "0.0000005");
});

test("what was used is priced from the provider's own report", () => {
  const policy = Policy.parse(POLICY);
  const report = { prompt_tokens: 12000, completion_tokens: 1000, completion_tokens_details: { reasoning_tokens: 400 } };
  const at = new Date(WHEN.at);
  const { cost, lines, steps } = policy.price("azure-gpt", report, { at, format: "openai" });
  assert.equal(cost.cash, "0.09");
  assert.deepEqual(lines.map(({ meter, rate_of }) => [meter, rate_of]), [
    ["input", "input"],
    ["output", "output"],
    ["reasoning", "output"],
  ]);
  assert.deepEqual(steps, [{ step: "cell", after: "0.09" }]);
  const usage = normaliseUsage("openai", report);
  assert.deepEqual(usage, { input: 12000, cached_input: 0, output: 600, reasoning: 400 });
  assert.deepEqual(policy.price("azure-gpt", usage, { at }).cost, cost);
  const contradicts = (error) => error instanceof PolicyError && error.diagnostics[0].code === "W0401";
  assert.throws(() => policy.price("azure-gpt", { ...report, total_tokens: 1 }, { at, format: "openai" }), contradicts);
  assert.throws(() => policy.price("nobody", usage, { at }), PolicyError);
});

test("what a request may say is known beforehand", () => {
  const { models, attributes, zones } = Policy.parse(POLICY).vocabulary();
  assert.deepEqual(models, ["gpt-5.5"]);
  assert.deepEqual(attributes, {});
  assert.ok(zones.includes("swedencentral"));
});

test("a sound policy has nothing to warn of and no failing test", () => {
  const policy = Policy.parse(POLICY);
  assert.deepEqual(policy.check(), []);
  assert.equal(policy.test().failed, 0);
  assert.deepEqual(policy.deployments().map((deployment) => deployment.id).sort(), ["azure-gpt", "bedrock-gpt"]);
});

test("a deployment says what its limits allow in a minute", () => {
  const policy = Policy.parse(POLICY.replace("provider: azure,", "provider: azure, limits: { tokens_per_minute: 1000 },"));
  assert.deepEqual(policy.deployments().map(({ id, tokens_per_minute }) => [id, tokens_per_minute]), [["azure-gpt", 1000], ["bedrock-gpt", null]]);
});

test("a check says what changes and what cannot be meant", () => {
  const policy = Policy.parse(POLICY);
  const [end, ...others] = policy.check({ as_of: "2026-11-22" });
  assert.deepEqual(others, []);
  assert.equal(end.code, "W0309");
  assert.equal(end.severity, "note");
  assert.deepEqual(policy.check({ as_of: new Date("2026-11-22"), horizon_days: 365 }), []);
  assert.deepEqual(policy.check({ as_of: "2033-01-01" }), []);
  const idle = Policy.parse(`${POLICY}rules: [ { id: never, deny: 'true', when: 'false' } ]\n`);
  assert.deepEqual(idle.check().map(({ code, severity }) => [code, severity]), [["W0302", "warning"]]);
  assert.throws(() => policy.check({ as_of: "soon" }), PolicyError);
  assert.throws(() => policy.check({ asof: "2026-11-22" }), PolicyError);
});

test("a policy that is wrong throws everything that is wrong", () => {
  assert.throws(
    () => Policy.parse("deployments: {}\n"),
    (error) => {
      assert.ok(error instanceof PolicyError && error instanceof Error);
      assert.equal(error.name, "PolicyError");
      assert.ok(error.diagnostics.length >= 1);
      for (const diagnostic of error.diagnostics) {
        assert.equal(typeof diagnostic.code, "string");
        assert.equal(typeof diagnostic.message, "string");
      }
      assert.equal(error.message, error.rendered);
      assert.ok(error.rendered.includes(error.diagnostics[0].message));
      return true;
    },
  );
});

test("a request that is wrong throws the same way and spoils nothing", () => {
  const policy = Policy.parse(POLICY);
  const deep = JSON.parse("[".repeat(200) + "]".repeat(200));
  const wrongs = [null, 7, "gpt-5.5", () => 1, { ...REQUEST, input_tokens: NaN }, { ...REQUEST, input_tokens: Infinity }];
  for (const wrong of [...wrongs, { ...REQUEST, needs: deep }, { ...REQUEST, input_tokens: 10n ** 50n }]) {
    assert.throws(() => policy.decide(wrong, {}, WHEN), PolicyError, String(wrong));
  }
  for (const wrong of [undefined, 7, { "policy.yaml": 5 }]) {
    assert.throws(() => Policy.parse(wrong), PolicyError, String(wrong));
  }
  const own = new Error("the caller's own");
  const thrower = { get model() { throw own; } };
  assert.throws(() => policy.decide(thrower, {}, WHEN), own);
  assert.equal(policy.decide(REQUEST, {}, WHEN).outcome, "route");
});

test("a policy that was freed says so, and may be freed again", () => {
  const policy = Policy.parse(POLICY);
  policy.free();
  policy.free();
  assert.throws(() => policy.decide(REQUEST, {}, WHEN), /this policy was freed/);
});

test("leaving a scope gives a policy back", () => {
  const policy = Policy.parse(POLICY);
  policy[Symbol.dispose]();
  assert.throws(() => policy.digest, /this policy was freed/);
});

test("the version of the package is the version of the engine", () => {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  assert.equal(engineVersion(), `wayleave ${version}`);
});

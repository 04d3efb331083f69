// What happens when the engine itself fails. It has no way to fail on purpose, so one is put between it and the facade.
import assert from "node:assert/strict";
import { test } from "node:test";
import { POLICY, REQUEST, WHEN } from "./example.mjs";

let fail = false;
let started = 0;
const Instance = WebAssembly.Instance;
WebAssembly.Instance = function (module, imports) {
  started += 1;
  const { exports } = new Instance(module, imports);
  const guarded = Object.fromEntries(
    Object.entries(exports).map(([name, value]) =>
      name === "policyhandle_decide" ? [name, (...words) => (fail ? trap() : value(...words))] : [name, value],
    ),
  );
  return { exports: guarded };
};

/** Runs into `unreachable`: a module with that one function. */
function trap() {
  fail = false;
  const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 116, 0, 0, 10, 5, 1, 3, 0, 0, 11];
  new Instance(new WebAssembly.Module(new Uint8Array(bytes))).exports.t();
}

const { EngineError, engineVersion, Ledger, Policy, PolicyError } = await import("wayleave");

test("a failure is reported, and the next call runs on a fresh instance", () => {
  const policy = Policy.parse(POLICY);
  const other = Policy.parse({ "policy.yaml": POLICY });
  const expected = policy.decideCanonical(REQUEST, {}, WHEN);
  const before = started;

  fail = true;
  assert.throws(
    () => policy.decide(REQUEST, {}, WHEN),
    (error) => {
      assert.ok(error instanceof EngineError && !(error instanceof PolicyError));
      assert.ok(error.cause instanceof WebAssembly.RuntimeError);
      assert.match(error.message, /unreachable/);
      return true;
    },
  );
  assert.equal(started, before);
  assert.equal(policy.decideCanonical(REQUEST, {}, WHEN), expected);
  assert.equal(started, before + 1);
  assert.equal(other.decideCanonical(REQUEST, {}, WHEN), expected);
  assert.equal(started, before + 1);
});

test("a policy of an instance that failed can be freed", () => {
  const policy = Policy.parse(POLICY);
  const bystander = Policy.parse(POLICY);
  fail = true;
  assert.throws(() => policy.decide(REQUEST, {}, WHEN), EngineError);
  bystander.free();
  policy.free();
  assert.equal(Policy.parse(POLICY).decide(REQUEST, {}, WHEN).outcome, "route");
});

test("a refusal is no failure", () => {
  const before = started;
  assert.throws(() => Policy.parse("nonsense: ["), PolicyError);
  engineVersion();
  assert.equal(started, before);
});

test("a ledger is the same after a failure, however much it has counted", () => {
  const policy = Policy.parse(POLICY.replace("azure, model: gpt-5.5,", "azure, model: gpt-5.5, limits: { requests_per_minute: 1000 },"));
  const ledger = new Ledger(policy);
  const admit = () => ledger.admit({ deployment: "azure-gpt", request: REQUEST, at: WHEN.at });
  for (const calls of [3, 300]) {
    for (let call = 0; call < calls; call += 1) {
      assert.equal(admit().refused, undefined);
    }
    const before = ledger.state(WHEN.at);
    const started_before = started;
    fail = true;
    assert.throws(() => policy.decide(REQUEST, {}, WHEN), EngineError);
    assert.deepEqual(ledger.state(WHEN.at), before);
    assert.equal(started, started_before + 1);
    assert.equal(before.deployments["azure-gpt"].used.limits.requests_per_minute.used, calls === 3 ? 3 : 303);
  }
});

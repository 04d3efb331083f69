// What answers signal, and what follows from it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Breaker, follow, Policy, PolicyError, readSignal } from "wayleave";
import { POLICY, REQUEST } from "./example.mjs";

const at = (second) => new Date(Date.UTC(2026, 10, 22, 10, 0, second));
const limited = (wait, when, body = "") => ({ status: 429, headers: { "Retry-After": String(wait) }, body, at: when });
const SHARED = "The system is currently experiencing high demand.";

test("the same status means different things", () => {
  const own = readSignal({ dialect: "azure", ...limited(7, at(0), "exceeded token rate limit") });
  assert.deepEqual(own, { meaning: "quota", signal: "own_quota", stated: true, retry: "later", retry_after_ms: 7000 });
  assert.equal(readSignal(limited(7, at(0), SHARED)).signal, "shared_capacity");
  const spent = readSignal({ status: 429, body: '{"error":{"code":"insufficient_quota","message":""}}', at: at(0) });
  assert.deepEqual([spent.signal, spent.retry], ["spend_limit", "elsewhere"]);
  const served = readSignal({ status: 200, headers: new Headers({ "x-ratelimit-remaining-requests": "9" }), at: at(0) });
  assert.deepEqual(served, { meaning: "served", retry: "never", requests: { remaining: 9 } });
});

test("what the caller knows is compared with what is signalled", () => {
  const headers = { "x-ratelimit-limit-tokens": "100000", "x-ratelimit-remaining-tokens": "5" };
  const reply = { dialect: "azure", status: 429, headers, at: at(0) };
  assert.equal(readSignal(reply).signal, "own_quota");
  assert.equal(readSignal({ ...reply, tokens_per_minute: 200_000 }).signal, "temporary_cut");
  assert.equal(readSignal({ ...reply, needed_tokens: 100_001 }).too_large, true);
});

test("an answer of another shape is an error", () => {
  for (const wrong of [{}, { status: 200 }, { status: "200", at: at(0) }, { status: 200, at: at(0), header: {} }]) {
    assert.throws(() => readSignal(wrong), PolicyError, JSON.stringify(wrong));
  }
  assert.throws(() => new Breaker({ stop: [] }), PolicyError);
  assert.throws(() => new Breaker(undefined, { own_quota: 1 }), PolicyError);
});

test("a breaker waits, lets one probe through, and is well again", () => {
  const breaker = new Breaker();
  assert.deepEqual(breaker.enter(at(0)), { entry: "free" });
  assert.equal(breaker.record(limited(7, at(0), SHARED)).meaning, "no_capacity");
  assert.deepEqual(breaker.enter(at(6)), { entry: "wait", until: "2026-11-22T10:00:07Z", refusal: "no_capacity" });
  assert.deepEqual(breaker.report(at(6)), { signal: { kind: "shared_capacity", until: "2026-11-22T10:00:07Z" } });
  assert.deepEqual(breaker.report(at(7)), {});
  assert.deepEqual(breaker.enter(at(7)), { entry: "probe", probe: 1 });
  assert.equal(breaker.enter(at(7)).entry, "wait");
  breaker.record({ status: 200, at: at(8) });
  assert.equal(breaker.enter(at(8)).entry, "wait");
  breaker.record({ status: 200, at: at(8) }, 1);
  assert.deepEqual(breaker.enter(at(8)), { entry: "free" });
});

test("a breaker is plain data and goes on from it", () => {
  const breaker = new Breaker(undefined, { shared_capacity_ms: 2000 });
  breaker.record({ status: 429, body: SHARED, at: at(0) });
  const kept = JSON.parse(JSON.stringify(breaker));
  assert.deepEqual(kept, { stops: [{ cause: "shared_capacity", until: "2026-11-22T10:00:02Z" }] });
  const again = new Breaker(kept);
  assert.deepEqual(again.enter(at(2)), { entry: "probe", probe: 1 });
  // Neither is the other, nor what was kept.
  assert.deepEqual(kept, breaker.toJSON());
  again.clear();
  assert.deepEqual(again.toJSON(), { probes: 1 });
  assert.deepEqual(again.enter(at(2)), { entry: "free" });
});

test("what a breaker reports is what the next decision goes by", () => {
  const policy = Policy.parse(POLICY.replace("holder: azure }", "holder: azure, refuses_by: no_capacity }"));
  const decide = (breaker) => policy.decide(REQUEST, { deployments: { "azure-gpt": breaker.report(at(1)) } }, { at: at(1), seed: 0 });
  const shared = new Breaker();
  shared.record(limited(7, at(0), SHARED));
  assert.deepEqual(decide(shared).attempts.map(({ deployment }) => deployment), ["bedrock-gpt"]);
  const own = new Breaker();
  own.record(limited(7, at(0)));
  assert.deepEqual([decide(own).outcome, decide(own).hold.until], ["hold", "2026-11-22T10:00:07Z"]);
});

test("what follows an attempt is the one behind it where its failure is listed, or nothing", () => {
  const { attempts } = Policy.parse(POLICY).decide(REQUEST, {}, { at: at(0), seed: 0 });
  assert.equal(attempts.length, 2);
  const [first, second] = attempts;
  for (const meaning of ["cannot_support", "no_capacity", "quota", "down"]) {
    assert.ok(first.next_if.includes(meaning));
    assert.deepEqual(follow({ attempts }, 0, { meaning }), { attempt: second, position: 1 });
    assert.deepEqual(follow({ attempts: [{ ...first, next_if: [] }, second] }, 0, { meaning }), { end: "not_listed" });
    assert.deepEqual(follow({ attempts }, 1, { meaning }), { end: "last" });
  }
  for (const meaning of ["served", "client", "credentials"]) {
    assert.deepEqual(follow({ attempts }, 0, { meaning }), { end: meaning });
  }
  assert.deepEqual(follow({ attempts }, 2, { meaning: "down" }), { end: "no_attempt" });
  // A deployment that is held back counts as one that came back.
  assert.deepEqual(follow({ attempts }, 0, { entry: "wait", until: "2026-11-22T10:00:07Z", refusal: "quota" }), { attempt: second, position: 1 });
  const reading = readSignal(limited(1, at(0)));
  assert.equal(follow({ attempts }, 0, reading).attempt.deployment, "bedrock-gpt");
});

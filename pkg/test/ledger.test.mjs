// What a ledger admits, holds, settles and keeps.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Edge, Ledger, Policy, PolicyError } from "wayleave";

const POLICY = `wayleave: 1
deployments:
  a: { provider: azure, model: m, price: { input: 1, output: 2 }, limits: { requests_per_minute: 60, tokens_per_minute: 1000 } }
  b: { provider: aws, model: m, limits: { in_flight: 2 } }
contracts:
  deal: { clauses: [ { id: macc, kind: commitment, provider: azure, amount: 10, due: 2026-12-31 } ] }
`;
const request = { model: "m", input_tokens: 300, max_output_tokens: 100 };
const at = (second) => new Date(Date.UTC(2026, 10, 22, 10, 0, second));
const on = (deployment, second, more = {}) => ({ deployment, request, at: at(second), ...more });

test("a request is held until it is settled with what it used", () => {
  const ledger = new Ledger(Policy.parse(POLICY));
  const one = ledger.admit(on("a", 0));
  const two = ledger.admit(on("a", 0));
  assert.ok(one.refused === undefined && two.refused === undefined && one.id !== two.id);
  assert.deepEqual(ledger.admit(on("a", 1)), {
    refused: { refused: "full", cite: "limit/tokens_per_minute", deployment: "a", usable: 1000, used: 800, needed: 400, until: "2026-11-22T10:01:00Z" },
  });
  const usage = { prompt_tokens: 200, completion_tokens: 50 };
  assert.deepEqual(ledger.settle(one.id, { at: at(2), usage, format: "openai", request }), {});
  assert.equal(ledger.settle(one.id, { at: at(2), usage, format: "openai" }).refused.refused, "unknown_reservation");
  const { deployments, clauses } = ledger.state(at(3));
  assert.deepEqual(deployments.a.used.limits.tokens_per_minute, { used: 650, resets_at: "2026-11-22T10:01:00Z" });
  assert.equal(clauses["deal/macc"].drawn, "0.0003");
  assert.deepEqual(ledger.cancel(two.id, at(3)), {});
  assert.equal(ledger.state(at(3)).deployments.a.used.limits.tokens_per_minute.used, 250);
});

test("a decision that reads the state finds room where the ledger does", () => {
  const policy = Policy.parse(POLICY);
  const ledger = new Ledger(policy);
  const decide = () => policy.decide(request, ledger.state(at(1)), { at: at(1), seed: 0 }).attempts.map(({ deployment }) => deployment);
  assert.deepEqual(decide(), ["a", "b"]);
  ledger.admit(on("a", 0));
  ledger.admit(on("a", 0));
  assert.deepEqual(decide(), ["b"]);
  ledger.admit(on("b", 0));
  ledger.admit(on("b", 0));
  assert.deepEqual(decide(), []);
});

test("forgotten reservations count as estimated", () => {
  const ledger = new Ledger(Policy.parse(POLICY));
  const { id } = ledger.admit(on("b", 0, { expires_at: at(30), id: "mine" }));
  assert.equal(id, "mine");
  assert.equal(ledger.next, "2026-11-22T10:00:30Z");
  assert.deepEqual(ledger.expire(at(29)), []);
  assert.deepEqual(ledger.expire(at(30)), ["mine"]);
  assert.equal(ledger.next, undefined);
  assert.equal(ledger.state(at(30)).deployments.b.in_flight, 0);
});

test("a ledger goes on from its snapshot", () => {
  const policy = Policy.parse(POLICY);
  const ledger = new Ledger(policy);
  const { id } = ledger.admit(on("a", 0));
  ledger.signal("b", { status: 429, headers: { "retry-after": "7" }, at: at(0) });
  const kept = JSON.parse(JSON.stringify(ledger.snapshot()));
  const again = Ledger.restore(policy, kept);
  assert.deepEqual(again.state(at(1)), ledger.state(at(1)));
  assert.deepEqual(again.snapshot(), kept);
  assert.deepEqual(again.settle(id, { at: at(1) }), {});
  // The first has gone its own way.
  assert.deepEqual(ledger.settle(id, { at: at(1) }), {});
  for (const wrong of [undefined, {}, { ledger: { ledger: 99 } }, { ledger: { ...kept.ledger, counters: 7 } }]) {
    assert.throws(() => Ledger.restore(policy, { ledger: wrong }), PolicyError, JSON.stringify(wrong));
  }
});

test("what a deployment signals keeps requests off it, but for a probe", () => {
  const ledger = new Ledger(Policy.parse(POLICY));
  const limited = { status: 429, headers: { "retry-after": "7" }, at: at(0) };
  assert.equal(ledger.signal("b", limited).meaning, "quota");
  assert.deepEqual(ledger.admit(on("b", 1)), {
    refused: { refused: "held_back", cite: "state/signal", until: "2026-11-22T10:00:07Z", refusal: "quota" },
  });
  assert.equal(ledger.state(at(1)).deployments.b.in_flight, 0);
  assert.equal(ledger.state(at(1)).deployments.b.signal.kind, "own_quota");
  const { id, probe } = ledger.admit(on("b", 7));
  assert.equal(probe, 1);
  assert.equal(ledger.admit(on("b", 7)).refused.refused, "held_back");
  ledger.signal("b", { status: 200, at: at(8) }, probe);
  ledger.settle(id, { at: at(8) });
  assert.equal(ledger.admit(on("b", 8)).refused, undefined);
});

test("edges admit out of what an authority lends, and never more than the limit", () => {
  const policy = Policy.parse(POLICY.replace("tokens_per_minute: 1000", "tokens_per_minute: 4000"));
  const authority = new Ledger(policy);
  const edges = [1, 2, 3].map((number) => new Edge(policy, `edge-${number}`));
  let [admitted, none] = [0, 0];
  for (let turn = 0; turn < 30; turn += 1) {
    for (const edge of edges) {
      const id = `${turn}`;
      let came = edge.admit(on("a", turn, { id }));
      if (came.refused !== undefined && came.ask !== undefined) {
        const { lent, until } = edge.receive(authority.lend(JSON.parse(JSON.stringify(came.ask)), at(turn)).grant, at(turn));
        assert.equal(until, lent ? undefined : "2026-11-22T10:00:59.750Z");
        none += lent ? 0 : 1;
        came = edge.admit(on("a", turn, { id }));
      }
      if (came.refused === undefined) {
        admitted += 1;
        assert.deepEqual(edge.settle(id, { at: at(turn) }), { record: true });
      }
    }
  }
  assert.ok(admitted >= 6 && admitted <= 10, `${admitted}`);
  assert.ok(none > 0);
  authority.takeBack(edges.flatMap((edge) => edge.giveBack(at(30))), at(30));
  assert.equal(authority.state(at(30)).deployments.a.used.limits.tokens_per_minute.used, admitted * 400);
  // Requests at once are not lent: the authority admits.
  const own = edges[0].admit(on("b", 30));
  assert.deepEqual([own.refused.refused, own.refused.cite], ["not_lent", "limit/in_flight"]);
  const record = { deployment: "a", request, admitted_at: at(29), usage: { input: 300, output: 100 } };
  assert.deepEqual(authority.record(record, at(30)), {});
  assert.equal(authority.state(at(30)).clauses["deal/macc"].drawn, "0.0005");
});

test("a message of records that comes twice is counted once", () => {
  const policy = Policy.parse(POLICY);
  const ledger = new Ledger(policy);
  const edge = new Edge(policy);
  const record = { deployment: "a", request, admitted_at: at(1), usage: { input: 300, output: 100 } };
  const records = [record, { ...record, admitted_at: "2026-11-22T10:00:02Z" }];
  const drawn = () => ledger.state(at(9)).clauses["deal/macc"].drawn;
  assert.deepEqual(ledger.recordAll(records, { edge: edge.name, number: 1 }, at(3)), { repeated: false });
  assert.equal(drawn(), "0.001");
  assert.deepEqual(ledger.recordAll(records, { edge: edge.name, number: 1 }, at(4)), { repeated: true });
  assert.equal(drawn(), "0.001");
  const mixed = [{ ...record, deployment: "nobody" }, { ...record, request: { modle: "m" } }, record];
  const { refused, repeated } = ledger.recordAll(mixed, { edge: edge.name, number: 2 }, at(5));
  assert.deepEqual([refused.refused, repeated], ["unknown_deployment", false]);
  assert.equal(drawn(), "0.0015");
  assert.match(ledger.recordAll(mixed.slice(1), { edge: edge.name, number: 3 }, at(5)).refused.why, /modle/);
  assert.equal(drawn(), "0.002");
  assert.deepEqual(ledger.recordAll(records, { edge: "another", number: 1 }, at(6)), { repeated: false });
  assert.equal(drawn(), "0.003");
});

test("what is no request is an error and changes nothing", () => {
  const ledger = new Ledger(Policy.parse(POLICY));
  const before = ledger.snapshot();
  assert.throws(() => ledger.admit({ ...on("a", 0), request: { modle: "m" } }), PolicyError);
  assert.throws(() => ledger.admit({ ...on("a", 0), expires_at: "soon" }), PolicyError);
  assert.equal(ledger.admit(on("nobody", 0)).refused.refused, "unknown_deployment");
  assert.deepEqual(ledger.snapshot(), before);
  for (const each of [ledger, new Edge(Policy.parse(POLICY))]) {
    assert.equal(each.admit(on("a", 1)).refused?.refused, each === ledger ? undefined : "full");
    each[Symbol.dispose]();
    assert.throws(() => each.admit(on("a", 1)), TypeError);
  }
});

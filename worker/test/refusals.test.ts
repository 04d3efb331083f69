// Decisions that lead nowhere, as problems.
import { expect, test } from "vitest";
import { Policy } from "wayleave";
import { refusal } from "../src/serve.js";
import { POLICY, type Problem, chat, log, told } from "./support.js";

/** A policy over the same deployments in which each product meets another end. */
const policy = `wayleave: 1
attributes:
  product: { one_of: [chat, video, search, code], default: chat }
  customer: { type: string }
deployments:
  azure-gpt:   { provider: azure, model: gpt-5.5, zone: us }
  bedrock-gpt: { provider: aws,   model: gpt-5.5, zone: us }
contracts:
  first:
    clauses:
      - { id: azure-only, kind: exclusivity, only: [azure], when: 'request.product in ["video", "search"]' }
      - { id: agencies, kind: residency, within: eu, when: 'request.customer == "agency" && request.product == "search"' }
  second:
    clauses:
      - { id: aws-only, kind: exclusivity, only: [aws], when: 'request.product in ["video", "code"]' }
`;

test.each([
  ["refuse", 403, "permission_error", { product: "search", customer: "agency" }],
  ["conflict", 409, "conflict_error", { product: "video" }],
  ["hold", 503, "server_error", { product: "search" }],
])("%s is %i", async (name, status, type, attributes) => {
  const headers = Object.fromEntries(Object.entries(attributes).map(([key, value]) => [`x-wayleave-attr-${key}`, value]));
  const response = await chat({ case: `refused-${name}`, headers, configuration: { policy } });
  const problem: Problem = await response.json();
  expect(response.status).toBe(status);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(response.headers.get("x-should-retry")).toBe("false");
  expect(response.headers.get("retry-after")).toBe(null);
  expect(told(response)).toMatchObject({ deployment: null, decision: name, attempts: null });
  expect(problem).toMatchObject({ type: `/problems/${name}`, status, error: { type, code: name, param: null, message: problem.detail } });
  expect(problem.title).not.toBe("");
  expect(problem.detail).not.toBe("");
  expect(problem.instance).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
  expect(problem.wayleave?.decision).toMatchObject({ outcome: name, attempts: [] });
  expect(await log("azure", `refused-${name}`)).toEqual([]);
  expect(await log("bedrock", `refused-${name}`)).toEqual([]);
});

test("the clauses that contradict each other are named", async () => {
  const response = await chat({ headers: { "x-wayleave-attr-product": "video" }, configuration: { policy } });
  expect(told(response)["because"]?.split(", ").sort()).toEqual(["first/azure-only", "second/aws-only"]);
});

test("a notice that nobody has sent is no lack of room: waiting does not bring it", async () => {
  const capacity = `wayleave: 1
providers: [coreweave]
deployments: { azure-gpt: { provider: azure, model: gpt-5.5 } }
contracts:
  openai:
    grantor: openai
    clauses: [ { id: first, kind: first_refusal, acts: train, holder: azure } ]
`;
  const at = new Date("2026-11-22T10:00:00Z");
  const question = { act: "train" as const, model: "gpt-5.5", offers: [{ id: "cw", provider: "coreweave" }] };
  const decision = Policy.parse(capacity).decide(question, {}, { at, seed: 0 });
  const response = refusal(decision, "nobody has told the holder", at);
  const problem: Problem = await response.json();
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe(null);
  expect(response.headers.get("x-should-retry")).toBe("false");
  expect(response.headers.get("x-wayleave-duties")).toBe("send_notice=openai/first");
  expect(problem).toMatchObject({ type: "/problems/hold", error: { code: "hold" } });
  expect(problem.wayleave?.decision).toMatchObject({
    hold: { reason: "notice", missing: ["notice of openai/first for cw"] },
    duties: [{ kind: "send_notice", clause: "openai/first", by: "openai", block: "cw" }],
  });
});

test("a capability that no deployment lists is unknown, and unknown is no", async () => {
  const response = await chat({ body: { tools: [{ type: "function", function: { name: "f" } }] } });
  expect(response.status).toBe(403);
  expect(told(response)).toMatchObject({ decision: "refuse", because: "capability/tools" });
});

test("a model that nobody serves is refused", async () => {
  const response = await chat({ body: { model: "unheard-of" } });
  expect(response.status).toBe(403);
  expect(told(response)).toMatchObject({ because: "request/model" });
});

test.each([
  ["2026-11-22T10:00:16.200Z", "17"],
  ["2026-11-22T10:00:00.001Z", "1"],
  [undefined, "1"],
])("without room the client may come back: until %s after %s s", async (until, seconds) => {
  const at = new Date("2026-11-22T10:00:00Z");
  const down = until === undefined ? { health: "down" as const } : { cooldown_until: until };
  const state = { deployments: { "azure-gpt": down, "bedrock-gpt": { ...down, cooldown_until: "2026-11-22T11:00:00Z" } } };
  const decision = Policy.parse(POLICY).decide({ model: "gpt-5.5" }, state, { at, seed: 0 });
  const response = refusal(decision, "no room", at);
  expect(response.status).toBe(429);
  expect(response.headers.get("retry-after")).toBe(seconds);
  expect(response.headers.get("x-should-retry")).toBe(null);
  expect(await response.json()).toMatchObject({ type: "/problems/hold-room", error: { code: "hold_room", type: "rate_limit_error" } });
});

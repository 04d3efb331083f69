// Decisions for whoever asks, and the routes around them.
import { env, exports } from "cloudflare:workers";
import { expect, inject, test, vi } from "vitest";
import { engineVersion } from "wayleave";
import { DECISIONS } from "./decisions.js";
import { type Problem, ask, chat } from "./support.js";

const JSON_TYPE = { "content-type": "application/json" };
const decide = (body: unknown) =>
  ask("/decide", { method: "POST", headers: JSON_TYPE, body: typeof body === "string" ? body : JSON.stringify(body) });

test.each(DECISIONS.map((asked, index) => [index, asked] as const))("decision %i has the bytes that it has in Node", async (index, asked) => {
  const response = await decide(asked);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(await response.text()).toBe(inject("decisions")[index]);
});

test("without an instant it is decided for now, with a seed that is drawn", async () => {
  const [first] = DECISIONS;
  const before = Date.now();
  const decision = (await (await decide({ request: first?.request })).json()) as { at: string; seed: number };
  expect(Date.parse(decision.at)).toBeGreaterThanOrEqual(before - 1000);
  expect(Date.parse(decision.at)).toBeLessThanOrEqual(Date.now() + 1000);
  expect(Number.isSafeInteger(decision.seed)).toBe(true);
});

test.each([
  ["not JSON", "{", []],
  ["not an object", "[]", []],
  ["without a request", "{}", ["request"]],
  ["with a member that is none", { request: {}, stat: {} }, ["stat"]],
  ["with a request that is wrong", { request: { modle: "gpt-5.5" } }, ["modle"]],
  ["with an instant that is none", { request: { model: "gpt-5.5" }, at: "soon" }, ["soon"]],
  ["with a number for an instant", { request: { model: "gpt-5.5" }, at: 7 }, []],
  ["with a seed that is none", { request: { model: "gpt-5.5" }, seed: "x" }, []],
  ["with a state for nobody", { request: { model: "gpt-5.5" }, state: { deployments: { nobody: {} } } }, ["nobody"]],
])("a question %s is refused with what is wrong", async (_, body, words) => {
  const response = await decide(body);
  expect(response.status).toBe(400);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const problem: Problem = await response.json();
  expect(problem).toMatchObject({ type: "/problems/bad-request", error: { type: "invalid_request_error" } });
  for (const word of words) {
    expect(problem.detail).toContain(word);
  }
});

test("whatever the act, it is decided and nobody is called", async () => {
  const launch = await decide({ request: { act: "launch", model: "gpt-5.5" }, at: "2026-11-22T10:00:00Z", seed: 0 });
  expect(await launch.json()).toMatchObject({ outcome: "route", duties: [] });
  const train = { act: "train", model: "gpt-5.5", offers: [{ id: "cw", provider: "aws", units: 2, hours: 10, usd_per_unit_hour: "2.10" }] };
  const decided = await decide({ request: train, at: "2026-11-22T10:00:00Z", seed: 0 });
  expect(await decided.json()).toMatchObject({ attempts: [{ deployment: "cw", cost: { cash: "42" } }] });
  const without = await decide({ request: { ...train, offers: [] } });
  expect(without.status).toBe(400);
  expect(((await without.json()) as Problem).detail).toContain("offers");
});

test("what the engine finds wrong comes as diagnostics", async () => {
  const problem: Problem = await (await decide({ request: { modle: "gpt-5.5" } })).json();
  expect(problem.diagnostics?.length).toBeGreaterThan(0);
  expect(problem.diagnostics?.[0]).toMatchObject({ severity: "error", path: "/modle" });
});

test("health names the engine and the policy", async () => {
  const health = await (await ask("/healthz", {})).json();
  const { policy_digest } = (await (await decide({ request: { model: "gpt-5.5" } })).json()) as { policy_digest: string };
  expect(health).toEqual({ status: "ok", engine: engineVersion(), policy_digest, unconnected: [] });
});

test("health fails while a secret is missing, and does not say which binding", async () => {
  const written = vi.spyOn(console, "error").mockImplementation(() => {});
  const response = await ask("/healthz", {}, { env: { BEDROCK_API_KEY: " \n" } });
  expect(response.status).toBe(500);
  const text = await response.text();
  expect(text).toContain("bedrock-gpt");
  expect(text).not.toContain("BEDROCK_API_KEY");
  expect(written).toHaveBeenCalledOnce();
  written.mockRestore();
});

test("what is deployed is this gateway", async () => {
  const response = await exports.default.fetch("https://gateway.example/healthz");
  expect(await response.json()).toMatchObject({ status: "ok", engine: engineVersion() });
  expect(env).toHaveProperty("CONNECTIONS");
});

test.each([
  ["/", 404],
  ["/v1/models", 404],
  ["/problemz/conflict", 404],
  ["/decide", 405],
  ["/v1/chat/completions", 405],
])("GET %s is answered with %i", async (path, status) => {
  const response = await ask(path, {});
  expect(response.status).toBe(status);
  expect(response.headers.get("allow")).toBe(status === 405 ? "POST" : null);
  expect(await response.json()).toMatchObject({ status, error: { type: "invalid_request_error" } });
});

test("the type of a problem leads to what it means", async () => {
  const { type }: Problem = await (await chat({ body: { messages: undefined } })).json();
  const response = await ask(type, {});
  expect(response.status).toBe(200);
  expect(await response.text()).toContain("400");
});

test("with neither a token nor a word that it is open, nobody is served", async () => {
  const written = vi.spyOn(console, "error").mockImplementation(() => {});
  for (const OPEN of [undefined, "", "0", "true"]) {
    const env = { CLIENT_TOKEN: undefined, OPEN };
    const body = JSON.stringify({ request: { model: "gpt-5.5" } });
    const decided = await ask("/decide", { method: "POST", headers: JSON_TYPE, body }, { env });
    for (const response of [await chat({ env }), decided, await ask("/healthz", {}, { env })]) {
      expect(response.status).toBe(500);
      const { error }: Problem = await response.json();
      expect(error.code).toBe("configuration");
      expect(error.message).toContain("CLIENT_TOKEN");
    }
  }
  written.mockRestore();
});

test.each([
  ["text/plain", 415],
  ["application/x-www-form-urlencoded", 415],
  ["application/jsonp", 415],
  ["Application/JSON; charset=utf-8", 200],
])("a body of the type %s is answered with %i", async (type, status) => {
  expect((await chat({ headers: { "content-type": type } })).status).toBe(status);
  const body = JSON.stringify({ request: { model: "gpt-5.5" } });
  expect((await ask("/decide", { method: "POST", headers: { "content-type": type }, body })).status).toBe(status);
});

test("with a token set, only those who present it may ask", async () => {
  const env = { CLIENT_TOKEN: "t0ken-of-clients" };
  for (const [authorization, status] of [
    [undefined, 401],
    ["Bearer wrong", 401],
    ["Bearer", 401],
    ["t0ken-of-clients", 401],
    ["Bearer t0ken-of-clients", 200],
    ["bearer  t0ken-of-clients", 200],
  ] as const) {
    const headers = authorization === undefined ? {} : { authorization };
    expect((await chat({ headers, env })).status, authorization).toBe(status);
    const body = JSON.stringify({ request: { model: "gpt-5.5" } });
    const decided = await ask("/decide", { method: "POST", headers: { ...JSON_TYPE, ...headers }, body }, { env });
    expect(decided.status, authorization).toBe(status);
    expect(decided.headers.get("www-authenticate")).toBe(status === 401 ? "Bearer" : null);
  }
  expect((await ask("/healthz", {}, { env })).status).toBe(200);
  expect((await chat({ headers: { authorization: "Bearer " }, env: { CLIENT_TOKEN: "" } })).status).toBe(401);
});

// Who is asked, in which order, and after what nobody else is.
import { expect, test, vi } from "vitest";
import { FAILURES, completion } from "../scripts/answers.mjs";
import { type Problem, POLICY, ask, chat, env, log, told } from "./support.js";

const FIRST = "microsoft/azure-first";

test("the holder of the first refusal answers", async () => {
  const response = await chat({ case: "up" });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual(completion("azure-gpt", "our-gpt"));
  expect(told(response)).toEqual({ deployment: "azure-gpt", decision: "route", because: FIRST, attempts: "azure-gpt=ok" });
  expect(response.headers.get("x-wayleave-policy")).toMatch(/[0-9a-f]{64}$/);
  expect(response.headers.get("x-request-id")).toBe("req-azure-gpt");
  expect(await log("bedrock", "up")).toEqual([]);
});

test("an upstream gets the body with its own name of the model, its own key, and nothing else of the client's", async () => {
  const headers = { authorization: "Bearer of-the-client", cookie: "a=b", "x-wayleave-key": "k", "x-forwarded-for": "192.0.2.1" };
  const body = { temperature: 0.2, user: "u-1", messages: [{ role: "user", content: "Grüße ✓" }] };
  await chat({ case: "forwarded", azure: "quota", headers, body });
  const [azure] = await log("azure", "forwarded");
  const [bedrock] = await log("bedrock", "forwarded");
  expect(azure?.path).toBe("/openai/deployments/our-gpt/chat/completions?api-version=2024-10-21");
  expect(bedrock?.path).toBe("/openai/v1/chat/completions");
  expect(azure?.headers).toMatchObject({ "api-key": env.AZURE_OPENAI_KEY, "content-type": "application/json" });
  expect(azure?.headers).not.toHaveProperty("authorization");
  expect(bedrock?.headers).toMatchObject({ authorization: `Bearer ${env.BEDROCK_API_KEY}` });
  expect(bedrock?.headers).not.toHaveProperty("api-key");
  for (const entry of [azure, bedrock]) {
    expect(JSON.stringify(entry)).not.toMatch(/of-the-client|a=b|x-wayleave|192\.0\.2\.1/);
    expect(entry?.body).toMatchObject(body);
  }
  expect([azure?.body["model"], bedrock?.body["model"]]).toEqual(["our-gpt", "openai.gpt-5.5"]);
});

test.each([
  ["quota", "quota"],
  ["own-throughput", "quota"],
  ["shared", "no_capacity"],
  ["exhausted", "no_capacity"],
  ["overloaded", "no_capacity"],
  ["busy", "no_capacity"],
  ["maintenance", "down"],
  ["error", "down"],
  ["hang", "down"],
  ["stall", "quota"],
  ["redirect", "down"],
  ["unsupported", "cannot_support"],
  ["context", "cannot_support"],
])("where Azure answers with `%s`, Bedrock serves and the header says %s", async (azure, outcome) => {
  const response = await chat({ azure });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual(completion("bedrock-gpt", "openai.gpt-5.5"));
  expect(told(response)).toEqual({
    deployment: "bedrock-gpt",
    decision: "route",
    because: FIRST,
    attempts: `azure-gpt=${outcome}, bedrock-gpt=ok`,
  });
});

test.each(["bad", "filtered"])("`%s` is the client's to mend: it passes through, and nobody else is asked", async (azure) => {
  const response = await chat({ azure, case: azure });
  const [status, body] = FAILURES[azure] ?? [];
  expect(response.status).toBe(status);
  expect(await response.text()).toBe(JSON.stringify(body));
  expect(told(response)).toMatchObject({ deployment: "azure-gpt", attempts: `azure-gpt=${status}` });
  expect(await log("azure", azure)).toHaveLength(1);
  expect(await log("bedrock", azure)).toEqual([]);
});

test.each([
  ["error", "maintenance", 502, "azure-gpt=down, bedrock-gpt=down"],
  ["quota", "error", 502, "azure-gpt=quota, bedrock-gpt=down"],
  ["quota", "not-ready", 429, "azure-gpt=quota, bedrock-gpt=down"],
  ["error", "quota", 429, "azure-gpt=down, bedrock-gpt=quota"],
  ["quota", "shared", 429, "azure-gpt=quota, bedrock-gpt=no_capacity"],
  ["error", "overloaded", 502, "azure-gpt=down, bedrock-gpt=no_capacity"],
  ["quota", "unsupported", 502, "azure-gpt=quota, bedrock-gpt=cannot_support"],
])("after `%s` and `%s` nobody is left: %i", async (azure, bedrock, status, attempts) => {
  const response = await chat({ azure, bedrock });
  expect(response.status).toBe(status);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(told(response)).toEqual({ deployment: null, decision: "route", because: FIRST, attempts });
  const problem: Problem = await response.json();
  expect(problem).toMatchObject({ status, error: { message: problem.detail } });
  expect(problem.wayleave?.attempts?.map(({ deployment, outcome }) => `${deployment}=${outcome}`).join(", ")).toBe(attempts);
  expect(problem.wayleave?.decision.outcome).toBe("route");
  expect(response.headers.get("retry-after")).toBe(bedrock === "quota" ? "7" : null);
});

test("where nobody can serve the request as it is, the last upstream says what is amiss with it", async () => {
  const response = await chat({ azure: "unsupported", bedrock: "context" });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: "context_length_exceeded" } });
  expect(told(response)).toMatchObject({ attempts: "azure-gpt=cannot_support, bedrock-gpt=cannot_support" });
});

test("an upstream that rejects the gateway's key is not the client's fault, and its words are kept back", async () => {
  const response = await chat({ azure: "rejects-key", case: "rejected" });
  expect(response.status).toBe(502);
  const text = await response.text();
  expect(text).not.toContain(env.AZURE_OPENAI_KEY);
  expect(JSON.parse(text)).toMatchObject({ error: { code: "upstream_credentials" } });
  expect(told(response)).toMatchObject({ deployment: null, attempts: "azure-gpt=credentials" });
  expect(await log("bedrock", "rejected")).toEqual([]);
});

test.each(["missing", "forbidden", "unpaid"])("`%s` is about the gateway's own account or address, and its words are kept back", async (azure) => {
  const response = await chat({ azure, case: azure });
  expect(response.status).toBe(502);
  const text = await response.text();
  expect(text).not.toMatch(/subscription 7|tenant 7|API deployment/);
  expect(JSON.parse(text)).toMatchObject({ error: { code: "upstream_credentials" } });
  expect(await log("bedrock", azure)).toEqual([]);
});

test("nobody is asked after a failure that the decision does not name", async () => {
  // Where no right is to be discharged, an upstream that cannot support a request ends it.
  const [policy] = POLICY.split("contracts:") as [string];
  const response = await chat({ azure: "unsupported", case: "ends", configuration: { policy } });
  expect(response.status).toBe(400);
  expect(told(response)).toMatchObject({ attempts: "azure-gpt=cannot_support", because: null });
  expect(await log("bedrock", "ends")).toEqual([]);
});

test("an answer tells what its decision warns of, and what it makes somebody owe", async () => {
  const policy = `wayleave: 1
warn: { retiring_within_days: 400000 }
deployments:
  azure-gpt:   { provider: azure, model: gpt-5.5, zone: us, price: { input: 6, output: 36 }, lifecycle: { retired: 2999-12-31 } }
  bedrock-gpt: { provider: aws,   model: gpt-5.5, zone: us, price: { input: 5, output: 30 } }
contracts:
  microsoft:
    clauses:
      - { id: azure-first, kind: first_refusal, holder: azure }
      - { id: match, kind: price_match, provider: azure, against: aws }
`;
  const response = await chat({ case: "warned", configuration: { policy: { "policy.yaml": policy } } });
  expect(response.status).toBe(200);
  expect(response.headers.get("x-wayleave-warnings")).toBe("retiring=azure-gpt");
  expect(response.headers.get("x-wayleave-duties")).toBe("claim_match=microsoft/match");
  const calm = await chat({ case: "calm" });
  expect(calm.headers.get("x-wayleave-warnings")).toBe(null);
  expect(calm.headers.get("x-wayleave-duties")).toBe(null);

  const failed = await chat({ case: "warned", azure: "error", bedrock: "error", configuration: { policy: { "policy.yaml": policy } } });
  const problem: Problem = await failed.json();
  expect(failed.status).toBe(502);
  expect(failed.headers.get("x-wayleave-warnings")).toBe("retiring=azure-gpt");
  expect(problem.wayleave?.decision).toMatchObject({
    warnings: [{ kind: "retiring", deployment: "azure-gpt" }],
    duties: [{ kind: "claim_match", clause: "microsoft/match" }],
  });
});

test("the gateway serves: what a body says of another act is the upstream's to read", async () => {
  const body = { act: "train", offers: [{ id: "cw", provider: "aws" }] };
  const response = await chat({ case: "acts", body });
  expect(response.status).toBe(200);
  expect(told(response)).toMatchObject({ deployment: "azure-gpt", decision: "route" });
  expect((await log("azure", "acts"))[0]?.body).toMatchObject(body);
});

test("a compressed answer stays readable", async () => {
  const response = await chat({ azure: "gzip" });
  expect(await response.json()).toEqual(completion("azure-gpt", "our-gpt"));
});

test("a provider's cookies and what it says of the gateway's account stay with the gateway", async () => {
  const response = await chat({});
  expect(response.headers.has("set-cookie")).toBe(false);
  expect(response.headers.has("openai-organization")).toBe(false);
  expect(response.headers.get("x-ratelimit-remaining-tokens")).toBe("9");
});

test("a deployment without a connection is down before anything is decided, and is never called", async () => {
  const [, bedrock] = (env.CONNECTIONS ?? "").split("bedrock-gpt:");
  const response = await chat({ case: "unconnected", env: { CONNECTIONS: `bedrock-gpt:${bedrock}` } });
  expect(response.status).toBe(200);
  expect(told(response)).toEqual({ deployment: "bedrock-gpt", decision: "route", because: FIRST, attempts: "bedrock-gpt=ok" });
  expect(await log("azure", "unconnected")).toEqual([]);
  const health = await ask("/healthz", {}, { env: { CONNECTIONS: `bedrock-gpt:${bedrock}` } });
  expect(await health.json()).toMatchObject({ status: "ok", unconnected: ["azure-gpt"] });
});

test("where nothing is connected the gateway is not set up", async () => {
  const written = vi.spyOn(console, "error").mockImplementation(() => {});
  for (const response of [await chat({ env: { CONNECTIONS: "{}" } }), await ask("/healthz", {}, { env: { CONNECTIONS: "{}" } })]) {
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ error: { code: "configuration" } });
  }
  written.mockRestore();
});

test("whatever a request names, only connections are called", async () => {
  const stranger = { base_url: "http://stranger.example", deployment: "stranger", provider: "stranger" };
  await chat({ body: stranger, headers: { "x-wayleave-deployment": "stranger", host: "stranger.example" } });
  await chat({ azure: "redirect", bedrock: "redirect" });
  expect(await log("stranger")).toEqual([]);
});

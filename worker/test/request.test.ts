// What a request in OpenAI's format asks of the engine.
import { expect, test } from "vitest";
import { Policy } from "wayleave";
import { BadRequest, MOST_BYTES, question, unnamed } from "../src/request.js";
import { type Problem, POLICY, ask, chat, log } from "./support.js";

const vocabulary = Policy.parse(`${POLICY.replace("contracts:", "  azure-fast: { provider: azure, model: gpt-5.5, tier: priority }\ncontracts:")}
attributes:
  product: { one_of: [chat, voice] }
  batch_size: { type: int }
  discount: { type: decimal }
  internal: { type: bool }
  since: { type: timestamp }
  labels: { type: strings }
`).vocabulary();

const user = (content: unknown) => ({ role: "user", content });
const read = (body: Record<string, unknown>, headers: Record<string, string> = {}) =>
  question({ model: "gpt-5.5", messages: [], ...body }, new Headers(headers), vocabulary);

test("a plain request", () => {
  expect(read({ messages: [user("Hello")] })).toEqual({ model: "gpt-5.5", input_tokens: 2, needs: [] });
});

test.each([
  [[], 0],
  [[user("")], 0],
  [[user("abcd")], 1],
  [[user("abcde")], 2],
  [[user("abc"), { role: "assistant", content: "de" }], 2],
  [[user([{ type: "text", text: "abcd" }, { type: "image_url", image_url: { url: "data:…" } }])], 1],
  [[user("✓🙂🙂✓")], 1],
  [[null, 7, "text", { role: "assistant", content: null }], 0],
])("the estimate of %j is %i", (messages, tokens) => {
  expect(read({ messages })["input_tokens"]).toBe(tokens);
});

test("who counts tokens may say so", () => {
  expect(read({ messages: [user("Hello")] }, { "x-wayleave-input-tokens": "12000" })["input_tokens"]).toBe(12000);
  expect(() => read({}, { "x-wayleave-input-tokens": "many" })).toThrow(BadRequest);
  expect(() => read({}, { "x-wayleave-input-tokens": "" })).toThrow(BadRequest);
});

test.each([
  [{ max_tokens: 5 }, 5],
  [{ max_completion_tokens: 7 }, 7],
  [{ max_completion_tokens: 7, max_tokens: 5 }, 7],
  [{ max_completion_tokens: null, max_tokens: 5 }, 5],
  [{}, undefined],
  [{ max_tokens: 5, n: 3 }, 15],
  [{ max_tokens: 5, n: null }, 5],
  [{ n: 3 }, undefined],
])("the most output of %j is %s", (body, tokens) => {
  expect(read(body)["max_output_tokens"]).toBe(tokens);
});

test.each([
  [{ tools: [{}] }, ["tools"]],
  [{ functions: [{}] }, ["tools"]],
  [{ tools: [] }, []],
  [{ response_format: { type: "json_schema", json_schema: {} } }, ["response_schema"]],
  [{ response_format: { type: "json_object" } }, []],
  [{ modalities: ["text", "audio"], audio: {} }, ["audio_output"]],
  [{ modalities: ["text"] }, []],
  [{ web_search_options: {} }, ["web_search"]],
  [{ messages: [user([{ type: "file", file: {} }])], store: false }, ["file_input"]],
  [{ messages: [user([{ type: "image_url" }, { type: "image_url" }])] }, ["vision"]],
  [{ messages: [user([{ type: "input_audio" }])], tools: [{}] }, ["audio_input", "tools"]],
])("%j needs %j", (body, needs) => {
  expect(read(body)["needs"]).toEqual(needs);
});

test.each([
  [{}, undefined],
  [{ service_tier: null }, undefined],
  [{ service_tier: "default" }, undefined],
  [{ service_tier: "priority" }, ["priority"]],
])("%j asks for the tier %j", (body, tier) => {
  expect(read(body)["tier"]).toEqual(tier);
});

test.each([
  [{ service_tier: "auto" }, "service_tier"],
  [{ service_tier: "flex" }, "service_tier"],
  [{ service_tier: 1 }, "service_tier"],
  [{ n: 0 }, "n"],
  [{ n: 1.5 }, "n"],
  [{ n: 2, max_tokens: Number.MAX_SAFE_INTEGER }, "n"],
  [{ store: true }, "store"],
])("%j cannot be asked, and %s is named", (body, param) => {
  expect(() => read(body)).toThrow(expect.objectContaining({ name: "BadRequest", param }));
});

test("a tier that was asked for decides who is asked", async () => {
  const fast = POLICY.replace("contracts:", "  azure-fast: { provider: azure, model: gpt-5.5, tier: priority }\ncontracts:");
  const response = await chat({ body: { service_tier: "priority" }, case: "tier", configuration: { policy: { "policy.yaml": fast } } });
  // Only `azure-fast` has the tier, and it has no connection.
  expect(response.headers.get("x-wayleave-decision")).toBe("hold");
  expect(await log("azure", "tier")).toEqual([]);
  expect(await log("bedrock", "tier")).toEqual([]);
});

test("a body that cannot be written is the client's to mend", () => {
  const body = { model: "m", deep: { toJSON: () => { throw new RangeError("Maximum call stack size exceeded"); } } };
  expect(() => unnamed(body)).toThrow(BadRequest);
  expect(unnamed({ model: "m", a: [1] })).toBe('{"a":[1]}');
});

test.each([
  [MOST_BYTES, 200],
  [MOST_BYTES + 1, 413],
])("a body of %i bytes is answered with %i", async (bytes, status) => {
  const text = JSON.stringify({ request: { model: "gpt-5.5" } }).padEnd(bytes, " ");
  const response = await ask("/decide", { method: "POST", headers: { "content-type": "application/json" }, body: text });
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject(status === 413 ? { error: { code: "content_too_large" } } : { outcome: "route" });
});

test("zone and key", () => {
  expect(read({ user: "u" }, { "x-wayleave-zone": "eu" })).toMatchObject({ zone: "eu", key: "u" });
  expect(read({ user: "u" }, { "x-wayleave-key": "k" })).toMatchObject({ key: "k" });
  expect(read({})).not.toHaveProperty("key");
});

test("attributes are of the types that the policy declares", () => {
  const headers = {
    "x-wayleave-attr-product": "voice",
    "X-Wayleave-Attr-Batch-Size": "-3",
    "x-wayleave-attr-discount": "0.1000000000000000055",
    "x-wayleave-attr-internal": "true",
    "x-wayleave-attr-since": "2026-04-27T00:00:00Z",
    "x-wayleave-attr-labels": "a, b,,c",
  };
  expect(read({}, headers)).toMatchObject({
    product: "voice",
    batch_size: -3,
    discount: "0.1000000000000000055",
    internal: true,
    since: "2026-04-27T00:00:00Z",
    labels: ["a", "b", "c"],
  });
});

test.each([
  ["undeclared", "x"],
  ["batch_size", "3.5"],
  ["internal", "yes"],
])("the attribute %s cannot be %s", (name, value) => {
  expect(() => read({}, { [`x-wayleave-attr-${name}`]: value })).toThrow(BadRequest);
});

test.each([
  [{ model: undefined }, {}, "model", 400],
  [{ model: 7 }, {}, "model", 400],
  [{ messages: "Hello" }, {}, "messages", 400],
  [{ max_tokens: "all" }, {}, "max_tokens", 400],
  [{ max_completion_tokens: -1 }, {}, "max_completion_tokens", 400],
  [{}, { "x-wayleave-attr-product": "chat" }, "x-wayleave-attr-product", 400],
  [{}, { "x-wayleave-input-tokens": "-1" }, null, 400],
])("%j with %j is refused, and %s is named", async (body, headers, param, status) => {
  const response = await chat({ body, headers });
  expect(response.status).toBe(status);
  const { error }: Problem = await response.json();
  expect(error).toMatchObject({ type: "invalid_request_error", code: "bad_request", param });
});

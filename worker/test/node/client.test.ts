// OpenAI's own client against the gateway that `npm run trial` starts.
import OpenAI, { APIError } from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { events } from "../../scripts/answers.mjs";
import { startTrial } from "../../scripts/trial.mjs";

const CLIENT_TOKEN = "t0ken-of-clients";
let trial: Awaited<ReturnType<typeof startTrial>>;
let client: OpenAI;

beforeAll(async () => {
  trial = await startTrial({ vars: { CLIENT_TOKEN } });
  client = new OpenAI({ baseURL: `${trial.url}/v1`, apiKey: CLIENT_TOKEN, maxRetries: 0 });
});
afterAll(() => trial?.stop());

const request = (metadata: Record<string, string> = {}) => ({
  model: "gpt-5.5",
  messages: [{ role: "user" as const, content: "Hello" }],
  metadata,
});

test("an answer", async () => {
  const { data, response } = await client.chat.completions.create(request()).withResponse();
  expect(data.choices[0]?.message.content).toBe("azure-gpt answers");
  expect(response.headers.get("x-wayleave-attempts")).toBe("azure-gpt=ok");
});

test("an answer from who is next", async () => {
  const { data, response } = await client.chat.completions.create(request({ "azure-gpt": "brief" })).withResponse();
  expect(data.choices[0]?.message.content).toBe("bedrock-gpt answers");
  expect(response.headers.get("x-wayleave-attempts")).toBe("azure-gpt=quota, bedrock-gpt=ok");
});

test("a stream", async () => {
  const stream = await client.chat.completions.create({ ...request(), stream: true });
  const pieces: (string | null | undefined)[] = [];
  const times: number[] = [];
  for await (const chunk of stream) {
    pieces.push(chunk.choices[0]?.delta.content);
    times.push(Date.now());
  }
  expect(pieces).toEqual(["", "azure-gpt", " antwortet — ✓", undefined]);
  // The upstream rests between events, so they cannot all have come together.
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(50);
});

test("a stream, byte for byte", async () => {
  const response = await fetch(`${trial.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${CLIENT_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ ...request(), stream: true }),
  });
  expect(await response.text()).toBe(events("azure-gpt", "our-gpt").join(""));
});

test.each([
  [{ "azure-gpt": "bad" }, 400, "invalid_value"],
  [{ "azure-gpt": "brief", "bedrock-gpt": "brief" }, 429, "attempts_limited"],
  [{ "azure-gpt": "error", "bedrock-gpt": "error" }, 502, "attempts_failed"],
])("failures are the client's own errors: %j is %i", async (metadata, status, code) => {
  const error = await client.chat.completions.create(request(metadata)).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(APIError);
  expect(error).toMatchObject({ status, code });
});

test("a refusal is not tried again", async () => {
  const eager = client.withOptions({ maxRetries: 3 });
  const before = Date.now();
  const error = await eager.chat.completions.create({ ...request(), model: "unheard-of" }).catch((error: unknown) => error);
  expect(error).toMatchObject({ status: 403, code: "refuse", type: "permission_error" });
  expect(Date.now() - before).toBeLessThan(400);
});

test("without the token nobody is asked", async () => {
  const stranger = new OpenAI({ baseURL: `${trial.url}/v1`, apiKey: "another", maxRetries: 0 });
  const error = await stranger.chat.completions.create(request()).catch((error: unknown) => error);
  expect(error).toMatchObject({ status: 401, code: "unauthorized" });
});

// Connections that break, on workerd itself: nothing stands between it and the client, and its notes are its own.
import { type IncomingMessage, request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectionsFor, startUpstream } from "../../scripts/upstreams.mjs";
import { startWorkerd } from "./workerd.js";

let azure: Awaited<ReturnType<typeof startUpstream>>;
let bedrock: typeof azure;
let worker: Awaited<ReturnType<typeof startWorkerd>>;

beforeAll(async () => {
  [azure, bedrock] = await Promise.all([startUpstream("azure-gpt"), startUpstream("bedrock-gpt")]);
  // The gateway itself would give up only long after the test has.
  const connections = connectionsFor({ azure: azure.url, bedrock: bedrock.url }).replaceAll("timeout_ms: 1500", "timeout_ms: 60000");
  worker = await startWorkerd({ bindings: { OPEN: "1", CONNECTIONS: connections, AZURE_OPENAI_KEY: "one", BEDROCK_API_KEY: "two" } });
});
afterAll(async () => {
  await worker?.stop();
  await Promise.all([azure?.close(), bedrock?.close()]);
});

const entry = (id: string) => azure.log.find(({ body }) => body.metadata?.["case"] === id);

function chat(body: object) {
  const sent = request(`${worker.url}/v1/chat/completions`, { method: "POST", headers: { "content-type": "application/json" } });
  sent.on("error", () => {});
  sent.end(JSON.stringify({ model: "gpt-5.5", messages: [], ...body }));
  return sent;
}

test.each([
  ["cut", "ok", 200, "azure-gpt=down, bedrock-gpt=ok"],
  ["brief", "cut", 502, "azure-gpt=quota, bedrock-gpt=down"],
])("upstreams that %s and %s: %i", async (first, second, status, attempts) => {
  const response = await fetch(`${worker.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "gpt-5.5", messages: [], metadata: { "azure-gpt": first, "bedrock-gpt": second } }),
  });
  await response.text();
  expect(response.status).toBe(status);
  expect(response.headers.get("x-wayleave-attempts")).toBe(attempts);
});

// A client that only closes its side may still read, so workerd goes on until it writes in vain; one that resets the
// connection is gone at once.

test("a client that hangs up before the answer: the call is taken back, and nobody else is asked", async () => {
  const sent = chat({ metadata: { "azure-gpt": "hang", case: "hang" } });
  await expect.poll(() => entry("hang"), { timeout: 5000 }).toBeDefined();
  expect(entry("hang")?.closed).toBe(false);
  sent.socket?.resetAndDestroy();
  await expect.poll(() => entry("hang")?.closed, { timeout: 5000 }).toBe(true);
  expect(bedrock.log.filter(({ body }) => body.metadata?.["case"] === "hang")).toEqual([]);
});

test.each(["stepped", "flowing"])("a client that hangs up in the middle of a stream, %s: the call is taken back", async (pace) => {
  const sent = chat({ stream: true, metadata: { pace: pace === "stepped" ? "step" : "endless", case: pace } });
  const answer = new Promise<IncomingMessage>((answered) => sent.once("response", answered));
  await fetch(`${azure.url}/step?case=${pace}`, { method: "POST" });
  const response = await answer;
  response.on("error", () => {});
  await new Promise((read) => response.once("data", read));
  expect(entry(pace)?.closed).toBe(false);
  if (pace === "stepped") {
    sent.socket?.resetAndDestroy();
  } else {
    sent.destroy();
  }
  await expect.poll(() => entry(pace)?.closed, { timeout: 5000 }).toBe(true);
});

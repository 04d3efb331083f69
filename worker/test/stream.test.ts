// Streams, and clients that go away.
import { expect, test } from "vitest";
import { events } from "../scripts/answers.mjs";
import { chat, eventually, log, step, told } from "./support.js";

test.each([
  ["azure", "azure-gpt", "our-gpt", "ok"],
  ["bedrock", "bedrock-gpt", "openai.gpt-5.5", "quota"],
] as const)("events from %s arrive one by one and as they were sent", async (upstream, name, model, azure) => {
  const id = `stepped-${upstream}`;
  // The upstream sends an event only after the one before it was read here: what is held back would never come.
  const asked = chat({ case: id, azure, body: { stream: true, metadata: { "azure-gpt": azure, case: id, pace: "step" } } });
  const [response] = await Promise.all([asked, step(upstream, id)]);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  expect(told(response)).toMatchObject({ deployment: name });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  const sent = events(name, model);
  for (const event of sent) {
    let got = "";
    while (got.length < event.length) {
      const { done, value } = await reader.read();
      expect(done).toBe(false);
      got += decoder.decode(value, { stream: true });
    }
    expect(got).toBe(event);
    await step(upstream, id);
  }
  expect(await reader.read()).toMatchObject({ done: true });
});

test("a client that goes away before the answer takes the call back", async () => {
  const client = new AbortController();
  const asked = chat({ case: "gone", azure: "hang", signal: client.signal });
  expect(await eventually(async () => (await log("azure", "gone")).length === 1)).toBe(true);
  const before = Date.now();
  client.abort();
  const response = await asked;
  expect(response.status).toBe(499);
  // Not because the gateway gave up by itself.
  expect(Date.now() - before).toBeLessThan(1000);
  expect(await eventually(async () => (await log("azure", "gone"))[0]?.closed === true)).toBe(true);
  expect(await log("bedrock", "gone")).toEqual([]);
});

test("a client that stops reading a stream takes the call back", async () => {
  const id = "stopped";
  const asked = chat({ case: id, body: { stream: true, metadata: { case: id, pace: "step" } } });
  const [response] = await Promise.all([asked, step("azure", id)]);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  await reader.cancel();
  expect(await eventually(async () => (await log("azure", id))[0]?.closed === true)).toBe(true);
});

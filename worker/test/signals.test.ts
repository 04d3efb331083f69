// What providers' answers mean.
import { expect, test } from "vitest";
import { readSignal } from "wayleave";

/** What the engine reads in an answer, whoever's it is; `answer` is one that is passed on to the client. */
function outcome(status: number, headers: Headers, body: string): string {
  const { meaning } = readSignal({ status, headers, body, at: "2026-11-22T10:00:00Z" });
  return meaning === "served" || meaning === "client" ? "answer" : meaning;
}

const json = (message: string, code: string | null = null) => JSON.stringify({ error: { message, code } });

test.each([
  // Azure: the own limit, and the service's.
  [429, json("Requests to the ChatCompletions_Create Operation have exceeded token rate limit of your current OpenAI S0 pricing tier.", "429"), "quota"],
  [429, json("The system is currently experiencing high demand and cannot process your request. For improved capacity reliability, consider switching to Provisioned Throughput."), "no_capacity"],
  // OpenAI.
  [429, json("You exceeded your current quota, please check your plan and billing details.", "insufficient_quota"), "quota"],
  [503, json("The engine is currently overloaded, please try again later"), "no_capacity"],
  // Vertex and Gemini: one status, two meanings.
  [429, JSON.stringify({ error: { message: "Resource exhausted, please try again later.", status: "RESOURCE_EXHAUSTED" } }), "no_capacity"],
  [429, JSON.stringify({ error: { message: "Too many requests. Exceeded the Provisioned Throughput.", status: "RESOURCE_EXHAUSTED" } }), "quota"],
  [429, JSON.stringify({ error: { message: "Resource has been exhausted (e.g. check quota).", status: "RESOURCE_EXHAUSTED" } }), "quota"],
  // Bedrock.
  [429, JSON.stringify({ message: "Too many requests, please wait before trying again.", __type: "ThrottlingException" }), "quota"],
  [429, JSON.stringify({ message: "…", __type: "ModelNotReadyException" }), "down"],
  // Anthropic.
  [529, "", "no_capacity"],
  [429, JSON.stringify({ type: "error", error: { type: "enforced_spend_limit_reached", message: "…" } }), "quota"],
  [429, "", "quota"],
  [500, json("at capacity"), "down"],
  [502, "", "down"],
  [503, "", "down"],
  [504, "", "down"],
  [302, "", "down"],
  [200, json("high demand"), "answer"],
  [400, json("Unsupported parameter: 'max_tokens'", "unsupported_parameter"), "cannot_support"],
  [400, json("Unknown parameter: 'reasoning'.", "unknown_parameter"), "answer"],
  [400, json("Unrecognized request argument supplied: reasoning_effort"), "answer"],
  [400, json("This model's maximum context length is 8192 tokens.", "context_length_exceeded"), "cannot_support"],
  [400, JSON.stringify({ message: "Input is too long for requested model." }), "cannot_support"],
  [400, JSON.stringify({ message: "Malformed input request: #: extraneous key [foo] is not permitted" }), "answer"],
  [400, "prompt is too long: 300000 tokens > 200000 maximum", "cannot_support"],
  [400, json("Invalid 'user': string too long. Expected at most 64 characters.", "string_above_max_length"), "answer"],
  [400, json("Unrecognized parameter: 'temprature'"), "answer"],
  [400, json("The value is not one of ours", "unsupported_value"), "cannot_support"],
  // What the client wrote may be quoted; it does not decide who is asked.
  [400, json("Invalid value: 'Unsupported parameter'. Supported values are: 'user'.", "invalid_value"), "answer"],
  [400, json("The response was filtered", "content_filter"), "answer"],
  [400, "", "answer"],
  [401, "", "credentials"],
  [402, "", "credentials"],
  [403, "", "credentials"],
  [403, json("…", "content_filter"), "answer"],
  [404, json("unsupported_parameter"), "credentials"],
  [407, "", "credentials"],
  [413, "", "answer"],
  [422, "", "answer"],
])("%i %s is %s", (status, text, meaning) => {
  expect(outcome(status, new Headers(), text)).toBe(meaning);
});

test.each([
  [429, "high demand", "no_capacity", "quota"],
  [503, "high demand", "no_capacity", "down"],
  [400, json("it does not support that"), "cannot_support", "answer"],
])("%i: only the beginning of what is said is judged", (status, text, near, far) => {
  const after = (length: number) => text.replace(/high|it does/, (word) => `${" ".repeat(length)}${word}`);
  expect(outcome(status, new Headers(), after(100))).toBe(near);
  expect(outcome(status, new Headers(), after(70_000))).toBe(far);
});

test("a proxy's word for overload counts", () => {
  expect(outcome(503, new Headers({ "x-envoy-overloaded": "true" }), "")).toBe("no_capacity");
});

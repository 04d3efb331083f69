// Where deployments answer, and what has no place in that document.
import { expect, test, vi } from "vitest";
import bundled from "../connections.yaml";
import { readConnections } from "../src/connections.js";
import { type Problem, ask, chat } from "./support.js";

const DEPLOYMENTS = ["azure-gpt", "bedrock-gpt"];
const KEY = "sk-live-0123456789abcdef";
const one = (members: string) => `azure-gpt: { url: "https://a.example/v1", model: m, ${members} }`;
const read = (text: string) => readConnections(text, DEPLOYMENTS);

test("the connections that come along are sound", () => {
  const connections = read(bundled);
  expect([...connections.keys()]).toEqual(DEPLOYMENTS);
  expect(connections.get("azure-gpt")?.endpoint).toMatch(/^https:.*\/chat\/completions\?api-version=/);
  expect(connections.get("bedrock-gpt")?.endpoint).toMatch(/^https:.*\/openai\/v1\/chat\/completions$/);
});

test("addresses of both kinds", () => {
  const connections = read(`
azure-gpt: { kind: azure, url: https://a.example/, model: a b, api_version: 2025-01-01-preview, auth: { api-key: KEY } }
bedrock-gpt: { url: http://127.0.0.1:9/v1, model: m, auth: { bearer: OTHER_KEY }, timeout_ms: 5 }
`);
  expect(connections.get("azure-gpt")).toEqual({
    deployment: "azure-gpt",
    kind: "azure",
    endpoint: "https://a.example/openai/deployments/a%20b/chat/completions?api-version=2025-01-01-preview",
    model: "a b",
    auth: { scheme: "api-key", binding: "KEY" },
    timeoutMs: 120_000,
  });
  expect(connections.get("bedrock-gpt")).toMatchObject({ endpoint: "http://127.0.0.1:9/v1/chat/completions", timeoutMs: 5 });
});

test.each([
  ["a key", one(`auth: { bearer: ${KEY} }`), /must name a secret binding/],
  ["a key in capitals", one("auth: { bearer: AKIA0123456789ABCDEF }"), /must name a secret binding/],
  ["a key in hexadecimal", one("auth: { api-key: 0123456789abcdef0123456789abcdef }"), /must name a secret binding/],
  ["a key as a number", one("auth: { api-key: 12345678 }"), /must name a secret binding/],
  ["a key in place of auth", one(`auth: ${KEY}`), /is not a mapping/],
  ["a key as the scheme", one(`auth: { ${KEY}: X }`), /is neither/],
  ["a key as a member", one(`auth: { bearer: X }, api_key: ${KEY}`), /has a member that is none/],
  ["a key as the version", `azure-gpt: { kind: azure, url: https://a.example, model: m, auth: { bearer: X }, api_version: "${KEY}=" }`, /is not a version/],
  ["a key in the address", `azure-gpt: { url: "https://a.example/v1?key=${KEY}", model: m, auth: { bearer: X } }`, /where a key could hide/],
  ["a user in the address", `azure-gpt: { url: "https://u:${KEY}@a.example/v1", model: m, auth: { bearer: X } }`, /where a key could hide/],
  ["two keys", one("auth: { bearer: A, api-key: B }"), /is neither/],
  ["no auth", one("timeout_ms: 5"), /is not a mapping/],
  ["an unknown kind", one("kind: bedrock, auth: { bearer: X }"), /neither openai nor azure/],
  ["a version where none is", one("api_version: v1, auth: { bearer: X }"), /for the kind azure/],
  ["an endless wait", one("auth: { bearer: X }, timeout_ms: 6000000"), /timeout_ms/],
  ["no model", "azure-gpt: { url: https://a.example, auth: { bearer: X } }", /`model` is not a text/],
  ["no encryption", "azure-gpt: { url: http://a.example, model: m, auth: { bearer: X } }", /is not https/],
  ["another scheme", "azure-gpt: { url: 'file:///etc', model: m, auth: { bearer: X } }", /is not https/],
  ["no address", "azure-gpt: { url: nowhere, model: m, auth: { bearer: X } }", /is not an address/],
  ["a deployment that the policy does not have", "azure-gtp: { url: https://a.example, model: m, auth: { bearer: X } }", /no deployment `azure-gtp`/],
  ["a list", "- azure-gpt", /is not a mapping/],
  ["nothing", "", /is not a mapping/],
  ["the same twice", "azure-gpt: {}\nazure-gpt: {}", /line 2 is not YAML/],
  ["an alias", `azure-gpt: &a { url: ${KEY} }\nbedrock-gpt: *a`, /aliases are not read/],
  ["no YAML", `azure-gpt: "${KEY}`, /is not YAML/],
])("%s is an error, and no key is quoted", (_, text, message) => {
  let thrown: unknown;
  try {
    read(text);
  } catch (error) {
    thrown = error;
  }
  expect(String(thrown)).toMatch(message);
  expect(String(thrown)).not.toContain(KEY);
});

test("with connections that cannot be read nothing is called and nobody is healthy", async () => {
  const written = vi.spyOn(console, "error").mockImplementation(() => {});
  const env = { CONNECTIONS: one(`auth: { bearer: ${KEY} }`) };
  for (const response of [await chat({ env }), await ask("/healthz", {}, { env })]) {
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).not.toContain(KEY);
    expect((JSON.parse(text) as Problem).error.code).toBe("configuration");
  }
  expect(written).toHaveBeenCalledTimes(2);
  written.mockRestore();
});

test("with a policy that cannot be read nothing is called either", async () => {
  const written = vi.spyOn(console, "error").mockImplementation(() => {});
  const response = await chat({ configuration: { policy: "wayleave: 1\nsecret-terms: 7\n" } });
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("secret-terms");
  // Whoever reads the log learns where.
  expect(written.mock.calls.join("\n")).toContain("policy.yaml:2:1");
  written.mockRestore();
});

// No key of an upstream and no token of the gateway ever comes out.
import { expect, test, vi } from "vitest";
import { FAILURES } from "../scripts/answers.mjs";
import { ask, chat, env } from "./support.js";

const CLIENT_TOKEN = "t0ken-of-clients-77aa";
const SECRETS = [env.AZURE_OPENAI_KEY, env.BEDROCK_API_KEY, CLIENT_TOKEN];
const BEHAVIOURS = ["ok", "redirect", "rejects-key", ...Object.keys(FAILURES)];

test("the tests know the secrets", () => {
  expect(SECRETS.every((secret) => secret.length > 10)).toBe(true);
});

test("no answer, no header and no log holds a secret", async () => {
  const written: string[] = [];
  for (const method of ["log", "info", "warn", "error", "debug"] as const) {
    vi.spyOn(console, method).mockImplementation((...words) => void written.push(words.join(" ")));
  }
  const headers = { authorization: `Bearer ${CLIENT_TOKEN}` };
  const responses: Response[] = [];
  for (const azure of BEHAVIOURS) {
    // The second upstream has its turn only after some failures of the first.
    for (const bedrock of azure === "error" ? BEHAVIOURS : ["error"]) {
      responses.push(await chat({ azure, bedrock, headers, env: { CLIENT_TOKEN } }));
    }
  }
  responses.push(
    await chat({ env: { CLIENT_TOKEN } }),
    await chat({ headers, env: { CLIENT_TOKEN, AZURE_OPENAI_KEY: "" } }),
    await chat({ headers, env: { CLIENT_TOKEN, AZURE_OPENAI_KEY: `${env.AZURE_OPENAI_KEY}\n${env.BEDROCK_API_KEY}` } }),
    await chat({ headers, env: { CLIENT_TOKEN }, body: { messages: 7 } }),
    await chat({ headers, env: { CLIENT_TOKEN }, body: { model: "unheard-of" } }),
    await ask("/healthz", { headers }, { env: { CLIENT_TOKEN } }),
    await ask("/decide", { method: "POST", headers: { ...headers, "content-type": "application/json" }, body: '{"request":{"model":"gpt-5.5"}}' }, { env: { CLIENT_TOKEN } }),
    await ask("/nowhere", { headers }),
  );
  expect(new Set(responses.map(({ status }) => status)).size).toBeGreaterThan(6);
  for (const response of responses) {
    written.push(JSON.stringify([...response.headers]), await response.text());
  }
  vi.restoreAllMocks();
  for (const secret of SECRETS) {
    expect(written.filter((text) => text.includes(secret))).toEqual([]);
  }
});

test("a secret that ends in a line break is used without it", async () => {
  const response = await chat({ env: { AZURE_OPENAI_KEY: `${env.AZURE_OPENAI_KEY}\n` } });
  expect(response.status).toBe(200);
});

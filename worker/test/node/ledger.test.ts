// The ledger that services share, on workerd itself: what it lends and admits, and what is left of it after a kill.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectionsFor, startUpstream } from "../../scripts/upstreams.mjs";
import { type Service, startWorkerd } from "./workerd.js";

const LIMIT = 60;

const policy = (limits: string, more = "") => `wayleave: 1
deployments:
  azure-gpt: { provider: azure, model: gpt-5.5, price: { input: 100, output: 100 }, max_output_tokens: 100, limits: { ${limits} } }
${more}`;

let azure: Awaited<ReturnType<typeof startUpstream>>;
let bindings: Record<string, string>;
const folders: string[] = [];

beforeAll(async () => {
  azure = await startUpstream("azure-gpt");
  const [connections] = connectionsFor({ azure: azure.url, bedrock: azure.url }).split("bedrock-gpt:") as [string];
  bindings = { OPEN: "1", CONNECTIONS: connections, AZURE_OPENAI_KEY: "one" };
});
afterAll(async () => {
  await azure?.close();
  folders.forEach((folder) => rmSync(folder, { recursive: true }));
});

function storage(): string {
  const folder = mkdtempSync(join(tmpdir(), "wayleave-ledger-"));
  folders.push(folder);
  return folder;
}

async function chat({ url }: Service, id: string, how = "ok"): Promise<{ status: number; wait: number }> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      model: "gpt-5.5",
      messages: [{ role: "user", content: "Hello" }],
      max_completion_tokens: 100,
      metadata: { case: id, "azure-gpt": how },
    }),
  });
  await response.text();
  return { status: response.status, wait: Number(response.headers.get("retry-after")) };
}

const state = async ({ url }: Service) => (await fetch(`${url}/state`)).json() as Promise<any>;
const asked = (id: string) => azure.log.filter(({ body }) => body.metadata?.["case"] === id).length;

/** Waits for the next minute where this one has too little left, so that a test lies in one. */
async function withinMinute(seconds: number): Promise<void> {
  const left = 60_000 - (Date.now() % 60_000);
  if (left < seconds * 1000) {
    await new Promise((rested) => setTimeout(rested, left + 50));
  }
}

const CAP = "contracts: { ours: { clauses: [ { id: cap, kind: spend_cap, amount: 1000, window: month } ] } }";
const SPENDING = "contracts: { ours: { clauses: [ { id: macc, kind: commitment, provider: azure, amount: 1000, due: 2999-12-31 } ] } }";

test.each([
  // What a minute carries is lent; what commitments have drawn, the ledger is told.
  ["lent", SPENDING, "ours/macc"],
  // Budgets bind the whole fleet, so that the ledger itself admits.
  ["asked for", CAP, "ours/cap"],
])("200 clients of three services, room that is %s: never more than 60 are admitted, and a kill loses nothing settled", async (manner, more, clause) => {
  const options = { bindings, policy: policy(`requests_per_minute: ${LIMIT}`, more), storage: storage(), services: 3 };
  let workerd = await startWorkerd(options);
  try {
    await withinMinute(30);
    const minute = Math.floor(Date.now() / 60_000);
    const service = (index: number) => workerd.services[index % 3] as Service;
    const run = (count: number, how?: string) => Promise.all(Array.from({ length: count }, (_, index) => chat(service(index), manner, how)));
    const used = (kept: any) => kept.deployments["azure-gpt"].used.limits.requests_per_minute.used;
    const served = (answers: { status: number }[]) => answers.filter(({ status }) => status === 200).length;

    // Twenty are answered, and settled with the eleven tokens that each has used, at 100 USD a million.
    expect(served(await run(20))).toBe(20);
    await expect.poll(async () => (await state(service(0))).clauses[clause].drawn, { timeout: 5000 }).toBe("0.022");
    // Five are under way when everything ends.
    const lost = run(5, "hang").catch(() => "cut off");
    await expect.poll(() => asked(manner), { timeout: 5000 }).toBe(25);
    await workerd.kill();
    expect(await lost).toBe("cut off");

    workerd = await startWorkerd(options);
    const kept = await state(service(1));
    expect(kept.clauses[clause].drawn).toBe("0.022");
    expect(used(kept)).toBeGreaterThanOrEqual(25);
    expect(used(kept)).toBeLessThanOrEqual(LIMIT);
    if (clause === "ours/cap") {
      // A hundred tokens may come, beside the two that the question is estimated at.
      expect(kept.clauses[clause].held).toBe("0.051");
    }

    const answers = await run(200);
    // The minute has not ended meanwhile, or nothing was shown.
    expect(Math.floor(Date.now() / 60_000)).toBe(minute);
    expect(asked(manner)).toBeLessThanOrEqual(LIMIT);
    expect(25 + served(answers)).toBe(asked(manner));
    for (const { status, wait } of answers) {
      expect([200, 429]).toContain(status);
      expect(status === 429 ? wait : 1).toBeGreaterThanOrEqual(1);
    }
    // What is lent and lost is lost until the minute ends; what is asked for is used to the last.
    expect(asked(manner)).toBeGreaterThanOrEqual(manner === "lent" ? 40 : LIMIT);
    console.log(`${manner}: 25 sent before the kill, ${asked(manner)} of ${LIMIT} in all`);
  } finally {
    await workerd.stop();
  }
}, 180_000);

// What the gateway remembers of upstreams, and what it does by it.
import { expect, test } from "vitest";
import { type Problem, POLICY, Remembering, log, step, told } from "./support.js";

/** The policy that comes along, with a right that only shared exhaustion discharges. */
const STRICT = POLICY.replace("holder: azure }", "holder: azure, refuses_by: no_capacity }");

const served = (response: Response) => response.headers.get("x-wayleave-deployment");

test("who said how long to wait is not asked before", async () => {
  const gateway = new Remembering();
  const id = "cooldown";
  const first = await gateway.chat({ azure: "quota", case: id });
  expect(told(first)).toMatchObject({ attempts: "azure-gpt=quota, bedrock-gpt=ok" });
  gateway.wait(6.999);
  const meanwhile = await gateway.chat({ case: id });
  expect(told(meanwhile)).toMatchObject({ deployment: "bedrock-gpt", attempts: "bedrock-gpt=ok" });
  expect(await log("azure", id)).toHaveLength(1);
  gateway.wait(0.001);
  expect(told(await gateway.chat({ case: id }))).toMatchObject({ attempts: "azure-gpt=ok" });
  expect(await log("azure", id)).toHaveLength(2);
  expect(served(await gateway.chat({ case: id }))).toBe("azure-gpt");
});

test("after a cooldown one request finds out, however many come", async () => {
  const gateway = new Remembering();
  const id = "half-open";
  await gateway.chat({ azure: "quota", case: id });
  gateway.wait(7);
  // The probe's answer is held back until all others have come and gone.
  const probe = gateway.chat({ azure: "held", case: id });
  const others = await Promise.all(Array.from({ length: 20 }, () => gateway.chat({ case: id })));
  expect(new Set(others.map(served))).toEqual(new Set(["bedrock-gpt"]));
  expect(await log("azure", id)).toHaveLength(2);
  await step("azure", id);
  expect(served(await probe)).toBe("azure-gpt");
  const after = await Promise.all(Array.from({ length: 3 }, () => gateway.chat({ case: id })));
  expect(after.map(served)).toEqual(["azure-gpt", "azure-gpt", "azure-gpt"]);
});

test("a probe that fails lengthens the cooldown; one whose client goes away lets another through", async () => {
  const gateway = new Remembering();
  const id = "probes";
  await gateway.chat({ azure: "shared", case: id });
  gateway.wait(15);
  expect(told(await gateway.chat({ azure: "shared", case: id }))).toMatchObject({ attempts: "azure-gpt=no_capacity, bedrock-gpt=ok" });
  gateway.wait(29);
  expect(served(await gateway.chat({ case: id }))).toBe("bedrock-gpt");
  gateway.wait(1);
  const client = new AbortController();
  const gone = gateway.chat({ azure: "hang", case: id, signal: client.signal });
  await expect.poll(async () => (await log("azure", id)).length).toBe(3);
  client.abort();
  expect((await gone).status).toBe(499);
  expect(served(await gateway.chat({ case: id }))).toBe("azure-gpt");
});

test("shared exhaustion discharges a right that a full quota does not", async () => {
  const shared = new Remembering(STRICT);
  expect(told(await shared.chat({ azure: "shared" }))).toMatchObject({ attempts: "azure-gpt=no_capacity, bedrock-gpt=ok" });
  expect(told(await shared.chat({}))).toMatchObject({ deployment: "bedrock-gpt", because: "microsoft/azure-first" });

  const own = new Remembering(STRICT);
  const first = await own.chat({ azure: "quota", case: "strict" });
  // The holder's answer is the last: nobody else may be asked for a limit of the buyer's own.
  expect(first.status).toBe(429);
  expect(first.headers.get("retry-after")).toBe("7");
  expect(told(first)).toMatchObject({ attempts: "azure-gpt=quota" });
  own.wait(2);
  const meanwhile = await own.chat({ case: "strict" });
  const problem: Problem = await meanwhile.json();
  expect(meanwhile.status).toBe(503);
  expect(meanwhile.headers.get("retry-after")).toBe("5");
  expect(problem.wayleave?.decision.hold).toMatchObject({ reason: "right", until: "2026-11-22T10:00:07Z" });
  expect(await log("azure", "strict")).toHaveLength(1);
  expect(await log("bedrock", "strict")).toEqual([]);
});

test("overload is the provider's own shortage", async () => {
  const gateway = new Remembering(STRICT);
  expect(told(await gateway.chat({ azure: "overloaded" }))).toMatchObject({ attempts: "azure-gpt=no_capacity, bedrock-gpt=ok" });
  gateway.wait(14);
  expect(served(await gateway.chat({}))).toBe("bedrock-gpt");
  gateway.wait(1);
  expect(served(await gateway.chat({}))).toBe("azure-gpt");
});

test("a limit that Azure has cut is known by the one that the policy states", async () => {
  const limited = POLICY.replace("provider: azure,", "provider: azure, limits: { tokens_per_minute: 1000 },");
  for (const [text, waits] of [[POLICY, 10], [limited, 60]] as const) {
    const gateway = new Remembering(text);
    await gateway.chat({ azure: "lowered", env: { LEDGER: undefined } });
    gateway.wait(waits - 1);
    expect(served(await gateway.chat({ env: { LEDGER: undefined } }))).toBe("bedrock-gpt");
    gateway.wait(1);
    expect(served(await gateway.chat({ env: { LEDGER: undefined } }))).toBe("azure-gpt");
  }
});

test("a limit of spend is not tried again here, and the client is told not to", async () => {
  const gateway = new Remembering();
  const id = "spent";
  const response = await gateway.chat({ azure: "spent", bedrock: "spent", case: id });
  expect(response.status).toBe(429);
  expect(response.headers.get("x-should-retry")).toBe("false");
  expect(told(response)).toMatchObject({ attempts: "azure-gpt=quota, bedrock-gpt=quota" });
  gateway.wait(3599);
  const later = await gateway.chat({ case: id });
  expect(later.status).toBe(403);
  expect(told(later)).toMatchObject({ decision: "refuse", because: "state/signal" });
  expect(await log("azure", id)).toHaveLength(1);
  expect(await log("bedrock", id)).toHaveLength(1);
});

test("single failures keep nobody out, three do, and a key that is not accepted never", async () => {
  const gateway = new Remembering();
  const id = "failures";
  for (const azure of ["error", "hang", "error"]) {
    expect(served(await gateway.chat({ azure, case: id }))).toBe("bedrock-gpt");
  }
  expect(served(await gateway.chat({ case: id }))).toBe("bedrock-gpt");
  expect(await log("azure", id)).toHaveLength(3);

  const rejected = new Remembering();
  for (let times = 0; times < 5; times += 1) {
    expect((await rejected.chat({ azure: "rejects-key" })).status).toBe(502);
  }
  expect(served(await rejected.chat({}))).toBe("azure-gpt");
});

test("a deployment that was shut while the request was under way counts as one that refused", async () => {
  const gateway = new Remembering();
  const id = "raced";
  // Decided while Bedrock was well; by the time Azure has failed, Bedrock is not.
  const asked = gateway.chat({ azure: "held-quota", case: id });
  await expect.poll(async () => (await log("azure", id)).length).toBe(1);
  await gateway.chat({ azure: "quota", bedrock: "quota", case: id });
  await step("azure", id);
  const response = await asked;
  expect(response.status).toBe(429);
  expect(response.headers.get("retry-after")).toBe("7");
  expect(told(response)).toMatchObject({ attempts: "azure-gpt=quota, bedrock-gpt=quota" });
  expect(await log("bedrock", id)).toHaveLength(1);
});

// Room before a request is sent, and what it is counted as afterwards.
import { expect, test, vi } from "vitest";
import { Ledger, Policy, type LedgerSnapshot } from "wayleave";
import type { AuthorityRpc } from "../src/authority.js";
import { type Chat, type Problem, Remembering, log, step, told } from "./support.js";

const policy = (limits: string, more = "") => `wayleave: 1
deployments:
  azure-gpt:   { provider: azure, model: gpt-5.5, price: { input: 100, output: 100 }, limits: { ${limits} } }
  bedrock-gpt: { provider: aws,   model: gpt-5.5, price: { input: 200, output: 200 } }
${more}`;

/** A ledger in the same place, which counts what it is asked. */
class Near implements AuthorityRpc {
  readonly asked: string[] = [];
  readonly ledger: Ledger;
  broken = false;
  /** So many answers to records are lost on their way. */
  deaf = 0;

  constructor(
    text: string,
    readonly now: () => Date,
  ) {
    this.ledger = new Ledger(Policy.parse(text));
  }

  async #ask<T>(what: string, answer: (at: Date) => T): Promise<T> {
    this.asked.push(what);
    await scheduler.wait(1);
    if (this.broken) {
      throw new Error("the object is gone");
    }
    return structuredClone(answer(this.now()));
  }

  admit: AuthorityRpc["admit"] = ({ lasts_ms: _, ...wanted }) =>
    this.#ask("admit", (at) => {
      const { refused } = this.ledger.admit({ ...wanted, at });
      return refused?.refused === "held_back" || refused === undefined ? {} : { refused };
    });
  settle: AuthorityRpc["settle"] = (id, came) => this.#ask("settle", (at) => this.ledger.settle(id, { ...came, at }));
  cancel: AuthorityRpc["cancel"] = (id) => this.#ask("cancel", (at) => this.ledger.cancel(id, at));
  lend: AuthorityRpc["lend"] = (ask) => this.#ask("lend", (at) => this.ledger.lend(ask, at));
  takeBack: AuthorityRpc["takeBack"] = (returns) => this.#ask("takeBack", (at) => this.ledger.takeBack(returns, at));
  record: AuthorityRpc["record"] = (records, message) =>
    this.#ask("record", (at) => {
      const done = this.ledger.recordAll(records, message, at);
      if (this.deaf > 0) {
        this.deaf -= 1;
        throw new Error("the answer is lost");
      }
      return done;
    });
  state: AuthorityRpc["state"] = () => this.#ask("state", (at) => this.ledger.state(at));

  get reservations(): string[] {
    return Object.keys((this.ledger.snapshot() as LedgerSnapshot & { ledger: { reservations: object } }).ledger.reservations);
  }
}

function setUp(text: string) {
  const gateway = new Remembering(text);
  const near = new Near(text, () => gateway.at);
  const chat = (asked: Omit<Chat, "configuration" | "env"> = {}) => gateway.chat({ ...asked, env: { LEDGER: { getByName: () => near } } });
  return { gateway, near, chat };
}

const idle = (near: Near) => expect.poll(() => near.reservations).toEqual([]);

test("what is lent is used without asking again, and a limit that is full is a full quota", async () => {
  const { near, chat, gateway } = setUp(policy("requests_per_minute: 8"));
  const answers = await Promise.all(Array.from({ length: 20 }, () => chat({ case: "lent" }).then(told)));
  const azure = answers.filter(({ deployment }) => deployment === "azure-gpt");
  expect(azure.length).toBeLessThanOrEqual(8);
  expect(azure.length).toBeGreaterThanOrEqual(7);
  expect(answers.filter(({ attempts }) => attempts === "azure-gpt=quota, bedrock-gpt=ok")).toHaveLength(20 - azure.length);
  expect(await log("azure", "lent")).toHaveLength(azure.length);
  expect(near.asked.filter((what) => what === "admit")).toEqual([]);
  expect(near.asked.filter((what) => what === "lend").length).toBeLessThan(azure.length + 3);
  gateway.wait(60);
  expect(told(await chat({ case: "lent" }))).toMatchObject({ deployment: "azure-gpt" });
});

test("an isolate with nothing to do gives back what it does not use", async () => {
  const { near, chat } = setUp(policy("tokens_per_minute: 1000"));
  const used = () => near.ledger.state(near.now()).deployments?.["azure-gpt"]?.used?.limits?.["tokens_per_minute"]?.used;
  // Two tokens are estimated, and eleven used.
  await Promise.all(Array.from({ length: 5 }, () => chat({ body: { max_completion_tokens: 98 } }).then((response) => response.text())));
  expect(Number(used())).toBeGreaterThan(55);
  await expect.poll(used, { timeout: 5000 }).toBe(55);
  expect(near.asked.filter((what) => what === "takeBack")).toHaveLength(1);
});

test("where nobody else is left, the client is told when there is room again", async () => {
  const { chat, gateway } = setUp(policy("requests_per_minute: 1").replace("aws,   model: gpt-5.5", "aws,   model: another"));
  expect((await chat({})).status).toBe(200);
  gateway.wait(10);
  const response = await chat({});
  expect(response.status).toBe(429);
  expect(await response.json()).toMatchObject({ error: { code: "attempts_limited" } });
  const wait = Number(response.headers.get("retry-after"));
  expect(wait).toBeGreaterThan(30);
  expect(wait).toBeLessThanOrEqual(50);
});

test("requests at once are asked for and end with their answers", async () => {
  const { near, chat } = setUp(policy("in_flight: 1"));
  const id = "at-once";
  const held = chat({ case: id, azure: "held" });
  await expect.poll(async () => (await log("azure", id)).length).toBe(1);
  expect(told(await chat({ case: id }))).toMatchObject({ attempts: "azure-gpt=quota, bedrock-gpt=ok" });
  await step("azure", id);
  await (await held).text();
  await idle(near);
  expect(told(await chat({ case: id }))).toMatchObject({ attempts: "azure-gpt=ok" });
});

const CAP = "contracts: { ours: { clauses: [ { id: cap, kind: spend_cap, amount: 1, window: month } ] } }";

test.each([
  ["an answer", {}, "0.0011"],
  ["a stream that says it", { stream: true, stream_options: { include_usage: true } }, "0.0011"],
  // 2 tokens in, and 100 that may come.
  ["a stream that does not", { stream: true }, "0.0102"],
])("a budget draws what %s has used", async (_, body, drawn) => {
  const { near, chat } = setUp(policy("requests_per_minute: 100", CAP));
  const response = await chat({ body: { max_completion_tokens: 100, ...body } });
  await response.text();
  await idle(near);
  expect(near.ledger.state(near.now()).clauses?.["ours/cap"]).toMatchObject({ drawn, held: "0" });
});

test("what was refused counts as a request and uses nothing; what was never answered counts as estimated", async () => {
  const { near, chat } = setUp(policy("requests_per_minute: 100, tokens_per_minute: 1000, in_flight: 50"));
  const used = () => near.ledger.state(near.now()).deployments?.["azure-gpt"]?.used?.limits;
  await chat({ azure: "error", body: { max_completion_tokens: 100 } });
  await idle(near);
  expect(used()).toMatchObject({ requests_per_minute: { used: 1 }, tokens_per_minute: { used: 0 } });
  await chat({ azure: "hang", body: { max_completion_tokens: 100 } });
  await idle(near);
  expect(used()).toMatchObject({ requests_per_minute: { used: 2 }, tokens_per_minute: { used: 102 } });
});

test("room on a deployment that may not be asked after all is given back", async () => {
  const limits = "limits: { in_flight: 50 }";
  const { near, chat } = setUp(policy("in_flight: 50").replace("200, output: 200 }", `200, output: 200 }, ${limits}`));
  const id = "given-back";
  const held = chat({ case: id, azure: "held-quota" });
  await expect.poll(async () => (await log("azure", id)).length).toBe(1);
  // Bedrock was well when the first was decided; when its turn has come it is not.
  expect((await chat({ case: id, azure: "quota", bedrock: "quota" })).status).toBe(429);
  await step("azure", id);
  expect(told(await held)).toMatchObject({ attempts: "azure-gpt=quota, bedrock-gpt=quota" });
  expect(await log("bedrock", id)).toHaveLength(1);
  await idle(near);
  expect(near.asked.filter((what) => what === "cancel")).toHaveLength(1);
  expect(near.ledger.state(near.now()).deployments?.["bedrock-gpt"]).toMatchObject({ in_flight: 0 });
});

test("a ledger that does not answer lets nobody through", async () => {
  const written = vi.spyOn(console, "error").mockImplementation(() => {});
  const { near, chat } = setUp(policy("requests_per_minute: 100"));
  near.broken = true;
  const response = await chat({ case: "unreachable" });
  const problem: Problem = await response.json();
  expect(response.status).toBe(503);
  expect(problem.error.code).toBe("ledger");
  expect(await log("azure", "unreachable")).toEqual([]);
  near.broken = false;
  expect((await chat({ case: "unreachable" })).status).toBe(200);
  written.mockRestore();
});

test("decisions go by what clauses have counted", async () => {
  const share = `contracts: { ours: { clauses: [ { id: min, kind: share, of: requests, min: 50%, for: 'deployment.provider == "aws"', window: month } ] } }`;
  const { chat, gateway } = setUp(policy("requests_per_minute: 100", share));
  const places: (string | null | undefined)[] = [];
  for (let turn = 0; turn < 6; turn += 1) {
    const response = await chat({});
    await response.text();
    places.push(told(response)["deployment"]);
    gateway.wait(2);
    await scheduler.wait(200);
  }
  expect(places.filter((place) => place === "bedrock-gpt").length).toBe(3);
});

const MACC = "contracts: { ours: { clauses: [ { id: macc, kind: commitment, provider: azure, amount: 1000, due: 2999-12-31 } ] } }";

test("what clauses count arrives once, in messages of many, whatever is lost on the way", async () => {
  const { near, chat } = setUp(policy("tokens_per_minute: 100000", MACC));
  const drawn = () => near.ledger.state(near.now()).clauses?.["ours/macc"]?.drawn;
  const messages = () => near.asked.filter((what) => what === "record").length;
  const many = (count: number) => Promise.all(Array.from({ length: count }, () => chat().then((response) => response.text())));
  await many(1);
  await expect.poll(drawn).toBe("0.0011");
  expect(messages()).toBe(1);
  await many(40);
  await expect.poll(drawn).toBe("0.0451");
  expect(messages()).toBeLessThan(6);
  // It was counted, and the isolate does not know.
  near.deaf = 2;
  await many(2);
  await expect.poll(() => near.deaf).toBe(0);
  await expect.poll(drawn).toBe("0.0473");
  // It was not.
  const before = messages();
  near.broken = true;
  await many(2);
  await expect.poll(messages).toBeGreaterThan(before);
  expect(drawn()).toBe("0.0473");
  near.broken = false;
  await many(1);
  await expect.poll(drawn, { timeout: 5000 }).toBe("0.0506");
});

test("what was sent half an hour ago is not sent again: the ledger may have forgotten that it heard it", async () => {
  const written = vi.spyOn(console, "error").mockImplementation(() => {});
  const { near, chat, gateway } = setUp(policy("tokens_per_minute: 100000", MACC));
  const drawn = () => near.ledger.state(near.now()).clauses?.["ours/macc"]?.drawn;
  near.deaf = Infinity;
  await (await chat()).text();
  await expect.poll(drawn).toBe("0.0011");
  gateway.wait(25);
  await scheduler.wait(600);
  near.deaf = 0;
  gateway.wait(3700);
  near.ledger.expire(near.now());
  await (await chat()).text();
  await expect.poll(drawn, { timeout: 5000 }).toBe("0.0022");
  await scheduler.wait(300);
  expect(drawn()).toBe("0.0022");
  expect(written).toHaveBeenCalledWith("1 records are given up: the ledger did not answer");
  written.mockRestore();
});

test("a request that is never settled counts for clauses as it was estimated", async () => {
  const { near, chat, gateway } = setUp(policy("requests_per_minute: 100", MACC));
  const drawn = () => near.ledger.state(near.now()).clauses?.["ours/macc"]?.drawn;
  const held = chat({ case: "never-settled", azure: "held", body: { max_completion_tokens: 98 } });
  await expect.poll(async () => (await log("azure", "never-settled")).length).toBe(1);
  gateway.wait(901);
  await chat({ azure: "error" });
  // 2 tokens in and 98 that may have come, at 100 USD a million.
  await expect.poll(drawn, { timeout: 5000 }).toBe("0.01");
  await step("azure", "never-settled");
  await (await held).text();
  await scheduler.wait(300);
  expect(drawn()).toBe("0.01");
});

// The object that keeps the ledger: what it writes, what is left of it, what it forgets.
import { runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { Edge, Policy } from "wayleave";
import { type AuthorityRpc, type Wanted, authority } from "../src/authority.js";
import { env } from "./support.js";

const POLICY = `wayleave: 1
deployments:
  a: { provider: azure, model: m, price: { input: 1, output: 2 }, limits: { in_flight: 2, tokens_per_minute: 1000 } }
contracts:
  ours: { clauses: [ { id: macc, kind: commitment, provider: azure, amount: 10, due: 2999-12-31 } ] }
`;
const request = { model: "m", input_tokens: 30, max_output_tokens: 10 };
const wanted = (id: string, lasts_ms = 60_000): Wanted => ({ id, deployment: "a", request, lasts_ms });
const usage = { input: 20, output: 5 };

/** Runs in an object of its own, with a way to start it again over what it has written, and within one minute of the clock. */
async function within<T>(name: string, work: (start: (policy?: string) => InstanceType<ReturnType<typeof authority>>, storage: DurableObjectStorage) => Promise<T>): Promise<T> {
  const stub = (env.LEDGER as unknown as DurableObjectNamespace).getByName(name);
  const left = 60_000 - (Date.now() % 60_000);
  await scheduler.wait(left < 3000 ? left + 10 : 0);
  return runInDurableObject(stub, (_, context: DurableObjectState) =>
    work((policy = POLICY) => new (authority({ "policy.yaml": policy }))(context, env), context.storage),
  );
}

test("what was answered is there after a restart", () =>
  within("restart", async (start) => {
    let object = start();
    expect(await object.admit(wanted("one"))).toEqual({});
    expect(await object.admit(wanted("two"))).toEqual({});
    object = start();
    expect(await object.admit(wanted("three"))).toMatchObject({ refused: { cite: "limit/in_flight", used: 2 } });
    expect(await object.settle("one", { usage, request })).toEqual({});
    object = start();
    const { deployments, clauses } = await object.state();
    expect(clauses?.["ours/macc"]).toMatchObject({ drawn: "0.00003" });
    expect(deployments?.["a"]).toMatchObject({ in_flight: 1, used: { limits: { tokens_per_minute: { used: 65 } } } });
    // Once is enough.
    expect(await object.settle("one", { usage, request })).toMatchObject({ refused: { refused: "unknown_reservation" } });
    expect(await object.cancel("two")).toEqual({});
    expect((await start().state()).deployments?.["a"]).toMatchObject({ in_flight: 0 });
  }));

test("only what has changed is written", () =>
  within("rows", async (start, storage) => {
    const object = start();
    await object.admit(wanted("one"));
    const rows = () => new Map(storage.sql.exec<{ place: string; value: string }>("SELECT place, value FROM ledger").toArray().map(({ place, value }) => [place, value]));
    const written = () => storage.sql.exec<{ n: number }>("SELECT total_changes() AS n").one().n;
    const before = rows();
    expect(before.get("ledger")).toBe("1");
    expect(before.has("reservations/one")).toBe(true);
    const at = written();
    await object.admit(wanted("two"));
    // A reservation, and the two counters that hold it.
    expect(written() - at).toBe(3);
    expect(rows().get("reservations/one")).toBe(before.get("reservations/one"));
    await object.cancel("one");
    expect([...rows().keys()].filter((place) => place.startsWith("reservations/"))).toEqual(["reservations/two"]);
  }));

test("forgotten reservations are settled at their estimates when the alarm rings", () =>
  within("alarm", async (start, storage) => {
    let object = start();
    await object.admit(wanted("long"));
    const first = await storage.getAlarm();
    await object.admit(wanted("short", 40));
    const second = await storage.getAlarm();
    expect(first as number).toBeGreaterThan(second as number);
    await new Promise((rested) => setTimeout(rested, 60));
    object = start();
    await object.alarm();
    expect((await object.state()).deployments?.["a"]).toMatchObject({ in_flight: 1, used: { limits: { tokens_per_minute: { used: 80 } } } });
    expect(await object.settle("short", { usage })).toMatchObject({ refused: { refused: "unknown_reservation" } });
    // It comes back for the other.
    expect(await storage.getAlarm()).toBe(first);
  }));

test("the alarm rings by itself", async () => {
  const namespace = env.LEDGER as unknown as DurableObjectNamespace;
  const object = namespace.getByName("rings") as unknown as AuthorityRpc;
  const model = { deployment: "azure-gpt", request: { model: "gpt-5.5" } };
  expect(await object.admit({ id: "short", ...model, lasts_ms: 200 })).toEqual({});
  expect(await object.admit({ id: "long", ...model, lasts_ms: 60_000 })).toEqual({});
  const kept = () =>
    runInDurableObject(namespace.getByName("rings"), (_, { storage }: DurableObjectState) =>
      storage.sql.exec<{ place: string }>("SELECT place FROM ledger WHERE place LIKE 'reservations/%'").toArray().map(({ place }) => place),
    );
  expect(await kept()).toEqual(["reservations/long", "reservations/short"]);
  await expect.poll(kept, { timeout: 5000 }).toEqual(["reservations/long"]);
});

test("what cannot be read changes nothing, and what comes after it is as before", () =>
  within("broken", async (start, storage) => {
    const object = start();
    await object.admit(wanted("one"));
    const before = storage.sql.exec("SELECT * FROM ledger").toArray();
    await expect(object.admit({ ...wanted("two"), request: { modle: "m" } as never })).rejects.toThrow(/modle/);
    await expect(object.lend({ ask: 7 })).rejects.toThrow(/no ledger/);
    expect(storage.sql.exec("SELECT * FROM ledger").toArray()).toEqual(before);
    expect(await object.settle("one", { usage })).toEqual({});
  }));

test("a ledger goes on under another policy", () =>
  within("another-policy", async (start) => {
    await start().admit(wanted("one"));
    const other = start(POLICY.replace("in_flight: 2", "in_flight: 1, requests_per_minute: 10"));
    expect(await other.admit(wanted("two"))).toMatchObject({ refused: { cite: "limit/in_flight", usable: 1, used: 1 } });
    expect(await other.settle("one", { usage })).toEqual({});
    expect(await other.admit(wanted("two"))).toEqual({});
  }));

test("edges borrow, give back, and have what they settled recorded", () =>
  within("edges", async (start) => {
    const policy = POLICY.replace("in_flight: 2, ", "");
    const edge = new Edge(Policy.parse(policy));
    let object = start(policy);
    const at = new Date();
    const asked = edge.admit({ id: "one", deployment: "a", request, at });
    const ask = structuredClone(asked.ask) as object;
    const lent = await object.lend(ask);
    object = start(policy);
    // The same ask has the same answer, whatever happened in between.
    expect(await object.lend(ask)).toEqual(lent);
    expect(edge.receive("grant" in lent ? lent.grant : {}, at)).toEqual({ lent: true });
    expect(edge.admit({ id: "one", deployment: "a", request, at }).refused).toBe(undefined);
    expect(edge.settle("one", { at, usage })).toEqual({ record: true });
    const message = { edge: edge.name, number: 1 };
    const records = [{ deployment: "a", request, admitted_at: at, usage }];
    expect(await object.record(records, message)).toEqual({ repeated: false });
    expect(await object.record(records, message)).toEqual({ repeated: true });
    await object.takeBack(edge.giveBack(at));
    const { deployments, clauses } = await start(policy).state();
    expect(deployments?.["a"]).toMatchObject({ used: { limits: { tokens_per_minute: { used: 25 } } } });
    expect(clauses?.["ours/macc"]).toMatchObject({ drawn: "0.00003" });
  }));

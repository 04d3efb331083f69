import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { choose, edit, expect, type Page, row, sentence, test, visit } from "./page.ts";

function link(envelope: unknown): string {
  return packed(Buffer.from(JSON.stringify(envelope)));
}

function packed(bytes: Buffer): string {
  return `#w1.${deflateRawSync(bytes).toString("base64url")}`;
}

async function shown(page: Page) {
  await page.getByRole("tab", { name: "JSON" }).click();
  const request = await page.getByLabel("Request as JSON").inputValue();
  await page.getByRole("tab", { name: /^State/ }).click();
  return {
    request,
    down: await page.getByRole("switch", { name: "Down: azure-gpt" }).isChecked(),
    sentence: await sentence(page).textContent(),
    policy: await page.locator(".cm-content").textContent(),
    day: await page.getByLabel("Date").inputValue(),
    time: await page.getByLabel("Time, UTC").inputValue(),
    why: await page.locator(".why").textContent(),
    rows: await page.locator(".row").allTextContents(),
  };
}

test("a link brings everything along", async ({ page, browser, baseURL }) => {
  await visit(page);
  await choose(page, "first-refusal");
  await edit(page, 4, "5.00", "6.00");
  await page.getByLabel("Input tokens").fill("34567");
  await page.getByLabel("Date").fill("2027-03-04");
  await page.getByRole("tab", { name: /^State/ }).click();
  await page.getByRole("switch", { name: "Down: azure-gpt" }).check();
  await expect(sentence(page)).toContainText("Route to bedrock-gpt");
  await page.getByRole("button", { name: "bedrock-gpt" }).click();
  await page.getByRole("button", { name: "Copy link" }).click();
  await expect(page.getByText("The link was copied.")).toBeVisible();
  const address = await page.evaluate(() => navigator.clipboard.readText());
  expect(address.startsWith(baseURL ?? "")).toBe(true);
  const there = await shown(page);

  const fresh = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const other = await fresh.newPage();
  await other.goto(address);
  await expect(other.locator(".why")).toBeVisible();
  await expect(other.locator(".cm-content")).toBeAttached();
  expect(await shown(other)).toEqual(there);
  await fresh.close();
});

test("the copied code gives the same answer in Node", async ({ page }) => {
  await visit(page);
  await choose(page, "first-refusal");
  await edit(page, 3, "# USD per million tokens", "# `tick`, ${x} and \\ back");
  await page.getByRole("tab", { name: /^State/ }).click();
  await page.getByRole("switch", { name: "Down: azure-gpt" }).check();
  await expect(sentence(page)).toContainText("Route to bedrock-gpt");
  await page.getByRole("button", { name: "Copy code" }).click();
  await expect(page.getByText("was copied")).toBeVisible();
  const code = await page.evaluate(() => navigator.clipboard.readText());
  const file = `test-results/snippet-${process.pid}.mjs`;
  writeFileSync(file, code);
  const said = execFileSync(process.execPath, [file], {
    encoding: "utf8",
    env: { ...process.env, FORCE_COLOR: "0" },
  });
  rmSync(file);
  expect(said.trim()).toBe("route [ 'bedrock-gpt' ]");
});

test("a download holds the sources", async ({ page }) => {
  await visit(page);
  await choose(page, "first-refusal");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("policy.zip");
  const listed = execFileSync("python3", ["-m", "zipfile", "-t", await download.path()], { encoding: "utf8" });
  expect(listed).toContain("Done testing");
});

test("a draft survives a reload, and an example does not destroy it unasked", async ({ page }) => {
  await visit(page);
  await choose(page, "first-refusal");
  await edit(page, 3, "5.00", "7.00");
  await expect(page.locator(".cm-content")).toContainText("7.00");
  await expect.poll(() => page.evaluate(() => localStorage.getItem("wayleave.draft"))).toContain("7.00");
  await page.reload();
  await expect(page.locator(".cm-content")).toContainText("7.00");
  await choose(page, "first-refusal");
  await expect(page.locator(".cm-content")).not.toContainText("7.00");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.locator(".cm-content")).toContainText("7.00");
});

const good = {
  v: 1,
  engine: "wayleave 0.1.0",
  files: { "policy.yaml": "wayleave: 1\ndeployments:\n  only-one: { provider: p, model: m, price: { input: 1 } }\n" },
  request: { model: "m", input_tokens: 1000000 },
  state: {},
  at: "2026-11-22T10:00:00Z",
  view: {},
};

const HOSTILE: Record<string, string> = {
  garbage: "#w1.!!!!",
  "random bytes": "#w1.AAECAwQFBgcICQ",
  "another format": "#w9.abc",
  "not an object": link([]),
  "no files": link({ ...good, files: {} }),
  "another version": link({ ...good, v: 2 }),
  "markup in a name": link({ ...good, files: { "<img src=x onerror=alert(1)>": "wayleave: 1" } }),
  "a prototype in a name": packed(Buffer.from(JSON.stringify(good).replace('"policy.yaml"', '"__proto__"'))),
  "a text that is none": link({ ...good, files: { "policy.yaml": { length: 3 } } }),
  "no instant": link({ ...good, at: "javascript:alert(1)" }),
  "no model": link({ ...good, request: { model: 5 } }),
  "a crowded state": link({
    ...good,
    state: { deployments: Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`d${index}`, { health: "down" }])) },
  }),
  "a crowd of notices": link({ ...good, state: { notices: Array.from({ length: 1001 }, () => ({ clause: "c/x", block: "b" })) } }),
  "a bomb": packed(Buffer.alloc(40_000_000, 32)),
  "a large text": link({ ...good, files: { "policy.yaml": "x".repeat(1_100_000) } }),
  "a long link": `#w1.${"A".repeat(800_000)}`,
};

test("a hostile link in a fresh page does nothing", async ({ page }) => {
  await visit(page, HOSTILE["a bomb"]);
  await expect(page.getByText("The link could not be opened: it holds too much.")).toBeVisible();
  await expect(page.locator(".title")).not.toHaveText("A shared policy");
});

test("hostile links in an open page leave it as it is", async ({ page }) => {
  await visit(page);
  await choose(page, "first-refusal");
  const before = (await sentence(page).textContent()) ?? "";
  const text = (await page.locator(".cm-content").textContent()) ?? "";
  for (const [what, hash] of Object.entries(HOSTILE)) {
    await page.evaluate((to) => {
      location.hash = to;
    }, hash);
    await expect(page.getByText("The link could not be opened"), what).toBeVisible();
    expect(await page.evaluate(() => location.hash), what).toBe("");
    await page.getByRole("button", { name: "Dismiss" }).click();
    await expect(sentence(page), what).toHaveText(before);
    expect(await page.locator(".cm-content").textContent(), what).toBe(text);
    expect(await page.evaluate(() => localStorage.getItem("wayleave.draft")), what).toBeNull();
    await expect(page.locator("#page :is(img, iframe, object, script, a[href])")).toHaveCount(0);
  }
});

test("a link shows text as text and drops what it does not know", async ({ page }) => {
  const markup = "<script>alert(1)</script><img src=x onerror=alert(2)>";
  const policy = `${good.files["policy.yaml"]}title: '${markup}'\nrules:\n  - { id: r, deny: 'true', note: '${markup}' }\n`;
  await visit(
    page,
    link({
      ...good,
      files: { "policy.yaml": policy },
      evil: markup,
      request: { ...good.request, key: markup, nested: { a: 1 } },
      state: { deployments: { "only-one": { health: "down", evil: markup } }, evil: 1 },
    }),
  );
  await expect(row(page, "only-one")).toContainText("barred");
  await page.getByRole("tab", { name: "JSON" }).click();
  const request = JSON.parse(await page.getByLabel("Request as JSON").inputValue());
  expect(request).toEqual({ ...good.request, key: markup });
  await expect(page.locator("#page img, #page script")).toHaveCount(0);
});

test("a link carries offers, counters and notices, and of each what is known", async ({ page }) => {
  const known = {
    request: { model: "m", act: "train", offers: [{ id: "cw", provider: "q", block: "b", units: 8, hours: 10, usd_per_unit_hour: "2.10", holds: ["zdr", { name: "baa", from: "2026-01-01" }] }] },
    state: {
      clauses: { "c/macc": { drawn: "7.5", forecast: { amount: 2, source: "us", as_of: "2026-10-01" }, resets_at: "2027-01-01" } },
      notices: [{ clause: "c/first", block: "b", received: "2026-11-01", answer: "refused", answered: "2026-11-02T10:00:00Z" }],
    },
  };
  const policy = `wayleave: 1
providers: [q]
deployments: { d: { provider: p, model: m } }
contracts:
  c:
    clauses:
      - { id: first, kind: first_refusal, acts: train, holder: p }
      - { id: macc, kind: commitment, provider: p, amount: 10 }
`;
  const [offer] = known.request.offers;
  const [notice] = known.state.notices;
  await visit(
    page,
    link({
      ...good,
      files: { "policy.yaml": policy },
      request: { ...known.request, offers: [{ ...offer, evil: 1, zone: 7 }, 5] },
      state: {
        clauses: { "c/macc": { ...known.state.clauses["c/macc"], evil: 1, held: -1 }, "__proto__ ": {} },
        notices: [{ ...notice, evil: 1, failed: "soon" }, "x"],
      },
    }),
  );
  await expect(sentence(page)).toContainText("Route to cw");
  await page.getByRole("tab", { name: "JSON" }).click();
  expect(JSON.parse(await page.getByLabel("Request as JSON").inputValue())).toEqual(known.request);
  expect(JSON.parse(await page.getByLabel("State as JSON").inputValue())).toEqual(known.state);
});

test("a link of another engine says so", async ({ page }) => {
  await visit(page, link({ ...good, engine: "wayleave 9.9.9" }));
  await expect(page.getByText("Made with engine wayleave 9.9.9")).toBeVisible();
  await expect(sentence(page)).toContainText("only-one");
});

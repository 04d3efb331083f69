import { deflateRawSync } from "node:zlib";
import { choose, edit, expect, type Page, row, sentence, test, visit } from "./page.ts";

type Fault = "mute" | "fail";

declare global {
  interface Window {
    /** What becomes of an ask of each kind on its way to a Worker. */
    faults?: Partial<Record<"decide" | "test", Fault>>;
    /** How many Workers were started. */
    started?: number;
  }
}

/** Lets the Workers of a page fail at will. */
async function rig(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.started = 0;
    window.Worker = class extends Worker {
      constructor(address: string | URL, options?: WorkerOptions) {
        super(address, options);
        window.started = (window.started ?? 0) + 1;
      }
      override postMessage(ask: { kind: "decide" | "test" }): void {
        const fault = window.faults?.[ask.kind];
        if (fault === "fail") {
          setTimeout(() => this.dispatchEvent(new ErrorEvent("error", { message: "it trapped", cancelable: true })));
        } else if (fault === undefined) {
          super.postMessage(ask);
        }
      }
    };
  });
}

async function fault(page: Page, faults: Window["faults"]): Promise<void> {
  await page.evaluate((wanted) => {
    window.faults = wanted;
  }, faults ?? {});
}

function many(tests: number): string {
  const one = "  - { name: t, at: 2026-11-22, request: { model: m }, expect: { attempts: [only-one] } }\n";
  const envelope = {
    v: 1,
    engine: "wayleave 0.1.0",
    files: {
      "policy.yaml": "wayleave: 1\ndeployments:\n  only-one: { provider: p, model: m, price: { input: 1 } }\n",
      "policy.test.yaml": `tests:\n${Array.from({ length: tests }, (_, index) => one.replace("name: t", `name: t${index}`)).join("")}`,
    },
    request: { model: "m", input_tokens: 1000000 },
    state: {},
    at: "2026-11-22T10:00:00Z",
    view: {},
  };
  return `#w1.${deflateRawSync(Buffer.from(JSON.stringify(envelope))).toString("base64url")}`;
}

test("an engine that failed thrice starts again with the next policy", async ({ page }) => {
  await rig(page);
  await visit(page);
  await choose(page, "first-refusal");
  await fault(page, { decide: "fail" });
  for (const tokens of ["1", "2", "3"]) {
    await page.getByLabel("Input tokens").fill(tokens);
    await expect(page.getByText("it trapped").first()).toBeVisible();
    await page.waitForTimeout(50);
  }
  await expect(page.getByText("it starts again once the policy changes").first()).toBeVisible();
  const started = await page.evaluate(() => window.started);
  await page.getByLabel("Input tokens").fill("4");
  await page.waitForTimeout(100);
  expect(await page.evaluate(() => window.started)).toBe(started);
  await fault(page, {});
  await edit(page, 3, "5.00", "9.00");
  await expect(page.getByText("it trapped")).toHaveCount(0);
  await expect(sentence(page)).toContainText("Route to");
});

test("tests that fail with the engine can be run again", async ({ page }) => {
  await rig(page);
  await visit(page);
  await fault(page, { test: "fail" });
  await choose(page, "first-refusal");
  await page.getByRole("tab", { name: /^Tests/ }).click();
  await expect(page.locator("#below")).toContainText("it trapped");
  await fault(page, {});
  await page.getByRole("button", { name: /tests – run$/ }).click();
  await expect(page.locator("#below .is-yes").first()).toBeVisible();
});

test("many tests of a link wait to be run, and no decision waits for them", async ({ page }) => {
  await rig(page);
  await visit(page, many(301));
  await page.getByRole("tab", { name: /^Tests/ }).click();
  const run = page.getByRole("button", { name: "301 tests – run" });
  await expect(run).toBeVisible();
  await page.waitForTimeout(300);
  expect(await page.evaluate(() => window.started)).toBe(1);
  await fault(page, { test: "mute" });
  await run.click();
  await expect(page.getByRole("button", { name: "Stop the 301 tests" })).toBeVisible();
  await page.getByRole("tab", { name: /^State/ }).click();
  await page.getByRole("switch", { name: "Down: only-one" }).check();
  await expect(row(page, "only-one")).toContainText("barred");
  expect(await page.evaluate(() => window.started)).toBe(2);
  await page.getByRole("button", { name: "Stop the 301 tests" }).click();
  await expect(page.locator("#below")).toContainText("They were stopped.");
  await fault(page, {});
  await run.click();
  await expect(page.getByRole("tab", { name: /^Tests/ })).toContainText("301/301");
});

test("no more tests than that run by themselves", async ({ page }) => {
  await visit(page, many(300));
  await expect(page.getByRole("tab", { name: /^Tests/ })).toContainText("300/300");
});

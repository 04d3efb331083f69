// Why a deployment is not chosen, and what alone would change it.
import AxeBuilder from "@axe-core/playwright";
import { choose, expect, type Page, row, sentence, test, visit } from "./page.ts";

async function ask(page: Page, deployment: string): Promise<void> {
  await row(page, deployment).getByRole("button").first().click();
  await page.getByRole("button", { name: "Why not, and what would change it?" }).click();
}

const box = (page: Page, deployment: string) => page.getByRole("region", { name: `Why not ${deployment}`, exact: true }).last();

test("what was barred becomes eligible by a change that the page makes", async ({ page }) => {
  await visit(page);
  await choose(page, "openai-clouds");
  await page.getByLabel("Date").fill("2026-04-20");
  await page.getByLabel("Time, UTC").fill("12:00:00");
  const barred = "aws-gpt-5.5-global-standard";
  await expect(row(page, barred)).toHaveClass(/barred/);
  await ask(page, barred);
  const found = box(page, barred);
  await expect(found.locator(".against li").first()).toContainText("openai/C3");
  const later = found.getByRole("button", { name: /^Apply: As of 2026-04-2/ }).last();
  await later.click();
  await expect(row(page, barred)).toHaveClass(/eligible/);
  await expect(page.getByLabel("Date")).toHaveValue(/^2026-04-2[78]$/);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row(page, barred)).toHaveClass(/barred/);
  await expect(page.getByLabel("Date")).toHaveValue("2026-04-20");
});

test("every change that the page offers does what it says", async ({ page }) => {
  await visit(page);
  await choose(page, "first-refusal");
  const second = "bedrock-gpt";
  await expect(sentence(page)).toContainText("Route to azure-gpt");
  await ask(page, second);
  const found = box(page, second);
  await expect(found).toContainText("microsoft/azure-first");
  await expect(found).toContainText("Each of these alone would make it the first attempt");
  const offered = await found.getByRole("button", { name: /^Apply/ }).count();
  expect(offered).toBeGreaterThan(2);
  for (let index = 0; index < offered; index += 1) {
    await found.getByRole("button", { name: /^Apply/ }).nth(index).click();
    await expect(sentence(page)).toContainText("Route to bedrock-gpt");
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(sentence(page)).toContainText("Route to azure-gpt");
    await expect(found.getByRole("button", { name: /^Apply/ })).toHaveCount(offered);
  }
  // It follows what stands in the page.
  await page.getByLabel("Date").fill("2034-01-01");
  await expect(found.locator(".against")).not.toContainText("microsoft/azure-first");
});

test("an attribute of the request is changed where it stands", async ({ page }) => {
  await visit(page);
  await choose(page, "openai-clouds");
  await page.getByLabel("Date").fill("2025-11-10");
  const sale = { act: "sell", model: "gpt-5.5", provider: "aws", product: "api_stateless" };
  await page.getByRole("tab", { name: "JSON" }).click();
  await page.getByLabel("Request as JSON").fill(JSON.stringify(sale));
  const barred = "aws-gpt-5.5-global-standard";
  await expect(row(page, barred)).toHaveClass(/barred/);
  await ask(page, barred);
  const found = box(page, barred);
  await expect(found.locator(".against li")).toHaveText([/openai\/C3/, /openai\/C5/, /openai\/C6/]);
  await found.getByRole("button", { name: "Apply: request/product first_party" }).click();
  await expect(row(page, barred)).toHaveClass(/eligible/);
  expect(JSON.parse(await page.getByLabel("Request as JSON").inputValue())).toEqual({ ...sale, product: "first_party" });
});

test("nothing is offered for the first attempt", async ({ page }) => {
  await visit(page);
  await choose(page, "first-refusal");
  await row(page, "azure-gpt").getByRole("button").first().click();
  await expect(page.locator(".why")).toBeVisible();
  await expect(page.getByRole("button", { name: "Why not, and what would change it?" })).toHaveCount(0);
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [360, 768, 1280]) {
    test.describe(`${colorScheme}, ${width} px`, () => {
      test.use({ colorScheme, viewport: { width, height: 900 } });
      test("why not is legible", async ({ page }) => {
        await visit(page);
        await choose(page, "first-refusal");
        await page.getByRole("tab", { name: "Decision", exact: true }).click({ timeout: 1000 }).catch(() => undefined);
        await ask(page, "bedrock-gpt");
        const found = box(page, "bedrock-gpt");
        await expect(found.getByRole("button", { name: /^Apply/ }).first()).toBeVisible();
        const { violations } = await new AxeBuilder({ page }).include(".why").setLegacyMode().analyze();
        expect(violations.map(({ id }) => id)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
        if (process.env.WAYLEAVE_SHOTS !== undefined) {
          await found.scrollIntoViewIfNeeded();
          await page.screenshot({ path: `${process.env.WAYLEAVE_SHOTS}/why-not-${colorScheme}-${width}.png` });
        }
      });
    });
  }
}

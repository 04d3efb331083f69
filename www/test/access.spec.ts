import AxeBuilder from "@axe-core/playwright";
import { choose, edit, expect, type Page, test, visit } from "./page.ts";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// There are no frames here, so that axe needs no page of its own to put its findings together.
async function clean(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).setLegacyMode().analyze();
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(" | ")}`);
  expect(told, what).toEqual([]);
  const { wide, width } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, width: innerWidth }));
  expect(wide, `${what}: nothing reaches beyond the page`).toBeLessThanOrEqual(width);
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1280, 360]) {
    test.describe(`${colorScheme}, ${width} px`, () => {
      test.use({ colorScheme, viewport: { width, height: 800 } });
      const narrow = width < 1000;
      const pane = async (page: Page, name: string) => {
        if (narrow) await page.getByRole("tab", { name, exact: true }).click();
      };

      test("nothing for axe to object to", async ({ page }) => {
        await visit(page);
        await page.locator(".who-open").first().click();
        await expect(page.locator(".why")).toBeVisible();
        await clean(page, "the first example with a row open");
        await choose(page, "first-refusal");
        await pane(page, "Request");
        await page.getByRole("tab", { name: /^State/ }).click();
        await clean(page, "the state");
        await page.getByRole("tab", { name: "JSON" }).click();
        await pane(page, "Policy");
        await page.getByRole("tab", { name: /^Tests/ }).click();
        await clean(page, "the JSON, the tests");
      });

      test("nor with steps of a price, counters, offers, a duty", async ({ page }) => {
        await visit(page);
        await choose(page, "commitment-at-risk");
        await pane(page, "Decision");
        await page.locator(".who-open").first().click();
        await expect(page.locator(".price-step").first()).toBeVisible();
        await clean(page, "the steps of a price");
        await pane(page, "Request");
        await page.getByRole("tab", { name: /^State/ }).click();
        await clean(page, "what is counted for clauses");
        await choose(page, "notice-clock");
        await pane(page, "Request");
        await page.getByRole("tab", { name: "Form" }).click();
        await page.getByRole("button", { name: "Add an offer" }).click();
        await clean(page, "offers of capacity");
        await pane(page, "Decision");
        await clean(page, "a duty");
      });

      test("nor with an error, a notice, the gallery", async ({ page }) => {
        await visit(page);
        await page.getByRole("button", { name: "Examples" }).click();
        await expect(page.getByRole("dialog")).toBeVisible();
        await clean(page, "the gallery");
        await expect(page.locator("[data-example]")).toHaveCount(10);
        const { wide, room } = await page.getByRole("dialog").evaluate((all) => ({ wide: all.scrollWidth, room: all.clientWidth }));
        expect(wide, "no example reaches beyond the gallery").toBeLessThanOrEqual(room);
        await page.keyboard.press("Escape");
        await choose(page, "first-refusal");
        await pane(page, "Policy");
        await edit(page, 3, "provider", "provder");
        await expect(page.locator(".problem").first()).toBeVisible();
        await page.getByRole("button", { name: "Copy link" }).click();
        await expect(page.locator(".notice")).toBeVisible();
        await clean(page, "an error, a notice");
        await pane(page, "Decision");
        await clean(page, "a stale decision");
      });
    });
  }
}

test("the suite's page", async ({ page }) => {
  await page.goto("./suite.html");
  await expect(page.getByRole("status")).toContainText("sha256");
  await clean(page, "the suite");
});

test("at 320 px everything is still there", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await visit(page);
  for (const name of ["Policy", "Request", "Decision"]) {
    await page.getByRole("tab", { name, exact: true }).click();
    await clean(page, name);
  }
  await page.locator(".who-open").first().click();
  await clean(page, "Why");
});

test("targets are at least 24 px high and wide", async ({ page }) => {
  await visit(page);
  await page.locator(".who-open").first().click();
  const small = await page.evaluate(() =>
    [...document.querySelectorAll("button, summary, select, input, .check, .switch")]
      .filter((element) => !element.closest(".cm-editor, dialog, .check, .switch") || element.matches(".check, .switch"))
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ element, box }) => element.checkVisibility({ contentVisibilityAuto: true }) && (box.width < 24 || box.height < 24))
      .map(({ element, box }) => `${element.className || element.tagName} ${box.width}×${box.height}`),
  );
  expect(small).toEqual([]);
});

test("the clause in focus is not hidden, and a choice of theme stays", async ({ page }) => {
  await visit(page);
  await page.getByRole("button", { name: "Theme: system" }).click();
  await page.getByRole("button", { name: "Theme: light" }).click();
  await page.reload();
  await expect(page.getByRole("button", { name: "Theme: dark" })).toBeVisible();
  await expect(page.locator("html")).toHaveCSS("color-scheme", "dark");
});

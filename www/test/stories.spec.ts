import { choose, edit, expect, row, sentence, tabTo, test, visit } from "./page.ts";

test("an edited price changes the decision without a button", async ({ page }) => {
  await visit(page);
  await choose(page, "first-refusal");
  await page.getByLabel("Date").fill("2026-01-15");
  await expect(sentence(page)).toContainText("Route to azure-gpt");
  await edit(page, 3, "5.00", "9.00");
  await expect(sentence(page)).toContainText("Route to bedrock-gpt");
  await expect(row(page, "azure-gpt").locator(".amount")).not.toHaveText(
    (await row(page, "bedrock-gpt").locator(".amount").textContent()) ?? "",
  );
});

test("sliding over 27 April 2026 changes winner and reason", async ({ page }) => {
  await visit(page);
  await choose(page, "openai-clouds");
  const slider = page.getByRole("slider", { name: "Day" });
  await page.getByLabel("Date").fill("2026-04-26");
  await expect(page.getByTestId("outcome")).toHaveText("route");
  await expect(sentence(page)).toContainText("Route to azure-gpt-5.5-global-standard");
  const before = (await sentence(page).textContent()) ?? "";
  await slider.press("PageUp");
  await expect(slider).toHaveAttribute("aria-valuetext", /^27 April 2026: .*begins/);
  await slider.press("ArrowRight");
  await expect(slider).toHaveAttribute("aria-valuetext", /^28 April 2026, after /);
  await expect(page.getByTestId("outcome")).toHaveText("route");
  await expect(sentence(page)).toContainText("Route to aws-gpt-5.5-global-standard");
  await expect(page.locator(".row.chosen")).toHaveCount(1);
  await expect(page.locator(".facts-line")).toContainText("openai/C9");
  await slider.press("PageDown");
  await slider.press("ArrowLeft");
  await expect(sentence(page)).toHaveText(before);
  await expect(page.getByTestId("live")).toHaveText(before);
});

test("a broken policy shows where, and keeps the last good decision as stale", async ({ page }) => {
  await visit(page);
  await choose(page, "first-refusal");
  const before = (await sentence(page).textContent()) ?? "";
  await edit(page, 3, "provider", "provder");
  await expect(page.getByRole("button", { name: /unknown key provder.*policy\.yaml:3:18/ })).toBeVisible();
  await expect(page.locator(".cm-lint-marker-error").first()).toBeVisible();
  await expect(page.locator(".pane-decision")).toHaveClass(/is-stale/);
  await expect(page.getByText("Stale", { exact: true })).toBeVisible();
  await expect(sentence(page)).toHaveText(before);
  await expect(page.getByTestId("live")).toContainText("The last good decision");
  await page.getByRole("button", { name: /unknown key provder/ }).click();
  await expect(page.locator(".cm-content")).toBeFocused();
  expect(await page.evaluate(() => getSelection()?.toString())).toBe("provder");
  await page.keyboard.insertText("provider");
  await expect(page.locator(".pane-decision")).not.toHaveClass(/is-stale/);
});

test("places in the text are counted as the editor counts them", async ({ page }) => {
  await visit(page);
  await choose(page, "first-refusal");
  await edit(page, 3, "azure-gpt:", "# 😀 naïve\n  azure-gpt:");
  await edit(page, 4, "model", "modell");
  await page.getByRole("button", { name: /unknown key modell/ }).click();
  await expect.poll(() => page.evaluate(() => getSelection()?.toString())).toBe("modell");
});

test("the form and the JSON are the same request", async ({ page }) => {
  await visit(page);
  await choose(page, "first-refusal");
  await page.getByLabel("Input tokens").fill("24000");
  await expect(sentence(page)).toContainText("0.15 USD");
  await page.getByRole("tab", { name: "JSON" }).click();
  const json = page.getByLabel("Request as JSON");
  expect(JSON.parse(await json.inputValue())).toEqual({
    model: "gpt-5.5",
    input_tokens: 24000,
    max_output_tokens: 1000,
  });
  await json.fill('{ "model": "gpt-5.5", "input_tokens": 1000000, "max_output_tokens": 0 }');
  await expect(sentence(page)).toContainText("at 5 USD");
  await json.fill("{ not json");
  await expect(json).toHaveAttribute("aria-invalid", "true");
  await expect(sentence(page)).toContainText("at 5 USD");
  await page.getByRole("tab", { name: "Form" }).click();
  await expect(page.getByLabel("Input tokens")).toHaveValue("1000000");
});

test("an outage moves the work and leaves the policy alone", async ({ page }) => {
  await visit(page);
  await choose(page, "first-refusal");
  const text = await page.locator(".cm-content").textContent();
  await page.getByRole("tab", { name: "State" }).click();
  await page.getByRole("switch", { name: "Down: azure-gpt" }).check();
  await expect(sentence(page)).toContainText("Route to bedrock-gpt");
  await expect(row(page, "azure-gpt")).toContainText("state/health");
  expect(await page.locator(".cm-content").textContent()).toBe(text);
  await page.getByRole("button", { name: "Reset" }).click();
  await expect(sentence(page)).toContainText("Route to azure-gpt");
});

test("a citation leads to its clause", async ({ page }) => {
  await visit(page);
  await choose(page, "first-refusal");
  await page.getByRole("tab", { name: "policy.test.yaml" }).click();
  await page.getByRole("button", { name: "bedrock-gpt" }).click();
  await page.getByRole("region", { name: /bedrock-gpt/ }).getByRole("button", { name: "microsoft/azure-first" }).click();
  await expect(page.getByRole("tab", { name: "policy.yaml" })).toHaveAttribute("aria-selected", "true");
  await expect.poll(() => page.evaluate(() => getSelection()?.toString())).toBe("azure-first");
});

test("the policy's own tests run at every change", async ({ page }) => {
  await visit(page);
  await choose(page, "first-refusal");
  await page.getByRole("tab", { name: /^Tests/ }).click();
  await expect(page.locator("#below .is-no")).toHaveCount(0);
  await edit(page, 9, "holder: azure", "holder: aws");
  await expect(page.locator("#below .is-no").first()).toBeVisible();
  await expect(page.getByRole("tab", { name: /^Tests/ })).toContainText("/");
});

test("every example opens, passes its tests and can be shared", async ({ page }) => {
  await visit(page);
  await page.getByRole("button", { name: "Examples" }).click();
  const names = await page.locator("[data-example]").evaluateAll((all) => all.map((one) => one.getAttribute("data-example")));
  await page.keyboard.press("Escape");
  expect(names).toContain("first-refusal");
  for (const name of names) {
    await choose(page, name ?? "");
    const tests = page.getByRole("tab", { name: /^Tests/ });
    await expect(tests.locator(".badge.good")).toBeVisible();
    await expect(page.locator(".is-stale")).toHaveCount(0);
    await page.getByRole("button", { name: "Copy link" }).click();
    await expect.poll(() => page.evaluate(() => location.hash.length)).toBeGreaterThan(100);
    console.log(`${name}: a link of ${await page.evaluate(() => location.hash.length)} characters`);
  }
});

test("the whole task by keyboard alone", async ({ page }) => {
  await visit(page);
  await tabTo(page, '[aria-haspopup="dialog"]');
  await page.keyboard.press("Enter");
  await tabTo(page, '[data-example="first-refusal"]');
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toBeHidden();
  await tabTo(page, ".cm-content");
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText("# edited\n");
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.closest(".cm-editor") === null)).toBe(true);
  await tabTo(page, 'input[type="range"]', "Shift+Tab");
  await page.keyboard.press("PageUp");
  await expect(page.getByRole("slider")).toHaveAttribute("aria-valuetext", /^1 January 2033/);
  await tabTo(page, ".who-open");
  await page.keyboard.press("Enter");
  await expect(page.locator(".why")).toBeVisible();
  await tabTo(page, 'button[aria-label="Copy link"]', "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByText("The link was copied.")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("#w1.");
});

test("a fact that is not set shows the default of the policy", async ({ page }) => {
  await visit(page);
  await choose(page, "openai-clouds");
  await page.getByRole("tab", { name: /^State/ }).click();
  const fact = page.getByLabel("agi_verified");
  await expect(fact.locator("option")).toHaveText(["as in the policy (default: false)", "true", "false"]);
});

test("sources that do not fit fade out, and the last can be reached", async ({ page }) => {
  await visit(page);
  await choose(page, "openai-clouds");
  const strip = page.getByRole("tablist", { name: "Sources" });
  await expect(strip).toHaveAttribute("data-after");
  await expect(strip).not.toHaveAttribute("data-before");
  await strip.getByRole("tab").first().focus();
  await page.keyboard.press("End");
  await expect(strip).toHaveAttribute("data-before");
  await expect(strip).not.toHaveAttribute("data-after");
});

test("at 360 px citations break between their words only", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 800 });
  await visit(page);
  await choose(page, "enterprise");
  await page.getByRole("tab", { name: "Decision", exact: true }).click();
  await expect(page.locator(".cited").first()).toBeVisible();
  const broken = await page.locator(".cited, .cite").evaluateAll((all) =>
    all
      .flatMap((cite) => [...cite.childNodes])
      .filter((part) => {
        const range = document.createRange();
        range.selectNodeContents(part);
        return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1;
      })
      .map((part) => part.textContent),
  );
  expect(broken).toEqual([]);
});

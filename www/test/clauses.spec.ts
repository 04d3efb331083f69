// What clauses over capacity, money and volume answer, and the forms for what they ask about.
import { choose, expect, type Page, row, sentence, test, visit } from "./page.ts";

async function json(page: Page, label: "Request as JSON" | "State as JSON"): Promise<Record<string, unknown>> {
  await page.getByRole("tab", { name: "JSON" }).click();
  return JSON.parse(await page.getByLabel(label).inputValue()) as Record<string, unknown>;
}

const notes = (page: Page) => page.getByRole("list", { name: "Duties and warnings" });
const why = (page: Page) => page.locator(".why");

test("a block waits for a notice, then for the answer, and is free after it", async ({ page }) => {
  await visit(page);
  await choose(page, "notice-clock");
  await expect(page.getByTestId("outcome")).toHaveText("hold");
  await expect(page.locator(".facts-line")).toContainText("Waits for a notice");
  await expect(notes(page)).toContainText("orrery has to tell the holder of hall-7");
  await notes(page).getByRole("button", { name: "capacity/first" }).click();
  await expect.poll(() => page.evaluate(() => getSelection()?.toString())).toBe("first");

  const notice = { clause: "capacity/first", block: "hall-7", received: "2026-03-23T10:00:00Z", units: 512, hours: 4380, usd_per_unit_hour: "2.00" };
  await page.getByRole("tab", { name: "JSON" }).click();
  await page.getByLabel("State as JSON").fill(JSON.stringify({ notices: [notice] }));
  await page.getByLabel("Date").fill("2026-04-08");
  await page.getByLabel("Time, UTC").fill("15:59:59");
  await expect(page.locator(".facts-line")).toContainText("2026-04-08 16:00:00 UTC");
  await expect(notes(page)).toHaveCount(0);
  await page.getByLabel("Time, UTC").fill("16:00:00");
  await expect(sentence(page)).toContainText("Route to basalt");

  // What is offered is edited in the form; what was refused stays what it is.
  await page.getByRole("tab", { name: "Form" }).click();
  await page.getByLabel("USD per unit-hour").fill("2.07");
  await expect(page.getByTestId("outcome")).toHaveText("hold");
  await page.getByLabel("USD per unit-hour").fill("2.06");
  await expect(sentence(page)).toContainText("Route to basalt at 4619673.6 USD");
  await page.getByRole("button", { name: "basalt" }).click();
  await expect(why(page)).toContainText("512 units × 4,380 hours × $2.06 = $4,619,673.60");
  await page.getByRole("tab", { name: /^State/ }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "512 units, 4380 hours at $2.00" })).toContainText("received 2026-03-23 10:00:00 UTC");
  await page.getByLabel("grid_down").selectOption("true");
  await expect(page.getByTestId("outcome")).toHaveText("hold");
  expect(await json(page, "State as JSON")).toEqual({ notices: [notice], facts: { grid_down: { value: true } } });
});

test("offers come with the acts that they are for, and go with them", async ({ page }) => {
  await visit(page);
  await choose(page, "notice-clock");
  await page.getByRole("button", { name: "Add an offer" }).click();
  const added = page.getByRole("group", { name: /offer-2/ });
  await added.getByLabel("Id", { exact: true }).fill("ours");
  await page.getByRole("group", { name: /ours/ }).getByLabel("Provider").fill("northgrid");
  await expect(sentence(page)).toContainText("Route to ours");
  await page.getByLabel("Act").selectOption("serve");
  await expect(page.getByLabel("Input tokens")).toBeVisible();
  await expect(page.locator(".refusals")).toHaveCount(0);
  expect(await json(page, "Request as JSON")).toEqual({ model: "orrery-1" });
  await page.getByRole("tab", { name: "Form" }).click();
  await page.getByLabel("Act").selectOption("host");
  await page.getByRole("button", { name: "Remove offer basalt" }).click();
  await expect(sentence(page)).toContainText("Route to ours");
  const { offers } = await json(page, "Request as JSON");
  expect(offers).toEqual([{ id: "ours", provider: "northgrid", block: "hall-7", units: 512, hours: 4380, usd_per_unit_hour: 2 }]);
});

test("the steps of a price lead from the list to what decides the order", async ({ page }) => {
  await visit(page);
  await choose(page, "commitment-at-risk");
  await expect(row(page, "azure-us").locator(".answer.cost")).toContainText("$660,000.00");
  await expect(row(page, "azure-us").locator(".answer.cost")).toContainText("counts as $0.00");
  await page.getByRole("button", { name: "azure-us" }).click();
  const rows = why(page).locator(".lines tfoot tr");
  await expect(rows).toHaveText([
    "By the price list$660,000.00",
    "Cash$660,000.00",
    "A shortfall of $1,200,000.00 is paid anyway, by FinOps baseline, as of 2026-10-01 00:00:00 UTC azure/macc$0.00",
    "Counts for the order as$0.00",
  ]);
  await why(page).getByRole("button", { name: "azure/macc" }).click();
  await expect.poll(() => page.evaluate(() => getSelection()?.toString())).toBe("macc");

  await page.getByRole("tab", { name: /^State/ }).click();
  await page.getByLabel("Forecast, azure/macc").fill("3850000");
  await expect(sentence(page)).toContainText("Route to openai-direct");
  await expect(row(page, "azure-us").locator(".answer.cost")).toContainText("counts as $610,000.00");
  expect(await json(page, "State as JSON")).toEqual({
    clauses: {
      "azure/macc": { drawn: 8100000, forecast: { amount: "3850000", source: "FinOps baseline", as_of: "2026-10-01" } },
    },
  });
});

test("a ladder, discounts that stack and a match to be claimed are all to be seen", async ({ page }) => {
  await visit(page);
  await choose(page, "volume-ladder");
  await page.getByRole("button", { name: "quarry-embed" }).click();
  await expect(why(page)).toContainText("One step for all units, after 990,000,000 tokens of the period quarry/steps-$910.00");
  await page.getByRole("tab", { name: "JSON" }).click();
  await page.getByLabel("Request as JSON").fill('{ "model": "draft-1", "input_tokens": 12000, "max_output_tokens": 1000 }');
  await page.getByLabel("State as JSON").fill('{ "clauses": { "papermoon/granite-40": { "total": 1000, "drawn": 400 } } }');
  await expect(notes(page)).toContainText("buyer has to claim $0.014589, under granite/match");
  await page.getByRole("button", { name: "granite-draft" }).click();
  await expect(why(page)).toContainText("put here by papermoon/granite-40");
  await page.getByRole("button", { name: "quarry-draft" }).click();
  await expect(why(page).locator(".price-step")).toHaveText([
    "By the price list$0.09",
    "Discount, times 0.9 quarry/volume$0.081",
    "Discount, times 0.98 quarry/prompt$0.07938",
    "Discount, times 0.95 guild/member$0.075411",
  ]);
  await page.getByRole("tab", { name: /^State/ }).click();
  await page.getByLabel("Drawn, papermoon/granite-40").fill("401");
  await expect(sentence(page)).toContainText("Route to slate-draft");
  await expect(notes(page)).toHaveCount(0);
});

test("what a request earns, reasons and whom it is for are fields of the form", async ({ page }) => {
  await visit(page);
  await choose(page, "cap-reached");
  await expect(notes(page)).toContainText("this is the best for one request; above $80,000.00 of revenue");
  await page.getByText("Cache, revenue, pins").click();
  await page.getByLabel("Revenue, USD").fill("");
  await expect(sentence(page)).toContainText("Route to maker-direct at 0.055 USD");
  await expect(notes(page)).toHaveCount(0);
  await page.getByLabel("Revenue, USD").fill("0.05");
  await expect(sentence(page)).toContainText("Route to maker-direct at 0.065 USD");
  await page.getByLabel("Expected reasoning").fill("400");
  await page.getByRole("button", { name: "maker-direct" }).click();
  await expect(why(page).locator(".lines tbody tr")).toHaveText(["input10,000$2.50$0.025", "output600$30.00$0.018", "reasoning400$30.00$0.012"]);
  await expect(why(page)).toContainText("Share of the revenue maker/share$0.065");
  expect(await json(page, "Request as JSON")).toMatchObject({ revenue_usd: "0.05", expected_reasoning_tokens: 400 });

  await choose(page, "missing-capability");
  await page.getByRole("tab", { name: "Form" }).click();
  await page.getByLabel("Model").selectOption("voice-1");
  await page.getByLabel("realtime").uncheck();
  await expect(sentence(page)).toContainText("Route to azure-old");
  await page.getByText("Cache, revenue, pins").click();
  await page.getByLabel("New customer").selectOption("yes");
  await expect(sentence(page)).toContainText("Route to bedrock-old");
});

test("keys that nobody knows stay where they were written, and the engine says so", async ({ page }) => {
  await visit(page);
  await choose(page, "first-refusal");
  await page.getByRole("tab", { name: "JSON" }).click();
  const asked = { model: "gpt-5.5", input_tokns: 12000, nested: { a: [1, null] }, needs: 5 };
  await page.getByLabel("Request as JSON").fill(JSON.stringify(asked));
  await expect(page.locator(".refusals")).toContainText("input_tokns");
  await page.getByLabel("State as JSON").fill(JSON.stringify({ weather: { rain: true }, deployments: { "azure-gpt": { mood: "sad" } } }));
  await page.getByRole("tab", { name: "Form" }).click();
  await page.getByLabel("Input tokens").fill("24000");
  await page.getByRole("tab", { name: /^State/ }).click();
  await page.getByRole("switch", { name: "Down: azure-gpt" }).check();
  expect(await json(page, "Request as JSON")).toEqual({ ...asked, input_tokens: 24000 });
  expect(await json(page, "State as JSON")).toEqual({
    weather: { rain: true },
    deployments: { "azure-gpt": { mood: "sad", health: "down" } },
  });
  await page.getByLabel("Request as JSON").fill('{ "model": "gpt-5.5" }');
  await page.getByLabel("State as JSON").fill("[]");
  await expect(page.getByText("A state is an object.")).toBeVisible();
  await page.getByLabel("State as JSON").fill("{}");
  await expect(sentence(page)).toContainText("Route to azure-gpt");
});

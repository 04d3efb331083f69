// What every story starts from: the built page behind its own server, and a watch over what it must never do.
import { test as base, expect, type Locator, type Page } from "@playwright/test";
import { serve } from "../scripts/serve.mjs";

export { expect, type Page };

interface Server {
  address: string;
}

export const test = base.extend<{ watched: string[] }, { server: Server }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: the runner reads the names of the fixtures from the pattern
    async ({}, use) => {
      const { address, stop } = await serve();
      await use({ address });
      stop();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ server }, use) => use(server.address),
  // Whatever a story is about: nothing leaves the page, nothing breaks its policy, nothing throws.
  watched: [
    async ({ context, server }, use) => {
      const wrong: string[] = [];
      const origin = new URL(server.address).origin;
      context.on("request", (request) => {
        const { protocol, origin: to } = new URL(request.url());
        if (protocol !== "blob:" && to !== origin) {
          wrong.push(`request to ${request.url()}`);
        }
      });
      context.on("console", (message) => {
        if (message.type() === "error" || message.text().includes("Content Security Policy")) {
          wrong.push(`console: ${message.text()}`);
        }
      });
      context.on("weberror", (error) => wrong.push(`thrown: ${error.error().message}`));
      context.on("dialog", (dialog) => {
        wrong.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      await use(wrong);
      expect(wrong).toEqual([]);
    },
    { auto: true },
  ],
});

/** Opens the page, by a link where one is given, and waits for the first decision. */
export async function visit(page: Page, hash = ""): Promise<void> {
  await page.goto(`./${hash}`);
  await expect(page.getByTestId("outcome")).toBeVisible();
  await expect(page.locator(".cm-content")).toBeAttached();
}

/** Opens an example and waits for its first decision: what stood before stays in the page until then. */
export async function choose(page: Page, example: string): Promise<void> {
  const pane = page.locator("#pane-decision");
  const before = (await pane.getAttribute("data-policy")) ?? "";
  const shown = await page.locator(".title").textContent();
  await page.getByRole("button", { name: "Examples" }).click();
  const card = page.locator(`[data-example="${example}"]`);
  const title = (await card.textContent()) ?? "";
  await card.click();
  await expect(page.locator(".title")).toHaveText(title);
  if (title !== shown) {
    await expect(pane).not.toHaveAttribute("data-policy", before);
  }
  await expect(page.getByTestId("outcome")).toBeVisible();
}

export function sentence(page: Page): Locator {
  return page.getByTestId("sentence");
}

export function row(page: Page, deployment: string): Locator {
  return page.locator(`.row[data-id="${deployment}"]`);
}

/** Replaces a part of a line by the keyboard, as a writer would. */
export async function edit(page: Page, line: number, from: string, to: string): Promise<void> {
  const text = (await page.locator(".cm-line").nth(line - 1).textContent()) ?? "";
  const column = text.indexOf(from);
  expect(column, `line ${line} holds ${from}: ${text}`).toBeGreaterThanOrEqual(0);
  await page.locator(".cm-content").click({ position: { x: 2, y: 2 } });
  await expect(page.locator(".cm-content")).toBeFocused();
  await page.keyboard.press("Control+Home");
  for (let step = 1; step < line; step += 1) await page.keyboard.press("ArrowDown");
  for (let step = 0; step < column; step += 1) await page.keyboard.press("ArrowRight");
  for (let step = 0; step < from.length; step += 1) await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.insertText(to);
}

/** Presses Tab until the wanted element has the focus. */
export async function tabTo(page: Page, wanted: string, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  for (let presses = 0; presses < 120; presses += 1) {
    if (await page.evaluate((selector) => document.activeElement?.matches(selector) ?? false, wanted)) {
      return;
    }
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not reach ${wanted}`);
}

// Pages in Chromium.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const PATIENCE_MS = 30_000;

export function launch() {
  return chromium.launch({ executablePath: find(), args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
}

function find() {
  const paths = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  for (const path of [process.env.CHROMIUM, ...paths]) {
    try {
      accessSync(path ?? "", constants.X_OK);
      return path;
    } catch {
      // The next one.
    }
  }
  throw new Error(`no Chromium is on PATH (${NAMES.join(", ")}), and CHROMIUM names none`);
}

/** Opens a page, asks what it is to be asked, and gives the answer with all that was fetched for it. */
export async function visit(browser, url, given) {
  const context = await browser.newContext();
  const fetched = [];
  const complaints = [];
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("response", (response) => fetched.push(response.body().catch(() => Buffer.alloc(0))));
    page.on("request", (request) => {
      if (!["127.0.0.1", ""].includes(new URL(request.url()).hostname)) {
        complaints.push(`${request.url()} was asked for`);
      }
    });
    page.on("pageerror", (error) => complaints.push(String(error.stack)));
    page.on("console", (message) => {
      // What no consumer has, and browsers ask for all the same.
      if (message.type() === "error" && !message.location().url.endsWith("/favicon.ico")) {
        complaints.push(`${message.text()} (${message.location().url})`);
      }
    });
    await page.goto(url);
    await page.waitForFunction(() => globalThis.probe !== undefined).catch((error) => complaints.push(error.message));
    const answer = complaints.length > 0 ? {} : await page.evaluate((given) => globalThis.probe(given), given);
    const shipped = await Promise.all(fetched);
    return { answer: complaints.length > 0 ? { ...answer, error: complaints.join("\n") } : answer, shipped };
  } finally {
    await context.close();
  }
}

import * as fs from "node:fs";
import { fileURLToPath } from "node:url";
import { gather, line } from "../../tests/suite/digest.mjs";
import { expect, test } from "./page.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const assets = fileURLToPath(new URL("../dist/assets", import.meta.url));

test("the browser decides what every runtime decides", async ({ page }) => {
  const suites = gather(fs, root);
  await page.goto("./suite.html");
  await expect(page.getByRole("status")).toContainText("sha256");
  const said = await page.evaluate((all) => window.runSuites("chromium", all), suites);
  console.log(said);
  const [decisions, sha256 = ""] = fs.readFileSync(`${root}tests/golden.sha256`, "utf8").trim().split(" ");
  expect(said).toBe(line("chromium", { decisions: Number(decisions), sha256 }));
});

test("the build holds one engine", () => {
  expect(fs.readdirSync(assets).filter((name) => name.endsWith(".wasm"))).toHaveLength(1);
});

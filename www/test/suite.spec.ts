import * as fs from "node:fs";
import { fileURLToPath } from "node:url";
import { gather, line } from "../../tests/suite/digest.mjs";
import { gatherVectors, vectorsLine } from "../../tests/suite/vectors.mjs";
import { expect, test } from "./page.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const assets = fileURLToPath(new URL("../dist/assets", import.meta.url));

test("the browser decides what every runtime decides", async ({ page }) => {
  const suites = gather(fs, root);
  await page.goto("./suite.html");
  await expect(page.getByRole("status")).toContainText("sha256");
  const said = await page.evaluate((all) => window.runSuites("chromium", all), suites);
  console.log(said);
  const [decisions, sha256] = committed("golden");
  expect(said).toBe(line("chromium", { decisions, sha256 }));
});

test("the browser's ledgers answer what every runtime's do", async ({ page }) => {
  await page.goto("./suite.html");
  const said = await page.evaluate((files) => window.runLedgers("chromium", files), gatherVectors(fs, root));
  console.log(said);
  const [answers, sha256] = committed("vectors");
  expect(said).toBe(vectorsLine("chromium", { answers, sha256, failures: [] }));
});

function committed(name: string): [number, string] {
  const [count, sha256 = ""] = fs.readFileSync(`${root}tests/${name}.sha256`, "utf8").trim().split(" ");
  return [Number(count), sha256];
}

test("the build holds one engine", () => {
  expect(fs.readdirSync(assets).filter((name) => name.endsWith(".wasm"))).toHaveLength(1);
});

// Packs the package as it would be published, installs the tarball where users would, and asks every runtime the same:
// `npm run matrix`. Prints one table; ends with 1 where anything in it is red.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gather } from "../../tests/suite/digest.mjs";
import { POLICY, REQUEST, WHEN } from "../test/example.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const pkg = join(here, "..");
const root = join(pkg, "..");
const began = Date.now();
/** How much of an error is shown. */
const LINES = 20;

if (!fs.existsSync(join(pkg, "dist", "index.js"))) {
  throw new Error("there is no package to pack: `cargo xtask pkg` builds it");
}
installTools();
const { launch } = await import("./browser.mjs");
const { copies } = await import("./copies.mjs");
const { run } = await import("./processes.mjs");
const { RUNTIMES } = await import("./runtimes.mjs");

const golden = fs.readFileSync(join(root, "tests", "golden.sha256"), "utf8").trim();
// No seed: drawing one is among the things that must need no configuration.
const given = { policy: POLICY, request: REQUEST, when: { at: WHEN.at }, suites: gather(fs, root) };

const folder = fs.mkdtempSync(join(tmpdir(), "wayleave-matrix-"));
process.once("exit", () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

const installed = await installTarball();
const rows = RUNTIMES.filter(present).map((runtime, index) => ({ ...runtime, given, folder: consumer(runtime.templates, String(index)) }));
const browser = await launch();
try {
  const building = rows.filter((row) => row.build);
  const build = async () => {
    for (let row = building.shift(); row !== undefined; row = building.shift()) {
      await row.build(row).catch((error) => (row.error = error));
    }
  };
  await Promise.all([build(), build()]);
  // One after the other and after all building, so that the times are worth something.
  for (const row of rows) {
    const asked = row.error === undefined ? row.ask({ ...row, browser }) : Promise.reject(row.error);
    row.cells = judge(row, await asked.catch((error) => ({ answer: { error: String(error?.message ?? error) } })));
  }
} finally {
  await browser.close();
}
report();

/** The tools that the matrix runs consumers with, unless those of this very lock file are there already. */
function installTools() {
  const lock = fs.readFileSync(join(here, "package-lock.json"), "utf8");
  const stamp = join(here, "node_modules", ".installed-lock.json");
  if (!fs.existsSync(stamp) || fs.readFileSync(stamp, "utf8") !== lock) {
    execFileSync("npm", ["ci", "--no-fund", "--no-audit"], { cwd: here, stdio: ["ignore", "ignore", "inherit"] });
    fs.writeFileSync(stamp, lock);
  }
}

/** Whether a runtime comes for this platform at all. */
function present({ needs }) {
  return needs === undefined || fs.existsSync(needs);
}

/** Packs the package and installs the tarball once, as npm does it; gives the project it is in. */
async function installTarball() {
  const env = { ...process.env, npm_config_update_notifier: "false" };
  const [packed] = Object.values(JSON.parse(await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: pkg, env })));
  const home = join(folder, "installed");
  fs.mkdirSync(home);
  fs.writeFileSync(join(home, "package.json"), "{}");
  await run("npm", ["install", "--offline", "--no-fund", "--no-audit", join(folder, packed.filename)], { cwd: home, env });
  console.log(`packed: ${packed.filename}, ${packed.files.length} files, ${packed.size} bytes, ${packed.unpackedSize} unpacked`);
  return home;
}

/** A project outside the repository, with the package in it as npm leaves it there. */
function consumer(templates, name) {
  const place = join(folder, name);
  for (const source of ["shared", ...templates]) {
    fs.cpSync(join(here, source), place, { recursive: true });
  }
  fs.cpSync(join(root, "tests", "suite", "digest.mjs"), join(place, "digest.mjs"));
  fs.cpSync(join(installed, "node_modules"), join(place, "node_modules"), { recursive: true });
  const read = (path) => JSON.parse(fs.readFileSync(path, "utf8"));
  const { dependencies } = read(join(installed, "package.json"));
  fs.writeFileSync(join(place, "package.json"), JSON.stringify({ ...read(join(place, "package.json")), dependencies }));
  return place;
}

/** What the table says of an answer: for each column `{ text, green }`. */
function judge({ typesOnly = false }, { answer, shipped }) {
  const first = answer.decision?.attempts[0];
  const decides =
    first?.deployment === "azure-gpt" && first.because.join() === "microsoft/azure-first" && first.cost.cash === "0.09";
  const sum = answer.digest && `${answer.digest.decisions} ${answer.digest.sha256}`;
  const carried = shipped && copies(shipped);
  const no = { text: "NO", green: false };
  const not = { text: "–", green: true };
  const whether = (green) => (green ? { text: "yes", green } : no);
  return {
    loads: whether(answer.loads === true),
    decides: whether(decides),
    "digest equal": typesOnly ? not : sum === undefined ? no : { text: sum === golden ? "yes" : `${sum.slice(0, 12)}…`, green: sum === golden },
    "wasm copies": carried === undefined ? not : { text: String(carried), green: carried === 1 },
    "first decision ms": answer.ms === undefined ? no : { text: answer.ms.toFixed(1), green: true },
    dispose: whether(answer.disposes === true),
    diagnostics: whether(answer.diagnoses === true),
    error: answer.error ?? [answer.disposes, answer.diagnoses].filter((one) => typeof one === "string").join("\n"),
  };
}

function report() {
  const titles = Object.keys(rows[0].cells).filter((title) => title !== "error");
  const red = rows.filter(({ cells }) => cells.error || titles.some((title) => !cells[title].green));
  const lines = [["runtime", ...titles], ...rows.map(({ name, cells }) => [name, ...titles.map((title) => cells[title].text)])];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const shown = (line) => line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join("  ");
  console.log(`golden: ${golden}\n`);
  lines.forEach((line) => console.log(shown(line).trimEnd()));
  RUNTIMES.filter((runtime) => !present(runtime)).forEach(({ name }) => console.log(`${name}: not on this platform`));
  for (const { name, cells } of red.filter(({ cells }) => cells.error)) {
    const lines = cells.error.trim().split("\n");
    const more = lines.length > LINES ? [`… and ${lines.length - LINES} lines more`] : [];
    console.log(`\n${name}: ${[...lines.slice(0, LINES), ...more].join("\n")}`);
  }
  console.log(`\nin ${((Date.now() - began) / 1000).toFixed(0)} s on Node ${process.versions.node}`);
  const absent = RUNTIMES.length - rows.length;
  const skipped = absent > 0 ? `, ${absent} skipped` : "";
  console.log(`packaging: ${rows.length - red.length} passed, ${red.length} failed${skipped}`);
  process.exitCode = red.length > 0 ? 1 : 0;
}

// The consumers: how each is built, how it is asked, and what it ships. None has a configuration; what a tool cannot do
// without, such as the name of the first file, stands on its command line.
import { copyFileSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import workerd from "workerd";
import { visit } from "./browser.mjs";
import { contents } from "./copies.mjs";
import { environment, heard, run, start } from "./processes.mjs";
import { serve } from "./serve.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const tool = (path) => join(here, "node_modules", path);
const node = (folder, args, more) => run(process.execPath, args, { cwd: folder, ...more });

/** The program itself: the package around it names others that a lock file cannot hold everywhere. */
const DENO = tool("@deno/linux-x64-glibc/deno");

/** Under this a page runs nothing but its own scripts, and wasm. */
const STRICT = { "content-security-policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" };

/**
 * `build` makes what is shipped. `ask` gives the answer of `shared/probe.mjs` with the contents of every file that is
 * shipped: the output of a bundler, the upload of a Worker, else what was loaded or fetched where that can be told.
 */
export const RUNTIMES = [
  { name: "Node, import", templates: ["node-esm"], ask: inNode("main.js") },
  { name: "Node, require", templates: ["node-cjs"], ask: inNode("main.cjs") },
  { name: "Node, slim", templates: ["node-esm", "slim-node"], ask: alone(process.execPath, ["main.js"]) },
  { name: "Deno", templates: ["node-esm"], needs: DENO, ask: alone(DENO, ["run", "--allow-read", "main.js"]) },
  { name: "Bun", templates: ["node-esm"], ask: alone(tool(".bin/bun"), ["main.js"]) },
  { name: "Vite, build", templates: ["vite"], build: bundleWithVite, ask: built },
  { name: "Vite, build, slim", templates: ["vite", "slim"], build: bundleWithVite, ask: built },
  { name: "Vite, dev server", templates: ["vite"], ask: viteDev },
  { name: "esbuild", templates: ["esbuild"], build: bundleWithEsbuild, ask: built },
  { name: "webpack", templates: ["webpack"], build: bundleWithWebpack, ask: built },
  { name: "webpack, slim", templates: ["webpack", "slim"], build: bundleWithWebpack, ask: built },
  { name: "page, no bundler", templates: ["static"], ask: plain },
  { name: "page, no bundler, slim", templates: ["static", "slim-page"], ask: plain },
  { name: "workerd", templates: ["workerd"], build: upload, ask: inWorkerd },
  ...typed("bundler", "app.ts", ["--module", "esnext", "--moduleResolution", "bundler"], "node-esm", "main.js"),
  ...typed("node16 import", "app.ts", ["--module", "node16"], "node-esm", "main.js"),
  ...typed("node16 require", "app.cts", ["--module", "node16"], "node-cjs", "main.cjs"),
];

function alone(program, args) {
  return async ({ folder, given }) => {
    const env = { ...environment, DENO_DIR: join(folder, "cache"), DENO_NO_UPDATE_CHECK: "1" };
    return { answer: JSON.parse(await run(program, args, { cwd: folder, env, input: JSON.stringify(given) })) };
  };
}

function inNode(main) {
  const ask = alone(process.execPath, [main]);
  return async (consumer) => {
    const { answer } = await ask(consumer);
    // Node's own record of the scripts that it loads, in a run of its own because keeping it takes time.
    const { folder, given } = consumer;
    const record = join(folder, "record");
    const env = { ...environment, NODE_V8_COVERAGE: record };
    await node(folder, [main], { env, input: JSON.stringify({ ...given, suites: undefined }) });
    const loaded = readdirSync(record).flatMap((name) => JSON.parse(readFileSync(join(record, name), "utf8")).result);
    const scripts = loaded.map(({ url }) => url).filter((url) => url.startsWith("file:"));
    return { answer, shipped: scripts.map((url) => readFileSync(fileURLToPath(url))) };
  };
}

function bundleWithVite({ folder }) {
  return node(folder, [tool("vite/bin/vite.js"), "build"]);
}

async function bundleWithEsbuild({ folder }) {
  await run(tool("esbuild/bin/esbuild"), ["page.js", "--bundle", "--minify", "--outdir=dist"], { cwd: folder });
  copyFileSync(join(folder, "index.html"), join(folder, "dist", "index.html"));
}

async function bundleWithWebpack({ folder }) {
  await node(folder, [join(here, "webpack.mjs")]);
  copyFileSync(join(folder, "index.html"), join(folder, "dist", "index.html"));
}

async function built({ folder, given, browser }) {
  const server = await serve(join(folder, "dist"), STRICT);
  try {
    const { answer } = await visit(browser, server.url, given);
    return { answer, shipped: contents(join(folder, "dist")) };
  } finally {
    await server.stop();
  }
}

async function plain({ folder, given, browser }) {
  const server = await serve(folder);
  try {
    return await visit(browser, server.url, given);
  } finally {
    await server.stop();
  }
}

async function viteDev({ folder, given, browser }) {
  const vite = start(process.execPath, [tool("vite/bin/vite.js"), "--host", "127.0.0.1"], { cwd: folder });
  try {
    const [url] = await heard(vite, vite.child.stdout, (text) => /http:\/\/127\.0\.0\.1:\d+\//.exec(text));
    return await visit(browser, url, given);
  } catch (error) {
    throw new Error(`${error.message}\n${vite.said}`, { cause: error });
  } finally {
    await vite.stop();
  }
}

const COMPATIBLE = "2026-04-01";

/** What `wrangler deploy` would send to Cloudflare. */
function upload({ folder }) {
  // Neither looks for a newer version nor knows anybody's account.
  const quiet = { WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true", CI: "1" };
  const env = { ...environment, ...quiet, HOME: folder, XDG_CONFIG_HOME: join(folder, "settings") };
  const args = ["deploy", "worker.js", "--name", "consumer", "--compatibility-date", COMPATIBLE, "--dry-run", "--outdir", "dist"];
  return node(folder, [tool("wrangler/bin/wrangler.js"), ...args], { env });
}

async function inWorkerd({ folder, given }) {
  const out = join(folder, "dist");
  const quoted = JSON.stringify;
  const names = readdirSync(out).filter((name) => /\.(js|wasm)$/.test(name));
  const modules = names
    .sort((left) => (left === "worker.js" ? -1 : 1))
    .map((name) => `(name = ${quoted(name)}, ${name.endsWith(".wasm") ? "wasm" : "esModule"} = embed ${quoted(`dist/${name}`)})`);
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "worker", worker = .worker),
    (name = "internet", network = (allow = ["local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
const worker :Workerd.Worker = (
  modules = [${modules.join(", ")}],
  compatibilityDate = ${quoted(COMPATIBLE)},
);
`;
  writeFileSync(join(folder, "config.capnp"), config);
  const stdio = ["ignore", "pipe", "pipe", "pipe"];
  const program = start(workerd.default ?? workerd, ["serve", "--control-fd=3", join(folder, "config.capnp")], { cwd: folder, stdio });
  const clock = await serve(folder);
  try {
    const [, port] = await heard(program, program.child.stdio[3], (text) => /"port":(\d+)/.exec(text));
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: JSON.stringify({ ...given, tick: clock.url }) });
    if (!response.ok) {
      throw new Error(`${response.status} ${await response.text()}\n${program.said}`);
    }
    return { answer: await response.json(), shipped: names.map((name) => readFileSync(join(out, name))) };
  } finally {
    await program.stop();
    await clock.stop();
  }
}

/**
 * Compiles `app.ts` under the name that says which kind of module it is, the package's declarations checked too, and
 * runs what comes of it as Node runs what was written.
 */
function typed(kind, name, args, written, main) {
  const strict = ["--target", "es2022", "--strict", "--exactOptionalPropertyTypes", "--skipLibCheck", "false"];
  return [5, 7].map((version) => ({
    name: `tsc ${version}, ${kind}`,
    templates: ["types"],
    async build({ folder }) {
      if (name !== "app.ts") {
        renameSync(join(folder, "app.ts"), join(folder, name));
      }
      await node(folder, [tool(`typescript-${version}/bin/tsc`), ...strict, ...args, name]);
    },
    ask({ folder, given }) {
      copyFileSync(join(here, written, main), join(folder, main));
      // What Node decides, the rows of Node say.
      return alone(process.execPath, [main])({ folder, given: { ...given, suites: undefined } });
    },
    typesOnly: true,
  }));
}

// The consumers: how each is built, how it is asked, and what it ships. None has a configuration; what a tool cannot do
// without, such as the name of the first file, stands on its command line.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import workerd from "workerd";
import { visit } from "./browser.mjs";
import { contents } from "./copies.mjs";
import { environment, heard, run, start } from "./processes.mjs";
import { serve } from "./serve.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const tool = (path) => join(here, "node_modules", path);
const node = (folder, args, input) => run(process.execPath, args, { cwd: folder, ...input });

/** Under this a page runs nothing but its own scripts, and wasm. */
const STRICT = { "content-security-policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" };

/**
 * `build` makes what is shipped. `ask` gives the answer of `shared/probe.mjs` with the contents of every file that is
 * shipped: the output of a bundler, the upload of a Worker, else what was loaded or fetched.
 */
export const RUNTIMES = [
  { name: "Node, import", template: "node-esm", ask: inNode("main.js") },
  { name: "Node, require", template: "node-cjs", ask: inNode("main.cjs") },
  { name: "Vite, build", template: "vite", build: ({ folder }) => node(folder, [tool("vite/bin/vite.js"), "build"]), ask: built },
  { name: "Vite, dev server", template: "vite", ask: viteDev },
  { name: "page, no bundler", template: "static", ask: plain },
  {
    name: "esbuild",
    template: "esbuild",
    async build({ folder }) {
      await run(tool("esbuild/bin/esbuild"), ["page.js", "--bundle", "--minify", "--outdir=dist"], { cwd: folder });
      copyFileSync(join(folder, "index.html"), join(folder, "dist", "index.html"));
    },
    ask: built,
  },
  {
    name: "webpack",
    template: "webpack",
    async build({ folder }) {
      await node(folder, [join(here, "webpack.mjs")]);
      copyFileSync(join(folder, "index.html"), join(folder, "dist", "index.html"));
    },
    ask: built,
  },
  { name: "workerd", template: "workerd", build: upload, ask: inWorkerd },
  { name: "tsc, bundler", template: "types", build: compile("app.ts", ["--module", "esnext", "--moduleResolution", "bundler"]), ask: compiled("node-esm", "main.js") },
  { name: "tsc, node16 import", template: "types", build: compile("app.ts", ["--module", "node16"]), ask: compiled("node-esm", "main.js") },
  { name: "tsc, node16 require", template: "types", build: compile("app.cts", ["--module", "node16"]), ask: compiled("node-cjs", "main.cjs") },
];

function inNode(main) {
  return async ({ folder, given }) => {
    const answer = JSON.parse(await node(folder, [main], { input: JSON.stringify(given) }));
    // Node's own record of what it loads, in a run of its own because keeping it takes time.
    const record = join(folder, "record");
    const env = { ...environment, NODE_V8_COVERAGE: record };
    await node(folder, [main], { input: JSON.stringify({ ...given, suites: undefined }), env });
    const loaded = readdirSync(record).flatMap((name) => JSON.parse(readFileSync(join(record, name), "utf8")).result);
    const files = loaded.map(({ url }) => url).filter((url) => url.startsWith("file:"));
    return { answer, shipped: files.map((url) => readFileSync(fileURLToPath(url))) };
  };
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
    // The address comes in colours.
    const [url] = await heard(vite, vite.child.stdout, (text) => /http:\/\/127\.0\.0\.1:\d+\//.exec(text.replace(/\x1b\[\d+m/g, "")));
    return await visit(browser, url, given);
  } finally {
    await vite.stop();
  }
}

const COMPATIBLE = "2026-04-01";

/** What `wrangler deploy` would send to Cloudflare. */
function upload({ folder }) {
  const env = { ...environment, WRANGLER_SEND_METRICS: "false", WRANGLER_LOG_PATH: join(folder, "log"), CI: "1" };
  const args = ["deploy", "worker.js", "--name", "consumer", "--compatibility-date", COMPATIBLE, "--dry-run", "--outdir", "dist"];
  return node(folder, [tool("wrangler/bin/wrangler.js"), ...args], { env });
}

async function inWorkerd({ folder, given }) {
  const out = join(folder, "dist");
  const quoted = JSON.stringify;
  const modules = readdirSync(out)
    .filter((name) => /\.(js|wasm)$/.test(name))
    .sort((left) => (left === "worker.js" ? -1 : 1))
    .map((name) => `(name = ${quoted(name)}, ${name.endsWith(".wasm") ? "wasm" : "esModule"} = embed ${quoted(name)})`);
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
  writeFileSync(join(folder, "config.capnp"), config.replaceAll('embed "', 'embed "dist/'));
  const stdio = ["ignore", "pipe", "pipe", "pipe"];
  const program = start(workerd.default ?? workerd, ["serve", "--control-fd=3", join(folder, "config.capnp")], { cwd: folder, stdio });
  const clock = await serve(folder);
  try {
    const [, port] = await heard(program, program.child.stdio[3], (text) => /"port":(\d+)/.exec(text));
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: JSON.stringify({ ...given, tick: clock.url }) });
    if (!response.ok) {
      throw new Error(`${response.status} ${await response.text()}\n${program.said}`);
    }
    return { answer: await response.json(), shipped: contents(out) };
  } finally {
    await program.stop();
    await clock.stop();
  }
}

/** Compiles `app.ts` under the name that says which kind of module it is, with the declarations checked too. */
function compile(name, args) {
  return async ({ folder }) => {
    if (name !== "app.ts") {
      renameSync(join(folder, "app.ts"), join(folder, name));
    }
    const strict = ["--target", "es2022", "--strict", "--exactOptionalPropertyTypes", "--skipLibCheck", "false"];
    for (const version of ["typescript", "typescript-5"]) {
      await node(folder, [tool(`${version}/bin/tsc`), ...strict, ...args, name]);
    }
  };
}

/** Runs what was compiled as Node runs what was written. */
function compiled(template, main) {
  return async ({ folder, given }) => {
    copyFileSync(join(here, template, main), join(folder, main));
    return { answer: JSON.parse(await node(folder, [main], { input: JSON.stringify({ ...given, suites: undefined }) })) };
  };
}

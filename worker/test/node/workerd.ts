// What would be uploaded, on workerd itself: nothing stands between the client's socket and the Worker.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { unstable_readConfig as readConfig } from "wrangler";

const require = createRequire(import.meta.url);
const folder = fileURLToPath(new URL("../..", import.meta.url));

const KINDS = { ".yaml": "text", ".csv": "text", ".wasm": "wasm" } as const;

export async function startWorkerd(bindings: Record<string, string>): Promise<{ url: string; stop(): Promise<void> }> {
  const out = mkdtempSync(join(tmpdir(), "wayleave-worker-"));
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false" };
  execFileSync(process.execPath, [join(folder, "node_modules/wrangler/bin/wrangler.js"), "deploy", "--dry-run", "--outdir", out], { cwd: folder, env, stdio: "pipe" });
  writeFileSync(join(out, "config.capnp"), config(out, bindings));
  const workerd = spawn(require("workerd").default, ["serve", "--control-fd=3", join(out, "config.capnp")], {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  const ended = new Promise((end) => workerd.once("exit", end));
  let complaints = "";
  workerd.stderr?.on("data", (text) => (complaints += text));
  const port = await new Promise<number>((found, failed) => {
    workerd.stdio[3]?.on("data", (line) => {
      const said: { event: string; port: number } = JSON.parse(String(line));
      if (said.event === "listen") {
        found(said.port);
      }
    });
    void ended.then(() => failed(new Error(`workerd ended\n${complaints}`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      // Asked kindly it would first wait for calls that hang.
      workerd.kill("SIGKILL");
      await ended;
      rmSync(out, { recursive: true });
    },
  };
}

/** The configuration that wrangler would have Cloudflare run the upload with. */
function config(out: string, bindings: Record<string, string>): string {
  const { compatibility_date: date = "", compatibility_flags: flags } = readConfig({ config: join(folder, "wrangler.jsonc") });
  const modules = readdirSync(out).flatMap((name) => {
    const kind = Object.entries(KINDS).find(([ending]) => name.endsWith(ending))?.[1];
    return kind === undefined ? [] : [`(name = ${quoted(name)}, ${kind} = embed ${quoted(name)})`];
  });
  const variables = Object.entries(bindings).map(([name, value]) => `(name = ${quoted(name)}, text = ${quoted(value)})`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "worker", worker = .worker),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
const worker :Workerd.Worker = (
  modules = [${[`(name = "index.js", esModule = embed "index.js")`, ...modules].join(", ")}],
  compatibilityDate = ${quoted(date)},
  compatibilityFlags = [${flags.map(quoted).join(", ")}],
  bindings = [${variables.join(", ")}],
);
`;
}

/** JSON's strings are Cap'n Proto's too. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

// What would be uploaded, on workerd itself: nothing stands between the client's socket and the Worker.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { unstable_readConfig as readConfig } from "wrangler";

const require = createRequire(import.meta.url);
const folder = fileURLToPath(new URL("../..", import.meta.url));

const KINDS = { ".yaml": "text", ".csv": "text", ".wasm": "wasm" } as const;

/** One of the services of a workerd. */
export interface Service {
  readonly url: string;
}

export interface Workerd {
  /** The first service's. */
  readonly url: string;
  readonly services: readonly Service[];
  /** Ends it at once, in the middle of whatever it does. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export interface Setting {
  readonly bindings: Record<string, string>;
  /** In place of the policy that comes along. */
  readonly policy?: string;
  /** Where the ledger is kept; without it none is bound. */
  readonly storage?: string;
  /** How many services share the ledger; 1 where absent. */
  readonly services?: number;
}

/** What would be uploaded, written anew. */
function upload(): string {
  const out = mkdtempSync(join(tmpdir(), "wayleave-worker-"));
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false" };
  execFileSync(process.execPath, [join(folder, "node_modules/wrangler/bin/wrangler.js"), "deploy", "--dry-run", "--outdir", out], { cwd: folder, env, stdio: "pipe" });
  return out;
}

let uploaded: string | undefined;
process.once("exit", () => uploaded !== undefined && rmSync(uploaded, { recursive: true, force: true }));

export async function startWorkerd(setting: Setting): Promise<Workerd> {
  uploaded ??= upload();
  const out = mkdtempSync(join(tmpdir(), "wayleave-worker-"));
  cpSync(uploaded, out, { recursive: true });
  if (setting.policy !== undefined) {
    const [name] = readdirSync(out).filter((name) => name.endsWith("policy.yaml")) as [string];
    writeFileSync(join(out, name), setting.policy);
  }
  const names = Array.from({ length: setting.services ?? 1 }, (_, index) => `worker${index}`);
  writeFileSync(join(out, "config.capnp"), config(out, names, setting));
  const workerd = spawn(require("workerd").default, ["serve", "--experimental", "--control-fd=3", join(out, "config.capnp")], {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  const ended = new Promise((end) => workerd.once("exit", end));
  let complaints = "";
  workerd.stderr?.on("data", (text) => (complaints += text));
  const ports = new Map<string, number>();
  await new Promise<void>((found, failed) => {
    let said = "";
    workerd.stdio[3]?.on("data", (text) => {
      said += text;
      const lines = said.split("\n");
      said = lines.pop() ?? "";
      for (const line of lines) {
        const { event, socket, port }: { event: string; socket: string; port: number } = JSON.parse(line);
        if (event === "listen") {
          ports.set(socket, port);
        }
      }
      if (ports.size === names.length) {
        found();
      }
    });
    void ended.then(() => failed(new Error(`workerd ended\n${complaints}`)));
  });
  const services = names.map((name) => ({ url: `http://127.0.0.1:${ports.get(name)}` }));
  async function kill() {
    // Asked kindly it would first wait for calls that hang.
    workerd.kill("SIGKILL");
    await ended;
    rmSync(out, { recursive: true, force: true });
  }
  return { url: services[0]?.url ?? "", services, kill, stop: kill };
}

/** The configuration that wrangler would have Cloudflare run the upload with. */
function config(out: string, names: readonly string[], { bindings, storage }: Setting): string {
  const { compatibility_date: date = "", compatibility_flags: flags } = readConfig({ config: join(folder, "wrangler.jsonc") });
  const modules = readdirSync(out).flatMap((name) => {
    const kind = Object.entries(KINDS).find(([ending]) => name.endsWith(ending))?.[1];
    return kind === undefined ? [] : [`(name = ${quoted(name)}, ${kind} = embed ${quoted(name)})`];
  });
  const variables = Object.entries(bindings).map(([name, value]) => `(name = ${quoted(name)}, text = ${quoted(value)})`);
  const workers = names.map((name, index) => {
    // The first has the object, the others reach it there.
    const object = index === 0 ? quoted("Authority") : `(className = "Authority", serviceName = ${quoted(names[0] ?? "")})`;
    const own = index === 0 ? `durableObjectNamespaces = [(className = "Authority", uniqueKey = "ledger", enableSql = true)], durableObjectStorage = (localDisk = "storage"),` : "";
    const bound = storage === undefined ? [] : [`(name = "LEDGER", durableObjectNamespace = ${object})`];
    return `const ${name} :Workerd.Worker = (
  modules = [${[`(name = "index.js", esModule = embed "index.js")`, ...modules].join(", ")}],
  compatibilityDate = ${quoted(date)},
  compatibilityFlags = [${flags.map(quoted).join(", ")}],
  bindings = [${[...variables, ...bound].join(", ")}],
  ${storage === undefined ? "" : own}
);
`;
  });
  const disk = storage === undefined ? "" : `(name = "storage", disk = (path = ${quoted(storage)}, writable = true)),`;
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    ${names.map((name) => `(name = ${quoted(name)}, worker = .${name}),`).join("\n    ")}
    ${disk}
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [
    ${names.map((name) => `(name = ${quoted(name)}, address = "127.0.0.1:0", http = (), service = ${quoted(name)}),`).join("\n    ")}
  ],
);
${workers.join("")}`;
}

/** JSON's strings are Cap'n Proto's too. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

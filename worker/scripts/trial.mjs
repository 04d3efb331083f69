// The Worker on loopback with upstreams that are made up: `npm run trial`. Needs no account, no key and no network.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { connectionsFor, startUpstream } from "./upstreams.mjs";

const folder = fileURLToPath(new URL("..", import.meta.url));
const READY_MS = 60_000;
const STOP_MS = 5_000;

/** Starts upstreams and `wrangler dev`; `port` 0 takes any. What is started is stopped by `stop`, and nothing else. */
export async function startTrial({ port = 0, vars = {}, output = () => {} } = {}) {
  const [azure, bedrock] = await Promise.all([startUpstream("azure-gpt"), startUpstream("bedrock-gpt")]);
  const bindings = {
    OPEN: "1",
    CONNECTIONS: connectionsFor({ azure: azure.url, bedrock: bedrock.url }),
    AZURE_OPENAI_KEY: "key-of-the-first-upstream",
    BEDROCK_API_KEY: "key-of-the-second-upstream",
    ...vars,
  };
  const listening = port === 0 ? await freePort() : port;
  const wrangler = spawn(
    process.execPath,
    [
      `${folder}node_modules/wrangler/bin/wrangler.js`,
      ...["dev", "--local", "--ip", "127.0.0.1", "--port", String(listening), "--inspector-port", "0"],
      "--show-interactive-dev-session=false",
      ...Object.entries(bindings).flatMap(([name, value]) => ["--var", `${name}:${value}`]),
    ],
    {
      cwd: folder,
      env: { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "1" },
      stdio: ["ignore", "pipe", "pipe"],
      // wrangler starts workerd and starts it again when it ends, so both go only together.
      detached: true,
    },
  );
  let said = "";
  for (const stream of [wrangler.stdout, wrangler.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      said += text;
      output(text);
    });
  }
  const ended = new Promise((end) => wrangler.once("exit", end));

  async function stop() {
    if (wrangler.exitCode === null && wrangler.signalCode === null) {
      process.kill(-wrangler.pid, "SIGTERM");
      const late = setTimeout(() => process.kill(-wrangler.pid, "SIGKILL"), STOP_MS);
      await ended;
      clearTimeout(late);
    }
    await Promise.all([azure.close(), bedrock.close()]);
  }

  const url = `http://127.0.0.1:${listening}`;
  try {
    await ready(url, wrangler);
  } catch (error) {
    await stop();
    throw new Error(`wrangler dev did not come up\n${said}`, { cause: error });
  }
  return { url, azure, bedrock, stop };
}

async function ready(url, wrangler) {
  for (const start = Date.now(); Date.now() - start < READY_MS; ) {
    if (wrangler.exitCode !== null) {
      throw new Error(`it ended with ${wrangler.exitCode}`);
    }
    const response = await fetch(`${url}/healthz`).catch(() => undefined);
    if (response?.ok) {
      return;
    }
    await new Promise((rested) => setTimeout(rested, 100));
  }
  throw new Error("it did not answer in time");
}

function freePort() {
  return new Promise((found, failed) => {
    const server = createServer().once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url, stop } = await startTrial({ port: Number(process.env.PORT ?? 8787) });
  const ask = (metadata, more = "") =>
    `  curl -si ${url}/v1/chat/completions -H 'content-type: application/json' -d '{"model":"gpt-5.5","messages":[{"role":"user","content":"Hello"}]${more}${metadata}}'`;
  console.log(
    [
      `The gateway is at ${url}, with two upstreams that are made up. Ctrl-C ends all of it.`,
      "",
      "Azure holds the first refusal and answers:",
      ask(""),
      "Azure has no quota left, so Bedrock may; for the seven seconds that Azure names it is not asked again:",
      ask(',"metadata":{"azure-gpt":"quota"}'),
      "Both are down:",
      ask(',"metadata":{"azure-gpt":"error","bedrock-gpt":"error"}'),
      "A stream:",
      ask("", ',"stream":true').replace("curl -si", "curl -siN"),
      "A decision alone:",
      `  curl -s ${url}/decide -H 'content-type: application/json' -d '{"request":{"model":"gpt-5.5"}}'`,
    ].join("\n"),
  );
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.once(signal, async () => {
      await stop();
      process.exit(0);
    });
  }
}

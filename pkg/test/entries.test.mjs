// Each way in decides alike.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import * as esm from "wayleave";
import { POLICY, REQUEST, WHEN } from "./example.mjs";

const require = createRequire(import.meta.url);
const decide = ({ Policy }) => Policy.parse(POLICY).decideCanonical(REQUEST, {}, WHEN);
const expected = decide(esm);
const wasm = readFileSync(require.resolve("wayleave/wayleave.wasm"));

/** Runs a script of its own, in this folder. */
const script = (text, ...flags) =>
  execFileSync(process.execPath, [...flags, "--input-type=module", "--eval", text], {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    encoding: "utf8",
  });

test("require", () => {
  assert.equal(decide(require("wayleave")), expected);
});

test("slim, from require, with bytes", () => {
  const slim = require("wayleave/slim");
  assert.throws(() => slim.Policy.parse(POLICY), /call `init` or `initSync` first/);
  slim.initSync(wasm);
  assert.equal(decide(slim), expected);
});

for (const [server, type] of [
  ["that knows wasm", "application/wasm"],
  ["that does not know wasm", "application/octet-stream"],
]) {
  test(`slim, from a server ${server}`, async () => {
    const http = createServer((_, response) => response.setHeader("content-type", type).end(wasm));
    await new Promise((listening) => http.listen(0, "127.0.0.1", listening));
    try {
      // A fresh copy of the module graph: the instance belongs to it.
      const slim = freshSlim();
      await slim.init(`http://127.0.0.1:${http.address().port}/wayleave.wasm`);
      assert.equal(decide(slim), expected);
    } finally {
      http.close();
    }
  });
}

test("slim says what it could not fetch", async () => {
  const http = createServer((_, response) => response.writeHead(404).end());
  await new Promise((listening) => http.listen(0, "127.0.0.1", listening));
  try {
    await assert.rejects(freshSlim().init(`http://127.0.0.1:${http.address().port}/x`), /cannot be fetched.*404/);
  } finally {
    http.close();
  }
});

test("the entry of workerd, which gets the module compiled", () => {
  const text = `
    import { Policy } from "wayleave";
    import { POLICY, REQUEST, WHEN } from "./example.mjs";
    WebAssembly.Module = new Proxy(WebAssembly.Module, {
      construct() { throw new Error("workerd compiles nothing"); },
    });
    process.stdout.write(Policy.parse(POLICY).decideCanonical(REQUEST, {}, WHEN));
  `;
  assert.equal(script(text, "--conditions=workerd", "--import=./wasm-modules.mjs"), expected);
});

test("a platform without Symbol.dispose", () => {
  const text = `
    const { dispose, ...members } = Object.getOwnPropertyDescriptors(Symbol);
    const Native = Symbol;
    globalThis.Symbol = Object.defineProperties((name) => Native(name), members);
    const { Policy } = await import("wayleave");
    const { POLICY, REQUEST, WHEN } = await import("./example.mjs");
    if ("undefined" in Policy.prototype) throw new Error("a method got the name \`undefined\`");
    process.stdout.write(Policy.parse(POLICY).decideCanonical(REQUEST, {}, WHEN));
  `;
  assert.equal(script(text), expected);
});

function freshSlim() {
  const path = require.resolve("wayleave/slim");
  delete require.cache[path];
  return require(path);
}

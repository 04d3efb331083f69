// Builds dist/ from src/ and from the module and glue in wasm/, which `cargo xtask wasm` writes.
import { build } from "esbuild";
import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");
const entries = ["index", "slim"];

rmSync(dist, { recursive: true, force: true });
execFileSync(join(root, "node_modules", ".bin", "tsc"), ["-p", root], { stdio: "inherit" });

// The glue, without the pointer to declarations that are not part of the package.
const glue = readFileSync(join(root, "wasm", "glue.js"), "utf8");
writeFileSync(join(dist, "glue.js"), glue.replace(/^\/\* @ts-self-types=.*\*\/\n/, ""));
const wasm = readFileSync(join(root, "wasm", "glue_bg.wasm"));
writeFileSync(join(dist, "wayleave.wasm"), wasm);
writeFileSync(join(dist, "wasm-base64.js"), `export default "${wasm.toString("base64")}";\n`);

await build({
  absWorkingDir: root,
  entryPoints: entries.map((entry) => `dist/${entry}.js`),
  outdir: "dist",
  outExtension: { ".js": ".cjs" },
  bundle: true,
  format: "cjs",
  platform: "neutral",
  target: "es2022",
  logLevel: "warning",
});

// Declarations: those the entries reach, once for each module kind; a single file serving both is wrong for one of them.
const kept = new Set();
const reach = (file) => {
  if (kept.has(file)) return;
  kept.add(file);
  const text = readFileSync(join(dist, `${file}.d.ts`), "utf8");
  for (const [, next] of text.matchAll(/from "\.\/([\w.-]+)\.js"/g)) reach(next);
};
entries.forEach(reach);
for (const name of readdirSync(dist).filter((name) => name.endsWith(".d.ts"))) {
  const file = name.slice(0, -".d.ts".length);
  const path = join(dist, name);
  if (!kept.has(file)) {
    rmSync(path);
    continue;
  }
  const text = readFileSync(path, "utf8").replace(/(from "\.\/[\w.-]+)\.js"/g, '$1.cjs"');
  writeFileSync(join(dist, `${file}.d.cts`), text);
}
const module = "declare const module: WebAssembly.Module;\n";
writeFileSync(join(dist, "wayleave.wasm.d.ts"), `${module}export default module;\n`);
writeFileSync(join(dist, "wayleave.wasm.d.cts"), `${module}export = module;\n`);

// For editors: `# yaml-language-server: $schema=node_modules/wayleave/policy.schema.json`.
copyFileSync(join(root, "..", "schema", "policy.schema.json"), join(root, "policy.schema.json"));

for (const licence of ["LICENSE-APACHE", "LICENSE-MIT"]) {
  copyFileSync(join(root, "..", licence), join(root, licence));
}

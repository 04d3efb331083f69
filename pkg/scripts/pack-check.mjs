// Packs the package as it would be published and checks the tarball: what is in it, and whether every consumer's
// module resolution finds code and types that belong together.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = mkdtempSync(join(tmpdir(), "wayleave-pack-"));
const run = (program, ...args) =>
  execFileSync(join(root, "node_modules", ".bin", program), args, { cwd: root, stdio: "inherit" });

const EXPECTED = [
  "LICENSE-APACHE",
  "LICENSE-MIT",
  "README.md",
  "dist/engine.d.cts",
  "dist/engine.d.ts",
  "dist/engine.js",
  "dist/errors.d.cts",
  "dist/errors.d.ts",
  "dist/errors.js",
  "dist/glue.js",
  "dist/handles.js",
  "dist/index.cjs",
  "dist/index.d.cts",
  "dist/index.d.ts",
  "dist/index.js",
  "dist/index.workerd.js",
  "dist/instant.js",
  "dist/ledger.d.cts",
  "dist/ledger.d.ts",
  "dist/ledger.js",
  "dist/policy.d.cts",
  "dist/policy.d.ts",
  "dist/policy.js",
  "dist/signal.d.cts",
  "dist/signal.d.ts",
  "dist/signal.js",
  "dist/slim.cjs",
  "dist/slim.d.cts",
  "dist/slim.d.ts",
  "dist/slim.js",
  "dist/types.d.cts",
  "dist/types.d.ts",
  "dist/types.js",
  "dist/wasm-base64.js",
  "dist/wayleave.wasm",
  "dist/wayleave.wasm.d.cts",
  "dist/wayleave.wasm.d.ts",
  "package.json",
  "policy.schema.json",
];

try {
  const output = execFileSync("npm", ["pack", "--json", "--pack-destination", folder], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [packed] = Object.values(JSON.parse(output));
  const files = packed.files.map((file) => file.path).sort();
  const missing = EXPECTED.filter((file) => !files.includes(file));
  const extra = files.filter((file) => !EXPECTED.includes(file));
  if (missing.length > 0 || extra.length > 0) {
    throw new Error(`the tarball lacks [${missing}] and has [${extra}] too many`);
  }
  const tarball = join(folder, packed.filename);
  run("publint", "--strict", tarball);
  run("attw", "--profile", "strict", tarball);
  console.log(`pack: ${files.length} files, ${packed.size} bytes packed, ${packed.unpackedSize} unpacked`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

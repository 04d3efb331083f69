// Lets Node import `.wasm` files the way workerd does: the default export is the compiled module.
import { register } from "node:module";

const hooks = `
  export async function load(url, context, next) {
    if (!url.endsWith(".wasm")) return next(url, context);
    const source = \`import { readFileSync } from "node:fs";
      import { fileURLToPath } from "node:url";
      export default new WebAssembly.Module(readFileSync(fileURLToPath(\${JSON.stringify(url)})));\`;
    return { format: "module", source, shortCircuit: true };
  }
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);

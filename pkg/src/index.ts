// Everywhere but on workerd: the module comes along as text, so there is nothing to fetch and nothing to configure.
import { fromBase64, install } from "./engine.js";
import base64 from "./wasm-base64.js";

install(new WebAssembly.Module(fromBase64(base64)));

export * from "./policy.js";

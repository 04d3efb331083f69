// On workerd, where compiling bytes is forbidden: the module is part of the upload.
import { install } from "./engine.js";
import module from "./wayleave.wasm";

install(module);

export * from "./policy.js";

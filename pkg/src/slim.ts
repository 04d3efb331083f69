// For those who bring the module themselves, from `wayleave/wayleave.wasm`.
export { init, initSync } from "./engine.js";
export * from "./policy.js";

// The one instance of the engine: where its module comes from, how it starts, and what happens when it fails.
import { EngineError, PolicyError } from "./errors.js";
import { __wbg_reset_state as startAgain, initSync as start } from "./glue.js";
import type { Diagnostic } from "./types.js";

let installed: WebAssembly.Module | undefined;
/** Counts the instances; 0 before the first. A handle is good only on the instance it was made on. */
let instance = 0;
let failed = false;

/** Says which module to run. The first one stays. */
export function install(module: WebAssembly.Module): void {
  installed ??= module;
}

/** Loads the module at once, from bytes or compiled already. */
export function initSync(module: WebAssembly.Module | BufferSource): void {
  install(module instanceof WebAssembly.Module ? module : new WebAssembly.Module(module));
}

/** Loads the module from wherever it is: an address, a response, bytes, or compiled already. */
export async function init(
  source: string | URL | Response | BufferSource | WebAssembly.Module | PromiseLike<Response | BufferSource>,
): Promise<void> {
  const at = typeof source === "string" || source instanceof URL ? fetch(source) : source;
  const found = await at;
  if (typeof Response === "undefined" || !(found instanceof Response)) {
    return initSync(found as BufferSource | WebAssembly.Module);
  }
  if (!found.ok) {
    throw new EngineError(`the engine's module cannot be fetched from ${found.url}: ${found.status}`);
  }
  // Streaming needs the exact type; a server that sends another costs time, not the engine.
  const streams = found.headers.get("content-type")?.startsWith("application/wasm") ?? false;
  install(
    streams
      ? await WebAssembly.compileStreaming(found)
      : await WebAssembly.compile(await found.arrayBuffer()),
  );
}

/** The number of the running instance. Starts one where none runs, or where the last one failed. */
export function running(): number {
  if (instance === 0) {
    if (installed === undefined) {
      throw new EngineError("the engine's module is not loaded: call `init` or `initSync` first");
    }
    start({ module: installed });
    instance = 1;
  } else if (failed) {
    startAgain();
    instance += 1;
    failed = false;
  }
  return instance;
}

/**
 * Calls into the engine. The engine refuses with a plain object. Where it stops in the middle of something (a trap, an
 * exhausted stack), its memory can no longer be relied on and the instance is dropped; whatever else comes out is the
 * caller's own, such as the error of a getter.
 */
export function call<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    if (isRefusal(thrown)) {
      throw new PolicyError(thrown.diagnostics, thrown.rendered);
    }
    if (!(thrown instanceof WebAssembly.RuntimeError || thrown instanceof RangeError)) {
      throw thrown;
    }
    failed = true;
    throw new EngineError(`the engine failed and was restarted (${thrown.name}: ${thrown.message})`, { cause: thrown });
  }
}

function isRefusal(thrown: unknown): thrown is { diagnostics: Diagnostic[]; rendered: string } {
  return (
    typeof thrown === "object" &&
    thrown !== null &&
    Array.isArray((thrown as { diagnostics?: unknown }).diagnostics) &&
    typeof (thrown as { rendered?: unknown }).rendered === "string"
  );
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const native = (Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }).fromBase64;
  if (native !== undefined) {
    return native.call(Uint8Array, text);
  }
  // A plain loop: `Uint8Array.from` with a function takes ten times as long, and every import waits for it.
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = binary.charCodeAt(index);
  }
  return bytes;
}

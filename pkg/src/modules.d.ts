// Files that the build puts beside the compiled sources.

declare module "*/wasm-base64.js" {
  const base64: string;
  export default base64;
}

declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}

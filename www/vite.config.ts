import { defineConfig } from "vite";
import { examples } from "./build/examples.ts";

export default defineConfig({
  base: "./",
  plugins: [examples()],
  worker: { format: "es" },
  // The policies of the gallery lie beside this folder.
  server: { fs: { allow: [".."] } },
  build: {
    target: "es2022",
    // The policy of the page allows no `data:` address, so nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { index: "index.html", suite: "suite.html" } },
  },
});

import { existsSync } from "node:fs";
import { cloudflareTest } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";

process.env["WRANGLER_SEND_METRICS"] ??= "false";

// What runs the policies of the whole tree is left out where this folder stands alone.
const inTree = existsSync(new URL("../tests/suite/digest.mjs", import.meta.url));

export default defineConfig({
  test: {
    globalSetup: "test/setup.ts",
    projects: [
      {
        extends: true,
        // Where `wayleave` is a link to a folder beside this one, its module is found under its place in here only.
        resolve: { preserveSymlinks: true },
        plugins: [
          cloudflareTest(({ inject }) => ({
            wrangler: { configPath: "./wrangler.jsonc" },
            miniflare: {
              bindings: {
                OPEN: "1",
                CONNECTIONS: inject("connections"),
                AZURE_OPENAI_KEY: "secret-of-azure-1f0c",
                BEDROCK_API_KEY: "secret-of-bedrock-9b2e",
              },
            },
          })),
        ],
        test: {
          name: "workerd",
          include: ["test/*.test.ts"],
          exclude: inTree ? [] : ["test/scenarios.test.ts"],
        },
      },
      {
        extends: true,
        test: { name: "node", include: ["test/node/*.test.ts"], testTimeout: 30_000, hookTimeout: 60_000 },
      },
    ],
  },
});

// Runs once, in Node: starts the upstreams, and computes what workerd must come to.
import * as fs from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { ProvidedContext } from "vitest";
import type { TestProject } from "vitest/node";
import { connectionsFor, startUpstream } from "../scripts/upstreams.mjs";
import { DECISIONS } from "./decisions.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stranger = await startUpstream("stranger");
  const options = { redirect: `${stranger.url}/v1/chat/completions` };
  const [azure, bedrock] = await Promise.all([startUpstream("azure-gpt", options), startUpstream("bedrock-gpt", options)]);
  const upstreams = { azure: azure.url, bedrock: bedrock.url, stranger: stranger.url };
  project.provide("upstreams", upstreams);
  project.provide("connections", connectionsFor(upstreams));
  project.provide("decisions", decisions());
  const tree = await treeOf();
  project.provide("suites", tree.suites);
  project.provide("vectors", tree.vectors);
  project.provide("committed", tree.committed);
  return async () => {
    await Promise.all([azure, bedrock, stranger].map((upstream) => upstream.close()));
  };
}

/** What the package decides in Node. Loaded by Node itself: the tests' own bundler would take what is meant for workerd. */
function decisions(): string[] {
  const { Policy } = createRequire(import.meta.url)("wayleave") as typeof import("wayleave");
  const policy = Policy.parse({ "policy.yaml": fs.readFileSync(here("../policy/policy.yaml"), "utf8") });
  return DECISIONS.map(({ request, state, at, seed }) => policy.decideCanonical(request, state, { at, seed }));
}

/** The policies and ledgers of the whole tree, where this folder is part of it, and what they must come to. */
async function treeOf(): Promise<Pick<ProvidedContext, "suites" | "vectors" | "committed">> {
  const digest = new URL("../../tests/suite/digest.mjs", import.meta.url);
  if (!fs.existsSync(digest)) {
    return { suites: [], vectors: [], committed: { decisions: "", answers: "" } };
  }
  const { gather } = (await import(digest.href)) as typeof import("../../tests/suite/digest.mjs");
  const vectors = new URL("../../tests/suite/vectors.mjs", import.meta.url);
  const { gatherVectors } = (await import(vectors.href)) as typeof import("../../tests/suite/vectors.mjs");
  const committed = (name: string) => fs.readFileSync(here(`../../tests/${name}.sha256`), "utf8").trim();
  return {
    suites: gather(fs, here("../..")),
    vectors: gatherVectors(fs, here("../..")),
    committed: { decisions: committed("golden"), answers: committed("vectors") },
  };
}

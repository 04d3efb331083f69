// Makes modules of the folders in `policies/`: `…/policy.yaml?card` is what the gallery shows of one,
// `…/policy.yaml?example` is all of it. The first test supplies the request an example opens with.
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import type { Plugin } from "vite";
import { parse } from "yaml";
import type { Card, Example } from "../src/model/examples.ts";

export function examples(): Plugin {
  return {
    name: "wayleave-examples",
    enforce: "pre",
    load(id) {
      const [file = "", query] = id.split("?");
      if (query !== "card" && query !== "example") {
        return null;
      }
      const folder = dirname(file);
      const sources = sourcesOf(folder);
      for (const name of [...Object.keys(sources), "README.md"]) {
        this.addWatchFile(join(folder, name));
      }
      const made = query === "card" ? card(folder, sources) : example(sources);
      return { code: `export default ${JSON.stringify(made)};`, moduleType: "js", map: null };
    },
  };
}

/** The sources of a policy: everything in its folder that the engine reads. */
function sourcesOf(folder: string): Record<string, string> {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ya?ml|csv)$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((name) => name !== "connections.yaml")
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return Object.fromEntries(
    found.map((name) => [name, readFileSync(join(folder, name), "utf8").replaceAll("\r\n", "\n")]),
  );
}

function rank(name: string): number {
  return name === "policy.yaml" ? 0 : name.endsWith(".test.yaml") ? 1 : 2;
}

interface Test {
  name?: string;
  at?: string;
  request?: Record<string, unknown>;
  state?: Record<string, unknown>;
}

function testsOf(sources: Record<string, string>): Test[] {
  return Object.entries(sources)
    .filter(([name]) => /\.ya?ml$/.test(name))
    .flatMap(([, text]) => (parse(text) as { tests?: Test[] } | null)?.tests ?? []);
}

function example(sources: Record<string, string>): Example {
  const first = testsOf(sources)[0];
  return {
    files: sources,
    request: { model: "", ...first?.request },
    state: (first?.state ?? {}) as Example["state"],
    at: first?.at ?? "2026-11-22T10:00:00Z",
  };
}

function card(folder: string, sources: Record<string, string>): Card {
  const policy = parse(sources["policy.yaml"] ?? "") as { title?: string; description?: string } | null;
  const readme = read(join(folder, "README.md"));
  const name = basename(folder);
  return {
    name,
    title: plain(/^#\s+(.+)$/m.exec(readme)?.[1] ?? policy?.title ?? sentence(name)),
    summary: plain(paragraph(readme) ?? policy?.description ?? ""),
    shows: testsOf(sources).flatMap((test) => (test.name === undefined ? [] : [test.name])),
    sources: Object.keys(sources).length,
  };
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function paragraph(readme: string): string | undefined {
  return readme
    .split(/\n\s*\n/)
    .map((block) => block.trim())
    .find((block) => /^[A-Za-z*`"“]/.test(block));
}

function plain(markdown: string): string {
  return markdown
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[`*]/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

function sentence(name: string): string {
  const words = name.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

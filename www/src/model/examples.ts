// The gallery: every folder in `policies/`, gathered when the page is built.
import type { State } from "wayleave/slim";
import type { Files } from "../engine/protocol.ts";
import type { Question } from "./session.ts";

/** What the gallery shows of a policy. */
export interface Card {
  name: string;
  title: string;
  summary: string;
  /** The names of its tests. */
  shows: string[];
  /** How many sources it has. */
  sources: number;
}

/** A policy with the question it opens with. */
export interface Example {
  files: Files;
  request: Question;
  state: State;
  at: string;
}

/** In the order of `policies/README.md`. */
const FIRST = [
  "openai-clouds",
  "first-refusal",
  "enterprise",
  "missing-capability",
  "residency-first",
  "two-clauses",
  "commitment-at-risk",
  "cap-reached",
  "volume-ladder",
  "notice-clock",
];

const found = import.meta.glob<Card>("../../../policies/*/policy.yaml", {
  query: "?card",
  import: "default",
  eager: true,
});
const loaders = import.meta.glob<Example>("../../../policies/*/policy.yaml", { query: "?example", import: "default" });

/** The cards, those that explain most first. */
export const cards: readonly Card[] = Object.values(found).sort(
  (a, b) => place(a.name) - place(b.name) || (a.name < b.name ? -1 : 1),
);

function place(name: string): number {
  const at = FIRST.indexOf(name);
  return at < 0 ? FIRST.length : at;
}

/** Loads the policy of a card. */
export async function load(name: string): Promise<Example> {
  const loader = loaders[`../../../policies/${name}/policy.yaml`];
  if (loader === undefined) {
    throw new Error(`there is no example \`${name}\``);
  }
  return await loader();
}

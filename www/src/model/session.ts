// What the page is about: the policy's text, the question, the state of the world, the instant.
// The state is an overlay of its own and never an edit of the policy.
import { batch, computed, signal } from "@preact/signals";
import type { RoutingRequest, State } from "wayleave/slim";
import type { Files } from "../engine/protocol.ts";
import { outlines } from "./outline.ts";

/** A request with the attributes that a policy may declare. */
export type Question = RoutingRequest & { readonly [attribute: string]: unknown };

/** Which pane a narrow screen shows. */
export const PANES = ["policy", "request", "decision"] as const;
export type Pane = (typeof PANES)[number];

/** Everything that a link carries. */
export interface Session {
  files: Files;
  request: Question;
  state: State;
  at: string;
  view: View;
}

export interface View {
  file?: string;
  row?: string;
  pane?: Pane;
}

export const files = signal<Files>({});
/** Counts the changes of the sources. */
export const version = signal(0);
export const request = signal<Question>({ model: "" });
export const state = signal<State>({});
export const at = signal("2026-11-22T10:00:00Z");

/** The source that the editor shows. */
export const file = signal("policy.yaml");
/** The deployment whose five answers are open. */
export const row = signal<string | undefined>(undefined);
export const pane = signal<Pane>("decision");

/** A place in a source that somebody asked to see; a new object for every time. */
export const jump = signal<{ file: string; from: number; to: number } | undefined>(undefined);

/** Where the named parts of the sources stand. */
export const places = computed(() => outlines(files.value));
export const fileNames = computed(() => Object.keys(files.value));

export function session(): Session {
  return {
    files: files.value,
    request: request.value,
    state: state.value,
    at: at.value,
    view: { file: file.value, pane: pane.value, ...(row.value === undefined ? {} : { row: row.value }) },
  };
}

export function open(next: Session): void {
  batch(() => {
    files.value = Object.fromEntries(
      Object.entries(next.files).map(([name, text]) => [name, text.replaceAll("\r\n", "\n")]),
    );
    version.value += 1;
    request.value = next.request;
    state.value = next.state;
    at.value = next.at;
    file.value = next.view.file ?? fileNames.value[0] ?? "policy.yaml";
    row.value = next.view.row;
    pane.value = next.view.pane ?? "decision";
    jump.value = undefined;
  });
}

/** Takes an edit of a source. */
export function write(name: string, text: string): void {
  if (files.value[name] !== text) {
    batch(() => {
      files.value = { ...files.value, [name]: text };
      version.value += 1;
    });
  }
}

/** Sets or clears fields of the request. */
export function ask(change: Record<string, unknown>): void {
  request.value = without({ ...request.value, ...change }) as Question;
}

export type DeploymentState = NonNullable<NonNullable<State["deployments"]>[string]>;

/** Sets or clears what is known of a deployment. */
export function report(id: string, change: Record<string, unknown>): void {
  const next = without({ ...state.value.deployments?.[id], ...change });
  const deployments = without({
    ...state.value.deployments,
    [id]: Object.keys(next).length === 0 ? undefined : next,
  });
  state.value = without({
    ...state.value,
    deployments: Object.keys(deployments).length === 0 ? undefined : deployments,
  }) as State;
}

/** Sets or clears a fact. */
export function establish(name: string, value: unknown): void {
  const facts = without({
    ...state.value.facts,
    [name]: value === undefined ? undefined : { ...state.value.facts?.[name], value },
  });
  state.value = without({ ...state.value, facts: Object.keys(facts).length === 0 ? undefined : facts }) as State;
}

/** How many things the state says. */
export const stated = computed(
  () =>
    Object.keys(state.value.deployments ?? {}).length +
    Object.keys(state.value.counters ?? {}).length +
    Object.keys(state.value.facts ?? {}).length,
);

function without(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

// What the page is about: the policy's text, the question, the state of the world, the instant.
// The state is an overlay of its own and never an edit of the policy.
import { batch, computed, signal } from "@preact/signals";
import type { Act, ClauseState, Offer, RoutingRequest, State } from "wayleave/slim";
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

/** Whether an act is asked about what the request offers, in place of the policy's deployments. */
export function takesOffers(act: unknown): boolean {
  return act === "host" || act === "train";
}

/** The offers that an act without offers has put aside. */
let aside: readonly Offer[] | undefined;

/** Asks about another act. Offers go and come with the acts that they are for. */
export function askAbout(act: Act): void {
  const { offers } = request.value;
  if (takesOffers(act)) {
    ask({ act, offers: offers ?? aside ?? [{ id: "offer-1", provider: "" }] });
  } else {
    aside = offers ?? aside;
    ask({ act: act === "serve" ? undefined : act, offers: undefined });
  }
}

/** Sets or clears fields of an offer. */
export function offer(index: number, change: Record<string, unknown>): void {
  const offers = listOf(request.value.offers);
  ask({ offers: offers.map((one, at) => (at === index ? without({ ...one, ...change }) : one)) });
}

export function addOffer(): void {
  const offers = listOf(request.value.offers);
  const ids = new Set(offers.map(({ id }) => id));
  let number = offers.length + 1;
  while (ids.has(`offer-${number}`)) {
    number += 1;
  }
  ask({ offers: [...offers, { ...offers.at(-1), id: `offer-${number}` }] });
}

export function dropOffer(index: number): void {
  ask({ offers: listOf(request.value.offers).filter((_, at) => at !== index) });
}

/** What is typed as JSON may be anything; a form shows of it what is a list. */
function listOf(found: unknown): Offer[] {
  return Array.isArray(found) ? found : [];
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

/** Sets or clears what has been counted for a clause. */
export function counted(clause: string, change: Partial<ClauseState>): void {
  const next = without({ ...state.value.clauses?.[clause], ...change });
  state.value = { ...state.value, clauses: { ...state.value.clauses, [clause]: next } };
}

/** How many things the state says. */
export const stated = computed(() =>
  ["deployments", "counters", "facts", "clauses", "notices"]
    .map((part) => state.value[part as keyof State] ?? {})
    .reduce((sum, part) => sum + Object.keys(part).length, 0),
);

function without(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

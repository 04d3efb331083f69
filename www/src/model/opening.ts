// What the page opens with: the link in its address, else the draft, else the first example.
import { effect, signal } from "@preact/signals";
import { engine } from "./answers.ts";
import { drop, keep, kept } from "./draft.ts";
import { Unfit } from "./envelope.ts";
import { cards, load } from "./examples.ts";
import { fromHash } from "./share.ts";
import { open, type Session, session } from "./session.ts";

export interface Notice {
  text: string;
  /** Offers to take back what happened. */
  undo?: () => void;
}

export const notice = signal<Notice | undefined>(undefined);
/** The title of the example that was opened, while it is one. */
export const title = signal("");

/** What stood in the page when it was last opened; anything else is the reader's own work. */
let opened = "";
/** What is shown is the reader's own, whatever it is. */
const UNSAVED = "{}";

export async function begin(): Promise<void> {
  if (!(await followed())) {
    const draft = kept();
    if (draft === undefined) {
      await example(cards[0]?.name ?? "");
    } else {
      show(draft, "Your draft");
      opened = UNSAVED;
    }
  }
  addEventListener("hashchange", () => void followed());
  remember();
}

/** Opens an example; what was there can be had back. */
export async function example(name: string): Promise<void> {
  const own = changed() ? session() : undefined;
  const ownTitle = title.peek();
  const { files, request, state, at } = await load(name);
  leaveLink();
  drop();
  const card = cards.find((one) => one.name === name);
  show({ files, request, state, at, view: {} }, card?.title ?? name);
  if (own !== undefined) {
    notice.value = {
      text: `“${card?.title ?? name}” replaced your edits.`,
      undo: () => {
        show(own, ownTitle);
        opened = UNSAVED;
        keep(own, engine.peek());
        notice.value = undefined;
      },
    };
  }
}

/** Opens the link in the address. A link that cannot be used changes nothing. */
async function followed(): Promise<boolean> {
  try {
    const envelope = await fromHash(location.hash);
    if (envelope === undefined) {
      return false;
    }
    const { v: _, engine: made, ...shared } = envelope;
    show(shared, "A shared policy");
    notice.value = undefined;
    compare(made);
    return true;
  } catch (thrown) {
    notice.value = { text: `The link could not be opened: ${thrown instanceof Unfit ? thrown.message : "it is damaged"}.` };
    leaveLink();
    return false;
  }
}

/** Says so where a link was made with another engine than this page's. */
function compare(made: string): void {
  const stop = effect(() => {
    if (engine.value !== "") {
      if (made !== engine.value) {
        notice.value = {
          text: `Made with engine ${made || "of unknown version"}; this is ${engine.value}. Results may differ.`,
        };
      }
      queueMicrotask(() => stop());
    }
  });
}

function show(next: Session, name: string): void {
  open(next);
  opened = JSON.stringify(session());
  title.value = name;
}

function changed(): boolean {
  const { view: _, ...now } = session();
  const { view: __, ...then } = JSON.parse(opened || "{}") as Session;
  return opened !== "" && JSON.stringify(now) !== JSON.stringify(then);
}

/** Keeps a draft of the reader's own work; the address then no longer tells what is shown. */
function remember(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    session();
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (changed()) {
        keep(session(), engine.peek());
        leaveLink();
      }
    }, 300);
  });
}

function leaveLink(): void {
  if (location.hash.startsWith("#w")) {
    history.replaceState(null, "", location.pathname + location.search);
  }
}

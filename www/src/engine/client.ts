// The page's side of the Worker: one ask is under way, the latest waits, answers that came too late are dropped.
import type { Answer, Ask, DecideAnswer, DecideAsk, Files } from "./protocol.ts";
import { start } from "./start.ts";

/** What the page wants decided. */
export type Wish = Omit<DecideAsk, "kind" | "seq" | "files"> & { files: Files };

/** After this long without an answer the Worker is replaced. */
const PATIENCE_MS = 10_000;
/** After this many replacements without a single answer there is no use in another, until the sources change. */
const ATTEMPTS = 3;

export class Client {
  readonly #onAnswer: (answer: DecideAnswer) => void;
  readonly #onFailure: (message: string) => void;
  #worker: Worker | undefined;
  #seq = 0;
  #underWay: number | undefined;
  #waiting: Wish | undefined;
  #wanted = -1;
  /** The version of the sources that the Worker holds. */
  #held = -1;
  #replaced = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(onAnswer: (answer: DecideAnswer) => void, onFailure: (message: string) => void) {
    this.#onAnswer = onAnswer;
    this.#onFailure = onFailure;
    this.#worker = this.#start();
  }

  decide(wish: Wish): void {
    if (wish.version !== this.#wanted) {
      // Other sources may well be answered: whatever became of the last ones is forgotten.
      this.#replaced = 0;
      this.#worker ??= this.#start();
    }
    this.#wanted = wish.version;
    this.#waiting = wish;
    this.#next();
  }

  #start(): Worker {
    return start(
      (answer) => this.#receive(answer),
      (message) => this.#replace(message),
    );
  }

  #next(): void {
    const wish = this.#waiting;
    if (this.#worker === undefined || this.#underWay !== undefined || wish === undefined) {
      return;
    }
    this.#waiting = undefined;
    const { files, ...rest } = wish;
    const seq = ++this.#seq;
    this.#underWay = seq;
    this.#timer = setTimeout(() => this.#replace("the engine took too long and was stopped"), PATIENCE_MS);
    this.#post({ kind: "decide", seq, ...rest, ...(this.#held === wish.version ? {} : { files }) });
    this.#held = wish.version;
  }

  #receive(answer: Answer): void {
    if (answer.kind === "test" || answer.kind === "why_not" || answer.seq !== this.#underWay) {
      return;
    }
    this.#underWay = undefined;
    this.#replaced = 0;
    clearTimeout(this.#timer);
    if (answer.kind === "failure") {
      this.#held = -1;
      this.#onFailure(answer.message);
    } else if (answer.version === this.#wanted) {
      this.#onAnswer(answer);
    }
    this.#next();
  }

  #replace(message: string): void {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#underWay = undefined;
    this.#held = -1;
    this.#replaced += 1;
    const given = this.#replaced >= ATTEMPTS;
    this.#onFailure(given ? `${message}; it starts again once the policy changes` : message);
    if (!given) {
      this.#worker = this.#start();
      this.#next();
    }
  }

  #post(ask: Ask): void {
    this.#worker?.postMessage(ask);
  }
}

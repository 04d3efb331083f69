// The page's side of the Worker: one ask is under way, the latest waits, answers that came too late are dropped.
import type { Answer, Ask, DecideAnswer, DecideAsk, Files, ReportAnswer, TestAnswer } from "./protocol.ts";

/** What the page wants decided. */
export type Wish = Omit<DecideAsk, "kind" | "seq" | "files"> & { files: Files };

/** After this long without an answer the Worker is replaced. */
const PATIENCE_MS = 10_000;
/** After this many replacements without a single answer there is no use in another. */
const ATTEMPTS = 3;

export class Client {
  readonly #onAnswer: (answer: DecideAnswer | ReportAnswer) => void;
  readonly #onFailure: (message: string) => void;
  #worker: Worker;
  #seq = 0;
  #underWay: number | undefined;
  #waiting: Wish | undefined;
  #wanted = -1;
  /** The version of the sources that the Worker holds. */
  #held = -1;
  #replaced = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #tests = new Map<number, (answer: TestAnswer) => void>();

  constructor(onAnswer: (answer: DecideAnswer | ReportAnswer) => void, onFailure: (message: string) => void) {
    this.#onAnswer = onAnswer;
    this.#onFailure = onFailure;
    this.#worker = this.#start();
  }

  decide(wish: Wish): void {
    this.#wanted = wish.version;
    this.#waiting = wish;
    this.#next();
  }

  test(files: Files): Promise<TestAnswer> {
    const seq = ++this.#seq;
    return new Promise((resolve) => {
      this.#tests.set(seq, resolve);
      this.#post({ kind: "test", seq, files });
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "wayleave" });
    worker.onmessage = (event: MessageEvent<Answer>) => this.#receive(event.data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#replace(event.message || "the engine could not be loaded");
    };
    return worker;
  }

  #next(): void {
    const wish = this.#waiting;
    if (this.#underWay !== undefined || wish === undefined) {
      return;
    }
    this.#waiting = undefined;
    const { files, ...rest } = wish;
    const seq = ++this.#seq;
    this.#underWay = seq;
    this.#timer = setTimeout(() => this.#replace("the engine took too long and was restarted"), PATIENCE_MS);
    this.#post({ kind: "decide", seq, ...rest, ...(this.#held === wish.version ? {} : { files }) });
    this.#held = wish.version;
  }

  #receive(answer: Answer): void {
    if (answer.kind === "test") {
      this.#tests.get(answer.seq)?.(answer);
      this.#tests.delete(answer.seq);
      return;
    }
    if (answer.kind === "report") {
      if (answer.version === this.#wanted) {
        this.#onAnswer(answer);
      }
      return;
    }
    if (answer.seq !== this.#underWay) {
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
    this.#worker.terminate();
    this.#underWay = undefined;
    this.#held = -1;
    this.#onFailure(message);
    this.#replaced += 1;
    if (this.#replaced < ATTEMPTS) {
      this.#worker = this.#start();
      this.#next();
    }
  }

  #post(ask: Ask): void {
    this.#worker.postMessage(ask);
  }
}

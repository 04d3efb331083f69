// Tests and changes that are tried have Workers of their own: however long they take, a decision never waits for them.
import type { Answer, SideAnswer, SideAsk } from "./protocol.ts";
import { start } from "./start.ts";

/** What is asked, without the number that the bench gives it. */
export type Asked = SideAsk extends infer Each ? (Each extends SideAsk ? Omit<Each, "seq"> : never) : never;
/** What comes of an ask. */
export type Result<Kind extends SideAsk["kind"]> = Extract<SideAnswer, { kind: Kind }>["result"];

interface Pending {
  resolve: (result: SideAnswer["result"]) => void;
  reject: (thrown: Error) => void;
}

export class Bench {
  #worker: Worker | undefined;
  #seq = 0;
  readonly #pending = new Map<number, Pending>();

  /** Settles in any case: by what was asked for or a refusal, else as a failure. */
  ask<Kind extends SideAsk["kind"]>(asked: Extract<Asked, { kind: Kind }>): Promise<Result<Kind>> {
    this.#worker ??= start(
      (answer) => this.#receive(answer),
      (message) => this.stop(message),
    );
    const seq = ++this.#seq;
    return new Promise((resolve, reject) => {
      this.#pending.set(seq, { resolve: resolve as Pending["resolve"], reject });
      this.#worker?.postMessage({ ...asked, seq });
    });
  }

  /** Ends what is under way; an idle Worker stays for what comes next. */
  stop(message: string): void {
    if (this.#pending.size === 0) {
      return;
    }
    this.#worker?.terminate();
    this.#worker = undefined;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) {
      reject(new Error(message));
    }
  }

  #receive(answer: Answer): void {
    const pending = this.#pending.get(answer.seq);
    this.#pending.delete(answer.seq);
    if (answer.kind === "failure") {
      pending?.reject(new Error(answer.message));
    } else if (answer.kind !== "decide") {
      pending?.resolve(answer.result);
    }
  }
}

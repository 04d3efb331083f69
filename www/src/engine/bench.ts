// Tests have a Worker of their own: however long they take, a decision never waits for them.
import type { Answer, Files, TestAnswer } from "./protocol.ts";
import { start } from "./start.ts";

interface Pending {
  resolve: (result: TestAnswer["result"]) => void;
  reject: (thrown: Error) => void;
}

export class Bench {
  #worker: Worker | undefined;
  #seq = 0;
  readonly #pending = new Map<number, Pending>();

  /** Settles in any case: by a report or a refusal, else as a failure. */
  test(files: Files): Promise<TestAnswer["result"]> {
    this.#worker ??= start(
      (answer) => this.#receive(answer),
      (message) => this.stop(message),
    );
    const seq = ++this.#seq;
    return new Promise((resolve, reject) => {
      this.#pending.set(seq, { resolve, reject });
      this.#worker?.postMessage({ kind: "test", seq, files });
    });
  }

  /** Ends what is under way; an idle Worker stays for the next tests. */
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
    if (answer.kind === "test") {
      pending?.resolve(answer.result);
    } else if (answer.kind === "failure") {
      pending?.reject(new Error(answer.message));
    }
  }
}

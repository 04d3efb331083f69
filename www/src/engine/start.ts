// Starts a Worker with an engine of its own.
import type { Answer } from "./protocol.ts";

export function start(onAnswer: (answer: Answer) => void, onError: (message: string) => void): Worker {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "wayleave" });
  worker.onmessage = (event: MessageEvent<Answer>) => onAnswer(event.data);
  worker.onerror = (event) => {
    event.preventDefault();
    onError(event.message || "the engine could not be loaded");
  };
  return worker;
}

// What an answer says it used, read as it passes by.

/** As much of an answer that is no stream is read; one that is longer counts as estimated. */
const MOST_CHARACTERS = 4_000_000;

/** The answer, to be passed on, and what it says it used: known when all of it has passed, absent where it does not say. */
export function metered(response: Response): { readonly response: Response; readonly usage: Promise<object | undefined> } {
  const { body } = response;
  if (body === null) {
    return { response, usage: Promise.resolve(undefined) };
  }
  const streams = /^text\/event-stream\b/i.test(response.headers.get("content-type") ?? "");
  const reader = streams ? new Events() : new Whole();
  const decoder = new TextDecoder();
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      controller.enqueue(chunk);
      reader.take(decoder.decode(chunk, { stream: true }));
    },
  });
  // An answer that breaks off, or that nobody reads to its end, counts as far as it has said.
  const passed = body.pipeTo(writable).catch(() => {});
  return { response: new Response(readable, response), usage: passed.then(() => reader.usage()) };
}

/** An answer in one piece. */
class Whole {
  #text = "";

  take(text: string): void {
    if (this.#text.length <= MOST_CHARACTERS) {
      this.#text += text;
    }
  }

  usage(): object | undefined {
    return usageOf(this.#text);
  }
}

/** An answer in events, of which the last that says it counts. */
class Events {
  #line = "";
  #usage: object | undefined;

  take(text: string): void {
    const lines = (this.#line + text).split(/\r\n|\r|\n/);
    this.#line = lines.pop() ?? "";
    for (const line of lines) {
      const data = /^data: ?(.*)$/.exec(line)?.[1];
      if (data?.includes('"usage"')) {
        this.#usage = usageOf(data) ?? this.#usage;
      }
    }
  }

  usage(): object | undefined {
    return this.#usage;
  }
}

function usageOf(text: string): object | undefined {
  try {
    const { usage } = JSON.parse(text) as { usage?: unknown };
    return typeof usage === "object" && usage !== null ? usage : undefined;
  } catch {
    return undefined;
  }
}

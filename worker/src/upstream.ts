// One call to one upstream.
import type { Connection } from "./connections.js";

/** What came of a call: what an upstream said, for the engine to read, and the answer itself, its body still whole. */
export interface Called {
  readonly status: number;
  readonly headers: Headers;
  /** The beginning of what an error says. */
  readonly body: string;
  /** Absent where nothing was answered. */
  readonly response?: Response;
}

/** As much of an error as is read to see what it means. */
const TEXT_BYTES = 65_536;

/** Calls an upstream with a body that names no model yet. Throws only where the client has gone. */
export async function call(connection: Connection, secret: string, unnamed: string, client: AbortSignal): Promise<Called> {
  const body = named(unnamed, connection.model);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), connection.timeoutMs);
  try {
    const response = await fetch(connection.endpoint, {
      method: "POST",
      // Nothing of the client's headers: its authorization is for this gateway alone.
      headers: { "content-type": "application/json", ...authorization(connection, secret) },
      body,
      redirect: "manual",
      signal: AbortSignal.any([client, late.signal]),
    });
    return await begun(response, client);
  } catch (error) {
    if (client.aborted) {
      throw error;
    }
    return { status: 0, headers: new Headers(), body: "" };
  } finally {
    // An answer that has begun may take as long as it likes.
    clearTimeout(timer);
  }
}

function named(unnamed: string, model: string): string {
  const members = unnamed.slice(1);
  return `{"model":${JSON.stringify(model)}${members === "}" ? "" : ","}${members}`;
}

function authorization({ auth }: Connection, secret: string): Record<string, string> {
  return auth.scheme === "bearer" ? { authorization: `Bearer ${secret}` } : { "api-key": secret };
}

async function begun(response: Response, client: AbortSignal): Promise<Called> {
  const { status, headers, body } = response;
  if (status < 400 || body === null) {
    return { status, headers, body: "", response };
  }
  const { text, whole } = await begin(body, client);
  const replayed = new Response(whole, response);
  replayed.headers.delete("content-length");
  return { status, headers, body: text, response: replayed };
}

/** Reads the beginning of a body, and gives the whole back to be read again: as much of it as there is, if it stalls. */
async function begin(
  body: ReadableStream<Uint8Array>,
  client: AbortSignal,
): Promise<{ text: string; whole: ReadableStream<Uint8Array> }> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const chunks: Uint8Array[] = [];
  let text = "";
  let ended = false;
  while (!ended && text.length < TEXT_BYTES) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      if (client.aborted) {
        throw error;
      }
      // The status has been said, and stands without the rest of the text.
      return { done: true, value: undefined };
    });
    ended = done;
    if (value !== undefined) {
      chunks.push(value);
      text += decoder.decode(value, { stream: true });
    }
  }
  const whole = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const chunk = chunks.shift() ?? (ended ? undefined : (await reader.read()).value);
      if (chunk === undefined) {
        controller.close();
      } else {
        controller.enqueue(chunk);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { text, whole };
}

// Links that carry everything. They live behind the `#`, which browsers do not send to any server.
import { type Envelope, FORMAT, MOST_BYTES, readEnvelope, Unfit } from "./envelope.ts";
import type { Session } from "./session.ts";

const PREFIX = "#w1.";
/** A link is refused unread beyond this. */
const MOST_CHARACTERS = 700_000;

export async function toHash(session: Session, engine: string): Promise<string> {
  const envelope: Envelope = { v: FORMAT, engine, ...session };
  const packed = new Blob([JSON.stringify(envelope)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  return PREFIX + toBase64Url(bytes);
}

/** What a hash carries; nothing where it is not one of ours. Throws `Unfit` where it is but cannot be used. */
export async function fromHash(hash: string): Promise<Envelope | undefined> {
  if (!hash.startsWith(PREFIX)) {
    if (/^#w\d+\./.test(hash)) {
      throw new Unfit("it was made by another version of this page");
    }
    return undefined;
  }
  if (hash.length > MOST_CHARACTERS) {
    throw new Unfit("it is too long");
  }
  return readEnvelope(await inflated(fromBase64Url(hash.slice(PREFIX.length))));
}

async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let size = 0;
  let json = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return json + decoder.decode();
      }
      size += value.byteLength;
      if (size > MOST_BYTES) {
        throw new Unfit("it holds too much");
      }
      json += decoder.decode(value, { stream: true });
    }
  } catch (thrown) {
    void reader.cancel().catch(() => undefined);
    throw thrown instanceof Unfit ? thrown : new Unfit("it is damaged");
  }
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) {
    binary += String.fromCharCode(byte);
  }
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[\w-]+$/.test(text)) {
    throw new Unfit("it is damaged");
  }
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
  } catch {
    throw new Unfit("it is damaged");
  }
}

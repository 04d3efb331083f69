import type { Env } from "./env.js";

/** Whether a client may ask. Without a token set anybody may; an empty token lets nobody in. */
export async function admitted(request: Request, env: Env): Promise<boolean> {
  const token = env.CLIENT_TOKEN?.trim();
  if (token === undefined) {
    return true;
  }
  const [, given] = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  if (given === undefined) {
    return false;
  }
  // Digests are of one length, so nothing is learnt from how long the comparison takes.
  const [left, right] = await Promise.all([given, token].map(digest));
  return crypto.subtle.timingSafeEqual(left as ArrayBuffer, right as ArrayBuffer);
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
}

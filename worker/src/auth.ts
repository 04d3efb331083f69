import { ConfigurationError, type Env } from "./env.js";

/** Fails where nobody has said who may ask. */
export function guarded({ CLIENT_TOKEN, OPEN }: Env): void {
  if (CLIENT_TOKEN === undefined && OPEN !== "1") {
    throw new ConfigurationError("`CLIENT_TOKEN` is not set; a gateway for everybody has `OPEN` set to 1");
  }
}

/** Whether a client may ask. Without a token set, which must be meant, anybody may; an empty token lets nobody in. */
export async function admitted(request: Request, env: Env): Promise<boolean> {
  guarded(env);
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

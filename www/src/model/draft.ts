// The draft in this browser. Storage may be full, switched off or hold anything; none of that may matter.
import { FORMAT, readEnvelope } from "./envelope.ts";
import type { Session } from "./session.ts";

const KEY = "wayleave.draft";
const MOST_CHARACTERS = 500_000;

export function keep(session: Session, engine: string): void {
  try {
    const json = JSON.stringify({ v: FORMAT, engine, ...session });
    if (json.length <= MOST_CHARACTERS) {
      localStorage.setItem(KEY, json);
    }
  } catch {
    // Without storage there is no draft.
  }
}

export function kept(): Session | undefined {
  try {
    const json = localStorage.getItem(KEY);
    return json === null || json.length > MOST_CHARACTERS ? undefined : readEnvelope(json);
  } catch {
    return undefined;
  }
}

export function drop(): void {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
}

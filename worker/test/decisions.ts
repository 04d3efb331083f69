// Questions to `/decide` whose answers must have the same bytes in Node.
import type { AttributedRequest, State } from "wayleave";

interface Asked {
  request: AttributedRequest;
  state?: State;
  at: string;
  seed: number;
}

const request = { model: "gpt-5.5", input_tokens: 12000, max_output_tokens: 1000 };

export const DECISIONS: Asked[] = [
  { request, at: "2026-11-22T10:00:00Z", seed: 7 },
  { request, at: "2026-04-26T23:59:59.999Z", seed: 0 },
  { request, at: "2026-11-22T10:00:00Z", seed: 9007199254740991, state: { deployments: { "azure-gpt": { health: "down" } } } },
  { request: { ...request, needs: ["tools"], key: "ünïcode — ✓" }, at: "2026-11-22", seed: 1 },
  { request: { ...request, model: "unheard-of" }, at: "2033-01-01T00:00:00Z", seed: 2 },
];

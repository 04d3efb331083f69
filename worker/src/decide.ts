// A decision for whoever asks: nothing is called, and no connection counts.
import type { Policy, AttributedRequest, State, When } from "wayleave";
import { BadRequest, type Json } from "./request.js";

const MEMBERS = ["request", "state", "at", "known_at", "seed"];

export function decide(policy: Policy, body: Json): Response {
  const stranger = Object.keys(body).find((member) => !MEMBERS.includes(member));
  if (stranger !== undefined) {
    throw new BadRequest(`\`${stranger}\` is none of ${MEMBERS.join(", ")}`, stranger);
  }
  if (body["request"] === undefined) {
    throw new BadRequest("`request` is missing", "request");
  }
  const { request, state, at = new Date(), ...rest } = body;
  // Whatever was sent is the engine's to read; what it cannot read it names.
  const canonical = policy.decideCanonical(request as AttributedRequest, state as State, { ...rest, at } as When);
  return new Response(canonical, {
    headers: { "content-type": "application/json", "cache-control": "no-store", "x-wayleave-policy": policy.digest },
  });
}

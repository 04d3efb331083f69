// How tests ask the gateway, and what upstreams tell of it afterwards.
import { env as bindings } from "cloudflare:workers";
import { inject } from "vitest";
import type { Decision, Diagnostic } from "wayleave";
import connections from "../connections.yaml";
import policy from "../policy/policy.yaml";
import type { Entry } from "../scripts/upstreams.mjs";
import type { Env } from "../src/env.js";
import { type Configuration, type Gateway, gateway } from "../src/gateway.js";
import type { Tried } from "../src/problem.js";

export const env = bindings as unknown as Env & { AZURE_OPENAI_KEY: string; BEDROCK_API_KEY: string };
export const POLICY = policy;

declare global {
  namespace Cloudflare {
    interface GlobalProps {
      mainModule: typeof import("../src/index.js");
    }
  }
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  error: { message: string; type: string; code: string; param: string | null };
  diagnostics?: Diagnostic[];
  wayleave?: { decision: Decision; attempts?: Tried[] };
}

/** A gateway that remembers what it was told, and whose clock the test sets. */
export class Remembering {
  at = new Date("2026-11-22T10:00:00Z");
  readonly #gateway: Gateway;

  constructor(text: string = policy) {
    this.#gateway = gateway({ policy: { "policy.yaml": text }, connections, now: () => this.at });
  }

  /** Seconds go by. */
  wait(seconds: number): void {
    this.at = new Date(this.at.getTime() + seconds * 1000);
  }

  chat(chat: Omit<Chat, "configuration">): Promise<Response> {
    return converse(this.#gateway, chat);
  }
}

export interface Chat {
  /** What each upstream does; see scripts/upstreams.mjs. */
  azure?: string;
  bedrock?: string;
  case?: string;
  body?: Record<string, unknown>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  env?: { [binding: string]: unknown };
  configuration?: Partial<Configuration>;
}

export function ask(path: string, init: RequestInit, asked: Pick<Chat, "env" | "configuration"> = {}): Promise<Response> {
  return put(gateway({ policy: { "policy.yaml": policy }, connections, ...asked.configuration }), path, init, asked);
}

export function chat({ configuration, ...rest }: Chat): Promise<Response> {
  return converse(gateway({ policy: { "policy.yaml": policy }, connections, ...configuration }), rest);
}

function put({ fetch }: Gateway, path: string, init: RequestInit, asked: Pick<Chat, "env">): Promise<Response> {
  return fetch(new Request(`https://gateway.example${path}`, init), { ...env, ...asked.env } as Env);
}

function converse(asked: Gateway, { azure = "ok", bedrock = "ok", case: id = "", body, headers = {}, signal, ...rest }: Chat) {
  const metadata = { "azure-gpt": azure, "bedrock-gpt": bedrock, case: id };
  return put(
    asked,
    "/v1/chat/completions",
    {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ model: "gpt-5.5", messages: [{ role: "user", content: "Hello" }], metadata, ...body }),
      ...(signal !== undefined && { signal }),
    },
    rest,
  );
}

export type Upstream = "azure" | "bedrock" | "stranger";

/** What an upstream was asked in a case; everything where none is named. */
export async function log(upstream: Upstream, id?: string): Promise<Entry[]> {
  const response = await fetch(`${inject("upstreams")[upstream]}/log`);
  const entries: Entry[] = await response.json();
  return entries.filter(({ body }) => id === undefined || body.metadata?.["case"] === id);
}

/** Lets a stepped stream send its next event. */
export async function step(upstream: Upstream, id: string): Promise<void> {
  const response = await fetch(`${inject("upstreams")[upstream]}/step?case=${id}`, { method: "POST" });
  await response.arrayBuffer();
}

/** What the gateway says of a response, without what it always says. */
export function told(response: Response): Record<string, string | null> {
  return Object.fromEntries(
    ["deployment", "decision", "because", "attempts"].map((name) => [name, response.headers.get(`x-wayleave-${name}`)]),
  );
}

/** Asks until it is so. */
export async function eventually(so: () => Promise<boolean>): Promise<boolean> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await so()) {
      return true;
    }
    await new Promise((rested) => setTimeout(rested, 20));
  }
  return false;
}

// An OpenAI request as the engine asks about it.
import type { Declared, AttributedRequest, Vocabulary } from "wayleave";

/** The request cannot be read; `param` is the field that is meant. */
export class BadRequest extends Error {
  override readonly name = "BadRequest";
  constructor(
    message: string,
    readonly param?: string,
  ) {
    super(message);
  }
}

export type Json = Record<string, unknown>;

/** The body of a request is longer than the gateway reads. */
export class TooLarge extends Error {
  override readonly name = "TooLarge";
}

/** The longest body that is read. */
export const MOST_BYTES = 10_000_000;

/** Counts while it reads: what a client says of the length need not be so. */
async function readText({ body, signal }: Request): Promise<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = "";
  try {
    for await (const piece of body ?? []) {
      bytes += piece.byteLength;
      if (bytes > MOST_BYTES) {
        throw new TooLarge(`the body has more than ${MOST_BYTES} bytes`);
      }
      text += decoder.decode(piece, { stream: true });
    }
  } catch (error) {
    throw error instanceof TooLarge || signal.aborted ? error : new BadRequest("the body breaks off");
  }
  return text + decoder.decode();
}

/** The body of a request, which must be an object. */
export async function readBody(request: Request): Promise<Json> {
  const text = await readText(request);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BadRequest("the body is not JSON");
  }
  if (!isObject(value)) {
    throw new BadRequest("the body is not a JSON object");
  }
  return value;
}

/** The body as text, without the name of the model, which each upstream has its own of. */
export function unnamed({ model: _, ...rest }: Json): string {
  try {
    return JSON.stringify(rest);
  } catch (error) {
    // What can be read can be nested too deeply to be written.
    throw error instanceof RangeError ? new BadRequest("the body is nested too deeply") : error;
  }
}

/** What the body and the headers ask for. */
export function question(body: Json, headers: Headers, vocabulary: Vocabulary): AttributedRequest {
  const { model, messages } = body;
  if (typeof model !== "string" || model === "") {
    throw new BadRequest("`model` is missing", "model");
  }
  if (!Array.isArray(messages)) {
    throw new BadRequest("`messages` is missing", "messages");
  }
  const counted = headers.get("x-wayleave-input-tokens");
  if (body["store"] === true) {
    throw new BadRequest("`store`: the gateway does not ask for deployments that may store, so it cannot be true", "store");
  }
  const output = most(body);
  const wanted = tier(body, vocabulary.tiers);
  const zone = headers.get("x-wayleave-zone");
  const key = headers.get("x-wayleave-key") ?? (typeof body["user"] === "string" ? body["user"] : null);
  return {
    // Before the rest, so that no attribute takes the place of a field.
    ...attributes(headers, vocabulary.attributes),
    model,
    input_tokens: counted === null ? estimate(messages) : whole(counted, "x-wayleave-input-tokens"),
    ...(output !== undefined && { max_output_tokens: output }),
    needs: needs(body, messages),
    ...(wanted !== undefined && { tier: [wanted] }),
    ...(zone !== null && { zone }),
    ...(key !== null && key !== "" && { key }),
  };
}

/** The most output of all choices together. */
function most(body: Json): number | undefined {
  const each = count(body, "max_completion_tokens") ?? count(body, "max_tokens");
  const choices = count(body, "n") ?? 1;
  if (choices < 1) {
    throw new BadRequest("`n` is not 1 or more", "n");
  }
  const all = each === undefined ? undefined : each * choices;
  if (all !== undefined && !Number.isSafeInteger(all)) {
    throw new BadRequest("`n` times the most output is too much", "n");
  }
  return all;
}

/** The service tier, in the policy's words; the engine takes none for `standard`. */
function tier(body: Json, tiers: readonly string[]): string | undefined {
  const value = body["service_tier"];
  if (value === undefined || value === null || value === "default") {
    return undefined;
  }
  // `auto` leaves the tier to the upstream, and with it what the contract is asked about.
  if (typeof value !== "string" || value === "auto" || !tiers.includes(value)) {
    throw new BadRequest("`service_tier` is neither `default` nor a tier of the policy's deployments", "service_tier");
  }
  return value;
}

/**
 * A quarter of the characters of the messages' text, rounded up. An estimate and no more: it knows no tokenizer, and
 * images, audio and the definitions of tools are not in it. Who knows better says so in `x-wayleave-input-tokens`.
 */
function estimate(messages: readonly unknown[]): number {
  let characters = 0;
  for (const text of texts(messages)) {
    for (const _ of text) {
      characters += 1;
    }
  }
  return Math.ceil(characters / 4);
}

function* texts(messages: readonly unknown[]): Generator<string> {
  for (const message of messages) {
    if (!isObject(message)) {
      continue;
    }
    if (typeof message["content"] === "string") {
      yield message["content"];
    }
    for (const part of parts(message)) {
      if (typeof part["text"] === "string") {
        yield part["text"];
      }
    }
  }
}

/** The capabilities that the body makes use of. */
function needs(body: Json, messages: readonly unknown[]): string[] {
  const found = new Set<string>();
  // `functions` is what `tools` was called first.
  if ([body["tools"], body["functions"]].some((list) => Array.isArray(list) && list.length > 0)) {
    found.add("tools");
  }
  if (isObject(body["response_format"]) && body["response_format"]["type"] === "json_schema") {
    found.add("response_schema");
  }
  if (Array.isArray(body["modalities"]) && body["modalities"].includes("audio")) {
    found.add("audio_output");
  }
  if (isObject(body["web_search_options"])) {
    found.add("web_search");
  }
  for (const message of messages) {
    for (const part of isObject(message) ? parts(message) : []) {
      if (part["type"] === "image_url") {
        found.add("vision");
      }
      if (part["type"] === "input_audio") {
        found.add("audio_input");
      }
      if (part["type"] === "file") {
        found.add("file_input");
      }
    }
  }
  return [...found].sort();
}

function parts(message: Json): Json[] {
  return Array.isArray(message["content"]) ? message["content"].filter(isObject) : [];
}

const ATTRIBUTE = "x-wayleave-attr-";

/** The attributes that headers state, each of the type that the policy declares. */
function attributes(headers: Headers, declared: Record<string, Declared>): Json {
  // Headers know no capitals, and some servers drop those with underscores.
  const names = new Map(Object.keys(declared).map((name) => [headerName(name), name]));
  const found: Json = {};
  for (const [header, text] of headers) {
    if (!header.startsWith(ATTRIBUTE)) {
      continue;
    }
    const name = names.get(headerName(header.slice(ATTRIBUTE.length)));
    const type = name === undefined ? undefined : declared[name];
    if (name === undefined || type === undefined) {
      // Passed over, it would leave unknown what the client thinks it has said.
      throw new BadRequest(`\`${header}\`: the policy declares no such attribute`, header);
    }
    found[name] = typed(text, type.type, header);
  }
  return found;
}

function headerName(text: string): string {
  return text.toLowerCase().replaceAll("_", "-");
}

function typed(text: string, type: string, header: string): unknown {
  switch (type) {
    case "bool":
      if (text !== "true" && text !== "false") {
        throw new BadRequest(`\`${header}\` is neither true nor false`, header);
      }
      return text === "true";
    case "int":
      return whole(text, header);
    case "strings":
      return text.split(",").map((item) => item.trim()).filter((item) => item !== "");
    default:
      // A text, or one that the engine reads exactly: a decimal or an instant.
      return text;
  }
}

function whole(text: string, header: string): number {
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new BadRequest(`\`${header}\` is not a whole number`, header);
  }
  return value;
}

function count(body: Json, field: string): number | undefined {
  const value = body[field];
  if (value === undefined || value === null) {
    return undefined;
  }
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
    throw new BadRequest(`\`${field}\` is not a whole number`, field);
  }
  return value;
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

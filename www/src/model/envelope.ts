// Reads what came from outside: a link or a draft. Field by field; what is not known is dropped, what does not fit refused.
import type { State } from "wayleave/slim";
import { PANES, type Question, type Session, type View } from "./session.ts";

export const FORMAT = 1;
/** The most that a link may hold once it is inflated. */
export const MOST_BYTES = 1_000_000;
/** The most entries of any one part. */
const MOST_ENTRIES = 1000;

export interface Envelope extends Session {
  v: number;
  engine: string;
}

/** What is wrong with an envelope; the message is for people and quotes nothing of it. */
export class Unfit extends Error {}

const NAME = /^(?!.*(?:__proto__|\.\.))[A-Za-z0-9_][\w.\-/:@+]{0,119}$/;
const WORD = /^(?!__proto__$|constructor$|prototype$)[A-Za-z_]\w{0,63}$/;
const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;
const ACTS = ["serve", "launch", "host", "train", "sell"];
const SIGNALS = ["own_quota", "shared_capacity", "temporary_cut", "spend_limit", "not_ready", "overloaded"];
const TEXTS = ["model", "zone", "provider", "deployment", "key"];
const COUNTS = [
  "input_tokens",
  "cached_input_tokens",
  "max_output_tokens",
  "expected_output_tokens",
  "expected_reasoning_tokens",
];

const OFFER_TEXTS = ["id", "provider", "hosted_by", "zone", "storage_zone", "monitoring_zone", "block"];
const ANSWERS = ["refused", "waived", "exercised"];
const MOMENTS = ["sent", "received", "answered", "failed", "contracted"];
const WRITTEN = "cache_write_tokens";
/** A decimal as the engine reads one, of 0 or more. */
export const AMOUNT = /^\d{1,24}(\.\d{1,24})?$/;
const TTL = /^[1-9]\d{0,9}[smhd]$/;

type Bag = Record<string, unknown>;

export function readEnvelope(json: string): Envelope {
  let found: unknown;
  try {
    found = JSON.parse(json);
  } catch {
    throw new Unfit("it is not readable");
  }
  const bag = asBag(found);
  if (bag.v !== FORMAT) {
    throw new Unfit(`it is of another format (this page reads ${FORMAT})`);
  }
  const files = readFiles(bag.files);
  return {
    v: FORMAT,
    engine: text(bag.engine, 40) ?? "",
    files,
    request: readRequest(bag.request),
    state: readState(bag.state),
    at: readInstant(bag.at),
    view: readView(bag.view, files),
  };
}

function readFiles(found: unknown): Record<string, string> {
  const entries = Object.entries(asBag(found));
  if (entries.length === 0 || entries.length > 64) {
    throw new Unfit("it holds no policy");
  }
  for (const [name, content] of entries) {
    if (!NAME.test(name) || typeof content !== "string") {
      throw new Unfit("a source has no proper name or text");
    }
  }
  return Object.fromEntries(entries) as Record<string, string>;
}

/** A request: its own fields by their types, beside them attributes with plain values. */
export function readRequest(found: unknown): Question {
  const bag = asBag(found);
  const model = text(bag.model, 200);
  if (model === undefined) {
    throw new Unfit("its request names no model");
  }
  return made(bag, (key, value) => {
    if (TEXTS.includes(key)) return text(value, 500);
    if (COUNTS.includes(key)) return count(value);
    if (key === WRITTEN) return byTtl(value);
    if (key === "act") return oneOf(value, ACTS);
    if (key === "revenue_usd") return amount(value);
    if (key === "offers") return listed(value, offer);
    if (key === "tier") return text(value, 200) ?? texts(value);
    if (key === "needs") return texts(value);
    if (key === "tokens_by_model") {
      return isBag(value) ? made(value, (_, counts) => (isBag(counts) ? counted(counts) : undefined), NAME) : undefined;
    }
    return plain(value);
  }) as unknown as Question;
}

/** What a form can show of a request: whatever else stands in it stays there. */
export function showable(request: Question): Question {
  try {
    return readRequest(request);
  } catch {
    return { model: "" };
  }
}

function offer(found: unknown): Bag | undefined {
  return !isBag(found)
    ? undefined
    : made(found, (key, value) => {
        if (OFFER_TEXTS.includes(key)) return text(value, 200);
        if (key === "units" || key === "hours") return count(value);
        if (key === "usd_per_unit_hour") return amount(value);
        if (key === "holds") return listed(value, (one) => text(one, 200) ?? heldTerm(one));
        return key === "lacks" ? texts(value) : undefined;
      });
}

function heldTerm(found: unknown): Bag | undefined {
  return !isBag(found)
    ? undefined
    : made(found, (key, value) => {
        if (key === "name" || key === "source") return text(value, 200);
        return key === "from" || key === "through" || key === "to" ? instant(value) : undefined;
      });
}

export function readState(found: unknown): State {
  const bag = isBag(found) ? found : {};
  return made(bag, (key, value) => {
    if (key === "notices") return listed(value, notice);
    if (!isBag(value)) return undefined;
    if (key === "deployments") return made(value, (_, one) => deployment(one), NAME);
    if (key === "counters") return made(value, (_, one) => used(one), NAME);
    if (key === "facts") return made(value, (_, one) => fact(one));
    if (key === "clauses") return made(value, (_, one) => clauseState(one), NAME);
    return undefined;
  }) as State;
}

function clauseState(found: unknown): Bag | undefined {
  return !isBag(found)
    ? undefined
    : made(found, (key, value) => {
        if (["drawn", "total", "accrued", "held"].includes(key)) return amount(value);
        if (key === "resets_at") return instant(value);
        if (key === "forecast" && isBag(value) && amount(value.amount) !== undefined) {
          return made(value, (part, said) => {
            if (part === "amount") return said;
            if (part === "source") return text(said, 500);
            return part === "as_of" ? instant(said) : undefined;
          });
        }
        return undefined;
      });
}

function notice(found: unknown): Bag | undefined {
  return !isBag(found)
    ? undefined
    : made(found, (key, value) => {
        if (key === "clause" || key === "block") return text(value, 200);
        if (key === "units" || key === "hours") return count(value);
        if (key === "usd_per_unit_hour") return amount(value);
        if (key === "answer") return oneOf(value, ANSWERS);
        return MOMENTS.includes(key) ? instant(value) : undefined;
      });
}

function deployment(found: unknown): Bag | undefined {
  return !isBag(found)
    ? undefined
    : made(found, (key, value) => {
        if (key === "health") return oneOf(value, ["up", "down"]);
        if (key === "used") return used(value);
        if (key === "in_flight" || key === "latency_ms") return count(value);
        if (key === "cooldown_until") return instant(value);
        if (key === "signal" && isBag(value) && oneOf(value.kind, SIGNALS) !== undefined) {
          return made(value, (part, said) => (part === "kind" ? said : part === "until" ? instant(said) : undefined));
        }
        return undefined;
      });
}

function used(found: unknown): Bag | undefined {
  return !isBag(found)
    ? undefined
    : made(found, (key, value) =>
        key === "tokens" || key === "requests" ? count(value) : key === "resets_at" ? instant(value) : undefined,
      );
}

function fact(found: unknown): Bag | undefined {
  return !isBag(found) || plain(found.value) === undefined
    ? undefined
    : made(found, (key, value) => {
        if (key === "value") return plain(value);
        if (key === "as_of") return instant(value);
        return key === "evidence" ? text(value, 40) : undefined;
      });
}

function readInstant(found: unknown): string {
  const read = instant(found);
  if (read === undefined) {
    throw new Unfit("its instant is not one");
  }
  return read;
}

function readView(found: unknown, files: Record<string, string>): View {
  const bag = isBag(found) ? found : {};
  const file = text(bag.file, 120);
  const row = text(bag.row, 120);
  const pane = PANES.find((name) => name === bag.pane);
  return {
    ...(file !== undefined && Object.hasOwn(files, file) && { file }),
    ...(row !== undefined && { row }),
    ...(pane !== undefined && { pane }),
  };
}

/** A new object of the members that fit; the members of the old one are read, never assigned. */
function made(bag: Bag, fit: (key: string, value: unknown) => unknown, names = WORD): Bag {
  const found = Object.entries(bag);
  if (found.length > MOST_ENTRIES) {
    // A part of a state decides otherwise than the whole: all of it or nothing.
    throw new Unfit(`a part of it has more than ${MOST_ENTRIES} entries`);
  }
  const entries = found
    .filter(([key]) => names.test(key))
    .map(([key, value]) => [key, fit(key, value)] as const)
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries);
}

function counted(bag: Bag): Bag {
  return made(bag, (key, value) => (COUNTS.includes(key) ? count(value) : key === WRITTEN ? byTtl(value) : undefined));
}

/** A count, or counts by how long a cache keeps what is written to it. */
function byTtl(value: unknown): unknown {
  return isBag(value) ? made(value, (_, tokens) => count(tokens), TTL) : count(value);
}

function plain(value: unknown): unknown {
  return typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))
    ? value
    : (text(value, 2000) ?? texts(value));
}

function isBag(value: unknown): value is Bag {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function asBag(value: unknown): Bag {
  if (!isBag(value)) {
    throw new Unfit("a part of it is missing");
  }
  return value;
}

function text(value: unknown, most: number): string | undefined {
  return typeof value === "string" && value.length <= most ? value : undefined;
}

function texts(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.length <= 200 && value.every((one) => text(one, 200) !== undefined)
    ? (value as string[])
    : undefined;
}

function count(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** An amount, exact: a decimal text, or a number by its shortest text. */
function amount(value: unknown): number | string | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0
    ? value
    : typeof value === "string" && AMOUNT.test(value)
      ? value
      : undefined;
}

/** A list of what fits. */
function listed(value: unknown, fit: (one: unknown) => unknown): unknown[] | undefined {
  if (!Array.isArray(value)) {
    return undefined;
  }
  if (value.length > MOST_ENTRIES) {
    throw new Unfit(`a part of it has more than ${MOST_ENTRIES} entries`);
  }
  return value.map(fit).filter((one) => one !== undefined);
}

function instant(value: unknown): string | undefined {
  return typeof value === "string" && INSTANT.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined;
}

function oneOf(value: unknown, words: readonly string[]): string | undefined {
  return typeof value === "string" && words.includes(value) ? value : undefined;
}

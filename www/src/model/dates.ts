// Days, and the days on which something changes by the text of a policy.
import { outline, owner } from "./outline.ts";

/** A day, counted from 1970-01-01. */
export type Day = number;

const MS = 86_400_000;

/** A day of change and what changes. */
export interface Tick {
  day: Day;
  labels: string[];
}

const DATED =
  /(?:^|[\s{,"'])(from|through|to|known_from|due|until|noticed|launched|deprecated|retired)["']?\s*:\s*["']?(\d{4}-\d\d-\d\d)(T[\d:.]+(?:Z|[+-]\d\d:\d\d))?/g;
const SAYS: Record<string, string> = {
  known_from: "becomes known",
  due: "is due",
  from: "begins",
  noticed: "is noticed",
  launched: "is launched",
  deprecated: "closes to newcomers",
  retired: "is retired",
};

/** The days of change in the sources, in order. */
export function ticks(files: Readonly<Record<string, string>>): Tick[] {
  const found = new Map<Day, Set<string>>();
  const add = (day: Day | undefined, label: string) => {
    if (day !== undefined) {
      found.set(day, (found.get(day) ?? new Set()).add(label));
    }
  };
  for (const [name, text] of Object.entries(files)) {
    if (name.endsWith(".csv")) {
      for (const date of text.matchAll(/(?<=,|^)\d{4}-\d\d-\d\d(?=,|$)/gm)) {
        add(dayOf(date[0]), `a price in ${name} begins`);
      }
    } else if (!name.endsWith(".test.yaml")) {
      termsOf(text, add);
    }
  }
  return [...found].map(([day, labels]) => ({ day, labels: told(labels) })).sort((a, b) => a.day - b.day);
}

function termsOf(text: string, add: (day: Day | undefined, label: string) => void): void {
  // Comments keep their length, so that offsets hold.
  const bare = text.replace(/(^|\s)#.*$/gm, (comment) => " ".repeat(comment.length));
  const places = outline(text);
  const tests = /^tests:/m.exec(bare)?.index ?? bare.length;
  for (const dated of bare.matchAll(DATED)) {
    if (dated.index >= tests) {
      break;
    }
    const [whole, key = "", date = "", time] = dated;
    const owned = (owner(places, bare, dated.index + whole.length) ?? "").replace(/^(contracts|deployments)\//, "");
    // An attestation ends, not the deployment that has it.
    const line = bare.slice(bare.lastIndexOf("\n", dated.index) + 1, dated.index);
    const attested = /\bname:\s*["']?([\w.-]+)[^{}]*$/.exec(line)?.[1];
    const what = attested === undefined ? owned : `${attested} of ${owned}`;
    const day = dayOf(date + (time ?? ""));
    // A last day is still inside: the change is the day after.
    add(key === "through" && day !== undefined ? day + 1 : day, `${what} ${SAYS[key] ?? "ends"}`.trim());
  }
}

/** What begins on a day need not be said to become known on it too. */
function told(labels: ReadonlySet<string>): string[] {
  return [...labels].filter(
    (label) => !label.endsWith("becomes known") || !labels.has(label.replace(/becomes known$/, "begins")),
  );
}

/** The span worth sliding over: all days of change with some air, and the day shown. */
export function span(marks: readonly Tick[], shown: Day): { first: Day; last: Day } {
  const first = Math.min(marks[0]?.day ?? shown, shown);
  const last = Math.max(marks.at(-1)?.day ?? shown, shown);
  const air = Math.max(30, Math.round((last - first) * 0.02));
  return { first: first - air, last: last + air };
}

export function dayOf(instant: string): Day | undefined {
  const ms = Date.parse(instant);
  return Number.isNaN(ms) ? undefined : Math.floor(ms / MS);
}

export function isoDay(day: Day): string {
  return new Date(day * MS).toISOString().slice(0, 10);
}

/** The same time of day on another day. */
export function moved(at: string, day: Day): string {
  const old = dayOf(at);
  const time = at.length > 10 && old !== undefined ? new Date(at).toISOString().slice(10) : at.slice(10);
  return isoDay(day) + time;
}

const LONG = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const SHORT = new Intl.DateTimeFormat("en-GB", { month: "short", year: "numeric", timeZone: "UTC" });

export function longDay(day: Day): string {
  return LONG.format(day * MS);
}

export function shortDay(day: Day): string {
  return SHORT.format(day * MS);
}

/** An instant or a day as the page writes it. */
export function plainly(at: string): string {
  return at.replace("T", " ").replace(/(:\d\d)\.0+Z|Z$/, "$1 UTC");
}

/** Where a day stands among the days of change. */
export function era(marks: readonly Tick[], day: Day): { on?: Tick; before?: Tick; after?: Tick } {
  const on = marks.find((tick) => tick.day === day);
  const before = marks.findLast((tick) => tick.day < day);
  const after = marks.find((tick) => tick.day > day);
  return { ...(on && { on }), ...(before && { before }), ...(after && { after }) };
}

/** What a screen reader says of a day. */
export function spoken(marks: readonly Tick[], day: Day): string {
  const { on, before, after } = era(marks, day);
  if (on !== undefined) {
    return `${longDay(day)}: ${on.labels.join(", ")}`;
  }
  if (before !== undefined) {
    return `${longDay(day)}, after ${before.labels.join(", ")} on ${longDay(before.day)}`;
  }
  return after === undefined ? longDay(day) : `${longDay(day)}, before ${after.labels.join(", ")}`;
}

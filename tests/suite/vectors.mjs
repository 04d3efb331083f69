// Puts the steps of every file in `tests/vectors` to a ledger and to decisions over its state, in any runtime that has the
// engine, and reduces what was answered to one line. `tests/ledger/vectors.rs` does the same natively.
import { sha256 } from "./digest.mjs";

/** The vectors, sorted by name. `fs` is as much of `node:fs` as is used: `readdirSync`, `readFileSync`. */
export function gatherVectors(fs, root) {
  const folder = `${root}/tests/vectors`;
  const names = fs.readdirSync(folder).filter((name) => name.endsWith(".json")).sort();
  return names.map((name) => ({ name: name.slice(0, -".json".length), ...JSON.parse(fs.readFileSync(`${folder}/${name}`, "utf8")) }));
}

/**
 * What the engine, `{ Policy, Ledger }`, answers to every step, as a number and SHA-256 over canonical text, and where it is not
 * what is expected.
 */
export async function runVectors({ Policy, Ledger }, files) {
  const answers = [];
  const failures = [];
  for (const { name, policy: document, steps } of files) {
    const policy = Policy.parse(JSON.stringify(document));
    const ledger = new Ledger(policy);
    steps.forEach((step, index) => {
      for (let time = 0; time < (step.times ?? 1); time += 1) {
        const [answer, expected] = take(policy, ledger, step, step.times === undefined ? "" : `-${time}`);
        answers.push(canonical(answer));
        if (!holds(expected, answer)) {
          failures.push(`${name}, step ${index} (${time}): expected ${canonical(expected)}, found ${canonical(answer)}`);
        }
      }
    });
    ledger.free();
    policy.free();
  }
  return { answers: answers.length, sha256: await sha256(answers), failures };
}

/** The line that each runtime prints. */
export function vectorsLine(runtime, { answers, sha256 }) {
  return `${runtime}: ${answers} answers of ledgers, sha256 ${sha256}`;
}

/** What comes of a step, and what is expected of it. */
function take(policy, ledger, step, suffix) {
  const { at, request, deployment, refused } = step;
  const expires_at = step.expires_at ?? new Date(Date.parse(at) + 600_000);
  const done = ({ refused }) => (refused === undefined ? {} : { refused });
  const outcome = refused === undefined ? {} : { refused };
  if (step.admit !== undefined) {
    return [done(ledger.admit({ id: step.admit + suffix, deployment, request, at, expires_at })), outcome];
  }
  if (step.send !== undefined) {
    const decision = policy.decide(request, ledger.state(at), { at, seed: 0 });
    const [first] = decision.attempts;
    if (first === undefined) {
      const hold = decision.hold && { reason: decision.hold.reason, until: decision.hold.until };
      return [{ outcome: decision.outcome, ...(hold && { hold }) }, step.hold ? { outcome: "hold", hold: step.hold } : { outcome: step.outcome }];
    }
    const admitted = done(ledger.admit({ id: step.send + suffix, deployment: first.deployment, request, at, expires_at }));
    return [{ outcome: decision.outcome, deployment: first.deployment, ...admitted }, { outcome: "route", deployment, ...outcome }];
  }
  if (step.settle !== undefined) {
    return [done(ledger.settle(step.settle, { at, usage: step.usage, format: step.format, request })), outcome];
  }
  if (step.cancel !== undefined) {
    return [done(ledger.cancel(step.cancel, at)), outcome];
  }
  return step.expire === undefined ? [ledger.state(at), step.state] : [ledger.expire(at), step.expire];
}

/** Whether everything expected is there; null is nothing, and of a refusal nothing is there where none is expected. */
function holds(expected, found) {
  if (expected === null || typeof expected !== "object") {
    return (expected ?? undefined) === (found ?? undefined);
  }
  if (Array.isArray(expected)) {
    return Array.isArray(found) && found.length === expected.length && expected.every((each, index) => holds(each, found[index]));
  }
  const whole = !("refused" in expected) && found?.refused !== undefined;
  return !whole && Object.entries(expected).every(([key, each]) => holds(each, found?.[key]));
}

/** RFC 8785 for what has integers, texts and no more. */
function canonical(value) {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join(",")}]`;
  }
  if (value === null || typeof value !== "object") {
    return JSON.stringify(value);
  }
  const members = Object.keys(value).filter((key) => value[key] !== undefined).sort();
  return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

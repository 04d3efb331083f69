// Owns the engine. Answers one ask after the other; the page sees to it that only the latest waits.
import { engineVersion, init, Policy, PolicyError } from "wayleave/slim";
import address from "wayleave/wayleave.wasm?url";
import type { Answer, Ask, DecideAnswer, DecideAsk, Files, Read, Refused, TestAnswer, WhyNotAnswer, WhyNotAsk } from "./protocol.ts";

// The same for every visitor, so that a link gives the same answer to all of them.
const SEED = 0;

const ready = init(new URL(address, import.meta.url));
let policy: Policy | undefined;

addEventListener("message", async (event: MessageEvent<Ask>) => {
  const ask = event.data;
  try {
    await ready;
    say(answer(ask));
  } catch (thrown) {
    say({ kind: "failure", seq: ask.seq, message: thrown instanceof Error ? thrown.message : String(thrown) });
  }
});

function answer(ask: Ask): Answer {
  const { kind, seq } = ask;
  if (kind === "decide") return decide(ask);
  return kind === "test" ? { kind, seq, result: test(ask.files) } : { kind, seq, result: whyNot(ask) };
}

function decide(ask: DecideAsk): DecideAnswer {
  const answer: DecideAnswer = { kind: "decide", seq: ask.seq, version: ask.version, engine: engineVersion() };
  if (ask.files !== undefined) {
    answer.policy = read(ask.files);
  }
  const current = policy;
  if (current !== undefined) {
    answer.decision = refusals(() => ({
      ok: true,
      explanation: current.explain(ask.request as { model: string }, ask.state, { at: ask.at, seed: SEED }),
    }));
  }
  return answer;
}

function read(files: Files): Read | Refused {
  policy?.free();
  policy = undefined;
  return refusals(() => {
    const parsed = Policy.parse(files);
    policy = parsed;
    return {
      ok: true,
      findings: parsed.check(),
      vocabulary: parsed.vocabulary(),
      deployments: parsed.deployments(),
    };
  });
}

function test(files: Files): TestAnswer["result"] {
  return refusals(() => {
    const parsed = Policy.parse(files);
    try {
      return { ok: true, report: parsed.test() };
    } finally {
      parsed.free();
    }
  });
}

function whyNot(ask: WhyNotAsk): WhyNotAnswer["result"] {
  return refusals(() => {
    const parsed = Policy.parse(ask.files);
    try {
      const when = { at: ask.at, seed: SEED };
      return { ok: true, why: parsed.whyNot(ask.request as { model: string }, ask.state, when, ask.deployment) };
    } finally {
      parsed.free();
    }
  });
}

function refusals<T>(work: () => T): T | Refused {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof PolicyError) {
      return { ok: false, findings: thrown.diagnostics };
    }
    throw thrown;
  }
}

function say(answer: Answer): void {
  postMessage(answer);
}

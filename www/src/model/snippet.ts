// The code that gives the same answer outside of the page.
import type { Session } from "./session.ts";

export function snippet({ files, request, state, at }: Session): string {
  const sources = Object.entries(files).map(([name, text]) => `  ${JSON.stringify(name)}: ${quoted(text)},`);
  return `import { Policy } from "wayleave";

const policy = Policy.parse({
${sources.join("\n")}
});

const request = ${JSON.stringify(request, null, 2)};
const state = ${JSON.stringify(state, null, 2)};

const decision = policy.decide(request, state, { at: ${JSON.stringify(at)}, seed: 0 });
console.log(decision.outcome, decision.attempts.map((attempt) => attempt.deployment));
`;
}

function quoted(text: string): string {
  return `\`${text.replace(/[\\`]|\$(?=\{)/g, "\\$&")}\``;
}

// What every runtime is asked. Runs inside the runtime; what comes out is plain data.
import { digest, run } from "./digest.mjs";

/**
 * `load` imports the consumer's `app`. Nothing of the package may have been evaluated before, or the time until the
 * first decision would be too short. `tick` lets a clock move on that stands still while code runs.
 */
export async function probe(load, { policy, request, when, suites }, tick = () => {}) {
  const answer = { loads: false };
  try {
    await tick();
    const began = performance.now();
    const app = await load();
    answer.loads = true;
    answer.decision = app.decide(policy, request, when);
    await tick();
    answer.ms = performance.now() - began;
    answer.disposes = told(() => disposes(app.Policy, policy));
    answer.diagnoses = told(() => diagnoses(app, policy));
    if (suites !== undefined) {
      answer.digest = await digest(run(app.Policy, suites));
    }
  } catch (error) {
    answer.error = String(error?.stack ?? error);
  }
  return answer;
}

/** What came of it, or why nothing did: one thing that fails hides no other. */
function told(work) {
  try {
    return work();
  } catch (error) {
    return String(error);
  }
}

/** Whether `using` gives a policy back. */
function disposes(Policy, text) {
  const policy = Policy.parse(text);
  policy[Symbol.dispose]();
  try {
    return `a policy that was disposed of has the digest ${policy.digest}`;
  } catch (error) {
    return error instanceof TypeError && error.message === "this policy was freed" ? true : String(error);
  }
}

/** Whether a policy that is wrong is refused with the place of the mistake. */
function diagnoses({ Policy, PolicyError }, text) {
  try {
    return `a misspelt kind of clause was taken: ${Policy.parse(text.replace("first_refusal", "first_refusl")).digest}`;
  } catch (error) {
    const [first] = (error instanceof PolicyError && error.diagnostics) || [];
    return first?.severity === "error" && first.line === 9 && first.column === 34 ? true : `${error}: ${JSON.stringify(error)}`;
  }
}

import type { TestResult } from "wayleave/slim";
import { broken } from "../model/answers.ts";
import { files, jump } from "../model/session.ts";
import { held, report, run, running, stop } from "../model/trial.ts";
import { Icon } from "./icons.tsx";
import { Ticked } from "./policy-pane.tsx";

/** The policy's own tests; they run at every change, unless they are many. */
export function TestList() {
  if (held.value !== undefined) {
    return <Held />;
  }
  const tests = report.value?.tests ?? [];
  if (tests.length === 0) {
    return <p class="calm">This policy has no tests. Write them under `tests:`, here or in a source of their own.</p>;
  }
  return (
    <>
      {broken.value && <p class="calm">Of the last policy that could be read:</p>}
      <ul class="problems">
        {tests.map((test, index) => (
          <li key={index}>
            <button type="button" class="problem" onClick={() => show(test)}>
              <Icon name={test.passed ? "yes" : "no"} class={`icon ${test.passed ? "is-yes" : "is-no"}`} />
              <span class="problem-text">
                <span class="hidden">{test.passed ? "Passes: " : "Fails: "}</span>
                {test.name}
                {test.failures.map((failure) => (
                  <span class="problem-help" key={failure}>
                    <Ticked text={failure} />
                  </span>
                ))}
              </span>
              <span class="problem-place">{test.source}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Tests that nobody has asked to run yet, or that came to no end. */
function Held() {
  const { count = 0, why } = held.value ?? {};
  return (
    <div class="held">
      <p class="calm">{why ?? "So many tests run only when you say so."}</p>
      {running.value ? (
        <button type="button" class="button" onClick={() => stop()}>
          Stop the {count} tests
        </button>
      ) : (
        <button type="button" class="button" disabled={broken.value} onClick={() => void run()}>
          {count} {count === 1 ? "test" : "tests"} – run
        </button>
      )}
    </div>
  );
}

function show(test: TestResult) {
  const from = files.value[test.source]?.indexOf(test.name) ?? -1;
  if (from >= 0) {
    jump.value = { file: test.source, from, to: from + test.name.length };
  }
}

import type { TestResult } from "wayleave/slim";
import { broken, report } from "../model/answers.ts";
import { files, jump } from "../model/session.ts";
import { Icon } from "./icons.tsx";
import { Ticked } from "./policy-pane.tsx";

/** The policy's own tests; they run at every change. */
export function TestList() {
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

function show(test: TestResult) {
  const from = files.value[test.source]?.indexOf(test.name) ?? -1;
  if (from >= 0) {
    jump.value = { file: test.source, from, to: from + test.name.length };
  }
}

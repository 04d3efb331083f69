import { useSignal, useSignalEffect } from "@preact/signals";
import { explanation, stale } from "../model/answers.ts";

const QUIET_MS = 400;

/** Says the decision to those who do not see it, once it has come to rest. */
export function Live() {
  const said = useSignal("");
  useSignalEffect(() => {
    const sentence = explanation.value?.sentence ?? "";
    const text = stale.value === undefined ? sentence : `${stale.value}. The last good decision: ${sentence}`;
    const timer = setTimeout(() => {
      said.value = text;
    }, QUIET_MS);
    return () => clearTimeout(timer);
  });
  return (
    <p class="hidden" aria-live="polite" data-testid="live">
      {said.value}
    </p>
  );
}

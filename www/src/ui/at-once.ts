import { effect } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";

/**
 * An effect of signals for as long as a component is shown. It runs with the change: `useSignalEffect` waits for the next
 * frame, and would then put back what stood in a field before somebody typed.
 */
export function useAtOnce(run: () => void): void {
  useLayoutEffect(() => effect(run), []);
}

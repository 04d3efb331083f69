import { type Signal, useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { State } from "wayleave/slim";
import { type Question, request, state } from "../model/session.ts";
import { useAtOnce } from "./at-once.ts";

/** The same request and state as JSON. */
export function AskedJson() {
  return (
    <div class="json">
      <Json label="Request as JSON" of={request as Signal<unknown>} fault={isQuestion} />
      <Json label="State as JSON" shown of={state as Signal<unknown>} fault={isState} />
    </div>
  );
}

function isQuestion(found: unknown): string | undefined {
  if (!isObject(found)) return "A request is an object.";
  return typeof (found as Partial<Question>).model === "string" ? undefined : "A request names a `model`.";
}

function isState(found: unknown): string | undefined {
  return isObject(found as State) ? undefined : "A state is an object.";
}

function isObject(found: unknown): boolean {
  return typeof found === "object" && found !== null && !Array.isArray(found);
}

interface Props {
  label: string;
  /** Whether the label is to be seen. */
  shown?: boolean;
  of: Signal<unknown>;
  /** What keeps a value from being taken at all; whatever else is wrong with it the engine says. */
  fault: (found: unknown) => string | undefined;
}

/** What cannot be read stays in the field and changes nothing. */
function Json({ label, shown = false, of, fault }: Props) {
  const id = useId();
  const text = useSignal(written(of.peek()));
  const wrong = useSignal("");

  useAtOnce(() => {
    const next = of.value;
    if (JSON.stringify(next) !== JSON.stringify(parsed(text.peek()))) {
      text.value = written(next);
      wrong.value = "";
    }
  });

  function take(input: string) {
    text.value = input;
    try {
      const next: unknown = JSON.parse(input);
      wrong.value = fault(next) ?? "";
      if (wrong.value === "" && JSON.stringify(next) !== JSON.stringify(of.peek())) {
        of.value = next;
      }
    } catch (thrown) {
      wrong.value = thrown instanceof Error ? thrown.message : String(thrown);
    }
  }

  return (
    <div class="field">
      <label class={shown ? "" : "hidden"} for={id}>
        {label}
      </label>
      <textarea
        id={id}
        spellcheck={false}
        rows={Math.min(18, text.value.split("\n").length + 1)}
        value={text.value}
        aria-invalid={wrong.value !== ""}
        aria-describedby={`${id}-wrong`}
        onInput={(event) => take(event.currentTarget.value)}
      />
      <p class="wrong" id={`${id}-wrong`}>
        {wrong.value}
      </p>
    </div>
  );
}

function written(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { useSignal, useSignalEffect } from "@preact/signals";
import { useId } from "preact/hooks";
import { readRequest } from "../model/envelope.ts";
import { request } from "../model/session.ts";

/** The same request as JSON. What cannot be read stays in the field and changes nothing. */
export function RequestJson() {
  const id = useId();
  const text = useSignal(written(request.peek()));
  const wrong = useSignal("");

  useSignalEffect(() => {
    const next = request.value;
    if (JSON.stringify(next) !== JSON.stringify(parsed(text.peek()))) {
      text.value = written(next);
      wrong.value = "";
    }
  });

  function take(input: string) {
    text.value = input;
    try {
      const next = readRequest(JSON.parse(input));
      wrong.value = "";
      if (JSON.stringify(next) !== JSON.stringify(request.peek())) {
        request.value = next;
      }
    } catch (thrown) {
      wrong.value = thrown instanceof Error ? thrown.message : String(thrown);
    }
  }

  return (
    <div class="json">
      <label class="hidden" for={id}>
        Request as JSON
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
    return readRequest(JSON.parse(text));
  } catch {
    return undefined;
  }
}

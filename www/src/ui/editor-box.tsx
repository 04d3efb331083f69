import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Editor } from "../editor/setup.ts";
import { explanation, findings } from "../model/answers.ts";
import { file, files, jump, pane, places, write } from "../model/session.ts";
import { useAtOnce } from "./at-once.ts";

/** Holds the editor; plain text until it has come. */
export function EditorBox({ name, text }: { name: string; text: string }) {
  const box = useRef<HTMLDivElement>(null);
  const editor = useSignal<Editor | undefined>(undefined);

  useEffect(() => {
    let gone = false;
    void import("../editor/setup.ts").then(({ mount }) => {
      if (!gone && box.current !== null) {
        editor.value = mount(box.current, write);
      }
    });
    return () => {
      gone = true;
    };
  }, []);

  useAtOnce(() => {
    const current = editor.value;
    const shown = shownFile();
    if (current !== undefined && shown !== undefined) {
      current.show(shown, files.value[shown] ?? "");
    }
  });
  useAtOnce(() => {
    void shownFile();
    editor.value?.diagnose(findings.value);
  });
  useAtOnce(() => {
    editor.value?.cite(cited(shownFile() ?? ""));
  });

  useAtOnce(() => {
    const target = jump.value;
    if (target !== undefined && editor.value !== undefined) {
      file.value = target.file;
      pane.value = "policy";
      const { show, reveal } = editor.value;
      show(target.file, files.peek()[target.file] ?? "");
      // The pane may only now become visible.
      requestAnimationFrame(() => reveal(target.from, target.to));
    }
  });

  return (
    <div class="editor-box" ref={box}>
      {editor.value === undefined && (
        <pre class="editor-wait" aria-label={`Source ${name}`}>
          {text}
        </pre>
      )}
    </div>
  );
}

function shownFile(): string | undefined {
  const names = Object.keys(files.value);
  return names.includes(file.value) ? file.value : names[0];
}

/** Where the clauses stand that the decision rests on. */
function cited(name: string): number[] {
  const decision = explanation.value?.decision;
  if (decision === undefined || name.endsWith(".test.yaml")) {
    return [];
  }
  const cites = new Set(decision.attempts.flatMap((attempt) => attempt.because));
  for (const verdict of Object.values(decision.verdicts)) {
    if (verdict.cite != null) {
      cites.add(verdict.cite);
    }
  }
  for (const cite of [...(decision.hold?.cites ?? []), ...(decision.conflict?.between ?? [])]) {
    cites.add(cite);
  }
  return (places.value.get(name) ?? [])
    .filter((place) => cites.has(place.cite))
    .map((place) => place.from);
}

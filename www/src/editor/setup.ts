// The editor: loaded at once but apart, so that the decision does not wait for it.
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic as Mark, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import type { Diagnostic } from "wayleave/slim";
import { highlighting, theme } from "./theme.ts";

export interface Editor {
  /** Shows a source; its own history of edits comes back with it. */
  show(name: string, text: string): void;
  /** Marks what is wrong with the source shown. */
  diagnose(findings: readonly Diagnostic[]): void;
  /** Marks the lines that the decision rests on. */
  cite(offsets: readonly number[]): void;
  /** Selects a part, brings it into view and takes the focus there. */
  reveal(from: number, to: number): void;
}

const setCited = StateEffect.define<readonly number[]>();
const citedLine = Decoration.line({ class: "cm-cited" });

const cited = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let next = marks.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setCited)) {
        const doc = transaction.state.doc;
        const lines = effect.value.filter((offset) => offset <= doc.length).map((offset) => doc.lineAt(offset).from);
        next = Decoration.set([...new Set(lines)].sort((a, b) => a - b).map((from) => citedLine.range(from)));
      }
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

export function mount(parent: HTMLElement, onEdit: (name: string, text: string) => void): Editor {
  const states = new Map<string, EditorState>();
  let shown = "";
  let marked = "";
  const view = new EditorView({ parent });

  const extensions = (name: string): Extension => [
    lineNumbers(),
    foldGutter(),
    lintGutter(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    cited,
    // Without a binding for Tab: it leaves the editor, as it leaves any other field.
    keymap.of([...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...lintKeymap]),
    name.endsWith(".csv") ? [] : [yaml(), syntaxHighlighting(highlighting)],
    theme,
    EditorView.contentAttributes.of({ "aria-label": `Source ${name}`, spellcheck: "false", tabindex: "0" }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) {
        onEdit(name, update.state.doc.toString());
      }
    }),
  ];

  return {
    show(name, text) {
      if (name === shown && view.state.doc.toString() === text) {
        return;
      }
      states.set(shown, view.state);
      const before = states.get(name);
      const same = before !== undefined && before.doc.toString() === text;
      view.setState(same ? before : EditorState.create({ doc: text, extensions: extensions(name) }));
      shown = name;
      marked = "";
    },
    diagnose(findings) {
      const end = view.state.doc.length;
      const marks = findings.flatMap((finding): Mark[] => {
        if (finding.source !== shown || finding.start == null || finding.start > end) {
          return [];
        }
        const message = finding.help ? `${finding.message}\n${finding.help}` : finding.message;
        return [
          {
            from: finding.start,
            to: Math.min(Math.max(finding.end ?? finding.start, finding.start), end),
            severity: finding.severity === "note" ? "info" : finding.severity,
            source: finding.code,
            message,
          },
        ];
      });
      view.dispatch(setDiagnostics(view.state, marks));
    },
    cite(offsets) {
      if (offsets.join() !== marked) {
        marked = offsets.join();
        view.dispatch({ effects: setCited.of(offsets) });
      }
    },
    reveal(from, to) {
      const end = view.state.doc.length;
      view.dispatch({
        selection: { anchor: Math.min(from, end), head: Math.min(to, end) },
        effects: EditorView.scrollIntoView(Math.min(from, end), { y: "center" }),
      });
      view.focus();
    },
  };
}

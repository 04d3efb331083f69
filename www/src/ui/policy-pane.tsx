import { computed, signal } from "@preact/signals";
import type { Diagnostic } from "wayleave/slim";
import { broken, findings } from "../model/answers.ts";
import { file, fileNames, files, jump } from "../model/session.ts";
import { held, report } from "../model/trial.ts";
import { EditorBox } from "./editor-box.tsx";
import { Icon } from "./icons.tsx";
import { Tabs, tabId } from "./tabs.tsx";
import { TestList } from "./test-list.tsx";

type Below = "problems" | "tests";
const below = signal<Below>("problems");

const perFile = computed(() => {
  const counts = new Map<string, number>();
  for (const finding of findings.value) {
    if (finding.severity === "error" && finding.source != null) {
      counts.set(finding.source, (counts.get(finding.source) ?? 0) + 1);
    }
  }
  return counts;
});

export function PolicyPane() {
  const names = fileNames.value;
  const shown = names.includes(file.value) ? file.value : (names[0] ?? "");
  return (
    <section class="pane pane-policy" id="pane-policy" aria-labelledby="policy-title">
      <div class="pane-head">
        <h2 id="policy-title">Policy</h2>
        <Tabs
          label="Sources"
          panel="source"
          items={names.map((name) => ({ id: name, label: <FileLabel name={name} /> }))}
          selected={shown}
          onSelect={(name) => {
            file.value = name;
          }}
        />
      </div>
      <div class="editor" id="source" role="tabpanel" aria-labelledby={tabId("source", shown)}>
        <EditorBox name={shown} text={files.value[shown] ?? ""} />
      </div>
      <div class="below">
        <Tabs
          label="What the engine says of the policy"
          panel="below"
          items={[
            { id: "problems", label: <ProblemsLabel /> },
            { id: "tests", label: <TestsLabel /> },
          ]}
          selected={below.value}
          onSelect={(id) => {
            below.value = id;
          }}
        />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and may hold nothing that takes the focus */}
        <div class="below-panel" id="below" role="tabpanel" tabIndex={0} aria-labelledby={tabId("below", below.value)}>
          {below.value === "problems" ? <Problems /> : <TestList />}
        </div>
      </div>
    </section>
  );
}

function FileLabel({ name }: { name: string }) {
  const errors = perFile.value.get(name) ?? 0;
  return (
    <>
      {name}
      {errors > 0 && (
        <span class="badge bad">
          {errors}
          <span class="hidden"> {errors === 1 ? "error" : "errors"}</span>
        </span>
      )}
    </>
  );
}

function ProblemsLabel() {
  const count = findings.value.length;
  const isCalm = findings.value.every((finding) => finding.severity === "note");
  return (
    <>
      Problems <span class={`badge ${broken.value ? "bad" : isCalm ? "" : "unsure"}`}>{count}</span>
    </>
  );
}

function TestsLabel() {
  if (held.value !== undefined) {
    return (
      <>
        Tests <span class="badge">{held.value.count}</span>
        <span class="hidden"> not run</span>
      </>
    );
  }
  const passed = report.value?.passed ?? 0;
  const failed = report.value?.failed ?? 0;
  const total = passed + failed;
  return (
    <>
      Tests{" "}
      <span class={`badge ${broken.value || total === 0 ? "" : failed > 0 ? "bad" : "good"}`}>
        {passed}/{total}
        <span class="hidden"> pass</span>
      </span>
    </>
  );
}

function Problems() {
  if (findings.value.length === 0) {
    return <p class="calm">Nothing to object to.</p>;
  }
  return (
    <ul class="problems">
      {findings.value.map((finding, index) => (
        <li key={index}>
          <Problem finding={finding} />
        </li>
      ))}
    </ul>
  );
}

const SEVERITIES = {
  error: { icon: "no", colour: "is-no", name: "Error" },
  warning: { icon: "warn", colour: "is-wait", name: "Warning" },
  note: { icon: "info", colour: "", name: "Note" },
} as const;

function Problem({ finding }: { finding: Diagnostic }) {
  const { icon, colour, name } = SEVERITIES[finding.severity];
  const content = (
    <>
      <Icon name={icon} class={`icon ${colour}`} />
      <span class="problem-text">
        <span class="hidden">{name}: </span>
        <Ticked text={finding.message} />
        {finding.help != null && (
          <span class="problem-help">
            <Ticked text={finding.help} />
          </span>
        )}
      </span>
      <span class="problem-place">
        {finding.source != null && `${finding.source}:${finding.line}:${finding.column}`} <b>{finding.code}</b>
      </span>
    </>
  );
  const { source, start, end } = finding;
  if (source == null || start == null) {
    return <div class="problem">{content}</div>;
  }
  return (
    <button
      type="button"
      class="problem"
      onClick={() => {
        jump.value = { file: source, from: start, to: end ?? start };
      }}
    >
      {content}
    </button>
  );
}

/** Text in which the engine quotes by backticks. */
export function Ticked({ text }: { text: string }) {
  return (
    <>
      {text.split("`").map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}
    </>
  );
}

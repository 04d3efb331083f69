import type { ComponentChildren } from "preact";
import type { Duty, DutyKind, Warning, WarningKind } from "wayleave/slim";
import { explanation } from "../model/answers.ts";
import { plainly } from "../model/dates.ts";
import { usd } from "../model/money.ts";
import { Broken, Cite } from "./cite.tsx";
import { Icon } from "./icons.tsx";

/** What somebody owes because of the decision, and what somebody should know who relies on it. */
export function Notes() {
  const { duties = [], warnings } = explanation.value?.decision ?? {};
  if (duties.length === 0 && (warnings ?? []).length === 0) {
    return null;
  }
  return (
    <ul class="notes" aria-label="Duties and warnings">
      {duties.map((duty) => (
        <Note key={`${duty.clause} ${duty.block}`} word="Owed" tone="owed" cite={duty.clause}>
          {OWED[duty.kind](duty)}
        </Note>
      ))}
      {(warnings ?? []).map((warning) => (
        <Note
          key={`${warning.kind} ${warning.cite} ${warning.deployment}`}
          word="Warning"
          tone="wait"
          cite={warning.cite}
          deployment={warning.deployment}
        >
          {WARNED[warning.kind](warning)}
        </Note>
      ))}
    </ul>
  );
}

const OWED: Record<DutyKind, (duty: Duty) => ComponentChildren> = {
  send_notice: ({ by, block }) => (
    <>
      <b>{by}</b> has to tell the holder of <b>{block}</b>, under
    </>
  ),
  claim_match: ({ by, amount }) => (
    <>
      <b>{by}</b> has to claim {amount == null ? "the difference" : <b>{usd(amount)}</b>}, under
    </>
  ),
};

const WARNED: Record<WarningKind, (warning: Warning) => ComponentChildren> = {
  curing: ({ until }) => <>a breach may be cured{until != null && <> until {plainly(until)}</>}; then the provider is suspended, under</>,
  retiring: ({ deployment, until }) => (
    <>
      <Broken text={deployment ?? "a deployment"} /> is retired{until != null && <> on {plainly(until)}</>}:
    </>
  ),
  share_infeasible: () => <>a share is short, and no eligible deployment can make it up:</>,
  stale_price: ({ deployment, since }) => (
    <>
      a price of <Broken text={deployment ?? "a deployment"} /> was read long ago{since != null && <>, on {plainly(since)}</>}:
    </>
  ),
  locally_optimal: ({ above }) => (
    <>
      this is the best for one request; {above == null ? "in the long run" : `above ${usd(above)} of revenue`} it costs less to use up
      the cap of
    </>
  ),
  open_output: ({ deployment }) => (
    <>
      how much output is wanted is open, so that limits of <Broken text={deployment ?? "a deployment"} /> hold the most that it can give:
    </>
  ),
};

interface NoteProps {
  word: string;
  tone: "owed" | "wait";
  cite: string;
  deployment?: string | null | undefined;
  children: ComponentChildren;
}

function Note({ word, tone, cite, deployment, children }: NoteProps) {
  return (
    <li class={`note ${tone}`}>
      <span class="note-word">
        <Icon name={tone === "owed" ? "owed" : "warn"} />
        {word}
      </span>{" "}
      <span>
        {children} <Cite cite={cite} {...(deployment != null && { deployment })} />
      </span>
    </li>
  );
}

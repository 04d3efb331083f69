import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { Answer, Answers, Cost } from "wayleave/slim";
import { candidates, deployments, explanation } from "../model/answers.ts";
import { showable } from "../model/envelope.ts";
import { usd } from "../model/money.ts";
import { request, row } from "../model/session.ts";
import { Broken } from "./cite.tsx";
import { Icon, type IconName } from "./icons.tsx";
import { Why } from "./why.tsx";

export const QUESTIONS: readonly { id: keyof Answers; brief: string; short: string; full: string }[] = [
  { id: "can", brief: "Can", short: "Can it", full: "Can it serve this?" },
  { id: "may", brief: "May", short: "May it", full: "May it?" },
  { id: "room", brief: "Room", short: "Has it room", full: "Has it room?" },
  { id: "first", brief: "First", short: "Who is first", full: "Who is first?" },
  { id: "cost", brief: "Cost", short: "What it costs", full: "What does it cost?" },
];

export const SAYS: Record<Answer["answer"], { word: string; icon: IconName; tone: string }> = {
  yes: { word: "yes", icon: "yes", tone: "yes" },
  no: { word: "no", icon: "no", tone: "no" },
  pending: { word: "not settled", icon: "wait", tone: "wait" },
  not_asked: { word: "–", icon: "none", tone: "none" },
};

/** Every deployment that serves the model, with the five answers; the others folded away. */
export function DecisionTable() {
  const { serving, others } = candidates.value;
  const heads = ["#", "Deployment", ...QUESTIONS.map(({ short }) => short)];
  return (
    <>
      {/* Roles are written out because narrow screens lay the table out as cards, which can take them away. */}
      <table class="table" role="table" aria-labelledby="decision-title">
        <thead role="rowgroup">
          <tr role="row">
            {heads.map((head) => (
              <th role="columnheader" scope="col" key={head}>
                {head === "#" ? <span aria-label="Rank">#</span> : head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {serving.map((id) => (
            <Row key={id} id={id} />
          ))}
        </tbody>
      </table>
      {serving.length === 0 && <p class="calm">No deployment serves this model.</p>}
      {others.length > 0 && <Others ids={others} />}
    </>
  );
}

function Others({ ids }: { ids: readonly string[] }) {
  const open = useSignal(false);
  return (
    <details
      class="others"
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary>
        {ids.length} {ids.length === 1 ? "other that does" : "others that do"} not serve this model
      </summary>
      {open.value && (
        <ul>
          {ids.map((id) => (
            <li key={id}>
              <Broken text={id} /> <span class="where">{deployments.value.get(id)?.model}</span>
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}

function Row({ id }: { id: string }) {
  const panel = useId();
  const known = explanation.value;
  const found = known?.deployments[id];
  const verdict = known?.decision.verdicts[id];
  if (found === undefined || verdict === undefined) {
    return null;
  }
  const open = row.value === id;
  const summary = deployments.value.get(id) ?? showable(request.value).offers?.find((offer) => offer.id === id);
  const tier = summary !== undefined && "tier" in summary && summary.tier !== "standard" ? summary.tier : undefined;
  return (
    <>
      <tr role="row" class={`row ${verdict.verdict} ${found.rank === 1 ? "chosen" : ""} ${open ? "open" : ""}`} data-id={id}>
        <td role="cell" class="rank">
          {found.rank ?? <span class="faint">–</span>}
        </td>
        <th role="rowheader" scope="row" class="who">
          <button
            type="button"
            class="who-open"
            aria-expanded={open}
            aria-controls={open ? panel : undefined}
            onClick={() => {
              row.value = open ? undefined : id;
            }}
          >
            <Icon name="down" class="icon turn" />
            <span>
              <Broken text={id} />
            </span>
          </button>
          <span class="under">
            <Verdict verdict={found.rank === 1 ? "chosen" : verdict.verdict} />
            <span class="where">
              {[summary?.provider, summary?.zone, tier]
                .filter((part) => part != null)
                .join(" · ")}
            </span>
          </span>
        </th>
        {QUESTIONS.map(({ id: question, brief }) => (
          <td role="cell" key={question} class={`answer ${question}`} data-label={brief}>
            <Cell
              question={question}
              answer={found.answers[question]}
              decisive={verdict.question === question ? (verdict.cite ?? undefined) : undefined}
              cost={found.cost ?? undefined}
            />
          </td>
        ))}
      </tr>
      {open && (
        <tr role="row" class="why-row">
          <td role="cell" colSpan={7} id={panel}>
            <Why id={id} />
          </td>
        </tr>
      )}
    </>
  );
}

const VERDICTS: Record<string, { icon: IconName; tone: string }> = {
  chosen: { icon: "yes", tone: "chosen" },
  eligible: { icon: "yes", tone: "yes" },
  barred: { icon: "no", tone: "no" },
  pending: { icon: "wait", tone: "wait" },
};

function Verdict({ verdict }: { verdict: string }) {
  const { icon, tone } = VERDICTS[verdict] ?? { icon: "none" as const, tone: "" };
  return (
    <span class={`chip small ${tone}`}>
      <Icon name={icon} />
      {verdict}
    </span>
  );
}

/** What is paid, and what it counts as for the order where that is something else. */
function Price({ cost: { cash, routing } }: { cost: Cost }) {
  return (
    <>
      <span class="amount">{usd(cash)}</span>
      {routing !== cash && <span class="counts-as">counts as {usd(routing)}</span>}
    </>
  );
}

interface CellProps {
  question: keyof Answers;
  answer: Answer;
  decisive: string | undefined;
  cost: Cost | undefined;
}

/** One answer: the word, and what decides it where something does. */
function Cell({ question, answer, decisive, cost }: CellProps) {
  const { word, icon, tone } = SAYS[answer.answer];
  const right = question === "first" ? answer.reasons.find((reason) => reason.values.place !== undefined) : undefined;
  const shown = decisive ?? (answer.answer === "yes" ? right?.cite : answer.reasons[0]?.cite);
  if (question === "cost" && answer.answer === "yes") {
    return cost === undefined ? <span class="say none">not priced</span> : <Price cost={cost} />;
  }
  return (
    <>
      <span class={`say ${tone}`}>
        {answer.answer !== "not_asked" && <Icon name={icon} />}
        <span>{right !== undefined && answer.answer === "yes" ? String(right.values.place) : word}</span>
      </span>
      {shown !== undefined && (
        <span class="cited">
          <Broken text={shown} />
        </span>
      )}
    </>
  );
}

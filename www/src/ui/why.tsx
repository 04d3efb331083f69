import type { Answer, CostLine, Reason } from "wayleave/slim";
import { explanation } from "../model/answers.ts";
import { count, usd } from "../model/money.ts";
import { Cite } from "./cite.tsx";
import { QUESTIONS, SAYS } from "./decision-table.tsx";
import { Icon } from "./icons.tsx";

/** The five answers for one deployment, with what each rests on. */
export function Why({ id }: { id: string }) {
  const known = explanation.value;
  const found = known?.deployments[id];
  const verdict = known?.decision.verdicts[id];
  if (found === undefined || verdict === undefined) {
    return null;
  }
  const attempt = known?.decision.attempts.find((one) => one.deployment === id);
  return (
    <section class="why" aria-label={`${title(found.rank, verdict.verdict)} ${id}`}>
      <h3>
        {title(found.rank, verdict.verdict)} <span>{id}</span>
      </h3>
      <ol class="five">
        {QUESTIONS.map(({ id: question, full }) => (
          <Step
            key={question}
            full={full}
            answer={found.answers[question]}
            decisive={verdict.question === question}
            deployment={id}
          >
            {question === "cost" && found.lines.length > 0 && <Lines lines={found.lines} cost={found.cost} />}
          </Step>
        ))}
      </ol>
      {attempt !== undefined && (
        <p class="next">
          {attempt.next_if.length === 0
            ? "Whatever comes of it, no other deployment is tried after it."
            : `The next one is tried only after: ${attempt.next_if.map((word) => word.replaceAll("_", " ")).join(", ")}.`}
        </p>
      )}
    </section>
  );
}

function title(rank: number | null | undefined, verdict: string): string {
  if (rank === 1) return "Why";
  if (rank != null) return "Why not first:";
  return verdict === "pending" ? "Why not yet:" : "Why not";
}

interface StepProps {
  full: string;
  answer: Answer;
  decisive: boolean;
  deployment: string;
  children?: preact.ComponentChildren;
}

function Step({ full, answer, decisive, deployment, children }: StepProps) {
  const { word, icon, tone } = SAYS[answer.answer];
  const reasons = answer.reasons.filter((reason) => reason.cite !== "price");
  return (
    <li class={`step ${decisive ? "decisive" : ""}`}>
      <div class="step-head">
        <h4>{full}</h4>
        <span class={`say ${tone}`}>
          <Icon name={icon} />
          {answer.answer === "not_asked" ? "not asked" : word}
        </span>
        {decisive && <span class="settles">settles it</span>}
      </div>
      {reasons.map((reason) => (
        <ReasonLine key={reason.cite} reason={reason} deployment={deployment} />
      ))}
      {children}
    </li>
  );
}

function ReasonLine({ reason, deployment }: { reason: Reason; deployment: string }) {
  const values = Object.entries(reason.values);
  return (
    <div class="reason">
      <Cite cite={reason.cite} deployment={deployment} />
      {reason.against.length > 0 && (
        <p>
          against{" "}
          {reason.against.map((cite) => (
            <Cite key={cite} cite={cite} />
          ))}
        </p>
      )}
      {values.length > 0 && (
        <dl class="values">
          {values.map(([name, value]) => (
            <div key={name}>
              <dt>{name.replaceAll("_", " ")}</dt>
              <dd>{written(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      {reason.missing.length > 0 && (
        <p class="missing">
          would be settled by <code>{reason.missing.join(", ")}</code>
        </p>
      )}
    </div>
  );
}

function written(value: unknown): string {
  if (typeof value === "number") return count(value);
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.map(written).join(", ") : JSON.stringify(value);
}

function Lines({ lines, cost }: { lines: readonly CostLine[]; cost: { cash: string; routing: string } | null | undefined }) {
  return (
    <table class="lines">
      <thead>
        <tr>
          <th scope="col">Meter</th>
          <th scope="col">Tokens</th>
          <th scope="col">per million</th>
          <th scope="col">Amount</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.meter}>
            <th scope="row">
              {line.meter.replaceAll("_", " ")}
              {line.above_input_tokens > 0 && <small> above {count(line.above_input_tokens)}</small>}
            </th>
            <td>{count(line.tokens)}</td>
            <td>{usd(line.usd_per_mtok)}</td>
            <td>{usd(line.usd)}</td>
          </tr>
        ))}
      </tbody>
      {cost != null && (
        <tfoot>
          <tr>
            <th scope="row" colSpan={3}>
              {cost.cash === cost.routing ? "Cost" : "Cash"}
            </th>
            <td>{usd(cost.cash)}</td>
          </tr>
          {cost.cash !== cost.routing && (
            <tr>
              <th scope="row" colSpan={3}>
                What the order is decided by
              </th>
              <td>{usd(cost.routing)}</td>
            </tr>
          )}
        </tfoot>
      )}
    </table>
  );
}

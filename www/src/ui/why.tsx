import type { Answer, Cost, CostLine, Step as PriceStep, Reason, StepKind } from "wayleave/slim";
import { deployments, explanation } from "../model/answers.ts";
import { plainly } from "../model/dates.ts";
import { showable } from "../model/envelope.ts";
import { count, percent, usd } from "../model/money.ts";
import { request } from "../model/session.ts";
import { Cite } from "./cite.tsx";
import { QUESTIONS, SAYS } from "./decision-table.tsx";
import { Icon } from "./icons.tsx";
import { WhyNotBox } from "./why-not.tsx";

/** The five answers for one deployment, with what each rests on. */
export function Why({ id }: { id: string }) {
  const known = explanation.value;
  const found = known?.deployments[id];
  const verdict = known?.decision.verdicts[id];
  if (found === undefined || verdict === undefined) {
    return null;
  }
  const attempt = known?.decision.attempts.find((one) => one.deployment === id);
  // Rights and permits are reasons of their questions; what else put it at its place only the attempt knows.
  const told = new Set(QUESTIONS.flatMap((question) => found.answers[question.id].reasons.map(({ cite }) => cite)));
  const placed = (attempt?.because ?? []).filter((cite) => !told.has(cite));
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
            {question === "first" && placed.length > 0 && (
              <p class="reason">
                put here by{" "}
                {placed.map((cite) => (
                  <Cite key={cite} cite={cite} />
                ))}
              </p>
            )}
            {question === "cost" && found.steps.length > 0 && <Price lines={found.lines} steps={found.steps} cost={found.cost} />}
            {question === "cost" && found.cost != null && !deployments.value.has(id) && <OfferPrice id={id} cost={found.cost} />}
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
      {found.rank !== 1 && <WhyNotBox id={id} first={found.rank != null} />}
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

interface PriceProps {
  lines: readonly CostLine[];
  steps: readonly PriceStep[];
  cost: Cost | null | undefined;
}

/** What each meter adds, and every step from there to what is paid and what decides the order. */
function Price({ lines, steps, cost }: PriceProps) {
  // The sum of the cells is what is paid, unless something is done to it.
  const shown = steps.length > 1 || steps[0]?.step !== "cell" ? steps : [];
  const paid = shown.filter(({ step }) => step !== "shadow_price");
  const ordered = shown.filter(({ step }) => step === "shadow_price");
  return (
    <table class="lines">
      {lines.length > 0 && (
        <>
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
        </>
      )}
      <tfoot>
        {paid.map((step, index) => (
          <StepRow key={index} step={step} />
        ))}
        {cost != null && (
          <Total name={cost.cash === cost.routing ? "Cost" : "Cash"} amount={cost.cash} />
        )}
        {ordered.map((step, index) => (
          <StepRow key={index} step={step} />
        ))}
        {cost != null && cost.cash !== cost.routing && <Total name="Counts for the order as" amount={cost.routing} />}
      </tfoot>
    </table>
  );
}

function Total({ name, amount }: { name: string; amount: string }) {
  return (
    <tr class="total">
      <th scope="row" colSpan={3}>
        {name}
      </th>
      <td>{usd(amount)}</td>
    </tr>
  );
}

function StepRow({ step }: { step: PriceStep }) {
  return (
    <tr class="price-step">
      <th scope="row" colSpan={3}>
        {DOES[step.step](step)}
        {step.cite != null && (
          <>
            {" "}
            <Cite cite={step.cite} />
          </>
        )}
      </th>
      <td>{usd(step.after)}</td>
    </tr>
  );
}

const DOES: Record<StepKind, (step: PriceStep) => string> = {
  provisioned: () => "Its units are paid by the hour",
  cell: () => "By the price list",
  multiplier: ({ by }) => `Multiplied by ${by}`,
  ladder: ({ mode, drawn_tokens }) =>
    `${mode === "all_units" ? "One step for all units" : "Each step for itself"}, after ${count(drawn_tokens ?? 0)} tokens of the period`,
  discount: ({ by }) => `Discount, times ${by}`,
  price_match: () => "Match of a better price",
  rounding: () => "Rounded",
  revenue_share: () => "Share of the revenue",
  commitment: () => "Paid for already",
  shadow_price: ({ shortfall, recover, source, as_of }) =>
    [
      `A shortfall of ${usd(shortfall ?? "0")} is paid anyway`,
      recover != null && recover !== "0" && `${percent(recover)} of it comes back`,
      source != null && `by ${source}`,
      as_of != null && `as of ${plainly(as_of)}`,
    ]
      .filter((part) => part !== false)
      .join(", "),
};

/** What an offer of capacity costs. */
function OfferPrice({ id, cost }: { id: string; cost: Cost }) {
  const { units, hours, usd_per_unit_hour: price } = showable(request.value).offers?.find((offer) => offer.id === id) ?? {};
  return (
    <p class="offer-price">
      {units != null && hours != null && price != null && (
        <>
          {count(units)} units × {count(hours)} hours × {usd(String(price))} ={" "}
        </>
      )}
      <b>{usd(cost.cash)}</b>
    </p>
  );
}

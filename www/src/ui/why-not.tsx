import type { Change, WhyNotReason } from "wayleave/slim";
import { apply, asked, names, point, told, untold, way } from "../model/why-not.ts";
import { usd } from "../model/money.ts";
import { Broken, Cite } from "./cite.tsx";
import { QUESTIONS } from "./decision-table.tsx";

/** What speaks against a deployment, in order, and what alone would change it; found when somebody asks. */
export function WhyNotBox({ id, first }: { id: string; first: boolean }) {
  const why = told.value?.deployment === id ? told.value : undefined;
  if (asked.value !== id) {
    return (
      <p class="why-not">
        <button
          type="button"
          class="button"
          onClick={() => {
            told.value = undefined;
            untold.value = undefined;
            asked.value = id;
          }}
        >
          Why not, and what would change it?
        </button>
      </p>
    );
  }
  const goal = first ? "the first attempt" : "eligible";
  return (
    <section class="why-not" aria-label={`Why not ${id}`} aria-busy={why === undefined && untold.value === undefined}>
      {untold.value !== undefined && <p class="calm">{untold.value}</p>}
      {why === undefined && untold.value === undefined && <p class="calm">Trying changes…</p>}
      {why !== undefined && (
        <>
          <h4>What speaks against it, in order</h4>
          <ol class="against">
            {why.reasons.map((reason, index) => (
              <Against key={index} reason={reason} id={id} />
            ))}
          </ol>
          <h4>{why.changes.length > 0 ? `Each of these alone would make it ${goal}` : `Nothing alone would make it ${goal}`}</h4>
          <ul class="changes">
            {why.changes.map((change, index) => (
              <ChangeLine key={index} change={change} />
            ))}
          </ul>
          {why.incomplete.length > 0 && <p class="missing">Not looked at: {why.incomplete.join("; ")}</p>}
        </>
      )}
    </section>
  );
}

function Against({ reason, id }: { reason: WhyNotReason; id: string }) {
  const question = QUESTIONS.find((one) => one.id === reason.question);
  return (
    <li>
      <span class="asked">{question?.short}</span> <Cite cite={reason.cite} deployment={id} />
      {reason.missing.length > 0 && (
        <span class="missing">
          {" "}
          would be settled by <code>{reason.missing.join(", ")}</code>
        </span>
      )}
    </li>
  );
}

function ChangeLine({ change }: { change: Change }) {
  const make = way(change);
  const money = change.kind === "price";
  const to = money ? usd(String(change.to)) : point(change.to);
  const from = money ? usd(String(change.from)) : point(change.from);
  const name = names(change.variable);
  return (
    <li class="change">
      <span class="change-text">
        <span class="change-name">
          <Broken text={name} />
        </span>{" "}
        <b>{to}</b> <span class="instead">instead of {from}</span>
      </span>
      {make === undefined ? (
        <span class="instead">in the policy</span>
      ) : (
        <button type="button" class="button" aria-label={`Apply: ${name} ${to}`} onClick={() => apply(change, make)}>
          Apply
        </button>
      )}
    </li>
  );
}

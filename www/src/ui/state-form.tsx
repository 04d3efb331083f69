import type { ClauseState, Notice } from "wayleave/slim";
import { candidates, deployments, policy } from "../model/answers.ts";
import { plainly } from "../model/dates.ts";
import { readState } from "../model/envelope.ts";
import { usd } from "../model/money.ts";
import { counted, establish, report, state, stated } from "../model/session.ts";
import { Cite } from "./cite.tsx";
import { Amount, Count, Value } from "./fields.tsx";

/** What is true of the world: an overlay, kept apart from the text of the policy. */
export function StateForm() {
  const facts = Object.entries(policy.value?.vocabulary.facts ?? {});
  // Offers of capacity have no state; what may be said of them stands in notices.
  const known = candidates.value.serving.filter((id) => deployments.value.has(id));
  const { clauses = {}, notices } = shown();
  return (
    <div class="state">
      <div class="state-lead">
        <p>What is true of the world at this moment. The policy’s text stays as it is.</p>
        <button
          type="button"
          class="button"
          disabled={stated.value === 0}
          onClick={() => {
            state.value = {};
          }}
        >
          Reset
        </button>
      </div>
      <ul class="conditions">
        {known.map((id) => (
          <Condition key={id} id={id} />
        ))}
      </ul>
      {Object.keys(clauses ?? {}).length > 0 && (
        <section class="facts" aria-labelledby="counted-title">
          <h3 id="counted-title">Counted for clauses</h3>
          {Object.entries(clauses ?? {}).map(([clause, counts]) => (
            <Counted key={clause} clause={clause} counts={counts} />
          ))}
        </section>
      )}
      {(notices ?? []).length > 0 && (
        <section class="facts" aria-labelledby="notices-title">
          <h3 id="notices-title">Notices</h3>
          <ul>
            {(notices ?? []).map((notice, index) => (
              <NoticeLine key={index} notice={notice} />
            ))}
          </ul>
        </section>
      )}
      {facts.length > 0 && (
        <fieldset class="facts">
          <legend>Facts</legend>
          <div class="form">
            {facts.map(([name, declared]) => (
              <Value
                key={name}
                label={name}
                class="own wide"
                declared={declared}
                none={declared.default == null ? "as in the policy" : `as in the policy (default: ${declared.default})`}
                value={state.value.facts?.[name]?.value}
                onValue={(value) => establish(name, value)}
              />
            ))}
          </div>
        </fieldset>
      )}
      <p class="calm">Whatever else is known, such as notices and further counters of clauses, is written in the JSON.</p>
    </div>
  );
}

/** What a form can show of the state: whatever else stands in it stays there. */
function shown() {
  try {
    return readState(state.value);
  } catch {
    return {};
  }
}

/** The counters that are stated of one clause. */
function Counted({ clause, counts }: { clause: string; counts: ClauseState }) {
  const fields = (["drawn", "total", "accrued", "held"] as const).filter((name) => name === "drawn" || counts[name] != null);
  const { forecast } = counts;
  return (
    <fieldset class="counted">
      <legend>
        <Cite cite={clause} />
      </legend>
      {fields.map((name) => (
        <Amount
          key={name}
          label={
            <>
              {COUNTED[name]}
              <span class="hidden">, {clause}</span>
            </>
          }
          value={counts[name]}
          onAmount={(amount) => counted(clause, { [name]: amount })}
        />
      ))}
      {forecast != null && (
        <Amount
          label={
            <>
              Forecast<span class="hidden">, {clause}</span>
            </>
          }
          value={forecast.amount}
          onAmount={(amount) => counted(clause, { forecast: { ...state.value.clauses?.[clause]?.forecast, amount: amount ?? "0" } })}
        />
      )}
      {counts.resets_at != null && <p class="calm">starts again {plainly(counts.resets_at)}</p>}
    </fieldset>
  );
}

const COUNTED = { drawn: "Drawn", total: "Of a total of", accrued: "Not invoiced", held: "Held in flight" };

function NoticeLine({ notice }: { notice: Notice }) {
  const { clause, block, units, hours, usd_per_unit_hour: price, answer } = notice;
  const moments = (["sent", "received", "answered", "failed", "contracted"] as const).filter((name) => notice[name] != null);
  return (
    <li class="notice-line">
      <Cite cite={clause} /> of <b>{block}</b>
      {units != null && hours != null && price != null && (
        <>
          : {units} units, {hours} hours at {usd(String(price))}
        </>
      )}
      {moments.map((name) => (
        <span key={name}>
          {", "}
          {name === "answered" && answer != null ? answer : name} {plainly(notice[name] ?? "")}
        </span>
      ))}
      {answer != null && notice.answered == null && `, ${answer}`}
    </li>
  );
}

function Condition({ id }: { id: string }) {
  const known = state.value.deployments?.[id];
  const full = known?.signal != null;
  return (
    <li class="condition" id={`state-${id}`}>
      <span class="condition-name">{id}</span>
      <Switch
        label="Down"
        of={id}
        on={known?.health === "down"}
        onSwitch={(on) => report(id, { health: on ? "down" : undefined })}
      />
      <Switch
        label="Full"
        of={id}
        on={full}
        onSwitch={(on) => report(id, { signal: on ? { kind: "shared_capacity" } : undefined })}
      />
      <Count
        label={
          <>
            Used<span class="hidden"> tokens, {id}</span>
          </>
        }
        class="inline"
        step={1000}
        value={known?.used?.tokens}
        onCount={(tokens) => report(id, { used: tokens === undefined ? undefined : { ...known?.used, tokens } })}
      />
    </li>
  );
}

function Switch(props: { label: string; of: string; on: boolean; onSwitch: (on: boolean) => void }) {
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        checked={props.on}
        aria-label={`${props.label}: ${props.of}`}
        onChange={(event) => props.onSwitch(event.currentTarget.checked)}
      />
      <span aria-hidden="true">{props.label}</span>
    </label>
  );
}

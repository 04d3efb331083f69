import { candidates, policy } from "../model/answers.ts";
import { establish, report, state, stated } from "../model/session.ts";
import { Count, Value } from "./fields.tsx";

/** What is true of the world: an overlay, kept apart from the text of the policy. */
export function StateForm() {
  const facts = Object.entries(policy.value?.vocabulary.facts ?? {});
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
        {candidates.value.serving.map((id) => (
          <Condition key={id} id={id} />
        ))}
      </ul>
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
    </div>
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

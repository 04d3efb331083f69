import { signal } from "@preact/signals";
import { refusals } from "../model/answers.ts";
import { stated } from "../model/session.ts";
import { AskedJson } from "./asked-json.tsx";
import { Ticked } from "./policy-pane.tsx";
import { RequestForm } from "./request-form.tsx";
import { StateForm } from "./state-form.tsx";
import { Tabs, tabId } from "./tabs.tsx";

type View = "form" | "json" | "state";
const view = signal<View>("form");

export function RequestPane() {
  return (
    <section class="pane pane-request" id="pane-request" aria-labelledby="request-title">
      <div class="pane-head">
        <h2 id="request-title">Request</h2>
        <Tabs
          label="Request and state"
          panel="asked"
          items={[
            { id: "form", label: "Form" },
            { id: "json", label: "JSON" },
            { id: "state", label: <StateLabel /> },
          ]}
          selected={view.value}
          onSelect={(id) => {
            view.value = id;
          }}
        />
      </div>
      <div class="asked" id="asked" role="tabpanel" aria-labelledby={tabId("asked", view.value)}>
        {view.value === "form" && <RequestForm />}
        {view.value === "json" && <AskedJson />}
        {view.value === "state" && <StateForm />}
      </div>
      {refusals.value.length > 0 && (
        <ul class="refusals">
          {refusals.value.map((finding, index) => (
            <li key={index}>
              <Ticked text={finding.message} />
              {finding.help != null && (
                <>
                  {" — "}
                  <Ticked text={finding.help} />
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function StateLabel() {
  const count = stated.value;
  return (
    <>
      State
      {count > 0 && (
        <span class="badge unsure">
          {count}
          <span class="hidden"> stated</span>
        </span>
      )}
    </>
  );
}

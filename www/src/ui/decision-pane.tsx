import type { HoldReason } from "wayleave/slim";
import { candidates, explanation, stale } from "../model/answers.ts";
import { plainly } from "../model/dates.ts";
import { Cite } from "./cite.tsx";
import { DecisionTable } from "./decision-table.tsx";
import { Icon, type IconName } from "./icons.tsx";
import { Live } from "./live.tsx";
import { Notes } from "./notes.tsx";

const OUTCOMES: Record<string, { icon: IconName; tone: string }> = {
  route: { icon: "yes", tone: "yes" },
  hold: { icon: "wait", tone: "wait" },
  refuse: { icon: "no", tone: "no" },
  conflict: { icon: "warn", tone: "no" },
};

const WAITS: Record<HoldReason, string> = {
  right: "Waits for a first right",
  notice: "Waits for a notice, or the answer to it",
  room: "Waits for room",
  fact: "Waits for what is not known",
};

export function DecisionPane() {
  const known = explanation.value;
  return (
    <section
      class={`pane pane-decision ${stale.value === undefined ? "" : "is-stale"}`}
      id="pane-decision"
      aria-labelledby="decision-title"
      data-policy={known?.decision.policy_digest}
    >
      <div class="ruling">
        <div class="pane-head">
          <h2 id="decision-title">Decision</h2>
          {known !== undefined && <Outcome outcome={known.decision.outcome} />}
          {stale.value !== undefined && known !== undefined && (
            <span class="chip wait stale-chip">
              <Icon name="warn" />
              Stale
            </span>
          )}
        </div>
        {stale.value !== undefined && (
          <p class="stale-line">
            {stale.value}. {known === undefined ? "There is no decision yet." : "Below is the last good decision."}
          </p>
        )}
        <p class="sentence" data-testid="sentence">
          {known?.sentence ?? (stale.value === undefined ? "Deciding…" : "")}
        </p>
        <Live />
      </div>
      {known !== undefined && (
        <div class="reasons">
          <Facts />
          <Notes />
          <DecisionTable />
        </div>
      )}
    </section>
  );
}

function Outcome({ outcome }: { outcome: string }) {
  const { icon, tone } = OUTCOMES[outcome] ?? { icon: "none" as const, tone: "" };
  return (
    <span class={`chip ${tone}`} data-testid="outcome">
      <Icon name={icon} />
      {outcome}
    </span>
  );
}

/** What the sentence leaves out: the clauses, the hold, the instant, the evidence. */
function Facts() {
  const decision = explanation.value?.decision;
  if (decision === undefined) {
    return null;
  }
  const because = decision.attempts[0]?.because ?? [];
  // What the request itself rules out says nothing about those that it asks for.
  const cites = new Set(candidates.value.serving.flatMap((id) => decision.verdicts[id]?.cite ?? []));
  const ruling = [...cites].filter((cite) => !cite.startsWith("request/"));
  const bars = ruling.length > 0 ? ruling : [...cites];
  return (
    <dl class="facts-line">
      {because.length > 0 && <Fact name="Because of" cites={because} />}
      {decision.outcome === "refuse" && <Fact name="Barred by" cites={bars.slice(0, 5)} />}
      {decision.hold != null && <Fact name={WAITS[decision.hold.reason]} cites={decision.hold.cites} />}
      {decision.hold?.until != null && (
        <div>
          <dt>Until</dt>
          <dd>{plainly(decision.hold.until)}</dd>
        </div>
      )}
      {decision.hold?.missing != null && <Fact name="Missing" cites={decision.hold.missing} />}
      {decision.conflict != null && <Fact name="Contradict each other" cites={decision.conflict.between} />}
      {decision.assumed != null && <Fact name="Day of change assumed" cites={decision.assumed} />}
      <div>
        <dt>Decided for</dt>
        <dd>{plainly(decision.at)}</dd>
      </div>
      <div>
        <dt>Evidence</dt>
        <dd>{decision.confidence.replace("_", " ")}</dd>
      </div>
    </dl>
  );
}

function Fact({ name, cites }: { name: string; cites: readonly string[] }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {cites.map((cite) => (
          <Cite key={cite} cite={cite} />
        ))}
      </dd>
    </div>
  );
}

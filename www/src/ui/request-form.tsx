import { computed } from "@preact/signals";
import type { Act } from "wayleave/slim";
import { policy } from "../model/answers.ts";
import { showable } from "../model/envelope.ts";
import { ask, askAbout, request, takesOffers } from "../model/session.ts";
import { Amount, Choice, Count, Several, Value, Words } from "./fields.tsx";
import { Offers } from "./offers.tsx";

const ACTS: readonly Act[] = ["serve", "launch", "host", "train", "sell"];

const zones = computed(() => {
  const deployments = policy.value?.deployments ?? [];
  const near = new Set(["eu", "us", "global", ...deployments.flatMap(({ zone }) => (zone == null ? [] : [zone]))]);
  const all = policy.value?.vocabulary.zones ?? [];
  return [
    { label: "In this policy", options: all.filter((zone) => near.has(zone)) },
    { label: "All", options: all.filter((zone) => !near.has(zone)) },
  ];
});

const pins = computed(() => {
  const { act, offers } = showable(request.value);
  const deployments = (takesOffers(act) ? offers : policy.value?.deployments) ?? [];
  return {
    providers: [...new Set(deployments.map(({ provider }) => provider))],
    deployments: deployments.map(({ id }) => id),
  };
});

/** So many checkboxes stay in sight; more fold away behind what is chosen of them. */
const IN_SIGHT = 8;

function Needs({ capabilities }: { capabilities: readonly string[] }) {
  const chosen = showable(request.value).needs ?? [];
  const boxes = (
    <Several
      label="Needs"
      options={[...capabilities].sort()}
      chosen={chosen}
      onChoose={(needs) => ask({ needs: needs.length === 0 ? undefined : needs })}
    />
  );
  return capabilities.length <= IN_SIGHT ? (
    boxes
  ) : (
    <details class="more folded">
      <summary>
        Needs: <span>{chosen.length === 0 ? "nothing in particular" : chosen.join(", ")}</span>
      </summary>
      {boxes}
    </details>
  );
}

/** The request in the words of the policy. */
export function RequestForm() {
  const words = policy.value?.vocabulary;
  const now = showable(request.value);
  const capacity = takesOffers(now.act);
  return (
    <form class="form" onSubmit={(event) => event.preventDefault()}>
      <Choice
        label="Model"
        class="wide"
        groups={[{ label: "", options: words?.models ?? [] }]}
        value={now.model}
        onChoose={(model) => ask({ model: model ?? "" })}
      />
      <Choice
        label="Act"
        groups={[{ label: "", options: ACTS }]}
        value={now.act ?? "serve"}
        onChoose={(act) => askAbout(act as Act)}
      />
      <Choice label="Zone of the work" none="not stated" groups={zones.value} value={now.zone ?? undefined} onChoose={(zone) => ask({ zone })} />
      {!capacity && (
        <>
          <Count label="Input tokens" value={now.input_tokens} onCount={(input_tokens) => ask({ input_tokens })} />
          <Count label="Most output" value={now.max_output_tokens} onCount={(max_output_tokens) => ask({ max_output_tokens })} />
          <Count
            label="Expected output"
            value={now.expected_output_tokens}
            onCount={(expected_output_tokens) => ask({ expected_output_tokens })}
          />
        </>
      )}
      {Object.entries(words?.attributes ?? {}).map(([name, declared]) => (
        <Value
          key={name}
          label={name}
          class="own"
          declared={declared}
          value={now[name]}
          onValue={(value) => ask({ [name]: value })}
        />
      ))}
      {capacity ? <Offers /> : <Wanted />}
      <More capacity={capacity} />
    </form>
  );
}

/** What a deployment must be able to do, and at which tiers. */
function Wanted() {
  const words = policy.value?.vocabulary;
  const { tier } = showable(request.value);
  const tiers = tier == null ? [] : [tier].flat();
  return (
    <>
      {(words?.capabilities.length ?? 0) > 0 && <Needs capabilities={words?.capabilities ?? []} />}
      {(words?.tiers.length ?? 0) > 1 && (
        <Several
          label="Tiers that will do"
          options={words?.tiers ?? []}
          chosen={tiers.length === 0 ? ["standard"] : tiers}
          onChoose={(tier) => ask({ tier: tier.length === 0 || tier.join() === "standard" ? undefined : tier })}
        />
      )}
    </>
  );
}

/** What few requests say; what is said stays in sight. */
function More({ capacity }: { capacity: boolean }) {
  const now = showable(request.value);
  const written = now.cache_write_tokens;
  const byTtl = typeof written === "object" && written !== null ? Object.entries(written) : [];
  const byTtlText = byTtl.map(([ttl, tokens]) => `${ttl} ${tokens}`).join(", ");
  const pinned = [now.provider, now.deployment, now.key];
  const priced = [
    now.cached_input_tokens,
    byTtlText || written,
    now.expected_reasoning_tokens,
    now.revenue_usd == null ? undefined : `${now.revenue_usd} USD`,
    now.new_customer == null ? undefined : now.new_customer ? "new customer" : "old customer",
  ];
  const set = [...(capacity ? [] : priced), ...pinned].filter((value) => value != null);
  return (
    <details class="more">
      <summary>
        {capacity ? "Pins" : "Cache, revenue, pins"}
        {set.length > 0 && <span>: {set.join(", ")}</span>}
      </summary>
      <div class="form">
        {!capacity && (
          <>
            <Count label="Read from cache" value={now.cached_input_tokens} onCount={(cached_input_tokens) => ask({ cached_input_tokens })} />
            <Count
              label="Written to cache"
              value={typeof written === "number" ? written : undefined}
              empty={byTtlText || undefined}
              onCount={(cache_write_tokens) => ask({ cache_write_tokens })}
            />
            <Count
              label="Expected reasoning"
              value={now.expected_reasoning_tokens}
              onCount={(expected_reasoning_tokens) => ask({ expected_reasoning_tokens })}
            />
            <Amount label="Revenue, USD" value={now.revenue_usd} onAmount={(revenue_usd) => ask({ revenue_usd })} />
            <Choice
              label="New customer"
              none="not stated"
              groups={[{ label: "", options: ["yes", "no"] }]}
              value={now.new_customer == null ? undefined : now.new_customer ? "yes" : "no"}
              onChoose={(word) => ask({ new_customer: word === undefined ? undefined : word === "yes" })}
            />
          </>
        )}
        <Choice
          label="Pinned provider"
          none="any"
          groups={[{ label: "", options: pins.value.providers }]}
          value={now.provider ?? undefined}
          onChoose={(provider) => ask({ provider })}
        />
        <Choice
          label={capacity ? "Pinned offer" : "Pinned deployment"}
          class="wide"
          none="any"
          groups={[{ label: "", options: pins.value.deployments }]}
          value={now.deployment ?? undefined}
          onChoose={(deployment) => ask({ deployment })}
        />
        <Words label="Key" value={now.key ?? undefined} onWords={(key) => ask({ key })} />
      </div>
    </details>
  );
}

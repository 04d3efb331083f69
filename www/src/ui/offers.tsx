import { policy } from "../model/answers.ts";
import { showable } from "../model/envelope.ts";
import { addOffer, dropOffer, offer, request } from "../model/session.ts";
import { Amount, Count, Words } from "./fields.tsx";
import { Icon } from "./icons.tsx";

/** The capacity that is asked about, for the acts `host` and `train`. */
export function Offers() {
  const offers = showable(request.value).offers ?? [];
  const providers = new Set([
    ...(policy.value?.deployments ?? []).map(({ provider }) => provider),
    ...offers.map(({ provider }) => provider),
  ]);
  return (
    <div class="offers">
      <datalist id="offering">
        {[...providers].filter((name) => name !== "").map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {offers.map(({ id, provider, block, units, hours, usd_per_unit_hour }, index) => (
        <fieldset class="offer" key={index}>
          <legend>
            Offer <b>{id}</b>
          </legend>
          <Words label="Id" value={id} onWords={(text) => offer(index, { id: text })} />
          <Words label="Provider" list="offering" value={provider} onWords={(text) => offer(index, { provider: text })} />
          <Words label="Block" empty={id} value={block ?? undefined} onWords={(text) => offer(index, { block: text })} />
          <Count label="Units" value={units} onCount={(count) => offer(index, { units: count })} />
          <Count label="Hours" value={hours} onCount={(count) => offer(index, { hours: count })} />
          <Amount
            label="USD per unit-hour"
            value={usd_per_unit_hour}
            onAmount={(amount) => offer(index, { usd_per_unit_hour: amount })}
          />
          {offers.length > 1 && (
            <button type="button" class="button quiet drop" aria-label={`Remove offer ${id}`} onClick={() => dropOffer(index)}>
              <Icon name="close" />
            </button>
          )}
        </fieldset>
      ))}
      <button type="button" class="button" onClick={addOffer}>
        Add an offer
      </button>
    </div>
  );
}

import { computed } from "@preact/signals";
import { dayOf, era, isoDay, longDay, moved, shortDay, span, spoken, ticks } from "../model/dates.ts";
import { at, files } from "../model/session.ts";
import { Icon } from "./icons.tsx";

const marks = computed(() => ticks(files.value));
const shown = computed(() => dayOf(at.value) ?? 0);
const reach = computed(() => span(marks.value, shown.value));

/** The instant of the decision: two fields, and a slider over the days on which something changes. */
export function AsOf() {
  const { first, last } = reach.value;
  const { before, after } = era(marks.value, shown.value);
  const place = (day: number) => ({ "--at": String((day - first) / (last - first)) });
  const go = (day: number | undefined) => {
    if (day !== undefined) {
      at.value = moved(at.value, day);
    }
  };

  function snap(event: KeyboardEvent) {
    const to = { PageUp: after, PageDown: before }[event.key];
    if (event.key === "PageUp" || event.key === "PageDown") {
      event.preventDefault();
      go(to?.day);
    }
  }

  return (
    <section class="as-of" aria-labelledby="as-of-title">
      <h2 id="as-of-title">As of</h2>
      <Fields />
      <div class="slider">
        <button type="button" class="button quiet" aria-label="Previous change" disabled={!before} onClick={() => go(before?.day)}>
          <Icon name="left" />
        </button>
        <div class="track">
          <input
            type="range"
            aria-label="Day"
            min={first}
            max={last}
            step={1}
            value={shown.value}
            aria-valuetext={spoken(marks.value, shown.value)}
            onInput={(event) => go(event.currentTarget.valueAsNumber)}
            onKeyDown={snap}
          />
          <div class="marks" aria-hidden="true">
            {marks.value.map((tick) => (
              <i key={tick.day} class={tick.day <= shown.value ? "past" : ""} style={place(tick.day)} />
            ))}
          </div>
          <div class="ends" aria-hidden="true">
            <span>{shortDay(first)}</span>
            <span>{shortDay(last)}</span>
          </div>
        </div>
        <button type="button" class="button quiet" aria-label="Next change" disabled={!after} onClick={() => go(after?.day)}>
          <Icon name="right" />
        </button>
      </div>
      <Era />
    </section>
  );
}

function Fields() {
  const day = isoDay(shown.value);
  const time = at.value.length > 10 ? new Date(at.value).toISOString().slice(11, 19) : "";
  return (
    <div class="instant">
      <label class="hidden" for="as-of-day">
        Date
      </label>
      <input
        id="as-of-day"
        type="date"
        value={day}
        onInput={(event) => {
          const next = dayOf(event.currentTarget.value);
          if (next !== undefined) {
            at.value = moved(at.value, next);
          }
        }}
      />
      <label class="hidden" for="as-of-time">
        Time, UTC; empty where only the day is known
      </label>
      <input
        id="as-of-time"
        type="time"
        step={1}
        value={time}
        title="Empty: only the day is known"
        onInput={(event) => {
          const text = event.currentTarget.value;
          // The day that is asked about, which may have changed since this was drawn.
          const day = isoDay(shown.value);
          at.value = text === "" ? day : `${day}T${text.length === 5 ? `${text}:00` : text}Z`;
        }}
      />
      <span class="unit">UTC</span>
    </div>
  );
}

function Era() {
  const { on, before, after } = era(marks.value, shown.value);
  const since = on ?? before;
  return (
    <p class="era">
      {since !== undefined && (
        <span>
          <b>{on === undefined ? `Since ${longDay(since.day)}` : "From this day"}</b> {since.labels.join(", ")}
        </span>
      )}
      {after !== undefined && (
        <span>
          <b>Next {longDay(after.day)}</b> {after.labels.join(", ")}
        </span>
      )}
      {since === undefined && after === undefined && <span>No date in this policy changes anything.</span>}
    </p>
  );
}

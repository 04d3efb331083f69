// The fields of the forms: a label above, a control of one kind below.
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { Declared } from "wayleave/slim";
import { AMOUNT } from "../model/envelope.ts";

interface FieldProps {
  label: ComponentChildren;
  class?: string;
}

export interface Group {
  label: string;
  options: readonly string[];
}

/** A choice of words; the empty choice stands for a field that is not set. */
export function Choice(
  props: FieldProps & {
    value: string | undefined;
    none?: string;
    groups: readonly Group[];
    onChoose: (value: string | undefined) => void;
  },
) {
  const id = useId();
  const known = props.groups.some((group) => group.options.includes(props.value ?? ""));
  const [first] = props.groups;
  return (
    <Field id={id} label={props.label} class={props.class ?? ""}>
      <select
        id={id}
        value={props.value ?? ""}
        onChange={(event) => props.onChoose(event.currentTarget.value === "" ? undefined : event.currentTarget.value)}
      >
        {props.none !== undefined && <option value="">{props.none}</option>}
        {props.value !== undefined && props.value !== "" && !known && <option value={props.value}>{props.value} (unknown here)</option>}
        {props.groups.length === 1
          ? first?.options.map((option) => <Option key={option} name={option} />)
          : props.groups.map((group) => (
              <optgroup key={group.label} label={group.label}>
                {group.options.map((option) => (
                  <Option key={option} name={option} />
                ))}
              </optgroup>
            ))}
      </select>
    </Field>
  );
}

function Option({ name }: { name: string }) {
  return <option value={name}>{name}</option>;
}

/** A count of tokens or the like. */
export function Count(
  props: FieldProps & { value: number | null | undefined; empty?: string | undefined; step?: number; onCount: (value: number | undefined) => void },
) {
  const id = useId();
  return (
    <Field id={id} label={props.label} class={props.class ?? ""}>
      <input
        id={id}
        type="number"
        inputMode="numeric"
        placeholder={props.empty}
        min={0}
        step={props.step ?? 1}
        value={props.value ?? ""}
        onInput={(event) => {
          const { value, valueAsNumber } = event.currentTarget;
          if (value === "") {
            props.onCount(undefined);
          } else if (Number.isSafeInteger(valueAsNumber)) {
            props.onCount(valueAsNumber);
          }
        }}
      />
    </Field>
  );
}

/** An amount of money or the like. It stays the text that was typed, so that it is exact. */
export function Amount(props: FieldProps & { value: number | string | null | undefined; onAmount: (value: string | undefined) => void }) {
  const id = useId();
  return (
    <Field id={id} label={props.label} class={props.class ?? ""}>
      <input
        id={id}
        type="number"
        inputMode="decimal"
        min={0}
        step="any"
        value={props.value == null ? "" : String(props.value)}
        onInput={(event) => {
          const { value } = event.currentTarget;
          if (value === "") {
            props.onAmount(undefined);
          } else if (AMOUNT.test(value)) {
            props.onAmount(value);
          }
        }}
      />
    </Field>
  );
}

export function Words(props: FieldProps & { value: string | undefined; empty?: string | undefined; list?: string; onWords: (value: string | undefined) => void }) {
  const id = useId();
  return (
    <Field id={id} label={props.label} class={props.class ?? ""}>
      <input
        id={id}
        type="text"
        placeholder={props.empty}
        autoComplete="off"
        list={props.list}
        spellcheck={false}
        value={props.value ?? ""}
        onInput={(event) => props.onWords(event.currentTarget.value === "" ? undefined : event.currentTarget.value)}
      />
    </Field>
  );
}

/** A value of a declared type: an attribute or a fact. */
export function Value(
  props: FieldProps & { declared: Declared; value: unknown; none?: string; onValue: (value: unknown) => void },
) {
  const { declared, value, onValue } = props;
  const common = { label: props.label, class: props.class ?? "" };
  // The default stands for the field that is not set and is not offered twice, unless the field says something else then.
  const fallback = props.none !== undefined || declared.default == null ? undefined : String(declared.default);
  const none = props.none ?? fallback ?? "not known";
  const empty = props.none ?? fallback;
  const offered = (words: readonly string[]) => [{ label: "", options: words.filter((word) => word !== fallback) }];
  const chosen = (word: string | undefined) => (word === fallback ? undefined : word);
  if (declared.type === "bool") {
    return (
      <Choice
        {...common}
        none={none}
        groups={offered(["true", "false"])}
        value={typeof value === "boolean" ? chosen(String(value)) : undefined}
        onChoose={(word) => onValue(word === undefined ? undefined : word === "true")}
      />
    );
  }
  if (declared.one_of != null) {
    return (
      <Choice
        {...common}
        none={none}
        groups={offered(declared.one_of)}
        value={typeof value === "string" ? chosen(value) : undefined}
        onChoose={onValue}
      />
    );
  }
  if (declared.type === "int") {
    return <Count {...common} empty={empty} value={typeof value === "number" ? value : undefined} onCount={onValue} />;
  }
  if (declared.type === "strings") {
    return (
      <Words
        {...common}
        empty={empty}
        value={Array.isArray(value) ? value.join(", ") : undefined}
        onWords={(text) => onValue(text?.split(/,\s*/))}
      />
    );
  }
  return <Words {...common} empty={empty} value={value === undefined ? undefined : String(value)} onWords={onValue} />;
}

/** Any number of words from a few. */
export function Several(
  props: FieldProps & {
    options: readonly string[];
    chosen: readonly string[];
    onChoose: (chosen: string[]) => void;
  },
) {
  return (
    <fieldset class={`several ${props.class ?? ""}`}>
      <legend>{props.label}</legend>
      <div class="checks">
        {[...new Set([...props.options, ...props.chosen])].map((option) => (
          <label class="check" key={option}>
            <input
              type="checkbox"
              checked={props.chosen.includes(option)}
              onChange={(event) =>
                props.onChoose(
                  event.currentTarget.checked
                    ? [...props.chosen, option]
                    : props.chosen.filter((chosen) => chosen !== option),
                )
              }
            />
            {option}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Field({ id, label, class: name, children }: { id: string; label: ComponentChildren; class: string; children: ComponentChildren }) {
  return (
    <div class={`field ${name}`}>
      <label for={id}>{label}</label>
      {children}
    </div>
  );
}

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface Item<Id extends string> {
  id: Id;
  label: ComponentChildren;
}

interface Props<Id extends string> {
  label: string;
  /** The id of the panel, or its beginning where every tab has a panel of its own. */
  panel: string;
  perTab?: boolean;
  class?: string;
  items: readonly Item<Id>[];
  selected: Id;
  onSelect: (id: Id) => void;
}

/** Tabs by the pattern of the ARIA practices: one stop for Tab, arrows within. */
export function Tabs<Id extends string>(props: Props<Id>) {
  const list = useRef<HTMLDivElement>(null);
  const { items, selected, onSelect } = props;

  useEffect(() => {
    const tab = list.current?.querySelector<HTMLElement>('[aria-selected="true"]');
    if (tab != null && list.current != null && list.current.scrollWidth > list.current.clientWidth) {
      list.current.scrollLeft = tab.offsetLeft - list.current.offsetLeft - 48;
    }
  }, [selected]);

  // What does not fit fades out at the side where there is more.
  useEffect(() => {
    const strip = list.current;
    if (strip === null) {
      return;
    }
    const mark = () => {
      strip.toggleAttribute("data-before", strip.scrollLeft > 1);
      strip.toggleAttribute("data-after", strip.scrollLeft + strip.clientWidth < strip.scrollWidth - 1);
    };
    mark();
    const watch = new ResizeObserver(mark);
    for (const part of [strip, ...strip.children]) {
      watch.observe(part);
    }
    strip.addEventListener("scroll", mark, { passive: true });
    return () => {
      watch.disconnect();
      strip.removeEventListener("scroll", mark);
    };
  }, [items.map((item) => item.id).join("\n")]);

  function move(event: KeyboardEvent) {
    const at = items.findIndex((item) => item.id === selected);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: items.length - 1 }[event.key];
    const next = to === undefined ? undefined : items.at(to % items.length);
    if (next !== undefined) {
      event.preventDefault();
      onSelect(next.id);
      list.current?.querySelector<HTMLElement>(`[data-tab="${CSS.escape(next.id)}"]`)?.focus();
    }
  }

  return (
    <div class={`tabs ${props.class ?? ""}`} role="tablist" aria-label={props.label} onKeyDown={move} ref={list}>
      {items.map((item) => (
        <button
          type="button"
          role="tab"
          class="tab"
          key={item.id}
          id={tabId(props.panel, item.id)}
          data-tab={item.id}
          aria-selected={item.id === selected}
          aria-controls={props.perTab ? `${props.panel}-${item.id}` : props.panel}
          tabIndex={item.id === selected ? 0 : -1}
          onClick={() => onSelect(item.id)}
        >
          {item.label}
        </button>
      ))}
    </div>
  );
}

export function tabId(panel: string, id: string): string {
  return `${panel}-tab-${id.replace(/[^\w-]/g, "_")}`;
}

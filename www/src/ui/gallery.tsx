import { signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { cards } from "../model/examples.ts";
import { example } from "../model/opening.ts";
import { useAtOnce } from "./at-once.ts";
import { Icon } from "./icons.tsx";

export const galleryOpen = signal(false);

export function Gallery() {
  const dialog = useRef<HTMLDialogElement>(null);
  useAtOnce(() => {
    if (galleryOpen.value) {
      dialog.current?.showModal();
    } else {
      dialog.current?.close();
    }
  });
  const close = () => {
    galleryOpen.value = false;
  };
  return (
    <dialog class="gallery" ref={dialog} aria-labelledby="gallery-title" onClose={close}>
      <div class="gallery-head">
        <h2 id="gallery-title">Examples</h2>
        <button type="button" class="button quiet" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </div>
      <p class="gallery-lead">
        Each is a policy with its tests. It opens with the question of its first test; change anything.
      </p>
      <ul class="cards">
        {cards.map((card) => (
          <li class="card" key={card.name}>
            <h3>
              <button
                type="button"
                class="card-open"
                data-example={card.name}
                onClick={() => {
                  close();
                  void example(card.name);
                }}
              >
                {card.title}
              </button>
            </h3>
            {card.summary !== "" && <p>{card.summary}</p>}
            <ul class="card-shows">
              {card.shows.slice(0, 3).map((name) => (
                <li key={name}>{name}</li>
              ))}
            </ul>
            <p class="card-foot">
              {count(card.shows.length, "test")} · {count(card.sources, "source")}
            </p>
          </li>
        ))}
      </ul>
    </dialog>
  );
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

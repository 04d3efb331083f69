import { engine } from "../model/answers.ts";
import { packed } from "../model/archive.ts";
import { notice, title } from "../model/opening.ts";
import { files, session } from "../model/session.ts";
import { toHash } from "../model/share.ts";
import { snippet } from "../model/snippet.ts";
import { cycle, theme } from "../model/theme.ts";
import { galleryOpen } from "./gallery.tsx";
import { Icon } from "./icons.tsx";

export function Header() {
  return (
    <header class="bar">
      <div class="brand">
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
          <path d="M3 21h8l9-10h9M20 21h9" />
        </svg>
        <span class="name">wayleave</span>
        <span class="engine">{engine.value.replace(/^wayleave /, "")}</span>
      </div>
      <button
        type="button"
        class="button"
        aria-haspopup="dialog"
        onClick={() => {
          galleryOpen.value = true;
        }}
      >
        <Icon name="grid" />
        Examples
      </button>
      <span class="title" title={title.value}>
        {title.value}
      </span>
      <div class="actions" role="group" aria-label="Share">
        <Action icon="link" label="Copy link" short="Link" onClick={copyLink} />
        <Action icon="code" label="Copy code" short="Code" onClick={copyCode} />
        <Action icon="save" label="Download" short="Save" onClick={download} />
        <button type="button" class="button quiet" onClick={cycle} aria-label={`Theme: ${theme.value}`}>
          <Icon name={theme.value} />
        </button>
      </div>
    </header>
  );
}

function Action(props: { icon: "link" | "code" | "save"; label: string; short: string; onClick: () => void }) {
  return (
    <button type="button" class="button action" onClick={props.onClick} aria-label={props.label} title={props.label}>
      <Icon name={props.icon} />
      <span class="word">{props.label}</span>
    </button>
  );
}

async function copyLink() {
  const hash = await toHash(session(), engine.value);
  history.replaceState(null, "", hash);
  await copy(location.href, "The link was copied. It holds everything here and reaches no server.", "The link stands in the address bar.");
}

async function copyCode() {
  await copy(snippet(session()), "The code that gives this answer was copied.", "The code could not be copied.");
}

async function copy(text: string, done: string, failed: string) {
  try {
    await navigator.clipboard.writeText(text);
    notice.value = { text: done };
  } catch {
    notice.value = { text: failed };
  }
}

function download() {
  const { name, data } = packed(files.value);
  const address = URL.createObjectURL(data);
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

import { locate } from "../model/outline.ts";
import { jump, places } from "../model/session.ts";

/** A citation; where it names a part of the policy, it leads there. */
export function Cite({ cite, deployment }: { cite: string; deployment?: string }) {
  const place = locate(places.value, cite, deployment);
  const text = <Broken text={cite} />;
  if (place === undefined) {
    return <span class="cite">{text}</span>;
  }
  return (
    <button
      type="button"
      class="cite link"
      title={`Show ${cite} in ${place.file}`}
      onClick={() => {
        jump.value = { ...place };
      }}
    >
      {text}
    </button>
  );
}

/** A long name that may break after its slashes and hyphens. */
export function Broken({ text }: { text: string }) {
  return (
    <>
      {text.split(/(?<=[/\-_.])/).map((part, index) => (
        <>
          {index > 0 && <wbr />}
          {part}
        </>
      ))}
    </>
  );
}

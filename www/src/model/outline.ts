// Where the named parts of a policy stand in its text. Read line by line, so that it also serves while the text is broken.

export interface Place {
  /** How decisions cite it: `contract/clause`, `rules/id`, or `section/name`. */
  cite: string;
  from: number;
  to: number;
}

const KEY = /^(\s*)(?:["']?)([\w.{}/-]+)(?:["']?)\s*:(?=\s|$)/;
const ID = /(?:^|[\s{,"'])id["']?\s*:\s*["']?([\w.-]+)/g;

/** The named parts in the order of the text. */
export function outline(text: string): Place[] {
  const places: Place[] = [];
  let section = "";
  let depth: number | undefined;
  let name = "";
  let start = 0;
  for (const line of text.split("\n")) {
    const content = line.replace(/(^|\s)#.*$/, "$1");
    const key = KEY.exec(content);
    const indent = key?.[1]?.length ?? 0;
    const word = key?.[2] ?? "";
    if (key !== null && indent === 0) {
      section = word;
      depth = undefined;
      name = "";
    } else if (key !== null && section !== "" && section !== "rules" && section !== "tests") {
      depth ??= indent;
      if (indent === depth) {
        name = word;
        places.push({ cite: `${section}/${name}`, from: start + indent, to: start + indent + word.length });
      }
    }
    if (section === "contracts" || section === "rules") {
      for (const id of content.matchAll(ID)) {
        const found = id[1] ?? "";
        const to = start + id.index + id[0].length;
        places.push({ cite: `${section === "rules" ? "rules" : name}/${found}`, from: to - found.length, to });
      }
    }
    start += line.length + 1;
  }
  return places;
}

/** The part that an offset belongs to: the clause on its line, else the last that began before. */
export function owner(places: readonly Place[], text: string, offset: number): string | undefined {
  const end = text.indexOf("\n", offset);
  const lineEnd = end < 0 ? text.length : end;
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const onLine = places.filter((place) => place.from >= lineStart && place.to <= lineEnd);
  const before = onLine.filter((place) => place.from <= offset).at(-1) ?? onLine[0];
  return (before ?? places.filter((place) => place.from < offset).at(-1))?.cite;
}

/** The named parts of each source. Price sheets have none. */
export function outlines(files: Readonly<Record<string, string>>): ReadonlyMap<string, readonly Place[]> {
  return new Map(Object.entries(files).map(([file, text]) => [file, file.endsWith(".csv") ? [] : outline(text)]));
}

/** The place of a citation in one of the sources; for what a deployment is or has, the place of the deployment. */
export function locate(
  sources: ReadonlyMap<string, readonly Place[]>,
  cite: string,
  deployment?: string,
): { file: string; from: number; to: number } | undefined {
  const wanted = [cite, ...(deployment === undefined ? [] : [`deployments/${deployment}`])];
  for (const target of wanted) {
    for (const [file, places] of sources) {
      const exact = places.find((place) => place.cite === target);
      const found = exact ?? places.find((place) => stands(place.cite, target));
      if (found !== undefined) {
        return { file, from: found.from, to: found.to };
      }
    }
  }
  return undefined;
}

/** Whether a key is a template that the wanted id may be made from. */
function stands(template: string, wanted: string): boolean {
  if (!template.includes("{")) {
    return false;
  }
  const pattern = template
    .split(/\{\w+\}/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".+");
  return new RegExp(`^${pattern}$`).test(wanted);
}

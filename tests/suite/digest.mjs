// Runs the tests of every policy in this tree and reduces what was decided to one line, for any runtime that has the
// engine: a runtime prints the same line as all others, or decides something else.

/**
 * The policies with tests, sorted by name: every folder under `policies/`, every file in `tests/scenarios/`.
 * `fs` is as much of `node:fs` as is used: `existsSync`, `readdirSync`, `readFileSync`.
 *
 * @returns {{ name: string, sources: Record<string, string> }[]}
 */
export function gather(fs, root) {
  const read = (path) => fs.readFileSync(`${root}/${path}`, "utf8");
  const entries = (path) =>
    fs.existsSync(`${root}/${path}`) ? fs.readdirSync(`${root}/${path}`, { withFileTypes: true }) : [];
  const suites = [];
  for (const entry of entries("policies")) {
    if (entry.isDirectory()) {
      const name = `policies/${entry.name}`;
      suites.push({ name, sources: sources(name, `${name}/policy.yaml`) });
    }
  }
  for (const entry of entries("tests/scenarios")) {
    if (entry.name.endsWith(".yaml")) {
      const path = `tests/scenarios/${entry.name}`;
      suites.push({ name: path.slice(0, -".yaml".length), sources: sources("tests/scenarios", path) });
    }
  }
  return suites.sort((left, right) => (left.name < right.name ? -1 : 1));

  function sources(folder, policy) {
    const text = read(policy);
    const tests = `${folder}/policy.test.yaml`;
    return {
      "policy.yaml": text,
      ...(fs.existsSync(`${root}/${tests}`) && { "policy.test.yaml": read(tests) }),
      ...Object.fromEntries(sheets(folder, "").filter((name) => text.includes(name)).map((name) => [name, read(`${folder}/${name}`)])),
    };
  }

  /** The price sheets in a folder, named as a policy there names them. */
  function sheets(folder, prefix) {
    return entries(`${folder}/${prefix}`).flatMap((entry) =>
      entry.isDirectory()
        ? sheets(folder, `${prefix}${entry.name}/`)
        : entry.name.endsWith(".csv")
          ? [`${prefix}${entry.name}`]
          : [],
    );
  }
}

/** The reports of all suites, with the names of the suites. */
export function run(Policy, suites) {
  return suites.map(({ name, sources }) => {
    const policy = Policy.parse(sources);
    try {
      return { name, report: policy.test() };
    } finally {
      policy.free();
    }
  });
}

/** How many decisions the reports hold, and SHA-256 over them; one that was not made counts as an empty line. */
export async function digest(reports) {
  const sorted = [...reports].sort((left, right) => (left.name < right.name ? -1 : 1));
  const decisions = sorted.flatMap(({ report }) => report.tests.map(({ decision }) => decision ?? ""));
  return { decisions: decisions.length, sha256: await sha256(decisions) };
}

/** SHA-256 over lines. */
export async function sha256(lines) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(lines.join("\n")));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The line that each runtime prints. */
export function line(runtime, { decisions, sha256 }) {
  return `${runtime}: ${decisions} decisions, sha256 ${sha256}`;
}

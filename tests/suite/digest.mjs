// What every runtime is compared by: the number and the digest of all decisions that the tests of the suite get.
// `gather` reads files and runs where there are any; `digest` runs everywhere.

/**
 * The members of the suite: the folders in `policies/` and the files in `tests/scenarios/`, by name.
 * @param {string} root the folder of the project
 * @returns {Promise<{ name: string, sources: Record<string, string> }[]>}
 */
export async function gather(root) {
  const [{ readdir, readFile }, { join }] = await Promise.all([
    import(/* @vite-ignore */ ["node:fs", "promises"].join("/")),
    import(/* @vite-ignore */ ["node", "path"].join(":")),
  ]);
  const list = async (folder, options) => {
    try {
      return await readdir(join(root, folder), options);
    } catch (thrown) {
      if (thrown.code === "ENOENT") return [];
      throw thrown;
    }
  };
  const members = [];
  for (const folder of await list("policies")) {
    const names = (await list(`policies/${folder}`, { recursive: true })).filter(
      (name) => /\.(ya?ml|csv)$/.test(name) && name !== "connections.yaml",
    );
    const texts = names.sort().map(async (name) => [
      name.replaceAll("\\", "/"),
      await readFile(join(root, "policies", folder, name), "utf8"),
    ]);
    if (texts.length > 0) {
      members.push({ name: `policies/${folder}`, sources: Object.fromEntries(await Promise.all(texts)) });
    }
  }
  for (const name of (await list("tests/scenarios")).filter((found) => /\.ya?ml$/.test(found))) {
    const text = await readFile(join(root, "tests/scenarios", name), "utf8");
    members.push({ name: `tests/scenarios/${name}`, sources: { [name]: text } });
  }
  return members.sort(byName);
}

/**
 * The number of decisions, and SHA-256 over them in the order of the names, one a line.
 * @param {readonly { name: string, report: { tests: readonly { decision?: string | null }[] } }[]} reports
 * @returns {Promise<{ count: number, sha256: string }>}
 */
export async function digest(reports) {
  const decisions = [...reports].sort(byName).flatMap(({ report }) => report.tests.map((test) => test.decision ?? "null"));
  const bytes = new TextEncoder().encode(decisions.join("\n"));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return {
    count: decisions.length,
    sha256: Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join(""),
  };
}

function byName(a, b) {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

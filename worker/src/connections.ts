// Where deployments answer. The document names secrets and never holds one, so nothing of it is quoted that might be one.
import { LineCounter, parseDocument } from "yaml";
import { ConfigurationError } from "./env.js";

export interface Connection {
  readonly deployment: string;
  readonly kind: "openai" | "azure";
  /** The address that is called, complete. */
  readonly endpoint: string;
  /** The name that the upstream knows the model by. */
  readonly model: string;
  readonly auth: { readonly scheme: "bearer" | "api-key"; readonly binding: string };
  /** How long to wait for the head of an answer. */
  readonly timeoutMs: number;
}

/** By deployment. */
export type Connections = ReadonlyMap<string, Connection>;

const MEMBERS = ["kind", "url", "model", "auth", "api_version", "timeout_ms"];
/** The generally available version of Azure's dated interface. */
const AZURE_VERSION = "2024-10-21";
const TIMEOUT_MS = 120_000;
const LONGEST_TIMEOUT_MS = 600_000;

/** Reads connections for a policy that has these deployments. */
export function readConnections(text: string, deployments: readonly string[]): Connections {
  const lines = new LineCounter();
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines });
  const [error] = document.errors;
  if (error !== undefined) {
    // The parser's own message may quote what stands there.
    throw new ConfigurationError(`connections: line ${lines.linePos(error.pos[0]).line} is not YAML (${error.code})`);
  }
  const root = mapping(plain(document), "connections");
  return new Map(
    Object.entries(root).map(([deployment, value]) => {
      // A slip in an id would silently take the deployment that was meant for down.
      if (!deployments.includes(deployment)) {
        throw new ConfigurationError(`connections: the policy has no deployment \`${deployment}\``);
      }
      return [deployment, connection(deployment, mapping(value, `connections: \`${deployment}\``))];
    }),
  );
}

function plain(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    throw new ConfigurationError("connections: aliases are not read");
  }
}

function connection(deployment: string, members: Record<string, unknown>): Connection {
  const where = `connections: \`${deployment}\``;
  if (Object.keys(members).some((member) => !MEMBERS.includes(member))) {
    throw new ConfigurationError(`${where}: has a member that is none of ${MEMBERS.join(", ")}`);
  }
  const { kind = "openai", api_version: version, timeout_ms: timeout = TIMEOUT_MS } = members;
  const model = word(members["model"], `${where}: \`model\``);
  const base = address(members["url"], `${where}: \`url\``);
  if (kind !== "openai" && kind !== "azure") {
    throw new ConfigurationError(`${where}: \`kind\` is neither openai nor azure`);
  }
  if (kind === "openai" && version !== undefined) {
    throw new ConfigurationError(`${where}: \`api_version\` is for the kind azure`);
  }
  if (version !== undefined && (typeof version !== "string" || !/^[a-z0-9-]{1,40}$/.test(version))) {
    throw new ConfigurationError(`${where}: \`api_version\` is not a version such as ${AZURE_VERSION}`);
  }
  if (typeof timeout !== "number" || !Number.isInteger(timeout) || timeout < 1 || timeout > LONGEST_TIMEOUT_MS) {
    throw new ConfigurationError(`${where}: \`timeout_ms\` is not a whole number from 1 to ${LONGEST_TIMEOUT_MS}`);
  }
  const endpoint =
    kind === "openai"
      ? `${base}/chat/completions`
      : `${base}/openai/deployments/${encodeURIComponent(model)}/chat/completions?api-version=${version ?? AZURE_VERSION}`;
  return { deployment, kind, endpoint, model, auth: auth(members["auth"], where), timeoutMs: timeout };
}

function auth(value: unknown, where: string): Connection["auth"] {
  const entries = Object.entries(mapping(value, `${where}: \`auth\``));
  const [scheme, name] = entries[0] ?? [];
  if (entries.length !== 1 || (scheme !== "bearer" && scheme !== "api-key")) {
    throw new ConfigurationError(`${where}: \`auth\` is neither { bearer: NAME } nor { api-key: NAME }`);
  }
  if (typeof name !== "string" || !isBindingName(name)) {
    throw new ConfigurationError(
      `${where}: \`auth\` must name a secret binding, such as AZURE_OPENAI_KEY; a key itself has no place here`,
    );
  }
  return { scheme, binding: name };
}

/** Capitals, digits and underscores, and not so long without an underscore that it looks like a key. */
function isBindingName(text: string): boolean {
  return /^[A-Z][A-Z0-9_]{0,63}$/.test(text) && (text.length < 16 || text.includes("_"));
}

function address(value: unknown, where: string): string {
  const url = URL.parse(word(value, where));
  if (url === null) {
    throw new ConfigurationError(`${where} is not an address`);
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new ConfigurationError(`${where} has a user, a query or a fragment, where a key could hide`);
  }
  const loopback = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && loopback)) {
    throw new ConfigurationError(`${where} is not https; http is for loopback only`);
  }
  return url.href.replace(/\/+$/, "");
}

function word(value: unknown, where: string): string {
  if (typeof value !== "string" || value === "") {
    throw new ConfigurationError(`${where} is not a text`);
  }
  return value;
}

function mapping(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ConfigurationError(`${where} is not a mapping`);
  }
  return value as Record<string, unknown>;
}

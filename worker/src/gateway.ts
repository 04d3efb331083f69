// The routes, and what is read once: the policy and the connections.
import { type DeploymentSummary, Policy, PolicyError, type Sources, type Vocabulary, engineVersion } from "wayleave";
import { admitted, guarded } from "./auth.js";
import { type Connections, readConnections } from "./connections.js";
import { decide } from "./decide.js";
import { ConfigurationError, type Env, secret } from "./env.js";
import { describe, problem } from "./problem.js";
import { Health } from "./health.js";
import { BadRequest, TooLarge, question, readBody } from "./request.js";
import { type Later, LedgerFailure, Room } from "./room.js";
import { serve } from "./serve.js";

export interface Configuration {
  readonly policy: Sources;
  /** The text of `connections.yaml`. */
  readonly connections: string;
  /** What the time is; the runtime's where absent. */
  readonly now?: () => Date;
}

interface Route {
  readonly methods: readonly string[];
  /** Whether it answers those who present no token. */
  readonly open?: true;
  answer(request: Request, env: Env, later: Later): Promise<Response>;
}

export interface Gateway {
  fetch(request: Request, env: Env, context?: Pick<ExecutionContext, "waitUntil">): Promise<Response>;
}

/** The configuration as it was read. */
interface SetUp {
  readonly policy: Policy;
  readonly vocabulary: Vocabulary;
  /** By their ids. */
  readonly deployments: ReadonlyMap<string, DeploymentSummary>;
  readonly health: Health;
  readonly room: Room;
}

/** The one ledger of a gateway. */
const LEDGER = "ledger";

const JSON_TYPE = /^application\/json *(;|$)/i;

/** A gateway. Nothing is read before the first request asks for it. */
export function gateway(configuration: Configuration): Gateway {
  const { now = () => new Date() } = configuration;
  let setUp: SetUp | undefined;
  let connected: { text: string; connections: Connections } | undefined;

  function ready(): SetUp {
    return (setUp ??= read(configuration.policy, now));
  }

  function connections(env: Env): Connections {
    const text = env.CONNECTIONS ?? configuration.connections;
    if (connected?.text !== text) {
      connected = { text, connections: readConnections(text, [...ready().deployments.keys()]) };
    }
    if (connected.connections.size === 0) {
      // No room would ever come, so that nobody should wait for it.
      throw new ConfigurationError("connections: no deployment has one");
    }
    return connected.connections;
  }

  const routes: Record<string, Route> = {
    "/healthz": {
      methods: ["GET", "HEAD"],
      open: true,
      async answer(_, env) {
        guarded(env);
        const { policy, deployments } = ready();
        const connected = connections(env);
        for (const { deployment, auth } of connected.values()) {
          secret(env, auth.binding, deployment);
        }
        const unconnected = [...deployments.keys()].filter((id) => !connected.has(id));
        return Response.json({ status: "ok", engine: engineVersion(), policy_digest: policy.digest, unconnected });
      },
    },
    "/state": {
      methods: ["GET", "HEAD"],
      async answer(_, env) {
        if (env.LEDGER === undefined) {
          return problem("not-found", "no ledger is bound as `LEDGER`");
        }
        const state = await env.LEDGER.getByName(LEDGER).state();
        return Response.json(state, { headers: { "cache-control": "no-store" } });
      },
    },
    "/decide": {
      methods: ["POST"],
      async answer(request) {
        const { policy } = ready();
        return decide(policy, await readBody(request));
      },
    },
    "/v1/chat/completions": {
      methods: ["POST"],
      async answer(request, env, later) {
        const { vocabulary, ...policy } = ready();
        const body = await readBody(request);
        const asked = question(body, request.headers, vocabulary);
        const client = request.signal;
        const authority = env.LEDGER?.getByName(LEDGER);
        return serve({ ...policy, connections: connections(env), authority, question: asked, body, client, env, now, later });
      },
    },
  };

  async function answer(request: Request, env: Env, later: Later): Promise<Response> {
    const { pathname } = new URL(request.url);
    const route = Object.hasOwn(routes, pathname) ? routes[pathname] : undefined;
    if (route === undefined) {
      return describe(pathname) ?? problem("not-found", `there is nothing at \`${pathname}\``);
    }
    if (!route.methods.includes(request.method)) {
      const allow = route.methods.join(", ");
      return problem("method-not-allowed", `\`${pathname}\` takes ${allow}`, { headers: { allow } });
    }
    if (route.open !== true && !(await admitted(request, env))) {
      const headers = { "www-authenticate": "Bearer" };
      return problem("unauthorized", "send the gateway's token as `Authorization: Bearer …`", { headers });
    }
    if (request.method === "POST" && !JSON_TYPE.test(request.headers.get("content-type") ?? "")) {
      return problem("unsupported-media-type", `\`${pathname}\` takes application/json`);
    }
    return route.answer(request, env, later);
  }

  return {
    async fetch(request, env, context) {
      // What fails behind the answer is told to the log alone.
      const later: Later = (work) => {
        const quiet = work.catch((error: unknown) => console.error(error instanceof Error ? (error.stack ?? error.message) : String(error)));
        context?.waitUntil(quiet);
      };
      try {
        return await answer(request, env, later);
      } catch (error) {
        return failure(error, request.signal);
      }
    },
  };
}

function read(sources: Sources, now: () => Date): SetUp {
  try {
    const policy = Policy.parse(sources);
    const deployments = new Map(policy.deployments().map((deployment) => [deployment.id, deployment]));
    return { policy, vocabulary: policy.vocabulary(), deployments, health: new Health(), room: new Room(policy, now) };
  } catch (error) {
    throw error instanceof PolicyError
      ? new ConfigurationError("the policy cannot be read", { cause: error })
      : error;
  }
}

function failure(error: unknown, client: AbortSignal): Response {
  if (error instanceof BadRequest) {
    return problem("bad-request", error.message, error.param === undefined ? {} : { param: error.param });
  }
  if (error instanceof TooLarge) {
    return problem("content-too-large", error.message);
  }
  if (error instanceof PolicyError) {
    return problem("bad-request", error.rendered, { diagnostics: error.diagnostics });
  }
  if (client.aborted) {
    // Nobody reads this.
    return new Response(null, { status: 499 });
  }
  if (error instanceof LedgerFailure) {
    console.error(error.message, error.cause ?? "");
    return problem("ledger", error.message);
  }
  if (error instanceof ConfigurationError) {
    console.error(error.message, error.cause instanceof PolicyError ? error.cause.rendered : "");
    return problem("configuration", error.message);
  }
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return problem("failure", "the gateway failed; its log says more");
}

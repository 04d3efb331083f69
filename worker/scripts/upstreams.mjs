// Upstreams on loopback, for a trial and for the tests. What one does, the request says: `metadata` in its body has a
// word for the upstream's name: `ok`, one of FAILURES, or one of the cases below.
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";
import { FAILURES, completion, events } from "./answers.mjs";

/** How long a streamed answer rests between events, unless it is stepped. */
const PACE_MS = 60;

/**
 * Starts an upstream.
 *
 * `GET /log` tells what it was asked. `POST /step?case=X` lets the streamed answer to the request whose metadata has
 * `case: X` send its next event.
 */
export async function startUpstream(name, { port = 0, redirect = "" } = {}) {
  const log = [];
  const steps = new Map();
  const sockets = new Set();

  const server = createServer(async (request, response) => {
    const url = new URL(request.url, "http://127.0.0.1");
    if (url.pathname === "/log") {
      return response.setHeader("content-type", "application/json").end(JSON.stringify(log));
    }
    if (url.pathname === "/step") {
      gate(url.searchParams.get("case")).open();
      return response.end();
    }
    let text = "";
    for await (const piece of request) {
      text += piece;
    }
    const body = JSON.parse(text || "{}");
    const entry = { path: request.url, headers: request.headers, body, closed: false };
    log.push(entry);
    response.on("close", () => {
      entry.closed = !response.writableFinished;
    });
    await answer(body, response, body.metadata?.[name] ?? "ok", request);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });

  async function answer(body, response, behaviour, request) {
    const json = (status, value, headers = {}) => {
      response.writeHead(status, { "content-type": "application/json", "x-request-id": `req-${name}`, ...headers });
      response.end(JSON.stringify(value));
    };
    if (behaviour in FAILURES) {
      return json(...FAILURES[behaviour]);
    }
    switch (behaviour) {
      case "hang":
        return; // Until the other side gives up.
      case "held": // Answers when it is told to, as `/step` does.
        await gate(body.metadata.case).passed();
        return json(200, completion(name, body.model));
      case "held-quota":
        await gate(body.metadata.case).passed();
        return json(...FAILURES.quota);
      case "stall": // A limit, and half of what is said about it.
        response.writeHead(429, { "content-type": "application/json", "retry-after": "7" });
        return response.write('{"error":{"message":"Rate limit');
      case "cut":
        return response.socket.destroy();
      case "redirect":
        return response.writeHead(307, { location: redirect }).end();
      case "rejects-key": {
        const key = request.headers["api-key"] ?? request.headers.authorization;
        return json(401, { error: { message: `Incorrect API key provided: ${key}`, type: "invalid_request_error", code: "invalid_api_key", param: null } });
      }
      case "gzip":
        response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
        return response.end(gzipSync(JSON.stringify(completion(name, body.model))));
      default:
        return body.stream === true ? stream(body, response) : json(200, completion(name, body.model), { "set-cookie": "sticky=1", "openai-organization": "org-of-the-gateway", "x-ratelimit-remaining-tokens": "9" });
    }
  }

  async function stream(body, response) {
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
    const { pace, case: id } = body.metadata ?? {};
    do {
      for (const event of events(name, body.model, body.stream_options?.include_usage)) {
        await (pace === "step" ? gate(id).passed() : new Promise((rested) => setTimeout(rested, PACE_MS)));
        if (response.destroyed) {
          return;
        }
        response.write(event);
      }
    } while (pace === "endless");
    response.end();
  }

  /** Lets as many through as were told to pass, in whichever order the two come. */
  function gate(id) {
    if (!steps.has(id)) {
      let opened = 0;
      const waiting = [];
      steps.set(id, {
        open: () => (waiting.length > 0 ? waiting.shift()() : (opened += 1)),
        passed: () => (opened > 0 ? void (opened -= 1) : new Promise((pass) => waiting.push(pass))),
      });
    }
    return steps.get(id);
  }

  await new Promise((listening, failed) => server.once("error", failed).listen(port, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    log,
    close: () =>
      new Promise((closed) => {
        server.close(closed);
        sockets.forEach((socket) => socket.destroy());
      }),
  };
}

/** Connections of the first policy to two upstreams, the first in Azure's manner. */
export function connectionsFor({ azure, bedrock }) {
  return [
    "azure-gpt:",
    `  { kind: azure, url: "${azure}", model: our-gpt, auth: { api-key: AZURE_OPENAI_KEY }, timeout_ms: 1500 }`,
    "bedrock-gpt:",
    `  { kind: openai, url: "${bedrock}/openai/v1", model: openai.gpt-5.5, auth: { bearer: BEDROCK_API_KEY }, timeout_ms: 1500 }`,
    "",
  ].join("\n");
}

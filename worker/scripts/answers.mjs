// What the upstreams for trial and test say. No more than text, so that every runtime can read it.

/** An answer in the format of chat completions. */
export function completion(name, model) {
  return {
    id: `chatcmpl-${name}`,
    object: "chat.completion",
    created: 1_795_341_600,
    model,
    choices: [{ index: 0, message: { role: "assistant", content: `${name} answers` }, finish_reason: "stop" }],
    usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 },
  };
}

/** The events of a streamed answer, byte for byte; with a comment, unusual spacing and more than ASCII in them. */
export function events(name, model, usage = false) {
  const chunk = (delta, finish = null) =>
    JSON.stringify({
      id: `chatcmpl-${name}`,
      object: "chat.completion.chunk",
      created: 1_795_341_600,
      model,
      choices: [{ index: 0, delta, finish_reason: finish }],
    });
  return [
    `: ${name} begins\n\n`,
    `data: ${chunk({ role: "assistant", content: "" })}\n\n`,
    `data:  ${chunk({ content: name })}\n\n`,
    `data: ${chunk({ content: " antwortet — ✓" })}\r\n\r\n`,
    `data: ${chunk({}, "stop")}\n\n`,
    ...(usage ? [`data: ${JSON.stringify({ ...JSON.parse(chunk({})), choices: [], usage: completion(name, model).usage })}\n\n`] : []),
    "data: [DONE]\n\n",
  ];
}

const error = (message, code = null, type = "invalid_request_error") => ({ error: { message, type, param: null, code } });

/** How an upstream can fail, by a word: status, body, headers. */
export const FAILURES = {
  quota: [
    429,
    error("Rate limit is exceeded. Try again in 7 seconds.", "429", "requests"),
    { "retry-after": "7", "x-ratelimit-remaining-requests": "0" },
  ],
  // Azure has lowered the limit for a while.
  lowered: [429, error("Rate limit is exceeded.", "429", "requests"), { "x-ratelimit-limit-tokens": "600", "x-ratelimit-remaining-tokens": "0" }],
  // The same, over by the time it is read.
  brief: [429, error("Rate limit is exceeded. Try again.", "429", "requests"), { "retry-after": "0" }],
  spent: [429, error("You exceeded your current quota, please check your plan and billing details.", "insufficient_quota", "insufficient_quota")],
  // The text goes on to advertise what would otherwise look like the buyer's own limit.
  shared: [
    429,
    error(
      "The system is currently experiencing high demand and cannot process your request. " +
        "For improved capacity reliability, consider switching to Provisioned Throughput.",
      "429",
    ),
  ],
  exhausted: [429, { error: { code: 429, message: "Resource exhausted, please try again later.", status: "RESOURCE_EXHAUSTED" } }],
  "own-throughput": [
    429,
    { error: { code: 429, message: "Too many requests. Exceeded the Provisioned Throughput.", status: "RESOURCE_EXHAUSTED" } },
  ],
  "not-ready": [429, { message: "Model is not ready for inference" }, { "x-amzn-errortype": "ModelNotReadyException" }],
  overloaded: [529, { type: "error", error: { type: "overloaded_error", message: "Overloaded" } }],
  busy: [503, error("The engine is currently overloaded, please try again later", null, "server_error")],
  maintenance: [503, error("Under maintenance", null, "server_error")],
  error: [500, error("The server had an error", null, "server_error")],
  unsupported: [400, error("Unsupported parameter: 'logit_bias' is not supported with this model.", "unsupported_parameter")],
  context: [400, error("This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.", "context_length_exceeded")],
  bad: [400, error("Invalid value: 'does not support'. Supported values are: 'user'.", "invalid_value")],
  filtered: [403, error("The prompt was filtered", "content_filter")],
  forbidden: [403, error("Principal 00000000-aa of subscription 7 lacks a permission", "PermissionDenied")],
  unpaid: [402, error("The account of tenant 7 is out of credit")],
  missing: [404, error("The API deployment for this resource does not exist.", "DeploymentNotFound")],
};

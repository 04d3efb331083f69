// What an upstream's answer means to the policy.
import type { Refusal } from "wayleave";
import { isObject } from "./request.js";

/** An answer for the client, a failure that is the gateway's own, or a class of refusal. */
export type Outcome = "answer" | "credentials" | Refusal;

/** The buyer's own limit, where it is worded much like shared exhaustion. */
const OWN_LIMIT = /exceeded (the |your )?provisioned|quota|spend[_ ]limit/i;
/** The capacity that all buyers share. */
const SHARED_CAPACITY =
  /high demand|resources? (has been |have been |is |are )?exhausted|overloaded|(no|out of|at|over|insufficient|limited|not enough) capacity|capacity (is )?(constrain|exceed|exhaust|limit|unavailable)|too busy/i;
const NOT_READY = /model_?not_?ready/i;
/** The header in which AWS names the error. */
const AWS_ERROR = "x-amzn-errortype";

/** Codes that say no to what the request needs. A parameter that nobody knows is a slip of the client. */
const UNSUPPORTED_CODE =
  /^(unsupported_(parameter|value|model|feature)|context_length_exceeded)$/i;
/** Codes that say no more than the status does. */
const GENERAL_CODE = /^(|400|bad_?request|invalid_request(_error)?|validation_?(error|exception))$/i;
const UNSUPPORTED = [
  /^unsupported (parameter|value|field|name|request argument)/i,
  /\b(is|are) not supported (with|by|for|in|on) /i,
  /\bdoes not support\b/i,
  /(maximum|max) context length|exceeds? (the )?(model's |maximum )?context|context (length|window)( is| was)? exceeded/i,
  /(prompt|input) is too long/i,
];

/** What concerns the gateway's key, account, address or proxy, none of which is the client's. */
const OWN: readonly number[] = [401, 402, 403, 404, 407];
/** Codes by which a provider refuses the content itself. */
const FILTER_CODE = /^(content_filter(ed)?|content_policy_violation|responsible_?ai_?policy_?violation)$/i;

/** Whether the text of an answer with this status can change what it means. */
export function textMatters(status: number): boolean {
  return [400, 403, 429, 503].includes(status);
}

/** As much of a message as is judged. */
const JUDGED = 4096;

/** The meaning of an answer; `text` is the beginning of its body. */
export function outcome(status: number, headers: Headers, text: string): Outcome {
  if (status === 429) {
    return limited(headers, text.slice(0, JUDGED));
  }
  if (status === 529) {
    return "no_capacity";
  }
  if (status === 503) {
    return saysShared(headers, text.slice(0, JUDGED)) ? "no_capacity" : "down";
  }
  if (OWN.includes(status)) {
    return status === 403 && FILTER_CODE.test(said(text).code) ? "answer" : "credentials";
  }
  if (status === 400) {
    return saysUnsupported(text) ? "cannot_support" : "answer";
  }
  // A redirect leads somewhere that no connection names; it is not followed.
  return status >= 500 || (status >= 300 && status < 400) ? "down" : "answer";
}

function limited(headers: Headers, text: string): Refusal {
  if (NOT_READY.test(text) || NOT_READY.test(headers.get(AWS_ERROR) ?? "")) {
    return "down";
  }
  return saysShared(headers, text) ? "no_capacity" : "quota";
}

function saysShared(headers: Headers, text: string): boolean {
  // Own limits first: some providers word them with the same status that shared exhaustion has.
  return !OWN_LIMIT.test(text) && (SHARED_CAPACITY.test(text) || headers.get("x-envoy-overloaded") === "true");
}

function saysUnsupported(text: string): boolean {
  const { code, message } = said(text);
  // A message may quote what the client wrote, so it counts only where no code speaks.
  return GENERAL_CODE.test(code) ? UNSUPPORTED.some((pattern) => pattern.test(message)) : UNSUPPORTED_CODE.test(code);
}

/** The error's code and message, wherever the provider puts them. */
function said(text: string): { code: string; message: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { code: "", message: text.slice(0, JUDGED) };
  }
  const error = isObject(value) && isObject(value["error"]) ? value["error"] : value;
  const field = (name: string) => (isObject(error) && typeof error[name] === "string" ? error[name] : "");
  return { code: field("code"), message: field("message").slice(0, JUDGED) };
}

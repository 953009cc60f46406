/** The API: JSON over fetch, with the session's token, and one kind of error. */

import { learnClock } from "./format.js";

const BASE = "/api/v1";
const PATIENCE_MS = 10_000;
const FILES_MS = 120_000;
let token = "";

/** What went wrong with a request; `code` is for programs, `title` for people who read English. */
export class Problem extends Error {
  /** @param {number} status 0 = no answer at all @param {Record<string, any>} body */
  constructor(status, body = {}) {
    super(body.title || body.code || String(status));
    this.status = status;
    this.body = body;
    this.code = body.code || (status ? `http-${status}` : "unreachable");
    this.requestId = body.request_id || "";
  }
}

/** The token that every unsafe request must show; it comes with GET /me. */
export function useToken(/** @type {string} */ csrf) {
  token = csrf;
}

/** A name for one request that the server must not carry out twice. */
export function fresh() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join("");
}

/** @param {string} path below /api/v1 */
export const read = (path) => ask("GET", path);

/**
 * @param {string} path below /api/v1
 * @param {object} body
 * @param {{version?: number, once?: string}} options version: of what is changed, as last seen
 */
export const send = (path, body = {}, options = {}) => ask("POST", path, body, options);

/**
 * Send a form with files.
 * @param {string} path below /api/v1
 * @param {FormData} form
 * @param {{once?: string}} options
 */
export const sendFiles = (path, form, options = {}) => ask("POST", path, form, options);

/** Change some fields of a thing; its version as last seen. */
export const change = (/** @type {string} */ path, /** @type {object} */ body, /** @type {number=} */ version) => ask("PATCH", path, body, { version });

/** Put a thing in place as a whole. */
export const put = (/** @type {string} */ path, /** @type {object} */ body, options = {}) => ask("PUT", path, body, options);

/** Take a thing away. */
export const remove = (/** @type {string} */ path) => ask("DELETE", path);

async function ask(method, path, body, { version, once } = {}) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (method !== "GET") {
    if (!(body instanceof FormData)) headers["Content-Type"] = "application/json";
    headers["X-CSRF-Token"] = token;
  }
  if (version !== undefined) headers["If-Match"] = String(version);
  if (once) headers["Idempotency-Key"] = once;
  let response;
  try {
    response = await fetch(BASE + path, {
      method,
      headers,
      body: body === undefined || body instanceof FormData ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(body instanceof FormData ? FILES_MS : PATIENCE_MS),
      cache: "no-store",
    });
  } catch {
    throw new Problem(0);
  }
  learnClock(response.headers.get("Date"));
  return answer(response);
}

async function answer(response) {
  const text = await response.text().catch(() => "");
  let found = null;
  try {
    found = text ? JSON.parse(text) : null;
  } catch {
    found = null;
  }
  if (!response.ok) throw new Problem(response.status, found ?? {});
  return found;
}

/** Where a file is downloaded from; of: path of what it belongs to, below /api/v1. */
export const fileAddress = (/** @type {string} */ of, /** @type {string} */ file) => `${BASE}${of}/files/${file}`;

/** Go and sign in, then come back to this page. */
export function toLogin() {
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
}

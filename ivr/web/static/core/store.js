/** What the page knows. Shown state comes from the server's events alone. */

import { batch, computed, effect, signal } from "@preact/signals";
import { named, t } from "./i18n.js";

export const me = signal(/** @type {any} */ (null));
export const agent = signal(/** @type {any} */ (null));
export const call = signal(/** @type {any} */ (null));
export const offers = signal(/** @type {Record<string, any>} */ ({}));
export const missed = signal(/** @type {any[]} */ (JSON.parse(sessionStorage.getItem("ivr.missed") ?? "[]")));
export const pops = signal(/** @type {any[]} */ ([])); // newest first
export const agents = signal(/** @type {Record<string, any>} */ ({}));
export const queues = signal(/** @type {Record<string, any>} */ ({}));
export const alarms = signal(/** @type {Record<string, any>} */ ({}));
/** connecting | connected | waiting | offline | refused; until: ms of our clock of the next try. */
export const link = signal({ state: "connecting", until: 0 });
export const known = signal(false); // a first snapshot has come
export const heardAt = signal(0); // ms of our clock: the last frame
export const heartbeat = signal(10);
export const notices = signal(/** @type {any[]} */ ([]));
export const pending = signal(/** @type {Record<string, {late: boolean}>} */ ({}));
/** The call whose notes are being written: the one of now, or the last one until wrap-up ends. */
export const workCall = signal(sessionStorage.getItem("ivr.work") ?? "");

const ON_LINE = new Set(["created", "ringing"]);
const MISSED = new Set(["no_answer", "expired", "failed", "unreachable", "busy", "setup"]);
/** Causes of a call that nobody has failed: I have hung up, or it was not needed any more. */
const LET_GO = new Set(["normal", "cancelled"]);
const LATE_MS = 3000;
const SHOWN_MS = 7000;

export const connected = computed(() => link.value.state === "connected");
/** The offer that rings now. */
export const ringing = computed(() => Object.values(offers.value).find((o) => ON_LINE.has(o.state)) ?? null);
/** How far a right of mine goes (o own, t team, A all), "" = I have none. */
export const right = (/** @type {string} */ name) => me.value?.rights?.[name] ?? "";
/** The title of a queue. */
export const queueTitle = (/** @type {string | null | undefined} */ name) => named("queue", name);

/** What the configuration lets people choose: breaks, wrap-up codes, priorities, places. */
export const choices = (/** @type {string} */ kind) => me.value?.choices?.[kind] ?? [];

/** Take over everything the server knows. Topics that one may not see are absent. */
export function applySnapshot(/** @type {any} */ found) {
  batch(() => {
    agent.value = found.me ?? null;
    call.value = found.call ?? null;
    offers.value = byKey(found.offers, "offer");
    agents.value = byKey(found.agents, "agent");
    queues.value = byKey(found.queues?.map(fresh), "queue");
    alarms.value = byKey(found.alarms, "alarm");
    pops.value = mergedPops(found.pops ?? []);
    known.value = true;
    follow();
  });
}

/** @type {Record<string, (data: any) => void>} */
const CHANGES = {
  "agent.changed": (data) => (agent.value = data),
  "call.changed": (data) => (call.value = data && Object.keys(data).length ? data : null),
  "recording.changed": (data) => data.overdue && data.state === "on" && say("error", t("recording.overdue")),
  "offer.created": putOffer,
  "offer.changed": putOffer,
  "offer.ended": endOffer,
  "pop.open": putPop,
  "pop.patch": putPop,
  "pop.close": ({ pop_id, rev }) => putPop({ pop_id, rev, closed: true }), // its reason is another one
  "dial.failed": ({ cause }) => LET_GO.has(cause) || say("info", t("dial.failed", { why: named("cause", cause) })),
  "ticket.escalated": ({ number, metric, percent }) =>
    say(percent < 100 ? "info" : "error", t("ticket.escalated", { number, metric: t(`metric.${metric}`), percent })),
  "survey.low_score": ({ number }) => say("error", t("survey.low_score", { number })),
  "system.notice": (data) => say("info", data.text ?? data.title ?? ""),
};

/** One message of the server. Unknown types are of a newer server and change nothing. */
export function applyEvent(/** @type {any} */ frame) {
  batch(() => {
    if (!frame.history) CHANGES[frame.type]?.(frame.data);
    else if (frame.type === "pop.open") putPop({ ...frame.data, closed: true, late: true });
    follow();
  });
}

function follow() {
  const id = call.value?.call ?? agent.value?.call;
  if (!id || id === workCall.value) return;
  workCall.value = id;
  sessionStorage.setItem("ivr.work", id);
}

/** A figure with the time at which it came: waits go on from there. */
const fresh = (/** @type {any} */ row) => ({ ...row, cameAt: Date.now() });

/** Many figures at once: a full floor must not make the page draw for each of them. */
export function applyFigures(/** @type {any[]} */ frames) {
  const [people, lines, bells] = [{ ...agents.value }, { ...queues.value }, { ...alarms.value }];
  for (const { topic, data } of frames) {
    // News of an agent say what he does; his name was told before.
    if (topic === "agents") people[data.agent] = { ...people[data.agent], ...data };
    else if (topic === "queues") lines[data.queue] = fresh(data);
    else if (topic === "alarms" && data.state === "removed") delete bells[data.alarm];
    else if (topic === "alarms") bells[data.alarm] = data;
  }
  batch(() => {
    if (frames.some(({ topic }) => topic === "agents")) agents.value = people;
    if (frames.some(({ topic }) => topic === "queues")) queues.value = lines;
    if (frames.some(({ topic }) => topic === "alarms")) alarms.value = bells;
  });
}

function byKey(/** @type {any[] | undefined} */ rows, /** @type {string} */ key) {
  return Object.fromEntries((rows ?? []).map((row) => [row[key], row]));
}

function putOffer(/** @type {any} */ data) {
  offers.value = { ...offers.value, [data.offer]: { ...offers.value[data.offer], ...data } };
}

function endOffer(/** @type {any} */ data) {
  const whole = { ...offers.value[data.offer], ...data };
  const { [data.offer]: _gone, ...rest } = offers.value;
  offers.value = rest;
  const why = String(whole.end ?? whole.state ?? "");
  if (why === "accepted") return;
  if (MISSED.has(why)) keepMissed([{ ...whole, why, at: Date.now() }, ...missed.value].slice(0, 50));
  say("info", t("offer.ended", { why: t(`end.${why}`) }));
}

/** Offers that this desk missed, kept in the tab until they are seen. */
export function keepMissed(/** @type {any[]} */ list) {
  missed.value = list;
  sessionStorage.setItem("ivr.missed", JSON.stringify(list));
}

// screen pops

const dismissed = new Set(JSON.parse(sessionStorage.getItem("ivr.dismissed") ?? "[]"));
const OPEN_POPS = 20;

function putPop(/** @type {any} */ data) {
  if (dismissed.has(data.pop_id)) return;
  const before = pops.value.find((pop) => pop.pop_id === data.pop_id);
  if (!before) {
    if (!data.closed || data.late) pops.value = [data, ...pops.value].slice(0, OPEN_POPS);
  } else if (data.closed || (data.rev ?? 0) > (before.rev ?? 0)) {
    const whole = { ...before, ...data, closed: before.closed || data.closed };
    pops.value = pops.value.map((pop) => (pop === before ? whole : pop));
  }
}

/** Those of the server, and those that it has closed but the agent has not. */
function mergedPops(/** @type {any[]} */ found) {
  const told = found.filter((pop) => !dismissed.has(pop.pop_id));
  const ids = new Set(told.map((pop) => pop.pop_id));
  const left = pops.value.filter((pop) => !ids.has(pop.pop_id)).map((pop) => ({ ...pop, closed: true }));
  const at = (/** @type {any} */ pop) => String(pop.at ?? "");
  return [...told, ...left].sort((a, b) => at(b).localeCompare(at(a)));
}

/** The agent has read a pop and puts it away. */
export function dismissPop(/** @type {string} */ id) {
  dismissed.add(id);
  sessionStorage.setItem("ivr.dismissed", JSON.stringify([...dismissed].slice(-100)));
  pops.value = pops.value.filter((pop) => pop.pop_id !== id);
}

// what people are told

let lastNotice = 0;

/** Show a line; errors stay until they are put away. kind: info, good, error. */
export function say(/** @type {string} */ kind, /** @type {string} */ text, detail = "") {
  const id = ++lastNotice;
  notices.value = [...notices.value, { id, kind, text, detail }].slice(-4);
  if (kind !== "error") setTimeout(() => unsay(id), SHOWN_MS);
}

/** Put a line away. */
export function unsay(/** @type {number} */ id) {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}

/** Say what went wrong with a request, in the reader's words where there are some. */
export function sayProblem(/** @type {any} */ problem) {
  const key = `problem.${problem.code}`;
  const words = t(key);
  say("error", words === key ? problem.message : words, [problem.code, problem.requestId].filter(Boolean).join(" · "));
}

// what people ask for

let reread = () => {};

/** How to read everything again (core/live.js). */
export function rereadBy(/** @type {() => void} */ how) {
  reread = how;
}

/**
 * Carry out a request. It is pending until `settled` holds, which only events can bring about;
 * after 3 s without one the page says so and reads everything again. True if it was accepted.
 * @param {string} key names the button @param {() => Promise<any>} run @param {(() => boolean)=} settled
 */
export async function act(key, run, settled) {
  if (pending.value[key]) return false;
  pending.value = { ...pending.value, [key]: { late: false } };
  let ok = true;
  let stop = () => {};
  const timer = setTimeout(() => beLate(key), LATE_MS);
  try {
    await run();
    if (settled) await new Promise((done) => (stop = effect(() => void (settled() && done(null)))));
  } catch (problem) {
    ok = false;
    sayProblem(problem);
    if (problem.status === 412 || problem.status === 409) reread();
  }
  stop();
  clearTimeout(timer);
  const { [key]: _done, ...rest } = pending.value;
  pending.value = rest;
  return ok;
}

function beLate(/** @type {string} */ key) {
  pending.value = { ...pending.value, [key]: { late: true } };
  say("info", t("pending.late"));
  reread();
}

/** True as soon as an event has brought a new value. */
export function changed(/** @type {import("@preact/signals").Signal<any>} */ watched) {
  const before = watched.peek();
  return () => watched.value !== before;
}

/**
 * The WebSocket of the server: hello, resume by the last number seen, gaps, acks, reconnecting.
 * Commands never go up here; they are HTTP.
 */

import { Problem, fresh, send, toLogin } from "./http.js";
import { learnClock } from "./format.js";
import { heard } from "./news.js";
import { alarms, applyEvent, applyFigures, applySnapshot, heardAt, heartbeat, link, rereadBy, right } from "./store.js";

const FIRST_MS = 300;
const MOST_MS = 15_000;
const REFUSED_MS = 60_000;
const WELCOME_MS = 6000;
const ACK_MS = 1000;
const FIGURES_MS = 250;
const BURST = 8;
const REFILL_MS = 80;
const RESTARTING = 1012;
const PROTOCOL = 4400; // also: too many pages of mine are open
const LOGIN_OVER = 4401;
const REFUSED = 4403;
/** Topics that say only what has changed: the field that names it. @type {Record<string, string>} */
const CHANGED = { tickets: "number", intake: "item" };

/** @type {WebSocket | null} */
let socket = null;
let last = 0; // the highest number of our own stream that was applied; 0 = we know nothing
let acked = 0;
let tries = 0;
let timer = 0;
let watch = 0;
let ackTimer = 0;
let opening = false;
/** @type {any[]} */
const figures = [];
let drawing = 0;
let spent = 0;
let pumping = 0;
/** @type {object[]} */
const backlog = [];
/** @type {Map<string, number>} */
let revs = new Map();

/** Connect, and stay connected as long as the page lives. */
export function begin() {
  rereadBy(reread);
  addEventListener("online", hurry);
  addEventListener("offline", () => drop("offline", MOST_MS));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && hurry());
  void open();
}

/** Tell the server that a pop has come, or that it can be read. stage: received, rendered. */
export function tellPop(/** @type {any} */ pop, /** @type {string} */ stage) {
  backlog.push({ pop: { pop_id: pop.pop_id, rev: pop.rev ?? 0, stage } });
  pump();
}

/** At once, but no more than the server takes in a second: a snapshot may hold many pops. */
function pump() {
  while (backlog.length && spent < BURST) {
    up(/** @type {object} */ (backlog.shift()));
    spent += 1;
  }
  if (!pumping && spent) pumping = window.setTimeout(() => ((pumping = 0), (spent -= 1), pump()), REFILL_MS);
}

/** Read everything again: forget what we know and ask for a snapshot. */
export function reread() {
  last = 0;
  again();
}

function again() {
  shut();
  void open();
}

function hurry() {
  if (!socket && !opening) again();
}

async function open() {
  clearTimeout(timer);
  if (opening) return;
  opening = true;
  if (link.value.state !== "waiting") link.value = { state: "connecting", until: 0 };
  try {
    connect((await send("/events/ticket")).ticket);
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 401) toLogin();
    else later();
  } finally {
    opening = false;
  }
}

function connect(/** @type {string} */ ticket) {
  const made = new WebSocket(`${location.origin.replace(/^http/, "ws")}/api/v1/events`);
  socket = made;
  made.onopen = () =>
    up({ hello: { ticket, device: device(), last_seq: last, topics: topics() } });
  made.onmessage = (event) => made === socket && take(JSON.parse(event.data));
  made.onclose = (event) => made === socket && closed(event.code);
  guard(WELCOME_MS);
}

/** Our own stream, and the figures that we may see: others would be refused. */
function topics() {
  const rights = { agents: "agent:r", queues: "queue:r", alarms: "alarm:r", tickets: "ticket:r", intake: "intake:r" };
  return ["me", ...Object.entries(rights).filter(([, name]) => right(name)).map(([topic]) => topic)];
}

/** A name for this tab, the same after a reload. */
function device() {
  const kept = sessionStorage.getItem("ivr.device") ?? fresh();
  sessionStorage.setItem("ivr.device", kept);
  return kept;
}

function take(/** @type {any} */ frame) {
  heardAt.value = Date.now();
  if (frame.welcome) welcomed(frame.welcome);
  else if (frame.snapshot) applySnapshotNow(frame.snapshot);
  else if (frame.seq !== undefined) own(frame);
  else if (frame.rev !== undefined) figure(frame);
  guard(heartbeat.value * 2000);
}

function welcomed(/** @type {any} */ welcome) {
  heard(); // what changed while we were away was told to nobody
  tries = 0;
  heartbeat.value = welcome.heartbeat_s ?? 10;
  revs = new Map();
  alarms.value = {}; // those that are still there follow; of one that was taken out nobody told us
  if (!welcome.resumed) last = acked = welcome.seq;
  else link.value = { state: "connected", until: 0 };
}

function applySnapshotNow(/** @type {any} */ snapshot) {
  figures.length = 0;
  applySnapshot(snapshot);
  for (const pop of snapshot.pops ?? []) tellPop(pop, "received");
  link.value = { state: "connected", until: 0 };
}

/** A message of our own stream: numbers have no gaps; what we have had is dropped. */
function own(/** @type {any} */ frame) {
  if (frame.seq <= last) return;
  if (frame.seq > last + 1) {
    again();
    return;
  }
  last = frame.seq;
  learnClock(frame.ts);
  ackSoon();
  if (frame.type === "pop.open" || frame.type === "pop.patch") tellPop(frame.data, "received");
  applyEvent(frame);
}

/** A figure: only the newest counts. */
function figure(/** @type {any} */ frame) {
  if (frame.topic in CHANGED) {
    heard(frame.topic, frame.data[CHANGED[frame.topic]]);
    return;
  }
  const key = `${frame.topic}:${frame.data?.alarm ?? frame.data?.agent ?? frame.data?.queue ?? ""}`;
  if (frame.rev < (revs.get(key) ?? 0)) return;
  revs.set(key, frame.rev);
  learnClock(frame.ts);
  figures.push(frame);
  if (!drawing) drawing = window.setTimeout(draw, FIGURES_MS);
}

function draw() {
  drawing = 0;
  applyFigures(figures.splice(0));
}

function ackSoon() {
  if (ackTimer) return;
  ackTimer = window.setTimeout(() => {
    ackTimer = 0;
    if (last > acked && up({ ack: last })) acked = last;
  }, ACK_MS);
}

function up(/** @type {object} */ frame) {
  if (socket?.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(frame));
  return true;
}

/** Silence for so long means that nobody is there, whatever the socket believes. */
function guard(/** @type {number} */ ms) {
  clearTimeout(watch);
  watch = window.setTimeout(() => {
    shut();
    later();
  }, ms);
}

function closed(/** @type {number} */ code) {
  shut();
  if (code === LOGIN_OVER) toLogin();
  else if (code === REFUSED || code === PROTOCOL) drop("refused", REFUSED_MS);
  else if (code === RESTARTING) wait(Math.random() * 3000);
  else later();
}

function drop(/** @type {string} */ state, /** @type {number} */ ms) {
  shut();
  wait(ms, state);
}

function shut() {
  clearTimeout(watch);
  backlog.length = 0;
  const old = socket;
  socket = null;
  old?.close();
}

function later() {
  const most = Math.min(MOST_MS, FIRST_MS * 2 ** tries);
  tries += 1;
  wait(Math.random() * most);
}

function wait(/** @type {number} */ ms, state = navigator.onLine ? "waiting" : "offline") {
  clearTimeout(timer);
  link.value = { state, until: Date.now() + ms };
  timer = window.setTimeout(() => void open(), ms);
}

/** The call strip, on every page: what rings, the call of now, and what can be done with it. */

import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { signal } from "@preact/signals";
import { clock, phone, secondsSince, secondsUntil } from "../core/format.js";
import { send } from "../core/http.js";
import { t } from "../core/i18n.js";
import { bindings, isField } from "../core/keys.js";
import { act, call, changed, offers, queueTitle, ringing } from "../core/store.js";
import { Act, Icon, Since, Until } from "./basics.js";
import { transferOpen } from "./transfer.js";

const DEAF_MS = 500;
const TWICE_MS = 1000;
let arrivedAt = 0;
let arrived = "";

/** Give the ringing call to somebody else; the caller keeps the place. */
export function decline(offer = ringing.value) {
  if (!offer?.may_decline || tooSoon()) return;
  void act("decline", () => send(`/offers/${encodeURIComponent(offer.offer)}/decline`, { reason: "desk" }), changed(offers));
}

/** A key pressed as the ring appeared was meant for something else. */
const tooSoon = () => Date.now() - arrivedAt < DEAF_MS;

/** Ask for something with the call of now. */
export function control(what, body = {}, key = what) {
  const now = call.value;
  if (!now?.can?.some((listed) => listed === what || listed === CAN[what])) return;
  void act(key, () => send(`/calls/${encodeURIComponent(now.call)}/${what}`, body), changed(call));
}

/** Action of the API -> the word under which the server lists it, where they differ. */
const CAN = { resume: "hold", unmute: "mute", "consult-complete": "complete", "consult-cancel": "cancel" };

let hangUpAt = 0;

/** F4: decline what rings; hang up when pressed twice within a second. */
export function declineOrHangUp() {
  if (ringing.value) decline();
  else if (Date.now() - hangUpAt < TWICE_MS) control("hangup");
  else hangUpAt = Date.now();
}

export const toggleMute = () => control(call.value?.muted ? "unmute" : "mute", {}, "mute");
export const toggleHold = () => control(call.value?.held ? "resume" : "hold", {}, "hold");

export function Strip() {
  const offer = ringing.value;
  return html`<div class="strip">
    ${offer && html`<${Ring} key=${offer.offer} offer=${offer} />`}
    ${call.value && html`<${Talk} now=${call.value} />`}
  </div>`;
}

function Ring({ offer }) {
  const ref = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    if (arrived !== offer.offer) [arrived, arrivedAt] = [offer.offer, Date.now()];
    if (!isField(document.activeElement) && !document.querySelector("dialog[open]")) ref.current?.focus();
  }, []);
  const onKeyDown = (event) => {
    if (event.target !== ref.current) return; // a button has the focus: it acts by itself
    if (event.key === "Escape") decline(offer);
  };
  return html`<section class="ring" ref=${ref} tabindex="-1" role="alertdialog" aria-labelledby="ring-title" aria-describedby="ring-who" onKeyDown=${onKeyDown}>
    <h2 id="ring-title"><${Icon} name="bell" /> ${t("ring.title")}</h2>
    <div id="ring-who" class="who"><strong>${phone(offer.caller) || t("caller.withheld")}</strong>
      <span>${queueTitle(offer.queue)}</span>
      <span>${t("ring.waited", { time: clock(offer.waited_s ?? 0) })}</span>
    </div>
    ${offer.ring_deadline && html`<${Left} at=${offer.ring_deadline} />`}
    <div class="row">
      <span class="hint">${t(offer.auto ? "ring.by_itself" : "ring.on_phone")}</span>
      ${offer.may_decline && html`<${Act} act="decline" kind="bad call" icon="hangup" label=${t("ring.decline")} keys=${bindings().decline} onClick=${() => decline(offer)} />`}
    </div>
  </section>`;
}

function Left({ at }) {
  return html`<span class="left" aria-hidden="true">${t("ring.left", { time: clock(secondsUntil(at)) })}</span>`;
}

function Talk({ now }) {
  return html`<section class=${`talk ${now.muted ? "muted" : ""}`} data-state=${now.state} aria-label=${t("call.title")}>
    <div class="who">
      <span class="mark" data-state=${now.state}><${Icon} name=${now.held ? "pause" : "phone"} /><span>${t(`call.${now.state}`)}</span></span>
      <strong>${phone(now.caller) || t("caller.withheld")}</strong>
      <span>${queueTitle(now.queue)}</span>
      <${Since} at=${now.since} />
      ${now.state !== "dialing" && html`<${Recording} now=${now.recording ?? { state: "none" }} />`}
    </div>
    ${now.state === "dialing" && html`<span class="hint">${t("dial.hint")}</span>`}
    ${now.muted && html`<strong class="shout" role="status"><${Icon} name="mute" /> ${t("call.muted")}</strong>`}
    ${now.consult && html`<span class="consult"><${Icon} name="people" /> ${t("call.with", { who: now.consult.label || phone(now.consult.address) })} · ${t(`consult.${now.consult.state}`)}</span>`}
    <div class="row"><${Controls} now=${now} /></div>
  </section>`;
}

const MARKS = { on: "●", paused: "❚❚" };

/** Whether what is said is kept; from the server's events alone. */
function Recording({ now }) {
  const why = now.why ? t(`recording.why.${now.why}`) : "";
  const mark = MARKS[now.state];
  return html`<span class="recording" data-recording=${now.state}>
    ${mark && html`<span aria-hidden="true">${mark} </span>`}<span role="status">${t(`recording.${now.state}`, { why })}</span>
    ${now.state === "on" && html` <${Since} at=${now.since} />`}
    ${now.state === "paused" && html` <${Until} at=${now.until} />`}
  </span>`;
}

/** Only what the server lists for this leg and telephone: the rest is absent, not dead. */
function Controls({ now }) {
  const can = (what) => now.can?.includes(what);
  const keys = bindings();
  return html`
    ${(can("hold") || can("resume")) && html`<${Act} act="hold" kind="call" icon=${now.held ? "play" : "pause"} label=${t(now.held ? "call.resume" : "call.hold")} keys=${keys.hold} onClick=${toggleHold} aria-pressed=${Boolean(now.held)} />`}
    ${(can("mute") || can("unmute")) && html`<${Act} act="mute" kind="call" icon=${now.muted ? "mute" : "mic"} label=${t(now.muted ? "call.unmute" : "call.mute")} keys=${keys.mute} onClick=${toggleMute} aria-pressed=${Boolean(now.muted)} />`}
    ${can("pause-recording") && html`<${Act} act="pause-recording" kind="call" icon="pause" label=${t("recording.pause")} onClick=${() => control("pause-recording")} />`}
    ${can("resume-recording") && html`<${Act} act="resume-recording" kind="call" icon="play" label=${t("recording.resume")} aria-pressed="true" onClick=${() => control("resume-recording")} />`}
    ${(can("transfer") || can("consult")) && html`<${Act} act="transfer" kind="call" icon="arrow" label=${t("call.transfer")} onClick=${() => (transferOpen.value = true)} />`}
    ${can("complete") && html`<${Act} act="consult-complete" kind="good call" icon="check" label=${t("call.complete")} onClick=${() => control("consult-complete")} />`}
    ${can("merge") && html`<${Act} act="merge" kind="call" icon="people" label=${t("call.merge")} onClick=${() => control("merge")} />`}
    ${can("swap") && html`<${Act} act="swap" kind="call" icon="arrow" label=${t("call.swap")} onClick=${() => control("swap")} />`}
    ${can("cancel") && html`<${Act} act="consult-cancel" kind="call" icon="cross" label=${t("call.cancel")} onClick=${() => control("consult-cancel")} />`}
    ${can("hangup") && html`<${Act} act="hangup" kind="bad call" icon="hangup" label=${t("call.hangup")} keys=${`2× ${keys.decline}`} onClick=${() => control("hangup")} />`}`;
}

/** What a supervisor listens to; the tab knows it, the server ends it with the call. */
export const monitoring = signal(/** @type {any} */ (JSON.parse(sessionStorage.getItem("ivr.monitor") ?? "null")));

export function Monitor() {
  const heard = monitoring.value;
  if (!heard) return null;
  const end = () => void act("monitor-end", () => send(`/calls/${encodeURIComponent(heard.call)}/monitor-end`)).then(() => keepMonitor(null));
  return html`<div class="strip"><section class="talk" aria-label=${t("monitor.title")}>
    <div class="who"><span class="mark" data-state="consulting"><${Icon} name="ear" /><span>${t(`monitor.${heard.mode}`)}</span></span>
      <strong>${heard.label}</strong><span class="clock">${clock(secondsSince(heard.since))}</span></div>
    <div class="row"><${Act} act="monitor-end" kind="bad call" icon="cross" label=${t("monitor.end")} onClick=${end} /></div>
  </section></div>`;
}

/** Keep what is listened to over a reload. */
export function keepMonitor(what) {
  monitoring.value = what;
  sessionStorage.setItem("ivr.monitor", JSON.stringify(what));
}

/** The ring: a tone, the page's title and a notification. One tab of a browser rings for all. */

import { computed, effect, signal } from "@preact/signals";
import { clock, phone, now, secondsUntil } from "./format.js";
import { named, t } from "./i18n.js";
import { call, ringing } from "./store.js";

const QUIET = "ivr.quiet";
/** @type {AudioContext | null} */
let audio = null;
/** @type {number} */
let beat = 0;
/** @type {Notification | null} */
let shown = null;
const leads = signal(!navigator.locks); // Web Locks exist on https and localhost only
export const unlocked = signal(false);
export const quiet = signal(localStorage.getItem(QUIET) === "yes");

/** Ring or not in this browser. */
export function setQuiet(/** @type {boolean} */ wanted) {
  quiet.value = wanted;
  localStorage.setItem(QUIET, wanted ? "yes" : "no");
}

/** Must be called by a click: unlocks the tone, asks for notifications, rings once. */
export function unlock() {
  if (!unlocked.value) {
    audio = new AudioContext();
    unlocked.value = true;
    if (!quiet.value) tone();
  }
  if ("Notification" in window && Notification.permission === "default") {
    Notification.requestPermission().catch(() => {});
  }
}

function tone() {
  if (!audio) return;
  const loud = audio.createGain();
  loud.connect(audio.destination);
  const from = audio.currentTime;
  for (const [at, pitch] of [[0, 660], [0.18, 880], [0.5, 660], [0.68, 880]]) {
    const voice = audio.createOscillator();
    voice.frequency.value = pitch;
    voice.connect(loud);
    voice.start(from + at);
    voice.stop(from + at + 0.15);
  }
  loud.gain.setValueAtTime(0.15, from);
  loud.gain.setTargetAtTime(0, from + 0.85, 0.03);
}

function sound(/** @type {boolean} */ wanted) {
  clearInterval(beat);
  if (!wanted) return;
  tone();
  beat = window.setInterval(tone, 2500);
}

function notify(/** @type {any} */ offer) {
  shown?.close();
  shown = null;
  if (!offer || !("Notification" in window) || Notification.permission !== "granted") return;
  if (document.visibilityState === "visible") return;
  shown = new Notification(t("ring.title"), { body: `${phone(offer.caller)} · ${named("queue", offer.queue)}`, tag: offer.offer });
  shown.onclick = () => window.focus();
}

function title() {
  const offer = ringing.value;
  if (offer) return `☎ ${offer.ring_deadline ? clock(secondsUntil(offer.ring_deadline)) : ""} · ${t("app.title")}`;
  if (call.value?.muted) return `🔇 ${t("app.title")}`;
  return t("app.title");
}

/** Follow the offers of this agent. */
export function begin() {
  navigator.locks?.request("ivr-ringer", () => {
    leads.value = true;
    return new Promise(() => {}); // held until this tab is closed
  });
  effect(() => {
    void now.value;
    document.title = title();
  });
  // By the id: a change of the same offer must not start the tone anew.
  const id = computed(() => ringing.value?.offer ?? "");
  effect(() => {
    const rings = Boolean(id.value) && leads.value;
    sound(rings && !quiet.value);
    notify(rings ? ringing.peek() : null);
  });
}

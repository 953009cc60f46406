/** Times, figures and numbers as people read them. Times come from the server's clock. */

import { signal } from "@preact/signals";
import { language } from "./i18n.js";

const PLACES = { en: "en-GB" }; // of our languages only English has two ways to write a date
const locale = () => PLACES[language.value] ?? language.value;

let ahead = -Infinity; // by how many ms the server's clock is ahead of ours, at least

/** The server's time in ms, as well as we know it; changes each second. */
export const now = signal(Date.now());
const turn = () => {
  now.value = serverNow();
  setTimeout(turn, 1000 - (serverNow() % 1000));
};

/** The server's time right now, in ms. */
export function serverNow() {
  return Date.now() + (Number.isFinite(ahead) ? ahead : 0);
}

/** Learn the server's clock from the time it wrote: each is late by its way, so the newest wins. */
export function learnClock(/** @type {string | null | undefined} */ written) {
  const at = Date.parse(written ?? "");
  if (!Number.isNaN(at)) ahead = Math.max(ahead, at - Date.now());
}

/** Forget what was learnt, when our own clock may have been set. */
export function forgetClock() {
  ahead = -Infinity;
}

/** Whole seconds from an instant of the server until now. */
export const secondsSince = (/** @type {string} */ iso) =>
  Math.max(0, Math.floor((now.value - Date.parse(iso)) / 1000));

/** Whole seconds until an instant of the server; 0 when it is over. */
export const secondsUntil = (/** @type {string} */ iso) =>
  Math.max(0, Math.ceil((Date.parse(iso) - now.value) / 1000));

/** 75 -> "1:15", 3700 -> "1:01:40". */
export function clock(/** @type {number} */ seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** 812000 -> "812 kB", 2400000 -> "2.4 MB". */
export const fileSize = (/** @type {number} */ bytes) =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toLocaleString(locale(), { maximumFractionDigits: 1 })} MB`;

/** A day and a time, in the reader's zone. */
export function when(/** @type {string} */ iso) {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso ?? "";
  return at.toLocaleString(locale(), { dateStyle: "medium", timeStyle: "short" });
}

/** 14:03:10 */
export const timeOf = (/** @type {number} */ ms) =>
  new Date(ms).toLocaleTimeString(locale(), { hour12: false });

/** 0.84 -> "84%", "%84". */
export const percent = (/** @type {number} */ part, digits = 0) =>
  part.toLocaleString(locale(), { style: "percent", maximumFractionDigits: digits });

/** A whole telephone number in groups; anything else, masked ones too, as it came. */
export function phone(/** @type {string | null | undefined} */ text) {
  const turkish = /^\+90(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(text ?? "");
  return turkish ? `+90 ${turkish.slice(1).join(" ")}` : (text ?? "");
}

/** What was typed as a number with its country (E.164), without what people put between digits; "" if it is none. */
export function typedNumber(/** @type {string} */ text) {
  const bare = text.replace(/[\s().\-/]/g, "").replace(/^00/, "+");
  return /^\+[1-9][0-9]{6,14}$/.test(bare) ? bare : "";
}

/** Letters folded so that "isik", "IŞIK" and "Işık" find each other. */
export function folded(/** @type {string} */ text) {
  return text.replace(/[İIı]/g, "i").replace(/[Əə]/g, "e").toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
}

const STEPS = [["day", 86_400], ["hour", 3600], ["minute", 60]];

/** Open hours: 162000 -> "45 hr", for a day of work has no 24 hours. */
export const openHours = (/** @type {number} */ seconds) => span(seconds, true, STEPS.slice(1));

/** 7500 -> "2 hr", "2 sa"; two units where `fine`; at least a minute. */
export function span(/** @type {number} */ seconds, fine = false, steps = STEPS) {
  let rest = Math.max(0, Math.round(seconds));
  const found = [];
  for (const [unit, size] of steps) {
    const n = Math.floor(rest / Number(size)) || (unit === "minute" && !found.length ? 1 : 0);
    if (n) found.push(n.toLocaleString(locale(), { style: "unit", unit: String(unit), unitDisplay: "short" }));
    rest -= n * Number(size);
    if (found.length > (fine ? 1 : 0)) break;
  }
  return found.join(" ");
}

/** The name of a service level's formula; F8 is another one for each queue, by what it counts. */
export const formula = (/** @type {{ variant: string, counted?: string } | undefined} */ level) =>
  level?.counted ? `${level.variant} (${level.counted})` : level?.variant ?? "";

turn();

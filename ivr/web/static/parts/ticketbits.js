/** Small pieces that tickets are shown with: status, priority, due time, choices. */

import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { now, span, when } from "../core/format.js";
import { called, t } from "../core/i18n.js";
import { Problem, read } from "../core/http.js";
import { categories, PRIORITIES, SEVERITIES, statuses, statusName, typeOf } from "../core/catalogue.js";
import { right } from "../core/store.js";
import { Icon } from "./basics.js";

const SOON_S = 2 * 3600;
const OVER = new Set(["resolved", "closed", "merged", "cancelled"]);
const DRAWINGS = { new: "bell", open: "play", pending_customer: "pause", pending_third: "pause", resolved: "check", closed: "check", merged: "arrow", cancelled: "cross" };

/** Whether nothing is to be done on a ticket of this state any more. */
export const isOver = (/** @type {string} */ state) => OVER.has(state);

/** A status as drawing, colour and word. */
export function Status({ code, state = typeOf(code) }) {
  return html`<span class="mark" data-ticket=${state}><${Icon} name=${DRAWINGS[state] ?? "alert"} /><span>${statusName(code)}</span></span>`;
}

/** A priority, where it is not the usual one. */
export function Priority({ level, always = false }) {
  if (level === "normal" && !always) return null;
  const high = level === "urgent" || level === "high";
  return html`<span class="tag" data-priority=${level}>${high && html`<${Icon} name="up" />`}${t(`urgency.${level}`)}</span>`;
}

/** When something is due: how long there is left, or by how long it is late. */
export function Due({ at }) {
  if (!at) return null;
  const left = (Date.parse(at) - now.value) / 1000;
  const tone = left < 0 ? "late" : left < SOON_S ? "soon" : "ok";
  return html`<time class="due" data-due=${tone} datetime=${at} title=${when(at)}>${tone !== "ok" && html`<${Icon} name="alert" />`}${t(left < 0 ? "due.late" : "due.left", { time: span(Math.abs(left)) })}</time>`;
}

/** How long ago something was. */
export function Ago({ at }) {
  if (!at) return null;
  return html`<time datetime=${at} title=${when(at)}>${t("due.ago", { time: span((now.value - Date.parse(at)) / 1000) })}</time>`;
}

/** A number in groups of three, as people read it. */
export const grouped = (/** @type {string} */ number) => number.replace(/(\d{3})(?=\d)/g, "$1 ");

/** Options of a choice: [value, words]. */
export const Options = ({ of, none }) => html`${none !== undefined && html`<option value="">${none}</option>`}${of.map(([value, words]) => html`<option key=${value} value=${value}>${words}</option>`)}`;

export const priorityOptions = () => PRIORITIES.map((level) => [level, t(`urgency.${level}`)]);
export const severityOptions = () => SEVERITIES.map((level) => [level, t(`severity.${level}`)]);
export const statusOptions = () => statuses.value.filter((each) => each.active).map((each) => [each.code, statusName(each.code)]);

/** Categories with those below them set in; those out of use are left out unless one of them is `kept`. */
export function categoryOptions(kept = "") {
  return categories.value
    .filter((each) => each.active || each.path === kept)
    .map((each) => [each.path, "\u2003".repeat(each.path.split(".").length - 1) + called(each.labels)]);
}

/** A field with its label. */
export function Field({ label, hint, children }) {
  return html`<label>${label}${children}${hint && html`<small>${hint}</small>`}</label>`;
}

/**
 * What the server says under an address; read again by `again`, and each time the address changes.
 * @returns {{value: any, wrong: any, again: () => Promise<void>, set: (value: any) => void}}
 */
export function useRead(/** @type {string} */ path) {
  const [state, setState] = useState(/** @type {any} */ ({}));
  const shown = useRef(path);
  const last = useRef(0); // of the answers that are on their way only the last one asked for counts
  shown.current = path;
  const keep = (/** @type {any} */ next) => {
    last.current += 1;
    if (shown.current === path) setState(next);
  };
  const load = async () => {
    if (!path || shown.current !== path) return;
    const mine = ++last.current;
    const next = await read(path).then((value) => ({ path, value }), (wrong) => (/** @type {any} */ before) => ({ ...(before.path === path ? before : { path }), wrong }));
    if (mine === last.current) keep(next);
  };
  useEffect(() => {
    void load();
    return () => void (last.current += 1);
  }, [path]);
  const own = state.path === path ? state : {};
  return { value: own.value, wrong: own.wrong, again: load, set: (/** @type {any} */ value) => keep({ path, value }) };
}

/** Run it; when it has changed meanwhile, read it again before that is told. */
export const current = (/** @type {() => Promise<any>} */ run, /** @type {() => Promise<any>} */ again) => async () => {
  try {
    return await run();
  } catch (/** @type {any} */ problem) {
    if (problem.status === 412) await again();
    throw problem;
  }
};

/** What stands where something could not be read: title, code, and the way to try again. */
export function Wrong({ problem, again }) {
  const key = `problem.${problem.code}`;
  const words = t(key);
  const known = problem instanceof Problem && words !== key;
  return html`<div class="notice wrongbox" data-kind="error" role="alert"><${Icon} name="alert" />
    <span class="grow">${known ? words : problem.message}<small>${[problem.code, problem.requestId].filter(Boolean).join(" · ")}</small></span>
    ${again && html`<button type="button" onClick=${again}>${t("again")}</button>`}</div>`;
}

/** The pages about tickets, one beside the other. */
export function Sections({ at }) {
  const to = (path, words) => html`<a href=${path} aria-current=${at === path ? "page" : undefined}>${words}</a>`;
  return html`<nav class="sections" aria-label=${t("sections")}>
    ${to("/tickets", t("page.tickets"))}
    ${right("intake:r") && to("/tickets/intake", t("page.intake"))}
    ${to("/tickets/promises", t("page.promises"))}
    ${right("definition:r") && to("/tickets/definitions", t("page.definitions"))}
  </nav>`;
}

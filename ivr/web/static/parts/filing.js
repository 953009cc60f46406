/** Filing a call under a ticket: whose it was, which ticket, what about. During the call or after it. */

import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { whoCalls } from "../core/callers.js";
import { when } from "../core/format.js";
import { fresh, read, send } from "../core/http.js";
import { called, named, t } from "../core/i18n.js";
import { bindings, on } from "../core/keys.js";
import { act, right, sayProblem } from "../core/store.js";
import { Act, Icon } from "./basics.js";
import { Customer } from "./customer.js";

const NONE = "";
const NEW = "new";
const OTHER = "other";
const BLANK = { ticket: NONE, number: "", subject: "", category: "" };

/** The key presses the button, from wherever the keyboard is. */
on("file", () => /** @type {HTMLElement | null} */ (document.querySelector('[data-act="file"]:not(:disabled)'))?.click());

/**
 * What the agent has chosen for a call, and how it is sent. wanted: something is chosen and not
 * filed yet; lacks: what is missing for that, in words. file(note): true once the server has it.
 */
export function useFiling(id) {
  const [choice, setChoice] = useChoice(id);
  const [word, setWord] = useState(/** @type {boolean | null} */ (null)); // whether it is him, by the agent
  const [round, setRound] = useState(0);
  const once = useRef(fresh());
  const noted = useRef("");
  const guess = whoCalls(id);
  const known = useKnown(id, guess?.ref ?? "", round);
  const who = guess ?? bound(known);
  const sure = word ?? guess?.sure ?? false;
  useEffect(() => setWord(null), [guess?.ref, guess?.sure]);
  const file = async (note) => {
    const run = () => send(`/calls/${encodeURIComponent(id)}/ticket`, bodyOf(choice, sure && who ? who.ref : "", note === noted.current ? "" : note), { once: once.current });
    if (!(await act("file", run))) return false;
    noted.current = note;
    once.current = fresh();
    setChoice(BLANK);
    setRound(round + 1);
    return true;
  };
  const change = (/** @type {object} */ more) => {
    once.current = fresh();
    setChoice({ ...choice, ...more });
  };
  return { known, who, sure, setSure: setWord, choice, change, wanted: choice.ticket !== NONE, lacks: lacking(choice), file };
}

/** The choice, kept in this tab until it is filed. */
function useChoice(id) {
  const key = `ivr.file.${id}`;
  const [choice, setChoice] = useState(() => ({ ...BLANK, ...JSON.parse(sessionStorage.getItem(key) ?? "{}") }));
  useEffect(() => sessionStorage.setItem(key, JSON.stringify(choice)), [choice]);
  return /** @type {const} */ ([choice, setChoice]);
}

/** What the server has to choose from; null = not known yet, or there are no tickets here. */
function useKnown(id, customer, round) {
  const [known, setKnown] = useState(/** @type {any} */ (null));
  useEffect(() => {
    let dropped = false;
    if (!right("interaction:e")) return undefined;
    const ask = customer ? `?customer=${encodeURIComponent(customer)}` : "";
    read(`/calls/${encodeURIComponent(id)}/filing${ask}`)
      .then((found) => !dropped && setKnown(found))
      .catch((problem) => !dropped && problem.status !== 404 && sayProblem(problem));
    return () => {
      dropped = true;
    };
  }, [id, customer, round]);
  return known;
}

/** Whose the call is by the record of it. */
function bound(known) {
  const row = known?.customer;
  return row ? { ref: row.number, name: row.full_name || row.number, sure: false } : null;
}

function bodyOf(choice, customer, note) {
  const more = { customer, category: choice.category, note };
  if (choice.ticket === NEW) return { new: { subject: choice.subject.trim(), category: choice.category }, ...more };
  return { ticket: choice.ticket === OTHER ? choice.number.trim() : choice.ticket, ...more };
}

function lacking(choice) {
  if (choice.ticket === NONE) return t("file.pick");
  if (choice.ticket === NEW && !choice.subject.trim()) return t("file.subject_needed");
  return choice.ticket === OTHER && !choice.number.trim() ? t("file.number_needed") : "";
}

/** The panel. filing: of useFiling; note: what is written down now. */
export function FilingPanel({ id, filing, note }) {
  const { known, who, sure, setSure, choice, change } = filing;
  if (!known?.categories) return null;
  return html`<section class="filing" aria-label=${t("file.title")}>
    <h3>${t("file.title")}</h3>
    <${Filed} rows=${known.filed ?? []} />
    <${Customer} id=${id} who=${who} sure=${sure} setSure=${setSure} />
    <${Tickets} rows=${known.tickets ?? []} choice=${choice} change=${change} />
    ${choice.ticket === NEW && html`<label>${t("file.subject")}
      <input name="subject" value=${choice.subject} maxlength="200" onInput=${(event) => change({ subject: event.target.value })} /></label>`}
    ${choice.ticket === OTHER && html`<label>${t("file.number")}
      <input name="number" inputmode="numeric" value=${choice.number} maxlength="26" onInput=${(event) => change({ number: event.target.value })} /></label>`}
    <div class="row about">
      ${choice.ticket !== NONE && html`<${About} rows=${known.categories} of=${choice} change=${change} now=${known.category} />`}
      <${Act} act="file" kind="good call" icon="check" label=${t("file.go")} keys=${bindings().file} off=${filing.lacks} onClick=${() => filing.file(note)} />
    </div>
    ${filing.wanted && filing.lacks && html`<p class="hint">${filing.lacks}</p>`}
  </section>`;
}

/** Where it stands already. */
function Filed({ rows }) {
  if (!rows.length) return null;
  return html`<p role="status">${rows.map((row) => html`<span key=${row.number} class="tag good"><${Icon} name="check" /> ${t("file.filed", { number: row.number })}</span> `)}</p>`;
}

function Tickets({ rows, choice, change }) {
  const radio = (/** @type {string} */ value, /** @type {any} */ words) => html`<label key=${value} class="check"><input type="radio" name="ticket" value=${value} checked=${choice.ticket === value}
    onChange=${() => change({ ticket: value })} /> ${words}</label>`;
  return html`<fieldset><legend>${t("file.ticket")}</legend>
    ${rows.map((row) => radio(row.number, html`<span class="grow"><b>${row.number}</b> ${row.subject ?? ""}</span>
      ${row.due_at && html`<span class="hint">${t("pop.due", { time: when(row.due_at) })}</span>`}
      <span class="tag">${called(row.status_titles) || named("stand", row.status)}</span>`))}
    <div class="row">${radio(NEW, t("file.new"))}${radio(OTHER, t("file.by_number"))}${radio(NONE, t("file.none"))}</div>
  </fieldset>`;
}

/** What the call was about; where nothing is chosen, what the ticket is about. */
function About({ rows, of, change, now }) {
  return html`<label class="grow">${t("file.category")}<select name="category" value=${of.category} onInput=${(event) => change({ category: event.target.value })}>
    <option value="">${t(of.ticket === NEW || now ? "file.no_category" : "file.as_ticket")}</option>
    ${rows.map((row) => html`<option key=${row.path} value=${row.path}>${called(row.titles) || row.path}</option>`)}
  </select></label>`;
}

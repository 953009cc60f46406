/** The same change to many tickets: each by itself, and what was refused is told. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { change, send } from "../core/http.js";
import { t, tn } from "../core/i18n.js";
import { people, statusName, teamName, teams } from "../core/catalogue.js";
import { act, say } from "../core/store.js";
import { Act, Dialog } from "./basics.js";
import { Field, grouped, Options, priorityOptions, statusOptions } from "./ticketbits.js";

const path = (row) => `/tickets/${encodeURIComponent(row.number)}`;

/** What can be done: how it is asked for, and what is sent for each ticket. */
const WAYS = {
  assign: { label: "ticket.assignee", of: () => people.value, run: (row, value) => change(path(row), { assignee: value }, row.version) },
  team: { label: "ticket.team", of: () => teams.value.map((name) => [name, teamName(name)]), run: (row, value) => change(path(row), { team: value }, row.version) },
  status: { label: "ticket.status", of: statusOptions, reason: true, run: (row, value, reason) => send(`${path(row)}/transition`, { status: value, reason }, { version: row.version }) },
  priority: { label: "ticket.priority", of: priorityOptions, reason: true, must: true, run: (row, value, reason) => change(path(row), { priority: value, reason }, row.version) },
  tag: { label: "ticket.tag", run: (row, value) => send(`${path(row)}/tags`, { add: [value] }) },
};

/** The bar over a list while some of its tickets are chosen. */
export function Bulk({ rows, done }) {
  const [way, setWay] = useState("");
  return html`<div class="row bulk" role="group" aria-label=${tn("bulk.chosen", rows.length)}>
    ${Object.keys(WAYS).map((name) => html`<button type="button" key=${name} data-act=${`bulk-${name}`} onClick=${() => setWay(name)}>${t(`bulk.${name}`)}</button>`)}
    ${way && html`<${Ask} key=${way} way=${way} rows=${rows} onClose=${() => setWay("")} done=${done} />`}
  </div>`;
}

function Ask({ way, rows, onClose, done }) {
  const { label, of, reason: asks, must, run } = WAYS[way];
  const [value, setValue] = useState("");
  const [reason, setReason] = useState("");
  const [failed, setFailed] = useState(/** @type {any[]} */ ([]));
  const off = !value.trim() ? t("bulk.pick") : must && !reason.trim() ? t("ask.reason_needed") : "";
  const doAll = async () => {
    const wrong = [];
    for (const row of rows) await run(row, value.trim(), reason.trim()).catch((problem) => wrong.push({ row, problem }));
    say(wrong.length ? "info" : "good", tn("bulk.done", rows.length - wrong.length));
    setFailed(wrong);
    if (!wrong.length) done();
  };
  const go = (event) => {
    event.preventDefault();
    if (!off) void act("bulk", doAll);
  };
  const close = () => (failed.length ? done() : onClose());
  return html`<${Dialog} title=${tn(`bulk.title.${way}`, rows.length)} onClose=${close}><form onSubmit=${go}>
    <${Field} label=${t(label)}>${of
      ? html`<select name="value" value=${value} autofocus onChange=${(event) => setValue(event.target.value)}><${Options} of=${of()} none=${t("bulk.pick")} /></select>`
      : html`<input name="value" value=${value} maxlength="64" autofocus onInput=${(event) => setValue(event.target.value)} />`}<//>
    ${asks && html`<${Field} label=${t(must ? "ask.reason" : "ticket.reason_maybe")}><input name="reason" value=${reason} maxlength="500" onInput=${(event) => setReason(event.target.value)} /><//>`}
    ${failed.length > 0 && html`<div role="alert"><p class="wrong">${tn("bulk.failed", failed.length)}</p><ul class="lines">${failed.map(({ row, problem }) => html`<li key=${row.number}><strong>${grouped(row.number)}</strong><span class="grow">${whyNot(problem)}</span></li>`)}</ul></div>`}
    <div class="row end"><button type="button" onClick=${close}>${t(failed.length ? "close" : "cancel")}</button>
      ${!failed.length && html`<${Act} act="bulk" kind="good" label=${t("bulk.go")} off=${off} onClick=${go} />`}</div>
  </form><//>`;
}

/** Why one of many was refused, in a line. */
export function whyNot(problem) {
  const { allowed, failures } = problem.body ?? {};
  if (failures) return failures.map((each) => t(`missing.${each.code}`)).join(", ");
  if (allowed) return t("ticket.allowed", { list: allowed.map(statusName).join(", ") || "–" });
  const key = `problem.${problem.code}`;
  return t(key) === key ? problem.message : t(key);
}

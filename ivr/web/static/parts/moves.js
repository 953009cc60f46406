/** Moving a ticket on: where it can go, and everything that still keeps it from being solved. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { change, send } from "../core/http.js";
import { t } from "../core/i18n.js";
import { CAUSES, categoryOf, fieldName, personName, statusName, typeOf } from "../core/catalogue.js";
import { act, me, right } from "../core/store.js";
import { Act, Dialog } from "./basics.js";
import { current, Field, grouped, isOver, Options } from "./ticketbits.js";

/** Types of status of which one asks why. */
const ASKS = new Set(["resolved", "cancelled", "pending_customer", "pending_third"]);

export function Moves({ row, done }) {
  const [to, setTo] = useState("");
  const reopens = row.state === "resolved" || row.state === "closed" || row.state === "cancelled";
  const mine = row.assignee === me.value?.person;
  const take = () => act("take", () => change(`/tickets/${row.number}`, { assignee: me.value.person }, row.version).finally(done));
  // Opening again is one thing, wherever it could lead.
  const moves = row.moves.filter((code, i) => !reopens || typeOf(code) !== "open" || row.moves.findIndex((each) => typeOf(each) === "open") === i);
  const start = (code) => (ASKS.has(typeOf(code)) || reopens ? setTo(code) : void act(`move-${code}`, () => move(row, code, {}).finally(done)));
  return html`<section class="panel moves" aria-label=${t("moves.title")}><h2>${t("moves.title")}</h2>
    <p>${t("ticket.assignee")}: <strong>${row.assignee ? personName(row.assignee) : "–"}</strong></p>
    <div class="row">
      ${!mine && !isOver(row.state) && right("ticket:e") && (row.can_change || !row.assignee) && html`<${Act} act="take" kind="good" icon="check" label=${t("ticket.take")} onClick=${take} />`}
      ${row.can_change && moves.map((code) => html`<${Act} key=${code} act=${`move-${code}`} kind=${typeOf(code) === "resolved" ? "good" : ""} label=${reopens && typeOf(code) === "open" ? t("moves.reopen") : statusName(code)} onClick=${() => start(code)} />`)}
    </div>
    ${!row.can_change && html`<p class="hint">${t("ticket.not_yours")}</p>`}
    ${to && html`<${Move} row=${row} to=${to} onClose=${() => setTo("")} done=${done} />`}
  </section>`;
}

/** A thing that is missing, as one reads it. */
const detail = (row, code, text) => (code === "children" ? grouped(text) : code === "form" ? fieldName(categoryOf(row.category), text) : text);

const move = (row, status, more) => send(`/tickets/${row.number}/transition`, { status, ...more }, { version: row.version });

function Move({ row, to, onClose, done }) {
  const [reason, setReason] = useState("");
  const [cause, setCause] = useState(row.root_cause);
  const [missing, setMissing] = useState(/** @type {any[]} */ ([]));
  const solves = typeOf(to) === "resolved";
  const opens = typeOf(to) === "open" && (row.state === "resolved" || row.state === "closed");
  const run = async () => {
    try {
      if (opens) await send(`/tickets/${row.number}/reopen`, { reason });
      else await move(row, to, { reason, ...(solves && cause && { root_cause: cause }) });
    } catch (/** @type {any} */ problem) {
      if (!problem.body?.failures) throw problem;
      setMissing(problem.body.failures);
      return;
    }
    onClose();
    await done();
  };
  const onSubmit = (event) => {
    event.preventDefault();
    void act("move", current(run, done));
  };
  return html`<${Dialog} title=${t("moves.to", { status: statusName(to) })} onClose=${onClose}><form onSubmit=${onSubmit}>
    ${solves && row.kind === "complaint" && html`<${Field} label=${t("ticket.root_cause")}><select name="cause" value=${cause} onChange=${(event) => setCause(event.target.value)}><${Options} of=${CAUSES.map((each) => [each, t(`cause_of.${each}`)])} none=${t("bulk.pick")} /></select><//>`}
    <${Field} label=${t("ticket.reason_maybe")}><input name="reason" value=${reason} maxlength="500" autofocus onInput=${(event) => setReason(event.target.value)} /><//>
    ${missing.length > 0 && html`<div class="missing" role="alert"><p class="wrong">${t("moves.missing")}</p><ul>${missing.map((each) => html`<li key=${each.code}><strong>${t(`missing.${each.code}`)}</strong>${each.code !== "root-cause" && each.details.length > 0 && html` <span>${each.details.map((text) => detail(row, each.code, text)).join(" · ")}</span>`}</li>`)}</ul></div>`}
    <div class="row end"><button type="button" onClick=${onClose}>${t("cancel")}</button><${Act} act="move" kind="good" label=${statusName(to)} onClick=${onSubmit} /></div>
  </form><//>`;
}

/** A screen pop: who calls, why, what was entered, and what we know. It stays until the agent closes it. */

import { html } from "htm/preact";
import { useLayoutEffect, useState } from "preact/hooks";
import { nameOf, pick, picked } from "../core/callers.js";
import { clock, phone, when } from "../core/format.js";
import { send } from "../core/http.js";
import { called, named, t, tn } from "../core/i18n.js";
import { tellPop } from "../core/live.js";
import { act, dismissPop, queueTitle } from "../core/store.js";
import { Act, Icon } from "./basics.js";

/** One pop. open: unfolded; older ones are folded to one line. */
export function Pop({ pop, open }) {
  const [unfolded, setUnfolded] = useState(open);
  useLayoutEffect(() => tellPop(pop, "rendered"), [pop.pop_id, pop.rev]);
  const records = pop.match?.records ?? [];
  const sure = pop.match?.result === "one" ? records[0] : null;
  return html`<article class="pop" data-pop=${pop.pop_id} aria-label=${t("pop.title")}>
    <header>
      <button type="button" class="plain grow" aria-expanded=${unfolded} onClick=${() => setUnfolded(!unfolded)}>
        <strong class="name">${nameOf(sure) || phone(pop.ani) || t("caller.withheld")}</strong>
        ${pop.priority && pop.priority !== "normal" && html`<span class="tag strong"><${Icon} name="up" /> ${named("priority", pop.priority)}</span>`}
        <span class="tag">${t(`level.${pop.ani_level ?? pop.match?.level ?? 0}`)}</span>
        ${pop.closed && html`<span class="tag">${t("pop.over")}</span>`}
      </button>
      <button type="button" class="plain" aria-label=${t("pop.close")} title=${t("pop.close")} onClick=${() => dismissPop(pop.pop_id)}><${Icon} name="cross" /></button>
    </header>
    ${unfolded && html`<${Body} pop=${pop} sure=${sure} records=${records} />`}
  </article>`;
}

function Body({ pop, sure, records }) {
  const others = (pop.match?.suggest ?? []).filter((record) => record !== sure);
  return html`<div class="facts">
    <${LowScore} survey=${pop.survey} />
    ${pop.reason && html`<p class="reason">${pop.reason}</p>`}
    <dl>
      <${Fact} name=${t("pop.number")}>${phone(pop.ani) || t("caller.withheld")}<//>
      <${Fact} name=${t("pop.dialled")}>${phone(pop.dnis)}<//>
      <${Fact} name=${t("pop.queue")}>${[queueTitle(pop.queue), pop.wait_s != null && t("ring.waited", { time: clock(pop.wait_s) })].filter(Boolean).join(" · ")}<//>
      <${Fact} name=${t("pop.language")}>${named("language", pop.language)}<//>
      <${Fact} name=${t("pop.priority")}>${[named("priority", pop.priority), pop.priority_reason].filter(Boolean).join(" · ")}<//>
      <${Fact} name=${t("pop.path")}>${(pop.path ?? []).join(" › ")}<//>
      ${(pop.entered ?? []).map((each) => html`<${Fact} key=${each.kind} name=${named("entered", each.kind)}>${each.value} ${each.verified
        ? html`<span class="tag good"><${Icon} name="check" /> ${t("pop.verified")}</span>` : html`<span class="tag">${t("pop.not_verified")}</span>`}<//>`)}
      ${plain(pop.facts).map(([name, value]) => html`<${Fact} key=${name} name=${named("field", name)}>${value}<//>`)}
      <${Fact} name=${t("pop.sticky")}>${named("sticky", pop.sticky)}<//>
      <${Fact} name=${t("pop.callback")}>${pop.callback_token}<//>
      <${Fact} name=${t("pop.masked")}>${(pop.masked ?? []).map((name) => named("field", name)).join(", ")}<//>
    </dl>
    ${pop.masked?.length > 0 && !pop.closed && html`<${Act} act=${`confirm-${pop.pop_id}`} icon="check" label=${t("pop.confirm")}
      onClick=${() => act(`confirm-${pop.pop_id}`, () => send(`/pops/${encodeURIComponent(pop.pop_id)}/confirm`, {}))} />`}
    <${Crm} state=${pop.crm} /><${Link} url=${pop.url} />
    ${sure && html`<section class="record"><h3>${nameOf(sure)}</h3><${Fields} of=${sure} /></section>`}
    <${Chooser} call=${pop.call_id} of=${sure ? others : [...records, ...others]} sure=${sure} draft=${pop.draft} />
    <${Lines} title=${t("pop.tickets")} rows=${pop.open_tickets} />
    <${Lines} title=${t("pop.contacts")} rows=${pop.last_contacts} />
  </div>`;
}

/** Whoever gave a low score waits for a callback: the agent knows before he says hello. */
function LowScore({ survey }) {
  if (survey?.low_score_days == null) return null;
  return html`<p class="notice" data-kind="error" role="status" data-low-score=${survey.ticket}><${Icon} name="alert" />
    <span class="grow"><strong>${t("pop.low_open")}</strong> · ${survey.low_score_days ? tn("pop.low_score", survey.low_score_days) : t("pop.low_score_today")}</span>
    ${survey.ticket && html`<a href=${`/tickets/${encodeURIComponent(survey.ticket)}`}>${survey.ticket}</a>`}</p>`;
}

function Fact({ name, children }) {
  const shown = [children].flat(2).filter((each) => each !== null && each !== undefined && each !== false && each !== "");
  return shown.length ? html`<div><dt>${name}</dt><dd>${children}</dd></div>` : null;
}

/** A slow source is named; what comes late fills in without moving the page. */
function Crm({ state }) {
  if (state === "pending") return html`<p class="hint" role="status">${t("crm.pending")}</p>`;
  if (state === "late" || state === "partial") return html`<p class="hint"><${Icon} name="alert" /> ${t(`crm.${state}`)}</p>`;
  return null;
}

/** An address of the CRM, if it is one that a browser may open. */
function Link({ url }) {
  if (!url || !/^https?:\/\//i.test(url)) return null;
  return html`<p><a href=${url} target="_blank" rel="noopener noreferrer">${t("pop.open_record")}</a></p>`;
}

/** Never silently the first of several: the agent picks, with the evidence beside each. */
function Chooser({ call, of, sure, draft }) {
  const [chosen, setChosen] = useState(/** @type {string} */ (""));
  if (!of.length) return sure ? null : html`<p class="hint">${t(draft ? "pop.draft" : "pop.unknown")}</p>`;
  const title = sure ? "pop.others" : of.length === 1 ? "pop.maybe" : "pop.choose";
  const id = (record) => `${record.kind} ${record.id}`;
  return html`<section><h3>${t(title)}</h3>
    <ul class="choose">${of.map((record) => html`<li key=${id(record)}>
      <button type="button" class="plain grow" aria-expanded=${chosen === id(record)} onClick=${() => setChosen(chosen === id(record) ? "" : id(record))}>
        <strong>${nameOf(record)}</strong><span class="tag">${named("record", record.kind)}</span>
        ${record.perhaps && html`<span class="tag">${t("pop.perhaps")}</span>`}
        <span class="hint">${t("pop.by", { evidence: evidence(record) })}</span>
      </button>
      ${chosen === id(record) && html`<${Fields} of=${record} />`}
      <${Picker} call=${call} record=${record} />
    </li>`)}</ul></section>`;
}

/** The agent's word that a customer of ours is who calls; the call can then be filed as his. */
function Picker({ call, record }) {
  if (!record.own || record.kind !== "customer" || !call) return null;
  const his = picked.value[call]?.ref === record.id;
  return html`<button type="button" class="pick" data-act="pick-customer" aria-pressed=${his}
    onClick=${() => pick(call, his ? null : { ref: record.id, name: nameOf(record) })}>${his && html`<${Icon} name="check" /> `}${t("pop.is_he")}</button>`;
}

/** By what a record was found: the way, what the source says of it, and what weakens it. */
const evidence = (record) =>
  [...new Set([record.by, record.evidence, ...(record.reasons ?? [])].map((each) => named("evidence", each)))].filter(Boolean).join(" · ");

/** Names and values that can be shown as they are. */
const plain = (fields) => Object.entries(worded(fields ?? {}))
  .filter(([, value]) => value !== null && value !== "" && typeof value !== "object")
  .map(([name, value]) => [name, String(value)]);

/** Fields of a ticket as they are called, not as they are stored. */
function worded(fields) {
  const { status, status_titles, category, category_titles, due } = fields;
  const told = { status: called(status_titles) || status, category: called(category_titles) || category, due: due && when(due) };
  return { ...fields, ...Object.fromEntries(Object.entries(told).filter(([, words]) => words)) };
}

function Fields({ of }) {
  const called = nameOf(of);
  return html`<dl>
    ${called !== of.id && html`<${Fact} name=${t("pop.id")}>${of.id}<//>`}
    <${Fact} name=${t("pop.evidence")}>${evidence(of)}<//>
    ${plain(of.fields).filter(([, value]) => value !== called).map(([name, value]) => html`<${Fact} key=${name} name=${named("field", name)}>${value}<//>`)}
  </dl>`;
}

const FIRST = 3;

/** Tickets and earlier contacts: when, what, and how it stands. */
function Lines({ title, rows }) {
  const [all, setAll] = useState(false);
  if (!rows?.length) return null;
  const shown = all ? rows : rows.slice(0, FIRST);
  return html`<section><h3>${title}</h3><ul class="lines">${shown.map((row, i) => html`<${Line} key=${row.id ?? row.call ?? i} row=${{ ...row.fields, ...row }} />`)}</ul>
    ${rows.length > FIRST && html`<button type="button" class="plain" onClick=${() => setAll(!all)}>${t(all ? "less" : "more", { n: rows.length - FIRST })}</button>`}
  </section>`;
}

function Line({ row }) {
  const about = called(row.category_titles) || row.category;
  const what = [row.title ?? row.subject ?? (row.note || about), row.result].filter(Boolean).join(" · ") || (row.direction ? named("medium", row.channel) : "");
  const number = row.number ?? row.id;
  const stands = called(row.status_titles) || named("stand", row.state ?? row.status ?? row.outcome);
  return html`<li>${row.at && html`<time>${when(row.at)}</time>`}
    <span class="grow">${number && (row.own ? html`<a href=${`/tickets/${number}`}>${number}</a>` : number)}${number && what && " · "}${what}</span>
    ${row.due && html`<span class="hint">${t("pop.due", { time: when(row.due) })}</span>`}
    ${row.queue && html`<span class="hint">${queueTitle(row.queue)}</span>`}
    ${stands && html`<span class="tag">${stands}</span>`}
    ${row.agent && html`<span class="hint">${row.agent}</span>`}</li>`;
}

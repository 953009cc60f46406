/** One customer with everything: how reached, tickets, contacts, what is owned, other records of the same person. */

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { clock, when } from "../core/format.js";
import { change } from "../core/http.js";
import { named, t } from "../core/i18n.js";
import { categoryName, learnCatalogue, MEDIA, personName } from "../core/catalogue.js";
import { act, queueTitle, right, sayProblem } from "../core/store.js";
import { Act, Dialog, Empty, Icon } from "../parts/basics.js";
import { customerName } from "../parts/customerfield.js";
import { NewTicket } from "../parts/newticket.js";
import { Points } from "../parts/points.js";
import { Privacy } from "../parts/privacy.js";
import { Records } from "../parts/records.js";
import { Ago, current, Due, Field, grouped, isOver, Options, Status, useRead, Wrong } from "../parts/ticketbits.js";

export default function Customer({ name }) {
  const path = `/customers/${encodeURIComponent(name)}`;
  const found = useRead(path);
  const [adding, setAdding] = useState(false);
  const [editing, setEditing] = useState(false);
  useEffect(() => void learnCatalogue().catch(sayProblem), []);
  const row = found.value;
  return html`<main class="page customer">
    ${found.wrong && html`<${Wrong} problem=${found.wrong} again=${found.again} />`}
    ${!row && !found.wrong && html`<${Empty}>${t("loading")}<//>`}
    ${row && html`<header class="tickethead"><div class="row"><h1>${customerName(row)}</h1><span class="hint">${row.number}</span>
        ${row.kind === "company" && html`<span class="tag">${t("customers.company")}</span>`}${row.segment && html`<span class="tag">${row.segment}</span>`}
        ${row.vip_rank > 0 && html`<span class="tag strong">${t("customers.vip", { n: row.vip_rank })}</span>`}${row.anonymized_at && html`<span class="tag bad">${t("customers.erased")}</span>`}<span class="grow"></span>
        ${right("customer:e") && html`<button type="button" data-act="edit-customer" onClick=${() => setEditing(true)}><${Icon} name="pencil" /> ${t("customers.edit")}</button>`}
        ${right("ticket:a") && html`<button type="button" class="good" data-act="new-ticket" onClick=${() => setAdding(true)}>${t("ticket.new")}</button>`}</div>
      ${row.asked && html`<p class="hint">${t("customers.was_merged", { number: row.asked })}</p>`}
      ${row.masked.length > 0 && html`<p class="hint"><${Icon} name="alert" /> ${t("customers.masked", { list: row.masked.map((each) => named("field", each)).join(", ") })}</p>`}</header>
    <div class="columns"><div class="told"><${TicketsOf} id=${row.id} /><${ContactsOf} id=${row.id} /></div>
      <aside class="side"><${Profile} row=${row} /><${Points} path=${path} /><${Assets} path=${path} /><${Privacy} path=${path} row=${row} /><${Records} path=${path} row=${row} done=${found.again} /></aside></div>
    ${adding && html`<${NewTicket} customer=${row} onClose=${() => setAdding(false)} />`}
    ${editing && html`<${Edit} row=${row} path=${path} done=${found.again} onClose=${() => setEditing(false)} />`}`}
  </main>`;
}

function Profile({ row }) {
  const facts = [
    ["locale", named("language", row.locale)], ["pref_medium", row.pref_medium && t(`medium.${row.pref_medium}`)], ["pref_window", row.pref_window],
    ["since", when(row.created_at)], ...Object.entries(row.attrs ?? {}).filter(([, value]) => typeof value !== "object").map(([name, value]) => [name, String(value)]),
  ];
  return html`<section class="panel" aria-label=${t("customers.profile")}><h2>${t("customers.profile")}</h2><dl>
    ${facts.filter(([, value]) => value).map(([name, value]) => html`<div key=${name}><dt>${named("of_customer", name)}</dt><dd>${value}</dd></div>`)}
    ${row.company && html`<div><dt>${t("customers.company")}</dt><dd><a href=${`/customers/${row.company}`}>${t("customers.to_company")}</a></dd></div>`}</dl></section>`;
}

function TicketsOf({ id }) {
  const [all, setAll] = useState(false);
  const { value, wrong, again } = useRead(`/tickets?customer=${id}&limit=100&sort=activity${all ? "" : "&open=true"}`);
  return html`<section class="panel" aria-label=${t("page.tickets")}><header class="row"><h2>${t(all ? "customers.all_tickets" : "customers.open_tickets")}</h2><span class="grow"></span>
      <label class="check"><input type="checkbox" name="all-tickets" checked=${all} onChange=${(event) => setAll(event.target.checked)} /> ${t("customers.all_tickets")}</label></header>
    ${wrong && html`<${Wrong} problem=${wrong} again=${again} />`}
    <ul class="lines">${(value?.items ?? []).map((row) => html`<li key=${row.number}><a href=${`/tickets/${row.number}`}>${grouped(row.number)}</a>
      <span class="grow">${row.subject} <small>${categoryName(row.category)}</small></span><${Status} code=${row.status} state=${row.state} />${isOver(row.state) ? html`<span class="hint"><${Ago} at=${row.last_activity_at} /></span>` : html`<${Due} at=${row.due_at} />`}</li>`)}</ul>
    ${value?.items.length === 0 && html`<p class="hint">${t(all ? "customers.no_tickets" : "customers.no_open")}</p>`}</section>`;
}

function ContactsOf({ id }) {
  const { value, wrong, again } = useRead(right("interaction:r") ? `/interactions?customer=${id}&limit=50` : "");
  if (!right("interaction:r")) return null;
  return html`<section class="panel" aria-label=${t("customers.contacts")}><h2>${t("customers.contacts")}</h2>
    ${wrong && html`<${Wrong} problem=${wrong} again=${again} />`}
    <ul class="lines">${(value?.items ?? []).map((row) => html`<li key=${row.id}><time>${when(row.started_at)}</time><span class="tag">${t(`medium.${row.medium}`)}</span>
      <span class="grow">${[row.queue && queueTitle(row.queue), row.agent && personName(row.agent), categoryName(row.category)].filter(Boolean).join(" · ")}</span>
      ${row.talk_ms > 0 && html`<span class="hint">${clock(row.talk_ms / 1000)}</span>`}<span class="tag">${named("stand", row.outcome)}</span></li>`)}</ul>
    ${value?.items.length === 0 && html`<p class="hint">${t("customers.no_contacts")}</p>`}</section>`;
}

function Assets({ path }) {
  const { value } = useRead(`${path}/assets`);
  if (!value?.items.length) return null;
  return html`<section class="panel" aria-label=${t("customers.assets")}><h2>${t("customers.assets")}</h2><ul class="lines">${value.items.map((row) => html`<li key=${row.id}><strong>${row.product_name}</strong><span class="grow">${row.serial_no}</span>
    ${row.warranty_until && html`<span class=${`tag ${row.in_warranty ? "good" : ""}`}>${t(row.in_warranty ? "customers.warranty" : "customers.warranty_over", { day: row.warranty_until })}</span>`}</li>`)}</ul></section>`;
}

const FIELDS = ["full_name", "segment", "vip_rank", "locale", "pref_medium", "pref_window"];

function Edit({ row, path, done, onClose }) {
  const [fields, setFields] = useState(() => Object.fromEntries(FIELDS.map((name) => [name, row[name] ?? ""])));
  const set = (name) => (event) => setFields({ ...fields, [name]: event.target.value });
  const run = async () => {
    const changed = FIELDS.filter((name) => String(fields[name]) !== String(row[name] ?? ""));
    const body = Object.fromEntries(changed.map((name) => [name, name === "vip_rank" ? Number(fields[name]) : fields[name]]));
    if (changed.length) await change(path, body, row.version);
    onClose();
    await done();
  };
  const onSubmit = (event) => {
    event.preventDefault();
    void act("edit-customer", current(run, done));
  };
  const words = { full_name: t("customers.name"), segment: t("of_customer.segment"), pref_window: t("of_customer.pref_window") };
  const plain = (name) => html`<${Field} label=${words[name]}><input name=${name} value=${fields[name]} maxlength=${name === "full_name" ? 1000 : 64} disabled=${row.masked.includes(name)} onInput=${set(name)} /><//>`;
  return html`<${Dialog} title=${t("customers.edit")} onClose=${onClose}><form onSubmit=${onSubmit}>${plain("full_name")}${plain("segment")}
    <${Field} label=${t("of_customer.vip_rank")}><input name="vip_rank" type="number" min="0" max="1000" value=${fields.vip_rank} onInput=${set("vip_rank")} /><//>
    <${Field} label=${t("of_customer.locale")}><select name="locale" value=${fields.locale} onChange=${set("locale")}><${Options} of=${["tr", "en", "az"].map((code) => [code, t(`language.${code}`)])} none="–" /></select><//>
    <${Field} label=${t("of_customer.pref_medium")}><select name="pref_medium" value=${fields.pref_medium} onChange=${set("pref_medium")}><${Options} of=${MEDIA.map((medium) => [medium, t(`medium.${medium}`)])} none="–" /></select><//>
    ${plain("pref_window")}
    <div class="row end"><button type="button" onClick=${onClose}>${t("cancel")}</button><${Act} act="edit-customer" kind="good" label=${t("save")} onClick=${onSubmit} /></div>
  </form><//>`;
}

/** Customers: found by name, number, telephone or e-mail; pairs that may be one person. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { phone } from "../core/format.js";
import { fresh, send } from "../core/http.js";
import { t } from "../core/i18n.js";
import { go, useQuery } from "../core/route.js";
import { act, right } from "../core/store.js";
import { Act, Dialog, Empty } from "../parts/basics.js";
import { customerName } from "../parts/customerfield.js";
import { Pairs } from "../parts/pairs.js";
import { Field, Options, useRead, Wrong } from "../parts/ticketbits.js";
import { Search } from "../parts/search.js";

export default function Customers() {
  const query = new URLSearchParams(useQuery("/customers"));
  const text = query.get("q") ?? "";
  const pairs = query.has("pairs");
  const [adding, setAdding] = useState(false);
  const tab = (path, words, at) => html`<a href=${path} aria-current=${at ? "page" : undefined}>${words}</a>`;
  return html`<main class="page"><header class="row"><h1>${t("page.customers")}</h1>
      <nav class="sections" aria-label=${t("customers.sections")}>${tab("/customers", t("page.customers"), !pairs)}${tab("/customers?pairs=1", t("pairs.title"), pairs)}</nav><span class="grow"></span>
      ${right("customer:a") && html`<button type="button" class="good" data-act="new-customer" onClick=${() => setAdding(true)}>${t("customers.new")}</button>`}</header>
    ${pairs ? html`<${Pairs} path="/customers/candidates" />` : html`<div class="filters"><${Search} key=${text} text=${text} label=${t("customer.find")} onSearch=${(said) => go(said ? `/customers?q=${encodeURIComponent(said)}` : "/customers")} /></div>
      <${List} key=${text} text=${text} />`}
    ${adding && html`<${NewCustomer} onClose=${() => setAdding(false)} />`}
  </main>`;
}

function List({ text }) {
  const [more, setMore] = useState(/** @type {string[]} */ ([""]));
  return html`${more.map((cursor, i) => html`<${Part} key=${cursor} text=${text} cursor=${cursor} last=${i === more.length - 1} first=${i === 0} onMore=${(next) => setMore([...more, next])} />`)}`;
}

function Part({ text, cursor, first, last, onMore }) {
  const { value, wrong, again } = useRead(`/customers?limit=50${text && `&q=${encodeURIComponent(text)}`}${cursor && `&cursor=${cursor}`}`);
  if (wrong) return html`<${Wrong} problem=${wrong} again=${again} />`;
  if (!value) return html`<${Empty}>${t("loading")}<//>`;
  if (!value.items.length && first) return html`<${Empty}>${t(text ? "customers.none_found" : "customers.none")}<//>`;
  return html`<ul class="panel lines people">${value.items.map(({ customer, by }) => html`<li key=${customer.id}>
      <a class="grow" href=${`/customers/${customer.id}`}><strong>${customerName(customer)}</strong></a><span class="hint">${customer.number}</span>
      ${customer.kind === "company" && html`<span class="tag">${t("customers.company")}</span>`}${customer.segment && html`<span class="tag">${customer.segment}</span>`}
      ${customer.vip_rank > 0 && html`<span class="tag strong">${t("customers.vip", { n: customer.vip_rank })}</span>`}${by && html`<span class="tag">${t("customers.by", { what: t(`found.${by}`) })}</span>`}</li>`)}</ul>
    ${value.next && last && html`<button type="button" data-act="more" onClick=${() => onMore(value.next)}>${t("list.more")}</button>`}`;
}

/** A new customer, with a telephone number or an e-mail if there is one. */
function NewCustomer({ onClose }) {
  const [fields, setFields] = useState({ full_name: "", kind: "person", phone: "", email: "" });
  const [once] = useState(fresh);
  const set = (name) => (event) => setFields({ ...fields, [name]: event.target.value });
  const off = fields.full_name.trim() ? "" : t("customers.name_needed");
  const run = async () => {
    const made = await send("/customers", { full_name: fields.full_name.trim(), kind: fields.kind }, { once });
    for (const kind of ["phone", "email"]) {
      const value = fields[kind].trim();
      if (value) await send(`/customers/${made.id}/points`, { kind, value, primary: true });
    }
    onClose();
    go(`/customers/${made.id}`);
  };
  const onSubmit = (event) => {
    event.preventDefault();
    if (!off) void act("new-customer", run);
  };
  return html`<${Dialog} title=${t("customers.new")} onClose=${onClose}><form onSubmit=${onSubmit}>
    <${Field} label=${t("customers.name")}><input name="full_name" value=${fields.full_name} required autofocus maxlength="1000" autocomplete="off" onInput=${set("full_name")} /><//>
    <${Field} label=${t("customers.kind")}><select name="kind" value=${fields.kind} onChange=${set("kind")}><${Options} of=${[["person", t("customers.person")], ["company", t("customers.company")]]} /></select><//>
    <${Field} label=${t("found.phone")}><input name="phone" type="tel" value=${fields.phone} autocomplete="off" maxlength="64" placeholder=${phone("+905321234567")} onInput=${set("phone")} /><//>
    <${Field} label=${t("found.email")}><input name="email" type="email" value=${fields.email} autocomplete="off" maxlength="254" onInput=${set("email")} /><//>
    <div class="row end"><button type="button" onClick=${onClose}>${t("cancel")}</button><${Act} act="new-customer" kind="good" label=${t("customers.add")} off=${off} onClick=${onSubmit} /></div>
  </form><//>`;
}

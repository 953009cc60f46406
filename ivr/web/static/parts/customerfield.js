/** Picking a customer: by name, telephone number, e-mail or customer number. */

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { read } from "../core/http.js";
import { t } from "../core/i18n.js";
import { Icon } from "./basics.js";
import { Field } from "./ticketbits.js";

const WAIT_MS = 250;

/** What to call a customer whose name one may not read. */
export const customerName = (/** @type {any} */ customer) => customer.full_name ?? t("customer.hidden", { number: customer.number });

/** A field that finds customers while one types. value: who was picked, or null. */
export function CustomerField({ value, onPick, label = t("ticket.customer") }) {
  const [typed, setTyped] = useState("");
  const [found, setFound] = useState(/** @type {any[] | null} */ (null));
  useEffect(() => {
    const wanted = typed.trim();
    if (wanted.length < 2) return void setFound(null);
    const timer = setTimeout(() => read(`/customers?limit=8&q=${encodeURIComponent(wanted)}`).then((page) => setFound(page.items), () => setFound([])), WAIT_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  if (value) return html`<div class="field"><span>${label}</span><div class="row"><strong>${customerName(value)}</strong><span class="hint">${value.number}</span>
    <button type="button" class="plain" aria-label=${t("customer.another")} title=${t("customer.another")} onClick=${() => onPick(null)}><${Icon} name="cross" /></button></div></div>`;
  const pick = (customer) => (onPick(customer), setTyped(""));
  const onKeyDown = (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // it would send the form around this field
    if (found?.length) pick(found[0].customer);
  };
  return html`<div class="field"><${Field} label=${label}><input name="customer" type="search" autocomplete="off" value=${typed} placeholder=${t("customer.find")} onInput=${(event) => setTyped(event.target.value)} onKeyDown=${onKeyDown} /><//>
    ${found && html`<ul class="found">${found.map(({ customer, by }) => html`<li key=${customer.id}><button type="button" class="plain grow" data-customer=${customer.number} onClick=${() => pick(customer)}><strong>${customerName(customer)}</strong><span class="hint">${customer.number}</span>${by && html`<span class="tag">${t(`found.${by}`)}</span>`}</button></li>`)}
      ${found.length === 0 && html`<li class="hint">${t("customer.none")}</li>`}</ul>`}</div>`;
}

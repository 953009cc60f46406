/** Who it was: found by name, number or telephone, or added as somebody new. */

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { numberOf, pick } from "../core/callers.js";
import { phone } from "../core/format.js";
import { read, send } from "../core/http.js";
import { named, t } from "../core/i18n.js";
import { act, right, sayProblem } from "../core/store.js";
import { Act, Icon } from "./basics.js";

const WAIT_MS = 250;
const MOST = 8;
const LEAST = 2;

/** Whose call it is, and how to say that it is somebody else's. sure, setSure: the agent's word. */
export function Customer({ id, who, sure, setSure }) {
  const [other, setOther] = useState(false);
  const choose = (found) => {
    pick(id, found);
    setOther(false);
  };
  if (!who || other) return html`<${Finder} id=${id} onFound=${choose} onBack=${who && (() => setOther(false))} />`;
  return html`<div class="row">
    <span class="grow"><strong>${who.name}</strong>${who.name !== who.ref && html` <span class="hint">${who.ref}</span>`}</span>
    <button type="button" data-act="other-customer" onClick=${() => setOther(true)}>${t("file.other")}</button>
  </div>
  <label class="check"><input type="checkbox" name="sure" checked=${sure} onChange=${(event) => setSure(event.target.checked)} /> ${t("file.sure")}</label>`;
}

/** A field with a list below it; arrows move, Enter picks. */
function Finder({ id, onFound, onBack }) {
  const [typed, setTyped] = useState("");
  const [adding, setAdding] = useState(false);
  const [at, setAt] = useState(0);
  const found = useFound(typed);
  useEffect(() => setAt(0), [found]);
  const take = (hit) => hit && onFound({ ref: hit.customer.number, name: hit.customer.full_name || hit.customer.number });
  const onKeyDown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step && event.key !== "Enter") return;
    event.preventDefault();
    if (step && found?.length) setAt((at + step + found.length) % found.length);
    if (event.key === "Enter") take(found?.[at]);
  };
  if (adding) return html`<${Newcomer} id=${id} typed=${typed} onFound=${onFound} onBack=${() => setAdding(false)} />`;
  return html`<label>${t("file.find")}
      <input name="customer" value=${typed} maxlength="100" autocomplete="off" spellcheck=${false} placeholder=${t("file.find_hint")} role="combobox"
        aria-expanded=${Boolean(found?.length)} aria-controls="customers" aria-activedescendant=${found?.length ? `customer-${at}` : undefined}
        onInput=${(event) => setTyped(event.target.value)} onKeyDown=${onKeyDown} /></label>
    ${found && html`<ul id="customers" class="found" role="listbox" aria-label=${t("file.find")}>
      ${found.map((hit, i) => html`<li key=${hit.customer.id} id=${`customer-${i}`} role="option" aria-selected=${i === at} onClick=${() => take(hit)}>
        <${Icon} name="people" /><span class="grow">${hit.customer.full_name || hit.customer.number}</span>
        <span class="hint">${hit.customer.number}</span>${hit.by && html`<span class="tag">${named("found", hit.by)}</span>`}</li>`)}
      ${found.length === 0 && html`<li class="empty">${t("file.nobody")}</li>`}
    </ul>`}
    <div class="row">
      ${right("customer:a") && html`<button type="button" data-act="new-customer" onClick=${() => setAdding(true)}>${t("file.new_customer")}</button>`}
      ${onBack && html`<button type="button" onClick=${onBack}>${t("cancel")}</button>`}
    </div>`;
}

/** What the server finds for what was typed, the newest question only; null = nothing was asked. */
function useFound(typed) {
  const [found, setFound] = useState(/** @type {any[] | null} */ (null));
  const wanted = typed.trim();
  useEffect(() => {
    let dropped = false;
    if (wanted.length < LEAST) return void setFound(null);
    const timer = setTimeout(async () => {
      try {
        const { items } = await read(`/customers?q=${encodeURIComponent(wanted)}&limit=${MOST}`);
        if (!dropped) setFound(items ?? []);
      } catch (problem) {
        if (!dropped) sayProblem(problem);
      }
    }, WAIT_MS);
    return () => {
      dropped = true;
      clearTimeout(timer);
    };
  }, [wanted]);
  return found;
}

/** Somebody new, with the number he calls from. */
function Newcomer({ id, typed, onFound, onBack }) {
  const looksLikeName = /\p{L}/u.test(typed);
  const [name, setName] = useState(looksLikeName ? typed.trim() : "");
  const [number, setNumber] = useState(numberOf(id));
  const add = async () => {
    let made = null;
    const run = async () => {
      made = await send("/customers", { full_name: name.trim() });
      if (number.trim()) await send(`/customers/${encodeURIComponent(made.id)}/points`, { kind: "phone", value: number.trim() });
    };
    await act("add-customer", run);
    if (made) onFound({ ref: made.number, name: made.full_name || made.number });
  };
  return html`<label>${t("file.name")}<input name="full_name" value=${name} maxlength="200" onInput=${(event) => setName(event.target.value)} /></label>
    <label>${t("field.phone")}<input name="phone" type="tel" value=${phone(number)} maxlength="40" onInput=${(event) => setNumber(event.target.value)} /></label>
    <div class="row">
      <${Act} act="add-customer" kind="good" icon="check" label=${t("file.add")} off=${name.trim() ? "" : t("file.name_needed")} onClick=${add} />
      <button type="button" onClick=${onBack}>${t("cancel")}</button>
    </div>`;
}

/** What a ticket is: its fields, each changed by itself, and the form of its category. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { phone } from "../core/format.js";
import { change, send } from "../core/http.js";
import { called, t } from "../core/i18n.js";
import { CAUSES, categoryName, categoryOf, fieldName, KINDS, people, personName, teamName, teams } from "../core/catalogue.js";
import { act } from "../core/store.js";
import { Act, Dialog, Icon } from "./basics.js";
import { CustomerField } from "./customerfield.js";
import { categoryOptions, current, Field, Options, priorityOptions, severityOptions } from "./ticketbits.js";

/** Fields that are picked from a list. asks: a reason must be written. */
const PICKED = {
  category: { of: (row) => categoryOptions(row.category), shown: (row) => categoryName(row.category), none: "ticket.no_category" },
  kind: { of: () => KINDS.map((kind) => [kind, t(`kind.${kind}`)]), shown: (row) => t(`kind.${row.kind}`) },
  priority: { of: priorityOptions, shown: (row) => t(`urgency.${row.priority}`), asks: true },
  severity: { of: severityOptions, shown: (row) => t(`severity.${row.severity}`) },
  team: { of: () => teams.value.map((name) => [name, teamName(name)]), shown: (row) => teamName(row.team) },
  assignee: { of: () => people.value, shown: (row) => row.assignee && personName(row.assignee), none: "ticket.nobody" },
  root_cause: { of: () => CAUSES.map((each) => [each, t(`cause_of.${each}`)]), shown: (row) => row.root_cause && t(`cause_of.${row.root_cause}`), none: "ticket.nobody_said", only: (row) => row.kind === "complaint" },
};

export function Properties({ row, done }) {
  const [open, setOpen] = useState("");
  const pen = (name) => row.can_change && html`<button type="button" class="plain" data-act=${`edit-${name}`} aria-label=${t("ticket.change_of", { name: t(`ticket.${name}`) })} onClick=${() => setOpen(name)}><${Icon} name="pencil" /></button>`;
  const line = (name, value) => html`<div key=${name}><dt>${t(`ticket.${name}`)}</dt><dd>${value || "–"} ${pen(name)}</dd></div>`;
  const customer = row.customer && html`<a href=${`/customers/${row.customer}`}>${row.customer_name ?? t("customer.hidden", { number: "" })}</a>`;
  return html`<section class="panel" aria-label=${t("ticket.facts")}><h2>${t("ticket.facts")}</h2><dl class="facts">
    ${line("customer", customer)}
    ${row.contact && html`<div><dt>${t("ticket.contact")}</dt><dd>${phone(row.contact)}</dd></div>`}
    ${Object.entries(PICKED).filter(([, each]) => !each.only || each.only(row)).map(([name, each]) => line(name, each.shown(row)))}
    <div><dt>${t("ticket.source")}</dt><dd>${t(`medium.${row.source}`)}</dd></div>
    ${row.product && html`<div><dt>${t("ticket.product")}</dt><dd>${row.product}</dd></div>`}
    ${line("emergency", row.emergency ? t("yes") : t("no"))}
    ${line("subject", row.subject)}
    <div><dt>${t("ticket.opened_by")}</dt><dd>${personName(row.opened_by)}</dd></div>
  </dl><${Tags} row=${row} done=${done} />
  ${open && html`<${Edit} key=${open} name=${open} row=${row} onClose=${() => setOpen("")} done=${done} />`}</section>`;
}

function Edit({ name, row, onClose, done }) {
  const [value, setValue] = useState(name === "emergency" ? String(row.emergency) : row[name]);
  const [customer, setCustomer] = useState(/** @type {any} */ (null));
  const [reason, setReason] = useState("");
  const picked = PICKED[name];
  const off = picked?.asks && !reason.trim() ? t("ask.reason_needed") : "";
  const body = () => {
    if (name === "customer") return { customer: customer?.id ?? "" };
    return { [name]: name === "emergency" ? value === "true" : value, ...(reason && { reason }) };
  };
  const run = async () => {
    await change(`/tickets/${row.number}`, body(), row.version);
    onClose();
    await done();
  };
  const onSubmit = (event) => {
    event.preventDefault();
    if (!off) void act("edit", current(run, done));
  };
  const onInput = (event) => setValue(event.target.value);
  const label = t(`ticket.${name}`);
  const yesNo = [["true", t("yes")], ["false", t("no")]];
  return html`<${Dialog} title=${t("ticket.change_of", { name: label })} onClose=${onClose}><form onSubmit=${onSubmit}>
    ${name === "customer" ? html`<${CustomerField} value=${customer} onPick=${setCustomer} />`
      : html`<${Field} label=${label}>${name === "subject" ? html`<input name="value" value=${value} required autofocus maxlength="1000" onInput=${onInput} />`
        : html`<select name="value" value=${value} autofocus onChange=${onInput}><${Options} of=${picked ? picked.of(row) : yesNo} none=${picked?.none && t(picked.none)} /></select>`}<//>`}
    ${name !== "customer" && html`<${Field} label=${t(picked?.asks ? "ask.reason" : "ticket.reason_maybe")}><input name="reason" value=${reason} maxlength="500" onInput=${(event) => setReason(event.target.value)} /><//>`}
    <div class="row end"><button type="button" onClick=${onClose}>${t("cancel")}</button><${Act} act="edit" kind="good" label=${t("save")} off=${off} onClick=${onSubmit} /></div>
  </form><//>`;
}

function Tags({ row, done }) {
  const [typed, setTyped] = useState("");
  const put = (body) => act("tag", () => send(`/tickets/${row.number}/tags`, body).finally(done));
  const onSubmit = (event) => {
    event.preventDefault();
    const tag = typed.trim().replaceAll(",", " ");
    if (tag) void put({ add: [tag] }).then((ok) => ok && setTyped(""));
  };
  return html`<div class="tags"><h3>${t("ticket.tags")}</h3><div class="row">
    ${row.tags.map((tag) => html`<span class="tag" key=${tag}>${tag}${row.can_change && html`<button type="button" class="plain" aria-label=${t("ticket.untag", { tag })} onClick=${() => put({ remove: [tag] })}><${Icon} name="cross" /></button>`}</span>`)}
    ${row.tags.length === 0 && !row.can_change && "–"}</div>
    ${row.can_change && html`<form class="row" onSubmit=${onSubmit}><input name="newtag" value=${typed} maxlength="64" aria-label=${t("ticket.tag")} placeholder=${t("ticket.tag_new")} onInput=${(event) => setTyped(event.target.value)} /><button type="submit" data-act="tag" disabled=${!typed.trim()}>${t("add")}</button></form>`}</div>`;
}

/** The values that the category asks for. */
export function FormOf({ row, done }) {
  const category = categoryOf(row.category);
  const properties = Object.entries(category?.form?.properties ?? {});
  const [typed, setTyped] = useState(/** @type {Record<string, any>} */ ({})); // what is not saved yet stays, whatever others change
  const values = { ...row.custom, ...typed };
  if (!properties.length) return null;
  const required = new Set(category.form.required);
  const changed = properties.filter(([name]) => (values[name] ?? null) !== (row.custom[name] ?? null));
  const save = async () => {
    const custom = Object.fromEntries(changed.map(([name]) => [name, values[name] ?? null]));
    await change(`/tickets/${row.number}`, { custom }, row.version);
    await done();
    setTyped({});
  };
  const onSubmit = (event) => {
    event.preventDefault();
    if (changed.length) void act("form", current(save, done));
  };
  return html`<section class="panel" aria-label=${t("form.title")}><h2>${t("form.title")}</h2><form class="asked" onSubmit=${onSubmit}>
    ${properties.map(([name, shape]) => html`<${Value} key=${name} name=${name} shape=${shape} must=${required.has(name)} choices=${category.form_choices[name]} label=${fieldName(category, name)}
      value=${values[name]} off=${!row.can_change} set=${(value) => setTyped({ ...typed, [name]: value })} />`)}
    ${row.can_change && html`<div class="row end"><${Act} act="form" label=${t("save")} off=${changed.length ? "" : t("form.same")} onClick=${onSubmit} /></div>`}
  </form></section>`;
}

/** One value of a form, by its shape (JSON Schema). Money is kept in its smallest unit. */
function Value({ name, shape, must, choices, label, value, off, set }) {
  // What is being typed stands as it is typed, also while the page around it is read again.
  const [draft, setDraft] = useState(/** @type {string | null} */ (null));
  const words = html`${label}${must && html` <span class="must">${t("form.must")}</span>`}`;
  const money = /^money-(\w*)/.exec(shape.format ?? "");
  const wrap = (field, hint) => html`<label><span>${words}</span>${field}${hint && html`<small>${hint}</small>`}</label>`;
  if (shape.type === "boolean") return html`<label class="check"><input type="checkbox" name=${name} checked=${Boolean(value)} disabled=${off} onChange=${(event) => set(event.target.checked)} /> ${words}</label>`;
  if (shape.enum) return wrap(html`<select name=${name} value=${value ?? ""} disabled=${off} onChange=${(event) => set(event.target.value || null)}><${Options} of=${shape.enum.map((each) => [each, called(choices?.[each]) || each.replaceAll("_", " ")])} none=${t("bulk.pick")} /></select>`);
  const typing = (/** @type {(text: string) => any} */ read) => ({
    onInput: (event) => (setDraft(event.target.value), set(event.target.value.trim() === "" ? null : read(event.target.value.trim()))),
    onBlur: () => setDraft(null),
  });
  if (money) return wrap(html`<input type="number" step="0.01" name=${name} value=${draft ?? (value == null ? "" : value / 100)} disabled=${off} ...${typing((text) => Math.round(Number(text) * 100))} />`, money[1]);
  if (shape.type === "number" || shape.type === "integer") return wrap(html`<input type="number" step=${shape.type === "integer" ? 1 : "any"} name=${name} value=${draft ?? value ?? ""} disabled=${off} ...${typing(Number)} />`);
  const kind = { date: "date", email: "email", phone: "tel" }[shape.format] ?? "text";
  const digits = shape.format === "digits" && t("form.digits", { n: shape.minLength === shape.maxLength ? shape.minLength : `${shape.minLength}-${shape.maxLength}` });
  return wrap(html`<input type=${kind} name=${name} value=${draft ?? value ?? ""} maxlength=${shape.maxLength} inputmode=${shape.format === "digits" ? "numeric" : undefined} disabled=${off} ...${typing((text) => text)} />`, digits);
}

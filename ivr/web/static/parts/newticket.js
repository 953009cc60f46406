/** A new ticket: what it is about, whose it is; the rest comes from its category. */

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { fresh, send } from "../core/http.js";
import { t } from "../core/i18n.js";
import { KINDS, learnCatalogue, MEDIA } from "../core/catalogue.js";
import { go } from "../core/route.js";
import { act, sayProblem } from "../core/store.js";
import { Act, Dialog } from "./basics.js";
import { CustomerField } from "./customerfield.js";
import { categoryOptions, Field, Options, priorityOptions } from "./ticketbits.js";

/** The dialog. customer: whose it is, if that is known; parent: the number above it. */
export function NewTicket({ customer = null, parent = "", contact = "", onClose }) {
  const [fields, setFields] = useState({ subject: "", description: "", category: "", kind: "", priority: "", source: "" });
  const [owner, setOwner] = useState(customer);
  const [once] = useState(fresh);
  useEffect(() => void learnCatalogue().catch(sayProblem), []);
  const set = (name) => (event) => setFields({ ...fields, [name]: event.target.value });
  const off = fields.subject.trim() ? "" : t("ticket.subject_needed");
  const open = async () => {
    const named = Object.fromEntries(Object.entries(fields).filter(([, value]) => value));
    const body = { ...named, ...(owner && { customer: owner.id }), ...(contact && { contact }) };
    const made = await send(parent ? `/tickets/${parent}/children` : "/tickets", body, { once });
    onClose();
    go(`/tickets/${made.number}`);
  };
  const onSubmit = (event) => {
    event.preventDefault();
    if (!off) void act("open-ticket", open);
  };
  const pick = (name, label, of, none) => html`<${Field} label=${label}><select name=${name} value=${fields[name]} onChange=${set(name)}><${Options} of=${of} none=${none} /></select><//>`;
  return html`<${Dialog} className="wide" title=${t(parent ? "ticket.new_child" : "ticket.new")} onClose=${onClose}><form class="grid" onSubmit=${onSubmit}>
    <div class="all"><${Field} label=${t("ticket.subject")}><input name="subject" value=${fields.subject} required autofocus maxlength="1000" onInput=${set("subject")} /><//></div>
    <div class="all"><${Field} label=${t("ticket.description")}><textarea name="description" rows="4" value=${fields.description} onInput=${set("description")}></textarea><//></div>
    ${pick("category", t("ticket.category"), categoryOptions(), t("ticket.no_category"))}
    ${pick("kind", t("ticket.kind"), KINDS.map((kind) => [kind, t(`kind.${kind}`)]), t("ticket.by_category"))}
    ${pick("priority", t("ticket.priority"), priorityOptions(), t("ticket.by_category"))}
    ${pick("source", t("ticket.source"), MEDIA.map((medium) => [medium, t(`medium.${medium}`)]), t("ticket.source_usual"))}
    <div class="all"><${CustomerField} value=${owner} onPick=${setOwner} /></div>
    <div class="row end all"><button type="button" onClick=${onClose}>${t("cancel")}</button><${Act} act="open-ticket" kind="good" label=${t("ticket.open")} off=${off} onClick=${onSubmit} /></div>
  </form><//>`;
}

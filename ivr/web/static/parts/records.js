/** Other records of the same person: merging them into this one, what was merged, undoing it. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { phone, when } from "../core/format.js";
import { send } from "../core/http.js";
import { t, tn } from "../core/i18n.js";
import { personName } from "../core/catalogue.js";
import { act, right, say } from "../core/store.js";
import { Act, Dialog } from "./basics.js";
import { CustomerField, customerName } from "./customerfield.js";
import { Pairs } from "./pairs.js";
import { Field, useRead } from "./ticketbits.js";

export function Records({ path, row, done }) {
  const merges = useRead(`${path}/merges`);
  const known = useRead(`${path}/identifiers`);
  const [open, setOpen] = useState("");
  const [sought, setSought] = useState(0);
  const again = () => Promise.all([merges.again(), done()]);
  const seek = () => act("seek", async () => {
    await send(`${path}/candidates`);
    setSought(sought + 1);
  });
  const undo = (id) => act(`undo-${id}`, async () => {
    const back = await send(`/customers/merges/${id}/undo`);
    say(back.conflicts.length ? "info" : "good", t("records.undone", { n: back.restored, left: back.conflicts.length }));
    await again();
  });
  const may = right("customer:x");
  return html`<section class="panel" aria-label=${t("records.title")}><h2>${t("records.title")}</h2>
    ${known.value?.items.length > 0 && html`<ul class="lines">${known.value.items.map((each) => html`<li key=${each.scheme}><span class="grow">${each.scheme.replaceAll("_", " ")}</span><span>…${each.last4}</span></li>`)}</ul>`}
    <ul class="lines">${(merges.value?.items ?? []).map((each) => html`<li key=${each.id}><time>${when(each.at)}</time><span class="grow">${t("records.merged", { who: personName(each.by), reason: each.reason })}</span>
      ${each.undone_at ? html`<span class="tag">${t("records.was_undone")}</span>` : may && each.survivor === row.id && html`<${Act} act=${`undo-${each.id}`} label=${t("records.undo")} onClick=${() => undo(each.id)} />`}</li>`)}</ul>
    ${sought > 0 && html`<${Pairs} key=${sought} path="/customers/candidates" of=${row.id} done=${again} />`}
    <div class="row">${right("customer:e") && html`<${Act} act="seek" icon="search" label=${t("records.seek")} onClick=${seek} />`}
      ${may && html`<button type="button" data-act="merge-customer" onClick=${() => setOpen("merge")}>${t("records.merge")}</button>`}</div>
    ${open && html`<${Merge} path=${path} row=${row} onClose=${() => setOpen("")} done=${again} />`}</section>`;
}

/** Who goes is shown before he goes. */
function Merge({ path, row, onClose, done }) {
  const [other, setOther] = useState(/** @type {any} */ (null));
  const [reason, setReason] = useState("");
  const same = other?.id === row.id;
  const off = !other || same ? t("records.pick") : reason.trim() ? "" : t("ask.reason_needed");
  const run = async () => {
    const made = await send(`${path}/merge`, { loser: other.id, reason: reason.trim() });
    say("good", tn("records.moved", made.moved));
    onClose();
    await done();
  };
  const onSubmit = (event) => {
    event.preventDefault();
    if (!off) void act("merge-customer", run);
  };
  return html`<${Dialog} className="wide" title=${t("records.merge")} onClose=${onClose}><form onSubmit=${onSubmit}>
    <p class="hint">${t("records.hint")}</p>
    <${CustomerField} value=${other} onPick=${setOther} label=${t("records.other")} />
    ${other && !same && html`<div class="twin"><${Card} title=${t("records.stays")} of=${row} /><${Card} title=${t("records.goes")} of=${other} /></div>`}
    ${same && html`<p class="wrong" role="alert">${t("records.same")}</p>`}
    <${Field} label=${t("ask.reason")}><input name="reason" value=${reason} maxlength="500" onInput=${(event) => setReason(event.target.value)} /><//>
    <div class="row end"><button type="button" onClick=${onClose}>${t("cancel")}</button><${Act} act="merge-customer" kind="good" label=${t("records.go")} off=${off} onClick=${onSubmit} /></div>
  </form><//>`;
}

function Card({ title, of }) {
  const { value } = useRead(`/customers/${of.id}/card`);
  return html`<div class="record"><p class="hint">${title}</p><h3>${customerName(of)} <small>${of.number}</small></h3>
    ${value && html`<ul>${value.points.map((point) => html`<li key=${point.id}>${phone(point.norm ?? point.value) || t("points.hidden")}</li>`)}</ul>
      <p class="hint">${[tn("records.tickets", value.tickets.length), tn("records.assets", value.assets.length), tn("records.contacts", value.contacts.length)].join(" · ")}</p>`}</div>`;
}

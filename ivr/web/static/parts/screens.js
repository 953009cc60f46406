/** Screens on walls: each has an address with a key, which is told once and can be taken back. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { when } from "../core/format.js";
import { fresh, remove, send } from "../core/http.js";
import { language, LANGUAGES, t } from "../core/i18n.js";
import { act, queueTitle, right } from "../core/store.js";
import { Act, Dialog, Empty } from "./basics.js";
import { Once } from "./personform.js";
import { Field, Options, useRead, Wrong } from "./ticketbits.js";

export function Screens() {
  const screens = useRead("/screens");
  const [open, setOpen] = useState(""); // "+" = a new one, an id = to be taken back
  const [made, setMade] = useState(/** @type {any} */ (null));
  if (screens.wrong) return html`<${Wrong} problem=${screens.wrong} again=${screens.again} />`;
  if (!screens.value) return html`<${Empty}>${t("loading")}<//>`;
  const rows = screens.value.items;
  const chosen = rows.find((row) => row.id === open);
  return html`<div class="row"><p class="hint grow">${t("admin.screens_words")}</p>${right("screen:e") && html`<button type="button" class="good" data-act="new-screen" onClick=${() => setOpen("+")}>${t("admin.screen_new")}</button>`}</div>
    ${!rows.length && html`<${Empty}>${t("admin.no_screens")}<//>`}
    ${rows.length > 0 && html`<ul class="panel lines">${rows.map((row) => html`<${Line} key=${row.id} row=${row} onRevoke=${() => setOpen(row.id)} />`)}</ul>`}
    ${open === "+" && html`<${NewScreen} onClose=${() => setOpen("")} onMade=${async (found) => (setOpen(""), setMade(found), await screens.again())} />`}
    ${chosen && html`<${Revoke} row=${chosen} again=${screens.again} onClose=${() => setOpen("")} />`}
    ${made && html`<${Address} made=${made} onClose=${() => setMade(null)} />`}`;
}

function Line({ row, onRevoke }) {
  return html`<li data-screen=${row.id}><span class="grow"><strong>${row.name}</strong> ${row.queues.map((name) => html`<span class="tag" key=${name}>${queueTitle(name)}</span> `)}<br />
    <small>${t("admin.screen_made", { who: row.created_by, when: when(row.created_at) })} · ${t("admin.screen_open", { n: row.open })} · ${LANGUAGES[row.language]}</small></span>
    ${right("screen:e") && html`<button type="button" data-act="revoke" onClick=${onRevoke}>${t("admin.screen_revoke")}</button>`}</li>`;
}

function NewScreen({ onClose, onMade }) {
  const known = useRead("/queues");
  const [fields, setFields] = useState({ name: "", queues: /** @type {string[]} */ ([]), language: language.value });
  const [once] = useState(fresh);
  const set = (changes) => setFields({ ...fields, ...changes });
  const names = (known.value?.items ?? []).map((row) => row.queue);
  const turn = (name) => (event) => set({ queues: names.filter((each) => (each === name ? event.target.checked : fields.queues.includes(each))) });
  const off = !fields.name.trim() ? t("admin.screen_name_needed") : !fields.queues.length ? t("admin.screen_queue_needed") : "";
  const onSubmit = (event) => {
    event.preventDefault();
    if (!off) void act("add-screen", async () => onMade(await send("/screens", { ...fields, name: fields.name.trim() }, { once })));
  };
  return html`<${Dialog} title=${t("admin.screen_new")} onClose=${onClose}><form onSubmit=${onSubmit}>
    <${Field} label=${t("admin.screen_name")}><input name="name" value=${fields.name} required autofocus maxlength="64" autocomplete="off" onInput=${(event) => set({ name: event.target.value })} /><//>
    <fieldset><legend>${t("admin.screen_queues")}</legend>${names.map((name) => html`<label class="check" key=${name}><input type="checkbox" name=${`queue-${name}`} checked=${fields.queues.includes(name)} onChange=${turn(name)} /> ${queueTitle(name)}</label>`)}</fieldset>
    <${Field} label=${t("admin.language")}><select name="language" value=${fields.language} onChange=${(event) => set({ language: event.target.value })}><${Options} of=${Object.entries(LANGUAGES)} /></select><//>
    <div class="row end"><button type="button" onClick=${onClose}>${t("cancel")}</button><${Act} act="add-screen" kind="good" label=${t("admin.add")} off=${off} onClick=${onSubmit} /></div>
  </form><//>`;
}

function Revoke({ row, again, onClose }) {
  const go = () => act("revoke-screen", async () => {
    await remove(`/screens/${row.id}`);
    await again();
    onClose();
  });
  return html`<${Dialog} title=${t("admin.screen_revoke_title", { name: row.name })} onClose=${onClose}><p>${t("admin.screen_revoke_words")}</p>
    <div class="row end"><button type="button" onClick=${onClose}>${t("cancel")}</button><${Act} act="revoke-screen" kind="bad" label=${t("admin.screen_revoke")} onClick=${go} /></div><//>`;
}

/** The address is told once: whoever has it sees the figures. */
function Address({ made, onClose }) {
  return html`<${Once} title=${t("admin.screen_address", { name: made.screen.name })} about=${t("admin.screen_once")} text=${made.url} mark="data-screen-url" onClose=${onClose} />`;
}

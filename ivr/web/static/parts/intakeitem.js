/** One item of the pool, and what becomes of it. While it is open here, nobody else can take it. */

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { fileSize, phone, secondsUntil, span, when } from "../core/format.js";
import { fileAddress, read, send } from "../core/http.js";
import { t } from "../core/i18n.js";
import { categoryName, people, personName } from "../core/catalogue.js";
import { useNews } from "../core/news.js";
import { go } from "../core/route.js";
import { act, me, right, say, sayProblem } from "../core/store.js";
import { Act, Dialog, Empty, Icon } from "./basics.js";
import { CustomerField } from "./customerfield.js";
import { categoryOptions, Field, grouped, Options, priorityOptions, useRead, Wrong } from "./ticketbits.js";

const RENEW_MS = 300_000; // of a lease of 15 minutes

export function Item({ id, back, done }) {
  const path = `/intake/${encodeURIComponent(id)}`;
  const found = useRead(path);
  const [open, setOpen] = useState("");
  const row = found.value;
  useNews("intake", found.again, { of: id });
  const mine = Boolean(row?.mine);
  useEffect(() => {
    if (!mine) return undefined;
    const timer = setInterval(() => send(`${path}/claim`).then(found.set, sayProblem), RENEW_MS);
    return () => clearInterval(timer);
  }, [mine]);
  if (found.wrong && !row) return html`<${Wrong} problem=${found.wrong} again=${found.again} />`;
  if (!row) return html`<${Empty}>${t("loading")}<//>`;
  const again = () => Promise.all([found.again(), done()]);
  const claim = () => act("claim", async () => {
    try {
      found.set(await send(`${path}/claim`));
    } catch (/** @type {any} */ problem) {
      if (problem.code !== "already-claimed") throw problem;
      say("error", t(problem.body.holder ? "intake.was_faster" : "intake.is_settled", { name: personName(problem.body.holder ?? "") }));
      await found.again();
    }
    await done();
  });
  const free = row.state === "new" || row.state === "claimed";
  return html`<article class="panel intake" data-state=${row.state}><header class="row"><a class="back" href=${back}>${t("intake.back")}</a><span class="tag">${t(`medium.${row.medium}`)}</span><span class="tag">${t(`intake.state.${row.state}`)}</span>
      ${row.mine && row.claim_expires_at && html`<span class="hint">${t("intake.yours", { time: span(secondsUntil(row.claim_expires_at)) })}</span>`}
      ${row.claimed_by && !row.mine && html`<strong>${t("intake.has_it", { name: personName(row.claimed_by) })}</strong>`}</header>
    <h2>${row.subject || t("intake.no_subject")}</h2>
    <p><strong>${row.sender_name}</strong> ${phone(row.sender)} <span class="hint">${when(row.received_at)}${row.account && ` · ${row.account}`}</span></p>
    <${Guess} row=${row} />
    <p class="text message">${row.body}</p>
    <${Extras} row=${row} />
    ${row.ticket && html`<p><a href=${`/tickets/${row.ticket}`}>${t("intake.to_ticket", { number: grouped(row.ticket) })}</a></p>`}
    ${row.reason && html`<p class="hint">${t("intake.why", { reason: row.reason })}</p>`}
    <div class="row">
      ${right("intake:e") && free && !row.mine && html`<${Act} act="claim" kind="good call" icon="check" label=${t("intake.claim")} onClick=${claim} />`}
      ${row.mine && html`<button type="button" class="good call" data-act="convert" onClick=${() => setOpen("convert")}>${t("intake.convert")}</button>
        <button type="button" class="call" data-act="append" onClick=${() => setOpen("append")}>${t("intake.append")}</button>
        <button type="button" class="call" data-act="reject" onClick=${() => setOpen("reject")}>${t("intake.reject")}</button>
        <${Act} act="spam" kind="call" label=${t("intake.spam")} onClick=${() => act("spam", () => send(`${path}/reject`, { spam: true }).then(again))} />
        ${row.assigned_by ? html`<button type="button" class="call" data-act="release" onClick=${() => setOpen("release")}>${t("intake.release")}</button>`
          : html`<${Act} act="release" kind="call" label=${t("intake.release")} onClick=${() => act("release", () => send(`${path}/release`, {}).then(again))} />`}`}
      ${right("intake:x") && free && html`<button type="button" class="call" data-act="assign" onClick=${() => setOpen("assign")}>${t("intake.assign")}</button>`}
    </div>
    ${open === "convert" && html`<${Convert} row=${row} path=${path} onClose=${() => setOpen("")} done=${done} />`}
    ${open === "append" && html`<${Append} row=${row} path=${path} onClose=${() => setOpen("")} done=${done} />`}
    ${(open === "reject" || open === "release") && html`<${Why} way=${open} path=${path} onClose=${() => setOpen("")} done=${again} />`}
    ${open === "assign" && html`<${Assign} path=${path} onClose=${() => setOpen("")} done=${again} />`}
  </article>`;
}

/** What we think it is about. */
function Guess({ row }) {
  const guesses = [
    row.customer && html`<a href=${`/customers/${row.customer}`}>${row.customer_name ?? t("customer.hidden", { number: "" })}</a>`,
    row.category && categoryName(row.category),
    row.suggested && html`<a href=${`/tickets/${row.suggested}`}>${grouped(row.suggested)}</a>`,
  ];
  const names = [t("ticket.customer"), t("ticket.category"), t("intake.suggested")];
  if (!guesses.some(Boolean)) return null;
  return html`<dl class="guess">${guesses.map((guess, i) => guess && html`<div key=${names[i]}><dt>${names[i]}</dt><dd>${guess}</dd></div>`)}</dl>`;
}

/** The rest: values of a form, files, what could not be read. */
function Extras({ row }) {
  const form = Object.entries(row.form).filter(([, value]) => value !== null && value !== "" && typeof value !== "object");
  return html`${form.length > 0 && html`<dl>${form.map(([name, value]) => html`<div key=${name}><dt>${name.replaceAll("_", " ")}</dt><dd>${String(value)}</dd></div>`)}</dl>`}
    ${row.files.length > 0 && html`<ul class="files">${row.files.map((file) => html`<li class="tag" key=${file.id}><a href=${fileAddress(`/intake/${row.id}`, file.id)} download=${file.filename}><${Icon} name="file" /> ${file.filename}</a> · ${fileSize(file.size_bytes)}</li>`)}</ul>`}
    ${(row.notes.blocked_images ?? 0) > 0 && html`<p class="hint">${t("intake.images", { n: row.notes.blocked_images })}</p>`}
    ${[row.notes.left_out, row.notes.faults].flat().filter((each) => typeof each === "string" && each).map((each) => html`<p class="hint" key=${each}><${Icon} name="alert" /> ${each}</p>`)}`;
}

function Convert({ row, path, onClose, done }) {
  const [fields, setFields] = useState({ subject: row.subject, category: row.category, priority: "", take: true });
  const [owner, setOwner] = useState(/** @type {any} */ (null));
  const [name, setName] = useState("");
  useEffect(() => {
    if (row.customer) read(`/customers/${row.customer}`).then(setOwner, () => {});
  }, []);
  const set = (field) => (event) => setFields({ ...fields, [field]: event.target.value });
  const run = async () => {
    const body = { subject: fields.subject, category: fields.category, ...(fields.priority && { priority: fields.priority }), ...(fields.take && { assignee: me.value.person }) };
    const whose = owner ? { customer: owner.id } : name.trim() ? { new_customer: name.trim() } : {};
    const made = await send(`${path}/convert`, { ...body, ...whose });
    onClose();
    await done();
    go(`/tickets/${made.ticket}`);
  };
  const onSubmit = (event) => {
    event.preventDefault();
    void act("convert-go", run);
  };
  return html`<${Dialog} className="wide" title=${t("intake.convert")} onClose=${onClose}><form class="grid" onSubmit=${onSubmit}>
    <div class="all"><${Field} label=${t("ticket.subject")}><input name="subject" value=${fields.subject} maxlength="1000" autofocus onInput=${set("subject")} /><//></div>
    <${Field} label=${t("ticket.category")}><select name="category" value=${fields.category} onChange=${set("category")}><${Options} of=${categoryOptions()} none=${t("ticket.no_category")} /></select><//>
    <${Field} label=${t("ticket.priority")}><select name="priority" value=${fields.priority} onChange=${set("priority")}><${Options} of=${priorityOptions()} none=${t("ticket.by_category")} /></select><//>
    <div class="all"><${CustomerField} value=${owner} onPick=${setOwner} /></div>
    ${!owner && html`<div class="all"><${Field} label=${t("intake.new_customer")} hint=${t("intake.new_customer_hint", { address: row.sender ?? "" })}><input name="new_customer" value=${name} maxlength="64" placeholder=${row.sender_name} onInput=${(event) => setName(event.target.value)} /><//></div>`}
    <label class="check all"><input type="checkbox" checked=${fields.take} onChange=${(event) => setFields({ ...fields, take: event.target.checked })} /> ${t("intake.take")}</label>
    <div class="row end all"><button type="button" onClick=${onClose}>${t("cancel")}</button><${Act} act="convert-go" kind="good" label=${t("ticket.open")} onClick=${onSubmit} /></div>
  </form><//>`;
}

function Append({ row, path, onClose, done }) {
  const [typed, setTyped] = useState(row.suggested ? grouped(row.suggested) : "");
  const [reopen, setReopen] = useState(false);
  const number = typed.replace(/\D/g, "");
  const run = async () => {
    const made = await send(`${path}/append`, { ticket: number, reopen });
    onClose();
    await done();
    go(`/tickets/${made.ticket}`);
  };
  const off = number.length >= 9 ? "" : t("around.number_first");
  const onSubmit = (event) => {
    event.preventDefault();
    if (!off) void act("append-go", run);
  };
  return html`<${Dialog} title=${t("intake.append")} onClose=${onClose}><form onSubmit=${onSubmit}>
    <${Field} label=${t("column.number")}><input name="ticket" inputmode="numeric" value=${typed} autofocus maxlength="16" onInput=${(event) => setTyped(event.target.value)} /><//>
    <label class="check"><input type="checkbox" checked=${reopen} onChange=${(event) => setReopen(event.target.checked)} /> ${t("intake.reopen")}</label>
    <div class="row end"><button type="button" onClick=${onClose}>${t("cancel")}</button><${Act} act="append-go" kind="good" label=${t("intake.append_go")} off=${off} onClick=${onSubmit} /></div>
  </form><//>`;
}

function Why({ way, path, onClose, done }) {
  const [reason, setReason] = useState("");
  const off = reason.trim() ? "" : t("ask.reason_needed");
  const onSubmit = (event) => {
    event.preventDefault();
    if (!off) void act("why", () => send(`${path}/${way}`, { reason: reason.trim() }).then(done)).then((ok) => ok && onClose());
  };
  return html`<${Dialog} title=${t(`intake.${way}`)} onClose=${onClose}><form onSubmit=${onSubmit}>
    <${Field} label=${t("ask.reason")}><input name="reason" value=${reason} maxlength="500" autofocus onInput=${(event) => setReason(event.target.value)} /><//>
    <div class="row end"><button type="button" onClick=${onClose}>${t("cancel")}</button><${Act} act="why" kind="good" label=${t(`intake.${way}`)} off=${off} onClick=${onSubmit} /></div>
  </form><//>`;
}

function Assign({ path, onClose, done }) {
  const [to, setTo] = useState("");
  const onSubmit = (event) => {
    event.preventDefault();
    if (to) void act("assign-go", () => send(`${path}/assign`, { to }).then(done)).then((ok) => ok && onClose());
  };
  return html`<${Dialog} title=${t("intake.assign")} onClose=${onClose}><form onSubmit=${onSubmit}>
    <${Field} label=${t("ticket.assignee")}><select name="to" value=${to} autofocus onChange=${(event) => setTo(event.target.value)}><${Options} of=${people.value} none=${t("bulk.pick")} /></select><//>
    <div class="row end"><button type="button" onClick=${onClose}>${t("cancel")}</button><${Act} act="assign-go" kind="good" label=${t("intake.assign_go")} off=${to ? "" : t("bulk.pick")} onClick=${onSubmit} /></div>
  </form><//>`;
}

/** What happened on a ticket, oldest first: said, called, changed, counted. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { clock, fileSize, openHours, phone, when } from "../core/format.js";
import { fileAddress } from "../core/http.js";
import { has, named, t } from "../core/i18n.js";
import { categoryName, fieldName, personName, statusName, teamName } from "../core/catalogue.js";
import { queueTitle } from "../core/store.js";
import { Empty, Icon } from "./basics.js";
import { grouped, useRead, Wrong } from "./ticketbits.js";

const DRAWINGS = { reply: "arrow", note: "pencil", message: "speech", call: "phone", system: "alert" };

/**
 * The whole story, or what was said alone. number: of this ticket; what another one brought says
 * so. clocks: its clocks by id.
 */
export function Timeline({ story, number, clocks, category }) {
  const [all, setAll] = useState(false);
  const items = story.value?.items;
  if (!items) return story.wrong ? html`<${Wrong} problem=${story.wrong} again=${story.again} />` : html`<${Empty}>${t("loading")}<//>`;
  const shown = joined(items.filter((item) => all || item.article || item.contact || item.change?.field === "status"));
  return html`<section class="story" aria-label=${t("story.title")}><header class="row"><h2>${t("story.title")}</h2><span class="grow"></span>
      <label class="check"><input type="checkbox" name="everything" checked=${all} onChange=${(event) => setAll(event.target.checked)} /> ${t("story.all")}</label></header>
    <ol>${shown.map((item, i) => html`<${Item} key=${i} item=${item} clocks=${clocks} category=${category} from=${item.ticket !== number ? item.ticket : ""} />`)}</ol>
    ${shown.length === 0 && html`<${Empty}>${t("story.none")}<//>`}</section>`;
}

/** Changes that one person made at one moment are one line. */
function joined(items) {
  const found = [];
  for (const item of items) {
    const last = found.at(-1);
    const same = item.change && last?.changes && last.at === item.at && last.changes[0].by === item.change.by && last.ticket === item.ticket;
    if (same) last.changes.push(item.change);
    else found.push(item.change ? { ...item, changes: [item.change] } : item);
  }
  return found;
}

function Item({ item, from, clocks, category }) {
  const other = from && html`<span class="tag">${t("story.of", { number: grouped(from) })}</span>`;
  if (item.article) return html`<${Article} of=${item.article} other=${other} />`;
  const time = html`<time datetime=${item.at}>${when(item.at)}</time>`;
  if (item.contact) return html`<${Contact} of=${item.contact} other=${other} time=${time} />`;
  if (item.clock) return html`<li class="step"><${Icon} name="bell" /><span class="grow">${counted(item.clock, clocks[item.clock.clock])}</span>${other}${time}</li>`;
  const [{ by, reason }] = item.changes;
  return html`<li class="step"><${Icon} name="pencil" /><span class="grow">${item.changes.map((change) => html`<span class="change" key=${change.field}>${changed(change, category)}</span>`)}
    <span class="hint">${[personName(by), reason].filter(Boolean).join(" · ")}</span></span>${other}${time}</li>`;
}

/** A contact; its course is asked for when somebody wants to see it. */
function Contact({ of, other, time }) {
  const [open, setOpen] = useState(false);
  const path = `/interactions/${encodeURIComponent(of.id)}`;
  const call = useRead(open ? path : "");
  const parts = useRead(open ? `${path}/segments` : "");
  const row = call.value;
  return html`<li class="step contact"><${Icon} name=${of.medium === "voice" ? "phone" : "speech"} /><div class="grow"><span>${named("medium", of.medium)} · ${named("role", of.role)}</span>
      <button type="button" class="plain" data-act="course" aria-expanded=${open} onClick=${() => setOpen(!open)}>${t(open ? "less" : "story.course")}</button>
      ${call.wrong && html`<p class="hint">${t(call.wrong.status === 404 ? "story.not_yours" : "unreachable")}</p>`}
      ${row && html`<p>${[phone(row.sender), row.queue && queueTitle(row.queue), row.agent && personName(row.agent), row.outcome && named("stand", row.outcome)].filter(Boolean).join(" · ")}</p>`}
      <ul class="course">${(parts.value?.items ?? []).map((part) => html`<li key=${part.seq}><span>${named("part", part.kind)}</span><span class="grow">${part.agent ? personName(part.agent) : part.queue ? queueTitle(part.queue) : part.detail}</span><span>${clock((Date.parse(part.ended_at) - Date.parse(part.started_at)) / 1000)}</span></li>`)}</ul></div>${other}${time}</li>`;
}

/** Something said: what the customer reads and what stays in the house must not look alike. */
function Article({ of, other }) {
  const who = of.author_kind === "customer" ? phone(of.author) || t("ticket.customer") : of.author_kind === "agent" ? personName(of.author) : named("author", of.author_kind);
  return html`<li class=${`article ${of.internal ? "inside" : ""}`} data-kind=${of.kind} data-from=${of.author_kind}>
    <header class="row"><${Icon} name=${DRAWINGS[of.kind] ?? "speech"} /><strong>${who}</strong><span class="tag">${t(`said.${of.kind}`)}</span>
      ${of.internal && html`<span class="tag strong">${t("said.inside")}</span>`}${other}<span class="grow"></span><time datetime=${of.at}>${when(of.at)}</time></header>
    ${of.body && html`<p class="text">${of.body}</p>`}
    ${of.files.length > 0 && html`<ul class="files">${of.files.map((file) => html`<li key=${file.id} class="tag">${file.purged ? file.filename : html`<a href=${fileAddress(`/tickets/${of.ticket}`, file.id)} download=${file.filename}><${Icon} name="file" /> ${file.filename}</a>`} · ${fileSize(file.size_bytes)}${file.purged && ` · ${t("attach.gone")}`}</li>`)}</ul>`}</li>`;
}

/** How the value of a field is read. */
const VALUES = {
  status: statusName, assignee: personName, team: teamName, category: categoryName,
  priority: (value) => t(`urgency.${["low", "normal", "high", "urgent"][value - 1] ?? value}`),
  severity: (value) => t(`severity.${["minor", "major", "critical"][value - 1] ?? value}`),
  kind: (value) => t(`kind.${value}`), root_cause: (value) => t(`cause_of.${value}`),
};

function shownValue(field, value) {
  if (value === null || value === "" || value === undefined) return "–";
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (VALUES[field]) return VALUES[field](value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A change in words; of values by name each that is another one now. */
function changed({ field, before, after }, category) {
  if (isPlain(before) && isPlain(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => before[name] !== after[name]);
    const called = (name) => (field === "checklist" ? t("story.step", { n: name }) : fieldName(category, name));
    return names.map((name) => t("story.change", { name: called(name), before: shownValue("", before[name]), after: shownValue("", after[name]) })).join(" · ");
  }
  const name = has(`ticket.${field}`) ? t(`ticket.${field}`) : field.replaceAll("_", " ");
  return t("story.change", { name, before: shownValue(field, before), after: shownValue(field, after) });
}

const isPlain = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

function counted({ kind, reason, target_s }, of) {
  const words = [of && t(`metric.${of.metric}`), t(`clock.${kind}`), reason && named("clock_reason", reason), target_s && t("clock.target", { time: openHours(target_s) })];
  return words.filter(Boolean).join(" · ");
}

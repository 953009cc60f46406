/** What happened on a ticket, oldest first: said, called, changed, counted. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { phone, span, when } from "../core/format.js";
import { has, named, t } from "../core/i18n.js";
import { categoryName, personName, statusName, teamName } from "../core/catalogue.js";
import { Empty, Icon } from "./basics.js";
import { grouped, Wrong } from "./ticketbits.js";

const DRAWINGS = { reply: "arrow", note: "pencil", message: "speech", call: "phone", system: "alert" };

/** The whole story, or what was said alone. number: of this ticket; what another one brought says so. */
export function Timeline({ story, number }) {
  const [all, setAll] = useState(false);
  const items = story.value?.items;
  if (!items) return story.wrong ? html`<${Wrong} problem=${story.wrong} again=${story.again} />` : html`<${Empty}>${t("loading")}<//>`;
  const shown = joined(items.filter((item) => all || item.article || item.contact || item.change?.field === "status"));
  return html`<section class="story" aria-label=${t("story.title")}><header class="row"><h2>${t("story.title")}</h2><span class="grow"></span>
      <label class="check"><input type="checkbox" name="everything" checked=${all} onChange=${(event) => setAll(event.target.checked)} /> ${t("story.all")}</label></header>
    <ol>${shown.map((item, i) => html`<${Item} key=${i} item=${item} from=${item.ticket !== number ? item.ticket : ""} />`)}</ol>
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

function Item({ item, from }) {
  const other = from && html`<span class="tag">${t("story.of", { number: grouped(from) })}</span>`;
  if (item.article) return html`<${Article} of=${item.article} other=${other} />`;
  const time = html`<time datetime=${item.at}>${when(item.at)}</time>`;
  if (item.contact) return html`<li class="step"><${Icon} name="phone" /><span class="grow">${named("medium", item.contact.medium)} · ${named("role", item.contact.role)}</span>${other}${time}</li>`;
  if (item.clock) return html`<li class="step"><${Icon} name="bell" /><span class="grow">${counted(item.clock)}</span>${other}${time}</li>`;
  const [{ by, reason }] = item.changes;
  return html`<li class="step"><${Icon} name="pencil" /><span class="grow">${item.changes.map((change) => html`<span class="change" key=${change.field}>${changed(change)}</span>`)}
    <span class="hint">${[personName(by), reason].filter(Boolean).join(" · ")}</span></span>${other}${time}</li>`;
}

/** Something said: what the customer reads and what stays in the house must not look alike. */
function Article({ of, other }) {
  const who = of.author_kind === "customer" ? phone(of.author) || t("ticket.customer") : of.author_kind === "agent" ? personName(of.author) : named("author", of.author_kind);
  return html`<li class=${`article ${of.internal ? "inside" : ""}`} data-kind=${of.kind} data-from=${of.author_kind}>
    <header class="row"><${Icon} name=${DRAWINGS[of.kind] ?? "speech"} /><strong>${who}</strong><span class="tag">${t(`said.${of.kind}`)}</span>
      ${of.internal && html`<span class="tag strong">${t("said.inside")}</span>`}${other}<span class="grow"></span><time datetime=${of.at}>${when(of.at)}</time></header>
    <p class="text">${of.body}</p>
    ${of.files.length > 0 && html`<ul class="files">${of.files.map((file) => html`<li key=${file.id} class="tag">${file.filename} · ${size(file.size_bytes)}${file.purged && ` · ${t("file.gone")}`}</li>`)}</ul>`}</li>`;
}

const size = (bytes) => (bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`);

/** How the value of a field is read. */
const VALUES = {
  status: statusName, assignee: personName, team: teamName, category: categoryName,
  priority: (value) => t(`urgency.${["low", "normal", "high", "urgent"][value - 1] ?? value}`),
  severity: (value) => t(`severity.${["minor", "major", "critical"][value - 1] ?? value}`),
  kind: (value) => t(`kind.${value}`), root_cause: (value) => t(`cause_of.${value}`),
};

function shownValue(field, value) {
  if (value === null || value === "" || value === undefined) return "–";
  if (VALUES[field]) return VALUES[field](value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function changed({ field, before, after }) {
  const name = has(`ticket.${field}`) ? t(`ticket.${field}`) : field.replaceAll("_", " ");
  return t("story.change", { name, before: shownValue(field, before), after: shownValue(field, after) });
}

function counted({ kind, reason, target_s }) {
  const words = [t(`clock.${kind}`), reason && named("clock_reason", reason), target_s && t("clock.target", { time: span(target_s, true) })];
  return words.filter(Boolean).join(" · ");
}

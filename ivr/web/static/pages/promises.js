/** What tickets can be about and what is promised for them. It is written in files; here one reads it. */

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { folded, openHours, when } from "../core/format.js";
import { called, t } from "../core/i18n.js";
import { categories, categoryName, fieldName, learnCatalogue, statuses, teamName } from "../core/catalogue.js";
import { right, sayProblem } from "../core/store.js";
import { Empty, Icon } from "../parts/basics.js";
import { Sections, Status, useRead, Wrong } from "../parts/ticketbits.js";

export default function Promises() {
  const sla = Boolean(right("sla:r"));
  const policies = useRead(sla ? "/sla/policies" : "");
  const calendars = useRead(sla ? "/calendars" : "");
  useEffect(() => void learnCatalogue().catch(sayProblem), []);
  return html`<main class="page"><header class="row"><h1>${t("page.promises")}</h1><${Sections} at="/tickets/promises" /></header>
    <p class="hint">${t("promises.where")}</p>
    <${Categories} />
    ${sla && html`<section><h2>${t("promises.policies")}</h2><p class="hint">${t("promises.order")}</p>
      ${policies.wrong && html`<${Wrong} problem=${policies.wrong} again=${policies.again} />`}
      <div class="cards">${(policies.value?.items ?? []).map((each) => html`<${Policy} key=${each.name} of=${each} />`)}</div>
      ${policies.value?.items.length === 0 && html`<${Empty}>${t("promises.none")}<//>`}</section>
    <section><h2>${t("promises.calendars")}</h2><div class="cards">${(calendars.value?.items ?? []).map((each) => html`<${Hours} key=${each.name} of=${each} />`)}</div></section>`}
    <section><h2>${t("promises.statuses")}</h2><ul class="panel lines">${statuses.value.map((each) => html`<li key=${each.code}><${Status} code=${each.code} state=${each.type} /><span class="grow hint">${called(each.public)}</span>
      ${each.pauses_sla && html`<span class="tag"><${Icon} name="pause" /> ${t("promises.pauses")}</span>`}${!each.active && html`<span class="tag">${t("promises.unused")}</span>`}</li>`)}</ul></section>
  </main>`;
}

function Categories() {
  const [typed, setTyped] = useState("");
  const wanted = folded(typed.trim());
  const rows = categories.value.filter((each) => folded(`${categoryName(each.path)} ${each.path} ${each.team}`).includes(wanted));
  return html`<section><header class="row"><h2>${t("promises.categories")} <small>${rows.length}</small></h2><span class="grow"></span>
      <input class="narrow" type="search" value=${typed} aria-label=${t("promises.find")} placeholder=${t("promises.find")} onInput=${(event) => setTyped(event.target.value)} /></header>
    <ul class="panel tree">${rows.map((each) => html`<li key=${each.path} style=${wanted ? "" : `margin-inline-start: ${(each.path.split(".").length - 1) * 1.5}rem`}><details><summary>
        <strong>${wanted ? categoryName(each.path) : called(each.labels)}</strong> <span class="hint">${each.path}</span>
        ${each.team && html`<span class="tag">${teamName(each.team)}</span>`}${each.kind && html`<span class="tag">${t(`kind.${each.kind}`)}</span>`}
        ${each.priority && each.priority !== "normal" && html`<span class="tag" data-priority=${each.priority}>${t(`urgency.${each.priority}`)}</span>`}${!each.active && html`<span class="tag">${t("promises.unused")}</span>`}</summary>
      <${Category} of=${each} /></details></li>`)}</ul></section>`;
}

function Category({ of }) {
  const fields = Object.keys(of.form.properties ?? {});
  const must = new Set(of.form.required ?? []);
  return html`<div class="inside"><dl>
      ${of.severity && html`<div><dt>${t("ticket.severity")}</dt><dd>${t(`severity.${of.severity}`)}</dd></div>`}
      <div><dt>${t("promises.reopen")}</dt><dd>${t("promises.days", { n: of.reopen_days })}</dd></div>
      <div><dt>${t("promises.announced")}</dt><dd>${t(of.announceable ? "yes" : "no")}</dd></div></dl>
    ${fields.length > 0 && html`<h3>${t("form.title")}</h3><ul>${fields.map((name) => html`<li key=${name}>${fieldName(of, name)}${must.has(name) && html` <span class="must">${t("form.must")}</span>`}</li>`)}</ul>`}
    ${of.checklist.length > 0 && html`<h3>${t("checklist.title")}</h3><ul>${of.checklist.map((item) => html`<li key=${item.text}>${item.text}${item.mandatory && html` <span class="must">${t("form.must")}</span>`}</li>`)}</ul>`}</div>`;
}

/** One promise: for which tickets, how soon what, and who is told when. */
function Policy({ of }) {
  const levels = Object.entries(of.escalate).flatMap(([metric, rules]) => rules.map((rule, i) => ({ metric, rule, key: `${metric} ${i}` })));
  return html`<article class="panel" data-policy=${of.name}><h3>${of.position}. ${of.name.replaceAll("_", " ")} <span class="tag">${t(`promise.${of.kind}`)}</span></h3>
    <p>${of.when ? html`<code>${of.when}</code>` : t("promises.every")} <span class="hint">${t("promises.hours_of", { name: of.hours })}</span></p>
    <table class="targets"><tbody>${Object.entries(of.targets).map(([metric, target]) => html`<tr key=${metric}><th scope="row">${t(`metric.${metric}`)}</th><td>${target.seconds ? openHours(target.seconds) : "–"}</td>
      <td class="hint">${[...Object.entries(target.by_priority).map(([level, seconds]) => `${t(`urgency.${level}`)}: ${openHours(seconds)}`), ...Object.entries(target.by_severity).map(([level, seconds]) => `${t(`severity.${level}`)}: ${openHours(seconds)}`)].join(" · ")}</td></tr>`)}</tbody></table>
    ${levels.length > 0 && html`<details><summary>${t("promises.levels", { n: levels.length })}</summary><ul>${levels.map(({ metric, rule, key }) => html`<li key=${key}>${t("promises.level", { metric: t(`metric.${metric}`), at: rule.at_percent, plus: rule.plus_s ? `+ ${openHours(rule.plus_s)}` : "", who: rule.tell.map((who) => t(`told.${who}`)).join(", "), by: rule.by.map((way) => t(`told_by.${way}`)).join(", ") })}</li>`)}</ul></details>`}
  </article>`;
}

const clockOf = (minutes) => `${String(Math.floor(minutes / 60) - (minutes > 1440 ? 24 : 0)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

function Hours({ of }) {
  const open = of.is_open;
  return html`<article class="panel"><h3>${of.name} <span class=${`tag ${open ? "good" : ""}`}>${t(open ? "promises.is_open" : "promises.is_closed")}</span></h3>
    <p class="hint">${of.zone}${open && of.closes_at ? ` · ${t("promises.closes", { time: when(of.closes_at) })}` : !open && of.opens_at ? ` · ${t("promises.opens", { time: when(of.opens_at) })}` : ""}</p>
    <table class="targets"><tbody>${of.weekly.map((day, i) => html`<tr key=${i}><th scope="row">${t(`day.${i}`)}</th><td>${day.map((each) => `${clockOf(each.opens)}–${clockOf(each.closes)}`).join(", ") || "–"}</td></tr>`)}</tbody></table></article>`;
}

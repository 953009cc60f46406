/** Reports: which one, of what time, as bars and as a table; the address holds the question. */

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { learnCatalogue } from "../core/catalogue.js";
import { serverNow, when } from "../core/format.js";
import { add, called, t } from "../core/i18n.js";
import { read } from "../core/http.js";
import { go, useQuery } from "../core/route.js";
import { Empty } from "../parts/basics.js";
import { Chart } from "../parts/reportcharts.js";
import { Table, UNITS } from "../parts/reporttable.js";
import { Saved } from "../parts/savedreports.js";
import { Field, Wrong } from "../parts/ticketbits.js";

await add("reports");

const DAY_MS = 86_400_000;
const PERIODS = ["today", "yesterday", "week", "month", "before"];
const FILTERS = ["queue", "agent", "team", "category", "survey"];

/** A day of this browser as the fields of the page write it. */
const dayOf = (/** @type {Date} */ at) => `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`;
const startOf = (/** @type {string} */ day, after = 0) => {
  const [year, month, date] = day.split("-").map(Number);
  return new Date(year, month - 1, date + after);
};

/** Times that are asked for often: name -> first and last day. */
function usual(/** @type {string} */ name) {
  const today = new Date(serverNow());
  const [year, month] = [today.getFullYear(), today.getMonth()];
  const days = {
    today: [today, today],
    yesterday: [new Date(+today - DAY_MS), new Date(+today - DAY_MS)],
    week: [new Date(+today - 6 * DAY_MS), today],
    month: [new Date(year, month, 1), today],
    before: [new Date(year, month - 1, 1), new Date(year, month, 0)],
  }[name];
  return (days ?? []).map(dayOf);
}

/** The question of an address, with what is left out. */
function questionOf(/** @type {string} */ query) {
  const given = new URLSearchParams(query);
  const named = given.get("period") || "";
  const [first, last] = usual(PERIODS.includes(named) ? named : "week");
  return { given, report: given.get("report") || "", by: given.get("by") || "", figure: given.get("figure") || "", since: given.get("since") || first, until: given.get("until") || last };
}

/** Where the server answers it. */
function addressOf(question, format = "json") {
  const asked = new URLSearchParams({ since: startOf(question.since).toISOString(), until: startOf(question.until, 1).toISOString(), format });
  if (question.by) asked.set("by", question.by);
  for (const name of FILTERS) question.given.getAll(name).filter(Boolean).forEach((value) => asked.append(name, value.trim()));
  return `/reports/${encodeURIComponent(question.report)}?${asked}`;
}

export default function Reports() {
  const query = useQuery("/reports");
  const [list, setList] = useState(/** @type {any} */ (null));
  const [wrong, setWrong] = useState(/** @type {any} */ (null));
  useEffect(() => {
    learnCatalogue().catch(() => {});
    read("/reports").then((found) => setList(found.items), setWrong);
  }, []);
  const question = questionOf(query);
  const report = list?.find((each) => each.id === question.report);
  useEffect(() => {
    if (list?.length && !report) change(question, { report: list[0].id, by: "" }, true);
  }, [list, report]);
  return html`<main class="page reports"><header class="row"><h1>${t("page.reports")}</h1></header>
    ${wrong && html`<${Wrong} problem=${wrong} again=${() => location.reload()} />`}
    ${report && html`<${Saved} query=${keptAs(question)} /><${Asking} list=${list} report=${report} question=${question} />
      <${Answer} key=${query} report=${report} question=${question} />`}
    ${list && !list.length && html`<${Empty}>${t("report.empty")}<//>`}
  </main>`;
}

/** Go to the question with these parts changed. */
function change(question, parts, replace = false) {
  const next = new URLSearchParams(question.given);
  for (const [name, value] of Object.entries(parts)) (value ? next.set(name, value) : next.delete(name));
  go(`/reports?${next}`, replace);
}

/** The question as it is kept: a time that has a name moves on with the days. */
function keptAs(question) {
  const kept = new URLSearchParams(question.given);
  const name = PERIODS.find((each) => usual(each).join() === [question.since, question.until].join());
  if (name) ["since", "until"].forEach((each) => kept.delete(each));
  if (name) kept.set("period", name);
  return kept.toString();
}

function Asking({ list, report, question }) {
  const [first = "", second = ""] = (question.by || report.default.join(",")).split(",");
  const rows = [...report.by, ...(report.periodic ? UNITS : [])];
  const both = (one, two) => change(question, { by: [one, two].filter((name, at, all) => name && all.indexOf(name) === at).join(",") });
  const away = Object.fromEntries(FILTERS.map((name) => [name, ""]));
  const choice = (name, chosen, onInput, empty) => html`<select name=${name} value=${chosen} onInput=${(event) => onInput(event.target.value)}>
    ${empty && html`<option value="">${t("report.nothing")}</option>`}${rows.map((each) => html`<option key=${each} value=${each}>${t(`report.by.${each}`)}</option>`)}</select>`;
  const day = (name) => html`<input type="date" name=${name} required value=${question[name]} onChange=${(event) => event.target.value && change(question, { [name]: event.target.value })} />`;
  const short = (name) => {
    const [since, until] = usual(name);
    return html`<button type="button" key=${name} data-period=${name} aria-pressed=${since === question.since && until === question.until} onClick=${() => change(question, { since, until })}>${t(`report.period.${name}`)}</button>`;
  };
  return html`<section class="panel asking"><div class="grid">
      <${Field} label=${t("report.which")}><select name="report" value=${report.id} onInput=${(event) => change(question, { ...away, report: event.target.value, by: "", figure: "" })}>
        ${list.map((each) => html`<option key=${each.id} value=${each.id}>${each.id} · ${called(each.title)}</option>`)}</select><//>
      <${Field} label=${t("report.by")}>${choice("by", first, (name) => both(name, second))}<//>
      <${Field} label=${t("report.and_by")}>${choice("and_by", second, (name) => both(first, name), true)}<//>
      ${report.periodic && html`<${Field} label=${t("report.from")}>${day("since")}<//><${Field} label=${t("report.to")}>${day("until")}<//>`}
      ${report.filters.map((name) => html`<${Field} key=${name} label=${t(`report.filter.${name}`)}>
        <input name=${name} value=${question.given.get(name) ?? ""} onChange=${(event) => change(question, { [name]: event.target.value })} /><//>`)}
    </div>
    ${report.periodic && html`<div class="row periods">${PERIODS.map(short)}</div>`}
  </section>`;
}

function Answer({ report, question }) {
  const [told, setTold] = useState(/** @type {any} */ (null));
  const [wrong, setWrong] = useState(/** @type {any} */ (null));
  const [turn, again] = useState(0);
  useEffect(() => {
    let here = true;
    setWrong(null);
    read(addressOf(question)).then((found) => here && setTold(found), (problem) => here && setWrong(problem));
    return () => (here = false);
  }, [turn]);
  if (wrong) return html`<${Wrong} problem=${wrong} again=${() => again(turn + 1)} />`;
  if (!told) return html`<${Empty}>${t("loading")}<//>`;
  return html`<section class="panel answer">
    <header class="row"><h2>${called(report.title)}</h2><span class="grow"></span>
      <a class="csv" download=${`${report.id}.csv`} href=${`/api/v1${addressOf(question, "csv")}`}>${t("report.csv")}</a></header>
    <p class="hint">${called(report.note)}</p>
    ${told.rows.length ? html`<${Drawn} told=${told} question=${question} /><${Table} told=${told} />` : html`<${Empty}>${t("report.empty")}<//>`}
    <p class="hint">${t("report.about", { version: told.report.version, zone: told.zone, time: when(told.made_at) })}</p>
  </section>`;
}

/** One figure as a chart; which one is chosen beside it. */
function Drawn({ told, question }) {
  const columns = told.report.columns.filter((each) => each.name !== told.report.goal);
  const figure = columns.some((each) => each.name === question.figure) ? question.figure : told.report.chart;
  const choose = (event) => change(question, { figure: event.target.value === told.report.chart ? "" : event.target.value }, true);
  return html`<label class="drawn">${t("report.figure")} <select name="figure" value=${figure} onInput=${choose}>
      ${columns.map((each) => html`<option key=${each.name} value=${each.name}>${called(each.title)}</option>`)}</select></label>
    <${Chart} told=${told} figure=${figure} />`;
}

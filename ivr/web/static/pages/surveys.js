/** Surveys: who was asked and answered, scores with their intervals, comments, alarms, and the texts; the address holds the choice. */

import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { learnCatalogue } from "../core/catalogue.js";
import { serverNow, when } from "../core/format.js";
import { add, t } from "../core/i18n.js";
import { go, useQuery } from "../core/route.js";
import { right } from "../core/store.js";
import { Empty } from "../parts/basics.js";
import { Table } from "../parts/reporttable.js";
import { Alarms, Comments } from "../parts/surveysaid.js";
import { Halt } from "../parts/surveyhalt.js";
import { Funnel, Scores, Trend } from "../parts/surveyfigures.js";
import { Preview } from "../parts/surveytexts.js";
import { Waves } from "../parts/surveywaves.js";
import { useRead, Wrong } from "../parts/ticketbits.js";

await Promise.all([add("reports"), add("surveys"), add("tickets")]);

const DAY_MS = 86_400_000;
const DAYS = [7, 30, 90];
const ROWS = ["queue", "category", "agent", "plan", "medium", "language", "wording"];
const SHOWN = ["reached", "completed", "end_to_end", "csat", "csat_weighted", "nps", "ces", "wordings"];
const TABS = [["results", "survey_score:r"], ["comments", "survey_comment:r"], ["alarms", "survey_score:r"], ["waves", "survey:r"], ["texts", "survey:r"]];

/** Midnight of this browser so many days ago: a question that stays the same through the day. */
function since(/** @type {number} */ days) {
  const today = new Date(serverNow() - (days - 1) * DAY_MS);
  return new Date(today.getFullYear(), today.getMonth(), today.getDate()).toISOString();
}

/** What an address asks for. */
function choiceOf(/** @type {string} */ query) {
  const given = new URLSearchParams(query);
  const days = DAYS.find((each) => String(each) === given.get("days")) ?? 30;
  return { survey: given.get("survey") ?? "", tab: given.get("tab") ?? "", by: given.get("by") ?? "queue", days, since: since(days) };
}

const at = (choice, changes) => {
  const { survey, tab, by, days } = { ...choice, ...changes };
  const said = Object.entries({ survey, tab, by: by === "queue" ? "" : by, days: days === 30 ? "" : String(days) });
  return `/surveys?${new URLSearchParams(said.filter(([, value]) => value))}`;
};

/** The cells of a row by the names of their columns. */
export const cellsOf = (told, row) => Object.fromEntries(told.report.columns.map((column, place) => [column.name, row.cells[place]]));

export default function Surveys() {
  const choice = choiceOf(useQuery("/surveys"));
  const list = useRead("/surveys");
  const told = useRead(right("survey_score:r") ? `/reports/R17?by=survey&since=${choice.since}` : "");
  useEffect(() => void learnCatalogue().catch(() => {}), []);
  const items = list.value?.items ?? [];
  const chosen = items.find((each) => each.code === choice.survey);
  const asked = (code) => told.value?.rows.filter((row) => row.labels[0] === code).map((row) => cellsOf(told.value, row))[0];
  const days = (each) => html`<button type="button" key=${each} data-days=${each} aria-pressed=${choice.days === each} onClick=${() => go(at(choice, { days: each }))}>${t("survey.days", { n: each })}</button>`;
  return html`<main class="page surveys"><header class="row"><h1>${t("page.surveys")}</h1><span class="grow"></span>
      <div class="row" role="group" aria-label=${t("survey.time")}>${DAYS.map(days)}</div></header>
    ${list.wrong && html`<${Wrong} problem=${list.wrong} again=${list.again} />`}
    ${list.value && !items.length && html`<${Empty}>${t("survey.none")}<//>`}
    <ul class="surveylist">${items.map((survey) => html`<li key=${survey.code}><${Card} survey=${survey} cells=${asked(survey.code)} open=${chosen === survey} again=${list.again} to=${at(choice, { survey: survey.code, tab: "" })} /></li>`)}</ul>
    ${chosen && html`<${Chosen} key=${chosen.code} survey=${chosen} choice=${choice} />`}
  </main>`;
}

function Card({ survey, cells, open, to, again }) {
  const plan = (each) => html`<li key=${each.id} class="row"><strong>${each.name}</strong>
    <span class="hint">${[t(`survey.when.${each.when}`), each.media.map((medium) => t(`survey.medium.${medium}`)).join(" → "), each.rate || (each.size ? t("survey.size", { n: each.size }) : t("survey.everybody")), each.next_at && t("survey.next_at", { time: when(each.next_at) })].filter(Boolean).join(" · ")}</span>
    ${!each.active && html`<span class="tag bad">${t("survey.paused")}</span>`}${each.anonymous && html`<span class="tag">${t("survey.anonymous")}</span>`}${each.quota && html`<span class="tag">${t("survey.quota")}</span>`}<${Halt} survey=${survey} plan=${each} again=${again} /></li>`;
  return html`<article class="panel survey" data-survey=${survey.code}>
    <header class="row"><h2><a href=${to} aria-current=${open ? "true" : undefined}>${survey.code}</a></h2><span class="grow"></span>
      <span class="hint">${survey.languages.map((code) => t(`language.${code}`)).join(", ")} · ${survey.wording}</span></header>
    <ul>${survey.plans.map(plan)}</ul>
    ${cells && html`<${Funnel} cells=${cells} />`}
    ${ofAgents(survey) && html`<p class="hint" data-agents>${t("survey.of_agents")}${right("survey_invitation:r") && html` <a href="/reports?report=R21">${t("survey.compared")}</a>`}</p>`}
    ${right("survey_score:r") && !cells && !ofAgents(survey) && html`<p class="hint">${t("survey.unasked")}</p>`}
  </article>`;
}

const ofAgents = (survey) => survey.respondent === "agent";

function Chosen({ survey, choice }) {
  const comes = survey.plans.some((each) => each.when === "planned");
  const fits = (name) => (ofAgents(survey) ? name === "texts" : name !== "waves" || comes);
  const tabs = TABS.filter(([name, needed]) => right(needed) && fits(name)).map(([name]) => name);
  const tab = tabs.includes(choice.tab) ? choice.tab : tabs[0];
  const link = (name) => html`<a key=${name} href=${at(choice, { tab: name })} aria-current=${name === tab ? "page" : undefined}>${t(`survey.tab.${name}`)}</a>`;
  const Shown = { results: Results, comments: Comments, alarms: Alarms, waves: Waves, texts: Preview }[tab];
  return html`<section class="panel chosen" aria-label=${survey.code}><nav class="sections" aria-label=${survey.code}>${tabs.map(link)}</nav>
    <${Shown} key=${`${tab} ${choice.days} ${choice.by}`} survey=${survey} choice=${choice} /></section>`;
}

function Results({ survey, choice }) {
  const ask = (by) => `/reports/R17?by=${by}&survey=${survey.code}&since=${choice.since}`;
  const unit = choice.days > 31 ? "week" : "day";
  const [rows, trend] = [useRead(ask(choice.by)), useRead(ask(unit))];
  if (rows.wrong) return html`<${Wrong} problem=${rows.wrong} again=${rows.again} />`;
  if (!rows.value) return html`<${Empty}>${t("loading")}<//>`;
  const told = rows.value;
  const kept = told.report.columns.map((column, place) => [column, place]).filter(([column]) => SHOWN.includes(column.name));
  const less = (row) => ({ ...row, cells: kept.map(([, place]) => row.cells[place]) });
  const narrow = { ...told, report: { ...told.report, columns: kept.map(([column]) => column) }, rows: told.rows.map(less), total: less(told.total) };
  const total = cellsOf(told, told.total);
  return html`<${Scores} cells=${total} />
    ${total.wordings > 1 && html`<p class="wrong" role="status">${t("survey.mixed")}</p>`}
    ${survey.plans.some((each) => each.quota) && html`<p class="hint" data-quota>${t("survey.quota_note")}</p>`}
    ${trend.value && html`<${Trend} told=${trend.value} />`}
    <div class="row"><label class="by">${t("report.by")}<select name="by" value=${choice.by} onInput=${(event) => go(at(choice, { by: event.target.value, tab: "results" }))}>
      ${ROWS.map((name) => html`<option key=${name} value=${name}>${t(`report.by.${name}`)}</option>`)}</select></label><span class="grow"></span>
      <a class="csv" download="R17.csv" href=${`/api/v1${ask(choice.by)}&format=csv`}>${t("report.csv")}</a></div>
    <${Table} told=${narrow} />
    <p class="hint">${t("survey.about", { time: when(told.made_at), zone: told.zone })}</p>`;
}

/** What callers said in their own words, and alarms about their scores. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { categoryName, personName } from "../core/catalogue.js";
import { when } from "../core/format.js";
import { language, t } from "../core/i18n.js";
import { right } from "../core/store.js";
import { Empty, Icon } from "./basics.js";
import { Message } from "./messages.js";
import { labelOf } from "./reporttable.js";
import { useRead, Wrong } from "./ticketbits.js";

const percent = (/** @type {number} */ part) => part.toLocaleString(language.value === "en" ? "en-GB" : language.value, { style: "percent", maximumFractionDigits: 1 });

export function Comments({ survey, choice }) {
  const [order, setOrder] = useState("newest");
  const found = useRead(`/survey-comments?survey=${survey.code}&since=${choice.since}&order=${order}&limit=100`);
  const rows = found.value?.items ?? [];
  return html`<div class="row"><label class="by">${t("survey.order")}<select name="order" value=${order} onInput=${(event) => setOrder(event.target.value)}>
      ${["newest", "lowest"].map((each) => html`<option key=${each} value=${each}>${t(`survey.order.${each}`)}</option>`)}</select></label></div>
    ${found.wrong && html`<${Wrong} problem=${found.wrong} again=${found.again} />`}
    ${found.value && !rows.length && html`<${Empty}>${t("survey.no_comments")}<//>`}
    <ul class="said">${rows.map((row) => html`<li key=${row.id}><${Comment} row=${row} /></li>`)}</ul>`;
}

function Comment({ row }) {
  const scores = row.answers.filter((each) => each.score_kind && each.value !== null);
  const spoken = row.answers.map((each) => each.spoken).filter(Boolean);
  const about = [row.queue, row.category && categoryName(row.category), row.agent && personName(row.agent), t(`survey.medium.${row.medium}`)];
  return html`<article>${row.answers.filter((each) => each.text).map((each) => html`<blockquote key=${each.question} lang=${row.language}>${each.text}</blockquote>`)}
    ${spoken.length > 0 && html`<div class="messages"><ul>${spoken.map((each) => html`<${Message} key=${each.id} row=${{ ...each, may_play: right("recording:x") }} reason="survey.heard" />`)}</ul></div>`}
    <p class="row">${scores.map((each) => html`<span key=${each.question} class=${`tag ${isLow(each) ? "bad" : ""}`}>${t(`survey.score.${each.score_kind}`)} ${each.value}</span>`)}
      <span class="hint">${about.filter(Boolean).join(" · ")} · <time datetime=${row.started_at}>${when(row.started_at)}</time></span></p></article>`;
}

const LOW = { csat: 2, nps: 6, ces: 2 };
const isLow = (answer) => answer.value <= (LOW[answer.score_kind] ?? -1);

/** queue=cards -> "Queue: cards". */
function dimsOf(/** @type {string} */ dims) {
  const [by, value] = dims.split("=", 2);
  return `${t(`report.by.${by}`)}: ${labelOf(by, value)}`;
}

export function Alarms({ survey }) {
  const [state, setState] = useState("open");
  const found = useRead(`/survey-alarms?survey=${survey.code}&state=${state}`);
  const rows = found.value?.items ?? [];
  return html`<div class="row">${["open", "all"].map((each) => html`<button type="button" key=${each} aria-pressed=${state === each} onClick=${() => setState(each)}>${t(`survey.alarms.${each}`)}</button>`)}</div>
    ${found.wrong && html`<${Wrong} problem=${found.wrong} again=${found.again} />`}
    ${found.value && !rows.length && html`<${Empty}>${t("survey.no_alarms")}<//>`}
    <ul class="alarms">${rows.map((row) => html`<li key=${row.id} data-alarm=${row.rule}><${Icon} name=${row.closed_at ? "check" : "alert"} />
      <div class="grow"><strong>${t(`survey.score.${row.metric}`)}${row.dims && ` · ${dimsOf(row.dims)}`}</strong> <span class="tag">${t(`survey.rule.${row.rule}`)}</span>
        <p>${t("survey.alarm", { value: percent(row.value), n: row.n, level: percent(row.level), level_n: row.level_n, day: row.window })}</p>
        <p class="hint">${row.closed_at ? t("survey.closed", { time: when(row.closed_at) }) : t("survey.raised", { time: when(row.raised_at) })}${row.ticket && html` · <a href=${`/tickets/${row.ticket}`}>${row.ticket}</a>`}</p></div></li>`)}</ul>
    <p class="hint">${t("survey.alarms_note")}</p>`;
}

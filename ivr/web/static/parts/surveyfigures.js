/** Figures of a survey: the funnel, scores with n and interval, and how they went from week to week. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { language, t } from "../core/i18n.js";
import { Figure } from "./reporttable.js";

const STAGES = ["eligible", "selected", "invitable", "reached", "started", "completed"];
const SCORES = [["csat", "score"], ["nps", "net"], ["ces", "score"]];
const [WIDE, TALL, LEFT, RIGHT, TOP, BOTTOM] = [720, 220, 44, 12, 12, 34];
const locale = () => (language.value === "en" ? "en-GB" : language.value);
const number = (/** @type {number} */ n, most = 1) => n.toLocaleString(locale(), { maximumFractionDigits: most });

/** Who was eligible, who was asked, who answered: each stage as a bar of the first. */
export function Stages({ cells }) {
  const most = Math.max(1, cells.eligible);
  const stage = (name) => html`<li key=${name} data-stage=${name}><span>${t(`survey.stage.${name}`)}</span>
    <span class="track" aria-hidden="true"><span class="fill" style=${`width:${(100 * cells[name]) / most}%`}></span></span><b>${number(cells[name])}</b></li>`;
  return html`<ol class="funnel">${STAGES.map(stage)}</ol>`;
}

/** The same with the share of those selected who went through to the end. */
export function Funnel({ cells }) {
  return html`<${Stages} cells=${cells} />
    <p class="row whole">${t("survey.end_to_end")} <span><${Figure} cell=${cells.end_to_end} unit="share" /></span></p>`;
}

/** The scores of everything that was asked for; those without answers are left out. */
export function Scores({ cells }) {
  const there = SCORES.filter(([name]) => cells[name]?.n);
  if (!there.length) return html`<p class="hint">${t("survey.unanswered")}</p>`;
  return html`<div class="scores">${there.map(([name, unit]) => html`<div key=${name} class="scorebox" data-score=${name}>
    <h3>${t(`survey.score.${name}`)}</h3><${Figure} cell=${cells[name]} unit=${unit} /><p class="hint">${t(`survey.score.${name}.means`)}</p></div>`)}</div>`;
}

/** A score over time: a point where answers are enough, and its interval wherever there are any. */
export function Trend({ told }) {
  const of = (name) => told.report.columns.findIndex((column) => column.name === name);
  const there = SCORES.filter(([name]) => told.total.cells[of(name)]?.n);
  const [chosen, choose] = useState(there[0]?.[0] ?? "");
  const [name, unit] = there.find(([each]) => each === chosen) ?? there[0] ?? [];
  if (!name) return null;
  const [least, most] = unit === "net" ? [-100, 100] : [0, 100];
  const cells = told.rows.map((row) => row.cells[of(name)]);
  const x = (place) => LEFT + ((WIDE - LEFT - RIGHT) * (place + 0.5)) / cells.length;
  const y = (value) => TOP + ((TALL - TOP - BOTTOM) * (most - value)) / (most - least);
  const value = (cell) => cell?.percent ?? cell?.points ?? null;
  const points = cells.map((cell, place) => [place, value(cell)]).filter(([, at]) => at !== null);
  const lines = [least, (least + most) / 2, most];
  const every = Math.ceil(cells.length / 10);
  const words = (cell) => t(value(cell) === null ? "report.few" : "survey.point", { n: number(cell.n), value: number(value(cell) ?? 0), low: number(cell.low), high: number(cell.high) });
  return html`<figure class="trend"><figcaption class="row"><h3>${t("survey.trend")}</h3>
      ${there.map(([each]) => html`<button type="button" key=${each} data-trend=${each} aria-pressed=${each === name} onClick=${() => choose(each)}>${t(`survey.score.${each}`)}</button>`)}</figcaption>
    <svg viewBox=${`0 0 ${WIDE} ${TALL}`} role="img" aria-label=${t("survey.trend_of", { score: t(`survey.score.${name}`) })}>
      ${lines.map((at) => html`<g key=${at}><path class="grid-line" d=${`M${LEFT} ${y(at)} H${WIDE - RIGHT}`} /><text x=${LEFT - 6} y=${y(at) + 4} text-anchor="end">${number(at)}</text></g>`)}
      ${points.length > 1 && html`<path class="line" d=${points.map(([place, at], n) => `${n ? "L" : "M"}${x(place)} ${y(at)}`).join(" ")} />`}
      ${cells.map((cell, place) => cell?.n > 0 && html`<g key=${place} class="period"><title>${told.rows[place].labels.join(" ")} · ${words(cell)}</title>
        <path class="sure" d=${`M${x(place)} ${y(cell.low)} V${y(cell.high)}`} />${value(cell) !== null && html`<circle class="point" cx=${x(place)} cy=${y(value(cell))} r="4" />`}</g>`)}
      ${cells.map((_, place) => place % every === 0 && html`<text key=${place} x=${x(place)} y=${TALL - 10} text-anchor="middle">${short(told.rows[place].labels[0])}</text>`)}
    </svg><p class="hint">${t("survey.trend_note")}</p></figure>`;
}

/** 2026-11-23 -> 23.11., 2026-W48 -> W48. */
const short = (/** @type {string} */ label) => label.replace(/^\d{4}-(\d\d)-(\d\d)$/, "$2.$1.").replace(/^\d{4}-W/, "W");

/** The answer of a report as bars and as a table. */

import { html } from "htm/preact";
import { categoryName, personName, statusName, teamName } from "../core/catalogue.js";
import { clock } from "../core/format.js";
import { called, has, language, named, t } from "../core/i18n.js";

export const UNITS = ["hour", "day", "week", "month"];
const MOST_BARS = 60;
const [WIDE, STEP, LEFT, RIGHT] = [640, 26, 170, 70];
const locale = () => (language.value === "en" ? "en-GB" : language.value);

const number = (/** @type {number} */ n, most = 2) => n.toLocaleString(locale(), { maximumFractionDigits: most });
const share = (/** @type {number} */ n) => (n / 100).toLocaleString(locale(), { style: "percent", maximumFractionDigits: 2 });

const SHARES = ["share", "score", "weighted"];
const SCORES = ["score", "net", "weighted", "difference", "correlation", "mean", "paired"];
const ENOUGH = 30; // as in ivr/reports/telling.py
const signed = (/** @type {number} */ n, most = 1) => n.toLocaleString(locale(), { maximumFractionDigits: most, signDisplay: "exceptZero" });
const pointsOf = (/** @type {number} */ n) => t("report.points", { n: signed(n) });
const correlated = (/** @type {number} */ n) => signed(n, 2);

/** A figure as people read it; nothing divided by nothing is a dash, never 0 %. */
export function shown(cell, unit) {
  if (cell === null) return "–";
  if (unit === "difference") return cell.points === null ? "–" : pointsOf(cell.points);
  if (unit === "correlation") return cell.rho === null ? "–" : correlated(cell.rho);
  if (unit === "mean") return cell.mean === null ? "–" : number(cell.mean);
  if (unit === "paired") return cell.mean === null ? "–" : signed(cell.mean, 2);
  if (unit === "net") return cell.points === null ? "–" : number(cell.points, 1);
  if (SHARES.includes(unit)) return cell.percent === null ? "–" : share(cell.percent);
  if (unit === "percent") return share(cell);
  if (unit === "seconds") return cell < 60 ? `${number(cell)} s` : clock(cell);
  return number(cell);
}

const NAMES = { category: categoryName, agent: personName, team: teamName, status: statusName };

/** What a row is of, in words. */
export function labelOf(/** @type {string} */ by, /** @type {string} */ label) {
  if (!label) return "–";
  const plain = label.replace(/^\d: /, ""); // the number only keeps them in order
  const key = `report.value.${by}.${plain}`;
  if (has(key)) return t(key);
  if (by === "root_cause") return named("cause_of", plain);
  return NAMES[by] ? NAMES[by](plain) : plain;
}

const rowName = (told, row) => row.labels.map((label, at) => labelOf(told.by[at], label)).join(" · ");

export function Table({ told }) {
  const columns = told.report.columns;
  const line = (row) => columns.map((column, at) => html`<td key=${column.name} data-name=${column.name} data-label=${called(column.title)}><${Figure} cell=${row.cells[at]} unit=${column.unit} /><${Aim} goal=${row.goals?.[column.name]} unit=${column.unit} /></td>`);
  return html`<div class="scroll"><table class="figures">
    <thead><tr>${told.by.map((name) => html`<th key=${name} scope="col">${t(`report.by.${name}`)}</th>`)}${columns.map((each) => html`<th key=${each.name} scope="col" title=${`${told.report.id}.${each.name}`}>${called(each.title)}</th>`)}</tr></thead>
    <tbody>${told.rows.map((row) => html`<tr key=${row.labels.join("\n")}>${row.labels.map((label, at) => html`<th key=${told.by[at]} scope="row">${labelOf(told.by[at], label)}</th>`)}${line(row)}</tr>`)}</tbody>
    <tfoot><tr><th scope="row" colspan=${told.by.length || 1}>${t("report.total")}</th>${line(told.total)}</tr></tfoot>
  </table></div>`;
}

export function Figure({ cell, unit }) {
  if ((unit !== "share" && !SCORES.includes(unit)) || !cell) return shown(cell, unit);
  const end = { net: (n) => number(n, 1), difference: (n) => signed(n), correlation: correlated, mean: number, paired: correlated }[unit] ?? share;
  const sure = cell.low !== null && t("report.range", { low: end(cell.low), high: end(cell.high) });
  const few = SCORES.includes(unit) && cell.n > 0 && Math.min(cell.n, cell.rest_n ?? cell.n) < ENOUGH && (cell.percent ?? cell.points ?? cell.rho ?? cell.mean ?? null) === null;
  const differs = (cell.differs ?? null) !== null && html`<small class=${`aim ${cell.differs}`}>${t(`report.differs.${cell.differs}`)}</small>`;
  return html`<b>${shown(cell, unit)}</b><small>${t(few ? "report.few" : "report.n", { n: number(cell.n) })}${sure && html` · ${sure}`}</small>${differs}`;
}

/** A goal in the unit of its column. */
export const aimText = (value, unit) => (SHARES.includes(unit) ? share(value) : shown({ net: { points: value }, difference: { points: value }, correlation: { rho: value } }[unit] ?? value, unit));

/** What a figure should be, and whether it is. */
function Aim({ goal, unit }) {
  if (!goal) return null;
  const bound = goal.value !== null && html`${goal.at_least ? "≥" : "≤"} ${aimText(goal.value, unit)} · `;
  return html`<small class=${`aim ${goal.verdict}`} title=${t(`report.verdict.${goal.verdict}.means`)}>${bound}${t(`report.verdict.${goal.verdict}`)}</small>`;
}

/** One figure of a report drawn: bars for names, a line for periods; with intervals and goals. */

import { html } from "htm/preact";
import { language, called, t } from "../core/i18n.js";
import { aimText, labelOf, shown, UNITS } from "./reporttable.js";

const MOST_BARS = 60;
const [WIDE, STEP, LEFT, RIGHT] = [640, 26, 170, 84];
const [SERIES_WIDE, TALL, SIDE, EDGE, TOP, BOTTOM] = [760, 240, 56, 14, 14, 34];
const SHARES = ["share", "score", "weighted"];

/** The plain number behind a cell. */
const valueOf = (cell) => (cell === null || typeof cell !== "object" ? cell : (cell.percent ?? cell.points ?? cell.rho ?? cell.mean ?? null));
const endsOf = (cell) => (cell !== null && typeof cell === "object" && cell.low !== null ? [cell.low, cell.high] : null);

/** From where to where a figure is drawn. */
function scaleOf(told, at, unit, name) {
  if (unit === "net") return [-100, 100];
  if (unit === "correlation") return [-1, 1];
  const found = told.rows.flatMap((row) => [valueOf(row.cells[at]), row.goals?.[name]?.value ?? null, ...(endsOf(row.cells[at]) ?? [])]);
  if (SHARES.includes(unit)) return [0, Math.min(100, Math.max(10, 10 * Math.ceil(Math.max(0, ...found.filter((each) => each !== null)) / 10)))];
  return [Math.min(0, ...found.filter((each) => each !== null)), Math.max(1, ...found.filter((each) => each !== null))];
}

const rowName = (told, row) => row.labels.map((label, at) => labelOf(told.by[at], label)).join(" · ");

/** The chart that suits the rows. figure: the name of the column. */
export function Chart({ told, figure }) {
  const at = told.report.columns.findIndex((each) => each.name === figure);
  const Shown = told.by.length === 1 && UNITS.includes(told.by[0]) && told.rows.length > 1 ? Series : Bars;
  return html`<${Shown} told=${told} at=${at} column=${told.report.columns[at]} />`;
}

/** The one goal of all rows, null where they differ. */
function commonGoal(told, name) {
  const goals = told.rows.map((row) => row.goals?.[name]?.value ?? null).filter((each) => each !== null);
  return goals.length && goals.every((each) => each === goals[0]) ? goals[0] : null;
}

function Bars({ told, at, column }) {
  const { name, unit, title } = column;
  const long = WIDE - LEFT - RIGHT;
  const rows = told.rows.slice(0, MOST_BARS);
  const [least, most] = scaleOf(told, at, unit, name);
  const x = (value) => LEFT + ((value - least) / (most - least)) * long;
  const aim = commonGoal(told, name);
  const bar = (row, place) => {
    const [y, cell, goal] = [place * STEP + 4, row.cells[at], row.goals?.[name]];
    const [value, ends, words] = [valueOf(cell), endsOf(cell), rowName(told, row)];
    const from = Math.min(x(0), x(value ?? 0));
    return html`<g key=${place}>
      <text class="name" x=${LEFT - 8} y=${y + 13} text-anchor="end">${words.length > 18 ? `${words.slice(0, 17)}…` : words}<title>${words}</title></text>
      ${value !== null && html`<rect class=${`bar ${goal?.verdict ?? ""}`} x=${from} y=${y} width=${Math.max(1, Math.abs(x(value) - x(0)))} height="18" rx="3" />`}
      ${ends && html`<path class="sure" d=${`M${x(ends[0])} ${y + 9} H${x(ends[1])}`} />`}
      ${goal && goal.value !== null && html`<path class="goal" d=${`M${x(goal.value)} ${y - 3} V${y + 21}`} />`}
      <text class="value" x=${WIDE} y=${y + 13} text-anchor="end">${shown(cell, unit)}</text>
    </g>`;
  };
  const tall = rows.length * STEP + (aim === null ? 4 : 22);
  return html`<figure class="bars"><svg viewBox=${`0 0 ${WIDE} ${tall}`} role="img" aria-label=${t("report.bars", { column: called(title) })}>
      ${rows.map(bar)}
      ${least < 0 && html`<path class="zero" d=${`M${x(0)} 0 V${rows.length * STEP}`} />`}
      ${aim !== null && html`<text class="goalname" x=${x(aim)} y=${tall - 4} text-anchor="middle">${t("report.goal", { goal: aimText(aim, unit) })}</text>`}
    </svg>
    <figcaption class="hint">${called(title)}${told.rows.length > MOST_BARS && html` · ${t("report.many", { n: MOST_BARS })}`}</figcaption></figure>`;
}

/** A figure over time: a line through what is known, its interval as a band of strokes, the goal as steps. */
function Series({ told, at, column }) {
  const { name, unit, title } = column;
  const [least, most] = scaleOf(told, at, unit, name);
  const wide = (SERIES_WIDE - SIDE - EDGE) / told.rows.length;
  const x = (place) => SIDE + wide * (place + 0.5);
  const y = (value) => TOP + ((TALL - TOP - BOTTOM) * (most - value)) / (most - least);
  const values = told.rows.map((row) => valueOf(row.cells[at]));
  const goals = told.rows.map((row) => row.goals?.[name]?.value ?? null);
  const every = Math.ceil(told.rows.length / 10);
  const ticks = [least, (least + most) / 2, most];
  const words = (row) => `${row.labels.join(" ")} · ${shown(row.cells[at], unit)}${row.cells[at]?.n === undefined ? "" : ` · ${t("report.n", { n: row.cells[at].n })}`}`;
  const point = (row, place) => {
    const [value, ends] = [values[place], endsOf(row.cells[at])];
    return html`<g key=${place} class="period"><title>${words(row)}</title>
      ${ends && html`<path class="sure" d=${`M${x(place)} ${y(ends[0])} V${y(ends[1])}`} />`}
      ${value !== null && html`<circle class=${`point ${row.goals?.[name]?.verdict ?? ""}`} cx=${x(place)} cy=${y(value)} r=${told.rows.length > 60 ? 2 : 4} />`}</g>`;
  };
  const aim = commonGoal(told, name);
  return html`<figure class="bars series"><svg viewBox=${`0 0 ${SERIES_WIDE} ${TALL}`} role="img" aria-label=${t("report.series", { column: called(title) })}>
      ${ticks.map((value) => html`<g key=${value}><path class="grid-line" d=${`M${SIDE} ${y(value)} H${SERIES_WIDE - EDGE}`} /><text x=${SIDE - 6} y=${y(value) + 4} text-anchor="end">${aimText(value, unit)}</text></g>`)}
      ${stretches(values).map((part) => html`<path key=${part[0]} class="line" d=${part.map((place, n) => `${n ? "L" : "M"}${x(place)} ${y(values[place])}`).join(" ")} />`)}
      ${goals.map((value, place) => value !== null && html`<path key=${place} class="goal" d=${`M${x(place) - wide / 2} ${y(value)} H${x(place) + wide / 2}`} />`)}
      ${told.rows.map(point)}
      ${told.rows.map((row, place) => place % every === 0 && html`<text key=${place} x=${x(place)} y=${TALL - 10} text-anchor="middle">${shortPeriod(row.labels[0])}</text>`)}
      ${aim !== null && html`<text class="goalname" x=${SERIES_WIDE - EDGE} y=${y(aim) - 6} text-anchor="end">${t("report.goal", { goal: aimText(aim, unit) })}</text>`}
    </svg><figcaption class="hint">${called(title)} · ${t("report.series_note")}</figcaption></figure>`;
}

/** Places that follow each other with a value: no line is drawn over a gap. */
function stretches(values) {
  const found = /** @type {number[][]} */ ([]);
  values.forEach((value, place) => {
    if (value === null) return;
    if (place && values[place - 1] !== null) found[found.length - 1].push(place);
    else found.push([place]);
  });
  return found;
}

/** 2026-11-23 -> 23 Nov, 2026-W48 -> W48, 2026-11-23 14:00 -> 14:00, 2026-11 -> Nov 2026. */
function shortPeriod(/** @type {string} */ label) {
  const [, year, month, day, hour] = label.match(/^(\d{4})-(\d\d)(?:-(\d\d))?(?: (\d\d:\d\d))?/) ?? [];
  if (!year) return label.replace(/^\d{4}-W/, "W");
  if (hour) return hour;
  const at = new Date(Number(year), Number(month) - 1, Number(day ?? 1));
  return at.toLocaleDateString(language.value === "en" ? "en-GB" : language.value, day ? { day: "numeric", month: "short" } : { month: "short", year: "numeric" });
}

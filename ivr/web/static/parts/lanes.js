/** The sides of a recording as lanes one below the other, with what happened, and where it plays. */

import { html } from "htm/preact";
import { useMemo } from "preact/hooks";
import { personName } from "../core/catalogue.js";
import { clock } from "../core/format.js";
import { t } from "../core/i18n.js";

const HIGH = 56; // of a lane
const HEAD = 18; // for the words of marks
const WIDE = 1000;
const FULL = 255;
const LOUDER = 0.6; // below 1: speech is far below full scale

/** One stroke for each peak, up and down from the middle. */
function outline(/** @type {number[]} */ side, /** @type {number} */ middle) {
  const step = WIDE / Math.max(1, side.length);
  return side.map((peak, n) => {
    const half = Math.max(0.5, (peak / FULL) ** LOUDER * (HIGH / 2 - 2));
    return `M${((n + 0.5) * step).toFixed(2)} ${(middle - half).toFixed(1)}v${(2 * half).toFixed(1)}`;
  }).join("");
}

/** at, seek: seconds. sides: of GET /recordings/{recording}/peaks. */
export function Lanes({ row, sides, at, seek }) {
  const length = row.seconds || 1;
  const lanes = row.kind === "call" ? ["caller", "hears"] : ["message"];
  const tall = HEAD + lanes.length * HIGH;
  const drawn = useMemo(() => sides.map((side, n) => outline(side, HEAD + (n + 0.5) * HIGH)), [sides]);
  const x = (/** @type {number} */ seconds) => Math.min(WIDE, (seconds / length) * WIDE);
  const press = (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * length);
  };
  return html`<div class="lanes"><ul class="sides" aria-hidden="true">${lanes.map((name) => html`<li key=${name}>${t(`rec.side.${name}`)}</li>`)}</ul>
    <div class="wavebox"><svg viewBox=${`0 0 ${WIDE} ${tall}`} preserveAspectRatio="none" height=${tall} role="slider" tabindex="0" aria-label=${t("rec.place")} aria-valuemin="0" aria-valuemax=${Math.round(length)} aria-valuenow=${Math.round(at)} aria-valuetext=${clock(at)} onClick=${press}>
      <defs><pattern id="silent" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="7" /></pattern></defs>
      ${lanes.map((name, n) => html`<rect key=${name} class="lane" x="0" y=${HEAD + n * HIGH} width=${WIDE} height=${HIGH - 2} />`)}
      ${row.marks.map((mark, n) => html`<rect key=${n} class="span" data-mark=${mark.kind} x=${x(mark.begin)} y=${mark.kind === "talk" ? 0 : HEAD} width=${Math.max(1, x(mark.end) - x(mark.begin))} height=${mark.kind === "talk" ? HEAD - 3 : tall - HEAD}><title>${markWords(mark)}</title></rect>`)}
      ${drawn.map((path, n) => html`<path key=${n} class="wave" data-side=${lanes[n]} d=${path} />`)}
      <line class="now" x1=${x(at)} x2=${x(at)} y1="0" y2=${tall} /></svg>
      ${row.marks.filter((mark) => mark.kind === "talk").map((mark, n) => html`<span key=${n} class="talker" style=${`left: ${x(mark.begin) / 10}%; max-width: ${(x(mark.end) - x(mark.begin)) / 10}%`} aria-hidden="true">${personName(mark.who)}</span>`)}</div></div>`;
}

const markWords = (mark) => [t(`rec.mark.${mark.kind}`), mark.who && personName(mark.who), `${clock(mark.begin)}–${clock(mark.end)}`].filter(Boolean).join(" · ");

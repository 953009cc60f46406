/** Alarms on queues, on top of the wallboard: what is on, since when, and who has seen it. */

import { html } from "htm/preact";
import { clock, percent } from "../core/format.js";
import { send } from "../core/http.js";
import { language, t } from "../core/i18n.js";
import { act, alarms, queueTitle, right } from "../core/store.js";
import { Act, Icon, Since } from "./basics.js";

const TIMES = new Set(["oldest_wait", "estimate"]);
const SHARES = new Set(["service_level", "abandoned_share"]);

/** Those that are on, the oldest first; and the names of those of which nothing is known. */
export function Alarms() {
  const rows = Object.values(alarms.value);
  const on = rows.filter((row) => row.fired_at).sort((a, b) => a.fired_at.localeCompare(b.fired_at));
  const blind = rows.filter((row) => row.state === "no_data" && !row.fired_at);
  if (!on.length && !blind.length) return null;
  return html`<section class="alarms" aria-label=${t("alarm.title")}>
    ${on.length > 0 && html`<ul aria-live="polite" aria-relevant="additions">${on.map((row) => html`<${Alarm} key=${row.alarm} row=${row} />`)}</ul>`}
    ${blind.length > 0 && html`<p class="hint" data-name="blind">${t("alarm.blind", { names: named(blind) })}</p>`}
  </section>`;
}

const named = (rows) => rows.map((row) => `${row.alarm} (${queueTitle(row.queue)})`).sort((a, b) => a.localeCompare(b, language.value)).join(", ");

function Alarm({ row }) {
  return html`<li data-alarm=${row.alarm} data-alarm-state=${row.state} class=${row.acknowledged_by ? "seen" : ""}>
    <${Icon} name="alert" /><strong>${queueTitle(row.queue)}</strong>
    <span>${figure(row)}</span><small>${limit(row)}</small>
    ${row.state !== "firing" && html`<span class="tag">${t(`alarm.state.${row.state}`)}</span>`}
    <span class="grow"></span><small>${row.alarm}</small><${Since} at=${row.fired_at} />
    ${row.acknowledged_by
      ? html`<span class="tag">${t("alarm.seen", { who: row.acknowledged_by })}</span>`
      : right("alarm:x") && html`<${Act} act=${`alarm-${row.alarm}`} icon="check" label=${t("alarm.acknowledge")} aria-label=${t("alarm.acknowledge_one", { alarm: row.alarm })} onClick=${() => acknowledge(row)} />`}
  </li>`;
}

const acknowledge = (row) =>
  act(`alarm-${row.alarm}`, () => send(`/alarms/${encodeURIComponent(row.alarm)}/acknowledge`), () => !alarms.value[row.alarm]?.fired_at || Boolean(alarms.value[row.alarm].acknowledged_by));

/** What was measured, in its unit; of shares also the formula and of how many. */
function figure(row) {
  const words = `${t(`alarm.metric.${row.metric}`)} ${amount(row.metric, row.value)}`;
  return SHARES.has(row.metric) ? `${words} (${[row.variant, `n=${row.n ?? 0}`].filter(Boolean).join(", ")})` : words;
}

function limit(row) {
  const key = row.fire.below == null ? "above" : "below";
  return t(`alarm.${key}`, { limit: amount(row.metric, row.fire[key]) });
}

function amount(metric, value) {
  if (value == null) return "–";
  if (TIMES.has(metric)) return clock(value);
  return SHARES.has(metric) ? percent(value / 100, 1) : String(value);
}

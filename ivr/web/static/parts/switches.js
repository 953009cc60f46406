/** The switches: the emergency, and those that close hours; set by hand for a time, with a reason. */

import { html } from "htm/preact";
import { when } from "../core/format.js";
import { put, remove } from "../core/http.js";
import { add, has, t } from "../core/i18n.js";
import { act, right } from "../core/store.js";
import { Act, Icon } from "./basics.js";
import { question } from "./supervise.js";

await add("flows");

const TIMES = ["60", "240", "1440", ""];
const nameOf = (/** @type {string} */ name) => (has(`switch.${name}`) ? t(`switch.${name}`) : name);

/** rows: of GET /switches. again: reads them anew. */
export function Switches({ rows, again }) {
  return html`<section class="panel switches" aria-label=${t("switch.title")}><h2>${t("switch.title")}</h2>
    <ul>${rows.map((row) => html`<${Line} key=${row.switch} row=${row} again=${again} />`)}</ul></section>`;
}

function Line({ row, again }) {
  const alarm = row.on && row.switch === "emergency";
  const by = row.by && [t("switch.by", { who: row.by }), row.why, row.until && t("switch.until", { time: when(row.until) })].filter(Boolean).join(" · ");
  return html`<li class=${`row ${alarm ? "alarm" : ""}`} data-switch=${row.switch} role=${alarm ? "alert" : undefined}>
    ${alarm && html`<${Icon} name="alert" />`}<strong>${nameOf(row.switch)}</strong>
    <span class=${`tag ${row.on ? "bad" : ""}`}>${row.on ? t("switch.on") : t("switch.off")}</span>
    <small class="grow">${by || t("switch.configured")}</small>
    ${right("switch:x") && html`<${Buttons} row=${row} again=${again} />`}</li>`;
}

function Buttons({ row, again }) {
  const name = `switch-${row.switch}`;
  const path = `/switches/${encodeURIComponent(row.switch)}`;
  const ask = () =>
    (question.value = {
      title: `${nameOf(row.switch)}: ${row.on ? t("switch.off") : t("switch.on")}`,
      act: name,
      choice: { label: t("switch.how_long"), options: TIMES.map((each) => [each, t(`switch.time.${each || "open"}`)]) },
      run: async (why, minutes) => {
        await put(path, { on: !row.on, why, minutes: minutes ? Number(minutes) : null });
        await again();
      },
    });
  const back = () =>
    void act(name, async () => {
      await remove(path);
      await again();
    });
  return html`${row.by && html`<${Act} act=${name} label=${t("switch.back")} onClick=${back} data-back />`}
    <${Act} act=${name} kind=${row.on ? "good" : "bad"} label=${row.on ? t("switch.turn_off") : t("switch.turn_on")} onClick=${ask} data-turn />`;
}

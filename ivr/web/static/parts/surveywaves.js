/** Planned surveys: waves with what became of them, the end of one, and who the next would ask. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { phone, when } from "../core/format.js";
import { fresh, send } from "../core/http.js";
import { language, t } from "../core/i18n.js";
import { act, right } from "../core/store.js";
import { Act, Dialog, Empty } from "./basics.js";
import { Stages } from "./surveyfigures.js";
import { useRead, Wrong } from "./ticketbits.js";

const LAST = ["stopped", "over"];
const percent = (/** @type {number} */ part) => part.toLocaleString(language.value === "en" ? "en-GB" : language.value, { style: "percent", maximumFractionDigits: 1 });
/** gap, 3 -> "asked lately: 3". */
const because = (/** @type {Record<string, number>} */ reasons) => counted("survey.why", reasons);
const counted = (/** @type {string} */ words, /** @type {Record<string, number>} */ counts) => Object.entries(counts).map(([name, n]) => `${t(`${words}.${name}`)}: ${n}`).join(" · ");

export function Waves({ survey }) {
  const path = `/survey-waves?survey=${survey.code}&limit=50`;
  const found = useRead(path);
  const rows = found.value?.items ?? [];
  const plans = survey.plans.filter((each) => each.when === "planned");
  return html`${plans.map((plan) => html`<${Ahead} key=${plan.id} survey=${survey} plan=${plan} again=${found.again} />`)}
    ${found.wrong && html`<${Wrong} problem=${found.wrong} again=${found.again} />`}
    ${found.value && !rows.length && html`<${Empty}>${t("survey.no_waves")}<//>`}
    <ul class="surveylist waves">${rows.map((row) => html`<li key=${row.id}><${Wave} row=${row} again=${found.again} /></li>`)}</ul>
    ${rows.length > 0 && html`<div class="row"><p class="hint grow">${t("survey.waves_note")}</p><a class="csv" download="waves.csv" href=${`/api/v1${path}&format=csv`}>${t("report.csv")}</a></div>`}`;
}

function Wave({ row, again }) {
  const [asks, setAsks] = useState(false);
  const bad = row.state === "stopped" ? "bad" : "";
  return html`<article class="panel survey" data-wave=${row.wave}>
    <header class="row"><h3>${row.plan}</h3><time datetime=${row.at}>${when(row.at)}</time><span class="grow"></span><span class=${`tag ${bad}`}>${t(`survey.wave.${row.state}`)}</span></header>
    <${Stages} cells=${row.funnel} />
    <p class="hint">${t("survey.looked_at", { n: row.looked_at, rate: percent(row.rate) })}${row.scheduled > 0 && ` · ${t("survey.scheduled", { n: row.scheduled })}`}</p>
    ${Object.keys(row.calls).length > 0 && html`<p class="hint" data-calls>${t("survey.calls")}: ${counted("survey.call", row.calls)}</p>`}
    ${Object.keys(row.reasons).length > 0 && html`<p class="hint">${because(row.reasons)}</p>`}
    ${row.begun_by && html`<p class="hint" data-begun-by>${t("survey.begun_by", { who: row.begun_by })}</p>`}
    ${row.stopped_at && html`<p class="hint">${t("survey.stopped_by", { who: row.stopped_by, time: when(row.stopped_at) })}</p>`}
    ${right("survey:e") && !LAST.includes(row.state) && html`<button type="button" data-stop onClick=${() => setAsks(true)}>${t("survey.stop")}</button>`}
    ${asks && html`<${Stop} row=${row} onClose=${() => setAsks(false)} again=${again} />`}</article>`;
}

function Stop({ row, onClose, again }) {
  const run = async () => {
    await send(`/survey-waves/${row.id}/stop`);
    onClose();
    await again();
  };
  return html`<${Dialog} title=${t("survey.stop")} onClose=${onClose}><p>${t("survey.stop_means", { n: row.scheduled })}</p>
    <div class="row end"><button type="button" onClick=${onClose}>${t("cancel")}</button><${Act} act="wave-stop" kind="bad" label=${t("survey.stop")} onClick=${() => void act("wave-stop", run)} /></div><//>`;
}

/** Begin one beside those that come at their times. The key stays that of this dialog, so that a click that is tried again begins one wave. */
function Start({ survey, plan, onClose, again }) {
  const [once] = useState(fresh);
  const run = async () => {
    await send(`/surveys/${survey.code}/plans/${plan.name}/waves`, {}, { once });
    onClose();
    await again();
  };
  return html`<${Dialog} title=${t("survey.start")} onClose=${onClose}><p>${t("survey.start_means")}</p>
    <div class="row end"><button type="button" onClick=${onClose}>${t("cancel")}</button><${Act} act="wave-start" label=${t("survey.start")} onClick=${() => void act("wave-start", run)} /></div><//>`;
}

/** Who the next wave would ask; read when it is asked for, since all customers are looked at. */
function Ahead({ survey, plan, again }) {
  const [open, setOpen] = useState(false);
  const [starts, setStarts] = useState(false);
  const found = useRead(open ? `/surveys/${survey.code}/plans/${plan.name}/preview` : "");
  const told = found.value;
  return html`<section class="ahead" data-plan=${plan.name}><div class="row"><strong>${plan.name}</strong>
      <button type="button" data-ahead aria-expanded=${open} onClick=${() => setOpen(!open)}>${t("survey.ahead")}</button>
      ${right("survey:e") && plan.active && html`<button type="button" data-start onClick=${() => setStarts(true)}>${t("survey.start")}</button>`}</div>
    ${starts && html`<${Start} survey=${survey} plan=${plan} onClose=${() => setStarts(false)} again=${again} />`}
    ${open && found.wrong && html`<${Wrong} problem=${found.wrong} again=${found.again} />`}
    ${open && !told && !found.wrong && html`<${Empty}>${t("loading")}<//>`}
    ${open && told && html`<p>${t("survey.ahead_of", { time: when(told.at), looked_at: told.looked_at, eligible: told.eligible, selected: told.selected })} ${t("survey.ahead_asked", { asked: told.asked, judged: told.judged })}</p>
      ${Object.keys(told.media).length > 0 && html`<p data-media>${counted("survey.by", told.media)}</p>`}
      ${Object.keys(told.not_drawn).length > 0 && html`<p class="hint">${because(told.not_drawn)}</p>`}
      ${Object.keys(told.refused).length > 0 && html`<p class="hint">${because(told.refused)}</p>`}
      ${told.people.length > 0 && html`<div class="scroll"><table class="figures"><thead><tr>${["number", "language", "asked"].map((name) => html`<th key=${name} scope="col">${t(`survey.ahead.${name}`)}</th>`)}</tr></thead>
        <tbody>${told.people.map((each) => html`<tr key=${each.customer}><td><a href=${`/customers/${each.customer}`}>${phone(each.number) || "–"}</a></td><td>${t(`language.${each.language}`)}</td><td>${each.reason ? t(`survey.why.${each.reason}`) : t(`survey.by.${each.medium}`)}</td></tr>`)}</tbody></table></div>`}`}</section>`;
}

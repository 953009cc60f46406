/** The clocks of a ticket: what was promised, how much is used up, when it is due. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { now, openHours, when } from "../core/format.js";
import { put } from "../core/http.js";
import { named, t } from "../core/i18n.js";
import { act, right } from "../core/store.js";
import { Act, Dialog, Empty, Icon } from "./basics.js";
import { current, Due, Field } from "./ticketbits.js";

export function Clocks({ row, rows = [], done }) {
  const path = `/tickets/${row.number}/clocks`;
  const [all, setAll] = useState(false);
  const [changing, setChanging] = useState(/** @type {any} */ (null));
  const live = rows.filter((each) => each.state === "running" || each.state === "paused");
  const leads = ["t", "A"].includes(right("ticket:e")) && row.can_change;
  return html`<section class="panel clocks" aria-label=${t("clocks.title")}><h2>${t("clocks.title")}</h2>
    ${rows.length === 0 && html`<${Empty}>${t("clocks.none")}<//>`}
    <ul>${(all ? rows : live).map((each) => html`<${Clock} key=${each.id} of=${each} edit=${leads && live.includes(each) && (() => setChanging(each))} />`)}</ul>
    ${rows.length > live.length && html`<button type="button" class="plain" aria-expanded=${all} onClick=${() => setAll(!all)}>${t(all ? "less" : "clocks.ended", { n: rows.length - live.length })}</button>`}
    ${changing && html`<${Target} of=${changing} path=${path} onClose=${() => setChanging(null)} done=${done} />`}
  </section>`;
}

/** One clock. What is counted is business time: while it runs we know its due time, not its count. */
function Clock({ of, edit }) {
  const part = of.target_s ? Math.min(1, of.counted_s / of.target_s) : 0;
  const late = of.state === "running" && Date.parse(of.due_at ?? "") < now.value;
  const verdict = of.verdict || (of.breached_at || late ? "breached" : "");
  return html`<li class="clockrow" data-clock=${of.metric} data-state=${of.state} data-verdict=${verdict}>
    <div class="row"><strong>${t(`metric.${of.metric}`)}</strong>${of.kind !== "sla" && html`<span class="tag">${t(`promise.${of.kind}`)}</span>`}<span class="grow"></span>
      ${of.state === "running" && html`<${Due} at=${of.due_at} />`}
      ${of.state === "paused" && html`<span class="mark" data-ticket="pending_customer"><${Icon} name="pause" /><span>${t("clocks.paused")}</span></span>`}
      ${verdict && of.state !== "running" && html`<span class=${`tag ${verdict === "met" ? "good" : "bad"}`}><${Icon} name=${verdict === "met" ? "check" : "alert"} /> ${named("verdict", verdict)}</span>`}
      ${of.state === "cancelled" && html`<span class="tag">${t("clocks.cancelled")}</span>`}</div>
    <progress max="1" value=${of.state === "running" ? runningPart(of) : part} aria-label=${t("clocks.used")}></progress>
    <div class="row hint"><span>${of.state === "running" && of.due_at ? t("clocks.due", { time: when(of.due_at) }) : t("clocks.counted", { time: openHours(of.counted_s) })}</span><span class="grow"></span><span>${t("clocks.of", { time: openHours(of.target_s) })}</span>
      ${edit && html`<button type="button" class="plain" data-act="target" aria-label=${t("clocks.change", { name: t(`metric.${of.metric}`) })} onClick=${edit}><${Icon} name="pencil" /></button>`}</div></li>`;
}

/** How much of it is over, as far as the clock on the wall can tell. */
function runningPart(of) {
  if (!of.due_at || !of.running_since) return 0;
  const [from, due] = [Date.parse(of.running_since), Date.parse(of.due_at)];
  const left = (of.target_s - of.counted_s) / of.target_s;
  const gone = due > from ? (now.value - from) / (due - from) : 1;
  return Math.max(0, Math.min(1, 1 - left + left * gone));
}

function Target({ of, path, onClose, done }) {
  const [hours, setHours] = useState(String(of.target_s / 3600));
  const [reason, setReason] = useState("");
  const [recount, setRecount] = useState(false);
  const seconds = Math.round(Number(hours.replace(",", ".")) * 3600);
  const off = !(seconds > 0) ? t("clocks.hours_needed") : reason.trim() ? "" : t("ask.reason_needed");
  const run = async () => {
    await put(`${path}/${encodeURIComponent(of.id)}/target`, { target_s: seconds, reason: reason.trim(), recount });
    onClose();
    await done();
  };
  const onSubmit = (event) => {
    event.preventDefault();
    if (!off) void act("set-target", current(run, done));
  };
  return html`<${Dialog} title=${t("clocks.change", { name: t(`metric.${of.metric}`) })} onClose=${onClose}><form onSubmit=${onSubmit}>
    <${Field} label=${t("clocks.hours")}><input name="hours" inputmode="decimal" value=${hours} autofocus onInput=${(event) => setHours(event.target.value)} /><//>
    <label class="check"><input type="checkbox" checked=${recount} onChange=${(event) => setRecount(event.target.checked)} /> ${t("clocks.recount")}</label>
    <${Field} label=${t("ask.reason")}><input name="reason" value=${reason} maxlength="500" onInput=${(event) => setReason(event.target.value)} /><//>
    <div class="row end"><button type="button" onClick=${onClose}>${t("cancel")}</button><${Act} act="set-target" kind="good" label=${t("save")} off=${off} onClick=${onSubmit} /></div>
  </form><//>`;
}

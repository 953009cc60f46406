/** The agent's desk: screen pops on the left, work on the right. */

import { html } from "htm/preact";
import { clock, phone, timeOf } from "../core/format.js";
import { t, tn } from "../core/i18n.js";
import { agent, keepMissed, known, me, missed, pops, queueTitle } from "../core/store.js";
import { Empty } from "../parts/basics.js";
import { Dialler } from "../parts/dial.js";
import { Pop } from "../parts/pop.js";
import { Work } from "../parts/wrapup.js";

const UNFOLDED = 5;

export default function Desk() {
  if (!known.value) return html`<main class="desk"><${Empty}>${t("loading")}<//></main>`;
  if (!agent.value) return html`<main class="desk"><${Empty}>${t(me.value?.agent ? "desk.unknown" : "desk.not_agent")}<//></main>`;
  return html`<main class=${`desk ${agent.value.state === "wrapup" ? "after" : ""}`}>
    <h1 class="hidden">${t("page.desk")}</h1>
    <section class="pops" aria-label=${t("pop.list")}>
      <h2>${t("pop.list")}</h2>
      ${pops.value.map((pop, i) => html`<${Pop} key=${pop.pop_id} pop=${pop} open=${i < UNFOLDED} />`)}
      ${pops.value.length === 0 && html`<${Empty}>${t(agent.value.state === "offline" ? "pop.none_offline" : "pop.none")}<//>`}
    </section>
    <section class="work" aria-label=${t("work.title")}><h2>${t("work.title")}</h2><${Dialler} /><${Work} /></section>
    <${Missed} />
  </main>`;
}

function Missed() {
  const list = missed.value;
  if (!list.length) return null;
  return html`<section class="missed" aria-label=${t("missed.title")}>
    <h2>${tn("missed", list.length)}</h2>
    <ul class="lines">${list.map((offer) => html`<li key=${offer.offer}><time>${timeOf(offer.at)}</time>
      <span class="grow">${phone(offer.caller)} · ${queueTitle(offer.queue)} · ${t("ring.waited", { time: clock(offer.waited_s ?? 0) })}</span>
      <span class="tag">${t(`end.${offer.why}`)}</span></li>`)}</ul>
    <button type="button" data-act="seen" onClick=${() => keepMissed([])}>${t("missed.seen")}</button>
  </section>`;
}

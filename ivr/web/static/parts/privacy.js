/** What a customer agreed to, and his wish to be forgotten. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { phone, when } from "../core/format.js";
import { send } from "../core/http.js";
import { t } from "../core/i18n.js";
import { act, right, say } from "../core/store.js";
import { Act, Dialog } from "./basics.js";
import { Field, Options, useRead } from "./ticketbits.js";

const PURPOSES = ["marketing", "survey", "service", "recording"];
const MEDIA = { phone: ["voice", "sms"], email: ["email"], handle: ["chat"] };

export function Privacy({ path, row }) {
  const said = useRead(right("consent:r") ? `/consents?customer=${row.id}` : "");
  const wishes = useRead(right("erasure:r") ? "/erasures" : "");
  const [open, setOpen] = useState("");
  const mine = (wishes.value?.items ?? []).filter((each) => each.customer === row.id);
  const pending = mine.some((each) => !["done", "refused"].includes(each.state));
  if (!["consent:r", "consent:a", "erasure:r"].some(right)) return null;
  return html`<section class="panel" aria-label=${t("privacy.title")}><h2>${t("privacy.title")}</h2>
    <ul class="lines">${(said.value?.items ?? []).map((each) => html`<li key=${each.id}><span class=${`tag ${each.status === "opt_in" ? "good" : "bad"}`}>${t(`privacy.${each.status}`)}</span>
      <span class="grow">${t(`purpose.${each.purpose}`)} · ${t(`medium.${each.medium}`)} <small>${phone(each.value)}</small></span><time>${when(each.at)}</time></li>`)}</ul>
    ${said.value?.items.length === 0 && html`<p class="hint">${t("privacy.none")}</p>`}
    <ul class="lines">${mine.map((each) => html`<li key=${each.id}><strong class="grow">${t("privacy.erasure")}</strong><span class=${`tag ${each.late ? "bad" : ""}`}>${t(`erasure.${each.state}`)}</span>
      ${each.held && html`<span class="tag bad">${t("privacy.held")}</span>`}<span class="hint">${t("clocks.due", { time: when(each.due_at) })}</span></li>`)}</ul>
    <div class="row">${right("consent:a") && html`<button type="button" data-act="consent" onClick=${() => setOpen("consent")}>${t("privacy.add")}</button>`}
      ${right("erasure:a") && !pending && !row.anonymized_at && html`<button type="button" data-act="erasure" onClick=${() => setOpen("erasure")}>${t("privacy.ask_erasure")}</button>`}</div>
    ${open === "consent" && html`<${Consent} path=${path} onClose=${() => setOpen("")} done=${said.again} />`}
    ${open === "erasure" && html`<${Erasure} row=${row} onClose=${() => setOpen("")} done=${wishes.again} />`}</section>`;
}

function Consent({ path, onClose, done }) {
  const points = useRead(`${path}/points`);
  const ways = (points.value?.items ?? []).filter((each) => !each.ended_at && each.norm && !each.masked.length)
    .flatMap((each) => MEDIA[each.kind].map((medium) => [`${medium} ${each.norm}`, `${t(`medium.${medium}`)} · ${phone(each.norm)}`]));
  const [way, setWay] = useState("");
  const [purpose, setPurpose] = useState("marketing");
  const [status, setStatus] = useState("opt_out");
  const [evidence, setEvidence] = useState("");
  const run = async () => {
    const [medium, ...value] = way.split(" ");
    await send("/consents", { value: value.join(" "), medium, purpose, status, source: "agent", evidence });
    onClose();
    if (right("consent:r")) await done();
    say("good", t("kb.thanks"));
  };
  const onSubmit = (event) => {
    event.preventDefault();
    if (way) void act("consent-go", run);
  };
  return html`<${Dialog} title=${t("privacy.add")} onClose=${onClose}><form onSubmit=${onSubmit}>
    <${Field} label=${t("privacy.way")} hint=${points.value && !ways.length ? t("privacy.no_way") : ""}><select name="way" value=${way} onChange=${(event) => setWay(event.target.value)}><${Options} of=${ways} none=${t("bulk.pick")} /></select><//>
    <${Field} label=${t("privacy.purpose")}><select name="purpose" value=${purpose} onChange=${(event) => setPurpose(event.target.value)}><${Options} of=${PURPOSES.map((each) => [each, t(`purpose.${each}`)])} /></select><//>
    <${Field} label=${t("privacy.said")}><select name="status" value=${status} onChange=${(event) => setStatus(event.target.value)}><${Options} of=${["opt_out", "opt_in"].map((each) => [each, t(`privacy.${each}`)])} /></select><//>
    <${Field} label=${t("privacy.evidence")}><input name="evidence" value=${evidence} maxlength="1000" onInput=${(event) => setEvidence(event.target.value)} /><//>
    <div class="row end"><button type="button" onClick=${onClose}>${t("cancel")}</button><${Act} act="consent-go" kind="good" label=${t("save")} off=${way ? "" : t("bulk.pick")} onClick=${onSubmit} /></div>
  </form><//>`;
}

function Erasure({ row, onClose, done }) {
  const [reason, setReason] = useState("");
  const off = reason.trim() ? "" : t("ask.reason_needed");
  const run = async () => {
    await send("/erasures", { customer: row.id, reason: reason.trim() });
    onClose();
    await done();
  };
  const onSubmit = (event) => {
    event.preventDefault();
    if (!off) void act("erasure-go", run);
  };
  return html`<${Dialog} title=${t("privacy.ask_erasure")} onClose=${onClose}><form onSubmit=${onSubmit}><p class="hint">${t("privacy.erasure_hint")}</p>
    <${Field} label=${t("ask.reason")}><input name="reason" value=${reason} maxlength="500" autofocus onInput=${(event) => setReason(event.target.value)} /><//>
    <div class="row end"><button type="button" onClick=${onClose}>${t("cancel")}</button><${Act} act="erasure-go" kind="good" label=${t("privacy.request")} off=${off} onClick=${onSubmit} /></div>
  </form><//>`;
}

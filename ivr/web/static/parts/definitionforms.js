/** Forms for the usual changes of categories and promises; they change the text, nothing else. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { t } from "../core/i18n.js";
import { categoryName } from "../core/catalogue.js";
import { Options, priorityOptions, severityOptions } from "./ticketbits.js";

const METRICS = ["accept", "first_response", "next_response", "update", "first_resolution", "resolution", "callback"];
const KEPT = "=";

function Field({ label, hint = "", children }) {
  return html`<label class="field"><span>${label}</span>${children}${hint && html`<small class="hint">${hint}</small>`}</label>`;
}

const typed = (/** @type {(value: string) => void} */ set) => (/** @type {any} */ event) => set(event.target.value);

/** Add a category, or rename, sort or put away one that is there. */
export function CategoryForm({ known, kinds, busy, onFill }) {
  const [path, setPath] = useState("");
  const [tr, setTr] = useState("");
  const [en, setEn] = useState("");
  const [team, setTeam] = useState("");
  const [kind, setKind] = useState(KEPT);
  const [priority, setPriority] = useState(KEPT);
  const [severity, setSeverity] = useState(KEPT);
  const [active, setActive] = useState(KEPT);
  const found = known.find((/** @type {any} */ each) => each.path === path);
  const choose = (/** @type {string} */ wanted) => {
    setPath(wanted);
    const one = known.find((/** @type {any} */ each) => each.path === wanted);
    if (!one) return;
    setTr(one.labels.tr ?? "");
    setEn(one.labels.en ?? "");
  };
  const fill = (/** @type {Event} */ event) => {
    event.preventDefault();
    const label = Object.fromEntries([["tr", tr.trim()], ["en", en.trim()]].filter(([language, words]) => words && words !== found?.labels[language]));
    const levels = Object.fromEntries([["kind", kind], ["priority", priority], ["severity", severity]].filter(([, value]) => value !== KEPT));
    onFill({ what: found ? "change" : "add", path, label, ...levels, ...(team ? { team } : {}), ...(active === KEPT ? {} : { active: active === "yes" }) });
  };
  const level = (/** @type {string} */ words, /** @type {string} */ value, /** @type {any} */ set, /** @type {any[]} */ of) => html`<${Field} label=${words}><select value=${value} onChange=${typed(set)}>
    <${Options} of=${[[KEPT, t("definition.keep")], ["", t("definition.from_above")], ...of]} /></select><//>`;
  return html`<form class="panel" onSubmit=${fill}><h2>${t("definition.category")}</h2><div class="grid">
    <${Field} label=${t("definition.path")} hint=${t(found ? "definition.there" : "definition.new")}><input required pattern="[a-z0-9_]+(\\.[a-z0-9_]+)*" name="path" list="definition-paths" value=${path} onInput=${typed(choose)} /><//>
    <datalist id="definition-paths">${known.map((/** @type {any} */ each) => html`<option key=${each.path} value=${each.path}>${categoryName(each.path)}</option>`)}</datalist>
    <${Field} label=${t("definition.label_tr")}><input required name="tr" maxlength="120" value=${tr} onInput=${typed(setTr)} /><//>
    <${Field} label=${t("definition.label_en")}><input required name="en" maxlength="120" value=${en} onInput=${typed(setEn)} /><//>
    <${Field} label=${t("ticket.team")} hint=${t("definition.team_hint")}><input name="team" pattern="[a-z0-9_]*" value=${team} onInput=${typed(setTeam)} /><//>
    ${level(t("ticket.kind"), kind, setKind, kinds.map((/** @type {string} */ each) => [each, t(`kind.${each}`)]))}
    ${level(t("ticket.priority"), priority, setPriority, priorityOptions())}
    ${level(t("ticket.severity"), severity, setSeverity, severityOptions())}
    <${Field} label=${t("definition.active")}><select name="active" value=${active} onChange=${typed(setActive)}><${Options} of=${[[KEPT, t("definition.keep")], ["yes", t("yes")], ["no", t("no")]]} /></select><//>
    </div><p class="hint">${t("definition.form_hint")}</p><button class="good" disabled=${busy}>${t(found ? "definition.change" : "definition.add")}</button></form>`;
}

/** How soon something must be done, and in which hours that is counted. */
export function TargetForm({ busy, onFill }) {
  const [policy, setPolicy] = useState("");
  const [metric, setMetric] = useState("resolution");
  const [level, setLevel] = useState("");
  const [time, setTime] = useState("");
  const [hours, setHours] = useState("");
  const fill = (/** @type {Event} */ event) => {
    event.preventDefault();
    onFill({ policy, metric, level, time, hours });
  };
  return html`<form class="panel" onSubmit=${fill}><h2>${t("definition.target")}</h2><div class="grid">
    <${Field} label=${t("definition.policy")}><input required name="policy" pattern="[a-z0-9_]+" value=${policy} onInput=${typed(setPolicy)} /><//>
    <${Field} label=${t("definition.metric")}><select name="metric" value=${metric} onChange=${typed(setMetric)}><${Options} of=${METRICS.map((each) => [each, t(`metric.${each}`)])} /></select><//>
    <${Field} label=${t("definition.level")}><select name="level" value=${level} onChange=${typed(setLevel)}><${Options} none=${t("definition.usual")} of=${[...priorityOptions(), ...severityOptions()]} /></select><//>
    <${Field} label=${t("definition.time")} hint=${t("definition.time_hint")}><input name="time" pattern="([0-9]+[smhd])?" value=${time} onInput=${typed(setTime)} /><//>
    <${Field} label=${t("definition.hours")} hint=${t("definition.hours_hint")}><input name="hours" pattern="[a-z0-9_]*" value=${hours} onInput=${typed(setHours)} /><//>
    </div><p class="hint">${t("definition.form_hint")}</p><button class="good" disabled=${busy}>${t("definition.change")}</button></form>`;
}

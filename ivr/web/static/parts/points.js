/** How a customer is reached: numbers and addresses, adding, verifying and ending them. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { phone, when } from "../core/format.js";
import { change, send } from "../core/http.js";
import { t } from "../core/i18n.js";
import { act, right, say } from "../core/store.js";
import { Act, Icon } from "./basics.js";
import { Options, useRead, Wrong } from "./ticketbits.js";

const KINDS = ["phone", "email", "handle"];

export function Points({ path }) {
  const { value, wrong, again } = useRead(`${path}/points`);
  const may = right("customer:e");
  const rows = value?.items ?? [];
  return html`<section class="panel" aria-label=${t("points.title")}><h2>${t("points.title")}</h2>
    ${wrong && html`<${Wrong} problem=${wrong} again=${again} />`}
    <ul class="lines">${rows.map((row) => html`<${Point} key=${row.id} row=${row} may=${may} again=${again} />`)}</ul>
    ${value && rows.length === 0 && html`<p class="hint">${t("points.none")}</p>`}
    ${may && html`<${Add} path=${path} again=${again} />`}</section>`;
}

function Point({ row, may, again }) {
  const one = `/contact-points/${row.id}`;
  const does = (name, run) => act(`${name}-${row.id}`, () => run().finally(again));
  const button = (name, label, run) => html`<${Act} act=${`${name}-${row.id}`} label=${label} onClick=${() => does(name, run)} />`;
  return html`<li class=${row.ended_at ? "ended" : ""} data-point=${row.id}><${Icon} name=${row.kind === "phone" ? "phone" : "speech"} />
    <span class="grow"><strong>${row.value === null ? t("points.hidden") : row.kind === "phone" ? phone(row.norm ?? row.value) : row.value}</strong> <small>${row.label}</small></span>
    ${row.primary && html`<span class="tag">${t("points.primary")}</span>`}${row.shared && html`<span class="tag">${t("points.shared")}</span>`}
    ${row.verified_at && html`<span class="tag good" title=${when(row.verified_at)}><${Icon} name="check" /> ${t("points.verified")}</span>`}
    ${row.norm === null && row.value !== null && html`<span class="tag bad">${t("points.no_match")}</span>`}
    ${row.ended_at && html`<span class="tag">${t("points.ended", { time: when(row.ended_at) })}</span>`}
    ${may && !row.ended_at && html`<details class="dots" onClick=${shut((event) => event.target.closest("button"))} onKeyDown=${shut((event) => event.key === "Escape")} onFocusOut=${shut((event) => !event.currentTarget.contains(event.relatedTarget))}><summary aria-label=${t("points.more")}>⋯</summary><div class="choices">
      ${!row.verified_at && button("verify", t("points.verify"), () => send(`${one}/verify`, { how: "agent" }))}
      ${!row.primary && button("primary", t("points.make_primary"), () => change(one, { primary: true }))}
      ${button("shared", t(row.shared ? "points.unshare" : "points.share"), () => change(one, { shared: !row.shared }))}
      ${button("end", t("points.end"), () => send(`${one}/end`))}</div></details>`}</li>`;
}

/** A menu closes when something was chosen, by Esc, and when the focus leaves it. */
const shut = (/** @type {(event: any) => any} */ fits) => (/** @type {any} */ event) => fits(event) && (event.currentTarget.open = false);

function Add({ path, again }) {
  const [kind, setKind] = useState("phone");
  const [value, setValue] = useState("");
  const add = async () => {
    const made = await send(`${path}/points`, { kind, value: value.trim() });
    if (made.candidate) say("info", t("points.candidate"));
    setValue("");
    await again();
  };
  const onSubmit = (event) => {
    event.preventDefault();
    if (value.trim()) void act("add-point", add);
  };
  return html`<form class="row addpoint" onSubmit=${onSubmit}><select name="kind" aria-label=${t("points.kind")} value=${kind} onChange=${(event) => setKind(event.target.value)}><${Options} of=${KINDS.map((each) => [each, t(`found.${each}`)])} /></select>
    <input name="value" class="grow" value=${value} maxlength="254" autocomplete="off" aria-label=${t("points.new")} placeholder=${t("points.new")} onInput=${(event) => setValue(event.target.value)} />
    <${Act} act="add-point" label=${t("add")} off=${value.trim() ? "" : t("points.new")} onClick=${onSubmit} /></form>`;
}

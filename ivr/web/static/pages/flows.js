/** The flows that run: their versions, who is in them, and what is wrong with the files. */

import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { add, t } from "../core/i18n.js";
import { Empty, Icon } from "../parts/basics.js";
import { Switches } from "../parts/switches.js";
import { useRead, Wrong } from "../parts/ticketbits.js";

await add("flows");

const EVERY_MS = 3000;
const GRAVITY = ["error", "warning", "note"];

/** Read something again and again while the page is looked at. */
export function useFresh(/** @type {string} */ path) {
  const found = useRead(path);
  useEffect(() => {
    const timer = setInterval(() => document.hidden || void found.again(), EVERY_MS);
    return () => clearInterval(timer);
  }, [path]);
  return found;
}

export default function Flows() {
  const list = useFresh("/flows");
  const said = useFresh("/flow-problems");
  const switches = useFresh("/switches");
  const items = list.value?.items ?? [];
  return html`<main class="page flows"><header class="row"><h1>${t("page.flows")}</h1></header>
    ${list.wrong && html`<${Wrong} problem=${list.wrong} again=${list.again} />`}
    ${switches.value && html`<${Switches} rows=${switches.value.items} again=${switches.again} />`}
    ${said.value?.refused && html`<${Problems} said=${said.value} />`}
    ${list.value && !items.length && html`<${Empty}>${t("flow.none")}<//>`}
    ${items.length > 0 && html`<div class="scroll"><table class="queues"><thead><tr>
      <th scope="col">${t("flow.name")}</th><th scope="col">${t("flow.numbers")}</th><th scope="col">${t("flow.calls")}</th>
      <th scope="col">${t("flow.nodes")}</th><th scope="col">${t("flow.runs")}</th><th scope="col">${t("flow.languages")}</th><th scope="col">${t("flow.version")}</th></tr></thead>
      <tbody>${items.map((flow) => html`<${Line} key=${flow.flow} flow=${flow} />`)}</tbody></table></div>`}
    ${said.value && !said.value.refused && html`<${Problems} said=${said.value} />`}
  </main>`;
}

function Line({ flow }) {
  return html`<tr data-flow=${flow.flow}><th scope="row"><a href=${`/flows/${flow.flow}`}>${flow.flow}</a>${!flow.begins && html` <span class="tag">${t("flow.inner")}</span>`}</th>
    <td>${flow.numbers.join(", ")}</td>
    <td>${flow.calls}${flow.older_calls > 0 && html` <small>${t("flow.older", { n: flow.older_calls })}</small>`}</td>
    <td>${flow.nodes}</td><td>${flow.runs.join(", ")}</td><td>${flow.languages.map((code) => t(`language.${code}`)).join(", ")}</td>
    <td><code>${flow.version}</code></td></tr>`;
}

/** What the server says of the files; of one flow only what stands in its own. */
export function Problems({ said, file = "" }) {
  const items = said.items.filter((each) => !file || each.file === file).sort((a, b) => GRAVITY.indexOf(a.severity) - GRAVITY.indexOf(b.severity));
  return html`${said.refused && html`<p class="notice refused" role="alert" data-kind="error"><${Icon} name="alert" /> ${t("flow.refused")}</p>`}
    ${items.length > 0 && html`<details class="panel problems" open=${said.refused}><summary>${t("flow.problems", { n: items.length })}</summary>
      <ul>${items.map((each) => html`<li key=${`${each.file}:${each.line}:${each.column}:${each.code}`} data-severity=${each.severity}>
        <span class=${`tag ${each.severity === "error" ? "bad" : ""}`}>${t(`flow.severity.${each.severity}`)}</span>
        <code>${each.file}:${each.line}:${each.column}</code> <code>${each.code}</code> ${each.message}${each.hint && html`<small>${each.hint}</small>`}</li>`)}</ul></details>`}`;
}

/** The waits that stand behind a figure of the wallboard: as many as the figure says. */

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { signal } from "@preact/signals";
import { clock, phone, when } from "../core/format.js";
import { read } from "../core/http.js";
import { t } from "../core/i18n.js";
import { agents, queueTitle, right, sayProblem } from "../core/store.js";
import { Dialog, Empty } from "./basics.js";

/** The figure that is open; span: day or 30m. */
export const opened = signal(/** @type {{ queue: string, figure: string, span: string } | null} */ (null));

/** A figure; a button for whoever may see what is behind it. */
export function Opened({ queue, figure, span = "day", n, children }) {
  if (!n || !right("waiting:r")) return children ?? n;
  const label = t(`waits.open.${span}`, { n, queue: queueTitle(queue), figure: t(`waits.${figure}`) });
  return html`<button type="button" class="figure" data-figure=${figure} data-span=${span} aria-label=${label} onClick=${() => (opened.value = { queue, figure, span })}>${children ?? n}</button>`;
}

/** The open figure, if any. */
export function Waits() {
  const open = opened.value;
  return open && html`<${List} key=${`${open.queue} ${open.figure} ${open.span}`} of=${open} />`;
}

function List({ of }) {
  const [found, setFound] = useState(/** @type {any} */ (null));
  const [wrong, setWrong] = useState("");
  const page = (cursor = "") => read(`/queues/${encodeURIComponent(of.queue)}/waits?${new URLSearchParams({ figure: of.figure, span: of.span, ...(cursor && { cursor }) })}`);
  useEffect(() => {
    let gone = false;
    page().then((first) => gone || setFound(first)).catch((problem) => gone || setWrong(problem.message));
    return () => (gone = true);
  }, []);
  const more = () => page(found.next).then((next) => setFound({ ...next, items: [...found.items, ...next.items] }), sayProblem);
  return html`<${Dialog} className="wide" title=${t(`waits.title.${of.span}`, { queue: queueTitle(of.queue), figure: t(`waits.${of.figure}`), n: found?.count ?? "…" })} onClose=${() => (opened.value = null)}>
    ${wrong && html`<p class="wrong" role="alert">${wrong}</p>`}
    ${!found && !wrong && html`<${Empty}>${t("loading")}<//>`}
    ${found?.count === 0 && html`<${Empty}>${t("waits.none")}<//>`}
    ${found && of.figure === "service_level" && html`<p>${t("waits.in_time_of", { n: found.in_time, of: found.count })}</p>`}
    <ul class="lines">${found?.items.map((wait) => html`<${Line} key=${wait.ticket} wait=${wait} level=${of.figure === "service_level"} />`)}</ul>
    ${found?.next && html`<button type="button" data-act="more" onClick=${more}>${t("list.more")}</button>`}
  <//>`;
}

function Line({ wait, level }) {
  const agent = wait.agent && (agents.value[wait.agent]?.display || wait.agent);
  return html`<li>
    ${wait.ended_at && html`<time datetime=${wait.ended_at}>${when(wait.ended_at)}</time>`}
    <strong>${phone(wait.caller) || t("caller.withheld")}</strong>
    <span>${t("ring.waited", { time: clock(wait.waited_s) })}</span>
    <span class="grow"></span>
    <span>${t(`wait.${wait.end}`)}${agent && html` · <b>${agent}</b>`}</span>
    ${level && html`<span class=${`tag ${wait.in_time ? "" : "bad"}`}>${t(wait.in_time ? "waits.in_time" : "waits.late")}</span>`}
  </li>`;
}

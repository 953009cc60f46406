/** Calls that a queue has promised and has still to make. */

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { signal } from "@preact/signals";
import { clock, phone, serverNow, timeOf, when } from "../core/format.js";
import { read, remove } from "../core/http.js";
import { t, tn } from "../core/i18n.js";
import { act, queues, queueTitle, right, say } from "../core/store.js";
import { Act, Dialog, Empty } from "./basics.js";

/** The queue whose promises are open. */
export const promisesOf = signal("");

/** How many there are; a button for whoever may see them. */
export function Promised({ row }) {
  const n = row.promised ?? 0;
  if (!n || !right("callback:r")) return n;
  return html`<button type="button" class="figure" data-figure="promised" aria-label=${tn("promised.open", n, { queue: queueTitle(row.queue) })} onClick=${() => (promisesOf.value = row.queue)}>${n}</button>
    ${" "}<small>${clock(row.promised_oldest_s ?? 0)}</small>`;
}

/** The promises of the queue that is open, if any. */
export function Promises() {
  return promisesOf.value && html`<${List} key=${promisesOf.value} queue=${promisesOf.value} />`;
}

function List({ queue }) {
  const [list, setList] = useState(/** @type {any[] | null} */ (null));
  const [wrong, setWrong] = useState("");
  const [again, setAgain] = useState(0);
  const count = queues.value[queue]?.promised;
  useEffect(() => {
    let gone = false;
    read(`/queues/${encodeURIComponent(queue)}/callbacks`)
      .then((found) => gone || (setList(found.items), setWrong("")))
      .catch((problem) => gone || setWrong(problem.message));
    return () => (gone = true);
  }, [queue, count, again]);
  const drop = async (row) => {
    if (await act("drop", () => remove(`/callbacks/${encodeURIComponent(row.id)}`))) {
      say("good", t("promised.dropped"));
      setAgain(again + 1);
    }
  };
  return html`<${Dialog} className="wide" title=${t("promised.title", { queue: queueTitle(queue) })} onClose=${() => (promisesOf.value = "")}>
    ${wrong && html`<p class="wrong" role="alert">${wrong}</p>`}
    ${list === null && !wrong && html`<${Empty}>${t("loading")}<//>`}
    ${list?.length === 0 && html`<${Empty}>${t("promised.none")}<//>`}
    <ul class="lines">${(list ?? []).map((row) => html`<${Line} key=${row.id} row=${row} onDrop=${() => drop(row)} />`)}</ul>
  <//>`;
}

function Line({ row, onDrop }) {
  const [sure, setSure] = useState(false);
  return html`<li>
    <strong>${phone(row.caller)}</strong>
    <span>${due(row)}</span>
    ${row.tries > 0 && html`<span class="tag">${t("promised.tries", { n: row.tries, of: row.attempts })}</span>`}
    ${row.call && html`<span class="tag">${t("promised.calling")}</span>`}
    <span class="grow"></span>
    ${right("callback:x") && (sure
      ? html`<${Act} act="drop" kind="bad" label=${t("promised.sure")} onClick=${onDrop} />`
      : html`<button type="button" data-act="ask-drop" onClick=${() => setSure(true)}>${t("promised.drop")}</button>`)}
  </li>`;
}

/** When it is tried next: now, or from a time on. */
function due(row) {
  const next = Date.parse(row.due);
  return next <= serverNow() ? t("promised.at_once") : t("promised.between", { from: when(row.due), to: timeOf(Date.parse(row.until)) });
}

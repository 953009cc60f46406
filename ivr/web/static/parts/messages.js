/** Messages that callers have left: how long they are, and hearing them, which is written down. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { clock, when } from "../core/format.js";
import { send } from "../core/http.js";
import { t } from "../core/i18n.js";
import { queueTitle, right, sayProblem } from "../core/store.js";
import { Icon } from "./basics.js";
import { useRead } from "./ticketbits.js";

/** Those of a ticket; nothing if there are none. path: of the ticket. */
export function Messages({ path }) {
  const found = useRead(right("recording:r") ? `${path}/recordings` : "");
  const items = found.value?.items ?? [];
  if (items.length === 0) return null;
  return html`<section class="panel messages" aria-label=${t("message.title")}><h2>${t("message.title")}</h2>
    <ul>${items.map((row) => html`<${Message} key=${row.id} row=${row} />`)}</ul></section>`;
}

/** One of them. reason: what is written down of whoever hears it. */
export function Message({ row, reason = "message.reason" }) {
  const [url, setUrl] = useState("");
  const [busy, setBusy] = useState(false);
  const hear = async () => {
    setBusy(true);
    try {
      const pass = await send(`/recordings/${encodeURIComponent(row.id)}/plays`, { reason: t(reason) });
      setUrl(pass.url);
    } catch (problem) {
      sayProblem(problem);
    } finally {
      setBusy(false);
    }
  };
  return html`<li class="message" data-state=${row.state}><div class="row"><${Icon} name="phone" /><strong>${clock(row.seconds)}</strong>
      <time class="hint" datetime=${row.at}>${when(row.at)}</time>${row.kind === "call" && html`<span class="tag">${t("message.call")}</span>`}${row.box && html`<span class="tag">${row.box}</span>`}${row.queue && html`<span class="tag">${queueTitle(row.queue)}</span>`}
      ${row.partial && html`<span class="tag bad">${t("message.partial")}</span>`}<span class="grow"></span>
      ${row.state === "ready" && row.may_play && !url && html`<button type="button" data-act="hear" disabled=${busy} onClick=${hear}>${t("message.hear")}</button>`}
      ${row.state !== "ready" && html`<span class="hint">${t(`message.${row.state}`)}</span>`}</div>
    ${url && html`<audio controls autoplay preload="auto" src=${url} onError=${() => setUrl("")}></audio>`}
    ${row.words && html`<p class="text">${row.words}</p>`}</li>`;
}

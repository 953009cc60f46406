/** Two records that may be one person: side by side, with the evidence, for somebody to decide. */

import { html } from "htm/preact";
import { when } from "../core/format.js";
import { send } from "../core/http.js";
import { named, t } from "../core/i18n.js";
import { act, right } from "../core/store.js";
import { Act, Empty } from "./basics.js";
import { customerName } from "./customerfield.js";
import { useRead, Wrong } from "./ticketbits.js";

/** Every open pair. path: what to read; of: a customer's pairs alone. */
export function Pairs({ path, of = "", done = async () => {} }) {
  const { value, wrong, again } = useRead(path);
  if (wrong) return html`<${Wrong} problem=${wrong} again=${again} />`;
  if (!value) return html`<${Empty}>${t("loading")}<//>`;
  const pairs = value.items.filter((pair) => !of || pair.a.id === of || pair.b.id === of);
  if (!pairs.length) return html`<${Empty}>${t("pairs.none")}<//>`;
  const decide = (pair, survivor) => act(`decide-${pair.id}`, async () => {
    await send(`/customers/candidates/${pair.id}`, { survivor });
    await Promise.all([again(), done()]);
  });
  return html`<p class="hint">${t("pairs.hint")}</p><div class="cards">${pairs.map((pair) => html`<${Pair} key=${pair.id} pair=${pair} decide=${(survivor) => decide(pair, survivor)} />`)}</div>`;
}

function Pair({ pair, decide }) {
  const may = right("customer:x");
  return html`<article class="panel" data-pair=${pair.id}><p><strong>${t("pairs.score", { n: pair.score })}</strong> <span class="hint">${pair.evidence.map((code) => named("alike", code)).join(" · ")}</span></p>
    <div class="twin">${[pair.a, pair.b].map((one) => html`<div class="record" key=${one.id}><h3><a href=${`/customers/${one.id}`}>${customerName(one)}</a></h3>
      <p class="hint">${one.number} · ${t("customers.since", { time: when(one.created_at) })}</p>
      ${may && html`<${Act} act=${`decide-${pair.id}`} label=${t("pairs.keep")} onClick=${() => decide(one.id)} />`}</div>`)}</div>
    ${may && html`<div class="row end"><${Act} act=${`decide-${pair.id}`} label=${t("pairs.two")} onClick=${() => decide("")} /></div>`}</article>`;
}

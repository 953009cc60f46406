/** Other systems: who is told, what could not be told, what they said that waits for a person; each can be tried again. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { when } from "../core/format.js";
import { send } from "../core/http.js";
import { t } from "../core/i18n.js";
import { act, right, say } from "../core/store.js";
import { Act, Empty } from "./basics.js";
import { Ago, Field, Options, useRead, Wrong } from "./ticketbits.js";

const TOLD = ["dead", "held", "pending"];
const HEARD = ["held", "unknown", "dead", "pending"];

/** What we tell: receivers, and what they have not taken. */
export function Told() {
  const receivers = useRead("/webhooks/endpoints");
  const [state, setState] = useState("dead");
  const late = useRead(`/webhooks/deliveries?state=${state}`);
  const again = () => Promise.all([receivers.again(), late.again()]);
  const resume = (name) => act(`resume-${name}`, async () => (await send(`/webhooks/endpoints/${encodeURIComponent(name)}/resume`), await again()));
  const replay = (row) => act(`replay-${row.event}`, async () => {
    await send(`/webhooks/deliveries/${row.event}/replay`, { endpoint: row.endpoint });
    await again();
    say("good", t("admin.tried"));
  });
  const receiver = (row) => html`<tr key=${row.endpoint} data-receiver=${row.endpoint}><th scope="row">${row.endpoint}</th><td>${t(`admin.state.${row.state}`)}${row.reason && html`<small> ${row.reason}</small>`}</td>
    <td>${row.pending}</td><td>${row.held}</td><td>${row.dead}</td><td><${Ago} at=${row.oldest} /></td>
    <td>${row.state === "paused" && right("webhook:e") && html`<${Act} act=${`resume-${row.endpoint}`} label=${t("admin.resume")} onClick=${() => resume(row.endpoint)} />`}</td></tr>`;
  return html`<section class="panel"><h2>${t("admin.told")}</h2>
    <${Shown} read=${receivers} none=${t("admin.no_receivers")}>${(items) => html`<${Grid} heads=${["receiver", "how", "pending", "held", "dead", "oldest", ""]}>${items.map(receiver)}<//>`}<//>
    <${States} of=${TOLD} state=${state} set=${setState} label=${t("admin.deliveries")} />
    <${Shown} read=${late} none=${t("admin.nothing")}>${(items) => html`<ul class="lines">${items.map((row) => html`<li key=${row.event + row.endpoint} data-delivery=${row.event}><span class="grow"><strong>${row.type}</strong> ${row.aggregate} ${row.aggregate_id} → ${row.endpoint}<br /><small>${when(row.at)} · ${t("admin.tries", { n: row.attempts })}${row.reason && ` · ${row.reason}`}</small></span>
      ${state !== "pending" && right("webhook:e") && html`<${Act} act=${`replay-${row.event}`} label=${t("again")} onClick=${() => replay(row)} />`}</li>`)}</ul>`}<//></section>`;
}

/** What ticket systems have told us. */
export function Heard() {
  const systems = useRead("/inbox/systems");
  const [state, setState] = useState("held");
  const found = useRead(`/inbox/messages?state=${state}`);
  const again = () => Promise.all([systems.again(), found.again()]);
  const system = (row) => html`<tr key=${row.system} data-system=${row.system}><th scope="row">${row.system}</th><td>${row.pending}</td><td>${row.held}</td><td>${row.unknown}</td><td>${row.dead}</td></tr>`;
  return html`<section class="panel"><h2>${t("admin.heard")}</h2>
    <${Shown} read=${systems} none=${t("admin.no_systems")}>${(items) => html`<${Grid} heads=${["system", "pending", "held", "unknown", "dead"]}>${items.map(system)}<//>`}<//>
    <${States} of=${HEARD} state=${state} set=${setState} label=${t("admin.messages")} />
    <${Shown} read=${found} none=${t("admin.nothing")}>${(items) => html`<ul class="lines">${items.map((row) => html`<${Message} key=${row.system + row.event} row=${row} again=${again} />`)}</ul>`}<//></section>`;
}

/** A message; one about a ticket that we do not know can be given to one of ours. */
function Message({ row, again }) {
  const [ticket, setTicket] = useState("");
  const key = `message-${row.event}`;
  const retry = () => act(key, async () => {
    await send("/inbox/replay", { system: row.system, event: row.event, ticket: ticket.trim() });
    await again();
    say("good", t("admin.tried"));
  });
  const left = Object.entries(row.untold).map(([name, value]) => `${name}: ${value}`).join(", ");
  return html`<li data-message=${row.event}><span class="grow"><strong>${row.system} ${row.far_id}</strong> ${row.what}<br /><small>${when(row.at)} · ${t("admin.tries", { n: row.attempts })}${row.reason && ` · ${row.reason}`}${left && ` · ${left}`}</small></span>
    ${row.state !== "pending" && right("webhook:e") && html`${row.state === "unknown" && html`<${Field} label=${t("admin.our_ticket")}><input name="ticket" value=${ticket} maxlength="26" onInput=${(event) => setTicket(event.target.value)} /><//>`}
      <${Act} act=${key} label=${t("again")} onClick=${retry} />`}</li>`;
}

function States({ of, state, set, label }) {
  return html`<div class="row by"><${Field} label=${label}><select value=${state} onChange=${(event) => set(event.target.value)}><${Options} of=${of.map((each) => [each, t(`admin.${each}`)])} /></select><//></div>`;
}

function Grid({ heads, children }) {
  return html`<div class="scroll"><table class="figures"><thead><tr>${heads.map((head) => html`<th key=${head} scope="col">${head && t(`admin.${head}`)}</th>`)}</tr></thead><tbody>${children}</tbody></table></div>`;
}

function Shown({ read: { value, wrong, again }, none, children }) {
  if (wrong) return html`<${Wrong} problem=${wrong} again=${again} />`;
  if (!value) return html`<${Empty}>${t("loading")}<//>`;
  return value.items.length ? children(value.items) : html`<${Empty}>${none}<//>`;
}

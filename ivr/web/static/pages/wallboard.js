/** The wallboard: what is alarming, how the queues do, what the agents do, how old the figures are. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { folded, now } from "../core/format.js";
import { language, t } from "../core/i18n.js";
import { agents, connected, heardAt, heartbeat, known, queues, queueTitle, right } from "../core/store.js";
import { Alarms } from "../parts/alarms.js";
import { Empty, Icon, STATES } from "../parts/basics.js";
import { Queues, Roster } from "../parts/board.js";
import { Promises } from "../parts/promised.js";
import { looking, Waiting } from "../parts/supervise.js";
import { Waits } from "../parts/waits.js";

const OLD_S = 5;
const BUSY_FIRST = ["talking", "holding", "consulting", "dialing", "direct", "ringing", "reserved", "wrapup", "available", "not_responding", "break", "offline"];

/** Seconds since the server was last heard. A quiet server says that it lives once a heartbeat. */
function age() {
  void now.value;
  return Math.floor((Date.now() - heardAt.value) / 1000);
}

export default function Wallboard() {
  const seconds = age();
  const old = seconds >= (connected.value ? Math.max(OLD_S, heartbeat.value + 1) : OLD_S);
  const lines = Object.values(queues.value).sort((a, b) => queueTitle(a.queue).localeCompare(queueTitle(b.queue), language.value));
  return html`<main class=${`board ${old ? "old" : ""}`}>
    <header class="row"><h1>${t("page.wallboard")}</h1><span class="grow"></span>
      ${known.value && old && html`<strong class="tag bad age" role="status"><${Icon} name="alert" /> ${t("board.old", { n: seconds })}</strong>`}
    </header>
    ${!known.value && html`<${Empty}>${t("loading")}<//>`}
    ${known.value && html`<${Alarms} />`}
    ${known.value && (lines.length ? html`<${Queues} rows=${lines} stale=${old} />` : html`<${Empty}>${t("board.no_queues")}<//>`)}
    ${known.value && right("agent:r") && html`<${People} />`}
    <${Waits} />
    <${Promises} />
    ${looking.value && html`<${Waiting} mayAct=${Boolean(right("supervise:x"))} />`}
  </main>`;
}

function People() {
  const [typed, setTyped] = useState("");
  const [state, setState] = useState("");
  const wanted = folded(typed);
  const rows = Object.values(agents.value)
    .filter((row) => (!state || row.state === state) && folded(`${row.display ?? ""} ${row.agent} ${row.number ?? ""}`).includes(wanted))
    .sort((a, b) => BUSY_FIRST.indexOf(a.state) - BUSY_FIRST.indexOf(b.state) || (a.display || a.agent).localeCompare(b.display || b.agent, language.value));
  return html`<section aria-label=${t("board.agents")}>
    <header class="row"><h2>${t("board.agents")} <small>${rows.length}</small></h2><span class="grow"></span>
      <input type="search" value=${typed} aria-label=${t("board.find")} placeholder=${t("board.find")} onInput=${(event) => setTyped(event.target.value)} />
      <select aria-label=${t("ask.state")} value=${state} onInput=${(event) => setState(event.target.value)}>
        <option value="">${t("board.all_states")}</option>${STATES.map((name) => html`<option key=${name} value=${name}>${t(`state.${name}`)}</option>`)}
      </select>
    </header>
    ${rows.length ? html`<${Roster} rows=${rows} />` : html`<${Empty}>${t("board.no_agents")}<//>`}
  </section>`;
}

/** The tables of the wallboard: queues with their figures, and agents with what they do. */

import { html } from "htm/preact";
import { useMemo } from "preact/hooks";
import { clock, formula, now, percent } from "../core/format.js";
import { language, t, tn } from "../core/i18n.js";
import { queueTitle, right } from "../core/store.js";
import { expectedWait, Icon, Since, StateMark, STATES } from "./basics.js";
import { askForce, askMonitor, askTakeOver, looking } from "./supervise.js";
import { Promised } from "./promised.js";
import { Opened } from "./waits.js";

const BOUND = new Set(["talking", "holding", "consulting"]);

/** All queues; figures that are over their limit carry a mark and a word. */
export function Queues({ rows, stale }) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t("page.wallboard")}><table class="queues">
    <thead><tr>${["queue", "waiting", "oldest", "service", "answered", "abandoned", "overflowed", "promised", "estimate", "agents"].map((name) => html`<th key=${name} scope="col">${t(`board.${name}`)}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<${Queue} key=${row.queue} row=${row} stale=${stale} />`)}</tbody>
  </table></div>`;
}

function Queue({ row, stale }) {
  const oldest = row.waiting ? grown(row, stale) : 0;
  const late = Boolean(row.waiting && row.threshold_s && oldest > row.threshold_s);
  return html`<tr data-queue=${row.queue} class=${late ? "late" : ""}>
    <th scope="row">${queueTitle(row.queue)}</th>
    <td data-name="waiting" data-label=${t("board.waiting")}>${right("waiting:r")
      ? html`<button type="button" class="figure" onClick=${() => (looking.value = row.queue)} aria-label=${t("board.open", { n: row.waiting ?? 0, queue: queueTitle(row.queue) })}>${row.waiting ?? 0}</button>`
      : html`<strong>${row.waiting ?? 0}</strong>`}</td>
    <td data-name="oldest" data-label=${t("board.oldest")}>${row.waiting ? clock(oldest) : "–"}${late && html` <span class="tag bad"><${Icon} name="alert" /> ${t("board.late")}</span>`}</td>
    <td data-name="service" data-label=${t("board.service")}><${Service} queue=${row.queue} level=${row.service_level} lately=${row.service_level_lately} /></td>
    <td data-name="answered" data-label=${t("board.answered")}><${Opened} queue=${row.queue} figure="answered" n=${row.answered ?? 0} /></td>
    <td data-name="abandoned" data-label=${t("board.abandoned")}><${Opened} queue=${row.queue} figure="abandoned" n=${row.abandoned ?? 0} /></td>
    <td data-name="overflowed" data-label=${t("board.overflowed")}><${Opened} queue=${row.queue} figure="overflowed" n=${row.overflowed ?? 0} /></td>
    <td data-name="promised" data-label=${t("board.promised")}><${Promised} row=${row} /></td>
    <td data-name="estimate" data-label=${t("board.estimate")}>${row.estimate_min == null ? "–" : expectedWait(row.estimate_min)}${row.estimate_n > 0 && html` <small>n=${row.estimate_n}${row.coverage != null && `, ${t("board.coverage", { part: percent(row.coverage) })}`}</small>`}</td>
    <td data-name="agents" data-label=${t("board.agents")}><${ByState} counts=${row.agents ?? {}} /></td>
  </tr>`;
}

/** A wait goes on between two messages; while we are cut off nobody knows. */
function grown(row, stale) {
  void now.value;
  return (row.oldest_s ?? 0) + (stale ? 0 : (Date.now() - row.cameAt) / 1000);
}

/** The part answered in time, by which formula, and of how many: no calls is not 0 %. */
function Service({ queue, level, lately }) {
  return html`${level?.den ? html`<${Opened} queue=${queue} figure="service_level" n=${level.den}><strong>${percent(level.num / level.den)}</strong><//>` : html`<span>–</span>`}
    ${" "}<small>${formula(level)} n=${level?.den ?? 0}${level?.target ? `, ${t("board.target", { part: percent(level.target / 100) })}` : ""}</small>
    ${lately && html`<small class="lately">${t("board.lately")} ${lately.den ? html`<${Opened} queue=${queue} figure="service_level" span="30m" n=${lately.den}>${percent(lately.num / lately.den)}<//>` : "–"} n=${lately.den}</small>`}`;
}

function ByState({ counts }) {
  const there = STATES.filter((state) => counts[state]);
  if (!there.length) return html`<span>–</span>`;
  return html`<span class="counts">${there.map((state) => html`<${StateMark} key=${state} state=${state}>${" "}<b>${counts[state]}</b><//>`)}</span>`;
}

/** All agents, those who talk first, then by name. */
export function Roster({ rows }) {
  return html`<ul class="roster">${rows.map((row) => html`<${Agent} key=${row.agent} row=${row} />`)}</ul>`;
}

/** Drawn anew only when this agent, or the language, has changed: there may be hundreds. */
function Agent({ row }) {
  return useMemo(() => drawn(row), [row, language.value]);
}

function drawn(row) {
  return html`<li data-agent=${row.agent}>
    <span class="name">${row.display || row.agent}${row.number ? html` <small>${row.number}</small>` : ""}</span>
    <${StateMark} state=${row.state} reason=${row.reason} /><${Since} at=${row.since} />
    ${row.reachable === false && html`<span class="tag bad"><${Icon} name="alert" /> ${t("agent.unreachable")}</span>`}
    ${row.next && html`<span class="tag">${t("state.next")} ${t(`state.${row.next}`)}</span>`}
    ${row.calls > 0 && html`<small>${tn("agent.calls", row.calls)}</small>`}
    ${row.misses > 0 && html`<span class="tag">${t("agent.misses", { n: row.misses })}</span>`}
    ${row.pop_ms != null && html`<small title=${t("agent.pop_help")}>${t("agent.pop", { n: row.pop_ms })}</small>`}
    ${mayForce() && html`<${Tools} row=${row} />`}
  </li>`;
}

/** A state of others may be changed by those whose right goes beyond themselves. */
const mayForce = () => ["t", "A"].includes(right("agent_state:x"));

function Tools({ row }) {
  const bound = row.call && BOUND.has(row.state);
  const may = (mode) => row.monitor?.includes(mode) ?? true; // as the queue of the call has it
  const tool = (act, icon, run) => html`<button type="button" data-act=${act} onClick=${run}><${Icon} name=${icon} /> ${t(`tool.${act}`)}</button>`;
  return html`<span class="tools" role="group" aria-label=${t("tool.group", { name: row.display || row.agent })}>
    ${bound && may("listen") && right("listen:x") && tool("listen", "ear", () => askMonitor(row, "listen"))}
    ${bound && right("supervise:x") && html`${may("whisper") && tool("whisper", "speech", () => askMonitor(row, "whisper"))}${may("barge") && tool("barge", "people", () => askMonitor(row, "barge"))}${tool("take-over", "up", () => askTakeOver(row))}`}
    ${tool("force", "power", () => askForce(row))}
  </span>`;
}

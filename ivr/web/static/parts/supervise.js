/** What a supervisor may do to a call or an agent. Each asks for a reason, which is written down. */

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { signal } from "@preact/signals";
import { clock, phone, serverNow } from "../core/format.js";
import { read, send } from "../core/http.js";
import { named, t } from "../core/i18n.js";
import { act, agents, choices, queues, queueTitle, say } from "../core/store.js";
import { Act, Dialog, Empty, Icon } from "./basics.js";
import { keepMonitor } from "./strip.js";

/** The question that is open: {title, act, run(reason, choice), choice?: {label, options}}. */
export const question = signal(/** @type {any} */ (null));
/** The queue whose waiting calls are looked at. */
export const looking = signal("");

const path = (call, what) => `/calls/${encodeURIComponent(call)}/${what}`;

/** Ask for a reason, then listen, whisper or barge. */
export function askMonitor(row, mode) {
  question.value = {
    title: t(`ask.${mode}`, { name: row.display || row.agent }),
    act: mode,
    run: async (reason) => {
      await send(path(row.call, "monitor"), { mode, reason });
      keepMonitor({ call: row.call, label: row.display || row.agent, mode, since: new Date(serverNow()).toISOString() });
    },
  };
}

export function askTakeOver(row) {
  question.value = {
    title: t("ask.take_over", { name: row.display || row.agent }),
    act: "take-over",
    run: (reason) => send(path(row.call, "take-over"), { reason }),
  };
}

/** Put an agent into another state; during a call it comes next. */
export function askForce(row) {
  question.value = {
    title: t("ask.force", { name: row.display || row.agent }),
    act: "force",
    choice: { label: t("ask.state"), options: ["available", "break", "offline"].map((name) => [name, t(`state.${name}`)]) },
    run: (reason, state) =>
      send(`/agents/${encodeURIComponent(row.agent)}/state`, { state, reason }, { version: agents.value[row.agent]?.version ?? row.version }),
  };
}

function askMove(row, from) {
  const others = Object.values(queues.value).filter((queue) => queue.queue !== from);
  question.value = {
    title: t("ask.move", { who: phone(row.caller) || row.call }),
    act: "move",
    choice: { label: t("ask.queue"), options: others.map((queue) => [queue.queue, queueTitle(queue.queue)]) },
    run: (reason, queue) => send(path(row.call, "move"), { queue, reason }),
  };
}

function askPriority(row) {
  question.value = {
    title: t("ask.priority", { who: phone(row.caller) || row.call }),
    act: "priority",
    choice: { label: t("pop.priority"), options: choices("priorities").map((name) => [name, named("priority", name)]) },
    run: (reason, priority) => send(path(row.call, "priority"), { priority, reason }),
  };
}

/** The open question, if any. */
export function Question() {
  const open = question.value;
  return open && html`<${Reason} key=${open.title} open=${open} />`;
}

function Reason({ open }) {
  const [reason, setReason] = useState("");
  const [choice, setChoice] = useState(open.choice?.options[0]?.[0] ?? "");
  const close = () => (question.value = null);
  const go = async (event) => {
    event?.preventDefault();
    if (!reason.trim()) return;
    if (await act(open.act, () => open.run(reason.trim(), choice))) {
      say("good", t("ask.done"));
      close();
    }
  };
  return html`<${Dialog} title=${open.title} onClose=${close}>
    <form onSubmit=${go}>
      ${open.choice && html`<label>${open.choice.label}
        ${open.choice.options.length
          ? html`<select value=${choice} onInput=${(event) => setChoice(event.target.value)}>${open.choice.options.map(([name, words]) => html`<option key=${name} value=${name}>${words}</option>`)}</select>`
          : html`<input value=${choice} required onInput=${(event) => setChoice(event.target.value)} />`}</label>`}
      <label>${t("ask.reason")}<input value=${reason} required autofocus=${!open.choice} maxlength="500" autocomplete="off" onInput=${(event) => setReason(event.target.value)} /></label>
      <p class="hint">${t("ask.written_down")}</p>
      <div class="row end"><button type="button" class="act" onClick=${close}>${t("cancel")}</button>
        <${Act} act=${open.act} kind="good call" label=${t("ask.go")} off=${reason.trim() ? "" : t("ask.reason_needed")} onClick=${go} /></div>
    </form>
  <//>`;
}

/** The calls that wait in a queue, with what can be done to each. */
export function Waiting({ mayAct }) {
  const name = looking.value;
  const row = queues.value[name];
  const [list, setList] = useState(/** @type {any[] | null} */ (null));
  const [wrong, setWrong] = useState("");
  const count = row?.waiting;
  useEffect(() => {
    let gone = false;
    read(`/queues/${encodeURIComponent(name)}/waiting`)
      .then((found) => gone || (setList(Array.isArray(found) ? found : found.items ?? []), setWrong("")))
      .catch((problem) => gone || setWrong(problem.message));
    return () => (gone = true);
  }, [name, count]);
  return html`<${Dialog} className="wide" title=${t("waiting.title", { queue: queueTitle(name) })} onClose=${() => (looking.value = "")}>
    ${wrong && html`<p class="wrong" role="alert">${wrong}</p>`}
    ${list === null && !wrong && html`<${Empty}>${t("loading")}<//>`}
    ${list?.length === 0 && html`<${Empty}>${t("waiting.none")}<//>`}
    <ul class="lines">${(list ?? []).map((call) => html`<li key=${call.call}>
      <strong>${phone(call.caller ?? call.call) || t("caller.withheld")}</strong>
      <span>${t("ring.waited", { time: clock(call.waited_s ?? 0) })}</span>
      ${call.priority && html`<span class="tag">${named("priority", call.priority)}</span>`}
      ${call.state === "held" && html`<span class="tag" data-state="held"><${Icon} name="pause" /> ${t("waiting.held")}</span>`}
      <span class="grow"></span>
      ${mayAct && html`<button type="button" data-act="move" onClick=${() => askMove(call, name)}>${t("ask.move.short")}</button>
        <button type="button" data-act="priority" onClick=${() => askPriority(call)}>${t("pop.priority")}</button>`}
    </li>`)}</ul>
  <//>`;
}

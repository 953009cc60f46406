/** One dialog to hand a call on: type, pick an agent, a queue, a place or a number; at once or after a talk. */

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { signal } from "@preact/signals";
import { folded, phone, typedNumber } from "../core/format.js";
import { send } from "../core/http.js";
import { named, t, tn } from "../core/i18n.js";
import { act, agent, agents, call, changed, choices, queues, queueTitle } from "../core/store.js";
import { Act, Dialog, expectedWait, Icon, StateMark } from "./basics.js";

export const transferOpen = signal(false);
const MOST = 30;

/** Everything that fits what was typed: {to, kind, label, row}. Free agents come first. */
export function found(typed) {
  const wanted = folded(typed.trim());
  const fits = (...texts) => texts.some((text) => folded(text ?? "").includes(wanted));
  const people = Object.values(agents.value)
    .filter((row) => row.agent !== agent.value?.agent && fits(row.display, row.agent, row.number && String(row.number)))
    .sort((a, b) => Number(b.state === "available") - Number(a.state === "available") || label(a).localeCompare(label(b)))
    .map((row) => ({ to: `agent:${row.agent}`, kind: "agent", label: label(row), row }));
  const lines = Object.values(queues.value)
    .filter((row) => fits(queueTitle(row.queue), row.queue))
    .map((row) => ({ to: `queue:${row.queue}`, kind: "queue", label: queueTitle(row.queue), row }));
  const places = choices("places")
    .filter((name) => fits(name))
    .map((name) => ({ to: `place:${name}`, kind: "place", label: named("place", name), row: null }));
  const number = typedNumber(typed);
  const numbers = number ? [{ to: number, kind: "number", label: phone(number), row: null }] : [];
  return [...numbers, ...people, ...lines, ...places].slice(0, MOST);
}

const label = (row) => row.display || row.agent;

/** A field with a list below it; arrows move, Enter picks. */
function Picker({ picked, onPick }) {
  const [typed, setTyped] = useState("");
  const list = found(typed);
  const at = list.findIndex((each) => each.to === picked?.to);
  const onKeyDown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && list.length) {
      event.preventDefault();
      onPick(list[(at + step + list.length) % list.length]);
    }
  };
  const onInput = (event) => {
    setTyped(event.target.value);
    onPick(found(event.target.value)[0] ?? null);
  };
  return html`<label>${t("transfer.to")}
      <input autofocus value=${typed} onInput=${onInput} onKeyDown=${onKeyDown} autocomplete="off" spellcheck=${false} placeholder=${t("transfer.type")}
        role="combobox" aria-expanded="true" aria-controls="found" aria-activedescendant=${at >= 0 ? `found-${at}` : undefined} /></label>
    <ul id="found" class="found" role="listbox" aria-label=${t("transfer.to")}>
      ${list.map((each, i) => html`<li key=${each.to} id=${`found-${i}`} role="option" aria-selected=${i === at} onClick=${() => onPick(each)}>
        <${Icon} name=${{ agent: "people", queue: "grip", place: "phone", number: "phone" }[each.kind]} />
        <span class="grow">${each.label}</span><${Fact} of=${each} /></li>`)}
      ${list.length === 0 && html`<li class="empty">${t("transfer.none")}</li>`}
    </ul>`;
}

function Fact({ of }) {
  if (of.kind === "agent") return html`<${StateMark} state=${of.row.state} />`;
  if (of.kind !== "queue") return html`<span class="hint">${t(`transfer.${of.kind}`)}</span>`;
  const estimate = of.row.estimate_min;
  return html`<span class="hint">${tn("queue.waiting_n", of.row.waiting ?? 0)}${estimate != null && ` · ${expectedWait(estimate)}`}</span>`;
}

/** The dialog while it is open and there is a call. */
export function Transfer() {
  const [picked, onPick] = useState(/** @type {any} */ (null));
  const now = call.value;
  const close = () => (transferOpen.value = false);
  useEffect(() => {
    if (!now) close();
  }, [now]);
  if (!now) return null;
  const go = (what, body) => async () => {
    const run = () => send(`/calls/${encodeURIComponent(now.call)}/${what}`, body);
    if (await act(what === "consult" ? "consult" : "blind", run, changed(call))) close();
  };
  const off = picked ? "" : t("transfer.pick");
  const can = (what) => now.can?.includes(what);
  return html`<${Dialog} title=${t("transfer.title")} onClose=${close}>
    <${Picker} picked=${picked} onPick=${onPick} />
    <div class="row end">
      ${can("consult") && html`<${Act} act="consult" kind="call" icon="people" label=${t("transfer.consult")} off=${off} onClick=${go("consult", { to: picked?.to })} />`}
      ${can("transfer") && html`<${Act} act="blind" kind="good call" icon="arrow" label=${t("transfer.blind")} off=${off} onClick=${go("transfer", { to: picked?.to, kind: "blind" })} />`}
    </div>
  <//>`;
}


/** Notes during the call, the ticket it belongs to, and the work after it: code, countdown, finish. */

import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { timeOf } from "../core/format.js";
import { send } from "../core/http.js";
import { named, t } from "../core/i18n.js";
import { agent, call, choices, connected, workCall } from "../core/store.js";
import { Act, Until } from "./basics.js";
import { FilingPanel, useFiling } from "./filing.js";
import { Impression } from "./impression.js";
import { askState } from "./state.js";

const SAVE_MS = 2000;
const MORE_S = 30;

/** The work column: a note for the call of now or just over, and its wrap-up. */
export function Work() {
  const after = agent.value?.state === "wrapup";
  if (!call.value && !after) return html`<p class="empty">${t("work.none")}</p>`;
  return html`<${Sheet} key=${workCall.value} id=${workCall.value} after=${after} />`;
}

function Sheet({ id, after }) {
  const [note, setNote] = useState(() => sessionStorage.getItem(`ivr.note.${id}`) ?? "");
  const [code, setCode] = useState("");
  const saved = useDraft(id, note);
  const filing = useFiling(id);
  const wrapup = agent.value?.wrapup;
  const off = wrapup && (whyNot(wrapup, code) || (filing.wanted ? filing.lacks : ""));
  const finish = async () => {
    if (filing.wanted && !(await filing.file(note))) return;
    const said = note && agent.value.call ? { note } : {};
    if (await askState({ state: "wrapup_done", code, ...said }, "finish")) forget(id);
  };
  const more = () => askState({ state: "wrapup_extend", seconds: MORE_S }, "extend");
  return html`<form class="sheet" onSubmit=${(event) => event.preventDefault()}>
    <label>${t("work.note")}
      <textarea rows="4" maxlength="4000" value=${note} onInput=${(event) => setNote(event.target.value)}></textarea></label>
    <p class="hint" role="status">${saved}</p>
  </form>
  <${FilingPanel} id=${id} filing=${filing} note=${note} />
  ${after && wrapup && html`<${Impression} id=${id} />`}
  ${after && wrapup && html`<form class="sheet" onSubmit=${(event) => event.preventDefault()}>
      <${Codes} of=${wrapup} code=${code} setCode=${setCode} />
      <div class="row">
        <${Act} act="finish" kind="good call" icon="check" label=${t("work.finish")} off=${off} onClick=${finish} />
        <${Act} act="extend" kind="call" label=${t("work.more", { n: MORE_S })} onClick=${more} />
        ${wrapup.deadline && html`<span class="left" role="timer"><${Until} at=${wrapup.deadline} /></span>`}
      </div>
      ${off && html`<p class="hint">${off}</p>`}
  </form>`}`;
}

/** What this tab kept of a call that is done with. */
function forget(id) {
  for (const kept of ["note", "file"]) sessionStorage.removeItem(`ivr.${kept}.${id}`);
}

function whyNot(wrapup, code) {
  if (wrapup.may_end === false) return t("work.fixed");
  return wrapup.code_mandatory && !code ? t("work.code_needed") : "";
}

function Codes({ of, code, setCode }) {
  const known = of.codes ?? choices("wrapup_codes");
  const label = t(of.code_mandatory ? "work.code_must" : "work.code");
  const onInput = (event) => setCode(event.target.value);
  if (!known.length) return html`<label>${label}<input value=${code} maxlength="64" onInput=${onInput} /></label>`;
  return html`<label>${label}<select value=${code} onInput=${onInput}>
    <option value="">${t("work.no_code")}</option>
    ${known.map((name) => html`<option key=${name} value=${name}>${named("code", name)}</option>`)}
  </select></label>`;
}

/** Keeps the note in this tab at once and on the server 2 s after the last letter. */
function useDraft(id, note) {
  const [said, setSaid] = useState("");
  const stored = useRef(note);
  const cut = !connected.value;
  useEffect(() => {
    if (note === stored.current) return undefined;
    sessionStorage.setItem(`ivr.note.${id}`, note);
    if (cut) {
      setSaid(t("work.kept_here"));
      return undefined;
    }
    const timer = setTimeout(async () => {
      try {
        await send(`/calls/${encodeURIComponent(id)}/wrapup-note`, { note });
        stored.current = note;
        setSaid(t("work.saved", { time: timeOf(Date.now()) }));
      } catch {
        setSaid(t("work.kept_here"));
      }
    }, SAVE_MS);
    return () => clearTimeout(timer);
  }, [id, note, cut]);
  return said;
}

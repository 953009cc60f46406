/** Calling somebody: a number and a button. My own telephone rings first, then the other one. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { send } from "../core/http.js";
import { t } from "../core/i18n.js";
import { bindings } from "../core/keys.js";
import { act, agent, call, changed, choices, right } from "../core/store.js";
import { Act } from "./basics.js";

const FIELD = "dial-to";
const FROM = new Set(["available", "break"]);

/** Go to the field, if there is one. */
export const dialNow = () => document.getElementById(FIELD)?.focus();

/** The field and its button, where the configuration lets agents call somebody. */
export function Dialler() {
  const [to, setTo] = useState("");
  if (!choices("dial").length || !right("dial:x") || call.value) return null;
  const off = !FROM.has(agent.value?.state) ? t("dial.not_now") : to.trim() ? "" : t("dial.no_number");
  const go = async () => {
    if (!off && (await act("dial", () => send("/dial", { to: to.trim() }), changed(call)))) setTo("");
  };
  const onSubmit = (event) => {
    event.preventDefault();
    void go();
  };
  const onKeyDown = (event) => {
    if (event.key !== "Escape") return;
    setTo("");
    event.target.blur();
  };
  return html`<form class="dial" onSubmit=${onSubmit}>
    <label for=${FIELD}>${t("dial.to")} <kbd>${bindings().search}</kbd></label>
    <div class="row">
      <input id=${FIELD} class="grow" type="tel" autocomplete="off" spellcheck=${false} maxlength="40" value=${to} aria-describedby="dial-hint"
        onInput=${(event) => setTo(event.target.value)} onKeyDown=${onKeyDown} />
      <${Act} act="dial" kind="good call" icon="phone" label=${t("dial.go")} off=${off} onClick=${go} />
    </div>
    <p id="dial-hint" class="hint">${t("dial.hint")}</p>
  </form>`;
}

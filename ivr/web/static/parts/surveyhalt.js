/** Halts a plan of a survey after a question, and lets it go on at once. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { send } from "../core/http.js";
import { t } from "../core/i18n.js";
import { act, right } from "../core/store.js";
import { Act, Dialog } from "./basics.js";

/** again: reads the list anew. */
export function Halt({ survey, plan, again }) {
  const [asks, setAsks] = useState(false);
  if (!right("survey:e")) return null;
  const name = `plan-${survey.code}-${plan.name}`;
  const run = (/** @type {string} */ what) => async () => {
    await send(`/surveys/${survey.code}/plans/${plan.name}/${what}`);
    setAsks(false);
    await again();
  };
  const resume = () => void act(name, run("resume"));
  if (!plan.active) return html`<${Act} act=${name} label=${t("survey.resume")} onClick=${resume} data-resume />`;
  return html`<button type="button" data-pause onClick=${() => setAsks(true)}>${t("survey.pause")}</button>
    ${asks && html`<${Dialog} title=${`${t("survey.pause")}: ${plan.name}`} onClose=${() => setAsks(false)}><p>${t("survey.pause_means")}</p>
      <div class="row end"><button type="button" onClick=${() => setAsks(false)}>${t("cancel")}</button><${Act} act=${name} kind="bad" label=${t("survey.pause")} onClick=${() => void act(name, run("pause"))} /></div><//>`}`;
}

/** One's own recovery codes: how many are left, and ten new ones for a code. */

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { read, send } from "../core/http.js";
import { has, t } from "../core/i18n.js";
import { Dialog, Empty } from "./basics.js";
import { Codes } from "./codes.js";

const FEW = 3;

function words(/** @type {any} */ problem) {
  if (problem.status === 422) return t("codes.wrong");
  if (problem.status === 429) return t("login.slow_down");
  return has(`problem.${problem.code}`) ? t(`problem.${problem.code}`) : `${problem.message} (${problem.requestId})`;
}

export function RecoveryCodes({ onClose }) {
  const [now, setNow] = useState(/** @type {any} */ (null));
  const [made, setMade] = useState(/** @type {string[] | null} */ (null));
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const fail = (/** @type {any} */ problem) => (setBusy(false), setWrong(words(problem)));
  useEffect(() => void read("/me/recovery-codes").then(setNow, fail), []);
  const make = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const { code } = Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.target)));
    setBusy(true);
    setWrong("");
    send("/me/recovery-codes", { code }).then((done) => setMade(done.recovery_codes), fail);
  };
  const ask = () => html`<p>${t(now.left ? "codes.left" : "codes.none_left", { n: now.left })} ${now.left <= FEW && html`<strong>${t("codes.make_some")}</strong>`}</p>
    <form onSubmit=${make}><label>${t("login.code")}<input name="code" autocomplete="one-time-code" autocapitalize="characters" spellcheck=${false} required maxlength="24" /></label>
      <p class="hint">${t("login.code_hint")} ${t("codes.old_end")}</p>
      <p class="wrong" role="alert">${wrong}</p>
      <div class="row end"><button class="good" data-act="make-codes" disabled=${busy}>${t("codes.make")}</button></div></form>`;
  return html`<${Dialog} title=${t("codes.title")} onClose=${onClose}>
    ${made ? html`<${Codes} codes=${made} onKept=${onClose} />` : now?.second_factor ? ask() : now ? html`<p>${t("codes.no_factor")}</p>` : wrong ? html`<p class="wrong" role="alert">${wrong}</p>` : html`<${Empty}>${t("loading")}<//>`}
  <//>`;
}

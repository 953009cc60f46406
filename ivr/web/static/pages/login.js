/** Sign in: name, password, and a code where the account asks for one. */

import { html, render } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { send } from "../core/http.js";
import { begin, has, t } from "../core/i18n.js";
import { LanguageSwitch } from "../parts/language.js";

const LOCAL = /^\/(?![/\\])[\w./?=&%~+-]*$/;

/** The page that was asked for, if it is one of ours; else where the server says. */
function after(/** @type {string | undefined} */ served) {
  const asked = new URLSearchParams(location.search).get("next") ?? "";
  return [asked, served ?? ""].find((path) => LOCAL.test(path)) ?? "/desk";
}

function words(/** @type {any} */ problem) {
  if (problem.code === "second-factor") return "";
  if (problem.status === 429) return t("login.slow_down");
  if (problem.status === 0) return t("unreachable");
  if (has(`problem.${problem.code}`) && problem.status !== 401) return t(`problem.${problem.code}`);
  return problem.status === 401 || problem.status === 422 ? t("login.wrong") : `${problem.message} (${problem.requestId})`;
}

function Login() {
  const [wrong, setWrong] = useState("");
  const [second, setSecond] = useState(false);
  const [busy, setBusy] = useState(false);
  const code = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => code.current?.focus(), [second]);
  const go = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    setBusy(true);
    setWrong("");
    try {
      const given = Object.fromEntries([...form].filter(([, value]) => value !== ""));
      const done = await send("/login", given);
      if (done?.recovery_codes_left != null) sessionStorage.setItem("ivr.recovery", String(done.recovery_codes_left));
      location.assign(after(done?.next));
    } catch (/** @type {any} */ problem) {
      setBusy(false);
      if (problem.code === "second-factor") setSecond(true);
      setWrong(words(problem));
    }
  };
  return html`<main class="card">
    <header class="row"><h1>${t("login.title")}</h1><span class="grow"></span><${LanguageSwitch} /></header>
    <form onSubmit=${go}>
      <label>${t("login.name")}<input name="name" autocomplete="username" autocapitalize="none" spellcheck=${false} required autofocus /></label>
      <label>${t("login.password")}<input name="password" type="password" autocomplete="current-password" required /></label>
      ${second && html`<label>${t("login.code")}<input ref=${code} name="code" autocomplete="one-time-code" autocapitalize="characters" spellcheck=${false} required maxlength="24" /></label>
        <p class="hint">${t("login.code_hint")}</p>`}
      <p class="wrong" role="alert">${wrong}</p>
      <button class="act good call" disabled=${busy}>${t("login.go")}</button>
    </form>
  </main>`;
}

document.title = "IVR";
await begin();
document.title = `${t("login.title")} · ${t("app.title")}`;
render(html`<${Login} />`, /** @type {HTMLElement} */ (document.getElementById("app")));

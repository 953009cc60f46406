/** One-use links: the first administrator chooses a name, and everybody sets a password. */

import { html, render } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { read, send } from "../core/http.js";
import { begin, has, t } from "../core/i18n.js";
import { Codes } from "../parts/codes.js";
import { LanguageSwitch } from "../parts/language.js";

const LEAST = 12;
const token = new URLSearchParams(location.search).get("t") ?? location.hash.slice(1);
// The link opens one door: it must not stay in the address, in the history or on a picture.
if (token) history.replaceState(null, "", `${location.pathname}#${token}`);

function words(/** @type {any} */ problem) {
  if (problem.status === 0) return t("unreachable");
  if (problem.status === 404) return t("setup.link_over");
  const faults = (problem.body?.errors ?? []).map((/** @type {any} */ each) => {
    if (each.code === "code") return t("setup.code_wrong");
    return has(`fault.${each.code}`) ? t(`fault.${each.code}`) : each.message;
  });
  return faults.join(" ") || `${problem.message} (${problem.requestId})`;
}

function Setup() {
  const [wrong, setWrong] = useState("");
  const [link, setLink] = useState(/** @type {any} */ (null));
  const [done, setDone] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const fail = (/** @type {any} */ problem) => (setBusy(false), setWrong(words(problem)));
  useEffect(() => {
    if (!token) setWrong(t("setup.no_link"));
    else read(`/setup?t=${encodeURIComponent(token)}`).then(setLink, fail);
  }, []);
  const go = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const { again, code, ...given } = Object.fromEntries(new FormData(form));
    if (given.password !== again) return setWrong(t("setup.differ"));
    setBusy(true);
    setWrong("");
    const factor = code ? { code, totp_secret: link.totp_secret } : {};
    return send("/setup", { token, ...given, ...factor }).then((made) => (made.recovery_codes?.length ? setDone(made) : location.assign(made.next)), fail);
  };
  if (done) return html`<main class="card"><header><h1>${t("codes.title")}</h1></header><${Codes} codes=${done.recovery_codes} onKept=${() => location.assign(done.next)} /></main>`;
  const first = link?.purpose === "setup";
  return html`<main class="card">
    <header class="row"><h1>${t(link && !first ? "setup.password_title" : "setup.title")}</h1><span class="grow"></span><${LanguageSwitch} /></header>
    ${link && html`<p>${first ? t("setup.intro") : t("setup.password_intro", { name: link.person })}</p>
    <form onSubmit=${go}>
      ${first && html`<label>${t("login.name")}<input name="name" autocomplete="username" autocapitalize="none" spellcheck=${false} required pattern="[a-z0-9][a-z0-9._\\-]*" title=${t("setup.name_rule")} maxlength="32" /></label>
        <label>${t("setup.display")}<input name="display" autocomplete="name" required maxlength="100" /></label>`}
      <label>${t("login.password")}<input name="password" type="password" autocomplete="new-password" required minlength=${LEAST} maxlength="128" /></label>
      <p class="hint">${t("setup.password_rule", { n: LEAST })}</p>
      <label>${t("setup.again")}<input name="again" type="password" autocomplete="new-password" required /></label>
      ${link.second_factor !== "there" && html`<${Factor} link=${link} />`}
      <button class="act good call" disabled=${busy}>${t("setup.go")}</button>
    </form>`}
    <p class="wrong" role="alert">${wrong}</p>
  </main>`;
}

/** The secret in groups of four, to be typed into an app, and the code that proves it arrived. */
function Factor({ link }) {
  const needed = link.second_factor === "needed";
  return html`<section class="record"><h2>${t(needed ? "setup.factor" : "setup.factor_optional")}</h2><p>${t("setup.factor_how")}</p>
    <p><code class="secret">${link.totp_secret.replace(/(.{4})(?=.)/g, "$1 ")}</code></p>
    ${/^otpauth:\/\//.test(link.otpauth) && html`<p><a href=${link.otpauth}>${t("setup.factor_app")}</a></p>`}
    <label>${t("login.code")}<input name="code" inputmode="numeric" autocomplete="one-time-code" required=${needed} maxlength="16" /></label></section>`;
}

await begin();
document.title = `${t("setup.title")} · ${t("app.title")}`;
render(html`<${Setup} />`, /** @type {HTMLElement} */ (document.getElementById("app")));

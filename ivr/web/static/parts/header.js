/** The head of every signed-in page: state, pages, connection, language, who I am. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { signal } from "@preact/signals";
import { now } from "../core/format.js";
import { send } from "../core/http.js";
import { t } from "../core/i18n.js";
import { bind, bindings, DEFAULTS, nameOf, unbindAll } from "../core/keys.js";
import { quiet, setQuiet } from "../core/ring.js";
import { link, me, notices, right, unsay } from "../core/store.js";
import { Act, Dialog, Icon } from "./basics.js";
import { LanguageSwitch } from "./language.js";
import { StateButton } from "./state.js";

export const helpOpen = signal(false);

/** The pages, and the right without which one is not shown. */
const PAGES = [["/desk", ""], ["/wallboard", ""], ["/tickets", "ticket:r"], ["/customers", "customer:r"], ["/knowledge", "kb:r"], ["/reports", "report:r"], ["/surveys", "survey:r"], ["/recordings", "recording:r"], ["/flows", "flow:r"], ["/admin", "person:r"]];

export function Header({ path }) {
  const to = ([name]) => html`<a key=${name} href=${name} aria-current=${path === name || path.startsWith(`${name}/`) ? "page" : undefined}>${t(`page${name.replace("/", ".")}`)}</a>`;
  return html`<header class="head">
    <${StateButton} />
    <nav aria-label=${t("nav")}>${PAGES.filter(([, needed]) => !needed || right(needed)).map(to)}</nav>
    <span class="grow"></span>
    <${Link} />
    <${LanguageSwitch} />
    <${Mine} />
  </header>`;
}

/** A dot and a word: connected, reconnecting in n s, offline. */
function Link() {
  const { state, until } = link.value;
  const left = state === "waiting" ? Math.max(0, Math.ceil((until - Date.now() + now.value * 0) / 1000)) : 0;
  return html`<span class="link" data-link=${state} role="status"><span class="dot" aria-hidden="true"></span>${t(`link.${state}`, { n: left })}</span>`;
}

function Mine() {
  const [Recovery, setRecovery] = useState(/** @type {any} */ (null));
  // Loaded when it is wanted, which is seldom.
  const recover = () => import("./recoverycodes.js").then((found) => setRecovery(() => found.RecoveryCodes));
  const leave = async () => {
    await send("/logout").catch(() => {});
    sessionStorage.clear();
    location.assign("/login");
  };
  return html`<details class="mine"><summary>${me.value?.display || me.value?.person}</summary>
    <div class="choices">
      <label class="check"><input type="checkbox" checked=${!quiet.value} onChange=${(event) => setQuiet(!event.target.checked)} /> ${t("ring.sound")}</label>
      <button type="button" onClick=${() => (helpOpen.value = true)}><${Icon} name="keyboard" /> ${t("keys.title")}</button>
      <button type="button" data-act="recovery-codes" onClick=${recover}><${Icon} name="file" /> ${t("codes.title")}</button>
      <button type="button" data-act="logout" onClick=${leave}><${Icon} name="power" /> ${t("logout")}</button>
    </div>
  </details>${Recovery && html`<${Recovery} onClose=${() => setRecovery(null)} />`}`;
}

/** Which key does what; each can be moved, because some keyboards keep F keys for themselves. */
export function Help() {
  const [moving, setMoving] = useState("");
  const [, redraw] = useState(0);
  const onKeyDown = (event) => {
    if (!moving) return;
    event.preventDefault();
    event.stopPropagation();
    const name = nameOf(event);
    if (!name) return;
    if (name !== "Escape" && name !== "Tab") bind(moving, name);
    setMoving("");
  };
  return html`<${Dialog} title=${t("keys.title")} onClose=${() => (helpOpen.value = false)}>
    <ul class="lines" onKeyDown=${onKeyDown}>${Object.keys(DEFAULTS).map((action) => html`<li key=${action}>
      <span class="grow">${t(`keys.${action}`)}</span><kbd>${bindings()[action]}</kbd>
      <button type="button" onClick=${() => setMoving(action)}>${moving === action ? t("keys.press") : t("keys.change")}</button></li>`)}</ul>
    <div class="row end"><button type="button" onClick=${() => (unbindAll(), redraw(Date.now()))}>${t("keys.reset")}</button></div>
  <//>`;
}

/** What has happened: polite lines, and errors that stay. */
export function Notices() {
  return html`<div class="notices">${notices.value.map(({ id, kind, text, detail }) => html`<div key=${id} class="notice" data-kind=${kind} role=${kind === "error" ? "alert" : "status"}>
    <${Icon} name=${kind === "error" ? "alert" : kind === "good" ? "check" : "speech"} />
    <span class="grow">${text}${detail && html`<small>${detail}</small>`}</span>
    <button type="button" class="plain" aria-label=${t("close")} onClick=${() => unsay(id)}><${Icon} name="cross" /></button>
  </div>`)}</div>`;
}

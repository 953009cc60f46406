/** The one document of all signed-in pages: changing the page must not drop the call. */

import { html, render } from "htm/preact";
import { useEffect } from "preact/hooks";
import { signal } from "@preact/signals";
import { begin as beginWords, t, titles } from "./core/i18n.js";
import { read, toLogin, useToken } from "./core/http.js";
import { on } from "./core/keys.js";
import { begin as beginLive } from "./core/live.js";
import { begin as beginRing } from "./core/ring.js";
import { call, me } from "./core/store.js";
import { dialNow } from "./parts/dial.js";
import { Header, Help, helpOpen, Notices } from "./parts/header.js";
import { declineOrHangUp, Monitor, Strip, toggleHold, toggleMute } from "./parts/strip.js";
import { Question } from "./parts/supervise.js";
import { Transfer, transferOpen } from "./parts/transfer.js";

/** @type {Record<string, () => Promise<{default: any}>>} */
const PAGES = { "/desk": () => import("./pages/desk.js"), "/wallboard": () => import("./pages/wallboard.js") };

const RENEW_MS = 30_000;
const path = signal(location.pathname);
const page = signal(/** @type {any} */ (null));
let wanted = "";

async function show(/** @type {string} */ name) {
  wanted = name;
  try {
    const found = await (PAGES[name] ?? PAGES["/desk"])();
    if (wanted === name) page.value = found.default;
  } catch {
    renew();
  }
}

/** A newer version is served: its files have other names. Once, for it may be something else. */
function renew() {
  const last = Number(sessionStorage.getItem("ivr.renewed") ?? 0);
  if (Date.now() - last < RENEW_MS) return;
  sessionStorage.setItem("ivr.renewed", String(Date.now()));
  location.reload();
}

function go(/** @type {MouseEvent} */ event, /** @type {string} */ name) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  if (name === path.value) return;
  history.pushState(null, "", name);
  path.value = name;
  void show(name);
}

addEventListener("popstate", () => {
  path.value = location.pathname;
  void show(path.value);
});

function Shell() {
  const Page = page.value;
  useEffect(() => document.querySelector("main")?.scrollTo?.(0, 0), [Page]);
  return html`<${Header} path=${path.value} go=${go} />
    <${Strip} /><${Monitor} />
    ${Page && html`<${Page} />`}
    ${transferOpen.value && html`<${Transfer} />`}
    <${Question} />
    ${helpOpen.value && html`<${Help} />`}
    <${Notices} />`;
}

function bindKeys() {
  on("decline", declineOrHangUp);
  on("mute", toggleMute);
  on("hold", toggleHold);
  on("help", () => (helpOpen.value = true));
  on("search", () => {
    if (call.value) transferOpen.value = true;
    else dialNow();
  });
}

function say(/** @type {string} */ words) {
  const line = document.createElement("p");
  line.className = "empty";
  line.textContent = words;
  document.getElementById("app")?.replaceChildren(line);
}

async function start() {
  try {
    me.value = await read("/me");
    titles.value = me.value.titles ?? {};
  } catch (/** @type {any} */ problem) {
    if (problem.status === 401) return toLogin();
    await beginWords();
    say(problem.status ? `${problem.message} (${problem.code})` : t("unreachable"));
    return setTimeout(start, 3000);
  }
  useToken(me.value.csrf);
  await beginWords(me.value.language);
  await show(path.value);
  const root = /** @type {HTMLElement} */ (document.getElementById("app"));
  root.replaceChildren();
  render(html`<${Shell} />`, root);
  bindKeys();
  beginRing();
  beginLive();
}

void start();

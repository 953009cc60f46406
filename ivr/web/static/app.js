/** The one document of all signed-in pages: changing the page must not drop the call. */

import { html, render } from "htm/preact";
import { useEffect } from "preact/hooks";
import { effect, signal } from "@preact/signals";
import { begin as beginWords, t, titles } from "./core/i18n.js";
import { read, toLogin, useToken } from "./core/http.js";
import { on } from "./core/keys.js";
import { begin as beginLive } from "./core/live.js";
import { begin as beginRing } from "./core/ring.js";
import { begin as beginRoute, place } from "./core/route.js";
import { call, me, say as tell } from "./core/store.js";
import { dialNow } from "./parts/dial.js";
import { Header, Help, helpOpen, Notices } from "./parts/header.js";
import { declineOrHangUp, Monitor, Strip, toggleHold, toggleMute } from "./parts/strip.js";
import { Question } from "./parts/supervise.js";
import { Transfer, transferOpen } from "./parts/transfer.js";

/** The first whose address fits. @type {[RegExp, () => Promise<{default: any}>][]} */
const PAGES = [
  [/^\/wallboard$/, () => import("./pages/wallboard.js")],
  [/^\/tickets$/, () => import("./pages/tickets.js")],
  [/^\/tickets\/intake$/, () => import("./pages/intake.js")],
  [/^\/tickets\/promises$/, () => import("./pages/promises.js")],
  [/^\/tickets\/definitions$/, () => import("./pages/definitions.js")],
  [/^\/tickets\/[^/]+$/, () => import("./pages/ticket.js")],
  [/^\/customers$/, () => import("./pages/customers.js")],
  [/^\/customers\/[^/]+$/, () => import("./pages/customer.js")],
  [/^\/knowledge$/, () => import("./pages/knowledge.js")],
  [/^\/surveys$/, () => import("./pages/surveys.js")],
  [/^\/recordings$/, () => import("./pages/recordings.js")],
  [/^\/flows$/, () => import("./pages/flows.js")],
  [/^\/flows\/[^/]+$/, () => import("./pages/flow.js")],
  [/^\/admin$/, () => import("./pages/admin.js")],
  [/^\/reports$/, () => import("./pages/reports.js")],
  [/^/, () => import("./pages/desk.js")],
];

const RENEW_MS = 30_000;
const page = signal(/** @type {any} */ (null));
let wanted = "";

async function show(/** @type {string} */ path) {
  if (path === wanted) return;
  wanted = path;
  try {
    const [, load] = /** @type {any} */ (PAGES.find(([fits]) => fits.test(path)));
    const found = await load();
    if (wanted === path) page.value = { Page: found.default, path };
  } catch {
    wanted = "";
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

function Shell() {
  const { Page, path } = page.value ?? {};
  useEffect(() => scrollTo(0, 0), [path]);
  return html`<${Header} path=${place.value.path} />
    <${Strip} /><${Monitor} />
    ${Page && html`<${Page} key=${path} name=${decodeURIComponent(path.split("/")[2] ?? "")} />`}
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
  await beginWords(me.value.language, ["tickets"]);
  await show(place.value.path);
  const root = /** @type {HTMLElement} */ (document.getElementById("app"));
  root.replaceChildren();
  render(html`<${Shell} />`, root);
  bindKeys();
  beginRoute();
  effect(() => void show(place.value.path));
  beginRing();
  beginLive();
  tellLeft();
}

/** Whoever has just signed in with a recovery code hears how many are left. */
function tellLeft() {
  const left = sessionStorage.getItem("ivr.recovery");
  sessionStorage.removeItem("ivr.recovery");
  if (left !== null) tell("info", left === "0" ? t("codes.none_left") : t("codes.left", { n: left }), t("codes.where"));
}

void start();

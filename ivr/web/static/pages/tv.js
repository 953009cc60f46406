/** A screen on a wall: figures of some queues, large, by turns, without anybody signing in. The key is behind the #. */

import { html, render } from "htm/preact";
import { signal } from "@preact/signals";
import { clock, formula, now, percent, timeOf } from "../core/format.js";
import { begin, called, choose, language, t } from "../core/i18n.js";
import { dark, heardAt, shown, watch } from "../core/wall.js";

const PER_PAGE = 2;
const TURN_MS = 15_000;
const OLD_S = 5;
const LONGEST_S = 100 * 60 - 1; // two digits of minutes: more does not fit

const page = signal(0);
const paused = signal(false);
let turning = 0;

const pages = () => Math.max(1, Math.ceil((shown.value?.queues.length ?? 0) / PER_PAGE));

/** Another page, now; the next turn is a whole one again. */
function turn(/** @type {number} */ by) {
  page.value = (page.value + by + pages()) % pages();
  clearInterval(turning);
  turning = setInterval(() => paused.value || (page.value = (page.value + 1) % pages()), TURN_MS);
}

function keys(/** @type {KeyboardEvent} */ event) {
  if (event.key === "ArrowRight") turn(1);
  else if (event.key === "ArrowLeft") turn(-1);
  else if (event.key === " ") paused.value = !paused.value;
  else return;
  event.preventDefault();
}

function Screen() {
  if (dark.value) return html`<main class="tv dark"><p role="alert">${t(`tv.${dark.value}`)}</p><p class="soft">${t("tv.new_address")}</p></main>`;
  if (!shown.value) return html`<main class="tv dark"><p role="status">${t("tv.connecting")}</p></main>`;
  void now.value;
  const seconds = Math.floor((Date.now() - heardAt.value) / 1000);
  const old = seconds >= OLD_S;
  const at = Math.min(page.value, pages() - 1);
  const rows = shown.value.queues.slice(at * PER_PAGE, (at + 1) * PER_PAGE);
  return html`<main class=${`tv ${old ? "old" : ""}`}>
    <header><h1>${shown.value.name}</h1>${old && html`<strong role="status" class="age">${t("board.old", { n: seconds })}</strong>`}<span>${timeOf(now.value).slice(0, 5)}</span></header>
    <div class=${`lines n${rows.length}`}>${rows.length ? rows.map((row) => html`<${Queue} key=${row.queue} row=${row} />`) : html`<p>${t("tv.no_queues")}</p>`}</div>
    <footer>${pages() > 1 && html`<${Turning} at=${at} />`}</footer>
  </main>`;
}

function Turning({ at }) {
  const word = t(paused.value ? "tv.go_on" : "tv.pause");
  return html`<button type="button" aria-label=${t("tv.previous")} onClick=${() => turn(-1)}>‹</button>
    <span data-page-of>${t("tv.page", { n: at + 1, of: pages() })}</span>
    <button type="button" aria-label=${t("tv.next")} onClick=${() => turn(1)}>›</button>
    <button type="button" data-act="pause" aria-pressed=${paused.value} onClick=${() => (paused.value = !paused.value)}>${word}</button>`;
}

function Queue({ row }) {
  const late = Boolean(row.waiting && row.threshold_s && row.oldest_s > row.threshold_s);
  const level = row.service_level;
  const there = Object.entries(row.agents ?? {}).reduce((sum, [state, n]) => sum + (state === "offline" ? 0 : n), 0);
  const wait = row.oldest_s > LONGEST_S ? `>${Math.floor(LONGEST_S / 60)}` : clock(row.oldest_s ?? 0);
  return html`<section data-queue=${row.queue} aria-label=${title(row)}><h2>${title(row)}</h2><dl>
    <${Tile} name="waiting" words=${t("board.waiting")} value=${row.waiting ?? 0} />
    <${Tile} name="oldest" words=${t("board.oldest")} value=${row.waiting ? wait : "–"} late=${late} more=${late ? t("board.late") : ""} />
    <${Tile} name="service" words=${t("board.service")} value=${level?.den ? percent(level.num / level.den) : "–"} more=${level ? `${formula(level)} n=${level.den}` : ""} />
    <${Tile} name="answered" words=${t("board.answered")} value=${row.answered ?? 0} />
    <${Tile} name="abandoned" words=${t("board.abandoned")} value=${row.abandoned ?? 0} />
    <${Tile} name="free" words=${t("tv.free")} value=${row.agents?.available ?? 0} more=${t("tv.there", { n: there })} />
  </dl></section>`;
}

const title = (row) => called(row.titles?.[language.value] ? row.titles : { "": row.titles?.[""] ?? row.queue.replaceAll("_", " ") });

function Tile({ name, words, value, more = "", late = false }) {
  return html`<div data-name=${name} class=${late ? "late" : ""}><dt>${words}</dt><dd>${value}</dd><dd class="more">${more}</dd></div>`;
}

document.title = "IVR";
await begin();
document.title = `${t("tv.title")} · ${t("app.title")}`;
shown.subscribe((said) => {
  if (said && said.language !== language.value) void choose(said.language, false);
});
addEventListener("keydown", keys);
addEventListener("hashchange", () => location.reload());
turn(0);
render(html`<${Screen} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
void watch(location.hash.slice(1));

/** The pool: what came in and is no ticket yet. One takes an item, and it becomes a ticket, goes onto one, or ends. */

import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { read, send } from "../core/http.js";
import { t, tn } from "../core/i18n.js";
import { learnCatalogue, MEDIA, people, personName } from "../core/catalogue.js";
import { useNews } from "../core/news.js";
import { go, useQuery } from "../core/route.js";
import { act, right, say, sayProblem } from "../core/store.js";
import { Act, Dialog, Empty, Icon } from "../parts/basics.js";
import { Item } from "../parts/intakeitem.js";
import { Ago, Options, Sections, Wrong } from "../parts/ticketbits.js";

const AGAIN_MS = 60_000;
const VIEWS = [["pool", "state=new"], ["mine", "mine=true&state=claimed"], ["claimed", "state=claimed"], ["done", "state=converted&state=appended"], ["no", "state=rejected&state=spam"]];
const WAYS_IN = MEDIA.filter((medium) => !["voice", "chat", "in_person"].includes(medium));

export default function Intake() {
  const query = new URLSearchParams(useQuery("/tickets/intake"));
  const view = query.get("view") ?? "pool";
  const medium = query.get("medium") ?? "";
  const [sharing, setSharing] = useState(false);
  const which = `${(VIEWS.find(([name]) => name === view) ?? VIEWS[0])[1]}${medium && `&medium=${medium}`}`;
  const list = usePool(which);
  useEffect(() => void learnCatalogue().catch(sayProblem), []);
  const address = (next, at = "") => `/tickets/intake?${new URLSearchParams(Object.entries({ view, medium, ...next, item: at }).filter(([, value]) => value))}`;
  const chosen = query.get("item") ?? "";
  return html`<main class="page"><header class="row"><h1>${t("page.intake")}</h1><${Sections} at="/tickets/intake" /><span class="grow"></span>
      ${right("intake:x") && html`<button type="button" data-act="distribute" onClick=${() => setSharing(true)}><${Icon} name="people" /> ${t("intake.distribute")}</button>`}</header>
    <div class="filters"><nav class="views" aria-label=${t("views.title")}><ul>${VIEWS.map(([name]) => html`<li key=${name}><a href=${address({ view: name })} data-view=${name} aria-current=${view === name ? "true" : undefined}>${t(`intake.view.${name}`)}</a></li>`)}</ul></nav>
      <label class="sort"><span class="hidden">${t("intake.medium")}</span><select name="medium" value=${medium} onChange=${(event) => go(address({ medium: event.target.value }))}><${Options} of=${WAYS_IN.map((each) => [each, t(`medium.${each}`)])} none=${t("intake.any_medium")} /></select></label></div>
    ${list.wrong && html`<${Wrong} problem=${list.wrong} again=${list.again} />`}
    <div class=${`split ${chosen ? "chosen" : ""}`}>
      <section class="pool" aria-label=${t("intake.list")}>${!list.rows ? !list.wrong && html`<${Empty}>${t("loading")}<//>` : list.rows.length
        ? html`<${Lines} rows=${list.rows} chosen=${chosen} address=${(id) => address({}, id)} />` : html`<${Empty}>${t(view === "pool" ? "intake.empty" : "intake.none")}<//>`}
        ${list.next && html`<button type="button" data-act="more" onClick=${list.more}>${t("list.more")}</button>`}</section>
      <section aria-label=${t("intake.item")}>${chosen ? html`<${Item} key=${chosen} id=${chosen} back=${address({})} done=${list.again} />` : html`<${Empty}>${t("intake.choose")}<//>`}</section>
    </div>
    ${sharing && html`<${Distribute} onClose=${() => setSharing(false)} done=${list.again} />`}
  </main>`;
}

/** The items of a view, read again when one has changed. */
function usePool(which) {
  const [state, setState] = useState(/** @type {any} */ ({}));
  const last = useRef(0); // of the answers that are on their way only the last one asked for counts
  const load = async (here = () => true) => {
    const mine = ++last.current;
    const live = () => here() && mine === last.current;
    try {
      const page = await read(`/intake?${which}&limit=100`);
      if (live()) setState({ which, rows: page.items, next: page.next });
    } catch (wrong) {
      if (live()) setState((before) => ({ ...(before.which === which ? before : { which }), wrong }));
    }
  };
  const more = () => read(`/intake?${which}&limit=100&cursor=${encodeURIComponent(state.next)}`).then((page) => setState((before) => ({ ...before, rows: [...before.rows, ...page.items], next: page.next })), sayProblem);
  useEffect(() => {
    let here = true;
    void load(() => here);
    const timer = setInterval(() => document.visibilityState === "visible" && load(() => here), AGAIN_MS);
    return () => ((here = false), clearInterval(timer));
  }, [which]);
  useNews("intake", () => load());
  return { ...(state.which === which ? state : {}), again: () => load(), more };
}

/** One line an item; arrows or j and k go up and down, Enter opens. */
function Lines({ rows, chosen, address }) {
  const onKeyDown = (event) => {
    const all = [...event.currentTarget.querySelectorAll("a")];
    const index = all.indexOf(event.target);
    const to = { ArrowDown: index + 1, j: index + 1, ArrowUp: index - 1, k: index - 1 }[event.key];
    if (index < 0 || to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    all[Math.max(0, Math.min(all.length - 1, to))].focus();
  };
  return html`<ul class="items" onKeyDown=${onKeyDown}>${rows.map((row) => html`<li key=${row.id}><a href=${address(row.id)} data-item=${row.id} aria-current=${chosen === row.id ? "true" : undefined}>
    <span class="row"><span class="tag">${t(`medium.${row.medium}`)}</span><strong class="grow">${row.sender_name || row.sender || t("intake.unknown_sender")}</strong><small><${Ago} at=${row.received_at} /></small></span>
    <span>${row.subject || t("intake.no_subject")}</span><small>${row.preview}</small>
    ${row.claimed_by && html`<span class="hint"><${Icon} name="people" /> ${t("intake.has_it", { name: personName(row.claimed_by) })}</span>`}</a></li>`)}</ul>`;
}

/** New items go to these people, or to all who are at work. */
function Distribute({ onClose, done }) {
  const [names, setNames] = useState(/** @type {string[]} */ ([]));
  const run = async () => {
    const given = await send("/intake/distribute", { people: names });
    say("good", tn("intake.given", given.items.length));
    onClose();
    await done();
  };
  const onSubmit = (event) => {
    event.preventDefault();
    void act("distribute-go", run);
  };
  const toggle = (name) => setNames(names.includes(name) ? names.filter((each) => each !== name) : [...names, name]);
  return html`<${Dialog} title=${t("intake.distribute")} onClose=${onClose}><form onSubmit=${onSubmit}><p class="hint">${t("intake.distribute_hint")}</p>
    <div>${people.value.slice(1).map(([name, words]) => html`<label class="check" key=${name}><input type="checkbox" checked=${names.includes(name)} onChange=${() => toggle(name)} /> ${words}</label>`)}</div>
    <div class="row end"><button type="button" onClick=${onClose}>${t("cancel")}</button><${Act} act="distribute-go" kind="good" label=${t(names.length ? "intake.to_chosen" : "intake.to_all")} onClick=${onSubmit} /></div>
  </form><//>`;
}

/** The list of tickets: views, filters, many at once. Arrows or j and k go up and down in it. */

import { html } from "htm/preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { read } from "../core/http.js";
import { t, tn } from "../core/i18n.js";
import { categoryName, learnCatalogue, ownerName } from "../core/catalogue.js";
import { useNews } from "../core/news.js";
import { go, useQuery } from "../core/route.js";
import { right, sayProblem } from "../core/store.js";
import { Empty, Icon } from "../parts/basics.js";
import { Bulk } from "../parts/bulk.js";
import { NewTicket } from "../parts/newticket.js";
import { Ago, Due, grouped, isOver, Priority, Sections, Status, Wrong } from "../parts/ticketbits.js";
import { asked, Filters, FIRST, Views } from "../parts/views.js";

const AGAIN_MS = 60_000;
const GAP_MS = 2000;
const MOST = 200; // rows of an answer

export default function Tickets() {
  const query = useQuery("/tickets");
  useEffect(() => {
    if (!query) go(`/tickets?${FIRST}`, true);
    learnCatalogue().catch(sayProblem);
  }, [query]);
  const [adding, setAdding] = useState(false);
  return html`<main class="page"><header class="row"><h1>${t("page.tickets")}</h1><${Sections} at="/tickets" /><span class="grow"></span>
      ${right("ticket:a") && html`<button type="button" class="good" data-act="new-ticket" onClick=${() => setAdding(true)}>${t("ticket.new")}</button>`}</header>
    <${Views} query=${query} /><${Filters} query=${query} />
    <${List} key=${query} query=${query} />
    ${adding && html`<${NewTicket} onClose=${() => setAdding(false)} />`}
  </main>`;
}

/** The rows of a query, read again when a ticket has changed; further ones by a button. */
function useRows(query) {
  const [state, setState] = useState(/** @type {any} */ ({ rows: null, next: null, count: null, wrong: null }));
  const shown = useRef(0);
  shown.current = state.rows?.length ?? 0;
  const last = useRef(0); // of the answers that are on their way only the last one asked for counts
  const load = async (here = () => true) => {
    const mine = ++last.current;
    const live = () => here() && mine === last.current;
    const which = asked(query);
    const plain = new URLSearchParams(which);
    plain.delete("sort");
    const most = Math.min(MOST, Math.max(50, shown.current));
    try {
      const [page, all] = await Promise.all([read(`/tickets?${which}&limit=${most}`), read(`/tickets/count?${plain}`)]);
      if (live()) setState({ rows: page.items, next: page.next, count: all.count, wrong: null });
    } catch (wrong) {
      if (live()) setState((before) => ({ ...before, wrong }));
    }
  };
  const more = async () => {
    last.current += 1;
    const page = await read(`/tickets?${asked(query)}&limit=50&cursor=${encodeURIComponent(state.next)}`);
    setState((before) => ({ ...before, rows: [...before.rows, ...page.items], next: page.next }));
  };
  useEffect(() => {
    let here = true;
    void load(() => here);
    const timer = setInterval(() => document.visibilityState === "visible" && shown.current <= MOST && load(() => here), AGAIN_MS);
    return () => ((here = false), clearInterval(timer));
  }, []);
  useNews("tickets", () => shown.current <= MOST && load(), { gap: GAP_MS });
  return { ...state, again: () => load(), more };
}

function List({ query }) {
  const { rows, next, count, wrong, again, more } = useRows(query);
  const [chosen, setChosen] = useState(/** @type {string[]} */ ([]));
  if (!rows) return wrong ? html`<${Wrong} problem=${wrong} again=${again} />` : html`<${Empty}>${t("loading")}<//>`;
  const there = chosen.filter((number) => rows.some((row) => row.number === number));
  const choose = (number) => setChosen(there.includes(number) ? there.filter((each) => each !== number) : [...there, number]);
  return html`${wrong && html`<${Wrong} problem=${wrong} again=${again} />`}
    <p class="hint count" role="status">${tn("ticket.count", count)}${there.length > 0 && html` · ${tn("bulk.chosen", there.length)}`}</p>
    ${there.length > 0 && html`<${Bulk} rows=${rows.filter((row) => there.includes(row.number))} done=${() => (setChosen([]), again())} />`}
    ${rows.length ? html`<${Table} rows=${rows} chosen=${there} choose=${choose} chooseAll=${(all) => setChosen(all ? rows.map((row) => row.number) : [])} />` : html`<${Empty}>${t("ticket.none")}<//>`}
    ${next && html`<button type="button" data-act="more" onClick=${() => more().catch(sayProblem)}>${t("list.more")}</button>`}`;
}

const COLUMNS = ["number", "subject", "status", "priority", "owner", "due", "activity"];

function Table({ rows, chosen, choose, chooseAll }) {
  const [at, setAt] = useState(rows[0].number);
  const here = rows.some((row) => row.number === at) ? at : rows[0].number;
  const all = chosen.length === rows.length;
  const many = Boolean(right("ticket:e"));
  const body = useKept();
  const onKeyDown = (event) => {
    const line = event.target.closest?.("tr[data-number]");
    if (!line || event.target !== line || event.ctrlKey || event.altKey || event.metaKey) return;
    const index = rows.findIndex((row) => row.number === line.dataset.number);
    const to = { ArrowDown: index + 1, j: index + 1, ArrowUp: index - 1, k: index - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined) line.parentElement.children[Math.max(0, Math.min(rows.length - 1, to))].focus();
    else if (event.key === "Enter") go(`/tickets/${line.dataset.number}`);
    else if (many && (event.key === "x" || event.key === " ")) choose(line.dataset.number);
    else return;
    event.preventDefault();
  };
  return html`<p class="hint keys">${t(many ? "list.keys_many" : "list.keys")}</p>
    <table class="rows"><thead><tr>
      ${many && html`<th class="pick"><input type="checkbox" aria-label=${t("bulk.all")} checked=${all} onChange=${(event) => chooseAll(event.target.checked)} /></th>`}
      ${COLUMNS.map((name) => html`<th key=${name} scope="col">${t(`column.${name}`)}</th>`)}</tr></thead>
    <tbody ref=${body} onKeyDown=${onKeyDown}>${rows.map((row) => html`<${Row} key=${row.number} row=${row} many=${many} stop=${row.number === here} chosen=${chosen.includes(row.number)} choose=${() => choose(row.number)} onFocus=${() => setAt(row.number)} />`)}</tbody></table>`;
}

/** A row that moves keeps the keyboard: browsers let go of what is taken to another place. */
function useKept() {
  const body = useRef(/** @type {HTMLElement | null} */ (null));
  const at = document.activeElement;
  const held = at instanceof HTMLElement && body.current?.contains(at) ? at : null;
  useLayoutEffect(() => {
    if (held?.isConnected && document.activeElement !== held) held.focus({ preventScroll: true });
  });
  return body;
}

function Row({ row, many, stop, chosen, choose, onFocus }) {
  const open = (event) => event.target.closest("a, input, button") || getSelection()?.toString() || go(`/tickets/${row.number}`);
  return html`<tr data-number=${row.number} tabindex=${stop ? 0 : -1} aria-selected=${many ? String(chosen) : undefined} onFocus=${onFocus} onClick=${open}>
    ${many && html`<td class="pick"><input type="checkbox" tabindex="-1" aria-label=${t("bulk.choose", { number: grouped(row.number) })} checked=${chosen} onChange=${choose} /></td>`}
    <td class="number"><a href=${`/tickets/${row.number}`} tabindex="-1">${grouped(row.number)}</a>${row.emergency && html`<span class="tag bad"><${Icon} name="alert" /> ${t("ticket.emergency")}</span>`}</td>
    <td class="what"><strong>${row.subject}</strong><small>${[row.customer_name, categoryName(row.category)].filter(Boolean).join(" · ")}</small>
      ${row.tags.map((tag) => html`<span class="tag" key=${tag}>${tag}</span>`)}</td>
    <td><${Status} code=${row.status} state=${row.state} /></td>
    <td><${Priority} level=${row.priority} always /></td>
    <td>${ownerName(row)}</td>
    <td>${isOver(row.state) ? null : html`<${Due} at=${row.due_at} />`}</td>
    <td class="hint"><${Ago} at=${row.last_activity_at} /></td></tr>`;
}

/** Recordings of calls, messages and spoken comments: the filters and the chosen one stand in the address. */

import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { people, personName } from "../core/catalogue.js";
import { clock, phone, when } from "../core/format.js";
import { read } from "../core/http.js";
import { add, t, titles } from "../core/i18n.js";
import { go, useQuery } from "../core/route.js";
import { queues, queueTitle, right, sayProblem } from "../core/store.js";
import { Empty, Icon } from "../parts/basics.js";
import { Player } from "../parts/player.js";
import { Field, grouped, Options, useRead, Wrong } from "../parts/ticketbits.js";

await add("recordings");

const KINDS = ["call", "voicemail", "survey_comment"];
const FILTERS = ["kind", "queue", "agent", "since", "until"];
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The begin of a day of this browser, so many days later. */
function midnight(/** @type {string} */ day, later = 0) {
  const [year, month, date] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}

/** What to ask the server for; days in the address are whole ones, the last included. */
function asked(/** @type {string} */ query) {
  const given = new URLSearchParams(query);
  const found = new URLSearchParams();
  for (const name of ["kind", "queue", "agent"]) if (given.get(name)) found.set(name, given.get(name) ?? "");
  const [since, until] = [given.get("since") ?? "", given.get("until") ?? ""];
  if (DAY.test(since)) found.set("since", midnight(since));
  if (DAY.test(until)) found.set("until", midnight(until, 1));
  return found.toString();
}

/** The same address with other values; "" takes one out. */
function at(/** @type {string} */ query, /** @type {Record<string, string>} */ changes) {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) value ? next.set(name, value) : next.delete(name);
  return `/recordings${next.size ? `?${next}` : ""}`;
}

export default function Recordings() {
  const query = useQuery("/recordings");
  const chosen = new URLSearchParams(query).get("recording") ?? "";
  return html`<main class="page recordings"><header class="row"><h1>${t("page.recordings")}</h1></header>
    <${Filters} query=${query} />
    ${chosen && html`<${Chosen} key=${chosen} id=${chosen} close=${() => go(at(query, { recording: "" }))} />`}
    <${List} key=${asked(query)} query=${query} chosen=${chosen} />
  </main>`;
}

function Filters({ query }) {
  const given = new URLSearchParams(query);
  const set = (name) => (event) => go(at(query, { [name]: event.target.value, recording: "" }));
  const known = [...new Set([...Object.keys(titles.value.queue ?? {}), ...Object.keys(queues.value), given.get("queue") ?? ""])].filter(Boolean).sort();
  const agents = people.value.filter(([name]) => name);
  const agent = given.get("agent");
  if (agent && !agents.some(([name]) => name === agent)) agents.push([agent, agent]);
  const one = (name, of) => html`<${Field} label=${t(`rec.${name}`)}><select name=${name} value=${given.get(name) ?? ""} onChange=${set(name)}><${Options} of=${of} none=${t("rec.any")} /></select><//>`;
  const day = (name) => html`<${Field} label=${t(`rec.${name}`)}><input type="date" name=${name} value=${given.get(name) ?? ""} onChange=${set(name)} /><//>`;
  return html`<div class="grid">
    ${one("kind", KINDS.map((kind) => [kind, t(`rec.kind.${kind}`)]))}
    ${one("queue", known.map((name) => [name, queueTitle(name)]))}
    ${one("agent", agents)}${day("since")}${day("until")}
    ${FILTERS.some((name) => given.get(name)) && html`<button type="button" data-act="no-filter" onClick=${() => go("/recordings")}>${t("rec.no_filter")}</button>`}</div>`;
}

/** The rows of a question; further ones by a button. */
function useRows(/** @type {string} */ question) {
  const [state, setState] = useState(/** @type {any} */ ({ rows: null, next: null, wrong: null }));
  const here = useRef(true);
  const load = (cursor = "") =>
    read(`/recordings?${question}${question && "&"}limit=50${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
  const again = () => load().then(
    (page) => here.current && setState({ rows: page.items, next: page.next, wrong: null }),
    (wrong) => here.current && setState((before) => ({ ...before, wrong })),
  );
  const more = async () => {
    const page = await load(state.next);
    setState((before) => ({ ...before, rows: [...before.rows, ...page.items], next: page.next }));
  };
  useEffect(() => {
    here.current = true;
    void again();
    return () => void (here.current = false);
  }, []);
  return { ...state, again, more };
}

function List({ query, chosen }) {
  const { rows, next, wrong, again, more } = useRows(asked(query));
  if (!rows) return wrong ? html`<${Wrong} problem=${wrong} again=${again} />` : html`<${Empty}>${t("loading")}<//>`;
  return html`${wrong && html`<${Wrong} problem=${wrong} again=${again} />`}
    ${rows.length ? html`<table class="rows"><thead><tr>${["when", "kind", "caller", "agent", "queue", "length", "ticket"].map((name) => html`<th key=${name} scope="col">${t(`rec.${name}`)}</th>`)}</tr></thead>
      <tbody>${rows.map((row) => html`<${Row} key=${row.id} row=${row} query=${query} chosen=${row.id === chosen} />`)}</tbody></table>` : html`<${Empty}>${t("rec.none")}<//>`}
    ${next && html`<button type="button" data-act="more" onClick=${() => more().catch(sayProblem)}>${t("rec.more")}</button>`}`;
}

function Row({ row, query, chosen }) {
  const address = at(query, { recording: row.id });
  const open = (event) => event.target.closest("a") || getSelection()?.toString() || go(address);
  return html`<tr data-recording=${row.id} aria-selected=${String(chosen)} onClick=${open}>
    <td><a href=${address}><time datetime=${row.begin}>${when(row.begin)}</time></a></td>
    <td>${t(`rec.kind.${row.kind}`)}${row.box && html` <span class="tag">${row.box}</span>`}</td>
    <td>${phone(row.sender)}</td>
    <td>${row.agents.map(personName).join(", ")}</td>
    <td>${queueTitle(row.queue)}</td>
    <td>${clock(row.seconds)}${row.partial && html` <span class="tag bad">${t("message.partial")}</span>`}${row.state !== "ready" && html` <span class="tag">${t(`rec.state.${row.state}`)}</span>`}</td>
    <td>${row.tickets.map((number) => html`<a key=${number} href=${`/tickets/${number}`}>${grouped(number)}</a> `)}</td></tr>`;
}

/** The chosen one: what it is, and its player for who may hear it. */
function Chosen({ id, close }) {
  const found = useRead(`/recordings/${encodeURIComponent(id)}`);
  const row = found.value;
  const place = useRef(/** @type {any} */ (null));
  useEffect(() => place.current.scrollIntoView({ block: "nearest" }), [id]); // it was chosen far down in the list
  return html`<section class="panel chosen" ref=${place} aria-label=${t("rec.chosen")}>
    <header class="row"><h2>${row ? `${t(`rec.kind.${row.kind}`)} · ${when(row.begin)}` : t("loading")}</h2>
      ${row && html`<span class="hint">${[phone(row.sender), row.agents.map(personName).join(", "), queueTitle(row.queue)].filter(Boolean).join(" · ")}</span>`}
      <span class="grow"></span><button type="button" class="plain" aria-label=${t("close")} onClick=${close}><${Icon} name="cross" /></button></header>
    ${found.wrong && html`<${Wrong} problem=${found.wrong} again=${found.again} />`}
    ${row && row.state !== "ready" && html`<p class="hint">${t(`message.${row.state}`)}</p>`}
    ${row?.state === "ready" && !row.may_play && html`<p class="hint">${t("rec.not_heard")}</p>`}
    ${row?.may_play && html`<${Player} row=${row} />`}
    ${row?.words && html`<blockquote lang=${row.language}>${row.words}</blockquote>`}</section>`;
}

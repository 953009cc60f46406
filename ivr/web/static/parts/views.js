/** Which tickets a list shows: filters in the address, views that are there, views of one's own. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { signal } from "@preact/signals";
import { serverNow } from "../core/format.js";
import { t } from "../core/i18n.js";
import { KINDS, people, teamName, teams } from "../core/catalogue.js";
import { go } from "../core/route.js";
import { me } from "../core/store.js";
import { Icon } from "./basics.js";
import { Search } from "./search.js";
import { categoryOptions, Field, Options, priorityOptions, statusOptions } from "./ticketbits.js";

const DAY_MS = 86_400_000;
const MINE = "me"; // in addresses, so that a link shows everybody his own
const TODAY = "day";

/** Views that everybody has: name, query. */
export const VIEWS = [
  ["mine", "assignee=me&open=true&sort=due"],
  ["pool", "open=true&unassigned=true&sort=due"],
  ["due", "due_before=day&open=true&sort=due"],
  ["urgent", "open=true&priority=high&priority=urgent&sort=priority"],
  ["waiting", "state=pending_customer&state=pending_third&sort=activity"],
  ["open", "open=true&sort=activity"],
  ["done", "state=resolved&state=closed&sort=activity"],
];
export const FIRST = VIEWS[0][1];

const kept = () => `ivr.views.${me.value?.person}`;
const own = signal(/** @type {[string, string][] | null} */ (null));
const ownViews = () => (own.value ??= JSON.parse(localStorage.getItem(kept()) ?? "[]"));

function keep(/** @type {[string, string][]} */ list) {
  own.value = list;
  localStorage.setItem(kept(), JSON.stringify(list));
}

/** A query with its parts in order, so that equal ones are the same text. */
export function ordered(/** @type {string} */ query) {
  const found = new URLSearchParams([...new URLSearchParams(query)].filter(([, value]) => value));
  found.sort();
  return found.toString();
}

/** What to ask the server for. */
export function asked(/** @type {string} */ query) {
  const found = new URLSearchParams(query);
  const mine = found.getAll("assignee").map((name) => (name === MINE ? me.value?.person : name));
  found.delete("assignee");
  mine.forEach((name) => found.append("assignee", name));
  if (found.get("due_before") === TODAY) found.set("due_before", new Date(serverNow() + DAY_MS).toISOString());
  return found.toString();
}

const show = (/** @type {string} */ query) => go(`/tickets?${ordered(query)}`);

/** The views as tabs; those of one's own can be taken away. */
export function Views({ query }) {
  const now = ordered(query);
  const mine = ownViews();
  const known = [...VIEWS.map(([, each]) => each), ...mine.map(([, each]) => each)].some((each) => ordered(each) === now);
  const tab = (name, words, each) => html`<li key=${name}><a href=${`/tickets?${ordered(each)}`} data-view=${name} aria-current=${ordered(each) === now ? "true" : undefined}>${words}</a>
    ${name.startsWith("own:") && html`<button type="button" class="plain" aria-label=${t("views.drop", { name: words })} title=${t("views.drop", { name: words })} onClick=${() => keep(mine.filter(([other]) => other !== words))}><${Icon} name="cross" /></button>`}</li>`;
  return html`<nav class="views" aria-label=${t("views.title")}><ul>
    ${VIEWS.map(([name, each]) => tab(name, t(`view.${name}`), each))}
    ${mine.map(([name, each]) => tab(`own:${name}`, name, each))}
  </ul>${!known && html`<${KeepView} query=${now} list=${mine} />`}</nav>`;
}

function KeepView({ query, list }) {
  const [name, setName] = useState("");
  const onSubmit = (event) => {
    event.preventDefault();
    const said = name.trim();
    if (said) keep([...list.filter(([other]) => other !== said), [said, query]]);
  };
  return html`<form class="row keep" onSubmit=${onSubmit}>
    <input value=${name} maxlength="40" aria-label=${t("views.name")} placeholder=${t("views.name")} onInput=${(event) => setName(event.target.value)} />
    <button type="submit" data-act="keep-view" disabled=${!name.trim()}>${t("views.keep")}</button></form>`;
}

const SORTS = ["opened", "activity", "due", "priority", "number"];
const STANDS = [["", ""], ["true", "stands.open"], ["false", "stands.over"]];

/** The filters; each change is a new address. */
export function Filters({ query }) {
  const found = new URLSearchParams(query);
  const set = (name, ...values) => {
    const next = new URLSearchParams(query);
    next.delete(name);
    values.filter(Boolean).forEach((value) => next.append(name, value));
    show(next.toString());
  };
  const one = (name, label, of) => html`<${Field} label=${label}><select name=${name} value=${found.getAll(name).length > 1 ? "" : (found.get(name) ?? "")} onChange=${(event) => set(name, event.target.value)}>
    <${Options} of=${of} none=${found.getAll(name).length > 1 ? t("filter.several") : t("filter.any")} /></select><//>`;
  const count = [...found.keys()].filter((name) => !["sort", "q"].includes(name)).length;
  return html`<div class="filters">
    <${Search} key=${found.get("q")} text=${found.get("q") ?? ""} onSearch=${(text) => set("q", text)} label=${t("filter.words")} />
    <label class="sort"><span class="hidden">${t("filter.sort")}</span><select name="sort" value=${found.get("sort") ?? "opened"} onChange=${(event) => set("sort", event.target.value)}>
      <${Options} of=${SORTS.map((name) => [name, t(`sort.${name}`)])} /></select></label>
    <details class="more"><summary>${t("filter.title")} ${count > 0 && html`<span class="tag">${count}</span>`}</summary><div class="grid">
      ${one("open", t("filter.stands"), STANDS.slice(1).map(([value, key]) => [value, t(key)]))}
      ${one("status", t("ticket.status"), statusOptions())}
      ${one("category", t("ticket.category"), categoryOptions())}
      ${one("kind", t("ticket.kind"), KINDS.map((kind) => [kind, t(`kind.${kind}`)]))}
      ${one("priority", t("ticket.priority"), priorityOptions())}
      ${one("team", t("ticket.team"), teams.value.map((name) => [name, teamName(name)]))}
      ${one("assignee", t("ticket.assignee"), [[MINE, t("filter.me")], ...people.value.slice(1)])}
      <${Field} label=${t("ticket.tag")}><input name="tag" value=${found.get("tag") ?? ""} maxlength="64" onChange=${(event) => set("tag", event.target.value.trim())} /><//>
      <label class="check"><input type="checkbox" name="emergency" checked=${found.get("emergency") === "true"} onChange=${(event) => set("emergency", event.target.checked && "true")} /> ${t("ticket.emergency")}</label>
      <div class="row end"><button type="button" data-act="no-filter" onClick=${() => show("")}>${t("filter.none")}</button></div>
    </div></details>
  </div>`;
}

/** The knowledge base: announcements to be read, articles to be found, drafts to be written and published. */

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { when } from "../core/format.js";
import { fresh, send } from "../core/http.js";
import { t } from "../core/i18n.js";
import { categoryName, learnCatalogue } from "../core/catalogue.js";
import { go, useQuery } from "../core/route.js";
import { act, right, sayProblem } from "../core/store.js";
import { Act, Empty, Icon } from "../parts/basics.js";
import { Article, Draft } from "../parts/article.js";
import { categoryOptions, Options, useRead, Wrong } from "../parts/ticketbits.js";
import { Search } from "../parts/search.js";

const STATES = ["published", "draft", "archived"];
const LANGUAGES = ["tr", "en", "az"];

export default function Knowledge() {
  const query = new URLSearchParams(useQuery("/knowledge"));
  const chosen = query.get("article") ?? "";
  const ticket = query.get("ticket") ?? "";
  const [adding, setAdding] = useState(Boolean(ticket));
  const asked = new URLSearchParams([...query].filter(([name]) => name !== "article" && name !== "ticket"));
  const found = useRead(`/kb?limit=100&${asked}`);
  useEffect(() => void learnCatalogue().catch(sayProblem), []);
  const at = (changes) => {
    const next = new URLSearchParams(query);
    for (const [name, value] of Object.entries(changes)) value ? next.set(name, value) : next.delete(name);
    return `/knowledge?${next}`;
  };
  const pick = (name, of, none) => html`<label class="sort"><span class="hidden">${none}</span><select name=${name} value=${query.get(name) ?? ""} onChange=${(event) => go(at({ [name]: event.target.value, article: "" }))}><${Options} of=${of} none=${none} /></select></label>`;
  const rows = found.value?.items ?? [];
  return html`<main class="page"><header class="row"><h1>${t("page.knowledge")}</h1><span class="grow"></span>
      ${right("kb:a") && html`<button type="button" class="good" data-act="new-article" onClick=${() => setAdding(true)}>${t("kb.new")}</button>`}</header>
    <${Announcements} />
    <div class="filters"><${Search} key=${query.get("q")} text=${query.get("q") ?? ""} label=${t("kb.find")} onSearch=${(text) => go(at({ q: text, article: "" }))} />
      ${pick("locale", LANGUAGES.map((code) => [code, t(`language.${code}`)]), t("kb.any_language"))}${pick("category", categoryOptions(), t("kb.any_category"))}${pick("state", STATES.map((state) => [state, t(`kb.state.${state}`)]), t("kb.any_state"))}</div>
    ${found.wrong && html`<${Wrong} problem=${found.wrong} again=${found.again} />`}
    <div class=${`split ${chosen ? "chosen" : ""}`}><section class="pool" aria-label=${t("kb.list")}>
        ${!found.value && !found.wrong && html`<${Empty}>${t("loading")}<//>`}${found.value && rows.length === 0 && html`<${Empty}>${t("kb.none")}<//>`}
        ${rows.length > 0 && html`<ul class="items">${rows.map((row) => html`<li key=${row.id}><a href=${at({ article: row.id })} data-article=${row.slug} aria-current=${chosen === row.id ? "true" : undefined}>
          <strong>${row.title || row.slug}</strong><span class="row"><span class="tag">${t(`kb.state.${row.state}`)}</span>${row.kind !== "article" && html`<span class="tag">${t(`kb.kind.${row.kind}`)}</span>`}<span class="hint">${[t(`language.${row.locale}`), t("kb.version", { n: row.version }), ...row.categories.map(categoryName)].join(" · ")}</span></span></a></li>`)}</ul>`}</section>
      <section aria-label=${t("kb.article")}>${chosen ? html`<${Article} key=${chosen} id=${chosen} back=${at({ article: "" })} done=${found.again} show=${(id) => go(at({ article: id }))} />` : html`<${Empty}>${t("kb.choose")}<//>`}</section></div>
    ${adding && html`<${Draft} ticket=${ticket} onClose=${() => setAdding(false)} run=${async (body) => {
      const made = await send("/kb", ticket ? { ...body, ticket } : body, { once: fresh() });
      await found.again();
      go(at({ article: made.id, ticket: "" }));
    }} />`}
  </main>`;
}

function Announcements() {
  const { value, again } = useRead("/announcements");
  const unread = (value?.items ?? []).filter((each) => !each.read_at);
  if (!unread.length) return null;
  const seen = (article) => act(`read-${article.id}`, () => send(`/announcements/${article.id}/read`).then(again));
  return html`<section class="panel news" aria-label=${t("kb.news")}><h2><${Icon} name="bell" /> ${t("kb.news")}</h2>${unread.map(({ article }) => html`<div key=${article.id} class="record"><h3>${article.title}</h3><p class="text">${article.body}</p>
    <div class="row">${article.valid_until && html`<span class="hint">${t("kb.until", { time: when(article.valid_until) })}</span>`}<span class="grow"></span><${Act} act=${`read-${article.id}`} icon="check" label=${t("kb.have_read")} onClick=${() => seen(article)} /></div></div>`)}</section>`;
}

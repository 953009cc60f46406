/** One version of an article, and the form in which drafts are written. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { when } from "../core/format.js";
import { change, fresh, remove, send } from "../core/http.js";
import { t } from "../core/i18n.js";
import { categoryName, personName } from "../core/catalogue.js";
import { go } from "../core/route.js";
import { act, me, right, say } from "../core/store.js";
import { Act, Dialog, Empty } from "./basics.js";
import { categoryOptions, current, Field, Options, useRead, Wrong } from "./ticketbits.js";

const KINDS = ["article", "document", "announcement"];
const SEEN_BY = ["agents", "internal", "public"];
const LANGUAGES = ["tr", "en", "az"];
const SPOKEN = 350; // characters of 25 seconds at 14 a second

export function Article({ id, back, done, show }) {
  const path = `/kb/${encodeURIComponent(id)}`;
  const { value: row, wrong, again, set } = useRead(path);
  const uses = useRead(`${path}/uses`);
  const [open, setOpen] = useState("");
  if (wrong && !row) return html`<${Wrong} problem=${wrong} again=${again} />`;
  if (!row) return html`<${Empty}>${t("loading")}<//>`;
  const leads = right("kb:e") && right("kb:e") !== "o";
  const own = row.state === "draft" && (leads || (right("kb:e") && row.author === me.value?.person));
  const step = (what, body) => act(what, current(async () => {
    set(await send(`${path}/${what}`, body, { version: row.revision }));
    await done();
  }, again));
  const edit = async (body) => {
    set(await change(path, body, row.revision));
    await done();
  };
  const drop = () => act("drop", () => remove(path).then(() => done()).then(() => go(back)));
  const next = async (body) => {
    const made = await send("/kb", body, { once: fresh() });
    await done();
    show(made.id);
  };
  const helped = () => act("helped", () => send(`${path}/uses`, { kind: "helpful" }).then(uses.again).then(() => say("good", t("kb.thanks"))));
  return html`<article class="panel" data-state=${row.state} lang=${row.locale}><header class="row"><a class="back" href=${back}>${t("intake.back")}</a><span class="tag">${t(`kb.state.${row.state}`)}</span><span class="tag">${t(`kb.seen.${row.visibility}`)}</span>
      <span class="hint">${t(`language.${row.locale}`)} · ${t("kb.version", { n: row.version })} · ${personName(row.author)} · ${when(row.published_at ?? row.at)}</span></header>
    <h2>${row.title || row.slug}</h2><p class="text">${row.body}</p>
    ${row.ivr_answer && html`<h3>${t("kb.spoken")}</h3><p class="text">${row.ivr_answer}</p>`}
    <p class="hint">${row.categories.map(categoryName).join(" · ")}</p>
    ${(row.valid_from || row.valid_until) && html`<p class="hint">${t("kb.valid", { from: when(row.valid_from ?? "") || "–", until: when(row.valid_until ?? "") || "–" })}</p>`}
    ${uses.value && html`<p class="hint">${t("kb.uses", { shown: uses.value.shown, helpful: uses.value.helpful, solved: uses.value.solved })}</p>`}
    <div class="row">
      ${row.state === "published" && right("kb:x") && html`<${Act} act="helped" icon="check" label=${t("kb.helped")} onClick=${helped} />`}
      ${own && html`<button type="button" data-act="edit-article" onClick=${() => setOpen("edit")}>${t("kb.edit")}</button>`}
      ${leads && row.state === "draft" && html`<${Act} act="publish" kind="good" label=${t("kb.publish")} onClick=${() => step("publish")} />`}
      ${row.state !== "draft" && right("kb:a") && html`<button type="button" data-act="next-version" onClick=${() => setOpen("next")}>${t("kb.next")}</button>`}
      ${leads && row.state !== "archived" && html`<${Act} act="archive" label=${t("kb.archive")} onClick=${() => step("archive")} />`}
      ${right("kb:d") && row.state === "draft" && html`<${Act} act="drop" label=${t("kb.drop")} onClick=${drop} />`}
    </div>
    ${open && html`<${Draft} of=${row} fixed=${open === "edit"} onClose=${() => setOpen("")} run=${open === "edit" ? edit : next} />`}
  </article>`;
}

/**
 * A new draft, or the change of one. of: what it starts from; fixed: slug and language stay;
 * ticket: whose subject and description are taken where nothing is written.
 */
export function Draft({ of = null, fixed = false, ticket = "", onClose, run }) {
  const [fields, setFields] = useState(() => ({
    slug: of?.slug ?? "", locale: of?.locale ?? document.documentElement.lang, kind: of?.kind ?? "article", title: of?.title ?? "", body: of?.body ?? "",
    ivr_answer: of?.ivr_answer ?? "", visibility: of?.visibility ?? "agents", category: of?.categories?.[0] ?? "", valid_from: local(of?.valid_from), valid_until: local(of?.valid_until),
  }));
  const set = (name) => (event) => setFields({ ...fields, [name]: event.target.value });
  const off = !fields.title.trim() && !ticket ? t("kb.title_needed") : fixed || fields.slug ? "" : t("kb.slug_needed");
  const body = () => {
    const { slug, locale, kind, category, valid_from, valid_until, ...rest } = fields;
    const others = (of?.categories ?? []).slice(1);
    const said = { ...rest, categories: [...new Set([category, ...others])].filter(Boolean), valid_from: instant(valid_from), valid_until: instant(valid_until) };
    return fixed ? said : { ...said, slug, locale, kind };
  };
  const onSubmit = (event) => {
    event.preventDefault();
    if (!off) void act("draft", async () => {
      await run(body());
      onClose();
    });
  };
  const pick = (name, label, options, none) => html`<${Field} label=${label}><select name=${name} value=${fields[name]} disabled=${fixed && ["locale", "kind"].includes(name)} onChange=${set(name)}><${Options} of=${options} none=${none} /></select><//>`;
  return html`<${Dialog} className="wide" title=${t(fixed ? "kb.edit" : "kb.new")} onClose=${onClose}><form class="grid" onSubmit=${onSubmit}>
    <div class="all"><${Field} label=${t("kb.title")}><input name="title" value=${fields.title} maxlength="200" autofocus required=${!ticket} onInput=${set("title")} /><//>${ticket && html`<p class="hint">${t("kb.of_ticket", { number: ticket })}</p>`}</div>
    <${Field} label=${t("kb.slug")} hint=${t("kb.slug_hint")}><input name="slug" value=${fields.slug} disabled=${fixed} maxlength="128" pattern="[a-z0-9]+([._\\-][a-z0-9]+)*" onInput=${set("slug")} /><//>
    ${pick("locale", t("language"), LANGUAGES.map((code) => [code, t(`language.${code}`)]))}${pick("kind", t("kb.kind"), KINDS.map((kind) => [kind, t(`kb.kind.${kind}`)]))}
    ${pick("visibility", t("kb.seen"), SEEN_BY.map((who) => [who, t(`kb.seen.${who}`)]))}${pick("category", t("ticket.category"), categoryOptions(fields.category), t("ticket.no_category"))}
    <div class="all"><${Field} label=${t("kb.body")}><textarea name="body" rows="8" value=${fields.body} onInput=${set("body")}></textarea><//></div>
    ${fields.kind === "article" && html`<div class="all"><${Field} label=${t("kb.spoken")} hint=${t("kb.spoken_hint", { n: SPOKEN - fields.ivr_answer.length })}><textarea name="ivr_answer" rows="2" maxlength="2000" value=${fields.ivr_answer} onInput=${set("ivr_answer")}></textarea><//></div>`}
    ${fields.kind === "announcement" && html`<${Field} label=${t("kb.from")}><input name="valid_from" type="datetime-local" value=${fields.valid_from} onInput=${set("valid_from")} /><//><${Field} label=${t("kb.to")}><input name="valid_until" type="datetime-local" value=${fields.valid_until} onInput=${set("valid_until")} /><//>`}
    <div class="row end all"><button type="button" onClick=${onClose}>${t("cancel")}</button><${Act} act="draft" kind="good" label=${t("kb.save")} off=${off} onClick=${onSubmit} /></div>
  </form><//>`;
}

/** Between an instant of the server and a field for day and time. */
function local(iso) {
  const at = new Date(iso ?? NaN);
  return Number.isNaN(at.getTime()) ? "" : new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
const instant = (text) => (text ? new Date(text).toISOString() : null);

/** What stands beside a ticket: its checklist, tickets below it, links, merging. */

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { put, read, remove, send } from "../core/http.js";
import { t } from "../core/i18n.js";
import { personName } from "../core/catalogue.js";
import { go } from "../core/route.js";
import { act, right, say } from "../core/store.js";
import { Act, Dialog, Icon } from "./basics.js";
import { NewTicket } from "./newticket.js";
import { Field, grouped, isOver, Options, Status, useRead } from "./ticketbits.js";

const LINKS = ["related", "follow_up_of", "causes", "duplicate"];

/** turn: rises when the ticket was read again. */
export function Beside({ row, turn, done }) {
  const path = `/tickets/${row.number}`;
  return html`<${Checklist} path=${path} row=${row} turn=${turn} done=${done} /><${Around} path=${path} row=${row} turn=${turn} done=${done} />`;
}

/** The same as useRead, and again with each turn. */
function useTurns(path, turn) {
  const found = useRead(path);
  useEffect(() => void (turn && found.again()), [turn]);
  return found;
}

function Checklist({ path, row, turn, done }) {
  const list = useTurns(`${path}/checklist`, turn);
  const [wanted, setWanted] = useState(/** @type {Record<number, boolean>} */ ({}));
  const items = list.value?.items ?? [];
  if (!items.length) return null;
  const tick = async (seq, is) => {
    setWanted((before) => ({ ...before, [seq]: is })); // until the server has said how it is
    await act(`check-${seq}`, async () => {
      list.set(await put(`${path}/checklist/${seq}`, { done: is }));
      await done();
    });
    setWanted(({ [seq]: _over, ...rest }) => rest);
  };
  const left = items.filter((each) => each.mandatory && !each.done_at).length;
  return html`<section class="panel" aria-label=${t("checklist.title")}><h2>${t("checklist.title")} <small>${t("checklist.done", { n: items.filter((each) => each.done_at).length, of: items.length })}</small></h2>
    <ul class="checks">${items.map((each) => html`<li key=${each.seq}><label class="check"><input type="checkbox" data-seq=${each.seq} checked=${wanted[each.seq] ?? Boolean(each.done_at)} aria-busy=${each.seq in wanted ? "true" : undefined} disabled=${!row.can_change} onChange=${(event) => tick(each.seq, event.target.checked)} />
      <span>${each.text}${each.mandatory && html` <span class="must">${t("form.must")}</span>`}${each.done_at && html` <small>${personName(each.done_by)}</small>`}</span></label></li>`)}</ul>
    ${left > 0 && !isOver(row.state) && html`<p class="hint">${t("checklist.left", { n: left })}</p>`}</section>`;
}

function Around({ path, row, turn, done }) {
  const links = useTurns(`${path}/links`, turn);
  const children = useTurns(`${path}/children`, turn);
  const [open, setOpen] = useState("");
  const below = children.value?.items ?? [];
  const beside = links.value?.items ?? [];
  const cut = (each) => act("unlink", async () => {
    links.set(await remove(`${path}/links/${each.kind}/${each.other}`));
    await done();
  });
  return html`<section class="panel" aria-label=${t("around.title")}><h2>${t("around.title")}</h2>
    ${row.parent && html`<p>${t("around.parent")} <a href=${`/tickets/${row.parent}`}>${grouped(row.parent)}</a></p>`}
    <ul class="lines">${below.map((each) => html`<li key=${each.number}><span class="tag">${t("around.child")}</span><a href=${`/tickets/${each.number}`}>${grouped(each.number)}</a><span class="grow">${each.subject}</span><${Status} code=${each.status} state=${each.state} /></li>`)}
      ${beside.map((each) => html`<li key=${each.kind + each.other}><span class="tag">${t(each.mine ? `link_kind.${each.kind}` : `link_back.${each.kind}`)}</span><a href=${`/tickets/${each.other}`}>${grouped(each.other)}</a><span class="grow">${each.subject}</span><${Status} code=${each.status} />
        ${row.can_change && each.mine && html`<button type="button" class="plain" aria-label=${t("around.unlink", { number: grouped(each.other) })} onClick=${() => cut(each)}><${Icon} name="cross" /></button>`}</li>`)}</ul>
    ${!row.parent && below.length + beside.length === 0 && html`<p class="hint">${t("around.none")}</p>`}
    <div class="row">${right("ticket:a") && !isOver(row.state) && html`<button type="button" data-act="child" onClick=${() => setOpen("child")}>${t("around.new_child")}</button>`}
      ${row.can_change && html`<button type="button" data-act="link" onClick=${() => setOpen("link")}>${t("around.link")}</button>
        ${row.state !== "merged" && html`<button type="button" data-act="merge-ticket" onClick=${() => setOpen("merge")}>${t("around.merge")}</button>`}`}
      ${row.asked && row.can_change && html`<${Act} act="unmerge" label=${t("around.unmerge", { number: grouped(row.asked) })} onClick=${() => act("unmerge", () => send(`/tickets/${row.asked}/unmerge`).then(() => go(`/tickets/${row.asked}`)).finally(done))} />`}</div>
    ${open === "child" && html`<${NewTicket} parent=${row.number} onClose=${() => setOpen("")} />`}
    ${open === "link" && html`<${Other} title=${t("around.link")} row=${row} kinds=${true} onClose=${() => setOpen("")} run=${async (other, kind) => {
      links.set(await send(`${path}/links`, { kind, other }));
      await done();
    }} />`}
    ${open === "merge" && html`<${Other} title=${t("around.merge")} row=${row} hint=${t("around.merge_hint")} onClose=${() => setOpen("")} run=${async (into, _kind, reason) => {
      await send(`${path}/merge`, { into, reason });
      go(`/tickets/${into}`);
    }} />`}
  </section>`;
}

/** What the knowledge base has about the category; who was helped by it says so. */
export function Articles({ row }) {
  const list = useRead(right("kb:r") && row.category ? `/kb?state=published&valid=true&limit=5&category=${encodeURIComponent(row.category)}` : "");
  const rows = list.value?.items ?? [];
  const solved = (article) => act(`solved-${article.id}`, () => send(`/kb/${article.id}/uses`, { kind: "solved", ticket: row.number }).then(() => say("good", t("kb.thanks"))));
  if (!rows.length && !right("kb:a")) return null;
  return html`<section class="panel" aria-label=${t("page.knowledge")}><h2>${t("page.knowledge")}</h2>
    <ul class="lines">${rows.map((each) => html`<li key=${each.id}><a class="grow" href=${`/knowledge?article=${each.id}`}>${each.title || each.slug}</a>
      ${right("kb:x") && html`<${Act} act=${`solved-${each.id}`} icon="check" label=${t("kb.solved")} onClick=${() => solved(each)} />`}</li>`)}</ul>
    ${rows.length === 0 && html`<p class="hint">${t("kb.none_here")}</p>`}
    ${right("kb:a") && html`<p><a href=${`/knowledge?ticket=${row.number}`}>${t("kb.from_ticket")}</a></p>`}</section>`;
}

/** Another ticket by its number, shown before anything is done with it. */
function Other({ title, row, kinds = false, hint = "", onClose, run }) {
  const [typed, setTyped] = useState("");
  const [kind, setKind] = useState("related");
  const [reason, setReason] = useState("");
  const [found, setFound] = useState(/** @type {any} */ (null));
  const number = typed.replace(/\D/g, "");
  useEffect(() => {
    setFound(null);
    if (number.length < 9) return undefined;
    let here = true;
    read(`/tickets/${number}`).then((other) => here && setFound(other), () => here && setFound({}));
    return () => void (here = false);
  }, [number]);
  const off = !found?.number || found.number === row.number ? t("around.number_first") : "";
  const onSubmit = (event) => {
    event.preventDefault();
    if (!off) void act("other", () => run(found.number, kind, reason)).then((ok) => ok && onClose());
  };
  return html`<${Dialog} title=${title} onClose=${onClose}><form onSubmit=${onSubmit}>
    ${hint && html`<p class="hint">${hint}</p>`}
    <${Field} label=${t("around.number")}><input name="other" value=${typed} inputmode="numeric" autofocus autocomplete="off" maxlength="16" onInput=${(event) => setTyped(event.target.value)} /><//>
    ${found?.number && html`<div class="record"><strong>${grouped(found.number)}</strong> ${found.subject}<div class="row"><${Status} code=${found.status} state=${found.state} /><span class="hint">${found.customer_name}</span></div>
      ${!kinds && found.customer && row.customer && found.customer !== row.customer && html`<p class="wrong"><${Icon} name="alert" /> ${t("around.other_customer")}</p>`}</div>`}
    ${found && !found.number && html`<p class="wrong" role="alert">${t("around.unknown")}</p>`}
    ${kinds && html`<${Field} label=${t("around.kind")}><select name="kind" value=${kind} onChange=${(event) => setKind(event.target.value)}><${Options} of=${LINKS.map((each) => [each, t(`link_kind.${each}`)])} /></select><//>`}
    ${!kinds && html`<${Field} label=${t("ticket.reason_maybe")}><input name="reason" value=${reason} maxlength="500" onInput=${(event) => setReason(event.target.value)} /><//>`}
    <div class="row end"><button type="button" onClick=${onClose}>${t("cancel")}</button><${Act} act="other" kind="good" label=${title} off=${off} onClick=${onSubmit} /></div>
  </form><//>`;
}

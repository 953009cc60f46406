/** Writing on a ticket: a reply that the customer gets, or a note that stays in the house. */

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { fileSize, phone, when } from "../core/format.js";
import { fresh, send, sendFiles } from "../core/http.js";
import { t } from "../core/i18n.js";
import { act, choices, me, say } from "../core/store.js";
import { Act, Dialog, Icon } from "./basics.js";
import { typeOf } from "../core/catalogue.js";
import { current } from "./ticketbits.js";

const KINDS = ["reply", "note"];

/** The box below the story. What was typed stays in this tab until it was sent. */
export function Say({ row, done }) {
  const kept = (kind) => `ivr.say.${me.value?.person}.${row.number}.${kind}`;
  const [kind, setKind] = useState(() => (sessionStorage.getItem(kept("note")) ? "note" : "reply"));
  const [body, setBody] = useState(() => sessionStorage.getItem(kept(kind)) ?? "");
  const [once, setOnce] = useState(fresh);
  const [wait, setWait] = useState(false);
  const [files, setFiles] = useState(/** @type {File[]} */ ([]));
  useEffect(() => {
    if (body) sessionStorage.setItem(kept(kind), body);
    else sessionStorage.removeItem(kept(kind));
  }, [body]);
  const choose = (next) => {
    setKind(next);
    setBody(sessionStorage.getItem(kept(next)) ?? "");
    setOnce(fresh());
  };
  const waiting = row.moves.find((code) => typeOf(code) === "pending_customer");
  const put = async () => {
    const added = files.length ? await withFiles(`/tickets/${row.number}/files`, { kind, body }, files, once) : await send(`/tickets/${row.number}/articles`, { kind, body }, { once });
    sessionStorage.removeItem(kept(kind));
    setBody("");
    setFiles([]);
    setOnce(fresh());
    if (wait && kind === "reply") await send(`/tickets/${row.number}/transition`, { status: waiting }, { version: added.version });
    say("good", t(`say.${kind}_done`));
    await done();
  };
  const onSubmit = (event) => {
    event.preventDefault();
    if (body.trim() || files.length) void act("say", current(put, done));
  };
  const add = (more) => {
    setFiles([...files, ...more]);
    setOnce(fresh());
  };
  const onPaste = (event) => event.clipboardData.files.length && (event.preventDefault(), add(event.clipboardData.files));
  const onDrop = (event) => event.dataTransfer.files.length && (event.preventDefault(), add(event.dataTransfer.files));
  return html`<form class=${`panel say ${kind === "note" ? "inside" : ""}`} onSubmit=${onSubmit} onPaste=${onPaste} onDrop=${onDrop} onDragOver=${(event) => event.preventDefault()}>
    <div class="tabs" role="group" aria-label=${t("say.title")}>${KINDS.map((each) => html`<button type="button" key=${each} data-act=${`say-${each}`} aria-pressed=${kind === each} onClick=${() => choose(each)}><${Icon} name=${each === "note" ? "pencil" : "arrow"} /> ${t(`say.${each}`)}</button>`)}</div>
    <label><span class="hint">${t(`say.${kind}_hint`)}</span><textarea name="say" rows="5" maxlength="100000" value=${body} onInput=${(event) => setBody(event.target.value)} onKeyDown=${(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && onSubmit(event)}></textarea></label>
    ${files.length > 0 && html`<ul class="files">${files.map((file, i) => html`<li key=${i} class="tag">${file.name} · ${fileSize(file.size)} <button type="button" class="plain" aria-label=${t("attach.leave", { name: file.name })} onClick=${() => setFiles(files.filter((each) => each !== file))}><${Icon} name="cross" /></button></li>`)}</ul>`}
    <div class="row"><${Act} act="say" kind=${kind === "note" ? "" : "good"} icon=${kind === "note" ? "pencil" : "arrow"} label=${t(`say.${kind}_go`)} keys="Ctrl+Enter" off=${body.trim() || files.length ? "" : t("say.empty")} onClick=${onSubmit} />
      <label class="button"><${Icon} name="file" /> ${t("attach.add")}<input class="hidden" type="file" name="files" multiple onChange=${(event) => (add(event.target.files), (event.target.value = ""))} /></label>
      ${choices("upload").length > 0 && html`<${UploadLink} row=${row} />`}
      ${kind === "reply" && waiting && row.can_change && html`<label class="check"><input type="checkbox" name="wait" checked=${wait} onChange=${(event) => setWait(event.target.checked)} /> ${t("say.then_wait")}</label>`}</div>
  </form>`;
}

/** Everything in one form: the words and the files are one article, or none. */
function withFiles(path, words, files, once) {
  const form = new FormData();
  for (const [name, value] of Object.entries(words)) form.append(name, value);
  for (const file of files) form.append("files", file, file.name);
  return sendFiles(path, form, { once });
}

/** A link by which the customer sends photos or videos for a ticket: made, shown, copied. */
function UploadLink({ row }) {
  const [link, setLink] = useState(/** @type {any} */ (null));
  const path = `/tickets/${row.number}/upload-link`;
  const make = () => act("upload-link", async () => setLink(await send(path)));
  // Customers are written to in Turkish or English, as the desk is read; each text has its own link.
  const text = () => act("text-link", async () => {
    await send(path, { text: document.documentElement.lang === "en" ? "en" : "tr" });
    setLink(null);
    say("good", t("upload.texted"));
  });
  // Without https browsers give no clipboard: then it is marked, and copied by hand.
  const copy = (event) => {
    getSelection()?.selectAllChildren(event.target.closest("dialog").querySelector("code"));
    navigator.clipboard?.writeText(link.url).then(() => say("good", t("upload.copied")), () => {});
  };
  return html`<${Act} act="upload-link" label=${t("upload.make")} onClick=${make} />
    ${link && html`<${Dialog} title=${t("upload.title")} onClose=${() => setLink(null)}>
      <p>${t("upload.hint", { n: link.files, mb: link.most_mb, until: when(link.until) })}</p>
      <p><code class="link">${link.url}</code></p>
      <div class="row end">${choices("upload").includes("text") && row.contact?.startsWith("+") && html`<${Act} act="text-link" icon="speech" label=${t("upload.text", { to: phone(row.contact) })} onClick=${text} />`}<button type="button" data-act="copy-link" class="good" onClick=${copy}>${t("upload.copy")}</button><button type="button" onClick=${() => setLink(null)}>${t("close")}</button></div>
    <//>`}`;
}

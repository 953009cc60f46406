/** A link by which the customer sends photos or videos for a ticket: made, shown, copied. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { phone, when } from "../core/format.js";
import { send } from "../core/http.js";
import { t } from "../core/i18n.js";
import { act, choices, say } from "../core/store.js";
import { Act, Dialog } from "./basics.js";

export function UploadLink({ row }) {
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

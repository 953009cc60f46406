/** A link by which the customer sends photos or videos for a ticket: made, shown, copied. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { when } from "../core/format.js";
import { send } from "../core/http.js";
import { t } from "../core/i18n.js";
import { act, say } from "../core/store.js";
import { Act, Dialog } from "./basics.js";

export function UploadLink({ number }) {
  const [link, setLink] = useState(/** @type {any} */ (null));
  const make = () => act("upload-link", async () => setLink(await send(`/tickets/${number}/upload-link`)));
  // Without https browsers give no clipboard: then it is marked, and copied by hand.
  const copy = (event) => {
    getSelection()?.selectAllChildren(event.target.closest("dialog").querySelector("code"));
    navigator.clipboard?.writeText(link.url).then(() => say("good", t("upload.copied")), () => {});
  };
  return html`<${Act} act="upload-link" label=${t("upload.make")} onClick=${make} />
    ${link && html`<${Dialog} title=${t("upload.title")} onClose=${() => setLink(null)}>
      <p>${t("upload.hint", { n: link.files, mb: link.most_mb, until: when(link.until) })}</p>
      <p><code class="link">${link.url}</code></p>
      <div class="row end"><button type="button" data-act="copy-link" class="good" onClick=${copy}>${t("upload.copy")}</button><button type="button" onClick=${() => setLink(null)}>${t("close")}</button></div>
    <//>`}`;
}

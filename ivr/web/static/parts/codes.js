/** Recovery codes as they are shown, this once: to be copied, printed or written down. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { t } from "../core/i18n.js";

/** @param {{codes: string[], onKept: () => void}} props onKept: they are somewhere safe. */
export function Codes({ codes, onKept }) {
  const [copied, setCopied] = useState("");
  // Without https browsers give no clipboard: then they are marked, and copied by hand.
  const copy = () => {
    const write = navigator.clipboard?.writeText(codes.join("\n")) ?? Promise.reject(new Error());
    return write.then(() => setCopied(t("codes.copied")), () => setCopied(t("codes.by_hand")));
  };
  return html`<p>${t("codes.how")}</p>
    <ol class="codes record">${codes.map((code) => html`<li key=${code}><code class="secret">${code}</code></li>`)}</ol>
    <p role="status">${copied}</p>
    <div class="row end"><button type="button" data-act="copy-codes" onClick=${copy}>${t("codes.copy")}</button>
      <button type="button" data-act="print-codes" onClick=${() => print()}>${t("codes.print")}</button>
      <button type="button" class="good" data-act="keep-codes" onClick=${onKept}>${t("codes.kept")}</button></div>`;
}

/** A search field over a list. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { t } from "../core/i18n.js";
import { Icon } from "./basics.js";

/** A search field: asks by Enter or when it is left. */
export function Search({ text, onSearch, label }) {
  const [typed, setTyped] = useState(text);
  const ask = (event) => {
    event.preventDefault();
    const said = (event.target.value ?? typed).trim(); // the cross in the field tells before it is drawn
    if (said !== text) onSearch(said);
  };
  return html`<form role="search" class="search" onSubmit=${ask}>
    <input type="search" name="q" value=${typed} maxlength="200" aria-label=${label} placeholder=${label} onInput=${(event) => setTyped(event.target.value)} onSearch=${ask} onKeyDown=${(event) => event.key === "ArrowDown" && document.querySelector('.rows [tabindex="0"]')?.focus()} />
    <button type="submit" aria-label=${t("filter.search")}><${Icon} name="search" /></button></form>`;
}

/** The switch between languages; each is written in itself. */

import { html } from "htm/preact";
import { choose, LANGUAGES, language, t } from "../core/i18n.js";

export function LanguageSwitch() {
  return html`<select class="language" aria-label=${t("language")} value=${language.value} onInput=${(event) => choose(event.target.value)}>
    ${Object.entries(LANGUAGES).map(([name, words]) => html`<option key=${name} value=${name} lang=${name}>${words}</option>`)}
  </select>`;
}

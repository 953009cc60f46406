/** Questions that are kept: links to them, and a field to keep the present one. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { personName } from "../core/catalogue.js";
import { t } from "../core/i18n.js";
import { remove, send } from "../core/http.js";
import { Icon } from "./basics.js";
import { useRead, Wrong } from "./ticketbits.js";

/** query: the question of the page, in the words that are to be kept. */
export function Saved({ query }) {
  const list = useRead("/saved-reports");
  const [wrong, setWrong] = useState(/** @type {any} */ (null));
  const items = list.value?.items ?? [];
  const done = (work) => work.then(() => (setWrong(null), list.again()), setWrong);
  const keep = (event) => {
    event.preventDefault();
    const form = event.target;
    done(send("/saved-reports", { name: form.elements.name.value.trim(), query, shared: form.elements.shared.checked }).then(() => form.reset()));
  };
  const link = (each) => html`<li key=${each.id} class="row" data-saved=${each.name}>
    <a href=${`/reports?${each.query}`} aria-current=${each.query === query ? "true" : undefined}>${each.name}</a>
    ${!each.mine && html`<small>${personName(each.owner)}</small>`}${each.mine && each.shared && html`<small>${t("report.shared")}</small>`}
    ${each.mine && html`<button type="button" class="plain" aria-label=${t("report.forget", { name: each.name })} onClick=${() => done(remove(`/saved-reports/${each.id}`))}><${Icon} name="cross" /></button>`}</li>`;
  return html`<section class="panel saved" aria-label=${t("report.saved")}>
    ${items.length > 0 && html`<ul class="row">${items.map(link)}</ul>`}
    <details><summary>${t("report.keep")}</summary><form class="row" onSubmit=${keep}>
      <label>${t("report.keep_as")} <input name="name" required maxlength="80" /></label>
      <label><input type="checkbox" name="shared" /> ${t("report.share")}</label>
      <button class="good">${t("report.keep_now")}</button></form></details>
    ${wrong && html`<${Wrong} problem=${wrong} />`}
  </section>`;
}

/** The texts of a survey as callers hear and read them, with what each costs as a message. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { when } from "../core/format.js";
import { t, tn } from "../core/i18n.js";
import { Empty, Icon } from "./basics.js";
import { useRead, Wrong } from "./ticketbits.js";

export function Preview({ survey }) {
  const found = useRead(`/surveys/${survey.code}`);
  const [language, setLanguage] = useState(survey.languages[0]);
  if (found.wrong) return html`<${Wrong} problem=${found.wrong} again=${found.again} />`;
  if (!found.value) return html`<${Empty}>${t("loading")}<//>`;
  const told = found.value;
  const sentence = (name) => told.sentences.find((each) => each.name === name);
  const after = ["thanks", "declined", "opted_out"].map(sentence);
  return html`<div class="row" role="group" aria-label=${t("language")}>${survey.languages.map((code) => html`<button type="button" key=${code} data-text-language=${code} aria-pressed=${code === language} onClick=${() => setLanguage(code)}>${t(`language.${code}`)}</button>`)}</div>
    <ol class="texts">
      <${Text} title=${t("survey.text.offer")} of=${sentence("offer")} language=${language} note=${told.opt_out_key && t("survey.opt_out", { key: told.opt_out_key })} />
      ${told.questions.map((each) => html`<${Text} key=${each.name} title=${each.name} of=${each} language=${language} note=${noteOf(each)} media=${each.media} />`)}
      ${after.map((each) => html`<${Text} key=${each.name} title=${t(`survey.text.${each.name}`)} of=${each} language=${language} />`)}
    </ol>
    <h3>${t("survey.wordings")}</h3><ul>${told.wordings.map((each) => html`<li key=${each.hash} class="row"><code>${each.hash.slice(0, 8)}</code><span class="hint">${when(each.published_at)}${each.continues && ` · ${t("survey.continues", { hash: each.continues.slice(0, 8) })}`}</span></li>`)}</ul>`;
}

const noteOf = (question) => [t(`survey.kind.${question.kind}`), question.high > question.low && `${question.low}–${question.high}`, question.is_key && t("survey.key")].filter(Boolean).join(" · ");

function Text({ title, of, language, note = "", media = ["voice", "sms"] }) {
  const [say, message] = [of.say[language], of.text[language]];
  if (!say && !message) return null;
  return html`<li><h3>${title} ${note && html`<small>${note}</small>`}</h3>
    ${say && (media.includes("voice") || media.includes("desk")) && html`<p class="say" lang=${language}><${Icon} name=${media.includes("desk") ? "people" : "speech"} /> <span class="grow">${say}</span></p>`}
    ${message && media.includes("sms") && html`<p class="bubble" lang=${language}>${message.text}<small data-parts=${message.parts}>${tn("survey.parts", message.parts)} · ${message.encoding}</small></p>`}</li>`;
}

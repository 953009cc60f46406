/** One question about the caller while his call is wound up. Nobody has to answer, nothing waits for it. */

import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { read, send } from "../core/http.js";
import { language, t } from "../core/i18n.js";
import { isField } from "../core/keys.js";
import { connected } from "../core/store.js";

/** The question with a button for each number of its scale; a number key does the same. */
export function Impression({ id }) {
  const path = `/calls/${encodeURIComponent(id)}/agent-score?language=${language.value}`;
  const [asked, setAsked] = useAsked(path);
  const [failed, setFailed] = useState(false);
  const question = asked?.question;
  const before = useRef(Promise.resolve());
  const keep = async (score) => {
    try {
      setAsked(await send(path, { score }));
      setFailed(false);
    } catch {
      setFailed(true);
    }
  };
  const give = (score) => (before.current = before.current.then(() => keep(score))); // the last one counts
  useDigits(question, give);
  if (!question) return null;
  return html`<section class="impression">
    <p class="question" lang=${question.language}>${question.text}</p>
    <div class="row" role="group" aria-label=${question.text}>${numbers(question).map(
      (score) => html`<button type="button" key=${score} data-score=${score} disabled=${!connected.value}
        aria-pressed=${asked.score === score} onClick=${() => give(asked.score === score ? null : score)}>${score}</button>`,
    )}</div>
    <p class="hint" role="status">${failed ? t("work.score_failed") : asked.score === null ? t("work.score_free") : t("work.score_given", { score: asked.score })}</p>
  </section>`;
}

const numbers = ({ low, high }) => Array.from({ length: high - low + 1 }, (_, place) => low + place);

/** What the server asks, read again once the page is connected again. */
function useAsked(path) {
  const [asked, setAsked] = useState(null);
  const there = connected.value;
  useEffect(() => {
    if (!there) return undefined;
    let current = true;
    read(path).then((found) => current && setAsked(found), () => {});
    return () => {
      current = false;
    };
  }, [path, there]);
  return [asked, setAsked];
}

/** A single digit outside of fields is an answer, where the scale has it. */
function useDigits(question, give) {
  useEffect(() => {
    if (!question) return undefined;
    const press = (event) => {
      const plain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.repeat;
      if (!plain || !/^\d$/.test(event.key) || isField(event.target)) return;
      const score = Number(event.key);
      if (score >= question.low && score <= question.high) void give(score);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });
}

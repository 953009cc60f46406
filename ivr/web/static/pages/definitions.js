/** Categories and promises as files: edited as text or by forms, checked, then put in force. */

import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { read, send } from "../core/http.js";
import { t } from "../core/i18n.js";
import { categories, KINDS, learnCatalogue } from "../core/catalogue.js";
import { right, say, sayProblem } from "../core/store.js";
import { Icon } from "../parts/basics.js";
import { CategoryForm, TargetForm } from "../parts/definitionforms.js";
import { Sections } from "../parts/ticketbits.js";

const CHECK_KEYS = "Ctrl+S";
const PUBLISH_KEYS = "Ctrl+Enter";
const NAMES = ["catalogue.yaml", "sla.yaml", "templates.yaml"];

export default function Definitions() {
  const [name, setName] = useState(NAMES[0]);
  const [kept, setKept] = useState(/** @type {any} */ (null)); // as it is in force
  const [text, setText] = useState("");
  const [problems, setProblems] = useState(/** @type {any[] | null} */ (null)); // null: not checked
  const [busy, setBusy] = useState(false);
  const area = useRef(/** @type {any} */ (null));
  const shown = useRef(name);
  shown.current = name;
  const load = async () => {
    const found = await read(`/definitions/${name}`);
    if (shown.current !== name) return;
    setKept(found);
    setText(found.text);
    setProblems(null);
  };
  useEffect(() => void load().catch(sayProblem), [name]);
  useEffect(() => void learnCatalogue().catch(sayProblem), []);
  const dirty = kept !== null && kept.name === name && text !== kept.text;
  useEffect(() => {
    const hold = (/** @type {any} */ event) => event.preventDefault();
    if (dirty) addEventListener("beforeunload", hold);
    return () => removeEventListener("beforeunload", hold);
  }, [dirty]);
  const may = Boolean(right("definition:x"));
  const edit = (/** @type {string} */ fresh) => {
    setText(fresh);
    setProblems(null);
  };
  const work = async (/** @type {() => Promise<void>} */ job) => {
    setBusy(true);
    await job().catch((problem) => {
      if (problem.body?.problems) setProblems(problem.body.problems);
      sayProblem(problem);
    });
    setBusy(false);
  };
  const check = () => work(async () => {
    const found = await send(`/definitions/${name}/check`, { text });
    setProblems(found.problems);
    say(found.good ? "good" : "error", t(found.good ? "definition.good" : "definition.wrong"));
  });
  const publish = () => work(async () => {
    const now = await send(`/definitions/${name}/publish`, { text, version: kept.version });
    setKept(now);
    setText(now.text);
    setProblems(now.problems);
    say("good", t("definition.published"));
    categories.value = (await read("/categories")).items;
  });
  const fill = (/** @type {string} */ path, /** @type {object} */ form) => work(async () => edit((await send(`/definitions/${path}`, { text, ...form })).text));
  const choose = (/** @type {string} */ other) => {
    if (!dirty || confirm(t("definition.lose"))) setName(other);
  };
  const keys = (/** @type {any} */ event) => {
    if (!(event.ctrlKey || event.metaKey) || !may || busy) return;
    if (event.key === "s") {
      event.preventDefault();
      void check();
    } else if (event.key === "Enter" && dirty) {
      event.preventDefault();
      void publish();
    }
  };
  return html`<main class="page"><header class="row"><h1>${t("page.definitions")}</h1><${Sections} at="/tickets/definitions" /></header>
    <p class="hint">${t(may ? "definition.how" : "definition.only_read")}</p>
    <nav class="sections" aria-label=${t("definition.files")}>${NAMES.map((each) => html`<button type="button" key=${each} aria-pressed=${each === name} onClick=${() => choose(each)}>${t(`definition.${each.replace(".yaml", "")}`)}</button>`)}</nav>
    <div class="columns">
      <section class="panel told" onKeyDown=${keys}>
        <${Editor} text=${text} problems=${problems ?? []} own=${name} area=${area} locked=${!may || busy} label=${name} onChange=${edit} />
        ${may && html`<div class="row"><button type="button" disabled=${busy} onClick=${check}>${t("definition.check")} <kbd>${CHECK_KEYS}</kbd></button>
          <button type="button" class="good" disabled=${busy || !dirty} onClick=${publish}>${t("definition.publish")} <kbd>${PUBLISH_KEYS}</kbd></button>
          <button type="button" disabled=${busy || !dirty} onClick=${() => edit(kept.text)}>${t("definition.undo")}</button>
          <span class="hint" role="status">${t(dirty ? "definition.changed" : "definition.same")}</span></div>`}
        <${Problems} of=${problems} own=${name} area=${area} text=${text} />
      </section>
      ${may && html`<div class="side">${name === "catalogue.yaml" && html`<${CategoryForm} known=${categories.value} kinds=${KINDS} busy=${busy} onFill=${(/** @type {object} */ form) => fill("category", form)} />`}
        ${name === "sla.yaml" && html`<${TargetForm} busy=${busy} onFill=${(/** @type {object} */ form) => fill("target", form)} />`}</div>`}
    </div></main>`;
}

const ofFile = (/** @type {any} */ problem, /** @type {string} */ own) => problem.file.endsWith(`/${own}`);

/** The text with its lines numbered; those with a mistake are marked. */
function Editor({ text, problems, own, area, locked, label, onChange }) {
  const gutter = useRef(/** @type {any} */ (null));
  const wrong = new Map(problems.filter((/** @type {any} */ each) => ofFile(each, own)).map((/** @type {any} */ each) => [each.line, each.severity]));
  const lines = text.split("\n").length;
  const follow = () => void (gutter.current.scrollTop = area.current.scrollTop);
  return html`<div class="editor"><ol ref=${gutter} aria-hidden="true">${Array.from({ length: lines }, (_each, i) => html`<li key=${i} data-wrong=${wrong.get(i + 1)}>${i + 1}</li>`)}</ol>
    <textarea ref=${area} value=${text} readonly=${locked} spellcheck="false" wrap="off" rows="28" aria-label=${label} aria-invalid=${wrong.size > 0} aria-describedby="definition-problems"
      onScroll=${follow} onInput=${(/** @type {any} */ event) => onChange(event.target.value)}></textarea></div>`;
}

/** Every mistake; one in this file leads to its place. */
function Problems({ of, own, area, text }) {
  const go = (/** @type {any} */ each) => {
    const before = text.split("\n").slice(0, each.line - 1).join("\n").length + (each.line > 1 ? 1 : 0);
    const at = before + each.column - 1;
    area.current.focus();
    area.current.setSelectionRange(at, Math.max(at, text.indexOf("\n", at) < 0 ? text.length : text.indexOf("\n", at)));
    const height = area.current.scrollHeight / Math.max(1, text.split("\n").length);
    area.current.scrollTop = Math.max(0, (each.line - 5) * height);
  };
  return html`<ul id="definition-problems" class="lines problems" aria-live="polite">${(of ?? []).map((/** @type {any} */ each) => html`<li key=${`${each.file}:${each.line}:${each.column}:${each.code}`} data-severity=${each.severity}>
    <${Icon} name="alert" />${ofFile(each, own) ? html`<button type="button" onClick=${() => go(each)}>${t("definition.line", { line: each.line, column: each.column })}</button>` : html`<span class="tag">${each.file}:${each.line}</span>`}
    <span class="grow">${each.message}${each.hint && html`<small>${each.hint}</small>`}</span><code>${each.code}</code></li>`)}</ul>
    ${of?.length === 0 && html`<p class="hint">${t("definition.none")}</p>`}`;
}

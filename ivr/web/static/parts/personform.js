/** Somebody who may sign in: roles and teams, the card of an agent, and the link that sets a password. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { change, fresh, put, send } from "../core/http.js";
import { LANGUAGES, t } from "../core/i18n.js";
import { act, choices, me, right, say } from "../core/store.js";
import { Act, Dialog, Empty } from "./basics.js";
import { current, Field, Options, useRead, Wrong } from "./ticketbits.js";

const ROLES = ["agent", "supervisor", "quality", "admin", "auditor"];
const WAYS = ["sip", "twilio", "simulator"];
const words = (/** @type {string} */ text) => text.split(/[\s,;]+/).filter(Boolean);

/** What a form holds of a person. */
const fieldsOf = (person) => ({ display: person.display, roles: person.roles, teams: person.teams.join(" "), language: person.language, disabled: person.disabled });
const bodyOf = (fields) => ({ ...fields, display: fields.display.trim(), teams: words(fields.teams) });

function Rights({ fields, set, teams, mine = false }) {
  const turn = (role) => (event) => set({ roles: ROLES.filter((each) => (each === role ? event.target.checked : fields.roles.includes(each))) });
  return html`<${Field} label=${t("admin.display")}><input name="display" value=${fields.display} maxlength="120" autocomplete="off" onInput=${(event) => set({ display: event.target.value })} /><//>
    <fieldset disabled=${mine}><legend>${t("admin.roles")}</legend><div class="row">${ROLES.map((role) => html`<label class="check" key=${role}><input type="checkbox" name=${`role-${role}`} checked=${fields.roles.includes(role)} onChange=${turn(role)} /> ${t(`role.${role}`)}</label>`)}</div></fieldset>
    <${Field} label=${t("admin.teams")} hint=${t("admin.teams_hint", { known: teams.join(" ") || "–" })}><input name="teams" value=${fields.teams} disabled=${mine} autocomplete="off" onInput=${(event) => set({ teams: event.target.value })} /><//>
    <${Field} label=${t("admin.language")}><select name="language" value=${fields.language} onChange=${(event) => set({ language: event.target.value })}><${Options} of=${Object.entries(LANGUAGES)} none=${t("admin.browsers")} /></select><//>`;
}

/** A new person; onMade gets {person, link}. */
export function NewPerson({ teams, onClose, onMade }) {
  const [fields, setFields] = useState({ name: "", display: "", roles: ["agent"], teams: "", language: "" });
  const [once] = useState(fresh);
  const set = (changes) => setFields({ ...fields, ...changes });
  const off = !fields.name ? t("admin.name_needed") : !fields.roles.length ? t("admin.role_needed") : "";
  const onSubmit = (event) => {
    event.preventDefault();
    if (!off) void act("add-person", async () => onMade(await send("/people", bodyOf(fields), { once })));
  };
  return html`<${Dialog} title=${t("admin.new")} onClose=${onClose}><form onSubmit=${onSubmit}>
    <${Field} label=${t("admin.name")} hint=${t("admin.name_hint")}><input name="name" value=${fields.name} required autofocus pattern="[a-z0-9][a-z0-9._\\-]{0,31}" maxlength="32" autocapitalize="none" spellcheck=${false} autocomplete="off" onInput=${(event) => set({ name: event.target.value.trim() })} /><//>
    <${Rights} fields=${fields} set=${set} teams=${teams} />
    <div class="row end"><button type="button" onClick=${onClose}>${t("cancel")}</button><${Act} act="add-person" kind="good" label=${t("admin.add")} off=${off} onClick=${onSubmit} /></div>
  </form><//>`;
}

/** Somebody who is there: change him, make him an agent, give him a new link. */
export function PersonForm({ person, isAgent, teams, again, onClose, onLink }) {
  const [fields, setFields] = useState(fieldsOf(person));
  const set = (changes) => setFields({ ...fields, ...changes });
  const mine = person.name === me.value?.person;
  const save = (event) => {
    event.preventDefault();
    void act("save-person", current(async () => {
      await change(`/people/${person.name}`, bodyOf(fields), person.version);
      await again();
      say("good", t("admin.saved"));
      onClose();
    }, again));
  };
  const link = (reset) => act("person-link", async () => {
    onLink(await send(`/people/${person.name}/link`, { reset_second_factor: reset }));
    await again();
  });
  return html`<${Dialog} title=${`${person.display} · ${person.name}`} className="wide" onClose=${onClose}>
    ${right("person:e") && html`<form data-form="person" onSubmit=${save}><${Rights} fields=${fields} set=${set} teams=${teams} mine=${mine} />
      ${mine ? html`<p class="hint">${t("admin.own_rights")}</p>` : html`<label class="check"><input type="checkbox" name="disabled" checked=${fields.disabled} onChange=${(event) => set({ disabled: event.target.checked })} /> ${t("admin.disable")}</label>`}
      <p class="hint">${t("admin.rights_hint")}</p>
      <div class="row end">
        ${person.has_second_factor && html`<${Act} act="person-link" label=${t("admin.link_reset")} onClick=${() => link(true)} />`}
        <${Act} act="person-link" label=${t("admin.link_new")} onClick=${() => link(false)} />
        <${Act} act="save-person" kind="good" label=${t("save")} off=${fields.roles.length ? "" : t("admin.role_needed")} onClick=${save} /></div></form>`}
    ${right("agent:e") && html`<${Card} name=${person.name} isAgent=${isAgent} teams=${person.teams} again=${again} onClose=${onClose} />`}
  <//>`;
}

/** What routing knows of an agent. */
function Card({ name, isAgent, teams, again, onClose }) {
  const card = useRead(isAgent ? `/agents/${name}/card` : "");
  if (card.wrong) return html`<${Wrong} problem=${card.wrong} again=${card.again} />`;
  if (isAgent && !card.value) return html`<${Empty}>${t("loading")}<//>`;
  const empty = { number: 0, teams, skills: {}, certificates: {}, endpoints: {} };
  const reread = () => Promise.all([again(), card.again()]);
  return html`<${CardForm} key=${card.value?.version ?? 0} name=${name} card=${card.value ?? empty} again=${reread} onClose=${onClose} />`;
}

function CardForm({ name, card, again, onClose }) {
  const [fields, setFields] = useState({ ...card, teams: card.teams.join(" "), skills: Object.entries(card.skills), certificates: Object.entries(card.certificates) });
  const set = (changes) => setFields({ ...fields, ...changes });
  const filled = (rows) => rows.filter(([key]) => key);
  const save = (event) => {
    event.preventDefault();
    void act("save-card", current(async () => {
      const skills = Object.fromEntries(filled(fields.skills).map(([key, level]) => [key, Number(level)]));
      const endpoints = Object.fromEntries(Object.entries(fields.endpoints).filter(([, address]) => address));
      const body = { number: Number(fields.number) || 0, teams: words(fields.teams), skills, certificates: Object.fromEntries(filled(fields.certificates)), endpoints };
      await put(`/agents/${name}`, body, card.version ? { version: card.version } : {});
      await again();
      say("good", t("admin.saved"));
      onClose();
    }, again));
  };
  return html`<form class="record" data-form="card" onSubmit=${save}><h3>${t("admin.card")}</h3>
    ${!card.version && html`<p class="hint">${t("admin.no_card")}</p>`}
    <${Field} label=${t("admin.agent_number")} hint=${t("admin.agent_number_hint")}><input name="number" type="number" min="0" max="99999999" value=${fields.number || ""} onInput=${(event) => set({ number: event.target.value })} /><//>
    <${Field} label=${t("admin.agent_teams")}><input name="agent-teams" value=${fields.teams} autocomplete="off" onInput=${(event) => set({ teams: event.target.value })} /><//>
    <datalist id="skills">${choices("skills").map((skill) => html`<option key=${skill} value=${skill}></option>`)}</datalist>
    <${Rows} title=${t("admin.skills")} name="skill" rows=${fields.skills} fresh="50" input=${{ type: "number", min: 0, max: 100 }} label=${t("admin.level")} onChange=${(skills) => set({ skills })} />
    <${Rows} title=${t("admin.certificates")} name="certificate" rows=${fields.certificates} fresh="" input=${{ type: "date", required: true }} label=${t("admin.until")} onChange=${(certificates) => set({ certificates })} />
    <fieldset><legend>${t("admin.phones")}</legend>${WAYS.map((way) => html`<${Field} key=${way} label=${t(`admin.way.${way}`)} hint=${t(`admin.way.${way}_hint`)}><input name=${`phone-${way}`} value=${fields.endpoints[way] ?? ""} maxlength="200" autocomplete="off" spellcheck=${false} onInput=${(event) => set({ endpoints: { ...fields.endpoints, [way]: event.target.value.trim() } })} /><//>`)}</fieldset>
    <div class="row end"><${Act} act="save-card" kind="good" label=${t(card.version ? "save" : "admin.make_agent")} onClick=${save} /></div></form>`;
}

/** Pairs of a name and a value, one below the other. */
function Rows({ title, name, rows, fresh: first, input, label, onChange }) {
  const set = (place, row) => onChange(rows.map((each, at) => (at === place ? row : each)));
  return html`<fieldset><legend>${title}</legend>${rows.map(([key, value], place) => html`<div class="row" key=${place}>
      <input class="grow" name=${`${name}-name`} value=${key} maxlength="128" list=${name === "skill" ? "skills" : undefined} aria-label=${title} autocomplete="off" onInput=${(event) => set(place, [event.target.value.trim(), value])} />
      <input class="small" name=${`${name}-value`} ...${input} value=${value} aria-label=${label} onInput=${(event) => set(place, [key, event.target.value])} />
      <button type="button" onClick=${() => onChange(rows.filter((_each, at) => at !== place))}>${t("admin.remove")}</button></div>`)}
    <button type="button" data-act=${`add-${name}`} onClick=${() => onChange([...rows, ["", first]])}>${t("admin.add_row")}</button></fieldset>`;
}

/** The link is shown once: whoever has it sets the password. */
export function SecretLink({ made, onClose }) {
  return html`<${Once} title=${t("admin.link_title", { name: made.person.display })} about=${t("admin.link_words")} text=${made.link} mark="data-link-secret" onClose=${onClose} />`;
}

/** What is told this once, to be copied. mark: the attribute of its element. */
export function Once({ title, about, text, mark, onClose }) {
  // Without https browsers give no clipboard: then it is copied by hand.
  const write = () => navigator.clipboard?.writeText(text) ?? Promise.reject(new Error());
  const copy = () => write().then(() => say("good", t("admin.copied")), () => say("info", t("admin.copy_by_hand")));
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <p>${about}</p><p><code class="secret" ...${{ [mark]: true }}>${text}</code></p>
    <div class="row end"><button type="button" data-act="copy" onClick=${copy}>${t("admin.copy")}</button><button type="button" class="good" onClick=${onClose}>${t("close")}</button></div><//>`;
}

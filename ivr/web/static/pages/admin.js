/** Administration: who may sign in and what is known of agents; screens on walls; what other systems still have to be told, and have said. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { folded } from "../core/format.js";
import { add, t } from "../core/i18n.js";
import { useQuery } from "../core/route.js";
import { choices, right } from "../core/store.js";
import { Empty } from "../parts/basics.js";
import { Heard, Told } from "../parts/connections.js";
import { NewPerson, PersonForm, SecretLink } from "../parts/personform.js";
import { Screens } from "../parts/screens.js";
import { useRead, Wrong } from "../parts/ticketbits.js";

await add("admin");

const TABS = [["people", "person:r"], ["screens", "screen:r"], ["connections", "webhook:r"]];

export default function Admin() {
  const wanted = new URLSearchParams(useQuery("/admin")).get("part");
  const shown = TABS.filter(([, needed]) => right(needed)).map(([name]) => name);
  const part = wanted && shown.includes(wanted) ? wanted : shown[0];
  const tab = (name) => html`<a key=${name} href=${name === "people" ? "/admin" : `/admin?part=${name}`} aria-current=${part === name ? "page" : undefined}>${t(`admin.${name}`)}</a>`;
  return html`<main class="page"><header class="row"><h1>${t("page.admin")}</h1><nav class="sections" aria-label=${t("admin.sections")}>${shown.map(tab)}</nav></header>
    ${!part && html`<${Empty}>${t("admin.closed")}<//>`}
    ${part === "people" && html`<${People} />`}
    ${part === "screens" && html`<${Screens} />`}
    ${part === "connections" && html`<${Told} /><${Heard} />`}
  </main>`;
}

function People() {
  const people = useRead("/people");
  const agents = useRead(right("agent:r") ? "/agents" : "");
  const [text, setText] = useState("");
  const [open, setOpen] = useState(""); // a name, "+" = somebody new
  const [link, setLink] = useState(/** @type {any} */ (null));
  if (people.wrong) return html`<${Wrong} problem=${people.wrong} again=${people.again} />`;
  if (!people.value) return html`<${Empty}>${t("loading")}<//>`;
  const cards = Object.fromEntries((agents.value?.items ?? []).map((row) => [row.agent, row]));
  const every = people.value.items;
  const said = folded(text.trim());
  const fits = (person) => [person.name, person.display, ...person.teams, ...person.roles].some((word) => folded(word).includes(said));
  const found = every.filter(fits);
  const chosen = every.find((person) => person.name === open);
  const teams = [...new Set([...choices("teams"), ...every.flatMap((person) => person.teams)])].sort();
  const again = () => Promise.all([people.again(), agents.again()]);
  return html`<div class="filters row"><label class="grow"><span class="hidden">${t("admin.find")}</span><input name="find" type="search" value=${text} placeholder=${t("admin.find")} onInput=${(event) => setText(event.target.value)} /></label>
      ${right("person:a") && html`<button type="button" class="good" data-act="new-person" onClick=${() => setOpen("+")}>${t("admin.new")}</button>`}</div>
    ${!found.length && html`<${Empty}>${t("admin.none")}<//>`}
    <ul class="panel lines people">${found.map((person) => html`<${Line} key=${person.name} person=${person} card=${cards[person.name]} onOpen=${() => setOpen(person.name)} />`)}</ul>
    ${open === "+" && html`<${NewPerson} teams=${teams} onClose=${() => setOpen("")} onMade=${async (made) => (setOpen(""), setLink(made), await again())} />`}
    ${chosen && html`<${PersonForm} key=${chosen.name} person=${chosen} isAgent=${chosen.name in cards} teams=${teams} again=${again} onClose=${() => setOpen("")} onLink=${setLink} />`}
    ${link && html`<${SecretLink} made=${link} onClose=${() => setLink(null)} />`}`;
}

/** One person: who, in what roles and teams, with what number and telephone. */
function Line({ person, card, onOpen }) {
  return html`<li data-person=${person.name}><button type="button" class="plain grow" onClick=${onOpen}><strong>${person.display}</strong> <span class="hint">${person.name}</span></button>
    ${person.roles.map((role) => html`<span class="tag" key=${role}>${t(`role.${role}`)}</span>`)}
    ${person.teams.length > 0 && html`<span class="hint">${person.teams.join(", ")}</span>`}
    ${card?.number && html`<span class="hint">${t("admin.number", { n: card.number })}${card.endpoint && ` · ${card.endpoint}`}</span>`}
    ${person.disabled && html`<span class="tag bad">${t("admin.disabled")}</span>`}
    ${!person.has_password && html`<span class="tag">${t("admin.no_password")}</span>`}
    ${person.has_second_factor && html`<span class="tag good">${t("admin.second_factor")}</span>`}</li>`;
}

/** One ticket: what it is and how it stands on the right, what happened and what is said on the left. */

import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { when } from "../core/format.js";
import { t } from "../core/i18n.js";
import { categoryOf, learnCatalogue } from "../core/catalogue.js";
import { useNews } from "../core/news.js";
import { right, sayProblem } from "../core/store.js";
import { Empty, Icon } from "../parts/basics.js";
import { Clocks } from "../parts/clocks.js";
import { Articles, Beside } from "../parts/beside.js";
import { FormOf, Properties } from "../parts/properties.js";
import { Messages } from "../parts/messages.js";
import { Moves } from "../parts/moves.js";
import { Say } from "../parts/say.js";
import { Due, grouped, isOver, Priority, Sections, Status, useRead, Wrong } from "../parts/ticketbits.js";
import { Timeline } from "../parts/timeline.js";

const AGAIN_MS = 30_000; // changes are told at once; this is for who may read but is not told
const OWN_MS = 3000; // a change so soon after reading was ours

export default function Ticket({ name }) {
  const path = `/tickets/${encodeURIComponent(name)}`;
  const [turn, setTurn] = useState(0);
  const ticket = useRead(path);
  const story = useRead(`${path}/timeline`);
  const clocks = useRead(`${path}/clocks`);
  const others = useRef(Date.now()); // when the rest was read
  const again = () => {
    others.current = Date.now();
    setTurn((before) => before + 1);
    return Promise.all([ticket.again(), story.again(), clocks.again()]);
  };
  const row = ticket.value;
  const stands = row && `${row.version} ${row.last_activity_at} ${row.due_at}`;
  useNews("tickets", again, { of: row?.number ?? name });
  useEffect(() => {
    learnCatalogue().catch(sayProblem);
    const timer = setInterval(() => document.visibilityState === "visible" && ticket.again(), AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (stands && Date.now() - others.current > OWN_MS) void again();
  }, [stands]);
  return html`<main class="page ticket"><header class="row"><${Sections} at="" /></header>
    ${ticket.wrong && html`<${Wrong} problem=${ticket.wrong} again=${again} />`}
    ${!row && !ticket.wrong && html`<${Empty}>${t("loading")}<//>`}
    ${row && html`<${Head} row=${row} />
      <div class="columns"><div class="told">
        ${row.description && html`<section class="panel"><h2>${t("ticket.description")}</h2><p class="text">${row.description}</p></section>`}
        <${Messages} path=${path} />
        <${Timeline} story=${story} number=${row.number} category=${categoryOf(row.category)} clocks=${Object.fromEntries((clocks.value?.items ?? []).map((each) => [each.id, each]))} />
        ${right("ticket:a") && html`<${Say} key=${row.number} row=${row} done=${again} />`}
      </div><aside class="side" aria-label=${t("ticket.facts")}>
        <${Moves} row=${row} done=${again} />
        <${Properties} row=${row} done=${again} />
        <${FormOf} key=${row.category} row=${row} done=${again} />
        <${Beside} row=${row} turn=${turn} done=${again} />
        <${Articles} row=${row} />
        <${Clocks} row=${row} rows=${clocks.value?.items} done=${again} />
      </aside></div>`}
  </main>`;
}

function Head({ row }) {
  return html`<header class="tickethead"><h1><span class="number">${grouped(row.number)}</span> ${row.subject}</h1>
    <div class="row"><${Status} code=${row.status} state=${row.state} /><${Priority} level=${row.priority} always />
      ${row.severity !== "minor" && html`<span class="tag">${t("ticket.severity_is", { level: t(`severity.${row.severity}`) })}</span>`}
      ${row.emergency && html`<span class="tag bad"><${Icon} name="alert" /> ${t("ticket.emergency")}</span>`}
      ${!isOver(row.state) && html`<${Due} at=${row.due_at} />`}
      <span class="hint">${t("ticket.opened", { time: when(row.opened_at) })}</span>
      ${row.reopen_count > 0 && html`<span class="tag">${t("ticket.reopened", { n: row.reopen_count })}</span>`}</div>
    ${row.asked && html`<p class="hint">${t("ticket.was_merged", { number: grouped(row.asked) })}</p>`}
  </header>`;
}

/** One flow as a map, with who is in each node now, and its file beside it. */

import { html } from "htm/preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { HEAD, layout, LINE, WIDE } from "../core/flowmap.js";
import { add, language, t, tn } from "../core/i18n.js";
import { Icon } from "../parts/basics.js";
import { useRead, Wrong } from "../parts/ticketbits.js";
import { Problems, useFresh } from "./flows.js";

await add("flows");

const MOST = { label: 19, step: 27, node: 22 };

/** Text that stays inside of its box; the whole is its title. */
const cut = (/** @type {string} */ text, /** @type {number} */ most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** How an exit is called: a condition, a key with its word, else its name. */
export function exitWords(way, step) {
  if (way.says) return way.says;
  if (step.verb === "go") return "";
  const word = way.words[language.value] ?? Object.values(way.words)[0];
  return word ? `${way.exit} ${word}` : t(`flow.exit.${way.exit}`) === `flow.exit.${way.exit}` ? way.exit : t(`flow.exit.${way.exit}`);
}

export default function Flow({ name }) {
  const found = useFresh(`/flows/${encodeURIComponent(name)}`);
  const said = useRead("/flow-problems");
  const [node, setNode] = useState("");
  const flow = found.value;
  const chosen = flow?.map.find((each) => each.node === node);
  return html`<main class="page flowpage"><header class="row"><h1><a href="/flows">${t("page.flows")}</a> › ${name}</h1>
      ${flow && html`<span class="hint">${flow.file} · <code>${flow.version}</code> · ${flow.numbers.join(", ")}</span><span class="grow"></span>
        <strong class="tag">${tn("flow.inside", flow.calls)}</strong>`}</header>
    ${found.wrong && html`<${Wrong} problem=${found.wrong} again=${found.again} />`}
    ${said.value && html`<${Problems} said=${said.value} file=${flow?.file ?? ""} />`}
    ${flow && html`<${Picture} flow=${flow} node=${node} choose=${setNode} />
      <div class="flowbelow"><${Text} text=${flow.text} from=${chosen?.line ?? 0} to=${chosen ? lastLine(flow, chosen) : 0} /><${Nodes} flow=${flow} node=${node} choose=${setNode} /></div>`}
  </main>`;
}

/** The last line of a node: before the next one of the file. */
function lastLine(flow, station) {
  const after = flow.map.map((each) => each.line).filter((line) => line > station.line);
  const end = after.length ? Math.min(...after) - 1 : flow.text.split("\n").length;
  return after.length ? end : Math.max(station.line, ...station.steps.map((step) => step.line)) + 4;
}

function Picture({ flow, node, choose }) {
  const shape = JSON.stringify(flow.map.map(({ calls, ...rest }) => rest)); // who is inside moves nothing
  const picture = useMemo(() => layout(JSON.parse(shape), exitWords), [shape, language.value]);
  const inside = Object.fromEntries(flow.map.map((each) => [each.node, each.calls]));
  const lit = (edge) => edge.from === node || edge.to === node;
  return html`<div class="scroll panel map" tabindex="0" role="group" aria-label=${t("flow.map")}>
    <svg width=${picture.width} height=${picture.height} viewBox=${`0 0 ${picture.width} ${picture.height}`} data-map=${flow.flow}>
      <defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" /></marker>
        <pattern id="hatched" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="8" /></pattern></defs>
      ${picture.edges.map((edge) => html`<g key=${`${edge.from}>${edge.to}`} class=${`edge ${edge.back ? "returns" : ""} ${lit(edge) ? "lit" : ""} ${edge.known ? "" : "out"}`} data-from=${edge.from} data-to=${edge.to}>
        ${edge.path && html`<path d=${edge.path} marker-end="url(#arrow)" />`}
        <text x=${edge.at.x + 6} y=${edge.at.y - 3}>${cut(edge.known ? edge.label : `${edge.label} → ${edge.to}`, MOST.label)}<title>${edge.label} → ${edge.to}</title></text></g>`)}
      ${picture.boxes.map((box) => html`<${Box} key=${box.station.node} box=${box} calls=${inside[box.station.node]} chosen=${box.station.node === node} choose=${choose} />`)}
    </svg></div>`;
}

function Box({ box, calls, chosen, choose }) {
  const { station, lines, more } = box;
  const pick = () => choose(chosen ? "" : station.node);
  const key = (event) => (event.key === "Enter" || event.key === " ") && (event.preventDefault(), pick());
  const label = [station.node, ...station.entered_by, calls ? tn("flow.inside", calls) : "", station.reached ? "" : t("flow.unreached")].filter(Boolean).join(", ");
  return html`<g class=${`node ${chosen ? "chosen" : ""} ${station.reached ? "" : "unreached"}`} transform=${`translate(${box.x} ${box.y})`} tabindex="0" role="button" aria-pressed=${chosen} aria-label=${label} data-node=${station.node} onClick=${pick} onKeyDown=${key}>
    <rect width=${WIDE} height=${box.height} rx="8" />${!station.reached && html`<rect class="hatch" width=${WIDE} height=${box.height} rx="8" fill="url(#hatched)" />`}
    <text class="name" x="10" y="19">${station.entered_by.includes("start") ? "▶ " : ""}${cut(station.node, MOST.node)}</text>
    ${calls > 0 && html`<g class="calls" transform=${`translate(${WIDE - 34} 6)`}><rect width="28" height="18" rx="9" /><text x="14" y="13">${calls}</text></g>`}
    ${lines.map((line, n) => html`<text key=${n} class=${line.kind} x="10" y=${HEAD + n * LINE + 13}>${cut(line.text, MOST.step)}<title>${line.text}</title></text>`)}
    ${more > 0 && html`<text x="10" y=${HEAD + lines.length * LINE + 13}>${t("flow.more", { n: more })}</text>`}</g>`;
}

/** The file as it runs; the lines of the chosen node are marked and in sight. */
function Text({ text, from, to }) {
  const first = useRef(/** @type {any} */ (null));
  const box = useRef(/** @type {any} */ (null));
  useEffect(() => {
    if (from && first.current) box.current.scrollTop = first.current.offsetTop - box.current.offsetTop - 40;
  }, [from]);
  const lines = text.split("\n");
  return html`<section class="panel flowtext" ref=${box} tabindex="0" role="group" aria-label=${t("flow.text")}><ol>${lines.map((line, n) => {
    const marked = n + 1 >= from && n + 1 <= to;
    return html`<li key=${n} class=${marked ? "marked" : ""} ref=${n + 1 === from ? first : undefined}><code>${line || " "}</code></li>`;
  })}</ol></section>`;
}

/** The same as a table: node, steps, and where each exit leads. */
function Nodes({ flow, node, choose }) {
  const shown = node ? flow.map.filter((each) => each.node === node) : flow.map;
  return html`<section class="panel flownodes" aria-label=${t("flow.nodes")}>
    <header class="row"><h2>${node || t("flow.nodes")}</h2><span class="grow"></span>${node && html`<button type="button" onClick=${() => choose("")}>${t("flow.all")}</button>`}</header>
    ${shown.map((station) => html`<article key=${station.node} data-row=${station.node}>
      ${!node && html`<h3><button type="button" class="plain" onClick=${() => choose(station.node)}>${station.node}</button></h3>`}
      <p class="hint">${[t("flow.line", { n: station.line }), ...station.entered_by, station.calls ? tn("flow.inside", station.calls) : ""].filter(Boolean).join(" · ")}${!station.reached && html` <span class="tag bad"><${Icon} name="alert" /> ${t("flow.unreached")}</span>`}</p>
      <ol>${station.steps.map((step, n) => html`<li key=${n}><code>${step.verb}</code> ${step.about}
        <ul>${step.ways.filter((way) => way.to !== "next").map((way) => html`<li key=${way.exit}>${exitWords(way, step) || way.exit} → <${Target} to=${way.to} flow=${flow} choose=${choose} /></li>`)}</ul></li>`)}</ol></article>`)}
  </section>`;
}

function Target({ to, flow, choose }) {
  if (!to) return html`<em>${t("flow.ends")}</em>`;
  if (!flow.map.some((each) => each.node === to)) return html`<code>${to}</code>`;
  return html`<button type="button" class="plain" onClick=${() => choose(to)}>${to}</button>`;
}

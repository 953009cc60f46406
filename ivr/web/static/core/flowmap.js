/** Where the nodes of a flow stand in its picture: left to right, in the order in which callers come to them. */

export const WIDE = 208;
export const LINE = 18;
export const HEAD = 28;
const PORT_ROOM = 132; // between columns, for the words at the exits
const GAP_Y = 22;
const MARGIN = 16;
const MOST_LINES = 5;
const SWEEPS = 6;

/** The nodes that a node leads to, each with the words of the exits: from its steps, first way first. */
export function exitsOf(/** @type {any} */ station, /** @type {(way: any, step: any) => string} */ words) {
  const found = new Map();
  for (const step of station.steps)
    for (const way of step.ways) {
      if (way.to === "next" || way.to === "") continue;
      const labels = found.get(way.to) ?? found.set(way.to, []).get(way.to);
      const label = words(way, step);
      if (label && !labels.includes(label)) labels.push(label);
    }
  return found;
}

/**
 * Boxes and edges of a flow, in pixels.
 * @param {any[]} stations as the API gives them @param {(way: any, step: any) => string} words
 */
export function layout(stations, words) {
  const ways = new Map(stations.map((each) => [each.node, exitsOf(each, words)]));
  const ranks = ranksOf(stations, ways);
  const columns = ordered(stations, ways, ranks);
  const boxes = placed(columns, ways);
  return { boxes: [...boxes.values()], edges: edgesOf(boxes, ways), ...size(boxes) };
}

/** How many exits away from the start each node is; what only rescue or always-keys lead to begins anew, the unreachable come last. */
function ranksOf(stations, ways) {
  const ranks = new Map();
  const entries = stations.filter((each) => each.entered_by.length);
  const first = entries.filter((each) => each.entered_by.includes("start"));
  for (const begin of [...first, ...entries]) {
    if (ranks.has(begin.node)) continue;
    let row = [begin.node];
    for (let rank = 0; row.length; rank += 1) {
      for (const node of row) ranks.set(node, rank);
      row = [...new Set(row.flatMap((node) => [...(ways.get(node)?.keys() ?? [])]))].filter((node) => ways.has(node) && !ranks.has(node));
    }
  }
  const last = Math.max(0, ...ranks.values()) + 1;
  for (const each of stations) if (!ranks.has(each.node)) ranks.set(each.node, last);
  return ranks;
}

/** Columns of nodes, each near the nodes that lead to it. */
function ordered(stations, ways, ranks) {
  const columns = [];
  for (const each of stations) (columns[ranks.get(each.node)] ??= []).push(each);
  const place = new Map();
  const settle = () => columns.forEach((column) => column.forEach((each, n) => place.set(each.node, n)));
  const into = new Map();
  for (const [node, exits] of ways) for (const to of exits.keys()) into.set(to, [...(into.get(to) ?? []), node]);
  settle();
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const column of columns.slice(1)) {
      const middle = (each) => {
        const from = (into.get(each.node) ?? []).filter((node) => ranks.get(node) < ranks.get(each.node));
        return from.length ? from.reduce((sum, node) => sum + place.get(node), 0) / from.length : place.get(each.node);
      };
      const keys = new Map(column.map((each) => [each, middle(each)]));
      column.sort((a, b) => keys.get(a) - keys.get(b));
    }
    settle();
  }
  return columns.filter(Boolean);
}

function placed(columns, ways) {
  const boxes = new Map();
  columns.forEach((column, rank) => {
    let y = MARGIN;
    for (const station of column) {
      const ports = [...ways.get(station.node)].map(([to, labels]) => ({ to, label: labels.join(", ") }));
      const entries = station.entered_by.filter((each) => each !== "start");
      const steps = station.steps.slice(0, MOST_LINES).map((step) => `${step.verb} ${step.about}`);
      const lines = [...(entries.length ? [{ text: entries.join(", "), kind: "enters" }] : []), ...steps.map((text) => ({ text, kind: "does" }))];
      const more = station.steps.length - steps.length;
      const height = HEAD + Math.max((lines.length + (more ? 1 : 0)) * LINE, ports.length * LINE) + 8;
      boxes.set(station.node, { station, ports, lines, more, x: MARGIN + rank * (WIDE + PORT_ROOM), y, width: WIDE, height });
      y += height + GAP_Y;
    }
  });
  return boxes;
}

function edgesOf(boxes, ways) {
  const edges = [];
  for (const box of boxes.values())
    box.ports.forEach((port, n) => {
      const to = boxes.get(port.to);
      const from = { x: box.x + box.width, y: box.y + HEAD + n * LINE + LINE / 2 };
      edges.push({ from: box.station.node, to: port.to, label: port.label, at: from, known: Boolean(to), back: Boolean(to) && to.x <= box.x, path: to ? curve(from, to) : "" });
    });
  return edges;
}

/** From an exit to the left side of a box; a way back goes around below. */
function curve(from, to) {
  const end = { x: to.x - 4, y: to.y + HEAD / 2 };
  const pull = end.x > from.x ? Math.max(24, (end.x - from.x) / 2) : 90;
  return `M${from.x} ${from.y} C${from.x + pull} ${from.y} ${end.x - pull} ${end.y} ${end.x} ${end.y}`;
}

function size(boxes) {
  const all = [...boxes.values()];
  return {
    width: Math.max(0, ...all.map((box) => box.x + box.width)) + PORT_ROOM,
    height: Math.max(0, ...all.map((box) => box.y + box.height)) + MARGIN,
  };
}

/** The figures of a screen on a wall: one stream, which comes back by itself until its key is no longer good. */

import { signal } from "@preact/signals";

const SILENT_MS = 8000; // figures come each second; after so long we are cut off
const FIRST_MS = 500;
const LONGEST_MS = 15_000;

export const shown = signal(/** @type {any} */ (null)); // what the server said last
export const heardAt = signal(Date.now()); // ms of our clock
export const dark = signal(""); // why nothing is shown any more: missing, unknown, revoked

/** Show what this key opens, for ever. */
export async function watch(/** @type {string} */ key) {
  if (!key) dark.value = "missing";
  let wait = FIRST_MS;
  while (!dark.value) {
    const before = heardAt.value;
    if (shown.value) await renew().catch(() => {});
    await follow(key).catch(() => {}); // cut off: the age of the figures says so
    wait = heardAt.value > before ? FIRST_MS : Math.min(wait * 2, LONGEST_MS);
    if (!dark.value) await new Promise((go) => setTimeout(go, wait * (0.5 + Math.random() / 2)));
  }
}

/** Back at a server whose files are others by now: nobody stands at a wall to reload its screen. */
async function renew() {
  const answer = await fetch(location.pathname, { cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(SILENT_MS) });
  if (answer.ok && !(await answer.text()).includes(`data-static="${document.documentElement.dataset.static}"`)) location.reload();
}

async function follow(key) {
  const cut = new AbortController();
  let late = setTimeout(() => cut.abort(), SILENT_MS);
  const alive = () => {
    clearTimeout(late);
    late = setTimeout(() => cut.abort(), SILENT_MS);
  };
  try {
    const headers = { Authorization: `Bearer ${key}` };
    const answer = await fetch("/api/v1/screen", { headers, cache: "no-store", credentials: "omit", signal: cut.signal });
    if (answer.status === 401) dark.value = shown.value ? "revoked" : "unknown";
    else if (answer.ok && answer.body) await hear(answer.body, alive);
  } finally {
    clearTimeout(late);
  }
}

/** Server-sent events, read by hand: only so can the key stand in a header and not in an address. */
async function hear(body, alive) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    alive();
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) take(block);
  }
}

function take(/** @type {string} */ block) {
  const [name, data] = block.split("\n").map((line) => line.slice(line.indexOf(":") + 2));
  if (name === "revoked") dark.value = "revoked";
  else if (name === "figures") {
    shown.value = JSON.parse(data);
    heardAt.value = Date.now();
  }
}

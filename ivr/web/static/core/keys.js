/** The keyboard: function keys work everywhere, `?` outside fields, nothing with Ctrl+Alt (AltGr). */

/** @type {Map<string, (event: KeyboardEvent) => void>} */
const actions = new Map();
const KEPT = "ivr.keys";
export const DEFAULTS = { decline: "F4", mute: "F8", hold: "F9", search: "Ctrl+K", file: "Ctrl+Enter", help: "?" };

/** @type {Record<string, string>} */
let bound = { ...DEFAULTS, ...JSON.parse(localStorage.getItem(KEPT) ?? "{}") };

/** Which key does what. */
export const bindings = () => bound;

/** Put an action on another key and keep it in this browser. */
export function bind(/** @type {string} */ action, /** @type {string} */ key) {
  bound = { ...bound, [action]: key };
  localStorage.setItem(KEPT, JSON.stringify(bound));
}

/** The keys as they were delivered. */
export function unbindAll() {
  bound = { ...DEFAULTS };
  localStorage.removeItem(KEPT);
}

/** Say what an action does; the last one who says so counts. */
export function on(/** @type {string} */ action, /** @type {(event: KeyboardEvent) => void} */ run) {
  actions.set(action, run);
}

/** The name of a pressed key, "" where it must be left alone. */
export function nameOf(/** @type {KeyboardEvent} */ event) {
  if (event.isComposing || (event.ctrlKey && event.altKey)) return "";
  if (["Control", "Shift", "Alt", "Meta", "Dead"].includes(event.key)) return "";
  const bare = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const parts = [event.ctrlKey || event.metaKey ? "Ctrl" : "", event.altKey ? "Alt" : ""];
  return [...parts.filter(Boolean), bare].join("+");
}

/** Whether somebody is typing into this. */
export function isField(/** @type {EventTarget | Element | null} */ target) {
  return target instanceof Element && target.matches("input, textarea, select, [contenteditable]");
}

addEventListener("keydown", (event) => {
  const name = nameOf(event);
  if (!name || event.repeat || (name.length === 1 && isField(event.target))) return;
  const action = Object.keys(bound).find((each) => bound[each] === name);
  const run = action && actions.get(action);
  if (!run) return;
  event.preventDefault();
  run(event);
});

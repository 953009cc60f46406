/** Small pieces that every page is made of. All text goes into text nodes. */

import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { clock, secondsSince, secondsUntil } from "../core/format.js";
import { named, t } from "../core/i18n.js";
import { connected, pending } from "../core/store.js";

/** Drawn on a grid of 24 by 24, by lines. */
const SHAPES = {
  alert: "M12 3 L22 20 H2 Z M12 9 V14 M12 17 V17.5",
  arrow: "M4 12 H19 M13 6 L19 12 L13 18",
  bell: "M5 17 H19 L17 14 V10 A5 5 0 0 0 7 10 V14 Z M10 20 H14",
  check: "M4 13 L10 19 L20 6",
  cross: "M6 6 L18 18 M18 6 L6 18",
  cup: "M5 8 H17 V14 A5 5 0 0 1 12 19 H10 A5 5 0 0 1 5 14 Z M17 10 H19 A2 2 0 0 1 19 14 H17 M9 2 V5 M13 2 V5",
  down: "M6 9 L12 15 L18 9",
  ear: "M8 20 A4 4 0 0 0 14 18 C14 14 18 14 18 9 A6 6 0 0 0 6 9 M9 10 A3 3 0 0 1 15 10",
  file: "M6 3 H14 L19 8 V21 H6 Z M14 3 V8 H19",
  grip: "M6 5 H6.5 M12 5 H12.5 M18 5 H18.5 M6 11 H6.5 M12 11 H12.5 M18 11 H18.5 M6 17 H6.5 M12 17 H12.5 M18 17 H18.5",
  hangup: "M3 14 C7 8 17 8 21 14 L18 17 L15 15 V12 M3 14 L6 17 L9 15 V12",
  keyboard: "M3 7 H21 V17 H3 Z M7 14 H17 M7 10.5 H7.5 M12 10.5 H12.5 M17 10.5 H17.5",
  mic: "M12 3 A3 3 0 0 1 15 6 V11 A3 3 0 0 1 9 11 V6 A3 3 0 0 1 12 3 M6 11 A6 6 0 0 0 18 11 M12 17 V21",
  mute: "M12 3 A3 3 0 0 1 15 6 V11 A3 3 0 0 1 9 11 V6 A3 3 0 0 1 12 3 M6 11 A6 6 0 0 0 18 11 M12 17 V21 M3 3 L21 21",
  pause: "M8 5 V19 M16 5 V19",
  pencil: "M4 20 L5 15 L16 4 L20 8 L9 19 Z M14 6 L18 10",
  people: "M9 11 A3.5 3.5 0 1 0 8.9 11 M3 20 A6 6 0 0 1 15 20 M16 11 A3 3 0 1 0 15.5 5.5 M18 14 A5 5 0 0 1 21 19",
  phone: "M5 4 H9 L11 9 L8.5 11 A12 12 0 0 0 13 15.5 L15 13 L20 15 V19 A1.5 1.5 0 0 1 18.5 20.5 A15 15 0 0 1 3.5 5.5 A1.5 1.5 0 0 1 5 4",
  play: "M7 5 L19 12 L7 19 Z",
  power: "M12 3 V12 M7 6 A8 8 0 1 0 17 6",
  search: "M10.5 17 A6.5 6.5 0 1 0 10.4 17 M15.5 15.5 L21 21",
  speech: "M4 5 H20 V16 H11 L7 20 V16 H4 Z",
  up: "M12 20 V5 M6 11 L12 5 L18 11",
};

/** A drawing beside a word, which says the same: hidden from readers of the screen. */
export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${SHAPES[name]} /></svg>`;
}

const STATE_ICONS = {
  offline: "power", available: "check", break: "cup", not_responding: "alert", reserved: "bell", ringing: "bell",
  talking: "phone", holding: "pause", consulting: "people", wrapup: "pencil", dialing: "grip", direct: "phone",
};
export const STATES = Object.keys(STATE_ICONS);

/** A state of an agent as colour, drawing and word. */
export function StateMark({ state, reason, children }) {
  return html`<span class="mark" data-state=${state}>
    <${Icon} name=${STATE_ICONS[state] ?? "alert"} /><span>${t(`state.${state}`)}${reason && html`<span class="why"> · ${reasonWords(state, reason)}</span>`}</span>${children}
  </span>`;
}

/** Why somebody is in a state, in words. */
export const reasonWords = (state, reason) => named(state === "break" ? "break" : "reason", reason);

/** Counts up from an instant of the server. Silent for readers of the screen. */
export function Since({ at }) {
  return at ? html`<span class="clock">${clock(secondsSince(at))}</span>` : null;
}

/** Counts down to an instant of the server. */
export function Until({ at }) {
  return at ? html`<span class="clock">${clock(secondsUntil(at))}</span>` : null;
}

/**
 * A button that does something on the server: off while cut off, busy until the event has come.
 * @param {{act: string, icon?: string, label: string, kind?: string, keys?: string, off?: string, onClick: () => void}} props
 */
export function Act({ act, icon, label, kind = "", keys, off = "", onClick, ...rest }) {
  const waits = pending.value[act];
  const why = connected.value ? off : t("link.needed");
  return html`<button type="button" class=${`act ${kind}`} data-act=${act} disabled=${Boolean(why) || Boolean(waits)}
    title=${why || undefined} aria-busy=${waits ? "true" : undefined} onClick=${onClick} ...${rest}>
    ${icon && html`<${Icon} name=${icon} />`}<span>${label}</span>
    ${keys && html`<kbd>${keys}</kbd>`}
    ${waits?.late && html`<small>${t("pending.late.short")}</small>`}
  </button>`;
}

/** A dialog over the page: Esc and the cross close it, the keyboard stays inside. */
export function Dialog({ title, onClose, children, className = "" }) {
  const ref = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => {
    const made = ref.current;
    made?.showModal();
    return () => made?.close();
  }, []);
  return html`<dialog ref=${ref} class=${className} aria-label=${title} onCancel=${(event) => (event.preventDefault(), onClose())}>
    <header><h2>${title}</h2>
      <button type="button" class="plain" aria-label=${t("close")} onClick=${onClose}><${Icon} name="cross" /></button>
    </header>
    ${children}
  </dialog>`;
}

/** How long whoever calls now waits. */
export const expectedWait = (/** @type {number} */ minutes) => (minutes ? t("queue.minutes", { n: minutes }) : t("queue.at_once"));

/** What stands where there is nothing yet. */
export function Empty({ children }) {
  return html`<p class="empty">${children}</p>`;
}

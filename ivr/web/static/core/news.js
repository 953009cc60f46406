/** What the server says has changed. A page that shows it reads it again, with its own rights. */

import { useEffect, useRef } from "preact/hooks";

const SOON_MS = 60; // several changes of one moment are read once
const GAP_MS = 1000; // and then not more often than this

/** @type {Set<(topic: string, thing: string) => void>} */
const listeners = new Set();

/** Something of a topic has changed; without a topic: anything may have, since we were away. */
export function heard(/** @type {string} */ topic = "", /** @type {string} */ thing = "") {
  for (const listener of [...listeners]) listener(topic, thing);
}

/**
 * Run `again` when something of a topic has changed: at once, but not more often than each `gap`,
 * and for a page that nobody sees only when it is seen.
 * @param {string} topic @param {() => any} again
 * @param {{of?: string, gap?: number}} options of: the one thing that counts; gap: ms.
 */
export function useNews(topic, again, { of = "", gap = GAP_MS } = {}) {
  const run = useRef(again);
  run.current = again;
  useEffect(() => {
    let timer = 0;
    let last = 0;
    let waits = false;
    const go = () => {
      timer = 0;
      waits = document.visibilityState !== "visible";
      if (waits) return;
      last = Date.now();
      void run.current();
    };
    const hear = (/** @type {string} */ which, /** @type {string} */ thing) => {
      if ((which && which !== topic) || (which && of && thing !== of)) return;
      if (!timer) timer = window.setTimeout(go, Math.max(SOON_MS, last + gap - Date.now()));
    };
    const seen = () => waits && go();
    listeners.add(hear);
    document.addEventListener("visibilitychange", seen);
    return () => {
      listeners.delete(hear);
      document.removeEventListener("visibilitychange", seen);
      clearTimeout(timer);
    };
  }, [topic, of, gap]);
}

/** Which page is shown. Its address is the browser's, so that links, reload and back work. */

import { useRef } from "preact/hooks";
import { signal } from "@preact/signals";

const here = () => ({ path: location.pathname, query: location.search });

/** Where we are: path, and query with its question mark. */
export const place = signal(here());

addEventListener("popstate", () => (place.value = here()));

/** Show another page of ours. replace: this step is none that one goes back to. */
export function go(/** @type {string} */ address, replace = false) {
  if (address === location.pathname + location.search) return;
  history[replace ? "replaceState" : "pushState"](null, "", address);
  place.value = here();
}

/** The query of a page, without its question mark; as it was last while the next page is loaded. */
export function useQuery(/** @type {string} */ path) {
  const last = useRef("");
  if (place.value.path === path) last.current = place.value.query.slice(1);
  return last.current;
}

/** A link of ours was followed: the page changes and the call stays. */
function follow(/** @type {MouseEvent} */ event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button) return;
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  const address = link?.getAttribute("href") ?? "";
  if (!address.startsWith("/") || link?.hasAttribute("target") || link?.hasAttribute("download")) return;
  event.preventDefault();
  go(address);
}

/** From now on links change the page without a new document. */
export const begin = () => addEventListener("click", follow);

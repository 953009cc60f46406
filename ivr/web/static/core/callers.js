/** Who calls, as far as this desk knows: what a record is called, and whom the agent has picked. */

import { signal } from "@preact/signals";
import { pops } from "./store.js";

/** Call -> {ref, name}: whom the agent says it is. ref: number or public id of our own customer. */
export const picked = signal(/** @type {Record<string, {ref: string, name: string}>} */ ({}));

/** What to call a record: by its fields, else by its number. */
export function nameOf(/** @type {any} */ record) {
  const fields = record?.fields ?? {};
  const found = fields.name || fields.display || fields.title || fields.subject || record?.name;
  return found || [fields.first_name, fields.last_name].filter(Boolean).join(" ") || record?.id || "";
}

/** The agent has made sure: this is who calls. null takes it back. */
export function pick(/** @type {string} */ call, /** @type {{ref: string, name: string} | null} */ who) {
  const { [call]: _before, ...rest } = picked.value;
  picked.value = who ? { ...rest, [call]: who } : rest;
}

/**
 * Whose call it is: {ref, name, sure}, or null. sure: the agent has picked him, or the pop has
 * opened his record and not only suggested it.
 */
export function whoCalls(/** @type {string} */ call) {
  const chosen = picked.value[call];
  if (chosen) return { ...chosen, sure: true };
  const pop = pops.value.find((each) => each.call_id === call && each.customer);
  if (!pop) return null;
  const record = pop.match?.records?.[0] ?? pop.match?.suggest?.[0];
  const opened = pop.match?.action === "open";
  return { ref: pop.customer.number, name: nameOf(record) || pop.customer.number, sure: opened };
}

/** The number he calls from, "" if it is withheld or hidden. */
export function numberOf(/** @type {string} */ call) {
  const ani = pops.value.find((each) => each.call_id === call)?.ani ?? "";
  return /^\+[0-9]+$/.test(ani) ? ani : "";
}

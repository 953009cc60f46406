/** Words in the reader's language. A switch stays switched in this browser. */

import { signal } from "@preact/signals";

export const LANGUAGES = { tr: "Türkçe", en: "English" };
const KEPT = "ivr.language";
const root = document.documentElement;

export const language = signal(root.lang in LANGUAGES ? root.lang : "en");
const catalog = signal(/** @type {Record<string, string>} */ ({}));

let parts = [""]; // folders of catalogs that are loaded together
let newest = 0; // of all loads: an earlier one that comes late has fewer parts, or another language

/**
 * Load the words. `preferred`: the language of the person, where this browser has no own choice.
 * @param {string} preferred @param {string[]} more catalogs beside the common one
 */
export async function begin(preferred = "", more = []) {
  parts = ["", ...more.map((name) => `${name}/`)];
  await choose(kept() || preferred || language.value, false);
}

/** Load one more catalog, for a page that few people open. */
export async function add(/** @type {string} */ name) {
  if (parts.includes(`${name}/`)) return;
  parts.push(`${name}/`);
  await choose(language.value, false);
}

/** Show everything in another language from now on. */
export async function choose(/** @type {string} */ wanted, keep = true) {
  const name = wanted in LANGUAGES ? wanted : language.value;
  const mine = (newest += 1);
  const found = await Promise.all(parts.map((part) => fetch(`${root.dataset.static}i18n/${part}${name}.json`)));
  const words = await Promise.all(found.map((each) => each.json()));
  if (mine !== newest) return;
  catalog.value = Object.assign({}, ...words);
  language.value = name;
  root.lang = name;
  if (keep) localStorage.setItem(KEPT, name);
}

function kept() {
  const found = localStorage.getItem(KEPT) ?? "";
  return found in LANGUAGES ? found : "";
}

/** Whether there are words for this key. */
export const has = (/** @type {string} */ key) => key in catalog.value;

/** The words of a key with `{name}` filled in; the key itself where words are missing. */
export function t(/** @type {string} */ key, /** @type {Record<string, unknown>} */ given = {}) {
  const words = catalog.value[key] ?? key;
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in given ? String(given[name]) : whole));
}

/** The same, in the plural that the language has for `n`: keys `x.one`, `x.other`. */
export function tn(/** @type {string} */ key, /** @type {number} */ n, given = {}) {
  const form = new Intl.PluralRules(language.value).select(n);
  return t(has(`${key}.${form}`) ? `${key}.${form}` : `${key}.other`, { n, ...given });
}

/** What people call things of the configuration: group -> name -> language -> title. */
export const titles = signal(/** @type {Record<string, Record<string, Record<string, string>>>} */ ({}));

/** The words of `group.name`, its title in the configuration, or the plain name. */
export function named(/** @type {string} */ group, /** @type {string | null | undefined} */ name) {
  if (!name) return "";
  const title = called(titles.value[group]?.[name]);
  if (title && title !== name) return title;
  return has(`${group}.${name}`) ? t(`${group}.${name}`) : name.replaceAll("_", " ");
}

/** The label for this reader, out of labels by language. */
export const called = (/** @type {Record<string, string> | null | undefined} */ labels) =>
  labels?.[language.value] ?? labels?.en ?? Object.values(labels ?? {})[0] ?? "";

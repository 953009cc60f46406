/** What tickets can be about and how they can stand, as the catalogue of the server has it. */

import { computed, signal } from "@preact/signals";
import { called, t } from "./i18n.js";
import { read } from "./http.js";
import { agents, me } from "./store.js";

export const KINDS = ["complaint", "request", "question", "suggestion", "fault", "task", "callback"];
export const PRIORITIES = ["urgent", "high", "normal", "low"];
export const SEVERITIES = ["critical", "major", "minor"];
export const MEDIA = ["voice", "sms", "email", "web", "chat", "social", "letter", "in_person", "fax"];
/** Why somebody had to complain (tickets.md 6.2). */
export const CAUSES = [
  "procedure_error", "production_error", "design", "defect", "marketing_expectation", "warranty_terms",
  "service_policy", "not_repairable", "own_error", "lack_of_knowledge", "wrong_expectation", "disloyal",
];

export const categories = signal(/** @type {any[]} */ ([]));
export const statuses = signal(/** @type {any[]} */ ([]));
let asked = /** @type {Promise<void> | null} */ (null);

/** Read both, once; a failure is forgotten so that the next page tries again. */
export function learnCatalogue() {
  asked ??= Promise.all([read("/categories"), read("/statuses")]).then(
    ([subjects, states]) => {
      categories.value = subjects.items;
      statuses.value = states.items;
    },
    (problem) => {
      asked = null;
      throw problem;
    },
  );
  return asked;
}

const byPath = computed(() => new Map(categories.value.flatMap((each) => [[each.path, each], [each.code, each]])));

/** A category by path or code. */
export const categoryOf = (/** @type {string} */ name) => byPath.value.get(name);

/** "Cards › Lost card". */
export function categoryName(/** @type {string} */ path) {
  if (!path) return "";
  const found = categoryOf(path);
  if (!found) return path;
  return [categoryName(found.parent), called(found.labels) || found.path].filter(Boolean).join(" › ");
}

/** What a status is called. */
export function statusName(/** @type {string} */ code) {
  const found = statuses.value.find((each) => each.code === code);
  return (found && called(found.labels)) || code.replaceAll("_", " ");
}

/** The type of a status, which says what may be done. */
export const typeOf = (/** @type {string} */ code) => statuses.value.find((each) => each.code === code)?.type ?? code;

/** Teams that tickets can lie with. */
export const teams = computed(() => {
  const found = new Set([...(me.value?.teams ?? []), ...categories.value.map((each) => each.team)]);
  for (const agent of Object.values(agents.value)) for (const team of agent.teams ?? []) found.add(team);
  found.delete("");
  return [...found].sort();
});

/** A team as one reads it. */
export const teamName = (/** @type {string} */ name) => called(categories.value.find((each) => each.team === name)?.team_labels) || name.replaceAll("_", " ");

/** What a value of the form of a category is called. */
export const fieldName = (/** @type {any} */ category, /** @type {string} */ name) => called(category?.form_labels[name]) || name.replaceAll("_", " ");

/** People whom a ticket can be given to, as far as this page knows them: name and what to call them. */
export const people = computed(() => {
  const mine = me.value;
  const others = Object.values(agents.value).map((each) => [each.agent, each.display || each.agent]);
  return [[mine?.person, mine?.display || mine?.person], ...others.filter(([name]) => name !== mine?.person)];
});

/** What to call somebody of ours. */
export function personName(/** @type {string} */ name) {
  return people.value.find(([known]) => known === name)?.[1] ?? name;
}

/** Who is in charge, in words: a person, or the pool of a team. */
export const ownerName = (/** @type {any} */ ticket) =>
  ticket.assignee ? personName(ticket.assignee) : t("ticket.pool", { team: teamName(ticket.team) || "–" });

"""From the files of the flow folder to the catalogue, with every mistake at its place.

Pure: takes bytes, raises nothing for what stands in a file. The codes are those of the flow files
(F001 to F008 of the reader, F101 to F106 of shapes, F30x of conditions, F50x of texts) and F920 to
F928 of its own. A warning is silenced by `# ok F928: reason` in its line.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from ivr.domain.problem import Position, Problem, Severity
from ivr.domain.scalars import nearest
from ivr.flow.load.findings import Findings, meant
from ivr.flow.load.places import sort_files
from ivr.flow.load.silencing import arranged, silenced
from ivr.flow.reader import read
from ivr.flow.reader_tree import Map, plain
from ivr.tickets.catalogue.answers import read_answers
from ivr.tickets.catalogue.categories import read_categories
from ivr.tickets.catalogue.lists import read_products, read_statuses, read_teams
from ivr.tickets.catalogue.model import EMPTY, Catalogue
from ivr.tickets.catalogue.policies import read_policies
from ivr.tickets.catalogue.reading import Reading, Surroundings
from ivr.tickets.catalogue.shapes import AnswerFileFields, CatalogueFields, PolicyFileFields

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ivr.flow.load.places import Folder
    from ivr.flow.reader_tree import Document

M = TypeVar("M", bound=BaseModel)
CATALOGUE, POLICIES, ANSWERS = "catalogue.yaml", "sla.yaml", "templates.yaml"
FILES = (CATALOGUE, POLICIES, ANSWERS)
HASH_LENGTH = 12


def read_catalogue(
    files: Mapping[str, bytes], around: Surroundings
) -> tuple[Catalogue | None, tuple[Problem, ...]]:
    """The catalogue, None if anything is an error, and all problems by place, at most 200.

    files: the whole flow folder; of it `tickets/*.yaml` and the names of the shared prompts count.
    """
    folder = sort_files(files)
    loading = _Loading(files, folder, replace(around, prompts=_prompts(files, folder)))
    catalogue = loading.catalogue()
    problems = arranged(silenced(loading.findings.problems, loading.documents))
    if any(problem.severity is Severity.ERROR for problem in problems):
        return None, problems
    return catalogue, problems


def disappeared(
    used: Iterable[str], catalogue: Catalogue, files: Iterable[str] = ()
) -> tuple[Problem, ...]:
    """F927 for each category that tickets have and the catalogue has no longer.

    used: codes of categories, as the store keeps them. files: paths of the flow folder, to say in
    which file it is missed; it is told at what stood above it, where that is still there.
    """
    codes = frozenset(each.code for each in catalogue.categories.values())
    file = sort_files(files).tickets.get(CATALOGUE, CATALOGUE)
    gone = [code for code in sorted({*used}) if code not in codes]
    return tuple(_gone(code, catalogue, Position(file)) for code in gone)


def _gone(code: str, catalogue: Catalogue, start: Position) -> Problem:
    above = code.rpartition(".")[0]
    while above and f"category {above}" not in catalogue.places:
        above = above.rpartition(".")[0]
    at = catalogue.places.get(f"category {above}", start)
    message = f'category "{code}" is gone, but tickets have it'
    return Problem("F927", Severity.ERROR, at, message, "keep it and set active: false")


class _Loading:
    """One reading of the files that are there."""

    def __init__(self, files: Mapping[str, bytes], folder: Folder, around: Surroundings) -> None:
        self._files = files
        self._folder = folder
        self._reading = Reading(around, Findings())
        self.documents: dict[str, Document] = {}

    @property
    def findings(self) -> Findings:
        """What was found so far."""
        return self._reading.findings

    def catalogue(self) -> Catalogue:
        """Everything that could be read."""
        self._check_names()
        reading = self._reading
        roots = {name: self._root(name) for name in FILES}
        main, written = self._lists(roots[CATALOGUE])
        words = {
            "team": (*reading.around.teams, *main.teams),
            "category": main.categories,
            "status": main.statuses,
            "product": [each.code for each in main.products.values()],
        }
        policies = self._shaped(PolicyFileFields, roots[POLICIES], POLICIES)
        answers = self._shaped(AnswerFileFields, roots[ANSWERS], ANSWERS)
        found = replace(
            main,
            policies=read_policies(reading, policies and policies.get("policies"), words),
            answers=read_answers(reading, answers and answers.get("templates"), main.categories),
            hash=_hash([each for each in roots.values() if each is not None]),
            places=reading.places,
        )
        if written is not None:
            found = replace(found, close_after_days=written.close_after, hours=written.hours)
        return found

    def _lists(self, root: Map | None) -> tuple[Catalogue, CatalogueFields | None]:
        """What stands in `catalogue.yaml`."""
        if root is None:
            return EMPTY, None
        reading = self._reading
        fields = reading.shaped(CatalogueFields, root, CATALOGUE)
        hours = root.get("hours")
        if fields is not None and fields.hours and hours is not None:
            reading.check(fields.hours, reading.around.calendars, "calendar", hours.at)
        teams = read_teams(reading, root.get("teams"))
        known = (*reading.around.teams, *teams)
        categories = read_categories(reading, root.get("categories"), known)
        forms = (each.form.fields.values() for each in categories.values())
        found = Catalogue(
            categories=categories,
            statuses=read_statuses(reading, root.get("statuses")),
            products=read_products(reading, root.get("products")),
            teams=teams,
            asked=frozenset(each.ask for form in forms for each in form if each.ask),
        )
        return found, fields

    def _shaped(self, model: type[M], root: Map | None, name: str) -> Map | None:
        """The same map, once its keys are checked."""
        if root is not None:
            self._reading.shaped(model, root, name)
        return root

    def _check_names(self) -> None:
        for name, path in self._folder.tickets.items():
            if name not in FILES:
                hint = meant(nearest(name, FILES))
                message = f'nobody reads "{name}"'
                self.findings.warning("F928", Position(path), message, hint)

    def _root(self, name: str) -> Map | None:
        path = self._folder.tickets.get(name)
        if path is None:
            return None
        document, problems = read(path, self._files[path], empty_ok=_never)
        self.findings.add(*problems)
        if document is None or document.root is None:
            return None
        self.documents[path] = document
        if isinstance(document.root, Map):
            return document.root
        self.findings.error("F103", document.root.at, f"{name} is a map of settings")
        return None


def _never(_key: str) -> bool:
    return False


def _prompts(files: Mapping[str, bytes], folder: Folder) -> Mapping[str, frozenset[str]] | None:
    """Shared prompt -> its languages; None if there are only tickets to look at.

    What is wrong with the file itself is for the flows to tell.
    """
    if not folder.shared_prompts:
        return {} if folder.flows else None
    document, _problems = read(folder.shared_prompts, files[folder.shared_prompts])
    root = document.root if document is not None else None
    if not isinstance(root, Map):
        return None
    return {
        each.key.value: frozenset(each.value.keys())
        for each in root.entries
        if isinstance(each.value, Map)
    }


def _hash(roots: list[Map]) -> str:
    """First 12 hex of the SHA-256 of what the files say; comments and layout count for nothing."""
    if not roots:
        return ""
    text = json.dumps([plain(root) for root in roots], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_LENGTH]

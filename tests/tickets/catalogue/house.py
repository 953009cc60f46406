"""A small house for tests of the catalogue: what stands around it, and its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.problem import Severity
from ivr.tickets.catalogue.loading import read_catalogue
from ivr.tickets.catalogue.reading import Surroundings

if TYPE_CHECKING:
    from ivr.domain.problem import Problem
    from ivr.tickets.catalogue.model import Catalogue

AROUND = Surroundings(
    languages=("tr", "en"),
    currency="TRY",
    teams=("billing", "card_desk"),
    queues=("cards", "general"),
    calendars=("branch",),
)
BOTH = "{tr: a, en: b}"
PROMPTS = "invoice_number: {tr: a, en: b}\nonly_tr: {tr: a}\n"
FLOW = b"flow: shop\n"
MARK = "§"


def files(
    catalogue: str = "", sla: str = "", templates: str = "", prompts: str = PROMPTS
) -> dict[str, bytes]:
    """The folder; files of the catalogue that say nothing are left out."""
    written = {"catalogue": catalogue, "sla": sla, "templates": templates}
    found = {f"flows/tickets/{name}.yaml": text.encode() for name, text in written.items() if text}
    return {**found, "flows/prompts.yaml": prompts.encode(), "flows/shop.yaml": FLOW}


def loaded(
    catalogue: str = "", sla: str = "", templates: str = "", around: Surroundings = AROUND
) -> Catalogue:
    """The catalogue of files without mistakes."""
    found, problems = read_catalogue(files(catalogue, sla, templates), around)
    assert [each for each in problems if each.code != "F929"] == []
    assert found is not None
    return found


def problems(
    catalogue: str = "", sla: str = "", templates: str = "", around: Surroundings = AROUND
) -> tuple[Problem, ...]:
    """What is wrong; the catalogue is there only without an error."""
    found, told = read_catalogue(files(catalogue, sla, templates), around)
    assert (found is None) is any(each.severity is Severity.ERROR for each in told)
    return told


def check(
    expected: str,
    catalogue: str = "",
    sla: str = "",
    templates: str = "",
    around: Surroundings = AROUND,
) -> None:
    """Exactly one problem, `CODE severity message; hint`, at the mark § in one of the files."""
    texts = [catalogue, sla, templates]
    marked = next(text for text in texts if MARK in text)
    before = marked[: marked.index(MARK)]
    line, column = before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1
    catalogue, sla, templates = (text.replace(MARK, "") for text in texts)
    found = problems(catalogue, sla, templates, around)
    name = ("catalogue", "sla", "templates")[texts.index(marked)]
    place = f"flows/tickets/{name}.yaml:{line}:{column}"
    assert [str(each) for each in found] == [f"{place} {expected}"]

"""Files of a small house that say what its tickets can be about, and who changes them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ivr.runtime.definitions.files import Definitions
from ivr.runtime.flows.library import Judges, Library
from ivr.runtime.memory.store import MemoryShelf
from ivr.tickets.catalogue.loading import read_catalogue
from ivr.tickets.catalogue.reading import Surroundings
from tests.fakes.house import desk_book

if TYPE_CHECKING:
    from collections.abc import Collection

    from ivr.runtime.ports import Shelf

NOWHERE = Path("no-flows-here")
AROUND = Surroundings(teams=("billing", "cards"), calendars=("branch",))
CATALOGUE = """# what customers call about
hours: branch
categories:
  card:
    label: {tr: Kart, en: Card}  # the plastic one
    team: cards
    children:
      lost: {label: {tr: Kayıp, en: Lost}}
"""
PROMISES = """policies:
  standard:
    hours: branch
    targets: {first_response: 4h, resolution: 40h}
"""


def write(folder: Path) -> Path:
    """The files below a folder of flows."""
    (folder / "tickets").mkdir(parents=True, exist_ok=True)
    (folder / "tickets" / "catalogue.yaml").write_text(CATALOGUE, encoding="utf-8")
    (folder / "tickets" / "sla.yaml").write_text(PROMISES, encoding="utf-8")
    return folder


def definitions_in(
    folder: Path = NOWHERE, shelf: Shelf | None = None, used: Collection[str] = ()
) -> Definitions:
    """Those files, in force in a library. used: categories that tickets have."""

    async def of_tickets() -> Collection[str]:
        return used

    judges = Judges(
        check=lambda _files: (desk_book(), ()),
        lacks=lambda _book: (),
        load=lambda _files: (desk_book(), ()),
        catalogue=lambda files: read_catalogue(files, AROUND),
        used=of_tickets,
    )
    kept = shelf or MemoryShelf()
    return Definitions(folder, Library(desk_book(), kept, judges), kept)

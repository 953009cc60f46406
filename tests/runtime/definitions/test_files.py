"""A file is changed whole, over the version it was made from, and only without mistakes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotFoundError, StaleVersionError, StoreError
from tests.fakes.definitions import CATALOGUE, definitions_in, write

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.runtime.definitions.files import Definitions

NAME = "catalogue.yaml"
OTHER = CATALOGUE.replace("en: Card}", "en: Bank card}")
BROKEN = CATALOGUE.replace("team: cards", "team: card")


@pytest.fixture
def house(tmp_path: Path) -> Definitions:
    return definitions_in(write(tmp_path / "flows"))


async def never(_version: str) -> None:
    raise AssertionError("nothing is to be noted")


async def quietly(_version: str) -> None:
    """Noted."""


def on_disk(house: Definitions) -> str:
    return (house.folder / "tickets" / NAME).read_text(encoding="utf-8")


async def test_every_file_has_its_text_and_version(house: Definitions) -> None:
    every = {each.name: each for each in await house.all()}
    assert list(every) == [NAME, "sla.yaml", "templates.yaml"]
    assert every[NAME].text == CATALOGUE
    assert every["templates.yaml"].text == ""
    assert len({each.version for each in every.values()}) == 3


async def test_a_check_tells_every_mistake_at_its_place_and_writes_nothing(
    house: Definitions,
) -> None:
    wrong = BROKEN.replace("hours: branch", "hours: brunch")
    found = [(each.code, each.at.line, each.at.column) for each in await house.check(NAME, wrong)]
    assert [line for _code, line, _column in found] == [2, 6]
    assert all(column > 1 for _code, _line, column in found)
    assert on_disk(house) == CATALOGUE


async def test_what_is_published_is_in_force_at_once_and_the_old_text_is_kept(
    house: Definitions,
) -> None:
    before = await house.get(NAME)
    noted: list[str] = []

    async def note(version: str) -> None:
        assert on_disk(house) == CATALOGUE
        noted.append(version)

    now, problems = await house.publish(NAME, OTHER, before.version, note)
    assert list(problems) == []
    assert (on_disk(house), now.text, noted) == (OTHER, OTHER, [now.version])
    found = house.library.catalogue.category("card")
    assert found is not None
    assert found.labels["en"] == "Bank card"
    assert await house.kept(NAME, before.version) == CATALOGUE
    assert await house.kept(NAME, now.version) == OTHER
    assert [each.name for each in (house.folder / "tickets").iterdir() if each.name[0] == "."] == []


async def test_a_mistake_changes_nothing(house: Definitions) -> None:
    before = await house.get(NAME)
    now, problems = await house.publish(NAME, BROKEN, before.version, never)
    assert [each.at.line for each in problems] == [6]
    assert (now, on_disk(house)) == (before, CATALOGUE)


async def test_a_category_that_tickets_have_cannot_disappear(tmp_path: Path) -> None:
    house = definitions_in(write(tmp_path / "flows"), used=["card.lost"])
    without = CATALOGUE.replace("    children:\n      lost: {label: {tr: Kayıp, en: Lost}}\n", "")
    before = await house.get(NAME)
    now, problems = await house.publish(NAME, without, before.version, never)
    assert [each.code for each in problems] == ["F927"]
    assert now == before


async def test_who_made_his_change_from_an_older_text_is_told(house: Definitions) -> None:
    before = await house.get(NAME)
    both = [house.publish(NAME, text, before.version, quietly) for text in (OTHER, OTHER + "\n")]
    found = await asyncio.gather(*both, return_exceptions=True)
    assert sum(isinstance(each, StaleVersionError) for each in found) == 1


async def test_what_cannot_be_written_down_does_not_happen(house: Definitions) -> None:
    async def fails(_version: str) -> None:
        raise StoreError("away", retryable=True)

    before = await house.get(NAME)
    with pytest.raises(StoreError):
        await house.publish(NAME, OTHER, before.version, fails)
    assert on_disk(house) == CATALOGUE


async def test_what_turns_out_wrong_in_the_end_is_put_back(house: Definitions) -> None:
    """Somebody breaks another file between the check and the publishing."""
    before = await house.get(NAME)

    async def breaks(_version: str) -> None:
        (house.folder / "tickets" / "sla.yaml").write_text("policies: 1\n")

    now, problems = await house.publish(NAME, OTHER, before.version, breaks)
    assert problems
    assert (now, on_disk(house)) == (before, CATALOGUE)
    assert house.library.catalogue.category("card") is None


async def test_the_rights_of_a_file_stay(house: Definitions) -> None:
    path = house.folder / "tickets" / NAME
    path.chmod(0o640)
    await house.publish(NAME, OTHER, (await house.get(NAME)).version, quietly)
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("name", ["config.yaml", "../../config.yaml", "bank.yaml"])
async def test_there_are_no_other_files(house: Definitions, name: str) -> None:
    for wanted in (house.get(name), house.check(name, ""), house.kept(name, "0" * 40)):
        with pytest.raises(NotFoundError):
            await wanted
    with pytest.raises(NotFoundError):
        await house.kept(NAME, "0" * 40)

"""The flows of the running server are swapped as a whole when they check clean, else left alone."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from prometheus_client.registry import REGISTRY

from ivr.domain.errors import ReplayError, StoreError
from ivr.domain.problem import Position, Problem, Severity
from ivr.engine.checking import check_flows
from ivr.engine.load import load_book
from ivr.runtime.flows.library import Judges, Library, read_folder
from ivr.runtime.memory.store import MemoryShelf
from ivr.runtime.recovery import take_over
from ivr.tickets.catalogue.loading import read_catalogue
from ivr.tickets.catalogue.model import EMPTY
from ivr.tickets.catalogue.reading import Surroundings
from tests.fakes.house import FLOW, PROMPTS, House, desk_book, desk_files, desk_world, keyed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ivr.engine.book import Book

NEW = FLOW.replace("secret: true", "secret: true\n      nomatch: [pin_prompt]")
BROKEN = FLOW.replace("giveup: bye", "giveup: nowhere", 1)
WAV = b"RIFF" + b"\0" * 40
TICKETS = "flows/tickets/catalogue.yaml"
CARDS = b"categories: {cards: {label: {tr: Kart, en: Card}}}"


class CountingShelf(MemoryShelf):
    """A shelf that can be away."""

    away = False

    async def save(self, flow_hash: str, flow: str, files: Mapping[str, bytes]) -> None:
        if self.away:
            raise StoreError("away", retryable=True)
        await super().save(flow_hash, flow, files)


def checked(files: Mapping[str, bytes]) -> tuple[Book | None, Sequence[Problem]]:
    return check_flows(files, desk_world())


JUDGES = Judges(
    check=checked, lacks=lambda _book: (), load=lambda files: load_book(files, desk_world())
)


WITH_TICKETS = replace(JUDGES, catalogue=lambda files: read_catalogue(files, Surroundings()))


@pytest.fixture
def shelf() -> CountingShelf:
    return CountingShelf()


@pytest.fixture
def library(shelf: CountingShelf) -> Library:
    return Library(desk_book(), shelf, JUDGES)


def reloads(result: str) -> float:
    return REGISTRY.get_sample_value("ivr_flow_reloads_total", {"result": result}) or 0.0


async def test_a_good_edit_is_live_and_the_old_version_stays(library: Library) -> None:
    old, before = library.current().live["desk"], reloads("done")
    problems = await library.publish(desk_files(NEW))
    assert [p for p in problems if p.severity == "error"] == []
    new = library.current().live["desk"]
    assert new != old
    assert {old, new} <= set(library.current().bundles)
    assert reloads("done") == before + 1


async def test_a_broken_edit_changes_nothing_and_says_why(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    book, before = library.current(), reloads("refused")
    problems = await library.publish(desk_files(BROKEN))
    assert library.current() is book
    assert any(p.code == "F201" for p in problems)
    told = [record for record in caplog.records if record.getMessage() == "flow_problem"]
    assert "nowhere" in told[0].__dict__["facts"]["problem"]
    assert reloads("refused") == before + 1


@pytest.mark.parametrize("files", [{}, {"flows/desk.yaml": b"\x00"}, {"flows/prompts.yaml": b""}])
async def test_an_emptied_or_damaged_folder_changes_nothing(
    shelf: CountingShelf, files: dict[str, bytes]
) -> None:
    wrong = Problem("C120", Severity.ERROR, Position("config.yaml"), "no flow answers")
    library = Library(
        desk_book(), shelf, replace(JUDGES, lacks=lambda book: [] if book.live else [wrong])
    )
    book = library.current()
    await library.publish(files)
    assert library.current() is book


async def test_a_version_is_on_the_shelf_before_a_call_can_have_it(
    library: Library, shelf: CountingShelf
) -> None:
    shelf.away = True
    book = library.current()
    with pytest.raises(StoreError):
        await library.publish(desk_files(NEW))
    assert library.current() is book
    shelf.away = False
    await library.publish(desk_files(NEW))
    assert await shelf.get(library.current().live["desk"]) is not None


async def test_every_live_version_is_kept_at_the_start(
    library: Library, shelf: CountingShelf
) -> None:
    await library.keep()
    files = await shelf.get(library.current().live["desk"])
    assert files is not None
    assert files["flows/desk.yaml"] == FLOW.encode()


async def test_a_dead_version_is_fetched_from_the_shelf(shelf: CountingShelf) -> None:
    first = Library(desk_book(), shelf, JUDGES)
    await first.keep()
    old = first.current().live["desk"]
    later = Library(desk_book(NEW), shelf, JUDGES)
    live = later.current().live
    await later.pin(old)
    assert old in later.current().bundles
    assert later.current().live == live
    await later.pin(old)


async def test_a_version_that_nobody_kept_cannot_be_pinned(library: Library) -> None:
    with pytest.raises(ReplayError, match="not on the shelf"):
        await library.pin("0123456789ab")


async def test_a_kept_version_that_no_longer_loads_is_told(shelf: CountingShelf) -> None:
    await shelf.save("0123456789ab", "desk", desk_files(BROKEN))
    library = Library(desk_book(), shelf, JUDGES)
    with pytest.raises(ReplayError, match="no longer loads"):
        await library.pin("0123456789ab")


async def test_live_calls_keep_their_version_and_new_calls_get_the_new_one(
    library: Library,
) -> None:
    house = House()
    object.__setattr__(house.switch.ports, "books", library)
    await house.open()
    old = await house.ring("old")
    await library.publish(desk_files(NEW))
    new = await house.ring("new")
    await house.switch.deliver(old.id, keyed(old, "2"))
    assert old.known.flow_hash != new.known.flow_hash
    assert old.known.path[-1].endswith("secret")
    assert (await house.row(new.id)).flow_hash == library.current().live["desk"]
    await house.close()


def test_a_folder_is_read_with_its_sub_folders_under_its_own_paths(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yml", "deep/er/c.yaml", "prompts/tr/x.wav", "notes.txt", "d.yaml~"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    (tmp_path / "folder.yaml").mkdir()
    base = tmp_path.as_posix()
    names = ["a.yaml", "b.yml", "deep/er/c.yaml", "prompts/tr/x.wav"]
    assert read_folder(tmp_path) == {f"{base}/{name}": name.encode() for name in names}


async def test_a_recording_is_found_by_its_content_in_every_version(
    library: Library, shelf: CountingShelf
) -> None:
    book = library.current()
    (flow_hash,) = book.bundles
    bundle = book.bundles[flow_hash]
    sources = {**bundle.sources, "flows/prompts/tr/hello.wav": WAV}
    made = Library(
        replace(book, bundles={flow_hash: replace(bundle, sources=sources)}),
        shelf,
        JUDGES,
    )
    digest = sha256(WAV).hexdigest()
    assert made.audio(digest) == WAV
    assert made.audio(sha256(PROMPTS.encode()).hexdigest()) is None
    await made.publish(desk_files(NEW))
    assert made.audio(digest) == WAV


async def test_an_old_version_need_not_pass_checks_that_came_later(shelf: CountingShelf) -> None:
    first = Library(desk_book(), shelf, JUDGES)
    await first.keep()
    strict = replace(JUDGES, check=lambda _files: (None, ()))
    later = Library(desk_book(NEW), shelf, strict)
    await later.pin(first.current().live["desk"])
    assert len(later.current().bundles) == 2


async def test_a_restart_finds_the_old_version_of_a_live_call_on_the_shelf() -> None:
    house = House()
    await house.open()
    first = Library(house.book, house.store.shelf, JUDGES)
    await first.keep()
    call = await house.ring()
    await house.tasks.close()
    house.start()
    later = Library(desk_book(NEW), house.store.shelf, JUDGES)
    object.__setattr__(house.switch.ports, "books", later)
    await take_over(house.switch)
    again = house.switch.calls[call.id]
    assert again.known.flow_hash == first.current().live["desk"]
    await house.press(again, "2")
    assert again.known.path[-1].endswith("secret")
    await house.close()


async def test_the_catalogue_of_tickets_is_swapped_with_the_flows(shelf: CountingShelf) -> None:
    library = Library(desk_book(), shelf, WITH_TICKETS)
    assert library.catalogue is EMPTY
    await library.publish({**desk_files(), TICKETS: CARDS})
    assert list(library.catalogue.categories) == ["cards"]


async def test_a_mistake_in_tickets_or_flows_keeps_the_last_good_version_of_both(
    shelf: CountingShelf,
) -> None:
    library = Library(desk_book(), shelf, WITH_TICKETS)
    await library.publish({**desk_files(), TICKETS: CARDS})
    book, catalogue = library.current(), library.catalogue
    problems = await library.publish(
        {**desk_files(NEW), TICKETS: CARDS.replace(b", en: Card", b"")}
    )
    assert [problem.code for problem in problems if problem.severity == "error"] == ["F922"]
    await library.publish({**desk_files(BROKEN), TICKETS: CARDS.replace(b"cards", b"loans")})
    assert library.current() is book
    assert library.catalogue is catalogue


async def test_a_category_that_tickets_have_cannot_be_taken_out(shelf: CountingShelf) -> None:
    async def used() -> list[str]:
        return ["cards"]

    library = Library(desk_book(), shelf, replace(WITH_TICKETS, used=used))
    await library.publish({**desk_files(), TICKETS: CARDS})
    catalogue = library.catalogue
    problems = await library.publish({**desk_files(), TICKETS: CARDS.replace(b"cards", b"loans")})
    assert [problem.code for problem in problems if problem.severity == "error"] == ["F927"]
    assert library.catalogue is catalogue


async def test_flows_that_do_not_fit_the_catalogue_are_refused_with_it(
    shelf: CountingShelf,
) -> None:
    wrong = Problem("F920", Severity.ERROR, Position("flows/desk.yaml"), "no category")
    library = Library(desk_book(), shelf, replace(WITH_TICKETS, fits=lambda _b, _c: [wrong]))
    assert wrong in await library.publish({**desk_files(), TICKETS: CARDS})
    assert library.catalogue is EMPTY

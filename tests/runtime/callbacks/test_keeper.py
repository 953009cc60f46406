"""Promises made at a desk; those of callers are told in tests/calls/test_callbacks.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import IllegalTransitionError, NotFoundError, NotValidError
from ivr.runtime.callbacks.promised import Booking
from tests.fakes.call_centre import CallCentre, Telephone

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ivr.runtime.callbacks.keeper import Keeper

NUMBER = "+905321112233"


@pytest.fixture
async def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CallCentre]:
    monkeypatch.chdir(tmp_path)
    made = await CallCentre.open(tmp_path)
    yield made
    await made.close()


def keeper(centre: CallCentre) -> Keeper:
    found = centre.served.server.keeper
    assert found is not None
    return found


def wish(
    centre: CallCentre, number: str = NUMBER, queue: str = "general", trunk: str = ""
) -> Booking:
    return Booking(number, queue, trunk, keeper(centre).now_ns(), by="sule")


async def test_a_desk_need_not_say_how_we_call(centre: CallCentre) -> None:
    row, again = await keeper(centre).book(wish(centre))
    assert (row.trunk, row.dnis, again) == ("browser", "+908502220000", False)
    same, again = await keeper(centre).book(wish(centre))
    assert (same.promise.token, again) == (row.promise.token, True)
    assert (await keeper(centre).get(row.promise.token)) is not None


@pytest.mark.parametrize("number", ["+909001234567", "+4915112345678", "+90"])
async def test_dear_numbers_and_those_abroad_are_not_called(
    centre: CallCentre, number: str
) -> None:
    with pytest.raises(NotValidError, match="ordinary numbers"):
        await keeper(centre).book(wish(centre, number))


async def test_a_queue_or_trunk_that_cannot_call_makes_no_promise(centre: CallCentre) -> None:
    with pytest.raises(NotFoundError, match="nowhere"):
        await keeper(centre).book(wish(centre, queue="nowhere"))
    with pytest.raises(NotValidError, match="pager"):
        await keeper(centre).book(wish(centre, trunk="pager"))


async def test_a_promise_that_is_given_up_stops_the_ringing(centre: CallCentre) -> None:
    await centre.works("ayse")
    phone = Telephone(NUMBER, centre.trunk).plug_in()
    row, _again = await keeper(centre).book(wish(centre))
    await centre.clock.advance(1)
    assert phone.rings
    over = await keeper(centre).cancel(row.promise.token, "by sule")
    await centre.clock.advance(1)
    assert (over.promise.state, phone.rings) == ("cancelled", False)
    with pytest.raises(IllegalTransitionError, match="cancelled"):
        await keeper(centre).cancel(row.promise.token, "by sule")
    with pytest.raises(NotFoundError):
        await keeper(centre).cancel("p-9", "by sule")


async def test_what_was_promised_can_be_listed(centre: CallCentre) -> None:
    for number in ("+905321112233", "+905321112234"):
        await keeper(centre).book(wish(centre, number))
    found = await keeper(centre).recent(10)
    assert [row.promise.number for row in found] == ["+905321112234", "+905321112233"]


async def test_what_is_still_to_be_kept_is_listed_and_shown_with_its_age_on_the_board(
    centre: CallCentre,
) -> None:
    first, _again = await keeper(centre).book(wish(centre))
    await centre.clock.advance(30)
    await keeper(centre).book(wish(centre, "+905321112234"))
    await keeper(centre).book(wish(centre, "+905321112235", queue="cards"))
    assert [row.promise.number for row in keeper(centre).open("general")] == [
        *(NUMBER, "+905321112234"),
    ]
    assert board(centre) == (2, 30)
    await keeper(centre).cancel(first.promise.token, "by sule")
    await centre.clock.advance(5)
    assert board(centre) == (1, 5)


def board(centre: CallCentre) -> tuple[int, int]:
    [row] = [row for row in centre.floor.queues() if row["queue"] == "general"]
    return row["promised"], row["promised_oldest_s"]

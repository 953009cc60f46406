"""Who is due is called, one after the other; what cannot be said any more is asked otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.called_house import ALL, BOTH, CalledHouse, put_down

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CalledHouse]:
    monkeypatch.chdir(tmp_path)
    made = await CalledHouse.open(put_down(tmp_path, "[voice, sms]", ", at_once: 1"))
    yield made
    await made.close()


async def test_whose_wording_is_gone_is_asked_by_the_next_medium(house: CalledHouse) -> None:
    first = await house.person(media=BOTH)
    others = [await house.person(f"+9053200000{n:02}", media=BOTH) for n in range(2)]
    await house.wave()
    them = sorted((first, *others), key=lambda each: not each.rings)
    assert [each.rings for each in them] == [True, False, False]
    await house.set("survey_wave", 1, flow_hash="gone")
    await house.answered(them[0], ALL)
    await house.later(12)
    assert await house.state(them[0]) == ("completed", "", "voice")
    assert [await house.state(each) for each in them[1:]] == [("sent", "", "sms")] * 2
    assert await house.calls() == ["answered"]


async def test_nobody_is_called_while_no_trunk_is_named_or_no_calls_are_taken(
    house: CalledHouse,
) -> None:
    live, phone = house.served.server.live, await house.person(media=BOTH)
    config = live.now
    live.now = config.model_copy(update={"survey_calls": None})
    await house.wave()
    assert await house.state(phone) == ("scheduled", "", "voice")
    live.now, house.served.server.switch.draining = config, True
    await house.later(3)
    assert (phone.rang, await house.calls()) == (0, [])
    house.served.server.switch.draining = False
    await house.later(3)
    assert phone.rings

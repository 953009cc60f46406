"""A leg that asks for nothing is moved by one door."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.fakes.twilio_floor import AYSE, CALLER
from tests.fakes.twilio_rest import Fault

if TYPE_CHECKING:
    from tests.fakes.twilio_floor import Open


@pytest.mark.parametrize("fault", [Fault(status=500), Fault(status=400), Fault(lost=True)])
async def test_who_cannot_be_moved_is_served_in_his_loop(opened: Open, fault: Fault) -> None:
    centre = await opened("ayse")
    centre.rest.fails("move", *[fault] * 3)
    await centre.ring()
    await centre.run(30)
    assert centre.exchange.together() == [{CALLER, AYSE}]


async def test_a_caller_whom_no_move_gets_out_of_the_room_is_tried_again(opened: Open) -> None:
    centre = await opened("ayse")
    caller = await centre.ring()
    await centre.until_talking()
    centre.rest.fails("move", *[Fault(status=400)] * 2)
    await centre.exchange.hang_up(centre.exchange.agent(AYSE))
    await centre.run(12)
    assert "That was it." in caller.words


async def test_a_caller_who_is_gone_when_he_is_to_be_moved_has_ended(opened: Open) -> None:
    centre = await opened("ayse")
    await centre.ring()
    centre.rest.fails("move", Fault(status=400, code=21220))
    await centre.run(6)
    assert not centre.server.switch.calls
    assert centre.exchange.agent(AYSE).is_over


async def test_a_waiting_caller_hears_music_and_every_so_often_a_prompt(opened: Open) -> None:
    centre = await opened("ayse")
    await centre.at_lunch("ayse")
    caller = await centre.ring()
    await centre.run(45)
    assert caller.words[:2] == ["Hello.", "Please stay."]
    sounds = [sound for sound in caller.heard if sound.kind == "Play"]
    assert sounds
    assert all("/media/music/" in sound.text for sound in sounds)
    played = centre.trunk.jukebox.piece(sounds[0].text.rpartition("/")[2].removesuffix(".wav"))
    assert played is not None
    assert played[:4] == b"RIFF"
    gaps = [later.begin_ms - one.end_ms for one, later in pairwise(sounds)]
    assert max(gaps) <= 3000


async def test_a_key_leads_out_of_the_wait(opened: Open) -> None:
    centre = await opened("ayse")
    await centre.at_lunch("ayse")
    caller = await centre.ring()
    await centre.run(7)
    await caller.press("9")
    await centre.run(5)
    assert caller.words == ["Hello.", "The other way.", "Goodbye."]
    assert caller.is_over


async def test_a_restart_keeps_the_place_and_the_music(opened: Open) -> None:
    centre = await opened("ayse")
    await centre.at_lunch("ayse")
    caller = await centre.ring()
    await centre.run(8)
    before = centre.state.wait
    await centre.restart()
    await centre.run(8)
    assert before is not None
    assert centre.state.wait == before
    (waiting,) = centre.server.floor.waiting("help")
    assert waiting["call"] == centre.live.id
    assert caller.words == ["Hello."]
    await centre.run(30)
    assert caller.words[:2] == ["Hello.", "Please stay."]


@pytest.mark.parametrize("late_s", [0.0, 1.0, 2.5])
async def test_a_caller_comes_into_the_room_by_one_door_however_late(
    opened: Open, late_s: float
) -> None:
    centre = await opened("ayse")
    centre.rest.fails("move", Fault(late_s=late_s))
    caller = await centre.ring()
    await centre.run(12)
    assert centre.exchange.together() == [{CALLER, AYSE}]
    assert sum(b"<Conference" in document for document in caller.documents) == 1


async def test_a_move_without_effect_leaves_the_caller_to_his_loop(opened: Open) -> None:
    centre = await opened("ayse")
    centre.rest.fails("move", Fault(status=200))
    caller = await centre.ring()
    await centre.run(30)
    assert centre.exchange.together() == [{CALLER, AYSE}]
    assert sum(b"<Conference" in document for document in caller.documents) == 1

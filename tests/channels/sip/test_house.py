"""What trunks share: ports for sound, ringing, music, the end of a worker, of the server."""

from __future__ import annotations

import asyncio
import json

import pytest

from ivr.channels.sip.sound.box import Closed, WorkerLost
from ivr.channels.sip.upkeep.messages import _Underway
from ivr.channels.sip.wire.orders import EndStored, HangUp
from ivr.channels.sip.works import Party
from ivr.domain.call import CallId, Turn
from ivr.domain.errors import MediaError
from ivr.domain.recording import LOST, MessageTaken
from ivr.media.leg.told import Counters
from ivr.runtime.memory.clock import settle
from tests.fakes.sip_rig import FLOW, US, Rig, record


def party(rig: Rig, name: str = "d1") -> Party:
    return Party(name, rig.house.new_line(), rig.works)


async def test_a_leg_gets_a_port_out_of_the_range_of_its_trunk(rig: Rig) -> None:
    bob = party(rig)
    await rig.house.open_line(bob)
    ports = rig.works.settings.rtp_ports
    assert bob.address == US
    assert ports.low <= bob.port <= ports.high


async def test_who_left_while_ports_were_opened_keeps_none(rig: Rig) -> None:
    bob = party(rig)
    bob.gone = True
    await rig.house.open_line(bob)
    assert rig.sound.opened == {}


async def test_a_message_whose_leg_closes_without_a_word_of_it_is_what_stands_in_the_spool(
    rig: Rig,
) -> None:
    told: list[MessageTaken] = []
    bob, messages = party(rig), rig.house.messages
    messages._underway[bob.line] = _Underway(CallId("c1"), Turn(7), "c1-7", told.append)
    rig.sound.say(Closed(bob.line, Counters()))
    await settle()
    assert told == [MessageTaken(turn=Turn(7), ended_by=LOST)]
    assert messages._underway == {}


async def test_numbers_and_names_are_used_once(rig: Rig) -> None:
    assert rig.house.new_line() != rig.house.new_line()
    assert rig.house.new_name() != rig.house.new_name()
    first = rig.house.new_session()
    assert rig.house.new_session() == first + 1
    assert first < 2**53


async def test_a_dialog_kept_for_after_a_crash_is_the_same_after_it(rig: Rig) -> None:
    kept = rig.house.way_back(record("d1"))
    assert json.loads(kept["dialog"])["call_id"] == "id-d1"
    rig.house.end_stored(rig.works, kept)
    (order,) = rig.ordered(EndStored)
    assert order.record == record("d1")
    rig.house.end_stored(rig.works, {})
    assert len(rig.ordered(EndStored)) == 1


async def test_a_goodbye_after_a_crash_leaves_by_the_sockets_there_are_now(rig: Rig) -> None:
    plain = json.loads(rig.house.way_back(record("d1"))["dialog"])
    plain["flow"] |= {"transport": "tls", "local": ["192.0.2.99", 4], "connection": 17}
    rig.house.end_stored(rig.works, {"dialog": json.dumps(plain)})
    flow = rig.ordered(EndStored)[0].record.flow
    assert (flow.local, flow.remote, flow.connection) == ((US, 5061), FLOW.remote, 0)


async def test_the_calls_of_a_dead_worker_end_and_the_others_go_on(rig: Rig) -> None:
    first, second = await rig.call(), await rig.call(user="second")
    assert first.caller is not None
    assert second.caller is not None
    lost = first.caller
    rig.sound.opened.pop(lost.line)
    rig.sound.say(WorkerLost(0, (lost.line, 999)))
    await settle()
    assert [each.call for each in rig.ordered(HangUp)] == ["in-caller"]
    assert list(rig.desk.switch.calls) == [second.id]
    assert (await rig.desk.row(first.id)).outcome == "system_lost"  # type: ignore[arg-type]


async def test_prompts_are_made_together_or_not_at_all(rig: Rig) -> None:
    talk = await rig.call()
    assert talk.id is not None
    prompt = rig.desk.switch.calls[talk.id].known.waiting()[0].prompts[0]  # type: ignore[attr-defined]
    rig.sounds.gate.set()
    await rig.house.make([prompt, prompt])
    rig.sounds.mute.add("hello")
    with pytest.raises(MediaError):
        await rig.house.make([prompt])


async def test_hold_music_that_cannot_be_made_is_left_out(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    assert rig.house.songs.own == ("/sounds/tune",)
    rig.house.songs.own = ()
    rig.sounds.broken = MediaError("no room on the disk")
    work = rig.desk.tasks.start(rig.house._prepare(), "again")
    async with asyncio.timeout(5.0):
        while "music_left_out" not in caplog.messages:
            await asyncio.to_thread(lambda: None)
    assert not work.done()
    assert rig.house.songs.own == ()


async def test_a_server_that_ends_says_goodbye_to_who_is_still_there(rig: Rig) -> None:
    await rig.call()
    rig.house.drain()
    await rig.house.close()
    await settle()
    assert [each.call for each in rig.ordered(HangUp)] == ["in-caller"]
    row = await rig.row()
    assert (row.outcome, row.cause) == ("system_lost", "system_lost")


async def test_a_server_that_ends_without_its_store_says_goodbye_all_the_same(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    await rig.call()
    rig.desk.store.away = 1
    await rig.house.close()
    assert [each.call for each in rig.ordered(HangUp)] == ["in-caller"]
    assert "sip_end_not_stored" in caplog.messages
    assert rig.sound.opened == {}

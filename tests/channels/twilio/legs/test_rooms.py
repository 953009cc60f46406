"""Who hears whom in a room: hold, mute, supervision, asking somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.twilio_floor import AYSE, BORA, CALLER
from tests.fakes.twilio_rest import Fault

if TYPE_CHECKING:
    from tests.fakes.twilio_floor import Open


async def test_hold_is_silence_for_both_and_music_for_the_caller(opened: Open) -> None:
    centre = await opened("ayse")
    caller = await centre.ring()
    await centre.until_talking()
    (room,) = centre.exchange.rooms.values()
    agent, call = centre.exchange.agent(AYSE), centre.live.id
    assert room.hears(agent.sid, caller.sid)
    await centre.server.floor.control(call, "hold", {}, "ayse")
    await centre.run(1)
    assert room.members[caller.sid].held
    held = next(form for kind, _p, form in centre.rest.asked if kind == "sit")
    form = (("AccountSid", centre.provider.account), ("CallSid", caller.sid))
    answer = await centre.provider.send(held["HoldUrl"], form)
    assert b"/media/music/" in answer.body
    await centre.server.floor.control(call, "resume", {}, "ayse")
    await centre.server.floor.control(call, "mute", {}, "ayse")
    await centre.run(1)
    assert room.hears(agent.sid, caller.sid)
    assert not room.hears(caller.sid, agent.sid)


async def test_a_supervisor_listens_and_whispers(opened: Open) -> None:
    centre = await opened("ayse", "bora")
    caller = await centre.ring()
    await centre.until_talking()
    (room,) = centre.exchange.rooms.values()
    call, agent = centre.live.id, centre.exchange.agent(AYSE)
    await centre.server.floor.control(call, "monitor", {"mode": "whisper"}, "bora")
    await centre.run(4)
    boss = centre.exchange.agent(BORA)
    assert room.hears(agent.sid, boss.sid)
    assert not room.hears(caller.sid, boss.sid)
    await centre.server.floor.control(call, "monitor", {"mode": "listen"}, "bora")
    await centre.run(1)
    assert not room.hears(agent.sid, boss.sid)
    assert room.hears(boss.sid, caller.sid)
    await centre.server.floor.control(call, "monitor", {"mode": "barge"}, "bora")
    await centre.run(1)
    assert room.hears(caller.sid, boss.sid)


async def test_an_agent_asks_another_one_and_hands_the_caller_over(opened: Open) -> None:
    centre = await opened("ayse", "bora")
    await centre.ring()
    await centre.until_talking()
    call = centre.live.id
    await centre.server.floor.control(call, "consult", {"to": "agent:bora"}, "ayse")
    await centre.run(5)
    assert sorted(map(sorted, centre.exchange.together())) == [[CALLER], [AYSE, BORA]]
    await centre.server.floor.control(call, "consult-complete", {}, "ayse")
    await centre.run(2)
    assert centre.exchange.together() == [{CALLER, BORA}]
    assert centre.exchange.agent(AYSE).is_over


async def test_what_is_announced_is_heard_in_the_room_before_the_supervisor_comes(
    opened: Open,
) -> None:
    join = "nobody: {join: [offline]}"
    centre = await opened("ayse", "bora", changes={join: f"{join}, monitor: {{notice: other}}"})
    caller = await centre.ring()
    await centre.until_talking()
    call, agent = centre.live.id, centre.exchange.agent(AYSE)
    await centre.server.floor.control(call, "monitor", {"mode": "listen"}, "bora")
    await centre.run(3.4)
    (room,) = centre.exchange.rooms.values()
    said = {sid: member.announced for sid, member in room.members.items()}
    assert said == {caller.sid: ["The other way."], agent.sid: ["The other way."]}
    assert len(room.members) == 2
    await centre.run(4)
    assert room.hears(centre.exchange.agent(BORA).sid, caller.sid)
    assert room.hears(caller.sid, agent.sid)


async def test_an_announcement_that_the_provider_does_not_take_is_made_again(
    opened: Open,
) -> None:
    join = "nobody: {join: [offline]}"
    centre = await opened("ayse", "bora", changes={join: f"{join}, monitor: {{notice: other}}"})
    await centre.ring()
    await centre.until_talking()
    centre.rest.fails("sit", Fault(status=500), Fault(status=500))
    await centre.server.floor.control(centre.live.id, "monitor", {"mode": "listen"}, "bora")
    await centre.run(8)
    (room,) = centre.exchange.rooms.values()
    told = [member.announced for member in room.members.values() if member.announced]
    assert told == [["The other way."]] * 2
    assert len(room.members) == 3

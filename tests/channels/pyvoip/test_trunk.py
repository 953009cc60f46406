"""The trunk without pyVoIP: what it makes of tidings and commands, on virtual time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ivr.channels.pyvoip.stage import SLOW, WAY_S
from ivr.channels.pyvoip.trunk import PyVoipTrunk
from ivr.channels.pyvoip.wire.messages import (
    Accept,
    Gone,
    HangUp,
    Key,
    Order,
    Play,
    Ringing,
    Stop,
)
from ivr.config.fields import Listen
from ivr.config.pyvoip import PyVoipTrunk as Settings
from ivr.config.secrets import Secret
from ivr.domain.call import CALLER, BridgeId, LegId, Turn
from ivr.domain.commands import Command, Dial, Join, Refer
from ivr.domain.errors import MediaError
from ivr.runtime.memory.clock import settle
from ivr.runtime.replies import ReplyKey
from ivr.runtime.speech.shelf import Sound
from tests.fakes.house import FLOW, NUMBER, House, desk_book

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ivr.domain.call import Prompt
    from ivr.runtime.live import LiveCall
    from ivr.runtime.ports import InteractionRow

SECONDS = 2.0
PATIENT = FLOW.replace("tries: 2", "tries: 5")


@dataclass
class FakePost:
    """Writes down every order."""

    orders: list[Order] = field(default_factory=list)

    def send(self, order: Order) -> None:
        """Write down."""
        self.orders.append(order)


@dataclass
class FakeSounds:
    """Every prompt lasts two seconds. lacking: those that must be made first; mute: that cannot."""

    lacking: set[str] = field(default_factory=set)
    mute: set[str] = field(default_factory=set)
    made: asyncio.Event = field(default_factory=asyncio.Event)

    def ready(self, prompt: Prompt) -> Sound | None:
        """The sound, if it is there."""
        absent = prompt.name in self.lacking | self.mute
        return None if absent else Sound(Path(f"/s/{prompt.name}"), round(SECONDS * 50))

    async def sound(self, prompt: Prompt) -> Sound:
        """The sound, once the test has made it."""
        if prompt.name in self.mute:
            raise MediaError("nobody can say it")
        await self.made.wait()
        self.lacking.discard(prompt.name)
        found = self.ready(prompt)
        assert found is not None
        return found


class Rig:
    """A house with the trunk `inside` and somebody at its other end."""

    def __init__(self) -> None:
        self.house = House(book=desk_book(PATIENT))
        settings = Settings(
            provider="pyvoip",
            server="192.0.2.1",
            user="7001",
            password=Secret("x"),
            number=NUMBER,
            listen=Listen("192.0.2.2:5062"),
        )
        self.trunk = PyVoipTrunk("inside", settings, self.house.switch, "TR")
        self.house.switch.trunks["inside"] = self.trunk
        self.post, self.sounds = FakePost(), FakeSounds()
        self.trunk.begin(self.post, self.sounds)  # type: ignore[arg-type]

    async def rings(self, number: int = 1, caller: str = "05321112233") -> None:
        """A call comes in."""
        self.trunk.heard(Ringing(number, f"ref-{number}", caller, "7001"))
        await settle()

    async def hears(self, tiding: Key | Gone) -> None:
        """The process tells something."""
        self.trunk.heard(tiding)
        await settle()

    async def told(self, *commands: Command) -> None:
        """The engine wants something of the only call."""
        await self.trunk.execute(self.call, commands)
        await settle()

    @property
    def call(self) -> LiveCall:
        """The only call."""
        [call] = self.house.switch.calls.values()
        return call

    async def row(self) -> InteractionRow:
        """The only interaction."""
        [row] = await self.house.store.interactions.recent()
        found = await self.house.store.interactions.get(row.public_id)
        assert found is not None
        return found


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    made = Rig()
    await made.house.open()
    yield made
    await made.house.close()


def play(name: str, call: int = 1) -> Play:
    """The order to play a prompt."""
    return Play(call, (f"/s/{name}.ulaw",))


async def test_a_call_is_answered_and_hears_the_menu(rig: Rig) -> None:
    await rig.rings()
    assert rig.post.orders == [Accept(1), play("main_menu")]
    row = await rig.row()
    assert (row.channel, row.trunk, row.dnis, row.ani) == (
        *("pyvoip", "inside", NUMBER),
        "+905321112233",
    )


@pytest.mark.parametrize("caller", ["", "anonymous", "1001", "Ali"])
async def test_who_has_no_number_has_none(rig: Rig, caller: str) -> None:
    await rig.rings(caller=caller)
    assert (await rig.row()).ani is None


async def test_a_key_stops_the_prompt_and_goes_to_the_menu(rig: Rig) -> None:
    await rig.rings()
    await rig.hears(Key(1, "2"))
    assert rig.post.orders[2:] == [Stop(1), play("pin_prompt")]
    for key in "9753":
        await rig.hears(Key(1, key))
    assert rig.post.orders[-1] == play("main_menu")


async def test_what_is_no_key_is_nothing(rig: Rig) -> None:
    await rig.rings()
    for key in ("", "12", "x"):
        await rig.hears(Key(1, key))
    await rig.hears(Key(9, "1"))
    assert rig.post.orders == [Accept(1), play("main_menu")]


async def test_silence_counts_from_the_end_of_the_sound_on_this_wire(rig: Rig) -> None:
    await rig.rings()
    length_s = SECONDS * SLOW + WAY_S
    await rig.house.clock.advance(length_s + 5.0 - 0.05)
    assert len(rig.post.orders) == 2
    await rig.house.clock.advance(0.1)
    assert rig.post.orders[2:] == [play("main_menu")]


async def test_the_end_of_a_flow_hangs_up(rig: Rig) -> None:
    await rig.rings()
    await rig.hears(Key(1, "3"))
    await rig.house.clock.advance(SECONDS * SLOW + WAY_S + 0.01)
    assert rig.post.orders[2:4] == [Stop(1), play("goodbye")]
    assert set(rig.post.orders[4:]) == {HangUp(1)}
    assert (await rig.row()).ended_by == "hangup"
    await rig.hears(Gone(1, "bye"))
    assert rig.trunk.live == ()


@pytest.mark.parametrize(
    ("why", "by", "cause"),
    [
        ("bye", "caller", "normal"),
        ("cancelled", "caller", "cancelled"),
        ("failed", "lost", "failed"),
    ],
)
async def test_the_far_end_may_go(rig: Rig, why: str, by: str, cause: str) -> None:
    await rig.rings()
    await rig.hears(Gone(1, why))
    row = await rig.row()
    assert (row.ended_by, row.cause) == (by, cause)
    assert HangUp(1) not in rig.post.orders


async def test_when_the_process_falls_its_calls_are_lost(rig: Rig) -> None:
    await rig.rings()
    rig.trunk.lost()
    await settle()
    row = await rig.row()
    assert (row.ended_by, row.cause, row.outcome) == ("lost", "system_lost", "system_lost")
    rig.post.orders.clear()
    await rig.rings()  # the PBX says it again: that call is over
    assert rig.post.orders == [HangUp(1)]


async def test_a_process_that_falls_while_a_call_is_being_opened_loses_it_too(rig: Rig) -> None:
    rig.trunk.heard(Ringing(1, "ref-1", "", "7001"))
    rig.trunk.lost()
    await settle()
    assert (await rig.row()).cause == "system_lost"
    assert rig.trunk.live == ()


async def test_sound_that_is_not_made_yet_is_waited_for(rig: Rig) -> None:
    rig.sounds.lacking.add("main_menu")
    await rig.rings()
    assert rig.post.orders == [Accept(1)]
    await rig.hears(Key(1, "2"))
    rig.sounds.made.set()
    await settle()
    assert play("pin_prompt") in rig.post.orders
    assert play("main_menu") not in rig.post.orders


async def test_a_caller_who_leaves_while_sound_is_made_ends_the_call(rig: Rig) -> None:
    rig.sounds.lacking.add("main_menu")
    await rig.rings()
    await rig.hears(Gone(1, "bye"))
    rig.sounds.made.set()
    await settle()
    assert (await rig.row()).ended_by == "caller"
    assert rig.post.orders == [Accept(1)]


async def test_what_nobody_can_say_leads_to_the_rescue(rig: Rig) -> None:
    rig.sounds.mute.add("main_menu")
    await rig.rings()
    assert rig.post.orders[0] == Accept(1)
    assert rig.post.orders[1] == Play(1, ("/s/sorry.ulaw", "/s/goodbye.ulaw"))


async def test_calls_are_refused_while_the_server_stops_or_no_flow_answers(rig: Rig) -> None:
    rig.house.switch.draining = True
    await rig.rings(1)
    rig.house.switch.draining = False
    rig.trunk.settings = rig.trunk.settings.model_copy(update={"number": "+902125550001"})
    await rig.rings(2)
    assert rig.post.orders == [HangUp(1), HangUp(2)]


async def test_a_call_that_cannot_be_stored_is_refused(rig: Rig) -> None:
    rig.house.store.away = 9
    await rig.rings()
    assert rig.post.orders == [HangUp(1)]
    assert rig.trunk.live == ()


async def test_what_this_trunk_cannot_do_fails_and_hangs_nobody(rig: Rig) -> None:
    await rig.rings()
    told: list[Any] = []
    deliver = rig.house.switch.carrier.deliver_surely

    async def watched(call: Any, event: Any) -> None:  # noqa: ANN401 - as the carrier
        told.append(event)
        await deliver(call, event)

    rig.house.switch.carrier.deliver_surely = watched  # type: ignore[method-assign]
    await rig.told(
        Dial(other=LegId(2), turn=Turn(90)),
        Refer(place="x", turn=Turn(91)),
        Join(bridge=BridgeId(1)),
    )
    assert [(type(event).__name__, event.leg) for event in told] == [
        ("LegFailed", 2),
        ("ReferSettled", CALLER),
    ]


async def test_it_is_no_webhook_and_no_call_outlives_the_server(rig: Rig) -> None:
    await rig.rings()
    call = rig.call
    key = ReplyKey(CALLER, Turn(1), 0)
    assert call.state is not None
    assert rig.trunk.render(call, call.state, key) is None
    assert not await rig.trunk.survived(call)
    with pytest.raises(NotImplementedError):
        rig.trunk.filler(call, call.state, key)


async def test_two_calls_do_not_disturb_each_other(rig: Rig) -> None:
    await rig.rings(1)
    await rig.rings(2)
    await rig.hears(Key(2, "2"))
    await rig.hears(Gone(1, "bye"))
    assert rig.post.orders[4:] == [Stop(2), play("pin_prompt", 2)]
    assert len(rig.trunk.live) == 1

"""Calls over bad networks: they come about, their keys are heard once each, their sound goes on."""

from __future__ import annotations

import asyncio
import struct
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from ivr.domain.events import KeysCollected
from ivr.domain.values import open_sealed
from tests.fakes.bad_network import FarPhone, Weather
from tests.fakes.sip_phone import SipPhone
from tests.fakes.sip_served import PASSWORD
from tests.fakes.sip_silent import start_silently, talk_of

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.domain.call import CallId
    from tests.fakes.sip_phone import Dialog, Message
    from tests.fakes.sip_served import SipServed

WEATHERS = {
    "clear": Weather(),
    "1 % lost": Weather(loss=0.01),
    "5 % lost": Weather(loss=0.05),
    "10 % lost": Weather(loss=0.10),
    "bursts of 100 ms": Weather(burst_s=0.1),
    "behind the next three": Weather(reorder=0.1),
    "twice": Weather(double=0.2),
    "up to 200 ms late": Weather(jitter_s=0.2),
    "all of it": Weather(loss=0.05, reorder=0.05, double=0.1, jitter_s=0.06),
}
BRIDGED = ("clear", "5 % lost", "bursts of 100 ms", "behind the next three", "twice", "all of it")
CALLS = 9
MORE_CALLS = {"5 % lost": 30, "10 % lost": 60}
KEYS = "159*0426"
EVERY_S = 0.35
FRAMES = 200
PATIENCE_S = 40.0
HELLO = b"\x2a" * 160
CODE = """
flow: code
version: 1
languages: [en]
start: first
rescue: {error: bye}
vars: {number: digits?}
nodes:
  first:
    - menu: enter
      keys: {"15": bye, "159*0426": bye}
      first: 30s
      between: 5s
      giveup: bye
  bye:
    - hangup: ""
"""
DESK = """
flow: NAME
version: 1
languages: [en]
start: first
uses: {places: [NAME]}
rescue: {error: bye}
nodes:
  first:
    - transfer: NAME
      ring: 10s
      busy: bye
      noanswer: bye
      failed: bye
      done: bye
  bye:
    - hangup: ""
"""
PROMPTS = """
enter: {en: "Your code."}
"""


@dataclass(slots=True)
class Lived:
    """Calls in one weather. keys: what the engine got, call by call."""

    keys: list[list[str]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    lost: int = 0


@dataclass(slots=True)
class Bridge:
    """A talk through the server. sent: frames that reached it; came: sequence and frame of all."""

    sent: list[bytes]
    came: list[tuple[int, bytes]]

    @property
    def spoken(self) -> list[bytes]:
        """The frames of the speaker that came; the rest is silence of the server."""
        return [payload for _, payload in self.came if is_numbered(payload)]


@dataclass(slots=True)
class All:
    """What came of everything."""

    calls: dict[str, Lived]
    bridges: dict[str, Bridge]


def weathers(name: str, seed: str) -> tuple[Weather, Weather]:
    """The same weather in both directions, with dice of their own."""
    return replace(WEATHERS[name], seed=f"{seed} up"), replace(WEATHERS[name], seed=f"{seed} down")


async def one_call(sip: SipServed, name: str, number: int, lived: Lived) -> tuple[CallId, bytes]:
    """Set up, press, and be hung up on by the server."""
    up, down = weathers(name, f"{name} {number}")
    async with FarPhone(sip.server, f"p{number}", up=up, down=down) as phone:
        dialog = await phone.call("code")
        found = known(sip, dialog)
        await phone.press_each(dialog, KEYS, EVERY_S)
        try:
            await phone.wait(_is_bye, PATIENCE_S)
        except TimeoutError:
            raise AssertionError([message.start for message in phone.heard]) from None
        await _is_over(sip, found[0])
        lived.lost += up.lost + down.lost
    return found


def known(sip: SipServed, dialog: Dialog) -> tuple[CallId, bytes]:
    """The name of a call and the key of its journal."""
    talk = talk_of(sip, dialog)
    assert talk.id is not None
    return talk.id, sip.served.server.switch.calls[talk.id].key


async def _is_over(sip: SipServed, call: CallId) -> None:
    """The engine has closed the call; asked each time the store may have changed."""
    interactions = sip.served.server.switch.store.interactions
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(PATIENCE_S):
        while True:
            row = await interactions.get(call)
            if row is not None and row.ended_at is not None:
                return
            soon = asyncio.Event()
            loop.call_later(0.05, soon.set)
            await soon.wait()


def _is_bye(message: Message) -> bool:
    return message.method == "BYE" and not message.status


def calls_in(name: str) -> int:
    """How many calls are made in a weather."""
    return MORE_CALLS.get(name, CALLS)


async def in_weather(sip: SipServed, name: str) -> Lived:
    """All calls of one weather at once."""
    lived = Lived()
    done = await asyncio.gather(
        *(one_call(sip, name, number, lived) for number in range(calls_in(name))),
        return_exceptions=True,
    )
    switch = sip.served.server.switch
    for result in done:
        if isinstance(result, BaseException):
            lived.failed.append(repr(result))
            continue
        call, key = result
        saved, row = (
            await switch.store.journal.load(call),
            await switch.store.interactions.get(call),
        )
        assert saved is not None
        assert row is not None
        events = [switch.codec.loads(text, key) for _seq, text in saved.events]
        lived.outcomes.append(row.outcome)
        lived.keys.append([open_sealed(e.keys) for e in events if isinstance(e, KeysCollected)])
    return lived


async def bridged(sip: SipServed, name: str, place: str) -> Bridge:
    """A caller in bad weather talks to a phone in good weather."""
    up, _down = weathers(name, f"bridge {name}")
    async with (
        FarPhone(sip.server, "caller", up=up) as caller,
        SipPhone(sip.server, place) as phone,
    ):
        assert (await phone.register(PASSWORD)).status == 200
        dialog = await caller.call(place)
        await answers(phone)
        await reaches(caller, dialog, phone)
        await caller.talk(dialog, FRAMES)
        sent = [packet[12:] for packet in caller.sent if is_numbered(packet[12:])]
        came = [(one.sequence, one.payload) for one in phone.rtp if one.pt == phone.pt]
        assert (await caller.bye(dialog)).status == 200
    return Bridge(sent, came)


async def reaches(caller: FarPhone, dialog: Dialog, phone: SipPhone) -> None:
    """Until the bridge stands: the phone hears the caller."""

    def heard() -> bool:
        caller.send_rtp(dialog, HELLO)
        return any(one.payload == HELLO for one in phone.rtp)

    await phone.until(heard)


async def answers(phone: SipPhone) -> None:
    """Pick up the next call, and acknowledge its end."""

    def answer(message: Message) -> None:
        if message.method == "INVITE":
            phone.reply(message, 200, tag="b", body=phone.sdp())
        elif message.method == "BYE":
            phone.reply(message, 200)

    phone.answers = answer
    await phone.wait(lambda m: m.method == "ACK" and not m.status, PATIENCE_S)


def is_numbered(payload: bytes) -> bool:
    return payload[:2] == b"\xbe\xef"


async def everything(folder: Path) -> All:
    places = {name: f"b{number}" for number, name in enumerate(BRIDGED)}
    (folder / "flows").mkdir()
    (folder / "flows" / "code.yaml").write_text(CODE)
    (folder / "flows" / "code.prompts.yaml").write_text(PROMPTS)
    for place in places.values():
        (folder / "flows" / f"{place}.yaml").write_text(DESK.replace("NAME", place))
    entries = "".join(f"  {p}: {{sip: 'sip:{p}@phones'}}\n" for p in places.values())
    changes = {
        "    open: true ": "    limits: {per_second: 1000}\n    open: true ",
        "places:\n": f"places:\n{entries}",
    }
    sip = await start_silently(folder, changes, list(places.values()))
    try:
        calls = asyncio.gather(*(in_weather(sip, name) for name in WEATHERS))
        bridges = asyncio.gather(*(bridged(sip, name, place) for name, place in places.items()))
        return All(
            dict(zip(WEATHERS, await calls, strict=True)),
            dict(zip(places, await bridges, strict=True)),
        )
    finally:
        await sip.close()


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> All:
    """Everything at once in one server."""
    folder = tmp_path_factory.mktemp("weather")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return asyncio.run(everything(folder))


@pytest.mark.parametrize("name", WEATHERS)
def test_every_call_is_set_up_and_ended_once_in_any_weather(lived: All, name: str) -> None:
    calls = lived.calls[name]
    assert calls.failed == []
    assert calls.outcomes == ["left_menu"] * calls_in(name)
    weather = WEATHERS[name]
    assert (calls.lost > 0) == (weather.loss > 0 or weather.burst_s > 0)


@pytest.mark.parametrize("name", WEATHERS)
def test_every_key_is_heard_once_and_in_order(lived: All, name: str) -> None:
    assert lived.calls[name].keys == [[KEYS]] * calls_in(name)


@pytest.mark.parametrize("name", BRIDGED)
def test_a_bridge_passes_on_what_reached_it_once_each_and_unchanged(lived: All, name: str) -> None:
    bridge = lived.bridges[name]
    sent = set(bridge.sent)
    assert len(sent) > FRAMES * 0.8
    assert sorted(map(number_of, bridge.spoken)) == sorted(map(number_of, sent))
    assert set(bridge.spoken) == sent


@pytest.mark.parametrize("name", BRIDGED)
def test_a_bridge_keeps_the_gaps_and_the_order_of_what_it_passes_on(lived: All, name: str) -> None:
    """Where the server has filled a long pause (of a slow test) with silence, it counts on."""
    came = sorted(lived.bridges[name].came)
    together = [
        (after - before, number_of(payload) - number_of(payload_before))
        for (before, payload_before), (after, payload) in pairwise(came)
        if is_numbered(payload_before) and is_numbered(payload)
    ]
    assert len(together) > FRAMES * 0.7
    assert [pair for pair in together if pair[0] != pair[1]] == []


def number_of(payload: bytes) -> int:
    number: int = struct.unpack("!H", payload[2:4])[0]
    return number

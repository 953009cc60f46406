"""Long runs: two phones talk with hold and transfer while others make short calls beside them.

Used by the soak, against a server of its own, and by its short version among the tests.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from tests.fakes.sip_talkers import PATIENCE_S, Stretch, Talker, after, read_number, stretch

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from tests.fakes.sip_phone import Dialog


# --- two phones for a long time -------------------------------------------------------------------


@dataclass(slots=True)
class Talk:
    """What came of a long talk: each stretch of it in both directions."""

    stretches: list[Stretch] = field(default_factory=list)
    heard_on_hold: int = 0


async def long_talk(phones: Mapping[str, Talker], seconds: float) -> Talk:
    """ann calls bob; after a third of the time he holds her, after two he hands her on to carol."""
    ann, bob, carol = (phones[name] for name in ("ann", "bob", "carol"))
    found = Talk()
    dialog = await ann.call("to_bob")
    leg = await bob.picked_up()
    ann.speak(dialog)
    bob.speak(leg)
    found.stretches += await _undisturbed(ann, bob, seconds / 3)
    await bob.hold(leg, 2, on=True)
    await after(0.3)
    begin = len(bob.rtp)
    await after(min(5.0, seconds / 10))
    found.heard_on_hold = sum(read_number(p.payload) is not None for p in bob.rtp[begin:])
    await bob.hold(leg, 3, on=False)
    await after(0.3)
    found.stretches += await _undisturbed(ann, bob, seconds / 3)
    bob.hush()
    await bob.hand_on(leg, "carol")
    last = await carol.picked_up()
    carol.speak(last)
    await after(0.3)
    found.stretches += await _undisturbed(ann, carol, seconds / 3)
    for phone in (ann, carol):
        phone.hush()
    await ann.hang_up(dialog)
    await carol.has_ended(last)
    return found


async def _undisturbed(one: Talker, other: Talker, seconds: float) -> list[Stretch]:
    """A stretch of talk, heard by both."""
    marks = [(phone, len(phone.said_s), len(phone.rtp)) for phone in (one, other)]
    await after(seconds)
    (_, said, heard), (_, said_too, heard_too) = marks
    return [stretch(one, other, said, heard_too), stretch(other, one, said_too, heard)]


# --- many short calls -----------------------------------------------------------------------------


@dataclass(slots=True)
class Tally:
    """What happened to the short calls. wrong: what should not have, and how often.

    refused: by 503, as a server does whose sound is late because the machine is too busy.
    """

    made: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    wrong: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Mix:
    """A call every so often: menus, bridges with a hold, bridges that are handed on.

    desks: pairs of registered phones, each busy with one call at a time.
    """

    server: tuple[str, int]
    desks: Sequence[tuple[Talker, Talker]]
    tally: Tally = field(default_factory=Tally)
    _free: list[tuple[Talker, Talker]] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=lambda: count(100))

    async def live(self, every_s: float, is_over: Callable[[], bool]) -> None:
        """Make calls until it is over, and wait for the last of them."""
        self._free = list(self.desks)
        loop = asyncio.get_running_loop()
        begin_s, running = loop.time(), set[asyncio.Task[None]]()
        for number in count():
            if is_over():
                break
            work = loop.create_task(self._one(number))
            running.add(work)
            work.add_done_callback(running.discard)
            await after(begin_s + (number + 1) * every_s - loop.time())
        await asyncio.gather(*running)

    async def _one(self, number: int) -> None:
        kind = ("menu", "menu", "held", "menu", "handed on")[number % 5]
        if kind != "menu" and not self._free:
            kind = "menu"
        self.tally.made[kind] += 1
        try:
            if kind == "menu":
                await self._menu()
            else:
                await self._bridge(kind)
        except (TimeoutError, AssertionError) as wrong:
            if BUSY in str(wrong):
                self.tally.refused += 1
            else:
                self.tally.wrong[f"{kind}: {type(wrong).__name__} {wrong}"] += 1

    async def _menu(self) -> None:
        """Listen, press a key, and be hung up on."""
        async with Talker(self.server, "menu", who=next(self._numbers) & 0xFFFF) as phone:
            phone.answers = phone.asked
            dialog = await phone.call("menu")
            await after(1.0)
            phone.press(dialog, "1")
            await phone.has_ended(dialog)

    async def _bridge(self, kind: str) -> None:
        """Talk to a registered phone, which holds the caller or hands him on."""
        desk = self._free.pop()
        first = desk[0]
        async with Talker(self.server, "caller", who=next(self._numbers) & 0xFFFF) as phone:
            phone.answers = phone.asked
            try:
                dialog = await phone.call(f"to_{first.user}")
            except AssertionError:
                self._free.append(desk)
                raise
            leg = await first.picked_up()
            phone.speak(dialog)
            first.speak(leg)
            await after(0.6)
            partner, leg = await _disturbed(kind, desk, leg)
            await _hears(phone, partner)
            partner.hush()
            phone.hush()
            await phone.hang_up(dialog)
            await partner.has_ended(leg)
        for each in desk:
            each.forget()
        self._free.append(desk)


async def _disturbed(kind: str, desk: tuple[Talker, Talker], leg: Dialog) -> tuple[Talker, Dialog]:
    """The first phone holds the caller for a moment, or hands him on to the second; who has him."""
    first, second = desk
    if kind == "held":
        await first.hold(leg, 2, on=True)
        await after(0.4)
        await first.hold(leg, 3, on=False)
        return first, leg
    first.hush()
    await first.hand_on(leg, second.user)
    last = await second.picked_up()
    second.speak(last)
    return second, last


async def _hears(phone: Talker, partner: Talker) -> None:
    """Until one hears the other from now on."""
    since = len(phone.rtp)

    def heard() -> bool:
        found = (read_number(packet.payload) for packet in phone.rtp[since:])
        return any(number is not None and number[0] == partner.who for number in found)

    await phone.until(heard, PATIENCE_S)


BUSY = "SIP/2.0 503"
_PASSWORD = re.compile(r"^password +(\S+)", re.MULTILINE)


def password_in(told: str) -> str:
    """The password that `ivr user add --sip` has told."""
    found = _PASSWORD.search(told)
    assert found, told
    return found[1]


DESK = """
flow: to_NAME
version: 1
languages: [en]
start: first
uses: {places: [NAME]}
rescue: {error: bye, emergency: bye}
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
MENU = """
flow: menu
version: 1
languages: [en]
start: first
rescue: {error: bye, emergency: bye}
nodes:
  first:
    - menu: long
      keys: {"1": bye}
      giveup: bye
  bye:
    - hangup: short
"""
PROMPTS = """
long: {en: "Please press one, whenever you want, there is no hurry at all, or stay and listen."}
short: {en: "Goodbye."}
"""
PAIRS = 4
TALKING = ("ann", "bob", "carol")
NAMES = (*TALKING, *(f"{side}{pair}" for pair in range(PAIRS) for side in ("d", "e")))
CALLED = tuple(name for name in NAMES if name[0] in "bd")


def flows() -> dict[str, str]:
    """The files of the flow folder, by name without suffix."""
    desks = {f"to_{name}": DESK.replace("NAME", name) for name in CALLED}
    return {"menu": MENU, "menu.prompts": PROMPTS, **desks}


def places() -> str:
    """The entries of `places` for the phones that flows ring up."""
    return "".join(f"  {name}: {{sip: 'sip:{name}@phones'}}\n" for name in CALLED)


@dataclass(slots=True)
class Lived:
    """What came of a long run."""

    talk: Talk = field(default_factory=Talk)
    tally: Tally = field(default_factory=Tally)


async def live_long(
    server: tuple[str, int],
    passwords: Mapping[str, str],
    seconds: float,
    every_s: float,
    beside: Callable[[Callable[[], bool]], Awaitable[None]] | None = None,
) -> Lived:
    """The long talk and the mix at once. beside: runs along, told when it is over."""
    over, found = asyncio.Event(), Lived()
    async with AsyncExitStack() as stack:
        phones: dict[str, Talker] = {}
        for number, name in enumerate(NAMES):
            phone = Talker(server, name, who=number + 1)
            phones[name] = await stack.enter_async_context(phone)
            await phone.ready(passwords[name])
        mix = Mix(server, [(phones[f"d{pair}"], phones[f"e{pair}"]) for pair in range(PAIRS)])
        found.tally = mix.tally

        async def talk() -> None:
            try:
                found.talk = await long_talk(phones, seconds)
            finally:
                over.set()

        staying = [phone.stay(passwords[name], over.is_set) for name, phone in phones.items()]
        more = [] if beside is None else [beside(over.is_set)]
        await asyncio.gather(talk(), mix.live(every_s, over.is_set), *staying, *more)
    return found

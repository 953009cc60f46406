"""The bank's line as a real server with SIP, for phones that other people made.

The caller hears a second of a 1 kHz tone instead of the welcome, then the menu as espeak-ng says
it; who presses nothing for a second hears the short menu. Tests wait for steps of the call, never
for a time.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ivr.runtime.speech.fixed import fixed_prompts, live_texts
from tests.fakes.hearing import Hearing, likeness, recorded, tone, write_wav
from tests.fakes.served import ROOT, ask, unrecorded
from tests.fakes.sip_served import SipServed, need_espeak

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from pathlib import Path

    from ivr.domain.call import CallId, LegId, Prompt
    from ivr.media.collect import Listen
    from ivr.media.items import Item
    from ivr.runtime.ports import Entry, InteractionRow, Journal, SavedCall
    from ivr.runtime.replies import Reply

CALLER = "+905321112233"
"""A customer of the demo bank whose telephone PIN is 1234."""
PIN = "1234"
TONE_HZ, TONE_S = 1000.0, 1.0
LENGTH_S = 0.045
"""± 40 ms, and half of the window by which it is measured."""
OPENING = ("welcome_back", "main_menu")
NEEDED = (*OPENING, "main_short", "pin_prompt", "anything_else", "goodbye")
CHANGED = (
    ("bank.yaml", re.compile(r"listen: \{first: 6s,"), "listen: {first: 1s,"),
    ("prompts.yaml", re.compile(r"\[, \{customer.name\}\]"), ""),
    ("prompts.yaml", re.compile(r"\[, \{customer.name\}\]"), ""),
    ("prompts.yaml", re.compile(r'(?<=main_menu:\n  tr: )".*"'), '"Bakiye 1, kart 2, kredi 3."'),
)
"""File, what it says, what it says in these tests."""
PATIENCE_S = 30.0
SELF_SERVED = ("welcome", "main", "balance", "identify.ask_pin", "goodbye")
MENU_AGAIN, PIN_PROMPT, ANYTHING_ELSE = 2, 3, 4
"""What a caller who is silent at first is listened to for; 1 is the menu."""


class WatchedJournal:
    """A journal that wakes those who wait for a step. entries: every step, in order."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.entries: list[Entry] = []
        self.came = asyncio.Event()

    async def append(self, entry: Entry) -> None:
        """As the journal; those who wait look again once the call has moved."""
        await self._journal.append(entry)
        self.entries.append(entry)
        asyncio.get_running_loop().call_soon(self.came.set)

    def told(self) -> list[str]:
        """What every step was, the oldest first; for the message of a test that failed."""
        return [entry.event[:160] for entry in self.entries]

    async def save_reply(self, call: CallId, epoch: int, reply: Reply) -> None:
        """As the journal."""
        await self._journal.save_reply(call, epoch, reply)

    async def load(self, call: CallId) -> SavedCall | None:
        """As the journal."""
        return await self._journal.load(call)

    async def reply(self, call: CallId, leg: LegId) -> Reply | None:
        """As the journal."""
        return await self._journal.reply(call, leg)


@dataclass(slots=True)
class BankLine:
    """The server and the steps of its calls. listened: how often to a caller.

    registrations: how often the registered phones were written down.
    """

    sip: SipServed
    steps: WatchedJournal = field(init=False)
    listened: int = 0
    registrations: int = 0

    def __post_init__(self) -> None:
        store = self.sip.served.server.switch.store
        self.steps = WatchedJournal(store.journal)
        store.journal = self.steps
        self._watch_the_listening()
        self._watch_the_phones()

    def _watch_the_phones(self) -> None:
        phones = self.sip.served.server.switch.store.phones
        save = phones.save_bindings

        async def saves(trunk: str, rows: Sequence[Mapping[str, Any]]) -> None:
            await save(trunk, rows)
            self.registrations += 1
            self.steps.came.set()

        phones.save_bindings = saves  # type: ignore[method-assign]

    def _watch_the_listening(self) -> None:
        sound = self.sip.house.sound
        collect = sound.collect

        def collects(
            leg: int,
            turn: int,
            items: tuple[Item, ...],
            spec: Listen,
            *,
            ahead: str = "",
            flush: bool = False,
        ) -> None:
            collect(leg, turn, items, spec, ahead=ahead, flush=flush)
            self.listened += 1
            self.steps.came.set()

        sound.collect = collects  # type: ignore[method-assign]

    @classmethod
    async def open(
        cls,
        folder: Path,
        sounds: Path,
        changes: Mapping[str, str] | None = None,
        users: Sequence[str] = (),
    ) -> BankLine:
        """Put the flows there and listen. Skips without espeak-ng."""
        need_espeak()
        _flows(folder / "line")
        here = {"flows: {folder: flows, watch: true}": "flows: {folder: line, watch: false}"}
        line = cls(await SipServed.start(folder, sounds, {**here, **(changes or {})}, users))
        try:
            await line.ready()
        except BaseException:
            await line.sip.close()
            raise
        return line

    async def ready(self) -> None:
        """The prompts of these calls are made, so that no caller waits for them."""
        for name in NEEDED:
            await self.made(name)

    @property
    def server(self) -> tuple[str, int]:
        """Where the phones reach it."""
        return self.sip.server

    def uri(self, user: str = "bank") -> str:
        """An address on it."""
        return f"sip:{user}@{self.server[0]}:{self.server[1]}"

    async def until(self, holds: Callable[[], bool], within_s: float = PATIENCE_S) -> None:
        """Until something holds that a step of a call decides. Raises TimeoutError."""
        try:
            async with asyncio.timeout(within_s):
                while not holds():
                    self.steps.came.clear()
                    await self.steps.came.wait()
        except TimeoutError as late:
            raise TimeoutError(f"{self._paths()}: {self.steps.told()}") from late

    async def registered(self) -> None:
        """Until a phone has registered."""
        await self.until(lambda: self.registrations > 0)

    async def listens(self, times: int) -> None:
        """Until the server has listened to a caller so many times."""
        await self.until(lambda: self.listened >= times)

    def _paths(self) -> list[list[str]]:
        calls = self.sip.served.server.switch.calls.values()
        return [call.state.path for call in calls if call.state is not None]

    async def ended(self, count: int = 1, within_s: float = PATIENCE_S) -> list[InteractionRow]:
        """The rows of all calls, once so many are closed and none is open."""
        await self.until(lambda: self._closed() >= count, within_s)
        return await self.sip.served.rows()

    def _closed(self) -> int:
        return sum(entry.closing is not None for entry in self.steps.entries)

    # the sound as it was made

    def _prompts(self) -> list[Prompt]:
        return fixed_prompts(live_texts(self.sip.served.server.switch.ports.books.current()))

    async def made(self, name: str, language: str = "tr") -> Hearing:
        """A prompt as the server made it."""
        (prompt,) = [p for p in self._prompts() if (p.name, p.language) == (name, language)]
        sound = await self.sip.house.sounds.sound(prompt)
        return Hearing(recorded(sound.stem.with_suffix(".wav")))

    async def opening(self) -> Hearing:
        """All that a caller hears until the menu is over."""
        parts = [(await self.made(name)).samples for name in OPENING]
        return Hearing(sum(parts, array("h")))


def _flows(folder: Path) -> None:
    """The shipped flows with the two tones, a short menu and little patience."""
    shutil.copytree(ROOT / "flows", folder, ignore=shutil.ignore_patterns("data", "tests"))
    ask(folder, "0%")
    unrecorded(folder)
    for language in ("tr", "en"):
        prompts = folder / "prompts" / language
        write_wav(prompts / "welcome_back.wav", tone(TONE_S, TONE_HZ))
    for name, old, new in CHANGED:
        text = (folder / name).read_text(encoding="utf-8")
        assert old.search(text), f"{name} no longer says {old.pattern}"
        (folder / name).write_text(old.sub(new, text, count=1), encoding="utf-8")


async def ask_for_balance(line: BankLine, press: Callable[[str], Awaitable[None]]) -> None:
    """Hear the menu out, press 1, the PIN, and 2 for the end; the bank hangs up."""
    await line.listens(MENU_AGAIN)
    await press("1")
    await line.listens(PIN_PROMPT)
    await press(PIN)
    await line.listens(ANYTHING_ELSE)
    await press("2")
    (row,) = await line.ended()
    check_balance(row)


def check_balance(row: InteractionRow) -> None:
    """The customer went where the keys lead."""
    assert row.ani == CALLER
    assert row.path[:-1] == SELF_SERVED, row.path
    assert row.outcome == "self_served"


async def check_opening(line: BankLine, heard: Hearing) -> None:
    """The tone is there and the menu after it: length, loudness, ups and downs.

    Source of the limits: sip-media.md 14.
    """
    start, seconds = heard.tone(TONE_HZ)
    assert abs(seconds - TONE_S) <= LENGTH_S, (start, seconds)
    opening = await line.opening()
    got = heard.part(start, opening.seconds + 0.5)
    begin, end = got.active()
    first, last = opening.active()
    assert abs((end - begin) - (last - first)) <= LENGTH_S, (begin, end, first, last)
    got, opening = got.part(begin, end - begin), opening.part(first, last - first)
    assert abs(got.loudness() - opening.loudness()) <= 1.0, (got.loudness(), opening.loudness())
    assert likeness(got.part(TONE_S, 99), opening.part(TONE_S, 99)) > 0.9

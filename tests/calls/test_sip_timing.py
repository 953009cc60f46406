"""Digit timing on real RTP: the whole table at the media worker, its design rows in whole calls."""

from __future__ import annotations

import asyncio
import io
import math
import struct
import wave
from dataclasses import dataclass, field
from functools import cache, partial
from hashlib import sha256
from statistics import median
from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip import provider
from ivr.channels.sip.sound.box import Clip, Collected, Peer, Place
from ivr.domain.call import Prompt
from ivr.domain.events import KeysCollected
from ivr.domain.values import open_sealed
from ivr.runtime.speech.prompts import Ahead, Sounds
from tests.fakes.digit_caller import (
    Caller,
    Plain,
    Press,
    Row,
    complaint,
    is_silent,
    nominal,
    plain,
    presses_of,
)
from tests.fakes.far_end import studio
from tests.fakes.sip_served import SipServed
from tests.fakes.sip_silent import talk_of
from tests.media.test_collect import DESIGN_ROWS, ROWS, listen_of, prompts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ivr.channels.sip.sound.box import Heard
    from ivr.channels.sip.sound.client import Workers
    from tests.fakes.far_end import Studio

PRESSED = [row for row in ROWS if "speech" not in row]
DESIGNED = [row for row in PRESSED if row["row"] in DESIGN_ROWS.split()]
ROUNDS = 2
"""A row whose caller was not in time himself is played once more."""
LONGEST_S = 40.0
SPEECH = 1
BARGES = 24


# --- every row at the worker ----------------------------------------------------------------------


@dataclass(slots=True)
class Sounded:
    """One row on a leg of the worker: its listens, one after another."""

    row: Row
    leg: int
    workers: Workers
    clips: Callable[[int], Clip]
    caller: Caller
    told: list[Collected] = field(default_factory=list)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, heard: Heard) -> None:
        """The answer of a listen: the next one begins."""
        if isinstance(heard, Collected):
            self.told.append(heard)
            self.listen()

    def listen(self) -> None:
        """Order the next listen; after the last one all is done."""
        place = len(self.told)
        if place == len(self.row["listens"]):
            self.done.set()
            return
        wanted = self.row["listens"][place]
        items = []
        for length_ms, barge_in in prompts_of(wanted):
            clip = self.clips(length_ms)
            items.append(Clip(clip.stem, clip.frames, barge_in))
        ahead = "" if place else self.row.get("ahead", "")
        self.workers.collect(self.leg, place + 1, tuple(items), listen_of(wanted), ahead=ahead)

    async def play(self) -> str:
        """From the first listen to the last answer; what was wrong, or nothing."""
        opened = await self.workers.open(self.leg, Place())
        self.caller.to = opened.address, opened.port
        peer = Peer(self.leg, "127.0.0.1", self.caller.port, event_pt=101)
        self.workers.peer(peer)
        pressing = self.caller.press(presses_of(self.row), silent=is_silent(self.row))
        self.listen()
        await pressing
        async with asyncio.timeout(LONGEST_S):
            await self.done.wait()
        self.workers.close(self.leg)
        self.caller.close()
        return complaint(self.row, self.told, self.caller.pressed_ms())


async def at_the_worker(folder: Path) -> dict[str, str]:
    """Play all rows at once; the complaint about each, empty where all was well."""
    found: dict[str, str] = {}
    async with studio(folder) as place:
        todo = PRESSED
        for turn in range(ROUNDS):
            rows = _rows(place, todo, 1000 * turn + 1)
            by_leg = {row.leg: row for row in rows}
            place.workers.on_heard = partial(_pass_on, by_leg)
            said = await asyncio.gather(*(row.play() for row in rows))
            found.update(zip((row.row["row"] for row in rows), said, strict=True))
            todo = [row for row in PRESSED if found[row["row"]]]
    return found


def _rows(place: Studio, todo: list[Row], first: int) -> list[Sounded]:
    @cache
    def clip(length_ms: int) -> Clip:
        return place.clip(f"said-{length_ms}", length_ms // 20, SPEECH)

    def speaks(payload: bytes) -> bool:
        return payload[:1] == bytes([SPEECH])

    return [
        Sounded(row, first + number, place.workers, clip, Caller(speaks))
        for number, row in enumerate(todo)
    ]


def _pass_on(by_leg: dict[int, Sounded], heard: Heard) -> None:
    row = by_leg.get(getattr(heard, "leg", 0))
    if row is not None:
        row.hear(heard)


# --- the design rows in whole calls ---------------------------------------------------------------

PROMPTS = """
lead: {en: "Just a moment."}
four: {en: "For this press one, for that press two, for the other press three."}
"""
LEAD_S, FOUR_S = 2.0, 4.0
LEAD = """\
  first:
    - menu: lead
      keys: {"9": lookup}
      giveup: bye
  lookup:
    - fetch: postcode_area
      with: {postcode: "34710"}
      limit: 4s
      missing: listen0
      failed: listen0
    - go: listen0"""
"""Where keys are to be typed ahead: key 9 begins a look-up that takes a second."""
LOOKS_UP_MS, AHEAD_MS, LISTENS_MS = 500, 700, 1600
QUICKLY = {
    "    open: true ": "    limits: {per_second: 1000}\n    open: true ",
    "    takes: {postcode: digits}\n": "    takes: {postcode: digits}\n    took: 1s\n",
}


class OnlyRecorded(Sounds):
    """Makes nothing ahead: the prompts of these flows are recordings."""

    async def preload(self, prompts: Sequence[Prompt]) -> Ahead:
        """Nothing."""
        return Ahead(0, ())


def recording(seconds: float) -> bytes:
    """A tone that rises, so that no two frames are alike, as a WAV file."""
    angles = (
        math.tau * (300 + 50 * place / 8000) * place / 8000
        for place in range(round(seconds * 8000))
    )
    levels = [round(9000 * math.sin(angle)) for angle in angles]
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(struct.pack(f"<{len(levels)}h", *levels))
    return file.getvalue()


def flow_of(row: Row) -> str:
    """A flow that listens as a row says, and then hangs up."""
    lines = [f"flow: {flow_name(row)}", "version: 1", "languages: [en]", "start: first"]
    lines += ["rescue: {error: bye}", "vars: {number: digits?}", "uses: {sources: [postcode_area]}"]
    lines += [
        "nodes:",
        *(LEAD.splitlines() if row.get("ahead") else ["  first:", "    - go: listen0"]),
    ]
    for place, listen in enumerate(row["listens"]):
        after = f"listen{place + 1}" if place + 1 < len(row["listens"]) else "bye"
        lines += [f"  listen{place}:", *_step(listen, after)]
    return "\n".join([*lines, "  bye:", '    - hangup: ""', ""])


def flow_name(row: Row) -> str:
    """How its flow is called, and dialled."""
    return f"row{row['row']}"


def _step(listen: Row, after: str) -> list[str]:
    whole = any(not barge_in for _, barge_in in prompts_of(listen))
    if "menu" in listen:
        keys = ", ".join(f'"{key}": {after}' for key in listen["menu"])
        lines = ["    - menu: four", f"      keys: {{{keys}}}"]
    else:
        lines = ["    - ask: four", "      into: number", f"      digits: {_digits(listen)}"]
    lines += [f'      end_key: "{listen["end_key"]}"'] if "end_key" in listen else []
    lines += ["      empty: true"] if listen.get("empty") else []
    lines += ["      barge_in: false"] if whole else []
    lines += [f"      last: {listen['last']}s"] if "last" in listen else []
    lines += ["      first: 5s", "      between: 3s", "      tries: 1", f"      giveup: {after}"]
    return lines if "menu" in listen else [*lines, f"    - go: {after}"]


def _digits(listen: Row) -> str:
    least, most = listen["entry"].split("-")
    return most if least == most else f"{least}-{most}"


@dataclass(slots=True)
class Called:
    """What came of one row in a call. journal: the answers as the engine got them."""

    caller: Caller
    told: list[Collected]
    journal: list[Plain]


@dataclass(slots=True)
class Line:
    """A server with a flow for each row. told: the answers of the worker, by the leg's sound."""

    sip: SipServed
    spoken: frozenset[bytes]
    told: dict[int, list[Collected]] = field(default_factory=dict)

    def watch(self) -> None:
        """Look at what the worker tells, on its way to the engine."""
        sound = self.sip.house.sound
        on_heard = sound.on_heard

        def hear(heard: Heard) -> None:
            if isinstance(heard, Collected):
                self.told.setdefault(heard.leg, []).append(heard)
            on_heard(heard)

        sound.on_heard = hear

    async def call(self, row: Row, presses: list[Press], *, keeps: bool = False) -> Called:
        """Call a row's flow, press, and wait until the server hangs up."""
        switch = self.sip.served.server.switch
        caller = Caller(self.spoken.__contains__, keeps=keeps)
        async with self.sip.phone() as phone:
            dialog = await phone.call(flow_name(row), body=phone.sdp(port=caller.port))
            caller.to = dialog.remote_audio
            talk = talk_of(self.sip, dialog)
            assert talk.id is not None
            assert talk.caller is not None
            call, key, line = talk.id, switch.calls[talk.id].key, talk.caller.line
            await caller.press(presses, silent=False)
            bye = await phone.wait(lambda m: m.method == "BYE" and not m.status, LONGEST_S)
            phone.reply(bye, 200)
        caller.close()
        saved = await switch.store.journal.load(call)
        assert saved is not None
        events = [switch.codec.loads(text, key) for _seq, text in saved.events]
        return Called(caller, self.told.get(line, []), _answers(events))

    async def row(self, row: Row) -> str:
        """One row; what was wrong, or nothing."""
        ahead = [(key, AHEAD_MS + 160 * at) for at, key in enumerate(row.get("ahead", ""))]
        presses = presses_of(row)
        if ahead:
            later = [(key, at_ms + LISTENS_MS) for key, at_ms in presses]
            presses = [("9", LOOKS_UP_MS), *ahead, *later]
        called = await self.call(row, presses)
        if called.journal != [plain(one) for one in called.told]:
            return f"the engine got {called.journal}"
        if ahead:
            return "" if called.journal[1:] == nominal(row) else f"{called.journal}"
        return complaint(row, called.told, called.caller.pressed_ms())


def _answers(events: list[object]) -> list[Plain]:
    return [
        (
            open_sealed(event.keys),
            event.reason,
            event.ended_by,
            open_sealed(event.left) if event.left else "",
        )
        for event in events
        if isinstance(event, KeysCollected)
    ]


async def in_calls(folder: Path) -> tuple[dict[str, str], list[Called]]:
    """The design rows and some that are interrupted, all in one server at once."""
    flows = folder / "flows"
    prompts = flows / "prompts" / "en"
    prompts.mkdir(parents=True)
    for name, seconds in (("lead", LEAD_S), ("four", FOUR_S)):
        (prompts / f"{name}.wav").write_bytes(recording(seconds))
    for row in DESIGNED:
        (flows / f"{flow_name(row)}.prompts.yaml").write_text(PROMPTS)
        (flows / f"{flow_name(row)}.yaml").write_text(flow_of(row))
    sip = await SipServed.start(folder, folder / "sounds", QUICKLY)
    try:
        return await _calls(Line(sip, await _frames(sip)))
    finally:
        await sip.close()


async def _calls(line: Line) -> tuple[dict[str, str], list[Called]]:
    line.watch()
    found: dict[str, str] = {}
    todo = DESIGNED
    barged = next(row for row in DESIGNED if row["row"] == "1b")
    barging = [
        line.call(barged, [("2", 1000 + 7 * number)], keeps=True) for number in range(BARGES)
    ]
    cut = asyncio.gather(*barging)
    for _ in range(ROUNDS):
        said = await asyncio.gather(*(line.row(row) for row in todo))
        found.update(zip((row["row"] for row in todo), said, strict=True))
        todo = [row for row in DESIGNED if found[row["row"]]]
    return found, await cut


async def _frames(sip: SipServed) -> frozenset[bytes]:
    """Every frame of both prompts."""
    found: set[bytes] = set()
    for seconds in (LEAD_S, FOUR_S):
        digest = sha256(recording(seconds)).hexdigest()
        sound = await sip.house.sounds.sound(Prompt("x", "en", "", seconds, audio=digest))
        data = sound.alaw.read_bytes()
        found |= {data[at : at + 160] for at in range(0, len(data), 160)}
    return frozenset(found)


# --- what is asked of it --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """A complaint for each row, empty where all was well; and the calls that were interrupted."""

    sounded: dict[str, str]
    called: dict[str, str]
    barged: list[Called]


async def _all(folder: Path) -> Found:
    worker, calls = await asyncio.gather(at_the_worker(folder), in_calls(folder))
    return Found(worker, *calls)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """Everything is played at once: it takes as long as the longest row."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("timing")
        patch.chdir(folder)
        patch.setattr(provider, "Sounds", OnlyRecorded)
        return asyncio.run(_all(folder))


@pytest.mark.parametrize("name", [row["row"] for row in PRESSED])
def test_a_row_of_the_table_holds_on_real_rtp(found: Found, name: str) -> None:
    assert found.sounded[name] == ""


@pytest.mark.parametrize("name", [row["row"] for row in DESIGNED])
def test_a_design_row_holds_in_a_call(found: Found, name: str) -> None:
    assert found.called[name] == ""


def test_a_key_silences_the_prompt_at_once(found: Found) -> None:
    """From the key's first packet to the last frame of the prompt, by the kernel's clock."""
    after_ms = []
    for call in found.barged:
        ((_key, pressed_s),) = call.caller.pressed_s
        after_ms.append(1000 * (call.caller.spoken_s[-1] - pressed_s))
        assert call.journal == [("2", "match", "full", "")]
    assert len(after_ms) == BARGES
    assert median(after_ms) < 60
    assert max(after_ms) < 200

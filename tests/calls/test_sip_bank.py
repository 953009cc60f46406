"""The bank's line called by a SIP phone: the same journal as over the simulator."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from ivr.domain.events import CallOffered
from tests.calls.test_bank_call import (
    CALLER,
    TALKS,
    Keys,
    by_phone,
    events_of,
    journal,
    plain_notes,
    told,
)
from tests.fakes.served import BANK, unrecorded
from tests.fakes.sip_silent import start_silently, talk_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ivr.domain.call import CallId
    from ivr.domain.events import Event
    from ivr.runtime.ports import InteractionRow
    from tests.fakes.served import Served
    from tests.fakes.sip_phone import Message
    from tests.fakes.sip_served import SipServed

ALWAYS_OPEN = {
    "    holidays: TR                         # with the half days that end at 13:00\n": "",
    "    except: {2026-12-31: 09:00-13:00}\n": "",
}
PATIENCE_S = 30.0


@dataclass(slots=True)
class Listening:
    """Who listens when: the sound's orders are watched on their way to the worker."""

    sip: SipServed
    open: set[int] = field(default_factory=set)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def watch(self) -> None:
        """From now on."""
        sound = self.sip.house.sound
        collect = sound.collect

        def watched(leg: int, *rest: object, **more: object) -> None:
            collect(leg, *rest, **more)  # type: ignore[arg-type]
            self.open.add(leg)
            self.changed.set()

        sound.collect = watched  # type: ignore[method-assign]

    async def take(self, leg: int) -> None:
        """Until the sound of a leg listens anew."""
        async with asyncio.timeout(PATIENCE_S):
            while leg not in self.open:
                self.changed.clear()
                await self.changed.wait()
        self.open.remove(leg)


@pytest.fixture
def folder(folder: Path) -> Path:
    """The same flows by simulator: by telephone nobody is recorded here."""
    unrecorded(folder / "flows")
    return folder


@dataclass(slots=True)
class Played:
    """One talk over SIP: what was journaled, and what stands in the store."""

    events: list[Event]
    row: InteractionRow


async def by_sip(sip: SipServed, listening: Listening, talk: Sequence[str]) -> tuple[CallId, bytes]:
    """Press the keys of a talk as soon as the bank listens; the call's name and its key."""
    async with sip.phone(CALLER) as phone:
        dialog = await phone.call(BANK)
        talking = talk_of(sip, dialog)
        assert talking.id is not None
        assert talking.caller is not None
        live = sip.served.server.switch.calls[talking.id]
        found = talking.id, live.key
        line = talking.caller.line
        for keys in talk:
            await listening.take(line)
            phone.press(dialog, keys)
        bye = await phone.wait(_is_bye, PATIENCE_S)
        phone.reply(bye, 200)
    return found


def _is_bye(message: Message) -> bool:
    return message.method == "BYE" and not message.status


async def _all_talks(folder: Path) -> dict[str, Played]:
    sip = await start_silently(folder, ALWAYS_OPEN)
    listening = Listening(sip)
    listening.watch()
    try:
        calls = await asyncio.gather(*(by_sip(sip, listening, talk) for talk in TALKS.values()))
        played = {}
        rows = {row.public_id: row for row in await sip.served.rows()}
        for name, (call, key) in zip(TALKS, calls, strict=True):
            saved = await sip.served.server.switch.store.journal.load(call)
            assert saved is not None
            played[name] = Played(await events_of(sip.served, saved, key), rows[call])
    finally:
        await sip.close()
    return played


@pytest.fixture(scope="module")
def by_phone_line(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Played]:
    """All talks at once over one server."""
    folder = tmp_path_factory.mktemp("bank")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return asyncio.run(_all_talks(folder))


def plain(event: Event) -> tuple[object, ...]:
    """An event without the facts of its channel; what is needed to end a dialog is one."""
    if isinstance(event, CallOffered):
        return (event.flow_hash, event.dnis, event.ani, event.test, event.facts)
    return told(event)


@pytest.mark.parametrize("name", TALKS)
async def test_a_talk_over_sip_gives_the_journal_of_the_simulator(
    by_phone_line: dict[str, Played], served: Served, name: str
) -> None:
    keys = Keys(served)
    await by_phone(served, TALKS[name])
    (row,) = await served.rows()
    simulated, played = await journal(served, keys), by_phone_line[name]
    assert [plain(event) for event in played.events] == [plain(event) for event in simulated]
    assert (played.row.path, played.row.outcome) == (row.path, row.outcome)
    assert played.row.language == "tr"
    assert [_heard_out(one) for one in plain_notes(played.row)] == plain_notes(row)


def _heard_out(note: tuple[str, str]) -> tuple[str, str]:
    """A store that keeps no sound takes no message by telephone; the simulator needs none."""
    what, text = note
    return what, text.replace('"ended_by":"lost"', '"ended_by":"silence"')


def test_a_caller_s_number_comes_from_the_phone(by_phone_line: dict[str, Played]) -> None:
    assert {played.row.ani for played in by_phone_line.values()} == {CALLER}

"""A message left on a simulated phone: words that are kept, and a ticket that tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.runtime.ports.recorded.recordings import READY
from tests.fakes.served import BANK, Phone, Served

if TYPE_CHECKING:
    from tests.calls.messages.conftest import Kept

SAID = "Lütfen beni arayın, modemim bozuldu."


async def at_the_tone(served: Served) -> Phone:
    """A caller who has chosen to leave a message."""
    assert served.clock is not None
    phone = Phone(await served.web.talk(), served.clock)
    await phone.send(dial=BANK, **{"from": "+905321112233"})
    await phone.until("listens")
    await phone.quiet()
    await phone.send(press="2")
    await phone.until("records")
    await phone.quiet()
    return phone


@pytest.mark.parametrize("how", ["key", "hangs up", "silence"])
async def test_what_a_caller_types_after_the_tone_is_kept(
    served: Served, kept: Kept, how: str
) -> None:
    phone = await at_the_tone(served)
    assert "leave_message" in phone.heard
    await phone.send(say=SAID)
    assert served.clock is not None
    await served.clock.advance(4)
    if how == "key":
        await phone.send(press="#")
    elif how == "hangs up":
        await phone.send(hang_up=True)
    ended = await phone.until("ended")
    assert ended["outcome"] == "voicemail"
    (row,) = await kept.of(phone.call)
    assert (row.kind, row.box, row.words, row.state) == ("voicemail", "general", SAID, READY)
    assert row.sound is not None
    assert abs(row.sound.duration_ms / 1000 - len(SAID) / 14) < 0.7
    content = kept.sound(row)
    assert content[:4] == b"RIFF"
    assert len(content) == 44 + row.sound.duration_ms * 16
    (interaction,) = await served.rows()
    (segment,) = [one for one in interaction.segments if one.kind == "voicemail"]
    assert segment.detail == "general"
    (ticket,) = await kept.tickets(phone.call)
    assert ticket.subject == "Sesli mesaj"
    found = await kept.recorder.keeper.rows.of_ticket(ticket.number)
    assert [one.id for one in found] == [row.id]


async def test_who_says_nothing_leaves_no_message_and_no_ticket(served: Served, kept: Kept) -> None:
    phone = await at_the_tone(served)
    await phone.send(hang_up=True)
    ended = await phone.until("ended")
    assert ended["outcome"] == "left_menu"
    assert await kept.of(phone.call) == []

"""The bank's line, called over the simulator and over signed webhooks: the same call both ways."""

from __future__ import annotations

import asyncio
import re
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from ivr.app import Parts
from ivr.channels.twilio.wire.signature import sign
from ivr.domain.call import CallId
from ivr.domain.events import CallOffered, Event, Fetched, KeysCollected
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.memory.store import MemoryStore
from tests.fakes.served import BANK, TOKEN, Phone, Served

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ivr.runtime.ports import InteractionRow, SavedCall

CALLER = "+905321112233"
_TOOK = re.compile(r'"ms":\d+,')
CHANNEL_FACTS = {"at", "call", "trunk", "channel", "took_ms", "ended_by", "by"}
"""What may differ: moments, names of the call, and who notices an end first."""

# What the caller presses each time the bank listens.
TALKS = {
    "balance, after one wrong PIN": ["1", "0000", "1234", "2"],
    "lost card": ["2", "4532015112830366"],
    "bad card, then a good one": ["2", "4532015112830367", "4532015112830366"],
    "wrong keys": ["7", "8", "1", "1234", "1", "1", "1234", "2"],
}


async def events_of(served: Served, saved: SavedCall, key: bytes) -> list[Event]:
    codec = served.server.switch.codec
    found = [codec.loads(text, key) for _seq, text in saved.events]
    return [event for event in found if isinstance(event, Event)]


def told(event: Event) -> tuple[object, ...]:
    """An event without the facts of its channel."""
    names = [each.name for each in fields(event) if each.name not in CHANNEL_FACTS]
    return (type(event).__name__, *(getattr(event, name) for name in names))


class Keys:
    """Remembers the call keys, since the store destroys them at the end of a call."""

    def __init__(self, served: Served) -> None:
        keys = served.server.switch.ports.keys
        self.made: list[bytes] = []
        new_key = keys.new_key

        def remembered() -> bytes:
            self.made.append(new_key())
            return self.made[-1]

        keys.new_key = remembered  # type: ignore[method-assign]


async def journal(served: Served, keys: Keys) -> list[Event]:
    """The events of the one call, all of them, as they were."""
    (row,) = await served.rows()
    saved = await served.server.switch.store.journal.load(CallId(row.public_id))
    assert saved is not None
    assert saved.snapshot_seq < 20
    return await events_of(served, saved, keys.made[0])


async def by_phone(served: Served, talk: Sequence[str]) -> None:
    phone = Phone(await served.web.talk(), served.clock)
    await phone.send(dial=BANK, **{"from": CALLER})
    for keys in talk:
        await phone.until("listens")
        await phone.quiet()
        for key in keys:
            await phone.send(press=key)
    await phone.until("ended")
    await phone.socket.close()


async def by_webhook(served: Served, talk: Sequence[str], repeats: int = 0) -> None:
    call = served.provider(repeats).call(CALLER, BANK)
    await call.ring()
    for keys in talk:
        await call.until_listening()
        await call.press(keys)
    await call.wait(60)
    assert call.ended == "hangup"


@pytest.mark.parametrize("name", TALKS)
async def test_one_talk_over_two_channels_gives_the_same_journal(
    served: Served, folder: Path, name: str
) -> None:
    keys = Keys(served)
    await by_phone(served, TALKS[name])
    phone, (row,) = await journal(served, keys), await served.rows()
    other = await again(folder)
    try:
        more = Keys(other)
        await by_webhook(other, TALKS[name])
        webhook, (row_too,) = await journal(other, more), await other.rows()
    finally:
        await other.close()
    assert [told(event) for event in phone] == [told(event) for event in webhook]
    assert (row.path, row.outcome, row.language) == (row_too.path, row_too.outcome, "tr")
    assert plain_notes(row) == plain_notes(row_too)


def plain_notes(row: InteractionRow) -> list[tuple[str, str]]:
    """What was noted of a call, but for how long lookups really took."""
    return [(what, _TOOK.sub("", text)) for what, text in row.notes]


async def again(folder: Path) -> Served:
    """Another server of the same kind."""
    parts = Parts(clock=VirtualClock(), store=MemoryStore())
    return await Served.start(folder / "config.yaml", parts)


async def test_the_balance_is_heard_by_the_right_customer(served: Served) -> None:
    phone = Phone(await served.web.talk(), served.clock)
    await phone.send(dial=BANK, **{"from": CALLER})
    for keys in ["1", "1234", "2"]:
        message = await phone.until("listens")
        await phone.quiet()
        assert message["secret"] is (keys == "1234")
        for key in keys:
            await phone.send(press=key)
    ended = await phone.until("ended")
    assert ended == {"ended": "hangup", "outcome": "self_served"}
    texts = [p["text"] for m in phone.messages for p in m.get("hears", ())]
    assert "Anadolu Bank'a hoş geldiniz, Ayşe Kaya." in texts
    assert any("bin beş yüz yirmi lira yetmiş beş kuruş" in text for text in texts)
    await phone.socket.close()


async def test_every_webhook_sent_twice_has_one_effect(served: Served, folder: Path) -> None:
    talk = TALKS["balance, after one wrong PIN"]
    keys = Keys(served)
    await by_webhook(served, talk, repeats=1)
    twice = await journal(served, keys)
    assert sum(isinstance(event, CallOffered) for event in twice) == 1
    assert sum(isinstance(event, KeysCollected) for event in twice) == len(talk)
    assert sum(isinstance(event, Fetched) for event in twice) == 3
    (row,) = await served.rows()
    assert row.outcome == "self_served"
    other = await again(folder)
    await by_webhook(other, talk)
    (once,) = await other.rows()
    await other.close()
    assert plain_notes(row) == plain_notes(once)
    assert (row.path, row.segments[0].kind) == (once.path, once.segments[0].kind)


async def test_two_equal_webhooks_at_once_have_one_effect(served: Served) -> None:
    call = served.provider().call(CALLER, BANK)
    await call.ring()
    url, form = call.requests[0]
    signature = sign(url, form, TOKEN)
    answers = await asyncio.gather(*(served.web.post(url, form, signature) for _n in range(8)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert len(await served.rows()) == 1


async def test_a_slow_lookup_is_bridged_within_two_seconds(served: Served) -> None:
    provider = served.provider()
    call = provider.call(CALLER, BANK)
    await call.ring()
    await call.until_listening()
    await call.press("2")
    await call.until_listening()
    await call.press("4532015112830366")
    await call.wait(30)
    assert "Bir saniye lütfen." in call.words
    assert provider.longest_answer_ms <= 2000
    assert "Kartınız kapatıldı." in call.words

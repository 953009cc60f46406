"""What calls want sent is queued once, also where the store fails in between."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import StoreError
from ivr.domain.filing import SendText
from ivr.runtime.effects.worker import LATER, LOOK, Effects
from ivr.runtime.memory.clock import VirtualClock, settle
from ivr.runtime.ports import Effect
from ivr.runtime.sealing import CallCodec, MasterKeys
from ivr.runtime.tasks import Tasks
from ivr.runtime.texts.effects import CallTexts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ivr.runtime.ports.texts import TextNew

CODEC = CallCodec(MasterKeys(b"k" * 32))
TEXT = SendText(name="hello", to="+905321112233", text="Merhaba", sender="BANKA", purpose="survey")


@dataclass
class Box:
    """An outbox with one text in it, and what was sent of it."""

    waiting: dict[str, Effect] = field(default_factory=dict)
    sent: list[TextNew] = field(default_factory=list)
    fails: int = 0
    later: list[tuple[str, datetime, str]] = field(default_factory=list)

    async def due(self, _now: datetime, limit: int = 100, kind: str = "") -> Sequence[Effect]:
        """As the port says."""
        return [one for one in self.waiting.values() if one.kind == kind][:limit]

    async def done(self, effect_id: str) -> None:
        """As the port says."""
        if self.fails:
            self.fails -= 1
            raise StoreError("away", retryable=True)
        del self.waiting[effect_id]

    async def failed(self, effect_id: str, next_at: datetime, reason: str) -> None:
        """As the port says."""
        del self.waiting[effect_id]
        self.later.append((effect_id, next_at, reason))

    async def send(self, new: TextNew) -> object:
        """Keeps it."""
        self.sent.append(new)
        return None


def texts_of(it: Box, clock: VirtualClock) -> Effects[SendText]:
    return Effects(it, SendText, CallTexts(it.send, clock).queue, CODEC, clock)


def box(*ids: str) -> Box:
    body = CODEC.dumps(TEXT, b"")
    found = Box({one: Effect(one, "SendText", body) for one in ids})
    found.waiting["other"] = Effect("other", "Notify", "{}")
    return found


async def test_a_text_of_a_call_is_sent_as_the_flow_wrote_it() -> None:
    it, clock = box("c1/4/0"), VirtualClock()
    assert await texts_of(it, clock).look() == 1
    [new] = it.sent
    assert (new.to, new.body, new.sender, new.purpose) == (TEXT.to, "Merhaba", "BANKA", "survey")
    assert new.origin_key == "call:c1/4/0"
    assert [*it.waiting] == ["other"]


async def test_what_is_taken_out_twice_has_the_same_key() -> None:
    it = box("c1/4/0")
    it.fails = 1
    texts = texts_of(it, VirtualClock())
    with pytest.raises(StoreError):
        await texts.look()
    await texts.look()
    assert [one.origin_key for one in it.sent] == ["call:c1/4/0"] * 2


async def test_it_looks_again_and_again_and_through_many_at_once() -> None:
    it, clock, tasks = box(*(f"c/{n}/0" for n in range(150))), VirtualClock(), Tasks()
    it.fails = 1
    tasks.start(texts_of(it, clock).run(), "texts")
    await settle()
    assert len(it.sent) == 1
    await clock.advance(LOOK.total_seconds())
    await settle()
    assert len(it.sent) == 151
    await tasks.close()


@pytest.mark.parametrize("body", ["{}", "no JSON", '{"type": "SendText"}'])
async def test_one_that_cannot_be_read_keeps_no_other_from_leaving(body: str) -> None:
    it, clock = box("c1/4/0", "c2/4/0"), VirtualClock()
    it.waiting["c1/4/0"] = Effect("c1/4/0", "SendText", body)
    assert await texts_of(it, clock).look() == 2
    assert [one.origin_key for one in it.sent] == ["call:c2/4/0"]
    [(effect, at, _why)] = it.later
    assert (effect, at) == ("c1/4/0", clock.now() + LATER)

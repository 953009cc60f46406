"""What the verb `sms` left becomes a text, with the same key each time it is taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.call import CallId
from ivr.domain.filing import SendText
from ivr.runtime.effects.worker import Wanted
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.texts.effects import CallTexts

if TYPE_CHECKING:
    from ivr.runtime.ports.texts import TextNew

TEXT = SendText(name="hello", to="+905321112233", text="Merhaba", sender="BANKA", purpose="survey")


async def test_a_text_is_queued_as_the_flow_wrote_it() -> None:
    sent: list[TextNew] = []

    async def send(new: TextNew) -> None:
        sent.append(new)

    clock = VirtualClock()
    texts = CallTexts(send, clock)
    for _time in range(2):
        await texts.queue(Wanted("c1/4/0", CallId("c1"), TEXT))
    new, again = sent
    assert (new.to, new.body, new.sender, new.purpose) == (TEXT.to, "Merhaba", "BANKA", "survey")
    assert (new.origin_key, new.at) == ("call:c1/4/0", clock.now())
    assert again == new

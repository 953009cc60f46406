"""Text messages of simulated phones: shown on the page, answered there, nothing leaves the house.

From the phone: `{"texts": "+90..."}` (whose phone this is), `{"text": "5"}` (he writes; `"to"`
names another number of ours). To the phone: `{"texts": number}`, then for each text to or from it,
also for those of before: `{"text": {"id", "from", "to", "text", "at"}}`. One that is told twice has
the same id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ivr.domain.phone import parse_phone
from ivr.domain.texting.states import DELIVERED
from ivr.runtime.ports.texts import Handed, TextIn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.channels.simulator.phone import Tell
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.texts import TextDoor, TextRow, Texts

LETTERS = 2000
SHOWN = 200


class SimulatorTexts:
    """The port `TextLine`, and the phones that are looked at. new_ref: an id for each text."""

    keyed = True
    settles_s = 0.0

    def __init__(self, name: str, sender: str, country: str, new_ref: Callable[[], str]) -> None:
        self.name = name
        self.sender = sender
        self._country = country
        self._new_ref = new_ref
        self._phones: dict[str, list[Tell]] = {}
        self._doors: tuple[Texts, TextDoor, Clock] | None = None

    def open(self, texts: Texts, door: TextDoor, clock: Clock) -> None:
        """From now on texts come in here, and those of before can be shown."""
        self._doors = (texts, door, clock)

    async def send(self, text: TextRow) -> Handed:
        """Show it on the phones that have this number; they know it by our id."""
        for tell in self._phones.get(text.to, ()):
            tell(_shown(text))
        return Handed(text.id, DELIVERED)

    async def look(self, text: TextRow) -> Handed | None:
        """Never asked: a text shown twice is one text."""
        raise NotImplementedError

    def number(self, written: object) -> str | None:
        """A phone's number; None if it is none."""
        return parse_phone(str(written), self._country)

    async def show(self, number: str, tell: Tell) -> None:
        """Show a phone its texts, from now on too."""
        self._phones.setdefault(number, []).append(tell)
        if self._doors is not None:
            for text in await self._doors[0].thread(self.name, number, SHOWN):
                tell(_shown(text))

    def leave(self, number: str, tell: Tell) -> None:
        """This phone is looked at no more."""
        phones = self._phones.get(number, [])
        if tell in phones:
            phones.remove(tell)
        if not phones:
            self._phones.pop(number, None)

    async def write(self, number: str, message: Mapping[str, Any]) -> str:
        """Somebody writes on a phone; why he cannot, "" = he has."""
        body = str(message.get("text", ""))
        if self._doors is None or not body.strip():
            return "there is nothing to send"
        if len(body) > LETTERS:
            return f"a text has at most {LETTERS} letters"
        _texts, door, clock = self._doors
        to = str(message.get("to") or self.sender)
        text = TextIn(self.name, self._new_ref(), number, to, body, clock.now())
        await door.received(text)
        mine = {"id": text.provider_id, "from": number, "to": to, "text": body}
        for tell in self._phones.get(number, ()):
            tell({"text": {**mine, "at": text.at.isoformat()}})
        return ""


def _shown(text: TextRow) -> dict[str, Any]:
    """A text as phones know it: what they wrote by their own id, what they got by ours."""
    return {
        "text": {
            "id": text.id if text.direction == "out" else text.provider_id,
            "from": text.from_,
            "to": text.to,
            "text": text.body,
            "at": text.at.isoformat(),
        }
    }

"""The legs of a simulated call and their bridges: a talk of words instead of sound.

What one side types is heard by whoever would hear its voice on a telephone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.domain.call import CALLER, TALKERS, LegId, Member, Mode, hears
from ivr.domain.commands import Join, Part, SetMode
from ivr.domain.fold import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.channels.simulator.phone import Message, Phone
    from ivr.domain.events import Answer

WORDS: Mapping[Mode, str] = {
    Mode.TALK: "connected",
    Mode.MUTE: "muted",
    Mode.HELD: "on hold",
    Mode.LISTEN: "listening",
    Mode.WHISPER: "whispering",
}
MOVES = (Join, SetMode, Part)
ALONE = "alone"
ENDED: Message = {"talk": "ended"}


@dataclass(slots=True, eq=False)
class Talk:
    """One call. legs: everybody, also who rings. told: what each leg knows of the talk it is in."""

    caller: Phone
    legs: dict[LegId, Phone] = field(init=False)
    seats: dict[LegId, Member] = field(default_factory=dict)
    told: dict[LegId, Message] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.legs = {CALLER: self.caller}

    def move(self, command: Join | SetMode | Part) -> None:
        """A leg comes into a bridge, does something else there, or leaves it."""
        leg, seat = command.leg, self.seats.get(command.leg)
        if isinstance(command, Part):
            self.seats.pop(leg, None)
        elif isinstance(command, Join):
            if leg in self.legs:
                self.seats[leg] = Member(leg, command.bridge, command.mode, command.to)
        elif seat is not None:
            self.seats[leg] = Member(leg, seat.bridge, command.mode, command.to)

    def press(self, leg: LegId, key: str, at_ms: int) -> list[Answer]:
        """A key goes to the question that is open, else to whoever hears the leg."""
        if self._in_talk(leg):
            self._heard(leg, {"presses": key})
            return []
        return self.legs[leg].press(key, at_ms)

    def say(self, leg: LegId, words: str, at_ms: int) -> list[Answer]:
        """Words go to the question that is open, else to whoever hears the leg."""
        if self._in_talk(leg):
            self._heard(leg, {"says": words})
            return []
        phone = self.legs[leg]
        return phone.say(words if phone.line.message else fold(words), at_ms)

    def drop(self, leg: LegId) -> Phone | None:
        """A leg is gone; returns it as it was."""
        self.seats.pop(leg, None)
        self.told.pop(leg, None)
        return self.legs.pop(leg, None)

    def look(self) -> None:
        """Tell each leg what it has not been told of its talk."""
        for leg, phone in self.legs.items():
            news = self._news(leg)
            if news != self.told.get(leg, ENDED):
                self.told[leg] = news
                phone.send(news)

    def remind(self, phone: Phone) -> None:
        """Whoever takes a phone up again learns how things stand."""
        for message in (phone.last, phone.listens, self.told.get(phone.leg)):
            if message is not None:
                phone.send(message)

    def _in_talk(self, leg: LegId) -> bool:
        return leg in self.seats and not self.legs[leg].line.listening

    def _heard(self, leg: LegId, message: Message) -> None:
        by, here = self.legs[leg].name, self.seats[leg]
        for other, there in self.seats.items():
            if hears(there, here):
                self.legs[other].send({**message, "by": by})

    def _news(self, leg: LegId) -> Message:
        """What a leg does in its talk and with whom; nobody learns of who only listens in."""
        here = self.seats.get(leg)
        if here is None:
            return ENDED
        others = [
            self.legs[other].name
            for other, there in self.seats.items()
            if hears(here, there) or (_together(here, there) and there.mode in TALKERS)
        ]
        word = ALONE if here.mode is Mode.TALK and not others else WORDS[here.mode]
        return {"talk": word, "with": others}


def _together(here: Member, there: Member) -> bool:
    return here.bridge == there.bridge and here.leg != there.leg

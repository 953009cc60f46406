"""Text messages of a Twilio trunk: out by REST, in and reported by signed requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.channels.twilio.answers import Answer
from ivr.channels.twilio.rest import TOO_MANY, GoneError, RefusedError, RestError, UnauthorizedError
from ivr.channels.twilio.wire import messages
from ivr.domain.errors import NotFoundError
from ivr.domain.texting.states import REFUSED, UNREACHABLE
from ivr.runtime.ports.texts import (
    AGAIN,
    GIVEN_UP,
    LOCKED_OUT,
    UNKNOWN,
    Handed,
    TextFailedError,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from ivr.channels.twilio.answers import Asked
    from ivr.channels.twilio.rest import Rest
    from ivr.channels.twilio.wire.messages import Outgoing
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.texts import TextDoor, TextRow

PAGES = ("sms", "sms-status")
WAIT_S = 30.0
"""How long a provider with too much to do is left alone."""
_EMPTY = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'


class Texting:
    """The port `TextLine`, and what its two pages do."""

    keyed = False
    settles_s = 10.0

    def __init__(self, outgoing: Outgoing, rest: Rest, door: TextDoor, clock: Clock) -> None:
        self.name = outgoing.trunk
        self.sender = outgoing.sender
        self._outgoing = outgoing
        self._rest = rest
        self._door = door
        self._clock = clock

    async def send(self, text: TextRow) -> Handed:
        """See the port."""
        try:
            sid = await self._rest.create_text(self._outgoing.form(text))
        except RestError as error:
            raise failure(error) from None
        return Handed(sid)

    async def look(self, text: TextRow) -> Handed | None:
        """See the port."""
        try:
            said = await self._rest.texts_to(text.to)
        except RestError as error:
            raise failure(error) from None
        sid = messages.found_in(said, text, text.changed_at)
        return Handed(sid) if sid else None

    async def came(self, asked: Asked) -> Answer:
        """Somebody has written. Answers go out by REST, so this says nothing."""
        text = messages.text_in(asked.form, self.name, self._clock.now())
        if text is None:
            raise NotFoundError("no message is named")
        await self._door.received(text)
        return Answer(200, _EMPTY)

    async def reported(self, asked: Asked) -> Answer:
        """How far a text has come."""
        report = messages.report(asked.form, asked.raw_target, self.name, self._clock.now())
        if report is not None:
            await self._door.reported(report)
        return Answer(204)


class TextPages:
    """The pages of texts of one trunk. texting: what they lead to, None = it has no texts."""

    texting: Texting | None = None

    def __init__(self) -> None:
        self.by_name: Mapping[str, Callable[[Asked], Awaitable[Answer]]] = {
            "sms": self._came,
            "sms-status": self._reported,
        }

    async def _came(self, asked: Asked) -> Answer:
        return await self._found().came(asked)

    async def _reported(self, asked: Asked) -> Answer:
        return await self._found().reported(asked)

    def _found(self) -> Texting:
        if self.texting is None:
            raise NotFoundError("this trunk has no texts")
        return self.texting


def failure(error: RestError) -> TextFailedError:
    """What an error of the provider means for a text."""
    code = str(error.given or "")
    if error.given == TOO_MANY:
        return TextFailedError(AGAIN, UNREACHABLE, code, WAIT_S)
    if isinstance(error, UnauthorizedError):
        return TextFailedError(LOCKED_OUT, REFUSED, code)
    if isinstance(error, RefusedError | GoneError):
        return TextFailedError(GIVEN_UP, messages.reason_of(code), code)
    return TextFailedError(UNKNOWN, UNREACHABLE, code)

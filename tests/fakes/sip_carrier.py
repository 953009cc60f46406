"""A telephone company for tests: takes the server's calls and registrations, and makes calls.

Built on the plain phone of `sip_phone.py`, so none of the server's code is in it. Several of them
live side by side on loopback addresses of their own (127.0.0.2, 127.0.0.3).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.fakes.sip_phone import Dialog, Message, SipPhone

if TYPE_CHECKING:
    from collections.abc import Callable

CARRIER = "127.0.0.2"


class SipCarrier(SipPhone):
    """One server of a carrier. It answers to where a message came from.

    on: what it does about each request, by method; what is not named gets no answer.
    """

    def __init__(self, host: str = CARRIER, user: str = "carrier") -> None:
        super().__init__(("127.0.0.1", 0), user, host)
        self.on: dict[str, Callable[[Message], None]] = {"OPTIONS": self.accept}
        self.answers = self._act

    @property
    def written(self) -> str:
        """Its address as `servers` names it."""
        return f"{self.host}:{self.sip_port}"

    def _take(self, data: bytes, source: tuple[str, int]) -> None:
        self.server = source
        super()._take(data, source)

    def _act(self, message: Message) -> None:
        do = self.on.get(message.method)
        if do is not None:
            do(message)

    def accept(self, message: Message) -> None:
        """200."""
        self.reply(message, 200, tag="carrier")

    def says(self, status: int, reason: str = "No", extra: str = "") -> Callable[[Message], None]:
        """What answers so to every request."""
        return lambda message: self.reply(message, status, reason, tag="carrier", extra=extra)

    def asks_for_password(self, status: int = 401) -> Callable[[Message], None]:
        """What wants a login first, and then is content; the proof is for the test to look at."""
        header, proof = _HEADERS[status]

        def act(message: Message) -> None:
            if message.get(proof):
                self.accept(message)
                return
            challenge = f'{header}: Digest realm="carrier", nonce="n1", algorithm=MD5, qop="auth"'
            self.reply(message, status, "Who are you", tag="carrier", extra=challenge)

        return act

    def asked(self, method: str) -> list[Message]:
        """The requests of a kind that came so far."""
        return [one for one in self.heard if not one.status and one.method == method]

    async def next(self, method: str, number: int = 0) -> Message:
        """A request, also one that came before. number: which of its kind."""
        await self.until(lambda: len(self.asked(method)) > number)
        return self.asked(method)[number]

    async def picks_up(self, number: int = 0, *, extra: str = "") -> Dialog:
        """Rings, answers, and waits for the ACK; returns its side of the call."""
        invite = await self.next("INVITE", number)
        self.reply(invite, 180, "Ringing", tag="carrier")
        return await self.takes(invite, extra=extra)

    async def takes(self, invite: Message, *, extra: str = "") -> Dialog:
        """Answers an INVITE and waits for the ACK."""
        self.reply(invite, 200, tag="carrier", body=self.sdp(), extra=extra)
        await self.wait(
            lambda m: m.method == "ACK" and not m.status and m["call-id"] == invite["call-id"]
        )
        target = re.search(r"<([^>]+)>", invite["contact"])
        assert target
        dialog = Dialog(
            invite["call-id"], f"{invite['to']};tag=carrier", invite["from"], target[1], cseq=10
        )
        dialog.remote_audio = invite.audio
        return dialog


_HEADERS = {
    401: ("WWW-Authenticate", "authorization"),
    407: ("Proxy-Authenticate", "proxy-authorization"),
}

"""A PBX made of a test phone, with one process around pyVoIP registered at it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from ivr.channels.pyvoip.hand import Hand
from ivr.channels.pyvoip.wire.messages import Begin, Ready, Ringing
from tests.fakes.programs import free_port
from tests.fakes.sip_phone import SipPhone

if TYPE_CHECKING:
    from ivr.channels.pyvoip.wire.messages import Order, Tiding
    from tests.fakes.sip_phone import Dialog, Message

PATIENCE_S = 30.0
REALM = 'Digest realm="pbx", nonce="n1", qop="auth"'
T = TypeVar("T")


@dataclass(slots=True)
class Pbx:
    """phone: the PBX's own end. told: what the process said, in order. died: exit codes."""

    phone: SipPhone
    told: list[Tiding] = field(default_factory=list)
    died: list[int] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    challenge: str = REALM
    hand: Hand | None = None

    def begin(self, most: int = 4) -> None:
        """Start the process."""
        server, port = self.phone.host, self.phone.sip_port
        place = ("127.0.0.1", self.phone.server[1], 20_000, 60_000)
        self.phone.answers = self._answer
        self.hand = Hand(
            Begin(server, port, "7001", "secret", *place, most), self._heard, self._dead
        )

    @classmethod
    async def ready(cls, phone: SipPhone) -> Pbx:
        """With the process registered."""
        pbx = cls(phone)
        pbx.begin()
        await pbx.tiding(Ready)
        return pbx

    def send(self, order: Order) -> None:
        """An order for the process."""
        assert self.hand is not None
        self.hand.send(order)

    async def tiding(self, kind: type[T], number: int = 1) -> T:
        """The first thing of its kind that the process told, or a later one."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                found = [tiding for tiding in self.told if isinstance(tiding, kind)]
                if len(found) >= number:
                    return found[number - 1]
                self.came.clear()
                await self.came.wait()

    async def dead(self) -> int:
        """The exit code of the process, once it is gone."""
        async with asyncio.timeout(PATIENCE_S):
            while not self.died:
                self.came.clear()
                await self.came.wait()
        return self.died[0]

    async def rings(self, number: int = 1) -> tuple[Dialog, Ringing]:
        """Call the extension; it rings."""
        dialog = self.phone.invite("7001")
        return dialog, await self.tiding(Ringing, number)

    async def answer_of(self, dialog: Dialog, least: int = 200) -> Message:
        """The answer to the INVITE of a call."""
        return await self.phone.wait(
            lambda m: m.status >= least and m.method == "INVITE" and m["call-id"] == dialog.call_id
        )

    async def close(self) -> None:
        """Let the process go."""
        if self.hand is not None and self.hand.alive:
            self.hand.leave()
            await self.hand.gone()

    def _heard(self, tiding: Tiding) -> None:
        self.told.append(tiding)
        self.came.set()

    def _dead(self, code: int) -> None:
        self.died.append(code)
        self.came.set()

    def _answer(self, request: Message) -> None:
        """REGISTER is challenged once, then taken; a BYE is taken."""
        if request.method == "REGISTER":
            known = request.get("authorization")
            if known and self.challenge:
                self.phone.reply(request, 200, tag="r")
            else:
                extra = f"WWW-Authenticate: {self.challenge or REALM}"
                self.phone.reply(request, 401, "Unauthorized", tag="r", extra=extra)
        elif request.method == "BYE":
            self.phone.reply(request, 200)


def phone() -> SipPhone:
    """The PBX's end: it speaks to the port that the process will have."""
    return SipPhone(("127.0.0.1", free_port()), "pbx", codecs="0 8 101", pt=0)

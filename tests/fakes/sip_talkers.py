"""Phones that behave for a long time: register, answer, talk in numbered frames, hold, hand on."""

from __future__ import annotations

import asyncio
import struct
from collections import Counter
from dataclasses import dataclass, field
from itertools import count, pairwise
from statistics import median
from typing import TYPE_CHECKING

from tests.fakes.sip_phone import SipPhone

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.fakes.sip_phone import Dialog, Message, Rtp

FRAME_S = 0.02
MAGIC = 0xBEEF
PATIENCE_S = 10.0
REGISTERS_EVERY_S = 120.0
STARTS_TRIES = 6
EDGE_FRAMES = 25
"""Half a second at each end of a stretch of talk does not count: there the way is switched."""
WINDOW = 100
_FRAME = struct.Struct("!HHI")


async def after(seconds: float) -> None:
    """Real time passes."""
    done = asyncio.Event()
    asyncio.get_running_loop().call_later(max(0.0, seconds), done.set)
    await done.wait()


def numbered(who: int, number: int) -> bytes:
    """A frame of sound that tells who says it and which it is."""
    return _FRAME.pack(MAGIC, who, number) * 20


def read_number(payload: bytes) -> tuple[int, int] | None:
    """Who said a frame and which it is; None: it is music, a prompt, silence."""
    if len(payload) != 160:
        return None
    magic, who, number = _FRAME.unpack_from(payload)
    return (who, number) if magic == MAGIC else None


@dataclass(slots=True)
class Stretch:
    """A time in which one hears the other without a change: what was said, what was heard.

    said_s: when each frame was sent. heard: number, RTP timestamp, when it came; all on one clock.
    """

    said_s: dict[int, float] = field(default_factory=dict)
    heard: list[tuple[int, int, float]] = field(default_factory=list)

    @property
    def _counted(self) -> list[int]:
        return sorted(self.said_s)[EDGE_FRAMES:-EDGE_FRAMES]

    @property
    def frames(self) -> int:
        """How many frames count."""
        return len(self._counted)

    @property
    def lost(self) -> int:
        """Frames that were said and not heard."""
        heard = {number for number, _, _ in self.heard}
        return sum(number not in heard for number in self._counted)

    @property
    def doubled(self) -> int:
        """Frames that were heard more than once."""
        times = Counter(number for number, _, _ in self.heard)
        return sum(count > 1 for count in times.values())

    @property
    def paused_ms(self) -> float:
        """The longest pause of the speaker himself, who shares a machine with the server."""
        said = [self.said_s[number] for number in self._counted]
        return max((b - a for a, b in pairwise(said)), default=0.0) * 1000

    @property
    def drift_ms(self) -> float:
        """By how much the way through the server became longer or shorter, from begin to end."""
        delays = [at - self.said_s[number] for number, _, at in self._heard()]
        return _moved(delays) * 1000

    @property
    def clock_drift_ms(self) -> float:
        """By how much the time stamps run away from the clock of who speaks.

        After a pause of his of 200 ms and more, which the server fills, they begin anew.
        """
        heard = self._heard()
        if not heard:
            return 0.0
        begin, (first, stamp, _) = self.said_s[heard[0][0]], heard[0]
        assert first in self.said_s
        gone = [(time - stamp & 0xFFFFFFFF) / 8000 for _, time, _ in heard]
        return (
            _moved([g - (self.said_s[n] - begin) for g, (n, _, _) in zip(gone, heard, strict=True)])
            * 1000
        )

    def _heard(self) -> list[tuple[int, int, float]]:
        counted = set(self._counted)
        return [one for one in self.heard if one[0] in counted]


def _moved(figures: Sequence[float]) -> float:
    """The last of them against the first, in the middle of a window each."""
    if len(figures) < 2:
        return 0.0
    size = min(WINDOW, len(figures) // 2)
    return abs(median(figures[-size:]) - median(figures[:size]))


@dataclass(slots=True, eq=False)
class Talker(SipPhone):
    """A phone that answers by itself. called: its side of calls that came in and were answered."""

    who: int = 0
    called: asyncio.Queue[Dialog] = field(default_factory=asyncio.Queue)
    said_s: dict[int, float] = field(default_factory=dict)
    _ringing: dict[str, tuple[Message, str]] = field(default_factory=dict)
    _tags: count[int] = field(default_factory=count)
    _speaking: asyncio.TimerHandle | None = None
    _register: asyncio.Task[None] | None = None

    async def ready(self, password: str) -> None:
        """Register, and answer whatever comes from now on. The server may be about to start."""
        self.answers = self.asked
        for _ in range(STARTS_TRIES):
            try:
                answer = await self.register(password)
            except TimeoutError:
                continue
            assert answer.status == 200, answer.start
            return
        raise TimeoutError("the server does not answer REGISTER")

    async def stay(self, password: str, is_over: Callable[[], bool]) -> None:
        """Register again before the registration runs out."""
        loop = asyncio.get_running_loop()
        due_s = loop.time() + REGISTERS_EVERY_S
        while not is_over():
            await after(0.2)
            if loop.time() >= due_s:
                due_s = loop.time() + REGISTERS_EVERY_S
                assert (await self.register(password)).status == 200

    def asked(self, message: Message) -> None:
        """What a phone does with a request; what keeps the way open is none."""
        if "to" not in message.headers:
            return
        if message.method == "INVITE" and not message.to_tag:
            tag = f"t{self.who}x{next(self._tags)}"
            self._ringing[message["call-id"]] = message, tag
            self.reply(message, 180, "Ringing", tag=tag)
            self.reply(message, 200, tag=tag, body=self.sdp())
        elif message.method in {"INVITE", "UPDATE"}:
            self.reply(message, 200, body=self.sdp())
        elif message.method == "ACK":
            self._acknowledged(message)
        else:
            self.reply(message, 200, tag="x")

    def _acknowledged(self, message: Message) -> None:
        invite, tag = self._ringing.pop(message["call-id"], (None, ""))
        if invite is None:
            return
        dialog = self.dialog("x")
        dialog.call_id, dialog.to = invite["call-id"], invite["from"]
        dialog.from_ = f"{invite['to']};tag={tag}"
        dialog.target = invite["contact"].strip("<>")
        dialog.remote_audio = invite.audio
        self.called.put_nowait(dialog)

    async def picked_up(self) -> Dialog:
        """The next call that was answered here."""
        async with asyncio.timeout(PATIENCE_S):
            return await self.called.get()

    async def has_ended(self, dialog: Dialog) -> None:
        """Until the server has hung up."""
        await self.wait(
            lambda m: m.method == "BYE" and not m.status and m["call-id"] == dialog.call_id,
            PATIENCE_S,
        )

    async def done(self, dialog: Dialog, request: str, method: str) -> Message:
        """Send a request within a call; its final answer."""
        self.send(request)
        cseq = f"{dialog.cseq} {method}"
        return await self.wait(
            lambda m: m.status >= 200 and m["cseq"] == cseq and m["call-id"] == dialog.call_id,
            PATIENCE_S,
        )

    async def hold(self, dialog: Dialog, version: int, *, on: bool) -> None:
        """Put the other side on hold, or take it back."""
        dialog.cseq += 1
        body = self.sdp(direction="sendonly" if on else "sendrecv", version=version)
        answer = await self.done(dialog, self.request("INVITE", dialog, body=body), "INVITE")
        assert answer.status == 200, answer.start
        self.send(self.request("ACK", dialog))

    async def hand_on(self, dialog: Dialog, to: str) -> None:
        """Transfer the other side to another phone, and be hung up on."""
        dialog.cseq += 1
        extra = f"Refer-To: <sip:{to}@{self.server[0]}>"
        answer = await self.done(dialog, self.request("REFER", dialog, extra=extra), "REFER")
        assert answer.status == 202, answer.start
        await self.has_ended(dialog)

    async def hang_up(self, dialog: Dialog) -> None:
        """End a call."""
        dialog.cseq += 1
        answer = await self.done(dialog, self.request("BYE", dialog), "BYE")
        assert answer.status in {200, 481}, answer.start

    # sound

    def speak(self, dialog: Dialog) -> None:
        """Say a numbered frame each 20 ms until `hush`, by an absolute clock."""
        loop = asyncio.get_running_loop()
        self.hush()
        self._say(dialog, loop.time())

    def _say(self, dialog: Dialog, due_s: float) -> None:
        loop = asyncio.get_running_loop()
        number = len(self.said_s)
        self.said_s[number] = loop.time()
        self.send_rtp(dialog, numbered(self.who, number))
        self._speaking = loop.call_at(due_s + FRAME_S, self._say, dialog, due_s + FRAME_S)

    def hush(self) -> None:
        """Say nothing more."""
        if self._speaking is not None:
            self._speaking.cancel()

    def forget(self) -> None:
        """A new call: what was heard in the last one is not needed any more."""
        self.heard.clear()
        self.rtp.clear()


def stretch(speaker: Talker, listener: Talker, since: int, heard_since: int) -> Stretch:
    """What one said from its frame `since` on, and the other heard from its packet on."""
    said = {number: at for number, at in speaker.said_s.items() if number >= since}
    return Stretch(said, list(_of(listener.rtp[heard_since:], speaker.who)))


def _of(packets: Sequence[Rtp], who: int) -> list[tuple[int, int, float]]:
    found = ((read_number(packet.payload), packet) for packet in packets)
    return [(n[1], packet.timestamp, packet.at) for n, packet in found if n and n[0] == who]

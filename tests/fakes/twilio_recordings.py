"""The provider's recordings: asked for by REST, with sound that takes a moment to be there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.channels.twilio.wire.walker import RECORDING
from ivr.media.wav import Clip, write_wav

if TYPE_CHECKING:
    from ivr.channels.twilio.rest import Pairs, Said
    from ivr.channels.twilio.trunk import TwilioTrunk


@dataclass(slots=True)
class FakeRecordings:
    """Answers for the recordings of one trunk. seconds: of the sound there is; told_s: as the
    provider counts; not_yet: how often it is still being made. asked: every request."""

    seconds: float = 12.3
    told_s: int = 12
    not_yet: int = 1
    status: str = "completed"
    gone: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)

    def serve(self, trunk: TwilioTrunk) -> None:
        """Stand between a trunk and the network."""
        trunk.rest._send = self.send
        trunk.rest.fetch_sound = self.sound

    async def send(self, method: str, path: str, _form: Pairs) -> Said:
        """Implements `Send`."""
        self.asked.append((method, path))
        if path != f"Recordings/{RECORDING}.json" or self.gone:
            return 404, {"code": 20404}
        if method == "DELETE":
            self.gone = True
            return 204, {}
        if self.not_yet:
            self.not_yet -= 1
            return 200, {"status": "processing", "duration": None}
        return 200, {"status": self.status, "duration": str(self.told_s)}

    async def sound(self, path: str) -> tuple[int, bytes]:
        """Implements `FetchSound`."""
        self.asked.append(("GET", path))
        if path != f"Recordings/{RECORDING}.wav" or self.gone:
            return 404, b""
        pcm = (b"\x10\x20" + b"\xf0\xdf") * round(4000 * self.seconds)
        return 200, write_wav(Clip(pcm, 8000))

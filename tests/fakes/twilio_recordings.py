"""The provider's recordings: asked for by REST, with sound that takes a moment to be there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.channels.twilio.trunk import TwilioTrunk
from ivr.channels.twilio.wire.walker import RECORDING
from ivr.media.wav import Clip, write_wav

if TYPE_CHECKING:
    from ivr.channels.twilio.rest import Pairs, Said
    from tests.fakes.served import Served


def none_begun(served: Served) -> None:
    """The trunk `main` of a server, none of whose callers comes as far as to a tone."""
    trunk = served.server.switch.trunks["main"]
    assert isinstance(trunk, TwilioTrunk)
    FakeRecordings(begun=False).serve(trunk)


MADE_AT = "Mon, 23 Nov 2026 07:31:00 +0000"


@dataclass(slots=True)
class FakeRecordings:
    """Answers for the recordings of one trunk, of which there is one. seconds: of the sound there
    is; told_s: as the provider counts, None = it does not; not_yet: how often it is still being
    made. begun: whether a caller has come to the tone. busy: so often it answers that it is away.
    on_line: calls that go on until we end them. silent: nobody is heard in it. asked: every
    request."""

    seconds: float = 12.3
    told_s: int | None = 12
    not_yet: int = 1
    status: str = "completed"
    gone: bool = False
    begun: bool = True
    busy: int = 0
    silent: bool = False
    on_line: set[str] = field(default_factory=set)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def serve(self, trunk: TwilioTrunk) -> None:
        """Stand between a trunk and the network."""
        trunk.rest._send = self.send
        trunk.rest.fetch_sound = self.sound

    async def send(self, method: str, path: str, _form: Pairs) -> Said:
        """Implements `Send`."""
        self.asked.append((method, path))
        if self.busy:
            self.busy -= 1
            return 503, {}
        if path.startswith("Calls/"):
            return self._of_call(path.split("/")[1].removesuffix(".json"), method)
        if path != f"Recordings/{RECORDING}.json" or self.gone:
            return 404, {"code": 20404}
        if method == "DELETE":
            self.gone = True
            return 204, {}
        return 200, self._now()

    def _of_call(self, sid: str, method: str) -> Said:
        """The end of a call, or what was recorded of it."""
        if method == "POST":
            there = sid in self.on_line
            self.on_line.discard(sid)
            return (200, {"sid": sid}) if there else (400, {"code": 21220})
        other = {"sid": "RE00000000000000000000000000000009", "source": "StartCallRecordingAPI"}
        mine: dict[str, str | None] = {
            "sid": RECORDING,
            "source": "RecordVerb",
            "date_created": MADE_AT,
        }
        if sid in self.on_line:
            mine = {**mine, "status": "in-progress", "duration": "-1"}
        else:
            mine = {**mine, **self._now()}
        there = self.begun and not self.gone
        status = "in-progress" if sid in self.on_line else "completed"
        return 200, {"status": status, "recordings": [other, mine] if there else [other]}

    def _now(self) -> dict[str, str | None]:
        if self.not_yet:
            self.not_yet -= 1
            return {"status": "processing", "duration": None}
        told = None if self.told_s is None else str(self.told_s)
        return {"status": self.status, "duration": told}

    async def sound(self, path: str) -> tuple[int, bytes]:
        """Implements `FetchSound`."""
        self.asked.append(("GET", path))
        if path != f"Recordings/{RECORDING}.wav" or self.gone:
            return 404, b""
        wave = b"\0\0\0\0" if self.silent else b"\x10\x20" + b"\xf0\xdf"
        pcm = wave * round(4000 * self.seconds)
        return 200, write_wav(Clip(pcm, 8000))

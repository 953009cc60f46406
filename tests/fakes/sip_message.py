"""What a test phone knows of messages, packets and calls; none of the server's code is in it."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it came. headers: by lower-case name, every value in order."""

    start: str
    headers: dict[str, list[str]]
    body: str

    @property
    def status(self) -> int:
        """The status of a response, 0 for a request."""
        return int(self.start.split()[1]) if self.start.startswith("SIP/") else 0

    @property
    def method(self) -> str:
        """The method of a request, or that a response answers."""
        return self["cseq"].split()[1] if self.status else self.start.split()[0]

    def __getitem__(self, name: str) -> str:
        return self.headers[name][0]

    def get(self, name: str) -> str:
        """The first value of a header, "" if it is not there."""
        return self.headers.get(name, [""])[0]

    @property
    def to_tag(self) -> str:
        """The tag of To, "" if it has none."""
        found = re.search(r";tag=([^;>]+)", self["to"])
        return found[1] if found else ""

    @property
    def audio(self) -> tuple[str, int]:
        """Address and port of the audio stream in the body."""
        address = re.search(r"^c=IN IP[46] (\S+)", self.body, re.MULTILINE)
        port = re.search(r"^m=audio (\d+)", self.body, re.MULTILINE)
        assert address, self.body
        assert port, self.body
        return address[1], int(port[1])


def parse(data: bytes) -> Message:
    """A whole message."""
    head, _, body = data.decode("utf-8", "replace").partition("\r\n\r\n")
    start, *lines = head.split("\r\n")
    headers: dict[str, list[str]] = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers.setdefault(name.strip().lower(), []).append(value.strip())
    return Message(start, headers, body)


@dataclass(frozen=True, slots=True)
class Rtp:
    """An RTP packet. at: loop time in seconds at which the machine got it."""

    at: float
    marker: bool
    pt: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    source: tuple[str, int]


@dataclass(slots=True, eq=False)
class Dialog:
    """A call of this phone. invite: the headers it began with."""

    call_id: str
    from_: str
    to: str
    target: str
    cseq: int = 1
    branch: str = ""
    remote_audio: tuple[str, int] = ("", 0)

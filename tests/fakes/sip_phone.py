"""A plain SIP phone for tests: its own few lines of SIP and RTP, none of the server's code.

It speaks UDP or TCP on loopback, says what it is told (also nonsense), and keeps what it hears:
messages in order, and RTP packets with their time of arrival.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import re
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from tests.fakes.sip_line import DatagramLine, StreamLine

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from tests.fakes.sip_line import Line

PATIENCE_S = 5.0
KEYS = "0123456789*#ABCD"
_numbers = itertools.count(1000)


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
    """An RTP packet. at: loop time in seconds."""

    at: float
    marker: bool
    pt: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    source: tuple[str, int]


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, take: Callable[[bytes, tuple[str, int]], None]) -> None:
        self._take = take

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._take(data, addr)


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


@dataclass(slots=True, eq=False)
class SipPhone:
    """A phone; use it as `async with SipPhone(server_port) as phone`.

    transport: UDP or TCP. piece: over TCP, how many octets are sent at a time; 0 = all.
    """

    server: tuple[str, int]
    user: str = "caller"
    host: str = "127.0.0.1"
    heard: list[Message] = field(default_factory=list)
    rtp: list[Rtp] = field(default_factory=list)
    codecs: str = "8 0 101"
    answers: Callable[[Message], None] | None = None
    sip_port: int = 0
    rtp_port: int = 0
    event_pt: int = 101
    pt: int = 8
    transport: str = "UDP"
    piece: int = 0
    _sip: Line | None = None
    _media: asyncio.DatagramTransport | None = None
    _came: asyncio.Event = field(default_factory=asyncio.Event)
    _sequence: int = 100
    _timestamp: int = 5000
    _ssrc: int = 0x1234

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        local = (self.host, 0)
        self._sip = await self._open_line()
        self._media, _ = await loop.create_datagram_endpoint(
            lambda: _Datagrams(self._take_rtp), local
        )
        self.sip_port = self._sip.port
        self.rtp_port = self._media.get_extra_info("sockname")[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for each in (self._sip, self._media):
            if each is not None:
                each.close()

    async def _open_line(self) -> Line:
        if self.transport == "UDP":
            return await DatagramLine.open(self._take, self.server, self.host)
        return await StreamLine.open(self._take, self.server, self.host, self.piece)

    # raw

    def send(self, data: bytes | str) -> None:
        """Send any octets to the server's SIP port."""
        assert self._sip is not None
        self._sip.send(data.encode() if isinstance(data, str) else data)

    def _take(self, data: bytes, _source: tuple[str, int]) -> None:
        message = parse(data)
        self.heard.append(message)
        self._came.set()
        if self.answers is not None and not message.status:
            self.answers(message)

    def _take_rtp(self, data: bytes, source: tuple[str, int]) -> None:
        if len(data) < 12:
            return
        first, second, sequence, timestamp, ssrc = struct.unpack("!BBHII", data[:12])
        at = asyncio.get_running_loop().time()
        if first == 0x80 and second & 127 not in range(64, 96):
            packet = (at, bool(second >> 7), second & 127, sequence, timestamp, ssrc)
            self.rtp.append(Rtp(*packet, data[12:], source))
            self._came.set()

    async def wait(self, fits: Callable[[Message], bool], within_s: float = PATIENCE_S) -> Message:
        """The first message, also one heard before, that fits. Raises TimeoutError."""
        async with asyncio.timeout(within_s):
            while True:
                for message in self.heard:
                    if fits(message):
                        return message
                self._came.clear()
                await self._came.wait()

    async def until(self, holds: Callable[[], bool], within_s: float = PATIENCE_S) -> None:
        """Until something holds that messages or packets decide. Raises TimeoutError."""
        async with asyncio.timeout(within_s):
            while not holds():
                self._came.clear()
                await self._came.wait()

    async def response(
        self, method: str, least: int = 200, within_s: float = PATIENCE_S, cseq: int = 0
    ) -> Message:
        """The answer to a request of ours, of this status or above."""
        return await self.wait(
            lambda m: (
                m.status >= least
                and m.method == method
                and (not cseq or m["cseq"] == f"{cseq} {method}")
            ),
            within_s,
        )

    # requests

    @property
    def contact(self) -> str:
        """Where requests of the server reach this phone."""
        way = "" if self.transport == "UDP" else ";transport=tcp"
        return f"sip:{self.user}@{self.host}:{self.sip_port}{way}"

    def sdp(self, *, direction: str = "sendrecv", port: int | None = None, version: int = 1) -> str:
        """Our session: the codecs in `codecs`, keys as events on `event_pt`."""
        lines = [
            "v=0",
            f"o=- 77 {version} IN IP4 {self.host}",
            "s=-",
            f"c=IN IP4 {self.host}",
            "t=0 0",
            f"m=audio {port or self.rtp_port} RTP/AVP {self.codecs}",
        ]
        if str(self.event_pt) in self.codecs.split():
            lines += [
                f"a=rtpmap:{self.event_pt} telephone-event/8000",
                f"a=fmtp:{self.event_pt} 0-15",
            ]
        return "\r\n".join([*lines, f"a={direction}", ""])

    def request(  # noqa: PLR0913 - the parts of a request
        self,
        method: str,
        dialog: Dialog,
        *,
        body: str = "",
        content: str = "application/sdp",
        extra: str = "",
        cseq: int | None = None,
        branch: str = "",
        uri: str = "",
    ) -> str:
        """A request in or for a dialog, as text; the phone's own Contact is in it."""
        branch = branch or f"z9hG4bK{next(_numbers)}x{self.sip_port}"
        dialog.branch = branch
        number = dialog.cseq if cseq is None else cseq
        lines = [
            f"{method} {uri or dialog.target} SIP/2.0",
            f"Via: SIP/2.0/{self.transport} {self.host}:{self.sip_port};branch={branch};rport",
            "Max-Forwards: 70",
            f"From: {dialog.from_}",
            f"To: {dialog.to}",
            f"Call-ID: {dialog.call_id}",
            f"CSeq: {number} {method}",
            f"Contact: <{self.contact}>",
        ]
        lines += [extra.strip("\r\n")] if extra else []
        lines += [f"Content-Type: {content}"] if body else []
        return "\r\n".join([*lines, f"Content-Length: {len(body.encode())}", "", body])

    def dialog(self, called: str) -> Dialog:
        """A new dialog towards a called name or number."""
        number = next(_numbers)
        host, port = self.server
        target = f"sip:{called}@{host}:{port}"
        from_ = f"<sip:{self.user}@{self.host}>;tag=f{number}"
        return Dialog(f"c{number}-{self.sip_port}@test", from_, f"<{target}>", target)

    def invite(self, called: str, *, extra: str = "", body: str | None = None) -> Dialog:
        """Send an INVITE."""
        dialog = self.dialog(called)
        text = self.sdp() if body is None else body
        self.send(self.request("INVITE", dialog, body=text, extra=extra))
        return dialog

    async def call(self, called: str, **more: str) -> Dialog:
        """Call, wait for the 200, acknowledge it."""
        dialog = self.invite(called, **more)
        answer = await self.response("INVITE")
        assert answer.status == 200, answer.start
        self.acknowledge(dialog, answer)
        return dialog

    def acknowledge(self, dialog: Dialog, answer: Message, body: str = "") -> None:
        """The ACK to a 200, and what it tells us of the other side."""
        dialog.to = answer["to"]
        contact = re.search(r"<([^>]+)>", answer["contact"])
        assert contact
        dialog.target = contact[1]
        if "m=audio" in answer.body:
            dialog.remote_audio = answer.audio
        self.send(self.request("ACK", dialog, body=body))

    async def bye(self, dialog: Dialog) -> Message:
        """Hang up, and wait for the answer."""
        dialog.cseq += 1
        self.send(self.request("BYE", dialog))
        return await self.response("BYE")

    def reply(
        self,
        request: Message,
        status: int,
        reason: str = "OK",
        *,
        tag: str = "",
        body: str = "",
        extra: str = "",
    ) -> None:
        """Answer a request of the server."""
        to = request["to"] + (f";tag={tag}" if tag and not request.to_tag else "")
        lines = [f"SIP/2.0 {status} {reason}"]
        lines += [f"Via: {via}" for via in request.headers["via"]]
        lines += [f"Record-Route: {route}" for route in request.headers.get("record-route", [])]
        lines += [
            f"From: {request['from']}",
            f"To: {to}",
            f"Call-ID: {request['call-id']}",
            f"CSeq: {request['cseq']}",
            f"Contact: <{self.contact}>",
        ]
        lines += [extra.strip("\r\n")] if extra else []
        lines += ["Content-Type: application/sdp"] if body else []
        self.send("\r\n".join([*lines, f"Content-Length: {len(body)}", "", body]))

    # registering

    async def register(self, password: str, expires: int = 300) -> Message:
        """Register with a password; returns the last answer."""
        dialog = self.dialog(self.user)
        host, port = self.server
        uri = f"sip:{host}:{port}"
        dialog.to = f"<sip:{self.user}@{host}>"
        dialog.from_ = f"{dialog.to};tag=r{next(_numbers)}"
        expiry = f"Expires: {expires}"
        self.send(self.request("REGISTER", dialog, uri=uri, extra=expiry))
        asked = await self.wait(
            lambda m: (
                m.status >= 200 and m["call-id"] == dialog.call_id and m["cseq"] == "1 REGISTER"
            )
        )
        if asked.status != 401:
            return asked
        dialog.cseq += 1
        proof = self.proof(asked["www-authenticate"], "REGISTER", uri, password)
        extra = f"{expiry}\r\nAuthorization: {proof}"
        self.send(self.request("REGISTER", dialog, uri=uri, extra=extra))
        return await self.wait(
            lambda m: (
                m.status >= 200 and m["call-id"] == dialog.call_id and m["cseq"] == "2 REGISTER"
            )
        )

    def proof(self, challenge: str, method: str, uri: str, password: str) -> str:
        """The answer to a digest challenge (RFC 7616)."""
        asked = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge))
        name = asked.get("algorithm", "MD5")
        make = hashlib.sha256 if name == "SHA-256" else hashlib.md5

        def digest(text: str) -> str:
            return make(text.encode()).hexdigest()

        first = digest(f"{self.user}:{asked['realm']}:{password}")
        second = digest(f"{method}:{uri}")
        response = digest(f"{first}:{asked['nonce']}:00000001:abcd:auth:{second}")
        return (
            f'Digest username="{self.user}", realm="{asked["realm"]}", nonce="{asked["nonce"]}", '
            f'uri="{uri}", response="{response}", algorithm={name}, qop=auth, nc=00000001, '
            f'cnonce="abcd"'
        )

    # sound

    def send_rtp(
        self, dialog: Dialog, payload: bytes, *, pt: int | None = None, marker: bool = False
    ) -> None:
        """One RTP packet of 20 ms."""
        kind = self.pt if pt is None else pt
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._timestamp = (self._timestamp + 160) & 0xFFFFFFFF
        second = kind | (marker << 7)
        head = struct.pack("!BBHII", 0x80, second, self._sequence, self._timestamp, self._ssrc)
        self.send_raw_rtp(dialog, head + payload)

    def send_raw_rtp(self, dialog: Dialog, packet: bytes) -> None:
        """Any octets to the server's RTP port of this call."""
        assert self._media is not None
        self._media.sendto(packet, dialog.remote_audio)

    def press(self, dialog: Dialog, keys: str) -> None:
        """Keys as telephone-events: three updates, three ends, all at once (RFC 4733)."""
        for key in keys:
            self._timestamp = (self._timestamp + 1600) & 0xFFFFFFFF
            for index, end in enumerate((0, 0, 0, 1, 1, 1)):
                self._sequence = (self._sequence + 1) & 0xFFFF
                duration = min(index + 1, 4) * 160
                second = self.event_pt | (0x80 if index == 0 else 0)
                head = struct.pack(
                    "!BBHII", 0x80, second, self._sequence, self._timestamp, self._ssrc
                )
                event = struct.pack("!BBH", KEYS.index(key), 10 | (end << 7), duration)
                self.send_raw_rtp(dialog, head + event)

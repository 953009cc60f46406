"""sipp as a caller and as a called phone: scenarios of our own, written into the test's folder.

The sound that comes for a caller goes to an `Ear` of ours: sipp announces the port of it, and sends
its own packets (`play_dtmf`, raw sockets) from the same port.
"""

from __future__ import annotations

import asyncio
import os
import struct
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from tests.fakes.hearing import Hearing, decoded
from tests.fakes.programs import Program, free_port, need

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
Max-Forwards: 70
From: <sip:[from]@[local_ip]:[local_port]>;tag=[pid]t[call_number]
{to}
Call-ID: [call_id]
CSeq: {cseq}
Contact: <sip:[from]@[local_ip]:[local_port];transport=[transport]>
"""
OFFER = """\
Content-Type: application/sdp
Content-Length: [len]

v=0
o=sipp 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio {port} RTP/AVP {codecs}
"""
EVENTS = """\
a=rtpmap:96 telephone-event/8000
a=fmtp:96 0-15
"""
"""Its `play_dtmf` knows this payload type alone."""
ANSWER = """\
[last_Via:]
[last_From:]
[last_To:];tag=[pid]s[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
"""
EMPTY = "Content-Length: 0\n\n"
LEAD_S = 0.8
"""From the order to press a key to its beginning."""
EAR_ABOVE = 200
"""How far the ear's port is above the one that sipp itself opens."""


def _send(text: str, more: str = "") -> str:
    return f"<send {more}><![CDATA[\n{text}\n]]></send>"


def _ask(text: str, name: str) -> str:
    """A request and its 200. name: of its transaction: without it any 200 would do for sipp."""
    sent = _send(text, f'retrans="500" start_txn="{name}"')
    return f'{sent}\n<recv response="200" response_txn="{name}"/>'


def _request(method: str, cseq: int, more: str = EMPTY, *, to: str = "[last_To:]") -> str:
    uri = "sip:[service]@[remote_ip]:[remote_port]" if method == "INVITE" else "[next_url]"
    answered = f"{cseq} {method}"
    return f"{method} {uri} SIP/2.0\n{HEAD.format(to=to, cseq=answered)}{more}"


def invite(*, events: bool = True) -> str:
    """Call, be answered with sound, and say so."""
    codecs = "8 96" if events else "8"
    offer = OFFER.format(port=f"[media_port+{EAR_ABOVE}]", codecs=codecs)
    offer += EVENTS if events else ""
    to = "To: <sip:[service]@[remote_ip]:[remote_port]>"
    asked = _send(_request("INVITE", 1, offer, to=to), 'retrans="500" start_txn="invite"')
    early = [
        f'<recv response="{status}" optional="true" response_txn="invite"/>'
        for status in (100, 180)
    ]
    accepted = '<recv response="200" rrs="true" response_txn="invite"/>'
    return "\n".join([asked, *early, accepted, _send(_request("ACK", 1), 'ack_txn="invite"')])


def pause(seconds: float) -> str:
    """Do nothing for a while."""
    return f'<pause milliseconds="{round(seconds * 1000)}"/>'


def press(keys: str) -> str:
    """Keys as telephone-events, until the last is over.

    sipp sends 400 ms of filling first and is still for 400 ms; then each key takes 400 ms. A second
    order would stop the first.
    """
    order = f'<nop><action><exec play_dtmf="{keys}"/></action></nop>\n'
    return order + pause(LEAD_S + 0.4 * len(keys) + 0.1)


def info(key: str, cseq: int) -> str:
    """A key by INFO (application/dtmf-relay)."""
    body = (
        f"Content-Type: application/dtmf-relay\nContent-Length: [len]\n\nSignal={key}\nDuration=100"
    )
    return _ask(_request("INFO", cseq, body), f"info{cseq}")


def bye(cseq: int = 2) -> str:
    """Hang up."""
    return _ask(_request("BYE", cseq), "bye")


def hung_up() -> str:
    """The other side hangs up."""
    return '<recv request="BYE"/>\n' + _send(f"SIP/2.0 200 OK\n{ANSWER}{EMPTY}")


def answered() -> str:
    """Called: ring, then answer with sound."""
    ringing = _send(f"SIP/2.0 180 Ringing\n{ANSWER}{EMPTY}")
    offer = OFFER.format(port="[media_port]", codecs="8")
    accepted = _send(f"SIP/2.0 200 OK\n{ANSWER}{offer}", 'retrans="500"')
    lines = ['<recv request="INVITE"/>', ringing, accepted, '<recv request="ACK"/>']
    return "\n".join(lines)


def _furnish(folder: Path, steps: tuple[str, ...]) -> None:
    """Write the scenario."""
    folder.mkdir(parents=True)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="ours">'
    (folder / "ours.xml").write_text("\n".join([head, *steps, "</scenario>\n"]))


@dataclass(slots=True)
class Sipp:
    """A running sipp."""

    program: Program

    @classmethod
    async def start(cls, folder: Path, options: str, *steps: str) -> Sipp:
        """Start it with a scenario; options: as on its command line."""
        command = need("sipp", "sip-tester")
        _furnish(folder, steps)
        always = (
            "-sf ours.xml -nostdin -trace_err -error_file errors.log -timeout 60 -timeout_error"
        )
        return cls(await Program.start(folder, command, *always.split(), *options.split()))

    async def done(self, within_s: float = 20.0) -> None:
        """Wait until its calls went as the scenario says."""
        code = await self.program.ended(within_s)
        assert code == 0, self.complaints()

    def complaints(self) -> str:
        """What it found wrong, else the end of what it said."""
        errors = self.program.log.with_name("errors.log")
        return errors.read_text() if errors.exists() else self.program.said()[-3000:]

    async def close(self) -> None:
        """End it."""
        await self.program.close()


def need_raw_sockets() -> None:
    """Skip where sipp may not send sound: it asks for raw sockets."""
    if os.geteuid() != 0:
        pytest.skip("sip-tester plays keys through raw sockets, which need root")


@dataclass(slots=True)
class Ear(asyncio.DatagramProtocol):
    """Keeps the RTP that comes to a port, in the order of its timestamps."""

    payloads: dict[int, bytes] = field(default_factory=dict)
    types: set[int] = field(default_factory=set)
    port: int = 0
    transport: asyncio.DatagramTransport | None = None

    @classmethod
    async def open(cls) -> Ear:
        """Listen on a port so that the one that sipp itself needs is free too."""
        loop = asyncio.get_running_loop()
        port = free_port() & ~1
        transport, ear = await loop.create_datagram_endpoint(cls, ("127.0.0.1", port))
        ear.transport, ear.port = transport, port
        return ear

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """A packet of 12 octets of head and the sound."""
        del addr
        first, second, _sequence, timestamp = struct.unpack("!BBHI", data[:8])
        assert first == 0x80, data[:12]
        self.types.add(second & 127)
        self.payloads[timestamp] = data[12:]

    def heard(self) -> Hearing:
        """All the sound, A-law."""
        samples = array("h")
        for timestamp in sorted(self.payloads):
            samples += decoded(self.payloads[timestamp], 8)
        return Hearing(samples)

    @property
    def options(self) -> str:
        """What tells sipp to announce this port."""
        return f"-i 127.0.0.1 -mi 127.0.0.1 -mp {self.port - EAR_ABOVE}"

    def close(self) -> None:
        """Let the port go."""
        if self.transport is not None:
            self.transport.close()

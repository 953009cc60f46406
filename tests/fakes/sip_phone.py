"""A plain SIP phone for tests: its own few lines of SIP and RTP, none of the server's code.

It speaks UDP or TCP on loopback, says what it is told (also nonsense), and keeps what it hears:
messages in order, and RTP packets with their time of arrival.
"""

from __future__ import annotations

import hashlib
import re
import struct
from dataclasses import dataclass

from tests.fakes.sip_asking import Asking, new_number
from tests.fakes.sip_message import Dialog, Message, Rtp, parse

__all__ = ["KEYS", "Dialog", "Message", "Rtp", "SipPhone", "parse"]
KEYS = "0123456789*#ABCD"


@dataclass(slots=True, eq=False)
class SipPhone(Asking):
    """A phone; use it as `async with SipPhone(server_port) as phone`."""

    # registering

    async def register(self, password: str, expires: int = 300) -> Message:
        """Register with a password; returns the last answer."""
        dialog = self.dialog(self.user)
        host, port = self.server
        uri = f"sip:{host}:{port}"
        dialog.to = f"<sip:{self.user}@{host}>"
        dialog.from_ = f"{dialog.to};tag=r{new_number()}"
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

"""Links by which a customer sends files for one ticket: `/u/{token}`, for a while and once.

The token tells itself which ticket it is for and until when, and nobody can make one without the
key of this server; so none is kept. That it was used is told by the message that came by it.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

MAC_BYTES = 16
"""128 bits that nobody can guess."""
_NUMBER, _UNTIL, _CHANCE = 5, 4, 8
_BYTES = _NUMBER + _UNTIL + _CHANCE + MAC_BYTES
_MINUTE = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PREFIX = "upload:"
"""Begin of the message id of what comes by a link."""


@dataclass(frozen=True, slots=True)
class UploadLink:
    """What a token says. ticket: number. until: whole minutes. single: tells it from all others."""

    ticket: str
    until: datetime
    single: str

    @property
    def message_id(self) -> str:
        """What the message that comes by this link is known by: there is one at most."""
        return f"{PREFIX}{self.single}"


@dataclass(frozen=True, slots=True)
class UploadLinks:
    """Makes and reads tokens. key: of this server, 32 octets."""

    key: bytes

    def make(self, ticket: str, until: datetime) -> str:
        """A token for a ticket (number)."""
        minutes = -((_EPOCH - until) // _MINUTE)  # rounded up
        told = int(ticket).to_bytes(_NUMBER) + minutes.to_bytes(_UNTIL)
        told += secrets.token_bytes(_CHANCE)
        return base64.urlsafe_b64encode(told + self._sign(told)).decode()

    def read(self, token: str) -> UploadLink | None:
        """What it says, also one whose time is over; None if it is none of ours."""
        try:
            whole = base64.b64decode(token.encode(), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        told, signed = whole[:-MAC_BYTES], whole[-MAC_BYTES:]
        if len(whole) != _BYTES or not hmac.compare_digest(self._sign(told), signed):
            return None
        number, rest = int.from_bytes(told[:_NUMBER]), told[_NUMBER:]
        until = _EPOCH + int.from_bytes(rest[:_UNTIL]) * _MINUTE
        return UploadLink(f"{number:09d}", until, rest[_UNTIL:].hex())

    def _sign(self, told: bytes) -> bytes:
        return hmac.digest(self.key, told, sha256)[:MAC_BYTES]

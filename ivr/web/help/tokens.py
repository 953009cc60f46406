"""Tokens of public forms: a form that is sent was shown by us, to this browser, not long ago.

`moment.chance.signature`; the chance stands in a cookie too, so no other site can send a form that
it had shown to itself. The chance is also what a second press of the button is known by.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

LIFE_S = 4 * 3600
COOKIE = "ivr_form"
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class FormTokens:
    """Makes and reads tokens. key: of this server, 32 octets."""

    key: bytes

    def chance(self, known: str = "") -> str:
        """What goes into the cookie: what is there already, if it is one of ours."""
        good = len(known) == 22 and known.replace("-", "a").replace("_", "a").isalnum()
        return known if good and known.isascii() else secrets.token_urlsafe(16)

    def make(self, form: str, chance: str, now: datetime) -> str:
        """A token for a form."""
        told = f"{int(now.timestamp())}.{secrets.token_urlsafe(12)}"
        return f"{told}.{self._sign(form, chance, told)}"

    def read(self, token: str, form: str, chance: str, now: datetime) -> str | None:
        """What tells this showing of the form from all others; None if the token is not good."""
        told, _, signed = token[:_LONGEST].rpartition(".")
        at, _, single = told.partition(".")
        if not chance or not single or not at.isdigit() or not at.isascii():
            return None
        if not hmac.compare_digest(signed.encode(), self._sign(form, chance, told).encode()):
            return None
        age_s = now.timestamp() - int(at)
        return single if -60 <= age_s <= LIFE_S else None

    def _sign(self, form: str, chance: str, told: str) -> str:
        digest = hmac.digest(self.key, f"{form}\0{chance}\0{told}".encode(), sha256)
        return base64.urlsafe_b64encode(digest[:24]).decode()

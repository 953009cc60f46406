"""The code of an authenticator app as second factor (RFC 6238: SHA-1, 30 s, 6 digits).

The shared secret is 160 bits in base32 (RFC 4226 section 4, R6) and is kept sealed.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from ivr.domain.errors import ReplayError

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.runtime.ports import Keys

STEP_S = 30
DIGITS = 6
SECRET_BYTES = 20
ISSUER = "IVR"
NEEDED_BY = frozenset({"admin", "auditor", "supervisor"})
"""Roles that cannot sign in without one, save on a developer's machine."""


def needed(roles: tuple[str, ...]) -> bool:
    """Whether one of these roles asks for a second factor."""
    return any(role in NEEDED_BY for role in roles)


def new_secret() -> str:
    """A fresh shared secret, 32 characters of base32."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def enrolment(name: str, secret: str) -> str:
    """What an authenticator app reads from a picture: an otpauth URI (Key URI format)."""
    about = urlencode({"secret": secret, "issuer": ISSUER, "digits": DIGITS, "period": STEP_S})
    return f"otpauth://totp/{quote(f'{ISSUER}:{name}')}?{about}"


def is_secret(text: str) -> bool:
    """Whether this is a secret as `new_secret` makes them."""
    try:
        return len(base64.b32decode(text)) == SECRET_BYTES
    except ValueError:  # also of letters that are not ASCII, which is no binascii.Error
        return False


def code_at(secret: str, step: int, digits: int = DIGITS) -> str:
    """The code of one time step (RFC 4226 section 5.3)."""
    mac = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    at = mac[-1] & 15
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def step_of(at: datetime) -> int:
    """The number of the time step."""
    return int(at.timestamp()) // STEP_S


def matching_step(secret: str, code: str, at: datetime, used: int) -> int | None:
    """The step whose code this is, one to either side allowed; None = wrong or used before."""
    now, given = step_of(at), code.replace(" ", "").encode()
    found = None
    for step in (now - 1, now, now + 1):
        right = hmac.compare_digest(code_at(secret, step).encode(), given)
        if right and step > used:
            found = step
    return found


def sealed(keys: Keys, secret: str) -> str:
    """The secret as it is kept: a key of its own, wrapped by the master key, and the text."""
    wrapped = keys.new_key()
    return f"{base64.b64encode(wrapped).decode()}.{keys.seal(wrapped, secret)}"


def unsealed(keys: Keys, text: str) -> str:
    """The reverse. Raises ReplayError if it was sealed with another master key."""
    wrapped, _dot, inside = text.partition(".")
    try:
        return keys.unseal(base64.b64decode(wrapped, validate=True), inside)
    except binascii.Error as error:
        raise ReplayError("a second factor is kept in a form that is not ours") from error

"""Recovery codes: each opens once instead of the code of an authenticator app that is lost.

A code is 80 bits in base32, written in groups of four. It is shown once, when it is made; only its
hash is kept, which needs no salt since nobody can try 2^80 codes. Source: security.md section 5.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ivr.domain.errors import StaleVersionError
from ivr.web.auth import second_factor
from ivr.web.auth.tokens import digest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from ivr.runtime.ports import Keys
    from ivr.runtime.ports.desk import People, Person

COUNT = 10
_BYTES = 10
_GROUP = 4
_ALIKE = str.maketrans("018", "OIB", " -")
"""Base32 has no 0, 1 and 8: whoever writes one has misread a letter. Blanks and hyphens do not
count."""


def new_codes() -> tuple[str, ...]:
    """Ten fresh codes as they are shown, `ABCD-EFGH-IJKL-MNOP`."""
    return tuple(_grouped(secrets.token_bytes(_BYTES)) for _ in range(COUNT))


def _grouped(random: bytes) -> str:
    text = base64.b32encode(random).decode()
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def kept(codes: Iterable[str]) -> tuple[str, ...]:
    """What is stored of them."""
    return tuple(map(_digest, codes))


def left_after(stored: tuple[str, ...], code: str) -> tuple[str, ...] | None:
    """What is stored once this code has been used; None if it is none of them (any more)."""
    wanted = _digest(code)
    left = tuple(one for one in stored if not secrets.compare_digest(one, wanted))
    return left if len(left) < len(stored) else None


def forgotten(person: Person) -> Person:
    """The person without second factor and without codes for it."""
    return replace(person, totp=None, totp_step=0, recovery=())


def _digest(code: str) -> str:
    return digest(code.upper().translate(_ALIKE))


@dataclass(frozen=True, slots=True)
class Proof:
    """A person has shown the second factor. by_recovery: with one of the recovery codes."""

    person: Person
    by_recovery: bool


async def use_code(
    people: People, keys: Keys, person: Person, code: str, now: datetime
) -> Proof | None:
    """Use a code up, of the app or for recovery. None if it is wrong, or somebody else was faster.

    person: one with a second factor.
    """
    secret = second_factor.unsealed(keys, person.totp or "")
    step = second_factor.matching_step(secret, code, now, person.totp_step)
    left = left_after(person.recovery, code) if step is None else None
    if step is not None:
        used = replace(person, totp_step=step)
    elif left is not None:
        used = replace(person, recovery=left)
    else:
        return None
    try:
        return Proof(await people.save(used), by_recovery=step is None)
    except StaleVersionError:
        return None

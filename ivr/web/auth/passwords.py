"""Passwords: which ones are taken, and how they are kept and compared.

Argon2id with 19 MiB, two passes, one lane (security.md 5); RFC 9106. Compared as NFKC, so that the
same letters typed on another keyboard are the same password.
"""

from __future__ import annotations

import asyncio
import secrets
import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ivr.web.auth.common import folded, is_common

LEAST, MOST = 12, 128
AT_ONCE = 4
_NAME_LEAST = 4
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def fault(password: str, name: str = "") -> str | None:
    """Why this password is not taken, as a code: too-short too-long common name; None = it is."""
    text = normal(password)
    if len(text) < LEAST:
        return "too-short"
    if len(text) > MOST:
        return "too-long"
    if is_common(text):
        return "common"
    if len(name) >= _NAME_LEAST and folded(name) in folded(text):
        return "name"
    return None


def normal(password: str) -> str:
    """The form that is hashed."""
    return unicodedata.normalize("NFKC", password)


class Passwords:
    """Hashes and compares away from the event loop, at most four at once."""

    def __init__(self, hasher: PasswordHasher = _HASHER) -> None:
        self._hasher = hasher
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def hash(self, password: str) -> str:
        """What is kept instead of the password."""
        async with self._turn:
            return await asyncio.to_thread(self._hasher.hash, normal(password))

    async def matches(self, kept: str | None, password: str) -> bool:
        """Whether this is the password. Without one the same work is done, so that nobody can
        tell by the time who has an account."""
        async with self._turn:
            return await asyncio.to_thread(self._matches, kept, normal(password))

    def _matches(self, kept: str | None, text: str) -> bool:
        try:
            self._hasher.verify(kept or _nobodys(self._hasher), text)
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None


@lru_cache(maxsize=4)
def _nobodys(hasher: PasswordHasher) -> str:
    """The hash of a password that nobody knows."""
    return hasher.hash(secrets.token_hex())

"""Sealing without secrets, for tests that read what was sealed."""

from __future__ import annotations

import base64

MARK = b"not encrypted."


class PlainKeys:
    """Implements `Keys`: base64 instead of encryption. Never for production."""

    def new_key(self) -> bytes:
        """A fixed key."""
        return b"key"

    def seal(self, wrapped: bytes, text: str) -> str:
        """Readable again by anybody, but no plain text."""
        return base64.b64encode(text.encode()).decode()

    def unseal(self, wrapped: bytes, text: str) -> str:
        """The reverse of `seal`."""
        return base64.b64decode(text).decode()

    def lock(self, wrapped: bytes, octets: bytes, about: bytes) -> bytes:
        """As they are, between two marks of 14 octets."""
        return MARK + octets + MARK

    def unlock(self, wrapped: bytes, octets: bytes, about: bytes) -> bytes:
        """The reverse of `lock`."""
        return octets[len(MARK) : -len(MARK)]

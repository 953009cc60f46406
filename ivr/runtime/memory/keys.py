"""Sealing without secrets, for tests that read what was sealed."""

from __future__ import annotations

import base64


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

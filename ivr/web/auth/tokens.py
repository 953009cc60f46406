"""What is kept instead of a secret that is random enough to need no salt."""

from __future__ import annotations

import hashlib


def digest(token: str) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()

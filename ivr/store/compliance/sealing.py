"""Whom a running erasure is about, sealed with the customer's key: his numbers are gone from the
tables after the first step, and the later ones have to find them elsewhere."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ivr.tickets.erasure import pseudonym

if TYPE_CHECKING:
    from ivr.store.compliance.subjects import Subject

_NONCE_BYTES = 12
_SEALED = ("values", "own", "written", "names")


def seal(whom: Subject, key: bytes) -> str:
    """His numbers and names as base64 of nonce and AES-256-GCM (NIST SP 800-38D). key: 32 bytes."""
    nonce = os.urandom(_NONCE_BYTES)
    text = json.dumps({name: getattr(whom, name) for name in _SEALED})
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, text.encode(), None)).decode()


def widened(whom: Subject, sealed: str, key: bytes) -> Subject:
    """A customer as he is now, with the numbers and names that he had when it began."""
    raw = base64.b64decode(sealed)
    text = AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None)
    had = json.loads(text)
    both: dict[str, Any] = {
        name: tuple(sorted({*getattr(whom, name), *had[name]})) for name in _SEALED
    }
    hidden = tuple(pseudonym(value, key) for value in both["own"])
    return replace(whom, **both, hidden=hidden)

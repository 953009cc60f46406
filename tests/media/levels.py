"""How loud some telephone sound is, by the definition, for tests."""

from __future__ import annotations

from math import inf, log10
from typing import TYPE_CHECKING

from ivr.media.g711 import VALUES
from ivr.media.level import FULL

if TYPE_CHECKING:
    from ivr.media.g711 import Codec, Octets


def level_dbfs(codec: Codec, octets: Octets) -> float:
    """Its mean square in dB of full scale; minus infinity for digital silence."""
    squares = sum(VALUES[codec][octet] ** 2 for octet in octets)
    return 10 * log10(squares / len(octets) / FULL**2) if squares else -inf

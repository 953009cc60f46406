"""Which answers of a scored question are good ones: top 2 of 5, top 3 of 7, promoters."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CSAT, NPS, CES = "csat", "nps", "ces"
TOP: Mapping[str, int] = MappingProxyType({CSAT: 4, NPS: 9, CES: 5})
"""The lowest answer that counts as good."""
BEST: Mapping[str, int] = MappingProxyType({CSAT: 5, NPS: 10, CES: 7})
"""The top of the scale."""
DETRACTORS = 6
"""The highest answer of 0 to 10 that speaks against us."""

"""What a waiting caller was told of the place and the time.

Source: acd-cti.md 7.1, 7.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.acd.telling.estimates import Said
    from ivr.acd.telling.positions import ToldPlace


@dataclass(slots=True)
class Hears:
    """The place and the time that a caller was told last, and those that are being told."""

    place: ToldPlace | None = None
    said: Said | None = None
    next_place: ToldPlace | None = None
    next_said: Said | None = None

    def heard(self) -> None:
        """What was being told has been heard to its end."""
        self.place = self.next_place or self.place
        self.said = self.next_said or self.said

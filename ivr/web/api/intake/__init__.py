"""The API of the intake: `intake_routes(parts)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.web.api.intake.arriving import ArrivingRoutes
from ivr.web.api.intake.items import ItemRoutes
from ivr.web.api.intake.parts import IntakeParts
from ivr.web.api.intake.settling import SettlingRoutes

if TYPE_CHECKING:
    from ivr.web.typed import Route

__all__ = ["IntakeParts", "intake_routes"]


def intake_routes(parts: IntakeParts) -> list[Route]:
    """Every operation of this package, for `add_api`."""
    return [
        *ItemRoutes(parts).routes(),
        *ArrivingRoutes(parts).routes(),
        *SettlingRoutes(parts).routes(),
    ]

"""Recordings of calls, messages, spoken comments: which there are, and hearing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.web.api.recordings.finding import FindingRoutes
from ivr.web.api.recordings.listed import RecordingRoutes

if TYPE_CHECKING:
    from ivr.web.api.recordings.parts import RecordingParts
    from ivr.web.typed import Route

__all__ = ["recording_routes"]


def recording_routes(parts: RecordingParts) -> list[Route]:
    """Every operation of this package that speaks JSON."""
    return [*FindingRoutes(parts).routes(), *RecordingRoutes(parts).routes()]

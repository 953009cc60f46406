"""The API of reports: `report_routes(parts)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.web.api.reports.asking import ReportParts
from ivr.web.api.reports.reports import ReportRoutes
from ivr.web.api.reports.saved import SavedRoutes

if TYPE_CHECKING:
    from ivr.web.typed import Route

__all__ = ["ReportParts", "report_routes"]


def report_routes(parts: ReportParts) -> list[Route]:
    """Every operation of this package, for `add_api`."""
    return [*ReportRoutes(parts).routes(), *SavedRoutes(parts).routes()]

"""The API of consent, erasure, legal holds, retention and proof: `compliance_routes(parts)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.web.api.compliance.consents import ConsentRoutes
from ivr.web.api.compliance.erasures import ErasureRoutes
from ivr.web.api.compliance.holds import HoldRoutes
from ivr.web.api.compliance.parts import ComplianceParts
from ivr.web.api.compliance.proof import ProofRoutes

if TYPE_CHECKING:
    from ivr.web.typed import Route

__all__ = ["ComplianceParts", "compliance_routes"]


def compliance_routes(parts: ComplianceParts) -> list[Route]:
    """Every operation of this package, for `add_api`."""
    return [
        *ConsentRoutes(parts).routes(),
        *ErasureRoutes(parts).routes(),
        *HoldRoutes(parts).routes(),
        *ProofRoutes(parts).routes(),
    ]

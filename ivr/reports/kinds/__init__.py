"""The registry of reports: one module each, in the order in which people are shown them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from ivr.reports.kinds import (
    r01,
    r02,
    r03,
    r04,
    r05,
    r06,
    r07,
    r08,
    r09,
    r10,
    r11,
    r12,
    r13,
    r14,
    r15,
    r16,
    r17,
    r18,
    r19,
    r21,
    r22,
    r23,
    r24,
    r25,
    r26,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.reports.model import Report

__all__ = ["REPORTS"]

_MODULES = (
    r11,
    r01,
    r02,
    r03,
    r04,
    r05,
    r10,
    r26,
    r14,
    r12,
    r13,
    r15,
    r16,
    r24,
    r25,
    r17,
    r18,
    r19,
    r21,
    r22,
    r23,
    r06,
    r07,
    r09,
    r08,
)
REPORTS: Mapping[str, Report] = MappingProxyType(
    {module.REPORT.id: module.REPORT for module in _MODULES}
)
"""Id -> report."""

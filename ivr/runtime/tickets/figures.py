"""Figures of the intake for Prometheus."""

from __future__ import annotations

from prometheus_client import Gauge

NEW_ITEMS = Gauge("ivr_intake_new", "Items of the intake that nobody has taken up")
OLDEST = Gauge("ivr_intake_oldest_seconds", "Age of the oldest of them, 0 if there is none")

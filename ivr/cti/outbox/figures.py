"""Figures of the outbox for Prometheus."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

TOLD = Counter("ivr_outbox_tries", "Tries to tell another system", ["endpoint", "fate"])
"""Fates: done later held dead back."""
WAITING = Gauge("ivr_outbox_waiting", "Events that wait for a receiver", ["endpoint", "state"])
"""States: pending held dead."""
OLDEST = Gauge(
    "ivr_outbox_oldest_seconds", "Age of the oldest event that waits for a receiver", ["endpoint"]
)
PAUSED = Gauge("ivr_outbox_paused", "Receivers that wait for a person (1)", ["endpoint"])

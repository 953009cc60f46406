"""Figures of the inbox for Prometheus."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

TAKEN = Counter(
    "ivr_inbox_dealt", "Messages of ticket systems that were dealt with", ["system", "state"]
)
"""States: done held unknown dead, and pending for what is tried again."""
REFUSED = Counter("ivr_inbox_refused", "Webhooks of ticket systems that were not taken", ["reason"])
"""Reasons: system signature shape many."""
WAITING = Gauge("ivr_inbox_waiting", "Messages of ticket systems that wait", ["system", "state"])
"""States: pending held unknown dead."""

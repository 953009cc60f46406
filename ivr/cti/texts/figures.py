"""Figures of text messages for Prometheus."""

from __future__ import annotations

from prometheus_client import Counter

SENT = Counter("ivr_texts_out", "Text messages that left or failed to", ["trunk", "result"])
"""Results: sent delivered failed."""
TAKEN = Counter("ivr_texts_in", "Text messages that came in", ["trunk", "by"])
"""By: opt_out opt_in intake status, or the name of who took it."""

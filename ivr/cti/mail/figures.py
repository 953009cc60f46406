"""Figures of e-mail for Prometheus; the accounts are those of the configuration."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

READ = Counter("ivr_mail_read", "Mails read and handed on", ["account", "result"])
"""Results: read faulty unreadable."""
LOOKED = Counter("ivr_mail_looked", "Looks into a mailbox", ["account", "result"])
"""Results: ok failed."""
LAST_LOOK = Gauge(
    "ivr_mail_last_look_seconds", "When a mailbox was last read to its end", ["account"]
)
SENT = Counter("ivr_mail_sent", "Mails handed to a mail server", ["account", "result"])
"""Results: sent later refused."""

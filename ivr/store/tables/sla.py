"""Clocks of tickets: an append-only ledger, and what it comes to at this moment.

`sla_clock_event` is the truth; the columns of `sla_clock` are its fold, kept for lists and timers.
`next_at`: when to look at it next.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint, Table, UniqueConstraint, text

from ivr.store.tables.columns import moment, of, plain, row_id, whole, word, words
from ivr.store.tables.metadata import METADATA

sla_clock = Table(
    "sla_clock",
    METADATA,
    row_id(),
    of("ticket_id", "ticket", cascade=True),
    word("metric"),
    whole("instance"),
    word("policy", 64),
    word("kind"),
    word("state"),
    word("verdict"),
    word("calendar", 64),
    plain("paused_by"),
    whole("counted_s"),
    whole("target_s"),
    moment("running_since", missing=True),
    moment("due_at", missing=True),
    moment("next_at", missing=True),
    moment("breached_at", missing=True),
    moment("started_at"),
    moment("finished_at", missing=True),
    whole("last_seq"),
    UniqueConstraint("ticket_id", "kind", "policy", "metric", "instance"),
    CheckConstraint("state IN ('running', 'paused', 'finished', 'cancelled')", name="state"),
)
Index(
    "ix_sla_clock_due",
    sla_clock.c.due_at,
    sqlite_where=text("state = 'running'"),
    postgresql_where=text("state = 'running'"),
)
Index(
    "ix_sla_clock_next",
    sla_clock.c.next_at,
    sqlite_where=sla_clock.c.next_at.isnot(None),
    postgresql_where=sla_clock.c.next_at.isnot(None),
)
# With whatever reports ask of finished clocks, so that they need not look up each row.
Index(
    "ix_sla_clock_finished",
    *(sla_clock.c[name] for name in ("finished_at", "verdict", "ticket_id", "metric", "policy")),
    *(sla_clock.c[name] for name in ("kind", "counted_s")),
)

sla_clock_event = Table(
    "sla_clock_event",
    METADATA,
    row_id(),
    of("clock_id", "sla_clock", cascade=True),
    whole("seq"),
    moment("at"),
    word("kind"),
    word("reason", 64),
    whole("target_s", missing=True),
    word("calendar", 64),
    plain("data"),
    UniqueConstraint("clock_id", "seq"),
)

escalation_fired = Table(
    "escalation_fired",
    METADATA,
    of("clock_id", "sla_clock", cascade=True),
    word("rule", 96),
    whole("n"),
    moment("at"),
    word("outcome"),
    words("detail"),
    PrimaryKeyConstraint("clock_id", "rule", "n"),
)

"""Alarms about scores that left their usual level, and the levels as they were frozen."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Table, UniqueConstraint

from ivr.store.tables.columns import day, moment, of, public_id, row_id, tenant, whole, word
from ivr.store.tables.metadata import METADATA
from ivr.store.types import BIG_KEY

# plan: survey/plan. dims: "" = all, else dimension=value. unit: day or week. season: its first day.
metric_baseline = Table(
    "metric_baseline",
    METADATA,
    row_id(),
    tenant(),
    word("plan", 130),
    word("metric"),
    word("dims", 160),
    word("unit"),
    day("season"),
    day("since"),
    day("until"),
    whole("hits"),
    whole("n"),
    moment("frozen_at"),
    UniqueConstraint("tenant_id", "plan", "metric", "dims", "unit", "season"),
)

# dedupe_key: plan, metric, dims, unit and rule, and after its end also the row's own id.
metric_alarm = Table(
    "metric_alarm",
    METADATA,
    row_id(),
    tenant(),
    public_id(),
    word("plan", 130),
    word("metric"),
    word("dims", 160),
    word("unit"),
    word("rule"),
    day("window"),
    Column("value", Float, nullable=False),
    whole("n"),
    Column("p", Float, nullable=False),
    of("baseline_id", "metric_baseline"),
    Column("ticket_id", BIG_KEY, nullable=True),
    word("dedupe_key", 420),
    moment("raised_at"),
    moment("closed_at", missing=True),
    UniqueConstraint("tenant_id", "dedupe_key"),
)
Index("ix_metric_alarm_raised_at", metric_alarm.c.raised_at)

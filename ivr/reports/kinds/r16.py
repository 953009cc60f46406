"""R16: why customers complain: root causes of closed complaints, the most frequent first."""

from __future__ import annotations

from ivr.reports.columns import count, share, titles
from ivr.reports.model import Report

_CLOSED = ("closed",)

REPORT = Report(
    id="R16",
    title=titles("Şikayet nedenleri", "Complaint reasons"),
    version=1,
    note=titles(
        "Dönemde kapanan şikayetler, kök nedene göre; en sık olandan başlayarak birikimli pay.",
        "Complaints closed in the period by root cause, with the share added up from the most "
        "frequent one on.",
    ),
    columns=(
        count("closed", titles("Kapanan", "Closed")),
        share("cumulative", titles("Birikimli pay", "Cumulative share"), _CLOSED, _CLOSED),
        count("reopened", titles("Yeniden açılmış", "Opened again")),
    ),
    by=("root_cause", "category", "product", "team"),
    default=("root_cause",),
    filters=("agent", "team", "category"),
    chart="closed",
    ranked="closed",
    running="cumulative",
)

"""R14: closed tickets that had been opened again."""

from __future__ import annotations

from ivr.reports.columns import count, share, titles
from ivr.reports.model import Report

REPORT = Report(
    id="R14",
    title=titles("Yeniden açılma oranı", "Reopen rate"),
    version=1,
    note=titles(
        "Dönemde kapanan talepler; en az bir kez yeniden açılmış olanların payı.",
        "Tickets closed in the period; the share of those that were opened again at least once.",
    ),
    columns=(
        count("closed", titles("Kapanan", "Closed")),
        count("reopened", titles("Yeniden açılmış", "Opened again")),
        share("reopen_rate", titles("Oran", "Rate"), ("reopened",), ("closed",)),
        count("reopenings", titles("Yeniden açılma sayısı", "Reopenings")),
    ),
    by=("category", "agent", "team", "product", "kind"),
    default=("category",),
    filters=("agent", "team", "category"),
    chart="reopen_rate",
    ranked="closed",
)

"""R15: escalations that were fired, by level; those that were skipped stand apart."""

from __future__ import annotations

from ivr.reports.columns import count, share, titles
from ivr.reports.model import Report

REPORT = Report(
    id="R15",
    title=titles("Yükseltmeler", "Escalations"),
    version=1,
    note=titles(
        "Atlanan: sunucu durmuşken geçilen, daha yüksek basamağın haber verdiği basamaklar.",
        "Skipped: levels that were passed while the server stood still, told by a higher one.",
    ),
    columns=(
        count("fired", titles("Çalışan", "Fired")),
        count("skipped", titles("Atlanan", "Skipped")),
        count("nobody", titles("Kimse bulunmayan", "Nobody found")),
        share("fired_share", titles("Çalışan payı", "Share fired"), ("fired",), ("all",)),
    ),
    by=("level", "policy", "metric", "category", "team"),
    default=("level",),
    filters=("agent", "team", "category"),
    chart="fired",
    ranked="fired",
)

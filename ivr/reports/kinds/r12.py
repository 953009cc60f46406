"""R12: how long tickets stay in each status: hours of the house and clock time."""

from __future__ import annotations

from ivr.reports.columns import count, mean_s, titles, total_s
from ivr.reports.model import Report

REPORT = Report(
    id="R12",
    title=titles("Talep durumlarında geçen süre", "Time per ticket state"),
    version=1,
    note=titles(
        "Dönemde biten her durum, ne kadar sürdüyse. İş süresi, çalışma takvimine göre.",
        "Every stay in a status that ended in the period, in full. Business time by the hours of "
        "the house.",
    ),
    columns=(
        count("stays", titles("Kez", "Times")),
        mean_s(
            "business",
            titles("Ortalama iş süresi", "Mean business time"),
            ("business_ms",),
            ("measured",),
        ),
        mean_s(
            "clock", titles("Ortalama geçen süre", "Mean clock time"), ("clock_ms",), ("stays",)
        ),
        total_s("clock_total", titles("Toplam geçen süre", "Clock time in total"), "clock_ms"),
    ),
    by=("status", "agent", "team", "category"),
    default=("status",),
    filters=("agent", "team", "category"),
    chart="clock",
)

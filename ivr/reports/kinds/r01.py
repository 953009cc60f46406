"""R1: how many contacts were offered to queues, and what became of their waits."""

from __future__ import annotations

from ivr.reports.columns import count, share, titles
from ivr.reports.kinds.waits import ANSWERABLE, BY, FILTERS, OFFERED, QUEUE_NOTE
from ivr.reports.model import Report

REPORT = Report(
    id="R1",
    title=titles("Sunulan, yanıtlanan, vazgeçen", "Offered, answered, abandoned"),
    version=1,
    note=QUEUE_NOTE,
    columns=(
        count("offered", titles("Sunulan", "Offered"), *OFFERED),
        count("answered", titles("Yanıtlanan", "Answered")),
        count("abandoned", titles("Vazgeçen", "Abandoned")),
        count("short", titles("Kısa vazgeçen", "Short abandons")),
        count("overflowed", titles("Taşan", "Overflowed")),
        count("callback", titles("Geri arama istenen", "Callback asked")),
        count("system_lost", titles("Bizde kaybolan", "Lost by us")),
        share(
            "answer_rate",
            titles("Cevaplama oranı (K4)", "Answer rate (K4)"),
            ("answered",),
            OFFERED,
        ),
        share(
            "abandonment",
            titles("Vazgeçme oranı (K3)", "Abandonment (K3)"),
            ("abandoned",),
            ANSWERABLE,
        ),
        share(
            "abandonment_less_short",
            titles("Kısalar hariç vazgeçme (K3s)", "Abandonment without short ones (K3s)"),
            ("abandoned", "-short"),
            (*ANSWERABLE, "-short"),
        ),
    ),
    by=BY,
    default=("queue",),
    filters=FILTERS,
    chart="answer_rate",
    ranked="offered",
)

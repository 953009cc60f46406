"""R3: how long callers waited: K1, K2, K12 and the quantiles of K13."""

from __future__ import annotations

from ivr.reports.columns import count, longest_s, mean_s, quantile_s, titles
from ivr.reports.kinds.waits import BY, FILTERS, QUEUE_NOTE
from ivr.reports.model import Report

REPORT = Report(
    id="R3",
    title=titles("Bekleme süreleri", "Waiting"),
    version=1,
    note=QUEUE_NOTE,
    columns=(
        count("answered", titles("Yanıtlanan", "Answered")),
        mean_s(
            "asa",
            titles("Ortalama yanıt hızı (K1)", "Speed of answer (K1)"),
            ("wait_ms",),
            ("answered",),
        ),
        mean_s(
            "asa_delayed",
            titles("Yalnız bekleyenler (K1d)", "Of those who waited (K1d)"),
            ("wait_ms",),
            ("delayed",),
        ),
        quantile_s("p50", titles("%50", "50 %"), 50),
        quantile_s("p80", titles("%80", "80 %"), 80),
        quantile_s("p90", titles("%90", "90 %"), 90),
        quantile_s("p95", titles("%95", "95 %"), 95),
        count("abandoned", titles("Vazgeçen", "Abandoned")),
        mean_s(
            "ata",
            titles("Vazgeçmeye kadar (K2)", "Time to abandon (K2)"),
            ("abandoned_ms",),
            ("abandoned",),
        ),
        longest_s("longest", titles("En uzun bekleme (K12)", "Longest wait (K12)"), "wait"),
    ),
    by=BY,
    default=("queue",),
    filters=FILTERS,
    chart="asa",
    ranked="answered",
)

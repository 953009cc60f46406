"""R11: how many promises of time were kept: met / (met + breached) of finished clocks."""

from __future__ import annotations

from ivr.reports.columns import count, mean_s, share, titles
from ivr.reports.model import Report

_FINISHED = ("met", "breached")

REPORT = Report(
    id="R11",
    title=titles("Tutulan süreler (SLA)", "SLA attainment"),
    version=1,
    note=titles(
        "Dönemde biten saatler: tutulan / (tutulan + aşılan). İptal edilen ve süren saatler "
        "sayılmaz. Kişi: talebin şimdiki sorumlusu.",
        "Clocks that finished in the period: met / (met + breached). Cancelled and running clocks "
        "do not count. Person: who is in charge of the ticket now.",
    ),
    columns=(
        share("attainment", titles("Tutulan", "Attainment"), ("met",), _FINISHED),
        count("finished", titles("Biten saat", "Finished clocks"), *_FINISHED),
        count("met", titles("Tutulan", "Met")),
        count("breached", titles("Aşılan", "Breached")),
        mean_s("counted", titles("Ortalama süre", "Mean time"), ("counted_ms",), _FINISHED),
    ),
    by=("metric", "agent", "team", "category", "product", "segment", "policy", "kind", "priority"),
    default=("metric",),
    filters=("agent", "team", "category"),
    chart="attainment",
)

"""R18: how satisfaction with one category differs from all others, and what that costs."""

from __future__ import annotations

from ivr.reports.columns import count, difference, net, score, titles
from ivr.reports.model import NUMBER, REST, Column, Report, Sums
from ivr.reports.telling import ENOUGH


def _lost(sums: Sums) -> float | None:
    """How many answers more would be good if this row were as the others are: n x effect."""
    hits, n, rest_hits, rest_n = (
        sums.counts[name] for name in ("csat_top", "csat_n", f"{REST}csat_top", f"{REST}csat_n")
    )
    if min(n, rest_n) < ENOUGH:
        return None
    return round(n * (rest_hits / rest_n - hits / n), 1)


REPORT = Report(
    id="R18",
    title=titles("Konuya göre memnuniyet farkı", "Satisfaction by category, against the rest"),
    version=1,
    note=titles(
        "Fark: bu satırın CSAT'ı eksi diğer satırların tümü (Newcombe %95 aralığı). Farklı: "
        "tüm satırlar birlikte sınandığında şansla açıklanamayan (Benjamini-Hochberg, %5). "
        "Kayıp: satır diğerleri gibi olsaydı kaç yanıt daha iyi olurdu; sıralama buna göre.",
        "Difference: the CSAT of this row minus that of all others together (Newcombe, 95%). "
        "Differs: what chance does not explain when all rows are tested at once "
        "(Benjamini-Hochberg, 5%). Lost: how many answers more would be good if the row were as "
        "the others are; rows are in this order.",
    ),
    columns=(
        count("answers", titles("CSAT yanıtı", "CSAT answers"), "csat_n"),
        score("csat", titles("CSAT", "CSAT"), "csat_top", "csat_n"),
        score("rest", titles("Diğerleri", "The rest"), f"{REST}csat_top", f"{REST}csat_n"),
        difference("difference", titles("Fark", "Difference"), "csat_top", "csat_n"),
        Column("lost", titles("Kayıp", "Lost"), NUMBER, _lost),
        net("nps", titles("NPS", "NPS"), "nps_top", "nps_low", "nps_n"),
    ),
    by=("category", "queue", "agent", "medium", "language", "survey"),
    default=("category",),
    filters=("survey", "queue", "agent", "category"),
    chart="difference",
    ranked="lost",
    resource="survey_score",
    private="anonymous",
    rest=("csat_top", "csat_n"),
)

"""R19: satisfaction by how long people waited, and by whether and when their matter was solved."""

from __future__ import annotations

from ivr.reports.columns import correlation, count, difference, net, score, titles
from ivr.reports.model import NUMBER, Column, Report, Sums
from ivr.reports.telling import ENOUGH


def _mean(sums: Sums) -> float | None:
    n = sums.counts["csat_n"]
    return round(sums.counts["csat_sum"] / n, 2) if n >= ENOUGH else None


REPORT = Report(
    id="R19",
    title=titles("Memnuniyet ve bekleme, çözüm", "Satisfaction by wait and solution"),
    version=1,
    note=titles(
        "Bağıntı: Spearman (eşit değerler ortak sıra alır), satırların sırası ile puan; toplamda "
        "ve tek başına sorulan sırada anlamlıdır. Birlikte değişmek neden olmak değildir. "
        "Çözüm: görüşmenin talebi süresinde mi, geç mi çözüldü, yoksa açık mı. İlk görüşmede: "
        "temsilcinin dediği. Yalnız isimli anketler.",
        "Correlation: Spearman (ties share their rank) of the order of the rows and the score; it "
        "is that of the total. Going together is no cause. Solution: whether the ticket of the "
        "contact was solved in time, late, or not yet. At first contact: what the agent said. "
        "Surveys that are not anonymous only.",
    ),
    columns=(
        count("answers", titles("CSAT yanıtı", "CSAT answers"), "csat_n"),
        score("csat", titles("CSAT", "CSAT"), "csat_top", "csat_n"),
        Column("mean", titles("Ortalama", "Mean"), NUMBER, _mean),
        difference(
            "difference", titles("Diğerlerinden fark", "Against the rest"), "csat_top", "csat_n"
        ),
        correlation("rho", titles("Bağıntı (CSAT)", "Correlation (CSAT)"), "csat"),
        net("nps", titles("NPS", "NPS"), "nps_top", "nps_low", "nps_n"),
        correlation("rho_nps", titles("Bağıntı (NPS)", "Correlation (NPS)"), "nps"),
    ),
    by=("wait", "solved", "first_contact", "category", "queue"),
    default=("wait",),
    filters=("survey", "queue", "agent", "category"),
    chart="csat",
    resource="survey_score",
    rest=("csat_top", "csat_n"),
)

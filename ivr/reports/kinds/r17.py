"""R17: what customers think, with interval and the funnel of who was asked and who answered."""

from __future__ import annotations

from ivr.reports.columns import count, net, score, share, titles, weighted
from ivr.reports.model import Column, Report, Sums

_SELECTED, _REACHED, _STARTED = ("selected",), ("reached",), ("started",)


def _wordings(sums: Sums) -> int | None:
    """1 where all answers are to the same wording, 2 where several are mixed."""
    last, first = sums.largest.get("last_version"), sums.largest.get("first_version")
    return None if last is None or first is None else 1 + int(last != -first)


REPORT = Report(
    id="R17",
    title=titles("Memnuniyet: CSAT, NPS, CES", "Satisfaction: CSAT, NPS, CES"),
    version=1,
    note=titles(
        "CSAT: 4 ve 5 diyenler; CES: 5-7 diyenler; NPS: 9-10 eksi 0-6. Davet edildikleri güne "
        "göre. Yanıt vermeyenler düşük puan sayılmaz. 30'dan az yanıtta değer yazılmaz, aralık "
        "yazılır. Ağırlıklı: her yanıt 1 / oran temas için sayılır; kota varsa geçersizdir.",
        "CSAT: those who said 4 or 5; CES: 5 to 7; NPS: 9-10 minus 0-6. By the day of the "
        "invitation. No answer is no low score. Under 30 answers the interval is shown without a "
        "value. Weighted: each answer counts for 1 / rate contacts; a quota makes that invalid.",
    ),
    columns=(
        count("eligible", titles("Uygun", "Eligible")),
        count("selected", titles("Seçilen", "Selected")),
        count("invitable", titles("Davet edilebilir", "Invitable")),
        count("reached", titles("Ulaşılan", "Reached")),
        count("started", titles("Başlayan", "Started")),
        count("completed", titles("Tamamlayan", "Completed")),
        share("end_to_end", titles("Uçtan uca", "End to end"), ("completed",), _SELECTED),
        share("reach", titles("Ulaşma", "Reach"), _REACHED, _SELECTED),
        share("acceptance", titles("Kabul", "Acceptance"), _STARTED, _REACHED),
        share("completion", titles("Tamamlama", "Completion"), ("completed",), _STARTED),
        share("partial_share", titles("Yarım kalan", "Partial"), ("partial",), _STARTED),
        score("csat", titles("CSAT", "CSAT"), "csat_top", "csat_n"),
        weighted("csat_weighted", titles("CSAT, ağırlıklı", "CSAT, weighted"), "csat"),
        net("nps", titles("NPS", "NPS"), "nps_top", "nps_low", "nps_n"),
        score("ces", titles("CES", "CES"), "ces_top", "ces_n"),
        Column("wordings", titles("Anket sürümü", "Wordings"), "count", _wordings),
    ),
    by=("survey", "plan", "wording", "queue", "category", "agent", "medium", "language"),
    default=("survey", "wording"),
    filters=("survey", "queue", "agent", "category"),
    chart="csat",
    resource="survey_score",
    private="anonymous",
)

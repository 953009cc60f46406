"""R23: what one agent did, side by side: work, time, what was solved, what callers said."""

from __future__ import annotations

from ivr.reports.columns import count, mean_s, net, score, share, titles
from ivr.reports.kinds import r05
from ivr.reports.model import Report

_TIME = {column.name: column for column in r05.REPORT.columns}

REPORT = Report(
    id="R23",
    title=titles("Temsilci karnesi", "Scorecard of agents"),
    version=1,
    note=titles(
        "R4, R5, R7, R10 ve R17'nin aynı tanımlarla yan yana gelmiş hali; yalnız isimli anketler. "
        "Sıra, iyilik sırası değildir: puanlar aralıklarıyla okunur, aralıkları kesişenler "
        "farklı sayılmaz. Kalite değerlendirmesi ve vardiya uyumu ölçülmüyor.",
        "R4, R5, R7, R10 and R17 side by side, by the same definitions; surveys that are not "
        "anonymous only. The order is no ranking: read scores with their intervals; where these "
        "overlap, agents do not differ. Quality evaluations and adherence are not measured.",
    ),
    columns=(
        count("contacts", titles("Görüşme", "Contacts")),
        mean_s(
            "aht",
            titles("İşlem süresi (K5)", "Handling time (K5)"),
            ("talk_ms", "hold_ms", "wrapup_ms"),
            ("contacts",),
        ),
        mean_s(
            "wrapup", titles("Çağrı sonrası (K6)", "Wrap-up (K6)"), ("wrapup_ms",), ("contacts",)
        ),
        _TIME["occupancy"],
        _TIME["signed_in"],
        share(
            "first_contact",
            titles("İlk görüşmede: temsilci", "First contact: agent"),
            ("flag_yes",),
            ("flagged",),
        ),
        share(
            "not_repeated",
            titles("İlk görüşmede: tekrar aramadı", "First contact: not repeated"),
            ("alone",),
            ("decided",),
        ),
        share("given_on", titles("Aktarılan", "Given on"), ("moved",), ("contacts",)),
        score("csat", titles("CSAT", "CSAT"), "csat_top", "csat_n"),
        net("nps", titles("NPS", "NPS"), "nps_top", "nps_low", "nps_n"),
    ),
    by=("agent",),
    default=("agent",),
    filters=("agent",),
    chart="aht",
    resource="survey_score",
    plain=True,
)

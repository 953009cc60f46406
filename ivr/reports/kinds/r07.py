"""R7: solved at the first contact (K10), measured in three ways that are never mixed."""

from __future__ import annotations

from ivr.reports.columns import count, share, titles
from ivr.reports.model import Report

REPORT = Report(
    id="R7",
    title=titles("İlk temasta çözüm, üç yoldan", "First-contact resolution, three ways"),
    version=1,
    note=titles(
        "1: temsilcinin işareti. 2: aynı müşteri aynı konu ailesiyle 7 gün içinde yeniden aramadı "
        "(7 günü dolmayanlar ayrı). 3: tek temasla kapanan talepler; kapanışa göre.",
        "1: what the agent said. 2: the same customer did not come back about the same family of "
        "categories within 7 days (younger contacts stand apart). 3: tickets closed with one "
        "contact, by when they were closed.",
    ),
    columns=(
        share("by_flag", titles("Temsilci işareti", "Agent's flag"), ("flag_yes",), ("flagged",)),
        share(
            "by_repeat", titles("Yeniden aramayan", "Did not come back"), ("alone",), ("decided",)
        ),
        share(
            "by_ticket",
            titles("Tek temasla kapanan", "Closed with one contact"),
            ("closed_at_once",),
            ("closed",),
        ),
        count("undecided", titles("Henüz belli değil", "Not decided yet")),
    ),
    by=("category", "agent"),
    default=("category",),
    filters=("agent", "category"),
    chart="by_repeat",
)

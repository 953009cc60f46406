"""R13: what waits to be done now: open tickets by age and by due time, and the intake pool."""

from __future__ import annotations

from ivr.reports.columns import count, longest_s, share, titles
from ivr.reports.model import Report

REPORT = Report(
    id="R13",
    title=titles("Bekleyen işler", "Backlog, ageing, intake"),
    version=1,
    note=titles(
        "Şu anki durum; dönem sorulmaz. Gelen kutusu: henüz talep olmamış e-posta, form ve "
        "mesajlar.",
        "As it stands now; no period is asked for. Intake: mails, forms and messages that are no "
        "ticket yet.",
    ),
    columns=(
        count("open", titles("Açık", "Open")),
        share("late_share", titles("Süresi geçen", "Late"), ("late",), ("open",)),
        count("unowned", titles("Sorumlusu olmayan", "Without a person")),
        longest_s("oldest", titles("En eskisi", "The oldest"), "age"),
    ),
    by=("age", "due", "intake", "status", "agent", "team", "category", "priority"),
    default=("age",),
    filters=("agent", "team", "category"),
    chart="open",
    periodic=False,
)

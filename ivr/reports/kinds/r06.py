"""R6: how many contacts came, by month, week, day or hour, and what became of them."""

from __future__ import annotations

from ivr.reports.columns import count, share, titles
from ivr.reports.model import Report

_ALL = ("contacts",)

REPORT = Report(
    id="R6",
    title=titles("Temas sayısı", "Volume"),
    version=1,
    note=titles(
        "Her temas başladığı zamana yazılır: telefon, e-posta, mesaj. Deneme çağrıları sayılmaz.",
        "Every contact counts when it began: calls, mails, messages. Test calls never count.",
    ),
    columns=(
        count("contacts", titles("Temas", "Contacts")),
        count("inbound", titles("Gelen", "Inbound")),
        count("outbound", titles("Giden", "Outbound")),
        count("handled", titles("Görüşülen", "Handled")),
        count("self_served", titles("Kendi çözen", "Self-served")),
        count("abandoned", titles("Vazgeçen", "Abandoned")),
        count("system_lost", titles("Bizde kaybolan", "Lost by us")),
        count("open", titles("Süren", "Going on")),
        share("handled_share", titles("Görüşülen payı", "Share handled"), ("handled",), _ALL),
    ),
    by=("medium", "direction", "queue", "agent", "category", "outcome"),
    default=("day",),
    filters=("queue", "agent", "category"),
    chart="contacts",
    ranked="contacts",
)

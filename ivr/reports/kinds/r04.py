"""R4: handling time of each agent by category (K5): each agent's own part of each contact."""

from __future__ import annotations

from ivr.reports.columns import count, mean_s, titles, total_s
from ivr.reports.model import Report

REPORT = Report(
    id="R4",
    title=titles("Temsilci ve konuya göre işlem süresi", "Handling time by agent and category"),
    version=1,
    note=titles(
        "Konuşma + bekletme + çağrı sonrası işlem, her temsilcinin kendi payı; yanıtlanan görüşme "
        "başına. Görüşme, kuyruğa sunulduğu zamana yazılır.",
        "Talk + hold + wrap-up, each agent's own part, per contact that he answered. A contact "
        "counts when it was offered.",
    ),
    columns=(
        count("contacts", titles("Görüşme", "Contacts")),
        mean_s(
            "aht",
            titles("İşlem süresi (K5)", "Handling time (K5)"),
            ("talk_ms", "hold_ms", "wrapup_ms"),
            ("contacts",),
        ),
        mean_s("talk", titles("Konuşma", "Talk"), ("talk_ms",), ("contacts",)),
        mean_s("hold", titles("Bekletme", "Hold"), ("hold_ms",), ("contacts",)),
        mean_s(
            "wrapup", titles("Çağrı sonrası (K6)", "Wrap-up (K6)"), ("wrapup_ms",), ("contacts",)
        ),
        total_s("handled", titles("Toplam", "In total"), "talk_ms", "hold_ms", "wrapup_ms"),
    ),
    by=("agent", "category", "queue"),
    default=("agent", "category"),
    filters=("queue", "agent", "category"),
    chart="aht",
)

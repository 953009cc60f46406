"""R9: who had to call three times and more within 7 days."""

from __future__ import annotations

from ivr.reports.columns import count, share, titles
from ivr.reports.model import Report

REPORT = Report(
    id="R9",
    title=titles("Yineleyen arayanlar", "Repeat callers"),
    version=1,
    note=titles(
        "Aynı müşterinin (bilinmiyorsa aynı numaranın) 7 gün içindeki üçüncü ve sonraki gelen "
        "temasları.",
        "Third and further inbound contacts of the same customer, or of the same number where the "
        "customer is not known, within 7 days.",
    ),
    columns=(
        count("contacts", titles("Kimin olduğu bilinen temas", "Contacts of known callers")),
        count("repeats", titles("Üçüncü ve sonraki", "Third and further")),
        share("repeat_share", titles("Payı", "Share"), ("repeats",), ("contacts",)),
        count("hidden", titles("Numarası gizli", "Without a number")),
    ),
    by=("category", "queue"),
    default=("category",),
    filters=("queue", "category"),
    chart="repeat_share",
    ranked="repeats",
)

"""R8: how many callers the flow serves by itself, and where the others leave it."""

from __future__ import annotations

from ivr.reports.columns import count, mean_s, share, titles
from ivr.reports.model import Report

_ENTERED = ("entered",)

REPORT = Report(
    id="R8",
    title=titles("Sesli yanıtta çözülen ve bırakanlar", "IVR containment and drop-off"),
    version=1,
    note=titles(
        "Akışa giren gelen çağrılar. Son adım: çağrının akışta geçtiği son adım.",
        "Inbound calls that entered a flow. Last node: the last step of the flow that a call came "
        "through.",
    ),
    columns=(
        count("entered", titles("Giren", "Entered")),
        share("containment", titles("Kendi çözen", "Self-served"), ("self_served",), _ENTERED),
        share("left_menu", titles("Menüde bırakan", "Left in the menu"), ("left_menu",), _ENTERED),
        share(
            "to_people", titles("Temsilci isteyen", "Went on to people"), ("to_people",), _ENTERED
        ),
        share("failed", titles("Hata ile biten", "Failed"), ("failed", "system_lost"), _ENTERED),
        mean_s("in_ivr", titles("Akışta geçen süre", "Time in the flow"), ("ivr_ms",), ("timed",)),
    ),
    by=("flow", "flow_version", "last_node", "language"),
    default=("flow",),
    filters=("category",),
    chart="containment",
    ranked="entered",
)

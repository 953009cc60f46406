"""R22: whether surveys can be trusted: who is reached, who hangs up first, answers without care."""

from __future__ import annotations

from ivr.reports.columns import count, share, titles
from ivr.reports.model import Report

_ARMED, _ANSWERED = ("armed",), ("responses",)

REPORT = Report(
    id="R22",
    title=titles("Anketlerin güvenilirliği", "Survey integrity"),
    version=1,
    note=titles(
        "Sesli soru için seçilen görüşmeler. Ulaşma = sorulan / seçilen: arayanları önce kapatmaya "
        "bırakan temsilci burada göze çarpar. Hızlı: sorudan 300 ms geçmeden basılan. Tek düze: üç "
        "ve daha çok puan sorusuna hep aynı yanıt. İşaretlenir, atılmaz.",
        "Calls chosen to be asked by voice. Reach = offered / chosen: an agent who makes callers "
        "leave first stands out. Fast: pressed within 300 ms of the question. Straight: the same "
        "answer to three and more scales. Flagged, never dropped.",
    ),
    columns=(
        count("armed", titles("Seçilen", "Chosen")),
        share("reach", titles("Ulaşma", "Reach"), ("offered",), _ARMED),
        share("left_first", titles("Arayan önce kapattı", "Caller left first"), ("left",), _ARMED),
        share(
            "left_at_handoff", titles("Geçişte kapattı", "Left at the hand-off"), ("cut",), _ARMED
        ),
        share("given_out", titles("Dışarı aktarıldı", "Given outside"), ("outside",), _ARMED),
        count("responses", titles("Yanıt", "Responses")),
        share("fast", titles("Hızlı", "Fast"), ("fast",), _ANSWERED),
        share("straight", titles("Tek düze", "Straight"), ("straight",), _ANSWERED),
    ),
    by=("agent", "queue", "survey", "plan"),
    default=("agent",),
    filters=("survey", "queue", "agent"),
    chart="reach",
    resource="survey_invitation",
)

"""R2: service level by the formulas F1 to F8; F3 is ours, F1 and F2 stand beside it.

Within T and S both limits are included. T, S, the goal and what F8 counts beside the answered are
those the queue had at that time; `f8_others` are who is counted.
Source: kpis-staffing.md section 2.
"""

from __future__ import annotations

from ivr.reports.columns import count, mean, share, titles
from ivr.reports.kinds.waits import ANSWERABLE, BY, FILTERS, OFFERED, QUEUE_NOTE
from ivr.reports.model import Report

_ANSWERED, _WITHIN = ("answered",), ("answered_in_time",)

REPORT = Report(
    id="R2",
    title=titles("Servis seviyesi", "Service level"),
    version=2,
    note=QUEUE_NOTE,
    columns=(
        count("offered", titles("Sunulan", "Offered"), *OFFERED),
        share("f3", titles("Servis seviyesi F3", "Service level F3"), _WITHIN, ANSWERABLE),
        share(
            "f1",
            titles("F1: süresinde biten", "F1: over in time"),
            ("answered_in_time", "abandoned_in_time"),
            ANSWERABLE,
        ),
        share("f2", titles("F2: yanıtlananlarda", "F2: of the answered"), _WITHIN, _ANSWERED),
        mean("goal", titles("Hedef", "Goal"), "goal", "offered"),
        share("f4", titles("F4", "F4"), _WITHIN, (*ANSWERABLE, "-abandoned_in_time")),
        share("f5", titles("F5", "F5"), ("answered_in_time", "short"), ANSWERABLE),
        share("f6", titles("F6", "F6"), _WITHIN, (*ANSWERABLE, "-short")),
        share(
            "f7",
            titles("F7", "F7"),
            ("answered_in_time", "abandoned_in_time", "callback_in_time"),
            (*ANSWERABLE, "callback", "overflowed"),
        ),
        share("f8", titles("F8", "F8"), _WITHIN, (*_ANSWERED, "f8_others")),
        count("answered", titles("Yanıtlanan A", "Answered A")),
        count("abandoned", titles("Vazgeçen B", "Abandoned B")),
        count("answered_in_time", titles("Süresinde yanıtlanan a", "Answered in time a")),
        count("abandoned_in_time", titles("Süresinde vazgeçen b", "Abandoned in time b")),
        count("short", titles("Kısa vazgeçen s", "Short abandons s")),
        count("overflowed", titles("Taşan V", "Overflowed V")),
        count("callback", titles("Geri arama C", "Callback asked C")),
        count("system_lost", titles("Bizde kaybolan L", "Lost by us L")),
    ),
    by=BY,
    default=("queue",),
    filters=FILTERS,
    chart="f3",
    goal="goal",
)

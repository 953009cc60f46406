"""R26: promises to call back (K16): kept, given up, run out, and never even tried."""

from __future__ import annotations

from ivr.reports.columns import count, share, titles
from ivr.reports.model import Report

REPORT = Report(
    id="R26",
    title=titles("Geri aramalar", "Callbacks"),
    version=1,
    note=titles(
        "Dönemde verilen sözler. Hiç denenmeyen: süresi bittiği hâlde bir kez bile aranmamış "
        "olanlar; 0 olmalıdır.",
        "Promises made in the period. Never tried: their time is over and nobody was rung up even "
        "once; this must be 0.",
    ),
    columns=(
        count("promised", titles("Söz verilen", "Promised")),
        count("done", titles("Görüşülen", "Done")),
        share(
            "kept",
            titles("Zamanında görüşülen", "Done within their time"),
            ("in_time",),
            ("promised",),
        ),
        count("open", titles("Açık", "Open")),
        count("expired", titles("Süresi biten", "Expired")),
        count("cancelled", titles("Vazgeçilen", "Cancelled")),
        count("returned", titles("Kendi arayan", "Called back by themselves")),
        count("never_tried", titles("Hiç denenmeyen", "Never tried")),
        count("tries", titles("Deneme", "Tries")),
    ),
    by=("queue", "state", "reason"),
    default=("queue",),
    filters=("queue",),
    chart="kept",
    ranked="promised",
)

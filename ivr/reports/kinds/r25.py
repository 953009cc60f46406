"""R25: requests by company, team, product, category and person: how many, how well."""

from __future__ import annotations

from ivr.reports.columns import count, share, titles
from ivr.reports.model import Report

REPORT = Report(
    id="R25",
    title=titles("Müşteri, ekip, ürün", "Customer, team, product"),
    version=1,
    note=titles(
        "Açılanlar açıldığı, kapananlar kapandığı, süreler bittiği döneme yazılır. Firma: "
        "müşterinin bağlı olduğu firmanın müşteri numarası; firmasız kişiler boş satırdadır.",
        "Opened by when they were opened, closed by when they were closed, promises by when they "
        "ended. Company: the number of the company that the customer belongs to; people without "
        "one are in the empty row.",
    ),
    columns=(
        count("opened", titles("Açılan", "Opened")),
        count("complaints", titles("Şikâyet", "Complaints")),
        count("closed", titles("Kapanan", "Closed")),
        share(
            "attainment",
            titles("Tutulan süreler", "Promises kept"),
            ("met",),
            ("met", "breached"),
        ),
        share(
            "at_once",
            titles("Tek temasla kapanan", "Closed with one contact"),
            ("closed_at_once",),
            ("closed",),
        ),
        share("reopen_rate", titles("Yeniden açılan", "Opened again"), ("reopened",), ("closed",)),
    ),
    by=("company", "team", "segment", "product", "line", "category", "agent"),
    default=("company",),
    filters=("agent", "team", "category"),
    chart="opened",
    ranked="opened",
)

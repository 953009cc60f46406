"""R24: how good products are: tickets for a thousand pieces, under warranty, by reason."""

from __future__ import annotations

from ivr.reports.columns import count, share, titles
from ivr.reports.model import NUMBER, Column, Report, Sums


def _per_thousand(sums: Sums) -> float | None:
    assets = sums.counts["assets"]
    return round(1000 * sums.counts["opened"] / assets, 2) if assets else None


REPORT = Report(
    id="R24",
    title=titles("Ürün kalitesi", "Product quality"),
    version=1,
    note=titles(
        "Dönemde bir ürün için açılan talepler. Binde: kayıtlı her 1000 parçaya düşen talep; "
        "parçalar şimdiki sayıdır, yalnız ürün ve ürün ailesine göre ve süzgeçsiz söylenir. "
        "Aile: ağacın tepesindeki ürün ve altındakiler. Garanti: garantisi bilinen parçalarda.",
        "Tickets opened about a product in the period. Per 1000: tickets for each 1000 pieces on "
        "record; pieces are those of now and are told by product and family only, without filters. "
        "Family: the product at the top of the tree and all below it. Warranty: of pieces whose "
        "warranty is known.",
    ),
    columns=(
        count("opened", titles("Açılan talep", "Tickets opened")),
        count("complaints", titles("Şikâyet", "Complaints")),
        count("assets", titles("Kayıtlı parça", "Pieces on record")),
        Column("per_1000", titles("1000 parçada", "Per 1000 pieces"), NUMBER, _per_thousand),
        share(
            "in_warranty", titles("Garanti içinde", "Under warranty"), ("in_warranty",), ("dated",)
        ),
    ),
    by=("product", "line", "root_cause", "category", "kind", "company"),
    default=("product",),
    filters=("agent", "team", "category"),
    chart="opened",
    ranked="opened",
)

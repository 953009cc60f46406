"""R21: what agents believe their callers thought, against what the same callers answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.reports.columns import count, share, titles
from ivr.reports.model import COUNT, MEAN, PAIRED, Column, Mean, Report

if TYPE_CHECKING:
    from ivr.reports.model import Sums, Titles

_KINDS = ("csat", "nps", "ces")
_SAID = ("said",)


def _one_kind(sums: Sums) -> bool:
    """Whether all of them are on one scale: means over several say nothing."""
    return sum(sums.counts[f"{kind}_n"] > 0 for kind in _KINDS) <= 1


def _mean(name: str, title: Titles, of: str, unit: str = MEAN) -> Column:
    """A mean of what is counted as `NAME_sum` and `NAME_squares`; of: the count of its numbers."""

    def made(sums: Sums) -> Mean | None:
        if not _one_kind(sums):
            return None
        counts = sums.counts
        n = counts["said"] - counts["pairs"] if of == "alone" else counts[of]
        return Mean(counts[f"{name}_sum"], counts[f"{name}_squares"], n)

    return Column(name, title, unit, made)


def _wordings(sums: Sums) -> int | None:
    """1 where all agents were asked in the same words, and all callers of the pairs, too; 2 where
    several wordings are mixed."""
    found = [
        sums.largest[f"last_{side}"] != -sums.largest[f"first_{side}"]
        for side in ("version", "answered")
        if f"last_{side}" in sums.largest
    ]
    return 1 + int(any(found)) if found else None


REPORT = Report(
    id="R21",
    title=titles("Temsilcinin puanı ve müşterinin puanı", "Agents' scores against callers'"),
    version=1,
    note=titles(
        "Temsilcinin çağrı sonrası girdiği puan ile aynı görüşmede müşterinin aynı türden kendi "
        "yanıtı. Fark: temsilci eksi müşteri, çiftlerin ortalaması ve t aralığı; artı: temsilci "
        "daha iyi görüyor. 30'dan az çiftte değer yazılmaz, aralık yazılır. Müşterinin yanıtı "
        "olmayan puanların payı yanında durur: seçim oradan görülür. Türler karışırsa ortalama "
        "yazılmaz. Temsilcinin yanıtladığı güne göre; yalnız isimli anketler. İki puan hiçbir "
        "yerde birlikte ortalanmaz.",
        "The score that an agent gave while he wound a call up, and the caller's own answer of the "
        "same kind about the same contact. Difference: agent less caller, mean of the pairs with "
        "its t interval; above zero the agent sees it brighter. Under 30 pairs the interval is "
        "shown without a value. Beside it the share of scores whose caller answered nothing, so "
        "that selection shows. Where kinds are mixed there is no mean. By the day of the agent's "
        "answer; surveys that are not anonymous only. The two are nowhere averaged together.",
    ),
    columns=(
        count("said", titles("Temsilci puanı", "Agents' scores")),
        share(
            "alone",
            titles("Müşterinin puanı yok", "Without the caller's"),
            ("said", "-pairs"),
            _SAID,
        ),
        count("pairs", titles("Çift", "Pairs")),
        _mean("agent", titles("Temsilci, ortalama", "Agent, mean"), "pairs"),
        _mean("caller", titles("Müşteri, ortalama", "Caller, mean"), "pairs"),
        _mean("gap", titles("Fark", "Difference"), "pairs", PAIRED),
        _mean(
            "alone_agent",
            titles("Temsilci, müşterisiz ortalama", "Agent, mean without the caller's"),
            "alone",
        ),
        Column("wordings", titles("Anket sürümü", "Wordings"), COUNT, _wordings),
    ),
    by=("agent", "score_kind", "survey", "wording", "queue"),
    default=("agent", "score_kind"),
    filters=("survey", "queue", "agent"),
    chart="gap",
    resource="survey_invitation",
)

"""The kinds of columns that reports are made of, so that a report is a list of declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.figures.ranks import spearman
from ivr.reports.model import (
    CORRELATION,
    COUNT,
    DIFFERENCE,
    NET,
    PERCENT,
    REST,
    SCORE,
    SECONDS,
    WEIGHTED,
    Column,
    Correlation,
    Difference,
    Net,
    Share,
    Weighted,
)

if TYPE_CHECKING:
    from ivr.reports.model import Cell, Sums, Titles


MILLION = 1_000_000
"""Weights are counted in whole millionths."""


def titles(tr: str, en: str) -> Titles:
    """A title in both languages."""
    return {"tr": tr, "en": en}


def count(name: str, title: Titles, *parts: str) -> Column:
    """A number of things; parts: the counts that it adds up, without any the one of its name."""
    wanted = parts or (name,)
    return Column(name, title, COUNT, lambda sums: added(sums, wanted))


def share(name: str, title: Titles, num: tuple[str, ...], den: tuple[str, ...]) -> Column:
    """A part of a whole. A count with `-` before it is taken off."""
    return Column(name, title, "share", lambda sums: Share(added(sums, num), added(sums, den)))


def score(name: str, title: Titles, hits: str, of: str) -> Column:
    """A share of answers: shown with its value only where they are enough."""
    return Column(name, title, SCORE, lambda sums: Share(sums.counts[hits], sums.counts[of]))


def net(name: str, title: Titles, promoters: str, detractors: str, of: str) -> Column:
    """A net promoter score."""

    def made(sums: Sums) -> Cell:
        up, down, n = (sums.counts[each] for each in (promoters, detractors, of))
        return Net(up, n - up - down, down)

    return Column(name, title, NET, made)


def weighted(name: str, title: Titles, begin: str) -> Column:
    """A weighted share. The counts are named after its begin: `_hit`, `_whole` in millionths,
    `_squares` in millionths, `_n`, and `_void` of answers whose weights do not hold."""

    def made(sums: Sums) -> Cell:
        hit, whole, squares, n, void = (
            sums.counts[f"{begin}_{each}"] for each in ("hit", "whole", "squares", "n", "void")
        )
        return None if void else Weighted(hit / MILLION, whole / MILLION, squares / MILLION, n)

    return Column(name, title, WEIGHTED, made)


def difference(name: str, title: Titles, hits: str, of: str) -> Column:
    """A share against that of all other rows; the report must name both counts in `rest`."""

    def made(sums: Sums) -> Cell:
        mine, rest = (
            (sums.counts[f"{begin}{hits}"], sums.counts[f"{begin}{of}"]) for begin in ("", REST)
        )
        return Difference(*mine, *rest) if rest[1] else None

    return Column(name, title, DIFFERENCE, made)


def correlation(name: str, title: Titles, begin: str) -> Column:
    """The rank correlation of pairs, counted under names such as `begin:2:5` for the pair 2, 5."""

    def made(sums: Sums) -> Cell:
        table = {
            _pair(each): times
            for each, times in sums.counts.items()
            if times and each.startswith(f"{begin}:")
        }
        return Correlation(spearman(table), sum(table.values()))

    return Column(name, title, CORRELATION, made)


def _pair(name: str) -> tuple[int, int]:
    _begin, x, y = name.split(":")
    return int(x), int(y)


def mean_s(name: str, title: Titles, total_ms: tuple[str, ...], of: tuple[str, ...]) -> Column:
    """A mean in seconds of what was summed in milliseconds."""
    return Column(name, title, SECONDS, lambda sums: _mean(sums, total_ms, of, 1000))


def total_s(name: str, title: Titles, *parts: str) -> Column:
    """A sum in seconds of what was summed in milliseconds."""
    return Column(name, title, SECONDS, lambda sums: round(added(sums, parts) / 1000, 2))


def quantile_s(name: str, title: Titles, per_cent: int) -> Column:
    """The value that so many per cent do not exceed: `sorted[floor(p n)]` (K13), in seconds."""
    return Column(name, title, SECONDS, lambda sums: _quantile(sums, per_cent))


def longest_s(name: str, title: Titles, of: str) -> Column:
    """The largest value that was found, in seconds."""
    return Column(name, title, SECONDS, lambda sums: _largest(sums, of))


def mean(name: str, title: Titles, total: str, of: str) -> Column:
    """A plain mean, such as a goal that every contact brings along."""
    return Column(name, title, PERCENT, lambda sums: _mean(sums, (total,), (of,), 1))


def added(sums: Sums, parts: tuple[str, ...]) -> int:
    """Counts added up; those with `-` before them are taken off."""
    counts = sums.counts
    return sum(-counts[part[1:]] if part.startswith("-") else counts[part] for part in parts)


def _mean(sums: Sums, total: tuple[str, ...], of: tuple[str, ...], scale: int) -> Cell:
    number = added(sums, of)
    return round(added(sums, total) / number / scale, 2) if number else None


def _quantile(sums: Sums, per_cent: int) -> Cell:
    wanted = sum(sums.spread.values()) * per_cent // 100
    for value in sorted(sums.spread):
        wanted -= sums.spread[value]
        if wanted < 0:
            return round(value / 1000, 3)
    return None


def _largest(sums: Sums, of: str) -> Cell:
    return round(sums.largest[of] / 1000, 3) if of in sums.largest else None

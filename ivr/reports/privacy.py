"""Answers that were promised to be anonymous are shown in groups of five and more only.

A smaller group is shown as empty, and the total is made of the groups that are shown, so that
nobody can take one from the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ivr.reports.model import Sums

if TYPE_CHECKING:
    from collections.abc import Mapping

_K = TypeVar("_K")
LEAST = 5


def in_groups(groups: Mapping[_K, Sums], whole: Sums, private: str) -> tuple[dict[_K, Sums], Sums]:
    """The same groups and their total without what a small group would tell.

    private: the count of anonymous answers. Nothing to hide: everything as it was.
    """
    small = {key for key, sums in groups.items() if is_small(sums.counts[private])}
    if not small and not is_small(whole.counts[private]):
        return dict(groups), whole
    shown = {key: Sums() if key in small else sums for key, sums in groups.items()}
    return shown, _added(shown)


def is_small(answers: int) -> bool:
    """Whether so many anonymous answers must not be shown."""
    return 0 < answers < LEAST


def _added(groups: Mapping[_K, Sums]) -> Sums:
    total = Sums()
    for sums in groups.values():
        total.counts.update(sums.counts)
        total.spread.update(sums.spread)
        for name, value in sums.largest.items():
            total.largest[name] = max(value, total.largest.get(name, value))
    return total

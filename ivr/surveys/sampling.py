"""Who is asked: a draw that anybody can repeat, because it hangs on the contact's id alone.

Nothing is remembered between two draws. The same seed and id give the same number on every node
and in every year, so no one at a desk can influence it and an auditor can check it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from heapq import nsmallest
from itertools import dropwhile
from math import isfinite
from operator import not_
from typing import TypeAlias

_SPAN = 2**256
_BETWEEN = "\x1f"
WEEKS_OF_EXPECTATION = 4


def position(seed: str, public_id: str) -> float:
    """Where a contact stands between 0 and 1: sha256 of seed, unit separator and id, over 2**256.

    seed: of the plan. public_id: the interaction's (or, in a wave, the customer's) public id.
    """
    return int.from_bytes(_digest(seed, public_id), "big") / _SPAN


def is_selected(seed: str, public_id: str, rate: float) -> bool:
    """True if the contact's position lies under the rate; 0 selects nobody, 1 everybody."""
    check_rate(rate)
    return rate == 1 or position(seed, public_id) < rate


def smallest(seed: str, public_ids: Iterable[str], size: int) -> list[str]:
    """The sample of a wave: the `size` ids with the smallest positions, smallest first.

    An id that is listed twice counts once. Fewer ids than `size` are all taken.
    """
    if size < 0:
        raise ValueError(f"a sample has 0 or more members, not {size}")
    return nsmallest(size, dict.fromkeys(public_ids), key=lambda each: (_digest(seed, each), each))


# --- strata --------------------------------------------------------------------------------------


QUEUE = "queue"
"""The one dimension of strata: the agent is not known yet when a caller is chosen."""
Rates: TypeAlias = "Mapping[tuple[str, str], Mapping[str, float]]"
"""(survey, plan) -> stratum -> rate of today."""


def expected_contacts(weeks: Sequence[int]) -> float:
    """Contacts to expect in the coming week: the mean of the last four weeks, latest last.

    A stratum that is younger than four weeks is judged by the weeks that it has; none gives 0.
    """
    latest = list(dropwhile(not_, weeks[-WEEKS_OF_EXPECTATION:]))
    return sum(latest) / len(latest) if latest else 0.0


def nightly_rate(base: float, min_invited: int, expected: float) -> float:
    """The rate of a stratum for the coming day: min(1, max(base, min_invited / expected)).

    base: rate of the plan. min_invited: invitations wanted in a week, 0 for none. expected:
    contacts of that week. A stratum without expected contacts is asked whenever one comes.
    """
    check_rate(base)
    if not min_invited:
        return base
    return min(1.0, max(base, min_invited / expected)) if expected > 0 else 1.0


def stratum_key(dimension: str, value: str) -> str:
    """The name of a stratum as it is stored: `agent=1201`."""
    return f"{dimension}={value}"


def rate_of_contact(base: float, strata: Iterable[str], rates: Mapping[str, float]) -> float:
    """The rate that decides about a contact: the largest of its strata, and never under the base.

    strata: its stratum keys, as queue=support and agent=1201. rates: those of tonight. Since the
    position is fixed by the id, the largest rate **is** the chance of being asked, so that the
    weight 1 / rate holds for a contact that belongs to several strata.
    """
    return max([base, *(rates[key] for key in strata if key in rates)])


# --- quotas --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Quota:
    """How many answers are wanted per value of some dimensions (product, region, segment).

    limits: dimension -> value -> answers. A value that is not named has no limit.
    count_partials: partial answers fill the quota too.
    """

    limits: Mapping[str, Mapping[str, int]]
    count_partials: bool = False

    def counted(self, completed: int, partial: int) -> int:
        """How many answers of a cell fill its quota."""
        return completed + partial if self.count_partials else completed

    def is_full(
        self, contact: Mapping[str, str], answers: Mapping[tuple[str, str], tuple[int, int]]
    ) -> bool:
        """True if a value of the contact has all the answers it wants.

        contact: dimension -> value. answers: (dimension, value) -> completed, partial so far.
        """
        return any(
            self.counted(*answers.get((dimension, contact[dimension]), (0, 0))) >= limit
            for dimension, limits in self.limits.items()
            if dimension in contact and (limit := limits.get(contact[dimension])) is not None
        )


def check_rate(rate: float) -> None:
    """Raise ValueError unless the rate is a share between 0 and 1."""
    if not (isfinite(rate) and 0 <= rate <= 1):
        raise ValueError(f"a rate lies between 0 and 1, not {rate}")


def _digest(seed: str, public_id: str) -> bytes:
    return sha256(f"{seed}{_BETWEEN}{public_id}".encode()).digest()

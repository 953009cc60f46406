"""How two ticket systems that keep one ticket come to agree: field by field, three ways.

What both last agreed on is known. Who changed a field since then is followed; where both did, the
rule named `master` in the configuration decides. As the past is compared and no clocks are, it
does not matter in which order news arrive or how often, and what is agreed on starts no new round.
Source: tickets.md section 16.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OURS, THEIRS = "ours", "theirs"
FIELDS = ("status", "assignee", "priority")
"""What is kept alike; the rest of a ticket is nobody's but ours."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """What is to be done so that both agree, in words of theirs.

    take: field -> what ours becomes; give: fields that theirs take from ours; both: fields that
    were changed on both sides, for the record.
    """

    take: Mapping[str, str]
    give: frozenset[str]
    both: tuple[str, ...] = ()


def meet(
    before: Mapping[str, str] | None,
    ours: Mapping[str, str],
    theirs: Mapping[str, str],
    master: str,
) -> Meeting:
    """Compare. before: what was agreed on, None = never yet: then ours is what was opened there.

    ours: our fields in their words; one without a word there is missing and so never given.
    """
    take: dict[str, str] = {}
    give: set[str] = set()
    both: list[str] = []
    for field in FIELDS:
        there = theirs[field]
        here = ours.get(field, (before or theirs)[field])
        known = there if before is None else before[field]
        if here == there:
            continue
        we, they = here != known, there != known
        if we and they:
            both.append(field)
        if they and (master == THEIRS or not we):
            take[field] = there
        elif we and master == OURS:
            give.add(field)
    return Meeting(take, frozenset(give), tuple(both))


def agreed(
    before: Mapping[str, str] | None,
    theirs: Mapping[str, str],
    given: Mapping[str, str],
    refused: Sequence[str] = (),
) -> dict[str, str]:
    """What both agree on now. given: what theirs became; refused: fields that ours could not take,
    which stay as they were so that they are seen again."""
    found = {field: given.get(field, theirs[field]) for field in FIELDS}
    return {**found, **{field: before[field] for field in refused if before is not None}}

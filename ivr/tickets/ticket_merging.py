"""Two tickets about one matter: nothing moves, the loser only points to the survivor.

The survivor's timeline shows both and the old number keeps resolving. What happens to the clocks
stands in `sla.merging`, which statuses may be merged at all in `states`. Source: tickets.md 6.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.domain.errors import IllegalTransitionError
from ivr.tickets.merging import survivor_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class TicketMerge:
    """A merge of two tickets. survivor: the root. status: the loser's before, its way back.

    id: rising with time; 0 before it is stored.
    """

    loser: int
    survivor: int
    status: str
    id: int = 0
    undone: bool = False


def plan_ticket_merge(
    loser: int, target: int, merged_into: Mapping[int, int | None], status: str
) -> TicketMerge:
    """What merging a ticket into another one writes; the target is always the root.

    merged_into: as in `survivor_of`. status: the loser's. Raises AlreadyMergedError for a circle.
    """
    return TicketMerge(loser, survivor_of(target, loser, merged_into, "tickets"), status)


def merge_to_undo(loser: int, points_to: int | None, merges: Iterable[TicketMerge]) -> TicketMerge:
    """The merge that taking a ticket out again undoes; its status is where the ticket returns to.

    merges: of this loser. points_to: its `merged_into` now. What went into the ticket itself stays
    there. Raises IllegalTransitionError for a ticket that is not merged.
    """
    live = [merge for merge in merges if merge.loser == loser and not merge.undone]
    here = [merge for merge in live if merge.survivor == points_to]
    if not here:
        raise IllegalTransitionError("this ticket is not merged")
    return max(here, key=lambda merge: merge.id)

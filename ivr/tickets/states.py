"""The life of a ticket: types of state, statuses with their labels, which may follow which.

A house may add statuses of its own (`in_repair`), each of one of the types here; types are fixed,
since clocks, reports and other systems rely on them. Source: tickets.md section 6.2.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from ivr.domain.errors import IllegalTransitionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

NEW, OPEN = "new", "open"
PENDING_CUSTOMER, PENDING_THIRD = "pending_customer", "pending_third"
RESOLVED, CLOSED, MERGED, CANCELLED = "resolved", "closed", "merged", "cancelled"
TYPES = (NEW, OPEN, PENDING_CUSTOMER, PENDING_THIRD, RESOLVED, CLOSED, MERGED, CANCELLED)

SLA_PAUSES = frozenset({PENDING_CUSTOMER, PENDING_THIRD, MERGED})
"""Types in which the promise to the customer stands still; that of a supplier runs in the third."""
STOPPED = frozenset({RESOLVED, CLOSED, CANCELLED})
"""Types in which no clock counts."""
UNDER_WAY = frozenset({NEW, OPEN, PENDING_CUSTOMER, PENDING_THIRD})
"""Types of a ticket on which there is still something to do."""

MOVE, REOPEN, UNMERGE, REVIVE = "move", "reopen", "unmerge", "revive"
"""Kinds of moves: an ordinary one; back from resolved or closed; out of a merge; a cancelled one
taken up again, which only a supervisor may, with a reason."""

_AFTER: Mapping[str, tuple[str, ...]] = {
    NEW: (OPEN, PENDING_CUSTOMER, PENDING_THIRD, RESOLVED, MERGED, CANCELLED),
    OPEN: (PENDING_CUSTOMER, PENDING_THIRD, RESOLVED, MERGED, CANCELLED),
    PENDING_CUSTOMER: (OPEN, PENDING_THIRD, RESOLVED, MERGED, CANCELLED),
    PENDING_THIRD: (OPEN, PENDING_CUSTOMER, RESOLVED, MERGED, CANCELLED),
    RESOLVED: (CLOSED, OPEN, MERGED),
    CLOSED: (OPEN, MERGED),
    MERGED: (),
    CANCELLED: (OPEN,),
}


@dataclass(frozen=True, slots=True)
class Status:
    """One status. labels: language -> what agents see; public: what customers hear and read.

    A merged ticket has no public label: that of the ticket it was merged into is told.
    """

    code: str
    type: str
    labels: Mapping[str, str] = field(default_factory=dict)
    public: Mapping[str, str] = field(default_factory=dict)
    active: bool = True

    @property
    def pauses_sla(self) -> bool:
        """Whether the promise to the customer stands still meanwhile."""
        return self.type in SLA_PAUSES


def _status(code: str, kind: str, labels: tuple[str, str], public: tuple[str, str]) -> Status:
    told = dict(zip(("tr", "en"), public, strict=True)) if any(public) else {}
    return Status(code, kind, dict(zip(("tr", "en"), labels, strict=True)), told)


DEFAULT_STATUSES: Mapping[str, Status] = {
    each.code: each
    for each in (
        _status(
            *("new", NEW, ("Yeni", "New")),
            ("Talebiniz alındı", "We have received your request"),
        ),
        _status(
            *("open", OPEN, ("Açık", "Open")),
            ("Talebiniz üzerinde çalışılıyor", "We are working on your request"),
        ),
        _status(
            *("waiting_customer", PENDING_CUSTOMER, ("Müşteri bekleniyor", "Waiting for customer")),
            ("Sizden bilgi bekliyoruz", "We are waiting for information from you"),
        ),
        _status(
            *("waiting_supplier", PENDING_THIRD, ("Birim bekleniyor", "Waiting for supplier")),
            (
                "İlgili birimden yanıt bekliyoruz",
                "We are waiting for an answer from the department in charge",
            ),
        ),
        _status(
            *("resolved", RESOLVED, ("Çözüldü", "Resolved")),
            ("Talebiniz çözüldü", "Your request has been solved"),
        ),
        _status(
            *("closed", CLOSED, ("Kapatıldı", "Closed")),
            ("Talebiniz kapatıldı", "Your request has been closed"),
        ),
        _status("merged", MERGED, ("Birleştirildi", "Merged"), ("", "")),
        _status(
            *("cancelled", CANCELLED, ("İptal edildi", "Cancelled")),
            ("Talebiniz iptal edildi", "Your request has been cancelled"),
        ),
    )
}
"""The statuses that every house has, by code, one of each type."""


class TicketStateError(IllegalTransitionError):
    """The ticket cannot go there from where it is. `allowed`: the codes of where it can go."""

    code: ClassVar[str] = "ticket-state"

    def __init__(self, message: str, allowed: Sequence[str]) -> None:
        super().__init__(message)
        self.allowed = tuple(allowed)


def default_of(kind: str) -> Status:
    """The status of a type that every house has."""
    return next(each for each in DEFAULT_STATUSES.values() if each.type == kind)


def types_after(kind: str, before_merge: str = "") -> tuple[str, ...]:
    """The types that may follow a type.

    before_merge: of a merged ticket, the type it had, which is the only way back.
    """
    return (before_merge,) if kind == MERGED and before_merge else _AFTER[kind]


def may_follow(before: Status, after: Status, before_merge: str = "") -> bool:
    """Whether a ticket may move so; between two statuses of one type while it is under way."""
    if before.code == after.code or not after.active:
        return False
    if before.type == after.type:
        return before.type in UNDER_WAY
    return after.type in types_after(before.type, before_merge)


def allowed(
    before: Status, statuses: Iterable[Status], before_merge: str = ""
) -> tuple[Status, ...]:
    """Every status that may follow, in the order given."""
    return tuple(each for each in statuses if may_follow(before, each, before_merge))


def kind_of_move(before: Status, after: Status) -> str:
    """What a move that is allowed is: MOVE, REOPEN, UNMERGE or REVIVE."""
    if before.type == MERGED:
        return UNMERGE
    if after.type == OPEN and before.type in {RESOLVED, CLOSED}:
        return REOPEN
    return REVIVE if before.type == CANCELLED else MOVE


def check_move(
    before: Status, after: Status, statuses: Iterable[Status], before_merge: str = ""
) -> str:
    """The kind of the move. Raises TicketStateError with the list of what is allowed."""
    if may_follow(before, after, before_merge):
        return kind_of_move(before, after)
    codes = [each.code for each in allowed(before, statuses, before_merge)]
    ways = f"it can become {', '.join(codes)}" if codes else "nothing can follow"
    raise TicketStateError(
        f"a ticket that is {before.code} cannot become {after.code}; {ways}", codes
    )

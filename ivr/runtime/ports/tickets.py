"""The seam of tickets: what is asked of the ticket store. Its rows are those of `ticket_rows`.

`tenant` is 1 in an installation for one organisation. Errors: NotFoundError 404, StaleVersionError
412, NotValidError 422 (a value that the ticket cannot have), `TicketStateError` 409 with `allowed`
(ivr/tickets/states.py), `NotResolvableError` 409 with every failure, AlreadyMergedError 409
(ivr/tickets/merging.py); StoreError where the database fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeAlias

from ivr.domain.errors import IllegalTransitionError
from ivr.runtime.ports.ticket_rows import (
    AGENT,
    ARTICLE_KINDS,
    AUTHORS,
    CALL,
    CAUSES,
    CHANGEABLE,
    CUSTOMER,
    DUPLICATE,
    FOLLOW_UP,
    FOLLOW_UP_OF,
    LINKS,
    MESSAGE,
    MOST_ROWS,
    NOTE,
    NOTICE,
    OPENED,
    RELATED,
    REPLY,
    RESOLUTION,
    ROLES,
    SERVER,
    STATUS_CHECK,
    SURVEY,
    SURVEY_ORIGIN,
    SYSTEM,
    Act,
    Appended,
    ArticleRow,
    ChangeRow,
    CheckRow,
    ClockLine,
    ClockRow,
    ContactLink,
    FileRow,
    LinkRow,
    NewArticle,
    NewFile,
    NewTicket,
    Opening,
    Scope,
    Sort,
    Ticked,
    TicketFilter,
    TicketPage,
    TicketRow,
    TimelineItem,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime, tzinfo

    from ivr.domain.calendar import Calendar
    from ivr.tickets.catalogue.model import Catalogue
    from ivr.tickets.resolving import Failure, Offer

__all__ = [
    "AGENT",
    "ARTICLE_KINDS",
    "AUTHORS",
    "CALL",
    "CAUSES",
    "CHANGEABLE",
    "CUSTOMER",
    "DUPLICATE",
    "FOLLOW_UP",
    "FOLLOW_UP_OF",
    "LINKS",
    "MESSAGE",
    "MOST_ROWS",
    "NOTE",
    "NOTICE",
    "OPENED",
    "RELATED",
    "REPLY",
    "RESOLUTION",
    "ROLES",
    "SERVER",
    "STATUS_CHECK",
    "SURVEY",
    "SURVEY_ORIGIN",
    "SYSTEM",
    "Act",
    "Appended",
    "ArticleRow",
    "ChangeRow",
    "CheckRow",
    "ClockLine",
    "ClockRow",
    "ContactLink",
    "FileRow",
    "LinkRow",
    "NewArticle",
    "NewFile",
    "NewTicket",
    "NotResolvableError",
    "Opening",
    "Rules",
    "Scope",
    "Sort",
    "Ticked",
    "TicketFilter",
    "TicketPage",
    "TicketRow",
    "TicketRules",
    "Tickets",
    "TimelineItem",
]


class NotResolvableError(IllegalTransitionError):
    """The ticket cannot count as solved yet. `failures`: everything that is missing, at once."""

    code: ClassVar[str] = "ticket-not-resolvable"

    def __init__(self, failures: Sequence[Failure]) -> None:
        super().__init__("; ".join(each.message for each in failures))
        self.failures = tuple(failures)


@dataclass(frozen=True, slots=True)
class TicketRules:
    """What the house has published now. A new object for every publishing, never changed.

    calendars: the `hours` of the configuration by name, without switches. zone: of the tenant, for
    the year in numbers. country: of phone numbers in forms.
    """

    catalogue: Catalogue
    calendars: Mapping[str, Calendar]
    zone: tzinfo
    country: str = "TR"


Rules: TypeAlias = "Callable[[], TicketRules]"
"""The rules of this moment; cheap, asked for with every operation."""


@dataclass(frozen=True, slots=True)
class Touched:
    """Something that was changed. what: `ticket` or `intake`; thing: its number, its public id.

    teams, people: who had it before, and who has it now; an item of no team has the team "".
    """

    what: str
    thing: str
    teams: frozenset[str]
    people: frozenset[str]
    tenant: int = 1


class Tickets(Protocol):
    """Tickets, with their clocks. Every operation is one durable transaction."""

    async def open(self, new: NewTicket, act: Act, *, tenant: int = 1) -> Opening:
        """Open it with number, clocks, audit and event, or give the one with this origin_key.

        Raises NotValidError, also for form values that are wrong (missing ones may follow)."""

    async def get(self, ref: str, *, follow: bool = True, tenant: int = 1) -> TicketRow | None:
        """One ticket; a merged one leads to the one it went into, unless follow is off."""

    async def change(
        self,
        ref: str,
        changes: Mapping[str, object],
        act: Act,
        *,
        version: int | None = None,
        tenant: int = 1,
    ) -> TicketRow:
        """Change fields of CHANGEABLE at once; what stays the same writes nothing.

        version: as read, None = whatever it is. A changed priority needs a reason. Another team
        without an assignee means the pool of that team. Reopening and taking up a cancelled one are
        changes of status, too."""

    async def reopen(
        self, ref: str, act: Act, *, interaction: str = "", tenant: int = 1
    ) -> TicketRow:
        """Open a resolved or closed one again: reopen_count + 1, FCR false, clock goes on."""

    async def reopen_offer(
        self, customer: str, category: str, at: datetime, *, tenant: int = 1
    ) -> Offer | None:
        """The solved ticket that a new contact of a customer about a category may be about."""

    async def append(self, ref: str, article: NewArticle, act: Act, *, tenant: int = 1) -> Appended:
        """Add an article. A public reply of an agent meets the response clocks; a message of the
        customer starts the next one, and takes a ticket that waits for him up again."""

    async def link_interaction(
        self, ref: str, interaction: str, role: str, act: Act, *, tenant: int = 1
    ) -> None:
        """Link a contact (role of ROLES); twice changes nothing. An answered call back to the
        customer is told with `callback_tried` or an article of kind `call`, too."""

    async def callback_promised(
        self, ref: str, opens_at: datetime, act: Act, *, tenant: int = 1
    ) -> TicketRow:
        """A callback is promised from this moment on: its clock starts."""

    async def callback_tried(
        self, ref: str, reached: bool, act: Act, *, tenant: int = 1
    ) -> TicketRow:
        """The customer was called back; reached meets the clock and counts as an answer."""

    async def list(
        self,
        which: TicketFilter,
        *,
        sort: Sort = "opened",
        cursor: str = "",
        limit: int = 50,
        tenant: int = 1,
    ) -> TicketPage:
        """A page of at most MOST_ROWS. Raises NotValidError for a cursor of another list."""

    async def count(self, which: TicketFilter, *, tenant: int = 1) -> int:
        """How many there are."""

    async def of_interaction(self, interaction: str, *, tenant: int = 1) -> Sequence[TicketRow]:
        """The tickets that a contact is linked with, the newest first."""

    async def timeline(self, ref: str, *, tenant: int = 1) -> Sequence[TimelineItem]:
        """All that happened, oldest first; with what happened to tickets merged into it."""

    async def articles(self, ref: str, *, tenant: int = 1) -> Sequence[ArticleRow]:
        """What was said, oldest first; with that of tickets merged into it."""

    async def of_messages(
        self, message_ids: Sequence[str], *, tenant: int = 1
    ) -> Mapping[str, str]:
        """Message-ID -> number of the ticket it stands on, of those that stand on one."""

    async def clocks(self, ref: str, *, tenant: int = 1) -> Sequence[ClockRow]:
        """Its own clocks in the order they started, ended ones included."""

    async def set_target(
        self,
        ref: str,
        clock: str,
        target_s: int,
        act: Act,
        *,
        recount: bool = False,
        tenant: int = 1,
    ) -> Sequence[ClockRow]:
        """Give a clock (ClockRow.id) another target, in business seconds; needs a reason.

        recount: count again from the start; supervisors only. Raises NotAllowedError."""

    async def children(self, ref: str, *, tenant: int = 1) -> Sequence[TicketRow]:
        """The tickets right below it, oldest first."""

    async def links(self, ref: str, *, tenant: int = 1) -> Sequence[LinkRow]:
        """Links from and to it."""

    async def link(
        self, ref: str, kind: str, other: str, act: Act, *, tenant: int = 1
    ) -> Sequence[LinkRow]:
        """Link it with another one (kind of LINKS); twice changes nothing."""

    async def unlink(
        self, ref: str, kind: str, other: str, act: Act, *, tenant: int = 1
    ) -> Sequence[LinkRow]:
        """Take a link away; one that is not there changes nothing."""

    async def tag(
        self,
        ref: str,
        act: Act,
        *,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
        tenant: int = 1,
    ) -> TicketRow:
        """Put tags on it and take some off."""

    async def checklist(self, ref: str, *, tenant: int = 1) -> Sequence[CheckRow]:
        """The items, in order."""

    async def check(
        self, ref: str, seq: int, done: bool, act: Act, *, tenant: int = 1
    ) -> Sequence[CheckRow]:
        """Tick an item off, or take that back."""

    async def merge(self, ref: str, into: str, act: Act, *, tenant: int = 1) -> TicketRow:
        """Merge a ticket into another; gives that one, always the root. AlreadyMergedError."""

    async def unmerge(self, ref: str, act: Act, *, tenant: int = 1) -> TicketRow:
        """Take a merge back; gives the ticket that had gone, in the state it had."""

    async def close_due(self, now: datetime) -> Sequence[str]:
        """Close what was resolved `close_after` business days ago; the numbers. All tenants."""

    async def tick(self, now: datetime) -> Ticked:
        """Note every breach and fire every escalation that has come due. All tenants."""

    async def next_due(self) -> datetime | None:
        """When something is to be done next: a breach, an escalation, a closing; None = nothing."""

    async def review(self, at: datetime) -> int:
        """Look every open ticket's promises up anew, after policies or calendars were published;
        the number of tickets whose clocks changed. All tenants."""

    async def drift(self) -> Sequence[str]:
        """Numbers of tickets whose clocks are not what their ledgers add up to; should be none."""

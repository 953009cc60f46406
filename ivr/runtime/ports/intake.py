"""The seam of the intake: what came in and is no ticket yet, and who takes it up.

An item is named by its public id (ULID). Errors: NotFoundError 404, NotValidError 422,
AlreadyClaimedError 409, NotClaimedError 409, those of tickets (`ports/tickets.py`), StoreError.
Source: tickets.md section 7.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from ivr.domain.errors import IllegalTransitionError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ivr.runtime.ports.ticket_rows import Act, FileRow, NewFile, TicketRow

NEW, CLAIMED, CONVERTED, APPENDED = "new", "claimed", "converted", "appended"
SPAM, REJECTED = "spam", "rejected"
STATES = (NEW, CLAIMED, CONVERTED, APPENDED, SPAM, REJECTED)
EMAIL, WEB, SMS = "email", "web", "sms"
MEDIA = (EMAIL, WEB, SMS, "social", "letter", "fax", "api")
LEASE_S = 15 * 60
"""How long somebody has an item without looking at it; the open page renews that."""
ASSIGNED_S = 4 * 3600
"""How long an item waits for somebody it was given to, until he opens it."""
MOST_ROWS = 200


class AlreadyClaimedError(IllegalTransitionError):
    """Somebody else has the item. `holder`: his name, "" if it is settled already."""

    code: ClassVar[str] = "already-claimed"

    def __init__(self, holder: str, state: str) -> None:
        super().__init__(f"{holder} has it" if holder else f"it is {state} already")
        self.holder = holder
        self.members = {"holder": holder, "state": state}


class NotClaimedError(IllegalTransitionError):
    """Only who has claimed the item can do this."""

    code: ClassVar[str] = "not-claimed"


@dataclass(frozen=True, slots=True)
class NewItem:
    """Something that came in. dedupe_key: a second one with it is the same.

    sender: as written; sender_norm: as compared, "" = nobody can tell; sender_kind: email, phone or
    "". account: of the mailbox or the name of the form. refs: of a mail, plain JSON (`mail_refs`).
    form: values of a web form. state: `new`, or already settled (rejected, spam, appended). ticket:
    number it belongs to, perhaps. category: path, if the sender chose one.
    """

    medium: str
    received_at: datetime
    dedupe_key: str
    subject: str
    body: str
    content_type: str = "text/plain"
    sender: str = ""
    sender_norm: str = ""
    sender_kind: str = ""
    sender_name: str = ""
    account: str = ""
    team: str = ""
    message_id: str = ""
    refs: Mapping[str, Any] = field(default_factory=dict)
    form: Mapping[str, Any] = field(default_factory=dict)
    raw_uri: str = ""
    files: tuple[NewFile, ...] = ()
    state: str = NEW
    reason: str = ""
    ticket: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item as stored. customer, customer_name, category, suggested: what we suggest (public id,
    name, path, ticket number); ticket: number of the one that it became or was put to."""

    id: str
    medium: str
    received_at: datetime
    sender: str
    sender_norm: str
    sender_name: str
    account: str
    team: str
    subject: str
    body: str
    content_type: str
    message_id: str
    dedupe_key: str
    refs: Mapping[str, Any]
    form: Mapping[str, Any]
    raw_uri: str
    state: str
    claimed_by: str
    claimed_at: datetime | None
    claim_expires_at: datetime | None
    assigned_by: str
    customer: str
    customer_name: str
    category: str
    suggested: str
    ticket: str
    reason: str
    done_at: datetime | None
    files: tuple[FileRow, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which items; all that is given must hold. teams: None = all, else those and items of no team.

    holder: who has claimed it.
    """

    states: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    teams: tuple[str, ...] | None = None
    holder: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class ItemPage:
    """A page, the oldest first. next: cursor of the one after it, "" = it was the last."""

    rows: tuple[ItemRow, ...]
    next: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What accepting gave. fresh: False for a second arrival, which changes nothing."""

    item: ItemRow
    fresh: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an item: the ticket that it is on now."""

    item: ItemRow
    ticket: TicketRow


@dataclass(frozen=True, slots=True)
class Conversion:
    """How an item becomes a ticket; what is empty is taken from the item and its category.

    customer: public id or number of somebody known. new_customer: name of somebody to be added,
    with the sender as his address. Neither: whom the sender surely is, or nobody.
    """

    category: str = ""
    subject: str = ""
    description: str = ""
    kind: str = ""
    priority: int = 0
    team: str = ""
    assignee: str = ""
    customer: str = ""
    new_customer: str = ""
    follows: str = ""
    custom: Mapping[str, object] | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a ticket came from, for who answers: the item, and who of the thread wrote last.

    last_id: Message-ID of the customer's newest message, "" = none; thread: all of them, in order.
    """

    item: ItemRow
    last_id: str = ""
    thread: tuple[str, ...] = ()


class Intake(Protocol):
    """What came in, and what becomes of it. Every change is one durable transaction."""

    async def accept(self, new: NewItem, act: Act, *, tenant: int = 1) -> Accepted:
        """Keep it, with suggestions; a second one with the same dedupe_key changes nothing."""

    async def known(self, dedupe_key: str, *, tenant: int = 1) -> ItemRow | None:
        """The item with this key, if it has arrived before."""

    async def get(self, item: str, *, tenant: int = 1) -> ItemRow | None:
        """One item."""

    async def list(
        self, which: ItemFilter, *, cursor: str = "", limit: int = 50, tenant: int = 1
    ) -> ItemPage:
        """A page of at most MOST_ROWS. Raises NotValidError for a cursor that is none."""

    async def claim(self, item: str, act: Act, *, tenant: int = 1) -> ItemRow:
        """Take it; who has it already renews his lease. Raises AlreadyClaimedError."""

    async def release(self, item: str, act: Act, *, tenant: int = 1) -> ItemRow:
        """Give it back, with a reason if it was assigned. Raises NotClaimedError."""

    async def assign(self, item: str, to: str, act: Act, *, tenant: int = 1) -> ItemRow:
        """Give it to somebody, also one that another has. Raises AlreadyClaimedError if settled."""

    async def distribute(
        self, people: Mapping[str, Sequence[str]], which: ItemFilter, act: Act, *, tenant: int = 1
    ) -> Sequence[ItemRow]:
        """Give new items, oldest first, to who has fewest, then to who has waited longest.

        people: name -> teams; an item of a team goes to its people only. At most MOST_ROWS."""

    async def convert(self, item: str, how: Conversion, act: Act, *, tenant: int = 1) -> Settled:
        """Open a ticket with the message on it. Raises NotClaimedError, NotValidError."""

    async def append(
        self, item: str, ticket: str, act: Act, *, reopen: bool = False, tenant: int = 1
    ) -> Settled:
        """Put the message on a ticket; reopen: a solved one is opened again."""

    async def reject(self, item: str, act: Act, *, spam: bool = False, tenant: int = 1) -> ItemRow:
        """Nothing is done about it; needs a reason unless it is spam."""

    async def expire(self, now: datetime) -> int:
        """Items whose lease is over are new again; how many. All tenants."""

    async def backlog(self) -> tuple[int, datetime | None]:
        """How many new items there are, and when the oldest one came in. All tenants."""

    async def origin(self, ticket: str, *, tenant: int = 1) -> Origin | None:
        """Where a ticket came from, if it was from here. ticket: number or public id."""

    async def sent(self, article: str, message_id: str, act: Act, *, tenant: int = 1) -> None:
        """An article went out by mail with this Message-ID. Again changes nothing."""

    async def answers(self, sender_norm: str, since: datetime) -> int:
        """How many automatic answers somebody was sent since then."""

    async def answered(self, sender_norm: str, at: datetime) -> None:
        """One more."""

"""What the ticket store takes and gives: frozen rows, without any way to change them.

Refs: a ticket is named by its number (`260042174`) or its public id (ULID); customers, assets and
interactions by their public ids; products by code; categories by path; people and teams by name.
Times are aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

OPENED, FOLLOW_UP, RESOLUTION = "opened", "follow_up", "resolution"
SURVEY, STATUS_CHECK = "survey", "status_check"
ROLES = (OPENED, FOLLOW_UP, RESOLUTION, SURVEY, STATUS_CHECK)
"""What an interaction was for a ticket."""
RELATED, FOLLOW_UP_OF, CAUSES, DUPLICATE = "related", "follow_up_of", "causes", "duplicate"
SURVEY_ORIGIN = "survey:"
"""How the origin key of a follow-up of a low score begins; the response follows."""
LINKS = (RELATED, FOLLOW_UP_OF, CAUSES, DUPLICATE)
"""What a ticket is to another one."""
REPLY, NOTE, MESSAGE, CALL, SYSTEM = "reply", "note", "message", "call", "system"
ARTICLE_KINDS = (REPLY, NOTE, MESSAGE, CALL, SYSTEM)
"""reply: ours to the customer; note: for ourselves; message: the customer's; call: what was said
in one; system: written by the server, such as a notice that was sent."""
AGENT, CUSTOMER, SERVER = "agent", "customer", "system"
AUTHORS = (AGENT, CUSTOMER, SERVER)
KEYED = "api:"
"""Begin of message ids that only keep a repeated request from being carried out twice: such an
article went out nowhere yet."""
NOTICE = "ticket.notice"
"""Type of the outbox's messages by which escalations reach people, one for each recipient and way.

Its JSON: tenant, ticket (public id), number, clock (ClockRow.id), metric, policy, level, n,
percent, due_at, emergency, `to` (a person, or `customer`) and `way` (desk, email, sms or call).
Whoever delivers it drops it if the clock has ended meanwhile."""
MOST_ROWS = 200
"""Rows of a page at most."""
Sort: TypeAlias = Literal["opened", "activity", "due", "priority", "number"]
"""opened, activity, priority: highest first; due: earliest first, without one last; number: up."""
CHANGEABLE = (
    *("subject", "description", "kind", "status", "priority", "severity", "emergency"),
    *("category", "categories", "team", "assignee", "customer", "contact", "pref_medium"),
    *("pref_window", "product", "asset", "root_cause", "resolution_code", "custom"),
    *("parent", "blocking", "first_contact_resolved"),
)
"""What `change` takes. "" empties a ref; `custom` takes fields of the form, None takes one out."""


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something, when and why.

    by: a person's name, `flow:NAME`, `system:NAME` (another system) or `server`. reason: needed to
    change a priority by hand and to take up a cancelled ticket. supervisor: whether he may do what
    only supervisors may. system: from which the change came, so that it is not told back to it.
    """

    by: str
    at: datetime
    reason: str = ""
    supervisor: bool = False
    system: str = ""


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A ticket to be opened. What is empty or None comes from its category.

    origin_key: what asks for it, such as `call:ID:NODE:VISIT`; unique per tenant, so a repeat gives
    the same ticket. category: path or code, "" = none yet. source: the medium (voice, email ...).
    contact: number or address of the customer to be reached at. priority, severity: 0 = from the
    category. custom: values of its form, not all of them yet. interaction: linked as `opened`.
    parent: ref; follows: ref of a ticket that this one follows up. The priority of the category is
    raised by one for a VIP, and an emergency makes it urgent; a priority given here stays.
    """

    origin_key: str
    subject: str
    source: str
    description: str = ""
    category: str = ""
    kind: str = ""
    priority: int = 0
    severity: int = 0
    emergency: bool = False
    customer: str = ""
    contact: str = ""
    pref_medium: str = ""
    pref_window: str = ""
    product: str = ""
    asset: str = ""
    team: str = ""
    assignee: str = ""
    interaction: str = ""
    parent: str = ""
    blocking: bool = False
    follows: str = ""
    custom: Mapping[str, object] = field(default_factory=dict)
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket. state: the type of its status. priority 1 low - 4 urgent, severity 1 minor - 3.

    customer, contact: public id and number or address; customer_name for lists, "" = none. asked:
    the number it was asked for by, if that ticket was merged into this one, else "". categories:
    secondary ones. form: version of the form the values in `custom` were checked against. due_at:
    the earliest of its running clocks. merged_into, parent: numbers.
    """

    id: str
    number: str
    origin_key: str
    kind: str
    subject: str
    description: str
    status: str
    state: str
    priority: int
    severity: int
    emergency: bool
    customer: str
    customer_name: str
    contact: str
    pref_medium: str
    pref_window: str
    product: str
    asset: str
    category: str
    categories: tuple[str, ...]
    team: str
    assignee: str
    source: str
    interaction: str
    opened_by: str
    opened_at: datetime
    first_response_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    last_activity_at: datetime
    due_at: datetime | None
    reopen_count: int
    contact_count: int
    first_contact_resolved: bool
    root_cause: str
    resolution_code: str
    merged_into: str
    parent: str
    blocking: bool
    custom: Mapping[str, Any]
    form: str
    tags: tuple[str, ...]
    version: int
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """What opening gave. fresh: whether it was opened now, and not by an earlier try."""

    ticket: TicketRow
    fresh: bool


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that is stored already. uri: where; sha256: of its content, hex."""

    filename: str
    mime: str
    size_bytes: int
    sha256: str
    uri: str


@dataclass(frozen=True, slots=True)
class NewArticle:
    """Something said on a ticket. kind: of ARTICLE_KINDS; author: a person, address or number.

    internal: never shown to the customer; a note always is. message_id: of the mail or SMS; unique
    per tenant, so a second arrival gives the first article. interaction: public id, "" = none.
    """

    kind: str
    author_kind: str
    author: str
    body: str
    at: datetime
    internal: bool = False
    content_type: str = "text/plain"
    message_id: str = ""
    interaction: str = ""
    files: tuple[NewFile, ...] = ()


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of an article. id: public."""

    id: str
    filename: str
    mime: str
    size_bytes: int
    sha256: str
    uri: str
    purged: bool = False


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """Something said on a ticket. id: public."""

    id: str
    ticket: str
    at: datetime
    kind: str
    internal: bool
    author_kind: str
    author: str
    body: str
    content_type: str
    message_id: str = ""
    interaction: str = ""
    files: tuple[FileRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Appended:
    """What appending gave. fresh: False for a message_id that was there already.

    asks_agent: the customer wrote on a resolved or closed ticket; a person says thanks or reopen.
    """

    article: ArticleRow
    ticket: TicketRow
    fresh: bool
    asks_agent: bool = False


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One field that changed. field: of CHANGEABLE, or tags, links, checklist, merged_into."""

    at: datetime
    by: str
    field: str
    before: Any
    after: Any
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ContactLink:
    """An interaction of a ticket. id: its public id."""

    id: str
    role: str
    at: datetime
    medium: str = "voice"


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One line of the ledger of a clock (ivr/tickets/sla/ledger.py)."""

    clock: str
    seq: int
    at: datetime
    kind: str
    reason: str = ""
    target_s: int | None = None
    calendar: str = ""
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A clock of a ticket and what it came to. id: `KIND:OWNER:METRIC:INSTANCE`, on this ticket.

    state: running, paused, finished, cancelled; verdict: "", met, breached_closed or cancelled.
    counted_s: up to running_since, or all of it while it does not run. calendar: its revision.
    """

    id: str
    metric: str
    instance: int
    policy: str
    kind: str
    state: str
    verdict: str
    counted_s: int
    target_s: int
    calendar: str
    paused_by: tuple[str, ...]
    started_at: datetime
    running_since: datetime | None
    due_at: datetime | None
    breached_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """Something in the life of a ticket. ticket: the number it happened to; another one's stand in
    the timeline of the ticket that it was merged into."""

    at: datetime
    ticket: str
    what: ArticleRow | ChangeRow | ContactLink | ClockLine


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link. mine: whether it stands on this ticket; else it points here from `other` (number)."""

    kind: str
    other: str
    subject: str
    status: str
    at: datetime
    by: str
    mine: bool = True


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One item of the checklist."""

    seq: int
    text: str
    mandatory: bool
    done_at: datetime | None
    done_by: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose tickets are shown: those he has or has opened, and those of the teams."""

    person: str
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets; all that is given must hold, () and "" and None ask for nothing.

    categories: with those below them. is_open: still to be done, or not. due_before: an unfinished
    promise is due before. unassigned: in the pool of a team. words: each occurs, however written,
    in number, subject or description. scope: None = all; merged: also those merged into another.
    """

    statuses: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    priorities: tuple[int, ...] = ()
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    customer: str = ""
    product: str = ""
    words: str = ""
    is_open: bool | None = None
    unassigned: bool = False
    emergency: bool | None = None
    opened_since: datetime | None = None
    opened_before: datetime | None = None
    due_before: datetime | None = None
    scope: Scope | None = None
    merged: bool = False


@dataclass(frozen=True, slots=True)
class TicketPage:
    """A page. next: cursor of the one after it, "" = it was the last."""

    rows: tuple[TicketRow, ...]
    next: str = ""


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a tick wrote: (ticket number, metric) breached; notices and settings of escalations."""

    breached: tuple[tuple[str, str], ...] = ()
    fired: int = 0

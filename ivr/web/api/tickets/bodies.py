"""What the API takes about tickets: filters of lists, new tickets, changes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from ivr.runtime.ports.tickets import TicketFilter
from ivr.web.api.customers.fields import (
    Cursor,
    Line,
    Long,
    MaybeCode,
    MaybeMedium,
    MaybeRef,
    Medium,
    Why,
    Word,
)
from ivr.web.api.fields import Key  # noqa: TC001 - read at run time
from ivr.web.api.tickets.levels import Kind, Priority, Severity, priority_level, severity_level
from ivr.web.typed import Body, Limit, Query

Sorting = Literal["opened", "activity", "due", "priority", "number"]
Words = Annotated[tuple[Word, ...], Field(max_length=50)]
Subject = Annotated[Line, Field(min_length=1, pattern=r"[^\x00-\x20]")]
Custom = Annotated[dict[str, Any], Field(max_length=200)]
Tag = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f,]{1,64}\z")]
Tags = Annotated[tuple[Tag, ...], Field(max_length=50)]
Person = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{0,64}\z")]


class TicketFilters(Query):
    """Which tickets; all that is given must hold, a list asks for any of its values.

    category: with those below. q: words in number, subject or description. open: still to be done,
    or not. unassigned: in the pool of a team. due_before: an unfinished promise is due before.
    merged: also those merged into another.
    """

    status: Words = ()
    state: Words = ()
    team: Words = ()
    assignee: Words = ()
    kind: Annotated[tuple[Kind, ...], Field(max_length=10)] = ()
    priority: Annotated[tuple[Priority, ...], Field(max_length=4)] = ()
    category: Annotated[tuple[MaybeCode, ...], Field(max_length=50)] = ()
    tag: Words = ()
    source: Words = ()
    customer: MaybeRef = ""
    product: MaybeCode = ""
    q: Annotated[str, Field(max_length=200)] = ""
    open: bool | None = None
    unassigned: bool = False
    emergency: bool | None = None
    opened_since: AwareDatetime | None = None
    opened_before: AwareDatetime | None = None
    due_before: AwareDatetime | None = None
    merged: bool = False

    def which(self, **more: Any) -> TicketFilter:  # noqa: ANN401 - fields of the filter
        """As the port asks for it."""
        return TicketFilter(
            statuses=self.status,
            states=self.state,
            teams=self.team,
            assignees=self.assignee,
            kinds=self.kind,
            priorities=tuple(map(priority_level, self.priority)),
            categories=self.category,
            tags=self.tag,
            sources=self.source,
            customer=self.customer,
            product=self.product,
            words=self.q,
            is_open=self.open,
            unassigned=self.unassigned,
            emergency=self.emergency,
            opened_since=self.opened_since,
            opened_before=self.opened_before,
            due_before=self.due_before,
            merged=self.merged,
            **more,
        )


class TicketList(TicketFilters):
    """The same, a page at a time. sort: opened, activity and priority give the highest first, due
    the earliest, number rises."""

    sort: Sorting = "opened"
    cursor: Cursor = ""
    limit: Limit = 50


class TicketNew(Body):
    """A ticket to be opened; what is not named comes from its category.

    source: the medium it came by, "" = voice for people and api for programs. follows: the ticket
    that this one follows up. custom: values of the category's form, not all of them yet.
    """

    subject: Subject
    description: Long = ""
    category: MaybeCode = ""
    kind: Kind | None = None
    priority: Priority | None = None
    severity: Severity | None = None
    emergency: bool = False
    source: Medium | Literal[""] = ""
    customer: MaybeRef = ""
    contact: Word = ""
    pref_medium: MaybeMedium = ""
    pref_window: Word = ""
    product: MaybeCode = ""
    asset: MaybeRef = ""
    team: Word = ""
    assignee: Person = ""
    interaction: Key | Literal[""] = ""
    blocking: bool = False
    follows: MaybeRef = ""
    custom: Custom = Field(default_factory=dict)
    tags: Tags = ()

    def values(self) -> dict[str, Any]:
        """As the port takes them."""
        levels = {
            "kind": self.kind or "",
            "priority": priority_level(self.priority or ""),
            "severity": severity_level(self.severity or ""),
        }
        return {**self.model_dump(), **levels}


class TicketChange(Body):
    """What shall be otherwise; what is not named stays, "" empties. A change of the priority needs
    a reason. Another team without an assignee means the pool of that team. `custom` takes values
    of the form, null takes one out."""

    subject: Subject | None = None
    description: Long | None = None
    kind: Kind | None = None
    priority: Priority | None = None
    severity: Severity | None = None
    emergency: bool | None = None
    category: MaybeCode | None = None
    categories: Annotated[tuple[MaybeCode, ...], Field(max_length=20)] | None = None
    team: Word | None = None
    assignee: Person | None = None
    customer: MaybeRef | None = None
    contact: Word | None = None
    pref_medium: MaybeMedium | None = None
    pref_window: Word | None = None
    product: MaybeCode | None = None
    asset: MaybeRef | None = None
    root_cause: Word | None = None
    resolution_code: Word | None = None
    custom: Custom | None = None
    parent: MaybeRef | None = None
    blocking: bool | None = None
    first_contact_resolved: bool | None = None
    reason: Why = ""

    def changes(self) -> dict[str, Any]:
        """What was named, as the port takes it."""
        named = self.model_dump(exclude_unset=True, exclude={"reason"})
        return {name: value for name, value in named.items() if value is not None}

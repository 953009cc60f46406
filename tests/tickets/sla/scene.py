"""The worked branch of Istanbul, its policies, and short words for tests of service levels."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ivr.domain.calendar import Calendar, Intervals
from ivr.flow.expressions import parse
from ivr.tickets.sla.facts import Facts
from ivr.tickets.sla.following import House, TicketClocks, follow, open_ticket, tick
from ivr.tickets.sla.happenings import Happening, Opened
from ivr.tickets.sla.policies import Policy, Targets

if TYPE_CHECKING:
    from ivr.domain.values import Value
    from ivr.tickets.sla.writing import Clock

ISTANBUL = ZoneInfo("Europe/Istanbul")
MORNING: Intervals = ((540, 750),)
OFFICE: Intervals = ((540, 750), (810, 1080))
WEEK: tuple[Intervals, ...] = (*(OFFICE,) * 5, ((600, 840),), ())
# Public days and half days (from 13:00) of Turkey in 2026, of the holidays library 0.109.
CLOSED_2026 = (
    *("01-01", "03-20", "03-21", "03-22", "04-23", "05-01", "05-19", "05-27", "05-28", "05-29"),
    *("05-30", "07-15", "08-30", "10-29"),
)
HALF_2026 = ("03-19", "05-26", "10-28")
TURKEY: dict[date, Intervals] = {
    **{date.fromisoformat(f"2026-{day}"): () for day in CLOSED_2026},
    **{date.fromisoformat(f"2026-{day}"): MORNING for day in HALF_2026},
}
BRANCH = Calendar(ISTANBUL, WEEK, {}, TURKEY)
ALWAYS = Calendar(UTC, (((0, 1440),),) * 7)
CALENDARS = {"branch@1": BRANCH, "always@1": ALWAYS}
REVISIONS = {"branch": "branch@1", "always": "always@1"}
HOUR = 3600


def at(text: str) -> datetime:
    """A moment of 2026 on the wall clock of Istanbul: `05-25 16:40`."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ISTANBUL)


def policy(name: str, position: int, when: str = "", /, **more: object) -> Policy:
    """A policy of kind sla in the hours of the branch; `first_response=3600` is a target."""
    fields = {key: more.pop(key) for key in ("kind", "hours", "escalate") if key in more}
    targets = {
        metric: each if isinstance(each, Targets) else Targets(int(str(each)))
        for metric, each in more.items()
    }
    found = Policy(name, position, "sla", parse(when) if when else None, "branch", targets)
    return replace(found, **fields)  # type: ignore[arg-type]  # fields of Policy, as in a call


def facts(**values: Value) -> Facts:
    """The facts of a ticket; `vip=1` is the rank of its customer."""
    vip = values.pop("vip", None)
    named = {
        key: Decimal(each) if isinstance(each, int) and not isinstance(each, bool) else each
        for key, each in values.items()
    }
    if isinstance(vip, int):
        named["customer.vip_rank"] = Decimal(vip)
    return Facts(
        {"priority": "normal", "severity": "minor", **named}, datetime(2026, 5, 25, tzinfo=UTC)
    )


@dataclass
class Ticket:
    """A ticket that lives through a test: `tell` it what happens, ask for its clocks."""

    policies: tuple[Policy, ...]
    opened: datetime
    facts: Facts = field(default_factory=facts)
    calendars: dict[str, Calendar] = field(default_factory=lambda: dict(CALENDARS))
    revisions: dict[str, str] = field(default_factory=lambda: dict(REVISIONS))
    assignee: str = ""

    def __post_init__(self) -> None:
        first = Opened(self.opened, "desk", self.assignee)
        self.clocks: TicketClocks = open_ticket(first, self.facts, self.house)

    @property
    def house(self) -> House:
        return House(self.policies, self.calendars, self.revisions)

    def tell(self, *happenings: Happening) -> Ticket:
        for each in happenings:
            self.clocks = follow(self.clocks, each, self.facts, self.house)
        return self

    def tick(self, now: datetime) -> Ticket:
        self.clocks = tick(self.clocks, now, self.house)
        return self

    def all(self, metric: str) -> list[Clock]:
        found = [clock for key, clock in self.clocks.clocks.items() if key.metric == metric]
        return sorted(found, key=lambda clock: clock.key)

    def clock(self, metric: str) -> Clock:
        """The last clock of a metric."""
        return self.all(metric)[-1]

    def kinds(self, metric: str) -> list[str]:
        """The lines of the last clock of a metric, `pause customer` and so on."""
        return [f"{line.kind} {line.reason}".strip() for line in self.clock(metric).ledger]

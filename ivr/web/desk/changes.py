"""Pages hear at once of tickets and items that changed, if the person may read them.

Told is only what changed, never what it is now: a page reads that by itself, with its own rights.
Who handled a call of a ticket and has nothing else to do with it may read the ticket, but hears
nothing; his page looks again by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ivr.web.api.customers.teams import with_below
from ivr.web.permissions import ALL, TEAM, Right, may

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ivr.runtime.ports.tickets import Rules, Touched
    from ivr.runtime.streams import Streams
    from ivr.web.permissions import Who

TICKETS, INTAKE = "tickets", "intake"
TOPICS = {TICKETS: Right("ticket", "r"), INTAKE: Right("intake", "r")}
"""What a person must be allowed to listen."""
_TENANT = 1
_TOLD = {
    "ticket": (TICKETS, "ticket.changed", "number"),
    "intake": (INTAKE, "intake.changed", "item"),
}


def tell_pages(streams: Streams) -> Callable[[Sequence[Touched]], None]:
    """What tells pages of what was changed."""

    def tell(touched: Sequence[Touched]) -> None:
        for each in dict.fromkeys(touched):
            if each.tenant == _TENANT:
                topic, kind, name = _TOLD[each.what]
                about = {"teams": each.teams, "people": each.people}
                streams.news(topic, kind, {name: each.thing}, about)

    return tell


def may_hear(who: Who, topic: str, about: Mapping[str, Any], rules: Rules) -> bool:
    """Whether somebody hears of a change of something that these teams and people have."""
    right = TOPICS[topic]
    reach = may(who, right.resource, right.action)
    if reach is None or reach == ALL:
        return reach is not None
    if who.name in about["people"]:
        return True
    if reach != TEAM:
        return False
    his = set(who.teams) | {""}
    if topic == TICKETS:
        his = set(with_below(who.teams, rules().catalogue.teams))
    return not his.isdisjoint(about["teams"])

"""Nobody hears of a ticket that he may not read."""

from __future__ import annotations

import pytest

from ivr.runtime.ports.tickets import Touched
from ivr.web.desk.changes import INTAKE, TICKETS, may_hear, tell_pages
from ivr.web.permissions import Who
from tests.fakes.ticket_house import RULES


class Heard:
    """Stands for the streams."""

    def __init__(self) -> None:
        self.news_told: list[tuple[object, ...]] = []

    def news(self, *told: object) -> None:
        """As the streams say."""
        self.news_told.append(told)


def hears(
    roles: tuple[str, ...], his: tuple[str, ...], topic: str, about: dict[str, set[str]]
) -> bool:
    """Whether Ayşe does."""
    given: dict[str, set[str]] = {"teams": set(), "people": set(), **about}
    return may_hear(Who("ayse", roles=roles, teams=his), topic, given, lambda: RULES)


AGENT, SUPERVISOR, AUDITOR = ("agent",), ("supervisor",), ("auditor",)


@pytest.mark.parametrize(
    ("roles", "teams", "topic", "about", "wanted"),
    [
        (AGENT, ("cards",), TICKETS, {"teams": {"cards"}}, True),
        (AGENT, ("cards",), TICKETS, {"teams": {"billing", "cards"}}, True),  # it left his team
        (AGENT, ("cards",), TICKETS, {"teams": {"billing"}}, False),
        (AGENT, ("cards",), TICKETS, {"teams": {""}}, False),
        (AGENT, (), TICKETS, {"teams": {"billing"}, "people": {"ayse"}}, True),
        (AGENT, (), TICKETS, {"teams": {"billing"}, "people": {"ali"}}, False),
        (SUPERVISOR, (), TICKETS, {"teams": {"billing"}}, True),
        ((), ("cards",), TICKETS, {"teams": {"cards"}, "people": {"ayse"}}, False),
        (AGENT, ("cards",), INTAKE, {"teams": {"cards"}}, True),
        (AGENT, ("cards",), INTAKE, {"teams": {""}}, True),
        (AGENT, ("cards",), INTAKE, {"teams": {"billing"}}, False),
        (AGENT, ("cards",), INTAKE, {"teams": {"billing"}, "people": {"ayse"}}, True),
        (AUDITOR, (), INTAKE, {"teams": {"billing"}}, True),
        (("quality",), ("cards",), INTAKE, {"teams": {"cards"}}, False),
    ],
)
def test_who_may_read_hears(
    roles: tuple[str, ...],
    teams: tuple[str, ...],
    topic: str,
    about: dict[str, set[str]],
    wanted: bool,
) -> None:
    assert hears(roles, teams, topic, about) is wanted


def test_only_the_name_of_what_changed_is_told_and_each_once() -> None:
    heard = Heard()
    one = Touched("ticket", "260042174", frozenset({"cards"}), frozenset({"ali"}))
    other = Touched("intake", "01J", frozenset({""}), frozenset())
    foreign = Touched("ticket", "260000019", frozenset(), frozenset(), tenant=2)
    tell_pages(heard)([one, one, other, foreign])  # type: ignore[arg-type]
    assert [told[:3] for told in heard.news_told] == [
        ("tickets", "ticket.changed", {"number": "260042174"}),
        ("intake", "intake.changed", {"item": "01J"}),
    ]

"""Whose tickets somebody reads."""

from __future__ import annotations

from ivr.runtime.ports.tickets import Scope
from ivr.tickets.catalogue.model import Catalogue, Team
from ivr.web.api.customers.teams import ticket_scope, with_below
from ivr.web.permissions import Who

TEAMS = {
    "office": Team("office", {}),
    "cards": Team("cards", {}, "office"),
    "lost": Team("lost", {}, "cards"),
    "billing": Team("billing", {}, "office"),
}
CATALOGUE = Catalogue(teams=TEAMS)


def test_a_team_has_all_teams_below_it() -> None:
    assert with_below(("cards",), TEAMS) == ("cards", "lost")
    assert set(with_below(("office",), TEAMS)) == set(TEAMS)
    assert with_below(("elsewhere", "lost"), TEAMS) == ("elsewhere", "lost")
    assert with_below((), TEAMS) == ()
    assert with_below(("a",), {"a": Team("a", {}, "b"), "b": Team("b", {}, "a")}) == ("a", "b")


def test_a_scope_goes_by_role() -> None:
    agent = Who("ayse", roles=("agent",), teams=("cards",))
    assert ticket_scope(agent, CATALOGUE) == Scope("ayse", ("cards", "lost"))
    assert ticket_scope(Who("sule", roles=("supervisor",)), CATALOGUE) is None
    key = Who("key:1", key_rights=frozenset({"ticket:r"}))
    assert ticket_scope(key, CATALOGUE) is None


def test_who_has_no_right_reads_nothing() -> None:
    nobody = ticket_scope(Who("key:1", key_rights=frozenset()), CATALOGUE)
    assert nobody is not None
    assert nobody.person not in {"", "key:1"}
    assert nobody.teams == ()

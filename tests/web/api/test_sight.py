"""Scopes: what lies within them, told from plain rows."""

from __future__ import annotations

import pytest

from ivr.domain.errors import NotFoundError
from ivr.web.api.sight import Sight, answered_by, shown
from ivr.web.permissions import Scope, Who
from tests.fakes.door import FakeFloor


@pytest.fixture
def floor() -> FakeFloor:
    made = FakeFloor()
    made.lines = {"cards": [{"call": "c-w"}], "loans": []}
    made.put("ayse", teams=["desk"], queues=["cards"], call="c-1")
    made.put("ali", teams=["back"], queues=["loans"], call="c-2")
    return made


@pytest.mark.parametrize(
    ("scope", "agents", "queues"),
    [
        ("o", ["ayse"], ["cards"]),
        ("t", ["ayse"], ["cards"]),
        ("A", ["ayse", "ali"], ["cards", "loans"]),
    ],
)
def test_a_scope_holds_its_agents_and_queues(
    floor: FakeFloor, scope: Scope, agents: list[str], queues: list[str]
) -> None:
    sight = Sight(floor, Who("ayse", teams=("desk",)), scope)
    assert [row["agent"] for row in sight.agents()] == agents
    assert [row["queue"] for row in sight.queues()] == queues


def test_waiting_calls_are_nobodys_own(floor: FakeFloor) -> None:
    for scope, there in (("o", ["c-1"]), ("t", ["c-1", "c-w"]), ("A", ["c-1", "c-2", "c-w"])):
        sight = Sight(floor, Who("ayse", teams=("desk",)), scope)  # type: ignore[arg-type]
        assert [call for call in ("c-1", "c-2", "c-w", "c-9") if _there(sight, call)] == there


def _there(sight: Sight, call: str) -> bool:
    try:
        sight.check_call(call)
    except NotFoundError:
        return False
    return True


def test_somebody_without_a_team_sees_no_agents(floor: FakeFloor) -> None:
    assert Sight(floor, Who("sule"), "t").agents() == []


def test_a_floor_that_says_nothing_of_an_agent_has_none(
    floor: FakeFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(floor, "agent", lambda _name: {})
    with pytest.raises(NotFoundError):
        Sight(floor, Who("deniz"), "A").agent("ayse")


def test_numbers_are_masked_for_those_without_the_right() -> None:
    rows: list[dict[str, object]] = [{"caller": "+905321112233"}, {"caller": None}, {"call": "c"}]
    assert shown(rows, Who("s", roles=("supervisor",))) == rows
    masked = shown(rows, Who("d", roles=("admin",)))
    assert masked == [{"caller": "+90•••••••33"}, {"caller": None}, {"call": "c"}]


def test_an_agents_own_number_is_for_those_who_edit_it() -> None:
    rows: list[dict[str, object]] = [
        {"agent": "ayse", "endpoint": "+905321112233"},
        {"agent": "ali", "endpoint": "sip:ali@phones"},
    ]
    for who in (Who("ayse", roles=("agent",)), Who("d", roles=("admin",))):
        assert shown(rows, who) == rows
    seen = shown(rows, Who("ali", roles=("agent",)))
    assert [row["endpoint"] for row in seen] == ["+90•••••••33", "sip:ali@phones"]


def test_whoever_took_the_call_is_found_in_either_form_of_an_offer() -> None:
    offers = [
        {"agent": "a", "state": "accepted"},
        {"agent": "b", "state": "ended", "end": "accepted"},
        {"agent": "c", "state": "no_answer", "end": "no_answer"},
    ]
    assert answered_by(offers) == {"a", "b"}

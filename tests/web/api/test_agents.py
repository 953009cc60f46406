"""Agents: their own wishes, what supervisors force, and their cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.agent import AgentState
from ivr.runtime.ports.desk import Person

if TYPE_CHECKING:
    from tests.fakes.door import Door


async def test_an_agent_sees_the_agents_of_his_team(door: Door) -> None:
    rows = (await door.send("GET", "/agents", "ayse")).body["items"]
    assert [(row["agent"], row["display"]) for row in rows] == [("ayse", "Ayse")]
    rows = (await door.send("GET", "/agents", "deniz")).body["items"]
    assert [row["agent"] for row in rows] == ["ayse", "ali"]
    assert (await door.send("GET", "/agents/ali", "ayse")).status == 404
    own = await door.send("GET", "/agents/ayse", "ayse")
    assert (own.status, own.headers["ETag"]) == (200, '"3"')


@pytest.mark.parametrize(
    ("state", "body", "what", "facts"),
    [
        ("break", {"state": "available"}, "set_available", {"reason": ""}),
        ("available", {"state": "break", "reason": "lunch"}, "set_break", {"reason": "lunch"}),
        ("available", {"state": "offline"}, "logout", {"reason": ""}),
        (
            "offline",
            {"state": "available"},
            "login",
            {"to": AgentState.AVAILABLE, "reason": ""},
        ),
        (
            "offline",
            {"state": "break", "reason": "tea"},
            "login",
            {"to": AgentState.BREAK, "reason": "tea"},
        ),
        (
            "wrapup",
            {"state": "wrapup_done", "code": "solved"},
            "wrapup_done",
            {"code": "solved", "reason": ""},
        ),
        (
            "wrapup",
            {"state": "wrapup_extend", "seconds": 30},
            "wrapup_extend",
            {"seconds": 30, "reason": ""},
        ),
    ],
)
async def test_an_agents_own_wish_becomes_an_event(
    door: Door, state: str, body: dict[str, object], what: str, facts: dict[str, object]
) -> None:
    door.floor.put("ayse", state=state, teams=["cards"])
    answer = await door.send("POST", "/agents/ayse/state", "ayse", body, If_Match='"3"')
    assert (answer.status, answer.headers["ETag"]) == (200, '"4"')
    assert answer.body["display"] == "Ayse"
    assert door.floor.asked == [("ask", "ayse", what, {**facts, "version": 3, "by": "ayse"})]


async def test_a_stale_wish_is_told_what_is_now(door: Door) -> None:
    answer = await door.send("POST", "/agents/ayse/state", "ayse", {"state": "break"}, If_Match="2")
    assert (answer.status, answer.body["code"]) == (412, "stale-version")
    assert answer.body["current"]["version"] == 3
    missing = await door.send("POST", "/agents/ayse/state", "ayse", {"state": "break"})
    assert missing.status == 428


async def test_a_supervisor_forces_with_a_reason_that_is_written_down(door: Door) -> None:
    path, wish = "/agents/ayse/state", {"state": "offline", "reason": "gone home"}
    silent = await door.send("POST", path, "sule", {"state": "offline"}, If_Match="3")
    assert silent.body["errors"][0]["pointer"] == "/reason"
    assert (await door.send("POST", path, "sule", wish, If_Match="3")).status == 200
    [(_ask, agent, what, facts)] = door.floor.asked
    assert (agent, what, facts["to"], facts["by"]) == ("ayse", "force", "offline", "sule")
    [row] = [row for row in await door.store.audit.recent() if row.what == "force"]
    assert (row.who, row.about, row.why) == ("sule", "ayse", "gone home")
    assert row.facts == {"state": "offline", "before": "available"}


async def test_force_stays_within_the_team_and_within_reason(door: Door) -> None:
    wish = {"state": "break", "reason": "x"}
    assert (await door.send("POST", "/agents/ali/state", "sule", wish, If_Match="3")).status == 404
    assert (await door.send("POST", "/agents/ali/state", "ayse", wish, If_Match="3")).status == 404
    wish["state"] = "wrapup_done"
    own = await door.send("POST", "/agents/ayse/state", "sule", wish, If_Match="3")
    assert own.body["code"] == "not-allowed"
    assert door.floor.asked == []


async def test_a_note_goes_to_the_call_that_is_wound_up(door: Door) -> None:
    wish = {"state": "wrapup_done", "note": "sent a new card"}
    none = await door.send("POST", "/agents/ayse/state", "ayse", wish, If_Match="3")
    assert none.body["errors"][0]["code"] == "no-call"
    door.floor.put("ayse", state="wrapup", call="c-1", teams=["cards"])
    assert (await door.send("POST", "/agents/ayse/state", "ayse", wish, If_Match="3")).status == 200
    assert door.floor.asked[0] == (
        *("control", "c-1", "wrapup-note"),
        {"note": "sent a new card"},
        "ayse",
    )


CARD = {
    "number": 117,
    "teams": ["cards"],
    "skills": {"cards": 80},
    "certificates": {"forex": "2027-01-31"},
    "endpoints": {"sip": "sip:veli@phones"},
}


async def test_an_admin_makes_somebody_an_agent(door: Door) -> None:
    await door.store.people.save(Person("veli", "Veli", ("agent",)))
    made = await door.send("PUT", "/agents/veli", "deniz", CARD)
    assert (made.status, made.headers["ETag"]) == (200, '"1"')
    assert made.body == {"name": "veli", "version": 1, **CARD}
    assert door.floor.asked == [("reload",)]
    card = await door.send("GET", "/agents/veli/card", "deniz")
    assert card.body == made.body
    assert (await door.send("PUT", "/agents/veli", "deniz", CARD)).status == 428
    assert (await door.send("PUT", "/agents/veli", "deniz", CARD, If_Match="9")).status == 412
    again = {**CARD, "number": 0, "skills": {}}
    changed = await door.send("PUT", "/agents/veli", "deniz", again, If_Match="1")
    assert (changed.body["number"], changed.body["skills"]) == (117, {})


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"certificates": {"forex": "2027-02-30"}}, "/certificates/forex"),
        ({"skills": {"cards": 101}}, "/skills/cards"),
        ({"endpoints": {"pigeon": "x"}}, "/endpoints/pigeon/[key]"),
        ({"number": 1}, "/number"),
    ],
)
async def test_a_card_that_cannot_be_is_refused(
    door: Door, change: dict[str, object], pointer: str
) -> None:
    await door.store.people.save(Person("veli", "Veli", ("agent",)))
    answer = await door.send("PUT", "/agents/veli", "deniz", {**CARD, **change})
    assert answer.status == 422
    assert [each["pointer"] for each in answer.body["errors"]] == [pointer]


async def test_a_supervisor_edits_only_his_own_team(door: Door) -> None:
    card = {**CARD, "number": 0}
    assert (await door.send("PUT", "/agents/ali", "sule", card, If_Match="1")).status == 404
    assert (await door.send("GET", "/agents/ali/card", "sule")).status == 404
    assert (await door.send("PUT", "/agents/nobody", "sule", card)).status == 404
    foreign = {**card, "teams": ["cards", "loans"]}
    answer = await door.send("PUT", "/agents/ayse", "sule", foreign, If_Match="1")
    assert (answer.status, answer.body["code"]) == (403, "not-allowed")
    assert (await door.send("PUT", "/agents/ayse", "sule", card, If_Match="1")).status == 200

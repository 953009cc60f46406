"""People: made with a link and no password, changed by admins, never by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.fakes.door import Door

NEW = {"name": "zeynep", "roles": ["agent"], "teams": ["cards"]}
PASSWORD = "kırk yılda bir 40"  # noqa: S105 - of somebody who exists in this test only


async def test_an_admin_adds_somebody_who_sets_his_own_password(door: Door) -> None:
    answer = await door.send("POST", "/people", "deniz", NEW)
    assert answer.status == 201
    assert answer.body["person"]["display"] == "zeynep"
    assert not answer.body["person"]["has_password"]
    token = answer.body["link"].partition("/setup?t=")[2]
    done = await door.send("POST", "/setup", "", {"token": token, "password": PASSWORD})
    assert done.status == 200
    assert (await door.login("zeynep", PASSWORD)).status == 200
    [row] = [row for row in await door.store.audit.recent() if row.what == "person_added"]
    assert (row.who, row.about) == ("deniz", "zeynep")
    assert row.facts == {"roles": ["agent"], "teams": ["cards"]}


async def test_a_name_is_given_once(door: Door) -> None:
    answer = await door.send("POST", "/people", "deniz", {**NEW, "name": "ayse"})
    assert (answer.status, answer.body["code"]) == (409, "name-taken")


async def test_no_secret_is_ever_shown(door: Door) -> None:
    text = str((await door.send("GET", "/people", "deniz")).body)
    assert "argon2" not in text
    assert "ayse" in text
    assert "totp" not in text


async def test_a_supervisor_sees_his_own_teams_people_only(door: Door) -> None:
    people = (await door.send("GET", "/people", "sule")).body
    assert [one["name"] for one in people["items"]] == ["ayse", "sule"]
    assert people["next"] is None
    assert (await door.send("GET", "/people/ayse", "sule")).status == 200
    assert (await door.send("GET", "/people/ali", "sule")).status == 404
    missing = await door.send("GET", "/people/nobody", "sule")
    hidden = await door.send("GET", "/people/ali", "sule")
    assert {**missing.body, "request_id": ""} == {**hidden.body, "request_id": ""}


async def test_new_rights_sign_somebody_out(door: Door) -> None:
    one = await door.send("GET", "/people/ayse", "deniz")
    assert one.headers["ETag"] == '"1"'
    change = {"roles": ["agent", "supervisor"]}
    answer = await door.send("PATCH", "/people/ayse", "deniz", change, If_Match='"1"')
    assert (answer.status, answer.headers["ETag"]) == (200, '"2"')
    assert answer.body["roles"] == ["agent", "supervisor"]
    assert (await door.send("GET", "/me", "ayse")).status == 401
    [row] = [row for row in await door.store.audit.recent() if row.what == "person_changed"]
    assert row.facts["roles"] == {"before": ["agent"], "after": ["agent", "supervisor"]}


async def test_another_name_to_show_signs_nobody_out(door: Door) -> None:
    answer = await door.send("PATCH", "/people/ayse", "deniz", {"display": "Ayşe"}, If_Match="1")
    assert answer.body["display"] == "Ayşe"
    assert (await door.send("GET", "/me", "ayse")).body["display"] == "Ayşe"


@pytest.mark.parametrize("display", ["Ay\x1bşe", "Ayşe\nK.", "\x7f", "\x9bAyşe"])
async def test_a_name_to_show_holds_no_control_characters(door: Door, display: str) -> None:
    change = await door.send("PATCH", "/people/ayse", "deniz", {"display": display}, If_Match="1")
    added = await door.send("POST", "/people", "deniz", {**NEW, "display": display})
    assert (change.status, added.status) == (422, 422)
    assert change.body["errors"][0]["pointer"] == "/display"
    nul = await door.send("PATCH", "/people/ayse", "deniz", {"display": "A\0"}, If_Match="1")
    assert (nul.status, nul.body["code"]) == (400, "malformed")
    assert (await door.send("GET", "/people/ayse", "deniz")).body["display"] == "Ayse"


async def test_somebody_disabled_is_out_at_once(door: Door) -> None:
    await door.send("PATCH", "/people/ayse", "deniz", {"disabled": True}, If_Match="1")
    assert (await door.send("GET", "/me", "ayse")).status == 401
    assert (await door.login("ayse")).status == 401


@pytest.mark.parametrize("change", [{"roles": ["auditor"]}, {"disabled": True}, {"teams": ["x"]}])
async def test_nobody_changes_his_own_rights(door: Door, change: dict[str, object]) -> None:
    answer = await door.send("PATCH", "/people/deniz", "deniz", change, If_Match="1")
    assert (answer.status, answer.body["code"]) == (403, "own-rights")
    fine = await door.send("PATCH", "/people/deniz", "deniz", {"display": "D"}, If_Match="1")
    assert fine.status == 200


async def test_a_change_needs_the_version_that_was_seen(door: Door) -> None:
    missing = await door.send("PATCH", "/people/ayse", "deniz", {"display": "A"})
    assert (missing.status, missing.body["code"]) == (428, "version-missing")
    stale = await door.send("PATCH", "/people/ayse", "deniz", {"display": "A"}, If_Match="7")
    assert (stale.status, stale.body["code"]) == (412, "stale-version")


async def test_rights_are_given_only_just_after_signing_in(door: Door) -> None:
    await door.clock.advance(5 * 60 + 1)
    answer = await door.send("POST", "/people", "deniz", NEW)
    assert (answer.status, answer.body["code"]) == (403, "fresh-login")
    await door.sign_in("deniz")
    assert (await door.send("POST", "/people", "deniz", NEW)).status == 201


async def test_a_new_link_can_forget_the_second_factor(door: Door) -> None:
    await door.add("veli", "agent", totp="sealed")
    kept = await door.send("POST", "/people/veli/link", "deniz", {})
    assert kept.body["person"]["has_second_factor"]
    reset = {"reset_second_factor": True}
    gone = await door.send("POST", "/people/veli/link", "deniz", reset)
    assert not gone.body["person"]["has_second_factor"]
    assert (await door.send("POST", "/people/nobody/link", "deniz", {})).status == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "Ayşe", "roles": ["agent"]}, "/name"),
        ({"name": "a", "roles": ["root"]}, "/roles/0"),
        ({"name": "a", "roles": []}, "/roles"),
        ({"name": "a", "roles": ["agent"], "password": "x"}, "/password"),
        ({"name": "a"}, "/roles"),
        ({"name": "a", "roles": "agent"}, "/roles"),
    ],
)
async def test_what_does_not_validate_is_told(
    door: Door, body: dict[str, object], pointer: str
) -> None:
    answer = await door.send("POST", "/people", "deniz", body)
    assert answer.status == 422
    assert answer.body["errors"][0]["pointer"] == pointer

"""Signing in: one answer for every mistake, codes that open once, cookies no script sees."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from ivr.runtime.memory.clock import START
from ivr.web.auth import second_factor
from tests.fakes.door import PASSWORD, Door, opened

SECRET = second_factor.new_secret()


def code(door: Door, steps: int = 0) -> str:
    return second_factor.code_at(SECRET, second_factor.step_of(door.clock.now()) + steps)


async def with_factor(door: Door, name: str) -> None:
    person = await door.store.people.get(name)
    assert person is not None
    kept = second_factor.sealed(door.parts.keys, SECRET)
    await door.store.people.save(replace(person, totp=kept))


async def test_an_agent_signs_in_and_is_told_who_he_is(door: Door) -> None:
    answer = await door.sign_in("ayse")
    assert answer.body == {"next": "/desk", "recovery_codes_left": None}
    me = await door.send("GET", "/me", "ayse")
    assert me.headers["Cache-Control"] == "no-store"
    assert (me.body["person"], me.body["display"], me.body["agent"]) == ("ayse", "Ayse", True)
    assert me.body["roles"] == ["agent"]
    assert me.body["rights"]["agent_state:x"] == "o"
    assert "person:a" not in me.body["rights"]
    assert len(me.body["csrf"]) >= 32


async def test_the_cookie_is_kept_from_scripts_and_other_sites(door: Door) -> None:
    plain = (await door.login("ayse")).cookies["ivr"]
    assert (plain["httponly"], plain["samesite"], plain["path"]) == (True, "Lax", "/")
    assert not plain["secure"]
    async with opened(base="https://ivr.example") as other:
        await other.add("ayse", "agent")
        safe = (await other.login("ayse")).cookies["__Host-ivr"]
        assert safe["secure"]
        assert not safe["domain"]


async def test_the_store_keeps_no_cookie(door: Door) -> None:
    value = door.tokens["ayse"]["Cookie"].partition("=")[2]
    assert len(value) == 43
    assert await door.store.people.session(value) is None


async def test_a_wrong_password_and_an_unknown_name_sound_the_same(door: Door) -> None:
    wrong, unknown = await door.login("ayse", "wrong"), await door.login("nobody", "wrong")
    for answer in (wrong, unknown):
        answer.body.pop("request_id")
    assert wrong.status == 401
    assert wrong.body == unknown.body
    assert wrong.body["code"] == "sign-in-failed"


async def test_somebody_disabled_or_without_a_password_stays_outside(door: Door) -> None:
    await door.add("gone", "agent", disabled=True)
    assert (await door.login("gone")).body["code"] == "sign-in-failed"


async def test_every_try_is_written_down(door: Door) -> None:
    await door.login("ayse", "wrong")
    await door.login("ayse")
    newest = await door.store.audit.recent(2)
    assert [(row.what, row.who, row.about) for row in newest] == [
        ("login", "ayse", ""),
        ("login_failed", "?", "ayse"),
    ]
    assert newest[0].source == "127.0.0.1"


async def test_signing_in_again_ends_the_session_before(door: Door) -> None:
    before = dict(door.tokens["ayse"])
    again = {"name": "ayse", "password": PASSWORD}
    assert (await door.send("POST", "/login", "ayse", again)).status == 200
    door.tokens["old"] = before
    assert (await door.send("GET", "/me", "old")).status == 401


async def test_signing_out_ends_the_session(door: Door) -> None:
    answer = await door.send("POST", "/logout", "ayse")
    assert answer.status == 204
    assert answer.cookies["ivr"].value == ""
    assert (await door.send("GET", "/me", "ayse")).body["code"] == "not-signed-in"


async def test_a_session_ends_by_itself_when_nobody_uses_it(door: Door) -> None:
    for _minute in range(3):
        await door.clock.advance(20 * 60)
        assert (await door.send("GET", "/me", "ayse")).status == 200
    await door.clock.advance(30 * 60)
    assert (await door.send("GET", "/me", "ayse")).status == 401


@pytest.mark.parametrize(("name", "hours"), [("ayse", 10), ("deniz", 8)])
async def test_a_session_ends_after_a_shift(door: Door, name: str, hours: int) -> None:
    end = START + timedelta(hours=hours)
    while door.clock.now() < end - timedelta(minutes=20):
        await door.clock.advance(20 * 60)
        assert (await door.send("GET", "/me", name)).status == 200
    await door.clock.advance(20 * 60)
    assert (await door.send("GET", "/me", name)).status == 401


async def test_with_a_second_factor_the_code_is_asked_for(door: Door) -> None:
    await with_factor(door, "deniz")
    assert (await door.login("deniz")).body["code"] == "second-factor"
    assert (await door.login("deniz", code="000000")).body["code"] == "sign-in-failed"
    assert (await door.login("deniz", "wrong", code=code(door))).body["code"] == "sign-in-failed"
    assert (await door.login("deniz", code=code(door))).status == 200


async def test_a_code_opens_once(door: Door) -> None:
    await with_factor(door, "deniz")
    used = code(door)
    assert (await door.login("deniz", code=used)).status == 200
    assert (await door.login("deniz", code=used)).body["code"] == "sign-in-failed"
    assert (await door.login("deniz", code=code(door, 1))).status == 200
    assert (await door.login("deniz", code=code(door, -1))).body["code"] == "sign-in-failed"


async def test_outside_of_a_developers_machine_some_roles_need_a_second_factor() -> None:
    async with opened(base="https://ivr.example", local=False) as door:
        await door.add("deniz", "admin")
        await door.add("ayse", "agent")
        assert (await door.login("deniz")).body["code"] == "second-factor-missing"
        assert (await door.login("ayse")).status == 200


async def test_guesses_are_slowed_down_and_the_right_password_waits_too(door: Door) -> None:
    for _guess in range(5):
        assert (await door.login("ayse", "wrong")).status == 401
    answer = await door.login("ayse")
    assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
    await door.clock.advance(1)
    assert (await door.login("ayse", "wrong")).status == 401
    assert (await door.login("ayse")).headers["Retry-After"] == "2"
    await door.clock.advance(2)
    assert (await door.login("ayse")).status == 200
    assert (await door.login("ayse", "wrong")).status == 401


async def test_guesses_at_once_are_looked_at_one_by_one(door: Door) -> None:
    tries = [door.parts.people.count_failure("account:ayse", door.clock.now()) for _try in range(4)]
    for each in tries:
        await each
    answers = await asyncio.gather(*(door.login("ayse", "wrong") for _guess in range(8)))
    assert sorted(answer.status for answer in answers) == [401] + [429] * 7


async def test_another_site_cannot_sign_anybody_in(door: Door) -> None:
    body = {"name": "ayse", "password": PASSWORD}
    foreign = await door.send("POST", "/login", "", body, Sec_Fetch_Site="cross-site")
    assert (foreign.status, foreign.body["code"]) == (403, "cross-site")


async def test_without_an_admin_nothing_but_the_set_up_is_served() -> None:
    async with opened(base="https://ivr.example", local=False) as door:
        await door.add("ayse", "agent")
        for answer in (await door.login("ayse"), await door.send("GET", "/me")):
            assert (answer.status, answer.body["code"]) == (503, "not-set-up")
        await door.add("deniz", "admin")
        assert (await door.login("ayse")).status == 200

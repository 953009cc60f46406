"""Recovery codes: with a new second factor, anew for a code, and instead of one at the door."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from ivr.web.auth import second_factor
from ivr.web.auth.links import LATER_S, Links
from ivr.web.auth.links import PASSWORD as TO_SET
from ivr.web.auth.recovery import kept, new_codes
from tests.fakes.door import PASSWORD, Door

SECRET = second_factor.new_secret()
CODES = new_codes()


def app_code(door: Door, steps: int = 0) -> str:
    """What the app shows now."""
    return second_factor.code_at(SECRET, second_factor.step_of(door.clock.now()) + steps)


async def with_factor(door: Door, name: str = "deniz") -> None:
    """Somebody has an app and recovery codes."""
    person = await door.store.people.get(name)
    assert person is not None
    sealed = second_factor.sealed(door.parts.keys, SECRET)
    await door.store.people.save(replace(person, totp=sealed, recovery=kept(CODES)))


async def left(door: Door, name: str = "deniz") -> int:
    """How many codes somebody has left."""
    person = await door.store.people.get(name)
    assert person is not None
    return len(person.recovery)


async def make(door: Door, code: str, who: str = "deniz") -> tuple[int, tuple[str, ...]]:
    """Ask for new ones; the status and the codes."""
    answer = await door.send("POST", "/me/recovery-codes", who, {"code": code})
    return answer.status, tuple((answer.body or {}).get("recovery_codes", ()))


async def test_a_recovery_code_opens_once_instead_of_one_of_the_app(door: Door) -> None:
    await with_factor(door)
    assert (await door.login("deniz", code=CODES[0])).body["recovery_codes_left"] == 9
    assert (await door.login("deniz", code=CODES[0])).body["code"] == "sign-in-failed"
    assert (await door.login("deniz", code=CODES[1].lower().replace("-", " "))).status == 200
    assert (await door.login("deniz", code=app_code(door))).status == 200
    assert await left(door) == 8


async def test_without_the_password_a_code_neither_opens_nor_is_used_up(door: Door) -> None:
    await with_factor(door)
    assert (await door.login("deniz", "wrong", code=CODES[0])).body["code"] == "sign-in-failed"
    assert await left(door) == 10


async def test_a_wrong_one_is_refused_in_the_same_words_as_a_wrong_password(door: Door) -> None:
    await with_factor(door)
    answers = [await door.login("deniz", "wrong"), await door.login("deniz", code=new_codes()[0])]
    for answer in answers:
        answer.body.pop("request_id")
    assert answers[0].body == answers[1].body


async def test_guesses_of_recovery_codes_are_slowed_down(door: Door) -> None:
    await with_factor(door)
    for code in new_codes()[:5]:
        assert (await door.login("deniz", code=code)).status == 401
    assert (await door.login("deniz", code=CODES[0])).status == 429


async def test_its_use_is_written_down_with_how_many_are_left(door: Door) -> None:
    await with_factor(door)
    await door.login("deniz", code=CODES[0])
    (row,) = await door.store.audit.recent(1)
    assert (row.what, row.who, row.facts) == ("login", "deniz", {"recovery_codes_left": 9})


async def test_another_persons_codes_do_not_open(door: Door) -> None:
    await with_factor(door)
    person = await door.store.people.get("ayse")
    assert person is not None
    sealed = second_factor.sealed(door.parts.keys, SECRET)
    await door.store.people.save(replace(person, totp=sealed, recovery=kept(new_codes())))
    assert (await door.login("ayse", code=CODES[0])).status == 401


async def test_whoever_sets_up_an_app_is_shown_ten_codes_once(door: Door) -> None:
    links = Links(door.store.people, door.clock)
    token = await links.make(TO_SET, "ayse", LATER_S)
    body = {"token": token, "password": PASSWORD, "totp_secret": SECRET, "code": app_code(door)}
    answer = await door.send("POST", "/setup", "", body)
    codes = answer.body["recovery_codes"]
    assert len(codes) == 10
    assert (await door.login("ayse", code=codes[9])).status == 200
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_link_for_a_password_alone_sets_no_other_app(door: Door) -> None:
    await with_factor(door)
    before = await door.store.people.get("deniz")
    token = await Links(door.store.people, door.clock).make(TO_SET, "deniz", LATER_S)
    other = second_factor.new_secret()
    code = second_factor.code_at(other, second_factor.step_of(door.clock.now()))
    body = {"token": token, "password": PASSWORD, "totp_secret": other, "code": code}
    answer = await door.send("POST", "/setup", "", body)
    assert (answer.status, answer.body["errors"][0]["code"]) == (422, "there")
    assert await door.store.people.get("deniz") == before


async def test_a_new_password_alone_makes_no_codes_and_keeps_those_there_are(door: Door) -> None:
    await with_factor(door)
    token = await Links(door.store.people, door.clock).make(TO_SET, "deniz", LATER_S)
    answer = await door.send("POST", "/setup", "", {"token": token, "password": PASSWORD})
    assert answer.body["recovery_codes"] == []
    assert (await door.login("deniz", code=CODES[0])).status == 200


async def test_it_is_told_how_many_are_left_and_never_which(door: Door) -> None:
    await with_factor(door)
    answer = await door.send("GET", "/me/recovery-codes", "deniz")
    assert answer.body == {"second_factor": True, "left": 10}
    answer = await door.send("GET", "/me/recovery-codes", "ayse")
    assert answer.body == {"second_factor": False, "left": 0}


async def test_new_ones_are_made_for_a_code_and_the_old_ones_open_no_more(door: Door) -> None:
    await with_factor(door)
    status, codes = await make(door, app_code(door))
    assert (status, len(codes)) == (200, 10)
    assert (await door.login("deniz", code=CODES[0])).status == 401
    assert (await door.login("deniz", code=codes[0])).status == 200
    audit = [row.what for row in await door.store.audit.recent(9)]
    assert "recovery_codes_made" in audit


async def test_a_recovery_code_makes_new_ones_too_and_a_used_code_does_not(door: Door) -> None:
    await with_factor(door)
    status, codes = await make(door, CODES[0])
    assert (status, len(codes)) == (200, 10)
    used = app_code(door)
    assert (await make(door, used))[0] == 200
    answer = await door.send("POST", "/me/recovery-codes", "deniz", {"code": used})
    (mistake,) = answer.body["errors"]
    assert (answer.status, mistake["pointer"], mistake["code"]) == (422, "/code", "code")


async def test_guesses_inside_count_like_those_at_the_door(door: Door) -> None:
    await with_factor(door)
    for _guess in range(5):
        assert (await make(door, "000000"))[0] == 422
    assert (await make(door, app_code(door)))[0] == 429
    assert (await door.login("deniz", code=app_code(door))).status == 429


async def test_guesses_inside_at_once_are_looked_at_one_by_one(door: Door) -> None:
    await with_factor(door)
    answers = await asyncio.gather(*(make(door, "000000") for _guess in range(8)))
    assert sorted(status for status, _codes in answers) == [422] * 5 + [429] * 3


async def test_without_a_second_factor_there_is_nothing_to_recover(door: Door) -> None:
    assert await make(door, "123456", who="ayse") == (404, ())


async def test_an_admin_who_resets_the_second_factor_takes_the_codes_with_it(door: Door) -> None:
    await with_factor(door, "ayse")
    assert (await door.send("GET", "/people/ayse", "deniz")).body["recovery_codes"] == 10
    answer = await door.send("POST", "/people/ayse/link", "deniz", {"reset_second_factor": True})
    person = answer.body["person"]
    assert (person["has_second_factor"], person["recovery_codes"]) == (False, 0)

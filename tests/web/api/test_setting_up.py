"""One-use links: the first admin, and passwords of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import StoreError
from ivr.web.auth import second_factor
from ivr.web.auth.links import LATER_S, PASSWORD, Links, first_link
from tests.fakes.door import PASSWORD as GOOD
from tests.fakes.door import Door, opened
from tests.fakes.fresh_store import open_fresh

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture(params=[True, False], ids=["local", "public"])
async def fresh(request: pytest.FixtureRequest) -> AsyncIterator[Door]:
    """A server that has just been installed."""
    base = "http://127.0.0.1" if request.param else "https://ivr.example"
    async with opened(base=base, local=request.param) as made:
        yield made


async def token_of(door: Door) -> str:
    link = await first_link(door.store.people, door.clock, door.parts.place.base)
    assert link is not None
    assert link.startswith(f"{door.parts.place.base}/setup?t=")
    return link.partition("=")[2]


def app_code(door: Door, secret: str) -> str:
    return second_factor.code_at(secret, second_factor.step_of(door.clock.now()))


async def test_the_first_admin_makes_himself_and_can_sign_in(fresh: Door) -> None:
    token = await token_of(fresh)
    offer = (await fresh.send("GET", f"/setup?t={token}")).body
    assert (offer["purpose"], offer["person"], offer["roles"]) == ("setup", "", ["admin"])
    secret = offer["totp_secret"]
    assert secret in offer["otpauth"]
    body = {"token": token, "name": "deniz", "password": GOOD, "totp_secret": secret}
    done = await fresh.send("POST", "/setup", "", {**body, "code": app_code(fresh, secret)})
    assert len(done.body.pop("recovery_codes")) == 10
    assert (done.status, done.body) == (200, {"person": "deniz", "next": "/login"})
    assert (await fresh.login("deniz")).body["code"] == "second-factor"
    assert (await fresh.login("deniz", code=app_code(fresh, secret))).status == 401
    await fresh.clock.advance(30)
    assert (await fresh.login("deniz", code=app_code(fresh, secret))).status == 200
    person = await fresh.store.people.get("deniz")
    assert person is not None
    assert person.roles == ("admin",)
    assert secret not in (person.totp or "")
    assert [row.what for row in await fresh.store.audit.recent()][-1] == "link_setup"


async def test_a_link_is_good_once(fresh: Door) -> None:
    token = await token_of(fresh)
    secret = second_factor.new_secret()
    body = {"token": token, "password": GOOD, "totp_secret": secret}
    body["code"] = app_code(fresh, secret)
    assert (await fresh.send("POST", "/setup", "", {**body, "name": "deniz"})).status == 200
    again = await fresh.send("POST", "/setup", "", {**body, "name": "other"})
    assert (again.status, again.body["code"]) == (404, "link-over")
    assert await first_link(fresh.store.people, fresh.clock, "x") is None


async def test_a_second_link_does_not_make_a_second_admin(fresh: Door) -> None:
    first, second = await token_of(fresh), await token_of(fresh)
    secret = second_factor.new_secret()
    body = {"password": GOOD, "totp_secret": secret, "code": app_code(fresh, secret)}
    one = await fresh.send("POST", "/setup", "", {**body, "token": first, "name": "deniz"})
    two = await fresh.send("POST", "/setup", "", {**body, "token": second, "name": "evil"})
    assert (one.status, two.status) == (200, 404)
    assert await fresh.store.people.get("evil") is None


async def test_a_link_is_over_after_a_quarter_of_an_hour(fresh: Door) -> None:
    token = await token_of(fresh)
    await fresh.clock.advance(15 * 60)
    for answer in (
        await fresh.send("GET", f"/setup?t={token}"),
        await fresh.send("POST", "/setup", "", {"token": token, "name": "a", "password": GOOD}),
    ):
        assert (answer.status, answer.body["code"]) == (404, "link-over")


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"password": "short"}, "/password", "too-short"),
        ({"password": "x1" * 65}, "/password", "too-long"),
        ({"password": "Galatasaray1905"}, "/password", "common"),
        ({"password": "tarçın deniz vapur"}, "/password", "name"),
        ({"name": None}, "/name", "missing"),
        ({"code": "000000"}, "/code", "code"),
        ({"totp_secret": "JBSWY3DP"}, "/totp_secret", "secret"),
        ({"totp_secret": "ş" * 32}, "/totp_secret", "secret"),
        ({"totp_secret": None}, "/totp_secret", "secret"),
    ],
)
async def test_what_is_not_good_enough_is_told_and_the_link_stays(
    fresh: Door, change: dict[str, object], pointer: str, code: str
) -> None:
    token, secret = await token_of(fresh), second_factor.new_secret()
    body: dict[str, object] = {"token": token, "name": "deniz", "password": GOOD}
    body |= {"totp_secret": secret, "code": app_code(fresh, secret)}
    answer = await fresh.send("POST", "/setup", "", {**body, **change})
    assert answer.status == 422
    [mistake] = answer.body["errors"]
    assert (mistake["in"], mistake["pointer"], mistake["code"]) == ("body", pointer, code)
    assert (await fresh.send("POST", "/setup", "", body)).status == 200


async def test_only_on_a_developers_machine_an_admin_may_do_without_a_code(fresh: Door) -> None:
    body = {"token": await token_of(fresh), "name": "deniz", "password": GOOD}
    answer = await fresh.send("POST", "/setup", "", body)
    if fresh.parts.place.local:
        assert answer.status == 200
        assert (await fresh.login("deniz")).status == 200
    else:
        assert answer.body["errors"][0]["code"] == "second-factor"


async def test_a_link_sets_the_password_of_somebody_and_signs_him_out(door: Door) -> None:
    links = Links(door.store.people, door.clock)
    token = await links.make(PASSWORD, "ayse", LATER_S)
    offer = (await door.send("GET", f"/setup?t={token}")).body
    assert (offer["purpose"], offer["person"], offer["second_factor"]) == (
        "password",
        "ayse",
        "optional",
    )
    other = {"token": token, "name": "ali", "password": "yeni bir deneme 9"}
    assert (await door.send("POST", "/setup", "", other)).status == 422
    body = {"token": token, "password": "yeni bir deneme 9"}
    assert (await door.send("POST", "/setup", "", body)).status == 200
    assert (await door.send("GET", "/me", "ayse")).status == 401
    assert (await door.login("ayse")).status == 401
    assert (await door.login("ayse", "yeni bir deneme 9")).status == 200


async def test_a_link_of_somebody_who_is_gone_is_over(door: Door) -> None:
    token = await Links(door.store.people, door.clock).make(PASSWORD, "nobody", LATER_S)
    assert (await door.send("GET", f"/setup?t={token}")).body["code"] == "link-over"


async def test_a_database_that_is_away_does_not_cost_the_link(
    fresh: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = second_factor.new_secret()
    body = {"token": await token_of(fresh), "name": "deniz", "password": GOOD}
    body |= {"totp_secret": secret, "code": app_code(fresh, secret)}

    async def away(_row: object) -> None:
        raise StoreError("away")

    with monkeypatch.context() as patched:
        patched.setattr(fresh.store.audit, "append", away)
        assert (await fresh.send("POST", "/setup", "", body)).status == 503
    assert await fresh.store.people.get("deniz") is None
    assert (await fresh.send("POST", "/setup", "", body)).status == 200


async def test_the_whole_way_works_on_a_database(tmp_path: Path) -> None:
    store = open_fresh(f"sqlite:///{tmp_path / 'ivr.db'}", create=True)
    try:
        async with opened(store=store) as door:
            body = {"token": await token_of(door), "name": "deniz", "password": GOOD}
            assert (await door.send("POST", "/setup", "", body)).status == 200
            assert (await door.send("POST", "/setup", "", body)).status == 404
            assert (await door.login("deniz", "wrong")).status == 401
            await door.sign_in("deniz")
            new = {"name": "ayse", "roles": ["agent"], "teams": ["cards"]}
            made = await door.send("POST", "/people", "deniz", new)
            token = made.body["link"].partition("/setup?t=")[2]
            assert (await door.send("GET", f"/setup?t={token}")).body["person"] == "ayse"
            mine = {"token": token, "password": "yeni bir deneme 9"}
            assert (await door.send("POST", "/setup", "", mine)).status == 200
            card = {"teams": ["cards"], "skills": {"cards": 80}}
            put = await door.send("PUT", "/agents/ayse", "deniz", card)
            assert (put.status, put.body["number"]) == (200, 1)
            change = {"disabled": True}
            assert (await door.login("ayse", "yeni bir deneme 9")).status == 200
            version = str((await door.send("GET", "/people/ayse", "deniz")).body["version"])
            path = "/people/ayse"
            gone = await door.send("PATCH", path, "deniz", change, If_Match=version)
            assert gone.status == 200
            assert (await door.login("ayse", "yeni bir deneme 9")).status == 401
            said = [row.what for row in await store.audit.recent()]
            assert said[:3] == ["login_failed", "person_changed", "login"]
    finally:
        await store.close()

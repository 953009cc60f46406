"""The gate: rates, proxies, and the names of our pages."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from ivr.web.gate import BURST, PUBLIC_BURST, Place
from tests.fakes.door import opened


@pytest.mark.parametrize(
    ("base", "local", "host", "ours"),
    [
        ("https://ivr.example", False, "ivr.example", ["https://ivr.example"]),
        ("https://ivr.example/x", False, "localhost:8080", ["https://ivr.example"]),
        (
            *("http://127.0.0.1:8080", True, "localhost:8080"),
            ["http://127.0.0.1:8080", "http://localhost:8080"],
        ),
        (
            *("http://127.0.0.1:8080", True, "[::1]:8080"),
            ["http://127.0.0.1:8080", "http://[::1]:8080"],
        ),
        ("http://127.0.0.1:8080", True, "evil.example", ["http://127.0.0.1:8080"]),
    ],
)
def test_our_pages_have_the_configured_name(
    base: str,
    local: bool,
    host: str,
    ours: list[str],
) -> None:
    request = make_mocked_request("POST", "/", {"Host": host})
    assert list(Place(base, local).origins(request)) == ours
    assert Place(base, local).secure is base.startswith("https")


async def test_too_many_requests_are_told_when_to_come_again() -> None:
    async with opened() as door:
        await door.add("ayse", "agent")
        await door.sign_in("ayse")
        answers = [await door.send("GET", "/me", "ayse") for _ask in range(BURST)]
        assert answers[0].status == 200
        last = answers[-1]
        assert (last.status, last.body["code"], last.headers["Retry-After"]) == (
            429,
            "too-many",
            "1",
        )
        await door.clock.advance(1)
        assert (await door.send("GET", "/me", "ayse")).status == 200


async def test_what_is_public_is_slowed_down_by_source() -> None:
    async with opened() as door:
        answers = [await door.send("GET", "/setup?t=x") for _ask in range(PUBLIC_BURST + 1)]
        assert {answer.status for answer in answers[:-1]} == {404}
        assert (answers[-1].status, answers[-1].headers["Retry-After"]) == (429, "1")


async def test_on_https_only_the_safe_cookie_counts() -> None:
    async with opened(base="https://ivr.example") as door:
        await door.add("ayse", "agent")
        answer = await door.login("ayse")
        value = answer.cookies["__Host-ivr"].value
        door.tokens["plain"] = {"Cookie": f"ivr={value}"}
        door.tokens["safe"] = {"Cookie": f"__Host-ivr={value}"}
        assert (await door.send("GET", "/me", "plain")).status == 401
        assert (await door.send("GET", "/me", "safe")).status == 200


async def test_where_no_keys_are_known_a_bearer_opens_nothing() -> None:
    async with opened() as door:
        answer = await door.send("GET", "/calls", Authorization="Bearer ivrk_x")
        assert answer.status == 401

"""Every route against every role, and against the reviewed table `tests/web/permissions.csv`."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from ivr.web.api import add_api, signed_in
from ivr.web.api.adding import routes
from ivr.web.auth.keys import MachineKey
from ivr.web.auth.tokens import digest
from ivr.web.permissions import RIGHTS, ROLES, Right, RightsError, Who, may
from ivr.web.typed import Ask, Route
from tests.fakes.ticket_door import ticket_door

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.fakes.door import Door

TABLE = Path(__file__).parents[1] / "permissions.csv"
NONE = "-"
KEY = "ivrk_abcdefgh_" + "k" * 43


class OneKey:
    """A key that may do all that keys may."""

    def __init__(self, door: list[Door]) -> None:
        self.door = door

    async def key(self, wanted: str) -> MachineKey | None:
        ends_at = self.door[0].clock.now().replace(year=2100)
        every = frozenset(str(right) for right in RIGHTS)
        one = MachineKey("abcdefgh", digest(KEY), "deniz", every, ends_at)
        return one if wanted == one.digest else None


@pytest.fixture
async def all_roles(own_file: Path) -> AsyncIterator[Door]:
    """Somebody of each role, signed in, and a key; every part of the server is there."""
    holder: list[Door] = []
    async with ticket_door(own_file, keys=OneKey(holder)) as house:
        door = house.door
        holder.append(door)
        for role in ROLES:
            await door.add(f"the-{role}", role)
            await door.sign_in(f"the-{role}")
        door.tokens["the-key"] = {"Authorization": f"Bearer {KEY}"}
        yield door


def every_route(door: Door) -> list[Route]:
    return [*routes(door.parts, door.gate), *door.more]


def path_of(route: Route) -> str:
    return re.sub(r"\{\w+\}", "x-1", route.path.removeprefix("/api/v1"))


async def test_the_table_that_was_reviewed_is_the_one_in_force(all_roles: Door) -> None:
    made = [["method", "path", "right", *ROLES, "key"]]
    for route in every_route(all_roles):
        right = route.right
        if right is None:
            scopes = ["public"] * (len(ROLES) + 1)
        else:
            people = [Who("", roles=(role,)) for role in ROLES]
            whos = [*people, Who("", key_rights=frozenset({str(right)}))]
            scopes = [may(who, right.resource, right.action) or NONE for who in whos]
        made.append([route.method, route.path, str(right or "public"), *scopes])
    with TABLE.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == made


async def test_who_has_no_right_is_refused_and_who_has_one_is_not(all_roles: Door) -> None:
    door = all_roles
    wrong: list[str] = []
    for route in every_route(door):
        if route.right is None or route.name == "logout":
            continue
        for role in (*ROLES, "key"):
            everything = frozenset(str(right) for right in RIGHTS)
            who = Who("", roles=(role,), key_rights=everything if role == "key" else None)
            allowed = may(who, route.right.resource, route.right.action) is not None
            body = None if route.method == "GET" else {"no": "such key"}
            answer = await door.send(route.method, path_of(route), f"the-{role}", body)
            if (answer.status == 403) is allowed or answer.status in {401, 405, 500, 503}:
                wrong.append(f"{role} {route.method} {route.path} {answer.status} {answer.body}")
    assert wrong == []


async def test_without_a_session_only_public_routes_answer(all_roles: Door) -> None:
    for route in every_route(all_roles):
        answer = await all_roles.send(route.method, path_of(route))
        assert (answer.status == 401) is (route.right is not None), route


async def test_every_unsafe_method_of_a_session_needs_its_token(all_roles: Door) -> None:
    for route in every_route(all_roles):
        if route.right is None or route.method == "GET":
            continue
        role = next(iter(RIGHTS[route.right]))
        if role == "key":  # programs only: no session, no token
            continue
        bare = {"X_CSRF_Token": "wrong"}
        answer = await all_roles.send(route.method, path_of(route), f"the-{role}", **bare)
        assert (answer.status, answer.body["code"]) == (403, "cross-site"), route
        answer = await all_roles.send(
            route.method, path_of(route), f"the-{role}", Sec_Fetch_Site="same-site"
        )
        assert (answer.status, answer.body["code"]) == (403, "cross-site"), route


async def test_a_key_that_is_not_known_opens_nothing(all_roles: Door) -> None:
    for header in (f"Bearer {KEY}x", "Bearer x", f"Bearer {KEY[:-1]}x", f"Basic {KEY}"):
        assert (await all_roles.send("GET", "/calls", Authorization=header)).status == 401


async def nothing(ask: Ask) -> None:
    """Do nothing."""


@pytest.mark.parametrize("right", [Right("moon", "x"), Right("session", "d")])
async def test_a_route_with_a_right_of_its_own_invention_stops_the_start(
    door: Door, right: Right
) -> None:
    with pytest.raises(RightsError, match=str(right)):
        add_api(web.Application(), door.parts, [Route("POST", "/api/v1/moon", nothing, right)])


async def test_routes_of_other_parts_come_in_by_the_same_gate(door: Door) -> None:
    app = web.Application()
    add_api(app, door.parts, [Route("POST", "/api/v1/moon", nothing, Right("offer", "x"))])
    assert any(
        one.resource and one.resource.canonical.endswith("moon") for one in app.router.routes()
    )


async def test_pages_ask_who_is_signed_in(door: Door) -> None:
    seen: list[Who] = []

    async def page(request: web.Request) -> web.Response:
        seen.append(await signed_in(request))
        return web.Response()

    door.client.app.router._frozen = False
    door.client.app.router.add_get("/api/v1/page", page)
    assert (await door.send("GET", "/page", "sule")).status == 200
    assert (seen[0].name, seen[0].teams) == ("sule", ("cards",))
    assert (await door.send("GET", "/page")).status == 401


async def test_the_description_names_every_operation(door: Door) -> None:
    made = (await door.send("GET", "/openapi.json")).body
    assert made["openapi"] == "3.1.0"
    described = {(path, method) for path, each in made["paths"].items() for method in each}
    assert described == {(route.path, route.method.lower()) for route in every_route(door)}
    assert set(made["components"]["securitySchemes"]) == {"session", "key"}

"""Reading by plan: all mistakes at once, nothing echoed, strict JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import Field

from ivr.web.errors import outermost
from ivr.web.reading import BODY_BYTES, read
from ivr.web.typed import Body, Query, Route, Version, answer, plan_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SECRET = "hunter2hunter2"  # noqa: S105 - must not come back


class Wish(Body):
    """A body."""

    colour: Annotated[str, Field(max_length=5)]
    size: Annotated[int, Field(le=4)] = 1
    odd_name: dict[str, int] = {}  # noqa: RUF012 - pydantic copies it


async def change(
    name: Annotated[str, Field(max_length=3)], wish: Wish, limit: int = 1
) -> dict[str, Any]:
    """Take all places."""
    return {"name": name, "limit": limit, **wish.model_dump()}


async def edit(version: Version) -> dict[str, Any]:
    """Take a version and no body."""
    return {"version": version}


class Which(Query):
    """A bundle of query parameters."""

    start: Annotated[int, Field(alias="from", ge=0)]
    kinds: Annotated[tuple[str, ...], Field(max_length=2)] = ()


async def listed(which: Which, limit: int = 5) -> dict[str, Any]:
    """Take a bundle and one parameter more."""
    return {"from": which.start, "kinds": list(which.kinds), "limit": limit}


PLANS = [
    plan_of(Route("GET", "/listed", listed, None)),
    plan_of(Route("POST", "/change/{name}", change, None)),
    plan_of(Route("POST", "/edit", edit, None)),
]


@pytest.fixture
async def client() -> AsyncIterator[TestClient[Any, Any]]:
    """A server without a gate."""
    app = web.Application(middlewares=[outermost], client_max_size=0)
    for plan in PLANS:

        async def serve(request: web.Request, plan: Any = plan) -> web.Response:  # noqa: ANN401
            return answer(plan, await plan.route.handler(**await read(plan, request)))

        app.router.add_route(plan.route.method, plan.route.path, serve)
    made: TestClient[Any, Any] = TestClient(TestServer(app))
    await made.start_server()
    yield made
    await made.close()


async def test_every_mistake_of_every_place_is_told_at_once(client: TestClient[Any, Any]) -> None:
    answered = await client.post(
        "/change/long?limit=many&moon=1",
        json={"colour": SECRET, "size": 5, SECRET[:3]: 1, "odd_name": {"a/b~c": "x"}},
    )
    text = await answered.text()
    body = await answered.json()
    assert (answered.status, body["code"]) == (422, "not-valid")
    assert answered.content_type == "application/problem+json"
    assert [(one["in"], one["pointer"], one["code"]) for one in body["errors"]] == [
        ("path", "/name", "string_too_long"),
        ("query", "/limit", "int_parsing"),
        ("query", "/moon", "extra_forbidden"),
        ("body", "/colour", "string_too_long"),
        ("body", "/size", "less_than_equal"),
        ("body", "/odd_name/a~1b~0c", "int_type"),
        ("body", "/hun", "extra_forbidden"),
    ]
    assert body["errors"][4]["params"] == {"le": 4}
    assert SECRET not in text


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b'{"colour": "red"}', 200),
        (b'{"colour": "red", "colour": "red"}', 400),
        (b'{"colour": "red"', 400),
        (b'{"colour": "red", "size": NaN}', 400),
        (b'{"colour": "red", "size": "2"}', 422),
        (b'{"colour": "red", "size": true}', 422),
        (b'{"colour": "red", "size": 2.5}', 422),
        (b'{"colour": null}', 422),
        (b"[]", 422),
        (b"null", 422),
        (b" " * (BODY_BYTES + 1), 413),
    ],
)
async def test_bodies_are_read_strictly(
    client: TestClient[Any, Any], raw: bytes, status: int
) -> None:
    headers = {"Content-Type": "application/json"}
    assert (await client.post("/change/a", data=raw, headers=headers)).status == status


async def test_a_body_of_another_kind_is_not_read(client: TestClient[Any, Any]) -> None:
    assert (await client.post("/change/a", data={"colour": "red"})).status == 415
    assert (await client.post("/change/a")).status == 415


@pytest.mark.parametrize(
    ("given", "status"),
    [('"3"', 200), ("3", 200), ('W/"3"', 200), (None, 428), ("*", 422), ('"x"', 422), ("-1", 422)],
)
async def test_a_version_comes_in_if_match(
    client: TestClient[Any, Any], given: str | None, status: int
) -> None:
    headers = {} if given is None else {"If-Match": given}
    answered = await client.post("/edit", headers=headers)
    assert answered.status == status
    if status == 200:
        assert await answered.json() == {"version": 3}


async def test_where_no_body_is_wanted_only_an_empty_object_may_come(
    client: TestClient[Any, Any],
) -> None:
    headers = {"If-Match": "3"}
    assert (await client.post("/edit", json={}, headers=headers)).status == 200
    answered = await client.post("/edit", json={"a": 1}, headers=headers)
    assert answered.status == 422
    assert (await answered.json())["errors"][0]["in"] == "body"


async def test_a_key_written_twice_is_no_single_value(client: TestClient[Any, Any]) -> None:
    answered = await client.post("/change/a?limit=1&limit=2", json={"colour": "red"})
    assert (await answered.json())["errors"][0]["pointer"] == "/limit"


async def test_a_bundle_of_query_parameters_is_read_as_each_alone(
    client: TestClient[Any, Any],
) -> None:
    async with client.get("/listed?from=3&kinds=a&kinds=b") as good:
        assert await good.json() == {"from": 3, "kinds": ["a", "b"], "limit": 5}
    async with client.get("/listed?kinds=a&kinds=b&kinds=c&start=1&limit=x") as bad:
        mistakes = (await bad.json())["errors"]
    assert {(one["in"], one["pointer"]) for one in mistakes} == {
        *(("query", f"/{name}") for name in ("from", "kinds", "start", "limit")),
    }

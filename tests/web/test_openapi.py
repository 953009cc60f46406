"""The description of the API is complete and says what the handlers do."""

from __future__ import annotations

import json
from typing import Annotated, Any

import pytest
from pydantic import Field

from ivr.web.openapi import SAYINGS, check_names, document, statuses
from ivr.web.permissions import Right
from ivr.web.typed import Body, Items, MaybeVersion, Query, Reply, Route, plan_of


class Wish(Body):
    """A wish."""

    colour: str


class Thing(Body):
    """A thing."""

    name: str


class Which(Query):
    """A bundle."""

    start: Annotated[str, Field(alias="from", pattern=r"^[a-z]{1,8}\z")] = ""


async def change(name: str, wish: Wish, version: MaybeVersion = None) -> Reply[Thing]:
    """Change a thing.

    With a second paragraph.
    """
    raise NotImplementedError


async def things(limit: int = 5) -> Items[Thing]:
    """List things."""
    raise NotImplementedError


async def some(which: Which) -> Items[Thing]:
    """List some."""
    raise NotImplementedError


async def make(wish: Wish) -> Thing:
    """Make one."""
    raise NotImplementedError


async def gone() -> None:
    """Do something."""


PLANS = [
    plan_of(Route("PUT", "/api/v1/things/{name}", change, Right("thing", "e"), 201, also=(409,))),
    plan_of(Route("GET", "/api/v1/things", things, Right("thing", "r"))),
    plan_of(Route("POST", "/api/v1/gone", gone, None)),
    plan_of(Route("GET", "/api/v1/some", some, None)),
    plan_of(Route("POST", "/api/v1/things", make, Right("thing", "a"), 201)),
]


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(document(PLANS, "1.2", secure=True)))
    return found


def test_an_operation_is_described_from_its_signature(made: dict[str, Any]) -> None:
    put = made["paths"]["/api/v1/things/{name}"]["put"]
    assert (put["operationId"], put["summary"], put["tags"]) == (
        "change",
        "Change a thing.",
        ["things"],
    )
    parameters = {(one["in"], one["name"], one["required"]) for one in put["parameters"]}
    assert parameters == {
        ("path", "name", True),
        ("header", "If-Match", False),
        ("header", "X-CSRF-Token", False),
    }
    body = put["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/Wish"}
    done = put["responses"]["201"]
    assert done["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Thing"}
    assert "ETag" in done["headers"]


def test_every_status_is_declared(made: dict[str, Any]) -> None:
    put = made["paths"]["/api/v1/things/{name}"]["put"]["responses"]
    assert [int(status) for status in put] == statuses(PLANS[0])
    assert set(put) >= {"400", "401", "403", "404", "409", "412", "413", "415", "422", "428", "429"}
    assert set(put) <= {str(status) for status in SAYINGS}
    listed = made["paths"]["/api/v1/things"]["get"]["responses"]
    assert set(listed) == {"200", "401", "403", "422", "429", "503"}
    assert "204" in made["paths"]["/api/v1/gone"]["post"]["responses"]


def test_who_may_call_is_said(made: dict[str, Any]) -> None:
    assert made["paths"]["/api/v1/gone"]["post"]["security"] == []
    listed = made["paths"]["/api/v1/things"]["get"]["security"]
    assert listed == [{"session": []}, {"key": []}]
    assert made["paths"]["/api/v1/things"]["get"]["x-right"] == "thing:r"
    assert made["components"]["securitySchemes"]["session"]["name"] == "__Host-ivr"


def test_every_reference_leads_somewhere(made: dict[str, Any]) -> None:
    def references(part: Any) -> list[str]:  # noqa: ANN401 - any JSON
        if isinstance(part, dict):
            own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
            return own + [one for each in part.values() for one in references(each)]
        return [one for each in part for one in references(each)] if isinstance(part, list) else []

    found = references(made)
    assert found
    for reference in found:
        assert reference.removeprefix("#/components/schemas/") in made["components"]["schemas"]


def test_two_operations_with_one_name_stop_the_start() -> None:
    with pytest.raises(ValueError, match="read"):
        check_names(["read", "write", "read"])


def test_a_bundle_is_described_as_its_parameters(made: dict[str, Any]) -> None:
    [one] = made["paths"]["/api/v1/some"]["get"]["parameters"]
    assert (one["in"], one["name"], one["required"]) == ("query", "from", False)
    # As ECMA-262 writes patterns, which has no \z.
    assert one["schema"]["pattern"] == "^[a-z]{1,8}$"


def test_what_may_be_repeated_says_so(made: dict[str, Any]) -> None:
    post = made["paths"]["/api/v1/things"]["post"]
    assert "Idempotency-Key" in {one["name"] for one in post["parameters"]}
    assert "409" in post["responses"]
    for path, method in (("/api/v1/gone", "post"), ("/api/v1/things/{name}", "put")):
        names = {one["name"] for one in made["paths"][path][method]["parameters"]}
        assert "Idempotency-Key" not in names

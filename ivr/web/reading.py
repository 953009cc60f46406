"""Reading a request by the plan of its handler: every mistake of every place in one answer.

What the client sent is never sent back; a mistake names its place, a code and its parameters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import ValidationError

from ivr.web.bodies import read_body, read_json
from ivr.web.errors import InvalidError, RefusalError
from ivr.web.typed import IF_MATCH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aiohttp import web

    from ivr.web.typed import Plan

BODY_BYTES = 1_000_000
BODY_S = 15.0
_PLAIN = (str, int, float, bool, type(None))


class VersionMissingError(RefusalError):
    """The client did not say which version its change is meant for."""

    code: ClassVar[str] = "version-missing"
    status: ClassVar[int] = 428


async def read(plan: Plan, request: web.Request) -> dict[str, Any]:
    """The arguments of the handler. Raises InvalidError, VersionMissingError, MalformedError ..."""
    raw = {
        "path": dict(request.match_info),
        "query": _query(plan, request),
        "header": _headers(plan, request),
    }
    taken: dict[str, Any] = {}
    mistakes: list[dict[str, Any]] = []
    for place, model in plan.takes.places.items():
        try:
            found = model.model_validate(raw[place])
        except ValidationError as error:
            mistakes += told(place, error)
        else:
            taken.update({name: getattr(found, name) for name in model.model_fields})
    mistakes += await _body(plan, request, taken)
    if mistakes:
        raise _refusal(mistakes)
    return _bundled(plan, taken)


def _bundled(plan: Plan, taken: dict[str, Any]) -> dict[str, Any]:
    """With the query parameters that belong together in one object."""
    if plan.takes.bundle is not None:
        name, model = plan.takes.bundle
        taken[name] = model.model_construct(**{one: taken.pop(one) for one in model.model_fields})
    return taken


async def _body(plan: Plan, request: web.Request, taken: dict[str, Any]) -> list[dict[str, Any]]:
    """Put the body among the arguments; the mistakes in it otherwise."""
    if plan.takes.body is None:
        return await _nothing(request)
    name, adapter = plan.takes.body
    await read_json(request, BODY_BYTES, BODY_S)
    raw = await read_body(request, BODY_BYTES, BODY_S)
    try:
        taken[name] = adapter.validate_json(raw, strict=True)
    except ValidationError as error:
        return told("body", error)
    return []


async def _nothing(request: web.Request) -> list[dict[str, Any]]:
    """A route without a body takes none, or the empty object."""
    if not request.can_read_body or await read_json(request, BODY_BYTES, BODY_S) == {}:
        return []
    return [_mistake("body", (), "extra_forbidden", {}, "This takes no body")]


def _query(plan: Plan, request: web.Request) -> dict[str, object]:
    """A key that is written twice stays a list, so that only lists take it."""
    query = request.query
    every = {key: query.getall(key) for key in query}
    return {
        key: values if key in plan.takes.lists or len(values) > 1 else values[0]
        for key, values in every.items()
    }


def _headers(plan: Plan, request: web.Request) -> dict[str, str]:
    wanted = [
        field.alias or name for name, field in plan.takes.places["header"].model_fields.items()
    ]
    found = {name: request.headers[name] for name in wanted if name in request.headers}
    if IF_MATCH.name in found:
        found[IF_MATCH.name] = found[IF_MATCH.name].strip().removeprefix("W/").strip('"')
    return found


def told(place: str, error: ValidationError) -> list[dict[str, Any]]:
    """The mistakes of one place, without the values that were sent."""
    found = error.errors(include_url=False, include_input=False)
    return [
        _mistake(place, each["loc"], each["type"], each.get("ctx", {}), each["msg"])
        for each in found
    ]


def _mistake(
    place: str, at: Sequence[str | int], code: str, params: Mapping[str, Any], message: str
) -> dict[str, Any]:
    """at: keys down to the place of the mistake; written as RFC 6901 writes them."""
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in at)
    plain = {name: value for name, value in params.items() if isinstance(value, _PLAIN)}
    pointer = "".join(f"/{step}" for step in steps)
    return {"in": place, "pointer": pointer, "code": code, "params": plain, "message": message}


def _refusal(mistakes: Sequence[Mapping[str, Any]]) -> RefusalError:
    """Only the version is missing: 428 says it better than 422."""
    lacking = {"in": "header", "pointer": f"/{IF_MATCH.name}", "code": "missing"}
    if all(lacking.items() <= mistake.items() for mistake in mistakes):
        return VersionMissingError(f"{IF_MATCH.name} must name the version that you have seen")
    return InvalidError(mistakes)

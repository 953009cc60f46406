"""The description of the API (OpenAPI 3.1), made from the signatures of its handlers."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from pydantic import TypeAdapter

from ivr.web.auth.csrf import SAFE, TOKEN
from ivr.web.auth.sessions import cookie_name
from ivr.web.once import HEADER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.web.typed import Plan

Json = dict[str, Any]
_REF = "#/components/schemas/{model}"
_PROBLEM = "application/problem+json"
_END = re.compile(r"\\[zZ]$")
SAYINGS = {
    200: "Done",
    201: "Made",
    204: "Done; nothing to say",
    400: "The body is not well formed",
    401: "Nobody is signed in",
    403: "Not allowed, or sent by another site",
    404: "Not there, or not for you to know",
    408: "The body did not arrive in time",
    409: "Not possible in the state that it is in",
    412: "It has changed meanwhile: read it again",
    413: "The body is too long",
    415: "The body is not JSON",
    422: "Does not validate; `errors` names each mistake",
    428: "If-Match is missing",
    429: "Too often: see Retry-After",
    503: "Not now: see Retry-After",
}
PROBLEM: Json = {
    "type": "object",
    "required": ["type", "title", "status", "code", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["in", "pointer", "code", "params", "message"],
                "properties": {
                    "in": {"enum": ["path", "query", "header", "body"]},
                    "pointer": {"type": "string"},
                    "code": {"type": "string"},
                    "params": {"type": "object"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}


def statuses(plan: Plan) -> list[int]:
    """Every status that a client may meet."""
    route = plan.route
    found = {204 if plan.takes.result is None else route.status, 422, 429, 503, *route.also}
    found |= {401, 403} if route.right else set()
    found |= {403} if route.method not in SAFE else set()
    found |= {404} if plan.takes.places["path"].model_fields else set()
    found |= {412, 428} if plan.needs_version else set()
    found |= {409} if plan.once else set()
    found |= {400, 408, 413, 415} if plan.takes.body or route.method not in SAFE else set()
    return sorted(found)


def check_names(names: Iterable[str]) -> None:
    """Raise ValueError if two operations have one id."""
    twice = sorted(name for name, times in Counter(names).items() if times > 1)
    if twice:
        raise ValueError(f"operations with the same id: {twice}")


def document(plans: Iterable[Plan], version: str, *, secure: bool) -> Json:
    """The whole document. Every operation has an id of its own: `check_names`."""
    every = list(plans)
    shapes, shared = _schemas(every)
    paths: dict[str, Json] = {}
    for plan in every:
        operation = _operation(plan, shapes)
        paths.setdefault(plan.route.path, {})[plan.route.method.lower()] = operation
    cookie = cookie_name(secure=secure)
    made: Json = {
        "openapi": "3.1.0",
        "info": {"title": "IVR server", "version": version},
        "paths": paths,
        "components": {
            "schemas": {**shared, "Problem": PROBLEM},
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": cookie},
                "key": {"type": "http", "scheme": "bearer"},
            },
        },
    }
    return cast("Json", _portable(made))


def _portable(part: Any) -> Any:  # noqa: ANN401 - any JSON
    """With patterns as JSON Schema writes them (ECMA-262): a text ends with `$`, not `\\z`."""
    if isinstance(part, list):
        return [_portable(each) for each in part]
    if not isinstance(part, dict):
        return part
    found = {name: _portable(each) for name, each in part.items()}
    if isinstance(found.get("pattern"), str):
        found["pattern"] = _END.sub("$", found["pattern"])
    return found


Shapes = Mapping[tuple[str, str], Json]


def _schemas(plans: Sequence[Plan]) -> tuple[Shapes, Json]:
    """The schema of every body, result and parameter model, and what they share."""
    wanted: list[tuple[Any, Any, TypeAdapter[Any]]] = []
    for plan in plans:
        name = plan.route.name
        if plan.takes.body:
            wanted.append((f"{name}:body", "validation", plan.takes.body[1]))
        if plan.takes.result is not None:
            wanted.append((f"{name}:result", "serialization", plan.takes.result))
    found, shared = TypeAdapter.json_schemas(wanted, ref_template=_REF)
    return {(str(key), mode): schema for (key, mode), schema in found.items()}, dict(
        shared.get("$defs", {})
    )


def _operation(plan: Plan, shapes: Shapes) -> Json:
    route = plan.route
    words = (inspect.getdoc(route.handler) or route.name).split("\n\n")
    made: Json = {
        "operationId": route.name,
        "summary": " ".join(words[0].split()),
        "tags": [route.path.removeprefix("/api/v1/").partition("/")[0]],
        "parameters": [*_parameters(plan), *_csrf(plan), *_once(plan)],
        "responses": {str(status): _response(plan, status, shapes) for status in statuses(plan)},
        "security": [{"session": []}, {"key": []}] if route.right else [],
        "x-right": str(route.right or "public"),
    }
    if plan.takes.body:
        schema = shapes[f"{route.name}:body", "validation"]
        content = {"application/json": {"schema": schema}}
        made["requestBody"] = {"required": True, "content": content}
    return made


def _parameters(plan: Plan) -> list[Json]:
    found = []
    for place, model in plan.takes.places.items():
        schema = model.model_json_schema()
        required = schema.get("required", [])
        for name, each in schema.get("properties", {}).items():
            one = {"name": name, "in": place, "required": name in required, "schema": each}
            found.append(one)
    return found


def _csrf(plan: Plan) -> list[Json]:
    """Sessions send it with unsafe methods; keys do not."""
    if plan.route.right is None or plan.route.method in SAFE:
        return []
    return [{"name": TOKEN, "in": "header", "required": False, "schema": {"type": "string"}}]


def _once(plan: Plan) -> list[Json]:
    """The key by which a repeat is known."""
    if not plan.once:
        return []
    words = "A repeat with the same key gets the answer of the first one, for a day."
    schema = {"type": "string", "pattern": "^[!-~]{1,128}$"}
    return [
        {"name": HEADER, "in": "header", "required": False, "schema": schema, "description": words}
    ]


def _response(plan: Plan, status: int, shapes: Shapes) -> Json:
    made: Json = {"description": SAYINGS[status]}
    if status >= 400:
        made["content"] = {_PROBLEM: {"schema": {"$ref": _REF.format(model="Problem")}}}
        if status in {429, 503}:
            made["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    elif plan.takes.result is not None:
        schema = shapes[f"{plan.route.name}:result", "serialization"]
        texts = {media: {"schema": {"type": "string"}} for media in plan.route.media}
        made["content"] = {"application/json": {"schema": schema}, **texts}
        if plan.needs_version:
            made["headers"] = {"ETag": {"schema": {"type": "string"}}}
    return made

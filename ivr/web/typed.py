"""Handlers as typed coroutines: their signatures say what a request holds and what is answered.

A parameter is the request's context (`Ask`), the JSON body (a pydantic model), a part of the path
(its name stands there in braces), a header (`Annotated[..., Header("If-Match")]`) or else a query
parameter; a model made from `Query` is many of those at once. What is returned is JSON; `Reply`
adds a version (ETag), a status, cookies.
"""

from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Generic,
    TypeVar,
    get_args,
    get_origin,
    get_type_hints,
)

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, create_model

from ivr.web.errors import NOTHING, RefusalError

if TYPE_CHECKING:
    from ivr.web.gate import Gate
    from ivr.web.once import Once
    from ivr.web.permissions import Right, Who

T = TypeVar("T")
Handler = Callable[..., Awaitable[Any]]
Row = Mapping[str, Any]
"""Plain JSON that another part has made."""
HANDLER_S = 30.0
_BRACES = re.compile(r"\{(\w+)\}")


class Body(BaseModel):
    """Base of all bodies: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Query(BaseModel):
    """Base of query parameters that come in a bundle, each field one of them."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


@dataclass(frozen=True, slots=True)
class Header:
    """Marks a parameter that comes in a header."""

    name: str


IF_MATCH = Header("If-Match")
Version = Annotated[int, IF_MATCH, Field(ge=0)]
"""The version that the client believes to be the newest; without it the answer is 428."""
MaybeVersion = Annotated[int | None, IF_MATCH, Field(ge=0)]
Limit = Annotated[int, Field(ge=1, le=200)]


class Items(BaseModel, Generic[T]):
    """A list. next: where the next page begins, null = this was all."""

    items: Sequence[T]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """The request behind the parameters. who: whoever asks, without a name on public routes."""

    request: web.Request
    who: Who
    source: str


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """An answer that is more than its value. version: goes out as ETag. dress: adds cookies."""

    value: T
    status: int | None = None
    version: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    dress: Callable[[web.StreamResponse], None] | None = None


class SlowError(RefusalError):
    """The server did not come to an end with this request in time."""

    code: ClassVar[str] = "slow"
    status: ClassVar[int] = 503


@dataclass(frozen=True, slots=True)
class Route:
    """One operation. right: the one that it needs, None = public. fresh: only just after signing
    in. also: statuses beside those that follow from its parameters. media: types of text that it
    can answer with beside JSON, put there by `Reply.dress`."""

    method: str
    path: str
    handler: Handler
    right: Right | None
    status: int = 200
    fresh: bool = False
    also: tuple[int, ...] = ()
    media: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The operation's id, unique among all."""
        return str(getattr(self.handler, "operation", self.handler.__name__))


_Fields = dict[str, dict[str, Any]]
_STRICT = ConfigDict(extra="forbid")


class _Nothing(BaseModel):
    """No parameters in this place."""

    model_config = _STRICT


@dataclass(frozen=True)  # no slots: it remembers what was made
class Takes:
    """What a handler takes, by place, and what it gives.

    content: the parameter that takes the body. bundle: the one that gathers query parameters.
    Models are made when a request asks for them: of two hundred operations few are ever called,
    and to make them all took a tenth of each start.
    """

    called: str
    fields: Mapping[str, Mapping[str, Any]]
    aliases: Mapping[str, str]
    gives: Any
    ask: str | None = None
    content: tuple[str, type[BaseModel]] | None = None
    bundle: tuple[str, type[Query]] | None = None

    @cached_property
    def places(self) -> Mapping[str, type[BaseModel]]:
        """A model of all parameters of each place outside the body."""
        return {
            place: create_model(f"{self.called}_{place}", __config__=_STRICT, **each)
            if each
            else _Nothing
            for place, each in self.fields.items()
        }

    @cached_property
    def lists(self) -> frozenset[str]:
        """Query parameters that may come more than once, by their names outside."""
        query = self.fields["query"].items()
        return frozenset(self.aliases[name] for name, each in query if _is_list(each[0]))

    @cached_property
    def body(self) -> tuple[str, TypeAdapter[Any]] | None:
        """The parameter that takes the body, and what reads it."""
        return (self.content[0], TypeAdapter(self.content[1])) if self.content else None

    @cached_property
    def result(self) -> TypeAdapter[Any] | None:
        """What writes the answer, None where there is nothing to say."""
        return None if self.gives is type(None) else TypeAdapter(self.gives)


@dataclass(frozen=True, slots=True)
class Plan:
    """A route, and what its handler takes and gives."""

    route: Route
    takes: Takes

    @property
    def once(self) -> bool:
        """Whether a repeat by the same key gets the answer of the first one."""
        return self.route.method == "POST" and self.route.right is not None

    @property
    def needs_version(self) -> bool:
        """Whether a version must or may come in If-Match."""
        return IF_MATCH.name in self.takes.aliases.values()


def plan_of(route: Route) -> Plan:
    """Read the signature of a handler. Raises TypeError if it cannot be a handler."""
    method = getattr(route.handler, "__func__", None)
    if method is None:
        return Plan(route, _taken(route.handler, route.name, route.path))
    return Plan(route, _method_taken(method, route.name, route.path))


@cache
def _method_taken(method: Callable[..., Any], name: str, path: str) -> Takes:
    """The same for every object that has the method: a process may make many servers."""
    return _taken(method, name, path, skipped=1)


def _taken(handler: Callable[..., Any], called: str, path: str, skipped: int = 0) -> Takes:
    """skipped: how many parameters in front are no business of clients."""
    hints = get_type_hints(handler, include_extras=True)
    if "return" not in hints:
        raise TypeError(f"{called} does not say what it returns")
    parameters = [*inspect.signature(handler).parameters.values()][skipped:]
    in_path = set(_BRACES.findall(path))
    fields: _Fields = {"path": {}, "query": {}, "header": {}}
    aliases: dict[str, str] = {}
    special: dict[str, Any] = {}
    for each in parameters:
        kind, value = _special(each.name, hints[each.name])
        if kind:
            special[kind] = value
        else:
            aliases[each.name] = _put(each, hints[each.name], in_path, fields)
    if "bundle" in special:
        _spread(special["bundle"][1], fields["query"], aliases)
    missing = in_path - set(fields["path"])
    if missing:
        raise TypeError(f"{called} does not take {sorted(missing)} of {path}")
    return Takes(called, fields, aliases, _given(hints["return"]), **special)


def _put(parameter: inspect.Parameter, hint: object, in_path: set[str], fields: _Fields) -> str:
    """Sort a parameter in where it comes from; gives the name that it has outside."""
    default = ... if parameter.default is parameter.empty else parameter.default
    place, outside = _place(parameter.name, hint, in_path)
    fields[place][parameter.name] = (hint, Field(default, alias=outside))
    return outside


def _special(name: str, hint: Any) -> tuple[str, Any]:  # noqa: ANN401 - any type may be taken
    """What is no single parameter: the context, a bundle of query parameters, the body."""
    if hint is Ask:
        return "ask", name
    if _is_model(hint) and issubclass(hint, Query):
        return "bundle", (name, hint)
    return ("content", (name, hint)) if _is_model(hint) else ("", None)


def _spread(model: type[Query], query: dict[str, Any], aliases: dict[str, str]) -> None:
    """Every field of a bundle as a query parameter of its own."""
    hints = get_type_hints(model, include_extras=True)
    for name, info in model.model_fields.items():
        default = ... if info.is_required() else info.default
        aliases[name] = info.alias or name
        query[name] = (hints[name], Field(default, alias=aliases[name]))


def _place(name: str, hint: object, in_path: set[str]) -> tuple[str, str]:
    """Where a parameter comes from, and what it is called there."""
    header = next((one for one in get_args(hint) if isinstance(one, Header)), None)
    if header is not None:
        return "header", header.name
    return ("path" if name in in_path else "query"), name


def _is_model(hint: object) -> bool:
    return isinstance(hint, type) and issubclass(hint, BaseModel)


def _is_list(hint: object) -> bool:
    inner = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    return get_origin(inner) in {list, tuple, Sequence}


def _given(hint: Any) -> Any:  # noqa: ANN401 - any type may be returned
    return get_args(hint)[0] if get_origin(hint) is Reply else hint


def answer(plan: Plan, given: object) -> web.Response:
    """What the handler returned as an answer."""
    reply = given if isinstance(given, Reply) else Reply(given)
    status = reply.status or plan.route.status
    response = web.Response(
        status=204 if plan.takes.result is None else status, headers=reply.headers
    )
    if plan.takes.result is not None:
        response.body = plan.takes.result.dump_json(reply.value, by_alias=True)
        response.content_type = "application/json"
    if reply.version is not None:
        response.headers["ETag"] = f'"{reply.version}"'
    if reply.dress is not None:
        reply.dress(response)
    return response


Read = Callable[[Plan, web.Request], Awaitable[dict[str, Any]]]


def handler_of(
    plan: Plan, gate: Gate, read: Read, once: Once | None = None
) -> Callable[[web.Request], Awaitable[Any]]:
    """What aiohttp calls: the gate, the reader, the handler, the answer. once: gives a repeated
    POST the answer of the first one."""

    async def run(request: web.Request, who: Who) -> web.Response:
        taken = await read(plan, request)
        if plan.takes.ask is not None:
            taken[plan.takes.ask] = Ask(request, who, gate.source(request))
        return answer(plan, await plan.route.handler(**taken))

    async def serve(request: web.Request) -> web.StreamResponse:
        who = await gate.admit(request, plan.route.right, fresh=plan.route.fresh)
        try:
            async with asyncio.timeout(HANDLER_S) as time:
                if once is None or not plan.once:
                    return await run(request, who)
                return await once.answer(request, who, lambda: run(request, who))
        except TimeoutError:
            if not time.expired():
                raise
            raise SlowError("this took too long", NOTHING, {"Retry-After": "5"}) from None

    return serve

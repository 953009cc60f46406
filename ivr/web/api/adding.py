"""Puts the API on a server: every route with its right, its reader and its description."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, TypeAlias

from aiohttp import web

from ivr.web.api.agents import AgentRoutes
from ivr.web.api.callbacks import CallbackRoutes
from ivr.web.api.calls import CallRoutes
from ivr.web.api.controls import ControlRoutes
from ivr.web.api.dial import DialRoutes
from ivr.web.api.events import EventRoutes
from ivr.web.api.offers import OfferRoutes
from ivr.web.api.own.recovery_codes import RecoveryCodes
from ivr.web.api.parts import BASE
from ivr.web.api.people import PeopleRoutes
from ivr.web.api.pops import PopRoutes
from ivr.web.api.queues import QueueRoutes
from ivr.web.api.setting_up import SettingUp
from ivr.web.api.sign_in import SignIn
from ivr.web.api.surveys.impressions import ImpressionRoutes
from ivr.web.auth.throttle import Turns
from ivr.web.gate import GATE, Gate
from ivr.web.once import Once
from ivr.web.openapi import check_names, document
from ivr.web.permissions import check_routes
from ivr.web.reading import read
from ivr.web.typed import Plan, Route, handler_of, plan_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from aiohttp.typedefs import Handler

    from ivr.web.api.parts import ApiParts

DISTRIBUTION = "ivr-server"


Beside: TypeAlias = "Callable[[dict[str, Any]], Mapping[str, Any]]"
"""Paths of OpenAPI to be added to a document."""


def _nothing(_document: dict[str, Any]) -> Mapping[str, Any]:
    return {}


def add_api(
    app: web.Application,
    parts: ApiParts,
    more: Iterable[Route] = (),
    beside: Beside = _nothing,
) -> Gate:
    """Add every route of `/api/v1`. more: routes of other parts, with rights of the same table.
    beside: tells of routes that somebody else adds, since they are not JSON.

    Raises RightsError if a route names no right of the table, or a right has no route, and
    ValueError if two operations have one id.
    """
    gate = Gate(parts.people, parts.agents, parts.clock, parts.place, parts.machine_keys)
    plans = [plan_of(route) for route in (*routes(parts, gate), *more)]
    check_names(plan.route.name for plan in plans)
    check_routes(plan.route.right for plan in plans if plan.route.right is not None)
    app[GATE] = gate
    once = Once(parts.answers, parts.keys, parts.clock)
    for plan in plans:
        handler = handler_of(plan, gate, read, once)
        app.router.add_route(plan.route.method, plan.route.path, handler)
    app.router.add_get(f"{BASE}/openapi.json", _described(plans, beside, secure=parts.place.secure))
    return gate


def routes(parts: ApiParts, gate: Gate) -> list[Route]:
    """Every operation of this package."""
    turns = Turns()
    return [
        *SettingUp(parts, gate).routes(),
        *SignIn(parts, gate, turns).routes(),
        *RecoveryCodes(parts, turns).routes(),
        *PeopleRoutes(parts).routes(),
        *AgentRoutes(parts).routes(),
        *QueueRoutes(parts).routes(),
        *CallRoutes(parts).routes(),
        *ControlRoutes(parts).routes(),
        *ImpressionRoutes(parts).routes(),
        *OfferRoutes(parts).routes(),
        *CallbackRoutes(parts).routes(),
        *DialRoutes(parts).routes(),
        *PopRoutes(parts).routes(),
        *EventRoutes(parts).routes(),
    ]


def _described(plans: Sequence[Plan], beside: Beside, *, secure: bool) -> Handler:
    """The description. Public: it tells no more than the source does.

    Made when it is asked for first, beside the loop: it takes longer than a call may be kept
    waiting, and most servers are never asked.
    """
    made: asyncio.Future[bytes] | None = None

    async def openapi(_request: web.Request) -> web.Response:
        nonlocal made
        if made is None:
            make = partial(_written, plans, beside, secure=secure)
            made = asyncio.get_running_loop().run_in_executor(None, make)
        return web.Response(body=await asyncio.shield(made), content_type="application/json")

    return openapi


def _written(plans: Sequence[Plan], beside: Beside, *, secure: bool) -> bytes:
    whole = document(plans, _version(), secure=secure)
    whole["paths"] |= beside(whole)
    return json.dumps(whole, ensure_ascii=False).encode()


def _version() -> str:
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return "0"

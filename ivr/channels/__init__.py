"""Ways in for calls. The registry names each provider by a dotted path that is loaded on use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ivr.domain.errors import NotFoundError

if TYPE_CHECKING:
    from aiohttp import web

    from ivr.runtime.ports import Trunk
    from ivr.runtime.switch import Switch

ReadBody = Callable[["web.BaseRequest", int, float], Awaitable[bytes]]
"""Reads a body within so many bytes and seconds; raises a RequestError if it cannot."""

PROVIDERS: Mapping[str, str] = {
    "twilio": "ivr.channels.twilio.provider:PROVIDER",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a trunk is opened. public_base: our own URL as providers see it, no slash at its end.

    voices: language -> the name of the voice that the provider shall speak with. languages: those
    that callers are served in.
    """

    switch: Switch
    public_base: str
    voices: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ()


def _no_routes(_trunks: Mapping[str, Any], _read_body: ReadBody) -> Sequence[web.RouteDef]:
    return ()


@dataclass(frozen=True, slots=True)
class Provider:
    """A kind of trunk. open: takes the trunk's name and its entry of `config.yaml`.

    routes: the HTTP routes of all its trunks together, by trunk name.
    """

    open: Callable[[str, Any, Place], Trunk]
    routes: Callable[[Mapping[str, Any], ReadBody], Sequence[web.RouteDef]] = _no_routes


def load_provider(name: str) -> Provider:
    """The provider of this name; only now is its code, and the SDK it needs, imported."""
    if name not in PROVIDERS:
        raise NotFoundError(f"there is no provider {name!r}; known: {', '.join(PROVIDERS)}")
    module, _, attribute = PROVIDERS[name].partition(":")
    provider = getattr(import_module(module), attribute)
    if not isinstance(provider, Provider):
        raise TypeError(f"{PROVIDERS[name]} is no Provider")
    return provider

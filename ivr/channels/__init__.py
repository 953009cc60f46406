"""Ways in for calls. The registry names each provider by a dotted path that is loaded on use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from ivr.domain.errors import NotFoundError

if TYPE_CHECKING:
    from aiohttp import web

    from ivr.config.model import Config
    from ivr.runtime.ports.texts import TextDoor, TextLine
    from ivr.runtime.switch import Switch

ReadBody = Callable[["web.BaseRequest", int, float], Awaitable[bytes]]
"""Reads a body within so many bytes and seconds; raises a RequestError if it cannot."""

Headers: TypeAlias = Any
"""The fields of a request's head, as `request.headers` of aiohttp."""
Still = Callable[[], Awaitable[bool]]
"""Whether somebody's session lives on; asked every few seconds while his connection is open."""
Give = Callable[[int, str, bytes], None]
"""Answers a request: status, content type, body."""
Way = Callable[[str, Headers, bytes, Give], None]
"""Serves a request whose body has been read: raw target, headers, body, who answers."""

PROVIDERS: Mapping[str, str] = {
    "twilio": "ivr.channels.twilio.provider:PROVIDER",
    "sip": "ivr.channels.sip.provider:PROVIDER",
    "pyvoip": "ivr.channels.pyvoip.provider:PROVIDER",
    "kannel": "ivr.channels.kannel.provider:PROVIDER",
}


def _no_config() -> Config:
    raise NotFoundError("this trunk was opened without a configuration")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a trunk is opened. public_base: our own URL as providers see it, no slash at its end.

    voices: language -> the name of the voice that the provider shall speak with. languages: those
    that callers are served in. config: the configuration in force. recorded: a recorded prompt by
    the hash of its file. texts: what comes in by text is told there; None = nothing is kept.
    """

    switch: Switch
    public_base: str
    voices: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    config: Callable[[], Config] = _no_config
    recorded: Callable[[str], bytes | None] = lambda _digest: None
    texts: TextDoor | None = None


@dataclass(frozen=True, slots=True)
class Guest:
    """Whose page connects. lives: whether his session lives on."""

    name: str
    lives: Still


@dataclass(frozen=True, slots=True)
class Pages:
    """How a trunk knows the pages of people who are signed in, which may connect to it.

    is_ours: whether a page of ours sent a request that opens a WebSocket. take: uses up a ticket;
    whose it was, None = it is not good. source: the address of who sent a request, "" if there is
    none. secure: whether the pages are served by https.
    """

    is_ours: Callable[[web.Request], bool]
    take: Callable[[str], Awaitable[Guest | None]]
    source: Callable[[web.Request], str]
    secure: bool = False


class Running(Protocol):
    """What all trunks of one provider share and that must be begun and ended with the server."""

    async def start(self) -> None:
        """Begin to take calls. Raises OSError if an address cannot be listened on."""

    def drain(self) -> None:
        """Let far ends know that no more calls are taken; those that run go on."""

    async def close(self) -> None:
        """End what was begun."""


def _no_routes(_trunks: Mapping[str, Any], _read_body: ReadBody) -> Sequence[web.RouteDef]:
    return ()


def _no_pages(_house: Any, _app: web.Application, _pages: Pages) -> None:  # noqa: ANN401
    """Its trunks serve no pages."""


def _no_line(_trunk: Any) -> TextLine | None:  # noqa: ANN401 - any provider's
    return None


def _no_ways(_trunks: Mapping[str, Any]) -> Mapping[str, Way]:
    return {}


@dataclass(frozen=True, slots=True)
class Provider:
    """A kind of trunk. open: takes the trunk's name and its entry of `config.yaml`; gives a
    `Trunk`, if it takes calls.

    routes: the HTTP routes of all its trunks together, by trunk name. together: makes what these
    trunks share, once all of them are open. ways: path -> who serves the plain POST requests to it,
    which most are, past the application; the same paths are routes too. line: how a trunk sends
    text messages, None = it does not. calls: whether its trunks take calls at all. pages: adds to
    the application what pages of people who are signed in connect to; `house` is what `together`
    made.
    """

    open: Callable[[str, Any, Place], Any]
    routes: Callable[[Mapping[str, Any], ReadBody], Sequence[web.RouteDef]] = _no_routes
    together: Callable[[Mapping[str, Any], Place], Running] | None = None
    ways: Callable[[Mapping[str, Any]], Mapping[str, Way]] = _no_ways
    line: Callable[[Any], TextLine | None] = _no_line
    calls: bool = True
    pages: Callable[[Any, web.Application, Pages], None] = _no_pages


def load_provider(name: str) -> Provider:
    """The provider of this name; only now is its code, and the SDK it needs, imported."""
    if name not in PROVIDERS:
        raise NotFoundError(f"there is no provider {name!r}; known: {', '.join(PROVIDERS)}")
    module, _, attribute = PROVIDERS[name].partition(":")
    provider = getattr(import_module(module), attribute)
    if not isinstance(provider, Provider):
        raise TypeError(f"{PROVIDERS[name]} is no Provider")
    return provider

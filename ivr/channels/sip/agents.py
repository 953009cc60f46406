"""Where the telephone of an agent is, and whether it can be rung up now.

An administrator has written the address of an agent, so no place of the configuration is needed:
`sip:NAME@TRUNK` is a phone registered on a trunk of ours (or an extension behind its servers),
`sip:user@host` is reached by the trunk of the call, a number (`+90...`, `tel:+90...`) by a trunk
that has servers. What a phone dials never has a scheme: a scheme tells whose words they are.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from ivr.channels.sip.wire.messages.errors import WireError
from ivr.channels.sip.wire.messages.uri import parse_uri
from ivr.domain.phone import parse_phone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.channels.sip.stack import PhoneWatcher
    from ivr.channels.sip.wire.peers.bindings import Binding
    from ivr.channels.sip.works import Works

_LOG = logging.getLogger(__name__)
SIP = ("sip:", "sips:")
TEL = "tel:"
PhoneWatch = Callable[[str, str, bool], None]
"""Told of a phone that came or went: its user, its trunk, whether it is there now."""


def is_endpoint(address: str) -> bool:
    """Whether this is an address of the configuration or the desk, and not what a phone dialled."""
    return address.startswith((*SIP, TEL))


def way(works: Works, endpoint: str) -> tuple[Works | None, str]:
    """The trunk that reaches an agent, and his address there. works: the trunk of the call."""
    if endpoint.startswith(SIP):
        return _by_address(works, endpoint)
    number = parse_phone(endpoint.removeprefix(TEL), works.config().country)
    trunks = (works, *works.house.works.values())
    home = next((one for one in trunks if one.carrier is not None), None)
    if number is None or home is None:
        return None, endpoint
    return home, home.number_address(number)


def reachable(works: Works, endpoint: str) -> bool:
    """Whether a phone of his is registered, or a server that leads to him is up."""
    home, address = way(works, endpoint)
    if home is None:
        return False
    if home.is_phone(address):
        return bool(home.bindings(address.removeprefix("sip:").partition("@")[0]))
    return home.carrier is None or bool(home.carrier.targets(address))


def _by_address(works: Works, endpoint: str) -> tuple[Works | None, str]:
    try:
        uri = parse_uri(endpoint)
    except WireError:
        return None, endpoint
    user, home = uri.user or "", works.house.works.get(uri.host)
    if home is None:
        homes = works.house.works.values()
        return next((one for one in homes if one.is_phone(endpoint)), works), endpoint
    if home.settings.registrar:
        return home, home.phone_address(user)
    return (home, f"sip:{user}@{home.carrier.host}") if home.carrier else (None, endpoint)


class Presence:
    """Which users have a phone that can be rung up. watchers: are told of each change."""

    def __init__(self) -> None:
        self.watchers: list[PhoneWatch] = []
        self._there: dict[str, frozenset[str]] = {}

    def look(self, trunk: str, live: Iterable[Binding], watch: PhoneWatcher | None) -> None:
        """These phones of a trunk are registered now; those that `watch` has out do not count."""
        users = (one.user for one in live if watch is None or not watch.is_out(one))
        before, now = self._there.get(trunk, frozenset()), frozenset(users)
        self._there[trunk] = now
        for user in sorted(now ^ before):
            for watcher in list(self.watchers):
                try:
                    watcher(user, trunk, user in now)
                except Exception:  # a fault of one watcher must not cost the others their news
                    _LOG.exception("phone_watcher_failed")

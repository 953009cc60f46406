"""Whether text messages can go out: by which trunk, from whom, and by a gateway that is there."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ivr.cli.checkup.finding import Finding, fail, ok, warn
from ivr.config.texting.kannel import KannelTrunk
from ivr.runtime.texts.choosing import options_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.config.model import Config

WITHIN_S = 3.0
_PORTS = {"http": 80, "https": 443}


def texts(config: Config) -> Iterator[Finding]:
    """Each trunk with texts, in the order of the configuration; nothing is sent."""
    options = options_of(config)
    if not options:
        yield ok("texts", "no trunk sends text messages")
    for name, one in options.items():
        yield _sender(name, one.sender)
        trunk = config.trunks[name]
        if isinstance(trunk, KannelTrunk):
            yield _gateway(name, str(trunk.sendsms))


def _sender(name: str, sender: str) -> Finding:
    if sender.startswith("+") or sender.isdigit():
        return ok("texts", f"{name} sends as {sender}")
    remedy = f"write a number in trunks.{name}.texts.sender, so that somebody can answer STOP"
    return warn("texts", f"nobody can answer texts of {sender} ({name})", remedy)


def _gateway(name: str, url: str) -> Finding:
    parts = urlsplit(url)
    place = (parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 80))
    try:
        socket.create_connection(place, WITHIN_S).close()
    except OSError as error:
        remedy = f"start the smsbox, or correct trunks.{name}.sendsms"
        return fail("texts", f"the gateway of {name} cannot be reached: {error}", remedy)
    return ok("texts", f"the gateway of {name} is there")

"""Whether SIP trunks will be reached: their ports, their ports for sound, the address they tell."""

from __future__ import annotations

import ipaddress
import resource
import socket
from contextlib import closing
from typing import TYPE_CHECKING

from ivr.cli.checkup.doors import is_ours
from ivr.cli.checkup.finding import Finding, fail, ok, warn
from ivr.config.sip import SipTrunk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.config.fields import Listen
    from ivr.config.model import Config

SPARE_FILES = 200
FILES_PER_CALL = 4
"""Two parties with two sockets each."""


def sip(config: Config) -> Iterator[Finding]:
    """Each SIP trunk, in the order of the configuration."""
    trunks = {name: one for name, one in config.trunks.items() if isinstance(one, SipTrunk)}
    for listen in dict.fromkeys(trunk.listen for trunk in trunks.values()):
        yield _port(listen, running=is_ours(config.web.listen))
    for name, trunk in trunks.items():
        yield from _told_address(name, trunk)
        yield _room(name, trunk)


def _port(listen: Listen, *, running: bool) -> Finding:
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    for kind, transport in ((socket.SOCK_DGRAM, "UDP"), (socket.SOCK_STREAM, "TCP")):
        with closing(socket.socket(family, kind)) as probe:
            if kind is socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((listen.host, listen.port))
            except OSError as error:
                if running:
                    return ok("sip port", f"this server listens on {listen} already")
                remedy = "end the program that has it, or change listen of the trunk"
                message = f"cannot listen on {listen} ({transport}): {error.strerror}"
                return fail("sip port", message, remedy)
    return ok("sip port", f"{listen} is free, UDP and TCP")


def _told_address(name: str, trunk: SipTrunk) -> Iterator[Finding]:
    """What listens everywhere must say which address others shall send sound to."""
    anywhere = ipaddress.ip_address(trunk.listen.host).is_unspecified
    if anywhere and trunk.advertise is None:
        message = f"trunk {name} listens on every address and tells callers none of them"
        yield warn("sip address", message, "write advertise: with the address callers reach")


def _room(name: str, trunk: SipTrunk) -> Finding:
    """Files: each party of a call has two sockets."""
    files, _most = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = trunk.limits.live * FILES_PER_CALL + SPARE_FILES
    if files < needed:
        message = f"{trunk.limits.live} calls on trunk {name} need {needed} open files, not {files}"
        return warn("sip room", message, f"ulimit -n {needed}, or lower limits.live")
    return ok("sip room", f"trunk {name} has room for {trunk.limits.live} calls")

"""Whether other systems can be told as written: their addresses, their tokens, what agents see."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ivr.config.acd import OWN_RECORDS
from ivr.config.checks.sources import DEFAULT_PORTS, is_inside, local_url, port_of, split
from ivr.config.outside.pop_page import wrong_page
from ivr.config.sip import SipTrunk
from ivr.domain.scalars import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ivr.config.mistakes import Mistakes, Path
    from ivr.config.model import Config
    from ivr.config.outside.settings import Crm, Webhook
    from ivr.config.outside.ticket_systems import TicketSystem

LEAST_SECRET = 16
_TOKEN = re.compile(r"[A-Za-z0-9_.~-]+")
Fault = tuple[str, str]


def check_outside(config: Config, mistakes: Mistakes) -> None:
    """Tell every mistake in webhooks, CRMs and in what a pop shows."""
    local = config.is_local
    _check_targets("webhooks", config.webhooks.items(), mistakes, is_local=local)
    _check_targets("crm", config.crm.items(), mistakes, is_local=local)
    _check_targets("ticket_systems", config.ticket_systems.items(), mistakes, is_local=local)
    for name, system in config.ticket_systems.items():
        _check_system(name, system, mistakes)
    for name, crm in config.crm.items():
        if not _TOKEN.fullmatch(crm.token.reveal()):
            message = "a token is letters, digits and - _ . ~ only"
            mistakes.add("C103", ("crm", name, "token"), message)
    _check_page(config, mistakes)
    _check_sensitive(config, mistakes)
    _check_attested(config, mistakes)


def _check_targets(
    section: str,
    entries: Iterable[tuple[str, Webhook | Crm | TicketSystem]],
    mistakes: Mistakes,
    *,
    is_local: bool,
) -> None:
    for name, one in entries:
        path: Path = (section, name, "url")
        for code, message in _faults(one, is_local=is_local):
            mistakes.add(code, path, message)


def _faults(target: Webhook | Crm | TicketSystem, *, is_local: bool) -> Iterator[Fault]:
    parts = split(target.url.reveal())
    if parts is None or not parts.hostname or parts.scheme not in DEFAULT_PORTS:
        yield "C103", "this is not a web address; write https://crm.example/calls"
        return
    if parts.username is not None or parts.password is not None or parts.fragment:
        yield "C103", "a name, a password or a # part in an address is not sent"
    if local_url(parts, is_local=is_local):
        return
    if parts.scheme == "http":
        yield "C130", "calls are told by https; http is for loopback in development only"
    elif port_of(parts) not in target.ports:
        yield "C130", f"port {port_of(parts)} is not allowed; write ports: [{port_of(parts)}]"
    if is_inside(parts.hostname) and not target.allow_private:
        yield "C130", "this address is inside a private network; allow_private: true if meant"


_NEEDS = {
    "rt": ("queue",),
    "zammad": ("queue", "number_field", "requester"),
    "zendesk": ("user",),
}
"""What each kind of ticket system cannot do without."""


def _check_system(name: str, system: TicketSystem, mistakes: Mistakes) -> None:
    path: Path = ("ticket_systems", name)
    for key in _NEEDS[system.adapter]:
        if not getattr(system, key):
            mistakes.add("C102", path, f'ticket system {name} ({system.adapter}) needs "{key}"')
    if not re.fullmatch(r"[\x21-\x7e]+", system.token.reveal()):
        mistakes.add("C103", (*path, "token"), "a token is plain letters, digits and signs")
    _check_inbound(path, system, mistakes)
    numbers = [("queue", system.queue), ("number_field", system.number_field)]
    numbers += [
        ("map", each) for kind in (system.map.teams, system.map.people) for each in kind.values()
    ]
    for key, value in numbers if system.adapter == "zendesk" else ():
        if value and not value.isdecimal():
            mistakes.add("C103", (*path, key), f'"{value}" is no number of Zendesk\'s')


def _check_inbound(path: Path, system: TicketSystem, mistakes: Mistakes) -> None:
    """Who posts signs; Request Tracker is asked, so a secret of its would do nothing."""
    inbound = system.inbound
    if inbound is None:
        return
    place: Path = (*path, "inbound")
    if system.adapter == "rt":
        if inbound.secret is not None:
            message = "Request Tracker is asked and posts nothing; it needs no secret"
            mistakes.add("C103", (*place, "secret"), message)
    elif inbound.secret is None:
        message = f'{system.adapter} posts to /inbox/{path[-1]} and needs "secret" to sign with'
        mistakes.add("C102", place, message)
    elif len(inbound.secret.reveal()) < LEAST_SECRET:
        message = f"a secret that signs has at least {LEAST_SECRET} letters"
        mistakes.add("C103", (*place, "secret"), message)


def _check_page(config: Config, mistakes: Mistakes) -> None:
    pop = config.pop
    wrong = wrong_page(pop.url, personal=pop.url_personal) if pop.url else ""
    if wrong:
        mistakes.add("C103", ("pop", "url"), wrong)


def _check_sensitive(config: Config, mistakes: Mistakes) -> None:
    """Fields to be masked are fields of a source that a pop asks."""
    for name, fields in config.pop.sensitive.items():
        path: Path = ("pop", "sensitive", name)
        gives = _given(config).get(name)
        if gives is None or name not in config.pop.lookups.sources:
            known = [one for one in config.pop.lookups.sources if one in _given(config)]
            message = f'"{name}" is no source under pop.lookups{_hint(name, known)}'
            mistakes.add("C120", path, message, key=True)
            continue
        for place, field in enumerate(fields):
            if field not in gives:
                message = f'{name} gives no "{field}"{_hint(field, gives)}'
                mistakes.add("C120", (*path, place), message)


def _given(config: Config) -> dict[str, tuple[str, ...]]:
    """The fields of everything that a pop can ask."""
    sources = {name: tuple(source.gives) for name, source in config.sources.items()}
    return {**OWN_RECORDS, **sources}


def _hint(name: str, known: Iterable[str]) -> str:
    near = nearest(name, known)
    return f'; did you mean "{near}"?' if near else ""


def _check_attested(config: Config, mistakes: Mistakes) -> None:
    """Nobody vouches for the numbers of a trunk that takes calls from anybody."""
    for name, trunk in config.trunks.items():
        if isinstance(trunk, SipTrunk) and trunk.attested and (trunk.open or trunk.registrar):
            message = "attested is for a carrier's trunk: phones here may write any number"
            mistakes.add("C130", ("trunks", name, "attested"), message)
    if not config.trunks or any(getattr(one, "attested", False) for one in config.trunks.values()):
        return
    for name, queue in config.queues.items():
        if queue.rejoin is not None and "attested_ani" in queue.rejoin.identity:
            message = "nobody is known again by a number: no trunk has attested: true"
            mistakes.add("C130", ("queues", name, "rejoin"), message)

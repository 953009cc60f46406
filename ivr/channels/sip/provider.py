"""SIP as the registry of providers knows it: its trunks, and what all of them share."""

from __future__ import annotations

import secrets
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ivr.channels import Pages, Place, Provider
from ivr.channels.sip.carrier import Carrier
from ivr.channels.sip.endpoint.resolve import Resolver, system_srv
from ivr.channels.sip.house import House, Speech, nobody
from ivr.channels.sip.phones import Phones
from ivr.channels.sip.sound.client import Workers
from ivr.channels.sip.stack import Address, Stack, token
from ivr.channels.sip.trunk import SipTrunk
from ivr.channels.sip.watching import PhoneWatch
from ivr.channels.sip.who import Entrance, Identities
from ivr.channels.sip.wire.control import Limits
from ivr.channels.sip.wire.peers.guard import Gate
from ivr.channels.sip.works import Works, terms_of
from ivr.config.sip import SipTrunk as Settings
from ivr.runtime.speech.engines import open_engines
from ivr.runtime.speech.prompts import Sounds
from ivr.runtime.speech.shelf import Shelf
from ivr.runtime.speech.workshop import Workshop

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aiohttp import web

    from ivr.config.model import Config


def _open(name: str, _entry: object, _place: Place) -> SipTrunk:
    """A trunk of this name; it works once all trunks are put together."""
    return SipTrunk(name)


def _together(trunks: Mapping[str, Any], place: Place) -> House:
    """All SIP trunks of a server: those with the same `listen` share sockets and core."""
    config = place.config()
    house = _house(config, place)
    by_address: dict[str, dict[str, SipTrunk]] = defaultdict(dict)
    for name, trunk in trunks.items():
        by_address[_settings(config, name).listen][name] = trunk
    for group in by_address.values():
        house.stacks.append(_stack(config, house, group, place))
    return house


def _settings(config: Config, name: str) -> Settings:
    settings: Any = config.trunks[name]
    return settings  # type: ignore[no-any-return]


def _house(config: Config, place: Place) -> House:
    ports = place.switch.ports
    workshop = Workshop()
    shelf = Shelf(workshop, Path(config.media.sounds))
    sounds = Sounds(shelf, open_engines(config, ports.clock), place.recorded, ports.tasks)
    own = {one.advertise or one.listen.host for one in _all(config)}
    limits = Limits(config.media.legs_per_worker)
    workers = Workers(nobody, workers=config.media.workers, limits=limits, own=sorted(own))
    return House(
        workers,
        Speech(sounds, shelf, workshop, config.media.music),
        Resolver(system_srv()),
        place.switch,
    )


def _all(config: Config) -> list[Settings]:
    return [trunk for trunk in config.trunks.values() if isinstance(trunk, Settings)]


def _stack(config: Config, house: House, group: Mapping[str, SipTrunk], place: Place) -> Stack:
    """The trunks of one address. Phones register with the first of them that lets them."""
    ports = place.switch.ports
    settings = {name: _settings(config, name) for name in group}
    registrar = next((name for name, one in settings.items() if one.registrar), "")
    realm = settings[registrar].realm if registrar else ""
    phones = Phones(registrar, realm, ports.store.phones, ports.tasks)
    entrances = [_entrance(name, one) for name, one in settings.items()]
    identities = Identities(
        entrances, phones.secrets, phones.changed, secrets.token_bytes(32), token
    )
    phones.registrar = identities.registrar if registrar else None
    stack = Stack(_address(settings.values()), identities, phones)
    stack.registrar = registrar
    for name, trunk in group.items():
        stack.trunks[name] = trunk
        works = Works(name, settings[name], place.switch, house, stack, trunk, place.config)
        if works.settings.servers:
            works.carrier = carrier = Carrier(works)
            stack.carriers[name] = carrier
        trunk.begin(works)
        house.works[name] = works
        if name == registrar:
            stack.watch = PhoneWatch(stack, works.domain)
    return stack


def _entrance(name: str, settings: Settings) -> Entrance:
    listens = [(settings.listen.host, settings.listen.port)]
    if settings.listen_tls is not None:
        listens.append((settings.listen_tls.host, settings.listen_tls.port))
    gate = Gate(
        name,
        tuple(listens),
        tuple(map(str, settings.from_)),
        registrar=settings.registrar,
        is_open=settings.open,
        calls_per_s=settings.limits.per_second,
    )
    digests = tuple(name.upper() for name in settings.digests)
    return Entrance(gate, settings.realm, digests, settings.unknown == "forbid", terms_of(settings))


def _address(group: Iterable[Settings]) -> Address:
    """Where the trunks of one `listen` listen; TLS and `advertise` as the first that has them."""
    all_of = list(group)
    first = all_of[0]
    secure = next((one for one in all_of if one.tls is not None), first)
    tls = secure.tls
    return Address(
        first.listen.host,
        first.listen.port,
        tls_host=secure.listen_tls.host if secure.listen_tls else "",
        tls_port=secure.listen_tls.port if secure.listen_tls else 0,
        cert=tls.cert if tls else "",
        key=tls.key if tls else "",
        advertise=next((one.advertise for one in all_of if one.advertise), ""),
    )


def _pages(house: House, app: web.Application, pages: Pages) -> None:
    """The route `/sip` for phones in pages, if phones may register at all (RFC 7118)."""
    if house.serve_pages(pages):
        app.router.add_get("/sip", house.web_phone)
        app.on_shutdown.append(house.leave_pages)


PROVIDER = Provider(open=_open, together=_together, pages=_pages)

"""What one key of the configuration says about another: names that must exist, doors kept shut."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ivr.config.checks.alarms import check_alarms
from ivr.config.checks.goals import check_goals
from ivr.config.checks.help import check_help
from ivr.config.checks.kept import check_kept
from ivr.config.checks.mail import check_mail
from ivr.config.checks.mailed_reports import check_mailed_reports
from ivr.config.checks.outside import check_outside
from ivr.config.checks.sources import check_sources
from ivr.config.checks.survey_calls import check_survey_calls
from ivr.config.checks.texts import check_texts
from ivr.config.fields import is_loopback
from ivr.config.hours import config_code, open_calendars
from ivr.config.pyvoip import MOST_CALLS, PyVoipTrunk
from ivr.config.routing import check_pop, check_queues
from ivr.config.secrets import Filled
from ivr.config.sip import SipTrunk
from ivr.config.sources import FIELD_PLACE
from ivr.config.trunks import SimulatorTrunk, TwilioTrunk
from ivr.domain.scalars import nearest
from ivr.flow.reader import Map

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from ivr.config.mistakes import Mistakes, Path
    from ivr.config.model import Config, Place

_DATABASE = re.compile(r"sqlite:///(?!:memory:)[^?#]+|postgresql://[^\s@/]+(@[^\s@/]+)?/[^\s/]+")
_PASSWORD = re.compile(r"[a-z]+://[^:@/]*:([^@/]*)@")
_SIP = re.compile(r"sips?:[^\s@]+@[^\s@]+")


def check_all(config: Config, root: Map, mistakes: Mistakes, now: datetime) -> None:
    """Every check. Parts that were already told are at their defaults and pass."""
    checks: tuple[Callable[[Config, Mistakes], None], ...] = (
        _check_public,
        _check_listeners,
        _check_database,
        _check_voices,
        _check_places,
        check_sources,
        check_pop,
        check_outside,
        check_mail,
        check_texts,
        check_survey_calls,
        check_help,
        check_alarms,
        check_goals,
        check_mailed_reports,
        check_kept,
    )
    for check in checks:
        check(config, mistakes)
    _check_numbers(config, root, mistakes)
    _check_trunks(config, mistakes)
    _check_sip_trunks(config, mistakes)
    _check_pyvoip_trunks(config, mistakes)
    _check_shared_listeners(config, mistakes)
    _check_hours(config, mistakes, now)
    check_queues(config, root, mistakes)


def _check_public(config: Config, mistakes: Mistakes) -> None:
    base = config.web.public_base
    if config.is_local or base.startswith("https://"):
        return
    if base:
        message = "public_base must be https unless every listener is on loopback"
        mistakes.add("C114", ("web", "public_base"), message)
    elif mistakes_free(mistakes, ("web",)):
        message = 'web needs "public_base", the https address by which providers reach this server'
        mistakes.add("C102", ("web",), message)


def mistakes_free(mistakes: Mistakes, path: Path) -> bool:
    """Whether nothing was told about the part of the file at this place."""
    at = mistakes.at(path)
    return all(each.at != at for each in mistakes.errors)


def _check_listeners(config: Config, mistakes: Mistakes) -> None:
    web = config.web
    if not web.listen.is_loopback and web.listen == web.ops_listen:
        message = "ops_listen must differ from listen: /metrics is not for the public"
        mistakes.add("C131", ("web", "ops_listen"), message)


def _check_database(config: Config, mistakes: Mistakes) -> None:
    url = config.database.reveal()
    if not url or not mistakes_free(mistakes, ("database",)):
        return
    if not _DATABASE.fullmatch(url):
        forms = "sqlite:///var/ivr.db or postgresql://user:${env:DB_PASSWORD}@host/name"
        mistakes.add("C103", ("database",), f"this is no address of a database; write {forms}")
    written = mistakes.filled.get(mistakes.at(("database",)), url)
    found = _PASSWORD.match(written.written if isinstance(written, Filled) else written)
    if found and found[1] and "${" not in found[1]:
        message = "the password of the database stands in the file; write ${env:NAME} in its place"
        mistakes.warn("C112", ("database",), message)


def _check_voices(config: Config, mistakes: Mistakes) -> None:
    for language in config.voices:
        if language not in config.languages:
            where = f"languages ({', '.join(config.languages)})"
            message = f'"{language}" is not one of {where}'
            mistakes.add("C120", ("voices", language), message, key=True)


def _check_places(config: Config, mistakes: Mistakes) -> None:
    for name, place in config.places.items():
        path: Path = ("places", name)
        if (place.number is None) == (place.sip is None):
            mistakes.add("C102", path, f'place {name} needs either "number" or "sip"')
        elif place.sip is not None:
            _check_sip(place, place.sip, path, mistakes)
        elif place.takes:
            mistakes.add("C130", (*path, "takes"), "only a SIP address takes inputs", key=True)
        if place.trunk is not None and not isinstance(config.trunks.get(place.trunk), SipTrunk):
            message = f'no SIP trunk "{place.trunk}" is there to ring place {name} up'
            mistakes.add("C120", (*path, "trunk"), message)
        for language in _unserved(place, config.languages):
            mistakes.add("F803", (*path, "number"), f"place {name} has no number for {language}")


def _unserved(place: Place, languages: Iterable[str]) -> list[str]:
    if place.number is None or isinstance(place.number, str):
        return []
    return [language for language in languages if language not in place.number]


def _check_sip(place: Place, sip: str, path: Path, mistakes: Mistakes) -> None:
    if not _SIP.fullmatch(sip):
        mistakes.add(
            "C103", (*path, "sip"), f'"{sip}" is not a SIP address; write sip:101@pbx.example'
        )
    for name in FIELD_PLACE.findall(sip):
        if name not in place.takes:
            mistakes.add("C120", (*path, "sip"), _no_input(name, place.takes))


def _no_input(name: str, known: Iterable[str]) -> str:
    near = nearest(name, known)
    return f'"{name}" is not under takes' + (f'; did you mean "{near}"?' if near else "")


def _check_numbers(config: Config, root: Map, mistakes: Mistakes) -> None:
    written = root.get("trunks")
    known = written.keys() if isinstance(written, Map) else ()
    for called, number in config.numbers.items():
        for place, trunk in enumerate(number.trunks or ()):
            if trunk not in known:
                near = nearest(trunk, known)
                hint = f'; did you mean "{near}"?' if near else ""
                path: Path = ("numbers", called, "trunks", place)
                mistakes.add("C120", path, f'no trunk "{trunk}"{hint}')


def _check_trunks(config: Config, mistakes: Mistakes) -> None:
    """What everybody may use stays on loopback: the simulator, and the token that all know."""
    for name, trunk in config.trunks.items():
        if isinstance(trunk, SimulatorTrunk) and not config.web.listen.is_loopback:
            message = "the simulator lets anybody place calls; take this trunk out"
            mistakes.add("C116", ("trunks", name), f"{message}, or listen on 127.0.0.1")
        for key, secret in trunk.secrets.items():
            if not secret.is_demo:
                continue
            path: Path = ("trunks", name, key)
            if not config.web.listen.is_loopback:
                message = "the demo token is for loopback only; set the provider's own token"
                mistakes.add("C113", path, f"{message}, or listen on 127.0.0.1")
            elif isinstance(trunk, TwilioTrunk) and not _is_local_url(config.web.public_base):
                message = "the demo token is used although public_base leads to the outside"
                mistakes.warn("C113", path, message)


def _check_sip_trunks(config: Config, mistakes: Mistakes) -> None:
    """A trunk that takes calls from anybody, or from nobody, is a mistake."""
    for name, trunk in config.trunks.items():
        if not isinstance(trunk, SipTrunk):
            continue
        path: Path = ("trunks", name)
        if trunk.open and not trunk.listen.is_loopback:
            message = f'trunk "{name}" accepts anyone on {trunk.listen.host}'
            remedy = "take open out, or listen on 127.0.0.1"
            mistakes.add("C132", (*path, "open"), f"{message}; {remedy}")
        if not (trunk.open or trunk.from_ or trunk.registrar or trunk.servers):
            message = f'trunk "{name}" lets nobody in; give from:, servers: or registrar:'
            mistakes.add("C132", path, message)
        _check_room(path, trunk, mistakes)
        if trunk.extensions is not None and not trunk.registrar:
            message = "extensions are for phones that register: write registrar: true"
            mistakes.add("C102", (*path, "extensions"), message)


def _check_room(path: Path, trunk: SipTrunk, mistakes: Mistakes) -> None:
    """Ports for every call that may be live (an even one and the next), and timers that fit."""
    room = (trunk.rtp_ports.high - trunk.rtp_ports.low + 1) // 2
    if room < trunk.limits.live:
        message = f"{room} calls fit into rtp_ports, limits.live allows {trunk.limits.live}"
        mistakes.add("C130", (*path, "rtp_ports"), message)
    if trunk.limits.session_min > trunk.limits.session:
        message = "session_min is longer than session"
        mistakes.add("C130", (*path, "limits", "session_min"), message)
    if trunk.open and trunk.listen_tls is not None and not trunk.listen_tls.is_loopback:
        message = "an open trunk listens on loopback only, also for TLS"
        mistakes.add("C132", (*path, "listen_tls"), message)


def _check_pyvoip_trunks(config: Config, mistakes: Mistakes) -> None:
    """An extension that no flow answers would refuse every call; each call needs a port."""
    for name, trunk in config.trunks.items():
        if not isinstance(trunk, PyVoipTrunk):
            continue
        path: Path = ("trunks", name)
        number = config.numbers.get(trunk.called)
        if number is None or (number.trunks is not None and name not in number.trunks):
            message = f'no flow answers {trunk.called} on trunk "{name}"; put it under numbers'
            mistakes.add("C120", path, message)
        room = (trunk.rtp_ports.high - trunk.rtp_ports.low + 1) // 2
        if room < MOST_CALLS:
            message = f"{room} calls fit into rtp_ports, {MOST_CALLS} may be live"
            mistakes.add("C130", (*path, "rtp_ports"), message)


def _check_shared_listeners(config: Config, mistakes: Mistakes) -> None:
    """SIP trunks with the same `listen` share their sockets, so what is said of them must agree."""
    said: dict[tuple[str, str], tuple[str, object]] = {}
    for name, trunk in config.trunks.items():
        if not isinstance(trunk, SipTrunk):
            continue
        for key in ("advertise", "listen_tls", "tls", "registrar"):
            value = getattr(trunk, key)
            other, known = said.setdefault((trunk.listen, key), (name, value)) if value else ("", 0)
            if value and other != name and (key == "registrar" or value != known):
                message = f'trunk "{other}" has the same listen; only one {key} can be had there'
                mistakes.add("C103", ("trunks", name, key), message)


def _is_local_url(base: str) -> bool:
    return not base or is_loopback(urlsplit(base).hostname or "")


def _check_hours(config: Config, mistakes: Mistakes, now: datetime) -> None:
    _, wrong = open_calendars(config.hours, config.zone, now)
    for name, mistake in wrong:
        unknown = mistake.code == "F101"
        path: Path = ("hours", name, *mistake.path)
        mistakes.add(config_code(mistake.code), path, mistake.message, key=unknown)

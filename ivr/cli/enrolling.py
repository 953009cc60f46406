"""`ivr user --sip`: who may register a telephone. A password is shown once and kept nowhere."""

from __future__ import annotations

import re
import secrets
from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING

from ivr.channels.sip.wire.peers.auth import Secrets
from ivr.cli.loading import load
from ivr.cli.outcome import GOOD, say
from ivr.cli.people_listed import columns, people_rows
from ivr.cli.people_store import cannot, on_store
from ivr.config.sip import SipTrunk
from ivr.domain.scalars import nearest
from ivr.runtime.ports import PhoneUser

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ivr.config.model import Config
    from ivr.store import SqlStore

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
"""32 signs, so 5 bits each; no l, o, 0 or 1, which look alike on the screen of a phone."""
PASSWORD_SIGNS = 20
WHOM = "say whom: a NAME for somebody who signs in, --sip NAME for a telephone that registers"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")


def add(name: str | None, trunk: str | None, path: Path) -> int:
    """Make a user with a new password and print both. Returns the exit code."""
    if name is None:
        return cannot(WHOM)
    if not is_name(name):
        return cannot(no_name(name))
    config = load(path)
    chosen = choose(registrars(config), trunk)
    if not isinstance(chosen, SipTrunk):
        return cannot(chosen)
    return on_store(config, partial(enrol, name, chosen), create=True)


def show(path: Path, *, sip: bool) -> int:
    """Print who may register, and on which trunks; without sip who may sign in too, before."""
    config = load(path)
    return on_store(config, partial(_show, registrars(config), sip=sip), create=False)


def remove(name: str | None, path: Path) -> int:
    """Forget a user. Returns the exit code."""
    if name is None:
        return cannot(WHOM)
    return on_store(load(path), partial(_remove, name), create=False)


def is_name(text: str) -> bool:
    """Whether people and users of telephones may be called so."""
    return _NAME.fullmatch(text) is not None


def no_name(text: str) -> str:
    """What is said of anything else."""
    return f'"{text}" is no user; write up to 32 of a-z, 0-9, . _ -, as in ali.veli'


def registrars(config: Config) -> Mapping[str, SipTrunk]:
    """The trunks where phones register."""
    every = config.trunks.items()
    return {name: one for name, one in every if isinstance(one, SipTrunk) and one.registrar}


def choose(known: Mapping[str, SipTrunk], wanted: str | None) -> SipTrunk | str:
    """The trunk whose realm a password is made for, or why there is none."""
    if not known:
        return 'no trunk lets phones register; give a SIP trunk "registrar: true"'
    there = f"phones register with {', '.join(known)}"
    if wanted is None:
        return next(iter(known.values())) if len(known) == 1 else f"{there}; write --trunk NAME"
    return known.get(wanted) or f'with trunk "{wanted}" no phone can register; {there}'


def password() -> str:
    """A password of 100 bits that can be typed on a telephone without mistakes."""
    return "".join(secrets.choice(ALPHABET) for _sign in range(PASSWORD_SIGNS))


def told(name: str, secret: str, trunk: SipTrunk) -> tuple[str, ...]:
    """What to type into a phone, a line each."""
    host = _host(trunk)
    secure = f"; TLS on port {trunk.listen_tls.port}" if trunk.listen_tls else ""
    return (
        f"user       {name}",
        f"password   {secret}",
        f"realm      {trunk.realm}",
        f"address    sip:{name}@{host}:{trunk.listen.port}",
        f"transport  UDP or TCP{secure}",
    )


def _host(trunk: SipTrunk) -> str:
    """How phones reach us; a trunk on every address of this machine has no single one to tell."""
    host = (trunk.advertise or trunk.listen.host).strip("[]")
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if address.is_unspecified:
        return "THIS-MACHINE"
    return f"[{host}]" if address.version == 6 else host


async def enrol(name: str, trunk: SipTrunk, store: SqlStore) -> int:
    """Keep a user with a new password and print both."""
    phones, secret = store.phones, password()
    hashes = Secrets.of(name, trunk.realm, secret)
    known = any(user.name == name for user in await phones.all())
    await phones.add(PhoneUser(name, trunk.realm, hashes.sha256, hashes.md5))
    for line in told(name, secret, trunk):
        say(line)
    say("The password is not shown again." + (" The old one is void." if known else ""))
    return GOOD


async def _show(trunks: Mapping[str, SipTrunk], store: SqlStore, *, sip: bool) -> int:
    if not sip:
        for row in await people_rows(store.people, store.agents):
            say(row)
        say()
    users = await store.phones.all()
    if not users:
        say("no users of telephones; ivr user add --sip NAME makes one")
        return GOOD
    for row in columns([("user", "realm", "trunks"), *(_row(user, trunks) for user in users)]):
        say(row)
    return GOOD


def _row(user: PhoneUser, trunks: Mapping[str, SipTrunk]) -> tuple[str, str, str]:
    """A hash is good for one realm: after a change of realm the user fits no trunk any more."""
    fitting = [name for name, trunk in trunks.items() if trunk.realm == user.realm]
    return user.name, user.realm, " ".join(fitting) or "none: add this user again"


async def _remove(name: str, store: SqlStore) -> int:
    phones = store.phones
    if await phones.remove(name):
        say(f"{name} may not register any more")
        return GOOD
    near = nearest(name, [user.name for user in await phones.all()])
    hint = f'did you mean "{near}"?' if near else "ivr user list --sip shows who is there"
    return cannot(f'there is no user "{name}"; {hint}')

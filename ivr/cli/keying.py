"""`ivr key ...`: a key is shown when it is made and never again; the store has only its hash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from ipaddress import ip_network
from typing import TYPE_CHECKING

from ivr.cli.enrolling import is_name, no_name
from ivr.cli.loading import load
from ivr.cli.outcome import GOOD, say
from ivr.cli.people import CONSOLE
from ivr.cli.people_store import cannot, on_store
from ivr.domain.scalars import nearest
from ivr.runtime.clock import SystemClock
from ivr.runtime.ports.desk import AuditRow, KeyRow
from ivr.web.auth.keys import new_key
from ivr.web.auth.tokens import digest
from ivr.web.permissions import KEY, RIGHTS

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.store import SqlStore


@dataclass(frozen=True, slots=True)
class Wish:
    """What was written on the command line."""

    name: str
    scopes: tuple[str, ...] = ()
    days: int = 365
    networks: tuple[str, ...] = ()


def scopes() -> list[str]:
    """What a key can be good for."""
    return sorted(str(right) for right, row in RIGHTS.items() if KEY in row)


def add(wish: Wish, path: Path) -> int:
    """Make a key. Returns the exit code."""
    wrong = _wrong(wish)
    if wrong:
        return cannot(wrong)
    return on_store(load(path), partial(_add, wish), create=True)


def show(path: Path) -> int:
    """List the keys. Returns the exit code."""
    return on_store(load(path), _show, create=False)


def remove(name: str, path: Path) -> int:
    """Forget a key. Returns the exit code."""
    return on_store(load(path), partial(_remove, name), create=False)


def _wrong(wish: Wish) -> str:
    """Why there cannot be such a key; "" if there can."""
    if not is_name(wish.name):
        return no_name(wish.name)
    known = scopes()
    if not wish.scopes:
        return f"say what the key is for: --scope, one of {', '.join(known)}"
    for scope in wish.scopes:
        if scope not in known:
            near = nearest(scope, known)
            hint = f'did you mean "{near}"?' if near else f"there are {', '.join(known)}"
            return f'"{scope}" is nothing that a key can be for; {hint}'
    for network in wish.networks:
        try:
            ip_network(network)
        except ValueError:
            return f'"{network}" is no network; write 192.0.2.0/24 or 192.0.2.7'
    return ""


async def _add(wish: Wish, store: SqlStore) -> int:
    if any(one.name == wish.name for one in await store.machine_keys.all()):
        return cannot(f"there is a key {wish.name} already; ivr key remove {wish.name} ends it")
    id_, whole = new_key()
    now = SystemClock().now()
    row = KeyRow(
        id_,
        wish.name,
        digest(whole),
        CONSOLE,
        tuple(dict.fromkeys(wish.scopes)),
        now,
        now + timedelta(days=wish.days),
        wish.networks,
    )
    await _write_down(store, "key_added", row)
    await store.machine_keys.add(row)
    say(whole)
    say(f"Good until {row.ends_at:%Y-%m-%d}. It is shown only now; send it in the header")
    say("Authorization: Bearer KEY, never in an address.")
    return GOOD


async def _show(store: SqlStore) -> int:
    now = SystemClock().now()
    for key in await store.machine_keys.all():
        end = "over since" if key.ends_at <= now else "until"
        near = f"  from {', '.join(key.networks)}" if key.networks else ""
        say(f"{key.name}  {key.id}  {', '.join(key.rights)}  {end} {key.ends_at:%Y-%m-%d}{near}")
    return GOOD


async def _remove(name: str, store: SqlStore) -> int:
    keys = {key.name: key for key in await store.machine_keys.all()}
    if name not in keys:
        near = nearest(name, list(keys))
        hint = f'did you mean "{near}"?' if near else "ivr key list shows which there are"
        return cannot(f'there is no key "{name}"; {hint}')
    await _write_down(store, "key_removed", keys[name])
    await store.machine_keys.remove(name)
    say(f"the key {name} opens nothing any more")
    return GOOD


async def _write_down(store: SqlStore, what: str, key: KeyRow) -> None:
    facts = {"id": key.id, "scopes": list(key.rights)}
    await store.audit.append(AuditRow(SystemClock().now(), CONSOLE, what, key.name, facts=facts))

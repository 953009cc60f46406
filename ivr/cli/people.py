"""`ivr user add NAME`: somebody who signs in, with a password typed here or a link that sets it."""

from __future__ import annotations

import getpass
import re
import sys
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from ivr.cli.enrolling import choose, enrol, is_name, no_name, registrars
from ivr.cli.loading import load
from ivr.cli.outcome import GOOD, say
from ivr.cli.people_store import cannot, on_store
from ivr.config.sip import SipTrunk
from ivr.domain.scalars import nearest
from ivr.runtime.clock import SystemClock
from ivr.runtime.ports.desk import DISPLAY, DISPLAY_MOST, AgentRow, AuditRow, Person
from ivr.web.auth import second_factor
from ivr.web.auth.links import LATER_S, PASSWORD, Links, address
from ivr.web.auth.passwords import Passwords, fault
from ivr.web.auth.recovery import forgotten
from ivr.web.permissions import ROLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from ivr.config.model import Config
    from ivr.store import SqlStore

    Ask = Callable[[str], str]

CONSOLE = "console"
"""Who the audit says it was: whoever may run commands on this machine."""
WAYS = ("sip", "twilio", "simulator")
TRIES = 3
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,127}")
_FAULTS = {
    "too-short": "a password has at least 12 characters",
    "too-long": "a password has at most 128 characters",
    "common": "guessers try this password early",
    "name": "the password must not hold the name",
}


class MistakeError(ValueError):
    """An option cannot be used; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was written on the command line. phone: a trunk where a telephone of the same name
    shall register; sip: the name of such a telephone, on `trunk`."""

    name: str
    roles: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    display: str = ""
    number: int = 0
    skills: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()
    phone: str | None = None
    sip: str | None = None
    trunk: str | None = None

    @property
    def about_agent(self) -> bool:
        """Whether something is said that only agents have."""
        return bool(self.number or self.skills or self.endpoints or self.phone or self.sip)


@dataclass(frozen=True, slots=True)
class Telephone:
    """A telephone that shall register with a new password."""

    name: str
    trunk_name: str
    trunk: SipTrunk


@dataclass(frozen=True, slots=True)
class Plan:
    """The same, checked: what will be stored."""

    wish: Wish
    config: Config
    skills: Mapping[str, int]
    endpoints: Mapping[str, str]
    telephone: Telephone | None


def terminal() -> Ask | None:
    """How to ask for a password; None where nobody sits."""
    return getpass.getpass if sys.stdin.isatty() and sys.stderr.isatty() else None


def add(wish: Wish, path: Path, ask: Ask | None) -> int:
    """Make or change somebody. Returns the exit code."""
    if not is_name(wish.name):
        return cannot(no_name(wish.name))
    config = load(path)
    try:
        plan = planned(wish, config)
    except MistakeError as error:
        return cannot(str(error))
    return on_store(config, partial(_add, plan, ask), create=True)


def remove(name: str, path: Path) -> int:
    """Forget somebody, as an agent too. Returns the exit code."""
    return on_store(load(path), partial(_remove, name), create=False)


def reset(name: str, path: Path) -> int:
    """Forget somebody's second factor and recovery codes. Returns the exit code."""
    config = load(path)
    return on_store(config, partial(_reset, name, config.public_base), create=False)


def planned(wish: Wish, config: Config) -> Plan:
    """Check what was written. Raises MistakeError."""
    for role in wish.roles:
        if role not in ROLES:
            raise MistakeError(f'"{role}" is no role; there are {", ".join(ROLES)}')
    for team in wish.teams:
        if not _WORD.fullmatch(team):
            raise MistakeError(f'"{team}" is no name of a team; write it as in card_desk')
    display = _display(wish.display)
    telephone = _telephone(wish, config)
    endpoints: dict[str, str] = {}
    for text in wish.endpoints:
        endpoints |= _endpoint(text, config)
    if telephone is not None:
        endpoints["sip"] = f"sip:{telephone.name}@{telephone.trunk_name}"
    wish = replace(wish, display=display)
    return Plan(wish, config, _skills(wish.skills), endpoints, telephone)


def _display(text: str) -> str:
    """As the pages take it too."""
    shown = text.strip()
    if not re.fullmatch(DISPLAY, shown) or len(shown) > DISPLAY_MOST:
        most = f"at most {DISPLAY_MOST} characters, without control characters"
        raise MistakeError(f"--display is one line of {most}")
    return shown


def _skills(texts: Sequence[str]) -> dict[str, int]:
    found = {}
    for text in texts:
        skill, _is, level = text.partition("=")
        if not (_WORD.fullmatch(skill) and level.isascii() and level.isdigit()):
            raise MistakeError(f'"{text}" is no skill; write it as in cards=80')
        found[skill] = int(level)
        if found[skill] > 100:
            raise MistakeError(f"the level of {skill} is at most 100")
    return found


def _telephone(wish: Wish, config: Config) -> Telephone | None:
    name = wish.sip or (wish.name if wish.phone else None)
    if name is None:
        return None
    if not is_name(name):
        raise MistakeError(no_name(name))
    known = registrars(config)
    chosen = choose(known, wish.phone or wish.trunk)
    if not isinstance(chosen, SipTrunk):
        raise MistakeError(chosen)
    trunk_name = next(each for each, trunk in known.items() if trunk is chosen)
    return Telephone(name, trunk_name, chosen)


def _endpoint(text: str, config: Config) -> dict[str, str]:
    """`sip:NAME@TRUNK`, `sim:NAME`, WAY=ADDRESS or a number, which every way that dials rings."""
    way, _is, rest = text.partition("=")
    if way in WAYS and rest:
        return {way: rest}
    if _NUMBER.fullmatch(text):
        ways = {trunk.provider for trunk in config.trunks.values()} & {"sip", "twilio"}
        if not ways:
            raise MistakeError("no trunk dials numbers; configure one of sip or twilio")
        return dict.fromkeys(sorted(ways), text)
    if text.startswith("sim:") and text != "sim:":
        return {"simulator": text}
    if text.startswith("sip:") and "@" in text:
        _check_host(text.rpartition("@")[2], config)
        return {"sip": text}
    raise MistakeError(f'"{text}" is no telephone; write sip:NAME@TRUNK or a number as +90...')


def _check_host(host: str, config: Config) -> None:
    """A host without a dot is the name of a trunk where phones register."""
    known = registrars(config)
    if "." in host or ":" in host or host in known:
        return
    near = nearest(host, list(known))
    hint = f'did you mean "{near}"?' if near else f"phones register with {', '.join(known) or '-'}"
    raise MistakeError(f'"{host}" is no trunk where phones register; {hint}')


async def _add(plan: Plan, ask: Ask | None, store: SqlStore) -> int:
    wish = plan.wish
    before = await store.people.get(wish.name)
    if before is None and not wish.roles:
        return cannot(f"{wish.name} is new: say --role, one of {', '.join(ROLES)}")
    person = _person(before or Person(wish.name, wish.name, ()), wish)
    if wish.about_agent and "agent" not in person.roles:
        return cannot(f"{wish.name} is no agent, so numbers, skills and telephones mean nothing")
    secret = _typed(plan, person, ask)
    if secret is not None:
        person = replace(person, password=await Passwords().hash(secret))
    await _write_down(store, "person_changed" if before else "person_added", person)
    await store.people.save(person)
    if before is not None:
        await store.people.end_sessions(person.name)
    if "agent" in person.roles:
        await _save_agent(plan, store)
    await _say_how(plan, person, store, has_password=secret is not None)
    return GOOD


def _person(person: Person, wish: Wish) -> Person:
    return replace(
        person,
        display=wish.display or person.display,
        roles=tuple(dict.fromkeys(wish.roles)) or person.roles,
        teams=tuple(dict.fromkeys(wish.teams)) or person.teams,
    )


def _typed(plan: Plan, person: Person, ask: Ask | None) -> str | None:
    """The password from the terminal; None if a link must set it."""
    lacks = second_factor.needed(person.roles) and person.totp is None
    if ask is None or (lacks and not plan.config.is_local):
        return None
    for _try in range(TRIES):
        secret = ask(f"Password of {person.name} (empty: a link sets it): ")
        if not secret:
            return None
        wrong = fault(secret, person.name)
        if wrong:
            say(_FAULTS[wrong])
        elif ask("Once more: ") == secret:
            return secret
        else:
            say("the two are not the same")
    return None


async def _save_agent(plan: Plan, store: SqlStore) -> None:
    wish = plan.wish
    row = await store.agents.get(wish.name) or AgentRow(wish.name)
    skills = {**row.skills, **plan.skills}
    await store.agents.save(
        replace(
            row,
            number=wish.number or row.number,
            teams=tuple(dict.fromkeys(wish.teams)) or row.teams,
            skills={skill: level for skill, level in skills.items() if level},
            endpoints={**row.endpoints, **plan.endpoints},
        )
    )


async def _say_how(plan: Plan, person: Person, store: SqlStore, *, has_password: bool) -> None:
    base = plan.config.public_base
    if has_password:
        say(f"{person.name} can sign in at {base}/login")
    else:
        await _say_link(person, base, store)
    if plan.telephone is not None:
        await enrol(plan.telephone.name, plan.telephone.trunk, store)


async def _say_link(person: Person, base: str, store: SqlStore) -> None:
    token = await Links(store.people, SystemClock()).make(PASSWORD, person.name, LATER_S)
    say(f"{person.name} sets a password within a day, once, at {address(base, token)}")


async def _reset(name: str, base: str, store: SqlStore) -> int:
    """Whoever has lost app and codes sets up both anew, with a new password, by a link."""
    person = await store.people.get(name)
    if person is None:
        return await _unknown(name, store)
    await _write_down(store, "second_factor_reset", person)
    await store.people.save(forgotten(person))
    await store.people.end_sessions(name)
    say(f"{name} has no second factor any more, and no recovery codes")
    await _say_link(person, base, store)
    return GOOD


async def _unknown(name: str, store: SqlStore) -> int:
    near = nearest(name, [one.name for one in await store.people.all()])
    hint = f'did you mean "{near}"?' if near else "ivr user list shows who is there"
    return cannot(f'there is nobody called "{name}"; {hint}')


async def _remove(name: str, store: SqlStore) -> int:
    person = await store.people.get(name)
    if person is None:
        return await _unknown(name, store)
    await _write_down(store, "person_removed", person)
    await store.agents.remove(name)
    await store.people.remove(name)
    say(f"{name} may not sign in any more")
    if any(user.name == name for user in await store.phones.all()):
        say(f"A telephone {name} may still register; ivr user remove --sip {name} ends that.")
    return GOOD


async def _write_down(store: SqlStore, what: str, person: Person) -> None:
    facts = {"roles": list(person.roles), "teams": list(person.teams)}
    row = AuditRow(SystemClock().now(), CONSOLE, what, person.name, facts=facts)
    await store.audit.append(row)

"""Who may do what: one table, and what is not in it is not allowed (security.md 7).

Actions: r read, a add, e edit, x carry out. Scopes: `o` own, `t` own team or queues, `A` all. Two
rows are wider than the table of the design, because the transfer dialog of the desk needs them:
agents read their team's agents and all queues. Two more because agents choose from them when they
open a ticket: categories and products. Agents also correct the drafts of articles that they wrote
themselves (`kb:e`), and hear messages (voicemail) that belong to tickets they see: a message that
nobody can hear who works on it is worth nothing. Supervisors set switches for the whole house,
since no switch belongs to a team. What is not in the design is as near to it as could be.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

from ivr.domain.errors import NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ivr.runtime.ports.desk import Session

Scope: TypeAlias = Literal["o", "t", "A"]
ROLES = ("agent", "supervisor", "quality", "admin", "auditor")
OWN: Scope = "o"
TEAM: Scope = "t"
ALL: Scope = "A"
KEY = "key"
_SCOPES: Mapping[str, Scope] = {"o": OWN, "t": TEAM, "A": ALL}


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """A kind of thing and what is done to it."""

    resource: str
    action: str

    def __str__(self) -> str:
        """As scopes of keys are written."""
        return f"{self.resource}:{self.action}"


_TABLE = """
session:r        agent:o supervisor:o quality:o admin:o auditor:o
session:x        agent:o supervisor:o quality:o admin:o auditor:o
call_control:x   agent:o supervisor:t key:A
offer:x          agent:o
dial:x           agent:o supervisor:o
listen:x         supervisor:t quality:A
supervise:x      supervisor:t
interaction:r    agent:o supervisor:t quality:A admin:A auditor:A key:A
agent:r          agent:t supervisor:t quality:A admin:A auditor:A
agent:e          supervisor:t admin:A
agent_state:x    agent:o supervisor:t
queue:r          agent:A supervisor:t quality:A admin:A auditor:A
waiting:r        supervisor:t quality:A admin:A auditor:A
person:r         supervisor:t admin:A auditor:A
person:a         admin:A
person:e         admin:A
callback:r       supervisor:t admin:A auditor:A key:A
callback:x       supervisor:t key:A
"""

_TICKETS = """
ticket:r         agent:t supervisor:A quality:A admin:A auditor:A key:A
ticket:a         agent:A supervisor:A key:A
ticket:e         agent:o supervisor:t key:A
interaction:e    agent:o supervisor:t key:A
"""
_CUSTOMERS = """
customer:r       agent:A supervisor:A quality:A admin:A auditor:A key:A
customer:a       agent:A supervisor:A key:A
customer:e       agent:A supervisor:A key:A
customer:x       supervisor:t
identifier:x     agent:A supervisor:A key:A
product:r        agent:A supervisor:A quality:A admin:A auditor:A key:A
product:e        admin:A key:A
"""
_CATALOGUE = """
category:r       agent:A supervisor:A quality:A admin:A auditor:A key:A
sla:r            supervisor:A quality:A admin:A auditor:A key:A
"""
_DEFINITIONS = """
definition:r     supervisor:A quality:A admin:A auditor:A key:A
definition:a     admin:A key:A
definition:x     admin:A
"""
_INTAKE = """
intake:r         agent:t supervisor:t auditor:A
intake:e         agent:o supervisor:t
intake:x         supervisor:t
intake:a         key:A
"""
_WEBHOOKS = """
webhook:r        admin:A auditor:A
webhook:e        admin:A
"""
_KNOWLEDGE = """
kb:r             agent:A supervisor:A quality:A admin:A auditor:A key:A
kb:a             agent:o supervisor:t
kb:e             agent:o supervisor:t admin:A
kb:d             admin:A
kb:x             agent:A supervisor:A quality:A admin:A auditor:A key:A
search:r         agent:A supervisor:A quality:A admin:A auditor:A key:A
"""
_REPORTS = """
report:r         agent:o supervisor:t quality:A admin:A auditor:A key:A
"""
_SURVEYS = """
survey:r             supervisor:A quality:A admin:A auditor:A key:A
survey:a             admin:A key:A
survey:e             admin:A key:A
survey_score:r       agent:o supervisor:t quality:A auditor:A key:A
survey_comment:r     supervisor:t quality:A key:A
survey_invitation:r  supervisor:t quality:A auditor:A key:A
"""
_RECORDINGS = """
recording:r      agent:o supervisor:t quality:A auditor:A key:A
recording:x      agent:o supervisor:t quality:A key:A
"""
_SCREENS = """
screen:r         supervisor:t admin:A auditor:A
screen:e         supervisor:t admin:A
"""
_FLOWS = """
flow:r           supervisor:A quality:A admin:A auditor:A
"""
_SWITCHES = """
switch:r         supervisor:A quality:A admin:A auditor:A
switch:x         supervisor:A admin:A
"""
_ALARMS = """
alarm:r          supervisor:t quality:A admin:A auditor:A key:A
alarm:x          supervisor:t admin:A key:A
"""
_COMPLIANCE = """
consent:r        supervisor:t admin:A auditor:A key:A
consent:a        agent:A supervisor:t key:A
consent:e        admin:A key:A
erasure:r        supervisor:A admin:A auditor:A
erasure:a        supervisor:A
erasure:x        admin:A
person_export:x  supervisor:A
hold:r           supervisor:A admin:A auditor:A
hold:a           supervisor:A admin:A
hold:x           admin:A
audit:r          admin:A auditor:A
audit:x          auditor:A
retention:r      admin:A auditor:A
retention:x      admin:A
"""


def _read(table: str) -> Iterator[tuple[Right, Mapping[str, Scope]]]:
    """A line each: the right, then who has it and how far."""
    for line in filter(None, table.splitlines()):
        right, *scopes = (tuple(word.split(":")) for word in line.split())
        row = {role: _SCOPES[scope] for role, scope in scopes}
        yield Right(*right), MappingProxyType(row)


_INSIDE = """
number:r         agent:o supervisor:t auditor:A key:A
name:r           agent:A supervisor:A auditor:A key:A
event:r          supervisor:A admin:A key:A
"""
_PARTS = (
    _TABLE,
    _TICKETS,
    _CUSTOMERS,
    _CATALOGUE,
    _DEFINITIONS,
    _INTAKE,
    _WEBHOOKS,
    _KNOWLEDGE,
    _REPORTS,
    _SURVEYS,
    _RECORDINGS,
    _SCREENS,
    _FLOWS,
    _SWITCHES,
    _ALARMS,
    _COMPLIANCE,
)
PARTS = tuple(frozenset(right for right, _row in _read(table)) for table in _PARTS)
"""The rights of each part of the server. A part may be left out, but never half of one."""
_EVERY = "".join((*_PARTS, _INSIDE))
RIGHTS: Mapping[Right, Mapping[str, Scope]] = MappingProxyType(dict(_read(_EVERY)))
INSIDE = frozenset(right for right, _row in _read(_INSIDE))
"""Rights that no route of the API names: they are asked for single fields (numbers in full, names
of customers), and for the stream of events, which is no JSON."""
_WIDER = {OWN: 0, TEAM: 1, ALL: 2}


@dataclass(frozen=True, slots=True)
class Who:
    """Whoever sends a request: a person who is signed in, or a program with a key.

    key_rights: what a key may do, as `resource:action`; None for people. agent: whether there is
    an agent of this name.
    """

    name: str
    display: str = ""
    roles: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    language: str = ""
    agent: bool = False
    session: Session | None = None
    key_rights: frozenset[str] | None = None


def may(who: Who, resource: str, action: str) -> Scope | None:
    """How far the right goes, the widest of all roles; None = not at all."""
    right = Right(resource, action)
    row = RIGHTS.get(right, {})
    if who.key_rights is not None:
        return row.get(KEY) if str(right) in who.key_rights else None
    return max(
        (row[role] for role in who.roles if role in row), key=_WIDER.__getitem__, default=None
    )


def demand(who: Who, resource: str, action: str) -> Scope:
    """The same, but raises NotAllowedError."""
    scope = may(who, resource, action)
    if scope is None:
        raise NotAllowedError(f"this needs the right {resource}:{action}")
    return scope


class RightsError(ValueError):
    """Routes and rights do not fit together; the server must not start."""


def check_routes(named: Iterable[Right]) -> None:
    """Every named right is in the table, and every row of a part that is there has a route.

    Raises RightsError.
    """
    used = set(named)
    unknown = sorted(str(right) for right in used - set(RIGHTS))
    there = {right for part in PARTS if part & used for right in part}
    idle = sorted(str(right) for right in there - used)
    if unknown or idle:
        raise RightsError(f"rights without a row: {unknown}; rows without a route: {idle}")

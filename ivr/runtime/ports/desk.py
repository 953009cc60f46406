"""The seams of people, agents, routing and screen pops; those of calls are in `__init__.py`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ivr.acd.callbacks import Callback
    from ivr.acd.telling.counts import Ended
    from ivr.acd.words import Row


DISPLAY = r"[^\x00-\x1f\x7f-\x9f]*"
"""What the name of a person that others are shown is made of: no control characters."""
DISPLAY_MOST = 120
"""Its length in characters."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in. name: unique, lower case. roles: of `web/permissions.py`.

    password: Argon2id hash, None until it is set. totp: the shared secret in base32, sealed with
    the master key, None = no second factor. recovery: SHA-256 in hex of each code that opens once
    instead of one of the app. version: rises with each change, 0 = not stored yet.
    """

    name: str
    display: str
    roles: tuple[str, ...]
    teams: tuple[str, ...] = ()
    language: str = ""
    password: str | None = field(default=None, repr=False)
    totp: str | None = field(default=None, repr=False)
    totp_step: int = 0
    """The last time step whose code was used; each code opens once."""
    recovery: tuple[str, ...] = field(default=(), repr=False)
    disabled: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody is signed in. digest: SHA-256 hex of the cookie. csrf: the token for forms."""

    digest: str
    person: str
    csrf: str = field(repr=False)
    created_at: datetime
    seen_at: datetime
    ends_at: datetime
    fresh_at: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """A link that opens one door once: purpose `setup` (first admin) or `password`."""

    digest: str
    purpose: str
    person: str
    ends_at: datetime


class People(Protocol):
    """Who may sign in, who is signed in, and links that open once."""

    async def get(self, name: str) -> Person | None:
        """One person."""

    async def all(self) -> Sequence[Person]:
        """Everybody, by name."""

    async def save(self, person: Person) -> Person:
        """Store it where its `version` is the stored one (0: must be new); returns the new one.

        Raises StaleVersionError."""

    async def remove(self, name: str) -> bool:
        """Forget a person with sessions and links; False if there was none."""

    async def open_session(self, session: Session) -> None:
        """Keep a session."""

    async def session(self, digest: str) -> Session | None:
        """A session, also one that is over by time."""

    async def touch_session(self, session: Session) -> None:
        """Store the times of a session again."""

    async def end_session(self, digest: str) -> None:
        """Sign out."""

    async def end_sessions(self, person: str) -> None:
        """Sign this person out everywhere."""

    async def add_link(self, link: Link) -> None:
        """Keep a one-use link."""

    async def use_link(self, digest: str) -> Link | None:
        """Take a link away, whatever its time; None if there is none (any more)."""

    async def failures(self, key: str) -> tuple[int, datetime | None]:
        """Failed tries to sign in under a key (account or source), and the last one's time."""

    async def count_failure(self, key: str, at: datetime) -> int:
        """One more failed try; returns how many there are."""

    async def forget_failures(self, key: str) -> None:
        """The tries under this key no longer count."""


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent as the store keeps him; `name` is that of a person. number: unique, given by the
    store when it is 0. endpoints: way (sip, twilio, simulator) -> address of the telephone.
    skills: name -> level. certificates: name -> ISO date of its last day."""

    name: str
    number: int = 0
    teams: tuple[str, ...] = ()
    skills: Mapping[str, int] = field(default_factory=dict)
    certificates: Mapping[str, str] = field(default_factory=dict)
    endpoints: Mapping[str, str] = field(default_factory=dict)
    version: int = 0


class Agents(Protocol):
    """The list of agents."""

    async def get(self, name: str) -> AgentRow | None:
        """One agent."""

    async def all(self) -> Sequence[AgentRow]:
        """All, by number."""

    async def save(self, agent: AgentRow) -> AgentRow:
        """As `People.save`; a new agent without a number gets the next free one."""

    async def remove(self, name: str) -> bool:
        """Forget an agent; the number is not given again."""


@dataclass(frozen=True, slots=True)
class GroupBatch:
    """What one or more events of the queue machine changed, made durable as a whole.

    seq: number of the first event. events: (kind, at in ns, JSON text), in order. rows: see
    `acd/rows.py`, the last one of a (kind, key) counts. decisions: records in order.
    """

    group: str
    epoch: int
    seq: int
    events: Sequence[tuple[str, int, str]]
    rows: Sequence[Row]
    decisions: Sequence[Mapping[str, Any]] = ()


class GroupLog(Protocol):
    """The record of a routing group, and its projections."""

    async def claim(self, group: str) -> tuple[int, int]:
        """Become the owner: a new epoch, higher than any before, and the last stored seq."""

    async def append(self, batch: GroupBatch) -> None:
        """Raises LeaseLostError (stale epoch) and StoreError. A live offer or ring group that
        breaks a unique index of acd-cti.md 5.2 is a StoreError, and nothing is stored."""

    async def load(self, group: str, ended: int = 0) -> Sequence[Row]:
        """Every live row: waiting calls, ring groups, offers; and all agent states.

        ended: so many of the waits that are over come first, those that began last, oldest first.
        """

    async def ended(self, group: str, since: int, queue: str = "") -> Sequence[Ended]:
        """The waits that ended at this instant (ns UTC) or later, in this queue, the last first."""

    async def decisions(self, call: str) -> Sequence[Mapping[str, Any]]:
        """The decision records of a call, in order."""

    async def offers(self, call: str) -> Sequence[Mapping[str, Any]]:
        """The offers of a call, also ended ones, in order."""

    async def groups(self) -> Sequence[str]:
        """The groups of which there is a record, by name."""

    async def events(self, group: str, after: int, most: int) -> Sequence[tuple[int, int, str]]:
        """Seq, epoch and body of the next events of a group, in order."""

    async def decided(self, group: str, after: int, most: int) -> Sequence[tuple[int, int, str]]:
        """The next decision records of a group, in order: place (0 is before the first), number of
        the event, and the text as it was stored."""


@dataclass(frozen=True, slots=True)
class PopMessage:
    """One message of an agent's stream. seq: without gaps per agent. body: JSON text.

    at: when it was made; expires_at: after which a replay shows it as history only.
    """

    agent: str
    seq: int
    at: datetime
    pop: str
    rev: int
    body: str
    expires_at: datetime


class Pops(Protocol):
    """What agents' desks have been shown."""

    async def append(self, message: PopMessage) -> None:
        """Keep a message; a second one of the same (agent, seq) is a StoreError."""

    async def after(self, agent: str, seq: int, limit: int = 200) -> Sequence[PopMessage]:
        """Those with a higher seq, oldest first."""

    async def last_seq(self, agent: str) -> int:
        """The highest stored seq, 0 if none."""

    async def ack(self, pop: str, rev: int, stage: str, at: datetime) -> None:
        """`received` or `rendered`; a second one of the same stage changes nothing."""

    async def forget(self, before: datetime) -> None:
        """Remove what was shown before this moment, but each agent's newest message: the numbers
        go on from there."""


@dataclass(frozen=True, slots=True)
class CallbackRow:
    """A promise to call somebody back, as the store keeps it. Its id is `promise.token`.

    call: the call by which it is tried, or was tried last, "" = not yet. trunk, dnis: where it is
    called from. flow: in which it was promised. priority, skills, language, pop: of the wait, plain
    JSON. by: the person who asked for it, "" = the caller. asked_at: ISO UTC.
    """

    promise: Callback
    call: str = ""
    trunk: str = ""
    dnis: str = ""
    flow: str = ""
    language: str = ""
    priority: str = ""
    skills: tuple[str, ...] = ()
    pop: Mapping[str, Any] = field(default_factory=dict)
    by: str = ""
    asked_at: str = ""


class Callbacks(Protocol):
    """Promises to call back. At most one open one for each person and queue."""

    async def save(self, group: str, row: CallbackRow) -> None:
        """Store it where the stored version is one lower (version 1: must be new).

        Raises StaleVersionError; StoreError where another open promise is made to this person."""

    async def get(self, promise: str) -> CallbackRow | None:
        """One promise."""

    async def open(self, group: str) -> Sequence[CallbackRow]:
        """Every promise that is still to be kept, oldest first."""

    async def recent(self, limit: int = 100) -> Sequence[CallbackRow]:
        """The newest promises first, also those that are over."""


@dataclass(frozen=True, slots=True)
class WrapupRow:
    """What an agent said of a call afterwards. code: "" = none yet, `uncoded` = he never did."""

    call: str
    agent: str
    at: datetime
    code: str = ""
    note: str = ""


class Wrapups(Protocol):
    """What agents say of their calls: one row for each agent of a call."""

    async def note(self, call: str, agent: str, at: datetime, note: str) -> None:
        """Keep a note, in the place of his earlier one."""

    async def code(self, call: str, agent: str, at: datetime, code: str) -> None:
        """Keep the wrap-up code, in the place of an earlier one."""

    async def of(self, call: str) -> Sequence[WrapupRow]:
        """What was said of a call, in the order of the agents' names."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """Who did what to what, and why."""

    at: datetime
    who: str
    what: str
    about: str = ""
    why: str = ""
    source: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


class Audit(Protocol):
    """The record of what people did; a failed write fails the action."""

    async def append(self, row: AuditRow) -> None:
        """Keep it."""

    async def recent(self, limit: int = 100) -> Sequence[AuditRow]:
        """The newest first."""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """The key of a program as the store keeps it. id: the part of the key that is shown. name:
    unique. digest: SHA-256 hex of the whole key. rights: `resource:action`. networks: as text,
    from where it works, () = all."""

    id: str
    name: str
    digest: str
    owner: str
    rights: tuple[str, ...]
    created_at: datetime
    ends_at: datetime
    networks: tuple[str, ...] = ()


class KeyRows(Protocol):
    """The keys of programs."""

    async def get(self, digest: str) -> KeyRow | None:
        """The key with this hash, also one that is over by time."""

    async def all(self) -> Sequence[KeyRow]:
        """All, by name."""

    async def add(self, key: KeyRow) -> None:
        """Keep a new one. Raises StoreError: its id, name or digest is known already."""

    async def remove(self, name: str) -> bool:
        """Forget a key by its name; False if there was none."""


@dataclass(frozen=True, slots=True)
class ScreenRow:
    """The key of a screen on a wall. id: the part of the key that is shown. digest: SHA-256 hex of
    the whole key. queues: those whose figures it shows. language: of its texts, `tr` or `en`."""

    id: str
    name: str
    digest: str
    queues: tuple[str, ...]
    language: str
    created_by: str
    created_at: datetime


class Screens(Protocol):
    """The keys of screens on walls."""

    async def get(self, digest: str) -> ScreenRow | None:
        """The key with this hash."""

    async def all(self) -> Sequence[ScreenRow]:
        """All, by name, then id."""

    async def add(self, screen: ScreenRow) -> None:
        """Keep a new one. Raises StoreError: its id or digest is known already."""

    async def remove(self, screen: str) -> bool:
        """Forget a key by its id; False if there was none."""

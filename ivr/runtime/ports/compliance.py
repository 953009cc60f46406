"""The seam of what the law wants: consent, being forgotten, being kept, destroying, and proof.

Customers are known by public id or number, as in `customers.py`, where `Act` is too; other things
by their public ids. Errors: NotFoundError 404, NotValidError 422, NotAllowedError 403 (nobody
approves his own request), IllegalTransitionError 409, StoreError.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ivr.runtime.ports.customers import Act
    from ivr.tickets.consent import Verdict, Wish

VOICE, SMS, EMAIL = "voice", "sms", "email"
MEDIA = (VOICE, SMS, EMAIL, "chat")
"""Ways on which somebody is reached."""


@dataclass(frozen=True, slots=True)
class ConsentNew:
    """What somebody said. value: number or address as typed. status: opt_in or opt_out.

    source: how we know (`call`, `web_form`, `agent`, `provider` ...). evidence: a reference or a
    sentence. synced: the registry of the state knows it already.
    """

    value: str
    medium: str
    purpose: str
    status: str
    source: str
    evidence: str = ""
    synced: bool = False


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """What somebody said, as stored. value: in its normal form, or 64 hex digits once erased."""

    id: int
    value: str
    medium: str
    purpose: str
    status: str
    source: str
    evidence: str
    at: datetime
    registry_synced_at: datetime | None


class Consents(Protocol):
    """Who may be contacted for what. Rows are only ever added; the latest counts."""

    def normal(self, value: str, medium: str) -> str:
        """A number or address in the form that is compared. Raises NotValidError."""

    async def say(self, new: ConsentNew, act: Act) -> ConsentRow:
        """Keep what somebody said. Raises NotValidError."""

    async def of(self, value: str, medium: str, tenant: int = 1) -> Sequence[ConsentRow]:
        """All that was said for a number or address, also before it was erased; newest first."""

    async def may_contact(self, wish: Wish, tenant: int = 1) -> Verdict:
        """Whether somebody may be contacted now; a refusal is stored. The one judge of it."""

    async def judged(self, wish: Wish, tenant: int = 1) -> Verdict:
        """The same verdict for whoever only wants to know: nothing is stored."""

    async def to_register(self, tenant: int = 1, limit: int = 200) -> Sequence[ConsentRow]:
        """What the registry of the state has to be told, the oldest first."""

    async def registered(self, ids: Sequence[int], act: Act) -> int:
        """The registry knows these; how many it was new for."""


@dataclass(frozen=True, slots=True)
class HoldRow:
    """An order to keep everything about a customer (public id), or, with "", everything."""

    id: str
    customer: str
    reason: str
    by: str
    at: datetime
    ended_at: datetime | None
    ended_by: str


class Holds(Protocol):
    """Legal holds: while one stands nothing of its customer is destroyed."""

    async def add(self, customer: str, reason: str, act: Act) -> HoldRow:
        """Keep everything about a customer, "" = about everybody."""

    async def end(self, hold: str, act: Act) -> HoldRow:
        """It is over. Raises IllegalTransitionError if it was already."""

    async def list(self, *, live: bool = True, tenant: int = 1) -> Sequence[HoldRow]:
        """All, or those that stand; the newest first."""


@dataclass(frozen=True, slots=True)
class ErasureRow:
    """A customer's wish to be forgotten. counts: step -> rows done. receipts: system -> answer.

    held: whether a legal hold stops it now. waits_for: why it does not go on, "" = it does.
    """

    id: str
    customer: str
    state: str
    requested_by: str
    reason: str
    requested_at: datetime
    due_at: datetime
    approved_by: str
    approved_at: datetime | None
    done_at: datetime | None
    refused_because: str
    counts: Mapping[str, int]
    receipts: Mapping[str, str]
    held: bool
    late: bool
    waits_for: str = ""


class Erasures(Protocol):
    """Requests to be forgotten: asked for by one person, approved by another, done by a job."""

    async def open(self, customer: str, reason: str, act: Act) -> ErasureRow:
        """Write a request down. Raises IllegalTransitionError if one is under way or done."""

    async def get(self, request: str, now: datetime, tenant: int = 1) -> ErasureRow | None:
        """One request."""

    async def list(self, state: str, now: datetime, tenant: int = 1) -> Sequence[ErasureRow]:
        """Those in a state, "" = all; the newest first, 200 at most."""

    async def preview(self, request: str, tenant: int = 1) -> Mapping[str, int]:
        """How many rows and files each kind of data has: what approving would destroy."""

    async def verify(self, request: str, act: Act) -> ErasureRow:
        """Whoever asks was proven to be the customer."""

    async def approve(self, request: str, act: Act) -> ErasureRow:
        """Let it run; another person than who wrote it down, and nobody holds the customer."""

    async def refuse(self, request: str, because: str, act: Act) -> ErasureRow:
        """It is not done, for this reason."""

    async def receipt(self, request: str, system: str, answer: str, act: Act) -> ErasureRow:
        """An outside system says that it forgot the customer, too."""

    async def work(self, request: str, act: Act) -> ErasureRow:
        """Go on with one that runs, step by step, as far as it gets; can be cut off anywhere."""

    async def running(self) -> Sequence[str]:
        """The requests that run, the oldest first."""


@dataclass(frozen=True, slots=True)
class Destroyed:
    """What a run of destruction did. counts: `recording destroy_file` -> 12; `recording resists` ->
    1: its file could not be destroyed, and so it stays for the next run. held: how many a legal
    hold kept."""

    counts: Mapping[str, int] = field(default_factory=dict)
    held: int = 0


class Destroying(Protocol):
    """Data whose time is over goes."""

    async def last_run(self) -> datetime | None:
        """When the last run was; None: never."""

    async def preview(self, now: datetime) -> Destroyed:
        """What a run would do now."""

    async def run(self, act: Act, *, confirmed: bool = False) -> Destroyed:
        """Destroy what is due. confirmed: a person says that the clock is right.

        Raises IllegalTransitionError if the clock may have jumped and nobody says so.
        """


@dataclass(frozen=True, slots=True)
class ChainState:
    """The audit log as it was found. broken: the first row that is not as it was written, None =
    all are. rows: read. first, last: their numbers, 0 = none. head: the hash of the last."""

    rows: int
    first: int
    last: int
    head: str
    broken: int | None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One row of the audit log."""

    seq: int
    at: datetime
    who: str
    what: str
    about: str
    why: str
    source: str
    facts: Mapping[str, Any]


class AuditTrail(Protocol):
    """Reading and proving what people did."""

    async def verify(self) -> ChainState:
        """Read every row and check its place in the chain."""

    async def hash_of(self, seq: int) -> str:
        """The hash of one row, "" if there is none."""

    async def page(self, after: int, limit: int, *, who: str, what: str) -> Sequence[AuditEntry]:
        """Rows before a number (0 = from the newest), of somebody, of a kind ("" = any)."""


class Exports(Protocol):
    """Everything that is kept of one person, for that person."""

    async def of(self, customer: str, why: str, act: Act) -> Mapping[str, Any]:
        """All of it as plain JSON, with the list of his files. Written down. NotFoundError."""

    async def uris(self, customer: str, tenant: int = 1) -> Mapping[str, str]:
        """Where his files are: public id -> address in the port `Files`."""

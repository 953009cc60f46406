"""What surveys on the line know of a caller: what he wants, who he is, whether he called before.

A caller waits while this is read, so only what the plans look at is read. Each read may raise
StoreError.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ivr.surveys.arming import History
from ivr.surveys.eligibility import YEAR
from ivr.surveys.scopes import ASKED_ABOUT, whole

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
    from datetime import datetime

    from ivr.domain.call import CallId
    from ivr.domain.values import Value
    from ivr.engine.state import State
    from ivr.flow.expressions import Expression
    from ivr.flow.types import Path
    from ivr.runtime.ports import InteractionRow, Interactions
    from ivr.runtime.ports.asking.surveys import Surveys

REPEAT_WITHIN = timedelta(hours=24)
_REPEAT = ("interaction", "repeat")
_CUSTOMER = "customer"


class _Met(NamedTuple):
    """A call as conditions look at it. ani: "" = withheld."""

    call: CallId
    ani: str
    started_at: datetime
    dnis: str
    flow: str
    language: str
    queue: str


class Wishes(Protocol):
    """What people want of surveys. number: as the call shows it."""

    def normal(self, number: str) -> str:
        """The form in which numbers are compared; "" = it is none that somebody can be known by."""

    async def is_out(self, number: str, now: datetime) -> bool:
        """Whether this number is never to be asked again."""

    async def opt_out(self, number: str, call: str) -> bool:
        """Never again, from now on; once for each call. False: no such number can be kept."""


class NoWishes:
    """Where no consent is kept: nobody has said anything."""

    def normal(self, number: str) -> str:
        """As it came."""
        return number

    async def is_out(self, number: str, now: datetime) -> bool:
        """Nobody is."""
        del number, now
        return False

    async def opt_out(self, number: str, call: str) -> bool:
        """Nowhere to write it down."""
        del number, call
        return False


async def _at_once(_call: CallId) -> None:
    """Nothing is looked up."""


class Knowing:
    """What is known of callers. Wishes and earlier calls are put in once they are open.

    looked_up: waits until it is known whose call it is, or cannot be known soon.
    """

    def __init__(self, surveys: Surveys) -> None:
        self._surveys = surveys
        self.wishes: Wishes = NoWishes()
        self.interactions: Interactions | None = None
        self.looked_up: Callable[[CallId], Awaitable[None]] = _at_once

    async def facts(
        self,
        state: State,
        queue: str,
        conditions: Iterable[Expression | None],
        *,
        person: bool = False,
    ) -> dict[str, dict[str, Value]]:
        """By record, as conditions read them. What none of these conditions reads is not looked up
        and stands there as for a stranger. person: the customer is wanted in any case."""
        flow = state.frames[0].flow if state.frames else ""
        who = (state.call, state.ani or "", state.started_at)
        met = _Met(*who, state.dnis, flow, state.language, queue)
        return await self._facts(met, conditions, person=person)

    async def of_contact(
        self, row: InteractionRow, queue: str, conditions: Iterable[Expression | None]
    ) -> dict[str, dict[str, Value]]:
        """The same of a call as it was recorded. queue: from which an agent had it."""
        who = (row.public_id, row.ani or "", row.started_at)
        met = _Met(*who, row.dnis, row.flow, row.language, queue)
        return await self._facts(met, conditions)

    async def _facts(
        self, met: _Met, conditions: Iterable[Expression | None], *, person: bool = False
    ) -> dict[str, dict[str, Value]]:
        reads = {path for each in conditions if each is not None for path in each.reads}
        interaction: dict[str, Value] = {
            "queue": met.queue,
            "medium": "voice",
            "dnis": met.dnis,
            "flow": met.flow,
            "language": met.language,
            "repeat": _REPEAT in reads and await self._is_repeat(met),
        }
        is_wanted = person or _of_customers(reads)
        if is_wanted:
            await self.looked_up(met.call)
        customer = await self._surveys.customer(met.call) if is_wanted else {}
        return {
            "interaction": whole("interaction", interaction),
            "customer": whole("customer", customer),
        }

    async def of_called(self, state: State) -> dict[str, dict[str, Value]]:
        """Of somebody whom we have called; there is no contact but this one."""
        customer = await self._surveys.customer(state.call)
        contact: dict[str, Value] = {"medium": "voice", "language": state.language}
        return {
            "interaction": whole("interaction", contact),
            "customer": whole("customer", customer),
        }

    async def history(self, number: str, now: datetime) -> History:
        """number: as the call shows it, "" = withheld; such a caller has none."""
        if not number:
            return History()
        normal = self.wishes.normal(number)
        forms = list(dict.fromkeys(each for each in (number, normal) if each))
        past = await self._surveys.past(forms, now - YEAR, now)
        # A number that no consent can be kept for (an extension) is out for good.
        out = await self.wishes.is_out(number, now) if normal else past.refused
        return History(out, past.invited, past.open)

    async def _is_repeat(self, met: _Met) -> bool:
        """Whether the same number called within a day before."""
        if self.interactions is None or not met.ani:
            return False
        rows = await self.interactions.by_number(met.ani, 2)
        since = met.started_at - REPEAT_WITHIN
        return any(row.public_id != met.call and row.started_at >= since for row in rows)


def flat(facts: Mapping[str, Mapping[str, Value]]) -> dict[str, Value]:
    """By the names of a compiled survey's inputs: `customer_segment`."""
    return {
        f"{record}_{name}": value for record in ASKED_ABOUT for name, value in facts[record].items()
    }


def _of_customers(reads: Collection[Path]) -> bool:
    return any(path[0] == _CUSTOMER for path in reads)

"""The port of destruction: what is due goes, a part at a time, and a record says how much it was.

Done twice it does nothing more; cut off anywhere, the next run goes on. What a legal hold keeps is
counted and left, and so is what a disk does not let go: that keeps nothing else.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ivr.domain.errors import IllegalTransitionError, NotFoundError, StoreError
from ivr.runtime.ports.compliance import Destroyed
from ivr.store.compliance import chain, deeds
from ivr.store.compliance.desk import Jobs, Work
from ivr.store.compliance.holds import live_holds
from ivr.store.compliance.kinds import KINDS, page
from ivr.store.customers.references import merged_into
from ivr.store.tables import audit_log
from ivr.tickets.retention import Data, Retention, must_ask, plan_destruction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import Connection

    from ivr.runtime.ports.customers import Act
    from ivr.runtime.ports.files import Files
    from ivr.store.compliance.desk import Office
    from ivr.store.database import Database
    from ivr.tickets.retention import Hold, Kept, Plan

RUN = "retention.run"
RESISTS = "resists"
_LOG = logging.getLogger(__name__)
PART = 500
_AUDIT_PART = 5_000
_A_DAY = timedelta(days=1)
_NO_RULES = Retention()


@dataclass(slots=True)
class _Sums:
    """What a run has done so far."""

    counts: Counter[str] = field(default_factory=Counter)
    held: int = 0

    def add(self, plan: Plan) -> None:
        """One part more."""
        self.counts.update(plan.counts())
        self.held += len(plan.held)


class SqlDestroying(Jobs):
    """The port `Destroying`. retention: the periods in force, asked for with every run."""

    def __init__(
        self,
        database: Database,
        office: Office,
        files: Files,
        retention: Callable[[], Retention] = lambda: _NO_RULES,
    ) -> None:
        super().__init__(database, office)
        self._files = files
        self._retention = retention

    async def last_run(self) -> datetime | None:
        """When the last run was."""
        question = select(func.max(audit_log.c.at)).where(audit_log.c.what == RUN)
        return await self._database.read(lambda it: it.scalar(question))

    async def preview(self, now: datetime) -> Destroyed:
        """What a run would do now; the audit log is not counted."""
        sums = _Sums()
        for data in KINDS:
            after = 0
            while True:
                found = await self._database.read(partial(self._part, data, after, now))
                plan, after = found
                sums.add(plan)
                if not after:
                    break
        return Destroyed(dict(sums.counts), sums.held)

    async def run(self, act: Act, *, confirmed: bool = False) -> Destroyed:
        """Destroy what is due. confirmed: a person says that the clock is right."""
        seen = await self._database.read(lambda it: it.scalar(select(func.max(audit_log.c.at))))
        if must_ask(seen, act.at) and not confirmed:
            raise IllegalTransitionError("the clock may have jumped; confirm that it is right")
        sums = _Sums()
        for data in KINDS:
            await self._destroy(data, act, sums)
        before = _begin(act.at, self._retention(), Data.AUDIT)
        while gone := await self._change(act, partial(_audit_rows, before)):
            sums.counts[f"{Data.AUDIT} delete"] += gone
        done = dict(sums.counts)
        await self._change(act, lambda work: work.audit(RUN, "", counts=done, held=sums.held))
        return Destroyed(done, sums.held)

    async def _destroy(self, data: Data, act: Act, sums: _Sums) -> None:
        after = 0
        while True:
            plan, after = await self._database.read(partial(self._part, data, after, act.at))
            free = await self._without_files(data, plan)
            if free.due:
                await self._change(act, partial(deeds.do, data, _keys(free)))
            if len(free.due) < len(plan.due):
                sums.counts[f"{data} {RESISTS}"] += len(plan.due) - len(free.due)
            sums.add(free)
            if not after:
                return

    async def _without_files(self, data: Data, plan: Plan) -> Plan:
        """What has no files any more: all of it, or what is left when each is tried by itself."""
        if await self._are_gone(data, _keys(plan)):
            return plan
        due = [each for each in plan.due if await self._are_gone(data, [each.kept.id])]
        return replace(plan, due=tuple(due))

    async def _are_gone(self, data: Data, keys: Sequence[int]) -> bool:
        for uri in await self._database.read(partial(deeds.files_of, data, keys)):
            try:
                await self._files.drop(uri)
            except NotFoundError:
                continue  # an address that no file of ours has
            except StoreError as error:
                _LOG.error("file_not_destroyed", extra={"facts": {"why": str(error)}})
                return False
        return True

    def _part(
        self, data: Data, after: int, now: datetime, connection: Connection
    ) -> tuple[Plan, int]:
        """What is due of the next candidates, and the last of them; 0 = there are no more."""
        rules = self._retention()
        found = page(connection, data, after, _begin(now, rules, data), PART)
        plan = plan_destruction(
            _rooted(connection, [kept for _, kept in found]),
            _holds(connection, {tenant for tenant, _ in found}),
            now,
            rules,
        )
        return plan, found[-1][1].id if len(found) == PART else 0


def _keys(plan: Plan) -> list[int]:
    return [each.kept.id for each in plan.due]


def _begin(now: datetime, rules: Retention, data: Data) -> datetime:
    """Nothing that began later can be due: now less the shortest period of this kind."""
    periods = [rules.period(data), *(one.period for one in rules.exceptions if one.data is data)]
    # A leap day more or less is decided by the rules; this only narrows what is read.
    return max(now - (period.end(now) - now) for period in periods) + _A_DAY


def _audit_rows(before: datetime, work: Work) -> int:
    return chain.destroy(work, before, _AUDIT_PART)


def _holds(connection: Connection, tenants: Iterable[int]) -> list[Hold]:
    wanted = set(tenants)
    return [hold for tenant, hold in live_holds(connection) if tenant in wanted]


def _rooted(connection: Connection, found: list[Kept]) -> list[Kept]:
    """With every record that a customer was merged with: a hold over one is one over all."""
    whom = sorted({each for kept in found for each in kept.customers})
    chain_of = {each: tuple(sorted(merged_into(connection, [each]))) for each in whom}
    return [
        replace(kept, customers=tuple(other for each in kept.customers for other in chain_of[each]))
        for kept in found
    ]

"""The port of erasures: requests, and the job that goes on with them step by step.

A step is one transaction, in which its count is written too: a job that was cut off anywhere begins
again with the step that has no count. Files go before the rows that name them.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ivr.domain.errors import IllegalTransitionError, NotFoundError, StoreError
from ivr.store.compliance import requests
from ivr.store.compliance.desk import Jobs, Work
from ivr.store.compliance.holds import is_held
from ivr.store.compliance.preview import preview
from ivr.store.compliance.sealing import seal, widened
from ivr.store.compliance.steps import person, sweeping, traces, words
from ivr.store.compliance.steps.erasing import Erasing
from ivr.store.tables import outbox_delivery, outbox_event
from ivr.tickets import erasure
from ivr.tickets.erasure import State, Step

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from ivr.runtime.ports.compliance import ErasureRow
    from ivr.runtime.ports.customers import Act
    from ivr.runtime.ports.files import Files
    from ivr.store.compliance.desk import Office
    from ivr.store.compliance.steps.sweeping import Hit
    from ivr.store.compliance.subjects import Subject
    from ivr.store.database import Database

STEPS: Mapping[Step, Callable[[Erasing], int]] = {
    Step.CONTACT_POINTS: person.contact_points,
    Step.IDENTIFIERS: person.identifiers,
    Step.NAMES: person.names,
    Step.NUMBERS: person.numbers,
    Step.FREE_TEXT: words.free_text,
    Step.TRANSCRIPTS: words.transcripts,
    Step.ATTACHMENTS: words.attachments,
    Step.RECORDINGS: words.recordings,
    Step.CUSTOM_FIELDS: words.custom_fields,
    Step.MERGES: words.merges,
    Step.JOURNAL: traces.journals,
    Step.MESSAGES: traces.messages,
    Step.DATA_KEY: traces.data_key,
    Step.ANNOUNCEMENT: traces.announcement,
}
_KEYLESS = (Step.ANNOUNCEMENT,)
_DELIVERED = "done"


async def _no_scrub() -> None:
    """Nothing is left behind in memory."""


class SqlErasures(Jobs):
    """The port `Erasures`. files: where files of customers are. scrub: makes sure that what was
    overwritten is gone from the disk too."""

    def __init__(
        self,
        database: Database,
        office: Office,
        files: Files,
        scrub: Callable[[], Awaitable[None]] = _no_scrub,
    ) -> None:
        super().__init__(database, office)
        self._files = files
        self._scrub = scrub

    async def open(self, customer: str, reason: str, act: Act) -> ErasureRow:
        """Write a request down."""
        return await self._done(act, lambda work: requests.open_one(work, customer, reason))

    async def get(self, request: str, now: datetime, tenant: int = 1) -> ErasureRow | None:
        """One request."""
        return await self._database.read(lambda it: requests.one(it, tenant, request, now))

    async def list(self, state: str, now: datetime, tenant: int = 1) -> Sequence[ErasureRow]:
        """Those in a state."""
        return await self._database.read(lambda it: requests.every(it, tenant, state, now))

    async def preview(self, request: str, tenant: int = 1) -> Mapping[str, int]:
        """What approving would destroy."""
        return await self._database.read(lambda it: _preview(it, tenant, request))

    async def verify(self, request: str, act: Act) -> ErasureRow:
        """Whoever asks was proven to be the customer."""
        return await self._done(act, lambda work: _verify(work, request))

    async def approve(self, request: str, act: Act) -> ErasureRow:
        """Let it run."""
        return await self._done(act, lambda work: _approve(work, request))

    async def refuse(self, request: str, because: str, act: Act) -> ErasureRow:
        """It is not done."""
        return await self._done(act, lambda work: _refuse(work, request, because))

    async def receipt(self, request: str, system: str, answer: str, act: Act) -> ErasureRow:
        """An outside system says that it forgot him."""
        return await self._done(act, lambda work: _receipt(work, request, system, answer))

    async def running(self) -> Sequence[str]:
        """The requests that run."""
        found = await self._database.read(requests.running)
        return [ref for _, ref in found]

    async def work(self, request: str, act: Act) -> ErasureRow:
        """Go on, step by step, as far as it gets."""
        while True:
            step = await self._change(act, lambda work: _next(work, request))
            if step is None:
                break
            hits = await self._prepare(request, step, act.tenant)
            await self._change(act, partial(_carry_out, request, step, hits))
        if await self._database.read(lambda it: _is_unclean(it, act.tenant, request)):
            await self._scrub()
            await self._change(act, lambda work: _cleaned(work, request))
        return await self._done(act, lambda work: _conclude(work, request))

    async def _prepare(self, request: str, step: Step, tenant: int) -> Sequence[Hit]:
        """What a step needs that cannot be done in a transaction."""
        if step is Step.ATTACHMENTS:
            found = await self._database.read(lambda it: _files_of(it, tenant, request))
            for uri in found:
                await self._dropped(uri)
        if step is Step.RECORDINGS:
            for uri in await self._database.read(lambda it: _sound_of(it, tenant, request)):
                await self._dropped(uri)
        if step is not Step.MESSAGES:
            return ()
        hits: list[Hit] = []
        whom = await self._database.read(partial(self._known, tenant, request))
        needles = sweeping.needles_of(whom)
        for table, columns in sweeping.swept():
            hits += await self._database.read(sweeping.find(table, columns, needles))
        return hits

    async def _dropped(self, uri: str) -> None:
        try:
            await self._files.drop(uri)
        except NotFoundError:
            return  # an address that no file of ours has

    def _known(self, tenant: int, request: str, connection: Connection) -> Subject:
        row = requests.named(connection, tenant, request)
        return _whom(connection, row, _key(connection, self._office, row))

    async def _done(self, act: Act, job: Callable[[Work], str]) -> ErasureRow:
        def run(work: Work) -> ErasureRow:
            found = requests.one(work.connection, act.tenant, job(work), act.at)
            if found is None:
                raise StoreError("the request is gone")
            return found

        return await self._change(act, run)


def _verify(work: Work, ref: str) -> str:
    row = requests.locked(work, ref)
    requests.store(work.connection, row, erasure.verify(requests.read(row)))
    work.audit("erasure.verify", ref)
    return ref


def _approve(work: Work, ref: str) -> str:
    row = requests.locked(work, ref)
    whom = requests.subject(work.connection, row)
    held = is_held(work.connection, work.tenant, whom.ids)
    request = erasure.approve(requests.read(row), work.act.by, work.at, held=held)
    traces.check_quiet(whom, work.connection)
    for system in sorted(traces.systems_of(whom, work.connection)):
        request = erasure.receipt(request, system, "")
    work.office.pseudonyms.begin(work.connection, whom.root)
    key = work.office.pseudonyms.passing(work.connection, whom.root)
    requests.store(work.connection, row, request, sealed=seal(whom, key))
    work.audit("erasure.approve", ref, customer=whom.public_id)
    return ref


def _refuse(work: Work, ref: str, because: str) -> str:
    row = requests.locked(work, ref)
    requests.store(work.connection, row, erasure.refuse(requests.read(row), because, work.at))
    work.audit("erasure.refuse", ref)
    return ref


def _receipt(work: Work, ref: str, system: str, answer: str) -> str:
    row = requests.locked(work, ref)
    request = requests.read(row)
    if system not in request.report.receipts:
        raise NotFoundError("this system does not know the customer")
    requests.store(work.connection, row, erasure.receipt(request, system, answer))
    work.audit("erasure.receipt", ref, system=system)
    return ref


def _preview(connection: Connection, tenant: int, ref: str) -> Mapping[str, int]:
    row = requests.named(connection, tenant, ref)
    return preview(connection, requests.subject(connection, row))


def _files_of(connection: Connection, tenant: int, ref: str) -> list[str]:
    row = requests.named(connection, tenant, ref)
    found = words.files_of(requests.subject(connection, row), connection)
    return [uri for _, uri in found]


def _sound_of(connection: Connection, tenant: int, ref: str) -> list[str]:
    row = requests.named(connection, tenant, ref)
    return words.sound_of(requests.subject(connection, row), connection)


def _next(work: Work, ref: str) -> Step | None:
    """What comes next; None if there is nothing, a hold stands, or something of his goes on."""
    row = requests.locked(work, ref)
    whom = requests.subject(work.connection, row)
    held = is_held(work.connection, work.tenant, whom.ids)
    step = erasure.next_step(requests.read(row), held=held)
    if step in (None, *_KEYLESS):
        return step
    try:
        traces.check_quiet(_whom(work.connection, row, _key_of(work, row)), work.connection)
    except IllegalTransitionError as error:
        requests.store(work.connection, row, requests.read(row), waits_for=str(error))
        return None
    return step


def _carry_out(ref: str, step: Step, hits: Sequence[Hit], work: Work) -> None:
    row = requests.locked(work, ref)
    request = requests.read(row)
    whom = requests.subject(work.connection, row)
    held = is_held(work.connection, work.tenant, whom.ids)
    if erasure.next_step(request, held=held) is not step:
        return  # somebody else was faster, or a hold has come in between
    key = b"" if step in _KEYLESS else _key_of(work, row)
    job = Erasing(work, _whom(work.connection, row, key), key)
    count = STEPS[step](job)
    if hits:
        needles = sweeping.needles_of(job.subject)
        count += sweeping.replace(work.connection, hits, needles, job.hidden)
    sealed = None if step is Step.DATA_KEY else row.report.get("sealed")
    done = erasure.step_done(request, step, count)
    requests.store(work.connection, row, done, sealed=sealed, unclean=True, waits_for=None)


def _is_unclean(connection: Connection, tenant: int, ref: str) -> bool:
    return bool(requests.named(connection, tenant, ref).report.get("unclean"))


def _cleaned(work: Work, ref: str) -> None:
    row = requests.locked(work, ref)
    requests.store(work.connection, row, requests.read(row), unclean=None)


def _conclude(work: Work, ref: str) -> str:
    """Collect what systems have answered; finish when all have."""
    row = requests.locked(work, ref)
    request = requests.read(row)
    if request.state is not State.RUNNING or len(request.report.counts) < len(Step):
        return ref
    whom = requests.subject(work.connection, row)
    for system, at in _delivered(work.connection, whom.public_id):
        if system in request.report.receipts and not request.report.receipts[system]:
            request = erasure.receipt(request, system, f"delivered {at.isoformat()}")
    silent = [name for name, answer in sorted(request.report.receipts.items()) if not answer]
    if silent:
        waits = f"no receipt yet from {', '.join(silent)}"
        requests.store(work.connection, row, request, waits_for=waits)
        return ref
    done = erasure.finish(request, work.at)
    requests.store(work.connection, row, done, waits_for=None)
    work.audit("erasure.done", ref, customer=whom.public_id, counts=dict(done.report.counts))
    return ref


def _delivered(connection: Connection, customer: str) -> list[tuple[str, datetime]]:
    """The systems that took the news, and when."""
    question = (
        select(outbox_delivery.c.endpoint, outbox_delivery.c.done_at)
        .join(outbox_event, outbox_event.c.id == outbox_delivery.c.event_id)
        .where(
            outbox_event.c.type == "customer.erased",
            outbox_event.c.aggregate_id == customer,
            outbox_delivery.c.state == _DELIVERED,
        )
    )
    rows = connection.execute(question)
    return [(row.endpoint.rpartition(":")[2], row.done_at) for row in rows]


def _key_of(work: Work, row: Row[Any]) -> bytes:
    return _key(work.connection, work.office, row)


def _key(connection: Connection, office: Office, row: Row[Any]) -> bytes:
    whom = requests.subject(connection, row)
    return office.pseudonyms.passing(connection, whom.root)


def _whom(connection: Connection, row: Row[Any], key: bytes) -> Subject:
    """Whom it is about, with what he had when it began, as long as the key is there."""
    whom = requests.subject(connection, row)
    sealed = row.report.get("sealed", "")
    return widened(whom, sealed, key) if key and sealed else whom

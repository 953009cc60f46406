"""What callers say of being recorded is written down once, where somebody can be known by it."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.domain.call import CallId
from ivr.domain.errors import NotValidError, StoreError
from ivr.domain.events import CommandFailed
from ivr.domain.recording import KeepConsent
from ivr.engine.state import State
from ivr.runtime.effects.worker import Effects, Wanted
from ivr.runtime.entries import entry_of
from ivr.runtime.live import LiveCall
from ivr.runtime.memory.clock import START, VirtualClock
from ivr.runtime.memory.store import MemoryStore
from ivr.runtime.ports import CallOpening
from ivr.runtime.ports.compliance import ConsentNew, ConsentRow
from ivr.runtime.recordings.consenting import CallConsents
from ivr.runtime.sealing import CallCodec, MasterKeys

if TYPE_CHECKING:
    from ivr.runtime.ports.customers import Act

AGREED = KeepConsent(
    name="kvkk", agreed=True, answer="announced", notice="told", version="ab12", language="tr"
)
REFUSED = KeepConsent(
    name="kvkk", agreed=False, answer="refused", notice="told", version="ab12", language="en"
)


class Ledger:
    """A ledger of consents."""

    def __init__(self) -> None:
        self.rows: list[ConsentRow] = []
        self.by: list[str] = []

    def normal(self, value: str, _medium: str) -> str:
        if not value.startswith("+"):
            raise NotValidError("value: nobody is reached there")
        return value

    async def of(self, value: str, medium: str, _tenant: int = 1) -> list[ConsentRow]:
        return [row for row in self.rows if (row.value, row.medium) == (value, medium)]

    async def say(self, new: ConsentNew, act: Act) -> ConsentRow:
        said = (new.value, new.medium, new.purpose, new.status, new.source, new.evidence)
        row = ConsentRow(len(self.rows) + 1, *said, act.at, None)
        self.rows.append(row)
        self.by.append(act.by)
        return row


def said_by(number: str, said: KeepConsent = AGREED) -> Wanted[KeepConsent]:
    return Wanted("C1/4/0", CallId("C1"), replace(said, number=number))


async def test_it_tells_which_words_he_heard_and_what_he_made_of_them_once_for_a_call() -> None:
    ledger = Ledger()
    consents = CallConsents(ledger, VirtualClock())  # type: ignore[arg-type]
    for said in (AGREED, AGREED, REFUSED):
        await consents.keep(said_by("+905321112233", said))
    assert [(row.purpose, row.medium, row.status, row.source) for row in ledger.rows] == [
        ("recording", "voice", "opt_in", "call"),
        ("recording", "voice", "opt_out", "call"),
    ]
    assert ledger.rows[0].evidence == "kvkk: notice told ab12 tr, announced, call C1"
    assert set(ledger.by) == {"call:C1"}


@pytest.mark.parametrize("number", ["", "12"])
async def test_a_number_of_nobody_is_a_line_in_the_log(
    number: str, caplog: pytest.LogCaptureFixture
) -> None:
    ledger = Ledger()
    caplog.set_level(logging.INFO)
    await CallConsents(ledger, VirtualClock()).keep(said_by(number))  # type: ignore[arg-type]
    assert ledger.rows == []
    assert [row.message for row in caplog.records] == ["consent_not_kept"]


async def test_it_is_durable_with_the_step_and_written_down_once_the_ledger_can_be_reached() -> (
    None
):
    class Away(Ledger):
        """At the first time its database is away."""

        tries = 0

        async def say(self, new: ConsentNew, act: Act) -> ConsentRow:
            self.tries += 1
            if self.tries == 1:
                raise StoreError("the database is away", retryable=True)
            return await super().say(new, act)

    store, ledger, clock = MemoryStore(), Away(), VirtualClock()
    keys = MasterKeys(b"k" * 32)
    codec, call = CallCodec(keys), LiveCall(CallId("C1"), "sip", "sip", "r", keys.new_key(), 0)
    said = replace(AGREED, number="+905321112233")
    state = State(call.id, "hash", "+90850", START, ani=said.number)
    entry = entry_of(call, CommandFailed(reason="bug", at=START), state, [said], codec)
    opening = CallOpening("main", "sip", "r", "+90532", "+90850", "bank", "h", "tr", False, b"k")
    await store.journal.append(replace(entry, opening=opening))

    keep = CallConsents(ledger, clock).keep  # type: ignore[arg-type]
    effects = Effects(store.outbox, KeepConsent, keep, codec, clock)
    with pytest.raises(StoreError):
        await effects.look()
    assert await effects.look() == 1
    assert await effects.look() == 0
    (row,) = ledger.rows
    assert (row.value, row.status) == ("+905321112233", "opt_in")
    assert row.evidence.endswith(", call C1")

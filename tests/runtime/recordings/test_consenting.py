"""What callers say of being recorded is written down once, where somebody can be known by it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from ivr.domain.call import CallId
from ivr.domain.errors import NotValidError
from ivr.domain.recording import KeepConsent
from ivr.engine.state import State
from ivr.runtime.live import LiveCall
from ivr.runtime.memory.clock import START, VirtualClock
from ivr.runtime.ports.compliance import ConsentNew, ConsentRow
from ivr.runtime.recordings.consenting import CallConsents

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


def call(ani: str | None) -> LiveCall:
    state = State(CallId("C1"), "hash", "+90850", START, ani=ani)
    return LiveCall(CallId("C1"), "sip", "sip", "r", b"", 1, state)


async def test_it_tells_which_words_he_heard_and_what_he_made_of_them_once_for_a_call() -> None:
    ledger = Ledger()
    consents = CallConsents(ledger, VirtualClock())  # type: ignore[arg-type]
    for said in (AGREED, AGREED, REFUSED):
        await consents.keep(call("+905321112233"), said)
    assert [(row.purpose, row.medium, row.status, row.source) for row in ledger.rows] == [
        ("recording", "voice", "opt_in", "call"),
        ("recording", "voice", "opt_out", "call"),
    ]
    assert ledger.rows[0].evidence == "kvkk: notice told ab12 tr, announced, call C1"
    assert set(ledger.by) == {"call:C1"}


@pytest.mark.parametrize("ani", [None, "12"])
async def test_a_number_of_nobody_is_a_line_in_the_log(
    ani: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    ledger = Ledger()
    caplog.set_level(logging.INFO)
    await CallConsents(ledger, VirtualClock()).keep(call(ani), AGREED)  # type: ignore[arg-type]
    assert ledger.rows == []
    assert [row.message for row in caplog.records] == ["consent_not_kept"]

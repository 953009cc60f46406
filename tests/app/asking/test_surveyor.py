"""Who wants to be asked no more is in the ledger of consents, and stays there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from ivr.app.asking.surveyor import KeptWishes
from ivr.runtime.ids import Ulids
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.ports.compliance import ConsentNew
from ivr.runtime.ports.customers import Act
from ivr.store.compliance.consents import SqlConsents
from ivr.store.compliance.desk import Office
from ivr.store.compliance.pseudonyms import Pseudonyms
from ivr.store.tables import consent_event, contact_refused
from tests.fakes.compliance import SECRET
from tests.fakes.fresh_store import open_fresh
from tests.fakes.ticket_house import ISTANBUL

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy import Table

    from ivr.store import SqlStore

NUMBER = "+905321112233"
CLOCK = VirtualClock()


@pytest.fixture
async def store(sqlite_address: str) -> AsyncIterator[SqlStore]:
    store = open_fresh(sqlite_address, create=True)
    yield store
    await store.close()


@pytest.fixture
def consents(store: SqlStore) -> SqlConsents:
    return SqlConsents(store.database, Office(Pseudonyms(SECRET), Ulids(CLOCK).new, "TR"))


@pytest.fixture
def wishes(consents: SqlConsents) -> KeptWishes:
    return KeptWishes(consents, CLOCK, lambda: ISTANBUL)


async def test_whoever_said_nothing_may_be_asked_on_the_line(wishes: KeptWishes) -> None:
    assert not await wishes.is_out(NUMBER, CLOCK.now())


async def test_never_again_is_said_for_calls_and_texts_and_holds(
    wishes: KeptWishes, consents: SqlConsents
) -> None:
    await wishes.opt_out(NUMBER, "c1")
    assert await wishes.is_out(NUMBER, CLOCK.now())
    for medium in ("voice", "sms"):
        (said,) = await consents.of(NUMBER, medium)
        assert (said.status, said.purpose, said.source) == ("opt_out", "survey", "survey")
        assert said.evidence == "call c1"


async def test_whoever_comes_back_may_be_asked_again(
    wishes: KeptWishes, consents: SqlConsents
) -> None:
    await wishes.opt_out(NUMBER, "c1")
    back = ConsentNew(NUMBER, "voice", "survey", "opt_in", "agent")
    await consents.say(back, Act("ayse", CLOCK.now()))
    assert not await wishes.is_out(NUMBER, CLOCK.now())


@pytest.mark.parametrize("number", ["anonymous", "201", ""])
async def test_a_number_that_is_nobodys_cannot_be_kept_and_says_so(
    wishes: KeptWishes, store: SqlStore, number: str
) -> None:
    assert wishes.normal(number) == ""
    assert await wishes.opt_out(number, "c1") is False
    assert not await wishes.is_out(number, CLOCK.now())
    assert await count(store, consent_event) == 0


async def test_a_refusal_that_was_interrupted_is_written_once(
    wishes: KeptWishes, consents: SqlConsents
) -> None:
    said = ConsentNew(NUMBER, "voice", "survey", "opt_out", "survey", "call c1")
    await consents.say(said, Act("call:c1", CLOCK.now()))
    for _time in range(2):
        assert await wishes.opt_out(NUMBER, "c1")
    assert [len(await consents.of(NUMBER, medium)) for medium in ("voice", "sms")] == [1, 1]


@pytest.mark.parametrize("shown", ["0532 111 22 33", "5321112233", "00905321112233"])
async def test_a_number_is_known_in_whatever_form_it_is_shown(
    wishes: KeptWishes, shown: str
) -> None:
    await wishes.opt_out(NUMBER, "c1")
    assert await wishes.is_out(shown, CLOCK.now())


async def test_looking_writes_nothing_down(wishes: KeptWishes, store: SqlStore) -> None:
    for _call in range(3):
        await wishes.is_out(NUMBER, CLOCK.now())
    await wishes.opt_out(NUMBER, "c1")
    assert await wishes.is_out(NUMBER, CLOCK.now())
    assert await count(store, contact_refused) == 0


async def count(store: SqlStore, table: Table) -> int:
    question = select(func.count()).select_from(table)
    return await store.database.read(lambda it: int(it.scalar(question) or 0))

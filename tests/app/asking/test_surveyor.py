"""Who wants to be asked no more is in the ledger of consents, and stays there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.app.asking.surveyor import KeptWishes
from ivr.runtime.ids import Ulids
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.ports.compliance import ConsentNew
from ivr.runtime.ports.customers import Act
from ivr.store.compliance.consents import SqlConsents
from ivr.store.compliance.desk import Office
from ivr.store.compliance.pseudonyms import Pseudonyms
from tests.fakes.compliance import SECRET
from tests.fakes.fresh_store import open_fresh
from tests.fakes.ticket_house import ISTANBUL

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NUMBER = "+905321112233"
CLOCK = VirtualClock()


@pytest.fixture
async def consents(sqlite_address: str) -> AsyncIterator[SqlConsents]:
    store = open_fresh(sqlite_address, create=True)
    yield SqlConsents(store.database, Office(Pseudonyms(SECRET), Ulids(CLOCK).new, "TR"))
    await store.close()


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


async def test_a_number_that_is_none_is_left_alone(wishes: KeptWishes) -> None:
    await wishes.opt_out("anonymous", "c1")

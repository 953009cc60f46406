"""Who calls and what is open for him, by our own store: on a real database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ivr.cti.asking import Asking
from ivr.cti.own_records import OwnStore
from ivr.cti.payload import PopOffer, build
from ivr.domain.errors import StoreError
from ivr.domain.values import Sealed
from ivr.runtime.ports import FetchResult
from ivr.runtime.ports.customers import Act, NewCustomer, NewPoint
from tests.cti.conftest import ANI, Bench, contact, pop_of
from tests.fakes.customer_ports import open_customers
from tests.fakes.fresh_store import open_fresh
from tests.fakes.pause import pause
from tests.fakes.ticket_house import CATALOGUE
from tests.fakes.ticket_house import Desk as Tickets

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ivr.cti.pop_call import PopCall

OWN = ("contacts", "tickets")


class House:
    """Our own store, and the pops that ask it."""

    def __init__(self, bench: Bench, store: Any) -> None:  # noqa: ANN401 - a store on a database
        self.bench = bench
        self.tickets = Tickets(store, at=bench.clock.now())
        self.ports = open_customers(store.database)
        self.own = OwnStore(self.ports.customers, self.tickets.tickets, lambda: CATALOGUE)

    async def customer(self, name: str, number: str, *phones: str, **more: Any) -> str:  # noqa: ANN401
        """Somebody we know; his numbers were checked by a code unless said otherwise."""
        act = Act("test", self.bench.clock.now())
        origin = more.pop("origin", "code")
        shared = more.pop("shared", False)
        made = await self.ports.customers.add(NewCustomer(name, number=number, **more), act)
        for phone in phones:
            point = NewPoint("phone", phone, origin=origin, shared=shared)
            await self.ports.customers.add_point(made.id, point, act)
        return made.id

    async def asked(self, call: PopCall, **rules: Any) -> Asking:  # noqa: ANN401 - any setting
        """Everything is answered."""
        settings = {"own": OWN, "lookups": (), **rules}
        asking = Asking(replace(self.bench.desk(**settings), own=self.own), call, lambda: None)
        asking.begin()
        async with asyncio.timeout(10):
            while asking.pending:
                await pause()
        return asking

    async def pop(self, call: PopCall, **rules: Any) -> dict[str, Any]:  # noqa: ANN401
        """The payload of it all."""
        settings = {"own": OWN, "lookups": (), **rules}
        asking = await self.asked(call, **rules)
        return build(asking, PopOffer("cards"), self.bench.desk(**settings).rules)


@pytest.fixture
async def house(bench: Bench, tmp_path: Path) -> AsyncIterator[House]:
    store = open_fresh(f"sqlite:///{tmp_path}/own.db", synchronous="NORMAL", create=True)
    yield House(bench, store)
    await store.close()


def names(found: list[dict[str, Any]]) -> list[str]:
    return [one["fields"]["name"] for one in found]


async def test_a_known_number_shows_who_it_is_what_is_open_and_what_came_before(
    house: House,
) -> None:
    who = await house.customer("Ece Kaya", "K-1", ANI, segment="gold", vip_rank=2)
    row = await house.tickets.open(customer=who, subject="Kart gelmedi", category="card.lost")
    await house.tickets.add_call("c0")
    call = house.ports.callers
    await call.belongs("c0", who, Act("test", house.bench.clock.now()))  # type: ignore[arg-type]
    house.bench.contacts.rows = [contact("c0", house.bench.clock.now(), note="aradı")]
    found = await house.pop(pop_of())
    assert (found["match"]["action"], found["match"]["rule"]) == ("open", "ani")
    (record,) = found["match"]["records"]
    assert (record["id"], record["own"]) == ("K-1", True)
    assert record["fields"] == {"name": "Ece Kaya", "segment": "gold", "vip_rank": 2}
    assert found["customer"] == {"id": who, "number": "K-1"}
    (ticket,) = found["open_tickets"]
    assert (ticket["id"], ticket["fields"]["subject"]) == (row.number, "Kart gelmedi")
    assert ticket["fields"]["status_titles"]["tr"] == "Yeni"
    assert ticket["fields"]["category_titles"] == {"en": "card.lost"}
    assert "due" in ticket["fields"]
    (earlier,) = found["last_contacts"]
    assert (earlier["call"], earlier["note"]) == ("c0", "aradı")
    assert found["crm"] == "done"


async def test_a_number_that_is_no_proof_only_suggests_but_shows_what_is_open(
    house: House,
) -> None:
    who = await house.customer("Ece Kaya", "K-1", ANI)
    await house.tickets.open(customer=who)
    found = await house.pop(pop_of(trusted=False))
    assert (found["match"]["action"], names(found["match"]["suggest"])) == ("suggest", ["Ece Kaya"])
    assert len(found["open_tickets"]) == 1


async def test_several_people_with_a_number_are_all_shown_and_nothing_of_either(
    house: House,
) -> None:
    one = await house.customer("Ece Kaya", "K-1", ANI, origin="agent")
    await house.customer("Can Kaya", "K-2", ANI, origin="agent")
    await house.tickets.open(customer=one)
    found = await house.pop(pop_of())
    assert (found["match"]["result"], found["match"]["action"]) == ("many", "choose")
    assert sorted(names(found["match"]["suggest"])) == ["Can Kaya", "Ece Kaya"]
    assert (found["customer"], found["open_tickets"]) == (None, [])


async def test_a_shared_number_suggests_its_only_customer_and_says_why(house: House) -> None:
    await house.customer("Ece Kaya", "K-1", ANI, shared=True)
    found = await house.pop(pop_of())
    (record,) = found["match"]["suggest"]
    assert (found["match"]["action"], record["reasons"]) == ("suggest", ["shared"])
    assert found["open_tickets"] == []


@pytest.mark.parametrize("stored", ["+995321234567", "+90 532 123 45 67"])
async def test_weak_evidence_says_perhaps_and_opens_nothing(house: House, stored: str) -> None:
    weak = {"origin": "text"} if stored.startswith("+90 ") else {}
    who = await house.customer("Ece Kaya", "K-1", stored, **weak)
    await house.tickets.open(customer=who)
    found = await house.pop(pop_of())
    (record,) = found["match"]["suggest"]
    assert (found["match"]["action"], record["perhaps"]) == ("suggest", True)
    assert record["by"] == ("ani" if weak else "ani_last9")
    assert (found["customer"], found["open_tickets"]) == (None, [])


@pytest.mark.parametrize(("shown", "action"), [({}, "choose"), ({"verified": True}, "open")])
async def test_an_entered_customer_number_counts_as_far_as_it_was_checked(
    house: House, shown: dict[str, Any], action: str
) -> None:
    who = await house.customer("Ece Kaya", "K-1")
    await house.tickets.open(customer=who)
    found = await house.pop(pop_of("", customer_no="K-1", **shown))
    assert found["match"]["action"] == action
    assert len(found["open_tickets"]) == (action == "open")
    assert found["entered"] == [{"kind": "customer_no", "value": "…", "verified": bool(shown)}]
    assert found["facts"] == {}
    listed = [*found["match"]["records"], *found["match"]["suggest"]]
    assert [one["evidence"] for one in listed] == ["customer no"]


async def test_an_entered_ticket_number_opens_the_ticket(house: House) -> None:
    row = await house.tickets.open(subject="Kart gelmedi")
    found = await house.pop(pop_of("", ticket=row.number))
    assert (found["match"]["action"], found["match"]["rule"]) == ("open_ticket", "ticket_number")
    assert [one["id"] for one in found["open_tickets"]] == [row.number]


async def test_what_another_source_knows_brings_the_tickets_of_our_own(house: House) -> None:
    who = await house.customer("Ece Kaya", "C-9")
    await house.tickets.open(customer=who)
    house.bench.source.result = FetchResult("found", {"id": "C-9", "name": "Ece K."})
    rules = {"lookups": house.bench.desk().rules.lookups}
    found = await house.pop(pop_of(), **rules)
    assert (found["match"]["action"], names(found["match"]["records"])) == ("open", ["Ece K."])
    assert len(found["open_tickets"]) == 1
    assert found["customer"]["number"] == "C-9"


async def test_the_same_customer_in_two_places_is_one_record(house: House) -> None:
    await house.customer("Ece Kaya", "C-9", ANI, segment="gold")
    house.bench.source.result = FetchResult("found", {"id": "C-9", "name": "Ece K.", "debt": "5"})
    found = await house.pop(pop_of(), lookups=house.bench.desk().rules.lookups)
    (record,) = found["match"]["records"]
    assert (record["fields"]["segment"], record["fields"]["debt"]) == ("gold", "5")


async def test_fields_that_are_sensitive_wait_until_the_agent_is_sure(house: House) -> None:
    who = await house.customer("Ece Kaya", "K-1", ANI)
    await house.tickets.open(customer=who, subject="Gizli")
    hidden = {"customer": ("name",), "ticket": ("subject",)}
    found = await house.pop(pop_of(), own_sensitive=hidden)
    assert found["masked"] == ["customer.name", "ticket.subject"]
    assert "Gizli" not in str(found)
    assert "Ece" not in str(found)


@pytest.mark.parametrize("ani", ["", "anonymous", "112"])
async def test_a_caller_without_a_number_is_nobody(house: House, ani: str) -> None:
    await house.customer("Ece Kaya", "K-1", ANI)
    found = await house.pop(pop_of(ani))
    assert found["match"]["action"] == "draft"


async def test_nothing_of_it_is_asked_unless_it_is_wanted(house: House) -> None:
    who = await house.customer("Ece Kaya", "K-1", ANI)
    await house.tickets.open(customer=who)
    off = await house.pop(pop_of(), own=())
    assert (off["match"]["action"], off["open_tickets"]) == ("draft", [])
    people = await house.pop(pop_of(), own=("contacts",))
    assert (people["match"]["action"], people["open_tickets"]) == ("open", [])
    sealed = await house.pop(pop_of("", customer_no=Sealed("K-1")))
    assert "Ece" not in str(sealed)


async def test_a_store_that_is_away_delays_and_breaks_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_more: object) -> object:
        raise StoreError("away")

    monkeypatch.setattr(house.own.customers, "card_of_number", away)
    found = await house.pop(pop_of())
    assert (found["crm"], found["match"]["action"]) == ("partial", "nothing")


async def test_a_card_is_asked_for_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.customer("Ece Kaya", "K-1", ANI)
    asked: list[str] = []
    real = house.own.customers.card_of_number

    async def counted(value: str, *more: Any) -> Any:  # noqa: ANN401
        asked.append(value)
        return await real(value, *more)

    monkeypatch.setattr(house.own.customers, "card_of_number", counted)
    await house.pop(pop_of())
    assert asked == [ANI]


async def test_whoever_gave_a_low_score_is_announced_with_his_open_follow_up(house: House) -> None:
    who = await house.customer("Ece Kaya", "K-1", ANI)
    await house.tickets.open(customer=who, origin_key="api:1")
    assert (await house.pop(pop_of()))["survey"] is None
    row = await house.tickets.open(customer=who, origin_key="survey:R1", subject="Düşük puan")
    await house.bench.clock.advance(timedelta(days=2, hours=3).total_seconds())
    told = {"low_score_days": 2, "ticket": row.number}
    assert (await house.pop(pop_of()))["survey"] == told
    assert (await house.pop(pop_of(), own=("contacts",)))["survey"] is None
    await house.tickets.change(row.number, status="cancelled")
    assert (await house.pop(pop_of()))["survey"] is None


async def test_a_number_that_is_nobodys_yet_is_announced_too(house: House) -> None:
    await house.tickets.add_call("c0", from_norm=ANI)
    await house.tickets.open(interaction="c0", origin_key="api:1")
    row = await house.tickets.open(interaction="c0", origin_key="survey:R1")
    assert (await house.pop(pop_of()))["survey"] == {"low_score_days": 0, "ticket": row.number}
    assert (await house.pop(pop_of(ani="+905320000001")))["survey"] is None


async def test_a_shared_number_tells_nothing_of_its_customer(house: House) -> None:
    who = await house.customer("Ece Kaya", "K-1", ANI, shared=True)
    await house.tickets.open(customer=who, origin_key="survey:R1")
    assert (await house.pop(pop_of()))["survey"] is None

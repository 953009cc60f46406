"""The payload: complete, bounded, and nothing in it that must not be seen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ivr.cti.asking import Asking
from ivr.cti.payload import MOST_BYTES, PopOffer, build, fit
from ivr.cti.pop_rules import PopLookup
from ivr.domain.values import Sealed
from ivr.runtime.memory.clock import settle
from ivr.runtime.ports import FetchResult
from tests.cti.conftest import ANI, CUSTOMER, Bench, contact, pop_of

if TYPE_CHECKING:
    from ivr.cti.pop_call import PopCall

OFFER = PopOffer("cards", 48.4, priority="vip", sticky="last_agent")
ENTERED = PopLookup("crm", {"no": "customer_no"}, by="entered_id", sensitive=("debt",))


async def payload(
    bench: Bench,
    call: PopCall,
    *,
    confirmed: bool = False,
    **changes: Any,  # noqa: ANN401 - any setting
) -> dict[str, Any]:
    desk = bench.desk(**changes)
    asking = Asking(desk, call, lambda: None)
    asking.begin()
    await settle()
    return build(asking, OFFER, desk.rules, confirmed=confirmed)


async def test_the_agent_reads_who_calls_why_and_what_is_known(bench: Bench) -> None:
    bench.source.result = CUSTOMER
    bench.contacts.rows = [contact("c0", bench.clock.now())]
    call = pop_of(customer_no="99881234", verified=True, reason="kayıp kart", product="Gold")
    found = await payload(bench, call, lookups=(ENTERED,))
    assert (found["ani"], found["ani_level"], found["dnis"]) == (ANI, 2, "+908502220000")
    assert (found["queue"], found["wait_s"], found["priority"]) == ("cards", 48, "vip")
    assert found["path"] == ["welcome", "main"]
    assert found["entered"] == [{"kind": "customer_no", "value": "…1234", "verified": True}]
    assert (found["reason"], found["facts"]) == ("kayıp kart", {"product": "Gold"})
    match = found["match"]
    assert (match["level"], match["rule"], match["result"]) == (3, "entered_id", "one")
    assert match["records"][0]["id"] == "C-9"
    assert match["records"][0]["fields"]["debt"] == "120 TRY"
    assert [one["call"] for one in found["last_contacts"]] == ["c0"]
    assert (found["crm"], found["sticky"], found["masked"]) == ("done", "last_agent", [])
    assert found["draft"] is None


async def test_an_unknown_caller_gets_a_draft_with_the_number(bench: Bench) -> None:
    found = await payload(bench, pop_of())
    assert found["match"]["action"] == "draft"
    assert found["draft"] == {"phone": ANI, "language": "tr"}


async def test_sensitive_fields_wait_until_the_agent_is_sure(bench: Bench) -> None:
    bench.source.result = CUSTOMER
    lookups = (PopLookup("crm", sensitive=("debt",)),)
    found = await payload(bench, pop_of(), lookups=lookups)
    assert found["match"]["action"] == "open"
    assert found["match"]["records"][0]["fields"] == {"name": "Ayşe Öz"}
    assert found["masked"] == ["customer.debt"]
    assert "120" not in json.dumps(found)
    sure = await payload(bench, pop_of(), confirmed=True, lookups=lookups)
    assert sure["match"]["records"][0]["fields"]["debt"] == "120 TRY"
    assert (sure["match"]["level"], sure["masked"]) == (3, [])


async def test_secrets_are_named_and_never_sent(bench: Bench) -> None:
    found = await payload(bench, pop_of(card=Sealed("4111111111111111")))
    assert found["masked"] == ["card"]
    assert "4111" not in json.dumps(found)


async def test_a_hidden_number_is_nowhere_in_the_payload(bench: Bench) -> None:
    rules: dict[str, Any] = {
        "hidden": ("ani", "reason"),
        "url": "https://crm.example/?n={ani}",
        "url_personal": True,
    }
    found = await payload(bench, pop_of("0532 123 45 67", reason="borç"), **rules)
    text = json.dumps(found, ensure_ascii=False)
    assert "532123" not in text
    assert "532 123" not in text
    assert (found["ani"], found["reason"]) == ("+90•••••••67", None)
    assert found["masked"] == ["ani", "reason"]


async def test_the_url_names_the_record_only_when_one_is_opened(bench: Bench) -> None:
    url = "https://crm.example/{kind}/{record}?call={call}"
    assert (await payload(bench, pop_of(), url=url))["url"] is None
    bench.source.result = CUSTOMER
    found = await payload(bench, pop_of(), url=url)
    assert found["url"] == "https://crm.example/customer/C-9?call=c1"
    claimed = await payload(bench, pop_of(trusted=False), url=url)
    assert claimed["url"] is None


async def test_tickets_stand_in_their_own_list(bench: Bench) -> None:
    bench.source.result = FetchResult("found", {"id": tuple(f"T-{n}" for n in range(20))})
    lookups = (PopLookup("crm", kind="ticket"),)
    found = await payload(bench, pop_of(), lookups=lookups)
    assert len(found["open_tickets"]) == 10


async def test_whatever_a_flow_and_a_crm_say_the_payload_is_bounded(bench: Bench) -> None:
    huge = {f"field{n}": "ş" * 5000 for n in range(200)}
    bench.source.result = FetchResult("found", {"id": "C-9", **huge})
    bench.contacts.rows = [contact(f"x{n}", bench.clock.now(), note="n" * 9000) for n in range(5)]
    many: dict[str, Any] = {f"v{n}": "x" * 3000 for n in range(300)}
    call = pop_of(customer_no="9" * 3000, **many)
    found = await payload(bench, call, lookups=(PopLookup("crm"), ENTERED))
    assert len(json.dumps(found, ensure_ascii=False).encode()) <= MOST_BYTES
    assert "facts" in found["trimmed"]
    assert found["match"]["records"][0]["id"] == "C-9"
    assert found["last_contacts"][0]["note"] == ""


async def test_a_very_long_way_keeps_its_begin_and_end(bench: Bench) -> None:
    call = pop_of()
    object.__setattr__(call, "path", tuple(f"n{n}" for n in range(300)))
    found = await payload(bench, call)
    assert len(found["path"]) == 50
    assert (found["path"][0], found["path"][5], found["path"][-1]) == ("n0", "...", "n299")


async def test_a_failed_lookup_is_said_and_makes_no_draft(bench: Bench) -> None:
    bench.source.result = FetchResult("failed", {}, "timeout")
    found = await payload(bench, pop_of())
    assert (found["crm"], found["match"]["action"], found["draft"]) == ("partial", "nothing", None)


def test_a_small_payload_is_left_alone() -> None:
    assert fit({"facts": {"a": 1}}) == {"facts": {"a": 1}}
